"""An edition of a keyed list against what stands: what it adds, changes, leaves as it was, and takes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from cutset.ingest.reader import Context, Draft, Reader
from cutset.ingest.standing import Key, Stand, Standing, key_of, said, vintage
from cutset.log.store import Log, Submission
from cutset.model.report import Outcome, Receipt, Report


class Tally:
    """Counts of records, for `Loaded`."""

    def __init__(self) -> None:
        names = ("added", "changed", "respelled", "unchanged", "removed", "missing", "restated")
        self.counts = dict.fromkeys(names, 0)

    def add(self, name: str, count: int = 1) -> None:
        """Counts `count` more of `name`."""
        self.counts[name] += count


class Edition:
    """One file of a keyed list.

    `sort` takes the drafts of a batch and gives those to submit; `accepted` is told of each receipt, `restatements`
    gives what must be stated again after the batch, and `withdrawals` what the edition takes back.
    """

    def __init__(self, log: Log, reader: Reader, context: Context, *, by: str, tally: Tally) -> None:
        self._standing = Standing(log, reader, context, by=by)
        self._by = by
        self._tally = tally
        self._seen: dict[tuple[str, str], int] = {}
        self._scopes: dict[tuple[str, str], str] = {}
        self._rejected: set[str] = set()
        self._whole = True
        self._unchanged_rows = 0
        self._to_restate: list[tuple[Stand, tuple[str, ...]]] = []
        self._to_withdraw: list[tuple[str, Report, str]] = []

    def sort(self, drafts: Sequence[Draft]) -> list[Draft]:
        """The drafts to submit, each superseding what it replaces.

        Those that say what already stands, as of a vintage no older than theirs, are left out. A newer edition that
        says the same is submitted: it is a statement of its own, without which an edition between the two that arrives
        last would be taken for the newest.
        """
        submitted = []
        for draft in drafts:
            report = self._numbered(draft.report)
            key = key_of(report)
            stand = self._standing.get(key)
            scope = self._standing.scope(report)
            self._scopes[key[0], scope] = max(self._scopes.get((key[0], scope), ""), vintage(report))
            if stand is not None and stand.beside:
                self._to_restate.append((stand, stand.beside))
            if stand is not None and _says_as_late(stand, report):
                self._unchanged_rows += draft.rows
                self._tally.add("unchanged")
            elif stand is None or stand.vintage > vintage(report):
                submitted.append(replace(draft, report=report))
            else:
                submitted.append(
                    replace(draft, report=replace(report, supersedes=tuple(sorted((stand.id, *stand.beside)))))
                )
        return submitted

    def unchanged_rows(self) -> int:
        """The rows of the last `sort` that say what already stands."""
        rows, self._unchanged_rows = self._unchanged_rows, 0
        return rows

    def accepted(self, report: Report, receipt: Receipt) -> None:
        """Takes in the receipt of a draft that `sort` gave."""
        key = key_of(report)
        stand, found = self._standing.get(key), self._standing.stand(receipt.id, report)
        if stand is not None and stand.vintage > found.vintage:
            if not receipt.held:
                self._to_restate.append((stand, (receipt.id,)))
            return
        gone = stand is None or stand.withdrawn
        if gone and self._standing.newest(key[0], found.scope) > found.vintage:
            # The newer edition has this scope and not this record: it was taken back, or stayed so.
            if not receipt.held:
                self._to_withdraw.append((receipt.id, report, self._standing.newest(key[0], found.scope)))
            return
        if not receipt.held:
            self._count(stand, found)
        self._standing.put(key, found)

    def restatements(self) -> list[Submission]:
        """What must be stated again, because an older edition's report would otherwise stand beside it."""
        if not self._to_restate and not self._to_withdraw:
            return []
        beside: dict[str, set[str]] = {}
        for stand, others in self._to_restate:
            beside.setdefault(stand.id, set()).update(others)
        reports = self._standing.fetch(beside)
        again = [replace(report, supersedes=tuple(sorted({id_, *beside[id_]}))) for id_, report in reports.items()]
        self._tally.add("restated", len(again))
        taken_back = [_withdrawn(id_, report, edition) for id_, report, edition in self._to_withdraw]
        self._tally.add("removed", len(taken_back))
        self._to_restate, self._to_withdraw = [], []
        return [Submission(report=report, by=self._by) for report in (*again, *taken_back)]

    def stated(self, report: Report, receipt: Receipt) -> None:
        """Takes in the receipt of a restatement or withdrawal."""
        self._standing.put(key_of(report), self._standing.stand(receipt.id, report))

    def rejected(self, record: str) -> None:
        """Takes in that a row was rejected: of a `record`, or of one that could not be told, which may be any."""
        if record:
            self._rejected.add(record)
        else:
            self._whole = False

    def withdrawals(self, *, whole: bool, size: int) -> Iterator[list[Submission]]:
        """The withdrawals of the records that stand in the edition's scopes and were not in it, `size` at a time.

        Where the edition was not read `whole`, or what was rejected may be them, they are only counted.
        """
        gone = [
            (key, stand, self._scopes[key[0], stand.scope])
            for dataset in dict.fromkeys(dataset for dataset, _ in self._scopes)
            for key, stand in self._standing.records(dataset)
            if self._is_gone(key, stand)
        ]
        sure = whole and self._whole
        taken_back = [each for each in gone if sure and each[0][1] not in self._rejected]
        self._tally.add("missing", len(gone) - len(taken_back))
        self._tally.add("removed", len(taken_back))
        for start in range(0, len(taken_back), size):
            chunk = taken_back[start : start + size]
            reports = self._standing.fetch(stand.id for _, stand, _ in chunk)
            yield [
                Submission(report=_withdrawn(stand.id, reports[stand.id], edition), by=self._by)
                for _, stand, edition in chunk
            ]

    def _is_gone(self, key: Key, stand: Stand) -> bool:
        dataset, record, occurrence = key
        edition = self._scopes.get((dataset, stand.scope))
        return (
            edition is not None
            and not stand.withdrawn
            and occurrence > self._seen.get((dataset, record), 0)
            and stand.vintage <= edition
        )

    def _numbered(self, report: Report) -> Report:
        """The second row of one record in a file is another occurrence of it."""
        of = (report.source.dataset, report.source.record)
        occurrence = self._seen[of] = self._seen.get(of, 0) + 1
        if occurrence == report.source.occurrence:
            return report
        return replace(report, source=replace(report.source, occurrence=occurrence))

    def _count(self, stand: Stand | None, found: Stand) -> None:
        if stand is None or stand.withdrawn:
            self._tally.add("added")
        elif stand.said == found.said:
            self._tally.add("unchanged")
        else:
            self._tally.add("changed")
            if stand.said.near(found.said):
                self._tally.add("respelled")


def _says_as_late(stand: Stand, report: Report) -> bool:
    """Whether what stands says the same, as of the report's own vintage, or of a later one but for noise."""
    if stand.withdrawn or stand.vintage < vintage(report):
        return False
    mine = said(report)
    return stand.said == mine if stand.vintage == vintage(report) else stand.said.near(mine)


def _withdrawn(id_: str, report: Report, edition: str) -> Report:
    content = report.content
    if isinstance(content, Outcome):
        content = replace(content, vintage=edition)
    return replace(report, content=content, supersedes=(id_,), withdrawn=True)
