"""Protected traits are no fields, are warned of in free text, and are out of reach of whatever scores."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cutset
from cutset.model.protected import FREE_TEXT, lexicon, spoken_of, warnings
from cutset.model.report import Basis, Goods
from tests.samples import case, marked, portion, seizure

PACKAGE = Path(cutset.__file__).parent

TRAITS = frozenset(
    "race racial ethnic ethnicity ancestry caste skin complexion tribe religion religious faith church creed politics "
    "political ideology union health medical disability disease diagnosis pregnancy hiv orientation sexual sexuality "
    "gender sex genetic biometric".split()
)
"""Words that would make a field or a code one of a protected trait."""

SCORING = ("link/match", "link/strength.py", "link/learn", "link/candidates", "target", "allocate")
"""What scores or ranks: packages and modules. One that is not there yet is held to it when it comes."""


def names() -> Iterator[tuple[str, str]]:
    """Every field of every plain structure, and every key and code of every vocabulary, with where it stands."""
    for module_info in pkgutil.walk_packages(cutset.__path__, "cutset."):
        module = importlib.import_module(module_info.name)
        for name, member in vars(module).items():
            if isinstance(member, type) and issubclass(member, msgspec.Struct):
                yield from ((f"{module_info.name}.{name}", field) for field in member.__struct_fields__)
    for path in sorted((PACKAGE / "model").rglob("*.toml")):
        if path.name != "protected.toml":
            yield from ((path.name, key) for key in keys(tomllib.loads(path.read_text("utf-8"))))


def keys(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from keys(value)
    elif isinstance(data, list):
        for each in data:
            yield from keys(each)


def test_no_field_and_no_code_is_of_a_protected_trait() -> None:
    found = list(names())
    assert len(found) > 500, "the walk reaches the model"
    assert not [(where, name) for where, name in found if TRAITS & set(re.split(r"[^a-z]+", name.lower()))]


def files() -> list[Path]:
    found: list[Path] = []
    for each in SCORING:
        path = PACKAGE / each
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []
    return found


def read(source: str) -> list[str]:
    """The free text and the lexicon that a module's source reads."""
    tree = ast.parse(source)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and "protected" in ast.unparse(node):
            found.append(ast.unparse(node))
        # `str.title()` is a call; the title of a case would be read.
        if isinstance(node, ast.Attribute) and node.attr in FREE_TEXT and id(node) not in called:
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_scores_reads_no_free_text_and_no_lexicon(path: Path) -> None:
    # A database cursor's `description` is its own.
    assert set(read(path.read_text("utf-8"))) <= {"found.description"}


def test_the_rule_on_scoring_bites() -> None:
    assert read("score = 1 if 'x' in report.text else 0; name.title()") == ["report.text"]
    assert read("from cutset.model.protected import spoken_of")


def test_every_free_text_of_a_report_warns() -> None:
    words = "he is muslim"
    report = case(
        "7",
        text=words,
        portions=(msgspec.structs.replace(portion(marked()), text=words),),
        basis=Basis(facts=words, activity=words, official="x", obtained=words),
    )
    assert {each.field for each in warnings(report)} == {"text", "portions[0].text", "basis.facts", "basis.activity",
                                                           "basis.obtained"}  # fmt: skip
    event = seizure(goods=(Goods(contraband="drug", concealment="in a medical condition kit"),))
    assert [each.field for each in warnings(event)] == ["content.goods[0].concealment"]


@pytest.mark.parametrize("trait", sorted(lexicon()))
@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
def test_each_term_of_each_language_warns_in_whatever_case(trait: str, language: str) -> None:
    for term in lexicon()[trait][language]:
        written = term.replace("*", "")
        assert trait in {found for found, _ in spoken_of(f"He, {written.upper()}, left.")}, term


@pytest.mark.parametrize(
    "text",
    ["A black Ford with two white bags", "Christian Perez, driver", "the trace of a racer", "gaylord street", "asylum"],
)
def test_what_means_something_else_does_not_warn(text: str) -> None:
    assert spoken_of(text) == []


@given(st.text())
def test_no_text_breaks_the_warning(text: str) -> None:
    assert all(trait in lexicon() for trait, _ in spoken_of(text))
