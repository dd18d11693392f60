from __future__ import annotations

from collections import Counter
from math import ceil, exp, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.allocate.baselines import even, greedy
from cutset.allocate.interdiction import decomposition
from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.patrol import Patrol, comb, equilibrium, schedule
from cutset.allocate.placement import Placing
from cutset.allocate.quantal import Game, against_error, quantal
from cutset.allocate.response import Objective, respond
from tests.allocate.making import diamond, needs_highs, networks
from tests.allocate.test_interdiction import worst

pytestmark = needs_highs
OBJECTIVES = st.sampled_from(list(Objective))


def watched(network: Network, patrol: Patrol) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in patrol.coverage:
        found[each.way] = found.get(each.way, 0.0) + each.days * network.means[each.means].factor
    return found


def test_the_diamond_s_patrol_is_as_by_hand() -> None:
    """20 days on xt and 40 on sy or yt: both routes are then met with 1 - exp(-0.4), and each is taken now and then."""
    found = equilibrium(diamond())
    assert found.value == pytest.approx(100 * exp(-0.4), rel=1e-5)
    days = {each.way: each.days for each in found.coverage}
    assert days["a/xt"] == pytest.approx(20, abs=1e-3)
    assert days.get("a/sy", 0) + days.get("a/yt", 0) == pytest.approx(40, abs=1e-3)
    # The traffickers' mix makes a day on xt worth what a day on yt is: 0.02 q = 0.01 (1 - q).
    shares = {each.ways: each.share for each in found.answers}
    assert shares[("a/sx", "a/xt")] == pytest.approx(1 / 3, abs=1e-6)
    assert shares[("a/sy", "a/yt")] == pytest.approx(2 / 3, abs=1e-6)
    assert all(each.chance_met == pytest.approx(1 - exp(-0.4), abs=1e-4) for each in found.answers)
    # xt has 2/3 of an asset a day; a load that passes in one day is met with 2/3 (1 - exp(-0.6)).
    by_days = {each.ways: each.chance_met_by_days for each in found.answers}
    assert by_days[("a/sx", "a/xt")] == pytest.approx(2 / 3 * (1 - exp(-0.6)), abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(networks, OBJECTIVES)
def test_neither_side_gains_by_turning_away(network: Network, objective: Objective) -> None:
    found = equilibrium(network, objective=objective, gap=1e-6)
    placing = Placing(network, objective)
    slack = 1e-5 * placing.scale
    # The traffickers: no route of all is worth more than the value.
    assert worst(network, watched(network, found), objective) == pytest.approx(found.value, abs=slack)
    # The watch: against the mix no means is better spent elsewhere, by the slope of a convex function.
    exponents = placing.hazards(placing.none())
    for name, effort in watched(network, found).items():
        exponents[placing.graph.numbers[name]] = network.ways[name].sweep.value * effort  # type: ignore[union-attr]
    mixed, slope = 0.0, [0.0] * len(exponents)
    for answer in found.answers:
        stake = placing.stakes[answer.traffic]
        response = respond(stake, tuple(placing.graph.numbers[way] for way in answer.ways), exponents)
        mixed += stake.kg * answer.share * response.worth
        for number in response.route:
            slope[number] += stake.kg * answer.share * stake.scale * exp(-response.hazard)
    # The mix itself earns the value: every route in it is a best one.
    assert mixed == pytest.approx(found.value, abs=20 * slack)
    gain = 0.0
    for means in network.means:
        mine = [choice for choice in placing.choices if choice.means == means]
        most = max((choice.push * slope[choice.way] / choice.days for choice in mine), default=0.0)
        gain += most * network.means[means].days
        for each in found.coverage:
            if each.means == means:
                number = placing.graph.numbers[each.way]
                push = network.ways[each.way].sweep.value * network.means[means].factor  # type: ignore[union-attr]
                gain -= push * slope[number] * each.days
    assert gain <= 200 * slack


@settings(max_examples=20, deadline=None)
@given(networks, OBJECTIVES)
def test_frequencies_do_at_least_as_well_as_whole_deployments(network: Network, objective: Objective) -> None:
    placing = Placing(network, objective)
    slack = 1e-5 * placing.scale
    whole = decomposition(placing, gap=0.01, time_limit_s=3)
    assert equilibrium(network, objective=objective).bound <= whole.value + slack


@settings(max_examples=12, deadline=None)
@given(networks, st.integers(0, 100))
def test_a_schedule_keeps_the_frequencies(network: Network, seed: int) -> None:
    found = equilibrium(network)
    days = schedule(found, days=400, seed=seed)
    assert days == schedule(found, days=400, seed=seed)
    counts: Counter[tuple[str, str]] = Counter()
    for day in days:
        for means, ways in day.at.items():
            today = Counter(ways)
            whole = sum(each.a_day for each in found.coverage if each.means == means)
            assert floor(whole - 1e-9) <= len(ways) <= ceil(whole + 1e-9)
            for each in found.coverage:
                if each.means == means:
                    assert floor(each.a_day - 1e-9) <= today[each.way] <= ceil(each.a_day + 1e-9)
            counts.update((means, way) for way in ways)
    for each in found.coverage:
        # Five standard errors of a share of 400 days.
        assert counts[each.means, each.way] / 400 == pytest.approx(each.a_day, abs=5 * 0.5 / 400**0.5)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=6))
