"""The laboratory: what was asked of it, what it found, and whether it was accredited for how it found that out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.evidence.index import REQUEST, RESULT, EvidenceIndex, accreditation, named
from cutset.evidence.naming import name_of
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.store import Log
from cutset.model.exhibit import Attachment, Component, Mass
from cutset.model.marking import join
from cutset.model.register import Accreditation
from cutset.model.report import Entry, Goods, Lab, Response, Struct, Tasking, When
from cutset.model.signature import DrugSignature

EXAMINE = "examine"
"""The order of a tasking that asks a laboratory to examine exhibits."""


class Accredited(StrEnum):
    """Whether a result rests on an accreditation that the viewer may see."""

    YES = "yes"
    NOT_FOR_METHOD = "not for this method"
    NOT_THEN = "not at the time"
    UNKNOWN = "no accreditation is entered"


class Held(Struct, frozen=True):
    """An accreditation as it is entered, and the report that says so."""

    report: str
    agency: str
    accreditation: Accreditation
    banner: str
    made: bool = False


class Result(Struct, frozen=True):
    """What a laboratory found on an exhibit, with the portions that the viewer may see, and how far to rely on it.

    `profile` is the signature profile where there is one. `accredited_by` are reports of accreditations that cover it.
    """

    report: str
    exhibit: str
    number: str
    laboratory: str
    when: When | None
    entered: datetime
    findings: tuple[Goods, ...]
    purity: float | None
    purity_uncertainty: float | None
    net: Mass | None
    cuts: tuple[Component, ...]
    methods: tuple[str, ...]
    request: str
    files: tuple[Attachment, ...]
    accredited: Accredited
    accredited_by: tuple[str, ...]
    banner: str
    made: bool = False
    profile: DrugSignature | None = None


class Request(Struct, frozen=True):
    """An order to examine exhibits, and the results that answer it so far."""

    report: str
    laboratory: str
    order: str
    exhibits: tuple[str, ...]
    entered: datetime
    answered: tuple[str, ...]
    banner: str
    made: bool = False


def results(index: EvidenceIndex, log: Log, rights: Rights, *, exhibits: Collection[str] | None = None) -> list[Result]:
    """The laboratory's results that the viewer may see, those of `exhibits` or all, by exhibit and time of entry."""
    known = accreditations(index, log, rights)
    found = [
        _result(entry, entry.report.content, known)
        for entry in _entries(index, log, rights, RESULT, exhibits)
        if isinstance(entry.report.content, Lab)
    ]
    return sorted(found, key=lambda each: (each.exhibit, each.entered))


def requests(
    index: EvidenceIndex, log: Log, rights: Rights, *, exhibits: Collection[str] | None = None
) -> list[Request]:
    """The orders to examine exhibits that the viewer may see, with the results that answer them, by time of entry."""
    entries = _entries(index, log, rights, REQUEST, exhibits)
    labs = [each for each in _entries(index, log, rights, RESULT, None) if isinstance(each.report.content, Lab)]
    found = []
    for entry in entries:
        content = entry.report.content
        assert isinstance(content, Tasking)
        answers = [
            each for each in labs if isinstance(each.report.content, Lab) and each.report.content.request == entry.id
        ]
        found.append(
            Request(
                report=entry.id,
                laboratory=content.asset,
                order=content.order,
                exhibits=tuple(each for each in content.about if "/" in each),
                entered=entry.submitted_at,
                answered=tuple(each.id for each in answers),
                banner=join(*(each.report.marking for each in (entry, *answers))).banner,
                made=entry.report.source.made,
            )
        )
    return sorted(found, key=lambda each: each.entered)


def accreditations(index: EvidenceIndex, log: Log, rights: Rights) -> list[Held]:
    """The accreditations that the viewer may see and that no later report replaces, by laboratory and entry's id."""
    with index.engine.connect() as connection:
        ids = connection.scalars(
            sa.select(accreditation.c.id)
            .where(visible(accreditation.c.marking_id, rights), live(accreditation.c.seq, rights))
            .order_by(accreditation.c.seq)
        ).all()
    latest: dict[tuple[str, str], Held] = {}
    for entry in log.fetch(ids, rights).values():
        content = entry.report.content
        if isinstance(content, Response) and isinstance(content.entry, Accreditation):
            report = entry.report
            latest[report.originator, content.entry.id] = Held(
                report=entry.id,
                agency=report.originator,
                accreditation=content.entry,
                banner=report.marking.banner,
                made=report.source.made,
            )
    return sorted(latest.values(), key=lambda each: (each.accreditation.laboratory, each.agency, each.accreditation.id))


