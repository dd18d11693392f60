"""Which mention is who: the truth of it, the names as they were written, and what cutset's candidates make of them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from cutset.exercise.files import write
from cutset.exercise.play import submit
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.truth import PersonMention, World
from cutset.exercise.truth_files import read
from cutset.exercise.world import make
from cutset.model.mention import MentionKind
from cutset.node import Node

WORLD = make(3, organisations=12, quiet=5, scale=0.05, months=12)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    folder = tmp_path_factory.mktemp("people")
    made = Node.create(str(folder / "exercise.cutset"))
    submit(made, WORLD, folder / "world")
    return made


def by_who(world: World) -> dict[str, list[PersonMention]]:
    found: dict[str, list[PersonMention]] = {}
    for each in world.mentions:
        found.setdefault(each.who, []).append(each)
    return found


def test_each_mention_of_the_truth_is_in_the_report_as_written(node: Node) -> None:
    held = {each.entry.report.source.record: each.entry.report for each in node.log.follow(0, 100_000)}
    assert len(WORLD.mentions) > 300
    for each in WORLD.mentions:
        names = [mention.name for mention in held[each.record].mentions if mention.kind is MentionKind.PERSON]
        assert each.written in names, each


def test_people_of_an_organisation_are_met_again_and_again_by_several_names() -> None:
    cards = {card.number: card for card in WORLD.organisations}
    events = {each.key: each for each in WORLD.happenings}
    mine = {who: said for who, said in by_who(WORLD).items() if who.split("/")[0] in cards}
    again = [said for said in mine.values() if len(said) > 2]
    assert len(again) > 10
    assert any(len({each.written.upper() for each in said}) > 2 for said in again)
    for who, said in mine.items():
        number, _, place = who.partition("/")
        assert said[0] == PersonMention(number, f"subject_{place}", cards[number].people[int(place) - 1], who)
        # They are met with what is their own organisation's.
        assert {events[each.record].organisation for each in said if each.record in events} <= {number}
    # Others are strangers, and some of them have a namesake.
    strangers = [said for who, said in by_who(WORLD).items() if who not in mine]
    assert len(strangers) > len(mine)
    assert max(Counter(said[0].written for said in strangers).values()) > 1


def test_an_event_that_two_agencies_filed_names_the_same_people() -> None:
    who = {(each.record, each.field): each.who for each in make(7, quiet=0, scale=0).mentions}
    twice = [each for each in make(7, quiet=0, scale=0).happenings if each.repeats and each.agency == "county-sheriff"]
    assert len(twice) > 5
    for each in twice:
        assert who[each.key, "driver"] == who[each.repeats, "driver"]


def test_what_was_not_filed_names_nobody_and_the_truth_is_read_back(tmp_path: Path) -> None:
    plot = Scenario(name="silent", title="", story="", changes=(Change(since=1, agency="cbp", shares=False),))
    world = make(3, organisations=12, quiet=0, scale=0.05, months=6, plot=plot)
    filed = {each.key for each in world.happenings if each.filed} | {each.record for each in world.papers if each.filed}
    cards = {card.number for card in world.organisations}
    listed = {each.record for each in world.mentions if each.field == "name"}
    assert {each.record for each in world.mentions} <= filed | cards | listed
    write(world, tmp_path / "world")
    assert read(tmp_path / "world").mentions == world.mentions


def test_cutset_proposes_most_of_the_true_pairs_and_not_by_proposing_everyone(node: Node) -> None:
    ids = {each.entry.report.source.record: each.entry.id for each in node.log.follow(0, 100_000)}
    written = {each.record: each for each in WORLD.mentions}
    true = {
        frozenset((ids[one.record], ids[other.record]))
        for said in by_who(WORLD).values()
        for one, other in combinations(said, 2)
        if one.record != other.record
    }
    assert len(true) > 100
    proposed = {
        frozenset((ids[record], match.report))
        for record in {record for record in written if any(ids[record] in pair for pair in true)}
        for matched in node.matches_of(ids[record], viewer="watch@fusion", limit=50)
        if matched.kind is MentionKind.PERSON
        for match in matched.answer.matches
    }
    assert len(true & proposed) > 0.5 * len(true)
    assert len(proposed) < 0.1 * len(WORLD.mentions) ** 2 / 2
