"""Gaps and resources: nothing is counted twice, nothing is added that must not be."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.access.registry import Agency, AgencyKind, Viewer
from cutset.model.marking import Marking, Tlp
from cutset.model.network import Allocation, Posting
from cutset.model.register import Amount, BudgetLine, Cost, FundingStage, Gap, GapStatus
from cutset.model.report import Report, Response, Source
from cutset.plan.filed import Filed
from cutset.plan.gaps import BadRollUp, duties_in_words, effect_in_words, fund_table, funds, gap_rows, gaps, roll_up
from cutset.plan.registers import BadEntry, enter
from tests.plan.national import NOW, PLAN, YEAR, National, clear, fill, green


@pytest.fixture
def national(tmp_path: Path) -> National:
    return National(tmp_path)


def cost(amount: int, year: int = 2022, function: str = "interdiction", currency: str = "USD") -> Cost:
    return Cost(fiscal_year=year, function=function, amount=Decimal(amount), currency=currency)


def gap(id: str, *costs: Cost, duties: tuple[str, ...] = ("br-ctr-04",), part_of: str = "") -> Gap:
    return Gap(id=id, title=id, duties=duties, costs=costs, part_of=part_of)


def line(
    id: str, amount: int, function: str = "interdiction", agency: str = "", stage: FundingStage = FundingStage.ENACTED
) -> BudgetLine:
    amounts = (Amount(fiscal_year=2021, stage=stage, amount=Decimal(amount)),)
    return BudgetLine(id=id, account=id, function=function, agency=agency, amounts=amounts)


def test_a_gap_that_hurts_duties_in_two_areas_is_in_one_row(national: National) -> None:
    national.enter("dhs", gap("a", cost(5), duties=("br-ctr-04",)))
    national.enter("dhs", gap("b", cost(7), duties=("br-ctr-04", "bb-ctr-14")))
    found = roll_up(national.log, national.rights("ondcp"), PLAN, by="area")
    assert {row.key: row.cost[2022]["USD"] for row in found.rows} == {
        "beyond-the-borders + border-regions": Decimal(7),
        "border-regions": Decimal(5),
    }
    assert found.whole.cost == {2022: {"USD": Decimal(12)}}
    assert found.basis.reports == 2


def allocation(figure: float, id: str = "spring") -> Allocation:
    posting = Posting(means="dhs/cutters", way="dhs/coast", days=20.0)
    return Allocation(id=id, title="More days", postings=(posting,), expected={"kg met a month": figure})


def test_a_gap_that_rests_on_a_kept_allocation_shows_what_it_is_expected_to_bring(national: National) -> None:
    national.enter("ondcp", allocation(100.0))
    national.enter("ondcp", allocation(210.5))
    national.enter("dhs", Gap(id="cutters", title="Two cutters", effect="More", effect_rests_on="ondcp/spring"))
    (row,) = gaps(national.log, national.rights("doj"), PLAN)
    assert row.expected is not None
    assert row.expected.figures == {"kg met a month": 210.5}
    assert effect_in_words(row) == "More (ondcp/spring). By ondcp/spring, More days: kg met a month: 210.5"
    # The gap's report, and the allocation's.
    assert roll_up(national.log, national.rights("doj"), PLAN).basis.reports == 2


def test_an_allocation_that_a_reader_may_not_see_is_as_if_it_named_nothing(national: National) -> None:
    national.enter("ondcp", allocation(100.0), green("ondcp"))
    for id, rests_on in (("a", "ondcp/spring"), ("b", "ondcp/never")):
        national.enter("dhs", Gap(id=id, title=id, effect="More", effect_rests_on=rests_on), clear("dhs"))
    seen, never = gaps(national.log, national.rights("courier"), PLAN)
    assert (seen.expected, never.expected) == (None, None)
    assert effect_in_words(seen) == "More (ondcp/spring)"
    assert roll_up(national.log, national.rights("courier"), PLAN).basis.banner == "TLP:CLEAR//DHS"
    mine, _ = gaps(national.log, national.rights("ondcp"), PLAN)
    assert mine.expected is not None


def test_a_part_of_a_wider_gap_is_shown_and_counted_with_it(national: National) -> None:
    national.enter("dhs", gap("wide", cost(100)))
    national.enter("doj", gap("part", cost(30), part_of="dhs/wide"))
    rows = {row.key: row for row in gaps(national.log, national.rights("ondcp"), PLAN)}
    assert rows["doj/part"].counted_with == "dhs/wide"
    assert roll_up(national.log, national.rights("ondcp"), PLAN).whole.cost == {2022: {"USD": Decimal(100)}}


def test_where_the_wider_gap_is_not_seen_the_part_counts_for_itself(national: National) -> None:
    hidden = Marking(originator="dhs", tlp=Tlp.RED, orcon=True, rel_to=())
    national.enter("dhs", gap("wide", cost(100)), hidden)
    national.enter("doj", gap("part", cost(30), part_of="dhs/wide"))
    whole = roll_up(national.log, national.rights("ondcp"), PLAN).whole
    assert (whole.gaps, whole.cost) == (1, {2022: {"USD": Decimal(30)}})


def test_gaps_that_are_parts_of_each_other_are_not_lost(national: National) -> None:
    national.enter("dhs", gap("a", cost(1), part_of="dhs/b"))
    national.enter("dhs", gap("b", cost(2), part_of="dhs/a"))
    national.enter("dhs", gap("c", cost(4), part_of="dhs/c"))
    assert roll_up(national.log, national.rights("ondcp"), PLAN).whole.cost == {2022: {"USD": Decimal(7)}}


def test_by_function_numbers_and_costs_both_add_up(national: National) -> None:
    national.enter("dhs", gap("a", cost(5), cost(2, function="research")))
    national.enter("dhs", gap("b", cost(7)))
    national.enter("dhs", gap("c"))
    found = roll_up(national.log, national.rights("ondcp"), PLAN, by="function")
    assert sum(row.gaps for row in found.rows) == found.whole.gaps == 3
    assert {row.key: row.cost.get(2022, {}).get("USD") for row in found.rows} == {
        "": None,
        "interdiction": Decimal(12),
        "interdiction + research": None,
        "research": Decimal(2),
    }
    assert found.whole.costed == 2


def test_a_gap_filed_anew_takes_the_place_of_the_older(national: National) -> None:
    national.enter("dhs", gap("a", cost(5)))
    national.enter("dhs", Gap(id="a", title="a", costs=(cost(6),), status=GapStatus.ENACTED))
    (row,) = gaps(national.log, national.rights("ondcp"), PLAN)
    assert (row.gap.status, row.cost) == (GapStatus.ENACTED, {"USD": Decimal(6)})


def test_currencies_are_never_added(national: National) -> None:
    national.enter("dhs", gap("a", cost(5), cost(5, currency="EUR")))
    assert roll_up(national.log, national.rights("ondcp"), PLAN).whole.cost == {
        2022: {"EUR": Decimal(5), "USD": Decimal(5)}
    }


def test_a_duty_that_the_plan_does_not_have_is_refused(national: National) -> None:
    with pytest.raises(BadEntry, match="no such duty") as refused:
        national.enter("dhs", gap("a", duties=("br-ctr-04", "xx-99")))
    assert refused.value.where == "xx-99"
    paid = BudgetLine(id="l", account="Ops", function="interdiction", amounts=(), duties=("xx-99",))
    with pytest.raises(BadEntry, match="no such duty"):
        national.enter("dhs", paid)


def test_a_duty_that_the_plan_does_not_have_is_said_of_what_was_filed_all_the_same(national: National) -> None:
    for name, duties in (("a", ("br-ctr-04", "xx-99")), ("b", ("xx-99",)), ("c", ())):
        content = Response(plan=PLAN.id, fiscal_year=2021, entry=gap(name, cost(1), duties=duties))
        national.submit(Report(marking=green("dhs"), source=Source(dataset="another-program"), content=content))
    a, b, c = gaps(national.log, national.rights("ondcp"), PLAN)
    assert (a.unknown_duties, a.areas) == (("xx-99",), ("border-regions", "unknown duty"))
    assert (b.unknown_duties, b.areas) == (("xx-99",), ("unknown duty",))
    assert (c.unknown_duties, c.areas) == ((), ("plan-wide",))
    assert duties_in_words(a) == "br-ctr-04, xx-99 (unknown)"
    rolled = roll_up(national.log, national.rights("ondcp"), PLAN, by="area")
    assert {row.key: row.gaps for row in rolled.rows} == {
        "border-regions + unknown duty": 1,
        "plan-wide": 1,
        "unknown duty": 1,
    }


def test_a_renamed_agency_keeps_its_gaps_and_what_refers_to_them(national: National) -> None:
    national.enter("uspis", gap("wide", cost(100)))
    national.enter("dhs", gap("part", cost(30), part_of="uspis/wide"))
    national.enter("ondcp", BudgetLine(id="l", account="l", function="f", amounts=(), gaps=("uspis/wide",)))
    old = Agency("uspis", "Old", "US", kind=AgencyKind.FEDERAL, active=False)
    new = Agency("pis", "New", "US", kind=AgencyKind.FEDERAL, successor_of=("uspis",))
    national.log.register(old, new, Viewer("ann@pis", "pis"))
    rows = {row.key: row for row in gaps(national.log, national.rights("ondcp"), PLAN)}
    assert rows["dhs/part"].counted_with == "pis/wide"
    assert rows["pis/wide"].paid == ("ondcp/l",)


def test_an_unknown_roll_up_is_refused_by_name(national: National) -> None:
    with pytest.raises(BadRollUp, match="use agency, area, function, status"):
        roll_up(national.log, national.rights("ondcp"), PLAN, by="weather")
    with pytest.raises(BadRollUp, match="use agency, function, account, duty"):
        funds(national.log, national.rights("ondcp"), PLAN, by=("agency", "weather"))


# ---- budgets ---------------------------------------------------------------------------------------------------------


def test_request_enacted_and_actual_stand_apart(national: National) -> None:
    fill(national)
    found = funds(national.log, national.rights("ondcp"), PLAN, by=("agency",))
    assert found.columns == ("2020 actual", "2021 enacted", "2022 request")
    assert found.whole.amounts["2021 enacted"] == {"USD": Decimal(5_413_000_000)}
    assert [row.key for row in found.rows] == [("dhs",), ("doj",), ("uspis",)]
    by_function = funds(national.log, national.rights("ondcp"), PLAN, by=("function",))
    assert by_function.whole == found.whole


def test_a_line_in_two_functions_is_in_no_sum_and_named(national: National) -> None:
    first = national.enter("dhs", line("ships", 5))
    second = national.enter("dhs", line("ships", 5, function="research"))
    national.enter("dhs", line("boats", 3))
    found = funds(national.log, national.rights("ondcp"), PLAN)
    assert found.whole.amounts == {"2021 enacted": {"USD": Decimal(3)}}
    (conflict,) = found.conflicts
    assert (conflict.line, conflict.functions) == ("dhs/ships", ("interdiction", "research"))
    assert set(conflict.reports) == {first, second}
    assert found.conflict_basis.reports == 2


def test_a_line_in_two_functions_counts_again_when_one_is_superseded(national: National) -> None:
    national.enter("dhs", line("ships", 5))
    (older,) = national.filed("dhs")
    national.enter("dhs", line("ships", 6, function="research"), older=[older])
    found = funds(national.log, national.rights("ondcp"), PLAN)
    assert (found.conflicts, found.whole.amounts) == ((), {"2021 enacted": {"USD": Decimal(6)}})


def test_a_line_that_two_agencies_report_counts_once(national: National) -> None:
    national.enter("dhs", line("ships", 5))
    national.enter("ondcp", line("ships", 5, agency="dhs"))
    assert funds(national.log, national.rights("ondcp"), PLAN).whole.amounts == {"2021 enacted": {"USD": Decimal(5)}}


def test_a_line_of_which_two_agencies_report_two_amounts_is_disputed(national: National) -> None:
    national.enter("dhs", line("ships", 5))
    national.enter("ondcp", line("ships", 6, agency="dhs"))
    found = funds(national.log, national.rights("ondcp"), PLAN)
    assert found.whole.amounts == {}
    assert found.conflicts[0].amounts_of == ("2021 enacted",)


def test_a_line_of_a_renamed_agency_counts_once_under_either_name(national: National) -> None:
    national.enter("uspis", line("vans", 5))
    national.enter("ondcp", line("vans", 5, agency="uspis"))
    old = Agency("uspis", "Old", "US", kind=AgencyKind.FEDERAL, active=False)
    new = Agency("pis", "New", "US", kind=AgencyKind.FEDERAL, successor_of=("uspis",))
    national.log.register(old, new, Viewer("ann@pis", "pis"))
    national.enter("pis", line("vans", 5))
    found = funds(national.log, national.rights("ondcp"), PLAN, by=("agency",))
    assert [(row.key, row.amounts) for row in found.rows] == [(("pis",), {"2021 enacted": {"USD": Decimal(5)}})]
    assert found.conflicts == ()


def test_what_a_reader_may_not_see_disputes_nothing_for_it(national: National) -> None:
    national.enter("dhs", line("ships", 5), clear("dhs"))
    national.enter("ondcp", line("ships", 6, agency="dhs"), green("ondcp"))
    assert funds(national.log, national.rights("ondcp"), PLAN).conflicts
    found = funds(national.log, national.rights("courier"), PLAN)
    assert (found.conflicts, found.whole.amounts) == ((), {"2021 enacted": {"USD": Decimal(5)}})


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["dhs", "doj"]),
        st.sampled_from(["", "dhs"]),
        st.sampled_from(["interdiction", "research"]),
        st.sampled_from(list(FundingStage)),
        st.integers(0, 10),
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(_LINES)
def test_whatever_is_filed_every_split_adds_up_to_the_same_whole(lines: list[tuple[str, ...]]) -> None:
    everything = [
        Filed(
            id=f"r-{number}",
            submitted_at=NOW,
            by="x",
            agency=agency,
            originator=agency,
            owner=of or agency,
            marking=green(agency),
            content=Response(
                plan=PLAN.id,
                fiscal_year=YEAR,
                entry=line(id, amount, function, of, stage),  # type: ignore[arg-type]
            ),
        )
        for number, (id, agency, of, function, stage, amount) in enumerate(lines)
    ]
    tables = [
        fund_table(everything, by) for by in (("agency",), ("function",), ("agency", "function"), ("account",), ())
    ]
    for found in tables:
        assert found.whole == tables[0].whole
        assert found.conflicts == tables[0].conflicts
        for column in found.columns if found.by else ():
            sums = sum((row.amounts.get(column, {}).get("USD", Decimal(0)) for row in found.rows), Decimal(0))
            assert sums == found.whole.amounts[column]["USD"]


_GAPS = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["dhs", "doj"]),
        st.lists(st.sampled_from(["br-ctr-04", "bb-ctr-14", "none"]), max_size=3),
        st.lists(st.tuples(st.sampled_from(["f", "g"]), st.integers(0, 9)), max_size=3),
        st.sampled_from(["", "dhs/a", "doj/b", "dhs/c"]),
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(_GAPS)
def test_every_roll_up_of_gaps_counts_each_once(found: list[tuple]) -> None:
    everything = [
        Filed(
            id=f"r-{number}",
            submitted_at=NOW,
            by="x",
            agency=agency,
            originator=agency,
            owner=agency,
            marking=green(agency),
            content=Response(
                plan=PLAN.id,
                fiscal_year=YEAR,
                entry=gap(
                    id, *(cost(amount, function=f) for f, amount in costs), duties=tuple(duties), part_of=part_of
                ),
            ),
        )
        for number, (id, agency, duties, costs, part_of) in enumerate(found)
    ]
    rows = gap_rows(everything, PLAN)
    assert len(rows) == len({(agency, id) for id, agency, *_ in found})
    # A gap counts with another only where following the chain ends at one that counts for itself.
    by_key = {row.key: row for row in rows}
    for row in rows:
        seen = {row.key}
        while row.counted_with:
            row = by_key[row.counted_with]
            assert row.key not in seen
            seen.add(row.key)


def test_an_entry_is_refused_that_cannot_be(national: National) -> None:
    with pytest.raises(Exception, match="negative"):
        enter(PLAN, gap("a", cost(-1)), YEAR, marking=green("dhs"))
