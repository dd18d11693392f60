"""Each measure equals that of a store of only the visible, and incremental equals rebuilt."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset import clock
from cutset.access.rights import Rights
from cutset.model.mention import Mention, MentionKind
from cutset.model.register import Technology, TechnologyStage
from cutset.model.report import (
    Custody,
    Detection,
    Judgement,
    Lab,
    Outcome,
    Precision,
    Response,
    Seizure,
    Shipment,
    Tasking,
    When,
    Where,
)
from cutset.plan.assumptions import assumptions_tested
from cutset.plan.catalogue import catalogue
from cutset.plan.measures.compute import reading
from cutset.plan.measures.index import MeasureIndex
from cutset.plan.periods import read
from cutset.plan.scoreboard import scoreboard
from tests.worlds import START, VIEWERS, Step, Store, build, build_for, reports, worlds

LATER = clock.fixed(datetime(2025, 1, 1, tzinfo=UTC))


def works() -> st.SearchStrategy[Any]:
    """Contents of the kinds that other worlds do not have."""
    when = When(at=START, precision=Precision.DAY)
    technology = Technology(id="x", type="x-ray", stage=TechnologyStage.DEPLOYED, count=2, shared_with=("birch",))
    return st.sampled_from(
        [
            Tasking(asset="a", order="patrol", when=when, where=Where(country="PA")),
            Tasking(asset="birch", order="release", when=when),
            Custody(exhibit="E", when=when, giver="x", receiver="y"),
            Custody(exhibit="E", when=when, giver="y", receiver="z"),
            Lab(number="1", exhibit="E"),
            Outcome(period=when, found=True, breakdown={"detector": "dog"}),
            Shipment(arrives=when, modality="mail"),
            Shipment(arrives=when, modality="container"),
            Detection(when=when, phase="monitored", modality="maritime"),
            Response(plan="niccp-2021", fiscal_year=2024, entry=technology),
            Response(plan="niccp-2021", fiscal_year=2024, items={"capability-gaps": "Some."}),
        ]
    )


@st.composite
def working(draw: st.DrawFn) -> list[Step]:
    """A random world with work in it, whose judgements accept leads."""
    steps = draw(worlds())
    wallet = Mention(kind=MentionKind.WALLET, name="made")
    for number, step in enumerate(steps):
        if isinstance(step.report.content, Judgement) and draw(st.booleans()):
            content = msgspec.structs.replace(step.report.content, verdict="accepted")
            report = msgspec.structs.replace(step.report, content=content)
            steps[number] = Step(report, judges=step.judges, reverses=step.reverses)
        elif isinstance(step.report.content, Seizure) and draw(st.integers(0, 3)) == 0:
            steps[number] = _naming(step, wallet)
    for _ in range(draw(st.integers(1, 4))):
        report = draw(reports())
        portions = tuple(msgspec.structs.replace(each, goods=()) for each in report.portions)
        steps.append(Step(msgspec.structs.replace(report, content=draw(works()), portions=portions)))
    return steps


def _naming(step: Step, wallet: Mention) -> Step:
    named = msgspec.structs.replace(step.report, mentions=(*step.report.mentions, wallet))
    return Step(named, supersedes=step.supersedes)


def everything(store: Store, rights: Rights) -> Any:
    """All that a viewer can learn by asking for every measure."""
    sources = store.sources()._replace(measures=MeasureIndex(store.log.url))
    sources.catch_up()
    shown: dict[Any, Any] = {}
    with reading(sources, rights, clock=LATER) as measures:
        for each in catalogue().measures:
            shown[each.id] = measures.measure(each.id)
            shown[each.id, "split"] = measures.measure(each.id, read("FY2024"), each.by)
        shown["restatements listed"] = measures.restatements()
    shown["assumptions"] = assumptions_tested(sources, rights, period="2024", clock=LATER)
    return shown


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(working())
def test_measures_do_not_depend_on_the_hidden(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        whole, submitted = build(Path(directory), steps)
        for viewer in VIEWERS:
            mine = build_for(Path(directory), viewer, submitted)
            shown = everything(whole, whole.rights(viewer.agency))
            alone = everything(mine, mine.rights(viewer.agency))
            for name in alone:
                assert shown[name] == alone[name], name


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(working())
def test_a_scoreboard_does_not_depend_on_the_hidden(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        whole, submitted = build(Path(directory), steps)
        viewer = VIEWERS[1]
        boards = []
        for store in (whole, build_for(Path(directory), viewer, submitted)):
            sources = store.sources()._replace(measures=MeasureIndex(store.log.url))
            sources.catch_up()
            boards.append(scoreboard(sources, store.rights(viewer.agency), "FY2024", clock=LATER))
        assert boards[0] == boards[1]


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(working())
def test_an_index_that_followed_equals_one_rebuilt(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store, _ = build(Path(directory), steps[:-2], at_once=True)
        rights = store.rights("ash")
        everything(store, rights)  # The index follows half of the log first.
        rest = [each.report for each in steps[-2:] if not each.supersedes and not each.judges]
        for number, report in enumerate(rest):
            source = msgspec.structs.replace(report.source, occurrence=100 + number)
            store.put(msgspec.structs.replace(report, source=source))
        ids = [held.entry.id for held in store.log.follow(0) if held.entry.report.originator == "ash"]
        store.log.purge(ids[:1], reason="expired by law", by="ann@ash")
        store.catch_up()
        rights = store.rights("ash")
        followed = everything(store, rights)
        MeasureIndex(store.log.url).drop()
        store.plan.drop()
        store.catch_up()
        assert everything(store, rights) == followed
