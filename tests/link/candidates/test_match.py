"""What is found for a mention, and what is not."""

from __future__ import annotations

import pytest

from cutset.access.rights import Rights
from cutset.link.candidates import query
from cutset.link.candidates.query import Answer, match, matches_of
from cutset.link.errors import NotFound
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from tests.link.candidates.people import indexed, person, reports
from tests.samples import marked, portion, private, seizure
from tests.worlds import Store


def test_the_same_person_is_found_however_written(store: Store) -> None:
    held = store.submit(seizure(person("GUZMÁN LOERA, Joaquín", "1957-04-04", role=Role.DRIVER)))
    store.submit(seizure(person("Ana Contreras", "1981-12-01"), occurrence=2))
    index = indexed(store)
    for written in ("Joaquin Guzman", "Joaquín GUZMÁN LOERA", "Guzman Loera Joaquin", "Joaquin Gusman Loera"):
        answer = match(index, store.rights(), person(written, "1957-04-04"))
        (found,) = answer.matches
        assert found.report == held
        assert found.mention == f"{held}#0"
        assert found.role is Role.DRIVER
        assert found.probability > 0.9
        assert found.keys
        assert found.banner == "TLP:CLEAR//ASH"
        whole = found.score.prior_weight + sum(step.weight for step in found.score.comparisons)
        assert whole == pytest.approx(found.score.weight)


def test_a_slip_in_a_bare_name_does_not_hide_it(store: Store) -> None:
    held = store.submit(seizure(person("Sherie Sorenson")))
    index = indexed(store)
    for written in ("Sherie Soenson", "Soenson Sherie", "Sherie Sorensom", "Shelie Sorenson", "Sherie Zorenson"):
        assert reports(match(index, store.rights(), person(written), threshold=0)) == [held], written


@pytest.mark.parametrize(
    ("kind", "held", "asked"),
    [
        (MentionKind.ORGANIZATION, "Comercializadora El Águila, S.A. de C.V.", "Comercializadora Aguila SA"),
        (MentionKind.VESSEL, "M/V Ocean Star II", "OCEAN STAR 2"),
        (MentionKind.VESSEL, "Aurora", "Aurola"),
    ],
)
def test_things_are_found_by_name(store: Store, kind: MentionKind, held: str, asked: str) -> None:
    report = store.submit(seizure(Mention(kind=kind, name=held)))
    store.submit(seizure(person(held), occurrence=2))
    answer = match(indexed(store), store.rights(), Mention(kind=kind, name=asked), threshold=0)
    assert reports(answer) == [report]


def test_a_vehicle_is_found_by_a_plate_with_its_end_misread(store: Store) -> None:
    def truck(plate: str) -> Mention:
        selector = Selector(SelectorKind.PLATE, plate, plate, True)
        return Mention(kind=MentionKind.VEHICLE, name="White Kenworth", selectors=(selector,))

    report = store.submit(seizure(truck("US-TX:ABC1234")))
    answer = match(indexed(store), store.rights(), truck("US-TX:ABC1284"), threshold=0)
    assert reports(answer) == [report]


def test_what_is_known_by_its_selectors_alone_is_not_compared(store: Store) -> None:
    answer = match(indexed(store), store.rights(), Mention(kind=MentionKind.PHONE, name="+15550100"))
    assert not answer.compared
    assert answer.matches == ()


def test_hidden_mentions_neither_match_nor_count(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "COMMON_ABOVE", 2)
    mine = store.submit(seizure(person("Juan Perez", "1979-09-21", phone="+15550100")))
    for number in range(5):
        hidden = seizure(
            person("Juan Perez", "1979-09-21", phone="+15550100"), marking=private("birch"), occurrence=number + 2
        )
        store.submit(hidden)
    index = indexed(store)
    asked = person("Juan Perez", "1979-09-21", phone="+15550100")
    answer = match(index, store.rights("ash"), asked)
    assert reports(answer) == [mine]
    assert answer.capped == ()
    assert answer.considered == 1
    assert len(match(index, store.rights("birch"), asked).capped) > 3
    assert match(index, store.rights("cedar"), asked) == answer


