"""Charts as SVG that reads well in black and white: no colour, each series with its own pattern, every mark labelled.

Lengths are user units of the view box. The text's font is the one that the PDF embeds; a browser without it
takes a serif of its own. Nothing in a chart is without its number in the table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from markupsafe import escape
from msgspec.structs import replace

from cutset.plan.publish.publication import Chart, Series

WIDTH = 640
"""The width of a chart across a page."""
BESIDE = 400
"""The width of a chart that has its table beside it."""
_FONT = "'Libertinus Serif', 'Linux Libertine', Georgia, serif"
_INK = "#111"
_RULE = "#bbb"
_ROW, _BAR = 22, 14
_VALUES = 78
_HEIGHT = 230
_TOP, _BOTTOM, _LEFT = 14, 34, 56
_CHARACTERS = 32
_LETTER = 6.0
"""About the width of a letter."""
_MOST_BARS = 20
_MOST = 1e18
"""What is more, or no number, is no amount of anything, and is not drawn."""

_FILLS = ("#333", "", "#bbb", "", "#fff", "")
"""How bars of each series are filled: plain, or where empty by the tile of the same place."""
_TILES = {
    1: (5, "rotate(45)", '<rect width="5" height="5" fill="#fff"/><rect width="2" height="5" fill="#333"/>'),
    3: (5, "", '<rect width="5" height="5" fill="#fff"/><circle cx="2.5" cy="2.5" r="1.2" fill="#333"/>'),
    5: (6, "", '<rect width="6" height="6" fill="#fff"/><path d="M0 3H6M3 0V6" stroke="#333"/>'),
}
"""Tiles that fill bars: their size, how they are turned, and what is on them."""

_DASHES = ("", "7 3", "2 3", "9 3 2 3", "5 5", "1 4")


def draw(chart: Chart, title: str, *, id: str = "p", width: int = WIDTH) -> str:
    """The chart as a whole SVG element; "" where it has no value to draw.

    `title` is read out where the picture is not seen; `id` keeps the patterns of several charts on a page apart.
    """
    chart = replace(chart, series=tuple(_drawable(series) for series in chart.series))
    values = [value for series in chart.series for value in series.values if value is not None]
    if not values or not chart.labels:
        return ""
    if chart.form == "bars":
        body, height = _bars(chart, max(0.0, *values), id, width)
    else:
        body, height = _upright(chart, max(0.0, *values), id, width)
    legend, legend_height = _legend(chart, id, width)
    patterns = "".join(_pattern(id, number) for number in _TILES if number < len(chart.series))
    total = height + legend_height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" width="{width}" height="{total}"'
        f' role="img" aria-label="{escape(title)}" font-family="{_FONT}" font-size="12" fill="{_INK}">'
        f"<title>{escape(title)}</title><defs>{patterns}</defs>{legend}"
        f'<g transform="translate(0 {legend_height})">{body}</g></svg>'
    )


def _drawable(series: Series) -> Series:
    values = tuple(None if value is None or not abs(value) <= _MOST else value for value in series.values)
    return replace(series, values=values)


def _pattern(id: str, number: int) -> str:
    size, turned, tile = _TILES[number]
    turn = f' patternTransform="{turned}"' if turned else ""
    units = f'width="{size}" height="{size}" patternUnits="userSpaceOnUse"'
    return f'<pattern id="{id}{number}" {units}{turn}>{tile}</pattern>'


def _legend(chart: Chart, id: str, width: int) -> tuple[str, int]:
    if len(chart.series) < 2:
        return "", 0
    parts, x, y = [], 2.0, 14
    for number, series in enumerate(chart.series):
        name = _cut(series.name or "not known")
        wide = 38 + _LETTER * len(name)
        if x + wide > width:
            x, y = 2.0, y + 18
        if chart.form == "lines":
            parts.append(_line_key(x, y, number))
        else:
            parts.append(f'<rect x="{x:.1f}" y="{y - 9}" width="14" height="10" {_fill(id, number)}/>')
        parts.append(f'<text x="{x + 20:.1f}" y="{y}">{escape(name)}</text>')
        x += wide
    return "".join(parts), y + 8


def _line_key(x: float, y: int, number: int) -> str:
    return f'<path d="M{x:.1f} {y - 4}h16" fill="none" {_stroke(number)}/>{_marker(x + 8, y - 4, number)}'


def _fill(id: str, number: int) -> str:
    place = number % len(_FILLS)
    return f'fill="{_FILLS[place] or f"url(#{id}{place})"}" stroke="{_INK}" stroke-width="0.7"'


def _stroke(number: int) -> str:
    dash = _DASHES[number % len(_DASHES)]
    return f'stroke="{_INK}" stroke-width="1.6"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _marker(x: float, y: float, number: int) -> str:
    paint = f'fill="{_INK if number % 2 == 0 else "#fff"}" stroke="{_INK}" stroke-width="1.2"'
    if number % 3 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" {paint}/>'
    if number % 3 == 1:
        return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" {paint}/>'
    return f'<path d="M{x:.1f} {y - 4:.1f}l4 7h-8z" {paint}/>'


def _bars(chart: Chart, most: float, id: str, width: int) -> tuple[str, int]:
    """One bar a label and series, from the left, the value written at its end."""
    labels = chart.labels[:_MOST_BARS]
    left = 14 + _LETTER * max(len(_cut(label)) for label in labels)
    scale = (width - left - _VALUES) / (most or 1.0)
    parts, y = [], 4.0
    for at, label in enumerate(labels):
        block = _BAR * len(chart.series) + _ROW - _BAR
        middle = y + _BAR * len(chart.series) / 2 + 4
        parts.append(f'<text x="{left - 8:.1f}" y="{middle:.1f}" text-anchor="end">{escape(_cut(label))}</text>')
        for number, series in enumerate(chart.series):
            value, top = series.values[at], y + _BAR * number
            if value is None:
                parts.append(f'<text x="{left + 4:.1f}" y="{top + 11:.1f}" font-style="italic">no data</text>')
                continue
            wide = max(0.0, value * scale)
            parts.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{_BAR - 2}" {_fill(id, number)}/>'
                f'<text x="{left + wide + 5:.1f}" y="{top + 10:.1f}">{_short(value)}</text>'
            )
        y += block
    parts.append(f'<path d="M{left:.1f} 0V{y:.1f}" stroke="{_INK}" stroke-width="1"/>')
    parts.append(f'<text x="{left:.1f}" y="{y + 14:.1f}" font-style="italic">{escape(chart.unit)}</text>')
    return "".join(parts), ceil(y + 20)


def _upright(chart: Chart, most: float, id: str, width: int) -> tuple[str, int]:
    """Columns or lines over an axis of labels, with a few level rules."""
    step, ticks = _ticks(most)
    top_value = step * ticks
    plot_height, plot_width = _HEIGHT - _TOP - _BOTTOM, width - _LEFT - 8
    parts = []
    for tick in range(ticks + 1):
        y = _TOP + plot_height * (1 - tick / ticks)
        parts.append(
            f'<path d="M{_LEFT} {y:.1f}H{width - 8}" stroke="{_INK if tick == 0 else _RULE}" stroke-width="0.8"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(step * tick)}</text>'
        )
    slot = plot_width / len(chart.labels)
    every = max(1, ceil(len(chart.labels) * 62 / plot_width))
    for at, label in enumerate(chart.labels):
        if at % every == 0:
            x = _LEFT + slot * (at + 0.5)
            parts.append(
                f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{escape(_cut(label))}</text>'
            )
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 2}" font-style="italic">{escape(chart.unit)}</text>')
    for number, series in enumerate(chart.series):
        heights = [
            None if value is None else plot_height * max(0.0, value) / (top_value or 1.0) for value in series.values
        ]
        if chart.form == "columns":
            parts += _columns(series, heights, slot, len(chart.series), number, id)
        else:
            parts += _line(heights, slot, number)
    return "".join(parts), _HEIGHT + 4


def _columns(series: Series, heights: Sequence[float | None], slot: float, of: int, number: int, id: str) -> list[str]:
    wide = min(46.0, slot * 0.8 / of)
    parts = []
    for at, (value, height) in enumerate(zip(series.values, heights, strict=True)):
        x = _LEFT + slot * (at + 0.5) + wide * (number - of / 2)
        foot = _HEIGHT - _BOTTOM
        if height is None or value is None:
            parts.append(
                f'<text x="{x + wide / 2:.1f}" y="{foot - 4}" text-anchor="middle" font-style="italic">–</text>'
            )
            continue
        parts.append(
            f'<rect x="{x:.1f}" y="{foot - height:.1f}" width="{wide - 1:.1f}" height="{height:.1f}"'
            f" {_fill(id, number)}/>"
        )
        if wide >= 26:
            parts.append(
                f'<text x="{x + wide / 2:.1f}" y="{foot - height - 3:.1f}" text-anchor="middle" font-size="11">'
                f"{_short(value)}</text>"
            )
    return parts


def _line(heights: Sequence[float | None], slot: float, number: int) -> list[str]:
    """A line with a mark at each value, broken where there is no data."""
    path, parts, drawing = [], [], False
    for at, height in enumerate(heights):
        if height is None:
            drawing = False
            continue
        x, y = _LEFT + slot * (at + 0.5), _HEIGHT - _BOTTOM - height
        path.append(f"{'L' if drawing else 'M'}{x:.1f} {y:.1f}")
        parts.append(_marker(x, y, number))
        drawing = True
    return [f'<path d="{"".join(path)}" fill="none" {_stroke(number)}/>', *parts]


def _ticks(most: float) -> tuple[float, int]:
    """A round step, and how many of them reach `most`.

    >>> _ticks(87), _ticks(0)
    ((20.0, 5), (1.0, 1))
    """
    if most <= 0:
        return 1.0, 1
    size = 10.0 ** floor(log10(most))
    step = next(size * part for part in (0.2, 0.25, 0.5, 1.0, 2.0) if most / (size * part) <= 5)
    return step, max(1, ceil(most / step - 1e-9))


def _short(value: float) -> str:
    """A number for a chart, to three figures.

    >>> _short(1_234_567), _short(0.25), _short(950), _short(2_000_000_000)
    ('1.23M', '0.25', '950', '2B')
    """
    for suffix, size in (("B", 1e9), ("M", 1e6), ("k", 1e4)):
        if abs(value) >= size:
            return f"{value / (1e3 if suffix == 'k' else size):.3g}{suffix}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _cut(label: str) -> str:
    # A control character would make the picture no XML.
    label = " ".join("".join(each if each.isprintable() else " " for each in label).split()) or "not known"
    return label if len(label) <= _CHARACTERS else label[: _CHARACTERS - 1] + "…"
