"""The registry and the markings as the log's notices make them, kept in memory and brought up to date when asked."""

from __future__ import annotations

from threading import Lock

import msgspec
import sqlalchemy as sa

from cutset.access.decide import decide, rights
from cutset.access.registry import Agency, Group, Registry, Viewer
from cutset.access.rights import Rights
from cutset.access.roles import may_purge
from cutset.log.errors import DamagedStore, NoSuchViewer
from cutset.log.notices import Registered, decode
from cutset.log.tables import log_body, log_marking, log_notice
from cutset.model.marking import Marking

_CACHED = 4096
_MEND = "run `cutset verify`; restore a backup"
_decode_marking = msgspec.json.Decoder(Marking).decode

_STATE = sa.select(
    sa.select(sa.func.max(log_notice.c.seq)).where(log_notice.c.what == "registered").scalar_subquery(),
    sa.select(sa.func.max(log_marking.c.id)).scalar_subquery(),
)


class Standing(msgspec.Struct, frozen=True):
    """Who there is and which markings there are, at one moment of the log.

    `version` is the seq of the registry's last notice. `markings` must not be changed.
    """

    version: int
    registry: Registry
    markings: dict[int, Marking]
    ids: dict[Marking, int]

    def viewer(self, viewer_id: str) -> Viewer:
        """The active viewer of that id, of an active agency. Raises `NoSuchViewer`."""
        viewer = self.registry.viewer(viewer_id)
        agency = self.registry.agency(viewer.agency) if viewer else None
        if viewer is None or agency is None or not viewer.active or not agency.active:
            raise NoSuchViewer(viewer_id)
        return viewer

    def sees(self, viewer: Viewer, marking: Marking) -> bool:
        """Whether the viewer may see what bears the marking, for whatever purpose the marking allows."""
        purposes = ("investigation",) if marking.purposes is None else marking.purposes
        return any(decide(viewer, marking, self.registry, purpose=purpose).allowed for purpose in purposes)


NOBODY = Standing(version=0, registry=Registry(), markings={}, ids={})


class Registrations:
    """What the log says of viewers and markings. Safe for several threads."""

    def __init__(self) -> None:
        self._standing = NOBODY
        self._rights: dict[tuple[str, str], tuple[int, int, Rights]] = {}
        self._lock = Lock()

    def standing(self, connection: sa.Connection) -> Standing:
        """What holds in the connection's transaction."""
        known = self._standing
        version, count = (value or 0 for value in connection.execute(_STATE).one())
        if version == known.version and count == len(known.markings):
            return known
        if version < known.version or count < len(known.markings):
            # A backup was put in the store's place: what was known of it no longer holds.
            known = NOBODY
            with self._lock:
                self._standing = NOBODY
                self._rights.clear()
        markings, ids = known.markings, known.ids
        if count > len(markings):
            markings = markings | _markings(connection, len(markings))
            ids = {marking: marking_id for marking_id, marking in markings.items()}
        registry = known.registry if version == known.version else _registry(connection, known)
        fresh = Standing(version=version, registry=registry, markings=markings, ids=ids)
        with self._lock:
            # Another thread may have read a later state, which holds all of this one.
            if (version, count) >= (self._standing.version, len(self._standing.markings)):
                self._standing = fresh
        return fresh

    def at(self, version: int, count: int) -> Standing | None:
        """What holds where the registry's last notice is `version` and there are `count` markings, if it is known."""
        known = self._standing
        return known if version == known.version and count == len(known.markings) else None

    def rights(self, standing: Standing, viewer_id: str, purpose: str) -> Rights:
        """The viewer's rights, decided once for each purpose and state of registry and markings."""
        viewer = standing.viewer(viewer_id)
        key = (viewer_id, purpose)
        with self._lock:
            version, decided, found = self._rights.get(key, (0, 0, None))
        if found is None or version != standing.version or decided > len(standing.markings):
            decided, found = 0, Rights(viewer=viewer.id, agency=viewer.agency, purpose=purpose, visible=frozenset())
        if decided == len(standing.markings):
            return found
        fresh = {marking_id: marking for marking_id, marking in standing.markings.items() if marking_id > decided}
        more = rights(viewer, fresh, standing.registry, purpose=purpose)
        found = msgspec.structs.replace(more, visible=found.visible | more.visible)
        with self._lock:
            if len(self._rights) >= _CACHED:
                self._rights.clear()
            self._rights[key] = (standing.version, len(standing.markings), found)
        return found

    def rights_in_office(self, standing: Standing, viewer_id: str, purpose: str) -> Rights:
        """The viewer's rights; a privacy officer's with all that their agency originated, and those it succeeded."""
        found, viewer = self.rights(standing, viewer_id, purpose), standing.viewer(viewer_id)
        if not may_purge(viewer, standing.registry):
            return found
        family = standing.registry.predecessors(viewer.agency)
        own = {marking_id for marking_id, each in standing.markings.items() if each.originator in family}
        return msgspec.structs.replace(found, visible=found.visible | own)


def _registry(connection: sa.Connection, known: Standing) -> Registry:
    bodies = connection.scalars(
        sa.select(log_body.c.body)
        .join(log_notice, log_notice.c.seq == log_body.c.seq)
        .where(log_notice.c.what == "registered", log_notice.c.seq > known.version)
        .order_by(log_notice.c.seq)
    )
    records: list[Agency | Viewer | Group] = []
    for body in bodies:
        try:
            notice = decode(body)
        except msgspec.DecodeError as error:
            raise DamagedStore("the registry cannot be read", where="log_notice", remedy=_MEND) from error
        if not isinstance(notice, Registered):
            raise DamagedStore("a notice of the registry is not one", where="log_notice", remedy=_MEND)
        records.extend(notice.records)
    return known.registry.updated(*records)


def _markings(connection: sa.Connection, after: int) -> dict[int, Marking]:
    rows = connection.execute(sa.select(log_marking.c.id, log_marking.c.body).where(log_marking.c.id > after))
    try:
        return {row.id: _decode_marking(row.body) for row in rows}
    except (msgspec.DecodeError, TypeError) as error:
        raise DamagedStore("a marking cannot be read", where="log_marking", remedy=_MEND) from error
