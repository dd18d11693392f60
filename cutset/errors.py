"""The one family of errors that people read."""

from __future__ import annotations


class CutsetError(Exception):
    """An error that says what was wrong, where, and what to do about it.

    `what` is one sentence. `where` names the file, line, column or value. `remedy` says what the reader can do.

    >>> str(CutsetError("the header is not UNODC's", where="ids.csv, line 1", remedy="use `cutset ingest mapping`"))
    "the header is not UNODC's (ids.csv, line 1). To mend it: use `cutset ingest mapping`"
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        remedy = f". To mend it: {self.remedy}" if self.remedy else ""
        return f"{self.what}{where}{remedy}"
