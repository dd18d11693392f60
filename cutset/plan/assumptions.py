"""The plan's assumptions put to the test, each with its statistics and the caution with which to read them.

A test may fail, or have no data: both are worth knowing. None of them shows a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import sqlalchemy as sa

from cutset import clock as clocks
from cutset import intervals
from cutset.access.rights import Rights
from cutset.clock import Clock, instant
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Kind, Struct
from cutset.plan import document
from cutset.plan.clauses import Assumption, Plan
from cutset.plan.facts import event, goods
from cutset.plan.measure import Measured
from cutset.plan.measures.compute import Measures, reading
from cutset.plan.measures.reading import Sources
from cutset.plan.periods import Period
from cutset.plan.periods import read as read_period


class Statistic(Struct, frozen=True):
    """A number of a test: its value, 95 % interval and p where they can be told, and of how many things it is."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    number: int = 0


class Finding(Struct, frozen=True):
    """An assumption and what the log says of it. `no_data` says why nothing can be told, "" where something can."""

    id: str
    text: str
    test: str
    caution: str
    statistics: tuple[Statistic, ...] = ()
    no_data: str = ""
    finding: str = ""
    reports: int = 0
    banner: str = ""
    made: bool = False


class _Found(NamedTuple):
    """What a test found: its statistics, in a sentence, and the measures whose reports it rests on."""

    statistics: list[Statistic]
    finding: str
    rests_on: list[Measured]
    no_data: str = ""


def assumptions_tested(
    sources: Sources,
    rights: Rights,
    *,
    period: str | Period | None = None,
    plan: Plan | None = None,
    clock: Clock = clocks.now,
) -> list[Finding]:
    """Every assumption of the plan, tested on what the viewer may see over `period` (all time if None)."""
    asked = read_period(period) if isinstance(period, str) else period
    plan = plan or document.load("niccp_2021")
    with reading(sources, rights, plan=plan, clock=clock) as measures:
        return [_told(each, TESTS[each.id](measures, asked), measures) for each in plan.assumptions if each.id in TESTS]


def _told(assumption: Assumption, found: _Found, measures: Measures) -> Finding:
    rests_on = [each for each in found.rests_on if each.reports]
    missing = "; ".join(dict.fromkeys(each.no_data for each in found.rests_on if each.no_data))
    return Finding(
        id=assumption.id,
        text=assumption.text,
        test=assumption.test,
        caution=assumption.caution,
        statistics=tuple(found.statistics),
        no_data="" if found.statistics else found.no_data or missing or "there is too little to tell",
        finding=found.finding if found.statistics else "",
        reports=max((each.reports for each in rests_on), default=0),
        banner=measures.banner(rests_on),
        made=any(each.made for each in rests_on),
    )


def _health(measures: Measures, period: Period | None) -> _Found:
    taken = measures.measure("seizures", period)
    return _Found([], "", [taken], "the log holds no health data; read them in by a mapping file, and compare outside")


def _adapt(measures: Measures, period: Period | None) -> _Found:
    found = measures.measure("displacement", period)
    name = "events per effort nearby, after over before, against controls"
    return _Found(_of_whole(found, name), _against_1(found), [found])


def _everywhere(measures: Measures, period: Period | None) -> _Found:
    lost = measures.measure("event-drop-off", period, ["area"])
    rate = measures.measure("examination-hit-rate", period)
    statistics = [
        Statistic(
            name=f"disrupted, {figure.key[0] or 'area not said'}",
            value=1 - figure.value,
            low=None if figure.high is None else 1 - figure.high,
            high=None if figure.low is None else 1 - figure.low,
            number=int(figure.denominator or 0),
        )
        for figure in lost.figures
        if figure.value is not None
    ]
    none = [each.name for each in statistics if each.value == 0]
    finding = f"No disruption: {', '.join(none)}." if none else "Every area with detections shows disruptions."
    return _Found([*statistics, *_of_whole(rate, "hit rate over random control")], finding, [lost, rate])


class _Linked(NamedTuple):
    """A live seizure: the month (from January of the year 0), its agency, mass, and the cases of its accepted leads."""

    seq: int
    month: int
    agency: str
    mass_kg: float
    cases: tuple[int, ...]


