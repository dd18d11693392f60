"""The comparisons of each kind of mention: their names, their levels, and what two profiles give.

A comparison looks at one thing that both mentions may have, and gives a level: 0 for the worst, -1 where one of them
has nothing to compare. Levels do not depend on weights, so that weights can be learned from them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final, NamedTuple

from cutset.link.match import addresses, dates, identifiers, persons, stamps, titles
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.persons import MISSING
from cutset.link.match.profile import STAMPED, Profile
from cutset.model.mention import MentionKind, SelectorKind


class Found(NamedTuple):
    """What one comparison gave.

    `share` is the share of mentions that have the very value on which both agree, 0 where it is not known or they do
    not agree on one. `chances` counts the pairs of values that were tried: the more, the likelier one agrees by chance.
    `left` and `right` are the values that were taken, for people to read.
    """

    level: int
    share: float = 0.0
    chances: int = 1
    left: object = None
    right: object = None


class Comparison(NamedTuple):
    """A comparison's name, its levels from 0 up, and those at which a shared value's rarity counts."""

    name: str
    levels: type[IntEnum]
    by_share: frozenset[int] = frozenset()


class Flag(IntEnum):
    """How two flags, countries of registration, agree."""

    DIFFERENT = 0
    SAME = 1


class Form(IntEnum):
    """How two legal forms agree."""

    DIFFERENT = 0
    SAME = 1


_GIVEN: Final = Comparison("given", persons.Given, frozenset({persons.Given.PART, persons.Given.SAME}))
_FAMILY: Final = Comparison("family", persons.Family, frozenset({persons.Family.PART, persons.Family.SAME}))
_NAME: Final = Comparison("name", titles.Agreement, frozenset({titles.Agreement.PART, titles.Agreement.SAME}))
_BORN: Final = Comparison("born", dates.Agreement)
_STREET: Final = Comparison("street", addresses.Street)
_AREA: Final = Comparison(
    "area", addresses.Area, frozenset({addresses.Area.POSTCODE, addresses.Area.SAME, addresses.Area.PLACE})
)
_PAPERS: Final = Comparison("papers", identifiers.Agreement)
_CONTACT: Final = Comparison("contact", identifiers.Agreement)
_FORM: Final = Comparison("form", Form)
_FLAG: Final = Comparison("flag", Flag)
_HULL: Final = Comparison("serial", identifiers.Agreement)
_REGISTRATION: Final = Comparison("registration", identifiers.Agreement)
_STAMP: Final = Comparison("stamp", stamps.Agreement, frozenset({stamps.Agreement.SLIP, stamps.Agreement.SAME}))

COMPARISONS: Final[dict[MentionKind, tuple[Comparison, ...]]] = {
    MentionKind.PERSON: (_GIVEN, _FAMILY, _BORN, _STREET, _AREA, _PAPERS, _CONTACT),
    MentionKind.ORGANIZATION: (_NAME, _FORM, _STREET, _AREA, _PAPERS, _CONTACT),
    MentionKind.VESSEL: (_NAME, _FLAG, _HULL, _REGISTRATION),
    MentionKind.VEHICLE: (_NAME, _FLAG, _HULL, _REGISTRATION),
    MentionKind.AIRCRAFT: (_NAME, _FLAG, _HULL, _REGISTRATION),
    MentionKind.PARCEL: (_STAMP,),
    MentionKind.DRUG_LOT: (_STAMP,),
}
"""What is compared of each kind of mention, in the order in which `compare` gives it."""

RAREST: Final = {
    MentionKind.ORGANIZATION: 1e-6,
    MentionKind.VESSEL: 1e-5,
    MentionKind.VEHICLE: 1e-4,
    MentionKind.AIRCRAFT: 1e-4,
}
"""The least share that a thing's name is taken to have: some ships of a hundred thousand bear each usual name, and a
car's make, model and colour are borne by thousands."""

_NOTHING: Final = Found(MISSING)


def compare(left: Profile, right: Profile, frequencies: Frequencies) -> tuple[Found, ...]:
    """What each of the kind's `COMPARISONS` gives for two profiles of one kind, or for a parcel and a drug lot.

    Raises `KeyError` for a kind that is not compared, `ValueError` for two kinds.
    """
    if not comparable(left.kind, right.kind):
        raise ValueError(f"a {left.kind} and a {right.kind} are not compared")
    return _COMPARE[left.kind](left, right, frequencies)


def comparable(one: MentionKind, other: MentionKind) -> bool:
    """Whether mentions of two kinds are compared: of one kind, or both by their stamps."""
    return one is other or (one in STAMPED and other in STAMPED)


