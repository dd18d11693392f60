"""Declared shipments: the signs are there, noisy, and the score of a ranking is what it says."""

from __future__ import annotations

from collections import Counter

import pytest

from cutset.exercise.papers import SHIPMENTS
from cutset.exercise.targeting import DEPTHS, hits
from cutset.exercise.trade import CONTAINER_SIGNS, KNOWN_PHONE, PARCEL_SIGNS
from cutset.exercise.truth import Paper, World
from cutset.exercise.world import make


@pytest.fixture(scope="module")
def world() -> World:
    return make(7, quiet=0)


def shipments(world: World) -> list[Paper]:
    return [paper for paper in world.papers if paper.feed in SHIPMENTS]


def test_loads_show_signs_more_often_than_innocents_who_show_them_too(world: World) -> None:
    for feed, signs in zip(SHIPMENTS, (CONTAINER_SIGNS, PARCEL_SIGNS), strict=True):
        papers = [paper for paper in shipments(world) if paper.feed == feed]
        loaded = [paper for paper in papers if paper.load]
        innocent = [paper for paper in papers if not paper.load]
        assert len(innocent) > 3 * len(loaded) > 300
        for sign in signs:
            seen, plain = (sum(sign in paper.signs for paper in group) / len(group) for group in (loaded, innocent))
            assert 0.05 < plain < seen < 0.6, sign
        # Many a load shows nothing, and of those who show much most are innocent or not, but not all of one sort.
        assert sum(not paper.signs for paper in loaded) > 0.15 * len(loaded)
        many = [paper for paper in papers if len(paper.signs) > 1]
        assert 0.1 < sum(paper.load > 0 for paper in many) / len(many) < 0.9


def test_the_signs_are_in_the_cells(world: World) -> None:
    manifests = [paper for paper in world.papers if paper.feed == "manifests"]
    home = {paper.cells["origin"]: paper.cells["lading"] for paper in manifests if "transshipped" not in paper.signs}
    for paper in manifests:
        assert ("transshipped" in paper.signs) == (paper.cells["lading"] != home[paper.cells["origin"]])
    shippers = Counter(paper.cells["shipper"] for paper in manifests)
    once = [paper for paper in manifests if "new shipper" in paper.signs]
    assert sum(shippers[paper.cells["shipper"]] < 4 for paper in once) > 0.8 * len(once)
    phones = {thing.value for card in world.organisations for thing in card.things if thing.kind == "phone"}
    for paper in manifests:
        assert (KNOWN_PHONE in paper.signs) == (paper.cells["consignee_phone"] in phones)
    assert any(KNOWN_PHONE in paper.signs for paper in manifests)


def test_chance_hits_as_often_as_loads_are_and_suspicion_more_often(world: World) -> None:
    by_record = {paper.record: paper for paper in world.papers}
    examined = [paper for paper in world.papers if paper.feed == "examinations"]
    for feed in SHIPMENTS:
        papers = [paper for paper in shipments(world) if paper.feed == feed]
        mine = [paper for paper in examined if by_record[paper.cells["paper"]].feed == feed]
        rate = {}
        for order in ("examine at random", "examine"):
            found = [paper.cells["found"] == "yes" for paper in mine if paper.cells["order"] == order]
            rate[order] = sum(found) / len(found)
        assert rate["examine at random"] == pytest.approx(sum(p.load > 0 for p in papers) / len(papers), rel=0.25)
        assert rate["examine"] > 1.5 * rate["examine at random"]
    assert all(by_record[p.cells["paper"]].seized == (p.cells["found"] == "yes") for p in examined)
    # What was seized was found by an examination, and each paper is examined once at most.
    names = Counter(paper.cells["paper"] for paper in examined)
    assert set(names.values()) == {1}
    assert {paper.record for paper in shipments(world) if paper.seized} <= set(names)


def test_a_perfect_ranking_hits_what_an_oracle_does_and_none_what_chance_does(world: World) -> None:
    perfect = {paper.record: float(paper.load > 0) for paper in shipments(world)}
    for best, blind, worst in zip(
        hits(world, perfect), hits(world, {}), hits(world, {k: -v for k, v in perfect.items()}), strict=True
    ):
        assert best.ranked == tuple(map(float, best.oracle))
        assert blind.ranked == pytest.approx(blind.chance, abs=0.01)
        assert worst.ranked == (0.0, 0.0, 0.0)
        assert len(best.inspected) == len(DEPTHS)
        for chance, signs, oracle in zip(best.chance, best.signs, best.oracle, strict=True):
            assert 1.5 * chance < signs < oracle


