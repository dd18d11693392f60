"""Examinations: what was opened or scanned, with what, whether it was drawn at random, and whether anything was found.

An examination is an outcome that says whether something was found. It names what was examined, and the tasking that
ordered it; a tasking with the order `examine at random` makes it a random one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.model.report import Kind
from cutset.plan.measures.reading import Reading
from cutset.plan.measures.running import Since

RANDOM_ORDER = "examine at random"
TARGETED_ORDER = "examine"


class Examination(NamedTuple):
    """An examination: its outcome's row, its tasking's (None where none is named), and what it was of."""

    row: sa.Row[Any]
    tasking: sa.Row[Any] | None
    of: tuple[str, ...]

    @property
    def random(self) -> bool | None:
        """Whether it was drawn at random; None where no tasking says."""
        if self.tasking is None:
            return None
        return bool(self.tasking.order_given == RANDOM_ORDER)


class Examinations:
    """All examinations that a viewer may see, by their number in the log and in its order.

    `first_of` is the first one of each thing, by its id; `taskings` are those that were known when it was made.
    """

    def __init__(
        self, by_seq: Mapping[int, Examination], first_of: Mapping[str, Examination], taskings: Mapping[int, Any]
    ) -> None:
        self.by_seq = by_seq
        self.first_of = first_of
        self.taskings = taskings

    def __len__(self) -> int:
        return len(self.by_seq)


def examinations(reading: Reading) -> Examinations:
    """All examinations that the viewer may see, whatever the period; kept up."""

    def renew(kept: Examinations | None, since: Since) -> Examinations:
        outcomes, taskings = reading.acts(Kind.OUTCOME).by_seq, reading.acts(Kind.TASKING)
        if kept is None or since.replaced():
            # What a newer edition changes is seldom, and may be anywhere; it is all in memory.
            return Examinations(*_made(reading, outcomes.values(), {}, {}), taskings.by_seq)
        fresh = outcomes.keys() - kept.by_seq.keys()
        ordered = reading.naming(Kind.OUTCOME).by
        for seq in taskings.by_seq.keys() - kept.taskings.keys():
            # An outcome may have named it before it came.
            fresh |= kept.by_seq.keys() & set(ordered.get(taskings.by_seq[seq].id, ()))
        if not fresh.isdisjoint(kept.by_seq):
            return Examinations(*_made(reading, outcomes.values(), {}, {}), taskings.by_seq)
        new = (outcomes[seq] for seq in sorted(fresh))
        return Examinations(*_made(reading, new, kept.by_seq, kept.first_of), taskings.by_seq)

    found: Examinations = reading.standing("examinations", lambda: reading.kept("examinations", renew))
    return found


def _made(
    reading: Reading,
    outcomes: Iterable[sa.Row[Any]],
    by_seq: Mapping[int, Examination],
    first_of: Mapping[str, Examination],
) -> tuple[dict[int, Examination], dict[str, Examination]]:
    """`by_seq` and `first_of` with the examinations among `outcomes`, which come after those known."""
    taskings = reading.acts(Kind.TASKING).by_id
    of_outcome, of_tasking = reading.naming(Kind.OUTCOME), reading.naming(Kind.TASKING)
    found, first = dict(by_seq), dict(first_of)
    for row in outcomes:
        if row.found is None:
            continue
        of = of_outcome.of(row.seq)
        ordered = [taskings[id] for id in sorted(of) if id in taskings]
        things = {id for id in of if id not in taskings}
        for tasking in ordered:
            things.update(of_tasking.of(tasking.seq) - {tasking.id})
        orders = [each for each in ordered if each.order_given in (RANDOM_ORDER, TARGETED_ORDER)]
        each = found[row.seq] = Examination(row, orders[0] if orders else None, tuple(sorted(things)))
        for id in each.of:
            first.setdefault(id, each)
    return found, first
