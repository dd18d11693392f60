"""Evidence: whether findings reach the case in time, and whether the chain of custody is without a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.link.postings import named
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.model.report import Kind
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import Ask, fiscal_year_of
from cutset.plan.measures.exhibits import Chain, Event, chains, events, results
from cutset.plan.measures.linked import markings
from cutset.plan.measures.reading import Reading, Submitted
from cutset.plan.tally import Part

INTEGRATED_DAYS = 30
_DAY_US = 86_400_000_000


def custody_complete(ask: Ask) -> Measured:
    """Exhibits with whose chain of custody the evidence view finds nothing wrong, of all that a report tells of.

    An exhibit belongs to the period in which its chain begins, and to the agency whose number it bears. Its area is
    that of the event it comes from. Beside: how many steps the chains have, and how much is wrong with them.
    """
    found = [each for each in chains(ask.reading) if ask.at(each.begun_us)]
    areas = events(ask.reading, found) if "area" in ask.by else {}

    def parts() -> Iterator[Part]:
        for each in found:
            event = areas.get(each.name)
            rests_on = [*((one.seq, one.marking_id) for one in each.told_by), *_of(event)]
            yield Part(
                keys=(
                    ask.key(
                        agency=ask.agency(each.agency),
                        area=event.area if event else "",
                        fiscal_year=fiscal_year_of(each.begun_us),
                    ),
                ),
                amount=float(not each.findings),
                seqs=tuple(seq for seq, _ in rests_on),
                marking_ids=tuple({marking_id for _, marking_id in rests_on}),
                made=each.made,
                beside=(("steps", float(each.steps)), ("findings", float(each.findings))),
            )

    return ask.share(parts(), needs=[Kind.CUSTODY])


def _of(event: Event | None) -> list[tuple[int, int]]:
    return [(event.seq, event.marking_id)] if event else []


class _Reached(NamedTuple):
    """A case that an exhibit is linked to, and when its finding had come there; None where it has not.

    `seqs` are the two ends of the lead, and the finding.
    """

    at_us: int | None
    case: sa.Row[Any]
    seqs: tuple[int, ...]

    @property
    def order(self) -> tuple[bool, int, int, int]:
        """The earliest first, one without a finding last."""
        return self.at_us is None, self.at_us or 0, self.case.submitted_us, self.case.seq


class _Due(NamedTuple):
    """An exhibit that is linked to a case, the event it comes from, when its days end, how its finding came there."""

    chain: Chain
    event: Event | None
    at_us: int
    reached: _Reached


def integrated_in_time(ask: Ask) -> Measured:
    """Exhibits whose laboratory finding reached the linked case within 30 days of the event, of those that fell due.

    An exhibit is linked to a case by a lead from the event that it comes from, or from the laboratory's own report.
    The finding has reached the case when both, and the event where the lead is the event's, are submitted; a finding
    on what was made of an exhibit is one on it. The days run from the event's time as reported, or where that is not
    known from the beginning of the chain of custody. An exhibit without a link never falls due, and one made of others
    is not counted beside them.
    """
    reading = ask.reading
    due = [each for each in _due(reading) if ask.at(each.at_us) and each.at_us <= reading.now_us]
    ends = [seq for each in due for seq in each.reached.seqs]
    of_ends = markings(reading.connection, reading.rights, ends)

    def parts() -> Iterator[Part]:
        for each in due:
            chain, event, reached = each.chain, each.event, each.reached
            first = chain.told_by[0]
            seqs = (first.seq, *((event.seq,) if event else ()), *reached.seqs)
            marking_ids = {first.marking_id, *((event.marking_id,) if event else ())}
            yield Part(
                keys=(
                    ask.key(
                        agency=ask.agency(chain.agency),
                        area=event.area if event else "",
                        partner=ask.agency(reached.case.originator),
                        fiscal_year=fiscal_year_of(each.at_us),
                    ),
                ),
                amount=float(reached.at_us is not None and reached.at_us <= each.at_us),
                seqs=tuple(dict.fromkeys(seqs)),
                marking_ids=tuple(marking_ids.union(*(of_ends.get(seq, ()) for seq in reached.seqs))),
                made=bool(chain.made or reached.case.made),
                beside=() if reached.at_us is not None else (("without a finding", 1.0),),
            )

    needs = [Kind.LAB, Kind.CUSTODY, Kind.CASE]
    return ask.share(parts(), needs=needs, empty="no exhibit that is linked to a case fell due")


def _due(reading: Reading) -> list[_Due]:
    """Every exhibit that is linked to a case, whatever the period."""
    found: list[_Due] = reading.standing("evidence due", lambda: list(_falling_due(reading)))
    return found


def _falling_due(reading: Reading) -> Iterator[_Due]:
    every = chains(reading)
    found = [each for each in every if not each.origin]
    of_event, labs, cases = events(reading, found), results(reading, every), _cases(reading)
    event_us = _event_times(reading, [each.seq for each in of_event.values()])
    entered = {each.seq: each for each in reading.submissions(reading.ids(sorted(event_us))).values()}
    for each in found:
        event = of_event.get(each.name)
        linked = list(_linked(event, labs[each.name], cases, entered))
        if linked:
            at_us = event_us.get(event.seq) if event else None
            due_us = (each.begun_us if at_us is None else at_us) + INTEGRATED_DAYS * _DAY_US
            yield _Due(each, event, due_us, min(linked, key=lambda one: one.order))


def _linked(
    event: Event | None,
    labs: Sequence[sa.Row[Any]],
    cases: Mapping[int, Sequence[sa.Row[Any]]],
    entered: Mapping[int, Submitted],
) -> Iterator[_Reached]:
    """The cases that the event, or a finding, is linked to, each with when the first finding was there."""
    for case in cases.get(event.seq, ()) if event else ():
        assert event is not None
        if not labs:
            yield _Reached(None, case, (event.seq, case.seq))
            continue
        lab, at = labs[0], entered.get(event.seq)
        at_us = max(lab.submitted_us, case.submitted_us, at.at_us if at else 0)
        yield _Reached(at_us, case, (event.seq, case.seq, lab.seq))
    for lab in labs:
        for case in cases.get(lab.seq, ()):
            yield _Reached(max(lab.submitted_us, case.submitted_us), case, (lab.seq, case.seq))


def _cases(reading: Reading) -> dict[int, list[sa.Row[Any]]]:
    """The live cases that each event and each laboratory's report has a lead to."""
    rows = reading.acts(Kind.CASE).by_seq
    found: dict[int, list[sa.Row[Any]]] = {}
    for each in reading.leads:
        case = rows.get(each.seqs[1])
        if case is not None:
            found.setdefault(each.seqs[0], []).append(case)
    return found


def _event_times(reading: Reading, seqs: Iterable[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for chunk in chunks(sorted(set(seqs))):
        seen = [named.c.seq.in_(chunk), visible(named.c.marking_id, reading.rights)]
        found.update(
            (seq, at_us)
            for seq, at_us in reading.connection.execute(sa.select(named.c.seq, named.c.at_us).where(*seen))
        )
    return found
