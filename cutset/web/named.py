"""A thing named on a form: its identifier, loosely typed, and what sort of thing it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from cutset.model import place
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.selector import BEARER, OF_ANY_FORM, detect, read
from cutset.model.selectors import issuer as issuers
from cutset.model.text import compact, tidy

GUESSED = frozenset(BEARER) - OF_ANY_FORM - {SelectorKind.BILL_OF_LADING}
"""Kinds that may be guessed from what was typed; much else has the form of the others."""
THINGS = tuple(kind for kind in MentionKind if kind is not MentionKind.PLACE)
"""What a row may be said to name."""

_NEVER_A_PERSONS: dict[MentionKind, Role] = {
    MentionKind.VEHICLE: Role.CONVEYANCE,
    MentionKind.VESSEL: Role.CONVEYANCE,
    MentionKind.AIRCRAFT: Role.CONVEYANCE,
    MentionKind.CONTAINER: Role.CONVEYANCE,
    MentionKind.PARCEL: Role.ITEM,
    MentionKind.WEAPON: Role.ITEM,
}
"""Things whose identifiers nobody else bears, and what each has to do with a seizure beside a person's name."""
_WHO = frozenset({MentionKind.PERSON, MentionKind.ORGANIZATION})
_ROLES_OF_PEOPLE = frozenset(
    {Role.SEIZED_FROM, Role.DRIVER, Role.PASSENGER, Role.CREW, Role.OWNER, Role.SHIPPER, Role.CONSIGNEE, Role.WITNESS}
)
_WITHOUT_A_CHECK = frozenset(
    {SelectorKind.MMSI, SelectorKind.AIRCRAFT_REGISTRATION, SelectorKind.FIREARM, SelectorKind.ACCOUNT}
)
_LONGEST_PLATE, _LONGEST_PLATE_OF_A_STATE = 7, 8


def identifier(written: str, kind: str = "", issuer: str = "") -> Selector | None:
    """What was loosely typed as an identifier: of `kind`, or else the likeliest; None where nothing was typed.

    `issuer` is a State or country in any usual form. What passes no check is kept as it was typed, unverified, and
    links nothing.

    >>> identifier("csqu 305438-3").kind.value, identifier("ABC 1234", "plate", "Texas").value
    ('iso6346', 'US-TX:ABC1234')
    >>> identifier("TX ABC 1234").value, identifier("ABC 1234").kind.value, identifier("ABC 1234").verified
    ('US-TX:ABC1234', 'plate', False)
    """
    if not written.strip():
        return None
    if kind == SelectorKind.PLATE:
        return _plate(written, issuer)
    if kind in set(SelectorKind):
        return read(SelectorKind(kind), written, issuer=issuer)
    of = place.jurisdiction(issuer) if issuer else ""
    plate = _plate(written, issuer, sure=False)
    like = _like_a_plate(plate)
    guesses = [each for each in detect(written, region=of[:2] or "US") if each.kind in GUESSED]
    if like and plate.verified and plate.value[2:3] == "-":
        # A State issues plates: what has but the form of something else is one of its plates.
        guesses = [each for each in guesses if each.kind not in _WITHOUT_A_CHECK]
    if guesses:
        return guesses[0]
    return plate if like else read(SelectorKind.IDENTITY_DOCUMENT, written, issuer=issuer)


def _plate(written: str, issuer: str, *, sure: bool = True) -> Selector:
    """A plate with the State or country that issued it, which may stand before it: `TX ABC 1234`."""
    of = place.jurisdiction(issuer) if issuer else ""
    before, rest = _led(written, sure=sure or bool(of))
    # Two letters that are not the State that is named beside are the plate's own.
    if before and of and before != of and _TWO.match(written):
        before = ""
    found = read(SelectorKind.PLATE, f"{before}:{rest}" if before else written, issuer=of or issuer)
    return replace(found, written=written, value=found.value if found.verified else tidy(written))


_TWO = re.compile(r"\s*[A-Za-z]{2}\s")


