from __future__ import annotations

import msgspec
import pytest

from cutset.access.registry import Agency, Registry, Viewer
from cutset.plan.agencies import Agencies
from cutset.plan.assumptions import Finding, assumptions_tested
from cutset.plan.clauses import Plan, Target
from cutset.plan.document import UnknownTerm, duties, load
from cutset.plan.scoreboard import Scoreboard, ScoreCell, State, scoreboard
from tests.plan.measuring import LATER, Measuring, accepted, case, month
from tests.samples import CLEAR, cocaine, day, marked, phone, seizure

ANN = phone("+5071")


def board(measuring: Measuring, plan: Plan | None = None, agency: str = "uspis") -> Scoreboard:
    rights = measuring.store.rights("ash")
    return scoreboard(measuring.sources, rights, "FY2024", plan=plan, agencies=[agency], clock=LATER)


def reading(found: Scoreboard, name: str, area: str = "border-regions"):  # type: ignore[no-untyped-def]
    return next(each for cell in found.cells if cell.area == area for each in cell.readings if each.measure == name)


@pytest.fixture
def linked(measuring: Measuring) -> Measuring:
    """Postal inspectors linked one of two seizures in fiscal year 2023, and both of two in 2024."""
    measuring.register(Agency("uspis", country="US"), Viewer("ann@uspis", "uspis"))
    card = measuring.put(case("7", ANN))
    for number, year in enumerate([2023, 2023, 2024, 2024]):
        event = measuring.put(
            seizure(ANN, when=day(5, 3, year), area="border region", marking=marked("uspis"), occurrence=number + 1)
        )
        if number:
            measuring.put(accepted(event, card))
    return measuring


def test_nothing_is_green_without_data(measuring: Measuring) -> None:
    plan = load("niccp_2021")
    rights = measuring.store.rights("ash")
    found = scoreboard(measuring.sources, rights, "FY2024", plan=plan, clock=LATER)
    assert {cell.state for cell in found.cells} == {State.NO_DATA, State.UNMEASURED}
    assert all(each.no_data for cell in found.cells for each in cell.readings)
    assert {duty for cell in found.cells for duty in cell.duties} == {duty.id for duty in plan.duties}
    assert {cell.area for cell in found.cells} == {*(each.id for each in plan.areas), "plan-wide"}
    assert (found.banner, found.made) == ("", False)


def test_nothing_is_green_without_a_target(linked: Measuring) -> None:
    found = board(linked)
    assert State.MET not in {cell.state for cell in found.cells}
    told = reading(found, "linked-to-case")
    assert told.state is State.NO_TARGET
    assert (told.figure.numerator, told.figure.denominator) == (2, 2)
    assert told.trend is not None
    assert (told.trend.before, told.trend.way) == (0.5, "up")
    # Two of two and one of two cannot be told apart.
    assert told.trend.good is None
    assert found.notes == ("niccp-2021 sets no target for FY2024, so that no cell can be met.",)
    assert found.banner == "TLP:CLEAR"


def test_a_target_is_met_or_missed(linked: Measuring) -> None:
    plan = load("niccp_2021")
    for value, state in ((0.9, State.MET), (1.1, State.MISSED)):
        target = Target(id="t", measure="linked-to-case", value=value, fiscal_year=2024)
        found = board(linked, msgspec.structs.replace(plan, targets=(target,)))
        assert reading(found, "linked-to-case").state is state
        # Other measures of the same cells have no target, so that none is green.
        assert State.MET not in {cell.state for cell in found.cells}
        assert (State.MISSED in {cell.state for cell in found.cells}) is (state is State.MISSED)


