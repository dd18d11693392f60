"""What every face of a node rests on: the log, who there is, what goes in, and the views' indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self, TypeVar

from cutset import clock as clocks
from cutset.access.registry import Agency, Group, Viewer
from cutset.access.rights import Rights
from cutset.allocate.index import AllocateIndex
from cutset.clock import Clock
from cutset.errors import CutsetError
from cutset.evidence.index import EvidenceIndex
from cutset.ingest.load import Loaded, Progress, load
from cutset.ingest.reader import Context, Reader
from cutset.link.candidates.index import CandidateIndex
from cutset.link.desk.index import DeskIndex
from cutset.link.index import LinkIndex
from cutset.link.search.index import SearchIndex
from cutset.log.audit_index import AuditIndex
from cutset.log.disputes import DisputeIndex
from cutset.log.errors import NotForgotten
from cutset.log.follower import Index, follow
from cutset.log.moment import once
from cutset.log.store import Held, Log, Refusal, Submission
from cutset.model.report import Entry, Receipt, Report
from cutset.node.looks import Looks, looked, tried
from cutset.plan.index import PlanIndex
from cutset.plan.measures.index import MeasureIndex
from cutset.target.index import TargetIndex
from cutset.track.index import TrackIndex

INVESTIGATION = "investigation"
"""The purpose for which a viewer asks where they name no other."""

_TRIES_TO_CLEAR = 10
"""How often a purge has the views forget anew, where another process makes one at that very moment."""


PLAN_BEHIND = 500
"""Leaves that the Plan's views may lag behind the log, while nobody asks for them, before a submission pays for it."""


class ViewIndex(Index, Protocol):
    """A view's index as a node makes it: `NAME` is its row in the log's table of views."""

    NAME: str

    def __init__(self, url: str) -> None: ...

    def drop(self) -> None:
        """Empty the index: the next pass over the log rebuilds it."""
        ...


_V = TypeVar("_V", bound=ViewIndex)

VIEWS: tuple[type[ViewIndex], ...] = (
    LinkIndex,
    PlanIndex,
    MeasureIndex,
    CandidateIndex,
    AuditIndex,
    DisputeIndex,
    SearchIndex,
    EvidenceIndex,
    DeskIndex,
    TargetIndex,
    TrackIndex,
    AllocateIndex,
)
"""Every view's index. One that a store has is brought up to date before what was purged is cleared from the files."""


class RowsRejected(CutsetError):
    """Rows of a file that were rejected while the others were taken in, as the audit has it."""


class Refused(CutsetError):
    """The log did not take a report; `what` says why, `remedy` what to do."""


