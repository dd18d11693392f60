"""Blocking keys as numbers, and the mark by which an index tells that its keys were made in another way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from typing import Final

from cutset.link.match.blocking import blocking_keys
from cutset.link.match.names import skeleton
from cutset.link.match.profile import COMPARED, STAMPED, Profile, encode, profile
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind

KEY_BITS: Final = 38
"""The bits of a key. Among 100 million keys another has the same number once in some 2,700: a needless comparison."""


MOST_KEYS: Final = 72
"""The keys of one mention, and no more, however many aliases it has."""


def number_of(kind: MentionKind, key: str) -> int:
    """The number, below 2 ** `KEY_BITS`, that stands for a key of mentions of this kind.

    A person is never compared with a vessel, so that the kinds share no number but by chance. A parcel is compared with
    a drug lot, and shares its.
    """
    kind = MentionKind.DRUG_LOT if kind in STAMPED else kind
    digest = blake2b(f"{kind.value}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - KEY_BITS)


def keys_of(profile: Profile) -> list[str]:
    """The keys by which a mention is found: those of blocking, and `x:…` that stand one slip of the pen in a bare name.

    Blocking joins a name to a date, a house or another name, so that a slip in one of two names that stand alone would
    hide the mention. Here each name is joined to the beginning and to the end of the other, in either order. The
    letters of a beginning are sorted, for the two that open a name are swapped as often as any.

    >>> read = profile(Mention(kind=MentionKind.PERSON, name="Sherie Sorenson"))
    >>> slipped = profile(Mention(kind=MentionKind.PERSON, name="Soenson Sherie"))
    >>> sorted(set(keys_of(read)) & set(keys_of(slipped)))
    ['x:sr|-son']
    """
    return [*blocking_keys(profile), *dict.fromkeys(_slip_keys(profile))][:MOST_KEYS]


def _slip_keys(profile: Profile) -> Iterator[str]:
    for name in profile.names:
        for given in name.given[:1]:
            for family in name.family[:2]:
                for whole, part in ((given, family), (family, given)):
                    # Of a short name two letters at each end, or a slip in its middle would touch both ends.
                    length = 3 if len(part) > 5 else 2
                    if len(part) > length:
                        yield f"x:{skeleton(whole)}|{''.join(sorted(part[:length]))}"
                        yield f"x:{skeleton(whole)}|-{part[-length:]}"
    for title in profile.titles if profile.kind not in STAMPED else ():
        joined = "".join(title.words)
        if profile.kind is not MentionKind.VEHICLE and len(joined) >= 6:
            yield f"x:{joined[:4]}"
            yield f"x:-{joined[-4:]}"


def news(key: str) -> float:
    """How much of what a key tells is not told by the others of its sort already: 1 where it stands alone.

    Who has the asked one's name shares half a dozen keys by that alone, and would else promise more than who has the
    very day of birth, and the name with a slip in it. By what letters say (`cutset.link.match.blocking`): names alone
    tell one thing in about three ways, a name with a date, or with a place, in about two.

    >>> news("fi:smt|b"), news("gy:blm|1979-9"), news("s:phone|+13125550142")
    (0.3, 0.6, 1.0)
    """
    return _NEWS.get(key.partition(":")[0], 1.0)


_NEWS: Final = {
    **dict.fromkeys(("gf", "fi", "gi", "f", "x", "t", "w", "a"), 0.3),
    **dict.fromkeys(("b", "gy", "gm", "fy", "fm", "h", "p", "e"), 0.6),
}


def numbers_of(profile: Profile) -> list[int]:
    """The numbers of all the profile's keys, ascending and without repeats; none for a kind that is not compared."""
    if profile.kind not in COMPARED:
        return []
    return sorted({number_of(profile.kind, key) for key in keys_of(profile)})


@cache
def fingerprint() -> str:
    """A hash of the keys and profiles of a few mentions: it changes when either is made in another way.

    An index whose keys were made otherwise would neither find what it holds nor forget all of it, so it is rebuilt.
    """
    digest = blake2b(digest_size=16)
    for mention in _PROBES:
        read = profile(mention)
        digest.update(encode(read))
        digest.update("\n".join(keys_of(read)).encode())
    return digest.hexdigest()


def _selector(kind: SelectorKind, value: str) -> Selector:
    return Selector(kind, value, value, True)


# Made. Between them they use every part of a profile and every sort of key.
_PROBES: Final = (
    Mention(
        kind=MentionKind.PERSON,
        name="PÉREZ de la Cruz, José Guillermo",
        aliases=("Bill Smyth", "Мухаммед", "Memo"),
        born=("1979-09-21", "circa 1980"),
        addresses=("12 Elm Street, Laredo, TX 78040", "Av. 5 de Mayo No. 12, Col. Centro, 06000, México"),
        selectors=(_selector(SelectorKind.PHONE, "+525555550123"),),
    ),
    Mention(
        kind=MentionKind.ORGANIZATION,
        name="Comercializadora El Águila del Norte, S.A. de C.V.",
        aliases=("Vostok",),
        addresses=("7 Dock Road, Colón",),
    ),
    Mention(kind=MentionKind.VESSEL, name="M/V Ocean Star II", aliases=("Aurora",), flag="PA"),
    Mention(
        kind=MentionKind.VEHICLE,
        name="White Kenworth",
        selectors=(_selector(SelectorKind.PLATE, "US-TX:ABC1234"),),
    ),
    Mention(kind=MentionKind.PERSON, name="LNU, Juan", aliases=("Jane Doe", "Unknown Quintero", "N/A")),
    Mention(kind=MentionKind.VESSEL, name="Unknown"),
    Mention(
        kind=MentionKind.DRUG_LOT,
        selectors=(
            Selector(SelectorKind.STAMP, "blackwolf22", "Black Wolf 22", True),
            _selector(SelectorKind.STAMP, "m30"),
        ),
    ),
)
