"""The Plan as data: that it is whole, that it says what the text says, and that a broken plan is told precisely."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from cutset.plan import document
from cutset.plan.catalogue import BadCatalogue, UnknownMeasure, catalogue, objects, read
from cutset.plan.clauses import PLAN_WIDE, Duty, Modal, Plan, reference
from cutset.plan.document import BadPlan, UnknownTerm, concerned, counts, duties, duties_measured_by, load
from cutset.plan.wording import BadText, disagreements, sentences

ROOT = Path(__file__).parents[2]
FILES = Path(__file__).parent / "files"
MADE = Path(document.__file__).parent / "made_state" / "plan.toml"
MADE_TEXT = FILES / "made_state_plan.txt"
SEED = Path(os.environ.get("CUTSET_SEED", ROOT / "../shared/seed"))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load("niccp_2021")


@pytest.fixture(scope="module")
def seed() -> str:
    path = SEED / "national-interdiction-command-and-control-plan-2021.txt"
    if not path.is_file():
        pytest.skip("the Plan's text is not here; set CUTSET_SEED to the folder that holds it")
    return path.read_text(encoding="utf-8")


# The plan itself


def test_the_plan_has_what_its_text_counts(plan: Plan) -> None:
    found = counts(plan)
    assert found["areas"] == 3
    assert found["focus_areas"] == 3
    assert found["lines_of_effort"] == 9
    assert found["assumptions"] == 8
    assert found["response_items"] == 5
    assert found["strategies"] == 3
    assert plan.response is not None
    assert plan.response.days == 60
    assert Counter(line.focus for line in plan.lines_of_effort) == {"network": 3, "countering": 3, "routes": 3}
    assert [target.abbreviation for target in plan.priority_targets] == ["CPOT"]
    assert {principle.kind for principle in plan.principles} == {"goal", "budget"}


def test_each_area_and_focus_has_duties_and_an_id_tells_which(plan: Plan) -> None:
    areas = {"bb": "beyond-the-borders", "br": "border-regions", "in": "inside-the-borders", "pl": PLAN_WIDE}
    focus = {"net": "network", "ctr": "countering", "rts": "routes", "all": PLAN_WIDE}
    cells = Counter()
    numbers: dict[str, list[int]] = {}
    for duty in plan.duties:
        found = re.fullmatch(r"(\w\w)-(\w\w\w)-(\d\d)", duty.id)
        assert found, duty.id
        assert (areas[found[1]], focus[found[2]]) == (duty.area, duty.focus), duty.id
        cells[duty.area, duty.focus] += 1
        numbers.setdefault(duty.id[:6], []).append(int(found[3]))
    assert len(cells) == 3 * 3 + 4
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_every_line_of_effort_and_object_has_duties(plan: Plan) -> None:
    assert {duty.line_of_effort for duty in plan.duties} - {""} == {line.id for line in plan.lines_of_effort}
    assert {each for duty in plan.duties for each in duty.objects} == set(objects())


def test_each_measure_speaks_to_a_duty(plan: Plan) -> None:
    for measure in catalogue().measures:
        assert duties_measured_by(plan, measure.id), measure.id


def test_duties_are_said_briefly_and_once(plan: Plan) -> None:
    assert all(len(duty.text.split()) <= 24 for duty in plan.duties), [
        duty.id for duty in plan.duties if len(duty.text.split()) > 24
    ]
    said = Counter((duty.text, duty.area) for duty in plan.duties)
    assert [text for text, times in said.items() if times > 1] == []


def test_duties_stand_in_the_order_of_the_text_within_their_area(plan: Plan) -> None:
    order = {section.id: number for number, section in enumerate(plan.sections)}

    def place(duty: Duty) -> tuple[int, int, int]:
        at = reference(duty.at)
        return order[at.section], at.paragraph, at.sentence

    for before, after in pairwise(plan.duties):
        assert before.area != after.area or place(before) <= place(after), (before.id, after.id)


# The plan against its text


def test_every_word_of_duty_in_the_text_is_accounted_for(plan: Plan, seed: str) -> None:
    assert disagreements(plan, seed) == ()


def test_a_sentence_with_several_modals_has_as_many_duties(plan: Plan, seed: str) -> None:
    strong = re.compile(r"\b(shall|must|should)\b")
    at = Counter(duty.at for duty in plan.duties)
    for sentence in sentences(plan, seed):
        if at[sentence.at]:
            assert at[sentence.at] >= len(strong.findall(sentence.text)) or sentence.at == "goals 1.1", sentence


def test_taking_out_any_duty_or_excuse_is_noticed(plan: Plan, seed: str) -> None:
    standing = Counter(at for duty in plan.duties for at in (duty.at, *duty.also_at))
    alone = next(duty for duty in plan.duties if standing[duty.at] == 1 and duty.modal is Modal.SHALL)
    without = msgspec.structs.replace(plan, duties=tuple(duty for duty in plan.duties if duty is not alone))
    assert [found.at for found in disagreements(without, seed)] == [alone.at]
    excused = msgspec.structs.replace(plan, not_duties=plan.not_duties[1:])
    assert [found.at for found in disagreements(excused, seed)] == [plan.not_duties[0].at]


def test_heading_lists_are_those_of_the_text(plan: Plan) -> None:
    abbreviations = {agency.written: agency.id for agency in plan.agencies if agency.written}
    for section in plan.sections:
        listed = re.search(r"\(([^)]*)\)$", section.heading)
        expected = [abbreviations[each] for each in listed[1].split(", ")] if listed else []
        assert list(section.agencies) == expected, section.id


def test_who_is_said_to_be_in_the_text_is_there(plan: Plan, seed: str) -> None:
    text = " ".join(seed.split()).lower()
    for agency in plan.agencies:
        if agency.in_text:
            assert agency.written.lower() in text, agency.id
        else:
            assert not re.search(rf"\b{re.escape(agency.name.lower())}\b", text), agency.id
    for strategy in plan.strategies:
        assert strategy.name.lower() in text


def test_nothing_is_copied_from_the_text(plan: Plan, seed: str) -> None:
    def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
        # What such governments are called is a name, and one word here.
        named = re.sub(r"state, territorial, local,? and tribal", "governments", text.lower())
        words = re.findall(r"[a-z0-9]+", named)
        return set(zip(*(words[start:] for start in range(length)), strict=False))

    source = runs(seed)
    said = [(duty.id, duty.text) for duty in plan.duties]
    said += [(each.id, each.text) for each in (*plan.assumptions, *plan.response_items, *plan.principles)]
    assert [name for name, text in said if runs(text) & source] == []


# Asking


def test_duties_are_found_by_area_focus_object_and_words(plan: Plan) -> None:
    assert {duty.area for duty in duties(plan, area=PLAN_WIDE)} == {PLAN_WIDE}
    both = duties(plan, area="beyond-the-borders", focus="routes")
    assert both
    assert {(duty.area, duty.focus) for duty in both} == {("beyond-the-borders", "routes")}
    assert [duty.id for duty in duties(plan, object="tunnel")] == ["br-rts-06"]
    assert [duty.id for duty in duties(plan, text="PILL presses")] == ["br-ctr-06"]
    assert [duty.id for duty in duties(plan, text="tunnel")] == ["br-rts-06"]
    assert duties(plan, text="hips") == ()
    assert duties(plan) == plan.duties
    assert duties(plan, text="no such words here") == ()


def test_an_agency_has_the_duties_of_its_department_and_collectives(plan: Plan) -> None:
    coast_guard = {duty.id for duty in duties(plan, agency="uscg")}
    assert coast_guard >= {duty.id for duty in duties(plan, agency="dhs")}
    assert "bb-rts-01" in coast_guard
    # NDCPAs act there, but the heading does not list the Treasury.
    assert "bb-rts-06" not in {duty.id for duty in duties(plan, agency="treasury")}
    assert "pl-all-06" in {duty.id for duty in duties(plan, agency="treasury")}
    assert {duty.id for duty in duties(plan, agency="china")} == {"bb-net-02", "bb-rts-11", "bb-rts-12"}
    assert "bb-rts-06" in {duty.id for duty in duties(plan, agency="ndcpa")}


def test_a_collective_in_a_heading_stands_for_its_members() -> None:
    made = load(MADE)
    road = duties(made, text="highway seizure")[0]
    assert concerned(made, road) == {"state-police", "dry-county", "wet-county"}
    assert road in duties(made, agency="wet-county")
    assert [duty.id for duty in duties(made, agency="highway-patrol", text="parcels")] == ["mail-01"]


@pytest.mark.parametrize("asked", [{"area": "moon"}, {"focus": "moon"}, {"agency": "moon"}, {"object": "moon"}])
def test_a_word_that_the_plan_does_not_use_is_refused(plan: Plan, asked: dict[str, str]) -> None:
    with pytest.raises(UnknownTerm) as error:
        duties(plan, **asked)
    assert error.value.where == "moon"
    assert next(iter(asked)) in error.value.what


def test_an_unknown_measure_is_refused(plan: Plan) -> None:
    with pytest.raises(UnknownMeasure, match="linked-to-case"):
        duties_measured_by(plan, "leads")


@pytest.mark.parametrize(
    ("published", "first", "last"),
    [
        ("2021-08", "2021-09-30", "2021-10-30"),
        ("2021-08-20", "2021-10-19", "2021-10-19"),
        ("2024-02", "2024-04-01", "2024-04-29"),
        ("2021", "2021-03-02", "2022-03-01"),
    ],
)
def test_the_clock_of_the_response_knows_how_finely_the_day_is_known(
    plan: Plan, published: str, first: str, last: str
) -> None:
    due = document.response_due(msgspec.structs.replace(plan, published=published))
    assert due is not None
    assert (str(due.first), str(due.last)) == (first, last)


def test_a_plan_that_asks_for_no_response_has_no_clock(plan: Plan) -> None:
    assert document.response_due(msgspec.structs.replace(plan, response=None)) is None


# Other plans


def test_another_plan_loads_in_the_same_form_and_is_called_made() -> None:
    made = load(MADE)
    assert made.made
    assert [(duty.id, duty.area, duty.focus, duty.agencies) for duty in made.duties] == [
        ("road-01", "inside", "routes", ("state-police", "counties")),
        ("road-02", "inside", "routes", ("state-police", "counties")),
        ("mail-01", "inside", "routes", ("state-police",)),
        ("answer-01", PLAN_WIDE, PLAN_WIDE, ()),
    ]
    assert disagreements(made, MADE_TEXT.read_text(encoding="utf-8")) == ()


def test_footnotes_and_page_breaks_do_not_cut_a_sentence() -> None:
    found = {each.at: each.text for each in sentences(load(MADE), MADE_TEXT.read_text(encoding="utf-8"))}
    assert found["highways 1.3"] == "Smugglers will go round them."
    assert "answers 1.1" in found


def test_a_text_without_the_headings_is_refused() -> None:
    text = MADE_TEXT.read_text(encoding="utf-8").replace("Parcels (SP)", "Parcels")
    with pytest.raises(BadText) as error:
        sentences(load(MADE), text)
    assert error.value.where == "section parcels: Parcels (SP)"


def test_a_sentence_that_does_not_say_so_is_told() -> None:
    made = load(MADE)
    text = MADE_TEXT.read_text(encoding="utf-8")
    text = text.replace("will continue to work", "works").replace("must answer", "shall answer")
    assert [found.what for found in disagreements(made, text)] == [
        "duty mail-01: the sentence has no `will`",
        "duty mail-01: the sentence continues nothing",
        "duty answer-01: the sentence has no `must`",
    ]
    shorter = MADE_TEXT.read_text(encoding="utf-8").replace("Counties should share their detection\ndogs. ", "")
    assert ("highways 1.3", "not_duty highways 1.3 points at no sentence") in {
        (found.at, found.what) for found in disagreements(made, shorter)
    }


def test_a_plan_may_be_a_folder_of_files(tmp_path: Path) -> None:
    whole = MADE.read_text(encoding="utf-8")
    start = whole.index("[[duty]]")
    (tmp_path / "a.toml").write_text(whole[:start], encoding="utf-8")
    (tmp_path / "b.toml").write_text(whole[start:], encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a plan", encoding="utf-8")
    assert load(tmp_path) == load(MADE)


# Plans that are not sound


def broken(tmp_path: Path, change: Callable[[str], str]) -> BadPlan:
    path = tmp_path / "plan.toml"
    text = MADE.read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    with pytest.raises(BadPlan) as error:
        load(path)
    return error.value


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('["drug", "information-sharing"]', '["drug", "ferret"]', "duty road-01: objects names `ferret`"),
        ('["drug", "information-sharing"]', "[]", "duty road-01: it is about nothing"),
        ('["drug", "information-sharing"]', '["drug", "drug"]', "duty road-01: objects names `drug` twice"),
        ('["technology-shared"]', '["joy"]', "duty road-02: measures names `joy`"),
        ('["technology-shared"]', "[]", "duty road-02: it has no measure"),
        ('["technology-shared"]', '["seizures"]\nunmeasured = "x"', "duty road-02: it has measures, and `unmeasured`"),
        ('line_of_effort = "mail"', 'line_of_effort = "rail"', "duty mail-01: line_of_effort names `rail`"),
        ('at = "parcels 1.1"', 'at = "parcels"', "duty mail-01: `parcels` is not section, paragraph, sentence"),
        ('at = "parcels 1.1"', 'at = "parcels 0.1"', "duty mail-01: `parcels 0.1` is not section"),
        ('at = "parcels 1.1"', 'at = "packets 1.1"', "duty mail-01: at names `packets`"),
        ('at = "parcels 1.1"', 'at = "parcels 1.1"\narea = "moon"', "duty mail-01: area names `moon`"),
        ('id = "road-02"', 'id = "road-01"', "duty road-01: 2 clauses have the id `road-01`"),
        ('id = "mail-01"', 'id = "Mail 01"', "duty Mail 01: the id is not small letters"),
        ('text = "Share detection dogs between counties."', 'text = " "', "duty road-02: text is blank"),
        ('at = "highways 1.3"', 'at = "highways 1.2"', "not_duty highways 1.2: a duty stands at this very sentence"),
        ('parent = "state-police"', 'parent = "army"', "agency highway-patrol: parent names `army`"),
        ('parent = "state-police"', 'parent = "highway-patrol"', "agency highway-patrol: it is part of itself"),
        ('"dry-county", "wet-county"]', '"dry-county", "sea"]', "agency counties: members names `sea`"),
        ('measure = "lead-time"', 'measure = "joy"', "target leads-within-a-day: measure names `joy`"),
        ('code = "inside the borders"', 'code = "inside"', "area inside: code names `inside`"),
        ('prefill = ["reports-shared"]', 'prefill = ["joy"]', "response_item sharing: prefill names `joy`"),
        ('published = "2022-03-15"', 'published = "2022-13"', "published is `2022-13`"),
        ('published = "2022-03-15"', 'published = "FY22"', "published is `FY22`"),
        ('publisher = "governor"', 'publisher = "king"', "publisher names `king`"),
        ("days = 30", "days = 0", "response.days is 0"),
        ('to = "governor"', 'to = "king"', "response.to names `king`"),
        ('at = "purpose 1.1"', 'at = "purpose one"', "outcome: `purpose one` is not section"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    error = broken(tmp_path, lambda text: text.replace(old, new, 1))
    assert any(told in problem for problem in error.problems), error.problems
    assert told in str(error)


def test_the_line_of_a_mistake_is_told(tmp_path: Path) -> None:
    error = broken(tmp_path, lambda text: text.replace('["technology-shared"]', '["joy"]'))
    lines = (tmp_path / "plan.toml").read_text(encoding="utf-8").splitlines()
    header = max(n for n, line in enumerate(lines[: lines.index('id = "road-02"')], 1) if line == "[[duty]]")
    assert error.problems == (f"plan.toml, line {header}, duty road-02: measures names `joy`, which is not known",)
    assert error.what.startswith("the plan has 1 mistake: ")


@pytest.mark.parametrize(
    ("old", "new", "where", "told"),
    [
        ('modal = "should"', 'modal = "may"', "duty road-02, modal", "invalid enum value 'may'"),
        ('modal = "should"', 'modal = "should"\nweight = 3', "duty road-02", "unknown field `weight`"),
        ('kind = "office"', 'kind = "palace"', "agency governor, kind", "invalid enum value 'palace'"),
        ("fiscal_year = 2023", 'fiscal_year = "FY23"', "target leads-within-a-day, fiscal_year", "expected `int`"),
        ('modal = "should"\n', "", "duty road-02", "missing required field `modal`"),
        ('id = "road-02"\n', "", "duty highways 1.2", "missing required field `id`"),
        ('title = "', 'titel = "', "plan.toml", "unknown field `titel`"),
        ('[outcome]\ntext = "', '[outcome]\nwords = "', "outcome", "unknown field `words`"),
    ],
)
def test_a_wrong_form_is_told_with_its_place(tmp_path: Path, old: str, new: str, where: str, told: str) -> None:
    error = broken(tmp_path, lambda text: text.replace(old, new, 1))
    assert where in error.where
    assert told in error.what


def test_many_mistakes_are_told_at_once_and_the_message_stays_short(tmp_path: Path) -> None:
    error = broken(tmp_path, lambda text: re.sub(r"(?m)^(actors|members) = .*", r'\1 = ["a", "b", "c"]', text))
    assert len(error.problems) == 15
    assert "the plan has 15 mistakes: " in error.what
    assert error.what.endswith("; and 5 more")


def test_what_is_no_plan_at_all_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Año"'.encode("latin-1"))
    cut = tmp_path / "cut.toml"
    cut.write_text('id = "x"\ntitle = \nmade = true', encoding="utf-8")
    twice = tmp_path / "twice"
    twice.mkdir()
    for name in ("a.toml", "b.toml"):
        (twice / name).write_text('id = "x"\n', encoding="utf-8")
    told = {
        tmp_path / "absent": "there is no plan here",
        empty: "this folder holds no TOML file",
        latin: "a plan's file is not UTF-8",
        cut: "a plan's file is not TOML",
        twice: "two files of a plan set the same thing",
    }
    for path, what in told.items():
        with pytest.raises(BadPlan) as error:
            load(path)
        assert error.value.what == what
        assert error.value.where
    with pytest.raises(BadPlan, match=r"cut\.toml: .*line 2"):
        load(cut)


# The catalogue


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('better = "less"', 'better = "lower"', "Invalid enum value 'lower'"),
        ('by = ["agency", ', 'by = ["agencies", ', "a measure names agencies"),
        ('owner = "interdicting-agency"', 'owner = "someone"', "a measure names someone"),
        ('id = "accepted-lead-time"', 'id = "lead-time"', "two measures have one name"),
        ('unit = "hours"', 'unit = ""', "a measure's unit is blank"),
        ('rests_on = ["seizure", ', 'rests_on = ["rumour", ', "Invalid enum value 'rumour'"),
        ("[[measure]]", "[[measure]", "broken"),
    ],
)
def test_a_broken_catalogue_is_told(old: str, new: str, told: str) -> None:
    text = (ROOT / "cutset/plan/measures.toml").read_text(encoding="utf-8")
    with pytest.raises(BadCatalogue, match=re.escape(told)):
        read(text.replace(old, new, 1))


# The page


def test_the_page_counts_what_the_plan_holds(plan: Plan) -> None:
    page = (ROOT / "docs/plan.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| (\d+) \|$", page, re.MULTILINE))
    assert {name: int(number) for name, number in rows.items()} == {
        **counts(plan),
        "measures": len(catalogue().measures),
        "objects": len(objects()),
    }


def test_the_page_counts_duties_by_area_and_focus(plan: Plan) -> None:
    page = (ROOT / "docs/plan.md").read_text(encoding="utf-8")
    focus = ["network", "countering", "routes", PLAN_WIDE]
    for area in ["beyond-the-borders", "border-regions", "inside-the-borders", PLAN_WIDE]:
        numbers = [len(duties(plan, area=area, focus=each)) for each in focus]
        assert f"| {area} | {' | '.join(map(str, numbers))} | {sum(numbers)} |" in page


def test_the_page_explains_each_table_and_each_measure() -> None:
    page = (ROOT / "docs/plan.md").read_text(encoding="utf-8")
    for measure in catalogue().measures:
        assert f"| `{measure.id}` | {measure.title} | {measure.unit} |" in page, measure.id
    for name in Modal:
        assert f"`{name}`" in page
