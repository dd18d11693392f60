"""How two names of persons agree: given names and family names, in either order, the best of all their names."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from cutset.link.match.frequencies import Frequencies
from cutset.link.match.names import Name, likeness, same_person_called

MISSING: Final = -1
"""The level of a comparison of which one side has nothing."""

RAREST: Final = 1e-8
"""No name of several words is taken to be rarer than this: its words are not quite independent."""


class Given(IntEnum):
    """How given names agree, from worst to best."""

    DIFFERENT = 0
    ALIKE = 1
    INITIAL = 2
    SOUND = 3
    NICKNAME = 4
    SLIP = 5
    PART = 6
    """All the given names of one stand among the other's."""
    SAME = 7


class Family(IntEnum):
    """How family names agree, from worst to best."""

    DIFFERENT = 0
    ALIKE = 1
    SHARED = 2
    """Both have two, and one of the two is shared: as first cousins and siblings have."""
    SOUND = 3
    SLIP = 4
    PART = 5
    """All the family names of one stand among the other's: the mother's or the father's was left out."""
    SAME = 6


class NameAgreement(NamedTuple):
    """How two sets of names agree; `left` and `right` are the names that were taken, `swapped` says the order was."""

    given: int
    family: int
    left: Name
    right: Name
    swapped: bool


# Plain numbers: these functions run for every candidate, and looking up a member of an enumeration takes as long as
# comparing two words.
_GIVEN: Final = tuple(map(int, (Given.DIFFERENT, Given.ALIKE, Given.SOUND, Given.SLIP, Given.SAME)))
_FAMILY: Final = tuple(map(int, (Family.DIFFERENT, Family.ALIKE, Family.SOUND, Family.SLIP, Family.SAME)))
_GIVEN_SAME, _GIVEN_PART, _GIVEN_SLIP = int(Given.SAME), int(Given.PART), int(Given.SLIP)
_NICKNAME, _INITIAL = int(Given.NICKNAME), int(Given.INITIAL)
_FAMILY_SAME, _FAMILY_PART, _FAMILY_SLIP = int(Family.SAME), int(Family.PART), int(Family.SLIP)
_SHARED: Final = int(Family.SHARED)


