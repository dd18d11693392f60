from __future__ import annotations

from math import nan

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from cutset.allocate.network import BadNetwork, build, check_postings, effort, present, sound, standing, watchable
from cutset.model.network import Estimate, Means, Posting, Traffic, Way
from tests.allocate.making import about, diamond, networks, way

D = diamond()


def _with_way(**changed: object) -> dict[str, Way]:
    return D.ways | {"a/sx": replace(D.ways["a/sx"], **changed)}


def _with_traffic(**changed: object) -> dict[str, Traffic]:
    return {"a/coca": replace(D.traffic["a/coca"], **changed)}


def _with_means(**changed: object) -> dict[str, Means]:
    return {"a/cutters": replace(D.means["a/cutters"], **changed)}


@pytest.mark.parametrize(
    ("ways", "traffic", "means", "where", "what"),
    [
        (D.ways | {"a/loop": way("loop", "S", "S")}, D.traffic, D.means, "a/loop", "to itself"),
        (_with_way(sweep=about(-1.0)), D.traffic, D.means, "a/sx", "sweep"),
        (_with_way(sweep=Estimate(value=1, low=2, high=3, source="")), D.traffic, D.means, "a/sx", "not between"),
        (_with_way(sweep=Estimate(value=nan, low=0, high=3, source="")), D.traffic, D.means, "a/sx", "nan"),
        (_with_way(sweep=None, days=3), D.traffic, D.means, "a/sx", "no sweep"),
        (_with_way(days=nan), D.traffic, D.means, "a/sx", "days"),
        (_with_way(suits=0), D.traffic, D.means, "a/sx", "suitability"),
        (D.ways, _with_traffic(goals=("Z",)), D.means, "a/coca", "no open route"),
        (D.ways, _with_traffic(goals=("S",)), D.means, "a/coca", "both a source and a goal"),
        (D.ways, _with_traffic(kg_month=about(-5)), D.means, "a/coca", "mass a month"),
        (D.ways, _with_traffic(load_kg=about(0)), D.means, "a/coca", "weigh nothing"),
        (D.ways, D.traffic, _with_means(ways=("zz",)), "a/cutters", "unknown way, zz"),
        (D.ways, D.traffic, _with_means(areas=("Moon",)), "a/cutters", "no way that these means may watch"),
        (D.ways, D.traffic, _with_means(days=9), "a/cutters", "less than one deployment"),
        (D.ways, D.traffic, _with_means(step=0), "a/cutters", "length of a deployment"),
        (D.ways, D.traffic, _with_means(days=nan), "a/cutters", "number of days"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_is_refused_by_name_and_the_others_are_kept(
    ways: dict[str, Way], traffic: dict[str, Traffic], means: dict[str, Means], where: str, what: str
) -> None:
    with pytest.raises(BadNetwork) as caught:
        build(ways, traffic, means)
    assert caught.value.where == where
    assert what in str(caught.value)
    assert caught.value.remedy
    kept, bad = sound(ways, traffic, means)
    assert [each.where for each in bad] == [where]
    assert where not in {**kept.ways, **kept.traffic, **kept.means}
    assert len(kept.ways) + len(kept.traffic) + len(kept.means) == len(ways) + len(traffic) + len(means) - 1
    build(kept.ways, kept.traffic, kept.means)


def test_means_go_where_area_modality_and_ways_allow_and_days_elsewhere_stay() -> None:
    ways = D.ways | {
        "a/sx": way("sx", "S", "X", modality="land", days=7),
        "a/blind": way("blind", "X", "T", None),
        "a/shut": way("shut", "X", "T", open=False),
    }
    sea = _with_means(modalities=("sea",), factor=2)
    network = build(ways, D.traffic, sea)
    assert watchable(network, "a/cutters") == ("a/sy", "a/xt", "a/yt")
    assert present(network) == {"a/sx": 7}
    assert standing(network) == {"a/sx": 7}
    assert effort(network, [Posting(means="a/cutters", way="a/xt", days=20)]) == {"a/sx": 7, "a/xt": 40}
    named = build(ways, D.traffic, _with_means(ways=("xt", "a/yt")))
    assert watchable(named, "a/cutters") == ("a/xt", "a/yt")


@pytest.mark.parametrize(
    ("posting", "what"),
    [
        (Posting(means="a/none", way="a/xt", days=10), "means are not of the network"),
        (Posting(means="a/cutters", way="a/none", days=10), "way is not of the network"),
        (Posting(means="a/cutters", way="a/xt", days=15), "not whole deployments"),
        (Posting(means="a/cutters", way="a/xt", days=70), "70 days are posted of 60"),
        (Posting(means="a/cutters", way="a/xt", days=nan), "not a number"),
    ],
)
def test_a_posting_that_cannot_be_is_refused(posting: Posting, what: str) -> None:
    with pytest.raises(BadNetwork, match=what):
        check_postings(D, [posting])


@settings(max_examples=50, deadline=None)
@given(networks)
def test_the_order_of_entries_does_not_matter(network: object) -> None:
    ways, traffic, means = (dict(reversed(each.items())) for each in (network.ways, network.traffic, network.means))  # type: ignore[attr-defined]
    assert build(ways, traffic, means) == network
    assert list(build(ways, traffic, means).ways) == sorted(ways)
