"""The indexes follow the log: incremental equals rebuilt, a purge leaves nothing, a newer form is refused."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

import cutset.link.postings as of_postings
from cutset.clock import fixed
from cutset.link import index as of_index
from cutset.link.index import LinkIndex
from cutset.link.leads import leads
from cutset.link.repeats import repeats
from cutset.log.database import engine
from cutset.log.follower import Cursor, NewerIndex, follow
from cutset.log.tables import log_view
from cutset.plan import facts
from cutset.plan.index import PlanIndex
from tests.samples import case, cocaine, phone, portion, private, seizure
from tests.worlds import START, Step, Store, build, worlds


def rows(store: Store) -> dict[str, list[Any]]:
    """Every row of both indexes, with a selector's own words in place of its number."""
    tables = [*of_postings.metadata.sorted_tables, *facts.metadata.sorted_tables]
    found: dict[str, list[Any]] = {}
    with store.link.engine.connect() as connection:
        words = {row.id: (row.kind, row.value) for row in connection.execute(sa.select(of_postings.selector))}
        for table in tables:
            if table is of_postings.selector:
                found[table.name] = sorted(words.values())
            elif table is not of_index.applied:
                all_rows = [tuple(row) for row in connection.execute(sa.select(table))]
                if table is of_postings.posting:
                    all_rows = [(words[row[0]], *row[1:]) for row in all_rows]
                found[table.name] = sorted(all_rows, key=repr)
    return found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_incremental_equals_rebuilt_and_at_once(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        store, _ = build(Path(one), steps)
        stepwise = rows(store)
        before = leads(store.link, store.rights())
        store.link.drop()
        store.plan.drop()
        assert leads(store.link, store.rights()) == []
        store.catch_up()
        assert rows(store) == stepwise
        # The times at which leads were made stay, although the clock went on.
        assert leads(store.link, store.rights()) == before
        at_once, _ = build(Path(two), steps, at_once=True)
        assert rows(at_once) == stepwise


def test_small_batches_equal_a_large_one(store: Store) -> None:
    for number in range(7):
        store.put(seizure(phone(f"+{number % 3}"), goods=(cocaine(number),)))
    follow(store.log, store.link, limit=2)
    follow(store.log, store.plan, limit=3)
    stepwise = rows(store)
    store.link.drop()
    store.plan.drop()
    store.catch_up()
    assert rows(store) == stepwise


def test_one_pass_feeds_an_index_that_is_behind_and_one_that_is_ahead(store: Store) -> None:
    store.put(seizure(phone("+1")))
    store.plan.catch_up(store.log)
    store.put(seizure(phone("+2")))
    assert follow(store.log, store.link, store.plan) == 2
    assert store.link.cursor() == store.plan.cursor()
    assert len(rows(store)["plan_event"]) == 2


def test_a_batch_read_before_another_turn_is_not_applied(store: Store) -> None:
    since = store.link.cursor()
    store.put(seizure(phone("+1")))
    batch = store.log.follow(0)
    store.catch_up()
    assert not store.link.apply(batch, since)
    assert not store.plan.apply(batch, since)
    assert len(rows(store)["link_posting"]) == 1


def test_applying_what_is_there_already_changes_nothing(store: Store) -> None:
    store.submit(seizure(phone("+1")))
    before = rows(store)
    batch = store.log.follow(0)
    assert store.link.apply(batch)
    assert store.plan.apply(batch)
    assert rows(store) == before


def test_a_purge_leaves_no_row_and_no_selector(store: Store) -> None:
    kept = store.submit(seizure(phone("+50755501"), goods=(cocaine(3),)))
    secret = portion(private("ash"), phone("+50755502"), goods=(cocaine(4),))
    gone = store.submit(seizure(phone("+50755501"), phone("+50755503"), goods=(cocaine(5),), portions=(secret,)))
    store.submit(case("7", phone("+50755503")))
    # The third, from the one that is kept to the case, passes through the one that goes.
    assert len(leads(store.link, store.rights())) == 3
    store.log.purge([gone], reason="retention", by="ann@ash")
    store.catch_up()
    assert leads(store.link, store.rights()) == []
    assert repeats(store.link, store.rights()) == []
    left = rows(store)
    assert left["link_selector"] == [("phone", "+50755501"), ("phone", "+50755503")]
    assert {row[0] for row in left["plan_goods"]} == {row[0] for row in left["plan_event"]}
    assert len(left["plan_event"]) == 1
    assert kept in str(left["link_report"])
    assert gone not in str(left)
    store.link.drop()
    store.plan.drop()
    store.catch_up()
    assert rows(store) == left


def test_a_purge_between_reading_and_applying_wins(store: Store) -> None:
    gone = store.put(seizure(phone("+1")))
    since = store.link.cursor()
    batch = store.log.follow(0)
    store.log.purge([gone], reason="retention", by="ann@ash")
    store.link.catch_up(store.log)
    assert not store.link.apply(batch, since)
    assert rows(store)["link_posting"] == []


def test_a_newer_index_is_refused_and_an_older_one_rebuilt(store: Store, tmp_path: Path) -> None:
    url = str(tmp_path / "store.cutset")
    store.submit(seizure(phone("+1")))
    before = rows(store)
    with engine(url).begin() as connection:
        connection.execute(sa.update(log_view).where(log_view.c.name == "link").values(version=of_index.VERSION + 1))
    with pytest.raises(NewerIndex, match="newer cutset"):
        LinkIndex(url)
    with engine(url).begin() as connection:
        connection.execute(sa.update(log_view).where(log_view.c.name == "link").values(version=0))
    store.link = LinkIndex(url, clock=fixed(START))
    assert store.link.cursor() == Cursor()
    assert rows(store)["link_posting"] == []
    store.catch_up()
    assert rows(store) == before


def test_opening_again_keeps_what_is_there(store: Store, tmp_path: Path) -> None:
    store.submit(seizure(phone("+1")))
    before = rows(store)
    url = str(tmp_path / "store.cutset")
    store.link, store.plan = LinkIndex(url), PlanIndex(url)
    assert store.link.catch_up(store.log) == 0
    assert rows(store) == before
