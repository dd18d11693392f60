"""What a node does with evidence: exhibits, custody, laboratory, files. In at the top, out through rights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.evidence import custody as of_custody
from cutset.evidence import entering, laboratory, reading, signing
from cutset.evidence import files as of_files
from cutset.evidence.attachments import Attachments, NoAttachment, folder_of
from cutset.evidence.custody import Chain, Exhibit
from cutset.evidence.findings import Finding
from cutset.evidence.index import EvidenceIndex, files_of
from cutset.evidence.laboratory import EXAMINE, Held, Request, Result
from cutset.evidence.naming import agency_of, checked, merged_names
from cutset.evidence.senders import Senders
from cutset.link import leads as of_leads
from cutset.model.exhibit import Act, Attachment, Collected, SealState
from cutset.model.marking import Marking
from cutset.model.report import Custody, Entry, Kind, Receipt, Report, When, Where
from cutset.node.core import Core, Refused, viewer_id
from cutset.node.looks import looked, tried


class Unkept(Refused):
    """A report names a file that is not beside the store, or that is not for its submitter to name."""


class Evidence(Core):
    """Exhibits and their custody."""

    @property
    def attachments(self) -> Attachments:
        """The folder of files beside the store."""
        return Attachments(folder_of(self.url))

    def _evidence(self) -> EvidenceIndex:
        return self.index(EvidenceIndex)

    # ---- in -------------------------------------------------------------------------------------------------------

    @tried
    def submit(self, report: Report, *, by: Viewer | str) -> Receipt:
        """As every submission; of the files that it names the viewer sent the bytes, or may fetch them already.

        Raises `Refused`, and its `Unkept` for a file that is not there: one of which only the digest is known is not.
        """
        self.nameable(files_of(report.content), by)
        return super().submit(report, by=by)

    def nameable(self, files: Sequence[Attachment], by: Viewer | str) -> None:
        """Raises `Unkept` where the viewer may not name one of the files in a report."""
        if not files:
            return
        sent = self.sent_files([each.sha256 for each in files], by=by)
        for each in files:
            if each.sha256 in sent:
                continue
            if not (self.attachments.holds(each.sha256) and of_files.may_fetch(
                self._evidence(), self.rights(by), each.sha256
            )):  # fmt: skip
                raise Unkept(
                    f"the file {each.name or each.sha256} is not there",
                    where=each.sha256,
                    remedy="attach it again: the same bytes have the same hash",
                )

    @tried
    def sent_files(self, hashes: Sequence[str], *, by: Viewer | str) -> frozenset[str]:
        """Those of the files, by their SHA-256, that this viewer sent and that are beside the store."""
        sent = Senders(self.url).sent_by(viewer_id(by), hashes)
        return frozenset(each for each in sent if self.attachments.holds(each))

    @tried
    def act(
        self,
        exhibit: str,
        done: Act,
        *,
        by: Viewer | str,
        key: Path | None = None,
        when: When | None = None,
        where: Where = entering.NOWHERE,
        purpose: str = "",
        seal: str = "",
        seal_state: SealState | None = None,
        files: Iterable[Path] = (),
        marking: Marking | None = None,
    ) -> Receipt:
        """Enter what a holder did to an exhibit (collected, sealed, split, …), signed with the key in the file `key`.

        Without `when` it is now; without `key` it is unsigned, and found to be. `marking` is by default that of what is
        known of the exhibit, or of the event that it was collected at. Raises `BadKey`, `BadName`, `Refused`.
        """
        viewer = self.viewer(viewer_id(by))
        content = entering.act(
            exhibit,
            done,
            viewer=viewer,
            when=when or When(at=self.clock()),
            where=where,
            purpose=purpose,
            seal=seal,
            seal_state=seal_state,
            files=self._kept(paths := list(files), viewer),
        )
        return self._enter(content, viewer, key, marking, paths)

    @tried
    def offer(
        self,
        exhibit: str,
        to: str,
        *,
        by: Viewer | str,
        key: Path | None = None,
        when: When | None = None,
        where: Where = entering.NOWHERE,
        purpose: str = "",
        seal: str = "",
        seal_state: SealState | None = None,
        files: Iterable[Path] = (),
        marking: Marking | None = None,
    ) -> Receipt:
        """Pass an exhibit on to the viewer `to`, whose agency may then see this report. The receiver must `accept`."""
        viewer = self.viewer(viewer_id(by))
        content = entering.transfer(
            exhibit,
            giver=viewer,
            receiver=to,
            when=when or When(at=self.clock()),
            where=where,
            purpose=purpose,
            seal=seal,
            seal_state=seal_state,
            files=self._kept(paths := list(files), viewer),
        )
        return self._enter(content, viewer, key, marking, paths)

    @tried
    def accept(
        self,
        offer: str | Custody,
        *,
        by: Viewer | str,
        key: Path,
        at: datetime | None = None,
        seal_state: SealState | None = None,
        remark: str = "",
        marking: Marking | None = None,
    ) -> Receipt:
        """Sign what another stated: take an exhibit that was offered, or witness an act.

        `offer` is the id of the report of it, or the statement itself as it was handed over, signed by its giver, where
        there was no connection. `seal_state` is how the seal was found. Raises `NotYours`, `BadKey`, `Refused`.
        """
        viewer = self.viewer(viewer_id(by))
        content = offer if isinstance(offer, Custody) else self._stated(offer, viewer)
        return self._enter(content, viewer, key, marking, [], at=at, seal_state=seal_state, remark=remark)

    @tried
    def request_examination(
        self,
        exhibits: Sequence[str],
        laboratory: str,
        *,
        by: Viewer | str,
        order: str = EXAMINE,
        marking: Marking | None = None,
    ) -> Receipt:
        """Ask a laboratory (an agency's id, or a name) to examine exhibits."""
        viewer = self.viewer(viewer_id(by))
        when = When(at=self.clock())
        content = entering.request(exhibits, laboratory=laboratory, viewer=viewer, order=order, when=when)
        entries = self._told_of(content.about, viewer)
        found = marking or entering.marking_for(viewer, entries, [laboratory], self.log.registry())
        made = any(each.report.source.made for each in entries)
        return self.submit(entering.report(content, found, made=made), by=viewer)

    def _enter(
        self,
        content: Custody,
        viewer: Viewer,
        key: Path | None,
        marking: Marking | None,
        files: Sequence[Path],
        *,
        at: datetime | None = None,
        seal_state: SealState | None = None,
        remark: str = "",
    ) -> Receipt:
        registry = self.log.registry()
        role = entering.role_of(content, viewer.id)
        if key is not None:
            private = signing.read_key(key)
            signing.owned(private, viewer.id, registry, self.clock)
            at = at or self.clock()
            content = signing.sign(
                content, private, role=role, by=viewer.id, at=at, seal_state=seal_state, remark=remark
            )
        entries = self._told_of((content.exhibit, *merged_names(content.exhibit, content.act)), viewer)
        if isinstance(content.act, Collected) and content.act.event:
            entries += self.log.fetch([content.act.event], self.rights(viewer)).values()
        # Whose exhibit it is goes on seeing where it is.
        readers = (content.giver, content.receiver, agency_of(content.exhibit))
        found = marking or entering.marking_for(viewer, entries, readers, registry)
        receipt = self.submit(
            entering.report(content, found, made=any(each.report.source.made for each in entries)), by=viewer
        )
        # A purge of another process may have found these files named by nobody, before this report was.
        if not all(self.attachments.holds(each.sha256) for each in content.files):
            self._kept(files, viewer)
        return receipt

    def _kept(self, paths: Iterable[Path], viewer: Viewer) -> tuple[Attachment, ...]:
        kept = tuple(self.attachments.put(each) for each in paths)
        self._note(viewer, [each.sha256 for each in kept])
        return kept

    def _note(self, viewer: Viewer, hashes: Iterable[str]) -> None:
        Senders(self.url).note(viewer.id, hashes, self.clock())

    def _stated(self, offer: str, viewer: Viewer) -> Custody:
        entry = self.log.fetch([offer], self.rights(viewer)).get(offer)
        if entry is None or not isinstance(entry.report.content, Custody):
            raise CutsetError("there is no such act or transfer", where=offer, remedy="name it by its report's id")
        # What it calls by a bare number is its originator's: the statement stays as it was signed.
        return entry.report.content

    def _told_of(self, exhibits: Iterable[str], viewer: Viewer) -> list[Entry]:
        gathered = reading.gather(self._evidence(), self.log, self.rights(viewer), exhibits)
        return [*gathered.custody]

    # ---- out ------------------------------------------------------------------------------------------------------

    @looked()
    def exhibits(
        self,
        of: str | None = None,
        *,
        viewer: Viewer | str,
        limit: int | None = None,
        after: str = "",
    ) -> list[Exhibit]:
        """Exhibits by name: all, or those `of` one event or case, by its report's id."""
        rights = self.rights(viewer)
        events = None if of is None else self._events(of, viewer)
        return of_custody.exhibits(self._evidence(), self.log, rights, events=events, limit=limit, after=after)

    @looked()
    def custody(self, exhibit: str, *, viewer: Viewer | str) -> Chain:
        """The chain of custody of an exhibit. Raises `NoExhibit`."""
        name = checked(exhibit, self.viewer(viewer_id(viewer)).agency)
        return of_custody.custody(self._evidence(), self.log, self.rights(viewer), name)

    @looked()
    def check_custody(self, of: str | None = None, *, viewer: Viewer | str) -> list[Finding]:
        """What is wrong with the chains of all exhibits, or those `of` one event or case."""
        events = None if of is None else self._events(of, viewer)
        return of_custody.check(self._evidence(), self.log, self.rights(viewer), events=events)

    @looked()
    def results(self, exhibits: Sequence[str] | None = None, *, viewer: Viewer | str) -> list[Result]:
        """Laboratory results, all or those of some exhibits."""
        return laboratory.results(self._evidence(), self.log, self.rights(viewer), exhibits=exhibits)

    @looked()
    def requests(self, exhibits: Sequence[str] | None = None, *, viewer: Viewer | str) -> list[Request]:
        """Orders to examine exhibits, and what answers them."""
        return laboratory.requests(self._evidence(), self.log, self.rights(viewer), exhibits=exhibits)

    @looked()
    def accreditations(self, *, viewer: Viewer | str) -> list[Held]:
        """The accreditations of laboratories that are in force or were."""
        return laboratory.accreditations(self._evidence(), self.log, self.rights(viewer))

    @looked()
    def attachment(self, sha256: str, to: Path, *, viewer: Viewer | str) -> int:
        """Write the file of this hash to `to`, verified; its size. Raises `NoAttachment`, `DamagedAttachment`.

        It may be fetched only by who may see a report that names it; all others are told that there is none.
        """
        if not of_files.may_fetch(self._evidence(), self.rights(viewer), sha256):
            raise NoAttachment(sha256)
        return self.attachments.fetch(sha256, to)

    def _events(self, of: str, viewer: Viewer | str) -> list[str]:
        """The events of a case, by the leads that the viewer may see; an event is its own."""
        rights = self.rights(viewer)
        entry = self.log.fetch([of], rights).get(of)
        if entry is None or entry.report.kind is not Kind.CASE:
            return [of]
        self.catch_up_links()
        return sorted({each.event for each in of_leads.leads(self.link, rights, case=of)})

    # ---- forgetting -----------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """As every view; and the files that only purged reports named are deleted."""
        super().forget()
        try:
            attachments = self.attachments
        except CutsetError:
            return  # A store without a folder for files has none.
        if attachments.folder.is_dir():
            index = self._evidence()
            of_files.forget(index, attachments, of_files.orphans(index, attachments))
            attachments.sweep(self.clock())
            Senders(self.url).forget(attachments.hashes())
