"""What goes into the log, what comes back, and the check that nothing goes in which could not be read out again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any

import msgspec
from msgspec.structs import replace

from cutset.log import commitment
from cutset.log.commitment import SALT_BYTES, encode
from cutset.log.entries import Refusal, Submission
from cutset.model import retention
from cutset.model.marking import Marking, join
from cutset.model.report import Judgement, Portion, Report

MAX_BYTES = 16 << 20
"""The most that a report may have in its canonical form."""

_decode_report = msgspec.json.Decoder(Report).decode
_decode_portion = msgspec.json.Decoder(Portion).decode

# What JSON can say and a reader of the log could not use: NUL, decimals that are no number or that only an exponent can
# write, numbers beyond 64 bits, times with no zone. They only say where to look closer: free text may look alike.
_SUSPECT_DIGITS = re.compile(rb':"?-?\d{16}')
_SUSPECT_TIME = re.compile(rb'T[0-9:.]{5,}"')

_INTEGER_BOUND = 1 << 63
_DECIMAL_PLACES = 30

_MOST_BITS = 1000.0
"""A match weight beyond this, in bits, is none: floating point has no such odds."""

_NEAR = 1e-6
"""How far a score may be from what its comparisons add up to, for want of digits."""


class Prepared(msgspec.Struct):
    """A submission with its bytes, salt and commitments, all that can be done before its turn to be written."""

    report: Report
    by: str
    file: str
    line: int | None
    salt: bytes
    body: bytes
    portion_bodies: tuple[bytes, ...]
    id: str
    proper: bytes
    portions: bytes
    identity: bytes


def prepare(submission: Submission, salt: Callable[[], bytes]) -> Prepared | Refusal:
    """The submission made ready, or why it is refused whatever the log holds. It never raises for bad input."""
    try:
        report = submission.report
        portion_bodies = tuple([encode(portion) for portion in report.portions])
        body = encode(replace(report, portions=()) if portion_bodies else report)
        read = _read(body, portion_bodies)
        # What no UTF-8 can say raises here.
        submission.by.encode(), submission.file.encode()
    except Exception as error:  # noqa: BLE001 - whatever a caller hands in, the other submissions go on
        return Refusal(f"the report is malformed: {_words(error)}", "mend the field that is named, and submit it again")
    if isinstance(read, Refusal):
        return read
    flaw = (
        _flaw_of_source(submission)
        or _flaw(report, read, (body, *portion_bodies))
        or _flaw_of_portions(read)
        or _flaw_of_class(read)
        or _flaw_of_judgement(read)
    )
    if flaw is not None:
        return flaw
    drawn = salt()
    if len(drawn) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    proper = commitment.proper(drawn, body)
    return Prepared(
        report=read,
        by=submission.by,
        file=submission.file,
        line=submission.line,
        salt=drawn,
        body=body,
        portion_bodies=portion_bodies,
        id=commitment.report_id(proper),
        proper=proper,
        portions=commitment.portions(drawn, portion_bodies),
        identity=commitment.identity(read.marking.originator, body, portion_bodies),
    )


def read_report(body: bytes, portion_bodies: tuple[bytes, ...] | list[bytes] = ()) -> Report:
    """The report that the canonical bytes say, with those of its portions that are given."""
    report = _decode_report(body)
    if not portion_bodies:
        return report
    return replace(report, portions=tuple([_decode_portion(each) for each in portion_bodies]))


def laxer(portion: Marking, report: Marking) -> bool:
    """Whether somebody could see a portion marked so, and not the report that it is part of."""
    if portion.originator != report.originator:
        return True
    # A join lets nobody see what one of its parts hides. The class of retention does not say who may see.
    return replace(join(report, portion), retention=portion.retention) != portion


def _read(body: bytes, portion_bodies: tuple[bytes, ...]) -> Report | Refusal:
    if len(body) + sum(map(len, portion_bodies)) > MAX_BYTES:
        return Refusal(
            f"the report is larger than {MAX_BYTES >> 20} MiB",
            "split it, or leave out what belongs in an attachment",
        )
    return read_report(body, portion_bodies)


def _flaw_of_source(submission: Submission) -> Refusal | None:
    line = submission.line
    if not isinstance(submission.by, str) or not isinstance(submission.file, str) or "\x00" in submission.file:
        return Refusal("the submission's viewer and file are not text", "give a viewer's id and a file's name")
    if line is not None and (not isinstance(line, int) or abs(line) >= _INTEGER_BOUND):
        return Refusal("the submission's line is not a whole number", "count lines from 1")
    return None


def _flaw_of_portions(report: Report) -> Refusal | None:
    for portion in report.portions:
        if laxer(portion.marking, report.marking):
            return Refusal(
                "a portion's marking is laxer than its report's, or another originator's",
                "mark the portion at least as strictly as the report: join the two markings",
            )
    return None


def _flaw_of_class(report: Report) -> Refusal | None:
    found = retention.flaw(report)
    return Refusal(*found) if found else None


def _flaw_of_judgement(report: Report) -> Refusal | None:
    said = report.content
    if not isinstance(said, Judgement):
        return None
    if said.score is not None and not 0 <= said.score <= 1:
        return Refusal(
            f"a judgement's score is a probability, and {said.score} is none", "give one from 0 to 1, or none"
        )
    bits = list(said.features.values())
    if said.shown is not None:
        bits += [said.shown.prior_bits, *(each.bits for each in said.shown.comparisons)]
    if any(abs(each) > _MOST_BITS for each in bits):
        return Refusal(f"a match weight is beyond {_MOST_BITS:.0f} bits", "give the comparison's weight in bits")
    if said.shown is not None and (said.score is None or abs(said.score - said.shown.probability) > _NEAR):
        return Refusal(
            "a judgement's score is not what its comparisons add up to", "give the score that these were shown with"
        )
    return None


def _flaw(submitted: Report, read: Report, parts: tuple[bytes, ...]) -> Refusal | None:
    # JSON has no NaN: it becomes null, and an optional amount would be lost without a word. What is suspect is not
    # compared: a signalling NaN raises.
    if not any(map(_suspect, parts)) and submitted == read:
        return None
    for value in _values(submitted):
        flaw = _flaw_of_value(value)
        if flaw:
            return Refusal(*flaw)
    return None


def _suspect(part: bytes) -> bool:
    return (
        b"\\u0000" in part
        or b"NaN" in part
        or b"Infinity" in part
        or b"E+" in part
        or b"E-" in part
        or _SUSPECT_DIGITS.search(part) is not None
        or _SUSPECT_TIME.search(part) is not None
    )


def _flaw_of_value(value: object) -> tuple[str, str] | None:
    match value:
        case datetime() if value.tzinfo is None:
            return f"a time has no time zone: {value.isoformat()}", "give it the time zone UTC"
        case int() if abs(value) >= _INTEGER_BOUND:
            return "a whole number does not fit in 64 bits", "mend the number"
        case float() if not isfinite(value):
            return f"an amount is not a number: {value}", "leave it out, or mend it"
        case Decimal() if not value.is_finite() or abs(value.adjusted()) > _DECIMAL_PLACES:
            return f"an amount is not a number, or out of all bounds: {value}", "leave it out, or mend it"
        case str() if "\x00" in value:
            return "a text has a NUL character in it", "remove it"
    return None


def _values(data: Any) -> Iterator[Any]:
    """Every value in plain data, however deep."""
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, msgspec.Struct):
            pending.extend(getattr(value, name) for name in value.__struct_fields__)
        elif isinstance(value, dict):
            pending.extend((*value.keys(), *value.values()))
        elif isinstance(value, tuple | list):
            pending.extend(value)
        else:
            yield value


def _words(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if len(text) <= 200 else text[:200] + "…"
