"""Why a lead stands: the reports, selectors and rule that it rests on, and how to read its score."""

from __future__ import annotations

from cutset.access.rights import Rights
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.leads import COMMON_ABOVE, Lead, Reason, lead
from cutset.log.store import Log
from cutset.model.report import Entry, Kind, Struct


class Explanation(Struct, frozen=True):
    """All that a lead rests on: the lead, both reports as the viewer may see them, the rule, and the score's reading.

    `grounds` says of each selector, in a sentence, what it adds.
    """

    lead: Lead
    event: Entry
    other: Entry
    rule: str
    grounds: tuple[str, ...]
    reading: str


def why(index: LinkIndex, log: Log, rights: Rights, lead_id: str) -> Explanation:
    """The explanation of a lead. Raises `NotFound`, in the same words, whether there is none or it is hidden."""
    found = lead(index, rights, lead_id)
    entries = log.fetch([found.event, found.other], rights)
    if found.event not in entries or found.other not in entries:
        # Purged or re-marked after the index read it, and before the index was told.
        raise NotFound("lead", lead_id)
    return Explanation(
        lead=found,
        event=entries[found.event],
        other=entries[found.other],
        rule=_rule(found),
        grounds=tuple(_ground(reason) for reason in found.reasons),
        reading=_reading(found),
    )


def _rule(found: Lead) -> str:
    ends = "a case" if found.kinds[1] is Kind.CASE else "an earlier event"
    return (
        f"A {found.kinds[0]} report is linked to {ends} if both name the same verified selector. "
        "Verified means that the identifier passed its standard's check; names do not link. "
        f"A value that more than {COMMON_ABOVE} live reports bear links nothing. "
        "Only reports and portions that you may see are counted."
    )


def _ground(reason: Reason) -> str:
    others = reason.reports - 2
    bearing = (
        "no other report bears it"
        if others == 0
        else f"{others} other report{'s' * (others > 1)} bear{'s' * (others == 1)} it"
    )
    return (
        f"{reason.kind} {reason.value}: {_as(reason.event_roles, reason.event_written)} in the event, "
        f"{_as(reason.other_roles, reason.other_written)} in the other; {bearing}; weight {reason.weight:.2f}."
    )


def _as(roles: tuple[str, ...], written: tuple[str, ...]) -> str:
    return f"{', '.join(roles)} (written {', '.join(repr(each) for each in written)})"


def _reading(found: Lead) -> str:
    ands = " and ".join(f"(1 - {reason.weight:.2f})" for reason in found.reasons)
    return (
        f"The score {found.score:.2f} lies between 0 and 1: 1 less the product of {ands}. A weight is the strength of "
        "its kind of selector, less the more reports bear the value. It orders leads; it is not a calibrated "
        "probability, and a person decides what a lead means."
    )
