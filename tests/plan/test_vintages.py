from __future__ import annotations

from cutset.model.report import Report
from cutset.plan.summary import summary
from cutset.plan.vintages import restatements
from tests.samples import CLEAR, cocaine, outcome, private
from tests.worlds import Store


def masses(store: Store, agency: str) -> list[float]:
    found = summary(store.plan, store.rights(agency), by=("dataset",), basis="totals")
    return [row.mass_kg for row in found.rows]


def edition(vintage: str, mass_kg: float, **changes: object) -> Report:
    return outcome("2021-10 OFO", 4, cocaine(mass_kg), vintage=vintage, **changes)  # type: ignore[arg-type]


def test_the_newest_vintage_that_one_may_see_counts(store: Store) -> None:
    first = store.submit(edition("fy19-22", 10.0))
    second = store.submit(edition("fy20-23", 11.0, supersedes=(first,), marking=private("ash")))
    assert masses(store, "ash") == [11.0]
    assert masses(store, "birch") == [10.0]
    store.submit(edition("fy21-24", 12.0, supersedes=(second,), marking=CLEAR))
    assert masses(store, "ash") == [12.0]
    # Birch sees the first and the third, of which neither supersedes the other: still only the third counts.
    assert masses(store, "birch") == [12.0]


def test_restatements_list_what_changed(store: Store) -> None:
    first = store.submit(edition("fy19-22", 10.0))
    second = store.submit(edition("fy20-23", 11.5, supersedes=(first,)))
    store.submit(edition("fy21-24", 11.5, supersedes=(second,)))
    (found,) = restatements(store.plan, store.rights(), "totals")
    assert (found.older, found.newer) == (first, second)
    assert (found.older_vintage, found.newer_vintage) == ("fy19-22", "fy20-23")
    assert found.changes == {"mass_kg cocaine": (10.0, 11.5)}
    assert found.record == "2021-10 OFO"
    assert restatements(store.plan, store.rights(), "never") == []


def test_a_hidden_edition_is_not_a_restatement(store: Store) -> None:
    first = store.submit(edition("fy19-22", 10.0))
    store.submit(edition("fy20-23", 11.5, supersedes=(first,), marking=private("ash")))
    assert len(restatements(store.plan, store.rights("ash"), "totals")) == 1
    assert restatements(store.plan, store.rights("birch"), "totals") == []


def test_a_total_taken_back_is_listed_and_does_not_count(store: Store) -> None:
    first = store.submit(edition("fy19-22", 10.0))
    store.submit(edition("fy19-22", 10.0, supersedes=(first,), withdrawn=True))
    assert masses(store, "ash") == []
    (found,) = restatements(store.plan, store.rights(), "totals")
    assert found.withdrawn
    assert found.changes == {"events": (4.0, None), "mass_kg cocaine": (10.0, None)}


def test_unkeyed_totals_are_compared_by_supersession(store: Store) -> None:
    first = store.submit(outcome("", 4, cocaine(10.0)))
    store.submit(outcome("", 5, cocaine(10.0), supersedes=(first,)))
    store.submit(outcome("", 6, cocaine(99.0)))
    (found,) = restatements(store.plan, store.rights(), "totals")
    assert found.changes == {"events": (4.0, 5.0)}


def test_two_rows_of_one_edition_both_count(store: Store) -> None:
    store.submit(edition("fy19-22", 10.0))
    store.submit(edition("fy19-22", 2.0))
    assert masses(store, "ash") == [12.0]
    assert restatements(store.plan, store.rights(), "totals") == []
