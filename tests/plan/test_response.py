"""Agencies' responses: the clock, drafts, sign-off, submission, two submissions, renamings, and who sees what."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from cutset.access.registry import Agency, AgencyKind, Viewer
from cutset.clock import fixed
from cutset.log.store import Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.register import Agreement, Gap, Member, TaskForce, Technology, TechnologyStage
from cutset.model.report import Receipt, Report, Response, Source
from cutset.node import Node
from cutset.plan import guided, response
from cutset.plan.fiscal_years import BadFiscalYear, read
from cutset.plan.guided import BadDocument
from cutset.plan.prefill import Line, guide
from cutset.plan.response import BadResponse, Reading, Stage, Standing, Timing, reading
from tests.plan.national import NOW, PLAN, YEAR, National, clear, fill, green, seizure

ITEMS = {each.id: f"On {each.id}." for each in PLAN.response_items}


@pytest.fixture
def national(tmp_path: Path) -> National:
    return National(tmp_path)


def read_by(national: National, agency: str = "ondcp", at: datetime = NOW, year: int = YEAR) -> Reading:
    return reading(national.log, national.rights(agency), PLAN, year, fixed(at))


def of(found: Reading, agency: str) -> Standing:
    return next(each for each in found.standings if each.agency == agency)


def test_every_agency_that_was_asked_stands_in_the_reading_and_nothing_is_there_yet(national: National) -> None:
    found = read_by(national)
    assert [each.agency for each in found.standings] == list(response.asked(PLAN))
    assert {each.stage for each in found.standings} == {Stage.NONE}
    assert {each.timing for each in found.standings} == {Timing.OVERDUE}
    assert (found.basis.reports, found.basis.banner) == (0, "")


@pytest.mark.parametrize(
    ("today", "timing"),
    [
        (datetime(2021, 9, 30, 23, tzinfo=UTC), Timing.OPEN),
        (datetime(2021, 10, 1, tzinfo=UTC), Timing.PERHAPS_OVERDUE),
        (datetime(2021, 10, 30, tzinfo=UTC), Timing.PERHAPS_OVERDUE),
        (datetime(2021, 10, 31, tzinfo=UTC), Timing.OVERDUE),
    ],
)
def test_the_clock_of_a_response_not_given_knows_what_it_does_not_know(
    national: National, today: datetime, timing: Timing
) -> None:
    assert of(read_by(national, at=today), "dod").timing is timing


@pytest.mark.parametrize(
    ("day", "timing"),
    [
        (datetime(2021, 9, 30, tzinfo=UTC), Timing.IN_TIME),
        (datetime(2021, 10, 1, tzinfo=UTC), Timing.PERHAPS_LATE),
        (datetime(2021, 10, 30, tzinfo=UTC), Timing.PERHAPS_LATE),
        (datetime(2021, 10, 31, tzinfo=UTC), Timing.LATE),
    ],
)
def test_a_response_is_late_by_the_day_on_which_it_came(national: National, day: datetime, timing: Timing) -> None:
    national.respond("dhs", day)
    found = read_by(national)
    assert of(found, "dhs").timing is timing
    assert (of(found, "dhs") in found.late) == (timing is not Timing.IN_TIME)


def test_where_the_day_of_publication_is_known_the_clock_is_exact(national: National) -> None:
    dated = msgspec.structs.replace(PLAN, published="2021-08-05")
    due = response.due(dated, YEAR)
    assert due is not None
    assert (str(due.first), str(due.last)) == ("2021-10-04", "2021-10-04")


def test_another_fiscal_year_has_no_clock(national: National) -> None:
    assert {each.timing for each in read_by(national, year=2023).standings} == {Timing.NO_CLOCK}


def test_a_draft_is_seen_by_its_agency_and_by_nobody_else(national: National) -> None:
    national.submit(response.draft(PLAN, "dhs", YEAR, {"gaps": "Much."}))
    assert of(read_by(national, "dhs"), "dhs").stage is Stage.DRAFT
    assert of(read_by(national, "dhs"), "dhs").answered == 1
    assert of(read_by(national), "dhs").stage is Stage.NONE
    assert read_by(national).basis.reports == 0


def test_a_draft_must_answer_what_was_asked(national: National) -> None:
    with pytest.raises(BadResponse, match="no such item"):
        response.draft(PLAN, "dhs", YEAR, {"weather": "Fine."})


def test_only_a_whole_draft_is_signed_and_only_a_signed_one_submitted(national: National) -> None:
    national.submit(response.draft(PLAN, "dhs", YEAR, {**ITEMS, "gaps": "  "}))
    (half,) = response.drafts(national.filed("dhs"), PLAN, "dhs", YEAR)
    with pytest.raises(BadResponse, match=r"does not answer every item \(gaps\)"):
        response.sign(PLAN, half, by="ann@dhs")
    with pytest.raises(BadResponse, match="not signed"):
        response.submit(PLAN, half, marking=green("dhs"))
    national.submit(response.draft(PLAN, "dhs", YEAR, ITEMS, older=[half]))
    (full,) = response.drafts(national.filed("dhs"), PLAN, "dhs", YEAR)
    national.submit(response.sign(PLAN, full, by="ann@dhs"))
    (signed,) = response.drafts(national.filed("dhs"), PLAN, "dhs", YEAR)
    assert response.stage(signed) is Stage.SIGNED
    with pytest.raises(BadResponse, match="another agency"):
        response.submit(PLAN, signed, marking=green("doj"))
    with pytest.raises(BadResponse, match="only a draft"):
        response.sign(PLAN, signed, by="ann@dhs")


def test_a_signature_counts_only_from_the_viewer_whom_it_names(national: National) -> None:
    national.submit(response.draft(PLAN, "dhs", YEAR, ITEMS))
    (written,) = response.drafts(national.filed("dhs"), PLAN, "dhs", YEAR)
    national.submit(response.sign(PLAN, written, by="secretary@dhs"))
    (forged,) = response.drafts(national.filed("dhs"), PLAN, "dhs", YEAR)
    assert (forged.content.signed_by, forged.by) == ("secretary@dhs", "ann@dhs")
    assert response.stage(forged) is Stage.DRAFT


def test_a_submission_does_not_show_that_there_were_drafts(national: National) -> None:
    submitted = national.respond("dhs", datetime(2021, 9, 20, tzinfo=UTC))
    (entry,) = national.log.fetch([submitted], national.rights("ondcp")).values()
    assert entry.report.supersedes == ()
    assert [each.id for each in national.filed("ondcp")] == [submitted]
    assert len(national.filed("dhs")) == 3
    assert response.drafts(national.filed("dhs"), PLAN, "dhs", YEAR) == []


def test_of_two_submissions_the_later_is_in_force_and_both_are_listed(national: National) -> None:
    first = national.respond("dhs", datetime(2021, 9, 20, tzinfo=UTC), gaps="One.")
    second = national.respond("dhs", datetime(2021, 11, 20, tzinfo=UTC), gaps="Two.")
    for reader in ("ondcp", "dhs"):
        found = of(read_by(national, reader), "dhs")
        assert [each.id for each in found.submissions] == [first, second]
        assert [each.replaced for each in found.submissions] == [True, False]
        assert found.in_force is not None
        assert (found.in_force.id, found.answers["gaps"]) == (second, "Two.")
        # The first one met the clock: a correction does not make an agency late.
        assert found.timing is Timing.IN_TIME


def test_two_submissions_that_do_not_know_of_each_other_are_told_apart_by_their_time(national: National) -> None:
    for gaps, day in (("One.", 20), ("Two.", 21)):
        content = Response(plan=PLAN.id, fiscal_year=YEAR, items={**ITEMS, "gaps": gaps})
        report = Report(marking=green("dhs"), source=Source(dataset=response.DATASET), content=content)
        national.submit(report, datetime(2021, 9, day, tzinfo=UTC))
    found = of(read_by(national), "dhs")
    assert found.answers["gaps"] == "Two."
    assert [each.content.items["gaps"] for each in found.submissions] == ["One.", "Two."]


def test_the_same_submission_twice_is_one(national: National) -> None:
    content = Response(plan=PLAN.id, fiscal_year=YEAR, items=ITEMS)
    report = Report(marking=green("dhs"), source=Source(dataset=response.DATASET), content=content)
    assert national.submit(report) == national.submit(report)
    assert len(of(read_by(national), "dhs").submissions) == 1


def test_a_later_submission_that_a_reader_may_not_see_leaves_the_earlier_in_force_for_it(national: National) -> None:
    national.respond("dhs", datetime(2021, 9, 20, tzinfo=UTC), clear("dhs"), gaps="For all.")
    hidden = Marking(originator="dhs", tlp=Tlp.AMBER, rel_to=("agency:ondcp",))
    national.respond("dhs", datetime(2021, 9, 25, tzinfo=UTC), hidden, gaps="For one.")
    assert of(read_by(national, "ondcp"), "dhs").answers["gaps"] == "For one."
    assert of(read_by(national, "courier"), "dhs").answers["gaps"] == "For all."
    assert len(of(read_by(national, "courier"), "dhs").submissions) == 1


def test_an_agency_renamed_in_mid_year_has_one_response(national: National) -> None:
    national.respond("uspis", datetime(2021, 9, 20, tzinfo=UTC), gaps="Under the old name.")
    old = Agency("uspis", "Postal Inspection Service", "US", kind=AgencyKind.FEDERAL, active=False)
    new = Agency("pis", "Parcel Inspection Service", "US", kind=AgencyKind.FEDERAL, successor_of=("uspis",))
    national.log.register(old, new, Viewer("ann@pis", "pis"))
    found = read_by(national)
    assert "uspis" not in [each.agency for each in found.standings]
    assert of(found, "pis").answers["gaps"] == "Under the old name."
    assert of(found, "pis").name == "Parcel Inspection Service"
    national.respond("pis", datetime(2021, 11, 20, tzinfo=UTC), gaps="Under the new name.")
    found = read_by(national)
    assert of(found, "pis").answers["gaps"] == "Under the new name."
    assert [each.originator for each in of(found, "pis").submissions] == ["uspis", "pis"]
    assert response.of_agency(found, national.log.registry(), "uspis") == of(found, "pis")


def test_an_agency_that_was_not_asked_may_answer_and_is_shown(national: National) -> None:
    national.log.register(Agency("tribe", "A Nation", "US", kind=AgencyKind.TRIBAL), Viewer("ann@tribe", "tribe"))
    national.respond("tribe", datetime(2021, 9, 20, tzinfo=UTC))
    assert read_by(national).standings[-1].agency == "tribe"


def test_a_purged_response_is_gone(national: National) -> None:
    submitted = national.respond("dhs", datetime(2021, 9, 20, tzinfo=UTC))
    national.log.register(Viewer("pat@dhs", "dhs", roles=("privacy-officer",)))
    national.log.purge([submitted], reason="a test", by="pat@dhs")
    assert of(read_by(national), "dhs").submissions == ()


def test_a_withdrawn_response_leaves_none_in_force(national: National) -> None:
    submitted = national.respond("dhs", datetime(2021, 9, 20, tzinfo=UTC))
    content = Response(plan=PLAN.id, fiscal_year=YEAR)
    source = Source(dataset=response.DATASET)
    report = Report(marking=green("dhs"), source=source, content=content, supersedes=(submitted,), withdrawn=True)
    national.submit(report)
    found = of(read_by(national), "dhs")
    assert found.in_force is None
    assert [each.id for each in found.submissions] == [submitted]


@pytest.mark.parametrize("label", ["", "FY", "FY 20211", "2021-22", "FY 21A", "1066", "FY -2021", "the year 2021"])
def test_what_is_no_fiscal_year_is_refused(label: str) -> None:
    with pytest.raises(BadFiscalYear):
        read(label)


@pytest.mark.parametrize("label", ["2021", "FY2021", "fy 21", " FY '21 ", "fiscal year 2021", 2021])
def test_fiscal_years_as_people_write_them(label: str | int) -> None:
    assert read(label) == 2021


@pytest.mark.parametrize("year", [0, 1066, 20211, -2021])
def test_no_response_is_made_for_a_year_that_is_none(year: int) -> None:
    with pytest.raises(BadFiscalYear):
        response.draft(PLAN, "dhs", year, ITEMS)


# ---- the guided document ---------------------------------------------------------------------------------------------


def test_the_document_tells_what_the_log_knows_and_gives_back_what_was_written(national: National) -> None:
    fill(national)
    items = guide(
        national.log, national.rights("dhs"), PLAN, "dhs", YEAR, written={"gaps": "None.\n\n> but\n## one\n\\# two"}
    )
    text = guided.write(PLAN, "dhs", YEAR, items)
    assert (
        "> - Takes part in Southwest Border Task Force with 140 people, as lead. It leads it. [1 report, made;" in text
    )
    assert "Scanners for outbound lanes: USD 50,500,000; request." in text
    assert guided.read(text, PLAN) == {"gaps": "None.\n\n> but\n## one\n\\# two"}


def test_a_department_is_offered_what_its_components_did_under_their_names(national: National) -> None:
    coast_guard = Agency("uscg", "Coast Guard", "US", kind=AgencyKind.FEDERAL)
    national.log.register(coast_guard, Viewer("ann@uscg", "uscg"))
    fill(national)
    day = datetime(2021, 3, 1, tzinfo=UTC)
    national.at = day
    shared = Marking(originator="uscg", tlp=Tlp.AMBER, rel_to=("agency:dhs", "agency:doj"))
    national.submit(seizure("uscg", day, "cocaine", 9.0, area="border region", modality="maritime", marking=shared))
    national.enter("uscg", Gap(id="ships", title="Ships", duties=("bb-rts-08",)))
    national.enter("uscg", TaskForce(id="swb", name="Caribbean force", members=(Member(agency="uscg", people=3),)))
    national.enter("uscg", Agreement(id="bs", partner="Bahamas"))
    national.enter("uscg", Technology(id="uav", type="drone", stage=TechnologyStage.DEPLOYED, count=2))

    def lines(agency: str) -> list[Line]:
        rights = national.rights("dhs")
        take = Node.open(national.log.url).taker(rights, PLAN, YEAR)
        return [line for item in guide(national.log, rights, PLAN, agency, YEAR, take=take) for line in item.lines]

    told = [line.text for line in lines("dhs")]
    for text in (
        "Coast Guard: submitted 1 report of these.",
        "1 report may be seen by Department of Justice.",
        "Coast Guard: 1 agreement in force, with Bahamas.",
        "Coast Guard: Takes part in Caribbean force with 3 people.",
        "Coast Guard: Ships: cost not yet known; identified.",
        "Coast Guard: 2 × drone (deployed).",
    ):
        assert text in told, told
    # What goes to the department stays in it; and its component is no partner of it.
    assert not any("may be seen by Department of Homeland Security" in text for text in told)
    assert not any(text.startswith("Coast Guard shared") for text in told)
    (force,) = [text for text in told if text.startswith("Agreements in force: ")]
    assert force == "Agreements in force: 2 agreements; by component: Coast Guard 1."
    # Another department is offered none of it, and the component itself as its own.
    assert not any("Coast Guard: " in line.text for line in lines("doj"))
    assert "Ships: cost not yet known; identified." in [line.text for line in lines("uscg")]


def test_what_one_agency_does_not_see_is_not_offered_to_it(national: National) -> None:
    fill(national)
    secret = Marking(originator="doj", tlp=Tlp.RED, orcon=True, rel_to=())
    before = guide(national.log, national.rights("dhs"), PLAN, "doj", YEAR)
    content = Response(plan=PLAN.id, fiscal_year=YEAR, entry=national.filed("doj")[0].content.entry)
    national.submit(Report(marking=secret, source=Source(dataset="hidden"), content=content))
    assert guide(national.log, national.rights("dhs"), PLAN, "doj", YEAR) == before


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("## weather\nFine.", "no such item"),
        ("## gaps\nOne.\n## gaps\nTwo.", "an item stands twice"),
        ("lost words\n## gaps\nOne.", "under no item"),
    ],
)
def test_a_document_of_another_form_is_refused(text: str, what: str) -> None:
    with pytest.raises(BadDocument, match=what):
        guided.read(text, PLAN)


def test_a_response_is_taken_in_only_from_its_own_agency(national: National) -> None:
    report = response.draft(PLAN, "dhs", YEAR, ITEMS)
    (answer,) = national.log.append([Submission(report=report, by="ann@doj")])
    assert not isinstance(answer, Receipt)
