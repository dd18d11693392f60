"""The page on selectors: every kind has its paragraph, and every example is true."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from cutset.model.mention import SelectorKind
from cutset.model.selectors.chains import all_chains

PAGE = Path(__file__).parents[2] / "docs" / "selectors.md"


def test_every_kind_has_its_section_and_example() -> None:
    sections = re.split(r"^#{2,3} ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = {found[1]: section for section in sections if (found := re.match(r"`([\w-]+)`: ", section))}
    assert set(told) == {kind.value for kind in SelectorKind}
    for kind in SelectorKind:
        assert f">>> read(SelectorKind.{kind.name}" in told[kind.value], kind


def test_every_chain_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [chain.code for chain in all_chains().chain if f"`{chain.code}`" not in text] == []


def test_every_example_is_true() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried > len(SelectorKind)
