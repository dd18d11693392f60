"""Each view's index is held to the log: an edited row is found wherever it is, and a rebuild mends it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.log.aside import aside
from cutset.log.database import engine, forget_engine
from cutset.log.errors import StoreBusy
from cutset.log.tables import metadata
from cutset.model.exhibit import Collected, ExhibitKind
from cutset.model.marking import Marking
from cutset.model.register import Accreditation
from cutset.model.report import Custody, Report, Response, Shipment, Source, Tasking, When
from cutset.node import Node
from cutset.node.core import VIEWS
from tests.cli.running import run
from tests.oversight.places import START, made
from tests.oversight.test_forgetting import NAME, named, use_every_view
from tests.samples import case, cocaine, marked, phone, seizure
from tests.worlds import Step, Store, build, worlds

AUDITOR = "aud@birch"

COUNTERS = {"link_candidate_run": "used", "link_candidate_state": "turns"}
"""Columns by which the index of candidates numbers what comes next: they show nothing, and are not compared."""

KEPT = {"link_applied", "file_sender"}
"""When leads were first made known, and who sent which file: no report says it, and a rebuild keeps it."""


def filled(folder: Path, *, url: str = "") -> Node:
    """A node with reports of many kinds in every view, some of them purged and replaced."""
    node = made(folder, url=url)
    ids = [node.submit(report, by="ann@ash").id for n in range(3) for report in named(n + 1)]
    for n in range(8):
        node.submit(seizure(phone(f"+5071{n % 3:07}"), occurrence=1000 + n, goods=(cocaine(n + 1),)), by="ann@ash")
    when = When(at=START)
    photograph = node.keep_file(BytesIO(b"x"), name="", media_type="image/png", what="photograph", by="ann@ash")
    for n, content in enumerate(
        (
            Custody(
                exhibit="ash/1",
                when=when,
                giver="ann@ash",
                receiver="ann@ash",
                seal="S1",
                act=Collected(kind=ExhibitKind.DRUG, event=ids[0]),
                files=(photograph,),
            ),
            Response(plan="p", fiscal_year=2024, entry=Accreditation(id="1", laboratory="ash")),
            Tasking(asset="birch", order="examine", when=when, about=("ash/1",)),
            Shipment(number="9"),
        )
    ):
        source = Source(dataset="made", record=str(n))
        node.submit(Report(marking=marked(), source=source, content=content), by="ann@ash")
    dispute = node.submit(case("letter", phone("+5071"), marking=marked("birch"), disputes=(ids[0],)), by="bob@birch")
    node.submit(seizure(phone("+5071"), occurrence=3000), by="ann@ash")
    node.judge("same", [f"{ids[0]}#0", f"{ids[3]}#0"], by="ann@ash", reason="one man")
    node.judge("same", [ids[0], ids[3]], by="ann@ash", reason="one event")
    (lead, *_) = node.leads(viewer="ann@ash", case=dispute.id)
    node.accept_lead(lead.id, by="ann@ash", reason="his telephone")
    use_every_view(node)
    node.purge(ids[6:8], reason="ordered by a court", by="officer@ash")
    return node


def wrong(node: Node, *views: str) -> dict[str, tuple[str, ...]]:
    return {each.view: each.problems for each in node.check_views(views, viewer=AUDITOR) if not each.ok}


def view_of(table: str) -> str:
    first = table.partition("_")[0]
    known = {"measure": "measures", "dispute": "disputes"}
    return "candidates" if table.startswith("link_candidate") else known.get(first, first)


def edit(node: Node, statement: str) -> int:
    """What somebody does who has the store's file; how many rows it changed."""
    connection = sqlite3.connect(node.url)
    with connection:
        changed = connection.execute(statement).rowcount
    connection.close()
    return changed


def test_views_that_nobody_touched_are_what_the_log_makes_of_them(tmp_path: Path) -> None:
    node = filled(tmp_path)
    checked = node.check_views(viewer=AUDITOR)
    assert [each.view for each in checked] == [kind.NAME for kind in VIEWS]
    assert not wrong(node)
    assert sum(each.rows for each in checked) > 200
    # Nothing is left beside the store.
    assert {path.name for path in tmp_path.iterdir()} <= {
        f"node.cutset{each}" for each in ("", ".key", "-wal", "-shm", ".files")
    }


def test_an_edit_of_any_table_of_any_view_is_found_and_mended(tmp_path: Path) -> None:
    node = filled(tmp_path)
    inspector = sa.inspect(engine(node.url))
    tables = sorted(set(inspector.get_table_names()) - {each.name for each in metadata.sorted_tables} - KEPT)
    filled_tables = 0
    for table in tables:
        if not (rows := count(node, table)):
            continue
        filled_tables += 1
        for statement in edits(table, [each["name"] for each in inspector.get_columns(table)], rows):
            assert edit(node, statement) == 1, statement
            found = wrong(node, view_of(table))
            assert list(found) == [view_of(table)], statement
            assert node.rebuild([view_of(table)], viewer=AUDITOR) == [view_of(table)]
    assert filled_tables > 25
    assert not wrong(node)


def count(node: Node, table: str) -> int:
    with engine(node.url).connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def edits(table: str, columns: list[str], rows: int) -> Iterator[str]:
    """One row taken away, and one whose last column says another thing."""
    last = columns[-1]
    one = (
        f"({', '.join(columns)}) IS (SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2 LIMIT 1 OFFSET {rows // 2})"
    )
    yield f"DELETE FROM {table} WHERE {one}"
    if COUNTERS.get(table) != last:
        other = f"CASE typeof({last}) WHEN 'integer' THEN {last} + 1000 ELSE 'x' || coalesce({last}, '') END"
        yield f"UPDATE {table} SET {last} = {other} WHERE {one}"


