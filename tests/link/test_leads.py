from __future__ import annotations

import pytest

import cutset.link.leads as of_leads
from cutset.link.errors import NotFound
from cutset.link.leads import common, lead, leads
from cutset.link.strength import STRENGTH, score, weight
from cutset.link.why import why
from cutset.model.mention import Role, SelectorKind
from cutset.model.report import Kind
from tests.samples import case, day, imo, marked, phone, portion, private, seizure
from tests.worlds import START, Store


def test_a_shared_verified_selector_makes_one_lead_with_all_its_reasons(store: Store) -> None:
    event = store.submit(seizure(phone("+5071", Role.DRIVER), imo("9074729"), when=day(3)))
    target = store.submit(case("7", imo("9074729"), phone("+5071"), marking=marked("birch")))
    (found,) = leads(store.link, store.rights())
    assert (found.event, found.other, found.case) == (event, target, target)
    assert found.kinds == (Kind.SEIZURE, Kind.CASE)
    assert found.agencies == ("ash", "birch")
    assert [reason.kind for reason in found.reasons] == [SelectorKind.IMO, SelectorKind.PHONE]
    of_phone = found.reasons[1]
    assert (of_phone.event_roles, of_phone.other_roles) == (("driver",), ("subject",))
    assert of_phone.event_written == ("tel +5071",)
    expected = 1 - (1 - STRENGTH[SelectorKind.IMO]) * (1 - STRENGTH[SelectorKind.PHONE])
    assert found.score == pytest.approx(expected)
    assert found.clock.event == day(3).at
    assert found.clock.made == START
    assert found.banner == "TLP:CLEAR"
    assert lead(store.link, store.rights(), found.id) == found


def test_an_unverified_selector_never_links(store: Store) -> None:
    store.submit(seizure(phone("+5071", verified=False)))
    store.submit(case("7", phone("+5071")))
    assert leads(store.link, store.rights()) == []


def test_a_hidden_portion_links_for_its_readers_only_and_marks_the_lead(store: Store) -> None:
    hidden = private("ash")
    store.submit(seizure(portions=(portion(hidden, phone("+5071")),)))
    store.submit(case("7", phone("+5071"), marking=marked("birch")))
    (found,) = leads(store.link, store.rights("ash"))
    assert found.banner.startswith("TLP:RED")
    assert leads(store.link, store.rights("birch")) == []
    with pytest.raises(NotFound) as of_hidden:
        why(store.link, store.log, store.rights("birch"), found.id)
    with pytest.raises(NotFound) as of_nothing:
        why(store.link, store.log, store.rights("birch"), "l-never")
    assert str(of_hidden.value).replace(found.id, "l-never") == str(of_nothing.value)


def test_events_link_among_themselves_the_later_to_the_earlier(store: Store) -> None:
    later = store.submit(seizure(phone("+5071"), when=day(9)))
    earlier = store.submit(seizure(phone("+5071"), when=day(2)))
    (found,) = leads(store.link, store.rights())
    assert (found.event, found.other, found.case) == (later, earlier, "")


def test_cases_do_not_link_among_themselves(store: Store) -> None:
    store.submit(case("7", phone("+5071")))
    store.submit(case("8", phone("+5071")))
    assert leads(store.link, store.rights()) == []


def test_only_what_no_visible_report_supersedes_links(store: Store) -> None:
    old = store.submit(seizure(phone("+5071")))
    store.submit(case("7", phone("+5071"), marking=marked("birch")))
    store.submit(seizure(phone("+5072"), marking=private("ash"), supersedes=(old,)))
    assert leads(store.link, store.rights("ash")) == []
    assert len(leads(store.link, store.rights("birch"))) == 1


def test_a_withdrawn_report_links_nothing(store: Store) -> None:
    old = store.submit(seizure(phone("+5071")))
    store.submit(case("7", phone("+5071")))
    store.submit(seizure(phone("+5071"), supersedes=(old,), withdrawn=True))
    assert leads(store.link, store.rights()) == []


def test_a_value_is_common_by_what_is_visible(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_leads, "COMMON_ABOVE", 3)
    store.submit(case("7", phone("+5071"), marking=marked("birch")))
    for number in range(2):
        store.submit(seizure(phone("+5071"), when=day(number + 1)))
    store.submit(seizure(phone("+5071"), when=day(9), marking=private("ash")))
    assert leads(store.link, store.rights("ash")) == []
    (value,) = common(store.link, store.rights("ash"))
    assert (value.kind, value.value, value.reports) == (SelectorKind.PHONE, "+5071", 4)
    assert value.by_kind == {"case": 1, "seizure": 3}
    # Who does not see the fourth sees three leads, and a weight that three reports give.
    of_birch = leads(store.link, store.rights("birch"))
    assert len(of_birch) == 3
    assert {reason.reports for found in of_birch for reason in found.reasons} == {3}
    assert common(store.link, store.rights("birch")) == []


def test_pages_follow_each_other(store: Store) -> None:
    for number in range(1, 6):
        store.submit(case(str(number), phone(f"+{number}"), *([imo(str(number))] if number % 2 else [])))
        store.submit(seizure(phone(f"+{number}"), *([imo(str(number))] if number % 2 else []), when=day(number)))
    everything = leads(store.link, store.rights())
    assert len(everything) == 5
    assert [found.score for found in everything] == sorted((found.score for found in everything), reverse=True)
    assert [found.clock.event for found in everything] == [day(number).at for number in (5, 3, 1, 4, 2)]
    paged = leads(store.link, store.rights(), limit=2)
    while len(paged) < 5:
        paged += leads(store.link, store.rights(), limit=2, after=paged[-1].id)
    assert paged == everything
    first = everything[0]
    assert leads(store.link, store.rights(), case=first.case) == [first]
    assert leads(store.link, store.rights(), event=first.event) == [first]
    assert leads(store.link, store.rights(), event=first.event, case=first.case) == [first]
    assert leads(store.link, store.rights(), event="r-never") == []


def test_why_tells_the_reports_the_rule_and_the_reading(store: Store) -> None:
    event = store.submit(seizure(phone("+5071", Role.DRIVER)))
    target = store.submit(case("7", phone("+5071"), marking=marked("birch")))
    (found,) = leads(store.link, store.rights())
    explained = why(store.link, store.log, store.rights(), found.id)
    assert (explained.event.id, explained.other.id) == (event, target)
    assert "verified selector" in explained.rule
    assert explained.grounds == (
        "phone +5071: driver (written 'tel +5071') in the event, subject (written 'tel +5071') in the other; "
        "no other report bears it; weight 0.85.",
    )
    assert "1 less the product of (1 - 0.85)" in explained.reading
    assert "made data only" in explained.reading


def test_every_kind_of_selector_has_a_strength() -> None:
    assert set(STRENGTH) == set(SelectorKind)
    assert all(0 < strength < 1 for strength in STRENGTH.values())


def test_a_score_grows_with_grounds_and_falls_with_commonness() -> None:
    assert score([weight(SelectorKind.PHONE, 2)] * 2) > score([weight(SelectorKind.PHONE, 2)])
    assert score([weight(SelectorKind.PHONE, 200)]) < score([weight(SelectorKind.PHONE, 3)])
    assert score([0.1, 0.7, 0.3]) == score([0.7, 0.3, 0.1])
