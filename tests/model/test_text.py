"""Folding and compacting: stable, total, and blind to how a thing was typed."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.model.text import compact, fold, tidy


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("JOSÉ  María", "jose maria"),
        ("Jose\u0301", "jose"),
        ("Müller", "muller"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("İstanbul", "istanbul"),
        ("O'Brien-Smith", "o brien smith"),
        ("Ma\u200bria", "maria"),
        ("AB\x00C\tD", "abc d"),
        ("Иванов", "иванов"),
        ("ИВАНОВ", "иванов"),
        ("مُحَمَّد", "محمد"),
        ("…", ""),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_indic_vowels_distinguish_words() -> None:
    assert fold("के") != fold("का")
    assert " " not in fold("सीता")


def test_every_character_folds_and_compacts_once_and_for_all() -> None:
    for start in range(0, sys.maxunicode + 1, 512):
        text = "x".join(map(chr, range(start, start + 512)))
        assert fold(fold(text)) == fold(text), hex(start)
        assert compact(compact(text)) == compact(text), hex(start)


@given(st.text(max_size=60))
def test_fold_is_stable_and_spaced_by_single_spaces(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == " ".join(once.split())
    assert fold(text.swapcase() if text.isascii() else text) == once


@given(st.text(max_size=60))
def test_compact_and_tidy_are_stable(text: str) -> None:
    assert compact(compact(text)) == compact(text)
    assert tidy(tidy(text)) == tidy(text)
    assert all(char.isalnum() for char in compact(text))


def test_long_text() -> None:
    assert fold("A\x00-" * 10_000) == " ".join(["a"] * 10_000)