def test_a_cell_is_met_where_all_that_it_measures_is(linked: Measuring) -> None:
    plan = load("niccp_2021")
    duty = next(each for each in plan.duties if each.area == "border-regions" and "linked-to-case" in each.measures)
    duty = msgspec.structs.replace(duty, measures=("linked-to-case",), agencies=("uspis",), actors=())
    target = Target(id="t", measure="linked-to-case", value=0.9, fiscal_year=2024)
    (cell,) = board(linked, msgspec.structs.replace(plan, duties=(duty,), targets=(target,))).cells
    assert (cell.state, cell.agency, cell.duties) == (State.MET, "uspis", (duty.id,))
    neither = msgspec.structs.replace(duty, measures=("seizures",))
    target = msgspec.structs.replace(target, measure="seizures", value=1)
    (cell,) = board(linked, msgspec.structs.replace(plan, duties=(neither,), targets=(target,))).cells
    # More seizures are neither better nor worse, whatever somebody wrote as a target.
    assert cell.state is State.NO_TARGET


def test_a_department_holds_its_components(measuring: Measuring) -> None:
    measuring.register(Agency("cbp", country="US"), Viewer("ann@cbp", "cbp"))
    card = measuring.put(case("7", ANN))
    event = measuring.put(seizure(ANN, area="border region", marking=marked("cbp")))
    measuring.put(seizure(ANN, area="border region", marking=marked("cbp"), occurrence=2))
    measuring.put(accepted(event, card))
    told = reading(board(measuring, agency="dhs"), "linked-to-case", "border-regions")
    assert told.figure.denominator == 2


def test_an_unknown_agency_or_area_is_refused(measuring: Measuring) -> None:
    with pytest.raises(UnknownTerm):
        board(measuring, agency="nobody")
    with pytest.raises(UnknownTerm):
        scoreboard(measuring.sources, measuring.store.rights(), "FY2024", areas=["moon"])


def test_assumptions_without_data(measuring: Measuring) -> None:
    found = assumptions_tested(measuring.sources, measuring.store.rights(), clock=LATER)
    assert len(found) == len(load("niccp_2021").assumptions)
    assert all(each.no_data and each.caution and not each.statistics for each in found)


def told(measuring: Measuring, name: str, period: str | None = None) -> Finding:
    rights = measuring.store.rights("ash")
    found = assumptions_tested(measuring.sources, rights, period=period, clock=LATER)
    return next(each for each in found if each.id == name)


def test_cases_with_linked_interdictions_against_others(measuring: Measuring) -> None:
    event = measuring.put(seizure(ANN))
    for number in range(20):
        linked_too, charged = number < 10, number in range(8) or number in range(10, 13)
        card = measuring.put(case(str(number), opened=month(2), status="charged" if charged else "open"))
        if linked_too:
            measuring.put(accepted(event, card))
    found = told(measuring, "investigations-are-best")
    (statistic,) = found.statistics
    assert statistic.value == pytest.approx(8 / 3)
    assert (statistic.number, found.no_data, found.banner) == (20, "", "TLP:CLEAR//ASH")
    assert statistic.p == pytest.approx(0.0698, abs=1e-4)
    assert "order in time" in found.caution


def test_seizures_linked_to_a_case_against_others_of_like_size(measuring: Measuring) -> None:
    card = measuring.put(case("7"))
    for number in range(12):
        who = phone(f"+507{number}")
        goods = (cocaine(50.0),)
        first = measuring.put(seizure(who, when=day(2, 1), goods=goods, occurrence=number + 1))
        if number < 6:
            measuring.put(accepted(first, card))
        if number in (0, 1, 2, 3, 6):
            measuring.put(seizure(who, when=day(2, 6), occurrence=number + 1))
    found = told(measuring, "seizure-starts-a-case", "2024-01")
    (statistic,) = found.statistics
    assert statistic.value == pytest.approx((4 / 6) / (1 / 6))
    assert statistic.number == 12


def test_a_partner_that_fell_silent(measuring: Measuring) -> None:
    measuring.put(seizure(marking=marked("birch")))
    found = told(measuring, "partners-continue", "2024-02")
    (statistic,) = found.statistics
    assert (statistic.value, found.finding) == (1, "Silent: birch.")


