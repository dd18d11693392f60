"""Occurrences: the second of two identical rows is a report of its own (ADR 0005)."""

from __future__ import annotations

from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from cutset.model.report import Report

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


class Occurrences:
    """Counts identical reports of one file, from 1, so that reading the file again gives each the same number."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def number(self, report: Report) -> Report:
        """`report` as it is the first time, and with its `source.occurrence` each time after."""
        digest = blake2b(_encode(report), digest_size=16).digest()
        occurrence = self._seen[digest] = self._seen.get(digest, 0) + 1
        if occurrence == 1:
            return report
        return replace(report, source=replace(report.source, occurrence=occurrence))
