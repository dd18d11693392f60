"""The scoreboard: each area and focus area of the plan, and each agency that its duties concern, in one matrix.

A cell shows duties, measures, trend and what they rest on. It is green (`met`) only where every one of its measures has
data and a target, and meets it. What has no data says so, and is neither good nor bad.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from enum import StrEnum

from cutset import clock as clocks
from cutset.access.rights import Rights
from cutset.clock import Clock
from cutset.model.report import Struct
from cutset.plan import catalogue, document
from cutset.plan.agencies import Agencies
from cutset.plan.catalogue import Better
from cutset.plan.clauses import PLAN_WIDE, Duty, Plan
from cutset.plan.dimensions import Value
from cutset.plan.measure import Figure, Measured
from cutset.plan.measures.compute import Measures, reading
from cutset.plan.measures.reading import Sources
from cutset.plan.periods import Period
from cutset.plan.periods import read as read_period


class State(StrEnum):
    """How a measure, or a cell, stands. Each is a colour of its own, and a word."""

    MET = "met"
    """Every measure has data and a target, and meets it."""
    MISSED = "missed"
    """A measure has data and a target, and does not meet it."""
    NO_TARGET = "no target"
    """There are data, and nothing says what they should be, at least for one measure."""
    INCOMPLETE = "incomplete"
    """Some measures have data, others have none; none misses its target."""
    NO_DATA = "no data"
    UNMEASURED = "unmeasured"
    """The duties have no measure: nothing in the log could tell."""


class Trend(Struct, frozen=True):
    """The figure against that of the period before: `way` is up, down or level.

    `good` is None where the change cannot be told from chance (the intervals overlap), or is neither good nor bad.
    """

    before: float
    way: str
    good: bool | None = None


class Reading(Struct, frozen=True):
    """A measure in one cell. `no_data` says why there is no figure; `target` is what the plan asks for, if it does."""

    measure: str
    title: str
    unit: str
    figure: Figure
    state: State
    limits: str
    no_data: str = ""
    target: float | None = None
    trend: Trend | None = None


class ScoreCell(Struct, frozen=True):
    """One agency in one area and focus area (or plan-wide). `duties` are ids, `reports` what its readings rest on."""

    area: str
    focus: str
    agency: str
    state: State
    duties: tuple[str, ...]
    unmeasured: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    reports: int = 0


class Scoreboard(Struct, frozen=True):
    """All cells of a plan for one viewer and period. `banner` joins the markings of all that was read."""

    plan: str
    period: str
    before: str
    cells: tuple[ScoreCell, ...]
    banner: str = ""
    made: bool = False
    notes: tuple[str, ...] = ()


def scoreboard(
    sources: Sources,
    rights: Rights,
    period: str | Period,
    *,
    plan: Plan | None = None,
    areas: Iterable[str] | None = None,
    agencies: Iterable[str] | None = None,
    clock: Clock = clocks.now,
) -> Scoreboard:
    """The matrix of the plan over `period`, of what the viewer may see; `areas` and `agencies` narrow it.

    An agency's figures hold its components', and it stands under the id that it has now. Raises `BadPeriod`,
    `BadFiscalYear`, and `UnknownTerm` for an area or agency that the plan does not know.
    """
    asked = read_period(period) if isinstance(period, str) else period
    plan = plan or document.load("niccp_2021")
    for area in areas or ():
        document.duties(plan, area=area)
    with reading(sources, rights, plan=plan, clock=clock) as measures:
        known = measures.agencies
        for agency in agencies or ():
            known.duties(agency)
        wanted = None if agencies is None else {known.now(each) for each in agencies}
        scores = _Scores(measures, asked)
        cells = [
            scores.cell(*key, duties)
            for key, duties in _placed(plan, known).items()
            if (areas is None or key[0] in set(areas)) and (wanted is None or key[2] in wanted)
        ]
        return Scoreboard(
            plan=plan.id,
            period=asked.label,
            before=asked.before().label,
            cells=tuple(cells),
            banner=scores.banner,
            made=any(found.made for found in scores.read.values()),
            notes=(*_notes(plan, asked), *_renamed(known, {cell.agency for cell in cells})),
        )


def _notes(plan: Plan, period: Period) -> list[str]:
    if any(target.fiscal_year == period.fiscal_year for target in plan.targets):
        return []
    return [f"{plan.id} sets no target for {period.label}, so that no cell can be met."]


def _renamed(known: Agencies, shown: Set[str]) -> list[str]:
    """Which agencies of the cells shown, or of those that they are made of, the plan knows by another id."""
    return [
        f"{older} is counted as {now}, which succeeded it."
        for older, now in known.renamed()
        if now in shown or not shown.isdisjoint(known.above[now])
    ]


def _placed(plan: Plan, known: Agencies) -> dict[tuple[str, str, str], list[Duty]]:
    """The duties of each area, focus area and agency that they concern, in the plan's order of the three.

    Agencies go under their ids of today. Duties that concern nobody stand under "".
    """
    found: dict[tuple[str, str, str], list[Duty]] = {}
    for duty in plan.duties:
        for agency in {known.now(each) for each in document.concerned(plan, duty)} or {""}:
            found.setdefault((duty.area, duty.focus, agency), []).append(duty)
    areas = [*(each.id for each in plan.areas), PLAN_WIDE]
    focus = [*(each.id for each in plan.focus_areas), PLAN_WIDE]
    agencies = [*(known.now(each.id) for each in plan.agencies), ""]
    order = sorted(found, key=lambda key: (areas.index(key[0]), focus.index(key[1]), agencies.index(key[2])))
    return {key: found[key] for key in order}


class _Scores:
    """The measures of one scoreboard: each is taken once for each way in which cells need it."""

    def __init__(self, measures: Measures, period: Period) -> None:
        self.read: dict[tuple[str, tuple[str, ...], str], Measured] = {}
        self._measures = measures
        self._period = period
        self._plan = measures.plan
        self._codes = {area.id: area.code for area in self._plan.areas}
        self._targets = {
            each.measure: each.value for each in self._plan.targets if each.fiscal_year == period.fiscal_year
        }

    @property
    def banner(self) -> str:
        """The join of the markings of all measures that have data."""
        return self._measures.banner(found for found in self.read.values() if found.reports)

    def cell(self, area: str, focus: str, agency: str, duties: list[Duty]) -> ScoreCell:
        """One cell of the matrix."""
        names = list(dict.fromkeys(name for duty in duties for name in duty.measures))
        readings = tuple(self._reading(name, area, agency) for name in names)
        return ScoreCell(
            area=area,
            focus=focus,
            agency=agency,
            state=state_of(each.state for each in readings),
            duties=tuple(duty.id for duty in duties),
            unmeasured=tuple(duty.id for duty in duties if not duty.measures),
            readings=readings,
            reports=sum(each.figure.reports for each in readings),
        )

    def _reading(self, name: str, area: str, agency: str) -> Reading:
        measure = catalogue.measure(name)
        now, found = self._figure(name, area, agency, self._period)
        before, _ = self._figure(name, area, agency, self._period.before())
        target = self._targets.get(name) if measure.better is not Better.NEITHER else None
        return Reading(
            measure=name,
            title=measure.title,
            unit=measure.unit,
            figure=now,
            state=_state(now, target, measure.better),
            limits=measure.limits,
            no_data="" if now.value is not None else found.no_data or "nothing of it in this cell",
            target=target,
            trend=trend(before, now, measure.better),
        )

    def _figure(self, name: str, area: str, agency: str, period: Period) -> tuple[Figure, Measured]:
        by = catalogue.measure(name).by
        wanted: dict[str, Value] = {}
        if "agency" in by and agency:
            wanted["agency"] = agency
        if "area" in by and area != PLAN_WIDE:
            wanted["area"] = self._codes.get(area, area)
        found = self._taken(name, tuple(wanted), period)
        if not wanted:
            return found.whole, found
        key = tuple(wanted.values())
        # Currencies come first in the key, and stand apart.
        figures = [figure for figure in found.figures if figure.key[len(figure.key) - len(key) :] == key]
        return (figures[0] if len(figures) == 1 else _several(figures)), found

    def _taken(self, name: str, by: tuple[str, ...], period: Period) -> Measured:
        key = (name, by, period.label)
        if key not in self.read:
            self.read[key] = self._measures.measure(name, period, by, roll_up=True)
        return self.read[key]


def _several(figures: list[Figure]) -> Figure:
    """Amounts in several currencies are shown side by side, and are not one figure."""
    beside = {name: amount for figure in figures for name, amount in figure.beside.items()}
    return Figure(reports=sum(figure.reports for figure in figures), beside=beside)


def _state(figure: Figure, target: float | None, better: Better) -> State:
    if figure.value is None:
        return State.NO_TARGET if figure.beside and figure.reports else State.NO_DATA
    if target is None:
        return State.NO_TARGET
    meets = figure.value >= target if better is Better.MORE else figure.value <= target
    return State.MET if meets else State.MISSED


def state_of(states: Iterable[State]) -> State:
    """The state of a cell whose measures stand so. It is met only if each of them is.

    >>> str(state_of([State.MET, State.NO_DATA])), str(state_of([State.MET, State.MET])), str(state_of([]))
    ('incomplete', 'met', 'unmeasured')
    """
    found = set(states)
    if not found:
        return State.UNMEASURED
    if State.MISSED in found:
        return State.MISSED
    if len(found) == 1:
        return found.pop()
    return State.INCOMPLETE if State.NO_DATA in found else State.NO_TARGET


def trend(before: Figure, now: Figure, better: Better) -> Trend | None:
    """How a figure changed; None where one of the two has no data.

    >>> trend(Figure(value=1.0), Figure(value=3.0), Better.MORE)
    Trend(before=1.0, way='up', good=True)
    """
    if before.value is None or now.value is None:
        return None
    way = "up" if now.value > before.value else "down" if now.value < before.value else "level"
    apart = True
    if before.low is not None and before.high is not None and now.low is not None and now.high is not None:
        apart = before.high < now.low or now.high < before.low
    good = None
    if way != "level" and apart and better is not Better.NEITHER:
        good = (way == "up") == (better is Better.MORE)
    return Trend(before=before.value, way=way, good=good)


def trend_in_words(trend: Trend | None) -> str:
    """How a figure changed, in words; "" where one of the two has no data.

    >>> trend_in_words(Trend(before=1.0, way="up", good=True))
    'up, better'
    """
    if trend is None:
        return ""
    return trend.way if trend.good is None else f"{trend.way}, {'better' if trend.good else 'worse'}"
