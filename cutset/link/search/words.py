"""The words of a report, and the words of a question: folded, so that case, accents and hyphens do not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from cutset.model.mention import Mention, Selector, SelectorKind
from cutset.model.report import Case, Goods, Report
from cutset.model.selector import detect
from cutset.model.text import fold

LONGEST = 64
_WORD = re.compile(r"\w+")


class Field(IntEnum):
    """Where a word stands; what identifies weighs more than what describes."""

    TEXT = 1
    PLACE = 2
    GOODS = 3
    NAME = 6
    IDENTIFIER = 9


def words(text: str) -> list[str]:
    """The words of a text, in order.

    >>> words("Lancha rápida ABC-1234")
    ['lancha', 'rapida', 'abc', '1234']
    """
    return [word[:LONGEST] for word in _WORD.findall(fold(text))]


def of_report(report: Report) -> Iterator[tuple[Field, str]]:
    """Every field and word of a report without its portions."""
    content = report.content
    yield from _each(Field.TEXT, report.text, report.kind, report.originator, report.source.dataset)
    yield from _each(Field.IDENTIFIER, report.source.record)
    if isinstance(content, Case):
        yield from _each(Field.IDENTIFIER, content.number)
        yield from _each(Field.NAME, content.title, content.organisation, *content.programmes)
    for name in ("where", "origin", "destination"):
        where = getattr(content, name, None)
        if where is not None:
            yield from _each(Field.PLACE, where.place, where.subdivision, where.country, where.locode)
    for name in ("modality", "conveyance", "phase", "direction", "goods_description", "order", "asset", "reason"):
        yield from _each(Field.TEXT, getattr(content, name, "") or "")
    for name in ("number", "exhibit", "laboratory"):
        yield from _each(Field.IDENTIFIER, getattr(content, name, "") or "")
    yield from of_part((), (*getattr(content, "goods", ()), *getattr(content, "findings", ())))
    yield from of_part(report.mentions, ())


def of_part(mentions: tuple[Mention, ...], goods: tuple[Goods, ...], text: str = "") -> Iterator[tuple[Field, str]]:
    """Every field and word of mentions and goods, as of a portion."""
    yield from _each(Field.TEXT, text)
    for each in goods:
        yield from _each(Field.GOODS, each.contraband, each.substance, each.written, *each.marks)
        yield from _each(Field.TEXT, each.concealment)
    for mention in mentions:
        yield from _each(Field.NAME, mention.name, *mention.aliases)
        yield from _each(Field.TEXT, mention.kind, mention.role, mention.description)
        yield from _each(Field.PLACE, *mention.addresses)
        for selector in mention.selectors:
            yield from _each(Field.IDENTIFIER, selector.value, selector.written)
            yield from _each(Field.IDENTIFIER, joined(selector))


def joined(selector: Selector) -> str:
    """A selector's value as one word: so it is kept, and so it is looked for however it was spaced.

    >>> from cutset.model.selector import detect
    >>> joined(detect("US-TX:ABC-1234")[0])
    'abc1234'
    """
    return "".join(words(selector.value.rpartition(":")[2]))[:LONGEST]


def identifiers(text: str, *, region: str = "") -> list[str]:
    """What a question holds if it is an identifier that passes its check: each reading as one word.

    `region` is the country in whose way a telephone number without `+` is written. A stamp is no reading, for any text
    is one, nor is what has no digit.

    >>> identifiers("EB 294 751 488 CN"), identifiers("312-555-0142", region="US"), identifiers("Maria Elena")
    (['eb294751488cn'], ['13125550142'], [])
    """
    if not any(letter.isdigit() for letter in text):
        return []
    found = (joined(each) for each in detect(text, region=region) if each.kind is not SelectorKind.STAMP)
    return list(dict.fromkeys(each for each in found if each))


def grams(word: str) -> set[str]:
    """The trigrams of a word, with its ends marked.

    >>> sorted(grams("jose"))
    ['  j', ' jo', 'jos', 'ose', 'se ']
    """
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def likeness(left: str, right: str) -> float:
    """How alike two words are, from 0 to 1: the share of their trigrams that they have in common.

    >>> round(likeness("fernandez", "fernandes"), 2)
    0.67
    """
    ours, theirs = grams(left), grams(right)
    return len(ours & theirs) / len(ours | theirs)


def _each(field: Field, *texts: str) -> Iterator[tuple[Field, str]]:
    for text in texts:
        for word in words(text):
            yield field, word
