"""May this viewer see what bears this marking? The one place where that is decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cutset.access.conditions import conditions
from cutset.access.policy import Decision, Policy, Reason, policy
from cutset.access.registry import Registry, Viewer
from cutset.access.rights import Rights
from cutset.access.standing import standing
from cutset.model.marking import Marking

__all__ = ["PURPOSE", "Decision", "Reason", "all_may_see", "decide", "rights"]

PURPOSE = "investigation"


def decide(
    viewer: Viewer, marking: Marking, registry: Registry, *, purpose: str = PURPOSE, by: Policy | None = None
) -> Decision:
    """Whether `viewer` may see, for `purpose`, what bears `marking`, and by which rules.

    It never raises for data it does not know: an unknown viewer, purpose, agency or token is simply not permitted.
    `by` is the policy, by default that of `policy.toml`.

    >>> from cutset.access.registry import Agency
    >>> registry = Registry((Agency("dea", country="US"), Agency("uscg", country="US")), (Viewer("ann@dea", "dea"),))
    >>> decision = decide(Viewer("ann@dea", "dea"), Marking(originator="uscg", orcon=True), registry)
    >>> decision.allowed, [reason.rule for reason in decision.reasons]
    (False, ['amber-partners', 'orcon'])
    """
    by = by or policy()
    return by.decide(conditions(standing(viewer, registry), marking, by.purpose(purpose), registry))


def all_may_see(
    agency: str, markings: Iterable[Marking], registry: Registry, *, purposes: Sequence[str] = (PURPOSE,)
) -> bool:
    """Whether each active viewer of an agency may see all that bears these markings, for each of the purposes.

    A report of the agency's own is seen by all of them, so that it must tell of nothing that one of them may not see.
    """
    people = [each for each in registry.viewers if each.agency == agency and each.active]
    return all(
        decide(each, marking, registry, purpose=purpose).allowed
        for marking in markings
        for each in people
        for purpose in purposes
    )


def rights(viewer: Viewer, markings: Mapping[int, Marking], registry: Registry, *, purpose: str = PURPOSE) -> Rights:
    """The rights of `viewer` for `purpose`, over `markings` by their ids."""
    by = policy()
    stands, declared = standing(viewer, registry), by.purpose(purpose)
    visible = frozenset(
        marking_id
        for marking_id, marking in markings.items()
        if by.decide(conditions(stands, marking, declared, registry)).allowed
    )
    return Rights(viewer=viewer.id, agency=viewer.agency, purpose=purpose, visible=visible)
