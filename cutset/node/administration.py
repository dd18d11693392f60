"""Who there is, changed by a person with a reason: agencies, viewers, groups, keys, and what pointers may tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from cutset.access.registry import Agency, Group, Key, Registry, Viewer
from cutset.access.roles import may_administer, may_audit
from cutset.errors import CutsetError
from cutset.log.notices import Registered
from cutset.node.core import Core, Refused, viewer_id
from cutset.node.looks import looked, tried

Member = Agency | Viewer | Group
REASON = 500
"""Characters that a reason may have."""


class Changed(CutsetError):
    """Someone changed the record since it was shown; nothing was done."""


class Unsaid(CutsetError):
    """A change was asked for without a reason, or with one that is too long; nothing was done."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the registry: when (aware, UTC), by whom ("" is the operator), why, and of what.

    `kind` is `agency`, `viewer` or `group`. `fresh` is true where the record was new. `differences` say what of it
    became what; there are none where something beside the registry was done, which the reason then says.
    """

    at: datetime
    by: str
    reason: str
    kind: str
    id: str
    fresh: bool
    differences: tuple[str, ...]


def edition(record: Member | None) -> str:
    """A name for a record as it stands, by which a form says what its reader had seen; "" for none."""
    return sha256(msgspec.json.encode(record)).hexdigest()[:32] if record is not None else ""


def kind_of(record: Member) -> str:
    """What a record is, in a word.

    >>> kind_of(Group("eastern-pacific"))
    'group'
    """
    return type(record).__name__.lower()


def known(registry: Registry, record: Member) -> Member | None:
    """What the registry holds in the place of `record`."""
    match record:
        case Agency():
            return registry.agency(record.id)
        case Viewer():
            return registry.viewer(record.id)
        case Group():
            return registry.group(record.id)


class Administration(Core):
    """What administrators do, and what of it is told."""

    @tried
    def change_registry(
        self, record: Member, *others: Member, reason: str, by: Viewer | str, seen: str | None = None
    ) -> None:
        """Put records into the registry, each in the place of the one of its kind and id. For administrators.

        All of them, or none. `seen` is the `edition` of the first that was shown, "" for none; where it is no longer
        that, nothing is changed. A viewer's keys stay as they are; `add_key` and `end_key` change them. Raises
        `Changed`, `Unsaid`, `BadRegistry`, and `Refused` where nothing would change, or nobody would be left who may
        administer.
        """
        self._put((record, *others), reason, viewer_id(by), seen, beside=False)

    @tried
    def note_registry(self, of: str, *, reason: str, by: Viewer | str) -> None:
        """Record that something beside the registry was done to a viewer's access: an account made, reset, removed."""
        record = self.log.registry().viewer(of)
        if record is None:
            raise Refused("there is no such viewer", where=of, remedy="register the viewer first")
        self._put((record,), reason, viewer_id(by), edition(record), beside=True)

    @tried
    def add_key(self, public: str, *, of: str, reason: str, by: Viewer | str) -> None:
        """Register a viewer's public key (64 hexadecimal digits), from now on. For administrators."""
        viewer = self._viewer_of(of)
        if viewer.key(public.lower()) is not None:
            raise Refused("the viewer has that key already", where=of, remedy="a key is registered once")
        key = Key(key=public.lower(), since=self.clock())
        self._put((replace(viewer, keys=(*viewer.keys, key)),), reason, viewer_id(by), edition(viewer), beside=False)

    @tried
    def end_key(self, public: str, *, of: str, reason: str, by: Viewer | str) -> None:
        """Declare a viewer's key lost or stolen, as of now. It stays, so that what it signed can be checked."""
        viewer = self._viewer_of(of)
        key = viewer.key(public.lower())
        if key is None or key.revoked is not None:
            raise Refused("the viewer has no such key that still holds", where=of, remedy="look at the viewer's keys")
        kept = tuple(replace(each, revoked=self.clock()) if each is key else each for each in viewer.keys)
        self._put((replace(viewer, keys=kept),), reason, viewer_id(by), edition(viewer), beside=False)

    @looked()
    def registry_changes(self, *, viewer: Viewer | str, of: str = "") -> list[Change]:
        """Every change of the registry, the latest first, or those of one id. For administrators and auditors."""
        asker, registry = self.viewer(viewer_id(viewer)), self.log.registry()
        if not (may_administer(asker, registry) or may_audit(asker, registry)):
            raise Refused(f"{asker.id} may not see changes of the registry", remedy="ask an administrator or auditor")
        return [each for each in changes(self.log.registered()) if not of or each.id == of][::-1]

    def _viewer_of(self, id: str) -> Viewer:
        # One who is not active has keys too, which may have to be revoked.
        viewer = self.log.registry().viewer(id)
        if viewer is None:
            raise Refused("there is no such viewer", where=id, remedy="register the viewer first")
        return viewer

    def _put(self, records: Sequence[Member], reason: str, by: str, seen: str | None, *, beside: bool) -> None:
        """Register `records` for this reason, where nothing speaks against it; `seen` is the first one's edition."""
        reason, record = reason.strip(), records[0]
        if not reason or len(reason) > REASON or "\x00" in reason:
            raise Unsaid(
                "the reason is not said, and nothing was changed",
                where=f"{len(reason)} characters",
                remedy=f"say it in at most {REASON} characters",
            )

        def check(before: Registry, after: Registry) -> None:
            _administers(by, before)
            if seen is not None and seen != edition(known(before, record)):
                raise Changed(
                    "someone changed this since you looked at it, and nothing was done",
                    where=f"{kind_of(record)} {record.id}",
                    remedy="look at it again, then decide",
                )
            if before.version == after.version and not beside:
                raise Refused("that is what the registry says already", where=record.id, remedy="change something")
            if not any(may_administer(each, after) for each in after.viewers):
                raise Refused(
                    "nobody would be left who may administer, and nothing was done",
                    where=record.id,
                    remedy="make another administrator first",
                )

        # Who may not change it is told so, and not what else is wrong with the change.
        _administers(by, self.log.registry())
        self.log.register(*records, by=by, reason=reason, check=check)


