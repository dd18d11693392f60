"""The exercise's pages: the film of made flows over the months, and made beside real. Each holds all that it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from math import sqrt

import msgspec

from cutset.cli.exercise_score import COLUMNS, told_interdiction
from cutset.exercise.calibration import Calibration, Line, Series
from cutset.exercise.network import network
from cutset.exercise.scenario import Scenario
from cutset.exercise.score import Interdiction
from cutset.exercise.truth import START, World
from cutset.web.overview import asset
from cutset.web.projection import Point, curve, project

_FRAME_S = 0.7
_MADE, _REAL = "#e0a800", "#3366b2"
_BOX = (-345.0, -168.0, 250.0, 192.0)
_COLOURS = {
    "go-fast": "#3366b2",
    "low-profile": "#0698bd",
    "semi-submersible": "#3c1fa8",
    "fishing": "#7aa0d0",
    "container": "#8d6527",
    "air": "#cb7d10",
    "port-of-entry": "#882966",
    "between-ports": "#c95bba",
    "tunnel": "#53606d",
    "mail": "#0a5a2f",
    "express": "#2f9e5f",
    "land": "#9aa3ab",
}
_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0 auto;max-width:1120px;padding:20px;color:#17212b;background:#f5f6f7}
body{font:15px/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif}
h1{font-size:1.7rem;margin:.4em 0 .1em}h2{font-size:1.15rem;margin:1.6em 0 .4em}p{max-width:75ch}
.made{display:inline-block;padding:2px 10px;background:#ffd75e;font-weight:650;letter-spacing:.05em;font-size:.8rem}
svg{display:block;width:100%;height:auto;background:#fff;border:1px solid #dde2e7;border-radius:8px}
svg text{font:12px system-ui,Arial,sans-serif;fill:#17212b}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{padding:4px 10px;border-bottom:1px solid #e9ecef;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.far td{background:#fdf1dc}
.key{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:.88rem;margin:.6em 0}
.key i{display:inline-block;width:14px;height:10px;margin-right:5px;border-radius:2px}
"""


def film_page(worlds: World | Iterable[World], found: Interdiction | None = None) -> str:
    """The made flows on a map, a frame a month, and under it the flows by mode. Made, and labelled so.

    `found` is what the scenario moved, which the page tells beside its story. The theatres of `worlds` are summed one
    after another, and none is kept.
    """
    played = _Played(worlds)
    plot = played.scenario
    keys = "".join(f'<span><i style="background:{colour}"></i>{mode}</span>' for mode, colour in _COLOURS.items())
    body = (
        f"<p>{escape(plot.story if plot else '')}</p><h2>Loads by each way, month by month</h2>"
        f'{_film(played)}<p class="key">{keys}</p><p>A band is as wide as the loads that set out on it; the ring is as '
        "large as what was seized there. The film runs by itself and begins again.</p>"
        f"<h2>Loads by mode</h2>{_modes(played)}{_displacement(found) if found else ''}"
    )
    return _page(f"Film: {plot.title if plot else ''}", body)


def _displacement(found: Interdiction) -> str:
    """What the scenario moved, in words and as a table."""
    sentences, rows = told_interdiction(found)
    cells = ""
    for name, *values in rows:
        numbers = "".join(f'<td class="n">{escape(each)}</td>' for each in values)
        cells += f"<tr><td>{escape(name)}</td>{numbers}</tr>"
    heads = "".join(f'<th class="n">{each}</th>' for each in COLUMNS[1:])
    table = f"<table><tr><th></th>{heads}</tr>{cells}</table>" if rows else ""
    return f"<h2>What the scenario moved</h2>{''.join(f'<p>{escape(each)}</p>' for each in sentences)}{table}"


def calibration_page(world: World, found: Calibration) -> str:
    """Each figure in the made world beside the real one, as bars and as a table that marks where they differ.

    Under them months and sizes in a row, made beside real.
    """
    parts = [
        f"<p>Seed {world.seed}, {world.months} months, scenario {escape(world.scenario.name)}. Shares and shapes are "
        "compared, not totals: the made world is a small one. What differs by more than a factor of two is marked. "
        "A drug's months in a region are left out where there are fewer than two events a month, in either.</p>"
    ]
    for table, members in groupby(found.lines, key=lambda line: line.table):
        rows = list(members)
        parts.append(f"<h2>{escape(table)}</h2>{_bars(rows)}{_table(rows)}")
    for table, charts in groupby(found.series, key=lambda series: series.table):
        parts.append(f"<h2>{escape(table)}</h2>{''.join(map(_columns, charts))}")
    return _page("Calibration: made beside real", "".join(parts))


