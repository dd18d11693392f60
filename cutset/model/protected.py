"""Protected traits: race, ethnicity, religion, politics, health and sexual orientation.

The model has no field for them, and no score reads free text. Where free text seems to speak of one, whoever writes
it is warned (28 CFR 23.20(b): no political, religious or social views unless they bear directly on the crime). A
warning stops nothing and is stored nowhere: only a person can tell a description that matters from one that must go.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import chain

import msgspec

from cutset.model.report import Report

FREE_TEXT = frozenset(
    {
        "text",
        "description",
        "reason",
        "title",
        "order",
        "facts",
        "activity",
        "obtained",
        "goods_description",
        "concealment",
    }
)
"""The fields in which people write what they like. No scoring code may read one."""


class Warned(msgspec.Struct, frozen=True):
    """Words that may speak of a protected trait: the field that they stand in, the trait, and the words themselves."""

    field: str
    trait: str
    words: str

    def __str__(self) -> str:
        return f"{self.field}: “{self.words}” may tell of {self.trait}; leave it out unless the case needs it"


@cache
def lexicon() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The words of each trait, by language."""
    text = resources.files("cutset.model").joinpath("protected.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, dict[str, tuple[str, ...]]])


def warnings(report: Report) -> tuple[Warned, ...]:
    """What in a report's free text may speak of a protected trait, to be shown to who writes or submits it.

    >>> from cutset.model.marking import Marking
    >>> from cutset.model.report import Case, Source
    >>> case = Case(number="7", title="Courier, attends mosque on Fridays")
    >>> report = Report(marking=Marking(originator="dea"), source=Source(dataset="cases"), content=case)
    >>> print(*warnings(report))
    content.title: “attends mosque” may tell of religion; leave it out unless the case needs it
    """
    return tuple(Warned(field, trait, words) for field, text in _texts(report, "") for trait, words in spoken_of(text))


def spoken_of(text: str) -> list[tuple[str, str]]:
    """The traits that a text may speak of, each with the words that say so, once each.

    >>> spoken_of("Sujeto de raza negra, musulmán"), spoken_of("a white Ford, two black bags")
    ([('race', 'raza negra'), ('religion', 'musulman')], [])
    """
    plain = _plain(text)
    return [(trait, words) for trait, pattern in _patterns().items() for words in dict.fromkeys(pattern.findall(plain))]


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    found = {}
    for trait, languages in lexicon().items():
        # The longest first, so that a phrase is found whole.
        terms = sorted(set(chain.from_iterable(languages.values())), key=lambda term: (-len(term), term))
        written = "|".join(re.escape(term).replace("\\*", r"\w*").replace("\\ ", " ") for term in terms)
        found[trait] = re.compile(rf"\b(?:{written})\b")
    return found


def _plain(text: str) -> str:
    """Small letters without accents, one space for any run of spaces and hyphens."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\s-]+", " ", "".join(each for each in letters if not unicodedata.combining(each)))


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every free text in a report, with its field's path."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            part = getattr(value, name)
            at = f"{path}.{name}" if path else name
            if isinstance(part, str):
                if part and name in FREE_TEXT:
                    yield at, part
            else:
                yield from _texts(part, at)
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _texts(part, f"{path}[{number}]")
