"""Made people, as skewed as real ones: names by census shares, families at one address, telephones that many share.

Nobody here exists. Given and family names are drawn by the shipped shares of the census of 1990 (a third of the family
names from a long tail of made ones), households of one to six share a surname and an address, towns and streets are
drawn by Zipf's law, and three telephones are had by one in a hundred. `misheard` makes the mention that is asked about
from the one that is held, as another clerk would write it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

from cutset.link.match.frequencies import table
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind

_ONSETS = "b br c ch d dr f g gr h j k l m n p pr qu r s st t tr v w z".split()
_VOWELS = "a e i o u ai ee ia".split()
_CODAS = "n r s l nd rt ck m ler son ez".split()
_TAIL = 30_000
_STREETS = (
    "Main Oak Pine Maple Cedar Elm Washington Lake Hill Park Walnut Church Spring Center Sunset Ridge Lincoln River "
    "Jackson Franklin Highland Juarez Hidalgo Morelos Zaragoza Guerrero Allende Bravo Galeana Madero Victoria Matamoros"
).split()
_KINDS = ("St", "Ave", "Rd", "Lane", "Drive")
_TOWNS = 900
SHARED_PHONES = ("+18005550100", "+18005550101", "+18005550102")
"""Telephones that one mention in a hundred has: a freight forwarder's, a shelter's, a lawyer's."""


class _Weighted:
    """Draws by weight."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._names = list(weights)
        self._upto = list(accumulate(weights.values()))

    def draw(self, random: Random) -> str:
        return self._names[bisect(self._upto, random.random() * self._upto[-1])]


def _word(random: Random, syllables: int) -> str:
    parts = [random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(syllables)]
    return "".join(parts) + random.choice(_CODAS)


class People:
    """A made population, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        words = Random(0)
        families = dict(table("family"))
        rest = 1 - sum(families.values())
        tail = {_word(words, 2): 1 / (rank + 20) for rank in range(_TAIL)}
        whole = sum(tail.values())
        families.update({name: rest * share / whole for name, share in tail.items() if name not in families})
        self._family = _Weighted(families)
        self._given = _Weighted(dict(table("given")))
        self._street = _Weighted({name: 1 / (rank + 1) for rank, name in enumerate(_STREETS)})
        towns = {f"{_word(words, 2).title()}, TX {77000 + rank}": 1 / (rank + 3) for rank in range(_TOWNS)}
        self._town = _Weighted(towns)
        self._random = Random(seed)

    def __iter__(self) -> Iterator[Mention]:
        while True:
            yield from self._household()

    def _household(self) -> Iterator[Mention]:
        random = self._random
        family = self._family.draw(random).title()
        if random.random() < 0.15:
            family = f"{family} {self._family.draw(random).title()}"
        address = (
            f"{random.randint(1, 2500)} {self._street.draw(random)} {random.choice(_KINDS)}, {self._town.draw(random)}"
        )
        phone = _phone(random)
        for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4, 6))):
            given = self._given.draw(random).title()
            middle = f" {self._given.draw(random).title()}" if random.random() < 0.3 else ""
            own = phone if random.random() < 0.3 else _phone(random)
            phones = [SHARED_PHONES[random.randrange(3)]] if random.random() < 0.01 else []
            phones += [own] if random.random() < 0.6 else []
            yield Mention(
                kind=MentionKind.PERSON,
                role=random.choice((Role.SUBJECT, Role.DRIVER, Role.OWNER, Role.CONSIGNEE)),
                name=f"{family.upper()}, {given}{middle}" if random.random() < 0.5 else f"{given}{middle} {family}",
                born=_born(random),
                addresses=(address,) if random.random() < 0.8 else (),
                selectors=tuple(Selector(SelectorKind.PHONE, each, each, True) for each in phones),
            )


def misheard(mention: Mention, random: Random) -> Mention:
    """The mention as another clerk wrote it: slips in the name, parts left out, a date a digit off."""
    family, comma, given = mention.name.partition(", ")
    name = f"{given} {family.title()}" if comma else mention.name
    words = name.split()
    if len(words) > 2 and random.random() < 0.4:
        del words[1]
    if random.random() < 0.45:
        at = random.randrange(len(words))
        words[at] = _slip(words[at], random)
    if random.random() < 0.05:
        words.reverse()
    born = mention.born
    if born and random.random() < 0.2:
        born = (_digit(born[0], random),)
    return Mention(
        kind=mention.kind,
        role=mention.role,
        name=" ".join(words),
        born=born if random.random() < 0.9 else (),
        addresses=mention.addresses if random.random() < 0.4 else (),
        selectors=mention.selectors if random.random() < 0.4 else (),
    )


def _phone(random: Random) -> str:
    return f"+1{random.randint(2_010_000_000, 9_899_999_999)}"


def _born(random: Random) -> tuple[str, ...]:
    year = int(random.triangular(1945, 2006, 1985))
    kind = random.random()
    if kind < 0.08:
        return ()
    if kind < 0.15:
        return (str(year),)
    if kind < 0.18:
        return (f"{year}-01-01",)
    return (f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",)


def _slip(word: str, random: Random) -> str:
    at = random.randrange(1, len(word)) if len(word) > 1 else 0
    letter = random.choice("abcdefghijklmnopqrstuvwxyz")
    return random.choice(
        (
            word[:at] + word[at + 1 :] or word,
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[: at - 1] + word[at : at + 1] + word[at - 1 : at] + word[at + 1 :] if at else word,
        )
    )


def _digit(written: str, random: Random) -> str:
    places: Sequence[int] = [at for at, char in enumerate(written) if char.isdigit() and at > 1]
    at = random.choice(places)
    return written[:at] + random.choice("0123456789") + written[at + 1 :]
