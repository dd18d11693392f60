"""The reports that the desk writes: decisions, pointers, requests and answers, each with its marking."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from cutset.access.decide import all_may_see, decide
from cutset.access.registry import Registry
from cutset.errors import CutsetError
from cutset.link import judging, references
from cutset.link.desk.index import POINTER, REFUSED, RELEASED, REQUESTS
from cutset.link.desk.pointers import Found
from cutset.link.lead import Joined, Lead, Reason
from cutset.model.marking import Marking, Tlp, join
from cutset.model.report import Entry, Judgement, Portion, Report, Source, Tasking, When
from cutset.model.retention import of_derived

DATASET = "desk"


def named_by(lead: Lead) -> list[str]:
    """The ids of all reports that a lead rests on."""
    found = [lead.event, lead.other]
    joins = list(lead.joined)
    if lead.path is not None:
        found.append(lead.path.through)
        joins += [step.shared for step in (lead.path.first, lead.path.second) if isinstance(step.shared, Joined)]
    for joined in joins:
        found += [references.read(each).report for each in joined.way]
        found += joined.judgements
    return list(dict.fromkeys(found))


def markings_of(lead: Lead, entries: Mapping[str, Entry]) -> tuple[Marking, ...]:
    """What a decision on this lead must be at least as strict as. Raises `NothingToJudge` where a report is not there.

    Where one shared selector stands in both reports proper, their markings; else those of all that the lead rests on.
    """
    for report in named_by(lead):
        if report not in entries:
            raise judging.NothingToJudge(report)
    ends = [entries[each].report for each in (lead.event, lead.other)]
    bare = [each for each in lead.reasons if all(_bears(end, each) for end in ends)]
    if bare:
        return tuple(end.marking for end in ends)
    return tuple(marking for report in named_by(lead) for marking in _all(entries[report].report))


def _bears(part: Report | Portion, reason: Reason) -> bool:
    wanted = (reason.kind, reason.value)
    return any((each.kind, each.value) == wanted for mention in part.mentions for each in mention.selectors)


def _all(report: Report) -> Iterator[Marking]:
    yield report.marking
    yield from (portion.marking for portion in report.portions if portion.mentions)


def joint(markings: Sequence[Marking], agency: str, registry: Registry) -> Marking:
    """The marking of what `agency` derives from these: their join, released to the originators who may see them all.

    An originator sees its own report by being that; in another agency's report it must be named. Nobody is let in who
    may not see each of `markings`: that is tried on every viewer, and where naming an agency would, it is not named.
    """
    whole = replace(join(*markings), originator=agency, retention=of_derived(each.retention for each in markings))
    for owner in sorted({marking.originator for marking in markings} - {agency, ""}):
        if all_may_see(owner, [whole], registry):
            continue
        named = _naming(whole, owner)
        lets_in = [each for each in registry.viewers if decide(each, named, registry).allowed]
        if all(decide(each, marking, registry).allowed for each in lets_in for marking in markings):
            whole = named
    return whole


def _naming(marking: Marking, agency: str) -> Marking:
    # TLP:RED reaches persons only; by name an agency is reached up to TLP:AMBER+STRICT.
    level = Tlp.AMBER_STRICT if marking.tlp.strictness >= Tlp.AMBER.strictness else marking.tlp
    return replace(marking, tlp=level, rel_to=tuple(sorted({*(marking.rel_to or ()), f"agency:{agency}"})))


def between(agency: str, other: str, *, purposes: tuple[str, ...] | None = None) -> Marking:
    """The marking of what one agency says to another, and to nobody else.

    >>> between("uscg", "dea").banner
    'TLP:AMBER+STRICT//ORCON//REL TO agency:dea//USCG'
    """
    return Marking(originator=agency, tlp=Tlp.AMBER_STRICT, orcon=True, rel_to=(f"agency:{other}",), purposes=purposes)


def decision(lead: Lead, content: Judgement, *, marking: Marking, by: str) -> Report:
    """A viewer's word on a lead. Two people's same word are two reports: its record is who gave it."""
    return Report(marking=marking, source=Source(dataset=DATASET, record=by, made=lead.made), content=content)


def pointer(found: Found, event: Entry, *, shows_event: bool, agency: str) -> Report:
    """The record of a pointer, for asker and owner. An owner who may not see the event is not told which it is."""
    marking = between(agency, found.owner)
    apart = (Portion(marking=replace(marking, rel_to=()), text=event.id),)
    return Report(
        marking=marking,
        source=Source(dataset=DATASET, made=event.report.source.made, record=POINTER),
        content=Tasking(
            asset=found.owner, order=POINTER, about=(event.id,) if shows_event else (), selectors=(found.selector,)
        ),
        portions=() if shows_event else apart,
    )


def request(
    owner: str,
    *,
    agency: str,
    by: str,
    reason: str,
    about: str,
    hidden_about: str,
    follows: str,
    due: When | None,
    made: bool,
) -> Report:
    """A request of `agency` to `owner`; `hidden_about` names what it is about for the asker's own people alone."""
    marking = between(agency, owner)
    apart = (Portion(marking=replace(marking, rel_to=()), text=hidden_about),) if hidden_about else ()
    content = Tasking(
        asset=owner,
        order=REQUESTS[0],
        about=(about,) if about else (),
        reason=reason,
        follows=follows,
        when=due,
    )
    return Report(
        marking=marking, source=Source(dataset=DATASET, record=by, made=made), content=content, portions=apart
    )


def answer(request_id: str, *, released: str, reason: str, owner: str, asker: str, made: bool) -> Report:
    """An owner's answer to a request: the report that it released, or a refusal with its reason."""
    content = Judgement(
        verdict=RELEASED if released else REFUSED,
        about=tuple(sorted(each for each in (request_id, released) if each)),
        reason=reason,
    )
    return Report(marking=between(owner, asker), source=Source(dataset=DATASET, made=made), content=content)


def widened(
    report: Report, report_id: str, asker: str, *, portions: Collection[int] = (), seen: bool = False
) -> Report:
    """A new edition of a report that `asker` may see too, with the `portions` named; the others stay as marked.

    `seen` says that the asker sees the report proper as it is marked, which then stays so.

    Raises `CutsetError` where naming one more agency would shut out others whom the level lets in now: then its owner
    must say the new marking.
    """
    old = report.marking
    if not seen and old.rel_to is None and not old.orcon and old.tlp.strictness <= Tlp.AMBER.strictness:
        raise CutsetError(
            "a REL TO would shut out those whom the marking's level lets in now",
            where=f"{report_id}: {old.banner}",
            remedy="submit what you release as a report with the marking that you mean, and name it as the answer",
        )
    marking = old if seen else _naming(old, asker)
    parts = tuple(
        replace(
            each,
            marking=replace(
                join(marking, _naming(each.marking, asker) if number in portions else each.marking),
                retention=each.marking.retention,
            ),
        )
        for number, each in enumerate(report.portions)
    )
    return replace(report, marking=marking, portions=parts, supersedes=(report_id,))
