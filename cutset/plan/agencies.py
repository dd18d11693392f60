"""The plan's agencies as they are now: who is part of whom, and under which name each goes.

A plan calls an agency by the id of its own time, the log and the registry by that of today. Whatever compares the two
goes through here, so that an agency renamed in mid-year stays one agency with the same duties and the same department.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from cutset.access.registry import Registry
from cutset.model.register import BudgetLine, RegisterEntry, TaskForce, Technology
from cutset.plan import document
from cutset.plan.clauses import Duty, Plan
from cutset.plan.filed import current


class Agencies:
    """The agencies of one plan, under the ids that a registry has for them now."""

    def __init__(self, plan: Plan, registry: Registry) -> None:
        self._plan = plan
        self._registry = registry
        self._parent = {each.id: each.parent for each in plan.agencies}
        self._names = {self.now(each.id): each.name for each in plan.agencies}
        self._known = {*self._names, *(each.id for each in registry.agencies)}

    def now(self, agency: str) -> str:
        """The id under which an agency goes now."""
        return current(self._registry, agency)

    def in_plan(self, agency: str) -> tuple[str, ...]:
        """What the plan calls an agency, given by any of its ids: several where it succeeded several, () for none."""
        now = self.now(agency)
        return tuple(each for each in self._parent if self.now(each) == now)

    def within(self, agency: str) -> frozenset[str]:
        """The agency and all its components."""
        now = self.now(agency)
        return frozenset({now, *(each for each, above in self.above.items() if now in above)})

    def duties(self, agency: str, **narrowed: str | None) -> tuple[Duty, ...]:
        """The duties that concern an agency, given by any of its ids; `narrowed` as in `document.duties`.

        Raises `document.UnknownTerm` for an agency that the plan does not know.
        """
        named = self.in_plan(agency) or (agency,)
        found = {each.id for name in named for each in document.duties(self._plan, agency=name, **narrowed)}
        return tuple(each for each in self._plan.duties if each.id in found)

    def renamed(self) -> Iterator[tuple[str, str]]:
        """The plan's agencies that go under another id now, each with that."""
        for each in self._parent:
            if (now := self.now(each)) != each:
                yield each, now

    def name(self, agency: str) -> str:
        """An agency's name as people know it: the registry's, else the plan's, else its id."""
        registered = self._registry.agency(agency)
        return (registered.name if registered else "") or self._names.get(agency, "") or agency

    def unknown(self, agencies: Iterable[str]) -> tuple[str, ...]:
        """Those that neither the registry nor the plan has."""
        return tuple(sorted({each for each in agencies if each and self.now(each) not in self._known}))

    @cached_property
    def above(self) -> Mapping[str, tuple[str, ...]]:
        """For each agency of the plan, those that it is part of, the nearest first."""
        found: dict[str, tuple[str, ...]] = {}
        for agency in self._parent:
            now, above = self.now(agency), self._parent[agency]
            line = list(found.get(now, ()))
            seen = {agency}
            while above and above not in seen:
                seen.add(above)
                # A component that was merged into its department is not part of itself.
                if self.now(above) not in (now, *line):
                    line.append(self.now(above))
                above = self._parent.get(above, "")
            found[now] = tuple(line)
        return found


def agencies_named(entry: RegisterEntry) -> Iterator[str]:
    """The agencies that an entry of a register names by their ids. What names a partner in words is left out."""
    match entry:
        case TaskForce():
            yield entry.lead
            yield from (each.agency for each in entry.members)
        case BudgetLine():
            yield entry.agency
        case Technology():
            yield from entry.shared_with
        case _:
            return
