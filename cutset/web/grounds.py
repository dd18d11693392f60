"""What a lead rests on, step by step, as its page draws it: the reports, what they share, and the pairs to judge."""

from __future__ import annotations

from typing import Any

import msgspec

from cutset.link.lead import Joined, Reason
from cutset.link.why import Explanation
from cutset.model.report import Entry
from cutset.web.pairs import Pair, Pairs
from cutset.web.workspace import Asker


class Ground(msgspec.Struct, frozen=True):
    """One step of what a lead rests on: what two reports share, how much that is worth, and whom a person may judge.

    `shared` is the selector that they share, or the entity; `left` and `right` are the reports, and `ends` each one's
    mention in words. The step that ties two mentions of one report has that one twice, and says by what in `tie`.
    """

    left: Entry
    right: Entry
    pairs: list[Pair]
    shared: Reason | Joined | None = None
    tie: str = ""
    weight: float = 0.0
    ends: tuple[str, str] = ("", "")


def grounds(by: Asker, found: Explanation) -> list[Ground]:
    """What the lead rests on, step by step from the event to the other report."""
    lead, event, other = found.lead, found.event, found.other
    joined = [*lead.joined]
    if lead.path is not None:
        joined += [each.shared for each in (lead.path.first, lead.path.second) if isinstance(each.shared, Joined)]
    passed = {name.partition("#")[0] for each in joined for name in each.way}
    entries = {each.id: each for each in (event, other, *([found.through] if found.through else []))}
    entries |= {each.id: each for each in by.node.reports(sorted(passed - entries.keys()), viewer=by.viewer)}
    pairs = Pairs(by, entries.values(), found.compared)

    def shares(left: Entry, right: Entry, reason: Reason, **of: Any) -> Ground:
        return Ground(left, right, pairs.sharing(left, right, {(reason.kind.value, reason.value)}), reason, **of)

    def judged(left: Entry, right: Entry, by_people: Joined, **of: Any) -> Ground:
        return Ground(left, right, pairs.along(by_people.way), by_people, **of)

    if lead.path is None or found.through is None:
        return [
            *(shares(event, other, each, weight=each.weight) for each in lead.reasons),
            *(judged(event, other, each, weight=each.probability) for each in lead.joined),
        ]
    steps = []
    for left, right, step in ((event, found.through, lead.path.first), (found.through, other, lead.path.second)):
        ends = (step.end, step.between) if left is event else (step.between, step.end)
        if isinstance(step.shared, Reason):
            steps.append(shares(left, right, step.shared, weight=step.weight, ends=ends))
        else:
            steps.append(judged(left, right, step.shared, weight=step.weight, ends=ends))
    between = (lead.path.first.between, lead.path.second.between)
    tie = Ground(found.through, found.through, [], tie=lead.path.tie, weight=lead.path.tie_weight, ends=between)
    return [steps[0], tie, steps[1]]
