"""Timeliness: how long it takes from an event to its first lead, and to a lead that someone accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cutset.clock import instant
from cutset.link.postings import named
from cutset.model.report import Kind
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import DETECTION, SEIZURE, Ask
from cutset.plan.measures.counting import touched
from cutset.plan.measures.linked import markings
from cutset.plan.tally import Part

_HOUR_US = 3_600_000_000
_WITH_TIME = (named.c.at_us.is_not(None),)


def lead_time(ask: Ask) -> Measured:
    """Hours from an event to the first lead that links it to a case or to another event."""
    first: dict[int, tuple[Any, str, int]] = {}
    for each in ask.reading.leads:
        # Of two leads made at once the one to the report with the smaller id is named.
        ways = [(each.seqs[0], each.other, each.seqs[1]), (each.seqs[1], each.event, each.seqs[0])]
        for end, id, other in ways[:1] if each.kinds[1] is Kind.CASE else ways:
            if end not in first or (each.made, id) < first[end][:2]:
                first[end] = (each.made, id, other)
    made_by = {end: (made, other) for end, (made, _, other) in first.items()}
    ends = [*made_by, *(other for _, other in made_by.values())]
    of_ends = markings(ask.reading.connection, ask.reading.rights, ends)

    def parts() -> Iterator[Part]:
        for each in touched(ask, made_by, SEIZURE, DETECTION, where=_WITH_TIME, joined=named, columns=[named.c.at_us]):
            made, other = made_by[each.seq]
            yield Part(
                keys=each.keys,
                amount=max((made - instant(each.row.at_us)).total_seconds(), 0.0) / 3600,
                seqs=(each.seq, other),
                marking_ids=(*each.marking_ids, *of_ends.get(each.seq, ()), *of_ends.get(other, ())),
                made=each.made,
            )

    return ask.median(parts(), notes=["A lead made before the time that its event gives counts as 0 hours."])


def accepted_lead_time(ask: Ask) -> Measured:
    """Hours from an event to the judgement that accepted a lead from it to a case: the first such."""
    first = {each.event: each for each in sorted(ask.reading.accepted, key=lambda each: -each.at_us)}
    cases = ask.reading.acts(Kind.CASE).by_seq

    def parts() -> Iterator[Part]:
        for each in touched(ask, first, SEIZURE, DETECTION, where=_WITH_TIME, joined=named, columns=[named.c.at_us]):
            given = first[each.seq]
            partner = ask.agency(cases[given.case].originator)
            yield Part(
                keys=tuple(
                    tuple(partner if name == "partner" else said for name, said in zip(ask.by, key, strict=True))
                    for key in each.keys
                ),
                amount=max(given.at_us - each.row.at_us, 0) / _HOUR_US,
                seqs=(each.seq, given.case, given.judgement),
                marking_ids=(*each.marking_ids, *given.marking_ids),
                made=each.made,
            )

    return ask.median(parts(), needs=[Kind.CASE, Kind.JUDGEMENT])
