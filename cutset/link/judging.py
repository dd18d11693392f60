"""Giving a judgement: the report that records it, with a marking at least as strict as all that it judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from cutset.errors import CutsetError
from cutset.link import references
from cutset.link.history import Judged, Standing
from cutset.model.marking import Marking, join
from cutset.model.report import Entry, Judgement, Report, Source


class NothingToJudge(CutsetError):
    """What is to be judged is not among what the viewer may see; whether it exists at all is not said."""

    def __init__(self, named: str) -> None:
        super().__init__("there is no such report or mention", where=named, remedy="check the name; views show it")


def reports_named(about: Sequence[str], reverses: str = "") -> list[str]:
    """The ids of the reports that a judgement names: whole ones (`r-…`) and those of mentions (`r-…#2`).

    Raises `BadReference` for what has the form of neither.
    """
    named = [references.read(each).report if "#" in each else each for each in about]
    return [*named, *([reverses] if reverses else [])]


def markings_of(about: Sequence[str], entries: Mapping[str, Entry], reverses: str = "") -> tuple[Marking, ...]:
    """The markings of all that a judgement names, of `entries` as the viewer may see them. Raises `NothingToJudge`."""
    found = list(_markings(about, entries))
    if reverses:
        if reverses not in entries:
            raise NothingToJudge(reverses)
        found.append(entries[reverses].report.marking)
    return tuple(found)


def saying_again(content: Judgement, given: Sequence[Judged], entries: Mapping[str, Entry], agency: str) -> Judgement:
    """The judgement as it is to be recorded, after those `given` on the same pair: `entries` are their reports.

    A report is held once. What the agency said before in the same words and was undone is said again by a judgement
    that names it; what stands still is that very report.
    """
    same = [
        (each.standing, each.id, before.follows)
        for each in given
        if (entry := entries.get(each.id)) is not None
        and isinstance(before := entry.report.content, Judgement)
        and entry.report.marking.originator == agency
        and replace(before, follows="") == content
    ]
    if not same:
        return content
    standing, id, follows = same[-1]
    return replace(content, follows=id if standing is Standing.REVERSED else follows)


def _markings(about: Sequence[str], entries: Mapping[str, Entry]) -> Iterator[Marking]:
    for named in about:
        entry = entries.get(references.read(named).report if "#" in named else named)
        if entry is None:
            raise NothingToJudge(named)
        yield entry.report.marking
        if "#" in named:
            parts = {str(name): part for name, part, _ in references.mentions(entry.id, entry.report)}
            if named not in parts:
                raise NothingToJudge(named)
            if parts[named]:
                yield entry.report.portions[parts[named] - 1].marking


def judgement_report(content: Judgement, *, agency: str, markings: Sequence[Marking], made: bool) -> Report:
    """The report of a judgement that someone of `agency` gives on what bears `markings`."""
    return Report(
        marking=replace(join(*markings), originator=agency),
        source=Source(dataset="judgements", made=made),
        content=content,
    )
