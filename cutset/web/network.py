"""The graph of links as it is drawn: nodes in columns by their distance from the first, so that lines do not tangle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from cutset.link.graph import Dot, Line

COLUMN, ROW, MARGIN = 250.0, 34.0, 24.0


class Placed(msgspec.Struct, frozen=True):
    """A node with where it is drawn; `isopen` where its lines are drawn, `on_way` where it is on the way asked for."""

    dot: Dot
    x: float
    y: float
    isopen: bool
    on_way: bool


class Network(msgspec.Struct, frozen=True):
    """A drawing: nodes, and lines between two points with whether they are on the way asked for."""

    width: float
    height: float
    placed: tuple[Placed, ...]
    lines: tuple[tuple[float, float, float, float, bool], ...]


def network(
    dots: Mapping[str, Dot], lines: Iterable[Line], first: str, *, isopen: Iterable[str], way: Sequence[str] = ()
) -> Network:
    """Nodes in columns by their distance from `first`; in a column, beside the nodes that they hang on."""
    pairs = dict.fromkeys((line.report, line.thing) for line in lines)
    near: dict[str, list[str]] = {each: [] for each in dots}
    for report, thing in pairs:
        near[report].append(thing)
        near[thing].append(report)
    columns = _columns(near, first)
    places: dict[str, tuple[float, float]] = {}
    height = ROW * max(len(column) for column in columns) + 2 * MARGIN
    for number, column in enumerate(columns):
        step = (height - 2 * MARGIN) / len(column)
        for row, node in enumerate(column):
            places[node] = (MARGIN + number * COLUMN, round(MARGIN + (row + 0.5) * step, 1))
    walked = {step for pair in pairwise(way) for step in (pair, pair[::-1])}
    shown, on_way = set(isopen), set(way)
    return Network(
        width=COLUMN * len(columns) + MARGIN,
        height=height,
        placed=tuple(
            Placed(dots[node], *places[node], node in shown, node in on_way) for column in columns for node in column
        ),
        lines=tuple((*places[report], *places[thing], (report, thing) in walked) for report, thing in pairs),
    )


def _columns(near: Mapping[str, Sequence[str]], first: str) -> list[list[str]]:
    seen, columns = {first}, [[first]]
    while True:
        ring = list(dict.fromkeys(far for node in columns[-1] for far in near[node] if far not in seen))
        if not ring:
            break
        seen.update(ring)
        columns.append(ring)
    # A way asked for may have been found from elsewhere: what hangs on nothing drawn stands apart.
    apart = [node for node in near if node not in seen]
    return [*columns, apart] if apart else columns
