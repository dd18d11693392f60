"""Each rule by example: who sees what in a made community."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from cutset.access.decide import decide, rights
from cutset.access.policy import DEFAULT, policy
from cutset.access.registry import Agency, Group, Viewer
from cutset.access.rights import Rights
from cutset.model.marking import Marking, Tlp, join
from tests.access.people import MADE

EVERYONE = {viewer.id for viewer in MADE.viewers} - {"gone@dea", "ann@customs"}
COMMUNITY = EVERYONE - {"ann@carrier"}
AT_DEA = {"ann@dea", "bo@dea"}
US_LAW = {"ann@dea", "bo@dea", "ann@hsi", "ann@tribal-police"}
LAW = US_LAW | {"ann@policia", "ann@interpol"}


def marked(level: Tlp = Tlp.AMBER, *released: str, originator: str = "dea", **caveats: Any) -> Marking:
    """A marking of that level; with REL TO where anyone is named."""
    caveats = ({"rel_to": tuple(sorted(released))} if released else {}) | caveats
    return Marking(originator=originator, tlp=level, **caveats)


def seen_by(marking: Marking, purpose: str = "investigation") -> set[str]:
    return {viewer.id for viewer in MADE.viewers if decide(viewer, marking, MADE, purpose=purpose).allowed}


def why(viewer: Viewer | str, marking: Marking, purpose: str = "investigation") -> set[str]:
    """The rules that applied, each with + or -."""
    asked = MADE.viewer(viewer) if isinstance(viewer, str) else viewer
    assert asked is not None
    reasons = decide(asked, marking, MADE, purpose=purpose).reasons
    return {("+" if reason.permits else "-") + reason.rule for reason in reasons}


def test_each_level_reaches_its_own() -> None:
    assert seen_by(marked(Tlp.CLEAR)) == EVERYONE
    assert seen_by(marked(Tlp.GREEN)) == COMMUNITY
    assert seen_by(marked(Tlp.AMBER)) == US_LAW
    assert seen_by(marked(Tlp.AMBER_STRICT)) == AT_DEA
    assert seen_by(marked(Tlp.RED)) == AT_DEA


def test_rel_to_limits_clear_and_green() -> None:
    for level in (Tlp.CLEAR, Tlp.GREEN):
        assert seen_by(marked(level, "agency:policia")) == AT_DEA | {"ann@policia"}
        assert seen_by(marked(level, rel_to=())) == AT_DEA


def test_rel_to_releases_amber_to_whom_it_names_and_no_others() -> None:
    assert seen_by(marked(Tlp.AMBER, "agency:policia")) == AT_DEA | {"ann@policia"}
    assert seen_by(marked(Tlp.AMBER, "agency:health")) == AT_DEA | {"ann@health"}
    assert seen_by(marked(Tlp.AMBER, "country:CO")) == AT_DEA | {"ann@policia"}
    assert seen_by(marked(Tlp.AMBER, "country:US")) == US_LAW | {"ann@health", "ann@port"}
    assert seen_by(marked(Tlp.AMBER, "group:task-force")) == AT_DEA | {"ann@policia"}
    assert seen_by(marked(Tlp.AMBER, "viewer:ann@health")) == AT_DEA | {"ann@health"}


def test_strict_goes_to_named_agencies_groups_and_viewers_not_countries() -> None:
    assert seen_by(marked(Tlp.AMBER_STRICT, "country:CO", "country:US")) == AT_DEA
    assert seen_by(marked(Tlp.AMBER_STRICT, "agency:health", "country:CO")) == AT_DEA | {"ann@health"}
    assert seen_by(marked(Tlp.AMBER_STRICT, "group:task-force")) == AT_DEA | {"ann@policia"}
    assert seen_by(marked(Tlp.AMBER_STRICT, "viewer:ann@hsi")) == AT_DEA | {"ann@hsi"}


def test_red_goes_to_viewers_named_in_person_only() -> None:
    assert seen_by(marked(Tlp.RED, "agency:hsi", "country:US", "group:cell")) == AT_DEA
    assert seen_by(marked(Tlp.RED, "viewer:ann@hsi")) == AT_DEA | {"ann@hsi"}


def test_les_keeps_to_law_enforcement() -> None:
    assert seen_by(marked(Tlp.GREEN, les=True)) == LAW
    assert seen_by(marked(Tlp.AMBER, "agency:health", "agency:policia", les=True)) == AT_DEA | {"ann@policia"}
    # What an agency holds itself it goes on seeing.
    assert seen_by(marked(Tlp.RED, originator="health", les=True)) == {"ann@health"}


def test_orcon_admits_nobody_by_level_or_country() -> None:
    for level in (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER):
        assert seen_by(marked(level, orcon=True)) == AT_DEA
        assert seen_by(marked(level, "country:US", orcon=True)) == AT_DEA
        assert seen_by(marked(level, "group:task-force", orcon=True)) == AT_DEA | {"ann@policia"}


def test_nobody_but_the_originators_people() -> None:
    assert seen_by(Marking(originator="dea", tlp=Tlp.RED, orcon=True, rel_to=())) == AT_DEA


def test_outside_the_community_only_clear_is_seen_even_if_named() -> None:
    assert seen_by(marked(Tlp.CLEAR, "agency:carrier")) == AT_DEA | {"ann@carrier"}
    assert seen_by(marked(Tlp.GREEN, "agency:carrier")) == AT_DEA
    assert seen_by(marked(Tlp.RED, "viewer:ann@carrier")) == AT_DEA
    assert why("ann@carrier", marked(Tlp.AMBER, "agency:carrier")) == {"+amber-named", "-outside-community"}
    assert seen_by(marked(Tlp.RED, originator="carrier")) == {"ann@carrier"}
    # A private body that was admitted to the community is one of it.
    assert "ann@port" in seen_by(marked(Tlp.GREEN))
    assert seen_by(marked(Tlp.AMBER, "agency:port")) == AT_DEA | {"ann@port"}


def test_amber_partners_need_a_purpose_that_gives_need_to_know() -> None:
    for code, purpose in policy().purposes.items():
        assert seen_by(marked(Tlp.AMBER), code) == (US_LAW if purpose.operational else AT_DEA)
        assert seen_by(marked(Tlp.AMBER, "agency:hsi"), code) == AT_DEA | {"ann@hsi"}
        assert seen_by(marked(Tlp.GREEN), code) == COMMUNITY


def test_the_purpose_binds_all_and_the_originator_too() -> None:
    marking = marked(Tlp.GREEN, purposes=("prosecution", "targeting"))
    assert seen_by(marking, "targeting") == COMMUNITY
    assert seen_by(marking, "investigation") == set()
    assert seen_by(marked(Tlp.CLEAR, purposes=())) == set()
    assert why("ann@dea", marking) == {"+originator", "+green", "-purpose"}


def test_a_purpose_that_no_policy_lists_shows_nothing() -> None:
    for purpose in ("gossip", "", "Investigation"):
        assert seen_by(marked(Tlp.CLEAR), purpose) == set()
        assert seen_by(marked(Tlp.CLEAR, purposes=(purpose,)), purpose) == set()


def test_an_international_body_has_no_country_and_no_partners() -> None:
    assert seen_by(marked(Tlp.AMBER, originator="unodc")) == {"ann@unodc"}
    assert seen_by(marked(Tlp.AMBER, originator="interpol")) == {"ann@interpol"}
    assert seen_by(marked(Tlp.AMBER, rel_to=("country:",))) == AT_DEA


def test_a_foreign_partners_amber_is_for_its_own_country() -> None:
    assert seen_by(marked(Tlp.AMBER, originator="policia")) == {"ann@policia"}
    assert seen_by(marked(Tlp.AMBER, "country:US", originator="policia", les=True)) == US_LAW | {"ann@policia"}


def test_a_successor_has_what_its_predecessor_had() -> None:
    assert seen_by(marked(Tlp.RED, originator="customs")) == {"ann@hsi"}
    assert seen_by(marked(Tlp.AMBER_STRICT, "agency:customs")) == AT_DEA | {"ann@hsi"}
    assert seen_by(marked(Tlp.AMBER, originator="customs")) == US_LAW
    # Nor the other way about.
    assert not seen_by(marked(Tlp.RED, originator="hsi")) & {"ann@customs"}


def test_a_predecessor_that_was_never_registered_has_its_successors_country() -> None:
    registry = MADE.updated(Agency("homeland", country="US", successor_of=("forgotten",)))
    ann = registry.viewer("ann@dea")
    assert ann is not None
    assert decide(ann, marked(Tlp.AMBER, originator="forgotten"), registry).allowed
    assert not decide(ann, marked(Tlp.AMBER, originator="never"), registry).allowed


def test_an_inactive_viewer_or_agency_sees_nothing() -> None:
    assert why("gone@dea", marked(Tlp.CLEAR)) == {"+originator", "+clear", "-inactive"}
    assert why("ann@customs", marked(Tlp.CLEAR)) == {"+clear", "-inactive"}
    active, gone = MADE.viewer("ann@dea"), MADE.viewer("gone@dea")
    assert active is not None
    assert gone is not None
    # Both the registry's word and the caller's must say active.
    assert "-inactive" in why(replace(active, active=False), marked(Tlp.CLEAR))
    assert "-inactive" in why(replace(gone, active=True), marked(Tlp.CLEAR))


def test_a_stranger_and_one_of_another_agency_see_nothing() -> None:
    for stranger in (Viewer("eve@dea", "dea"), Viewer("ann@health", "dea"), Viewer("ann@dea", "never")):
        assert why(stranger, marked(Tlp.CLEAR)) == {"+clear", "-unregistered"}


def test_tokens_are_compared_to_the_letter_and_unknown_ones_are_nobody() -> None:
    tokens = ("AGENCY:hsi", "agency:HSI", "agency: hsi", "hsi", "*", "", "group:nowhere", "group:empty", "country:us")
    for token in tokens:
        assert seen_by(marked(Tlp.AMBER, rel_to=(token,))) == AT_DEA, token


def test_an_empty_group_is_nobody_until_it_has_a_member() -> None:
    marking = marked(Tlp.AMBER, "group:empty")
    ann = MADE.viewer("ann@health")
    assert ann is not None
    assert not decide(ann, marking, MADE).allowed
    assert decide(ann, marking, MADE.updated(Group("empty", members=("agency:health",)))).allowed


def test_several_originators_leave_only_whom_all_named() -> None:
    theirs = join(
        marked(Tlp.GREEN, "agency:policia", "agency:unodc"), marked(Tlp.GREEN, "agency:policia", originator="hsi")
    )
    assert theirs.originator == ""
    assert seen_by(theirs) == {"ann@policia"}
    assert seen_by(join(marked(Tlp.AMBER), marked(Tlp.AMBER, originator="hsi"))) == set()


def test_where_no_rule_applies_the_default_denies_and_says_so() -> None:
    (reason,) = decide(Viewer("ann@health", "health"), marked(Tlp.AMBER), MADE).reasons
    assert reason == DEFAULT
    assert not reason.permits


def test_all_reasons_are_told_with_their_words() -> None:
    decision = decide(Viewer("ann@health", "health"), marked(Tlp.GREEN, "agency:hsi", les=True, orcon=True), MADE)
    assert [reason.rule for reason in decision.reasons] == ["green", "les", "rel-to", "orcon"]
    assert [reason.permits for reason in decision.reasons] == [True, False, False, False]
    assert all(reason.words for reason in decision.reasons)


def test_rights_are_the_ids_of_what_decide_allows() -> None:
    markings = dict(enumerate((marked(Tlp.CLEAR), marked(Tlp.RED), marked(Tlp.AMBER), marked(Tlp.GREEN, les=True)), 10))
    ann = Viewer("ann@health", "health")
    expected = Rights(viewer="ann@health", agency="health", purpose="statistics", visible=frozenset({10}))
    assert rights(ann, markings, MADE, purpose="statistics") == expected
    assert rights(ann, {}, MADE).visible == frozenset()


@pytest.mark.parametrize("viewer", [viewer.id for viewer in MADE.viewers])
def test_a_role_shows_nothing_more(viewer: str) -> None:
    person = MADE.viewer(viewer)
    assert person is not None
    chief = replace(person, roles=("administrator", "auditor", "privacy-officer"))
    promoted = MADE.updated(chief)
    for level in Tlp:
        assert decide(chief, marked(level), promoted) == decide(person, marked(level), MADE)
