"""The sections about agencies' responses: all of them side by side, and one of them whole."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.plan.document import Due
from cutset.plan.filed import basis
from cutset.plan.prefill import Item
from cutset.plan.publish.level import highest
from cutset.plan.publish.publication import Figure, Rests, Section
from cutset.plan.publish.resources import rests
from cutset.plan.response import Reading, Stage, Standing, Timing


def side_by_side(reading: Reading) -> Section:
    """Who has answered, when, and what each says to each item."""
    figures = [
        Figure(
            id="responses",
            title="Agencies' responses",
            columns=(
                "agency",
                "name",
                "stage",
                "against the clock",
                "first submitted",
                "in force since",
                "submissions",
                "items",
            ),
            rows=tuple(
                (
                    each.agency,
                    each.name,
                    each.stage.value,
                    each.timing.value,
                    each.submissions[0].submitted_at.date().isoformat() if each.submissions else "–",
                    each.in_force.submitted_at.date().isoformat() if each.in_force else "–",
                    len(each.submissions),
                    f"{each.answered} of {len(reading.items)}",
                )
                for each in reading.standings
            ),
            right=("submissions", "items"),
            rests=rests(reading.basis, "responses and drafts that this edition may show", f"FY {reading.fiscal_year}"),
            caution="A response that this edition may not show counts as not there.",
        )
    ]
    figures += [
        _item(reading, id, asked)
        for id, asked in reading.items
        if any(each.answers.get(id) for each in reading.standings)
    ]
    return Section(heading="Agency responses", paragraphs=(_clock(reading),), figures=tuple(figures))


def _item(reading: Reading, id: str, asked: str) -> Figure:
    answered = [each for each in reading.standings if each.answers.get(id)]
    return Figure(
        id=f"responses-{id}",
        title=f"Side by side: {asked}",
        columns=("agency", "stage", "answer"),
        rows=tuple((each.agency, each.stage.value, each.answers[id]) for each in answered),
        rests=rests(
            basis([each.shown for each in answered if each.shown]), "the responses shown", f"FY {reading.fiscal_year}"
        ),
    )


def _clock(reading: Reading) -> str:
    late = [each for each in reading.standings if each in reading.late]
    sentence = f"Responses are due {due_in_words(reading.due)}."
    if not late:
        return f"{sentence} None is late."
    named = "; ".join(f"{each.agency} ({each.timing})" for each in late)
    return f"{sentence} Late, or not here: {named}."


def due_in_words(due: Due | None) -> str:
    """When responses are due, in words.

    >>> due_in_words(None)
    'on no day that the plan sets for this fiscal year'
    """
    if due is None:
        return "on no day that the plan sets for this fiscal year"
    if due.first == due.last:
        return f"by {due.last.isoformat()}"
    return (
        f"on the sixtieth day after publication, between {due.first.isoformat()} and {due.last.isoformat()}: "
        "the day of publication is not known"
    )


def whole(standing: Standing, items: Sequence[Item], fiscal_year: int) -> tuple[Section, ...]:
    """One agency's response: an item a section, with the answer and below it what the log tells."""
    return tuple(_whole(standing, item, fiscal_year) for item in items)


def _whole(standing: Standing, item: Item, fiscal_year: int) -> Section:
    answer = standing.answers.get(item.id, "").strip()
    figures: tuple[Figure, ...] = ()
    if item.lines:
        figures = (
            Figure(
                id=f"known-{item.id}",
                title="What the log tells about it",
                columns=("found", "reports", "marking"),
                rows=tuple((line.text, line.basis.reports, line.basis.banner) for line in item.lines),
                right=("reports",),
                rests=Rests(
                    reports=None,
                    which="as named",
                    period=f"FY {fiscal_year}",
                    level=highest(line.basis.banner for line in item.lines),
                    made=any(line.basis.made for line in item.lines),
                ),
            ),
        )
    return Section(
        heading=item.asked,
        paragraphs=tuple(answer.split("\n\n")) if answer else ("Not answered.",),
        figures=figures,
    )


def signature(standing: Standing) -> str:
    """Who stands for the response, and since when it is in force."""
    latest = standing.in_force
    if standing.stage is not Stage.SUBMITTED or latest is None:
        return (
            f"This is a {standing.stage} and was not submitted." if standing.stage is not Stage.NONE else "Not begun."
        )
    signed = f"Signed by {latest.content.signed_by}. " if latest.content.signed_by else "Not signed. "
    late = "" if standing.timing in (Timing.IN_TIME, Timing.NO_CLOCK) else f" ({standing.timing})"
    earlier = len(standing.submissions) - 1
    more = f" It replaces {earlier} earlier submission{'s' * (earlier != 1)}." if earlier else ""
    return f"{signed}Submitted on {latest.submitted_at.date().isoformat()}{late}.{more}"
