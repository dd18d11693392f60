from __future__ import annotations

from pathlib import Path

import pytest

from cutset.link.contradictions import contradictions
from cutset.link.entities import Entity, entities, entity, entity_of
from cutset.link.errors import NotFound
from cutset.link.history import Standing, history
from cutset.link.index import LinkIndex
from cutset.link.references import BadReference, read
from cutset.log.follower import follow
from tests.link.judging import in_portion, judge, judgement, mention, undo
from tests.samples import marked, phone, portion, private, seizure
from tests.worlds import Store


def sets(store: Store, agency: str = "ash") -> list[tuple[str, ...]]:
    return [each.mentions for each in entities(store.link, store.rights(agency))]


def test_same_joins_and_carries_over(store: Store) -> None:
    a, b, c, d = (mention(store, number) for number in range(4))
    first = judge(store, "same", a, b)
    second = judge(store, "same", c, b)
    (found,) = entities(store.link, store.rights())
    assert found.mentions == (a, b, c)
    assert found.judgements == (first, second)
    assert not found.contested
    assert found.banner == "TLP:CLEAR//ASH"
    for each in (a, b, c):
        assert entity_of(store.link, store.rights(), each) == found
    assert entity(store.link, store.rights(), found.id) == found
    assert entity_of(store.link, store.rights(), d).mentions == (d,)


@pytest.mark.parametrize("verdict", ["different", "unsure", "accepted", "rejected", ""])
def test_nothing_but_same_joins(store: Store, verdict: str) -> None:
    judge(store, verdict, mention(store, 1), mention(store, 2))
    assert sets(store) == []


def test_an_id_stays_as_later_mentions_join(store: Store) -> None:
    a, b, c, d = (mention(store, number) for number in range(4))
    alone = entity_of(store.link, store.rights(), a).id
    judge(store, "same", c, d)
    younger = entity_of(store.link, store.rights(), c).id
    judge(store, "same", a, b)
    judge(store, "same", b, c)
    assert {entity_of(store.link, store.rights(), each).id for each in (a, b, c, d)} == {alone}
    with pytest.raises(NotFound):
        entity(store.link, store.rights(), younger)


def test_undo_and_undo_of_undo(store: Store) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    judge(store, "same", a, b)
    before = entities(store.link, store.rights())
    joined = judge(store, "same", b, c)
    after = entities(store.link, store.rights())
    assert sets(store) == [(a, b, c)]
    undone = undo(store, joined, b, c)
    assert entities(store.link, store.rights()) == before
    redone = undo(store, undone, b, c)
    assert entities(store.link, store.rights()) == after
    undo(store, redone, b, c)
    assert entities(store.link, store.rights()) == before


def test_an_entity_that_two_judgements_hold_survives_one(store: Store) -> None:
    a, b = mention(store, 1), mention(store, 2)
    one, two = judge(store, "same", a, b), judge(store, "same", b, a, reason="the fingerprints")
    undo(store, one, a, b)
    assert entities(store.link, store.rights())[0].judgements == (two,)
    undo(store, two, a, b)
    assert sets(store) == []


def test_two_viewers_lawfully_see_different_entities(store: Store) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    hidden = mention(store, 3, private("ash"))
    judge(store, "same", a, hidden, marking=private("ash"))
    judge(store, "same", hidden, b, marking=private("ash"))
    judge(store, "same", b, c)
    assert sets(store, "ash") == [(a, b, c, hidden)]
    assert sets(store, "birch") == [(b, c)]
    assert entity_of(store.link, store.rights("birch"), a).mentions == (a,)
    assert entity_of(store.link, store.rights("ash"), a).banner != "TLP:CLEAR//ASH"


def test_a_judgement_laxer_than_its_mention_shows_nothing(store: Store) -> None:
    a, hidden = mention(store, 1), mention(store, 2, private("ash"))
    judge(store, "same", a, hidden)
    assert sets(store, "ash") == [(a, hidden)]
    assert sets(store, "birch") == []
    assert history(store.link, store.rights("birch"), a) == []


def test_a_hidden_undo_undoes_for_those_who_see_it(store: Store) -> None:
    a, b = mention(store, 1), mention(store, 2)
    joined = judge(store, "same", a, b)
    undo(store, joined, a, b, marking=private("birch"))
    assert sets(store, "ash") == [(a, b)]
    assert sets(store, "birch") == []
    (seen,) = (each for each in history(store.link, store.rights("ash"), a) if each.id == joined)
    assert (seen.standing, seen.reversed_by) == (Standing.STANDS, ())