def _administers(by: str, registry: Registry) -> None:
    """Raises `Refused` where `by` may not change the registry."""
    asker = registry.viewer(by)
    if asker is None or not may_administer(asker, registry):
        raise Refused(f"{by} may not change the registry", remedy="ask an administrator")


def changes(notices: list[Registered]) -> Iterator[Change]:
    """What each notice changed, the first first."""
    records: dict[tuple[str, str], Member] = {}
    for notice in notices:
        for record in notice.records:
            name = (kind_of(record), record.id)
            old = records.get(name)
            records[name] = _whole(old, record)
            yield Change(
                at=notice.at,
                by=notice.by,
                reason=notice.reason,
                kind=name[0],
                id=record.id,
                fresh=old is None,
                differences=tuple(differences(old, records[name])),
            )


def _whole(old: Member | None, record: Member) -> Member:
    """The record as the registry holds it: a viewer keeps every key that they ever had."""
    if not isinstance(old, Viewer) or not isinstance(record, Viewer):
        return record
    kept = tuple(each for each in old.keys if record.key(each.key) is None)
    return replace(record, keys=(*kept, *record.keys))


def differences(old: Member | None, new: Member) -> Iterator[str]:
    """What of a record is otherwise than before, a sentence a field.

    >>> ann = Viewer("ann@dea", "dea")
    >>> list(differences(ann, replace(ann, active=False)))
    ['active: yes → no']
    """
    for name in new.__struct_fields__:
        value, before = getattr(new, name), getattr(old, name, None) if old is not None else None
        if name == "id" or value == before or (old is None and not value and value is not False):
            continue
        yield (
            f"{name.replace('_', ' ')}: {_said(value)}"
            if old is None
            else (f"{name.replace('_', ' ')}: {_said(before)} → {_said(value)}")
        )


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None | "" | ():
            return "none"
        case tuple():
            return ", ".join(_said(each) for each in value)
        case Key():
            return value.key[:12] + "…" + (" (revoked)" if value.revoked else "")
        case msgspec.Struct():
            said = [name if part is True else str(part) for name in value.__struct_fields__
                    if (part := getattr(value, name))]  # fmt: skip
            return " ".join(said)
    return str(value)
