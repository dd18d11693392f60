"""SQLite and PostgreSQL hold, refuse, order and show the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from cutset.access.registry import Viewer
from cutset.log.store import Log, Refusal, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Case, Portion, Report, Source
from tests.non_interference import TRIALS
from tests.test_non_interference import everything
from tests.worlds import VIEWERS, Step, Store, build, worlds

pytestmark = pytest.mark.postgresql

Database = Callable[[], AbstractContextManager[str]]


@contextmanager
def both(steps: list[Step], database: Database) -> Iterator[tuple[Store, Store]]:
    """The same world in an SQLite file and in a PostgreSQL database."""
    with tempfile.TemporaryDirectory() as directory, database() as url:
        folder = Path(directory)
        one, submitted = build(folder, steps, at_once=True)
        other, also_submitted = build(folder, steps, at_once=True, url=url)
        assert submitted == also_submitted
        yield one, other


def state(log: Log) -> Any:
    """All that the log holds and says of itself, but for its roots: the first leaf names the store and its key."""
    head = log.head()
    assert head is not None
    verified = log.verify(head)
    assert verified.ok, verified.problems
    counts = verified.leaves, verified.reports, verified.purged
    return log.follow(0), log.forgotten(0), log.registry(), counts, head.size


@settings(
    max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(steps=worlds())
def test_both_databases_hold_and_show_the_same(postgresql_database: Database, steps: list[Step]) -> None:
    with both(steps, postgresql_database) as (one, other):
        assert state(one.log) == state(other.log)
        asked = everything(one)
        assert everything(other) == asked
        for viewer in VIEWERS:
            assert other.rights(viewer.agency) == one.rights(viewer.agency)
        rights = one.rights(VIEWERS[len(steps) % len(VIEWERS)].agency)
        for name, trial in TRIALS.items():
            assert trial(one, rights, asked) == trial(other, rights, asked), name
        doomed = asked.reports[::2]
        assert [store.log.purge(doomed, reason="a court's order", by="ann@ash") for store in (one, other)]
        for store in (one, other):
            store.catch_up()
        assert state(one.log) == state(other.log)
        assert everything(one) == everything(other)


def case(number: str, originator: str = "ash", **rest: Any) -> Report:
    content = Case(number=number, title="Jorge Ñandú 麻 \U0001f40d")
    return Report(
        marking=Marking(originator=originator, tlp=Tlp.GREEN), source=Source(dataset="list"), content=content, **rest
    )


def test_both_databases_refuse_and_answer_repeats_alike(tmp_path: Path, postgresql_url: str) -> None:
    laxer = (Portion(marking=Marking(originator="ash", tlp=Tlp.CLEAR), text="apart"),)
    batch = [
        Submission(report=case("1"), by="ann@ash", file="list.csv", line=1),
        Submission(report=case("1"), by="ann@ash", file="list.csv", line=2),
        Submission(report=case("2"), by="ann@birch"),
        Submission(report=case("3"), by="nobody@ash"),
        Submission(report=case("4", portions=laxer), by="ann@ash"),
        Submission(report=case("5", supersedes=("r-never",)), by="ann@ash"),
        Submission(report=case("6", text="x" * 2_000_000), by="ann@ash"),
    ]
    answers, states = [], []
    for url in (str(tmp_path / "store.cutset"), postgresql_url):
        store = Store(url)
        first = store.log.append(batch)
        store.log.register(Viewer(id="extra@ash", agency="ash"))
        answers.append((first, store.log.append(batch)))
        store.catch_up()
        store.log.compact()
        states.append(state(store.log))
    assert answers[0] == answers[1]
    assert states[0] == states[1]
    assert [isinstance(answer, Refusal) for answer in answers[0][0]] == [False, False, True, True, True, True, False]
    assert [answer.held for answer in answers[1][1] if not isinstance(answer, Refusal)] == [True, True, True]
