from __future__ import annotations

from datetime import datetime

import pytest

from cutset.link.errors import NotFound
from cutset.link.repeats import repeats
from cutset.model.marking import Marking
from cutset.model.report import Judgement, Quantity, Report, Source, Where
from tests.samples import CLEAR, cocaine, day, private, seizure
from tests.worlds import Store


def judgement(verdict: str, *about: str, reverses: str = "", marking: Marking = CLEAR) -> Report:
    content = Judgement(verdict=verdict, about=tuple(sorted(about)), reverses=reverses)
    return Report(marking=marking, source=Source(dataset="judgements"), content=content)


def test_identical_rows_are_one_group(store: Store) -> None:
    ids = [store.submit(seizure(goods=(cocaine(5),), occurrence=number)) for number in (1, 2, 3)]
    store.submit(seizure(goods=(cocaine(5),), when=day(4)))
    (group,) = repeats(store.link, store.rights())
    assert group.reports == tuple(sorted(ids))
    assert group.identical
    assert group.differs == ()
    assert group.at == datetime.fromisoformat("2024-01-03T00:00:00+00:00")


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"goods": (cocaine(5, "g", 0.005),)}, ("unit", "mass_kg")),
        ({"goods": (cocaine(5.02),)}, ("amount", "mass_kg")),
        ({"goods": (cocaine(5000, "g", 5.0),)}, ("amount", "unit")),
        ({"goods": (cocaine(5),), "modality": "maritime", "direction": "inbound"}, ("modality", "direction")),
        ({"goods": (cocaine(5),), "where": Where(country="PA", place="BALBOA")}, ("other",)),
    ],
)
def test_near_repeats_say_what_differs(store: Store, other: dict[str, object], differs: tuple[str, ...]) -> None:
    store.submit(seizure(goods=(cocaine(5),)))
    store.submit(seizure(**other, occurrence=2))  # type: ignore[arg-type]
    (group,) = repeats(store.link, store.rights())
    assert not group.identical
    assert group.differs == differs


@pytest.mark.parametrize(
    "other",
    [
        {"goods": (cocaine(5.1),)},
        {"goods": (cocaine(5),), "when": day(4)},
        {"goods": (cocaine(5),), "where": Where(country="PA", place="Colón")},
        {"goods": (cocaine(5),), "dataset": "another"},
        {"goods": ()},
    ],
)
def test_what_differs_more_is_no_repeat(store: Store, other: dict[str, object]) -> None:
    store.submit(seizure(goods=(cocaine(5),)))
    store.submit(seizure(**other, occurrence=2))  # type: ignore[arg-type]
    assert repeats(store.link, store.rights()) == []


def test_no_amount_is_not_the_same_amount(store: Store) -> None:
    nothing = (cocaine(0),)
    store.submit(seizure(goods=nothing, text="a boat"))
    store.submit(seizure(goods=nothing, text="a car"))
    assert repeats(store.link, store.rights()) == []
    store.submit(seizure(goods=nothing, text="a car", modality="maritime"))
    (group,) = repeats(store.link, store.rights())
    assert group.differs == ("modality",)


def test_small_steps_do_not_chain_into_a_large_one(store: Store) -> None:
    for number in range(10):
        quantity = cocaine(100 * 1.004**number)
        store.submit(seizure(goods=(quantity,), occurrence=number + 1))
    assert [len(group.reports) for group in repeats(store.link, store.rights())] == [2] * 5


def test_hidden_repeats_are_not_counted(store: Store) -> None:
    store.submit(seizure(goods=(cocaine(5),)))
    store.submit(seizure(goods=(cocaine(5),), occurrence=2, marking=private("ash")))
    assert len(repeats(store.link, store.rights("ash"))) == 1
    assert repeats(store.link, store.rights("birch")) == []


def test_a_person_judges_and_another_reverses(store: Store) -> None:
    one, two, three = (store.submit(seizure(goods=(cocaine(5),), occurrence=number)) for number in (1, 2, 3))
    same = store.submit(judgement("same", one, two))
    (group,) = repeats(store.link, store.rights())
    assert [(ruling.id, ruling.verdict, ruling.about) for ruling in group.rulings] == [
        (same, "same", tuple(sorted((one, two))))
    ]
    assert not group.settled
    different = store.submit(judgement("different", two, three))
    (group,) = repeats(store.link, store.rights())
    assert group.settled
    assert len(group.reports) == 3
    undone = store.submit(judgement("unsure", one, two, three, reverses=different))
    (group,) = repeats(store.link, store.rights())
    assert {ruling.id for ruling in group.rulings} == {same, undone}
    assert not group.settled
    store.submit(judgement("unsure", one, two, reverses=undone))
    (group,) = repeats(store.link, store.rights())
    assert different in {ruling.id for ruling in group.rulings}
    assert group.settled


def test_a_hidden_judgement_is_not_shown(store: Store) -> None:
    one, two = (store.submit(seizure(goods=(cocaine(5),), occurrence=number)) for number in (1, 2))
    store.submit(judgement("same", one, two, marking=private("ash")))
    assert repeats(store.link, store.rights("ash"))[0].settled
    assert repeats(store.link, store.rights("birch"))[0].rulings == ()


def test_contradicting_judgements_settle_nothing(store: Store) -> None:
    one, two = (store.submit(seizure(goods=(cocaine(5),), occurrence=number)) for number in (1, 2))
    store.submit(judgement("same", one, two))
    store.submit(judgement("different", one, two))
    (group,) = repeats(store.link, store.rights())
    assert len(group.rulings) == 2
    assert not group.settled


def test_pages_follow_each_other(store: Store) -> None:
    for number in range(1, 6):
        for occurrence in (1, 2):
            store.submit(seizure(goods=(cocaine(number),), when=day(number), occurrence=occurrence))
    everything = repeats(store.link, store.rights())
    assert [group.at for group in everything] == [day(number).at for number in (5, 4, 3, 2, 1)]
    paged = repeats(store.link, store.rights(), limit=2)
    while len(paged) < 5:
        paged += repeats(store.link, store.rights(), limit=2, after=paged[-1].id)
    assert paged == everything
    with pytest.raises(NotFound):
        repeats(store.link, store.rights(), after="g-never")


def test_counts_without_a_mass_compare_by_amount(store: Store) -> None:
    tablets = cocaine(1)
    for number, unit in enumerate(("tablet", "capsule")):
        goods = (type(tablets)(contraband="drug", substance="x", quantity=Quantity(amount=490.0, unit=unit)),)
        store.submit(seizure(goods=goods, occurrence=number + 1))
    (group,) = repeats(store.link, store.rights())
    assert group.differs == ("unit",)
