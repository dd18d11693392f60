"""What was purged is gone: from the log, from views, and from the files; and the log still verifies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from cutset.access.registry import Viewer
from cutset.link.index import LinkIndex
from cutset.log.database import engine
from cutset.log.errors import BadProof, NoSuchViewer, PurgeRefused, StoreBusy, StoreError
from cutset.log.follower import follow
from cutset.log.store import Log, Submission
from cutset.log.tables import log_supersession
from cutset.model.mention import Mention, MentionKind
from cutset.model.report import Receipt
from cutset.plan.index import PlanIndex
from tests.log.stores import BY, create, put, report

NAME = "Zebulon Quartermain-Xiphias"
REASON = "retention is over"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    log = create(str(tmp_path / "store.cutset"))
    log.register(Viewer(id="cleo@ash", agency="ash"), Viewer(id="dan@birch", agency="birch"))
    return log


def test_no_byte_of_a_purged_name_is_left_in_any_file(log: Log) -> None:
    index, plan = LinkIndex(log.url), PlanIndex(log.url)
    put(log, *(report(n) for n in range(300)))
    named = msgspec.structs.replace(
        report(2, text=f"seen with {NAME}"), mentions=(Mention(kind=MentionKind.PERSON, name=NAME),)
    )
    apart = tuple(msgspec.structs.replace(portion, text=NAME) for portion in named.portions)
    (id,) = put(log, msgspec.structs.replace(named, portions=apart), file=f"{NAME}.csv")
    put(log, *(report(n) for n in range(300, 400)))
    follow(log, index, plan)
    with sqlite3.connect(log.url) as connection:
        (salt,) = connection.execute(
            "SELECT salt FROM log_body JOIN log_report USING (seq) WHERE id = ?", (id,)
        ).fetchone()
        (identity,) = connection.execute(
            "SELECT hash FROM log_identity JOIN log_report USING (seq) WHERE id = ?", (id,)
        ).fetchone()
    connection.close()
    sought = [NAME.encode(), NAME.lower().encode(), salt, identity]
    assert any(sought[0] in raw for raw in files(log)), "it is there to be forgotten"
    assert log.purge([id], reason=REASON, by=BY) == 1
    with pytest.raises(StoreError, match="not yet forgotten") as caught:
        log.compact()
    assert caught.value.where == "link, plan"
    follow(log, index, plan)
    log.compact()
    for raw in files(log):
        for each in sought:
            assert each not in raw
    assert log.verify(log.head()).ok


def files(log: Log) -> list[bytes]:
    """Every file beside the store, whatever it is called."""
    return [path.read_bytes() for path in Path(log.url).parent.iterdir() if path.is_file()]


def test_a_purged_report_is_as_if_it_had_never_been(log: Log) -> None:
    ids = put(log, *(report(n) for n in range(9)))
    head = log.head()
    assert log.purge(ids[3:5], reason=REASON, by=BY) == 2
    left = [*ids[:3], *ids[5:]]
    assert list(log.fetch(ids, log.rights(BY))) == left
    assert [each.entry.id for each in log.follow(0)] == left
    assert log.held(ids[3]) is None
    with pytest.raises(BadProof):
        log.inclusion(ids[3])
    assert log.purge(ids[3:5], reason=REASON, by=BY) == 0
    verified = log.verify(head)
    assert verified.ok, verified.problems
    assert (verified.reports, verified.purged) == (7, 2)
    (again,) = log.append([Submission(report=report(3), by=BY)])
    assert isinstance(again, Receipt)
    assert not again.held, "nobody can learn that it had been there"
    assert again.id != ids[3]


def test_views_are_told_of_each_purge_once(log: Log) -> None:
    ids = put(log, *(report(n) for n in range(9)))
    seqs = {each.entry.id: each.entry.seq for each in log.follow(0)}
    log.purge([ids[5], ids[2]], reason=REASON, by=BY)
    log.purge([ids[7]], reason=REASON, by=BY)
    assert log.forgotten(0) == [(1, seqs[ids[2]]), (2, seqs[ids[5]]), (3, seqs[ids[7]])]
    assert log.forgotten(2) == [(3, seqs[ids[7]])]
    assert log.forgotten(3) == []


def test_who_may_purge(log: Log) -> None:
    ours = put(log, report(1), report(2))
    theirs = put(log, report(1, originator="birch"))
    assert log.purge([*ours, *theirs], reason=REASON, by="dan@birch") == 1, "without a role, one's own agency's"
    assert log.purge([*ours, *theirs], reason=REASON, by="bob@birch") == 2, "with one, all"
    assert log.follow(0) == []
    for by in ("never@ash", ""):
        with pytest.raises(NoSuchViewer):
            log.purge(ours, reason=REASON, by=by)


def test_ids_that_are_not_there_or_not_yours_are_passed_over_alike(log: Log) -> None:
    theirs = put(log, report(1, originator="birch"))
    size = log.head().size
    assert log.purge([*theirs, "r-never", "", "x" * 5000], reason=REASON, by="cleo@ash") == 0
    assert log.head().size == size
    assert len(log.follow(0)) == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b"])
def test_a_purge_needs_a_reason(log: Log, reason: str) -> None:
    ids = put(log, report(1))
    with pytest.raises(PurgeRefused):
        log.purge(ids, reason=reason, by=BY)
    assert len(log.follow(0)) == 1


def test_what_a_purged_report_superseded_stays_superseded(log: Log) -> None:
    (old,) = put(log, report(1))
    (new,) = put(log, report(2, supersedes=[old]))
    (newer,) = put(log, report(3, supersedes=[old, new]))
    before = supersessions(log)
    assert len(before) == 3
    log.purge([new], reason=REASON, by=BY)
    assert supersessions(log) == before
    log.purge([newer, old], reason=REASON, by=BY)
    assert supersessions(log) == before
    verified = log.verify()
    assert verified.ok, verified.problems


def supersessions(log: Log) -> list[tuple[int, ...]]:
    with engine(log.url).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(log_supersession))]


def test_many_are_purged_at_once(log: Log) -> None:
    ids = put(log, *(report(n) for n in range(1500)))
    assert log.purge(ids[::2], reason=REASON, by=BY) == 750
    assert [each.entry.id for each in log.follow(0)] == ids[1::2]
    log.compact()
    assert log.verify(log.head()).ok


@contextmanager
def short_wait(log: Log) -> Iterator[None]:
    """Writers of the store wait for no more than a moment."""

    def hurry(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout = 100")

    sa.event.listen(engine(log.url), "checkout", hurry)
    yield
    sa.event.remove(engine(log.url), "checkout", hurry)
    engine(log.url).dispose()


def test_a_reader_keeps_a_purge_from_being_called_done(log: Log) -> None:
    ids = put(log, report(1))
    reader = sqlite3.connect(log.url, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM log_report").fetchone()
    log.purge(ids, reason=REASON, by=BY)
    with short_wait(log), pytest.raises(StoreBusy):
        log.compact()
    reader.execute("ROLLBACK")
    reader.close()
    log.compact()


@pytest.mark.postgresql
def test_no_byte_of_a_purged_name_is_left_in_postgresqls_tables(postgresql_url: str) -> None:
    log = create(postgresql_url)
    index, plan = LinkIndex(log.url), PlanIndex(log.url)
    # So often that the planner's statistics quote it.
    named = [report(n, text=NAME) for n in range(200)]
    ids = put(log, *named, file=f"{NAME}.csv")
    put(log, *(report(n) for n in range(300, 400)))
    follow(log, index, plan)
    folder = Path(sa.make_url(postgresql_url).query["host"]) / "data" / "base"

    def left() -> list[Path]:
        with engine(log.url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        return [path for path in folder.rglob("*") if path.is_file() and NAME.encode() in path.read_bytes()]

    with engine(log.url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    assert len(left()) > 1, "it is there to be forgotten, in the statistics too"
    assert log.purge(ids, reason=REASON, by=BY) == 200
    follow(log, index, plan)
    log.compact()
    assert left() == []
    assert log.verify(log.head()).ok
