"""Two laboratory profiles compared: same batch, same source, different sources, or no statement; and why.

What is stated is how much likelier the two profiles are if they come of one batch, or of one source, than if they come
of two sources: support, and no probability that they do. That rests on all else that is known, and is for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from math import isfinite, log10

from cutset.link.signature.features import Known, Table, shipped
from cutset.link.signature.likelihood import Pair, agreement, ratios
from cutset.model.report import Lab, Struct
from cutset.model.signature import DrugSignature, Feature

LEAST_FEATURES = 2
"""Fewer measured features than this support no statement: one may agree by chance, or be mistaken."""

SUPPORT = 2.0
"""The log10 likelihood ratio from which there is a statement: 100, "moderately strong support" and above."""

BATCH_OVER_SOURCE = 1.0
"""How much more, in log10, one batch must be supported than two batches of one source."""

MOST = 6.0
"""No ratio is stated beyond a million: no table is to be trusted that far, and mistakes in a laboratory matter more."""

MOST_RELATIVE = 0.3
"""A ratio with a larger relative uncertainty is not compared: its logarithm is not normal any more."""

FARTHEST = 6.0
"""A value more deviations than this from the mean of all sources is not compared: it has another unit or sign, or comes
of something that the table does not describe. Two such would else support one source without end."""


class Statement(StrEnum):
    """What may be stated of two profiles."""

    SAME_BATCH = "same batch"
    SAME_SOURCE = "same source"
    DIFFERENT = "different sources"
    NONE = "no statement"


class Step(Struct, frozen=True):
    """What one feature, cutting agent or mark adds to the log10 ratios, given the steps of its group before it."""

    name: str
    group: str
    left: str
    right: str
    batch: float
    source: float


class NotCompared(Struct, frozen=True):
    """A feature that was not compared, and why."""

    name: str
    why: str


class Comparison(Struct, frozen=True):
    """Two profiles compared. `batch` and `source` are log10 likelihood ratios against two sources, within `MOST`.

    They are the sums over `steps`, but for that limit. `why` says in words what the statement rests on, or why there
    is none; `version` is that of the table.
    """

    statement: Statement
    batch: float
    source: float
    why: str
    steps: tuple[Step, ...]
    not_compared: tuple[NotCompared, ...]
    version: str


def compare(left: Lab, right: Lab, table: Table | None = None) -> Comparison:
    """Compare two results by their signatures, cutting agents and marks; the same whichever comes first."""
    table = table or shipped()
    passed: list[NotCompared] = []
    measured = list(_measured(left.signature, right.signature, table, passed))
    steps = [*measured, *_cuts(left, right, table, passed), *_marks(left, right, table)]
    batch = sum(step.batch for step in steps)
    source = sum(step.source for step in steps)
    statement, why = _stated(len(measured), batch, source)
    return Comparison(
        statement=statement,
        batch=_within(batch),
        source=_within(source),
        why=why,
        steps=tuple(steps),
        not_compared=tuple(sorted(passed, key=lambda each: each.name)),
        version=table.version,
    )


def in_words(ratio: float) -> str:
    """What a log10 likelihood ratio is called: ENFSI Guideline for Evaluative Reporting (2015), its table of words.

    >>> in_words(0.2), in_words(2.5), in_words(-1.2)
    ('no support', 'moderately strong support', 'moderate support against')
    """
    for least, words in _SCALE:
        if abs(ratio) >= least:
            return words + (" against" if ratio < 0 else "")
    return "no support"


_SCALE = (
    (6.0, "extremely strong support"),
    (4.0, "very strong support"),
    (3.0, "strong support"),
    (2.0, "moderately strong support"),
    (1.0, "moderate support"),
    (log10(2), "weak support"),
)


def _stated(features: int, batch: float, source: float) -> tuple[Statement, str]:
    if features < LEAST_FEATURES:
        return Statement.NONE, f"fewer than {LEAST_FEATURES} measured features can be compared"
    if batch >= SUPPORT and batch - source >= BATCH_OVER_SOURCE:
        return Statement.SAME_BATCH, f"{in_words(_within(batch))} for one batch over two sources"
    # One source in one batch or in two, taken as equally likely before.
    best = max(batch, source)
    one = best + log10((10 ** (batch - best) + 10 ** (source - best)) / 2)
    if one >= SUPPORT:
        return Statement.SAME_SOURCE, f"{in_words(_within(one))} for one source over two"
    if one <= -SUPPORT:
        return Statement.DIFFERENT, f"{in_words(_within(one))} one source"
    return Statement.NONE, f"{in_words(one)} for one source: less than a statement needs"


def _measured(
    left: DrugSignature | None, right: DrugSignature | None, table: Table, passed: list[NotCompared]
) -> Iterator[Step]:
    if left is None or right is None:
        passed.append(NotCompared("signature", "one of the two results has none"))
        return
    pairs: dict[str, list[tuple[str, Pair, Feature, Feature]]] = {}
    theirs = {feature.name: feature for feature in right.features}
    ours = {feature.name: feature for feature in left.features}
    passed.extend(NotCompared(name, "only one of the two results has it") for name in ours.keys() ^ theirs.keys())
    for name in sorted(ours.keys() & theirs.keys()):
        known = table.features.get(name)
        why = _why_not(name, known, left, right)
        if known is None or why:
            passed.append(NotCompared(name, why))
            continue
        one, other = ours[name], theirs[name]
        pair = Pair(
            known,
            known.scaled(one.value),
            known.scaled(other.value),
            known.variance(one.value, one.uncertainty),
            known.variance(other.value, other.uncertainty),
        )
        pairs.setdefault(known.group, []).append((name, pair, one, other))
    for group, members in pairs.items():
        found = ratios([pair for _, pair, _, _ in members], table.groups[group].correlation)
        for (name, pair, one, other), ratio in zip(members, found, strict=True):
            unit = "" if pair.known.unit == "ratio" else f" {pair.known.unit}"
            yield Step(name, group, _shown(one, unit), _shown(other, unit), ratio.batch, ratio.source)


def _why_not(name: str, known: Known | None, left: DrugSignature, right: DrugSignature) -> str:
    """Why a feature that both have is not compared; "" if it is."""
    if known is None:
        return "the table does not know it"
    if not known.absolute and not (left.method and left.method == right.method):
        return f"measured by different methods ({left.method or 'not stated'}, {right.method or 'not stated'})"
    for profile in (left, right):
        features = [feature for feature in profile.features if feature.name == name]
        if len(features) > 1:
            return "one result states it twice"
        why = _unusable(features[0], known)
        if why:
            return why
    return ""


def _unusable(feature: Feature, known: Known) -> str:
    """Why a measured feature says nothing, whatever it is compared with; "" if it does. After it, no sum overflows."""
    if feature.unit not in ("", known.unit):
        return f"one result has it in {feature.unit}, the table in {known.unit}"
    if not isfinite(feature.value) or not isfinite(feature.uncertainty):
        return "its value or uncertainty is no number"
    if feature.uncertainty <= 0:
        return "one result states no uncertainty"
    if known.scale == "log":
        if feature.value <= 0:
            return "a ratio must be above 0: below the limit of detection there is none to compare"
        if feature.uncertainty > MOST_RELATIVE * feature.value:
            return f"its uncertainty is more than {MOST_RELATIVE:.0%} of its value"
    elif feature.uncertainty > known.between:
        return "its uncertainty is wider than sources differ"
    if abs(known.scaled(feature.value) - known.mean) > FARTHEST * known.between:
        return f"{feature.value:g} is far from all that the table knows: is it in {known.unit}, with the right sign?"
    return ""


def _cuts(left: Lab, right: Lab, table: Table, passed: list[NotCompared]) -> Iterator[Step]:
    ours, theirs = ({_plain(cut.name) for cut in lab.cuts} for lab in (left, right))
    if not (ours and theirs):
        if ours or theirs:
            passed.append(NotCompared("cutting agents", "one of the two results names none: perhaps none were sought"))
        return
    for name in sorted(ours | theirs):
        share = table.cuts.get(name, table.cuts["other"])
        both = name in ours and name in theirs
        yield Step(
            name,
            "cutting agents",
            _present(name in ours),
            _present(name in theirs),
            agreement(table.agreement.batch_cut, share, both=both),
            agreement(table.agreement.source_cut, share, both=both),
        )


def _marks(left: Lab, right: Lab, table: Table) -> Iterator[Step]:
    """All marks are one step: who puts two marks on a tablet has one die."""
    ours, theirs = ({_plain(mark) for goods in lab.findings for mark in goods.marks} for lab in (left, right))
    if ours and theirs:
        both, rules = bool(ours & theirs), table.agreement
        yield Step(
            "mark",
            "marks",
            ", ".join(sorted(ours)),
            ", ".join(sorted(theirs)),
            agreement(rules.batch_mark, rules.mark_share, both=both),
            agreement(rules.source_mark, rules.mark_share, both=both),
        )


def _within(ratio: float) -> float:
    return max(-MOST, min(MOST, ratio))


def _plain(name: str) -> str:
    return "-".join(name.casefold().split())


def _shown(feature: Feature, unit: str) -> str:
    return f"{feature.value:g} ± {feature.uncertainty:g}{unit}"


def _present(there: bool) -> str:
    return "found" if there else "not found"