def _page(title: str, body: str) -> str:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_STYLE}</style></head><body>'
        '<span class="made">MADE EXERCISE DATA: NOBODY OBSERVED IT</span>'
        f"<h1>{escape(title)}</h1>{body}</body></html>\n"
    )


# ---- the film -------------------------------------------------------------------------------------------------------


class _Played:
    """Loads and seizures by month and edge, all theatres together, and of which scenario."""

    def __init__(self, worlds: World | Iterable[World]) -> None:
        self.scenario: Scenario | None = None
        self._loads: Counter[tuple[int, str]] = Counter()
        self._seized: Counter[tuple[int, str]] = Counter()
        for world in [worlds] if isinstance(worlds, World) else worlds:
            self.scenario = world.scenario
            for flow in world.flows:
                self._loads[flow.month, flow.edge] += flow.loads
                self._seized[flow.month, flow.edge] += flow.seized

    def flows(self) -> list[tuple[int, str, int, int]]:
        """Month, edge, loads and seizures."""
        return [
            (month, edge, number, self._seized[month, edge]) for (month, edge), number in sorted(self._loads.items())
        ]


def _film(played: _Played) -> str:
    land = msgspec.json.decode(str(asset("world.json")))["land"]
    by_month = {month: list(flows) for month, flows in groupby(played.flows(), key=lambda flow: flow[0])}
    most = max((loads for flows in by_month.values() for _, _, loads, _ in flows), default=1)
    whole = max(1, len(by_month)) * _FRAME_S
    frames = []
    for place, (month, flows) in enumerate(sorted(by_month.items())):
        # Each frame is seen for its share of the film's time; without animation the last one stands.
        still = "visible" if place == len(by_month) - 1 else "hidden"
        marks = "".join(_mark(edge, loads, seized, most) for _, edge, loads, seized in flows)
        times = f"0;{place / len(by_month):.4f};{min(1, (place + 1) / len(by_month)):.4f};1"
        shown = "hidden;visible;hidden;hidden" if place else "visible;visible;hidden;hidden"
        frames.append(
            f'<g visibility="{still}"><animate attributeName="visibility" calcMode="discrete" dur="{whole:.1f}s" '
            f'keyTimes="{times}" values="{shown}" repeatCount="indefinite"/>{marks}'
            f'<text x="{_BOX[0] + 6}" y="{_BOX[1] + 189}" style="font-size:7px;font-weight:650">'
            f"{_named(month)}</text></g>"
        )
    names = "".join(_place_names())
    return (
        f'<svg viewBox="{" ".join(map(str, _BOX))}" role="img" aria-label="Made flows by month">'
        f'<path d="{land}" transform="scale(.1)" fill="#dfe4e9"/>{"".join(frames)}{names}</svg>'
    )


def _place_names() -> Iterator[str]:
    """A dot and a name for each place; a name that would run into another stands on the other side, or below."""
    taken: list[tuple[float, float, float]] = []
    for node in network().nodes.values():
        if node.country == "CN" or node.kind == "market":
            continue
        x, y = project(*node.at)
        wide = 2.3 * len(node.name)
        sides = ((x + 2, y - 1.5), (x - 2 - wide, y - 1.5), (x + 2, y + 5), (x - 2 - wide, y + 5))
        left, base = next((side for side in sides if not _runs_into(side, wide, taken)), sides[0])
        taken.append((left, base, wide))
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.1" fill="#17212b"/>'
            f'<text x="{left:.1f}" y="{base:.1f}" textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs" '
            f'style="font-size:4.2px;paint-order:stroke;stroke:#fff;stroke-width:.9px">{escape(node.name)}</text>'
        )


def _runs_into(side: tuple[float, float], wide: float, taken: list[tuple[float, float, float]]) -> bool:
    return any(
        side[0] < left + other and left < side[0] + wide and abs(side[1] - base) < 4.2 for left, base, other in taken
    )


def _mark(edge: str, loads: int, seized: int, most: int) -> str:
    way = network().edges[edge]
    start, end = network().nodes[way.origin].at, network().nodes[way.goal].at
    runs = curve(start, end)
    width = 0.4 + 5 * sqrt(loads / most)
    lines = "".join(f'<path d="{_line(run)}"/>' for run in runs)
    ring = ""
    if seized:
        x, y = runs[-1][len(runs[-1]) // 2]
        ring = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{0.8 + 3 * sqrt(seized / most):.2f}" fill="#fff" stroke="#17212b"/>'
        )
    colour = _COLOURS[way.mode]
    return f'<g stroke="{colour}" stroke-width="{width:.2f}" fill="none" stroke-opacity=".75">{lines}</g>' + (
        f'<g stroke-width=".7">{ring}</g>' if ring else ""
    )


