"""The history of keys in the registry: nothing that was signed becomes unreadable, no end is taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cutset.access.registry import Agency, BadRegistry, Key, Registry, Viewer

A, B = "a" * 64, "b" * 64
DAY = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2024, 2, 1, tzinfo=UTC)


def people(*viewers: Viewer) -> Registry:
    return Registry((Agency("ash"),), viewers)


def test_a_viewer_registered_anew_keeps_their_keys() -> None:
    before = people(Viewer("ann@ash", "ash", keys=(Key(A, DAY),)))
    after = before.updated(Viewer("ann@ash", "ash", roles=("auditor",), keys=(Key(B, LATER),)))
    (ann,) = after.viewers
    assert (ann.roles, [each.key for each in ann.keys]) == (("auditor",), [A, B])


def test_no_end_is_taken_back_or_moved_on() -> None:
    before = people(Viewer("ann@ash", "ash", keys=(Key(A, DAY, revoked=DAY),)))
    after = before.updated(Viewer("ann@ash", "ash", keys=(Key(A, LATER, until=LATER, revoked=LATER),)))
    assert after.viewers[0].key(A) == Key(A, DAY, until=LATER, revoked=DAY)


@pytest.mark.parametrize(
    ("viewers", "what"),
    [
        ((Viewer("ann@ash", "ash", keys=(Key("A" * 64, DAY),)),), "malformed"),
        ((Viewer("ann@ash", "ash", keys=(Key(A, DAY), Key(A, LATER))),), "twice"),
        ((Viewer("ann@ash", "ash", keys=(Key(A, DAY),)), Viewer("abe@ash", "ash", keys=(Key(A, DAY),))), "twice"),
        ((Viewer("ann@ash", "ash", keys=(Key(A, datetime(2024, 1, 1)),)),), "no time zone"),  # noqa: DTZ001
    ],
    ids=["capitals", "twice", "two viewers", "no zone"],
)
def test_a_key_is_one_viewer_s_and_well_formed(viewers: tuple[Viewer, ...], what: str) -> None:
    with pytest.raises(BadRegistry, match=what):
        people(*viewers)
