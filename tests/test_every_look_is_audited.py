"""Every method of a node that takes a viewer records the look, and a failed try too."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from cutset.node import Node

UNRECORDED: dict[str, str] = {}
"""Methods that take a viewer and show nothing of the store, each with the reason; there is none."""


def methods(parameter: str) -> Iterator[tuple[str, Any]]:
    """The public methods of a node that have this keyword-only parameter."""
    for name, method in inspect.getmembers(Node, inspect.isfunction):
        found = inspect.signature(method).parameters.get(parameter)
        if not name.startswith("_") and found is not None and found.kind is inspect.Parameter.KEYWORD_ONLY:
            yield name, method


def test_every_view_is_recorded() -> None:
    unrecorded = [
        name for name, method in methods("viewer") if not hasattr(method, "is_looked") and name not in UNRECORDED
    ]
    assert not unrecorded, f"mark with @looked() of cutset.node.looks: {', '.join(unrecorded)}"


def test_every_decision_that_fails_is_recorded() -> None:
    silent = [
        name for name, method in methods("by") if not (hasattr(method, "is_tried") or hasattr(method, "is_looked"))
    ]
    # `by` of a summary is what it is split by, and `register` is a notice of its own.
    assert set(silent) <= {"register"}, f"mark with @tried of cutset.node.looks: {', '.join(silent)}"


def test_no_view_gives_its_answer_after_it_was_recorded() -> None:
    lazy = [name for name, method in methods("viewer") if inspect.isgeneratorfunction(inspect.unwrap(method))]
    assert not lazy, "a generator would answer after its look was recorded: return a list"
