"""The law of the platform, for all that is filed under a plan: what is shown does not depend on the hidden."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutset import clock
from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.model.register import (
    Agreement,
    Amount,
    BudgetLine,
    Cost,
    FundingStage,
    Gap,
    Grant,
    Member,
    RegisterEntry,
    TaskForce,
    Technology,
    TechnologyStage,
    Training,
)
from cutset.model.report import Portion, Report, Response, Source
from cutset.plan.document import load
from cutset.plan.filed import filed
from cutset.plan.gaps import FUNDS_BY, funds, gaps, roll_up
from cutset.plan.prefill import guide
from cutset.plan.publish.annual import agency_response, annual
from cutset.plan.registers import REGISTERS, agreements, grants, table, task_forces, technology, training
from cutset.plan.response import reading
from tests.worlds import NAMES, VIEWERS, Step, Store, build, build_for, markings, sees, worlds

PLAN = load("niccp_2021")
AT = clock.fixed(datetime(2024, 6, 1, tzinfo=UTC))
YEAR = 2024


def entries() -> st.SearchStrategy[RegisterEntry | None]:
    ids = st.sampled_from(["a", "b"])
    amounts = st.integers(0, 3).map(Decimal)
    costs = st.builds(Cost, fiscal_year=st.just(YEAR), function=st.sampled_from(["f", "g"]), amount=amounts)
    sums = st.builds(Amount, fiscal_year=st.just(YEAR), stage=st.sampled_from(list(FundingStage)), amount=amounts)
    agencies = st.sampled_from(NAMES)
    return st.one_of(
        st.none(),
        st.builds(
            Gap,
            id=ids,
            title=ids,
            duties=st.sampled_from([(), ("br-ctr-04",), ("br-ctr-04", "bb-ctr-14")]),
            costs=st.lists(costs, max_size=2).map(tuple),
            part_of=st.sampled_from(["", "ash/a", "birch/b"]),
        ),
        st.builds(
            BudgetLine,
            id=ids,
            account=ids,
            function=st.sampled_from(["f", "g"]),
            amounts=st.lists(sums, max_size=2).map(tuple),
            agency=st.sampled_from(["", "ash"]),
            gaps=st.sampled_from([(), ("ash/a",)]),
        ),
        st.builds(
            TaskForce, id=ids, name=ids, members=st.lists(st.builds(Member, agency=agencies), max_size=2).map(tuple)
        ),
        st.builds(Agreement, id=ids, partner=agencies),
        st.builds(Technology, id=ids, type=ids, stage=st.just(TechnologyStage.DEPLOYED), count=st.integers(0, 2)),
        st.builds(Training, id=ids, course=ids, partner=ids, fiscal_year=st.just(YEAR)),
        st.builds(Grant, id=ids, programme=ids, recipient=ids, fiscal_year=st.just(YEAR), amount=amounts),
    )


@st.composite
def filings(draw: st.DrawFn) -> list[Step]:
    """Responses, drafts and entries; one that replaces another is marked as that one is."""
    steps: list[Step] = []
    for number in range(draw(st.integers(1, 10))):
        entry = draw(entries())
        items = {} if entry else draw(st.sampled_from([{}, {"gaps": "one"}, {"gaps": "two", "sharing": "three"}]))
        stage = "submitted" if entry else draw(st.sampled_from(["draft", "signed", "submitted"]))
        content = Response(plan=PLAN.id, fiscal_year=YEAR, items=items, entry=entry, stage=stage, signed_by="ann@ash")
        marking = draw(markings(draw(st.sampled_from(NAMES))))
        supersedes: tuple[int, ...] = ()
        if steps and draw(st.booleans()):
            old = draw(st.integers(0, number - 1))
            marking, supersedes = steps[old].report.marking, (old,)
        portions = (Portion(marking=marking, text="more"),) if draw(st.booleans()) else ()
        report = Report(
            marking=marking,
            source=Source(dataset="plan", made=draw(st.booleans())),
            content=content,
            portions=portions,
            withdrawn=draw(st.sampled_from([False] * 6 + [True])),
        )
        steps.append(Step(report, supersedes=supersedes))
    return steps


def shown(store: Store, rights: Rights) -> dict[str, Any]:
    """Everything that the responses' views can show."""
    log = store.log
    found: dict[str, Any] = {
        "filed": filed(log, rights),
        "filed by ash": filed(log, rights, plan=PLAN.id, agency="ash"),
        "reading": reading(log, rights, PLAN, YEAR, AT),
        "guide": [guide(log, rights, PLAN, agency, YEAR) for agency in NAMES],
        "gaps": gaps(log, rights, PLAN),
        "roll-ups": [roll_up(log, rights, PLAN, by=by) for by in ("agency", "area", "function", "status")],
        "funds": [funds(log, rights, PLAN, by=by) for by in ((), *((each,) for each in FUNDS_BY))],
        "registers": [each(log, rights, PLAN) for each in (task_forces, agreements, technology, training, grants)],
        "tables": [table(log, rights, PLAN, name, fiscal_year=year) for name in REGISTERS for year in (None, YEAR)],
    }
    for narrow in (False, True):
        found[f"annual {narrow}"] = annual(log, store.plan, rights, PLAN, YEAR, AT, unclassified=narrow)
        for agency in NAMES:
            try:
                told: Any = agency_response(log, rights, PLAN, agency, YEAR, AT, unclassified=narrow)
            except CutsetError as error:
                told = str(error)
            found[f"response of {agency} {narrow}"] = told
    return found


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.tuples(filings(), worlds()))
def test_what_is_filed_and_hidden_changes_nothing_that_is_shown(both: tuple[list[Step], list[Step]]) -> None:
    filings, others = both
    # Steps count from the world's beginning: those of the second half are moved on by the length of the first.
    moved = [
        Step(
            each.report,
            supersedes=tuple(old + len(filings) for old in each.supersedes),
            judges=tuple(judged + len(filings) for judged in each.judges),
            reverses=None if each.reverses is None else each.reverses + len(filings),
        )
        for each in others
    ]
    with tempfile.TemporaryDirectory() as directory:
        whole, submitted = build(Path(directory), [*filings, *moved], at_once=True)
        for viewer in VIEWERS:
            mine = build_for(Path(directory), viewer, submitted)
            expected, found = shown(mine, mine.rights(viewer.agency)), shown(whole, whole.rights(viewer.agency))
            for name in found:
                assert found[name] == expected[name], name


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(filings())
def test_the_filings_of_this_test_do_hide_something(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        whole, submitted = build(Path(directory), steps, at_once=True)
        for viewer in VIEWERS:
            visible = sum(sees(viewer, each.marking) and not each.withdrawn for each in submitted)
            assert len(filed(whole.log, whole.rights(viewer.agency))) == visible
