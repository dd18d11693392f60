"""Tampering: random edits of a store's bytes, each found by `verify`, or harmless, and why.

    python -m bench.tamper --edits 1000

The store holds a purge, supersessions, portions, looks, reviews and the views' indexes. An edit flips a bit, writes a
byte or sixteen, empties a page, or writes one page over another. It is **found** where the store does not open or
`verify` (with a head kept elsewhere) says so; where the log is whole and the place is one of a view's index, **found in
a view** where `verify --views` says so. It is **harmless** where every row of the log, and of the views' indexes, reads
as before and the database finds its own file whole: then it is told what the edited place holds. Anything else would be
**missed**.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import cutset
from bench.report import Report as Results
from cutset.access.registry import Agency, Viewer
from cutset.errors import CutsetError
from cutset.log.database import forget_engine
from cutset.log.entries import Head
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from cutset.model.report import Case, Portion, Report, Source

PAGE = 4096
REPORTS = 400
KINDS = ("a bit", "a byte", "sixteen bytes", "an empty page", "a page over another")
AUDITOR = "ann@ash"
HEADER = 100
"""Bytes of the file's header; counters and the library's version in it say nothing of the content."""

APART = {"link_applied": "", "link_candidate_state": "", "link_candidate_run": "run, marking_id, portion_marking_id"}
"""What of a view's index does not follow from the log: when its leads were first made known, and its counters."""

Rows = dict[str, list[tuple[Any, ...]]]


