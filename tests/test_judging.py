"""Judging two mentions: what is shown of them, what the judgement keeps of that, and how `why` draws it again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cutset
from cutset.access.registry import Agency, Viewer
from cutset.link import strength
from cutset.link.candidates.query import shipped_scorer
from cutset.link.judging import NothingToJudge, judgement_report
from cutset.link.leads import leads
from cutset.link.match import waterfall
from cutset.link.match.profile import profile
from cutset.link.references import BadReference, portion_name
from cutset.link.why import Explanation, NothingToDraw, data, svg
from cutset.link.why import why as explain
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Judgement, Report, Source
from cutset.node import Node, Refused
from tests.cli.running import run
from tests.samples import case, imo, marked, phone, portion, private, seizure
from tests.worlds import SHOWN, VIEWERS, Step, build, build_for, markings, sees

OLGA = Mention(kind=MentionKind.PERSON, role=Role.SUBJECT, name="Olga Montero", born=("1979-09-21",))
MET = Mention(kind=MentionKind.PERSON, role=Role.DRIVER, name="MONTERO, Olga", addresses=("Calle 7, Balboa",))


@pytest.fixture
def node(tmp_path: Path) -> Node:
    node = cutset.create(str(tmp_path / "judging.cutset"))
    for agency in ("ash", "birch"):
        node.register(Agency(agency, country="US"), Viewer(f"ann@{agency}", agency))
    return node


def olgas(node: Node, left: Mention = OLGA, right: Mention = MET) -> tuple[str, str]:
    """A mention in a case, and one in a seizure: no selector links them."""
    card = node.submit(case("7", left), by="ann@ash")
    event = node.submit(seizure(right), by="ann@ash")
    one, two = sorted((f"{card.id}#0", f"{event.id}#0"))
    return one, two


def judgement(node: Node, id: str) -> Judgement:
    entry = node.report(id, viewer="ann@ash")
    assert entry is not None
    assert isinstance(entry.report.content, Judgement)
    return entry.report.content


def why(node: Node, by: str = "ann@ash") -> Explanation:
    (lead,) = node.leads(viewer=by)
    return node.why(lead, viewer=by)


def test_judging_keeps_what_the_program_shows_and_why_shows_the_very_same(node: Node) -> None:
    pair = olgas(node)
    shown = node.compare(*reversed(pair), viewer="ann@ash")
    assert shown is not None
    assert {each.name: each.level for each in shown.comparisons if each.level != "MISSING"} == {
        "given": "SAME",
        "family": "SAME",
    }
    given = node.judge("same", pair, by="ann@ash", reason="her passport")
    kept = judgement(node, given.id)
    assert kept.score == shown.probability > 0.99
    assert kept.shown is not None
    assert kept.shown.weights == shown.version
    assert [(each.name, each.level, each.bits, each.share) for each in kept.shown.comparisons] == [
        (each.name, each.level, each.weight, each.share) for each in shown.comparisons
    ]
    found = why(node)
    (compared,) = found.compared
    assert compared.judgement == given.id
    assert compared.of == pair
    assert compared.waterfall is not None
    assert compared.waterfall.comparisons[1].share > 0
    assert compared.waterfall.weight == shown.weight
    assert waterfall.text(compared.waterfall) == waterfall.text(shown)
    assert [each.level_weight for each in compared.waterfall.comparisons] == pytest.approx(
        [each.level_weight for each in shown.comparisons]
    )
    assert found.lead.score == strength.judged(shown.probability) > strength.judged(None)


def test_the_values_stand_in_the_mentions_and_not_in_the_judgement(node: Node) -> None:
    given = node.judge("same", olgas(node), by="ann@ash")
    assert b"montero" not in msgspec.json.encode(judgement(node, given.id)).lower()
    (compared,) = why(node).compared
    assert compared.waterfall is not None
    assert [each.left for each in compared.waterfall.comparisons[:2]] == ["olga", "montero"]


def test_what_speaks_against_is_kept_and_lowers_the_odds(node: Node) -> None:
    other = msgspec.structs.replace(OLGA, name="Ana Ruiz", born=("1950-01-02",))
    given = node.judge("same", olgas(node, right=other), by="ann@ash")
    score = judgement(node, given.id).score
    assert score is not None
    assert score < 1e-4
    assert why(node).lead.score == strength.judged(score) < 0.01


def test_nothing_is_kept_where_nothing_can_be_compared(node: Node) -> None:
    named, unnamed = OLGA, phone("+5071")
    card = node.submit(case("7", named, imo("9074729")), by="ann@ash").id
    event = node.submit(seizure(unnamed), by="ann@ash").id
    for pair in ((f"{card}#0", f"{event}#0"), (f"{card}#1", f"{event}#0")):
        assert node.compare(*pair, viewer="ann@ash") is None
        kept = judgement(node, node.judge("same", pair, by="ann@ash").id)
        assert kept.score is None
        assert kept.shown is None
    assert why(node).lead.score == pytest.approx(strength.judged(None))
    with pytest.raises(NothingToDraw):
        svg(why(node))


def test_what_another_program_had_shown_is_kept_as_it_is_and_an_undo_rests_on_no_score(node: Node) -> None:
    given = node.judge("same", olgas(node), by="ann@ash", score=0.75, features={"family": 9.0})
    kept = judgement(node, given.id)
    assert (kept.score, kept.features, kept.shown) == (0.75, {"family": 9.0}, None)
    (compared,) = why(node).compared
    assert compared.waterfall is not None
    assert compared.waterfall.prior_weight == pytest.approx(compared.waterfall.weight - 9)
    undone = judgement(node, node.undo(given.id, by="ann@ash").id)
    assert (undone.score, undone.shown) == (None, None)


def test_history_tells_the_bits_that_were_shown(node: Node) -> None:
    pair = olgas(node)
    node.judge("unsure", pair, by="ann@ash")
    (judged,) = node.history(*pair, viewer="ann@ash")
    assert set(judged.features) == {"given", "family"}
    assert judged.score == judgement(node, judged.id).score


def test_a_judgement_of_a_portion_is_seen_by_nobody_but_those_who_see_the_portion(node: Node) -> None:
    hidden = portion(private("ash"), OLGA)
    card = node.submit(case("7", portions=(hidden,)), by="ann@ash").id
    event = node.submit(seizure(MET), by="ann@ash").id
    entry = node.report(card, viewer="ann@ash")
    assert entry is not None
    pair = (f"{card}#{portion_name(card, entry.report.portions[0])}.0", f"{event}#0")
    assert node.compare(*pair, viewer="ann@ash") is not None
    given = node.judge("same", pair, by="ann@ash")
    assert judgement(node, given.id).shown is not None
    assert node.report(given.id, viewer="ann@birch") is None
    assert node.leads(viewer="ann@birch") == []
    with pytest.raises(NothingToJudge):
        node.compare(*pair, viewer="ann@birch")
    with pytest.raises(NothingToJudge):
        node.compare(f"{event}#0", f"{event}#7", viewer="ann@birch")


def test_why_shows_each_viewer_what_a_store_of_only_the_visible_would_show(tmp_path: Path) -> None:
    """One judgement is of a mention in a portion that ash alone may see, the other of mentions that all may see."""
    judged = Report(
        marking=marked("ash"),
        source=Source(dataset="judgements"),
        content=Judgement(verdict="same", about=(), score=SHOWN.probability, shown=SHOWN),
    )
    steps = [
        Step(case("7", OLGA, portions=(portion(private("ash"), msgspec.structs.replace(OLGA, name="Olga Diaz")),))),
        Step(case("8", OLGA)),
        Step(seizure(MET)),
        Step(judged, pairs=((0, 1, 0), (2, 0, 0))),
        Step(judged, pairs=((1, 0, 0), (2, 0, 0))),
    ]
    whole, submitted = build(tmp_path, steps)
    drawn = {}
    for viewer in VIEWERS:
        mine = build_for(tmp_path, viewer, submitted)
        shown = []
        for store in (whole, mine):
            rights = store.rights(viewer.agency)
            found = [explain(store.link, store.log, rights, lead.id) for lead in leads(store.link, rights)]
            shown.append([(each.lead, each.compared, each.grounds, each.reading) for each in found])
        assert shown[0] == shown[1], viewer
        drawn[viewer.agency] = [compared.waterfall for _, every, *_ in shown[0] for compared in every]
    assert [len(drawn[agency]) for agency in ("ash", "birch", "cedar")] == [2, 1, 1]
    (of_birch,) = drawn["birch"]
    assert of_birch is not None
    assert [each.left for each in of_birch.comparisons] == ["olga", "montero", ""]


def test_a_score_does_not_count_what_its_giver_may_see(node: Node) -> None:
    """Two stores, one of them with much that only the judge may see, give the same judgement."""
    pair = olgas(node)
    before = node.compare(*pair, viewer="ann@ash")
    for number in range(20):
        secret = msgspec.structs.replace(OLGA, born=(f"19{number + 50}",))
        node.submit(seizure(secret, marking=private("ash"), occurrence=number + 2), by="ann@ash")
    assert node.compare(*pair, viewer="ann@ash") == before


def test_a_judgement_that_would_join_nothing_is_refused(node: Node) -> None:
    one, two = olgas(node)
    card, event = (each.split("#")[0] for each in (one, two))
    third = node.submit(seizure(OLGA, occurrence=9), by="ann@ash").id
    wrong: list[tuple[str, list[str]]] = [
        ("same", [one, two, f"{third}#0"]),
        ("same", [one, event]),
        ("same", [card, event, f"{third}#0"]),
        ("maybe", [one, two]),
        ("", [one, two]),
        ("same", [one]),
        ("same", [card]),
        ("same", [one, one]),
        ("same", [card, card]),
        ("same", []),
    ]
    for verdict, about in wrong:
        with pytest.raises(cutset.CutsetError) as refused:
            node.judge(verdict, about, by="ann@ash")
        assert refused.value.remedy
    with pytest.raises(BadReference):
        node.judge("same", [one, f"{event}#"], by="ann@ash")
    assert len(list(node.log.follow(0))) == 3, "nothing was recorded"
    assert node.judge("same", [card, event, third], by="ann@ash").id


def test_what_was_once_judged_of_three_mentions_can_still_be_undone(node: Node) -> None:
    pair = olgas(node)
    content = Judgement(verdict="same", about=(*pair, pair[0]))
    old = node.submit(Report(marking=marked("ash"), source=Source(dataset="judgements"), content=content), by="ann@ash")
    assert judgement(node, node.undo(old.id, by="ann@ash").id).reverses == old.id


@pytest.mark.parametrize("score", [5.0, -1.0, 1.0000001])
def test_a_score_that_is_no_probability_is_refused(node: Node, score: float) -> None:
    with pytest.raises(Refused, match="is a probability"):
        node.judge("same", olgas(node), by="ann@ash", score=score, features={"family": 1.0})


@pytest.mark.parametrize("bits", [1e308, -1001.0])
def test_bits_beyond_all_bounds_are_refused(node: Node, bits: float) -> None:
    with pytest.raises(Refused, match="1000 bits"):
        node.judge("same", olgas(node), by="ann@ash", score=0.5, features={"family": bits})


def test_a_score_that_its_comparisons_do_not_add_up_to_is_refused(node: Node) -> None:
    pair = olgas(node)
    true = judgement(node, node.judge("same", pair, by="ann@ash").id)
    for forged in (0.5, None):
        content = msgspec.structs.replace(true, score=forged, reason="forged")
        with pytest.raises(Refused, match="add up to"):
            node.submit(
                Report(marking=marked("ash"), source=Source(dataset="judgements"), content=content), by="ann@ash"
            )


def test_a_judgement_without_anything_shown_is_written_as_it_always_was() -> None:
    plain = Judgement(verdict="same", about=("r-a#0", "r-b#0"), score=0.5, features={"family": 1.0})
    assert msgspec.json.encode(plain) == (
        b'{"is":"judgement","verdict":"same","about":["r-a#0","r-b#0"],"score":0.5,"features":{"family":1.0}}'
    )


@settings(max_examples=300, deadline=None)
@given(markings("ash"), markings("birch"), st.sampled_from(VIEWERS))
def test_whoever_sees_a_judgement_sees_all_that_it_judges(one: Marking, other: Marking, judge: Viewer) -> None:
    if not (sees(judge, one) and sees(judge, other)):
        return
    report = judgement_report(
        Judgement(verdict="same", about=("r-a#0", "r-b#0")), agency=judge.agency, markings=(one, other), made=False
    )
    for viewer in VIEWERS:
        if sees(viewer, report.marking):
            assert sees(viewer, one), (viewer, report.marking.banner)
            assert sees(viewer, other), (viewer, report.marking.banner)


@pytest.mark.parametrize("score", [5.0, -1.0, 0.0, 1.0, 0.5])
def test_what_an_older_store_holds_can_be_explained(node: Node, monkeypatch: pytest.MonkeyPatch, score: float) -> None:
    with monkeypatch.context() as older:
        older.setattr("cutset.log.submission._flaw_of_judgement", lambda _: None)
        node.judge("same", olgas(node), by="ann@ash", score=score, features={"family": 1e308, "given": 1e308})
    found = why(node)
    (compared,) = found.compared
    assert compared.waterfall is not None
    assert 0 < compared.waterfall.probability < 1
    assert ElementTree.fromstring(svg(found)).tag.endswith("svg")
    assert 0 <= found.lead.score <= strength.MOST


def test_a_lead_by_selectors_has_a_waterfall_that_adds_up_to_its_score(node: Node) -> None:
    both = msgspec.structs.replace(
        phone("+5071"),
        selectors=(*phone("+5071").selectors, Selector(SelectorKind.PLATE, "PA-7", "PA 7", True)),
    )
    card = node.submit(case("7", both), by="ann@ash").id
    event = node.submit(seizure(both), by="ann@ash").id
    node.submit(seizure(phone("+5071"), marking=private("birch")), by="ann@birch")
    found = why(node)
    (compared,) = found.compared
    assert compared.of == (event, card)
    drawn = compared.waterfall
    assert drawn is not None
    assert drawn.probability == pytest.approx(found.lead.score)
    assert 1 / (1 + 2**-drawn.weight) == pytest.approx(found.lead.score)
    assert [(each.name, each.level, each.left) for each in drawn.comparisons] == [
        (reason.kind, "SAME", reason.value) for reason in found.lead.reasons
    ]
    assert sum(each.weight for each in drawn.comparisons) == pytest.approx(drawn.weight)
    assert all(each.share_weight == pytest.approx(0) for each in drawn.comparisons)
    plain = msgspec.to_builtins(data(found)["compared"])
    assert plain[0]["waterfall"]["comparisons"][0]["name"] == "phone"


def test_a_selector_that_more_reports_bear_loses_bits_for_it(node: Node) -> None:
    node.submit(case("7", phone("+5071")), by="ann@ash")
    lost = []
    for number in range(3):
        node.submit(seizure(phone("+5071"), occurrence=number + 1), by="ann@ash")
        best = node.leads(viewer="ann@ash")[0]
        drawn = node.why(best, viewer="ann@ash").compared[0].waterfall
        assert drawn is not None
        (step,) = drawn.comparisons
        assert step.weight == pytest.approx(step.level_weight + step.share_weight)
        lost.append(step.share_weight)
    assert all(later < before for before, later in pairwise(lost))


def test_every_comparison_of_a_row_of_judgements_is_drawn(node: Node) -> None:
    third = msgspec.structs.replace(OLGA, aliases=("La Doctora",))
    card = node.submit(case("7", OLGA), by="ann@ash").id
    between = node.submit(case("8", third, marking=marked("ash", tlp=Tlp.GREEN)), by="ann@ash").id
    event = node.submit(seizure(MET), by="ann@ash").id
    node.judge("same", [f"{card}#0", f"{between}#0"], by="ann@ash")
    node.judge("same", [f"{event}#0", f"{between}#0"], by="ann@ash")
    (lead,) = [each for each in node.leads(viewer="ann@ash") if each.other == card]
    found = node.why(lead, viewer="ann@ash")
    assert len(found.compared) == 2
    drawn = ElementTree.fromstring(svg(found))
    texts = [each.text or "" for each in drawn.iter() if each.tag.endswith("text")]
    assert len([each for each in texts if each.startswith("What ann@ash was shown")]) == 2
    assert found.lead.score == pytest.approx(
        strength.joined(each.waterfall.probability for each in found.compared if each.waterfall)
    )


def test_the_verbs_show_what_the_judgement_keeps(node: Node, tmp_path: Path) -> None:
    pair = olgas(node)
    store = ("--store", str(tmp_path / "judging.cutset"), "--as", "ann@ash")
    before = run(tmp_path, "compare", *pair, *store)
    assert "montero = montero, borne by 1 in" in before.out, before.err
    judged = run(tmp_path, "judge", "same", *pair, *store)
    assert judged.out.startswith("Judged same: r-"), judged.err
    score = shipped_scorer().score(profile(OLGA), profile(MET))
    brief = (
        f"probability {score.probability:.4f} = +{score.weight:.2f} bits: prior {score.prior_weight:.2f}, given SAME"
    )
    assert brief in " ".join(judged.out.split())
    again = run(tmp_path, "judge", "same", *pair, "--json", *store)
    assert again.json["shown"]["comparisons"][1]["level"] == "SAME"
    assert run(tmp_path, "judge", "same", pair[0], pair[1], pair[0], *store).status == 2
    (lead,) = node.leads(viewer="ann@ash")
    told = run(tmp_path, "why", lead.id, *store)
    for line in ("family       SAME", "borne by 1 in", "sum   ", f"weights {score.version}"):
        assert line in told.out
    drawn = run(tmp_path, "why", lead.id, "--format", "svg", *store)
    assert "family: same" in [each.text for each in ElementTree.fromstring(drawn.out).iter()]
    plain = run(tmp_path, "why", lead.id, "--format", "json", *store).json
    (compared,) = plain["compared"]
    assert compared["waterfall"]["weight"] == pytest.approx(score.weight)
    assert compared["waterfall"]["comparisons"][1]["share"] > 0
