"""Blocking keys: two mentions are compared if they share one.

Each key joins two things that are each too common alone (a surname's sound and a year of birth), so that a key is
rarely shared by chance; and no single slip of the pen spoils them all. What each key holds stands in `_person` and its
neighbours. A key is text, `letters:values`, and the letters say what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from cutset.link.match.names import Name, common_call, skeleton
from cutset.link.match.profile import STAMPED, Profile
from cutset.link.match.titles import Title
from cutset.model.mention import MentionKind

MOST_KEYS: Final = 64
"""The keys of one mention: many aliases make many keys, and no more than this."""


MOST_SHARING_A_KEY: Final = 200
"""Where a whole set is linked, a key that more mentions share makes no pairs."""


def blocking_keys(profile: Profile) -> list[str]:
    """The keys of a profile, without repeats, the most telling first; none where it has nothing to compare.

    >>> from cutset.link.match.profile import profile
    >>> from cutset.model.mention import Mention, MentionKind
    >>> for key in blocking_keys(profile(Mention(kind=MentionKind.PERSON, name="Bill Smyth", born=("1979-09-21",)))):
    ...     print(key)
    b:1979-09-21
    gf:blm|smt
    fi:smt|b
    gi:blm|sm
    fy:smt|1979
    fm:smt|9-21
    gy:blm|1979-9
    gm:blm|9-21
    """
    if profile.kind in STAMPED:
        return list(dict.fromkeys(_stamped(profile)))[:MOST_KEYS]
    makers = {MentionKind.PERSON: _person, MentionKind.ORGANIZATION: _organisation, MentionKind.VESSEL: _vessel}
    keys = [*_selectors(profile), *makers.get(profile.kind, _vehicle)(profile)]
    return list(dict.fromkeys(keys))[:MOST_KEYS]


def blocked(profiles: Sequence[Profile]) -> tuple[list[tuple[int, int]], int]:
    """The pairs of profile numbers that share a key, in order, and how many keys were too common to make any.

    >>> from cutset.link.match.profile import profile
    >>> from cutset.model.mention import Mention, MentionKind
    >>> named = [Mention(kind=MentionKind.PERSON, name=name) for name in ("Bill Smyth", "Ann Lee", "SMITH, William")]
    >>> blocked(list(map(profile, named)))
    ([(0, 2)], 0)
    """
    holders: dict[str, list[int]] = {}
    for number, profile in enumerate(profiles):
        for key in blocking_keys(profile):
            holders.setdefault(key, []).append(number)
    size = len(profiles)
    found: set[int] = set()
    capped = 0
    for numbers in holders.values():
        if len(numbers) > MOST_SHARING_A_KEY:
            capped += 1
            continue
        for at, one in enumerate(numbers):
            # One number for a pair takes a third of the memory that a tuple does.
            found.update(one * size + other for other in numbers[at + 1 :])
    return [divmod(pair, size) for pair in sorted(found)], capped


def _selectors(profile: Profile) -> Iterator[str]:
    for kind, value in profile.selectors:
        yield f"s:{kind}|{value}"


def _person(profile: Profile) -> Iterator[str]:
    """Two of: the sound of a name, a date, a house, a postcode."""
    for born in profile.born:
        if born.day:
            # Day and month in order of size, so that either order of writing gives one key.
            yield f"b:{born.year}-{min(born.month, born.day):02}-{max(born.month, born.day):02}"
    for address in profile.addresses:
        if address.number and address.street:
            yield f"h:{address.number}|{skeleton(address.street.split()[-1])}|{address.postcode[:3]}"
    for name in profile.names:
        yield from _name(profile, name)


def _name(profile: Profile, name: Name) -> Iterator[str]:
    given = list(dict.fromkeys(skeleton(common_call(word)) for word in name.given[:2]))
    family = list(dict.fromkeys(skeleton(word) for word in name.family[:2]))
    for first in given:
        for last in family:
            # Sorted, so that a swapped name gives the same key.
            yield "gf:" + "|".join(sorted((first, last)))
            # An initial, a nickname that no list has, or a slip in either name.
            yield f"fi:{last}|{first[0]}"
            yield f"gi:{first}|{last[:2]}"
    if not given:
        yield from (f"f:{last}" for last in family)
    for born in profile.born:
        for letter, sounds in (("f", family), ("g", given)):
            for sound in sounds:
                yield f"{letter}y:{sound}|{born.year}" if letter == "f" else f"gy:{sound}|{born.year}-{born.month}"
                if born.day:
                    yield f"{letter}m:{sound}|{born.month}-{born.day}"
    for address in profile.addresses[:3]:
        for place in (address.postcode, *address.places[:2]):
            if place:
                yield from (f"p:{sound}|{place}" for sound in (*given[:1], *family))


def _organisation(profile: Profile) -> Iterator[str]:
    for title in profile.titles:
        yield from _words(title)
        if len(title.words) >= 3:
            yield "a:" + "".join(word[0] for word in title.words)
        if len(title.words) == 1 and 3 <= len(title.words[0]) <= 12:
            yield f"a:{title.words[0]}"
    for address in profile.addresses:
        if address.number and address.street:
            yield f"h:{address.number}|{skeleton(address.street.split()[-1])}|{address.postcode[:3]}"


def _vessel(profile: Profile) -> Iterator[str]:
    for title in profile.titles:
        yield from _words(title)


def _vehicle(profile: Profile) -> Iterator[str]:
    """Make, model and colour block nothing: thousands share them. The ends of plate and chassis number do."""
    for kind, value in profile.selectors:
        number = value.rpartition(":")[2]
        if len(number) >= 5:
            yield f"e:{kind}|{number[:4]}"
            yield f"e:{kind}|{number[-4:]}"


def _stamped(profile: Profile) -> Iterator[str]:
    """The stamp joined, by sound and by its beginning and end, and each word of it that is no number.

    Their other selectors make no key: they say that two are one thing, which is a lead already, and no stamp does.
    """
    for title in profile.titles:
        joined = "".join(title.words)
        yield f"t:{skeleton(joined)}"
        if len(joined) > 4:
            # Of a short stamp three letters at each end, or a slip in its middle would touch both ends.
            length = 4 if len(joined) > 7 else 3
            yield f"x:{joined[:length]}"
            yield f"x:-{joined[-length:]}"
        yield from (f"w:{skeleton(word)}" for word in title.words if len(word) > 2 and not word.isdigit())


def _words(title: Title) -> Iterator[str]:
    """The whole name joined, by sound, and each two neighbouring words in order of the alphabet."""
    words = title.words
    yield "t:" + skeleton("".join(words))
    sounds = [skeleton(word) for word in words]
    for one, other in pairwise(sounds):
        yield "w:" + "|".join(sorted((one, other)))
    if len(words) == 1:
        yield f"w:{sounds[0]}"
    elif longest := max(words, key=len):
        yield f"w:{skeleton(longest)}"
