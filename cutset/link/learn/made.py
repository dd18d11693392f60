"""Made mentions with made mistakes: to learn the shipped weights by, to measure and to test with. No one is in them.

Each thing is made once, truly, and then mentioned by several clerks, each of whom leaves something out, mishears,
mistypes, uses a short form, or meets it after it moved, was renamed or registered anew. How often each happens stands
in
the code beside it; the rates are the authors' judgement of what police, customs and sanctions records look like, and no
data were counted for them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any, Final

from cutset.link.match.frequencies import table
from cutset.link.match.names import nicknames
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind

Made = tuple[int, Mention]
"""The number of the thing, and a mention of it."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def mentions(kind: MentionKind, things: int, *, seed: int = 1, most: int = 4) -> Iterator[Made]:
    """Mentions of `things` made things of a kind, 1 to `most` each, half of them once; the same for the same seed.

    A thing is a maker of stamps where parcels or drug lots are asked for; its mentions are of either kind.
    """
    random = Random(seed)  # noqa: S311 - made data, not a secret
    make, mention = _MAKERS[kind]
    for number in range(things):
        thing = make(random)
        for _ in range(1 if random.random() < 0.5 else random.randint(2, most)):
            yield number, mention(thing, random)


def slip(text: str, random: Random) -> str:
    """A text with one letter or digit wrong, left out, doubled, or swapped with its neighbour.

    >>> sum(slip("garcia", Random(seed)) != "garcia" for seed in range(100)) > 90
    True
    """
    places = [place for place, char in enumerate(text) if char.isalnum()]
    if not places:
        return text
    at = random.choice(places)
    instead = str(random.randint(0, 9)) if text[at].isdigit() else random.choice(_LETTERS)
    made = random.randrange(4)
    if made == 0:
        return text[:at] + instead + text[at + 1 :]
    if text[at].isdigit() or made == 1:
        return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if made == 2 else text[:at] + text[at] + text[at:]


def _person(random: Random) -> dict[str, Any]:
    words = _words()
    culture = random.choices(("english", "spanish", "arabic", "slavic"), (45, 40, 8, 7))[0]
    if culture == "english":
        given = [_by_share("given", random) for _ in range(1 + (random.random() < 0.3))]
        family = [_by_share("family", random)]
    else:
        # Common names are much commoner than others (Zipf): the square of a uniform draw leans to the front.
        given = [_leaning(words[f"given_{culture}"], random) for _ in range(1 + (random.random() < 0.3))]
        family = [_leaning(words[f"family_{culture}"], random) for _ in range(1 + (culture == "spanish"))]
    return {
        "given": given,
        "family": family,
        "born": (random.randint(1940, 2005), random.randint(1, 12), random.randint(1, 28)),
        "address": _address(random),
        "document": f"US:{random.randint(10**7, 10**8 - 1)}",
        "phone": f"+1956{random.randint(2000000, 9999999)}",
        "email": f"{given[0]}.{family[-1]}{random.randint(1, 99)}@{random.choice(words['firm_words'])}.example",
    }


def _person_mentioned(thing: dict[str, Any], random: Random) -> Mention:
    return Mention(
        kind=MentionKind.PERSON,
        name=_name(thing, random),
        born=_born(thing["born"], random),
        addresses=_mentioned_address(thing["address"], random),
        selectors=_selectors(
            random,
            (SelectorKind.IDENTITY_DOCUMENT, thing["document"], 0.35, 0.05, 0.05),
            (SelectorKind.PHONE, thing["phone"], 0.4, 0.04, 0.25),
            (SelectorKind.EMAIL, thing["email"], 0.15, 0.08, 0.15),
        ),
    )


def _name(thing: dict[str, Any], random: Random) -> str:
    given, family = list(thing["given"]), list(thing["family"])
    if len(given) > 1 and random.random() < 0.4:
        given.pop()
    if len(family) > 1 and random.random() < 0.3:
        family.pop(0 if random.random() < 0.15 else 1)
    if random.random() < 0.08:
        given[0] = _short(given[0], random)
    elif random.random() < 0.04:
        given[0] = given[0][0]
    if random.random() < 0.12:
        given[0] = slip(given[0], random)
    elif random.random() < 0.03:
        given[0] = _misheard(given[0], random)
    if random.random() < 0.12:
        family[0] = slip(family[0], random)
    elif random.random() < 0.05:
        family[0] = _misheard(family[0], random)
    if random.random() < 0.02:
        given, family = family, given
    if random.random() < 0.03:
        return " ".join(family).title()
    if random.random() < 0.4:
        return f"{' '.join(family).upper()}, {' '.join(given).title()}"
    return f"{' '.join(given)} {' '.join(family)}".title()


