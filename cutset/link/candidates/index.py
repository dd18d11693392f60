"""The index of candidates: it follows the log, is updated in place, and is rebuilt where it is damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import msgspec
import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.link.candidates import pages, tallies
from cutset.link.candidates.check import check
from cutset.link.candidates.entries import Candidate, candidates
from cutset.link.candidates.keys import fingerprint, numbers_of
from cutset.link.candidates.numbering import Markings, Numbering, Runs, markings_of
from cutset.link.candidates.packing import Packing
from cutset.link.candidates.pages import DamagedIndex
from cutset.link.candidates.snapshot import Snapshot
from cutset.link.candidates.state import State, begin, read_state
from cutset.link.candidates.statements import Statements, explained
from cutset.link.candidates.tables import mention, metadata
from cutset.link.candidates.tallies import Counts
from cutset.link.match.profile import decode
from cutset.log.database import reading, reading_by_driver
from cutset.log.follower import Cursor, Follower, follow
from cutset.log.rows import insert
from cutset.log.store import Held, Log

VERSION = 4
"""The form of the tables. Raise it with every change to them: an older index is then rebuilt."""


class CandidateIndex:
    """What `match` and `matches_of` read. `url` is that of the log. Several threads may share one.

    Where the keys of the index were made by another version of the matcher, it begins anew. `told` lists, in words for
    the operator, each time that it did and why. Raises `NewerIndex` where a newer cutset wrote it.
    """

    NAME = "candidates"

    def __init__(self, url: str) -> None:
        self._follower = Follower(url, name=self.NAME, version=VERSION, tables=metadata)
        self._lock = Lock()
        self._runs = Runs("")
        self._banners: dict[Markings, str] = {}
        self._counts = Counts(("", 0), 0)
        self._damage = ""
        self.told: list[str] = []
        self._begin_if_needed()

    @property
    def engine(self) -> sa.Engine:
        """The database, for the readers of this package."""
        return self._follower.engine

    def cursor(self) -> Cursor:
        """How far the index has come: nowhere, once it was found to be damaged, for then it is emptied here."""
        self._mend()
        return self._follower.cursor()

    def catch_up(self, log: Log, *, limit: int = 5000) -> int:
        """Apply what is new in the log, and its purges; how many reports were read.

        An index that was found to be damaged is rebuilt here; `told` says so.
        """
        return follow(log, self, limit=limit)

    def apply(self, batch: Sequence[Held], since: Cursor | None = None) -> bool:
        """Take in the reports of `batch`, in one transaction with the cursor.

        Reports that the index has already are passed over. False, with nothing done, where the cursor is not `since`.
        """
        since = since or self.cursor()
        fresh = [held for held in batch if held.entry.seq > since.seq]
        found = list(candidates(fresh))
        try:
            return self._apply(fresh, found, since)
        except DamagedIndex:
            # It is noted: whoever follows the log asks for the cursor next, and begins anew.
            return False

    def _apply(self, fresh: Sequence[Held], found: Sequence[Candidate], since: Cursor) -> bool:
        with self._noting(), explained(), self._follower.turn(since) as turn:
            if turn is None:
                return False
            if not fresh:
                return True
            connection, cursor = turn
            if cursor.seq == 0:
                # Another process may have emptied the index just now.
                begin(Statements.of(connection))
            with _writing(connection) as (state, packing, numbering):
                numbers = numbering.allot(each.markings for each in found)
                rows = [
                    (number, each.seq, each.part, each.place, each.portion, each.role, each.made, each.profile)
                    for number, each in zip(numbers, found, strict=True)
                ]
                insert(connection, mention, rows)
                packing.add(
                    sorted(
                        pages.posting(key, number)
                        for number, each in zip(numbers, found, strict=True)
                        for key in each.keys
                    )
                )
                tallies.add(Statements.of(connection), ((each.kind, each.markings) for each in found))
                state.mentions += len(rows)
            self._follower.advance(connection, Cursor(fresh[-1].entry.seq, cursor.forget_n))
        return True

    def forget(self, purges: Sequence[tuple[int, int]]) -> None:
        """Drop every row of the purged reports, given as (number of the purge, seq).

        Where the index is damaged this waits for the rebuild, which does without these reports.
        """
        try:
            self._forget(purges)
        except DamagedIndex:
            return

    def _forget(self, purges: Sequence[tuple[int, int]]) -> None:
        with self._noting(), explained(), self._follower.turn(None) as turn:
            assert turn is not None
            connection, cursor = turn
            due = [(n, seq) for n, seq in purges if n > cursor.forget_n]
            if not due:
                return
            with _writing(connection) as (state, packing, _):
                statements = Statements.of(connection)
                doomed: list[int] = []
                counted: list[tallies.Counted] = []
                for seq in sorted({seq for _, seq in due}):
                    rows = list(
                        statements.rows("DELETE FROM link_candidate WHERE seq = ? RETURNING number, profile", seq)
                    )
                    state.mentions -= len(rows)
                    for number, encoded in rows:
                        profile = decode(encoded)
                        counted.append((profile.kind, markings_of(statements, number)))
                        doomed.extend(pages.posting(key, number) for key in numbers_of(profile))
                packing.remove(sorted(doomed))
                tallies.take(statements, counted)
            self._follower.advance(connection, Cursor(cursor.seq, max(n for n, _ in due)))

    def drop(self) -> None:
        """Empty the index. The next `catch_up` rebuilds it."""
        self._follower.drop()
        self._damage = ""
        self._begin_if_needed()

    def _mend(self) -> None:
        if self._damage:
            self.told.append(f"the index of candidates is rebuilt from the log: {self._damage}")
            self.drop()

    def check(self) -> None:
        """Read the whole index, and raise `DamagedIndex` where a part of it is not as it was written."""
        with self._noting(), reading(self.engine) as connection, explained():
            check(Statements.of(connection))

    @contextmanager
    def snapshot(self, rights: Rights) -> Iterator[Snapshot]:
        """The index as it is now and as the viewer may see it, for several reads."""
        with self._noting(), reading_by_driver(self.engine) as driver, explained():
            statements = Statements(driver, self.engine.dialect)
            state = read_state(statements)
            with self._lock:
                if self._runs.generation != state.generation:
                    self._runs = Runs(state.generation)
                runs = self._runs
                runs.catch_up(statements, state.runs)
                visible = runs.visible(rights.visible)
                if self._counts.of != (state.generation, state.turns):
                    self._counts = Counts((state.generation, state.turns), state.mentions)
                counts = self._counts
            yield Snapshot(statements, rights, runs, visible, self._banners, counts, fresh=state.unpacked > 0)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Remembers a damage that is found, and refuses to read on until it is mended."""
        if self._damage:
            raise DamagedIndex("the index of candidates is damaged", self._damage)
        try:
            yield
        except DamagedIndex as error:
            self._damage = f"{error.what} ({error.where})"
            raise
        except msgspec.MsgspecError as error:
            self._damage = f"a profile cannot be read: {error}"
            raise DamagedIndex("a profile in the index cannot be read") from error

    def _why_anew(self) -> str | None:
        """None where the index can go on as it is, "" where it has not begun, else why it must begin anew."""
        tables = sa.inspect(self.engine)
        if not all(tables.has_table(table.name) for table in metadata.sorted_tables):
            return "a table of it is gone"
        with self.engine.connect() as connection:
            row = Statements.of(connection).row("SELECT made_by FROM link_candidate_state")
        if row is None:
            return "its state is gone" if self._follower.cursor() != Cursor() else ""
        return None if row[0] == fingerprint() else "its keys were made in another way than they are now"

    def _begin_if_needed(self) -> None:
        """Write the first state, and begin anew where there is none or keys are made in another way now."""
        why = self._why_anew()
        if why is None:
            return
        if why:
            self.told.append(f"the index of candidates is rebuilt from the log: {why}")
            self._follower.drop()
        with self.engine.begin() as connection:
            begin(Statements.of(connection))


@contextmanager
def _writing(connection: sa.Connection) -> Iterator[tuple[State, Packing, Numbering]]:
    """What a batch is written with; afterwards the state that it left is written down."""
    statements = Statements.of(connection)
    state = read_state(statements)
    packing = Packing(statements, state.packed, state.unpacked, state.hand)
    numbering = Numbering(statements, state.runs)
    yield state, packing, numbering
    numbering.store()
    statements.do(
        "UPDATE link_candidate_state SET runs = ?, mentions = ?, packed = ?, unpacked = ?, hand = ?, turns = turns + 1",
        numbering.runs,
        state.mentions,
        packing.packed,
        packing.unpacked,
        packing.hand,
    )
