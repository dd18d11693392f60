"""The made world's network as entries: what the exercise plays by, as its agencies would state it."""

from __future__ import annotations

from math import exp
from pathlib import Path

import pytest

from cutset.allocate import adaptation
from cutset.exercise.network import network
from cutset.exercise.networks import entries
from cutset.exercise.parameters import Parameters
from cutset.exercise.play import file_network, take_in
from cutset.model.network import Means, Traffic, Way
from cutset.node import Node
from cutset.plan.filed import entries as in_force
from cutset.plan.filed import filed
from cutset.plan.registers import check


def test_every_entry_can_be_and_every_way_and_drug_is_there() -> None:
    found = list(entries())
    for _, entry in found:
        check(entry)
    assert {entry.id for _, entry in found if isinstance(entry, Way)} == set(network().edges)
    assert {entry.id for _, entry in found if isinstance(entry, Traffic)} == set(network().drugs)
    assert all(agency == network().edges[entry.id].watch for agency, entry in found if isinstance(entry, Way))


def test_a_load_is_met_as_often_as_the_exercise_has_it_met() -> None:
    parameters = Parameters()
    for _, way in entries():
        if isinstance(way, Way) and way.open:
            assert way.sweep is not None
            edge = network().edges[way.id]
            played = adaptation.chance(parameters[f"{edge.mode}.loss"], edge.effort)
            assert 1 - exp(-way.sweep.value * way.days) == pytest.approx(played, abs=1e-4)


def test_means_have_the_days_that_are_spent_on_the_ways_where_they_can_be() -> None:
    ways = {way.id: way for _, way in entries() if isinstance(way, Way)}
    for _, means in entries():
        if isinstance(means, Means):
            assert means.days == pytest.approx(sum(ways[each].days for each in means.ways))


def test_the_made_network_is_stated_once_and_marked_as_made(tmp_path: Path) -> None:
    node = Node.create(str(tmp_path / "exercise.cutset"))
    (tmp_path / "none").mkdir()
    take_in(node, tmp_path / "none")
    assert file_network(node) == file_network(node) == len(list(entries()))
    found = filed(node.log, node.rights("watch@fusion"))
    assert len(found) == len(list(entries()))
    assert all(each.made for each in found)
    assert "uscg/ep-go-fast" in [each.key for each in in_force(found, Way)]
