"""Judging and undoing in any order comes to what the judgements say, computed plainly and from nothing."""

from __future__ import annotations

import tempfile
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from cutset.access.rights import Rights
from cutset.link.components import Components, Given, Pair, Place, Verdicts
from cutset.link.contradictions import contradictions
from cutset.link.entities import entities
from cutset.link.history import history
from cutset.link.index import LinkIndex
from tests.link.judging import judgement
from tests.samples import marked, phone, private, seizure
from tests.worlds import Store

PLACES = [Place(seq, 0, 0) for seq in range(7)]
PAIRS = list(combinations(PLACES, 2))


def everything(components: Components) -> list[frozenset[Place]]:
    return [components.of(first) for first in components.firsts()]


def plainly(judgements: list[Given]) -> tuple[set[frozenset[Place]], set[str], set[tuple[Pair, int]]]:
    """The components of two or more, the ids that stand, and the contradictions, by the definition."""
    stand: set[str] = set()
    for each in sorted(judgements, key=lambda each: -each.seq):
        if not any(other.reverses == each.id and other.id in stand for other in judgements):
            stand.add(each.id)
    standing = [each for each in judgements if each.id in stand and each.pair is not None]
    label = {place: place for place in PLACES}
    for each in standing:
        if each.verdict == "same" and each.pair is not None:
            old, new = label[each.pair[0]], label[each.pair[1]]
            label = {place: new if of == old else of for place, of in label.items()}
    groups = {frozenset(place for place in PLACES if label[place] == of) for of in label.values()}
    apart = {
        (each.pair, each.seq)
        for each in standing
        if each.pair is not None and each.verdict == "different" and label[each.pair[0]] == label[each.pair[1]]
    }
    return {group for group in groups if len(group) > 1}, stand, apart


class Undoing(RuleBasedStateMachine):
    """Judge, undo, undo an undo, retract and lapse; after every step all is as the definition says."""

    judged: Bundle[str] = Bundle("judged")

    def __init__(self) -> None:
        super().__init__()
        self.verdicts = Verdicts()
        self.model: dict[str, Given] = {}
        self.number = 0

    def _give(self, verdict: str, pair: Pair | None, reverses: str = "") -> str:
        self.number += 1
        each = Given(self.number, f"j{self.number}", verdict, pair, reverses)
        self.verdicts.judge(each)
        self.model[each.id] = each
        return each.id

    @rule(target=judged, verdict=st.sampled_from(["same", "same", "different", "unsure"]), pair=st.sampled_from(PAIRS))
    def judge(self, verdict: str, pair: Pair) -> str:
        return self._give(verdict, pair)

    @rule(target=judged, reverses=judged, verdict=st.sampled_from(["unsure", "same", "different"]))
    def undo(self, reverses: str, verdict: str) -> str:
        of = self.model.get(reverses)
        return self._give(verdict, of.pair if of else None, reverses)

    @rule(judgement=judged)
    def undo_and_undo_that(self, judgement: str) -> None:
        before = self._shown()
        undone = self._give("unsure", None, judgement)
        self._give("unsure", None, undone)
        assert self._shown() == before

    @rule(judgement=consumes(judged))
    def retract(self, judgement: str) -> None:
        self.verdicts.retract(judgement)
        del self.model[judgement]

    @rule(judgement=judged)
    def lapse(self, judgement: str) -> None:
        if judgement in self.model:
            self.verdicts.lapse(judgement)
            self.model[judgement] = self.model[judgement]._replace(pair=None)

    def _shown(self) -> tuple[object, ...]:
        components = self.verdicts.components
        return (
            everything(components),
            [components.edges(each) for each in everything(components)],
            self.verdicts.contradictions(),
        )

    @invariant()
    def as_defined(self) -> None:
        groups, stand, apart = plainly(list(self.model.values()))
        components = self.verdicts.components
        assert everything(components) == sorted(groups, key=min)
        assert {each for each in self.model if self.verdicts.stands(each)} == stand
        assert set(self.verdicts.contradictions()) == apart
        for place in PLACES:
            assert components.first(place) == min(components.of(place))
            assert components.of(place) == next((group for group in groups if place in group), {place})

    @invariant()
    @precondition(lambda self: self.verdicts.contradictions())
    def paths_lead_there(self) -> None:
        at = {each.seq: each for each in self.model.values()}
        for pair, _ in self.verdicts.contradictions():
            way, path = self.verdicts.components.path(pair)
            assert (way[0], way[-1]) == pair
            assert len(way) == len(set(way)) == len(path) + 1
            for step, seq in zip(pairwise(way), path, strict=True):
                assert at[seq].verdict == "same"
                assert self.verdicts.stands(at[seq].id)
                assert tuple(sorted(step)) == at[seq].pair


