"""Who there is: agencies, their viewers, and the groups that a marking can name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

import msgspec

from cutset.errors import CutsetError
from cutset.model.marking import Marking, Tlp

# Lower-case, so that no two ids differ only in case, and without ":" and spaces, so that a token has one reading.
_ID = re.compile(r"[a-z0-9][a-z0-9.@_+-]*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_KEY = re.compile(r"[0-9a-f]{64}")


class BadRegistry(CutsetError):
    """Agencies, viewers or groups contradict each other."""


class AgencyKind(StrEnum):
    """Whose an agency is. Only `private` has a consequence of its own: it is outside the community unless admitted."""

    FEDERAL = "federal"
    STATE = "state"
    LOCAL = "local"
    TRIBAL = "tribal"
    TERRITORIAL = "territorial"
    FOREIGN = "foreign"
    INTERNATIONAL = "international"
    PRIVATE = "private"
    OTHER = "other"


class Record(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Plain, frozen data of the registry, known by its `id`."""

    id: str


class PointerRule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An owner's word that reports of the level `tlp` give pointers: those without caveats, and those with the named.

    `les`, `orcon` and `rel_to` each admit reports that bear the caveat too.
    """

    tlp: Tlp
    les: bool = False
    orcon: bool = False
    rel_to: bool = False

    def allows(self, marking: Marking, purpose: str) -> bool:
        """Whether what is marked so gives pointers, for that purpose, by this rule.

        >>> PointerRule(Tlp.RED).allows(Marking(originator="dea", tlp=Tlp.RED, les=True), "investigation")
        False
        """
        return (
            marking.tlp is self.tlp
            and (self.les or not marking.les)
            and (self.orcon or not marking.orcon)
            and (self.rel_to or marking.rel_to is None)
            and (marking.purposes is None or purpose in marking.purposes)
        )


class Agency(Record, frozen=True):
    """An organisation that submits reports or reads them.

    `id` is lower-case (`dea`). `country` is ISO 3166-1 alpha-2; "" for an international body, which is of no country:
    it is in no `country:` release and has no default partners. A Tribal Nation's agency has kind `tribal` and the
    country that it lies in. `law_enforcement` decides LES. `contact` is whom to call about a match. `community` says
    whether it is of the community that TLP:GREEN means; None leaves it to the kind: all but private bodies are.
    `successor_of` names agencies that this one replaced, whose reports and releases it has inherited. An agency that
    is not `active` gives its viewers no rights, while its reports stay. `pointers` says which of its reports give
    pointers to those who may not see them; without a rule, none does.
    """

    name: str = ""
    country: str = ""
    law_enforcement: bool = True
    contact: str = ""
    kind: AgencyKind = AgencyKind.OTHER
    community: bool | None = None
    successor_of: tuple[str, ...] = ()
    active: bool = True
    pointers: tuple[PointerRule, ...] = ()

    @property
    def in_community(self) -> bool:
        """Whether TLP:GREEN reaches this agency.

        >>> Agency("carrier", kind=AgencyKind.PRIVATE).in_community
        False
        """
        return self.kind is not AgencyKind.PRIVATE if self.community is None else self.community


class Key(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A viewer's public Ed25519 key, 32 bytes in small hexadecimal letters, and when it holds: from `since` to `until`.

    `revoked` is when it was declared lost or stolen. A signature that was not entered by then proves nothing, whatever
    time it bears. Times are aware, in UTC.
    """

    key: str
    since: datetime
    until: datetime | None = None
    revoked: datetime | None = None


class Viewer(Record, frozen=True):
    """A person, or a system, that acts for one agency.

    `id` is lower-case (`ann@dea`). `roles` are codes of `roles.toml`; none of them shows more reports. A viewer that
    is not `active` sees nothing. `keys` are those that the viewer signs with, or ever signed with.
    """

    agency: str
    roles: tuple[str, ...] = ()
    active: bool = True
    name: str = ""
    keys: tuple[Key, ...] = ()

    def key(self, public: str) -> Key | None:
        """The viewer's key with these public bytes, if it is or was theirs."""
        return next((each for each in self.keys if each.key == public), None)


