"""The registers: what goes in, what is refused, what is in force when."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

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
from cutset.plan.fiscal_years import BadFiscalYear
from cutset.plan.registers import (
    REGISTERS,
    BadEntry,
    UnknownRegister,
    agreements,
    enter,
    grants,
    table,
    task_forces,
    technology,
    training,
)
from tests.plan.national import PLAN, YEAR, National, clear, fill, green


@pytest.fixture
def national(tmp_path: Path) -> National:
    return National(tmp_path)


def test_each_register_holds_what_was_entered(national: National) -> None:
    fill(national)
    rights = national.rights("ondcp")
    assert [each.entry.name for each in task_forces(national.log, rights, PLAN)] == ["Southwest Border Task Force"]
    assert [each.entry.country for each in agreements(national.log, rights, PLAN)] == ["CO"]
    assert [each.entry.count for each in technology(national.log, rights, PLAN)] == [31]
    assert [each.entry.people for each in training(national.log, rights, PLAN)] == [320]
    assert [each.entry.recipient for each in grants(national.log, rights, PLAN)] == ["Made County Sheriff"]
    for name in REGISTERS:
        found = table(national.log, rights, PLAN, name)
        assert found.rows
        assert found.basis.reports == len(found.rows)
        assert {len(row) for row in found.rows} == {len(found.columns)}


def test_a_register_of_a_fiscal_year_holds_what_was_in_force_in_it(national: National) -> None:
    fill(national)

    def members(year: int) -> str:
        return table(national.log, national.rights("ondcp"), PLAN, "task-forces", fiscal_year=year).rows[0][-1]

    assert members(2020) == "dhs (140), doj (45), uspis (6)"
    assert members(2021) == "dhs (140), doj (45)"
    assert table(national.log, national.rights("ondcp"), PLAN, "agreements", fiscal_year=2017).rows == ()
    assert table(national.log, national.rights("ondcp"), PLAN, "grants", fiscal_year=2020).rows == ()


def test_what_a_reader_may_not_see_is_in_no_register(national: National) -> None:
    national.enter("dhs", Agreement(id="a", partner="x"), green("dhs"))
    national.enter("dhs", Agreement(id="b", partner="y"), clear("dhs"))
    found = table(national.log, national.rights("courier"), PLAN, "agreements")
    assert ([row[1] for row in found.rows], found.basis.reports, found.basis.banner) == (["y"], 1, "TLP:CLEAR//DHS")


def test_two_agencies_may_give_one_id(national: National) -> None:
    for agency in ("dhs", "doj"):
        national.enter(agency, Agreement(id="a", partner=agency))
    assert [each.key for each in agreements(national.log, national.rights("ondcp"), PLAN)] == ["dhs/a", "doj/a"]


def test_an_unknown_register_is_refused_by_name(national: National) -> None:
    with pytest.raises(UnknownRegister, match="use one of gaps, budget, task-forces"):
        table(national.log, national.rights("ondcp"), PLAN, "weather")


AMOUNT = Amount(fiscal_year=2021, stage=FundingStage.ENACTED, amount=Decimal(1))


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        (Agreement(id="", partner="x"), "id is empty"),
        (Agreement(id="a b", partner="x"), "blanks"),
        (Agreement(id="a/b", partner="x"), "slash"),
        (Agreement(id="a", partner="x", since="2021-02-30"), "no day"),
        (Agreement(id="a", partner="x", since="20210201"), "no day"),
        (Agreement(id="a", partner="x", since="2021-02-01", until="2021-01-31"), "ends before it begins"),
        (TaskForce(id="a", name="x", members=(Member(agency="dhs", people=-1),)), "people is negative"),
        (Gap(id="a", title="x", costs=(Cost(fiscal_year=2021, function="f", amount=Decimal("NaN")),)), "no number"),
        (BudgetLine(id="a", account="x", function=" ", amounts=(AMOUNT,)), "stands in no function"),
        (BudgetLine(id="a", account="x", function="f", amounts=(AMOUNT, AMOUNT)), "two amounts"),
        (
            Technology(id="a", type="x", stage=TechnologyStage.DEPLOYED, examined=1, found=2),
            "more was found than was examined",
        ),
        (Technology(id="a", type="x", stage=TechnologyStage.DEPLOYED, found=2), "more was found than was examined"),
        (Training(id="a", course="x", partner="y", fiscal_year=2021, days=Decimal(-1)), "days is negative"),
        (Grant(id="a", programme="x", recipient="y", fiscal_year=2021, amount=Decimal(-1)), "amount is negative"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(entry: RegisterEntry, what: str) -> None:
    with pytest.raises(BadEntry, match=what):
        enter(PLAN, entry, YEAR, marking=green("dhs"))


def test_a_year_that_is_none_is_refused() -> None:
    with pytest.raises(BadFiscalYear):
        enter(PLAN, Training(id="a", course="x", partner="y", fiscal_year=21021), YEAR, marking=green("dhs"))
