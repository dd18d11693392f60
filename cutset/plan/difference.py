"""The difference of two plans: what came, what went, and what changed, field by field.

Clauses are matched by their ids. A clause whose id is gone, and whose words stand under a new id of the same sort, is
renamed. References into the source text (`at`) are left out unless asked for: another text has other paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from cutset.model.report import Struct
from cutset.model.text import fold
from cutset.plan.clauses import TABLES, Clause, Plan, clauses

_REFERENCES = frozenset({"at", "also_at"})
_PLAN = "plan"


class Change(Struct, frozen=True):
    """A field with another value than before. Lists that hold the same in another order are not changed."""

    field: str
    before: object
    after: object


class Changed(Struct, frozen=True):
    """A clause that stands in both plans and is not the same. `was` is its former id, "" where it kept it."""

    id: str
    changes: tuple[Change, ...]
    was: str = ""


class Differences(Struct, frozen=True):
    """The differences in one sort of clause, by the ids of the clauses, in the order of their plans.

    `sort` is the TOML table of the clauses, or `plan` for what is said of the plan as a whole.
    """

    sort: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)


class Difference(Struct, frozen=True):
    """The difference of two plans, from `before` to `after` (their ids), only where there is one."""

    before: str
    after: str
    sorts: tuple[Differences, ...]

    def of(self, sort: str) -> Differences:
        """The differences in one sort of clause, such as `duty`; empty where there is none."""
        return next((each for each in self.sorts if each.sort == sort), Differences(sort=sort))


def difference(before: Plan, after: Plan, *, references: bool = False) -> Difference:
    """What differs from `before` to `after`. With `references`, where the text says a thing counts too.

    >>> from cutset.plan.document import load
    >>> plan = load("niccp_2021")
    >>> next_year = msgspec.structs.replace(plan, id="niccp-2022", duties=plan.duties[1:])
    >>> difference(plan, next_year).of("duty").removed
    ('bb-net-01',)
    """
    ignored = frozenset() if references else _REFERENCES
    sorts = [_of_plan(before, after, ignored)]
    for field, table in TABLES:
        if table == "not_duty" and not references:
            continue  # A sentence that lays no duty on anyone is nothing but a reference.
        sorts.append(_of_clauses(table, clauses(before, field), clauses(after, field), ignored))
    return Difference(before=before.id, after=after.id, sorts=tuple(filter(None, sorts)))


def _of_plan(before: Plan, after: Plan, ignored: frozenset[str]) -> Differences:
    whole = set(before.__struct_fields__) - {field for field, _ in TABLES}
    changes = _flat(_changes(before, after, sorted(whole), ignored), ignored)
    return Differences(sort=_PLAN, changed=(Changed(id=_PLAN, changes=changes),) if changes else ())


def _flat(changes: tuple[Change, ...], ignored: frozenset[str]) -> tuple[Change, ...]:
    """`changes`, with those of a part of the plan (its outcome, say) told field by field: `outcome.text`."""
    found: list[Change] = []
    for change in changes:
        if isinstance(change.before, Struct) and isinstance(change.after, Struct):
            inner = _changes(change.before, change.after, change.before.__struct_fields__, ignored)
            found += [msgspec.structs.replace(each, field=f"{change.field}.{each.field}") for each in inner]
        else:
            found.append(change)
    return tuple(found)


def _of_clauses(
    sort: str, before: tuple[Clause, ...], after: tuple[Clause, ...], ignored: frozenset[str]
) -> Differences:
    old = {each.id: each for each in before}
    new = {each.id: each for each in after}
    renamed = _renamed(
        {key: each for key, each in old.items() if key not in new},
        {key: each for key, each in new.items() if key not in old},
    )
    changed = []
    for key, each in new.items():
        was = renamed.get(key, "")
        former = old.get(was or key)
        if former is None:
            continue
        changes = _changes(former, each, each.__struct_fields__, ignored | {"id"})
        if changes or was:
            changed.append(Changed(id=key, changes=changes, was=was))
    return Differences(
        sort=sort,
        added=tuple(key for key in new if key not in old and key not in renamed),
        removed=tuple(key for key in old if key not in new and key not in renamed.values()),
        changed=tuple(changed),
    )


def _renamed(gone: Mapping[str, Clause], come: Mapping[str, Clause]) -> dict[str, str]:
    """The former id of each new clause whose words are those of one that went. Words said twice decide nothing."""
    by_words: dict[str, list[str]] = {}
    for key, each in gone.items():
        by_words.setdefault(_words(each), []).append(key)
    found: dict[str, list[str]] = {}
    for key, each in come.items():
        if words := _words(each):
            found.setdefault(words, []).append(key)
    return {
        keys[0]: by_words[words][0] for words, keys in found.items() if len(keys) == 1 == len(by_words.get(words, []))
    }


def _words(clause: Clause) -> str:
    said = getattr(clause, "text", "") or getattr(clause, "name", "") or getattr(clause, "heading", "")
    return fold(said)


def _changes(
    before: Struct, after: Struct, fields: tuple[str, ...] | list[str], ignored: frozenset[str]
) -> tuple[Change, ...]:
    found = []
    for field in fields:
        if field in ignored:
            continue
        old, new = getattr(before, field), getattr(after, field)
        if _comparable(old, ignored) != _comparable(new, ignored):
            found.append(Change(field=field, before=old, after=new))
    return tuple(found)


def _comparable(value: object, ignored: frozenset[str]) -> object:
    if isinstance(value, tuple):
        return sorted(str(_comparable(each, ignored)) for each in value)
    if isinstance(value, Struct):
        return {
            field: _comparable(getattr(value, field), ignored)
            for field in value.__struct_fields__
            if field not in ignored
        }
    return value


def lines(found: Difference) -> Iterator[str]:
    """The difference in words, a line each: `+` came, `-` went, `~` changed, with the field, before and after."""
    if not found.sorts:
        yield f"{found.before} and {found.after} say the same."
    for each in found.sorts:
        yield from (f"+ {each.sort} {key}" for key in each.added)
        yield from (f"- {each.sort} {key}" for key in each.removed)
        for changed in each.changed:
            name = each.sort if each.sort == _PLAN else f"{each.sort} {changed.id}"
            was = f" (was {changed.was})" if changed.was else ""
            yield f"~ {name}{was}"
            for change in changed.changes:
                yield f"    {change.field}: {_shown(change.before)} -> {_shown(change.after)}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "none"
    if isinstance(value, Struct):
        return msgspec.json.encode(value).decode()
    return "none" if value in ("", None) else str(value)
