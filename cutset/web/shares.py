"""Tables with a bar in each row: how the events fall on the values of one dimension."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.model.report import Struct
from cutset.web.overview_data import Drug, Slice

NOT_SAID = "not said"


class ShareRow(Struct, frozen=True):
    """One value: its events, mass, and the length of its bar in per cent of the longest; `said` False where unknown."""

    name: str
    events: int
    mass_kg: float
    bar: float
    said: bool = True


class ShareTable(Struct, frozen=True):
    """The rows of one dimension. `rest` values with `rest_events` are left out; `whole` is all events."""

    rows: tuple[ShareRow, ...]
    rest: int
    rest_events: int
    whole: int


class DrugRow(Struct, frozen=True):
    """One substance, with the length of its bar in per cent of the heaviest."""

    drug: Drug
    bar: float
    colour: int


def share_table(slices: Sequence[Slice], most: int = 10) -> ShareTable:
    """The values with most events first; what the reports do not say comes last and is never left out.

    >>> table = share_table([Slice(name="", events=9), Slice(name="mail", events=3), Slice(name="air", events=4)])
    >>> [(row.name, row.bar) for row in table.rows]
    [('air', 44.4), ('mail', 33.3), ('not said', 100.0)]
    """
    told = sorted((each for each in slices if each.events > 0), key=lambda each: (-each.events, each.name))
    said, unsaid = [each for each in told if each.name], [each for each in told if not each.name]
    shown = [*said[:most], *unsaid]
    longest = max((each.events for each in shown), default=1)
    return ShareTable(
        rows=tuple(
            ShareRow(
                name=each.name or NOT_SAID,
                events=each.events,
                mass_kg=each.mass_kg,
                bar=round(100 * each.events / longest, 1),
                said=bool(each.name),
            )
            for each in shown
        ),
        rest=len(said[most:]),
        rest_events=sum(each.events for each in said[most:]),
        whole=sum(each.events for each in told),
    )


def drug_rows(drugs: Sequence[Drug], colours: dict[str, int], most: int = 14) -> tuple[DrugRow, ...]:
    """The substances with the greatest mass first, then those with most events."""
    ranked = sorted(drugs, key=lambda drug: (-_finite(drug.mass_kg), -drug.events, drug.name))[:most]
    heaviest = max((_finite(drug.mass_kg) for drug in ranked), default=0.0) or 1.0
    return tuple(
        DrugRow(
            drug=drug, bar=round(100 * (_finite(drug.mass_kg) / heaviest), 1), colour=colours.get(drug.drug_class, 8)
        )
        for drug in ranked
    )


def _finite(number: float) -> float:
    return number if 0 <= number < float("inf") else 0.0
