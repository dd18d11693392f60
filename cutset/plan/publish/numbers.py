"""The numbers of a publication as CSV: one file a figure, and one that says what each rests on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cutset.plan.publish.publication import Cell, Publication

INDEX = "figures.csv"
"""The file that lists the figures, with what each rests on."""


def files(publication: Publication) -> dict[str, str]:
    """The CSV files by name: UTF-8, RFC 4180, numbers in full, an empty cell for no data.

    Every file begins with its header. Text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    found = {
        INDEX: _csv(
            ("figure", "title", "reports", "which reports", "period", "marking", "made", "caution", "edition"),
            (
                (
                    figure.id,
                    figure.title,
                    figure.rests.reports,
                    figure.rests.which,
                    figure.rests.period,
                    figure.rests.level,
                    "yes" if figure.rests.made else "no",
                    figure.caution,
                    publication.edition,
                )
                for figure in publication.figures
            ),
        )
    }
    for figure in publication.figures:
        found[f"{figure.id}.csv"] = _csv(figure.columns, figure.rows)
    return found


def _csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(each) for each in header])
    writer.writerows([_cell(each) for each in row] for row in rows)
    return text.getvalue()


def _cell(value: Cell) -> str:
    """A cell's text.

    >>> _cell("=1+1"), _cell(-1.5), _cell(Decimal("1E+3")), _cell(None)
    ("'=1+1", '-1.5', '1000', '')
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return repr(value) if isinstance(value, float) else str(value)


def shown(value: Cell) -> str:
    """A cell as a page shows it.

    >>> shown(1234.5678), shown(Decimal("1500000.00")), shown(None), shown(12), shown(0.03125)
    ('1,234.6', '1,500,000.00', 'no data', '12', '0.0312')
    """
    if value is None:
        return "no data"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, float):
        if value == int(value) and abs(value) < 1e15:
            return f"{value:,.0f}"
        return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else value