def made(path: Path) -> Head:
    """A store with something in every table, in one file; its last head."""
    node = cutset.create(str(path))
    node.register(
        Agency("ash", country="US"),
        Viewer(AUDITOR, "ash", roles=("privacy-officer", "auditor")),
    )
    ids: list[str] = []
    for n in range(REPORTS):
        person = Mention(
            kind=MentionKind.PERSON,
            name=f"Person {n % 70}",
            selectors=(Selector(SelectorKind.PHONE, f"+1202555{n % 90:04}", "", True),),
        )
        apart = Portion(marking=Marking(originator="ash", tlp=Tlp.RED), text=f"apart {n}")
        report = Report(
            marking=Marking(originator="ash", tlp=list(Tlp)[n % 5]),
            source=Source(dataset="list", record=str(n), made=True),
            content=Case(number=str(n), title=f"case {n}"),
            mentions=(person,),
            portions=(apart,) * (n % 3),
            supersedes=tuple(ids[n // 2 : n // 2 + 1]) if n % 7 == 3 else (),
        )
        (answer,) = node.log.append([Submission(report=report, by=AUDITOR)])
        ids.append(answer.id)  # type: ignore[union-attr]
    node.leads(viewer=AUDITOR)
    for id in ids[:40]:
        node.report(id, viewer=AUDITOR)
    node.match(Mention(kind=MentionKind.PERSON, name="Person 7"), viewer=AUDITOR)
    node.renew(ids[50:53], reason="validated", by=AUDITOR)
    node.disseminate(ids[60:62], to="a sheriff", need="a stop", right="an order", by=AUDITOR)
    node.audit(viewer=AUDITOR)
    node.purge([ids[100], ids[151], ids[202]], reason="ordered by a court", by=AUDITOR)
    # A few free pages, as a store in use has them.
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE scrap AS SELECT randomblob(3000) FROM log_leaf LIMIT 40")
        connection.execute("DROP TABLE scrap")
    connection.close()
    head = node.log.head()
    forget_engine(str(path))
    return head


def content(path: Path, *, of_views: bool = False) -> Rows | None:
    """Every row of the log's tables, or of the views' indexes, in order; None where the database finds damage there.

    How far each view has come stands with the views.
    """
    connection = sqlite3.connect(path)
    try:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if (not name.startswith("log_") or name == "log_view") is of_views
        ]
        for name in names:
            if connection.execute(f"PRAGMA integrity_check({name})").fetchall() != [("ok",)]:
                return None
        return {
            name: connection.execute(f"SELECT {APART.get(name, '*')} FROM {name} ORDER BY 1, 2").fetchall()
            for name in names
            if APART.get(name) != ""
        }
    except (sqlite3.Error, UnicodeDecodeError, ValueError):
        return None
    finally:
        connection.close()


def places(path: Path) -> list[str]:
    """What each page of the file holds."""
    connection = sqlite3.connect(path)
    owner = dict(connection.execute("SELECT pageno, name FROM dbstat").fetchall())
    connection.close()
    return [owner.get(number, "a free page") for number in range(1, path.stat().st_size // PAGE + 1)]


def edit(raw: bytearray, random: Random) -> tuple[str, int]:
    """Change something; what, and where."""
    how = random.choice(KINDS)
    place = random.randrange(len(raw))
    page = place // PAGE * PAGE
    if how == "a bit":
        raw[place] ^= 1 << random.randrange(8)
    elif how == "a byte":
        raw[place] = (raw[place] + random.randrange(1, 256)) % 256
    elif how == "sixteen bytes":
        raw[place : place + 16] = random.randbytes(len(raw[place : place + 16]))
    elif how == "an empty page":
        raw[page : page + PAGE] = bytes(PAGE)
    else:
        other = random.randrange(len(raw) // PAGE) * PAGE
        raw[page : page + PAGE] = raw[other : other + PAGE]
    return how, place


def judged(path: Path, head: Head, before: Rows, views: Rows, page: str) -> str:
    """`found`, `found in a view`, `harmless` or `MISSED`."""
    same = content(path) == before
    same_views = not of_a_view(page) or content(path, of_views=True) == views
    try:
        if not Log.open(str(path)).verify(head).ok:
            return "found"
        if of_a_view(page) and not all(each.ok for each in cutset.open(str(path)).check_views(viewer=AUDITOR)):
            return "found in a view"
    except CutsetError:
        return "found"
    finally:
        forget_engine(str(path))
        for left in path.parent.glob(f"{path.name}-*"):
            left.unlink()
    return "harmless" if same and same_views else "MISSED"


def of_a_view(page: str) -> bool:
    """Whether a page holds a view's index, or how far the views have come."""
    return page == "log_view" or not page.startswith(("log_", "sqlite_autoindex_log_", "sqlite_schema", "a free page"))


def why(place: int, page: str) -> str:
    """What an edited place that meant nothing holds."""
    if place < HEADER:
        return "the file's header: counters and version numbers of the library"
    if page == "a free page":
        return page
    if page in APART:
        return "when leads were first made known, and counters: kept beside the log, and not made from it"
    return f"unused space between the cells of a page {'of a view' if of_a_view(page) else 'of the log'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    edits, random = parser.parse_args().edits, Random(20261125)
    found: Counter[tuple[str, str]] = Counter()
    harmless: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        whole, copy = Path(folder) / "whole.cutset", Path(folder) / "copy.cutset"
        head = made(whole)
        shutil.copyfile(f"{whole}.key", f"{copy}.key")
        before, views = content(whole), content(whole, of_views=True)
        pages, original = places(whole), whole.read_bytes()
        assert before is not None
        assert views is not None
        tried = 0
        while tried < edits:
            raw = bytearray(original)
            how, place = edit(raw, random)
            if raw == original:
                continue
            tried += 1
            copy.write_bytes(raw)
            verdict = judged(copy, head, before, views, pages[place // PAGE])
            found[how, verdict] += 1
            if verdict == "harmless":
                harmless[why(place, pages[place // PAGE])] += 1
    results = Results("tamper", "Random edits of a store's bytes")
    for how in KINDS:
        of = {verdict: found[how, verdict] for verdict in ("found", "found in a view", "harmless", "MISSED")}
        results.row(edit=how, tried=sum(of.values()), **of)
    for reason, count in harmless.most_common():
        results.row(edit=f"harmless: {reason}", harmless=count)
    results.close(f"{tried} edits of a file of {len(original) // PAGE} pages.")


if __name__ == "__main__":
    main()
