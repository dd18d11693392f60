"""Custody that was signed elsewhere: a viewer's private key stays on their own device, and its signature comes here."""

from __future__ import annotations

from typing import BinaryIO

from msgspec.structs import replace

from cutset.access.registry import Viewer
from cutset.errors import CutsetError
from cutset.evidence import entering, possible, signing
from cutset.evidence.arriving import Arriving
from cutset.evidence.custody import NoExhibit
from cutset.evidence.naming import agency_of, checked
from cutset.evidence.signing import BadKey
from cutset.log.reviews import NotSaid
from cutset.model.exhibit import Attachment
from cutset.model.report import Custody, Lab, Receipt, Report, Source
from cutset.node.core import viewer_id
from cutset.node.evidence import Evidence
from cutset.node.looks import tried


class NotSigned(CutsetError):
    """What was to be entered lacks the signature of who enters it, or that signature does not fit."""


class Custodian(Evidence):
    """Entering what viewers signed on their own devices, what laboratories found, and files."""

    @tried
    def enter_signed(self, content: Custody, *, by: Viewer | str) -> Receipt:
        """Enter an act or transfer whose last signature is `by`'s own, made over `cutset.evidence.signing.message`.

        Other signatures are entered with it, as an acceptance brings the giver's. The marking is as in `Evidence.act`.
        Raises `NotYours` where it does not name who enters it, `NotSigned`, `BadKey`, `Unkept`, `Refused`.
        """
        viewer = self.viewer(viewer_id(by))
        role = entering.role_of(content, viewer.id)
        last = content.signatures[-1] if content.signatures else None
        if last is None or last.by != viewer.id or last.role is not role:
            raise NotSigned("it is not signed by who enters it", where=content.exhibit, remedy="sign it, then enter it")
        why = signing.lapse(last, self.clock(), self.log.registry())
        if why:
            raise BadKey(
                f"{viewer.id} may not sign with this key" + (f": {why}" if why != "unknown" else ""),
                where=f"public key {last.key}",
                remedy="have an administrator register your key",
            )
        possible.refuse(possible.of_act(checked(content.exhibit, viewer.agency), content.act), content.exhibit)
        if not signing.authentic(content, last):
            raise NotSigned(
                "the signature does not fit what it is said to sign, and nothing was entered",
                where=f"public key {last.key}",
                remedy="sign exactly the text that was given to you, with the key of this public half",
            )
        receipt = self._enter(content, viewer, None, None, [])
        # A purge of another process may have found these files named by nobody, before this report was.
        self.nameable(content.files, viewer)
        return receipt

    @tried
    def enter_result(self, lab: Lab, *, by: Viewer | str) -> Receipt:
        """Enter what a laboratory of the viewer's agency found on an exhibit that the viewer may see.

        The marking is at least as strict as that of what is known of the exhibit; whose exhibit it is may see it.
        Raises `BadName`, `Impossible`, `NoExhibit`, `NotYours`, `Unkept`, `Refused`.
        """
        viewer = self.viewer(viewer_id(by))
        name = checked(lab.exhibit, viewer.agency)
        possible.refuse(possible.of_result(lab), f"{name}, {lab.number}")
        entries = self._told_of([name], viewer)
        if not entries:
            raise NoExhibit(name)
        if lab.request:
            asked = self.log.fetch([lab.request], self.rights(viewer)).get(lab.request)
            if asked is None:
                raise CutsetError("there is no such request", where=lab.request, remedy="name it by its report's id")
            entries.append(asked)
        marking = entering.marking_for(viewer, entries, [agency_of(name)], self.log.registry())
        made = any(each.report.source.made for each in entries)
        source = Source(dataset="laboratory results", record=f"{name}|{lab.number}", made=made)
        return self.submit(Report(marking=marking, source=source, content=replace(lab, exhibit=name)), by=viewer)

    @tried
    def withdraw_custody(self, report: str, *, reason: str, by: Viewer | str) -> Receipt:
        """Take back a report of custody of the viewer's own agency, as it happened otherwise; chains go without it.

        It stays in the log, and who withdrew it and why stands beside it. Raises `NotSaid`, `NotYours`.
        """
        viewer = self.viewer(viewer_id(by))
        entry = self.log.fetch([report], self.rights(viewer)).get(report)
        if entry is None:
            raise CutsetError("there is no such report", where=report, remedy="name it by its id")
        old = entry.report
        if not isinstance(old.content, Custody | Lab) or old.originator != viewer.agency:
            raise entering.NotYours(
                "only a report of custody, or a result, of your own agency is yours to withdraw",
                where=report,
                remedy="ask its originator to withdraw it",
            )
        if not reason.strip():
            raise NotSaid("a withdrawal says why", remedy="say what happened in its place")
        return self.submit(replace(old, supersedes=(report,), withdrawn=True, text=reason.strip()), by=viewer)

    @tried
    def keep_file(self, file: BinaryIO, *, name: str, media_type: str, what: str, by: Viewer | str) -> Attachment:
        """Keep a file beside the store, durably, under its SHA-256. Nobody may fetch it until a report names it.

        One that no report comes to name is deleted with the next purge. Raises `UnwritableFile`.
        """
        viewer = self.viewer(viewer_id(by))
        kept = self.attachments.put(file, name=name, media_type=media_type, what=what)
        self._note(viewer, [kept.sha256])
        return kept

    @tried
    def arrived(self, sha256: str, *, by: Viewer | str) -> int:
        """How many bytes of a file that the viewer sends in pieces are there; 0 too where it is kept already."""
        return Arriving(self.attachments, self.viewer(viewer_id(by)).id, sha256).size()

    @tried
    def take_piece(self, piece: bytes, *, sha256: str, at: int, size: int, by: Viewer | str) -> int:
        """Take in the bytes of a file from byte `at` on; how many of its `size` bytes are there then.

        When all are there, it is kept as by `keep_file`. Raises `Misplaced`, `Garbled`, `UnwritableFile`.
        """
        viewer = self.viewer(viewer_id(by))
        coming = Arriving(self.attachments, viewer.id, sha256)
        there = coming.add(piece, at)
        if there < size:
            return there
        there = coming.keep()
        self._note(viewer, [sha256])
        return there
