"""A check of the whole index: that it is as it was written, and that postings and mentions belong together."""

from __future__ import annotations

from cutset.link.candidates import pages
from cutset.link.candidates.keys import numbers_of
from cutset.link.candidates.pages import DamagedIndex, Page
from cutset.link.candidates.state import read_state
from cutset.link.candidates.statements import Statements
from cutset.link.match.profile import decode


def check(statements: Statements) -> None:
    """Read every page and every profile. Raises `DamagedIndex`, or `msgspec.MsgspecError` for a profile.

    A sum over all postings is compared with that over what the profiles ask for, so that none can be missing, and none
    be there for a mention that is gone.
    """
    state = read_state(statements)
    packed, packed_sum = _packed(statements)
    unpacked, unpacked_sum = _fresh(statements)
    mentions, wanted, wanted_sum = _wanted(statements)
    (tallied,) = statements.row("SELECT coalesce(sum(mentions), 0) FROM link_candidate_tally") or (0,)
    counted = {"mentions": mentions, "tallied mentions": tallied, "packed postings": packed, "fresh postings": unpacked}
    stated = {
        "mentions": state.mentions,
        "tallied mentions": state.mentions,
        "packed postings": state.packed,
        "fresh postings": state.unpacked,
    }
    for what, count in counted.items():
        if count != stated[what]:
            raise DamagedIndex(f"the index has {count} {what}, and should have {stated[what]}")
    if (packed + unpacked, packed_sum ^ unpacked_sum) != (wanted, wanted_sum):
        raise DamagedIndex("the postings of the index are not those of its mentions")


def _packed(statements: Statements) -> tuple[int, int]:
    count = total = 0
    last = -1
    for low, body in statements.rows("SELECT low, body FROM link_candidate_page ORDER BY low"):
        for each in pages.postings(Page(low, body)):
            if each <= last or pages.place(each) < low:
                raise DamagedIndex("a page of the index is out of order", f"page {low:x}")
            last = each
            total ^= _spread(each)
            count += 1
    return count, total


def _fresh(statements: Statements) -> tuple[int, int]:
    count = total = 0
    for key, number in statements.rows("SELECT key, number FROM link_candidate_fresh"):
        total ^= _spread(pages.posting(key, number))
        count += 1
    return count, total


def _wanted(statements: Statements) -> tuple[int, int, int]:
    mentions = count = total = 0
    for number, profile in statements.rows("SELECT number, profile FROM link_candidate"):
        for key in numbers_of(decode(profile)):
            total ^= _spread(pages.posting(key, number))
            count += 1
        mentions += 1
    return mentions, count, total


def _spread(posting: int) -> int:
    """A posting with its bits mixed, so that two errors do not cancel each other out of an exclusive or."""
    mixed = (posting * 0x9E3779B97F4A7C15F39CC0605CEDC835) & ((1 << 128) - 1)
    return mixed ^ (mixed >> 61)
