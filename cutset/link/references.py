"""References: how a judgement names one mention of one report.

    r-abc…#2             the mention number 2 (from 0) of the report proper
    r-abc…#k3xq7m2d.0    the first mention of the portion that is called k3xq7m2d

A portion is called by a hash of what it says, not by its place among the portions: a place would tell whoever may see
the third and not the first that there is a first.
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Iterator
from hashlib import sha256

from cutset.errors import CutsetError
from cutset.log.commitment import encode
from cutset.model.mention import Mention
from cutset.model.report import Portion, Report, Struct

# Numbers have one spelling, so that no mention has two names.
_FORM = re.compile(r"(?P<report>[^#\s]+)#(?:(?P<portion>[a-z2-7]{8})\.)?(?P<number>0|[1-9][0-9]{0,5})")


class BadReference(CutsetError):
    """What should name a mention has not the form of such a name."""

    def __init__(self, written: str) -> None:
        super().__init__(
            "this does not name a mention",
            where=written if len(written) <= 100 else written[:100] + "…",
            remedy="write the report's id, # and the mention's number from 0; views show both",
        )


class Reference(Struct, frozen=True):
    """One mention: its report's id, its portion's name ("" for the report proper), and its number there from 0."""

    report: str
    portion: str = ""
    number: int = 0

    def __str__(self) -> str:
        """The reference as it is written."""
        portion = f"{self.portion}." if self.portion else ""
        return f"{self.report}#{portion}{self.number}"


def read(written: str) -> Reference:
    """The mention that `written` names. Raises `BadReference`.

    >>> read("r-abc#2").number
    2
    >>> str(read("r-abc#k3xq7m2d.0"))
    'r-abc#k3xq7m2d.0'
    """
    found = _FORM.fullmatch(written)
    if found is None:
        raise BadReference(written)
    return Reference(report=found["report"], portion=found["portion"] or "", number=int(found["number"]))


def portion_name(report_id: str, portion: Portion) -> str:
    """What the portion is called in its report: 8 letters, a hash of the report's id and all that the portion says.

    Two portions of one report that say the same, marked the same, are one. The id keeps anyone from preparing lists.
    """
    digest = sha256(b"portion name\0" + report_id.encode() + b"\0" + encode(portion)).digest()
    return b32encode(digest[:5]).decode().lower()


def mentions(report_id: str, report: Report) -> Iterator[tuple[Reference, int, Mention]]:
    """Each mention of the report and of the portions that are given: its reference, its part, the mention.

    The part is 0 for the report proper and counts portions from 1; it orders, and is shown to nobody.
    """
    for number, mention in enumerate(report.mentions):
        yield Reference(report=report_id, number=number), 0, mention
    named: set[str] = set()
    for part, portion in enumerate(report.portions, start=1):
        name = portion_name(report_id, portion) if portion.mentions else ""
        if name in named:
            continue
        named.add(name)
        for number, mention in enumerate(portion.mentions):
            yield Reference(report=report_id, portion=name, number=number), part, mention