class Group(Record, frozen=True):
    """Agencies and viewers that a marking can name at once: a task force, a fusion centre.

    `members` are `agency:` and `viewer:` tokens. A group without members is nobody. A group has no groups in it, so
    that who is in it can be read off.
    """

    name: str = ""
    members: tuple[str, ...] = ()


_R = TypeVar("_R", bound=Record)


class Registry(msgspec.Struct, frozen=True, dict=True):
    """All agencies, viewers and groups, checked against each other.

    Raises `BadRegistry` where an id is malformed or used twice, a viewer's agency or a group's member is unknown, a
    group names a group, an agency succeeds itself or one that is still active, or a key is malformed or two viewers'.

    >>> Registry((Agency("dea"),), (Viewer("ann@dea", "dea"),)).viewer("ann@dea").agency
    'dea'
    """

    agencies: tuple[Agency, ...] = ()
    viewers: tuple[Viewer, ...] = ()
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        for what, records in (("agency", self.agencies), ("viewer", self.viewers), ("group", self.groups)):
            _check_ids(what, records)
        for agency in self.agencies:
            self._check_agency(agency)
        for viewer in self.viewers:
            if viewer.agency not in self._agency:
                raise BadRegistry(
                    "a viewer's agency is not registered",
                    where=f"viewer {viewer.id}, agency {viewer.agency}",
                    remedy="register the agency first, or mend its id",
                )
        _check_keys(self.viewers)
        for group in self.groups:
            for member in group.members:
                self._check_member(group, member)

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def version(self) -> str:
        """A digest of the contents, the same in whatever order they were given: what rights can be cached by."""
        records = [sorted(each, key=lambda record: record.id) for each in (self.agencies, self.viewers, self.groups)]
        return sha256(msgspec.msgpack.encode(records)).hexdigest()

    def agency(self, agency_id: str) -> Agency | None:
        """The agency of that id, if it is registered."""
        return self._agency.get(agency_id)

    def viewer(self, viewer_id: str) -> Viewer | None:
        """The viewer of that id, if it is registered."""
        return self._viewer.get(viewer_id)

    def group(self, group_id: str) -> Group | None:
        """The group of that id, if it is registered."""
        return self._group.get(group_id)

    def updated(self, *records: Agency | Viewer | Group) -> Registry:
        """A registry with `records` added to this one's, each in the place of the one that had its kind and id.

        A viewer keeps every key that they ever had, with the end that it had: what was signed must stay to be checked.
        """
        agencies, viewers, groups = dict(self._agency), dict(self._viewer), dict(self._group)
        for record in records:
            if isinstance(record, Agency):
                agencies[record.id] = record
            elif isinstance(record, Viewer):
                viewers[record.id] = _with_keys_of(viewers.get(record.id), record)
            else:
                groups[record.id] = record
        return Registry(tuple(agencies.values()), tuple(viewers.values()), tuple(groups.values()))

    def predecessors(self, agency_id: str) -> frozenset[str]:
        """The agency itself and all that it succeeded, directly or through others."""
        found = {agency_id}
        pending = [agency_id]
        while pending:
            agency = self._agency.get(pending.pop())
            for older in agency.successor_of if agency else ():
                if older not in found:
                    found.add(older)
                    pending.append(older)
        return frozenset(found)

    def country(self, agency_id: str) -> str:
        """The country of an agency, or of the one that succeeded it where it is not registered; "" if neither is."""
        agency = self._agency.get(agency_id) or self._successor.get(agency_id)
        return agency.country if agency else ""

    def successor(self, agency_id: str) -> Agency | None:
        """The agency that has replaced the one of that id, if one has."""
        return self._successor.get(agency_id)

    @cached_property
    def _agency(self) -> Mapping[str, Agency]:
        return _by_id(self.agencies)

    @cached_property
    def _viewer(self) -> Mapping[str, Viewer]:
        return _by_id(self.viewers)

    @cached_property
    def _group(self) -> Mapping[str, Group]:
        return _by_id(self.groups)

    @cached_property
    def _successor(self) -> Mapping[str, Agency]:
        return {older: agency for agency in self.agencies for older in agency.successor_of}

    def _check_agency(self, agency: Agency) -> None:
        if agency.country and not _COUNTRY.fullmatch(agency.country):
            raise BadRegistry(
                "a country is not an ISO 3166-1 alpha-2 code",
                where=f"agency {agency.id}, country {agency.country!r}",
                remedy='write two capitals, such as "US", or "" for an international body',
            )
        for older in agency.successor_of:
            if older == agency.id or agency.id in self.predecessors(older):
                raise BadRegistry(
                    "an agency succeeds itself",
                    where=f"agency {agency.id}, successor of {older}",
                    remedy="name only agencies that it has replaced",
                )
            predecessor = self._agency.get(older)
            if predecessor is not None and predecessor.active:
                raise BadRegistry(
                    "an agency that is still active has a successor",
                    where=f"agency {agency.id}, successor of {older}",
                    remedy=f"register {older} as not active, or drop the succession",
                )

    def _check_member(self, group: Group, member: str) -> None:
        kind, _, named = member.partition(":")
        if kind == "group":
            raise BadRegistry(
                "a group cannot have a group in it",
                where=f"group {group.id}, member {member}",
                remedy="name the agencies and viewers of that group themselves",
            )
        known = {"agency": self._agency, "viewer": self._viewer}.get(kind, {})
        if named not in known:
            raise BadRegistry(
                "a group's member is neither a registered agency nor a registered viewer",
                where=f"group {group.id}, member {member}",
                remedy="write it as agency:ID or viewer:ID, and register it first",
            )