def given_names(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """How given names agree: every one of the shorter list must have its match in the longer.

    >>> Given(given_names(("bob",), ("robert", "james"))).name, Given(given_names(("j",), ("juan",))).name
    ('NICKNAME', 'INITIAL')
    """
    if not left or not right:
        return MISSING
    if left == right:
        return _GIVEN_SAME
    if len(left) == len(right) == 1:
        return _given_word(left[0], right[0])
    worst, _ = _pairing(left, right, _given_word)
    if worst == _GIVEN_SAME:
        return _GIVEN_SAME if len(left) == len(right) else _GIVEN_PART
    if worst == 0 and likeness("".join(left), "".join(right)) >= 3:
        return _GIVEN_SLIP
    return worst


def family_names(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """How family names agree: every one of the shorter list must have its match in the longer.

    >>> Family(family_names(("perez", "lopez"), ("lopez",))).name
    'PART'
    >>> Family(family_names(("perez", "lopez"), ("garcia", "lopez"))).name
    'SHARED'
    """
    if not left or not right:
        return MISSING
    if left == right:
        return _FAMILY_SAME
    if len(left) == len(right) == 1:
        return _FAMILY[likeness(left[0], right[0])]
    worst, best = _pairing(left, right, likeness)
    if worst == 4:
        return _FAMILY_SAME if len(left) == len(right) else _FAMILY_PART
    if worst >= 2:
        return _FAMILY[worst]
    if likeness("".join(left), "".join(right)) >= 3:
        return _FAMILY_SLIP
    return _SHARED if best == 4 else _FAMILY[worst]


def agreement(left: tuple[Name, ...], right: tuple[Name, ...]) -> NameAgreement:
    """The best agreement of any name of one with any of the other; neither may be empty.

    Best is by the sum of the levels, whatever their weights, so that weights can be learned from it. The other order
    of given and family name is taken where it is better by more than one level.
    """
    if len(left) == len(right) == 1:
        return _two_names(left[0], right[0])
    same = [name for name in left if name in right and name.given and name.family]
    if same:
        # Which of several is for the names to decide, not their order: both sides must find the same.
        name = max(same, key=_in_order)
        return NameAgreement(_GIVEN_SAME, _FAMILY_SAME, name, name, False)
    every = [_two_names(one, other) for one in left for other in right]
    if not every:
        raise ValueError("there is no name to compare")
    return max(every, key=_goodness)


def given_share(left: tuple[str, ...], right: tuple[str, ...], frequencies: Frequencies) -> float:
    """The share of people with the given names that both have, taken as independent."""
    return _share("given", left, right, frequencies)


def family_share(left: tuple[str, ...], right: tuple[str, ...], frequencies: Frequencies) -> float:
    """The share of people with the family names that both have, taken as independent."""
    return _share("family", left, right, frequencies)


def _share(column: str, left: tuple[str, ...], right: tuple[str, ...], frequencies: Frequencies) -> float:
    share = 1.0
    for word in left if left == right else sorted(set(left) & set(right)):
        share *= frequencies.share(column, word)
    return max(share, RAREST)


def _two_names(one: Name, other: Name) -> NameAgreement:
    given, family = given_names(one.given, other.given), family_names(one.family, other.family)
    if given >= _GIVEN_SLIP and family >= _FAMILY_SLIP:
        return NameAgreement(given, family, one, other, False)
    if not (_begin_alike(one.given, other.family) or _begin_alike(other.given, one.family)):
        return NameAgreement(given, family, one, other, False)
    straight = max(given, 0) + max(family, 0) + 1
    # The comparisons keep their names: what one calls its family name is taken for its given name.
    turned = NameAgreement(
        given_names(one.given, other.family), family_names(one.family, other.given), one, other, True
    )
    back = NameAgreement(given_names(other.given, one.family), family_names(other.family, one.given), one, other, True)
    best = max(turned, back, key=lambda each: (max(each.given, 0) + max(each.family, 0), each.given))
    if max(best.given, 0) + max(best.family, 0) <= straight:
        return NameAgreement(given, family, one, other, False)
    if best is turned and (turned[:2] != back[:2] or _in_order(one) >= _in_order(other)):
        return NameAgreement(*turned[:2], one, Name(other.family, other.given), True)
    return NameAgreement(*back[:2], Name(one.family, one.given), other, True)


def _pairing(left: tuple[str, ...], right: tuple[str, ...], like: Callable[[str, str], int]) -> tuple[int, int]:
    """How like its best match is the word of the shorter list that has the worst one, and the one that has the best.

    Of two lists of one length the worst is looked for from both sides: two words of one may both have the same word of
    the other for their match.
    """
    shorter, longer = (left, right) if len(left) <= len(right) else (right, left)
    rows = [[like(word, other) for other in longer] for word in shorter]
    each = [max(row) for row in rows]
    worst = min(each)
    if worst and len(left) == len(right):
        worst = min(worst, *map(max, zip(*rows, strict=True)))
    return worst, max(each)


def _begin_alike(given: tuple[str, ...], family: tuple[str, ...]) -> bool:
    """Whether a given name and a family name begin with one letter: else it is not worth turning the order."""
    for word in given:
        for other in family:
            if word[0] == other[0]:
                return True
    return False


def _in_order(name: Name) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return name.given, name.family


def _goodness(found: NameAgreement) -> tuple[int, int, object, object]:
    """The order of agreements: by the sum of the levels; the rest only settles ties alike from both sides."""
    one, other = sorted((_in_order(found.left), _in_order(found.right)))
    return found.given + found.family, found.given, one, other


@lru_cache(maxsize=262_144)
def _given_word(left: str, right: str) -> int:
    if left == right:
        return _GIVEN_SAME
    if len(left) == 1 or len(right) == 1:
        return _INITIAL if left[0] == right[0] else 0
    like = likeness(left, right)
    if like < 3 and same_person_called(left, right):
        return _NICKNAME
    return _GIVEN[like]
