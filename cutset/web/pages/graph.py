"""The graph of links: a node opened a step, the way between two, why each line is there, two mentions judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from cutset.link import references
from cutset.link.errors import NotFound
from cutset.link.graph import MOST_SEARCHED, Dot, Line, Way, naming
from cutset.link.references import BadReference
from cutset.model.marking import Marking, join
from cutset.model.report import Entry
from cutset.node.disputed import marked
from cutset.web.named import identifier
from cutset.web.network import network
from cutset.web.pairs import Pairs
from cutset.web.render import data, page
from cutset.web.texts import say
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

LIMITS = (12, 25, 50)
"""How many lines of one node may be drawn."""
MOST_OPEN = 20
MOST_DRAWN = 500
"""Nodes in one drawing; the last nodes opened are left closed where there would be more."""
MOVES_FROM = 60
"""Nodes from which a drawing moves, for one that stands still has become too long to read."""
LONGEST = 200


class Drawn:
    """What one drawing shows: the nodes and lines of all that was opened, and of the way asked for."""

    def __init__(self, by: Asker, of: str, limit: int) -> None:
        self._by, self._limit = by, limit
        self.dots: dict[str, Dot] = {}
        self.lines: dict[tuple[str, str, str], Line] = {}
        self.markings: list[Marking] = []
        self.open: list[str] = []
        self.left_out: dict[str, int] = {}
        self.full = False
        self.of = of
        self.way: Way | None = None
        self.problem = ""
        self.show(of)

    def show(self, node: str) -> None:
        """Open a node. Raises `NotFound`."""
        found = self._by.node.opened(node, viewer=self._by.viewer, limit=self._limit)
        if len(self.dots.keys() | {each.id for each in found.dots}) > MOST_DRAWN:
            self.full = True
            return
        self._take([found.dot, *found.dots], found.lines, found.marking)
        self.open.append(found.dot.id)
        self.left_out[found.dot.id] = found.left_out

    def go(self, to: str) -> None:
        """Find the way to a node."""
        try:
            self.way = self._by.node.way(self.of, to, viewer=self._by.viewer)
        except NotFound:
            self.problem = say("Nothing that you may see is called so.")
            return
        self._take(self.way.dots, self.way.lines, self.way.marking)

    def _take(self, dots: Sequence[Dot], lines: Sequence[Line], marking: Marking | None) -> None:
        self.dots.update((each.id, each) for each in dots)
        self.lines.update(((each.report, each.thing, each.mention), each) for each in lines)
        self.markings += [marking] if marking else []

    def join(self, entries: Iterable[Entry]) -> None:
        """Draw the lines, too, between a report and a thing of which neither was opened."""
        for entry in entries:
            for line in naming(entry):
                if line.thing in self.dots:
                    self.lines.setdefault((line.report, line.thing, line.mention), line)
            self.markings += _markings(entry)

    @property
    def banner(self) -> str:
        """The marking of all that is drawn."""
        return join(*self.markings).banner if self.markings else ""


@router.get("/graph")
def graph_page(
    by: Annotated[Asker, Depends(asker)],
    of: str = "",
    to: str = "",
    limit: int = LIMITS[0],
    show: Annotated[list[str] | None, Query(alias="open")] = None,
) -> Response:
    """A node with what it leads to; further nodes opened; the shortest way to another."""
    of, to, limit = node_of(of), node_of(to), limit if limit in LIMITS else LIMITS[0]
    if not of:
        return page("graph", by, drawn=None, moves=False, disputed={}, of="", to="", limit=limit, limits=LIMITS)
    drawn, entries = _drawn(by, of, show or [], to, limit)
    way = [each.id for each in drawn.way.dots] if drawn.way else []
    return page(
        "graph",
        by,
        drawn=drawn,
        moves=len(drawn.dots) >= MOVES_FROM,
        net=network(drawn.dots, drawn.lines.values(), of, isopen=drawn.open, way=way),
        why=_why(drawn),
        names={id: titled(entry) for id, entry in entries.items()},
        disputed=by.disputed(list(entries.values())),
        of=of,
        to=to,
        limit=limit,
        limits=LIMITS,
        searched=MOST_SEARCHED,
        most=MOST_DRAWN,
        banner=drawn.banner,
        made=any(each.made for each in drawn.dots.values()),
    )


@router.get("/graph.json")
def graph_data(
    by: Annotated[Asker, Depends(asker)],
    of: str,
    to: str = "",
    limit: int = LIMITS[0],
    show: Annotated[list[str] | None, Query(alias="open")] = None,
) -> Response:
    """The same as data, for a drawing that moves: nodes, lines, and the ids along the way."""
    drawn, entries = _drawn(by, node_of(of), show or [], node_of(to), limit if limit in LIMITS else LIMITS[0])
    way = [each.id for each in drawn.way.dots] if drawn.way else []
    shown = {"dots": list(drawn.dots.values()), "lines": list(drawn.lines.values()), "way": way,
             "left_out": drawn.left_out, "banner": drawn.banner}  # fmt: skip
    return data(marked(shown, by.disputed(list(entries))))


def _drawn(by: Asker, of: str, show: list[str], to: str, limit: int) -> tuple[Drawn, dict[str, Entry]]:
    try:
        drawn = Drawn(by, of, limit)
    except NotFound:
        raise Nothing from None
    for node in list(dict.fromkeys(node[:LONGEST] for node in show))[:MOST_OPEN]:
        if node not in drawn.open:
            try:
                drawn.show(node)
            except NotFound:
                # Hidden or gone since the page was opened: it is left out, as if it had never been there.
                continue
    if to:
        drawn.go(to)
    reports = by.node.reports([each.id for each in drawn.dots.values() if each.sort == "report"], viewer=by.viewer)
    drawn.join(reports)
    return drawn, {each.id: each for each in reports}


def node_of(written: str) -> str:
    """The name of the node that was typed: as nodes are named, or an identifier however it is spaced.

    >>> node_of(" (312) 555-0142 "), node_of("r-abc"), node_of("phone:+13125550142"), node_of("")
    ('phone:+13125550142', 'r-abc', 'phone:+13125550142', '')
    """
    written = written[:LONGEST].strip()
    if not written or written.startswith(("r-", "e-")) or ":" in written:
        return written
    found = identifier(written)
    return f"{found.kind}:{found.value}" if found is not None else written


def titled(entry: Entry) -> str:
    """What to call a report in a drawing.

    >>> from cutset.model.marking import Marking
    >>> from cutset.model.report import Case, Report, Source
    >>> from datetime import UTC, datetime
    >>> report = Report(marking=Marking(originator="dea"), source=Source(dataset="cases"), content=Case(number="7"))
    >>> titled(Entry(id="r-a", seq=1, submitted_at=datetime(2024, 1, 1, tzinfo=UTC), by="ann@dea", report=report))
    'case 7'
    """
    content = entry.report.content
    said = getattr(content, "number", "") or getattr(getattr(content, "where", None), "place", "")
    return f"{entry.report.kind} {said}".strip()


def _why(drawn: Drawn) -> list[tuple[Dot, list[Line]]]:
    """The lines of each thing drawn: on the way first, then those that most join."""
    on_way = {each.id for each in drawn.way.dots} if drawn.way else set()
    by_thing: dict[str, list[Line]] = {}
    for line in drawn.lines.values():
        by_thing.setdefault(line.thing, []).append(line)
    order = sorted(by_thing, key=lambda thing: (thing not in on_way, -len(by_thing[thing]), thing))
    return [(drawn.dots[thing], by_thing[thing]) for thing in order]


# ---- two mentions ---------------------------------------------------------------------------------------------------


@router.get("/compare")
def compare_page(
    request: Request, by: Annotated[Asker, Depends(asker)], about: Annotated[list[str] | None, Query()] = None
) -> Response:
    """Two mentions side by side, what was judged of them, and a form to judge."""
    names = list(dict.fromkeys(each[:LONGEST] for each in about or []))
    if len(names) != 2:
        return page("refused", by, status=422, problem=say("Tick two mentions to compare."), back="/graph")
    try:
        named = {references.read(each).report for each in names}
    except BadReference:
        raise Nothing from None
    pair = Pairs(by, by.node.reports(sorted(named), viewer=by.viewer)).of(names[0], names[1])
    if pair is None:
        raise Nothing
    return page("compare", by, pair=pair, entries=pair.entries, back=f"/compare?{request.url.query}",
                banner=_banner(pair.entries), disputed=by.disputed(pair.entries), made=pair.made)  # fmt: skip


def _banner(entries: Iterable[Entry]) -> str:
    return join(*(marking for each in entries for marking in _markings(each))).banner


def _markings(entry: Entry) -> list[Marking]:
    return [entry.report.marking, *(portion.marking for portion in entry.report.portions)]