def measured(profile: DrugSignature | None) -> tuple[str, ...]:
    """Each feature of a signature profile as people read it, with its standard uncertainty (k = 1).

    >>> from cutset.model.signature import Feature
    >>> measured(DrugSignature(features=(Feature(name="delta-13c", value=-36.0, uncertainty=0.1, unit="permil"),)))
    ('delta-13c -36 ± 0.1 permil (k = 1)',)
    """
    return tuple(
        f"{each.name} {each.value:g} ± {each.uncertainty:g}{f' {each.unit}' if each.unit else ''} (k = 1)"
        for each in (profile.features if profile else ())
    )


def _entries(index: EvidenceIndex, log: Log, rights: Rights, how: str, exhibits: Collection[str] | None) -> list[Entry]:
    query = sa.select(named.c.id).where(
        named.c.how == how, visible(named.c.marking_id, rights), live(named.c.seq, rights)
    )
    ids: dict[str, None] = {}
    with index.engine.connect() as connection:
        if exhibits is None:
            ids.update(dict.fromkeys(connection.scalars(query.order_by(named.c.seq))))
        else:
            for chunk in chunks(sorted(set(exhibits))):
                found = connection.scalars(query.where(named.c.exhibit.in_(chunk)).order_by(named.c.seq))
                ids.update(dict.fromkeys(found))
    return list(log.fetch(ids, rights).values())


def _result(entry: Entry, content: Lab, known: Sequence[Held]) -> Result:
    report = entry.report
    standing, by = _standing(entry, content, known)
    markings = [report.marking, *(portion.marking for portion in report.portions)]
    return Result(
        report=entry.id,
        exhibit=name_of(content.exhibit, report.originator),
        number=content.number,
        laboratory=content.laboratory or report.originator,
        when=content.when,
        entered=entry.submitted_at,
        findings=(*content.findings, *(each for portion in report.portions for each in portion.goods)),
        purity=content.purity,
        purity_uncertainty=content.purity_uncertainty,
        net=content.net,
        cuts=content.cuts,
        methods=content.methods,
        request=content.request,
        files=content.files,
        accredited=standing,
        accredited_by=tuple(each.report for each in by),
        banner=join(*markings).banner,
        made=report.source.made,
        profile=content.signature,
    )


def _standing(entry: Entry, content: Lab, known: Sequence[Held]) -> tuple[Accredited, list[Held]]:
    """Whether all methods are in the scope of accreditations that held on the day of the result."""
    names = {content.laboratory, entry.report.originator} - {""}
    its = [each for each in known if each.accreditation.laboratory in names]
    if not its:
        return Accredited.UNKNOWN, []
    day = f"{content.when.at if content.when else entry.submitted_at:%Y-%m-%d}"
    then = [each for each in its if _held_on(each.accreditation, day)]
    if not then:
        return Accredited.NOT_THEN, []
    covering = [each for each in then if _covers(each.accreditation, content.methods)]
    methods = {method for each in then for method in each.accreditation.scope}
    if covering or (content.methods and set(content.methods) <= methods):
        return Accredited.YES, covering or then
    return Accredited.NOT_FOR_METHOD, []


def _held_on(each: Accreditation, day: str) -> bool:
    return (not each.since or each.since <= day) and all(not end or day < end for end in _ends(each))


def _ends(each: Accreditation) -> tuple[str, str]:
    # The last day is a day on which it holds; a suspension takes away the day that it is of.
    return (each.until + "~" if each.until else "", each.suspended)


def _covers(each: Accreditation, methods: Sequence[str]) -> bool:
    return not each.scope or (bool(methods) and set(methods) <= set(each.scope))
