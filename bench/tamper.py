"""Tampering: random edits of a store's bytes, each found by `verify`, or harmless, and why.

    python -m bench.tamper --edits 1000

The store holds a purge, supersessions, portions, looks, reviews and the views' indexes. An edit flips a bit, writes a
byte or sixteen, empties a page, or writes one page over another. It is **found** where the store does not open or
`verify` (with a head kept elsewhere) says so. It is **harmless** where every row of the log reads as before and the
database finds its own file whole: then it is told what the edited place holds. Anything else would be **missed**.
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
HEADER = 100
"""Bytes of the file's header; counters and the library's version in it say nothing of the content."""

Rows = dict[str, list[tuple[Any, ...]]]


def made(path: Path) -> Head:
    """A store with something in every table, in one file; its last head."""
    node = cutset.create(str(path))
    node.register(
        Agency("ash", country="US"),
        Viewer("ann@ash", "ash", roles=("privacy-officer", "auditor")),
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
        (answer,) = node.log.append([Submission(report=report, by="ann@ash")])
        ids.append(answer.id)  # type: ignore[union-attr]
    node.leads(viewer="ann@ash")
    for id in ids[:40]:
        node.report(id, viewer="ann@ash")
    node.match(Mention(kind=MentionKind.PERSON, name="Person 7"), viewer="ann@ash")
    node.renew(ids[50:53], reason="validated", by="ann@ash")
    node.disseminate(ids[60:62], to="a sheriff", need="a stop", right="an order", by="ann@ash")
    node.audit(viewer="ann@ash")
    node.purge([ids[100], ids[151], ids[202]], reason="ordered by a court", by="ann@ash")
    # A few free pages, as a store in use has them.
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE scrap AS SELECT randomblob(3000) FROM log_leaf LIMIT 40")
        connection.execute("DROP TABLE scrap")
    connection.close()
    head = node.log.head()
    forget_engine(str(path))
    return head


def content(path: Path) -> Rows | None:
    """Every row of the log's tables, in order; None where the database finds damage anywhere in its file."""
    connection = sqlite3.connect(path)
    try:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE 'log_%' AND type = 'table'"
            )
        ]
        for name in names:
            if name != "log_view" and connection.execute(f"PRAGMA integrity_check({name})").fetchall() != [("ok",)]:
                return None
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for name in names
            if name != "log_view"
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


def judged(path: Path, head: Head, before: Rows) -> str:
    """`found`, `harmless` or `MISSED`."""
    same = content(path) == before
    try:
        whole = Log.open(str(path)).verify(head).ok
    except CutsetError:
        whole = False
    finally:
        forget_engine(str(path))
        for left in path.parent.glob(f"{path.name}-*"):
            left.unlink()
    return "found" if not whole else "harmless" if same else "MISSED"


def why(place: int, page: str) -> str:
    """What an edited place that meant nothing holds."""
    if place < HEADER:
        return "the file's header: counters and version numbers of the library"
    if page == "a free page":
        return page
    if page == "log_view":
        return "how far an index has come: a rebuild mends it"
    if not page.startswith(("log_", "sqlite_")):
        return "an index of a view, which the log does not rest on: a rebuild mends it"
    return "unused space between the cells of a page"


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
        before, pages, original = content(whole), places(whole), whole.read_bytes()
        assert before is not None
        tried = 0
        while tried < edits:
            raw = bytearray(original)
            how, place = edit(raw, random)
            if raw == original:
                continue
            tried += 1
            copy.write_bytes(raw)
            verdict = judged(copy, head, before)
            found[how, verdict] += 1
            if verdict == "harmless":
                harmless[why(place, pages[place // PAGE])] += 1
    results = Results("tamper", "Random edits of a store's bytes")
    for how in KINDS:
        of = {verdict: found[how, verdict] for verdict in ("found", "harmless", "MISSED")}
        results.row(edit=how, tried=sum(of.values()), **of)
    for reason, count in harmless.most_common():
        results.row(edit=f"harmless: {reason}", harmless=count)
    results.close(f"{tried} edits of a file of {len(original) // PAGE} pages.")


if __name__ == "__main__":
    main()
