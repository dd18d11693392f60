"""Scenarios: those that cutset ships do what they tell, and those that cannot be are refused with what to change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import msgspec
import pytest

from cutset.exercise import scenario
from cutset.exercise.displacement import balloon
from cutset.exercise.network import network
from cutset.exercise.parameters import Impossible, Parameters, described
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.theatre import Flow, Theatre, cast, staged


def flows(name: str, seed: int = 7, months: int = 24) -> list[Flow]:
    random = Random(seed)
    forms, drugs = cast(random, 40)
    played = Theatre(random, scenario.load(name), months, forms, drugs)
    return [flow for month in played.play() for flow in month.flows]


def by(found: list[Flow], edge: str, first: int, last: int) -> int:
    return sum(flow.loads for flow in found if flow.edge == edge and first <= flow.month <= last)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fentanyl_leaves_the_mail_when_it_is_inspected(seed: int) -> None:
    told, steady = flows("fentanyl-to-land", seed), flows("steady", seed)
    assert by(told, "post", 1, 6) == by(steady, "post", 1, 6)
    assert by(told, "post", 12, 24) < 0.7 * by(steady, "post", 12, 24)
    ports = ("otay-port", "nogales-port", "laredo-port")
    assert sum(by(told, edge, 12, 24) for edge in ports) > sum(by(steady, edge, 12, 24) for edge in ports)


def test_the_new_route_is_used_only_when_it_opens() -> None:
    told = flows("low-profile")
    assert by(told, "ep-new-low-profile", 1, 9) == 0
    assert by(told, "ep-new-low-profile", 10, 24) > 20
    assert by(flows("steady"), "ep-new-low-profile", 1, 24) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_while_the_scanner_is_down_more_comes_that_way(seed: int) -> None:
    told, steady = flows("scanner-down", seed), flows("steady", seed)
    assert by(told, "otay-port", 11, 16) > by(steady, "otay-port", 11, 16)


def test_while_the_scanner_is_down_a_fifth_is_found_there() -> None:
    def rate(name: str) -> float:
        found = [
            flow
            for seed in range(1, 6)
            for flow in flows(name, seed)
            if flow.edge == "otay-port" and 9 <= flow.month <= 14
        ]
        return sum(flow.seized for flow in found) / sum(flow.loads for flow in found)

    # The rest of the effort that its agency puts there finds no more for it.
    assert rate("scanner-down") == pytest.approx(0.2 * rate("steady"), rel=0.25)


def test_twice_the_effort_on_one_way_lowers_its_flow_and_raises_others() -> None:
    way, others, *_ = balloon("post", range(6))
    assert way.mean + way.half < 0
    assert others.mean - others.half > 0
    assert way.seeds == 6


def test_effort_moves_but_no_agency_has_more_of_it() -> None:
    found = flows("steady")
    for agency in ("uscg", "cbp"):
        sums: Counter[int] = Counter()
        for flow in found:
            if network().edges[flow.edge].watch == agency:
                sums[flow.month] += flow.effort  # type: ignore[assignment]
        budget = sum(edge.effort for edge in network().edges.values() if edge.watch == agency)
        # Ways that nobody goes by have effort too, and are not among the flows.
        assert max(sums.values()) <= budget + 1e-4


def test_a_season_holds_for_every_leg_that_a_small_boat_takes() -> None:
    # The new way's boats leave after a leg by fishing boat. Months 22 to 24 are July to September.
    opened, found = scenario.load("low-profile"), []
    for part in (1.0, 0.3):
        season = {f"season.{month}": part for month in ("july", "august", "september")}
        plot, whole = msgspec.structs.replace(opened, parameters=season), 0
        for seed in range(4):
            played = [flow for month in staged(seed, 0, 40, plot, 24).play() for flow in month.flows]
            whole += by(played, "ep-new-low-profile", 22, 24)
        found.append(whole)
    calm, rough = found
    assert rough < 0.6 * calm


def refuses(plot: Scenario, months: int = 12) -> Impossible:
    with pytest.raises(Impossible) as refused:
        scenario.check(plot, network(), months)
    assert refused.value.remedy
    return refused.value


def plot(*changes: Change, **parameters: float) -> Scenario:
    return Scenario(name="tried", title="", story="", changes=changes, parameters=parameters)


def test_a_world_with_no_route_left_is_refused_with_the_month() -> None:
    shut = [
        Change(since=5, edge=edge, open=False) for edge in ("otay-port", "otay-tunnel", "nogales-port", "courier-north")
    ]
    scenario.check(plot(*shut), network(), 12)
    told = refuses(plot(*shut, Change(since=5, edge="arizona-desert", open=False)))
    assert "no route is left for methamphetamine in month 5" in told.what


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(since=1, agency="uscg", budget=-1), "negative"),
        (Change(since=1, edge="post", effort=float("nan")), "effort is no number"),
        (Change(since=1, agency="uscg", budget=2000), "budget is more than 1,000"),
        (Change(since=1, edge="post", effort=float("inf")), "effort is more than 1,000"),
        (Change(since=1, edge="post", budget=2), "budget is no matter of a way"),
        (Change(since=1, edge="post", shares=False), "shares is no matter of a way"),
        (Change(since=1, agency="uscg", effort=2), "effort is no matter of an agency"),
        (Change(since=1, agency="uscg", open=False), "open is no matter of an agency"),
        (Change(since=1, edge="post"), "changes nothing"),
        (Change(since=1, agency="uscg"), "changes nothing"),
        (Change(since=40, edge="post", effort=2), "begins in month 40, and the world lasts 12"),
        (Change(since=0, edge="post"), "backwards"),
        (Change(since=5, until=4, edge="post"), "backwards"),
        (Change(since=1, edge="the-moon"), "there is no way"),
        (Change(since=1, agency="navy"), "no agency"),
        (Change(since=1), "an edge or of an agency"),
    ],
    ids=[
        "budget",
        "nan",
        "too-much",
        "infinite",
        "budget-of-a-way",
        "shares-of-a-way",
        "effort-of-an-agency",
        "opening-an-agency",
        "void-way",
        "void-agency",
        "too-late",
        "month",
        "until",
        "edge",
        "agency",
        "nothing",
    ],
)
def test_what_cannot_be_is_refused(change: Change, said: str) -> None:
    assert said in refuses(plot(change)).what


def test_a_parameter_out_of_its_range_or_unknown_is_refused() -> None:
    assert "out of range" in refuses(plot(**{"mail.loss": 7.0})).what
    assert "no such parameter" in refuses(plot(**{"mail.weight": 1.0})).what
    assert "at least one month" in refuses(plot(), months=0).what


def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path) -> None:
    for text in ("name = ", 'name = "x"', 'name = "x"\ntitle = "y"\nstory = "z"\nchange = []'):
        path = tmp_path / "plot.toml"
        path.write_text(text)
        with pytest.raises(Impossible, match="cannot be read"):
            scenario.load(str(path))
    with pytest.raises(Impossible, match="no such scenario"):
        scenario.load("nowhere")


def test_every_parameter_has_its_range_unit_and_source() -> None:
    for name, each in described().items():
        assert each.low <= each.value <= each.high, name
        assert each.unit, name
        assert each.source, name
    assert sum(not each.assumed for each in described().values()) > 15
    assert Parameters({"mail.loss": 0.2})["mail.loss"] == 0.2
