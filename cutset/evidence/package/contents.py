"""What a package holds, as plain data: the folder, the PDF and the CASE/UCO graph are three ways to write it down."""

from __future__ import annotations

from datetime import datetime

from cutset.evidence.custody import Chain
from cutset.evidence.laboratory import Held, Request, Result
from cutset.model.exhibit import Attachment
from cutset.model.report import Entry, Kind, Report, Struct, When


class Linked(Struct, frozen=True):
    """A link between two reports and why it is there, in sentences.

    `score` is a probability, `reports` are all that the link rests on, `state` is what people decided of it (`new`,
    `accepted`, `rejected`, `in contact`), `conflict` whether they disagree.
    """

    id: str
    event: str
    other: str
    score: float
    reasons: tuple[str, ...]
    reports: tuple[str, ...]
    state: str
    banner: str
    conflict: bool = False


class NotFollowed(Struct, frozen=True):
    """What was not followed in looking for links of a report, and why."""

    report: str
    what: str
    why: str


class Joining(Struct, frozen=True):
    """What the views of links say of an event or case, computed through the rights that the package is made through.

    `events` are those of the case, an event being its own; `reports` other reports to be told of. `rejected` links,
    `judgements` (report ids) and what was `not_followed` are there for discovery alone.
    """

    of: str
    events: tuple[str, ...]
    links: tuple[Linked, ...] = ()
    rejected: tuple[Linked, ...] = ()
    judgements: tuple[str, ...] = ()
    not_followed: tuple[NotFollowed, ...] = ()


class Shown(Struct, frozen=True):
    """A report with the portions that the viewer may see. `banner` is the join of its markings and its portions'."""

    id: str
    kind: Kind
    originator: str
    submitted_at: datetime
    by: str
    banner: str
    report: Report
    superseded: bool = False


class Moment(Struct, frozen=True):
    """Something on the timeline: when it happened, what it was, and the reports that say so.

    `entered` is true where nobody says when it happened, and `when` is the time of its entering.
    """

    when: When
    what: str
    reports: tuple[str, ...]
    exhibit: str = ""
    entered: bool = False


class Disputed(Struct, frozen=True):
    """A report that the person concerned disputes, and the report that says so: its id, whose it is, since when."""

    report: str
    by: str
    originator: str
    submitted_at: datetime


class Withheld(Struct, frozen=True):
    """A report, or the portion of that number (from 1), that the recipient may not see, and each rule that says so."""

    report: str
    kind: Kind
    originator: str
    banner: str
    rules: tuple[str, ...]
    portion: int = 0


class Contents(Struct, frozen=True):
    """All of a package. `banner` is the join of the markings of everything in it, `made` if any of it is made data.

    `maker` made it at `at`, for `recipient` ("" for themselves), for `purpose`. `entries` are the reports as they were
    read, by which it is checked at the end that none of them has gone since.
    """

    of: str
    kind: Kind
    title: str
    maker: str
    recipient: str
    purpose: str
    at: datetime
    banner: str
    made: bool
    discovery: bool
    timeline: tuple[Moment, ...]
    chains: tuple[Chain, ...]
    reports: tuple[Shown, ...]
    results: tuple[Result, ...]
    requests: tuple[Request, ...]
    accreditations: tuple[Held, ...]
    links: tuple[Linked, ...]
    rejected: tuple[Linked, ...]
    not_followed: tuple[NotFollowed, ...]
    files: tuple[Attachment, ...]
    entries: dict[str, Entry]
    disputes: tuple[Disputed, ...] = ()
    withheld: tuple[Withheld, ...] = ()
