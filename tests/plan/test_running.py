"""Running counts: what is kept up as the log grows equals what is counted from the beginning."""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset.access.rights import Rights
from cutset.log.filters import visible
from cutset.log.store import Submission
from cutset.log.tables import log_report
from cutset.model.report import Tasking
from cutset.plan.catalogue import catalogue
from cutset.plan.measures.compute import reading
from cutset.plan.measures.index import MeasureIndex
from cutset.plan.measures.reading import Sources
from cutset.plan.measures.running import Bounds, Counted, Running
from cutset.plan.periods import read
from cutset.plan.tally import added
from tests.plan.measuring import Measuring, report
from tests.plan.test_measures_of_the_visible import LATER, working
from tests.samples import CLEAR, cocaine, marked, private, seizure
from tests.worlds import VIEWERS, Step, Store, build


def taken(sources: Sources, rights: Rights) -> dict[Any, Any]:
    """Every measure, whole and split by its first two breakdowns over a year."""
    with reading(sources, rights, clock=LATER) as measures:
        return {
            (each.id, by, label): measures.measure(each.id, read(label) if label else None, by)
            for each in catalogue().measures
            for by, label in (((), ""), (each.by[:2], "2024"))
        }


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(working(), st.integers(1, 5), st.booleans())
def test_what_is_kept_up_equals_what_is_counted_anew(steps: list[Step], pace: int, purged: bool) -> None:
    with tempfile.TemporaryDirectory() as directory:
        _, submitted = build(Path(directory), steps)
        store = Store(str(Path(directory) / "slow.cutset"))
        sources = store.sources()
        ids = []
        for number, each in enumerate(submitted):
            store.times.at = LATER() if number == 0 else store.times.at
            ids.append(store.submit(each))
            sources.catch_up()
            if number % pace == 0:
                taken(sources, store.rights(VIEWERS[number % 3].agency))
        if purged:
            mine = submitted[len(submitted) // 2]
            store.log.purge([ids[len(ids) // 2]], reason="expired by law", by=f"ann@{mine.originator}")
            sources.catch_up()
        for viewer in VIEWERS:
            rights = store.rights(viewer.agency)
            fresh = sources._replace(measures=MeasureIndex(store.url))
            kept, anew = taken(sources, rights), taken(fresh, rights)
            for what in anew:
                assert kept[what] == anew[what], what


class Counter:
    """Counts reports by kind, and remembers how many rows each asking read."""

    def __init__(self, measuring: Measuring, agency: str = "ash") -> None:
        self.measuring, self.agency = measuring, agency
        self.read = 0

    def ask(self, running: Running) -> dict[Any, Counted]:
        rights = self.measuring.store.rights(self.agency)
        self.read = 0
        with self.measuring.sources.measures.engine.connect() as connection:

            def count(bounds: Bounds) -> Iterator[tuple[Hashable, Counted]]:
                seen = [visible(log_report.c.marking_id, rights), bounds(log_report.c.seq)]
                for (kind,) in connection.execute(sa.select(log_report.c.kind).where(*seen)):
                    self.read += 1
                    yield kind, (1,)

            return dict(running.groups(connection, rights, "kinds", count))


def kilograms(amount: float, **more: Any) -> Any:
    return seizure(**more, goods=(cocaine(amount),))


def test_only_what_is_new_is_counted(measuring: Measuring) -> None:
    running, counter = Running(), Counter(measuring)
    measuring.put_all([kilograms(float(number)) for number in range(1, 21)])
    assert counter.ask(running) == {"seizure": (20,)}
    assert counter.read == 20
    measuring.put(kilograms(50.0))
    assert counter.ask(running) == {"seizure": (21,)}
    assert counter.read == 1
    assert counter.ask(running) == {"seizure": (21,)}
    assert counter.read == 0


def test_what_is_superseded_is_counted_off_once(measuring: Measuring) -> None:
    running, counter = Running(), Counter(measuring)
    first = measuring.put(kilograms(1.0))
    measuring.put(kilograms(2.0))
    assert counter.ask(running) == {"seizure": (2,)}
    measuring.put(msgspec.structs.replace(kilograms(3.0), supersedes=(first,)))
    assert counter.ask(running) == {"seizure": (2,)}
    # A second report that supersedes the same one takes nothing more off.
    measuring.put(msgspec.structs.replace(kilograms(4.0), supersedes=(first,)))
    assert counter.ask(running) == {"seizure": (3,)}


def test_who_may_not_see_the_newer_report_keeps_the_older(measuring: Measuring) -> None:
    running = Running()
    ash, birch = Counter(measuring), Counter(measuring, "birch")
    first = measuring.put(kilograms(1.0))
    assert ash.ask(running) == birch.ask(running) == {"seizure": (1,)}
    measuring.put(msgspec.structs.replace(kilograms(3.0, marking=private()), supersedes=(first,)))
    assert ash.ask(running) == birch.ask(running) == {"seizure": (1,)}
    # Ash reads the new one and the one that it takes off; Birch, for whom nothing happened, reads nothing.
    assert (ash.read, birch.read) == (2, 0)
    assert measuring.take("seized-mass").whole.value == 3.0
    assert measuring.take("seized-mass", agency="birch").whole.value == 1.0


def test_a_new_marking_leaves_a_count_good_and_is_counted(measuring: Measuring) -> None:
    running, counter = Running(), Counter(measuring)
    measuring.put(kilograms(1.0))
    counter.ask(running)
    measuring.put(kilograms(2.0, marking=marked("ash", les=True)))
    assert counter.ask(running) == {"seizure": (2,)}
    assert counter.read == 1


def test_a_purge_takes_off_what_was_counted(measuring: Measuring) -> None:
    first = measuring.put(kilograms(1.0))
    second = measuring.put(kilograms(3.0))
    assert measuring.take("seized-mass").whole.value == 4.0
    measuring.store.log.purge([second], reason="expired by law", by="ann@ash")
    measuring.sources.catch_up()
    found = measuring.take("seized-mass")
    assert (found.whole.value, found.report_ids) == (1.0, (first,))


def test_counts_that_were_not_asked_for_lately_make_room(measuring: Measuring) -> None:
    running, ash, birch = Running(limit=1), Counter(measuring), Counter(measuring, "birch")
    measuring.put(kilograms(1.0))
    measuring.put(kilograms(2.0, marking=private()))
    assert ash.ask(running) == {"seizure": (2,)}
    assert birch.ask(running) == {"seizure": (1,)}
    assert ash.ask(running) == {"seizure": (2,)}
    assert ash.read == 2


def test_a_dropped_index_is_counted_from_the_beginning(measuring: Measuring) -> None:
    measuring.put(kilograms(1.0))
    assert measuring.take("seized-mass").whole.value == 1.0
    measuring.store.plan.drop()
    assert measuring.take("seized-mass").no_data
    measuring.sources.catch_up()
    assert measuring.take("seized-mass").whole.value == 1.0


def test_taken_off_masses_leave_no_trace(measuring: Measuring) -> None:
    # 0.1 + 0.2 - 0.2 in doubles is not 0.1, and 1e16 would swallow both.
    measuring.put(kilograms(0.1))
    again = [measuring.put(kilograms(amount)) for amount in (0.2, 1e16)]
    measuring.take("seized-mass")
    for old in again:
        measuring.put(msgspec.structs.replace(report(kilograms(0.0).content, marking=CLEAR), supersedes=(old,)))
    assert measuring.take("seized-mass").whole.value == 0.1


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.integers(1, 3)), max_size=20))
def test_a_sum_is_the_double_nearest_to_the_exact_one(amounts: list[tuple[float, int]]) -> None:
    from math import fsum

    times: dict[Any, int] = {}
    for amount, number in amounts:
        times[amount] = times.get(amount, 0) + number
    assert added(times) == fsum(amount for amount, number in amounts for _ in range(number))


def test_one_store_may_be_followed_by_two_processes(measuring: Measuring) -> None:
    measuring.put(kilograms(1.0))
    other = measuring.sources._replace(measures=MeasureIndex(measuring.store.url))
    rights = measuring.store.rights()
    with reading(other, rights, clock=LATER) as measures:
        assert measures.measure("seized-mass").whole.value == 1.0
    measuring.store.log.append([Submission(report=kilograms(2.0), by="ann@ash")])
    measuring.sources.catch_up()
    with reading(other, rights, clock=LATER) as measures:
        assert measures.measure("seized-mass").whole.value == 3.0


def test_what_named_an_edition_whose_successor_is_purged_names_nothing_new(measuring: Measuring) -> None:
    first = measuring.put(kilograms(1.0))
    order = Tasking(asset="birch", order="request", about=(first,), reason="the driver's name")
    measuring.put(report(order, marking=CLEAR))
    second = measuring.put(msgspec.structs.replace(report(kilograms(2.0).content, marking=CLEAR), supersedes=(first,)))
    measuring.store.log.purge([second], reason="expired by law", by="ann@ash")
    measuring.sources.catch_up()
    anew = measuring.sources._replace(measures=MeasureIndex(measuring.store.url))
    rights = measuring.store.rights()
    assert taken(measuring.sources, rights) == taken(anew, rights)