TestUndoing = Undoing.TestCase
TestUndoing.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def test_ten_thousand_judgements_undone_give_back_the_very_same() -> None:
    random = Random(3)
    verdicts = Verdicts()
    places = [Place(seq, 0, 0) for seq in range(3000)]
    kept = []
    for number in range(2000):
        left, right = sorted(random.sample(places, 2))
        kept.append(Given(number, f"k{number}", "same", (left, right)))
        verdicts.judge(kept[-1])
    before = everything(verdicts.components)
    for number in range(10_000):
        left, right = sorted(random.sample(places, 2))
        of = random.choice(kept).id if number % 2 else ""
        verdict = random.choice(["same", "different", "unsure"])
        verdicts.judge(Given(10_000 + number, f"j{number}", verdict, (left, right), of))
    assert everything(verdicts.components) != before
    order = list(range(10_000))
    random.shuffle(order)
    for number in order:
        verdicts.judge(Given(20_000 + number, f"u{number}", "unsure", None, f"j{number}"))
    assert everything(verdicts.components) == before
    assert verdicts.contradictions() == []


def test_a_chain_of_ten_thousand_undoings() -> None:
    verdicts = Verdicts()
    verdicts.judge(Given(0, "j0", "same", (PLACES[0], PLACES[1])))
    for number in range(1, 1001):
        verdicts.judge(Given(number, f"j{number}", "unsure", None, f"j{number - 1}"))
        assert verdicts.components.together((PLACES[0], PLACES[1])) == (number % 2 == 0)
    for number in range(1000, 0, -1):
        verdicts.retract(f"j{number}")
    assert everything(verdicts.components) == [frozenset(PLACES[:2])]


MARKINGS = [marked("ash"), marked("birch"), private("ash"), private("birch")]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["judge", "judge", "judge", "undo", "supersede", "replace", "purge", "ask"]),
        st.sampled_from(["same", "same", "different"]),
        st.integers(0, 99),
        st.integers(0, 99),
        st.sampled_from(MARKINGS),
    ),
    max_size=16,
)


def shown(index: LinkIndex, rights: Rights, mentions: list[str]) -> tuple[object, ...]:
    told = [history(index, rights, mention) for mention in mentions]
    return entities(index, rights), contradictions(index, rights), told


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_brought_up_to_date_is_made_anew(steps: list[tuple[str, str, int, int, object]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        url = str(Path(directory) / "store.cutset")
        store = Store(url)
        of: dict[str, str] = {}
        mentions: list[str] = []
        judged: list[str] = []

        def take(report: object, originator: str) -> str:
            id = store.submit(report)  # type: ignore[arg-type]
            of[id] = originator
            return id

        for number in range(5):
            marking = MARKINGS[number % 3]
            mentions.append(take(seizure(phone(f"+5072000{number:04}"), marking=marking), marking.originator) + "#0")
        for count, (what, verdict, first, second, marking) in enumerate(steps):
            originator = marking.originator  # type: ignore[attr-defined]
            left, right = mentions[first % len(mentions)], mentions[second % len(mentions)]
            mine = [each for each in of if of[each] == originator]
            if what == "judge":
                given_now = judgement(verdict, left, right, marking=marking, reason=str(count))  # type: ignore[arg-type]
                judged.append(take(given_now, originator))
            elif what == "undo" and judged:
                reverses = judged[first % len(judged)]
                undoing = judgement("unsure", left, right, marking=marking, reverses=reverses, reason=str(count))  # type: ignore[arg-type]
                judged.append(take(undoing, originator))
            elif what == "supersede" and mine:
                newer = seizure(phone(f"+5072{count:07}"), marking=marking, supersedes=(mine[first % len(mine)],))  # type: ignore[arg-type]
                mentions.append(take(newer, originator) + "#0")
            elif what == "replace" and mine:
                old = (mine[first % len(mine)],)
                judged.append(take(judgement(verdict, left, right, marking=marking, supersedes=old), originator))  # type: ignore[arg-type]
            elif what == "purge" and mine:
                _purge(store, mine[first % len(mine)], originator, of)
            elif what == "ask":
                for agency in ("ash", "birch"):
                    shown(store.link, store.rights(agency), mentions)
        anew = LinkIndex(url)
        for agency in ("ash", "birch"):
            assert shown(store.link, store.rights(agency), mentions) == shown(anew, store.rights(agency), mentions)
        store.link.drop()
        store.catch_up()
        for agency in ("ash", "birch"):
            assert shown(store.link, store.rights(agency), mentions) == shown(anew, store.rights(agency), mentions)


def _purge(store: Store, report: str, originator: str, of: dict[str, str]) -> None:
    from cutset.log.errors import PurgeRefused

    try:
        store.log.purge([report], reason="retention", by=f"ann@{originator}")
    except PurgeRefused:
        return  # It supersedes one that stays, which would come to life again.
    del of[report]
    store.catch_up()
