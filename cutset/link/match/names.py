"""Names of persons: read into given names and family names, and prepared for comparing.

What the parts are follows from how a name is written: `FAMILY, Given` and `FAMILY Given` say it; otherwise the name is
read as `Given Family`, and a middle word of three is a given name or a first family name (Spanish and Portuguese double
surnames), by which of the two the shipped tables make likelier. A comparison tries both orders as well, so that a wrong
guess costs little. Particles (de la, al-, bin), titles (Sr., Dr.) and suffixes are not compared; placeholders (FNU,
Unknown) are no name (`cutset.link.match.placeholders`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import msgspec
from rapidfuzz.distance import OSA, JaroWinkler

from cutset.link.match.frequencies import UNLISTED, table
from cutset.link.match.placeholders import NOT_APPLICABLE, Left, is_nobody, without
from cutset.link.match.transliterate import latin
from cutset.model.text import fold

PARTICLES: Final = frozenset(
    "de del della di da do dos das du des la las los le les lo el al van von vom zu der den ter ten af bin ibn ben "
    "bint binti binte y e i und and of the san".split()
)
TITLES: Final = frozenset(
    "mr mrs ms miss mx dr dra prof sr sra srta senor senora don dona jr junior ii iii iv esq hon sir lic ing "
    "capt captain sgt lt col gen rev fr haji hajji haj sheikh shaikh alias aka".split()
)
MOST_TOKENS: Final = 8
"""The words of one name that are compared; what has more is a text, not a name."""


class Name(msgspec.Struct, frozen=True, array_like=True):
    """A person's name as folded Latin words without particles; either part may be empty."""

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()


def read(written: str) -> Name | None:
    """The parts of a written name, or None where no word of a name is in it.

    >>> read("GUZMÁN LOERA, Joaquín")
    Name(given=('joaquin',), family=('guzman', 'loera'))
    >>> read("Juan Carlos de la Cruz Pérez")
    Name(given=('juan', 'carlos'), family=('cruz', 'perez'))
    >>> read("Maria Elena Lopez"), read("Juan Perez Lopez")
    (Name(given=('maria', 'elena'), family=('lopez',)), Name(given=('juan',), family=('perez', 'lopez')))
    >>> read("Abdul Rahman al-Tikriti"), read("Nguyen")
    (Name(given=('abdrahman',), family=('tikriti',)), Name(given=(), family=('nguyen',)))
    >>> read("LNU, Juan"), read("FNU Quintero"), read("FNU LNU")
    (Name(given=('juan',), family=()), Name(given=(), family=('quintero',)), None)
    """
    if is_nobody(written):
        return None
    plain = latin(NOT_APPLICABLE.sub("unknown", written))
    before, comma, after = plain.partition(",")
    if not comma:
        return _without_comma(plain)
    family, given = _folded(before), _folded(after)
    if not given.words and before.strip() and _is_suffix(after):
        return _without_comma(before)
    if not (given.words and family.words):
        only = _only_part(
            Left(given.words or family.words, given.no_given or family.no_given, given.no_family or family.no_family)
        )
        if only:
            return only
    return Name(given.words, family.words) if given.words or family.words else None


def words(written: str) -> tuple[str, ...]:
    """The folded words of a part of a name, without particles and titles unless there is nothing else.

    >>> words("de la O'Higgins"), words("Abd al-Rahman"), words("Al")
    (('ohiggins',), ('abdrahman',), ('al',))
    """
    return _folded(written).words


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """The sound of a word, coarsely: the first vowel's place and the consonants, with what is spelt alike made one.

    One code for Spanish, English, Slavic and Arabic spellings: vowels inside a word, doubled letters and h go; b and v,
    s, z and soft c, k, hard c and q are each one.

    >>> skeleton("mohammed") == skeleton("muhamad") == skeleton("mhmd")
    True
    >>> skeleton("jimenez") == skeleton("gimenes"), skeleton("baez") == skeleton("vaes"), skeleton("anne")
    (True, True, 'an')
    """
    text = word
    for spelt, sound in _SPELLINGS:
        if spelt in text:
            text = text.replace(spelt, sound)
    for hard, softened in _SOFT:
        if hard in text:
            text = text.replace(hard, softened)
    text = text.translate(_SOUNDS)
    first = "" if text[:1] == "h" else "a" if text and text[0] in _VOWELS else text[:1]
    text = first + text[1:].translate(_SILENT)
    out = "".join([char for place, char in enumerate(text) if place == 0 or char != text[place - 1]])
    return out or word[:1]


@lru_cache(maxsize=262_144)
def likeness(left: str, right: str) -> int:
    """How alike two words of a name are: 4 the same, 3 a slip of the pen apart, 2 the same sound, 1 alike, 0 not.

    A slip is one letter put in, left out or changed, or two neighbours swapped, in a word of four letters or more,
    or a Jaro-Winkler similarity of 0.94; alike is 0.86.

    >>> [likeness("garcia", other) for other in ("garcia", "garcai", "garsia", "garzya", "gracida", "lopez")]
    [4, 3, 3, 2, 1, 0]
    """
    if left == right:
        return 4
    if len(left) < 2 or len(right) < 2:
        return 0
    closeness = JaroWinkler.similarity(left, right, score_cutoff=0.8)
    # Two neighbours swapped are one slip of the pen, as they are one edit in the optimal string alignment.
    if closeness >= 0.94 or (
        closeness >= 0.8 and len(left) > 3 and len(right) > 3 and OSA.distance(left, right, score_cutoff=1) <= 1
    ):
        return 3
    sound = skeleton(left)
    if len(sound) > 1 and sound == skeleton(right):
        return 2
    return 1 if closeness >= 0.86 else 0