def _led(written: str, *, sure: bool) -> tuple[str, str]:
    """The State or country that a plate begins with, and the plate; none where it begins with none.

    Two letters are a State's only if what follows looks like a plate, and the more so where it is not `sure` to be one.
    Three letters begin too many plates to be a country's.
    """
    head, colon, tail = written.partition(":")
    if colon:
        # What stands before a colon is a value's issuer first, so that a value that was copied reads as itself.
        return issuers.jurisdiction(head) or place.jurisdiction(head), tail
    words = written.split()
    for count in range(min(3, len(words) - 1), 0, -1):
        head, rest = " ".join(words[:count]), " ".join(words[count:])
        letters = [char.isalpha() for char in compact(rest)]
        short = len(head) == 2 and len(letters) >= 3 and not all(letters) and (sure or any(letters))
        named = len(head) > 3 and not any(char.isdigit() for char in head)
        found = place.subdivision(head) if short else place.jurisdiction(head) if named else ""
        if found:
            return found, rest
    return "", written


def _like_a_plate(plate: Selector) -> bool:
    """Whether what was typed looks like a plate more than like a document's number."""
    issuer, _, number = plate.value.rpartition(":") if plate.verified else ("", "", _led(plate.written, sure=False)[1])
    digits = [char.isdigit() for char in compact(number)]
    if plate.verified:
        longest = _LONGEST_PLATE_OF_A_STATE if "-" in issuer else _LONGEST_PLATE
        return len(digits) < longest or (len(digits) == longest and not all(digits))
    return 4 <= len(digits) <= _LONGEST_PLATE and any(digits) and not all(digits)


def row_mentions(form: Mapping[str, str], row: str) -> tuple[Mention, ...]:
    """What one row of a form names: a thing by its name, its identifier or both; none where neither was typed.

    What it is is as `thing_` says, else as the identifier says: the name beside a ship's or a vehicle's number is the
    ship's or the vehicle's. Where the row says that it names a person or an organisation, by `thing_` or by a role
    that only they have, such an identifier is another thing's, and both are named.

    >>> [each.kind.value for each in row_mentions({"name_0": "Maria Elena", "ident_0": "366 998 510"}, "0")]
    ['vessel']
    >>> row = {"name_0": "Juan Perez", "ident_0": "1M8GDM9AXKP042788", "role_0": "driver"}
    >>> [(each.kind.value, each.role.value) for each in row_mentions(row, "0")]
    [('person', 'driver'), ('vehicle', 'conveyance')]
    """
    written, name = form.get(f"ident_{row}", "").strip(), form.get(f"name_{row}", "").strip()
    if not written and not name:
        return ()
    found = identifier(written, form.get(f"as_{row}", ""), form.get(f"issuer_{row}", "").strip())
    said, asked = form.get(f"thing_{row}", ""), form.get(f"role_{row}", "")
    chosen = MentionKind(said) if said in set(MentionKind) else None
    role = Role(asked) if asked in set(Role) else Role.SUBJECT
    told = BEARER[found.kind] if found else None
    # A parcel has no name; and what is but taken for a plate takes nobody's name.
    nameless = told is MentionKind.PARCEL or not (found and (found.verified or form.get(f"as_{row}")))
    if found and told in _NEVER_A_PERSONS and _names_who(chosen, role, name, nameless):
        who = Mention(kind=chosen or MentionKind.PERSON, role=role, name=name)
        return who, Mention(kind=told, role=_NEVER_A_PERSONS[told], selectors=(found,))
    # A name beside a telephone or an account is its holder's.
    of_itself = told if told in _NEVER_A_PERSONS or not name else None
    kind = chosen or of_itself or MentionKind.PERSON
    return (Mention(kind=kind, role=role, name=name, selectors=(found,) if found else ()),)


def _names_who(chosen: MentionKind | None, role: Role, name: str, nameless: bool) -> bool:
    """Whether a row with a thing's identifier names a person or an organisation beside the thing."""
    return chosen in _WHO if chosen else bool(name) and (nameless or role in _ROLES_OF_PEOPLE)