def test_sharing_and_linking_need_five_agencies(measuring: Measuring) -> None:
    for number in range(6):
        name = f"agency-{number}"
        measuring.register(Agency(name, country="US"), Viewer(f"ann@{name}", name))
        card = measuring.put(case(name, marking=marked(name)))
        for each in range(number + 2):
            event = measuring.put(seizure(marking=marked(name), occurrence=each + 1))
            if each < number:
                measuring.put(accepted(event, card, marking=CLEAR))
    found = told(measuring, "sharing-multiplies")
    (statistic,) = found.statistics
    assert (statistic.value, statistic.number) == (1, 6)
    assert found.finding == "Agencies that share more link more."


def alike(cell: ScoreCell) -> tuple[object, ...]:
    """What a renaming leaves as it is; whom reports are shared with goes by today's registry."""
    figures = {each.measure: (each.figure.value, each.figure.reports, each.state) for each in cell.readings}
    return cell.area, cell.focus, cell.duties, figures | {"reports-shared": None}


def renamed(measuring: Measuring, *pairs: tuple[str, str]) -> None:
    """The first of each pair goes on under the name of the second."""
    measuring.register(*(Agency(older, country="US", active=False) for older, _ in pairs))
    measuring.register(*(Agency(now, country="US", successor_of=(older,)) for older, now in pairs))


@pytest.mark.parametrize("pair", [("cbp", "cbp2"), ("dhs", "homeland")], ids=["component", "department"])
def test_an_agency_renamed_in_mid_year_keeps_its_place_in_its_department(
    measuring: Measuring, pair: tuple[str, str]
) -> None:
    measuring.register(Agency("dhs", country="US"), Agency("cbp", country="US"))
    measuring.register(Viewer("ann@dhs", "dhs"), Viewer("ann@cbp", "cbp"))
    for originator in ("dhs", "cbp"):
        measuring.put(seizure(when=day(5, 3, 2024), area="border region", marking=marked(originator)))
    before = board(measuring, agency="dhs")
    assert reading(before, "seizures").figure.value == 2
    renamed(measuring, pair)
    department = "homeland" if pair[0] == "dhs" else "dhs"
    for asked in {"dhs", department}:
        now = board(measuring, agency=asked)
        assert {cell.agency for cell in now.cells} == {department}
        assert [alike(cell) for cell in now.cells] == [alike(cell) for cell in before.cells]
        assert f"{pair[0]} is counted as {pair[1]}, which succeeded it." in now.notes
    assert not any("counted as" in note for note in before.notes)


def test_an_agency_is_asked_for_by_its_name_of_today_or_of_the_plan(measuring: Measuring) -> None:
    measuring.register(Agency("cbp", country="US"), Agency("uscg", country="US"))
    before = board(measuring, agency="cbp")
    renamed(measuring, ("cbp", "cbp2"))
    assert board(measuring, agency="cbp2").cells == board(measuring, agency="cbp").cells
    assert [cell.duties for cell in board(measuring, agency="cbp2").cells] == [cell.duties for cell in before.cells]
    with pytest.raises(UnknownTerm):
        board(measuring, agency="nosuch")


def test_agencies_that_became_one_have_the_duties_of_both() -> None:
    plan = load("niccp_2021")
    joined = Registry(
        agencies=(Agency("alcohol-and-drugs", successor_of=("dea", "atf")), Agency("dhs2", successor_of=("dhs", "cbp")))
    )
    known = Agencies(plan, joined)
    assert known.in_plan("alcohol-and-drugs") == known.in_plan("dea") == ("dea", "atf")
    both = {duty.id for name in ("dea", "atf") for duty in duties(plan, agency=name)}
    assert {duty.id for duty in known.duties("alcohol-and-drugs")} == both
    assert known.above["alcohol-and-drugs"] == ("doj",)
    # What was merged into its own department is no part of itself, and the others are still part of it.
    assert known.above["dhs2"] == ()
    assert known.within("cbp") == {"dhs2", "uscg", "hsi"}