def test_a_portion_is_matched_for_those_who_may_see_it(store: Store) -> None:
    held = store.submit(
        seizure(
            person("Ana Contreras"),
            marking=marked("birch"),
            portions=(portion(private("birch"), person("Juan Perez", "1979-09-21")),),
        )
    )
    index = indexed(store)
    asked = person("Juan Perez", "1979-09-21")
    (found,) = match(index, store.rights("birch"), asked).matches
    assert found.report == held
    assert found.mention.startswith(f"{held}#")
    assert "." in found.mention.partition("#")[2]
    assert found.banner.startswith("TLP:RED")
    assert match(index, store.rights("ash"), asked).considered == 0


def test_what_a_visible_report_supersedes_is_out(store: Store) -> None:
    first = store.submit(seizure(person("Juan Perez", "1979-09-21")))
    second = store.submit(seizure(person("Juan Perez", "1979-09-22"), supersedes=(first,)))
    third = store.submit(seizure(person("Juana Torres"), supersedes=(second,), marking=private("ash")))
    index = indexed(store)
    asked = person("Juan Perez", "1979-09-21")
    assert reports(match(index, store.rights("birch"), asked)) == [second]
    assert reports(match(index, store.rights("ash"), asked)) == []
    assert reports(match(index, store.rights("ash"), person("Juana Torres"), threshold=0)) == [third]


def test_a_common_key_is_reported_and_the_others_still_find(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "COMMON_ABOVE", 20)
    names = [
        f"{given} {family}"
        for given in ("Ana", "Luis", "Rosa", "Hugo", "Ines")
        for family in "Kuo Paz Gil Rey Sol".split()
    ]
    for number, name in enumerate(names):
        store.put(seizure(person(name, phone="+18005550100"), occurrence=number + 1))
    wanted = store.submit(seizure(person("Julio Quiroga", phone="+18005550100"), occurrence=99))
    answer = match(indexed(store), store.rights(), person("Julio Quiroga", phone="+18005550100"))
    assert answer.capped == ("s:phone|+18005550100",)
    assert reports(answer) == [wanted]


def test_a_telephone_that_fifty_thousand_share_finds_nobody_and_hides_nobody(store: Store) -> None:
    shared = "+18005550100"
    for number in range(10):
        store.put(seizure(*[person("", phone=shared)] * 5_000, occurrence=number + 1))
    wanted = store.submit(seizure(person("Julio Quiroga", phone=shared), occurrence=99))
    index = indexed(store)
    alone = match(index, store.rights(), person("", phone=shared))
    assert (alone.matches, alone.capped, alone.considered) == ((), (f"s:phone|{shared}",), 0)
    named = match(index, store.rights(), person("Julio Quiroga", phone=shared))
    assert (reports(named), named.capped) == ([wanted], (f"s:phone|{shared}",))
    # Who may see none of them is told of no cap.
    assert match(index, Rights(viewer="x", agency="x", purpose="x", visible=frozenset()), person("", phone=shared)) == (
        Answer()
    )


def test_a_record_made_to_match_everything_does_not(store: Store) -> None:
    given = ("Ana", "Luis", "Rosa", "Hugo", "Ines", "Juan", "Maria", "Jose")
    family = ("Kuo", "Paz", "Gil", "Reyes", "Solis", "Perez", "Lopez", "Garcia")
    others = [f"{one} {other}" for one in given for other in family]
    wanted = {name: store.put(seizure(person(name, "1979-09-21"), occurrence=at)) for at, name in enumerate(others, 1)}
    aliases = tuple(f"{one} {other} {number}" for number in range(160) for one in given for other in family)
    assert len(aliases) > 10_000
    zed = Mention(kind=MentionKind.PERSON, name="Zed", aliases=aliases, born=("1979", "1980", "1981"))
    poisoned = store.submit(seizure(zed, occurrence=999))
    index = indexed(store)
    index.check()
    for name, report in wanted.items():
        answer = match(index, store.rights(), person(name, "1979-09-21"), threshold=0)
        assert reports(answer)[0] == report
        for found in answer.matches:
            assert found.cut == (found.report == poisoned)
    (own,) = matches_of(index, store.rights(), poisoned)
    assert own.answer.cut


