"""Discovery: what is withheld from a recipient, and under which rule.

A report may be named to the recipient only where the platform lets the maker tell why it is hidden: it is of the
maker's own agency, or the maker has the power to explain. Of any other the maker alone is told, to ask its originator.
"""

from __future__ import annotations

from collections.abc import Iterator

from cutset.access.decide import decide
from cutset.access.registry import Registry, Viewer
from cutset.access.roles import may_explain
from cutset.evidence.package.contents import Contents, Withheld
from cutset.model.marking import Marking, join
from cutset.model.report import Entry


def withheld(
    mine: Contents, theirs: Contents, maker: Viewer, recipient: Viewer, registry: Registry
) -> tuple[tuple[Withheld, ...], tuple[Withheld, ...]]:
    """Of what the maker's own package would hold, what the recipient's does not: to be named there, and not to be.

    `mine` and `theirs` are the contents through the rights of each, `theirs` through no more than the maker's.
    """
    named: list[Withheld] = []
    unnamed: list[Withheld] = []
    for id, entry in mine.entries.items():
        markings = join(entry.report.marking, *(portion.marking for portion in entry.report.portions))
        may_name = may_explain(maker, entry.report.marking, registry) and may_explain(maker, markings, registry)
        for each in _of(entry, theirs.entries.get(id), recipient, registry, mine.purpose):
            (named if may_name else unnamed).append(each)
    return _sorted(named), _sorted(unnamed)


def _of(entry: Entry, seen: Entry | None, recipient: Viewer, registry: Registry, purpose: str) -> Iterator[Withheld]:
    report = entry.report
    if seen is None:
        rules = _rules(recipient, report.marking, registry, purpose)
        yield Withheld(
            report=entry.id,
            kind=report.kind,
            originator=report.originator,
            banner=report.marking.banner,
            rules=rules or ("out of reach: nothing that the recipient may see leads to it",),
        )
        return
    for number, portion in enumerate(report.portions, start=1):
        if not decide(recipient, portion.marking, registry, purpose=purpose).allowed:
            yield Withheld(
                report=entry.id,
                kind=report.kind,
                originator=report.originator,
                banner=portion.marking.banner,
                rules=_rules(recipient, portion.marking, registry, purpose),
                portion=number,
            )


def _rules(recipient: Viewer, marking: Marking, registry: Registry, purpose: str) -> tuple[str, ...]:
    """Each rule that forbids it, as `rule: words`; none where it is allowed."""
    decision = decide(recipient, marking, registry, purpose=purpose)
    if decision.allowed:
        return ()
    against = [f"{each.rule}: {each.words}" for each in decision.reasons if not each.permits]
    return tuple(against) or ("no rule permits it",)


def _sorted(found: list[Withheld]) -> tuple[Withheld, ...]:
    return tuple(sorted(found, key=lambda each: (each.report, each.portion)))
