"""Notices: the leaves that are not reports. They record what is done to the store itself, so that this shows too.

A notice is never purged: it must name nobody whom a report names. `by` is the viewer who asked for it, "" the operator.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from cutset.access.registry import Agency, Group, Viewer
from cutset.log.commitment import encode, notice_leaf
from cutset.model.marking import Marking


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="is"):
    """What every notice says: when, and by whom."""

    at: datetime
    by: str = ""


class Made(Notice, frozen=True, tag="made"):
    """The store was made: the first leaf. It vouches for the rows of `log_meta`."""

    format: int
    origin: str
    public_key: str


class Registered(Notice, frozen=True, tag="registered"):
    """Agencies, viewers and groups were added, or put in the place of those of the same id; `reason` says why.

    With a reason, records that stay as they were may be named too: something beside the registry was done to them.
    """

    agencies: tuple[Agency, ...] = ()
    viewers: tuple[Viewer, ...] = ()
    groups: tuple[Group, ...] = ()
    reason: str = ""

    @property
    def records(self) -> tuple[Agency | Viewer | Group, ...]:
        """All of them, agencies first."""
        return (*self.agencies, *self.viewers, *self.groups)


class Marked(Notice, frozen=True, tag="marked"):
    """A marking was used for the first time, and got its id."""

    id: int
    marking: Marking


class Tombstone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stays of a purged report: its leaf and id, its marking's id, and the leaves that it superseded.

    These stay superseded: a purge brings nothing back to life.
    """

    seq: int
    id: str
    marking_id: int
    supersedes: tuple[int, ...]


class Purged(Notice, frozen=True, tag="purged"):
    """Reports were purged: what stays of each, in the order of their tombstones, and the reason given."""

    reason: str
    tombstones: tuple[Tombstone, ...]


class Looked(Notice, frozen=True, tag="looked"):
    """A viewer looked, or tried to: `by` whom, through which `view`, for what `purpose`; "" where nobody was known.

    `asked` says what was asked, as `cutset.node.looks` writes it: without a name, a selector or any other text in
    clear. `shown` counts what was shown. `reports` are the seqs of the reports that it showed, ascending, each as its
    distance from the one before: with them it can be told who has seen what. `failed` is the kind of the error that
    answered in place of the view.
    """

    view: str
    purpose: str = "investigation"
    asked: dict[str, str] = msgspec.field(default_factory=dict)
    shown: int = 0
    reports: tuple[int, ...] = ()
    failed: str = ""


class Renewed(Notice, frozen=True, tag="renewed"):
    """Reports were reviewed and are kept: `by` whom and why (28 CFR 23.20(h)). Their clocks begin anew."""

    reason: str
    reports: tuple[int, ...]


class Disseminated(Notice, frozen=True, tag="disseminated"):
    """Reports were given to somebody who is no viewer, or on another way than through a view.

    `to` is the agency or office that got them, `need` why it needed to know, `right` the authority by which it may.
    """

    reports: tuple[int, ...]
    to: str
    need: str
    right: str


AnyNotice = Made | Registered | Marked | Purged | Looked | Renewed | Disseminated

decode = msgspec.json.Decoder(AnyNotice).decode


class Sealed(NamedTuple):
    """A notice as it is stored: its tag, salt, canonical bytes and leaf hash."""

    what: str
    salt: bytes
    body: bytes
    leaf: bytes


def seal(notice: AnyNotice, salt: bytes) -> Sealed:
    """The notice with its bytes fixed under a salt."""
    body = encode(notice)
    return Sealed(what(notice), salt, body, notice_leaf(salt, body))


def what(notice: AnyNotice) -> str:
    """The tag that says what a notice is about."""
    tag = notice.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
