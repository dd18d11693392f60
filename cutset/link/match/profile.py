"""A profile: what of a mention can be compared, read once and kept in an index.

There is nothing else in it: no description, and by design no protected trait, for a mention has no field for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

import msgspec

from cutset.link.match import addresses, dates, names, stamps, titles
from cutset.link.match.addresses import Address
from cutset.link.match.dates import Born
from cutset.link.match.identifiers import Selectors
from cutset.link.match.names import Name
from cutset.link.match.titles import Title
from cutset.model.mention import Mention, MentionKind, SelectorKind

MOST_NAMES: Final = 16
"""The names of one mention that are compared: the first, then its aliases in order. The rest set `cut`."""

MOST_DATES: Final = 6
MOST_ADDRESSES: Final = 8
MOST_SELECTORS: Final = 32

# What is compared with what: an aircraft is known as a vehicle is, by a name, a registration and a serial number.
_TITLE_READERS: Final = {
    MentionKind.ORGANIZATION: titles.organisation,
    MentionKind.VESSEL: titles.vessel,
    MentionKind.VEHICLE: titles.vehicle,
    MentionKind.AIRCRAFT: titles.vehicle,
}
STAMPED: Final = frozenset({MentionKind.PARCEL, MentionKind.DRUG_LOT})
"""What is compared by its stamp alone, a parcel with a lot as well: a likeness of origin, and not one thing."""

COMPARED: Final = frozenset({MentionKind.PERSON, *_TITLE_READERS, *STAMPED})
"""The kinds of mention that are matched by more than a selector."""

_Read = TypeVar("_Read")


class Profile(msgspec.Struct, frozen=True, array_like=True):
    """What of a mention is compared. `names` are a person's, `titles` a thing's; `selectors` the verified ones.

    The titles of a parcel or drug lot are its verified stamps.

    `cut` is true where the mention had more names, dates, addresses or selectors than are compared. It is encoded as
    an array, in some tens of bytes.
    """

    kind: MentionKind
    names: tuple[Name, ...] = ()
    titles: tuple[Title, ...] = ()
    born: tuple[Born, ...] = ()
    addresses: tuple[Address, ...] = ()
    selectors: Selectors = ()
    flag: str = ""
    cut: bool = False


def profile(mention: Mention) -> Profile:
    """The profile of a mention; what cannot be read in it is left out, and nothing is raised.

    >>> made = Mention(kind=MentionKind.PERSON, name="GUZMÁN, Joaquín", aliases=("El Chapo",), born=("circa 1957",))
    >>> profile(made).names[0], profile(made).born
    (Name(given=('joaquin',), family=('guzman',)), (Born(year=1957, month=0, day=0, circa=True),))
    """
    person = mention.kind is MentionKind.PERSON
    written = (mention.name, *mention.aliases[: MOST_NAMES * 4])
    read_title = _TITLE_READERS.get(mention.kind)
    found_names = _distinct(map(names.read, written)) if person else []
    found_titles = _distinct(map(read_title, written)) if read_title else []
    if mention.kind in STAMPED:
        found_titles = _distinct(stamps.read(each) for each in _stamps(mention))
    found_born = _distinct(map(dates.read, mention.born[: MOST_DATES * 4]))
    found_addresses = _distinct(map(addresses.read, mention.addresses[: MOST_ADDRESSES * 4]))
    selectors = _distinct((each.kind.value, each.value) for each in mention.selectors if each.verified)
    return Profile(
        kind=mention.kind,
        names=tuple(found_names[:MOST_NAMES]),
        titles=tuple(found_titles[:MOST_NAMES]),
        born=tuple(found_born[:MOST_DATES]),
        addresses=tuple(found_addresses[:MOST_ADDRESSES]),
        selectors=tuple(selectors[:MOST_SELECTORS]),
        flag=mention.flag,
        cut=len(mention.aliases) > MOST_NAMES * 4
        or max(len(found_names), len(found_titles)) > MOST_NAMES
        or len(mention.born) > MOST_DATES * 4
        or len(found_born) > MOST_DATES
        or len(mention.addresses) > MOST_ADDRESSES * 4
        or len(found_addresses) > MOST_ADDRESSES
        or len(selectors) > MOST_SELECTORS,
    )


def encode(profile: Profile) -> bytes:
    """A profile as MessagePack, for an index."""
    return _ENCODER.encode(profile)


def decode(blob: bytes) -> Profile:
    """The profile that `encode` made these bytes of. Raises `msgspec.MsgspecError` for any others."""
    return _DECODER.decode(blob)


def _stamps(mention: Mention) -> list[str]:
    verified = [each for each in mention.selectors if each.kind is SelectorKind.STAMP and each.verified]
    # What was written has the spaces between its words, which the normalised value has not.
    return [each.written or each.value for each in verified[: MOST_NAMES * 4]]


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Profile)


def _distinct(each: Iterable[_Read | None]) -> list[_Read]:
    return [found for found in dict.fromkeys(each) if found is not None]
