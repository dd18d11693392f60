"""Packages: all that a viewer may see of an event or case, joined from evidence and links, written as a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.access.registry import Viewer
from cutset.access.rights import Rights
from cutset.access.roles import may_audit
from cutset.errors import CutsetError
from cutset.evidence import timestamp
from cutset.evidence.attachments import Attachments, folder_of
from cutset.evidence.index import EvidenceIndex
from cutset.evidence.package import discovery as of_discovery
from cutset.evidence.package import folder as of_folder
from cutset.evidence.package.contents import Contents, Joining, Linked, NotFollowed, Withheld
from cutset.evidence.package.gather import Changed, NoCase, gather, unchanged
from cutset.evidence.package.manifest import NAME, digest
from cutset.link import leads as of_leads
from cutset.link.desk.decisions import State
from cutset.link.desk.index import DeskIndex, decision
from cutset.link.desk.states import handled
from cutset.link.judgements import about, judgement
from cutset.link.lead import Joined, Lead, Reason
from cutset.link.pairs import pair
from cutset.log.database import chunks
from cutset.log.disputes import DisputeIndex, disputes
from cutset.log.filters import visible
from cutset.log.tables import log_report
from cutset.model.report import Kind, Struct
from cutset.node.core import INVESTIGATION, Core, viewer_id
from cutset.node.looks import looked

ATTEMPTS = 3
"""How often a package is made again where reports went while it was made."""


class Unsettled(CutsetError):
    """Reports were purged, or their markings narrowed, each time that the package was made."""


class Packed(Struct, frozen=True):
    """A package that was written: where, its marking, the SHA-256 of its manifest, and how much of each it holds.

    `reports` are those in it. `withheld` are named in it as withheld. `unnamed` are withheld too, and the maker may not
    tell the recipient of them: their originators are to be asked.
    """

    folder: str
    banner: str
    made: bool
    manifest: str
    exhibits: int
    findings: int
    links: int
    files: int
    disputed: int
    reports: tuple[str, ...]
    withheld: tuple[Withheld, ...] = ()
    unnamed: tuple[Withheld, ...] = ()


class Packages(Core):
    """Packages of cases for prosecutors, partners and courts."""

    @looked(members=("recipient",))
    def package(
        self,
        of: str,
        to: Path,
        *,
        viewer: Viewer | str,
        recipient: Viewer | str = "",
        discovery: bool = False,
        pdf: bool = True,
        purpose: str = INVESTIGATION,
    ) -> Packed:
        """Write the package of an event or case to the folder `to`, wholly or not at all.

        It holds what `viewer` may see; for a `recipient`, what both may. In `discovery` it holds too what was looked at
        and rejected, and names what is withheld from the recipient. Raises `NoCase`, `Replaced`, `Unwritable`,
        `Unsettled`, `BadTimestamp`, `NoTypesetter`.
        """
        maker = self.viewer(viewer_id(viewer))
        other = self.viewer(viewer_id(recipient)) if recipient else None
        authority = timestamp.configured()
        for _ in range(ATTEMPTS):
            try:
                contents, unnamed = self._contents(of, maker, other, discovery, purpose)
            except Changed:
                continue
            try:
                with of_folder.making(to) as folder:
                    of_folder.write(
                        folder,
                        contents,
                        self._files(),
                        proofs=self.log.inclusion if self._audits(maker, other) else None,
                        authority=authority,
                        with_pdf=pdf,
                    )
                    found = digest(folder / NAME)
                    # From here on a purge comes after the package.
                    if not unchanged(self.log, self._through(maker, other, purpose), contents):
                        raise _Gone
            except _Gone:
                continue
            except CutsetError:
                # A report that went has no proof and no file: only where all are there was it something else.
                if unchanged(self.log, self._through(maker, other, purpose), contents):
                    raise
                continue
            packed = _packed(to, contents, unnamed, found)
            if other is not None:
                self.looks.handed(packed.reports, by=maker, to=other, purpose=purpose)
            return packed
        raise Unsettled(
            "reports of this package were purged or narrowed while it was made", where=of, remedy="try again later"
        )

    def _contents(
        self, of: str, maker: Viewer, recipient: Viewer | None, discovery: bool, purpose: str
    ) -> tuple[Contents, tuple[Withheld, ...]]:
        at = self.clock()
        own = self.rights(maker, purpose)
        if recipient is None:
            return self._gathered(of, own, maker, "", discovery, at), ()
        theirs = self._gathered(of, self._through(maker, recipient, purpose), maker, recipient.id, discovery, at)
        if not discovery:
            return theirs, ()
        mine = self._gathered(of, own, maker, recipient.id, discovery, at)
        named, unnamed = of_discovery.withheld(mine, theirs, maker, recipient, self.log.registry())
        return replace(theirs, withheld=named), unnamed

    def _through(self, maker: Viewer, recipient: Viewer | None, purpose: str) -> Rights:
        """The rights that a package is made through: the recipient's, where the maker has them too."""
        own = self.rights(maker, purpose)
        if recipient is None:
            return own
        theirs = self.rights(recipient, purpose)
        return replace(theirs, visible=own.visible & theirs.visible)

    def _audits(self, maker: Viewer, recipient: Viewer | None) -> bool:
        registry = self.log.registry()
        return all(may_audit(each, registry) for each in (maker, recipient) if each is not None)

    def _files(self) -> Attachments | None:
        try:
            return Attachments(folder_of(self.url))
        except CutsetError:
            # A store on a server for which no folder was named has no files.
            return None

    def _gathered(
        self, of: str, rights: Rights, maker: Viewer, recipient: str, discovery: bool, at: datetime
    ) -> Contents:
        return gather(
            self.index(EvidenceIndex),
            self.log,
            rights,
            self._joining(of, rights, discovery),
            maker=maker.id,
            at=at,
            recipient=recipient,
            discovery=discovery,
            disputing=partial(disputes, self.index(DisputeIndex), rights),
        )

    def _joining(self, of: str, rights: Rights, discovery: bool) -> Joining:
        """What links say of the event or case."""
        entry = self.log.fetch([of], rights).get(of)
        if entry is None:
            raise NoCase(of)
        self.catch_up_links()
        is_case = entry.report.kind is Kind.CASE
        leads = of_leads.leads(self.link, rights, case=of if is_case else None, event=None if is_case else of)
        done = handled(self.index(DeskIndex), rights, leads)
        linked = [_linked(each, done[each.id].standing.state, done[each.id].standing.conflict) for each in leads]
        standing = [each for each in linked if each.state != State.REJECTED or each.conflict]
        rejected = [each for each in linked if each.state == State.REJECTED and not each.conflict]
        events = sorted({each.event for each in standing}) if is_case else [of]
        joining = Joining(of=of, events=tuple(events), links=tuple(standing))
        if not discovery:
            return joining
        named = {of, *events, *(id for each in linked for id in (each.event, each.other))}
        judged = self._judged(rights, named)
        return replace(
            joining,
            rejected=tuple(rejected),
            judgements=tuple(judged),
            not_followed=tuple(self._not_followed(rights, sorted(named))),
        )

    def _not_followed(self, rights: Rights, reports: Sequence[str]) -> list[NotFollowed]:
        return [
            NotFollowed(report=report, what=each.what, why=f"{each.why}: {each.number:,}, and {each.limit:,} may be")
            for report in reports
            for each in of_leads.passed_over(self.link, rights, report)
        ]

    def _judged(self, rights: Rights, reports: Iterable[str]) -> list[str]:
        """The ids of all judgements on these reports or their mentions, and of the reports that they judge."""
        desk = self.index(DeskIndex)
        found: set[str] = set()
        ends = log_report.alias()
        with desk.engine.connect() as connection:
            for chunk in chunks(sorted(reports)):
                for query in (
                    sa.select(decision.c.id).where(
                        decision.c.first.in_(chunk) | decision.c.second.in_(chunk),
                        visible(decision.c.marking_id, rights),
                    ),
                    sa.select(judgement.c.id)
                    .join(about, about.c.seq == judgement.c.seq)
                    .where(about.c.report.in_(chunk), visible(judgement.c.marking_id, rights)),
                    sa.select(judgement.c.id)
                    .join(pair, pair.c.seq == judgement.c.seq)
                    .join(ends, (ends.c.seq == pair.c.left_seq) | (ends.c.seq == pair.c.right_seq))
                    .where(ends.c.id.in_(chunk), visible(judgement.c.marking_id, rights)),
                ):
                    found.update(connection.scalars(query))
        return sorted(found)


