"""Lists of the wallets that OFAC has designated: each address of each list becomes one detection.

The lists are files `sanctioned_addresses_<CURRENCY>.txt`, one address a line, without names, numbers or dates. They
say no more than: this wallet is among the designated ones. Why that is a detection, and not a case:

- A *case* is the index card of a party under investigation. The lists name no party, and two cases are not linked
  with each other: who a listed wallet belongs to is just what the lead to OFAC's card of the party must tell.
- A *detection* is that something came to notice, and this is what the lists record: that the wallet had come to
  notice by the time of the edition. Nothing is claimed to have been seized or seen; it has no goods and no place.

The lists give no date of designation. `when` is the edition's: the context's vintage, a year, month or day; else the
year in which the file was last changed, which is when whoever submits it had it at the latest. The date thus says
"by then", and the report's text says so.

One address may stand in the lists of several currencies (tokens share Ethereum's addresses): each is a report, and
all bear the same selector. The key is currency and address, so that a new edition supersedes the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cutset.ingest import dates
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, SelectorKind
from cutset.model.report import Detection, Kind, Precision, Report, Source, When

DATASET = "ofac-crypto"
LONGEST_ADDRESS = 130
"""Characters. Monero's integrated addresses have 106, Zcash's and Cardano's reach some 120."""

_FILE_NAME = re.compile(r"sanctioned_addresses_([A-Za-z0-9]+)\.txt(?:\.\w+)?")


class OfacCrypto:
    """The reader of lists of designated wallets."""

    name = DATASET
    title = "wallets designated by OFAC"
    keyed = True
    public = True

    def scope(self, report: Report) -> str:
        """The currency: one list says nothing of the wallets in the others."""
        return report.source.record.partition(":")[0]

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """A detection for each address, file after file by name; `path` is the folder, or one of its files."""
        if context.kind not in {None, Kind.DETECTION}:
            raise BadFile(f"listed wallets are detections, not {context.kind}", remedy="leave the kind out")
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        lists = [(file, named[1].upper()) for file in files if (named := _FILE_NAME.fullmatch(file.name))]
        if not lists:
            remedy = "name the folder that holds sanctioned_addresses_XBT.txt and its like"
            raise BadFile("there is no list of wallets here", where=path.name, remedy=remedy)
        for file, currency in lists:
            yield from _read(file, currency, _when(file, context), context)


def _read(file: Path, currency: str, when: When, context: Context) -> Iterator[Draft | Reject]:
    first: dict[str, int] = {}
    with open_text(file) as text:
        for written in text:
            line, address = text.line, written.strip()
            reason = text.faults.get(line, "")
            if not address and not reason:
                continue
            if address in first:
                reason = f"stands on line {first[address]} already"
            elif len(address) > LONGEST_ADDRESS or not address.isalnum():
                reason = reason or "is not one address, of letters and digits"
            if reason:
                value = address[:200]
                yield Reject(file=text.name, line=line, column="", value=value, reason=reason, row=(value,))
                continue
            first[address] = line
            yield Draft(report=_report(address, currency, when, context), file=text.name, line=line)


def _report(address: str, currency: str, when: When, context: Context) -> Report:
    wallet = selector.read(SelectorKind.WALLET, address, issuer=currency)
    return Report(
        marking=context.marking,
        source=Source(dataset=DATASET, record=f"{currency}:{address}", made=context.made),
        content=Detection(when=when),
        text=f"Among the {currency} wallets designated by OFAC. The list gives no date; it was designated by this one.",
        mentions=(Mention(kind=MentionKind.WALLET, selectors=(wallet,)),),
    )


def _when(file: Path, context: Context) -> When:
    """The edition's date. Raises `BadFile` for a vintage that is no date, or lies in the future."""
    if not context.vintage:
        changed = min(datetime.fromtimestamp(file.stat().st_mtime, UTC), context.now)
        return When(at=datetime(changed.year, 1, 1, tzinfo=UTC), precision=Precision.YEAR)
    try:
        return dates.past(dates.read(context.vintage), context.now)
    except dates.BadDate as bad:
        remedy = "give the list's date as 2024, 2024-06 or 2024-06-30"
        raise BadFile(f"the list's vintage {bad.what}", where=context.vintage, remedy=remedy) from bad
