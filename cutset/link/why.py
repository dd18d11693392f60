"""Why a lead stands: the reports, selectors, judgements and rule that it rests on, and how to read its score."""

from __future__ import annotations

from math import fsum, log2

from cutset.access.rights import Rights
from cutset.link.bearings import MOST_NAMED, PASSED_ABOVE
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.lead import Joined, Link, Path, Reason, Step
from cutset.link.leads import COMMON_ABOVE, Lead, lead
from cutset.link.match.score import Compared as OfComparison
from cutset.link.match.score import Score
from cutset.link.strength import MOST
from cutset.log.store import Log
from cutset.model.report import Entry, Judgement, Kind, Struct

__all__ = ["Compared", "Explanation", "why"]


class Compared(Struct, frozen=True):
    """What a program had shown a person who judged `same`: the judgement, its score, each comparison's match weight.

    `score` is from 0 to 1, `features` are in bits. Neither is there where the person judged without a program.
    """

    judgement: str
    by: str
    reason: str
    score: float | None
    features: dict[str, float]

    @property
    def waterfall(self) -> Score | None:
        """What was shown, as `cutset.link.match.waterfall` draws it; None where no comparisons were shown.

        A judgement keeps each comparison's weight and the probability. What the weights leave unsaid is the prior.
        """
        if self.score is None or not self.features:
            return None
        probability = min(max(self.score, 1 - MOST), MOST) if self.score in (0.0, 1.0) else self.score
        weight = log2(probability / (1 - probability))
        steps = tuple(OfComparison(name, "as shown", bits) for name, bits in self.features.items())
        return Score(weight, probability, weight - fsum(self.features.values()), steps, f"judgement {self.judgement}")


class Explanation(Struct, frozen=True):
    """All that a lead rests on: the lead, its reports as the viewer may see them, the rule, and the score's reading.

    `grounds` says of each selector, judgement or step, in a sentence, what it adds. `through` is the report that a
    path passes, `compared` what was shown to those who judged.
    """

    lead: Lead
    event: Entry
    other: Entry
    rule: str
    grounds: tuple[str, ...]
    reading: str
    through: Entry | None = None
    compared: tuple[Compared, ...] = ()


def why(index: LinkIndex, log: Log, rights: Rights, lead_id: str) -> Explanation:
    """The explanation of a lead. Raises `NotFound`, in the same words, whether there is none or it is hidden."""
    found = lead(index, rights, lead_id)
    through = [found.path.through] if found.path else []
    judgements = [each for joined in _joined(found) for each in joined.judgements]
    wanted = [found.event, found.other, *through, *judgements]
    entries = log.fetch(wanted, rights)
    if any(each not in entries for each in wanted):
        # Purged or re-marked after the index read it, and before the index was told.
        raise NotFound("lead", lead_id)
    return Explanation(
        lead=found,
        event=entries[found.event],
        other=entries[found.other],
        rule=_rule(found),
        grounds=_grounds(found),
        reading=_reading(found),
        through=entries[through[0]] if through else None,
        compared=tuple(_compared(entries[each]) for each in dict.fromkeys(judgements)),
    )


def _joined(found: Lead) -> list[Joined]:
    """The judged entities that the lead rests on, of its ends or of its path's steps."""
    steps = [found.path.first.shared, found.path.second.shared] if found.path else []
    return [*found.joined, *(each for each in steps if isinstance(each, Joined))]


def _compared(entry: Entry) -> Compared:
    content = entry.report.content
    assert isinstance(content, Judgement)
    return Compared(
        judgement=entry.id, by=entry.by, reason=content.reason, score=content.score, features=content.features
    )


def _rule(found: Lead) -> str:
    ends = "a case" if found.kinds[1] is Kind.CASE else "an earlier event"
    visible = "Only reports, portions and judgements that you may see are counted."
    if found.link is Link.SELECTOR:
        return (
            f"A {found.kinds[0]} report is linked to {ends} if both name the same verified selector. "
            "Verified means that the identifier passed its standard's check; names do not link. "
            f"A value that more than {COMMON_ABOVE} live reports bear links nothing. " + visible
        )
    if found.link is Link.ENTITY:
        return (
            f"A {found.kinds[0]} report is linked to {ends} if people judged a mention of each to be one thing, "
            "directly or through other mentions, and nobody's judgement contradicts that. " + visible
        )
    return (
        f"A {found.kinds[0]} report is linked to {ends} by a path of two hops if it shares a verified selector or an "
        "entity with a third report, and that shares another with the far end, and in the third report the two belong "
        "together: they are one thing, or their roles tie them (docs: linking). No path passes a value that more than "
        f"{PASSED_ABOVE} live reports bear, a stamp, a substance, or a report that names more than {MOST_NAMED} "
        "selectors. " + visible
    )


def _grounds(found: Lead) -> tuple[str, ...]:
    if found.path is not None:
        return _steps(found.path)
    return (*(_ground(reason) for reason in found.reasons), *(_judged(joined) for joined in found.joined))


def _ground(reason: Reason) -> str:
    return (
        f"{reason.kind} {reason.value}: {_as(reason.event_roles, reason.event_written)} in the event, "
        f"{_as(reason.other_roles, reason.other_written)} in the other; {_bearing(reason)}; weight {reason.weight:.2f}."
    )


def _as(roles: tuple[str, ...], written: tuple[str, ...]) -> str:
    return f"{', '.join(roles)} (written {', '.join(repr(each) for each in written)})"


def _bearing(reason: Reason) -> str:
    others = reason.reports - 2
    if others == 0:
        return "no other report bears it"
    return f"{others} other report{'s' * (others > 1)} bear{'s' * (others == 1)} it"


def _judged(joined: Joined) -> str:
    return (
        f"{joined.way[0]} and {joined.way[-1]} are one thing (entity {joined.entity}) by "
        f"{_count(len(joined.judgements), 'judgement')}: {', '.join(joined.judgements)}; "
        f"probability {joined.probability:.2f}."
    )


def _steps(path: Path) -> tuple[str, ...]:
    ways = f" There are {path.ways} such ways; this is the likeliest." if path.ways > 1 else ""
    return (
        f"From the event: {_step(path.first)}",
        f"In {path.through}, a {path.through_kind} report of {path.through_agency}: "
        f"{path.first.between} and {path.second.between} are tied as {path.tie}; weight {path.tie_weight:.2f}.",
        f"To the other: {_step(path.second)}{ways}",
    )


def _step(step: Step) -> str:
    if isinstance(step.shared, Joined):
        return f"{step.end} there and {step.between} in between: {_judged(step.shared)}"
    return (
        f"{step.shared.kind} {step.shared.value}, of {step.end} there and of {step.between} in between; "
        f"{_bearing(step.shared)}; weight {step.weight:.2f}."
    )


def _reading(found: Lead) -> str:
    if found.path is not None:
        parts = (found.path.first.weight, found.path.tie_weight, found.path.second.weight)
        how = "the product of " + ", ".join(f"{part:.2f}" for part in parts) + ", for all three must hold"
    elif not found.reasons:
        how = "the likeliest row of judgements, each of which must be right"
    else:
        ands = " and ".join(f"(1 - {reason.weight:.2f})" for reason in found.reasons)
        how = f"1 less the product of {ands}"
        if found.joined:
            how = f"the higher of {how}, and {found.joined[0].probability:.2f} by judgement"
    return (
        f"The score {found.score:.2f} is the probability that the two speak of one thing or enterprise: {how}. "
        "The weight of a selector is the strength of its kind, less the more reports bear the value. Score and truth "
        "were held against each other on made data only; a person decides what a lead means."
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
