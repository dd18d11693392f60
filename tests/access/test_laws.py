"""Laws that hold for every registry, viewer, marking and purpose."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.access.decide import decide
from cutset.access.policy import policy
from cutset.access.registry import Group, Registry, Viewer
from cutset.model.marking import Marking, Tlp, join
from tests.access.people import IDS, MADE, TOKENS, a_marking, a_purpose, a_registry, a_viewer


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Registry, str]:
    def choose(several: Any) -> Any:
        return draw(st.sampled_from(several))

    return a_registry(choose), a_purpose(choose)


@st.composite
def markings(draw: st.DrawFn, *, limited: bool | None = None) -> Marking:
    found = a_marking(lambda several: draw(st.sampled_from(several)))
    if limited is True and found.rel_to is None:
        return replace(found, rel_to=())
    return found


def seen(registry: Registry, marking: Marking, purpose: str) -> set[str]:
    return {viewer.id for viewer in registry.viewers if decide(viewer, marking, registry, purpose=purpose).allowed}


@settings(deadline=None, max_examples=400)
@given(worlds(), st.lists(markings(), min_size=1, max_size=3))
@example((MADE, "investigation"), [Marking(originator="dea"), Marking(originator="dea", rel_to=("agency:policia",))])
@example(
    (MADE, "audit"), [Marking(originator="hsi", orcon=True), Marking(originator="dea", rel_to=("agency:policia",))]
)
@example(
    (MADE, "safety"),
    [Marking(originator="dea", tlp=Tlp.RED), Marking(originator="dea", tlp=Tlp.GREEN, rel_to=("viewer:ann@hsi",))],
)
@example((MADE, "targeting"), [Marking(originator="dea"), Marking(originator="policia")])
def test_who_sees_a_join_sees_all_that_was_joined(world: tuple[Registry, str], several: list[Marking]) -> None:
    registry, purpose = world
    of_join = seen(registry, join(*several), purpose)
    for marking in several:
        assert of_join <= seen(registry, marking, purpose), (several, join(*several))


@settings(deadline=None)
@given(worlds(), markings())
def test_a_join_with_itself_is_itself(world: tuple[Registry, str], marking: Marking) -> None:
    registry, purpose = world
    assert seen(registry, join(marking, marking), purpose) == seen(registry, marking, purpose)


@settings(deadline=None, max_examples=300)
@given(worlds(), markings())
def test_les_orcon_purposes_and_a_higher_level_never_widen(world: tuple[Registry, str], marking: Marking) -> None:
    registry, purpose = world
    before = seen(registry, marking, purpose)
    stricter = [
        replace(marking, les=True),
        replace(marking, orcon=True),
        replace(marking, purposes=("investigation",) if marking.purposes is None else marking.purposes[1:]),
        *(replace(marking, tlp=level) for level in Tlp if level.strictness > marking.tlp.strictness),
    ]
    for each in stricter:
        assert seen(registry, each, purpose) <= before, each


@settings(deadline=None, max_examples=300)
@given(worlds(), markings(limited=True), st.sampled_from(TOKENS))
def test_naming_one_more_never_narrows_nor_admits_another(
    world: tuple[Registry, str], marking: Marking, token: str
) -> None:
    registry, purpose = world
    wider = replace(marking, rel_to=tuple(sorted({*(marking.rel_to or ()), token})))
    before, after = seen(registry, marking, purpose), seen(registry, wider, purpose)
    assert before <= after
    alone = seen(registry, replace(marking, rel_to=(token,)), purpose)
    assert after <= before | alone


@settings(deadline=None)
@given(worlds(), markings())
def test_a_rel_to_on_clear_or_green_or_under_orcon_never_widens(world: tuple[Registry, str], marking: Marking) -> None:
    registry, purpose = world
    low = replace(marking, tlp=min(marking.tlp, Tlp.GREEN, key=lambda level: level.strictness), orcon=False)
    assert seen(registry, low, purpose) <= seen(registry, replace(low, rel_to=None), purpose)


@settings(deadline=None, max_examples=300)
@given(worlds(), markings(), st.data())
def test_a_forbid_wins_and_only_a_permit_allows(world: tuple[Registry, str], marking: Marking, data: Any) -> None:
    registry, purpose = world
    viewer = a_viewer(lambda several: data.draw(st.sampled_from(several)), registry)
    decision = decide(viewer, marking, registry, purpose=purpose)
    forbidden = any(not reason.permits for reason in decision.reasons)
    assert decision.reasons
    assert decision.allowed == (not forbidden)
    assert not (decision.allowed and viewer not in registry.viewers)


@settings(deadline=None)
@given(worlds(), markings())
def test_the_inactive_and_strangers_see_nothing(world: tuple[Registry, str], marking: Marking) -> None:
    registry, purpose = world
    for viewer in registry.viewers:
        assert not decide(replace(viewer, active=False), marking, registry, purpose=purpose).allowed
        assert not decide(Viewer(f"x{viewer.id}", viewer.agency), marking, registry, purpose=purpose).allowed
    retired = registry.updated(*(replace(viewer, active=False) for viewer in registry.viewers))
    assert seen(retired, marking, purpose) == set()
    closed = registry.updated(*(replace(agency, active=False) for agency in registry.agencies))
    assert seen(closed, marking, purpose) == set()


@settings(deadline=None)
@given(worlds(), markings(), st.sampled_from(IDS))
def test_others_in_the_registry_change_nothing(world: tuple[Registry, str], marking: Marking, agency: str) -> None:
    """What one viewer sees does not depend on viewers and groups that it is not in."""
    registry, purpose = world
    name = f"ann@{agency}"
    others = {each.id for each in registry.groups if {f"viewer:{name}", f"agency:{agency}"}.isdisjoint(each.members)}
    emptied = registry.updated(*(Group(each) for each in others), Viewer("new@ash", "ash", roles=("auditor",)))
    assume("old-elm" not in str(registry.groups))
    viewer = registry.viewer(name)
    assert viewer is not None
    before = decide(viewer, marking, registry, purpose=purpose)
    assert decide(viewer, marking, emptied, purpose=purpose) == before


@settings(deadline=None)
@given(worlds(), markings(), st.randoms(use_true_random=False))
def test_order_in_the_registry_means_nothing(world: tuple[Registry, str], marking: Marking, random: Any) -> None:
    registry, purpose = world
    agencies, viewers, groups = list(registry.agencies), list(registry.viewers), list(registry.groups)
    for records in (agencies, viewers, groups):
        random.shuffle(records)
    shuffled = Registry(tuple(agencies), tuple(viewers), tuple(groups))
    assert shuffled.version == registry.version
    assert seen(shuffled, marking, purpose) == seen(registry, marking, purpose)


@settings(deadline=None)
@given(worlds(), markings())
def test_tokens_in_another_case_name_nobody(world: tuple[Registry, str], marking: Marking) -> None:
    registry, purpose = world
    tokens = tuple(sorted({token.swapcase() for token in marking.rel_to or () if token.swapcase() not in TOKENS}))
    own = seen(registry, replace(marking, rel_to=()), purpose)
    assert seen(registry, replace(marking, rel_to=tokens), purpose) == own


def test_the_laws_are_not_of_nobody() -> None:
    """Over the pools that the laws draw from, a fair share of decisions allow."""
    from random import Random

    choose = Random(1).choice
    allowed = 0
    for _ in range(100):
        registry = a_registry(choose)
        allowed += bool(seen(registry, a_marking(choose), "investigation"))
    assert allowed > 25
    assert policy().purposes["investigation"].operational
