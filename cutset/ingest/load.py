"""Loads a file into the log: reads it by a reader, appends its reports in batches, and accounts for every row.

`read == accepted + repeated + rejected`, always, in source rows. A row is *repeated* where the agency's own log
already says just that. A bad row goes to the rejects file and the rest goes on. A file that breaks off gives what
stood before the break, one reject for the break, and `Loaded.broken`; the caller says so and fails.

A keyed list's later version supersedes its earlier (ADR 0001). A later edition's record that says the same as before
is accepted as well: each edition is a statement of its own. Records that are no longer there are withdrawn, but
only within the scopes that the file has, only if it was read to its end, and only those that no rejected row may be:
a row of which not even the key could be read may be any. An older edition that arrives after a newer one goes in as
history, and the newer record is stated again, superseding both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from cutset.errors import CutsetError
from cutset.ingest.edition import Edition, Tally
from cutset.ingest.reader import Context, Draft, Reader, Reject
from cutset.ingest.rejects import Rejects
from cutset.ingest.source import BadFile
from cutset.log.cycles import no_cycles
from cutset.log.store import Held, Log, Refusal, Submission
from cutset.model.report import Receipt, Struct

BATCH = 5000
"""Drafts that are appended, and made durable, together."""

Progress = Callable[[int], None]
"""Is told, after each batch, how many rows have been read."""

OnBatch = Callable[[Sequence[Held]], Any]
"""Is given the reports that each batch newly put into the log, in the log's order."""


class Loaded(Struct, frozen=True):
    """What came of loading a file, in source rows: `read` = `accepted` + `repeated` + `rejected`.

    For a keyed list, in records: `added` to what stood, `changed`, `unchanged`, and `removed` (withdrawn). Of the
    changed, `respelled` differ by no more than the noise of their numbers. `missing` were not in the file and yet not
    withdrawn, because a rejected row may be of them or the file broke off. `restated` counts newer records stated
    again because an older edition arrived. `broken` says how the file broke off, "" where it was read to its end.
    """

    read: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    respelled: int = 0
    unchanged: int = 0
    removed: int = 0
    missing: int = 0
    restated: int = 0
    broken: str = ""
    rejects_file: str = ""


def load(
    log: Log,
    path: Path,
    reader: Reader,
    context: Context,
    *,
    by: str,
    progress: Progress | None = None,
    rejects: Path | None = None,
    on_batch: OnBatch | None = None,
) -> Loaded:
    """Loads the file or folder at `path` into `log`, submitted by the viewer `by`.

    Rejected rows go to `<file>.rejects.jsonl` beside it, or in the folder `rejects`. Raises `BadFile` where nothing
    of it can be read. Whatever else is raised, every batch that was appended before stays in the log.
    """
    told = Rejects(path, rejects)
    try:
        with no_cycles():
            loading = _Loading(log, reader, context, by=by, rejects=told, on_batch=on_batch)
            loading.run(reader.read(path, context), path.name, progress)
        return loading.loaded(told.close())
    except BaseException:
        told.abandon()
        raise


class _Loading:
    """One load: its counts, and what it does with drafts and rejects."""

    def __init__(
        self, log: Log, reader: Reader, context: Context, *, by: str, rejects: Rejects, on_batch: OnBatch | None
    ) -> None:
        self._log = log
        self._by = by
        self._rejects = rejects
        self._on_batch = on_batch
        self._counts = {"read": 0, "accepted": 0, "repeated": 0, "rejected": 0}
        self._broken = ""
        self._tally = Tally()
        self._edition = Edition(log, reader, context, by=by, tally=self._tally) if reader.keyed else None

    def run(self, found: Iterator[Draft | Reject], name: str, progress: Progress | None) -> None:
        """Reads all that is `found`."""
        while True:
            batch: list[Draft | Reject] = []
            try:
                # `extend` keeps what came before an error in the iterator
                batch.extend(islice(found, BATCH))
            except BadFile as error:
                if not batch and not self._counts["read"]:
                    raise
                self._take(batch)
                self._break_off(error, name)
                break
            if not batch:
                break
            self._take(batch)
            if progress:
                progress(self._counts["read"])
        if progress:
            progress(self._counts["read"])
        if self._edition:
            for submissions in self._edition.withdrawals(whole=not self._broken, size=BATCH):
                self._append_own(submissions)

    def loaded(self, rejects_file: str) -> Loaded:
        """The counts."""
        return Loaded(**self._counts, **self._tally.counts, broken=self._broken, rejects_file=rejects_file)

    def _take(self, batch: Sequence[Draft | Reject]) -> None:
        drafts = []
        for each in batch:
            if isinstance(each, Draft):
                drafts.append(each)
            else:
                self._reject(each)
        if self._edition:
            drafts = self._edition.sort(drafts)
            repeated = self._edition.unchanged_rows()
            self._counts["read"] += repeated
            self._counts["repeated"] += repeated
        self._submit(drafts)
        if self._edition:
            self._append_own(self._edition.restatements())

    def _submit(self, drafts: Sequence[Draft]) -> None:
        if not drafts:
            return
        answers = self._append(
            [Submission(report=each.report, by=self._by, file=each.file, line=each.line) for each in drafts]
        )
        for draft, answer in zip(drafts, answers, strict=True):
            if isinstance(answer, Refusal):
                reason = f"{answer.reason}. To mend it: {answer.remedy}" if answer.remedy else answer.reason
                record = draft.report.source.record
                refused = Reject(file=draft.file, line=draft.line, column="", value="", reason=reason, record=record)
                self._reject(refused, rows=draft.rows)
                continue
            self._counts["read"] += draft.rows
            self._counts["repeated" if answer.held else "accepted"] += draft.rows
            if self._edition:
                self._edition.accepted(draft.report, answer)

    def _append(self, submissions: Sequence[Submission]) -> list[Receipt | Refusal]:
        answers, held = self._log.append_held(submissions)
        if self._on_batch and held:
            self._on_batch(held)
        return answers

    def _append_own(self, submissions: Sequence[Submission]) -> None:
        """Appends what the loader itself states: it is not a row, and a refusal of it is an error."""
        if not submissions:
            return
        for submission, answer in zip(submissions, self._append(submissions), strict=True):
            if isinstance(answer, Refusal):
                raise CutsetError(answer.reason, where=submission.report.source.record, remedy=answer.remedy)
            if self._edition:
                self._edition.stated(submission.report, answer)

    def _reject(self, reject: Reject, rows: int = 1) -> None:
        self._rejects.write(reject)
        if self._edition:
            self._edition.rejected(reject.record)
        self._counts["read"] += rows
        self._counts["rejected"] += rows

    def _break_off(self, error: BadFile, name: str) -> None:
        self._broken = str(error)
        self._reject(Reject(file=name, line=error.line, column="", value="", reason=self._broken))