def _line(run: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run)


def _named(month: int) -> str:
    year, index = divmod(START.month - 1 + month - 1, 12)
    names = "January February March April May June July August September October November December".split()
    return f"{names[index]} {START.year + year} (month {month})"


# ---- charts ---------------------------------------------------------------------------------------------------------


def _modes(played: _Played) -> str:
    """Loads by mode, stacked, a column a month. Inland legs are left out: each load has them."""
    counts: dict[int, Counter[str]] = {}
    for month, edge, loads, _ in played.flows():
        mode = network().edges[edge].mode
        if mode != "land":
            counts.setdefault(month, Counter())[mode] += loads
    tallest = max((sum(each.values()) for each in counts.values()), default=1)
    wide = 1000 / max(1, len(counts))
    columns = []
    for place, (_month, modes) in enumerate(sorted(counts.items())):
        y = 260.0
        for mode in _COLOURS:
            high = 240 * modes[mode] / tallest
            y -= high
            columns.append(
                f'<rect x="{40 + place * wide:.1f}" y="{y:.1f}" width="{wide * 0.86:.1f}" height="{high:.1f}" '
                f'fill="{_COLOURS[mode]}"><title>{mode}: {modes[mode]:,} loads</title></rect>'
            )
    months = "".join(
        f'<text x="{40 + place * wide:.1f}" y="278">{month}</text>' for place, month in enumerate(sorted(counts))
    )
    return (
        f'<svg viewBox="0 0 1060 290" role="img" aria-label="Loads by mode and month">{"".join(columns)}{months}'
        f'<text x="4" y="26">{tallest:,}</text><text x="4" y="260">0</text></svg>'
    )


def _bars(rows: Sequence[Line]) -> str:
    most = max((value for row in rows for value in (row.made, row.real) if value), default=1)
    drawn = []
    for place, row in enumerate(rows):
        y = 6 + place * 34
        drawn.append(f'<text x="0" y="{y + 18}">{escape(row.what)}</text>')
        for step, (name, value, colour) in enumerate((("made", row.made, _MADE), ("real", row.real, _REAL))):
            wide = 640 * (value or 0) / most
            drawn.append(
                f'<rect x="190" y="{y + step * 13}" width="{wide:.1f}" height="11" fill="{colour}"/>'
                f'<text x="{196 + wide:.1f}" y="{y + step * 13 + 10}">{name} {_number(value)} {escape(row.unit)}</text>'
            )
    box = f"-8 0 1000 {12 + len(rows) * 34}"
    return f'<svg viewBox="{box}" role="img" aria-label="made beside real">{"".join(drawn)}</svg>'


def _columns(series: Series) -> str:
    """Two columns for each label, made beside real, and how much of the two rows is the same."""
    most = max((*series.made, *series.real), default=0) or 1
    wide = 960 / len(series.labels)
    drawn = []
    for place, label in enumerate(series.labels):
        x = 30 + place * wide
        for step, (name, values, colour) in enumerate((("made", series.made, _MADE), ("real", series.real, _REAL))):
            high = 120 * values[place] / most
            drawn.append(
                f'<rect x="{x + step * wide * 0.4:.1f}" y="{136 - high:.1f}" width="{wide * 0.38:.1f}" '
                f'height="{high:.1f}" fill="{colour}"><title>{escape(label)}, {name}: {values[place]:.1f} '
                f"{escape(series.unit)}</title></rect>"
            )
        drawn.append(f'<text x="{x:.1f}" y="152">{escape(label)}</text>')
    return (
        f'<p><strong>{escape(series.what)}</strong>: <span style="color:{_MADE}">■</span> made, '
        f'<span style="color:{_REAL}">■</span> real, the highest {most:.1f} {escape(series.unit)}; '
        f"{series.overlap:.0f} % of the two is the same.</p>"
        f'<svg viewBox="0 0 1000 160" role="img" aria-label="{escape(series.what)}, made beside real">'
        f"{''.join(drawn)}</svg>"
    )


def _table(rows: Sequence[Line]) -> str:
    cells = "".join(
        f'<tr class="{"far" if row.differs else ""}"><td>{escape(row.what)}</td><td class="n">{_number(row.made)}</td>'
        f'<td class="n">{_number(row.real)}</td><td>{"differs" if row.differs else ""}</td></tr>'
        for row in rows
    )
    unit = f" ({rows[0].unit})" if rows[0].unit else ""
    head = f'<tr><th></th><th class="n">made{unit}</th><th class="n">real{unit}</th><th></th></tr>'
    return f"<table>{head}{cells}</table>"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.2f}"
