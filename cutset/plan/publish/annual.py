"""The annual performance report of a plan, and one agency's response, put together through a viewer's rights."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.access.rights import Rights
from cutset.clock import Clock
from cutset.log.store import Log
from cutset.model.register import GapStatus
from cutset.plan import response as responses
from cutset.plan.clauses import Plan
from cutset.plan.index import PlanIndex
from cutset.plan.measure import Measured
from cutset.plan.prefill import Take, guide
from cutset.plan.publish import answers, edition
from cutset.plan.publish.interdictions import published, seizures
from cutset.plan.publish.level import highest
from cutset.plan.publish.measures import measures
from cutset.plan.publish.publication import Figure, Publication, Section
from cutset.plan.publish.resources import registers, resources

_READING = Section(
    heading="How to read this",
    paragraphs=(
        "Every figure says which reports it rests on, of which period, and at which marking level. It was computed "
        "from the reports that this edition may show and from no others: another edition of the same report may hold "
        "other numbers, and neither is wrong.",
        "No data is not zero. Where the log holds nothing about something, that is said and nothing is drawn.",
        "The same numbers, in full, are in the CSV files that belong to this report; figures.csv lists them.",
    ),
)


def annual(
    log: Log,
    index: PlanIndex,
    rights: Rights,
    plan: Plan,
    fiscal_year: int,
    clock: Clock,
    *,
    unclassified: bool = False,
    taken: Sequence[Measured] = (),
) -> Publication:
    """The annual performance report of one fiscal year, as the viewer may see it.

    `unclassified` narrows the viewer's rights to what may go to everyone. `taken` are the measures, taken with the
    rights that `edition.of` gives for the same edition.
    """
    rights = edition.of(log, rights, unclassified=unclassified)
    found = [
        seizures(index, rights, fiscal_year),
        published(index, rights, fiscal_year),
        measures(plan, taken, fiscal_year),
        answers.side_by_side(responses.reading(log, rights, plan, fiscal_year, clock)),
        resources(log, rights, plan),
        registers(log, rights, plan, fiscal_year),
        _READING,
    ]
    sections = tuple(section for section in found if section is not None)
    return _publication(
        plan,
        sections,
        title="Annual performance report",
        subtitle=f"{plan.title}, fiscal year {fiscal_year}",
        edition=edition.name(rights, unclassified),
        clock=clock,
        key_numbers=_key_numbers(sections),
    )


def agency_response(
    log: Log,
    rights: Rights,
    plan: Plan,
    agency: str,
    fiscal_year: int,
    clock: Clock,
    *,
    unclassified: bool = False,
    take: Take | None = None,
) -> Publication:
    """One agency's response, item by item, with what the log tells about each. Raises `BadResponse`.

    `take` takes measures with the rights that `edition.of` gives for the same edition.
    """
    rights = edition.of(log, rights, unclassified=unclassified)
    reading = responses.reading(log, rights, plan, fiscal_year, clock)
    standing = responses.of_agency(reading, log.registry(), agency)
    items = guide(log, rights, plan, agency, fiscal_year, take=take)
    facts = Section(heading="The response", paragraphs=(answers.signature(standing),))
    return _publication(
        plan,
        (facts, *answers.whole(standing, items, fiscal_year), _READING),
        title=f"Response of {standing.name}",
        subtitle=f"{plan.title}, fiscal year {fiscal_year}",
        edition=edition.name(rights, unclassified),
        clock=clock,
        more=(standing.shown.marking.banner,) if standing.shown else (),
        made=bool(standing.shown and standing.shown.made),
    )


def _publication(
    plan: Plan,
    sections: tuple[Section, ...],
    *,
    title: str,
    subtitle: str,
    edition: str,
    clock: Clock,
    key_numbers: tuple[tuple[str, str], ...] = (),
    more: tuple[str, ...] = (),
    made: bool = False,
) -> Publication:
    figures = [figure for section in sections for figure in section.figures]
    return Publication(
        title=title,
        subtitle=subtitle,
        edition=edition,
        level=highest([*(figure.rests.level for figure in figures), *more]),
        as_of=clock(),
        sections=sections,
        key_numbers=key_numbers,
        made=made or plan.made or any(figure.rests.made for figure in figures),
    )


def _key_numbers(sections: Sequence[Section]) -> tuple[tuple[str, str], ...]:
    """The few numbers that stand at the head; those without data are left out."""
    figures: dict[str, Figure] = {figure.id: figure for section in sections for figure in section.figures}
    found = []
    if "seizures-by-drug" in figures:
        found.append((f"{figures['seizures-by-drug'].rests.reports:,}", "seizures reported"))
    if "responses" in figures:
        rows = figures["responses"].rows
        found.append((f"{sum(row[2] == 'submitted' for row in rows)} of {len(rows)}", "responses submitted"))
    if "gaps" in figures:
        status = figures["gaps"].columns.index("status")
        open_gaps = [row for row in figures["gaps"].rows if row[status] not in (GapStatus.CLOSED, GapStatus.DECLINED)]
        found.append((f"{len(open_gaps):,}", f"capability gap{'s' * (len(open_gaps) != 1)} open"))
    return tuple(found)
