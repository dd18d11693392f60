"""Taking submissions in: who may submit what, what is held already, and one commit for all who wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Event, Lock

import sqlalchemy as sa

from cutset.access.registry import Viewer
from cutset.clock import Clock, instant, microseconds
from cutset.log import commitment
from cutset.log.database import chunks
from cutset.log.entries import Held, Refusal, Submission
from cutset.log.errors import NoSuchViewer, StoreError
from cutset.log.heads import Signer
from cutset.log.reading import reports_by_id
from cutset.log.registrations import Registrations, Standing
from cutset.log.rows import insert
from cutset.log.submission import Prepared, prepare
from cutset.log.tables import log_identity, log_portion, log_report, log_supersession
from cutset.log.turn import Salt, Turn, turn
from cutset.model.marking import Marking
from cutset.model.report import Entry, Receipt

Answer = Receipt | Refusal

_TOGETHER = 20_000
"""Submissions that one commit takes in at most, beyond those of one call."""

_UNKNOWN = Refusal(
    "it supersedes a report that there is not, or not for you",
    "name reports of your own agency that you may see, by the ids on their receipts",
)
_NO_VIEWER = Refusal("there is no active viewer of that id", "submit as a registered viewer")
_OTHER_AGENCY = Refusal(
    "you may submit only for your own agency",
    "give the report your agency as its marking's originator",
)


class _Waiting:
    """Submissions of one call that wait for their commit, or for their turn to commit for others too."""

    def __init__(self, prepared: list[Prepared | Refusal], wants_held: bool) -> None:
        self.prepared = prepared
        self.wants_held = wants_held
        self.answers: list[Answer] | None = None
        self.held: list[Held] = []
        self.error: Exception | None = None
        self.called = Event()
        self.left = False

    @property
    def done(self) -> bool:
        return self.answers is not None or self.error is not None


class Appender:
    """The one place where reports enter. Threads that wait share a commit: whose turn it is writes for all."""

    def __init__(
        self,
        engine: sa.Engine,
        registrations: Registrations,
        *,
        signer: Signer,
        origin: str,
        clock: Clock,
        salt: Salt,
    ) -> None:
        self._engine = engine
        self._registrations = registrations
        self._signer = signer
        self._origin = origin
        self._clock = clock
        self._salt = salt
        self._queue: list[_Waiting] = []
        self._queueing = Lock()
        self._led = False

    def append(self, submissions: Iterable[Submission], *, wants_held: bool) -> tuple[list[Answer], list[Held]]:
        """The answers, one a submission, durable; and the reports that are new, where they are wanted."""
        mine = _Waiting([prepare(submission, self._salt) for submission in submissions], wants_held)
        if not mine.prepared:
            return [], []
        with self._queueing:
            self._queue.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            self._wait(mine)
        if not mine.done:
            try:
                self._lead(mine)
            finally:
                self._hand_on()
        if mine.error is not None:
            raise mine.error
        assert mine.answers is not None
        return mine.answers, mine.held

    def _wait(self, mine: _Waiting) -> None:
        """Until the commit is made, or it is this call's turn to lead."""
        try:
            mine.called.wait()
        except BaseException:
            # Interrupted: it must not be counted on to lead.
            with self._queueing:
                mine.left = True
                if mine in self._queue:
                    self._queue.remove(mine)
                called = mine.called.is_set() and not mine.done
            if called:
                self._hand_on()
            raise

    def _lead(self, mine: _Waiting) -> None:
        """Commit for this call and for all who came to wait before its turn."""
        group = self._group(mine)
        try:
            self._commit(group)
        except Exception as error:  # noqa: BLE001 - it is raised again in the thread whose it is
            if len(group) > 1 and not isinstance(error, StoreError):
                self._commit_apart(group)
            else:
                for each in group:
                    each.error = error
        finally:
            with self._queueing:
                # Only an interruption leaves some undone: they lead themselves.
                self._queue[:0] = [each for each in group if not (each.done or each.left or each is mine)]
            for each in group:
                if each.done:
                    each.called.set()

    def _commit_apart(self, group: Sequence[_Waiting]) -> None:
        """One commit a call, so that what one brought does not fail another's."""
        for waiting in group:
            try:
                self._commit([waiting])
            except Exception as error:  # noqa: BLE001 - it is raised again in the thread whose it is
                waiting.error = error

    def _hand_on(self) -> None:
        """Call the first of those who came to wait meanwhile to lead."""
        with self._queueing:
            self._led = bool(self._queue)
            if self._queue:
                self._queue[0].called.set()

    def _group(self, mine: _Waiting) -> list[_Waiting]:
        with self._queueing:
            waiting = [each for each in self._queue if each is not mine]
            group, size = [mine], len(mine.prepared)
            while waiting and size + len(waiting[0].prepared) <= _TOGETHER:
                group.append(waiting.pop(0))
                size += len(group[-1].prepared)
            self._queue = waiting
        return group

    def _commit(self, group: Sequence[_Waiting]) -> None:
        with turn(self._engine, self._clock, self._salt, self._signer, self._origin) as begun:
            intake = _Intake(
                begun,
                self._registrations.standing(begun.connection),
                [each for waiting in group for each in waiting.prepared if isinstance(each, Prepared)],
            )
            answers = []
            for waiting in group:
                if waiting.wants_held:
                    intake.held = waiting.held = []
                answers.append([intake.answer(each) for each in waiting.prepared])
                intake.held = None
            intake.write()
        for waiting, given in zip(group, answers, strict=True):
            waiting.answers = given


