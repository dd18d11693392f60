"""Retention classes: when a report is due for review, and what criminal intelligence must bring to be taken in.

The classes are data (`retention.toml`), each with its source. The words follow 28 CFR part 23, Criminal Intelligence
Systems Operating Policies, as revised in 1993.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib import resources

import msgspec

from cutset.model.mention import Mention, MentionKind
from cutset.model.report import Confidence, Detection, Report, Seizure

RELIABILITIES = frozenset("ABCDEF")
CREDIBILITIES = frozenset("123456")
LEAST_FACTS = 20
"""Characters below which a sentence states no facts."""


class RetentionClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class: what it is for, after how many years (0 for none) it is due, and where that is laid down."""

    title: str
    meaning: str
    review_years: int
    source: str
    intelligence: bool = False

    def due(self, since: datetime) -> datetime | None:
        """When what was submitted, or last reviewed, at `since` is due; None where no clock runs.

        29 February falls on the 28th in years that have none, so that no clock runs a day too long.

        >>> from datetime import UTC
        >>> classes()["intelligence"].due(datetime(2024, 2, 29, tzinfo=UTC)).date().isoformat()
        '2029-02-28'
        """
        if not self.review_years:
            return None
        year = since.year + self.review_years
        try:
            return since.replace(year=year)
        except ValueError:
            return since.replace(year=year, day=28)


@cache
def classes() -> Mapping[str, RetentionClass]:
    """Every class by its code."""
    text = resources.files("cutset.model").joinpath("retention.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, RetentionClass])


def of_derived(codes: Iterable[str]) -> str:
    """The class of what somebody enters on reports of these classes: what an exhibit went through, a judgement, a
    dispute.

    It keeps the class that all of them share and that has a clock. Else it is a fact: that somebody did or said it, so
    that what is entered on criminal intelligence needs no basis of its own, and what is entered on an exercise's data
    and on real reports does not go with the exercise.

    >>> of_derived(["tip", "tip"]), of_derived(["intelligence"]), of_derived(["exercise", "fact"])
    ('tip', 'fact', 'fact')
    """
    shared = set(codes)
    code = shared.pop() if len(shared) == 1 else ""
    found = classes().get(code)
    return code if found is not None and found.review_years and not found.intelligence else "fact"


def flaw(report: Report) -> tuple[str, str] | None:
    """What keeps a report from being taken in under its class, and the remedy; None where nothing does.

    Criminal intelligence needs reasonable suspicion stated in facts (28 CFR 23.20(a), (c)), the submitter's word on how
    it was lawfully obtained (23.20(d)), a source and content that were judged, an official who answers for it, and a
    label (23.20(g)), and goes to law enforcement only (23.20(f)).
    Only in the temporary class may source and content be marked as not to be judged yet (F, 6).
    """
    known = classes()
    codes = [report.marking.retention, *(each.marking.retention for each in report.portions)]
    for code in codes:
        if code not in known:
            return f"there is no retention class {code!r}", f"use one of {', '.join(known)}"
    if report.withdrawn or not any(known[code].intelligence for code in codes):
        return None
    return next(_flaws(report), None)


def _flaws(report: Report) -> Iterator[tuple[str, str]]:
    basis, marking = report.basis, report.marking
    if basis is None:
        yield (
            "criminal intelligence needs a stated basis: reasonable suspicion, with facts (28 CFR 23.20(a), (c))",
            "fill in `basis`; if this only records what happened, its retention class is `fact`",
        )
        return
    if len(basis.facts.strip()) < LEAST_FACTS:
        yield (
            "the basis states no facts from which a trained officer could reasonably suspect (28 CFR 23.20(c))",
            "say in `basis.facts` what was seen or learned, when, and how it bears on the activity",
        )
    if not basis.activity.strip():
        yield "the basis names no criminal activity that is suspected (28 CFR 23.20(a))", "name it in `basis.activity`"
    if not basis.official.strip():
        yield "no control official answers for it (28 CFR 23.20(g))", "name an office or viewer in `basis.official`"
    if not basis.obtained.strip():
        yield (
            "nobody says that the information was obtained lawfully, and how (28 CFR 23.20(d))",
            "say in `basis.obtained` how and by what authority, as a warrant's number or “seen in a public street”; "
            "what was obtained in violation of a law must not be submitted",
        )
    confidence = confidence_of(report)
    if confidence.reliability not in RELIABILITIES or confidence.credibility not in CREDIBILITIES:
        yield (
            "source reliability (A to F) and content validity (1 to 6) are not both judged (28 CFR 23.20(g))",
            "fill in `basis.confidence`",
        )
    elif marking.retention != "temporary" and (confidence.reliability, confidence.credibility) == ("F", "6"):
        yield (
            "neither source nor content could be judged, which permanent intelligence needs",
            "use the retention class `temporary`, and judge within its year",
        )
    if not marking.les:
        yield (
            "criminal intelligence goes to law enforcement only, and its label does not say so (28 CFR 23.20(f), (g))",
            "mark it LES",
        )
    if not any(each.kind in (MentionKind.PERSON, MentionKind.ORGANIZATION) for each in _mentions(report)):
        yield "it names nobody whom the suspicion is of", "name the person or organization, or use the class `fact`"


def confidence_of(report: Report) -> Confidence:
    """How far source and content are believed: as the basis says, else as the event does."""
    if report.basis is not None and report.basis.confidence != Confidence():
        return report.basis.confidence
    content = report.content
    return content.confidence if isinstance(content, Seizure | Detection) else Confidence()


def _mentions(report: Report) -> Iterator[Mention]:
    yield from report.mentions
    for portion in report.portions:
        yield from portion.mentions
