"""Gathering: everything that a viewer may see of an event or case, from one reading of the views of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.evidence import laboratory
from cutset.evidence.custody import Chain, register
from cutset.evidence.index import EvidenceIndex, files_of
from cutset.evidence.laboratory import Held, Request, Result
from cutset.evidence.package.contents import Contents, Disputed, Joining, Linked, Shown
from cutset.evidence.package.timeline import timeline
from cutset.evidence.reading import names, with_earlier
from cutset.log.database import chunks
from cutset.log.disputes import Dispute
from cutset.log.filters import visible
from cutset.log.store import Log
from cutset.log.tables import log_report, log_supersession
from cutset.model.exhibit import Attachment
from cutset.model.marking import join
from cutset.model.report import Case, Entry

Disputing = Callable[[Iterable[str]], dict[str, tuple[Dispute, ...]]]
"""Tells what disputes each of some reports, where the viewer sees both."""


class NoCase(CutsetError):
    """There is no such event or case among what the viewer may see."""

    def __init__(self, of: str) -> None:
        super().__init__(
            "there is no such event or case", where=of, remedy="name it by its report's id, as `cutset leads` shows it"
        )


class Changed(CutsetError):
    """A report was purged, or its marking narrowed, between the readings that the package is made from."""


class Replaced(CutsetError):
    """The event or case was superseded by a later version."""


def gather(
    index: EvidenceIndex,
    log: Log,
    rights: Rights,
    joining: Joining,
    *,
    maker: str,
    at: datetime,
    recipient: str = "",
    discovery: bool = False,
    disputing: Disputing = lambda _: {},
) -> Contents:
    """The contents of the package; `disputing` is the view of disputes.

    Raises `NoCase`, in the same words where it is hidden; `Replaced`; `Changed`.
    """
    subject = log.fetch([joining.of], rights).get(joining.of)
    if subject is None:
        raise NoCase(joining.of)
    _refuse_replaced(index, rights, joining.of)
    exhibits = names(index, rights, events=with_earlier(index, log, rights, joining.events))
    found = register(index, log, rights, exhibits)
    chains = tuple(found.chain(each) for each in exhibits if each in found.ledger.states)
    results = laboratory.results(index, log, rights, exhibits=exhibits)
    requests = laboratory.requests(index, log, rights, exhibits=exhibits)
    by = {id for each in results for id in each.accredited_by}
    accreditations = [each for each in laboratory.accreditations(index, log, rights) if each.report in by]
    rejected = joining.rejected if discovery else ()
    told = _ids(joining, chains, results, requests, accreditations, (*joining.links, *rejected))
    entries = _read(log, rights, told, joining.judgements if discovery else ())
    if discovery:
        entries |= _earlier(log, rights, entries)
    disputes, disputing_them = _disputes(log, rights, entries, disputing)
    entries |= disputing_them
    replaced = _newer(index, rights, entries)
    return Contents(
        of=joining.of,
        kind=subject.report.kind,
        title=_title(subject),
        maker=maker,
        recipient=recipient,
        purpose=rights.purpose,
        at=at,
        banner=_banner(entries.values()),
        made=any(each.report.source.made for each in entries.values()),
        discovery=discovery,
        timeline=timeline(entries.values(), chains),
        chains=chains,
        reports=tuple(_shown(each, superseded=each.id in replaced) for each in _in_order(entries.values())),
        results=tuple(results),
        requests=tuple(requests),
        accreditations=tuple(accreditations),
        links=joining.links,
        rejected=rejected,
        not_followed=joining.not_followed if discovery else (),
        files=_files(entries.values()),
        entries=entries,
        disputes=disputes,
    )


def unchanged(log: Log, rights: Rights, contents: Contents) -> bool:
    """Whether every report of the package is still there for these rights, word for word: none purged or narrowed."""
    return log.fetch(contents.entries, rights) == contents.entries


def _ids(
    joining: Joining,
    chains: Sequence[Chain],
    results: Sequence[Result],
    requests: Sequence[Request],
    accreditations: Sequence[Held],
    links: Sequence[Linked],
) -> list[str]:
    """Every report that the package tells of."""

    def told() -> Iterator[str]:
        yield joining.of
        for link in links:
            yield from link.reports
        for chain in chains:
            yield from chain.exhibit.reports
            for finding in chain.findings:
                yield from finding.reports
        for result in results:
            yield result.report
        for request in requests:
            yield request.report
        for held in accreditations:
            yield held.report

    return list(dict.fromkeys(told()))


def _read(log: Log, rights: Rights, told: Sequence[str], besides: Sequence[str]) -> dict[str, Entry]:
    """The reports that were read already, and others besides. Raises `Changed` where one of the first is not there."""
    entries = log.fetch(dict.fromkeys((*told, *besides)), rights)
    if not entries.keys() >= set(told):
        raise Changed("reports were purged while they were read", remedy="try again")
    return entries


def _earlier(log: Log, rights: Rights, entries: dict[str, Entry]) -> dict[str, Entry]:
    """The versions of these reports that later ones replaced, however far back."""
    found: dict[str, Entry] = {}
    pending = entries
    while pending:
        older = {id for each in pending.values() for id in each.report.supersedes}
        pending = log.fetch(sorted(older - entries.keys() - found.keys()), rights)
        found |= pending
    return found


def _disputes(
    log: Log, rights: Rights, entries: dict[str, Entry], disputing: Disputing
) -> tuple[tuple[Disputed, ...], dict[str, Entry]]:
    """What disputes these reports, and what disputes that; with the reports that say so, which belong to it."""
    told: list[Disputed] = []
    found: dict[str, Entry] = {}
    pending = set(entries)
    while pending:
        by = {report: some for report, some in disputing(sorted(pending)).items() if some}
        ids = {each.id for some in by.values() for each in some}
        read = log.fetch(sorted(ids - entries.keys() - found.keys()), rights)
        found |= read
        for report, some in by.items():
            # One that was purged since it was told of is told of no more.
            there = [each for each in some if each.id in entries or each.id in found]
            told += [
                Disputed(report=report, by=each.id, originator=each.originator, submitted_at=each.submitted_at)
                for each in there
            ]
        pending = set(read)
    return tuple(sorted(told, key=lambda each: (each.report, each.by))), found


def _refuse_replaced(index: EvidenceIndex, rights: Rights, of: str) -> None:
    newer = _newer(index, rights, [of])
    if newer:
        raise Replaced("a later version replaced this report", where=of, remedy=f"ask for {newer[of]}")


def _newer(index: EvidenceIndex, rights: Rights, ids: Iterable[str]) -> dict[str, str]:
    """Of each of the reports that one which the viewer may see replaces: the id of that one."""
    old, new = log_report.alias(), log_report.alias()
    query = (
        sa.select(old.c.id, new.c.id)
        .join(log_supersession, log_supersession.c.old_seq == old.c.seq)
        .join(new, new.c.seq == log_supersession.c.new_seq)
        .where(visible(log_supersession.c.marking_id, rights))
        .order_by(new.c.seq)
    )
    found: dict[str, str] = {}
    with index.engine.connect() as connection:
        for chunk in chunks(sorted(ids)):
            found.update((before, after) for before, after in connection.execute(query.where(old.c.id.in_(chunk))))
    return found


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda each: (each.submitted_at, each.id))


def _shown(entry: Entry, *, superseded: bool) -> Shown:
    report = entry.report
    return Shown(
        id=entry.id,
        kind=report.kind,
        originator=report.originator,
        submitted_at=entry.submitted_at,
        by=entry.by,
        banner=_banner([entry]),
        report=report,
        superseded=superseded,
    )


def _banner(entries: Iterable[Entry]) -> str:
    markings = [
        marking
        for each in entries
        for marking in (each.report.marking, *(portion.marking for portion in each.report.portions))
    ]
    return join(*dict.fromkeys(markings)).banner


def _title(entry: Entry) -> str:
    content = entry.report.content
    if isinstance(content, Case):
        return " ".join(each for each in (f"Case {content.number}", content.title) if each)
    return f"{entry.report.kind.capitalize()} of {entry.report.originator}"


def _files(entries: Iterable[Entry]) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for entry in _in_order(entries):
        for each in files_of(entry.report.content):
            found.setdefault(each.sha256, each)
    return tuple(sorted(found.values(), key=lambda each: each.sha256))
