"""Examinations: which containers were opened or scanned, and whether targeting finds more than chance does.

An examination is an outcome that says whether something was found. It names what was examined, and the tasking that
ordered it; a tasking with the order `examine at random` makes it a random one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset import intervals
from cutset.model.report import Kind
from cutset.plan.dimensions import Value
from cutset.plan.measure import Figure, Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import Ask, fiscal_year_of
from cutset.plan.tally import How, Key, Part, Tally, in_order

RANDOM_ORDER = "examine at random"
TARGETED_ORDER = "examine"


class Examination(NamedTuple):
    """An examination: its outcome's row, its tasking's (None where none is named), and what it was of."""

    row: sa.Row[Any]
    tasking: sa.Row[Any] | None
    of: tuple[str, ...]

    @property
    def random(self) -> bool | None:
        """Whether it was drawn at random; None where no tasking says."""
        if self.tasking is None:
            return None
        return bool(self.tasking.order_given == RANDOM_ORDER)


def examinations(ask: Ask) -> list[Examination]:
    """All examinations that the viewer may see, whatever the period."""
    reading = ask.reading
    taskings = {row.id: row for row in reading.acts(Kind.TASKING, facts.task)}
    by_seq = {row.seq: id for id, row in taskings.items()}
    of: dict[int, list[str]] = {}
    for id, seqs in reading.named(Kind.OUTCOME, Kind.TASKING).items():
        for seq in seqs:
            of.setdefault(seq, []).append(id)
    found = []
    for row in reading.acts(Kind.OUTCOME, facts.finding):
        if row.found is None:
            continue
        ordered = [taskings[id] for id in sorted(of.get(row.seq, ())) if id in taskings]
        things = {id for id in of.get(row.seq, ()) if id not in taskings}
        for tasking in ordered:
            things.update(id for id in of.get(tasking.seq, ()) if by_seq.get(tasking.seq) != id)
        orders = [each for each in ordered if each.order_given in (RANDOM_ORDER, TARGETED_ORDER)]
        found.append(Examination(row, orders[0] if orders else None, tuple(sorted(things))))
    return found


def examined(ask: Ask) -> Measured:
    """Containers that an examination names, of those that arrived in the period."""
    by_thing: dict[str, Examination] = {}
    for each in examinations(ask):
        for id in each.of:
            by_thing.setdefault(id, each)

    def parts() -> Iterator[Part]:
        for row in ask.reading.acts(Kind.SHIPMENT, facts.shipment):
            if row.sort != facts.CONTAINER or not ask.at(row.arrives_us):
                continue
            done = by_thing.get(row.id)
            yield Part(
                keys=(_key(ask, row, done.row.detector if done else "", row.origin),),
                amount=float(done is not None),
                seqs=(row.seq, *((done.row.seq,) if done else ())),
                marking_ids=(row.marking_id, *((done.row.marking_id,) if done else ())),
                made=bool(row.made),
            )

    return ask.share(parts(), needs=[Kind.SHIPMENT, Kind.OUTCOME], empty="no container arrived in the period")


def _key(ask: Ask, row: sa.Row[Any], detector: str, country: str = "") -> Key:
    values: dict[str, Value] = {
        "agency": ask.agency(row.originator),
        "place": row.place,
        "country": country,
        "modality": row.modality,
        "detector": detector,
        "fiscal_year": fiscal_year_of(row.at_us),
    }
    return ask.key(**values)


class _Two:
    """Counts of targeted and of random examinations: how many, and how many found something."""

    def __init__(self) -> None:
        self.examined = {False: 0, True: 0}
        self.found = {False: 0, True: 0}

    def add(self, random: bool, found: bool) -> None:
        self.examined[random] += 1
        self.found[random] += found

    def figure(self, key: Key) -> Figure:
        """The ratio of the two shares, with Katz's interval."""
        counts = (self.found[False], self.examined[False], self.found[True], self.examined[True])
        beside = dict(zip(("targeted finds", "targeted", "random finds", "random"), map(float, counts), strict=True))
        reports = counts[1] + counts[3]
        if not (counts[1] and counts[2]):
            # With no find among the random there is no ratio, and it is not infinite either.
            return Figure(key=key, reports=reports, beside=beside)
        targeted, random = counts[0] / counts[1], counts[2] / counts[3]
        interval = intervals.of_risk_ratio(*counts)
        return Figure(
            key=key,
            value=targeted / random,
            numerator=targeted,
            denominator=random,
            low=interval[0] if interval else None,
            high=interval[1] if interval else None,
            reports=reports,
            beside=beside,
        )


def hit_rate(ask: Ask) -> Measured:
    """The share of targeted examinations that found something, over that of random ones, with its interval."""
    cells: dict[Key, _Two] = {}
    whole, unsaid = _Two(), 0
    tally = Tally(How.RATIO)
    for each in examinations(ask):
        if not ask.at(each.row.at_us):
            continue
        if each.random is None or each.tasking is None:
            unsaid += 1
            continue
        whole.add(each.random, bool(each.row.found))
        cells.setdefault(_key(ask, each.row, each.row.detector), _Two()).add(each.random, bool(each.row.found))
        tally.add(
            [
                Part(
                    seqs=(each.row.seq, each.tasking.seq),
                    marking_ids=(each.row.marking_id, each.tasking.marking_id),
                    made=bool(each.row.made or each.tasking.made),
                )
            ]
        )
    figures = [cells[key].figure(key) for key in sorted(cells, key=in_order)]
    notes = (
        [f"{unsaid} examinations name no tasking that says how they were chosen, and are left out."] if unsaid else []
    )
    total = whole.figure(())
    if total.value is None and whole.examined[True]:
        share = max(1 / whole.examined[True], 0.001)
        more = intervals.needed(share, share / 2)
        notes.append(f"No random examination found anything; some {more} would be needed to tell so small a share.")
    return ask.answer(
        tally,
        needs=[Kind.OUTCOME, Kind.TASKING],
        figures=figures,
        whole=total if total.reports else Figure(),
        empty="no examination tells whether it was targeted or random",
        notes=notes,
    )
