"""A publication as PDF/UA-1: tagged, with a title, a language, and words for every picture."""

from __future__ import annotations

import math
from importlib import resources
from typing import Any

from cutset import typesetting
from cutset.plan.publish.chart import BESIDE, WIDTH, draw
from cutset.plan.publish.numbers import shown
from cutset.plan.publish.publication import Figure, Publication

_NARROW, _FEW = 26, 4
"""Characters and columns of a table that is set as wide as its words, and not as wide as the page."""
_PADDING = 3.5
"""Characters' worth of the space around a cell."""
_PAGE = 120.0
"""Characters of a page's width in the letters of a wide table."""
_BESIDE = 34
"""Characters of a table's row, together, that leave room for a chart beside it."""
_KEPT_TOGETHER = 12
"""Rows of a figure that is not parted over two pages."""
_INSTEAD = "ask for HTML"


def render(publication: Publication) -> bytes:
    """The PDF, the same bytes for the same publication. Raises `NoTypesetter` and `NotSet`."""
    return typesetting.pdf(_template(), _inputs(publication), at=publication.as_of, instead=_INSTEAD)


def pictures(publication: Publication, *, dots_per_inch: float = 96.0) -> list[bytes]:
    """Each page of the PDF as a PNG. Raises `NoTypesetter` and `NotSet`."""
    return typesetting.pages(_template(), _inputs(publication), instead=_INSTEAD, format="png", ppi=dots_per_inch)


def _template() -> bytes:
    return resources.files(__package__).joinpath("templates/publication.typ").read_bytes()


def _inputs(publication: Publication) -> dict[str, Any]:
    return {"publication": _data(publication)}


def _data(publication: Publication) -> dict[str, Any]:
    """What the template reads: text and numbers as they are shown, and charts as SVG."""
    return {
        "title": publication.title,
        "subtitle": publication.subtitle,
        "edition": publication.edition,
        "level": publication.level or "nothing marked is shown",
        "made": publication.made,
        "as_of": publication.as_of.strftime("%Y-%m-%d %H:%M UTC"),
        "keys": [{"number": number, "what": what} for number, what in publication.key_numbers],
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": list(section.paragraphs),
                "figures": [_figure(figure) for figure in section.figures],
            }
            for section in publication.sections
        ],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    rows = figure.rows[: figure.shown]
    narrow = all(len(text) <= _NARROW for text in _texts(figure)) and len(figure.columns) <= _FEW
    beside = narrow and figure.chart is not None and sum(_widest(figure)) <= _BESIDE and len(rows) <= _KEPT_TOGETHER
    return {
        "id": figure.id,
        "title": figure.title,
        "svg": draw(figure.chart, figure.title, width=BESIDE if beside else WIDTH) if figure.chart else "",
        "beside": beside,
        "columns": [{"name": name, "right": name in figure.right} for name in figure.columns],
        "wide": len(figure.columns) > 6,
        # Typst gives each column a share of the width: names of numbers need less of it than sentences.
        "shares": _shares(figure),
        "narrow": narrow,
        "whole": len(rows) <= _KEPT_TOGETHER,
        "rows": [[shown(cell) for cell in row] for row in rows],
        "of": len(figure.rows),
        "caution": figure.caution,
        "rests": figure.rests.sentence,
    }


def _widest(figure: Figure) -> list[int]:
    """The characters of each column's longest cell."""
    rows = figure.rows[: figure.shown]
    return [max([len(name), *(len(shown(row[at])) for row in rows)]) for at, name in enumerate(figure.columns)]


def _texts(figure: Figure) -> list[str]:
    return [*figure.columns, *(shown(cell) for row in figure.rows[: figure.shown] for cell in row)]


def _shares(figure: Figure) -> list[float]:
    """How much of the width each column wants: by its texts, and never less than its longest word if all can have it.

    A word that is wider than its column would run into the next one.
    """
    least, wanted = [], []
    for at, name in enumerate(figure.columns):
        texts = [name, *(shown(row[at]) for row in figure.rows[: figure.shown])]
        word = max((len(part) for text in texts for part in text.split()), default=1)
        least.append(_PADDING + min(70.0, word))
        wanted.append(_PADDING + min(70.0, max(float(word), math.pow(max(map(len, texts)), 0.82))))
    room, over = _PAGE - sum(least), sum(wanted) - sum(least)
    if room <= 0 or over <= room:
        return wanted
    return [low + (high - low) * room / over for low, high in zip(least, wanted, strict=True)]