class _Intake:
    """The rows that one turn adds for the submissions that it takes in."""

    def __init__(self, begun: Turn, standing: Standing, prepared: Sequence[Prepared]) -> None:
        self.held: list[Held] | None = None
        self._turn = begun
        self._at_us = microseconds(begun.at)
        self._standing = standing
        self._marking_ids = dict(standing.ids)
        self._may: dict[tuple[str, str], Viewer | Refusal] = {}
        self._known = dict(_held(begun.connection, [each.identity for each in prepared]))
        self._olds = reports_by_id(begun.connection, {id for each in prepared for id in each.report.supersedes})
        self._last = begun.connection.scalar(sa.select(sa.func.max(log_report.c.seq))) or 0
        self._reports: list[tuple[int, str, str, str, str, str, int, int, str, str, int | None]] = []
        self._portions: list[tuple[int, int, int, bytes]] = []
        self._identities: list[tuple[bytes, int]] = []
        self._supersessions: list[tuple[int, int, int]] = []

    def answer(self, prepared: Prepared | Refusal) -> Answer:
        """Take one submission in, or say why not."""
        if isinstance(prepared, Refusal):
            return prepared
        viewer = self._submitter(prepared.by, prepared.report.originator)
        if isinstance(viewer, Refusal):
            return viewer
        known = self._known.get(prepared.identity)
        if known is not None:
            return known
        if prepared.report.supersedes and not self._may_replace(viewer, prepared):
            return _UNKNOWN
        self._take(prepared)
        receipt = Receipt(id=prepared.id, submitted_at=self._turn.at)
        self._known[prepared.identity] = Receipt(id=prepared.id, submitted_at=self._turn.at, held=True)
        return receipt

    def write(self) -> None:
        """Write the rows; the turn writes the leaves and bodies."""
        connection = self._turn.connection
        insert(connection, log_report, self._reports)
        insert(connection, log_portion, self._portions)
        # Neighbours go to the same page.
        insert(connection, log_identity, sorted(self._identities))
        insert(connection, log_supersession, sorted(self._supersessions))

    def _submitter(self, by: str, originator: str) -> Viewer | Refusal:
        key = (by, originator)
        found = self._may.get(key)
        if found is None:
            try:
                found = self._standing.viewer(by)
            except NoSuchViewer:
                found = _NO_VIEWER
            else:
                if found.agency != originator:
                    found = _OTHER_AGENCY
            self._may[key] = found
        return found

    def _may_replace(self, viewer: Viewer, prepared: Prepared) -> bool:
        """Whether every report that this one supersedes is there, its originator's own, and seen by the submitter."""
        for old in prepared.report.supersedes:
            row = self._olds.get(old)
            if row is None or row.originator != prepared.report.originator:
                return False
            if not self._standing.sees(viewer, self._standing.markings[row.marking_id]):
                return False
        return True

    def _take(self, prepared: Prepared) -> None:
        report = prepared.report
        marking_id = self._marking_id(report.marking)
        portion_ids = tuple([self._marking_id(portion.marking) for portion in report.portions])
        metadata = commitment.metadata(prepared.salt, self._at_us, prepared.by, prepared.file, prepared.line)
        leaf = commitment.report_leaf(prepared.proper, metadata, prepared.portions)
        seq = self._turn.add_report(leaf, prepared.salt, prepared.body)
        source = report.source
        self._reports.append(
            (
                seq,
                prepared.id,
                report.kind.value,
                report.originator,
                source.dataset,
                source.record,
                marking_id,
                self._at_us,
                prepared.by,
                prepared.file,
                prepared.line,
            )
        )
        for part, (portion_id, body) in enumerate(zip(portion_ids, prepared.portion_bodies, strict=True), start=1):
            self._portions.append((seq, part, portion_id, body))
        self._identities.append((prepared.identity, seq))
        for old in set(report.supersedes):
            self._supersessions.append((self._olds[old].seq, seq, marking_id))
        if self.held is not None:
            self.held.append(Held(self._entry(prepared, seq), marking_id, portion_ids, self._last))
        self._last = seq

    def _entry(self, prepared: Prepared, seq: int) -> Entry:
        return Entry(
            id=prepared.id,
            seq=seq,
            submitted_at=self._turn.at,
            by=prepared.by,
            report=prepared.report,
            file=prepared.file,
            line=prepared.line,
        )

    def _marking_id(self, marking: Marking) -> int:
        found = self._marking_ids.get(marking)
        if found is None:
            found = self._marking_ids[marking] = len(self._marking_ids) + 1
            self._turn.add_marking(marking, found)
        return found


def _held(connection: sa.Connection, identities: Sequence[bytes]) -> Iterator[tuple[bytes, Receipt]]:
    """The reports that the log holds of those identities, as their agency's repeat is answered."""
    for chunk in chunks(identities):
        rows = connection.execute(
            sa.select(log_identity.c.hash, log_report.c.id, log_report.c.submitted_us)
            .join(log_report, log_report.c.seq == log_identity.c.seq)
            .where(log_identity.c.hash.in_(chunk))
        )
        for row in rows:
            yield bytes(row.hash), Receipt(id=row.id, submitted_at=instant(row.submitted_us), held=True)
