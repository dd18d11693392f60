"""The law of the platform: what a viewer is shown equals what a store of only the visible would show."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import cutset
import cutset.link.candidates.query as of_candidates
import cutset.link.leads as of_leads
from cutset.access.rights import Rights
from cutset.link.contradictions import contradictions
from cutset.link.entities import entities
from cutset.link.leads import leads
from cutset.link.references import mentions
from cutset.link.repeats import repeats
from tests.non_interference import PARTS, TRIALS, TRIED, Asked
from tests.worlds import VIEWERS, Step, Store, build, build_for, worlds

pytestmark = pytest.mark.usefixtures("few_are_common")


@pytest.fixture(scope="module")
def few_are_common() -> Any:
    """A value is common in a small world when more than three reports bear it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_leads, "COMMON_ABOVE", 3)
        for name, small in (("COMMON_ABOVE", 3), ("LEAST_SCORED", 2), ("MOST_SCORED", 4), ("FEW", 5)):
            patch.setattr(of_candidates, name, small)
        yield


def everything(store: Store) -> Asked:
    """All ids that one with every right would see, and some that never were."""
    held = store.log.follow(0)
    markings = {each.marking_id for each in held} | {part for each in held for part in each.portion_marking_ids}
    all_rights = Rights(viewer="all", agency="all", purpose="investigation", visible=frozenset(markings))
    return Asked(
        reports=[*(each.entry.id for each in held), "r-never"],
        leads=[*(each.id for each in leads(store.link, all_rights)), "l-never"],
        groups=[*(each.id for each in repeats(store.link, all_rights)), "g-never"],
        entities=[*(each.id for each in entities(store.link, all_rights)), "e-never"],
        contradictions=[*(each.different for each in contradictions(store.link, all_rights)), "r-never"],
        mentions=[
            *(str(name) for each in held for name, _, _ in mentions(each.entry.id, each.entry.report)),
            "r-never#0",
        ],
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_what_is_shown_does_not_depend_on_the_hidden(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        whole, submitted = build(Path(directory), steps)
        asked = everything(whole)
        for viewer in VIEWERS:
            mine = build_for(Path(directory), viewer, submitted)
            for name, trial in TRIALS.items():
                shown = trial(whole, whole.rights(viewer.agency), asked)
                assert shown == trial(mine, mine.rights(viewer.agency), asked), name


def views() -> Iterator[tuple[str, Any]]:
    """Every public function or method of cutset that takes Rights, from any floor, whether or not it keeps answers."""
    for module_info in pkgutil.walk_packages(cutset.__path__, "cutset."):
        module = importlib.import_module(module_info.name)
        for name, member in vars(module).items():
            if getattr(member, "__module__", None) != module.__name__ or name.startswith("_"):
                continue
            if _is_function(member):
                yield f"{module.__name__}.{name}", member
            elif inspect.isclass(member):
                for method_name, method in vars(member).items():
                    if _is_function(method) and not method_name.startswith("_"):
                        yield f"{module.__name__}.{name}.{method_name}", method


def _is_function(member: Any) -> bool:
    # What `lru_cache` gives is no function, but wraps one.
    return inspect.isfunction(member) or inspect.isfunction(getattr(member, "__wrapped__", None))


def test_every_view_is_tried() -> None:
    untried = [
        name
        for name, function in views()
        if any("Rights" in str(kind) for kind in getattr(function, "__annotations__", {}).values())
        and "Rights" not in str(function.__annotations__.get("return", ""))
        and function not in TRIED
        and name not in PARTS
    ]
    assert not untried, f"these views take Rights and are not in tests/non_interference: {', '.join(untried)}"


def test_no_part_is_named_that_is_not_there() -> None:
    known = {name for name, _ in views()}
    assert set(PARTS) <= known
