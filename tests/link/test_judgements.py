from __future__ import annotations

import pytest

from cutset.link.repeats import repeats
from cutset.model.report import Judgement
from tests.link.judging import judge, judgement, undo
from tests.samples import cocaine, private, seizure
from tests.worlds import Store


def twins(store: Store) -> tuple[str, str]:
    one, two = (store.submit(seizure(goods=(cocaine(5),), occurrence=number)) for number in (1, 2))
    return one, two


def test_a_chain_of_undoing_may_be_longer_than_the_stack(store: Store) -> None:
    one, two = twins(store)
    first = last = store.put(judgement("same", one, two))
    for _ in range(1050):
        last = store.put(judgement("unsure", one, two, reverses=last))
    store.catch_up()
    standing = {ruling.id for ruling in repeats(store.link, store.rights())[0].rulings}
    assert {first, last} <= standing
    assert len(standing) == 526
    undo(store, last, one, two)
    assert first not in {ruling.id for ruling in repeats(store.link, store.rights())[0].rulings}


def test_two_reversals_and_one_is_taken_back(store: Store) -> None:
    one, two = twins(store)
    first = judge(store, "same", one, two)
    undone, again = undo(store, first, one, two), undo(store, first, one, two, reason="me too")
    undo(store, undone, one, two)
    assert first not in {ruling.id for ruling in repeats(store.link, store.rights())[0].rulings}
    undo(store, again, one, two)
    assert first in {ruling.id for ruling in repeats(store.link, store.rights())[0].rulings}


def test_a_hidden_reversal_reverses_for_those_who_see_it(store: Store) -> None:
    one, two = twins(store)
    first = judge(store, "same", one, two)
    undo(store, first, one, two, marking=private("ash"))
    assert first not in {ruling.id for ruling in repeats(store.link, store.rights("ash"))[0].rulings}
    assert first in {ruling.id for ruling in repeats(store.link, store.rights("birch"))[0].rulings}


def test_a_judgement_on_mentions_is_none_on_their_reports(store: Store) -> None:
    one, two = twins(store)
    judge(store, "same", f"{one}#0", f"{two}#0")
    assert repeats(store.link, store.rights())[0].rulings == ()


def test_what_a_program_had_shown_is_kept_and_may_be_left_out(store: Store) -> None:
    one, two = twins(store)
    shown = judge(store, "same", one, two, score=0.5, features={"name": 3.25})
    bare = judge(store, "same", one, two)
    entries = store.log.fetch([shown, bare], store.rights())
    contents = [entries[each].report.content for each in (shown, bare)]
    assert all(isinstance(content, Judgement) for content in contents)
    assert [(content.score, content.features) for content in contents] == [  # type: ignore[union-attr]
        (0.5, {"name": 3.25}),
        (None, {}),
    ]


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_refused(store: Store, score: float) -> None:
    one, two = twins(store)
    with pytest.raises(AssertionError, match=r"not a number|malformed"):
        store.submit(judgement("same", one, two, score=score))
    with pytest.raises(AssertionError, match=r"not a number|malformed"):
        store.submit(judgement("same", one, two, features={"name": score}))