def test_the_mention_of_a_portion(store: Store) -> None:
    hidden = portion(private("ash"), phone("+50720001111"))
    open_one = portion(marked("ash"), phone("+50720002222"))
    report = store.submit(seizure(portions=(hidden, open_one)))
    a, b = mention(store, 1), mention(store, 2)
    judge(store, "same", a, in_portion(report, hidden))
    judge(store, "same", b, in_portion(report, open_one))
    assert sets(store, "ash") == [(in_portion(report, hidden), a), (in_portion(report, open_one), b)]
    assert sets(store, "birch") == [(in_portion(report, open_one), b)]
    assert (
        entity_of(store.link, store.rights("ash"), in_portion(report, hidden)).banner
        == "TLP:RED//ORCON//REL TO nobody//ASH"
    )
    with pytest.raises(NotFound):
        entity_of(store.link, store.rights("birch"), in_portion(report, hidden))


def test_a_name_of_a_portion_does_not_count_portions() -> None:
    shown = portion(marked("ash"), phone("+50720002222"))
    report = "r-one"
    assert in_portion(report, shown) != in_portion("r-two", shown)
    assert read(in_portion(report, shown)).portion


def test_portions_that_say_the_same_are_one(store: Store) -> None:
    twice = portion(marked("ash"), phone("+50720002222"))
    report = store.submit(seizure(portions=(twice, twice)))
    a = mention(store, 1)
    judge(store, "same", a, in_portion(report, twice))
    assert sets(store) == [(in_portion(report, twice), a)]


@pytest.mark.parametrize(
    "bad",
    [
        "{0}#1",
        "{0}#9",
        "{0}#aaaaaaaa.0",
        "{0}#00",
        "{0}#-1",
        "{0}#",
        "{0}#x",
        "{0}",
        "r-never#0",
        "#0",
        "{0}#0#0",
        "{0}#٣",
    ],
)
def test_a_judgement_on_what_is_not_there_joins_nothing(store: Store, bad: str) -> None:
    a = mention(store, 1)
    asked = bad.format(mention(store, 2).removesuffix("#0"))
    judge(store, "same", a, asked)
    assert sets(store) == []
    assert history(store.link, store.rights(), a) == []
    with pytest.raises(NotFound):
        entity_of(store.link, store.rights(), asked)


def test_a_judgement_on_itself_or_on_many_joins_nothing(store: Store) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    judge(store, "same", a, a)
    judge(store, "same", a)
    judge(store, "same")
    judge(store, "same", a, b, c)
    assert sets(store) == []
    with pytest.raises(BadReference, match="does not name a mention"):
        read("r-abc")


def test_a_superseded_report_takes_its_judgements_along(store: Store) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    judge(store, "same", a, b)
    kept = judge(store, "same", b, c)
    assert sets(store) == [(a, b, c)]
    newer = store.submit(seizure(phone("+50720009999"), supersedes=(a.removesuffix("#0"),)))
    assert sets(store) == [(b, c)]
    assert entities(store.link, store.rights())[0].judgements == (kept,)
    assert [each.standing for each in history(store.link, store.rights(), a)] == [Standing.LAPSED]
    with pytest.raises(NotFound):
        entity_of(store.link, store.rights(), a)
    judge(store, "same", f"{newer}#0", a)
    assert sets(store) == [(b, c)]
    judge(store, "same", f"{newer}#0", b)
    assert sets(store) == [(b, c, f"{newer}#0")]


def test_who_may_not_see_the_newer_report_keeps_the_older(store: Store) -> None:
    a, b = mention(store, 1), mention(store, 2)
    judge(store, "same", a, b)
    assert sets(store, "birch") == [(a, b)]
    store.submit(seizure(supersedes=(a.removesuffix("#0"),), marking=private("ash")))
    assert sets(store, "ash") == []
    assert sets(store, "birch") == [(a, b)]


def test_a_superseded_judgement_is_gone_and_so_is_what_it_undid(store: Store) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    joined = judge(store, "same", a, b)
    undone = undo(store, joined, a, b)
    assert sets(store) == []
    store.submit(judgement("same", b, c, supersedes=(undone,)))
    assert sets(store) == [(a, b, c)]
    standings = {each.id: each.standing for each in history(store.link, store.rights(), a)}
    assert standings == {joined: Standing.STANDS, undone: Standing.SUPERSEDED}


def test_a_judgement_on_a_withdrawn_record(store: Store) -> None:
    a, b = mention(store, 1), mention(store, 2)
    gone = store.submit(seizure(phone("+50720001234"), withdrawn=True, supersedes=(b.removesuffix("#0"),)))
    judge(store, "same", a, f"{gone}#0")
    judge(store, "same", a, b)
    assert sets(store) == []


