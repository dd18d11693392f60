"""After a purge no byte of a purged name, number or salt is left in any file, whatever view had it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from cutset.log.database import engine, forget_engine
from cutset.log.tables import log_body, log_identity, log_report
from cutset.model.exhibit import Collected, ExhibitKind, Mass
from cutset.model.mention import Mention, MentionKind
from cutset.model.report import (
    Basis,
    Case,
    Confidence,
    Content,
    Detection,
    Goods,
    Kind,
    Lab,
    Outcome,
    Position,
    Precision,
    Report,
    Response,
    Shipment,
    Source,
    Tasking,
    Track,
    Watch,
    When,
    Where,
)
from cutset.node import Node
from cutset.node.core import VIEWS
from tests.oversight.places import START, made
from tests.postgresql import Server
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


def told(node: Node, event: str, folder: Path) -> None:
    """Reports of every other kind that name the person, wherever words can be, with files beside the store."""
    picture = folder / f"{NAME}.jpg"
    picture.write_bytes(f"a picture of {NAME}".encode() * 400)
    act = Collected(kind=ExhibitKind.DRUG, event=event, description=NAME, net=Mass(grams=Decimal(10)))
    custody = node.act("1", act, by="ann@ash", where=Where(place=PLACE), purpose=NAME, seal="S1", files=[picture])
    picture.unlink()
    entry = node.report(custody.id, viewer="ann@ash")
    assert entry is not None
    files = entry.report.content.files  # type: ignore[union-attr]
    person = Mention(kind=MentionKind.PERSON, name=NAME, selectors=phone(f"+{NUMBER}").selectors)
    when, there = When(at=START), Where(place=PLACE)
    basis = Basis(
        facts=f"{NAME} was seen to hand over parcels on two days.",
        activity="distribution of cocaine",
        official=NAME,
        confidence=Confidence(reliability="B", credibility="2"),
        obtained=f"{NAME} was seen in a public street.",
    )
    contents: list[tuple[Content, dict[str, object]]] = [
        (Lab(number=NAME, when=when, exhibit="ash/1", findings=(Goods("drug", written=NAME),), analyst=NAME,
             methods=(NAME,), files=files), {}),
        (Tasking(asset="birch", order="examine", when=when, where=there, about=("ash/1",), reason=NAME,
                 selectors=person.selectors), {}),
        (Shipment(number=NAME, destination=there, goods_description=NAME), {"mentions": (person,)}),
        (Track(positions=(Position(START, 8.0, -79.0),), sensor=NAME), {"mentions": (person,)}),
        (Detection(when=when, where=there, direction=NAME), {"mentions": (person,)}),
        (Watch(when=when, station=NAME), {}),
        (Response(plan="p", fiscal_year=2024, items={"why": NAME}, signed_by=NAME), {}),
        (Case(number=f"{NAME} 9", title=NAME, contact=NAME),
         {"mentions": (person,), "basis": basis, "marking": marked("ash", les=True, retention="intelligence")}),
    ]  # fmt: skip
    for n, (content, more) in enumerate(contents):
        source = Source(dataset="lists", record=f"{NAME} {n}")
        node.submit(
            Report(**{"marking": marked(), "source": source, "content": content, "text": NAME} | more), by="ann@ash"
        )  # type: ignore[arg-type]
    node.dispute(event, letter=f"letter of {NAME}", text=f"{NAME} says that it was not he.", by="bob@birch")
    for lead, decide in zip(node.leads(viewer="ann@ash"), (node.accept_lead, node.reject_lead), strict=False):
        decide(lead.id, by="ann@ash", reason=NAME)


def use_every_view(node: Node) -> None:
    """Make every view's index, and ask."""
    for kind in VIEWS:
        node.index(kind)
    node.match(phone(f"+{NUMBER}"), viewer="ann@ash")
    for view in (node.leads, node.repeats, node.entities, node.common, node.review_queue, node.inbox, node.exhibits):
        view(viewer="ann@ash")
    node.search(NAME, viewer="ann@ash")
    node.summary(viewer="ann@ash")
    node.audit(viewer="aud@birch")


def purged(node: Node, count: int, folder: Path) -> list[bytes]:
    """Put named reports among others, use all views, purge; what must be gone."""
    others = {
        node.submit(seizure(phone(f"+5071{n:07}"), occurrence=1000 + n, goods=(cocaine(n + 1),)), by="ann@ash").id
        for n in range(30)
    }
    named_ids = [node.submit(report, by="ann@ash").id for n in range(count) for report in named(n + 1)]
    node.judge("same", [f"{named_ids[0]}#0", f"{named_ids[3]}#0"], by="ann@ash", reason=f"both are {NAME}")
    told(node, named_ids[0], folder)
    use_every_view(node)
    ids = [each.entry.id for each in node.log.follow(0) if each.entry.id not in others]
    kinds = {each.entry.report.kind for each in node.log.follow(0) if each.entry.id in ids}
    assert kinds == set(Kind), "reports of every kind name him"
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
    assert list(node.attachments.hashes())
    assert node.purge(ids, reason="ordered by a court", by="officer@ash") == len(ids)
    assert not list(node.attachments.hashes())
    return [*(each.encode() for each in words), *secret]


def holding(folder: Path, sought: list[bytes]) -> list[str]:
    """The files in a folder that hold any of what is sought, and which."""
    return [
        f"{path.name}: {each!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for raw in (path.read_bytes(),)
        for each in sought
        if each in raw
    ]


def test_no_byte_is_left_on_sqlite(tmp_path: Path) -> None:
    node = made(tmp_path)
    assert not holding(tmp_path, purged(node, 4, tmp_path))
    assert len(node.audit(viewer="aud@birch")) > 5
    assert node.log.verify(node.log.head()).ok
    assert all(each.ok for each in node.check_views(viewer="aud@birch"))


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
def test_no_byte_is_left_in_any_file_of_postgresql(
    tmp_path: Path, postgresql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the tables after the purge itself; in the server's own log of writes after what docs/oversight.md tells."""
    monkeypatch.setenv("CUTSET_KEY", str(tmp_path / "store.key"))
    monkeypatch.setenv("CUTSET_FILES", str(tmp_path / "files"))
    postgresql_server.run("CREATE DATABASE forgetting")
    data = postgresql_server.folder / "data"
    try:
        node = made(tmp_path, url=postgresql_server.url("forgetting"))
        sought = purged(node, 8, tmp_path)
        postgresql_server.run("CHECKPOINT")
        assert not holding(data / "base", sought), "tables, their indexes, and the planner's statistics"
        assert not holding(tmp_path, sought), "files beside the store"
        assert holding(data / "pg_wal", sought), "else what follows would prove nothing"
        # Files of the write-ahead log are otherwise used again, and keep what was in them till it is written over.
        postgresql_server.run("ALTER SYSTEM SET wal_recycle = off")
        postgresql_server.run("SELECT pg_reload_conf()")
        for _ in range(2):
            postgresql_server.run("SELECT pg_switch_wal()")
            postgresql_server.run("CHECKPOINT")
        assert not holding(data, sought), "no file of the server's"
        assert node.log.verify(node.log.head()).ok
        forget_engine(node.url)
    finally:
        postgresql_server.run("ALTER SYSTEM RESET wal_recycle")
        postgresql_server.run("DROP DATABASE forgetting WITH (FORCE)")
