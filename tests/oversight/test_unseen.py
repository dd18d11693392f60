"""What an officer or viewer is told of editions does not depend on those that are hidden from them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cutset.access.registry import Viewer
from cutset.log import editions
from cutset.log.audit import Look
from cutset.log.audit_index import HANDED, AuditIndex
from cutset.log.audit_search import Question, Scope, search, who_saw
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Receipt
from tests.oversight.places import MEMBERS, START
from tests.samples import case
from tests.worlds import Times, no_salt

ASKING = ("bob@birch", "officer@birch", "ann@ash")
PURPOSE = "investigation"


def markings() -> st.SearchStrategy[Marking]:
    return st.builds(
        Marking,
        originator=st.just("ash"),
        tlp=st.sampled_from([Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.RED]),
        orcon=st.booleans(),
        purposes=st.sampled_from([None, None, ("prosecution",)]),
        retention=st.sampled_from(["fact", "tip"]),
    )


def sees(log: Log, viewer: str, marking: Marking) -> bool:
    registry = log.registry()
    known = registry.viewer(viewer)
    assert known is not None
    standing = log._standing()
    in_office = marking.originator == known.agency and "privacy-officer" in known.roles
    return in_office or standing.ids[marking] in log.rights(viewer).visible


def made(url: str, chain: Sequence[Marking], until: int) -> tuple[Log, list[str]]:
    """A store of the first `until` of the editions, each looked at, given and handed on; the rest never came.

    Of those that came all but the last of the whole chain are purged.
    """
    times = Times()
    log = Log.create(url, clock=times, salt=no_salt)
    log.register(*(each for each in MEMBERS))
    ids: list[str] = []
    for number, marking in enumerate(chain[:until]):
        times.at = START + timedelta(days=number)
        report = case("7", marking=marking, supersedes=tuple(ids[-1:]))
        (answer,) = log.append([Submission(report=report, by="ann@ash")])
        assert isinstance(answer, Receipt), answer
        ids.append(answer.id)
        if number:
            log.purge([ids[-2]], reason=editions.reason(ids[-1]), by="ann@ash")
        for viewer in (each.id for each in MEMBERS if isinstance(each, Viewer)):
            rights = log.rights(viewer)
            shown = frozenset(log.fetch([ids[-1]], rights))
            log.looked(Look(view="report", by=viewer, shown=len(shown), reports=shown))
            log.disseminate([ids[-1]], to=f"sheriff {number}", need="n", right="r", by=viewer, rights=rights)
            if shown:
                log.looked(Look(view=HANDED, by=viewer, asked={"recipient": "amy@ash"}, shown=1, reports=shown))
    if until < len(chain):
        log.purge(ids[-1:], reason="retention is over", by="ann@ash")
    return log, ids


def told(log: Log, viewer: str, ids: Sequence[str]) -> Any:
    officer = viewer.startswith("officer")
    rights = log.rights_in_office(viewer)
    found: dict[str, Any] = {id: [(each.by, each.to) for each in log.given(id, rights, purged=officer)] for id in ids}
    found["due"] = [(each.report, each.since, each.due) for each in log.due(rights, timedelta(days=36500))]
    if officer:
        index = AuditIndex(log.url)
        index.catch_up(log)
        registry = log.registry()
        for id in ids:
            found[f"saw {id}"] = [
                (each.viewer, each.looks, each.handed) for each in who_saw(index, registry, rights, Scope.AGENCY, id)
            ]
            found[f"of {id}"] = [
                (each.viewer, each.view, each.reports, each.asked)
                for each in search(index, registry, rights, Scope.AGENCY, Question(report=id))
            ]
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(markings(), min_size=2, max_size=3, unique=True), st.sampled_from(ASKING))
def test_hidden_editions_change_nothing_of_what_is_told(chain: list[Marking], viewer: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, ids = made(str(Path(folder) / "whole.cutset"), chain, len(chain))
        seen = [sees(whole, viewer, each) for each in chain]
        until = seen.index(False) if False in seen else len(chain)
        # A store in which the hidden ones never came can hold no edition after them.
        assume(until > 0 and not any(seen[until:]))
        mine, _ = made(str(Path(folder) / "mine.cutset"), chain, until)
        assert told(whole, viewer, [*ids, "r-never"]) == told(mine, viewer, [*ids, "r-never"])