def test_what_was_examined_is_not_ranked_again(world: World) -> None:
    examined = {paper.cells["paper"] for paper in world.papers if paper.feed == "examinations"}
    for found in hits(world):
        left = [p for p in shipments(world) if p.feed == found.feed and p.record not in examined]
        assert (found.shipments, found.loaded) == (len(left), sum(p.load > 0 for p in left))
        assert found.ranked is None
    assert hits([world, world])[0].shipments == 2 * hits(world)[0].shipments


def lifts(papers: list[Paper]) -> dict[str, tuple[float, float]]:
    """For each field, and what can be read off it: the best share of loads among those alike in it, over that of all.

    With the field's own chance error: three standard deviations of the share where nothing told, for the best is the
    luckiest of hundreds of values. Only values that 100 papers or more have are counted.
    """
    base = sum(paper.load > 0 for paper in papers) / len(papers)
    rank = {paper.record: place * 10 // len(papers) for place, paper in enumerate(papers)}
    order = sorted(papers, key=lambda paper: paper.record)
    numbered = {paper.record: place * 10 // len(papers) for place, paper in enumerate(order)}
    seen: dict[tuple[str, str], list[bool]] = {}
    for paper in papers:
        told = {"place in the file": str(rank[paper.record]), "number": str(numbered[paper.record])}
        for name, value in paper.cells.items():
            if name in ("departs", "arrives", "declared", "sent"):
                told |= {f"{name}: month": value[:7], f"{name}: day": value[8:], f"{name}: given": str(bool(value))}
            elif name not in ("number", "item", "container"):
                told |= {name: value, f"{name}: length": str(len(value)), f"{name}: last": value[-1:]}
                told |= {f"{name}: first": value[:1], f"{name}: form": value.rpartition(" ")[2]}
            else:
                told |= {f"{name}: first": value[:4], f"{name}: last": value[-1:]}
        for name, value in told.items():
            seen.setdefault((name, value), []).append(paper.load > 0)
    found: dict[str, tuple[float, float]] = {}
    for (name, _), loads in seen.items():
        if len(loads) >= 100:
            noise = 3 * (base * (1 - base) / len(loads)) ** 0.5 / base
            found[name] = max(found.get(name, (0.0, 0.0)), (sum(loads) / len(loads) / base, noise))
    return found


# What may tell more than chance, because it is meant to: the planted signs (a name that is no regular sender's; goods
# that say nothing, such as a gift, which innocents send as well; a value that does not fit); of containers where they
# come from (for cocaine does), with the goods and the few regular traders of that country; and of parcels whether they
# come by mail or express, which organisations choose, with the airports of each, and the month, for they send more in
# some.
TELLING = {
    "manifests": {
        "origin": 7.0,
        "lading": 7.0,
        "port": 2.5,
        "goods": 4.0,
        "hs_code": 4.0,
        "shipper": 3.0,
        "consignee": 3.0,
        "weight_kg": 2.5,
        "value_usd": 2.5,
    },
    "advance-parcels": {
        "value_usd": 3.0,
        "weight_kg": 2.5,
        "goods": 3.0,
        "sender": 1.8,
        "modality": 2.5,
        "airport": 2.5,
        "declared": 1.5,
        "sent": 1.5,
    },
}


@pytest.mark.parametrize("feed", SHIPMENTS)
def test_no_field_tells_of_loads_but_those_that_are_meant_to(world: World, feed: str) -> None:
    papers = [paper for paper in shipments(world) if paper.feed == feed]
    for name, (lift, noise) in lifts(papers).items():
        most = TELLING[feed].get(name.partition(":")[0], 1.3 if feed == "advance-parcels" else 2.0)
        assert lift < most + noise, (name, lift, noise)


def test_parcels_with_drugs_arrive_where_all_parcels_do(world: World) -> None:
    parcels = [paper for paper in shipments(world) if paper.feed == "advance-parcels"]
    for modality in ("mail", "express consignment"):
        mine = [paper for paper in parcels if paper.cells["modality"] == modality]
        loaded = [paper for paper in mine if paper.load]
        for airport in {paper.cells["airport"] for paper in mine}:
            of_all, of_loads = (sum(p.cells["airport"] == airport for p in g) / len(g) for g in (mine, loaded))
            assert abs(of_all - of_loads) < 3 * (of_all * (1 - of_all) / len(loaded)) ** 0.5, airport
        (lift, noise) = lifts(mine)["airport"]
        assert lift < 1.2 + noise, modality