def test_a_purge_takes_reports_and_judgements_along(store: Store) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    judge(store, "same", a, b)
    joined = judge(store, "same", b, c)
    undone = undo(store, joined, b, c)
    assert sets(store) == [(a, b)]
    store.log.purge([undone], reason="retention", by="ann@ash")
    store.catch_up()
    assert sets(store) == [(a, b, c)]
    store.log.purge([b.removesuffix("#0")], reason="retention", by="ann@ash")
    store.catch_up()
    assert sets(store) == []
    assert history(store.link, store.rights(), a) == []


def test_contradictions_show_the_path(store: Store) -> None:
    a, b, c, d, e = (mention(store, number) for number in range(5))
    ab, bc = judge(store, "same", a, b), judge(store, "same", b, c)
    cd = judge(store, "same", c, d)
    apart = judge(store, "different", a, c)
    judge(store, "different", a, e)
    (found,) = contradictions(store.link, store.rights())
    assert found.different == apart
    assert found.mentions == (a, c)
    assert found.path == (ab, bc)
    assert found.way == (a, b, c)
    (whole,) = entities(store.link, store.rights())
    assert (whole.mentions, whole.contested, whole.id) == ((a, b, c, d), True, found.entity)
    assert entity_of(store.link, store.rights(), d).contested
    assert not entity_of(store.link, store.rights(), e).contested
    undo(store, bc, b, c)
    assert contradictions(store.link, store.rights()) == []
    assert [(each.mentions, each.contested) for each in entities(store.link, store.rights())] == [
        ((a, b), False),
        ((c, d), False),
    ]
    assert entities(store.link, store.rights())[1].judgements == (cd,)


def test_same_and_different_on_one_pair(store: Store) -> None:
    a, b = mention(store, 1), mention(store, 2)
    apart, joined = judge(store, "different", a, b), judge(store, "same", a, b)
    (found,) = contradictions(store.link, store.rights())
    assert (found.different, found.path) == (apart, (joined,))
    undo(store, apart, a, b)
    assert contradictions(store.link, store.rights()) == []
    assert not entities(store.link, store.rights())[0].contested


def test_a_hidden_same_contradicts_nothing(store: Store) -> None:
    a, b = mention(store, 1), mention(store, 2)
    judge(store, "same", a, b, marking=private("ash"))
    judge(store, "different", a, b)
    assert len(contradictions(store.link, store.rights("ash"))) == 1
    assert contradictions(store.link, store.rights("birch")) == []


def test_history_tells_all_of_a_judgement(store: Store) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    shown = {"score": 0.97, "features": {"phone": 11.5, "name": -0.25}}
    joined = judge(store, "same", a, b, reason="same telephone", **shown)
    judge(store, "different", b, c)
    undone = undo(store, joined, a, b)
    first, third = history(store.link, store.rights(), a)
    assert (first.id, first.mentions, first.verdict, first.by, first.reason) == (
        joined,
        (a, b),
        "same",
        "ann@ash",
        "same telephone",
    )
    assert (first.score, first.features) == (0.97, {"phone": 11.5, "name": -0.25})
    assert (first.standing, first.reversed_by) == (Standing.REVERSED, (undone,))
    assert (third.id, third.reverses, third.standing) == (undone, joined, Standing.STANDS)
    assert len(history(store.link, store.rights(), b)) == 3
    assert history(store.link, store.rights(), b, a) == [first, third]
    assert history(store.link, store.rights(), a, c) == []
    assert history(store.link, store.rights(), "r-never#0") == []


def test_pages_follow_each_other(store: Store) -> None:
    for number in range(5):
        a, b = mention(store, 2 * number), mention(store, 2 * number + 1)
        judge(store, "same", a, b)
        judge(store, "different", a, b)
    for view, key in ((entities, "id"), (contradictions, "different")):
        everything = view(store.link, store.rights())  # type: ignore[operator]
        paged = view(store.link, store.rights(), limit=2)  # type: ignore[operator]
        assert len(everything) == 5
        while len(paged) < 5:
            paged += view(store.link, store.rights(), limit=2, after=getattr(paged[-1], key))  # type: ignore[operator]
        assert paged == everything
        with pytest.raises(NotFound):
            view(store.link, store.rights(), after="never")  # type: ignore[operator]


def test_a_rebuilt_index_gives_the_same(store: Store, tmp_path: Path) -> None:
    a, b, c = (mention(store, number) for number in range(3))
    judge(store, "same", a, b)
    undone = judge(store, "same", b, c)
    undo(store, undone, b, c)
    before: list[Entity] = entities(store.link, store.rights())
    store.link.drop()
    assert sets(store) == []
    store.catch_up()
    assert entities(store.link, store.rights()) == before
    fresh = LinkIndex(str(tmp_path / "store.cutset"))
    assert follow(store.log, fresh) == 0
    assert entities(fresh, store.rights()) == before