def _with_keys_of(older: Viewer | None, viewer: Viewer) -> Viewer:
    """The viewer with the keys of the record that it replaces; a key of both stands as in the newer one, but that
    neither its end nor its revocation is taken back or moved to a later time.
    """
    if older is None or older.keys == viewer.keys:
        return viewer
    kept = tuple(_ended(each, viewer.key(each.key) or each) for each in older.keys)
    return msgspec.structs.replace(viewer, keys=(*kept, *(each for each in viewer.keys if older.key(each.key) is None)))


def _ended(older: Key, newer: Key) -> Key:
    ends = {
        name: min((at for key in (older, newer) if (at := getattr(key, name)) is not None), default=None)
        for name in ("until", "revoked")
    }
    return msgspec.structs.replace(newer, since=older.since, **ends)


def _check_keys(viewers: Iterable[Viewer]) -> None:
    owners: set[str] = set()
    for viewer in viewers:
        for each in viewer.keys:
            where = f"viewer {viewer.id}, key {each.key[:16]}…"
            if not _KEY.fullmatch(each.key):
                raise BadRegistry(
                    "a key is malformed", where=where, remedy="write its 32 bytes as 64 small hexadecimal digits"
                )
            if each.key in owners:
                raise BadRegistry(
                    "a key is registered twice", where=where, remedy="each viewer makes a key of their own"
                )
            owners.add(each.key)
            times = (each.since, each.until, each.revoked)
            if any(at is not None and at.tzinfo is None for at in times):
                raise BadRegistry("a key's time has no time zone", where=where, remedy="give it in UTC")


def _by_id(records: Iterable[_R]) -> dict[str, _R]:
    return {record.id: record for record in records}


def _check_ids(what: str, records: Iterable[Record]) -> None:
    for record_id, times in Counter(record.id for record in records).items():
        if times > 1:
            raise BadRegistry("an id is used twice", where=f"{what} {record_id}", remedy="give each one of its own")
        if not _ID.fullmatch(record_id):
            raise BadRegistry(
                "an id is malformed",
                where=f"{what} {record_id!r}",
                remedy="use small letters, digits and . @ _ + - only, beginning with a letter or digit",
            )