def test_over_all_starts_each_length_has_exactly_its_points(lengths: list[float]) -> None:
    starts = 1000
    counts = [comb(lengths, (n + 0.5) / starts) for n in range(starts)]
    for number, length in enumerate(lengths):
        mine = [each[number] for each in counts]
        assert sum(mine) / starts == pytest.approx(length, abs=2 / starts)
        assert max(mine) - min(mine) <= 1


@settings(max_examples=15, deadline=None)
@given(networks, OBJECTIVES)
def test_the_slope_under_quantal_response_is_that_of_the_value(network: Network, objective: Objective) -> None:
    placing = Placing(network, objective)
    game = Game(placing, 0.2)
    counts = [0.5 + n % 3 for n in range(len(placing.choices))]
    slopes = game.slopes(counts)
    for place in range(min(6, len(placing.choices))):
        step = 1e-5
        up, down = list(counts), list(counts)
        up[place] += step
        down[place] -= step
        measured = (game.value(up) - game.value(down)) / (2 * step)
        assert measured == pytest.approx(slopes[place], rel=1e-3, abs=1e-5 * placing.scale)


@settings(max_examples=10, deadline=None)
@given(networks)
def test_those_who_err_are_held_to_less_than_those_who_do_not(network: Network) -> None:
    best = equilibrium(network)
    found = quantal(network, heat=0.05, rounds=30)
    assert found.value <= best.value * (1 + 1e-3)
    assert found.value_at_best >= best.bound * (1 - 1e-3)
    days: Counter[str] = Counter()
    for each in found.coverage:
        days[each.means] += each.days  # type: ignore[assignment]
    assert all(used <= network.means[means].days + 1e-6 for means, used in days.items())


@settings(max_examples=10, deadline=None)
@given(networks, OBJECTIVES)
def test_whole_deployments_against_those_who_err_are_beaten_by_no_baseline(
    network: Network, objective: Objective
) -> None:
    placing = Placing(network, objective)
    counts = against_error(placing, 0.12)
    assert all(placing.used(counts)[name] <= limit for name, limit in placing.limits.items())
    assert all(count >= 0 and count == round(count) for count in counts)
    game = Game(placing, 0.12)
    # It begins from the best of them, and moves on only where that helps.
    for baseline in (greedy(placing), even(placing)):
        assert game.value(counts) <= game.value(baseline)


def test_refusals_are_in_words() -> None:
    with pytest.raises(BadNetwork, match="heat is 0"):
        quantal(diamond(), heat=0)
    with pytest.raises(BadNetwork, match="0 days"):
        schedule(equilibrium(diamond()), days=0)
    with pytest.raises(BadNetwork, match="no means"):
        equilibrium(replace(diamond(), means={}))
