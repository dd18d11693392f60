"""The log: the append-only, tamper-evident store of reports.

`Log.create` or `Log.open`, then `register` who there is, `append` submissions (durable when it returns), and `fetch`
reports by id through a viewer's `rights`. Views `follow` it. `purge` forgets; `verify` proves that nothing else did.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from cutset import clock as clocks
from cutset.access.registry import Agency, Group, Registry, Viewer
from cutset.access.rights import Rights
from cutset.clock import Clock
from cutset.log import moment, proofs, purge, reading, retention, reviews
from cutset.log.append import Answer, Appender
from cutset.log.audit import Look, Recorder
from cutset.log.commitment import SALT_BYTES
from cutset.log.cycles import no_cycles
from cutset.log.database import engine as engine_of
from cutset.log.database import is_postgresql, path_of, untied
from cutset.log.database import reading as read_transaction
from cutset.log.entries import Head, Held, Refusal, Submission, Verification
from cutset.log.heads import KEY_VARIABLE, Signer
from cutset.log.making import check_format, make
from cutset.log.notices import Registered, decode
from cutset.log.proofs import Consistency, Inclusion
from cutset.log.registrations import Registrations, Standing
from cutset.log.retention import Due
from cutset.log.reviews import Given
from cutset.log.tables import log_body, log_notice, log_purge, log_view
from cutset.log.turn import Salt, Turn, turn
from cutset.log.verification import Progress, verify
from cutset.model.report import Entry

__all__ = ["Answer", "Head", "Held", "Log", "Refusal", "Submission", "Verification"]


Check = Callable[[Registry, Registry], None]
"""Looks at the registry before and after a change, and raises where the change must not be."""


def random_salt() -> bytes:
    """A fresh salt: 256 random bits."""
    return os.urandom(SALT_BYTES)


class Log:
    """A store of reports. Several threads may share one; several processes may each open their own.

    `clock` tells when reports are submitted. `salt` gives the random salt of each leaf's commitments. `key` is the
    file of the signing key: by default the file that `CUTSET_KEY` names, else `<store>.key` beside an SQLite store.
    """

    def __init__(
        self, url: str, *, clock: Clock = clocks.now, salt: Salt = random_salt, key: Path | None = None
    ) -> None:
        self.url = url
        self._engine = engine_of(url)
        with self._engine.connect() as connection:
            meta = check_format(connection, url)
        self._origin = meta["origin"]
        self._clock = clock
        self._salt = salt
        self._signer = Signer(_key_path(url, key), meta["public_key"])
        self._registrations = Registrations()
        self._recorder = Recorder(self._turn)
        self._appender = Appender(
            self._engine, self._registrations, signer=self._signer, origin=self._origin, clock=clock, salt=salt
        )

    @classmethod
    def create(cls, url: str, *, clock: Clock = clocks.now, salt: Salt = random_salt, key: Path | None = None) -> Log:
        """A new store at `url`: a file's path, or `postgresql://…`. Raises `StoreExists`, `NoStore`, `NoKey`."""
        make(url, _key_path(url, key), clock, salt)
        return cls(url, clock=clock, salt=salt, key=key)

    @classmethod
    def open(cls, url: str, *, clock: Clock = clocks.now, salt: Salt = random_salt, key: Path | None = None) -> Log:
        """The store at `url`. Raises `NoStore`, `NewerStore`, `ReadOnlyStore`; a missing key is said at an append."""
        return cls(url, clock=clock, salt=salt, key=key)

    # ---- who ----------------------------------------------------------------------------------------------------

    def register(
        self, *records: Agency | Viewer | Group, by: str = "", reason: str = "", check: Check | None = None
    ) -> None:
        """Add agencies, viewers and groups, or replace those of the same id. Raises `BadRegistry`; then none is.

        What changes nothing is recorded only with a `reason`. `check` is given the registry before and after, while no
        other may change it; where it raises, nothing is recorded.
        """
        with self._turn() as begun:
            standing = self._registrations.standing(begun.connection)
            updated = standing.registry.updated(*records)
            if check is not None:
                check(standing.registry, updated)
            if updated.version == standing.registry.version and not reason:
                return
            begun.add_notice(
                Registered(
                    at=begun.at,
                    by=by,
                    agencies=tuple(each for each in records if isinstance(each, Agency)),
                    viewers=tuple(each for each in records if isinstance(each, Viewer)),
                    groups=tuple(each for each in records if isinstance(each, Group)),
                    reason=reason,
                )
            )

    def registered(self) -> list[Registered]:
        """Every change of the registry, the first first."""
        query = (
            sa.select(log_body.c.body)
            .join(log_notice, log_notice.c.seq == log_body.c.seq)
            .where(log_notice.c.what == "registered")
            .order_by(log_notice.c.seq)
        )
        with read_transaction(self._engine) as connection:
            notices = [decode(body) for body in connection.scalars(query)]
        return [each for each in notices if isinstance(each, Registered)]

    def registry(self) -> Registry:
        """All agencies, viewers and groups as they are now."""
        return self._standing().registry

    def viewer(self, viewer_id: str) -> Viewer:
        """The active viewer of that id, of an active agency. Raises `NoSuchViewer`."""
        return self._standing().viewer(viewer_id)

    def rights(self, viewer_id: str, purpose: str = "investigation") -> Rights:
        """What the viewer may see for that purpose. Raises `NoSuchViewer`, in the same words for an inactive one."""
        return self._registrations.rights(self._standing(), viewer_id, purpose)

    def rights_in_office(self, viewer_id: str, purpose: str = "investigation") -> Rights:
        """What the viewer oversees: what they may see for that purpose, and a privacy officer all that their agency
        originated, and those that it succeeded, whatever it may be used for. For reviews and the audit, not for views.
        """
        return self._registrations.rights_in_office(self._standing(), viewer_id, purpose)

    # ---- in -----------------------------------------------------------------------------------------------------

    def append(self, submissions: Iterable[Submission]) -> list[Answer]:
        """A receipt or a refusal for each submission, in their order; what has a receipt is durable.

        Nothing is taken in where this raises: `StoreFull`, `StoreBusy`, `NoKey`. Appending the same again is safe.
        """
        return self._append(submissions, wants_held=False)[0]

    def append_held(self, submissions: Iterable[Submission]) -> tuple[list[Answer], list[Held]]:
        """As `append`, with the reports that are new, as `follow` would give them, so that views need not read them."""
        return self._append(submissions, wants_held=True)

    def purge(self, ids: Iterable[str], *, reason: str, by: str) -> int:
        """Purge reports of the viewer's agency, or of any where a role lets it; how many. Others are passed over.

        Raises `PurgeRefused` for a reason that is none, and `NoSuchViewer`; then nothing is purged.
        Views forget them when they next follow the log; `compact` then clears the database's files.
        """
        with self._turn() as begun:
            standing = self._registrations.standing(begun.connection)
            return purge.purge(begun, standing, ids, reason=reason, by=by)

    def looked(self, *looks: Look) -> None:
        """Record looks, durably when this returns. Raises `StoreError`, `NoKey`; then no answer may be given."""
        self._recorder.record(looks)

    def renew(self, ids: Iterable[str], *, reason: str, by: str, rights: Rights) -> int:
        """Record that reports of the viewer's agency, or of one it succeeded, were reviewed and are kept; how many.

        Others are passed over.
        """
        with self._turn() as begun:
            family = self._registrations.standing(begun.connection).registry.predecessors(rights.agency)
            return reviews.renew(begun, ids, reason=reason, by=by, rights=rights, agencies=family)

    def disseminate(self, ids: Iterable[str], *, to: str, need: str, right: str, by: str, rights: Rights) -> int:
        """Record that reports were given to somebody on another way than through a view; how many."""
        with self._turn() as begun:
            return reviews.disseminate(begun, ids, to=to, need=need, right=right, by=by, rights=rights)

    def compact(self) -> None:
        """Clear the database's files of all that was purged. Raises `StoreError` where a view has yet to forget it."""
        purge.compact(self._engine, self.url)

    # ---- out ----------------------------------------------------------------------------------------------------

    def follow(self, after_seq: int, limit: int = 5000) -> list[Held]:
        """At most `limit` reports after `after_seq`, whole, in the log's order: for views, not for viewers."""
        known = moment.known(self._engine)
        if known is not None and known.reports <= after_seq:
            return []
        with read_transaction(self._engine) as connection:
            return reading.follow(connection, after_seq, limit)

    def fetch(self, ids: Iterable[str], rights: Rights) -> dict[str, Entry]:
        """The reports of `ids` that the viewer may see, without the portions that they may not, in the order asked."""
        with read_transaction(self._engine) as connection:
            return reading.fetch(connection, ids, rights)

    def held(self, report_id: str) -> Held | None:
        """The report of that id, whole, for those who may see all; None where there is none, or it was purged."""
        with read_transaction(self._engine) as connection:
            return reading.held(connection, report_id)

    def due(self, rights: Rights, within: timedelta = timedelta(days=90)) -> list[Due]:
        """Reports of the viewer's agency, and of those it succeeded, whose clock runs out within that time, or has.

        The first first.
        """
        family = self.registry().predecessors(rights.agency)
        with read_transaction(self._engine) as connection:
            return retention.queue(connection, rights, agencies=family, at=self._clock(), within=within)

    def given(self, report_id: str, rights: Rights, *, purged: bool = False, every: bool = False) -> list[Given]:
        """Every recorded dissemination of a report that the viewer may see, and of its editions before a re-marking.

        The first first. With `purged` also of one that is purged; with `every`, of any: for officers, and auditors.
        """
        with read_transaction(self._engine) as connection:
            return reviews.given(connection, report_id, rights, purged=purged, every=every)

    def last(self) -> int:
        """The seq of the last report, 0 where there is none: for views, not for viewers."""
        return moment.moment(self._engine).reports

    def forgotten(self, after_n: int) -> list[tuple[int, int]]:
        """The purges after number `after_n`: (number, seq of the purged report)."""
        known = moment.known(self._engine)
        if known is not None and known.purges <= after_n:
            return []
        with untied(self._engine) as connection:
            return reading.forgotten(connection, after_n)

    def purges(self) -> int:
        """The number of the last purge, 0 where there is none."""
        return moment.moment(self._engine).purges

    def purged_markings(self, after_n: int) -> list[tuple[int, int]]:
        """The purges after number `after_n`, each with the id of the marking of what it took away."""
        found = sa.select(log_purge.c.n, log_purge.c.marking_id).where(log_purge.c.n > after_n)
        with untied(self._engine) as connection:
            return [(row.n, row.marking_id) for row in connection.execute(found)]

    def views(self) -> set[str]:
        """The names of the views whose indexes follow this log."""
        with untied(self._engine) as connection:
            return set(connection.scalars(sa.select(log_view.c.name)))

    # ---- proof --------------------------------------------------------------------------------------------------

    def head(self) -> Head:
        """The latest signed head, to be kept elsewhere."""
        with read_transaction(self._engine) as connection:
            return proofs.read_head(connection)

    def inclusion(self, report_id: str) -> Inclusion:
        """Proof for an auditor that a report is in the log. Raises `BadProof`."""
        with read_transaction(self._engine) as connection:
            return proofs.inclusion(connection, report_id)

    def consistency(self, old: Head) -> Consistency:
        """Proof that the log continues the one that `old` vouches for. Raises `BadProof`."""
        with read_transaction(self._engine) as connection:
            return proofs.consistency(connection, old)

    def verify(self, head: Head | None = None, *, progress: Progress | None = None) -> Verification:
        """Check every row of the log against the tree, and the tree against its heads; `head` is one kept elsewhere."""
        with read_transaction(self._engine) as connection, no_cycles():
            return verify(connection, head=head, progress=progress)

    def secret(self, label: str) -> bytes:
        """A secret of this store, made from its signing key, which lies outside of it. Raises `NoKey`."""
        return self._signer.secret(label)

    def _standing(self) -> Standing:
        last = moment.moment(self._engine)
        known = self._registrations.at(last.registered, last.markings)
        if known is not None:
            return known
        with self._engine.connect() as connection:
            return self._registrations.standing(connection)

    def _append(self, submissions: Iterable[Submission], *, wants_held: bool) -> tuple[list[Answer], list[Held]]:
        try:
            with no_cycles():
                return self._appender.append(submissions, wants_held=wants_held)
        finally:
            moment.forget(self._engine)

    @contextmanager
    def _turn(self) -> Iterator[Turn]:
        try:
            with turn(self._engine, self._clock, self._salt, self._signer, self._origin) as begun:
                yield begun
        finally:
            moment.forget(self._engine)


def _key_path(url: str, key: Path | None) -> Path | None:
    if key is not None:
        return key
    named = os.environ.get(KEY_VARIABLE)
    if named:
        return Path(named)
    if is_postgresql(url):
        return None
    path = path_of(url)
    return path.with_name(path.name + ".key")
