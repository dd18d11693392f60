"""Giving a judgement: the report that records it, with a marking at least as strict as all that it judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from cutset.errors import CutsetError
from cutset.link import pairs, references, shown
from cutset.link.history import Judged, Standing
from cutset.link.match.score import Scorer
from cutset.model.marking import Marking, join
from cutset.model.report import Entry, Judgement, Report, Source
from cutset.model.retention import of_derived


class NothingToJudge(CutsetError):
    """What is to be judged is not among what the viewer may see; whether it exists at all is not said."""

    def __init__(self, named: str) -> None:
        super().__init__("there is no such report or mention", where=named, remedy="check the name; views show it")


class NotAJudgement(CutsetError):
    """What is asked to be recorded says nothing that could be said of what it names."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(
            what,
            where=where,
            remedy="judge same, different or unsure, of two mentions (r-…#0 r-…#2) or of whole reports",
        )


def check(verdict: str, about: Sequence[str]) -> None:
    """Refuse a judgement that would be kept and would join or part nothing.

    It is on two different mentions, or on two or more different reports and no mention. Raises `NotAJudgement`, and
    `BadReference` for what has not the form of a mention.
    """
    if verdict not in pairs.VERDICTS:
        raise NotAJudgement("there is no such verdict", verdict)
    mentions = [references.read(each) for each in about if "#" in each]
    where = " ".join(about)
    if len(set(about)) != len(about):
        raise NotAJudgement("a thing is not judged with itself", where)
    if mentions and (len(mentions) != 2 or len(about) != 2):
        raise NotAJudgement("mentions are judged in pairs, and not with whole reports", where)
    if len(about) < 2:
        raise NotAJudgement("a judgement is on two things or more", where)


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


def shown_with(content: Judgement, entries: Mapping[str, Entry], scorer: Scorer) -> Judgement:
    """The judgement with what the program shows of its two mentions, as its giver sees them in `entries`.

    It is left as it is where another program had shown something, and where it undoes another: that rests on no score.
    """
    if content.reverses or content.score is not None or content.features:
        return content
    found = shown.compared(content.about, entries, scorer)
    return content if found is None else replace(content, score=found.probability, shown=shown.kept(found))


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
    retention = of_derived(each.retention for each in markings)
    return Report(
        marking=replace(join(*markings), originator=agency, retention=retention),
        source=Source(dataset="judgements", made=made),
        content=content,
    )
