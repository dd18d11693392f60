"""Trials of the views of links."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from cutset.access.rights import Rights
from cutset.link.candidates.query import match, matches_of
from cutset.link.contradictions import contradictions
from cutset.link.entities import entities, entity, entity_of
from cutset.link.history import history
from cutset.link.lead import Link
from cutset.link.leads import chosen, common, lead, leads, passed_over, to_cases
from cutset.link.repeats import repeats
from cutset.link.why import why
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from tests.non_interference.trials import PARTS, Asked, attempt, tries
from tests.worlds import PEOPLE, STAMPS, Store

PARTS.update(
    {
        "cutset.link.judgements.standing": "part of repeats",
        "cutset.link.bearings.around": "what leads and passed_over read",
        "cutset.link.bearings.around_all": "what to_cases reads",
        "cutset.link.bearings.everything": "what leads and lead read",
        "cutset.link.candidates.index.CandidateIndex.snapshot": "what match and matches_of read",
        "cutset.link.pairs.seen": "a clause",
        "cutset.link.resolved.resolved": "part of entities, contradictions, history and leads",
        "cutset.link.resolved.Resolved.catch_up": "part of entities, contradictions, history and leads",
    }
)


@tries(leads, lead, chosen, passed_over, to_cases)
def of_leads(store: Store, rights: Rights, asked: Asked) -> Any:
    link = store.link
    return {
        "all": leads(link, rights),
        "first": leads(link, rights, limit=2),
        "by": [leads(link, rights, by=(kind,)) for kind in Link],
        "chosen": [chosen(link, rights, lambda each: each[1::2], agency=agency) for agency in ("", "ash", "birch")],
        "to cases": sorted(to_cases(link, rights, page=2)),
        "passed over": {report: passed_over(link, rights, report) for report in asked.reports},
        "of case": {report: leads(link, rights, case=report) for report in asked.reports},
        "of event": {report: leads(link, rights, event=report) for report in asked.reports},
        "after": {each: attempt(lambda each=each: leads(link, rights, after=each)) for each in asked.leads},
        "one": {each: attempt(lambda each=each: lead(link, rights, each)) for each in asked.leads},
    }


@tries(common)
def of_common_values(store: Store, rights: Rights, asked: Asked) -> Any:
    return common(store.link, rights)


@tries(why)
def of_why(store: Store, rights: Rights, asked: Asked) -> Any:
    def told(lead_id: str) -> Any:
        found = why(store.link, store.log, rights, lead_id)
        ends = [(entry.id, entry.submitted_at, entry.by, entry.report) for entry in (found.event, found.other)]
        through = found.through and (found.through.id, found.through.report)
        return found.lead, ends, through, found.compared, found.rule, found.grounds, found.reading

    return {each: attempt(lambda each=each: told(each)) for each in asked.leads}


@tries(repeats)
def of_repeats(store: Store, rights: Rights, asked: Asked) -> Any:
    after = {each: attempt(lambda each=each: repeats(store.link, rights, after=each)) for each in asked.groups}
    return repeats(store.link, rights), repeats(store.link, rights, limit=1), after


@tries(entities, entity, entity_of)
def of_entities(store: Store, rights: Rights, asked: Asked) -> Any:
    link = store.link
    return {
        "all": entities(link, rights),
        "first": entities(link, rights, limit=1),
        "after": {each: attempt(lambda each=each: entities(link, rights, after=each)) for each in asked.entities},
        "one": {each: attempt(lambda each=each: entity(link, rights, each)) for each in asked.entities},
        "of": {each: attempt(lambda each=each: entity_of(link, rights, each)) for each in asked.mentions},
    }


@tries(contradictions)
def of_contradictions(store: Store, rights: Rights, asked: Asked) -> Any:
    link = store.link
    after = {each: attempt(lambda each=each: contradictions(link, rights, after=each)) for each in asked.contradictions}
    return contradictions(link, rights), contradictions(link, rights, limit=1), after


@tries(history)
def of_history(store: Store, rights: Rights, asked: Asked) -> Any:
    of_pairs = {pair: history(store.link, rights, *pair) for pair in combinations(asked.mentions[:4], 2)}
    return {each: history(store.link, rights, each) for each in asked.mentions}, of_pairs


@tries(match, matches_of)
def of_candidates(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.candidates
    index.catch_up(store.log)
    people = [
        Mention(kind=MentionKind.PERSON, name=name, born=born) for name in PEOPLE for born in ((), ("1979-09-21",))
    ]
    lots = [Mention(kind=MentionKind.PARCEL, selectors=(Selector(SelectorKind.STAMP, *each, True),)) for each in STAMPS]
    return {
        "of mentions": [match(index, rights, each, threshold=0, limit=3) for each in (*people, *lots)],
        "of reports": {
            report: attempt(lambda report=report: matches_of(index, rights, report, threshold=0))
            for report in asked.reports
        },
    }
