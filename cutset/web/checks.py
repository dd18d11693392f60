"""Checks of the log and its views that take minutes: begun by a page, done beside the requests, looked at meanwhile.

Any process of the server may be asked how far a check is, so its state lies with the accounts. The process that does it
says every few seconds that it lives: where it was killed, the check is seen to have been broken off.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

import msgspec
import sqlalchemy as sa

from cutset.clock import Clock, instant, microseconds
from cutset.errors import CutsetError
from cutset.log.entries import Head, Verification
from cutset.node.checking import ViewChecked
from cutset.web.accounts.tables import check, writing

log = logging.getLogger("cutset.web")

BEATS_S = 5
LOST = timedelta(seconds=60)
"""After so long without a sign of life a check counts as broken off."""
KEPT = 20
"""Checks that are known; older ones go when another begins."""
LOG = "log"
"""The step in which the log's own leaves are computed anew; the others are named after their views."""


class Said(msgspec.Struct, frozen=True):
    """What a check is to do and has found: its steps by name, how many are done, and why it failed, "" if it did not.

    `given` is the head that the log is held against, where somebody gave one.
    """

    steps: tuple[str, ...]
    done: int = 0
    found: Verification | None = None
    views: tuple[ViewChecked, ...] = ()
    given: Head | None = None
    failed: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong so far."""
        return not self.failed and (self.found is None or self.found.ok) and all(each.ok for each in self.views)


class Check(msgspec.Struct, frozen=True):
    """A check: by whom, when it began and ended, whether its process is gone, and what it says."""

    id: str
    by: str
    begun: datetime
    ended: datetime | None
    lost: bool
    said: Said

    @property
    def runs(self) -> bool:
        """Whether it is being done."""
        return self.ended is None and not self.lost


class Checks:
    """The checks of one store, of which one runs at a time."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def latest(self) -> Check | None:
        """The check that was begun last."""
        with self._engine.connect() as connection:
            return self._latest(connection)

    def begin(
        self, viewer: str, said: Said, whole: Callable[[Head | None], Verification], view: Callable[[str], ViewChecked]
    ) -> Check:
        """Begin a check beside the requests, unless one runs: then that one.

        `whole` verifies the log, and `view` the index of the view so named.
        """
        with writing(self._engine) as connection:
            running = self._latest(connection)
            if running is not None and running.runs:
                return running
            id, now = secrets.token_hex(8), microseconds(self._clock())
            row = {"id": id, "viewer": viewer, "begun_us": now, "beat_us": now, "ended_us": 0, "said": _written(said)}
            connection.execute(sa.insert(check).values(row))
            kept = sa.select(check.c.id).order_by(check.c.begun_us.desc()).limit(KEPT)
            connection.execute(sa.delete(check).where(check.c.id.not_in(list(connection.scalars(kept)))))
            begun = self._latest(connection)
        assert begun is not None
        # A daemon: a server that is told to stop does not wait for minutes, and the check is seen to be broken off.
        Thread(target=self._do, args=(id, said, whole, view), daemon=True, name=f"check {id}").start()
        return begun

    def _do(
        self, id: str, said: Said, whole: Callable[[Head | None], Verification], view: Callable[[str], ViewChecked]
    ) -> None:
        over = Event()
        Thread(target=self._beat, args=(id, over), daemon=True, name=f"beat of check {id}").start()
        try:
            for step in said.steps:
                if step == LOG:
                    said = msgspec.structs.replace(said, found=whole(said.given))
                else:
                    said = msgspec.structs.replace(said, views=(*said.views, view(step)))
                said = msgspec.structs.replace(said, done=said.done + 1)
                self._tell(id, said=_written(said))
        except CutsetError as error:
            said = msgspec.structs.replace(said, failed=str(error))
        except Exception:
            log.exception(json.dumps({"error": "check of the log and its views"}))
            said = msgspec.structs.replace(said, failed="Something went wrong here. It is written down in the log.")
        finally:
            over.set()
        self._tell(id, said=_written(said), ended_us=microseconds(self._clock()))

    def _beat(self, id: str, over: Event) -> None:
        while not over.wait(BEATS_S):
            self._tell(id, beat_us=microseconds(self._clock()))

    def _tell(self, id: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(sa.update(check).where(check.c.id == id).values(**values))

    def _latest(self, connection: sa.Connection) -> Check | None:
        row = connection.execute(sa.select(check).order_by(check.c.begun_us.desc()).limit(1)).one_or_none()
        if row is None:
            return None
        ended = instant(row.ended_us) if row.ended_us else None
        lost = ended is None and self._clock() - instant(row.beat_us) > LOST
        said = msgspec.json.decode(row.said, type=Said)
        return Check(row.id, row.viewer, instant(row.begun_us), ended, lost, said)


def _written(said: Said) -> str:
    return msgspec.json.encode(said).decode()