def test_what_is_told_names_the_place_in_the_log_and_nobody(tmp_path: Path) -> None:
    node = filled(tmp_path)
    assert edit(node, "UPDATE search_document SET marking_id = 0 WHERE seq = (SELECT min(seq) FROM search_document)")
    (said, other) = wrong(node, "search")["search"]
    assert said.startswith("search_document: 1 rows do not follow from the log (report ")
    assert "are missing" in other
    assert NAME not in said + other


@pytest.mark.parametrize("change", ["seq = seq + 100", "seq = seq - 3", "forget_n = forget_n + 1"])
def test_a_place_in_the_log_that_was_changed_is_found(tmp_path: Path, change: str) -> None:
    node = filled(tmp_path)
    for view in ("link", "search"):
        assert edit(node, f"UPDATE log_view SET {change} WHERE name = '{view}'") == 1
        # Going back over what was applied can put the same rows there again: then there is nothing wrong.
        if change != "seq = seq - 3":
            assert list(wrong(node, view)) == [view]
        node.rebuild([view], viewer=AUDITOR)
        assert not wrong(node, view)


def test_others_may_write_while_views_are_checked(tmp_path: Path) -> None:
    node = filled(tmp_path)
    stop = Event()

    def write() -> None:
        other, number = Node.open(node.url), 5000
        while not stop.is_set():
            id = other.submit(seizure(phone("+50712"), occurrence=number), by="ann@ash").id
            if number % 3 == 0:
                other.purge([id], reason="ordered by a court", by="officer@ash")
            number += 1

    writer = Thread(target=write)
    writer.start()
    try:
        found = [wrong(node, view) for view in ("link", "plan", "search") for _ in range(2)]
    finally:
        stop.set()
        writer.join()
    # It may give up on a view that is written to all the while, and never says that rows are wrong.
    assert not [each for one in found for problems in one.values() for each in problems if "rows" in each]
    assert not wrong(node)


def test_checking_is_for_auditors_and_rebuilding_for_administrators(tmp_path: Path) -> None:
    node = filled(tmp_path)
    for refused in (node.check_views, node.rebuild):
        with pytest.raises(CutsetError):
            refused(viewer="ann@ash")
        with pytest.raises(CutsetError, match="no such view"):
            refused(["links"], viewer=AUDITOR)
    looks = node.audit(viewer=AUDITOR, view="rebuild")
    assert {(each.viewer, bool(each.failed)) for each in looks} == {("ann@ash", True), (AUDITOR, True)}


def no_view_differs(store: Store, data: st.DataObject) -> None:
    """Every view of the store, as it followed the log, is what is made anew; after a purge too."""
    node = Node.open(store.url)
    node.register(Viewer(AUDITOR, "birch", roles=("auditor", "privacy-officer")))
    for kind in VIEWS:
        node.index(kind)
    held = [each.entry.id for each in node.log.follow(0)]
    gone = data.draw(st.lists(st.sampled_from(held), unique=True, max_size=3))
    if gone:
        node.purge(gone, reason="ordered by a court", by=AUDITOR)
    assert not wrong(node)
    forget_engine(store.url)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.data())
def test_in_random_worlds_no_view_differs_from_what_is_made_anew(steps: list[Step], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, _ = build(Path(folder), steps)
        no_view_differs(store, data)


@pytest.mark.postgresql
def test_in_random_worlds_on_postgresql_too(
    postgresql_database: Callable[[], AbstractContextManager[str]], tmp_path: Path
) -> None:
    @settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(worlds(), st.data())
    def holds(steps: list[Step], data: st.DataObject) -> None:
        with postgresql_database() as url:
            store, _ = build(tmp_path, steps, url=url)
            no_view_differs(store, data)

    holds()


def test_the_verbs_tell_and_mend(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "made.cutset").status == 0
    node = Node.open(str(tmp_path / "made.cutset"))
    node.submit(case("7", phone("+5071"), marking=Marking(originator="local")), by="operator@local")
    node.search("7", viewer="operator@local")
    whole = run(tmp_path, "verify", "--views")
    assert whole.status == 0, whole.err
    assert "The view search is what the log makes of it" in whole.out
    assert edit(node, "DELETE FROM search_posting WHERE seq = (SELECT max(seq) FROM search_posting)")
    assert run(tmp_path, "verify").status == 0, "the log itself is whole"
    found = run(tmp_path, "verify", "--views", "--json")
    assert found.status == 1
    assert [each["view"] for each in found.json["views"] if each.get("problems")] == ["search"]
    told = run(tmp_path, "verify", "--views")
    assert "cutset rebuild search" in told.out
    assert "search" in run(tmp_path, "rebuild", "search").out
    assert run(tmp_path, "verify", "--views").status == 0


@pytest.mark.postgresql
def test_on_postgresql_too_and_no_schema_is_left(
    tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUTSET_FILES", str(tmp_path / "files"))
    node = filled(tmp_path, url=postgresql_url)
    assert not wrong(node)
    with engine(node.url).begin() as connection:
        connection.exec_driver_sql("UPDATE link_posting SET marking_id = 0")
        connection.exec_driver_sql("DELETE FROM search_document WHERE seq = (SELECT min(seq) FROM search_document)")
        connection.exec_driver_sql("CREATE SCHEMA cutset_aside_left_by_a_crash")
    assert set(wrong(node)) == {"link", "search"}
    node.rebuild(["link", "search"], viewer=AUDITOR)
    assert not wrong(node)
    with aside(node.url), pytest.raises(StoreBusy), aside(node.url):
        pass
    with engine(node.url).connect() as connection:
        schemas = connection.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars().all()
    assert not [each for each in schemas if each.startswith("cutset")]
