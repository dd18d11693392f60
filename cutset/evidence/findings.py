"""What can be wrong with a chain of custody, in words, and what to do about it."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from cutset.model.report import Struct


class Fault(StrEnum):
    """The kinds of finding."""

    NO_ORIGIN = "no-origin"
    ENTERED_TWICE = "entered-twice"
    GAP = "gap"
    TWO_HOLDERS = "two-holders"
    OVERLAP = "overlap"
    OUT_OF_ORDER = "out-of-order"
    AFTER_END = "after-end"
    NOT_GIVEN = "not-given"
    NOT_ACCEPTED = "not-accepted"
    NOT_SIGNED = "not-signed"
    BAD_SIGNATURE = "bad-signature"
    UNKNOWN_KEY = "unknown-key"
    KEY_REVOKED = "key-revoked"
    SEAL_BROKEN = "seal-broken"
    SEAL_DIFFERS = "seal-differs"
    SEAL_REUSED = "seal-reused"
    CLOCK_SKEW = "clock-skew"
    NEGATIVE_MASS = "negative-mass"
    MASS_NOT_CONSERVED = "mass-not-conserved"
    UNWITNESSED = "unwitnessed"
    EXAMINED_UNHELD = "examined-unheld"
    IMPOSSIBLE = "impossible"


REMEDIES = {
    Fault.NO_ORIGIN: "enter the report of its collection, or of the split that it comes from; or mend its name",
    Fault.ENTERED_TWICE: "find out whether these are two exhibits under one name, and correct one of the reports",
    Fault.GAP: "enter the missing transfer with the time at which it happened, signed by both",
    Fault.TWO_HOLDERS: "ask each who is said to hold it; withdraw the transfer that was none (`custody withdraw`)",
    Fault.OVERLAP: "enter the transfer that brought it to them, or correct who did this",
    Fault.OUT_OF_ORDER: "compare the times with the paper record, and supersede the report whose time is wrong",
    Fault.AFTER_END: "check the exhibit's name, and the report that ended it",
    Fault.NOT_GIVEN: "have the giver sign the same statement, or say in a statement why they cannot",
    Fault.NOT_ACCEPTED: "have the receiver accept it (`cutset custody accept`), or withdraw it (`custody withdraw`)",
    Fault.NOT_SIGNED: "have who did it sign the same statement",
    Fault.BAD_SIGNATURE: "treat the statement as unsigned, and ask the signer; the bytes may have been changed",
    Fault.UNKNOWN_KEY: "have an administrator register the signer's key, or have them sign with their own",
    Fault.KEY_REVOKED: "have it signed again with a key that holds; or show by an earlier timestamp when it was signed",
    Fault.SEAL_BROKEN: "record who opened it and why, examine and weigh it, and put a new seal on",
    Fault.SEAL_DIFFERS: "compare the seal itself with both reports; enter the sealing that is missing",
    Fault.SEAL_REUSED: "find out which exhibit bears the seal; correct the other report",
    Fault.CLOCK_SKEW: "check the clock that gave this time, and supersede the report if the time is wrong",
    Fault.NEGATIVE_MASS: "weigh it again, and supersede the report",
    Fault.MASS_NOT_CONSERVED: "weigh all parts again; record a loss as a loss; report what cannot be explained",
    Fault.UNWITNESSED: "add the order, and the witnesses with their signatures",
    Fault.IMPOSSIBLE: "compare it with the paper record, and supersede or withdraw the report",
    Fault.EXAMINED_UNHELD: "enter the transfer to the laboratory, or mend the exhibit's name in the result",
}
"""What to do about each kind of finding."""


class Finding(Struct, frozen=True):
    """Something wrong with the chain of an exhibit, as far as the viewer may see it.

    `what` says it in a sentence, `reports` are the ids of those that it rests on, `at` the time that it concerns, and
    `remedy` what to do.
    """

    id: str
    fault: Fault
    exhibit: str
    what: str
    reports: tuple[str, ...]
    at: datetime | None = None
    remedy: str = ""


def finding(fault: Fault, exhibit: str, what: str, *reports: str, at: datetime | None = None) -> Finding:
    """A finding; its id is `f-` and 26 base32 characters of a hash over what it says and rests on."""
    named = tuple(dict.fromkeys(reports))
    digest = sha256("\n".join((fault, exhibit, what, *named)).encode()).digest()
    return Finding(
        id="f-" + b32encode(digest).decode().lower()[:26],
        fault=fault,
        exhibit=exhibit,
        what=what,
        reports=named,
        at=at,
        remedy=REMEDIES[fault],
    )
