"""After a purge no byte of a purged name, number or salt is left in any file, whatever view had it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from cutset.log.database import engine
from cutset.log.tables import log_body, log_identity, log_report
from cutset.model.mention import Mention, MentionKind
from cutset.model.report import Outcome, Precision, Report, Source, When
from cutset.node import Node
from cutset.node.core import VIEWS
from tests.oversight.places import START, made
from tests.samples import case, cocaine, marked, phone, portion, seizure

NAME = "Zebulon Quartermain-Xiphias"
PARTS = ("zebulon", "quartermain", "xiphias")
NUMBER = "50755501234"
PLACE = "Xyzzyhaven"


def named(occurrence: int) -> list[Report]:
    """Reports of several kinds that name the person, each in every field that a view may index."""
    person = Mention(
        kind=MentionKind.PERSON,
        name=NAME,
        aliases=(NAME.upper(),),
        born=("1979",),
        addresses=(f"7 {PLACE} Street",),
        selectors=phone(f"+{NUMBER}").selectors,
    )
    apart = msgspec.structs.replace(portion(marked(), person, goods=(cocaine(3),)), text=NAME)
    event = seizure(
        person,
        text=f"seen with {NAME}",
        portions=(apart,),
        goods=(cocaine(5, concealment=NAME),),
        occurrence=occurrence,
    )
    place = msgspec.structs.replace(event.content.where, place=PLACE)  # type: ignore[union-attr]
    total = Outcome(
        period=When(at=START, precision=Precision.MONTH), events=1, goods=(cocaine(1),), breakdown={"by": NAME}
    )
    return [
        msgspec.structs.replace(event, content=msgspec.structs.replace(event.content, where=place)),
        case(f"{NAME} {occurrence}", person),
        Report(marking=marked(), source=Source(dataset="totals", record=NAME, occurrence=occurrence), content=total),
    ]


def use_every_view(node: Node) -> None:
    """Make every view's index, and ask."""
    for kind in VIEWS:
        node.index(kind)
    node.match(phone(f"+{NUMBER}"), viewer="ann@ash")
    for view in (node.leads, node.repeats, node.entities, node.common, node.review_queue):
        view(viewer="ann@ash")
    node.summary(viewer="ann@ash")
    node.audit(viewer="aud@birch")


def purged(node: Node, count: int) -> list[bytes]:
    """Put named reports among others, use all views, purge; what must be gone."""
    for n in range(30):
        node.submit(seizure(phone(f"+5071{n:07}"), occurrence=1000 + n, goods=(cocaine(n + 1),)), by="ann@ash")
    ids = [node.submit(report, by="ann@ash").id for n in range(count) for report in named(n + 1)]
    node.judge("same", [f"{ids[0]}#0", f"{ids[1]}#0"], by="ann@ash", reason="one man")
    use_every_view(node)
    with engine(node.url).connect() as connection:
        where = log_report.c.id.in_(ids)
        salts = connection.scalars(
            sa.select(log_body.c.salt).join(log_report, log_report.c.seq == log_body.c.seq).where(where)
        )
        hashes = connection.scalars(
            sa.select(log_identity.c.hash).join(log_report, log_report.c.seq == log_identity.c.seq).where(where)
        )
        secret = [bytes(each) for each in (*salts, *hashes)]
    words = [NUMBER, PLACE, PLACE.lower(), PLACE.upper()]
    for part in PARTS:
        words += [part, part.upper(), part.title()]
    for view in (node.leads, node.repeats):
        view(viewer="ann@ash")
    assert node.purge(ids, reason="ordered by a court", by="officer@ash") == len(ids)
    return [*(each.encode() for each in words), *secret]


def test_no_byte_is_left_on_sqlite(tmp_path: Path) -> None:
    node = made(tmp_path)
    held: list[str] = []
    sought = purged(node, 4)
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            held += [f"{path.name}: {each!r}" for each in sought if each in raw]
    assert not held
    assert len(node.audit(viewer="aud@birch")) > 5
    assert node.log.verify(node.log.head()).ok


def test_the_words_are_there_until_they_are_purged(tmp_path: Path) -> None:
    node = made(tmp_path)
    for report in named(1):
        node.submit(report, by="ann@ash")
    use_every_view(node)
    node.log.compact()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("node.cutset*"))
    for each in (NAME, NUMBER, PLACE):
        assert each.encode() in raw, "else the test above would find nothing whatever happened"


@pytest.mark.postgresql
def test_no_byte_is_left_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    node = made(tmp_path, url=postgresql_url)
    sought = purged(node, 20)
    with engine(node.url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
    folder = Path(sa.make_url(postgresql_url).query["host"]) / "data" / "base"  # type: ignore[arg-type]
    held = []
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            held += [f"{path.name}: {each!r}" for each in sought if each in raw]
    assert not held
    assert node.log.verify(node.log.head()).ok