class Core:
    """A store with its views' indexes, each made when it is first asked for and brought up to date with the log."""

    def __init__(self, url: str, log: Log, clock: Clock) -> None:
        self.url = url
        self.log = log
        self.clock = clock
        self.looks = Looks(log)
        self._indexes: dict[type, ViewIndex] = {}
        self.link = LinkIndex(url, clock=clock)
        self.plan = PlanIndex(url)
        self._indexes.update({LinkIndex: self.link, PlanIndex: self.plan})

    @classmethod
    def create(cls, url: str, *, clock: Clock = clocks.now) -> Self:
        """A new store at `url`: a file's path or `postgresql://…`. Raises `CutsetError` where one is there already."""
        return cls(url, Log.create(url, clock=clock), clock)

    @classmethod
    def open(cls, url: str, *, clock: Clock = clocks.now) -> Self:
        """The store at `url`. Raises `CutsetError` where there is none, or a newer cutset wrote it."""
        return cls(url, Log.open(url, clock=clock), clock)

    # ---- who ----------------------------------------------------------------------------------------------------

    def register(self, *members: Agency | Viewer | Group, by: Viewer | str = "") -> None:
        """Add agencies, viewers and groups, or replace those of the same id. `by` asked for it, "" the operator."""
        self.log.register(*members, by=viewer_id(by))

    @tried
    def viewer(self, id: str) -> Viewer:
        """The viewer with this id. Raises `CutsetError` where there is none."""
        return self.log.viewer(id)

    def rights(self, viewer: Viewer | str, purpose: str = INVESTIGATION) -> Rights:
        """What the viewer may see for this purpose, as it goes into each query."""
        return self.log.rights(viewer_id(viewer), purpose)

    # ---- in at the top --------------------------------------------------------------------------------------------

    @tried
    def submit(self, report: Report, *, by: Viewer | str) -> Receipt:
        """The receipt of a report, which is durable when this returns, and linked. Raises `Refused`."""
        (answer,), held = self.log.append_held([Submission(report=report, by=viewer_id(by))])
        if isinstance(answer, Refusal):
            raise Refused(answer.reason, remedy=answer.remedy)
        with once():
            behind = self.log.last() - self.plan.cursor().seq > PLAN_BEHIND
            self._apply(held, self.link, *self._desk())
            follow(self.log, self.link, *([self.plan] if behind else []))
        return answer

    @tried
    def ingest(
        self,
        path: Path,
        reader: Reader,
        context: Context,
        *,
        by: Viewer | str,
        progress: Progress | None = None,
        rejects: Path | None = None,
        taken: Callable[[Sequence[Held]], None] | None = None,
    ) -> Loaded:
        """Read a file into the log, durably, and index what is new. Bad rows go to a file beside, or in `rejects`.

        `taken` is told of the reports that are new, batch by batch.
        """
        self.catch_up()

        def apply(batch: Sequence[Held]) -> None:
            self._apply(batch, self.link, self.plan)
            if taken is not None:
                taken(batch)

        loaded = load(
            self.log, path, reader, context, by=viewer_id(by), progress=progress, rejects=rejects, on_batch=apply
        )
        self.catch_up()
        if loaded.rejected:
            # How many, and no word of them: what a row said is in the rejects file alone.
            refused = RowsRejected("rows of a file were not taken in", where=f"{loaded.rejected} of {loaded.read}")
            self.looks.failed("ingest", by, refused, {"read": loaded.read, "rejected": loaded.rejected})
        return loaded

    @tried
    def purge(self, reports: Sequence[str], *, reason: str, by: Viewer | str) -> int:
        """Forget these reports for good, in the log, in every view and in the store's files; how many there were."""
        count = self.log.purge(reports, reason=reason, by=viewer_id(by))
        for left in reversed(range(_TRIES_TO_CLEAR)):
            self.forget()
            try:
                self.log.compact()
                break
            except NotForgotten:
                # Another process has made a view meanwhile, which reads the log from its beginning.
                if not left:
                    raise
        return count

    def forget(self) -> None:
        """Have every view of this store forget what was purged, those too that this node has not yet made."""
        names = self.log.views()
        for kind in VIEWS:
            if kind.NAME in names:
                self._made(kind)
        follow(self.log, *self._indexes.values())

    def as_it_stands(self, kind: type[_V]) -> _V | None:
        """A view's index as it stands, not brought up to date; None where the store has none."""
        return self._made(kind) if kind.NAME in self.log.views() else None

    def catch_up(self) -> int:
        """Bring the views up to date with the log; how many reports were read."""
        return follow(self.log, self.link, self.plan)

    def catch_up_links(self) -> int:
        """Bring the links alone up to date: those of the Plan's views that nobody asks for need not be, yet."""
        return follow(self.log, self.link)

    def _desk(self) -> list[ViewIndex]:
        found = self._indexes.get(DeskIndex)
        return [found] if found is not None else []

    def _apply(self, batch: Sequence[Held], *indexes: Index) -> None:
        # What was just appended need not be read again, unless reports of another process came between.
        for index in indexes:
            cursor = index.cursor()
            if batch and cursor.seq >= batch[0].after:
                index.apply(batch, cursor)

    def index(self, kind: type[_V]) -> _V:
        """A view's index, made when it is first asked for, and up to date with the log."""
        found = self._made(kind)
        follow(self.log, found)
        return found

    def _made(self, kind: type[_V]) -> _V:
        found = self._indexes.get(kind)
        if found is None:
            found = self._indexes[kind] = kind(self.url)
        assert isinstance(found, kind)
        return found

    # ---- out ------------------------------------------------------------------------------------------------------

    @looked()
    def report(self, id: str, *, viewer: Viewer | str) -> Entry | None:
        """The report with this id as the viewer may see it; None where there is none, or none that they may see."""
        return self.log.fetch([id], self.rights(viewer)).get(id)


def viewer_id(viewer: Viewer | str) -> str:
    """The id of a viewer, who may be named by it.

    >>> viewer_id("deputy@county")
    'deputy@county'
    """
    return viewer if isinstance(viewer, str) else viewer.id
