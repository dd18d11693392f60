"""What crosses the log's border: submissions and answers, reports as views read them, heads and findings."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cutset.model.report import Entry, Report


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A report to be taken in, who submits it (a viewer's id), and the file and line that it was read from."""

    report: Report
    by: str
    file: str = ""
    line: int | None = None


class Refusal(msgspec.Struct, frozen=True):
    """The log did not take this submission: why, in a sentence, and what the submitter can do."""

    reason: str
    remedy: str


class Held(msgspec.Struct, frozen=True):
    """A report as the log holds it, whole, with the ids of its marking and of its portions' markings, in their order.

    Between the leaf `after` and this one there is no report: an index that has come to `after`, or beyond, misses none.
    """

    entry: Entry
    marking_id: int
    portion_marking_ids: tuple[int, ...] = ()
    after: int = 0


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signed statement that the log `origin` had `size` leaves under `root` at a time.

    It is for auditors and witnesses: kept elsewhere, it shows later that nothing before it was changed or cut off.
    `previous` is the size of the head before it, `at` aware in UTC, `public_key` 32 bytes in hexadecimal. The
    signature is Ed25519 (RFC 8032) over what `heads.message` gives. In JSON, bytes are in base 64.
    """

    origin: str
    size: int
    previous: int
    at: datetime
    root: bytes
    signature: bytes
    public_key: str


class Problem(msgspec.Struct, frozen=True):
    """Something that a verification found wrong, and where."""

    what: str
    where: str


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found: `ok` where nothing is wrong; else `found` counts it, and the first are told.

    `reports` counts those whose bodies were checked, `purged` the tombstones, `leaves` both and the notices.
    """

    ok: bool
    leaves: int
    reports: int
    purged: int
    found: int = 0
    problems: tuple[Problem, ...] = ()
    head: Head | None = None
