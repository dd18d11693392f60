"""Evidence: whether findings reach the case in time, and whether the chain of custody is without a gap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from cutset.model.report import Kind
from cutset.plan.measure import Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import Ask, fiscal_year_of
from cutset.plan.tally import Part

INTEGRATED_DAYS = 30
_DAY_US = 86_400_000_000


def custody_complete(ask: Ask) -> Measured:
    """Exhibits whose transfers form one chain: each is given by whom it was last received.

    An exhibit belongs to the period of its first transfer.
    """

    def parts() -> Iterator[Part]:
        for exhibit, transfers in sorted(_transfers(ask).items()):
            first = transfers[0]
            if not ask.at(first.at_us):
                continue
            whole = all(before.receiver and before.receiver == after.giver for before, after in pairwise(transfers))
            yield Part(
                keys=(ask.key(agency=exhibit[0], fiscal_year=fiscal_year_of(first.at_us)),),
                amount=float(whole),
                seqs=tuple(each.seq for each in transfers),
                marking_ids=tuple({each.marking_id for each in transfers}),
                made=any(each.made for each in transfers),
                beside=(("transfers", float(len(transfers))),),
            )

    return ask.share(parts(), needs=[Kind.CUSTODY])


def _transfers(ask: Ask) -> dict[tuple[str, str], list[sa.Row[Any]]]:
    """The transfers of each exhibit, by the agency that it began with and its own number, in order of time."""
    begun: dict[str, str] = {}
    found: dict[tuple[str, str], list[sa.Row[Any]]] = {}
    rows = sorted(ask.reading.acts(Kind.CUSTODY, facts.exhibit), key=lambda row: (row.at_us, row.seq))
    for row in rows:
        # A number is an agency's own; the next holder's reports carry it on.
        agency = begun.setdefault(row.exhibit, ask.agency(row.originator))
        transfers = found.setdefault((agency, row.exhibit), [])
        # An offer and its acceptance are two reports of one transfer.
        if all((each.at_us, each.giver, each.receiver) != (row.at_us, row.giver, row.receiver) for each in transfers):
            transfers.append(row)
    return found


def integrated_in_time(ask: Ask) -> Measured:
    """Exhibits whose laboratory finding reached the case within 30 days of the exhibit's first transfer.

    A finding reaches a case by a lead from the laboratory's report to it, when the report was submitted. Exhibits
    without such a lead never fall due. An exhibit belongs to the period in which its 30 days end.
    """
    leads = [each for each in ask.reading.leads if each.kinds == (Kind.LAB, Kind.CASE)]
    seqs = ask.reading.seqs([id for each in leads for id in (each.event, each.other)])
    cases = {row.seq: row for row in ask.reading.acts(Kind.CASE)}
    reached: dict[int, Any] = {}
    for each in leads:
        if seqs[each.other] in cases:
            reached.setdefault(seqs[each.event], cases[seqs[each.other]])
    labs = [row for row in ask.reading.acts(Kind.LAB, facts.exhibit) if row.seq in reached]
    by_exhibit: dict[str, list[sa.Row[Any]]] = {}
    for row in sorted(labs, key=lambda row: (row.submitted_us, row.seq)):
        by_exhibit.setdefault(row.exhibit, []).append(row)

    def parts() -> Iterator[Part]:
        for (agency, exhibit), transfers in sorted(_transfers(ask).items()):
            due_us = transfers[0].at_us + INTEGRATED_DAYS * _DAY_US
            if exhibit not in by_exhibit or not ask.at(due_us) or due_us > ask.reading.now_us:
                continue
            lab = by_exhibit[exhibit][0]
            case = reached[lab.seq]
            yield Part(
                keys=(ask.key(agency=agency, partner=ask.agency(case.originator), fiscal_year=fiscal_year_of(due_us)),),
                amount=float(lab.submitted_us <= due_us),
                seqs=(transfers[0].seq, lab.seq, case.seq),
                marking_ids=(transfers[0].marking_id, lab.marking_id, case.marking_id),
                made=bool(transfers[0].made or lab.made or case.made),
            )

    return ask.share(
        parts(), needs=[Kind.LAB, Kind.CUSTODY, Kind.CASE], empty="no exhibit with a finding linked to a case fell due"
    )
