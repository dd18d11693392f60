"""The source text of a plan: its sentences, and whether the plan as data covers them.

For the person who writes a plan down as data: which sentences still lay a duty on someone that no clause holds, and
which clauses point at a sentence that does not say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cutset.errors import CutsetError
from cutset.model.report import Struct
from cutset.plan.clauses import TABLES, Duty, Modal, Plan, Section, clauses

WORDS: dict[Modal, str] = {
    Modal.SHALL: r"shall",
    Modal.MUST: r"must",
    Modal.WILL: r"will",
    Modal.SHOULD: r"should",
    Modal.NEED: r"need(?:s|ed)?",
    Modal.REQUIRE: r"require[sd]?",
    Modal.EXPECT: r"expect(?:s|ed)?",
    Modal.CALL: r"calls?",
    Modal.IMPERATIVE: r"imperative",
    Modal.IMPORTANT: r"important",
}
"""The words of each modal, as a regular expression. `present` has none."""

_ANY = re.compile(rf"\b(?:{'|'.join(WORDS.values())})\b", re.IGNORECASE)
_BLOCK = re.compile(r"\n\s*\n|\n(?=[-•] )")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z*\"“(])")
_MARKS = re.compile(r"[*#_]+")
_ASIDE = re.compile(r"[-–—_]+|[¹²³⁴-⁹]+ .*", re.DOTALL)


class BadText(CutsetError):
    """A source text that does not have the plan's headings."""


class Sentence(Struct, frozen=True):
    """A sentence of the source text, and where it stands (as a clause's `at`)."""

    at: str
    text: str

    @property
    def modals(self) -> tuple[str, ...]:
        """The words of duty in it, in small letters, in their order."""
        return tuple(word.lower() for word in _ANY.findall(self.text))


class Disagreement(Struct, frozen=True):
    """A sentence that no clause covers, or a clause that its sentence does not bear out."""

    at: str
    what: str
    sentence: str = ""


def sentences(plan: Plan, text: str) -> tuple[Sentence, ...]:
    """The sentences of `text` under the plan's headings, in order.

    Headings are found in the plan's order, each as a line of its own. What stands before the first, rules and
    footnotes are left out; a paragraph cut by a page goes on where it begins with a small letter. Raises `BadText`.
    """
    found: list[Sentence] = []
    for section, paragraphs in _sections(plan, text):
        for number, paragraph in enumerate(paragraphs, start=1):
            for place, sentence in enumerate(_SENTENCE_END.split(paragraph), start=1):
                found.append(Sentence(at=f"{section.id} {number}.{place}", text=sentence))
    return tuple(found)


def disagreements(plan: Plan, text: str) -> tuple[Disagreement, ...]:
    """Where plan and source text do not agree; empty when every word of duty is accounted for.

    Raises `BadText`.
    """
    by_place = {sentence.at: sentence for sentence in sentences(plan, text)}
    covered = {at for duty in plan.duties for at in (duty.at, *duty.also_at)}
    covered.update(each.at for each in plan.not_duties)
    return (
        *(
            Disagreement(at=at, what=f"no duty covers `{', '.join(sentence.modals)}`", sentence=sentence.text)
            for at, sentence in by_place.items()
            if sentence.modals and at not in covered
        ),
        *_astray(plan, by_place),
        *(found for duty in plan.duties if duty.at in by_place for found in _unborne(duty, by_place[duty.at])),
    )


def _sections(plan: Plan, text: str) -> Iterator[tuple[Section, list[str]]]:
    """Each section with its paragraphs, without marks of emphasis."""
    blocks = [" ".join(_MARKS.sub("", block).split()) for block in _BLOCK.split(text)]
    awaited = list(plan.sections)
    current: Section | None = None
    paragraphs: list[str] = []
    for block in blocks:
        if awaited and block == _plain(awaited[0].heading):
            if current:
                yield current, paragraphs
            current, paragraphs = awaited.pop(0), []
        elif not block or _ASIDE.fullmatch(block):
            continue
        elif paragraphs and block[0].islower():
            paragraphs[-1] = f"{paragraphs[-1]} {block}"
        else:
            paragraphs.append(block)
    if current:
        yield current, paragraphs
    if awaited:
        raise BadText(
            "the text does not have this heading of the plan, after those before it",
            where=f"section {awaited[0].id}: {awaited[0].heading}",
            remedy="write the heading as the text has it, and the sections in its order",
        )


def _plain(heading: str) -> str:
    return " ".join(_MARKS.sub("", heading).split())


def _astray(plan: Plan, by_place: dict[str, Sentence]) -> Iterator[Disagreement]:
    """Clauses that point at no sentence."""
    for field, table in TABLES:
        for each in clauses(plan, field):
            also = each.also_at if isinstance(each, Duty) else ()
            for at in (getattr(each, "at", ""), *also):
                if at and at not in by_place:
                    yield Disagreement(at=at, what=f"{table} {each.id} points at no sentence")


def _unborne(duty: Duty, sentence: Sentence) -> Iterator[Disagreement]:
    """What a duty says of its sentence that the sentence does not bear out."""
    words = WORDS.get(duty.modal)
    if words and not re.search(rf"\b(?:{words})\b", sentence.text, re.IGNORECASE):
        yield Disagreement(
            at=duty.at, what=f"duty {duty.id}: the sentence has no `{duty.modal}`", sentence=sentence.text
        )
    if duty.continuing and "continu" not in sentence.text.lower():
        yield Disagreement(at=duty.at, what=f"duty {duty.id}: the sentence continues nothing", sentence=sentence.text)
