"""Why a lead stands: the reports, selectors, judgements and rule that it rests on, and how to read its score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.link import references, shown
from cutset.link.bearings import MOST_NAMED, PASSED_ABOVE
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.lead import Joined, Link, Path, Reason, Step
from cutset.link.leads import COMMON_ABOVE, Lead, lead
from cutset.link.match import waterfall as of_waterfall
from cutset.link.match.score import Score
from cutset.link.strength import PERSON
from cutset.log.store import Log
from cutset.model.report import Entry, Judgement, Kind, Struct

__all__ = ["Compared", "Explanation", "NothingToDraw", "data", "svg", "title", "why"]


class NothingToDraw(CutsetError):
    """A lead rests on judgements alone, none of which says what was shown to who gave it."""

    def __init__(self, lead_id: str) -> None:
        super().__init__(
            "this lead rests on no comparison that could be drawn",
            where=lead_id,
            remedy="ask for --format text: it rests on judgements given without a program",
        )


class Compared(Struct, frozen=True):
    """A comparison that a lead rests on, and how it adds up: of shared selectors, or of two mentions that were judged.

    `of` names both sides: reports by id where they share selectors, else the two mentions. `waterfall` has each
    comparison, its level, its weight in bits, term frequency, and the sum. `judgement`, `by`, `reason` and `score` (0
    to 1) are of the judgement `same`, and the waterfall is what a program had shown its giver; None where they judged
    without one, or of all that it showed only the score is known.
    """

    of: tuple[str, str]
    waterfall: Score | None = None
    judgement: str = ""
    by: str = ""
    reason: str = ""
    score: float | None = None


class Explanation(Struct, frozen=True):
    """All that a lead rests on: the lead, its reports as the viewer may see them, the rule, and the score's reading.

    `grounds` says of each selector, judgement or step, in a sentence, what it adds. `through` is the report that a
    path passes. `compared` has the selectors that the two reports share, or each step of a path, and then what was
    shown to those who judged.
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
    ends = {"event": found.event, "other": found.other} | ({"through": found.path.through} if found.path else {})
    judgements = dict.fromkeys(each for joined in _joined(found) for each in joined.judgements)
    entries = _fetched(log, rights, lead_id, [*ends.values(), *judgements])
    judged = _fetched(log, rights, lead_id, [each for id in judgements for each in _named(entries[id])])
    return Explanation(
        lead=found,
        event=entries[found.event],
        other=entries[found.other],
        rule=_rule(found),
        grounds=_grounds(found),
        reading=_reading(found),
        through=entries[ends["through"]] if "through" in ends else None,
        compared=(*_selectors(found), *(_compared(entries[each], judged) for each in judgements)),
    )


def data(found: Explanation) -> dict[str, object]:
    """An explanation as programs get it: without sequence numbers, which are for auditors."""
    ends = (("event", found.event), ("other", found.other), ("through", found.through))
    reports = {name: {"id": end.id, "report": end.report} for name, end in ends if end is not None}
    told = {"lead": found.lead, "link": found.lead.link, "rule": found.rule, "grounds": found.grounds}
    return told | {"reading": found.reading, "compared": found.compared} | reports


def svg(found: Explanation) -> str:
    """Every waterfall of an explanation, in one picture. Raises `NothingToDraw`."""
    drawn = [(each.waterfall, f"{title(each)}, {found.lead.banner}") for each in found.compared if each.waterfall]
    if not drawn:
        raise NothingToDraw(found.lead.id)
    return of_waterfall.svgs(drawn)


def title(compared: Compared) -> str:
    """What a comparison is, in a few words."""
    return f"What {compared.by} was shown" if compared.judgement else "Selectors that both reports bear"


def _fetched(log: Log, rights: Rights, lead_id: str, wanted: Sequence[str]) -> dict[str, Entry]:
    entries = log.fetch(wanted, rights)
    if any(each not in entries for each in wanted):
        # Purged or re-marked after the index read it, and before the index was told.
        raise NotFound("lead", lead_id)
    return entries


def _joined(found: Lead) -> list[Joined]:
    """The judged entities that the lead rests on, of its ends or of its path's steps."""
    steps = [found.path.first.shared, found.path.second.shared] if found.path else []
    return [*found.joined, *(each for each in steps if isinstance(each, Joined))]


def _selectors(found: Lead) -> Iterator[Compared]:
    """The selectors that the two reports share, or that each step of the path rests on."""
    sides = [(found.event, found.other, found.reasons)]
    if found.path is not None:
        path = found.path
        hops = ((found.event, path.through, path.first.shared), (path.through, found.other, path.second.shared))
        sides = [(one, two, (shared,)) for one, two, shared in hops if isinstance(shared, Reason)]
    for one, two, reasons in sides:
        if reasons:
            yield Compared(of=(one, two), waterfall=shown.of_selectors(reasons))


def _named(judgement: Entry) -> list[str]:
    return [references.read(each).report for each in _content(judgement).about]


def _content(judgement: Entry) -> Judgement:
    content = judgement.report.content
    assert isinstance(content, Judgement)
    return content


def _compared(judgement: Entry, entries: Mapping[str, Entry]) -> Compared:
    content = _content(judgement)
    # A lead rests on judgements of two mentions alone.
    one, two = content.about
    return Compared(
        of=(one, two),
        waterfall=shown.again(content, shown.mentions_of(content.about, entries), judgement.id),
        judgement=judgement.id,
        by=judgement.by,
        reason=content.reason,
        score=content.score,
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
        f"probability {_sure(joined.probability)}."
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
        how = (
            "the likeliest row of judgements, each of which must be right; each multiplies the odds that its giver had "
            f"been shown (even odds where nothing was) by {PERSON:.0f}"
        )
    else:
        ands = " and ".join(f"(1 - {reason.weight:.2f})" for reason in found.reasons)
        how = f"1 less the product of {ands}"
        if found.joined:
            how = f"the higher of {how}, and {_sure(found.joined[0].probability)} by judgement"
    return (
        f"The score {_sure(found.score)} is the probability that the two speak of one thing or enterprise: {how}. "
        "The weight of a selector is the strength of its kind, less the more reports bear the value. Score and truth "
        "were held against each other on made data only; a person decides what a lead means."
    )


def _sure(probability: float) -> str:
    """A probability with the digits that tell it from 1, which none is.

    >>> _sure(0.85), _sure(0.999)
    ('0.85', '0.999')
    """
    return f"{probability:.3f}" if probability >= 0.995 else f"{probability:.2f}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