@lru_cache(maxsize=65_536)
def same_person_called(left: str, right: str) -> bool:
    """Whether one word is a nickname of the other, or both are of the same given name.

    >>> same_person_called("bob", "robert"), same_person_called("pancho", "paco"), same_person_called("ana", "bob")
    (True, True, False)
    """
    if left not in nicknames() and right not in nicknames():
        return left == right
    return not full_names(left).isdisjoint(full_names(right))


def full_names(given: str) -> frozenset[str]:
    """The given names of which this word is a form, itself among them.

    >>> sorted(full_names("kiko"))
    ['federico', 'francisco', 'kiko']
    """
    return nicknames().get(given) or frozenset((given,))


@lru_cache(maxsize=65_536)
def common_call(given: str) -> str:
    """One word for a given name and its forms, to block by: the first of its full names, and of that one's.

    >>> common_call("bill") == common_call("william"), common_call("pancho") == common_call("francisco")
    (True, True)
    """
    for _ in range(3):
        given = min(full_names(given) - {given}, default=given)
    return given


def _without_comma(plain: str) -> Name | None:
    tokens = [token for token in plain.replace("'", "").replace("’", "").split() if fold(token)]
    capitals = [token for token in tokens if len(token) > 2 and token.isupper()]
    if capitals and len(capitals) < len(tokens) and any(token.islower() or token.istitle() for token in tokens):
        # The French, the United Nations and many police forms write the family name in capitals.
        given, family = words(" ".join(t for t in tokens if t not in capitals)), words(" ".join(capitals))
        if given and family:
            return Name(given, family)
    left = _words(tuple(fold(" ".join(tokens)).split()))
    if not left.words:
        return None
    return _only_part(left) or _split(left.words, _first_particle(fold(plain).split(), left.words))


def _only_part(left: Left) -> Name | None:
    """The name of which a placeholder says that one part, and only one, is not known; None where none says so."""
    if not left.words or left.no_given == left.no_family:
        return None
    return Name((), left.words) if left.no_given else Name(left.words, ())


def _split(found: tuple[str, ...], particle_at: int) -> Name:
    """Given names and family names of words in the usual order; `particle_at` is where a particle said `family`."""
    if len(found) == 1:
        return Name((), found)
    if particle_at:
        return Name(found[:particle_at], found[particle_at:])
    if len(found) == 2:
        return Name(found[:1], found[1:])
    if len(found) == 3:
        second = found[1]
        given = table("given").get(second, UNLISTED["given"])
        is_given = len(second) == 1 or given > table("family").get(second, UNLISTED["family"])
        return Name(found[: 1 + is_given], found[1 + is_given :])
    return Name(found[:-2], found[-2:])


def _first_particle(all_words: Sequence[str], kept: tuple[str, ...]) -> int:
    """How many kept words stand before the first particle, where that leaves words on both sides; else 0."""
    before = 0
    for word in all_words:
        if word in PARTICLES and before:
            return before if before < len(kept) else 0
        before += word in kept
    return 0


def _folded(written: str) -> Left:
    return _words(tuple(fold(latin(written).replace("'", "").replace("’", "")).split()))


@lru_cache(maxsize=65_536)
def _words(tokens: tuple[str, ...]) -> Left:
    left = without(tokens)
    joined = _join_servants(left.words)
    kept = tuple(word for word in joined if word not in PARTICLES and word not in TITLES)
    return left._replace(words=(kept or joined)[:MOST_TOKENS])


def _join_servants(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """`abd al rahman`, `abdul rahman` and `abdulrahman` as one word: abd is half a name, servant of."""
    out: list[str] = []
    at = 0
    while at < len(tokens):
        word = tokens[at]
        if word in _SERVANT and at + 1 < len(tokens):
            at += 2 if tokens[at + 1] in {"al", "el", "ul", "ur", "ar", "as"} and at + 2 < len(tokens) else 1
            out.append("abd" + tokens[at])
        else:
            stem = next((s for s in _SERVANT if s != "abd" and word.startswith(s) and len(word) >= len(s) + 3), "")
            out.append("abd" + word[len(stem) :] if stem else word)
        at += 1
    return tuple(out)


_SERVANT: Final = ("abdul", "abdel", "abdal", "abdur", "abdoul", "abd")


def _is_suffix(text: str) -> bool:
    tokens = fold(text).split()
    return not tokens or all(token in TITLES for token in tokens)


_SPELLINGS: Final = (
    ("tsch", "s"),
    ("sch", "s"),
    ("tch", "s"),
    ("dzh", "j"),
    ("sh", "s"),
    ("ch", "s"),
    ("cz", "s"),
    ("tz", "s"),
    ("ts", "s"),
    ("zh", "j"),
    ("dj", "j"),
    ("kh", "k"),
    ("gh", "g"),
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "k"),
    ("x", "ks"),
)
# c and g are soft before e, i and y.
_SOFT: Final = tuple((letter + vowel, sound + vowel) for letter, sound in (("c", "s"), ("g", "j")) for vowel in "eiy")
_SOUNDS: Final = str.maketrans({"c": "k", "z": "s", "q": "k", "w": "b", "v": "b"})
_VOWELS: Final = "aeiouy"
_SILENT: Final = str.maketrans("", "", _VOWELS + "h")


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Each form, and each full name, to the full names that it may stand for."""
    loaded = tomllib.loads((files("cutset.link.match") / "nicknames.toml").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for language in ("en", "es", "pt", "across"):
        for full, forms in loaded[language].items():
            for form in (full, *forms):
                found.setdefault(form, {form}).add(full)
    return {form: frozenset(full) for form, full in found.items()}
