"""The graph of links: what one step shows, and that the way found is a shortest one."""

from __future__ import annotations

import tempfile
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cutset.access.rights import Rights
from cutset.link import bearings, graph
from cutset.link.entities import entities
from cutset.link.errors import NotFound
from cutset.link.graph import opened, way
from cutset.link.index import LinkIndex
from tests.non_interference.graph import THINGS
from tests.samples import case, imo, marked, phone, portion, private, seizure
from tests.worlds import VIEWERS, Step, Store, build, worlds

ONE, TWO, SHIP = "+15551230001", "+15551230002", "9074729"


def chain(store: Store) -> tuple[str, str, str]:
    """Two seizures and a case, linked by a telephone and by a ship."""
    first = store.submit(seizure(phone(ONE)))
    second = store.submit(seizure(phone(ONE), imo(SHIP), occurrence=2))
    return first, second, store.submit(case("C-1", imo(SHIP), phone(TWO)))


def test_a_report_opens_to_what_it_names_and_a_thing_to_who_names_it(store: Store) -> None:
    first, second, _ = chain(store)
    shown = opened(store.link, store.rights("ash"), second)
    assert [(each.id, each.lines) for each in shown.dots] == [(f"imo:{SHIP}", 2), (f"phone:{ONE}", 2)]
    assert shown.marking is not None
    assert shown.marking.banner == "TLP:CLEAR//ASH"
    line = next(each for each in shown.lines if each.thing == f"phone:{ONE}")
    assert (line.mention, line.role, line.written) == (f"{second}#0", "subject", f"tel {ONE}")
    thing = opened(store.link, store.rights("ash"), f"phone:{ONE}")
    assert {each.id for each in thing.dots} == {first, second}
    assert {each.report for each in thing.lines} == {first, second}


def test_the_limit_is_kept_and_what_is_left_out_counted(store: Store) -> None:
    reports = [store.submit(seizure(phone(ONE), phone(TWO), occurrence=number)) for number in range(1, 7)]
    shown = opened(store.link, store.rights("ash"), f"phone:{ONE}", limit=4)
    assert (len(shown.dots), shown.left_out) == (4, 2)
    assert {each.report for each in shown.lines} <= set(reports)
    assert opened(store.link, store.rights("ash"), reports[0], limit=1).left_out == 1


def test_a_way_says_why_each_step_is_there(store: Store) -> None:
    first, second, card = chain(store)
    found = way(store.link, store.rights("ash"), first, card)
    assert [each.id for each in found.dots] == [first, f"phone:{ONE}", second, f"imo:{SHIP}", card]
    assert {(each.report, each.thing) for each in found.lines} == {
        (first, f"phone:{ONE}"),
        (second, f"phone:{ONE}"),
        (second, f"imo:{SHIP}"),
        (card, f"imo:{SHIP}"),
    }
    ends = way(store.link, store.rights("ash"), f"phone:{ONE}", f"phone:{TWO}")
    assert [each.id for each in ends.dots] == [f"phone:{ONE}", second, f"imo:{SHIP}", card, f"phone:{TWO}"]
    assert [each.id for each in way(store.link, store.rights("ash"), first, first).dots] == [first]


def test_no_way_passes_what_is_hidden(store: Store) -> None:
    first = store.submit(seizure(phone(ONE)))
    store.submit(seizure(phone(ONE), imo(SHIP), occurrence=2, marking=private("ash")))
    card = store.submit(case("C-1", imo(SHIP)))
    assert len(way(store.link, store.rights("ash"), first, card).dots) == 5
    assert way(store.link, store.rights("birch"), first, card) == graph.Way()
    hidden = store.submit(case("C-2", marking=marked("ash"), portions=(portion(private("ash"), phone(TWO)),)))
    assert [each.id for each in opened(store.link, store.rights("ash"), hidden).dots] == [f"phone:{TWO}"]
    assert opened(store.link, store.rights("birch"), hidden).dots == ()
    with pytest.raises(NotFound) as of_hidden:
        opened(store.link, store.rights("birch"), f"phone:{TWO}")
    with pytest.raises(NotFound) as of_never:
        opened(store.link, store.rights("birch"), f"phone:{TWO[:-1]}9")
    assert str(of_hidden.value)[:40] == str(of_never.value)[:40]


def test_a_common_thing_is_not_passed_but_can_be_opened(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearings, "PASSED_ABOVE", 3)
    first = store.submit(seizure(phone(ONE)))
    card = store.submit(case("C-1", phone(ONE)))
    for number in range(2, 4):
        store.submit(seizure(phone(ONE), occurrence=number))
    assert way(store.link, store.rights("ash"), first, card).dots == ()
    assert opened(store.link, store.rights("ash"), f"phone:{ONE}").dot.lines == 4
    # Who asks from the thing itself is given who names it.
    assert len(way(store.link, store.rights("ash"), f"phone:{ONE}", card).dots) == 2


def test_a_search_that_grows_too_large_stops_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, card = chain(store)
    monkeypatch.setattr(graph, "MOST_SEARCHED", 2)
    assert way(store.link, store.rights("ash"), first, card) == graph.Way(stopped=True)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_the_way_is_as_short_as_by_opening_every_node(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store, _ = build(Path(directory), steps)
        rights = store.rights(VIEWERS[1].agency)
        reports = [each.entry.id for each in store.log.follow(0)]
        nodes = [*reports[:6], *THINGS[:4]]
        whole = around(store.link, rights, [*reports, *THINGS])
        for one, other in combinations(nodes, 2):
            if one not in whole or other not in whole:
                with pytest.raises(NotFound):
                    way(store.link, rights, one, other)
                continue
            found = way(store.link, rights, one, other).dots
            assert len(found) == steps_between(whole, one, other)
            for left, right in pairwise(found):
                assert right.id in whole[left.id]


def around(link: LinkIndex, rights: Rights, nodes: list[str]) -> dict[str, set[str]]:
    """Every node that is there, with its neighbours, by opening one after the other."""
    found: dict[str, set[str]] = {}
    contested = {each.id for each in entities(link, rights) if each.contested}
    for node in [*nodes, *(each.id for each in entities(link, rights))]:
        try:
            shown = opened(link, rights, node, limit=200)
        except NotFound:
            continue
        found[node] = {each.id for each in shown.dots} - contested
    return {node: ends for node, ends in found.items() if node not in contested}


def steps_between(whole: dict[str, set[str]], one: str, other: str) -> int:
    """How many nodes a shortest way has, both ends counted; 0 where there is none."""
    ring, seen, length = {one}, {one}, 1
    while ring:
        if other in ring:
            return length
        ring = {far for node in ring for far in whole.get(node, ())} - seen
        seen |= ring
        length += 1
    return 0
