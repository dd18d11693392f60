"""What goes back for loads that arrived: money by banks and by car, and weapons."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cutset.exercise.files import write
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.truth import World, month_of
from cutset.exercise.world import make
from cutset.ingest.formats import reader
from cutset.ingest.reader import Context, Draft
from cutset.model.marking import Marking
from cutset.model.report import Seizure

# So many that their number tells.
OFTEN = {"return.reported": 0.1, "return.weapons": 0.1, "return.cash": 0.1}
BACK = ("bank-reports", "southbound")


def world(*changes: Change) -> World:
    plot = Scenario(name="often", title="", story="", changes=changes, parameters=OFTEN)
    return make(7, quiet=0, scale=0, months=12, plot=plot)


def returned(made: World, feed: str) -> Counter[int]:
    return Counter(month_of(paper.at) for paper in made.papers if paper.feed == feed)


@pytest.mark.parametrize("feed", BACK)
def test_money_and_weapons_go_back_in_the_months_after_loads_arrived(feed: str) -> None:
    usual = world()
    found = returned(usual, feed)
    # Nothing is paid before the first loads have arrived, and something is in each month from then on.
    assert min(found.values()) > 10
    assert set(found) == set(range(1, 13))
    assert found[1] < 0.7 * sum(found.values()) / 12
    # Where everyone watches ten times as closely from the sixth month on, less arrives, and less goes back.
    agencies = ("uscg", "cbp", "uspis", "partner", "county-sheriff")
    pressed = returned(world(*(Change(since=6, agency=each, budget=10.0) for each in agencies)), feed)
    assert sum(pressed[month] for month in range(8, 13)) < 0.8 * sum(found[month] for month in range(8, 13))


def test_who_sends_more_gets_more_back() -> None:
    made = world()
    cards = {card.number: card for card in made.organisations}
    back = Counter(paper.organisation for paper in made.papers if paper.feed in BACK)
    assert len(set(back.values())) > 5
    sellers = Counter(cards[paper.organisation].form for paper in made.papers if paper.feed == "southbound")
    # Who sells by post brings no car over the border.
    assert set(sellers) == {"hierarchical", "network"}


def test_weapons_of_several_sorts_and_cash_are_read_as_what_they_are(tmp_path: Path) -> None:
    write(world(), tmp_path / "world")
    context = Context(marking=Marking(originator="cbp"), made=True)
    sorts: Counter[str] = Counter()
    for each in reader("exercise-southbound").read(tmp_path / "world" / "southbound.csv", context):
        assert isinstance(each, Draft), each
        assert isinstance(each.report.content, Seizure)
        (goods,) = each.report.content.goods
        sorts[goods.contraband] += 1
        assert (goods.money is not None) == (goods.contraband == "currency")
        assert (goods.quantity is not None) == (goods.contraband != "currency")
    assert set(sorts) == {"weapon", "weapon part", "ammunition", "currency"}
    assert 0.5 * sorts["currency"] < sorts.total() - sorts["currency"] < 2 * sorts["currency"]
