"""Each thing that can be wrong with a chain, by itself: exactly that is found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from cutset.evidence.findings import Fault
from cutset.model.exhibit import Combined, Consumed, Destroyed, Role, Sampled, Sealed, SealState, Split, Weighed
from tests.evidence.making import Chains, grams, part, who

Story = Callable[[Chains], object]


def two(run: Chains) -> None:
    """Ann has two exhibits of 600 g and 400 g."""
    run.collect("ash/1", seal="S1", net=grams("600", "0.1"))
    run.collect("ash/2", seal="S2", net=grams("400", "0.1"))
    run.hours(1)


def an_offer_on_its_way_for_days(run: Chains) -> None:
    run.collect("ash/1", seal="S1")
    given = run.hours(1)
    run.hours(24 * 4)
    run.transfer("ash/1", "ann", "bea", seal="S1", when=given)


def a_transfer_before_the_collection(run: Chains) -> None:
    run.transfer("ash/1", "ann", "bea", when=run.now)
    run.hours(1)
    run.collect("ash/1", "bea", seal="S1", when=run.now)


def a_giver_who_got_it_later(run: Chains) -> None:
    run.collect("ash/1", seal="S1")
    run.hours(1)
    run.transfer("ash/1", "bea", "cyd", seal="S1")
    run.hours(1)
    run.transfer("ash/1", "ann", "bea", seal="S1")


def an_act_of_who_had_not_yet_signed_for_it(run: Chains) -> None:
    run.collect("ash/1", seal="S1")
    given = run.hours(1)
    run.hours(6)
    run.transfer("ash/1", "ann", "bea", seal="S1", when=given)
    run.act("ash/1", Weighed(), "bea", when=given + timedelta(hours=2))


def a_part_under_a_name_that_there_is(run: Chains) -> None:
    two(run)
    run.act("ash/1", Sampled(parts=(part("ash/2", seal="S3"),)))


def a_part_of_what_was_destroyed_combined(run: Chains) -> None:
    two(run)
    destroyed = Destroyed(order="24-1", witnesses=(who("bea"),))
    run.act("ash/2", destroyed, witness="bea")
    run.hours(1)
    run.act("ash/3", Combined(of=("ash/1", "ash/2"), seal="S3"))


def combined_what_another_held(run: Chains) -> None:
    two(run)
    run.transfer("ash/2", "ann", "bea", seal="S2")
    run.hours(1)
    run.act("ash/3", Combined(of=("ash/1", "ash/2"), seal="S3"))


def combined_of_what_never_was(run: Chains) -> None:
    two(run)
    run.act("ash/3", Combined(of=("ash/1", "ash/9"), seal="S3"))


def combined_to_less(run: Chains) -> None:
    two(run)
    run.act("ash/3", Combined(of=("ash/1", "ash/2"), net=grams("990", "0.1"), seal="S3"))


def net_above_gross(run: Chains) -> None:
    run.collect("ash/1", seal="S1", net=grams("10"), gross=grams("9"))


def weighed_less(run: Chains) -> None:
    two(run)
    run.act("ash/1", Weighed(net=grams("590", "0.1")))


def destroyed_less(run: Chains) -> None:
    two(run)
    run.act("ash/1", Destroyed(order="24-1", witnesses=(who("bea"),), net=grams("590")), witness="bea")


def sampled_and_less_left(run: Chains) -> None:
    two(run)
    run.act("ash/1", Sampled(parts=(part("ash/1.1", grams("1"), "S3"),), left=grams("590", "0.1")))


def sampled_and_weighed_less_afterwards(run: Chains) -> None:
    two(run)
    run.act("ash/1", Sampled(parts=(part("ash/1.1", grams("100"), "S3"),)))
    run.hours(1)
    run.act("ash/1", Weighed(net=grams("400", "0.1")))


def consumed_and_less_left(run: Chains) -> None:
    two(run)
    run.act("ash/1", Consumed(used=grams("1"), left=grams("590", "0.1")))


def consumed_more_than_there_was(run: Chains) -> None:
    two(run)
    run.act("ash/1", Consumed(used=grams("700")))


def split_and_the_loss_is_not_all(run: Chains) -> None:
    two(run)
    parts = (part("ash/1.1", grams("300"), "S3"), part("ash/1.2", grams("290"), "S4"))
    run.act("ash/1", Split(parts=parts, lost=grams("5")))


def the_laboratory_weighed_another_mass_after_a_sample(run: Chains) -> None:
    two(run)
    run.act("ash/1", Sampled(parts=(part("ash/1.1", grams("100"), "S3"),), left=grams("500", "0.1")))
    run.hours(1)
    run.lab("ash/1", "ann", net=grams("600", "0.1"))


def the_laboratory_weighed_another_mass(run: Chains) -> None:
    two(run)
    run.lab("ash/1", "ann", net=grams("590", "0.1"))


def the_laboratory_states_a_negative_mass(run: Chains) -> None:
    two(run)
    run.lab("ash/1", "ann", net=grams("-1"))


def the_laboratory_examined_what_never_was(run: Chains) -> None:
    run.lab("ash/9", "ann")


def two_that_bear_one_seal_written_in_two_ways(run: Chains) -> None:
    run.collect("ash/1", seal="S 17")
    run.hours(1)
    run.collect("ash/2", seal=" s17")


def passed_on_opened(run: Chains) -> None:
    two(run)
    run.act("ash/1", Consumed(used=grams("1")))
    run.hours(1)
    run.transfer("ash/1", "ann", "bea", seal="S1")


def resealed_over_another_seal(run: Chains) -> None:
    two(run)
    run.act("ash/1", Sealed(seal="S3", replaces="S9"))


def found_broken_by_its_holder(run: Chains) -> None:
    two(run)
    run.act("ash/1", Weighed(), seal_state=SealState.BROKEN)


def signed_before_it_was_given(run: Chains) -> None:
    run.collect("ash/1", seal="S1")
    given = run.now + timedelta(hours=2)
    run.transfer("ash/1", "ann", "bea", seal="S1", when=given)
    run.custody[-1] = replace(run.custody[-1], submitted_at=given + timedelta(hours=1))


def signed_after_it_was_entered(run: Chains) -> None:
    run.collect("ash/1", seal="S1")
    given = run.now
    run.hours(2)
    run.transfer("ash/1", "ann", "bea", seal="S1", when=given)
    run.custody[-1] = replace(run.custody[-1], submitted_at=given + timedelta(hours=1))


def destroyed_with_no_order(run: Chains) -> None:
    two(run)
    run.act("ash/1", Destroyed(order="", witnesses=(who("bea"),)), witness="bea")


def destroyed_and_the_witness_has_not_signed(run: Chains) -> None:
    two(run)
    run.act("ash/1", Destroyed(order="24-1", witnesses=(who("bea"),)))


STORIES: list[tuple[Story, tuple[Fault, ...]]] = [
    (an_offer_on_its_way_for_days, (Fault.GAP,)),
    (a_transfer_before_the_collection, (Fault.OUT_OF_ORDER,)),
    (a_giver_who_got_it_later, (Fault.OUT_OF_ORDER, Fault.TWO_HOLDERS)),
    (an_act_of_who_had_not_yet_signed_for_it, (Fault.OUT_OF_ORDER,)),
    (a_part_under_a_name_that_there_is, (Fault.ENTERED_TWICE,)),
    (a_part_of_what_was_destroyed_combined, (Fault.AFTER_END,)),
    (combined_what_another_held, (Fault.OVERLAP,)),
    (combined_of_what_never_was, (Fault.NO_ORIGIN,)),
    (combined_to_less, (Fault.MASS_NOT_CONSERVED,)),
    (net_above_gross, (Fault.MASS_NOT_CONSERVED,)),
    (weighed_less, (Fault.MASS_NOT_CONSERVED,)),
    (destroyed_less, (Fault.MASS_NOT_CONSERVED,)),
    (sampled_and_less_left, (Fault.MASS_NOT_CONSERVED,)),
    (sampled_and_weighed_less_afterwards, (Fault.MASS_NOT_CONSERVED,)),
    (consumed_and_less_left, (Fault.MASS_NOT_CONSERVED,)),
    (consumed_more_than_there_was, (Fault.MASS_NOT_CONSERVED,)),
    (split_and_the_loss_is_not_all, (Fault.MASS_NOT_CONSERVED,)),
    (the_laboratory_weighed_another_mass_after_a_sample, (Fault.MASS_NOT_CONSERVED,)),
    (the_laboratory_weighed_another_mass, (Fault.MASS_NOT_CONSERVED,)),
    (the_laboratory_states_a_negative_mass, (Fault.NEGATIVE_MASS,)),
    (the_laboratory_examined_what_never_was, (Fault.NO_ORIGIN,)),
    (two_that_bear_one_seal_written_in_two_ways, (Fault.SEAL_REUSED,)),
    (passed_on_opened, (Fault.SEAL_BROKEN,)),
    (resealed_over_another_seal, (Fault.SEAL_DIFFERS,)),
    (found_broken_by_its_holder, (Fault.SEAL_BROKEN,)),
    (signed_before_it_was_given, (Fault.CLOCK_SKEW,)),
    (signed_after_it_was_entered, (Fault.CLOCK_SKEW,)),
    (destroyed_with_no_order, (Fault.UNWITNESSED,)),
    (destroyed_and_the_witness_has_not_signed, (Fault.UNWITNESSED,)),
]


@pytest.mark.parametrize(("story", "faults"), STORIES, ids=[story.__name__ for story, _ in STORIES])
def test_exactly_what_is_wrong_is_found(story: Story, faults: tuple[Fault, ...]) -> None:
    run = Chains()
    story(run)
    found = run.findings()
    assert sorted({each.fault for each in found}) == sorted(faults), [each.what for each in found]
    for each in found:
        assert each.reports, "it says what it rests on"
        assert each.remedy


def test_a_loss_that_is_recorded_is_no_finding() -> None:
    run = Chains()
    two(run)
    parts = (part("ash/1.1", grams("300"), "S3"), part("ash/1.2", grams("290"), "S4"))
    run.act("ash/1", Split(parts=parts, lost=grams("10")))
    assert not run.findings()


def test_a_receiver_who_signs_alone_leaves_the_giver_s_signature_missing() -> None:
    run = Chains()
    run.collect("ash/1", seal="S1")
    run.hours(1)
    run.transfer("ash/1", "ann", "bea", seal="S1", roles=(Role.RECEIVER,))
    assert run.faults() == [Fault.NOT_GIVEN]