def _born(born: tuple[int, int, int], random: Random) -> tuple[str, ...]:
    year, month, day = born
    happened = random.random()
    if happened < 0.25:
        return ()
    if happened < 0.33:
        return (f"{year}",) if random.random() < 0.6 else (f"circa {year + random.randint(-1, 1)}",)
    if happened < 0.36:
        return (f"{year}-01-01",)
    if happened < 0.39 and day <= 12:
        month, day = day, month
    elif happened < 0.42:
        year += random.choice((-10, -1, 1, 10))
    elif happened < 0.46:
        day = random.randint(1, 28)
    return (f"{year}-{month:02}-{day:02}",)


def _address(random: Random) -> tuple[int, str, str, str]:
    words = _words()
    return (
        random.randint(1, 9999),
        random.choice(words["streets"]).replace("-", " "),
        _leaning(words["places"], random),
        f"{random.randint(78000, 78999)}",
    )


def _mentioned_address(address: tuple[int, str, str, str], random: Random) -> tuple[str, ...]:
    if random.random() < 0.4:
        return ()
    number, street, place, postcode = _address(random) if random.random() < 0.2 else address
    if random.random() < 0.2:
        return (place.title(),)
    street = slip(street, random) if random.random() < 0.08 else street
    postcode = slip(postcode, random) if random.random() < 0.05 else postcode
    kind = random.choice(("Street", "St", "Ave", "Calle", ""))
    return (f"{number} {street.title()} {kind}, {place.title()}" + (f", {postcode}" if random.random() < 0.7 else ""),)


def _firm(random: Random) -> dict[str, Any]:
    words = _words()
    core = random.sample(words["firm_words"], random.choice((1, 1, 2)))
    if random.random() < 0.3:
        core = [_by_share("family", random), *core[:1]]
    return {
        "words": [*core, _leaning(words["firm_trades"], random)],
        "form": random.choice(words["firm_forms"]),
        "address": _address(random),
        "document": f"US:{random.randint(10**8, 10**9 - 1)}",
        "phone": f"+1956{random.randint(2000000, 9999999)}",
    }


def _firm_mentioned(thing: dict[str, Any], random: Random) -> Mention:
    words = list(thing["words"])
    if random.random() < 0.04:
        # Known by a trade name, or renamed.
        words = [random.choice(_words()["firm_words"]), words[-1]]
    if random.random() < 0.08 and len(words) > 2:
        words.pop()
    if random.random() < 0.05:
        random.shuffle(words)
    if random.random() < 0.15:
        at = random.randrange(len(words))
        words[at] = slip(words[at], random)
    form = "" if random.random() < 0.25 else thing["form"]
    if random.random() < 0.05:
        form = random.choice(_words()["firm_forms"])
    return Mention(
        kind=MentionKind.ORGANIZATION,
        name=f"{' '.join(words).title()} {form}".strip(),
        addresses=_mentioned_address(thing["address"], random),
        selectors=_selectors(
            random,
            (SelectorKind.IDENTITY_DOCUMENT, thing["document"], 0.3, 0.04, 0.03),
            (SelectorKind.PHONE, thing["phone"], 0.4, 0.04, 0.2),
        ),
    )


def _ship(random: Random) -> dict[str, Any]:
    words = _words()
    return {
        "names": [" ".join(random.sample(words["ship_words"], random.choice((1, 2, 2)))) for _ in range(2)],
        "flags": [_leaning(words["flags"], random), random.choice(words["flags"])],
        "imo": f"{random.randint(1000000, 9999999)}",
        "mmsi": [f"{random.randint(200000000, 799999999)}" for _ in range(2)],
    }


def _ship_mentioned(thing: dict[str, Any], random: Random) -> Mention:
    renamed = random.random() < 0.12
    name, former = thing["names"][renamed], thing["names"][0]
    if random.random() < 0.1:
        name = slip(name, random)
    reflagged = renamed or random.random() < 0.05
    return Mention(
        kind=MentionKind.VESSEL,
        name=f"{random.choice(('', '', 'MV ', 'M/V ', 'F/V '))}{name.title()}",
        aliases=(former.title(),) if renamed and random.random() < 0.6 else (),
        flag=thing["flags"][reflagged] if random.random() < 0.8 else "",
        selectors=_selectors(
            random,
            (SelectorKind.IMO, thing["imo"], 0.6, 0.03, 0.01),
            (SelectorKind.MMSI, thing["mmsi"][reflagged], 0.5, 0.03, 0.02),
        ),
    )


def _car(random: Random) -> dict[str, Any]:
    words = _words()
    return {
        "make": _leaning(words["makes"], random),
        "colour": _leaning(words["colours"], random),
        "flag": random.choice(("US", "US", "MX")),
        "vin": "".join(random.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(17)),
        "plate": "US-TX:" + "".join(random.choice("ABCDEFGHJKLMNPRSTVWXYZ0123456789") for _ in range(7)),
    }


