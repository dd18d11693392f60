"""Pictures of one case or lead: where the score comes from, what is linked by what, and where it happened.

Each is SVG without style or script of its own, and each stands beside a table or list that says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import msgspec

from cutset.link.leads import Lead, Reason
from cutset.link.match.score import Compared, Score
from cutset.model.report import Where
from cutset.web.projection import on_earth, project


class Step(msgspec.Struct, frozen=True):
    """One reason of a score: its bar from `start` to `end`, each from 0 to 100."""

    name: str
    weight: float
    start: float
    end: float


def waterfall(reasons: Sequence[Reason]) -> list[Step]:
    """How each reason raises the score from 0: `1 - (1 - w1)(1 - w2)…`, in the order given.

    >>> from cutset.model.mention import SelectorKind
    >>> reason = Reason(kind=SelectorKind.VIN, value="V", event_roles=(), other_roles=(), event_written=(),
    ...     other_written=(), reports=2, weight=0.5)
    >>> [(step.start, step.end) for step in waterfall([reason, reason])]
    [(0.0, 50.0), (50.0, 75.0)]
    """
    steps, left = [], 1.0
    for reason in reasons:
        start, left = 1 - left, left * (1 - reason.weight)
        steps.append(Step(f"{reason.kind} {reason.value}", reason.weight, start * 100, (1 - left) * 100))
    return steps


class Bar(msgspec.Struct, frozen=True):
    """One comparison's part in a match weight: its bar from `x`, `width` long, of a drawing 100 wide; `zero` is there.

    `bits` is its weight, and `one_in` how rare the value is on which both agree: one of so many has it, 0 if not known.
    """

    name: str
    bits: float
    x: float
    width: float
    zero: float
    level: str = ""
    left: str = ""
    right: str = ""
    one_in: float = 0.0


def bars(score: Score) -> list[Bar]:
    """A match weight from its prior by each comparison that is not missing to the sum, as bars on one scale.

    >>> found = bars(Score(10.0, 0.999, -10.0, (Compared("born", "SAME", 20.0), Compared("area", "MISSING", 0.0)), ""))
    >>> [(each.name, each.x, each.width) for each in found]
    [('prior', 0.0, 50.0), ('born', 0.0, 100.0), ('sum', 50.0, 50.0)]
    """
    steps = [step for step in score.comparisons if step.level != "MISSING"]
    starts = [0.0, *accumulate((step.weight for step in steps), initial=score.prior_weight)]
    widths = [score.prior_weight, *(step.weight for step in steps)]
    ends = [start + width for start, width in zip(starts, widths, strict=False)]
    least, most = min(0.0, score.weight, *ends), max(0.0, score.weight, *ends)

    def bar(start: float, bits: float, name: str, step: Compared | None = None) -> Bar:
        at, end, zero = (
            round(100 * (each - least) / ((most - least) or 1.0), 2) for each in (start, start + bits, 0.0)
        )
        of = Bar(name, bits, min(at, end), round(abs(end - at), 2), zero)
        if step is None:
            return of
        level = step.level.lower().replace("_", " ")
        one_in = 1 / step.share if step.share else 0.0
        return msgspec.structs.replace(of, level=level, left=step.left, right=step.right, one_in=one_in)

    rows = [bar(start, step.weight, step.name, step) for start, step in zip(starts[1:], steps, strict=False)]
    return [bar(0.0, score.prior_weight, "prior"), *rows, bar(0.0, score.weight, "sum")]


class Dot(msgspec.Struct, frozen=True):
    """A node of the graph, or a place on the map."""

    id: str
    label: str
    kind: str
    x: float
    y: float


class Graph(msgspec.Struct, frozen=True):
    """Events on the left, the selectors that they share in the middle, the case or event on the right."""

    height: float
    dots: tuple[Dot, ...]
    lines: tuple[tuple[float, float, float, float], ...]
    left_out: int


WIDTH, ROW = 760.0, 30.0
_COLUMNS = {"event": 130.0, "selector": 380.0, "case": 640.0}


def graph(leads: Sequence[Lead], centre: str, most: int = 40) -> Graph:
    """The links of `leads` to the report `centre`, laid out in three columns; `left_out` counts leads beyond `most`."""
    shown = leads[:most]
    events = list(dict.fromkeys(lead.event if lead.other == centre else lead.other for lead in shown))
    values = list(dict.fromkeys((reason.kind, reason.value) for lead in shown for reason in lead.reasons))
    height = ROW * max(len(events), len(values), 1) + ROW

    def y(number: int, of: int) -> float:
        return round((number + 1) * height / (of + 1), 1)

    at_event = {event: y(number, len(events)) for number, event in enumerate(events)}
    at_value = {value: y(number, len(values)) for number, value in enumerate(values)}
    names: dict[str, str] = {}
    for lead in shown:
        far, side = (lead.event, 0) if lead.other == centre else (lead.other, 1)
        names[far] = f"{lead.kinds[side]} {lead.agencies[side]}"
    dots = [Dot(event, names[event], "event", _COLUMNS["event"], at) for event, at in at_event.items()]
    dots += [Dot("", f"{kind} {value}", "selector", _COLUMNS["selector"], at) for (kind, value), at in at_value.items()]
    dots.append(Dot(centre, "this report", "case", _COLUMNS["case"], height / 2))
    lines: dict[tuple[float, float, float, float], None] = {}
    for lead in shown:
        event = lead.event if lead.other == centre else lead.other
        for reason in lead.reasons:
            at = at_value[reason.kind, reason.value]
            lines[_COLUMNS["event"], at_event[event], _COLUMNS["selector"], at] = None
            lines[_COLUMNS["selector"], at, _COLUMNS["case"], height / 2] = None
    return Graph(height, tuple(dots), tuple(lines), max(0, len(leads) - most))


class Map(msgspec.Struct, frozen=True):
    """A part of the world map: `view` is its SVG view box, `size` the radius of a dot in it."""

    view: str
    size: float
    dots: tuple[Dot, ...]


_LEAST = 60.0


def map_of(places: Sequence[tuple[str, str, Where]]) -> Map | None:
    """The places (report id, label, where) that have a position, on as much of the world as holds them all."""
    dots = []
    for id, label, where in places:
        latitude, longitude = where.latitude_deg, where.longitude_deg
        if latitude is not None and longitude is not None and on_earth(latitude, longitude):
            x, y = project(latitude, longitude)
            dots.append(Dot(id, label, "event", round(x, 2), round(y, 2)))
    if not dots:
        return None
    left, right = min(dot.x for dot in dots), max(dot.x for dot in dots)
    top, bottom = min(dot.y for dot in dots), max(dot.y for dot in dots)
    wide = max((right - left) * 1.4, (bottom - top) * 2.8, _LEAST)
    high = wide / 2
    view = f"{(left + right - wide) / 2:.1f} {(top + bottom - high) / 2:.1f} {wide:.1f} {high:.1f}"
    return Map(view, round(wide / 110, 2), tuple(dots))
