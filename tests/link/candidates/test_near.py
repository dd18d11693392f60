"""What stands near a report that was just submitted."""

from __future__ import annotations

import pytest

from cutset.link.candidates import near as of_near
from cutset.link.candidates.near import Near, near
from cutset.link.candidates.query import match
from cutset.link.errors import NotFound
from cutset.link.leads import leads
from cutset.model.mention import Mention, MentionKind, Role
from cutset.model.report import Case, Report, Shipment, Source
from tests.link.candidates.people import indexed, person, rebuilt
from tests.samples import marked, portion, private, seizure
from tests.worlds import Store

JUAN = person("Juan Quiroga", "1979-09-21")
SHIP = Mention(kind=MentionKind.VESSEL, name="Ocean Star II", flag="PA")


def case(*mentions: Mention, number: str = "7", agency: str = "birch") -> Report:
    return Report(
        marking=marked(agency), source=Source(dataset="cases"), content=Case(number=number), mentions=mentions
    )


def told(found: tuple[Near, ...]) -> list[tuple[str, str, str]]:
    return [(each.mention, each.match.mention, each.match.content) for each in found]


def test_one_call_answers_for_every_mention_of_a_report(store: Store) -> None:
    known = store.submit(case(JUAN, SHIP))
    earlier = store.submit(seizure(person("Quiroga, Juan", "1979-09-21")))
    report = seizure(
        person("Juan Quirga", "1979-09-21", role=Role.DRIVER),
        Mention(kind=MentionKind.CONTAINER),
        portions=(portion(private("ash"), Mention(kind=MentionKind.VESSEL, name="MV Ocean Star 2", flag="PA")),),
        occurrence=2,
    )
    index = indexed(store)
    before = near(index, store.rights(), report)
    held = store.submit(report)
    index.catch_up(store.log)
    after = near(index, store.rights(), held)
    assert {other for _, other, _ in told(after.found)} == {f"{known}#0", f"{known}#1", f"{earlier}#0"}
    assert {content for _, _, content in told(after.found)} == {"case", "seizure"}
    # As the form has it before it is sent, with the same reasons; only the report's own id is not yet known.
    assert [(each.match, each.role) for each in before.found] == [(each.match, each.role) for each in after.found]
    assert all(each.mention.startswith("#") for each in before.found)
    weights = [each.match.score.weight for each in after.found]
    assert weights == sorted(weights, reverse=True)


def test_it_makes_no_lead(store: Store) -> None:
    store.submit(case(JUAN))
    held = store.submit(seizure(JUAN))
    assert near(indexed(store), store.rights(), held).found
    assert leads(store.link, store.rights()) == []


def test_only_cases_and_events_are_looked_at_unless_others_are_asked_for(store: Store) -> None:
    shipped = store.submit(
        Report(marking=marked("ash"), source=Source(dataset="cargo"), content=Shipment(), mentions=(JUAN,))
    )
    index = indexed(store)
    assert near(index, store.rights(), seizure(JUAN)).found == ()
    (found,) = near(index, store.rights(), seizure(JUAN), contents=frozenset({"shipment"})).found
    assert (found.match.report, found.match.content) == (shipped, "shipment")


def test_the_more_are_seen_the_less_a_likeness_says(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_near, "LEAST_SEEN", 4)
    store.submit(case(JUAN))
    asked = seizure(person("Juan Quiroga"))
    (few,) = near(indexed(store), store.rights("ash"), asked, threshold=0).found
    for number in range(20):
        marking = private("ash") if number % 2 else marked("ash")
        store.submit(seizure(person(f"Zed Number{number}"), marking=marking, occurrence=number + 1))
    index = indexed(store)
    (many,) = near(index, store.rights("ash"), asked, threshold=0).found
    (fewer,) = near(index, store.rights("birch"), asked, threshold=0).found
    # 4, 21 and 11 are seen: the priors are 1/4, 1/32 and 1/16.
    assert few.match.score.prior_weight > fewer.match.score.prior_weight > many.match.score.prior_weight
    assert many.match.score.comparisons == few.match.score.comparisons
    assert near(rebuilt(store.log), store.rights("ash"), asked, threshold=0).found == (many,)


def test_the_count_forgets_what_is_purged(store: Store) -> None:
    kept, gone = store.submit(seizure(JUAN)), store.submit(seizure(JUAN, SHIP, occurrence=2))
    index = indexed(store)

    def counts() -> list[int]:
        with index.snapshot(store.rights()) as snapshot:
            return [snapshot.count(kind) for kind in (MentionKind.PERSON, MentionKind.VESSEL)]

    assert counts() == [2, 1]
    store.log.purge([gone], reason="test", by="ann@ash")
    index.catch_up(store.log)
    index.check()
    assert counts() == [1, 0]
    assert near(index, store.rights(), kept).found == ()


def test_a_manifest_is_looked_up_in_part_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_near, "MOST_MENTIONS", 3)
    store.submit(case(JUAN))
    crowd = tuple(person(f"Zed Number{number}", "1961-02-03") for number in range(4))
    found = near(indexed(store), store.rights(), seizure(*crowd, JUAN))
    assert (found.found, found.left_out) == ((), 2)


def test_an_empty_report_has_nothing_near(store: Store) -> None:
    index = indexed(store)
    assert near(index, store.rights(), seizure()) == of_near.Nearby()
    assert near(index, store.rights(), seizure(person(""))) == of_near.Nearby()
    with pytest.raises(NotFound):
        near(index, store.rights(), "r-never")


def test_what_is_near_is_what_a_lookup_finds(store: Store) -> None:
    store.submit(case(JUAN, SHIP))
    index = indexed(store)
    (found,) = near(index, store.rights(), seizure(JUAN)).found
    (looked_up,) = match(index, store.rights(), JUAN).matches
    assert found.match.mention == looked_up.mention
    assert found.match.score.comparisons == looked_up.score.comparisons