def _car_mentioned(thing: dict[str, Any], random: Random) -> Mention:
    colour = thing["colour"] if random.random() < 0.9 else random.choice(_words()["colours"])
    make = thing["make"].split()[0] if random.random() < 0.25 else thing["make"]
    return Mention(
        kind=MentionKind.VEHICLE,
        name=f"{colour} {make}" if random.random() < 0.5 else make,
        flag=thing["flag"] if random.random() < 0.7 else "",
        selectors=_selectors(
            random,
            (SelectorKind.VIN, thing["vin"], 0.4, 0.04, 0.01),
            (SelectorKind.PLATE, thing["plate"], 0.7, 0.05, 0.12),
        ),
    )


def _stamp(random: Random) -> dict[str, Any]:
    words = _words()
    if random.random() < 0.3:
        # As on a tablet: a letter or two, and a number.
        letters = "".join(random.choice(_LETTERS) for _ in range(random.choice((1, 1, 2))))
        return {"words": [letters, str(random.randint(2, 999))]}
    named = [*words["ship_words"], *words["firm_words"], *words["colours"]]
    return {"words": [random.choice(named) for _ in range(random.choice((1, 2, 2)))]}


def _stamp_mentioned(thing: dict[str, Any], random: Random) -> Mention:
    # The maker has changed the stamp since, or prints a year or a word more.
    words = list(_stamp(random)["words"] if random.random() < 0.05 else thing["words"])
    if random.random() < 0.04:
        words.append(random.choice(("22", "23", "premium", "original")))
    if len(words) > 1 and random.random() < 0.05:
        words.pop(random.randrange(len(words)))
    at = random.randrange(len(words))
    if not words[at].isdigit() and random.random() < 0.1:
        words[at] = f"{words[at]}s" if random.random() < 0.3 else slip(words[at], random)
    written = random.choice((" ", " ", " ", "", "-")).join(words).upper()
    kind = MentionKind.DRUG_LOT if random.random() < 0.7 else MentionKind.PARCEL
    found = selector.read(SelectorKind.STAMP, written)
    return Mention(kind=kind, selectors=(found,) if found.verified else ())


def _selectors(random: Random, *each: tuple[SelectorKind, str, float, float, float]) -> tuple[Selector, ...]:
    """Selectors: of each its kind, value, and how often it is mentioned, mistyped, and another one by now."""
    found = []
    for kind, value, mentioned, mistyped, other in each:
        if random.random() > mentioned:
            continue
        issuer, colon, number = value.rpartition(":")
        if random.random() < other:
            number = "".join(str(random.randint(0, 9)) if char.isdigit() else char for char in number)
        elif random.random() < mistyped:
            number = slip(number, random)
        found.append(Selector(kind, issuer + colon + number, number, True))
    return tuple(found)


def _short(given: str, random: Random) -> str:
    forms = sorted(form for form, full in nicknames().items() if given in full and form != given)
    return random.choice(forms) if forms else given


def _misheard(word: str, random: Random) -> str:
    pairs = [pair for pair in _HEARD if pair[0] in word]
    return word.replace(*random.choice(pairs), 1) if pairs else slip(word, random)


_HEARD: Final = (
    ("z", "s"), ("s", "z"), ("v", "b"), ("b", "v"), ("c", "k"), ("k", "c"), ("ph", "f"), ("f", "ph"), ("j", "g"),
    ("y", "i"), ("i", "y"), ("h", ""), ("ll", "l"), ("tt", "t"), ("ou", "u"), ("ee", "i"), ("mm", "m"), ("sch", "sh"),
)  # fmt: skip


def _leaning(words: list[str], random: Random) -> str:
    return words[int(random.random() ** 2 * len(words))]


@cache
def _words() -> dict[str, list[str]]:
    text = (files("cutset.link.learn") / "made_names.toml").read_text(encoding="utf-8")
    return {
        key: value.split() if isinstance(value, str) else value
        for key, value in tomllib.loads(text).items()
        if key != "version"
    }


@cache
def _shares(column: str) -> tuple[list[str], list[float]]:
    names = table(column)
    return list(names), list(accumulate(names.values()))


def _by_share(column: str, random: Random) -> str:
    names, ends = _shares(column)
    return random.choices(names, cum_weights=ends)[0]


_MAKERS: Final[
    dict[MentionKind, tuple[Callable[[Random], dict[str, Any]], Callable[[dict[str, Any], Random], Mention]]]
] = {
    MentionKind.PERSON: (_person, _person_mentioned),
    MentionKind.ORGANIZATION: (_firm, _firm_mentioned),
    MentionKind.VESSEL: (_ship, _ship_mentioned),
    MentionKind.VEHICLE: (_car, _car_mentioned),
    MentionKind.PARCEL: (_stamp, _stamp_mentioned),
    MentionKind.DRUG_LOT: (_stamp, _stamp_mentioned),
}
