"""Pages and packing against a plain set of postings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.link.candidates import packing as of_packing
from cutset.link.candidates import pages
from cutset.link.candidates.keys import KEY_BITS
from cutset.link.candidates.packing import Packing
from cutset.link.candidates.pages import MOST, DamagedIndex, Page
from cutset.link.candidates.statements import Statements
from cutset.link.candidates.tables import metadata

# Keys at both ends of the space and of a shelf, and neighbours: where a cut could go wrong.
KEYS = (0, 1, 2, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, (1 << KEY_BITS) - 2, (1 << KEY_BITS) - 1)
NUMBERS = st.integers(0, 700) | st.sampled_from([127, 128, 129, (1 << 32) - 1])
POSTINGS = st.builds(pages.posting, st.sampled_from(KEYS), NUMBERS)


@pytest.fixture
def statements() -> Iterator[Statements]:
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield Statements.of(connection)


def held(statements: Statements) -> set[int]:
    found = {pages.posting(key, number) for key, number in statements.rows("SELECT * FROM link_candidate_fresh")}
    for low, body in statements.rows("SELECT low, body FROM link_candidate_page"):
        found.update(pages.postings(Page(low, body)))
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.lists(POSTINGS, min_size=1, max_size=300, unique=True)), max_size=12))
def test_what_was_added_and_not_removed_is_there(turns: list[tuple[bool, list[int]]]) -> None:
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_packing, "FRESH_LEAST", 40)
        patch.setattr(pages, "MOST", 16)
        statements = Statements.of(connection)
        packing = Packing(statements, 0, 0, 0)
        expected: set[int] = set()
        for removes, some in turns:
            if removes:
                packing.remove(sorted(some))
                expected -= set(some)
            else:
                packing.add(sorted(set(some) - expected))
                expected |= set(some)
            assert held(statements) == expected
            assert packing.packed + packing.unpacked == len(expected)
        lows = [row[0] for row in statements.rows("SELECT low FROM link_candidate_page ORDER BY low")]
        for low, body in statements.rows("SELECT low, body FROM link_candidate_page"):
            later = [other for other in lows if other > low]
            for each in pages.postings(Page(low, body)):
                assert low <= pages.place(each) < min([*later, pages.shelf_end(low)])


def test_one_key_of_fifty_thousand_is_spread_over_pages_of_the_usual_size(
    statements: Statements,
) -> None:
    packing = Packing(statements, 0, 0, 0)
    for start in range(0, 50_000, 5_000):
        packing.add([pages.posting(7, number) for number in range(start, start + 5_000)])
    packing.add([pages.posting(7, number) for number in range(50_000, 70_000)])
    sizes = [row[0] for row in statements.rows("SELECT length(body) FROM link_candidate_page")]
    assert max(sizes) <= len(pages.pack(0, range(MOST)).body)
    assert held(statements) == {pages.posting(7, number) for number in range(70_000)}


def test_a_page_that_is_cut_short_or_changed_is_noticed() -> None:
    low, whole = pages.pack(9, range(100))
    assert list(pages.unpack(Page(low, whole))) == list(range(100))
    with pytest.raises(DamagedIndex, match="damaged"):
        pages.unpack(Page(low + 1, whole))
    for damaged in (whole[:-8], whole[:-3], b"", whole[:50] + b"\xff" + whole[51:], bytes(len(whole))):
        with pytest.raises(DamagedIndex, match="damaged"):
            pages.unpack(Page(low, damaged))


def test_packing_goes_round_all_keys(statements: Statements, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_packing, "FRESH_LEAST", 5_000)
    packing = Packing(statements, 0, 0, 0)
    keys = [(number * 7919 * 104_729) % (1 << KEY_BITS) for number in range(60_000)]
    most = 0
    for start in range(0, len(keys), 1_000):
        packing.add(sorted(pages.posting(key, start) for key in keys[start : start + 1_000]))
        most = max(most, packing.unpacked)
    assert most <= 6_000
    assert packing.packed > 50_000
    assert len(held(statements)) == 60_000