def _person(left: Profile, right: Profile, frequencies: Frequencies) -> tuple[Found, ...]:
    return (
        *_names(left, right, frequencies),
        _born(left, right),
        *_places(left, right, frequencies),
        *_known_by(left, right),
    )


def _organisation(left: Profile, right: Profile, frequencies: Frequencies) -> tuple[Found, ...]:
    name = _title(left, right, frequencies)
    form = _NOTHING
    if (
        isinstance(name.left, titles.Title)
        and isinstance(name.right, titles.Title)
        and name.left.form
        and name.right.form
    ):
        form = Found(int(name.left.form == name.right.form), 0.0, 1, name.left.form, name.right.form)
    return (name, form, *_places(left, right, frequencies), *_known_by(left, right))


def _thing(left: Profile, right: Profile, frequencies: Frequencies) -> tuple[Found, ...]:
    """A vessel, vehicle or aircraft: its serial number is for good, its registration and name change."""
    flag = _NOTHING
    if left.flag and right.flag:
        flag = Found(int(left.flag == right.flag), 0.0, 1, left.flag, right.flag)
    return (
        _title(left, right, frequencies),
        flag,
        _selectors(left, right, identifiers.HULL),
        _selectors(left, right, identifiers.REGISTRATION),
    )


def _stamped(left: Profile, right: Profile, frequencies: Frequencies) -> tuple[Found, ...]:
    """A parcel or drug lot. What else it may be known by is equal or not, and no likeness."""
    if not left.titles or not right.titles:
        return (_NOTHING,)
    agreement, one, other = stamps.best(left.titles, right.titles)
    share = stamps.share(one, other, frequencies) if agreement in _STAMP.by_share else 0.0
    return (Found(agreement, share, len(left.titles) * len(right.titles), one, other),)


def _names(left: Profile, right: Profile, frequencies: Frequencies) -> tuple[Found, Found]:
    if not left.names or not right.names:
        return _NOTHING, _NOTHING
    found = persons.agreement(left.names, right.names)
    one, other = found.left, found.right
    chances = len(left.names) * len(right.names)
    given_share = persons.given_share(one.given, other.given, frequencies) if found.given in _GIVEN.by_share else 0.0
    family_share = (
        persons.family_share(one.family, other.family, frequencies) if found.family in _FAMILY.by_share else 0.0
    )
    return (
        Found(found.given, given_share, chances, one.given, other.given),
        Found(found.family, family_share, chances, one.family, other.family),
    )


def _title(left: Profile, right: Profile, frequencies: Frequencies) -> Found:
    if not left.titles or not right.titles:
        return _NOTHING
    agreement, one, other = titles.best(left.titles, right.titles, frequencies)
    share = titles.share(one, other, frequencies, RAREST[left.kind]) if agreement in _NAME.by_share else 0.0
    return Found(agreement, share, len(left.titles) * len(right.titles), one, other)


def _born(left: Profile, right: Profile) -> Found:
    if not left.born or not right.born:
        return _NOTHING
    agreement, one, other = dates.best(left.born, right.born)
    return Found(agreement, 0.0, len(left.born) * len(right.born), one, other)


def _places(left: Profile, right: Profile, frequencies: Frequencies) -> tuple[Found, Found]:
    if not left.addresses or not right.addresses:
        return _NOTHING, _NOTHING
    street, area, one, other = addresses.best(left.addresses, right.addresses)
    chances = len(left.addresses) * len(right.addresses)
    share = 0.0
    if area in _AREA.by_share:
        share = addresses.shared_area(one, other, frequencies)
    return Found(street, 0.0, chances, one, other), Found(area, share, chances, one, other)


def _known_by(left: Profile, right: Profile) -> tuple[Found, Found]:
    return _selectors(left, right, identifiers.PAPERS), _selectors(left, right, identifiers.CONTACTS)


def _selectors(left: Profile, right: Profile, sort: frozenset[SelectorKind]) -> Found:
    if not left.selectors or not right.selectors:
        return _NOTHING
    level, one, other = identifiers.best(left.selectors, right.selectors, sort)
    return Found(level, 0.0, 1, one, other)


_COMPARE: Final[dict[MentionKind, Callable[[Profile, Profile, Frequencies], tuple[Found, ...]]]] = {
    MentionKind.PERSON: _person,
    MentionKind.ORGANIZATION: _organisation,
    MentionKind.VESSEL: _thing,
    MentionKind.VEHICLE: _thing,
    MentionKind.AIRCRAFT: _thing,
    MentionKind.PARCEL: _stamped,
    MentionKind.DRUG_LOT: _stamped,
}