@pytest.mark.parametrize(
    "name", ["", " ", "-", "X", "?", "\u202e", "محمد", "א", "e\u0301", "﷽", "李小龍", "a" * 10_000, "\x00"]
)
def test_any_name_can_be_held_and_asked_for(store: Store, name: str) -> None:
    store.submit(seizure(person(name.replace("\x00", "")), person("", "1979-09-21"), person("")))
    index = indexed(store)
    index.check()
    match(index, store.rights(), person(name), threshold=0)
    answer = match(index, store.rights(), person("", "1979-09-21"), threshold=0)
    assert answer.considered == 1


def test_a_report_is_matched_against_the_others(store: Store) -> None:
    first = store.submit(seizure(person("Juan Perez", "1979-09-21"), person("Juan Perez", "1979-09-21")))
    second = store.submit(
        seizure(
            Mention(kind=MentionKind.CONTAINER),
            person("Perez, Juan", "1979-09-21", role=Role.OWNER),
            Mention(kind=MentionKind.VESSEL, name="Aurora"),
            occurrence=2,
        )
    )
    found = matches_of(indexed(store), store.rights(), second)
    assert [(each.mention, each.kind, each.role) for each in found] == [
        (f"{second}#1", MentionKind.PERSON, Role.OWNER),
        (f"{second}#2", MentionKind.VESSEL, Role.SUBJECT),
    ]
    assert [match.mention for match in found[0].answer.matches] == [f"{first}#0", f"{first}#1"]
    assert found[1].answer.matches == ()


def test_a_hidden_report_is_not_there(store: Store) -> None:
    hidden = store.submit(seizure(person("Juan Perez"), marking=private("birch")))
    index = indexed(store)
    assert matches_of(index, store.rights("birch"), hidden)
    errors = []
    for asked in (hidden, "r-never"):
        with pytest.raises(NotFound) as raised:
            matches_of(index, store.rights("ash"), asked)
        errors.append(str(raised.value).replace(asked, "…"))
    assert errors[0] == errors[1]


def test_the_limit_and_the_threshold_are_kept(store: Store) -> None:
    for number in range(40):
        store.put(seizure(person("Juan Perez", "1979-09-21"), occurrence=number + 1))
    store.put(seizure(person("Juan Perez", "1955-02-03"), occurrence=99))
    index = indexed(store)
    asked = person("Juan Perez", "1979-09-21")
    assert len(match(index, store.rights(), asked).matches) == 10
    assert len(match(index, store.rights(), asked, limit=35).matches) == 35
    assert match(index, store.rights(), asked, limit=0).matches == ()
    for threshold in (0.2, 0.9, 0.999):
        answer = match(index, store.rights(), person("Juan Perez"), limit=100, threshold=threshold)
        assert all(found.probability >= threshold for found in answer.matches)
    for threshold in (-0.1, 1.0):
        with pytest.raises(ValueError, match="no match reaches"):
            match(index, store.rights(), asked, threshold=threshold)


def test_of_equal_matches_the_earliest_come_first(store: Store) -> None:
    # In turn under two markings, so that the numbers of the mentions are in another order than the reports.
    ids = [
        store.put(
            seizure(
                person("Juan Perez", "1979-09-21"),
                marking=marked("ash" if number % 2 else "birch"),
                occurrence=number + 1,
            )
        )
        for number in range(60)
    ]
    answer = match(indexed(store), store.rights(), person("Juan Perez", "1979-09-21"), limit=5)
    assert reports(answer) == ids[:5]