class _Gone(Exception):
    """A report of the package is there no more."""


def _linked(lead: Lead, state: State, conflict: bool) -> Linked:
    reasons = [_reason(each) for each in lead.reasons] + [_joined(each) for each in lead.joined]
    reports = [lead.event, lead.other, *(id for each in lead.joined for id in _rests_on(each))]
    if lead.path is not None:
        path = lead.path
        reasons += [_shared(path.first.shared), f"Through {path.through} ({path.tie}).", _shared(path.second.shared)]
        reports.append(path.through)
        for step in (path.first, path.second):
            if isinstance(step.shared, Joined):
                reports += _rests_on(step.shared)
    return Linked(
        id=lead.id,
        event=lead.event,
        other=lead.other,
        score=lead.score,
        reasons=tuple(reasons),
        reports=tuple(dict.fromkeys(reports)),
        state=str(state),
        banner=lead.banner,
        conflict=conflict,
    )


def _rests_on(joined: Joined) -> list[str]:
    return [*joined.judgements, *(each.partition("#")[0] for each in joined.way)]


def _shared(shared: Reason | Joined) -> str:
    return _reason(shared) if isinstance(shared, Reason) else _joined(shared)


def _reason(reason: Reason) -> str:
    return f"Both name the {reason.kind} {reason.value}."


def _joined(joined: Joined) -> str:
    return f"Judged to be one: {', '.join(joined.way)}."


def _packed(to: Path, contents: Contents, unnamed: tuple[Withheld, ...], manifest: str) -> Packed:
    return Packed(
        folder=str(to),
        banner=contents.banner,
        made=contents.made,
        manifest=manifest,
        exhibits=len(contents.chains),
        findings=sum(len(each.findings) for each in contents.chains),
        links=len(contents.links),
        files=len(contents.files),
        disputed=len({each.report for each in contents.disputes}),
        reports=tuple(each.id for each in contents.reports),
        withheld=contents.withheld,
        unnamed=unnamed,
    )