def _seizures(measures: Measures, period: Period | None) -> list[_Linked]:
    reading_, rights = measures.reading, measures.reading.rights
    cases: dict[int, list[int]] = {}
    for given in reading_.accepted:
        cases.setdefault(given.event, []).append(given.case)
    mass = sa.func.coalesce(sa.func.sum(goods.c.mass_kg), 0.0)
    rows = reading_.connection.execute(
        sa.select(event.c.seq, event.c.year, event.c.month, event.c.originator, mass)
        .outerjoin(goods, sa.and_(goods.c.seq == event.c.seq, visible(goods.c.marking_id, rights)))
        .where(
            event.c.kind == str(Kind.SEIZURE),
            event.c.month.is_not(None),
            visible(event.c.marking_id, rights),
            live(event.c.seq, rights),
        )
        .group_by(event.c.seq, event.c.year, event.c.month, event.c.originator)
        .order_by(event.c.seq)
    )
    return [
        _Linked(seq, year * 12 + month - 1, reading_.agency(agency), float(kg), tuple(sorted(cases.get(seq, ()))))
        for seq, year, month, agency, kg in rows
        if period is None or period.holds(year, month)
    ]


_HALF_YEAR = 6


def _degrades(measures: Measures, period: Period | None) -> _Found:
    """Linked seizures in the half years around an organisation's greatest loss: great losses against small."""
    linked = measures.measure("linked-to-case", period)
    organisations = {seq: row.organisation for seq, row in measures.reading.acts(Kind.CASE).by_seq.items()}
    by_name: dict[str, list[_Linked]] = {}
    for each in _seizures(measures, period):
        for name in {organisations[case] for case in each.cases if organisations[case]}:
            by_name.setdefault(name, []).append(each)
    losses = []
    for taken in by_name.values():
        greatest = max(taken, key=lambda each: (each.mass_kg, -each.month))
        after = sum(0 < each.month - greatest.month <= _HALF_YEAR for each in taken)
        before = sum(0 < greatest.month - each.month <= _HALF_YEAR for each in taken)
        losses.append((greatest.mass_kg, after, before))
    if len(losses) < 4:
        return _Found([], "", [linked], f"{len(losses)} organisations have linked seizures, and a test needs four")
    losses.sort()
    small, great = losses[: len(losses) // 2], losses[len(losses) // 2 :]
    counts = [sum(int(each[at]) for each in half) for half in (great, small) for at in (1, 2)]
    if not all(counts[1:]):
        return _Found([], "", [linked], "one of the groups has no linked seizure in a half year, so there is no ratio")
    ratio = (counts[0] / counts[1]) / (counts[2] / counts[3])
    interval = intervals.of_rate_change(counts[0], counts[1], counts[2], counts[3], ratio)
    name = "linked seizures, after over before: great losses against small"
    statistic = _statistic(name, ratio, interval, len(losses))
    return _Found([statistic], _reads(ratio, interval), [linked])


def _cases(measures: Measures, period: Period | None) -> _Found:
    """Cases charged or convicted, with linked interdictions against those without, within agency, year and priority."""
    stands = measures.measure("case-outcomes", period)
    linked = {given.case for given in measures.reading.accepted}
    strata: dict[tuple[object, ...], list[int]] = {}
    for row in measures.reading.acts(Kind.CASE).by_seq.values():
        if row.at_us is None:
            continue
        at = instant(row.at_us)
        if period is not None and not period.holds(at.year, at.month):
            continue
        cell = strata.setdefault((measures.reading.agency(row.originator), at.year, row.priority_target), [0, 0, 0, 0])
        side = 0 if row.seq in linked else 2
        cell[side] += row.status in ("charged", "convicted")
        cell[side + 1] += 1
    return _compared(strata.values(), "charged or convicted: linked cases over others", [stands])


def _multiplies(measures: Measures, period: Period | None) -> _Found:
    """Over agencies, the rank correlation of reports shared with the share of seizures that were linked to a case."""
    shared = measures.measure("reports-shared", period, ["agency"])
    linked = measures.measure("linked-to-case", period, ["agency"])
    shares = {figure.key[0]: figure.value for figure in linked.figures}
    pairs = [
        (figure.value, share)
        for figure in shared.figures
        if figure.value is not None and (share := shares.get(figure.key[0])) is not None
    ]
    found = intervals.rank_correlation(pairs)
    if found is None:
        too_few = f"{len(pairs)} agencies have both figures, and a test needs five that differ"
        return _Found([], "", [shared, linked], too_few)
    rho, p = found
    name = "rank correlation of reports shared with seizures linked"
    return _Found(
        [Statistic(name=name, value=rho, p=p, number=len(pairs))],
        "Agencies that share more link more." if p < 0.05 and rho > 0 else "No such tendency can be told from chance.",
        [shared, linked],
    )


def _continue(measures: Measures, period: Period | None) -> _Found:
    """Agencies that shared reports in the period before and share none in this one."""
    if period is None:
        return _Found([], "", [], "silence is told of a period: ask for one")
    now, before = (measures.measure("reports-shared", each, ["agency"]) for each in (period, period.before()))
    speaking = {figure.key[0] for figure in before.figures}
    silent = sorted(str(each) for each in speaking - {figure.key[0] for figure in now.figures})
    if not speaking:
        return _Found([], "", [before], f"nobody shared a report in {period.before().label}")
    interval = intervals.of_share(len(silent), len(speaking))
    name = f"partners of {period.before().label} that fell silent"
    statistic = _statistic(name, len(silent) / len(speaking), interval, len(speaking))
    return _Found([statistic], f"Silent: {', '.join(silent)}." if silent else "None fell silent.", [now, before])


_BANDS_KG = (1.0, 10.0, 100.0, 1000.0)


def _starts(measures: Measures, period: Period | None) -> _Found:
    """Seizures with a later event linked within a year: those linked to a case against those not, of like size."""
    linked = measures.measure("linked-to-case", period)
    followed = _followed(measures)
    strata: dict[tuple[object, ...], list[int]] = {}
    for each in _seizures(measures, period):
        band = sum(each.mass_kg >= edge for edge in _BANDS_KG)
        cell = strata.setdefault((each.agency, band), [0, 0, 0, 0])
        side = 0 if each.cases else 2
        cell[side] += each.seq in followed
        cell[side + 1] += 1
    return _compared(strata.values(), "a later event linked within a year: linked seizures over others", [linked])


def _followed(measures: Measures) -> set[int]:
    between = [each for each in measures.reading.leads if each.kinds[1] is not Kind.CASE and each.at_us is not None]
    at = {each.seqs[0]: instant(each.at_us) for each in between if each.at_us is not None}
    found = set()
    for each in between:
        later, earlier = at.get(each.seqs[0]), at.get(each.seqs[1])
        # The earlier end of one lead has a time where it is the later end of another; without one, order is enough.
        if later is not None and (earlier is None or (later - earlier).days <= 365):
            found.add(each.seqs[1])
    return found


def _compared(strata: Iterable[list[int]], name: str, rests_on: list[Measured]) -> _Found:
    cells = [(a, n, b, m) for a, n, b, m in strata]
    found = intervals.stratified_ratio(cells)
    both = [cell for cell in cells if cell[1] and cell[3]]
    if found is None:
        return _Found([], "", rests_on, "" if not cells else "no stratum has enough of both sorts to compare")
    ratio, interval = found
    totals = [sum(cell[at] for cell in both) for at in range(4)]
    statistic = Statistic(
        name=name,
        value=ratio,
        low=interval[0],
        high=interval[1],
        p=intervals.difference_p(*totals),
        number=totals[1] + totals[3],
    )
    finding = f"{_reads(ratio, interval)} {len(both)} strata; p is that of the unmatched counts."
    return _Found([statistic], finding, rests_on)


def _of_whole(found: Measured, name: str) -> list[Statistic]:
    figure = found.whole
    if figure.value is None:
        return []
    return [Statistic(name=name, value=figure.value, low=figure.low, high=figure.high, number=figure.reports)]


def _against_1(found: Measured) -> str:
    figure = found.whole
    if figure.value is None:
        return ""
    return _reads(figure.value, None if figure.low is None or figure.high is None else (figure.low, figure.high))


def _reads(ratio: float, interval: tuple[float, float] | None) -> str:
    if interval is None or interval[0] <= 1 <= interval[1]:
        return "It cannot be told from no difference."
    return "More than without." if ratio > 1 else "Less than without."


def _statistic(name: str, value: float, interval: tuple[float, float] | None, number: int) -> Statistic:
    low, high = interval or (None, None)
    return Statistic(name=name, value=value, low=low, high=high, number=number)


TESTS: dict[str, Callable[[Measures, Period | None], _Found]] = {
    "supply-relieves-health": _health,
    "traffickers-adapt": _adapt,
    "vulnerable-everywhere": _everywhere,
    "interdiction-degrades": _degrades,
    "investigations-are-best": _cases,
    "sharing-multiplies": _multiplies,
    "partners-continue": _continue,
    "seizure-starts-a-case": _starts,
}
"""How each assumption is tested, by its id. A plan's assumption that is not here is not tested."""
