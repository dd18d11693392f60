"""Setting pages by typst, whose compiler and fonts come in its Python wheel and which asks no network.

What is to be set reaches the template as data (`sys.inputs`, JSON) and never as markup, so that nothing in a report can
be taken for a command. Needs `pip install cutset[pdf]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from cutset.errors import CutsetError

_STANDARD = "ua-1"
_UNSHOWN = "could not be displayed"
"""In the typesetter's words: a letter that no font has."""
_CONTROLS = dict.fromkeys((*range(10), *range(11, 32), *range(127, 160), 0xFFFE, 0xFFFF), " ")


class NoTypesetter(CutsetError):
    """The program that sets PDFs is not installed."""


class NotSet(CutsetError):
    """The typesetter could not set the page: a mistake in cutset, not in what the reports say."""


def pdf(template: bytes, inputs: Mapping[str, Any], *, at: datetime, instead: str) -> bytes:
    """The PDF/UA-1 of a template: tagged, with a title and a language; the same bytes for the same inputs and time.

    Where a text has letters that the embedded fonts lack (Chinese, say), those of the system are used, and the file is
    tagged but does not claim the standard, which wants every letter shown. `instead` says what to ask for where it
    cannot be had. Raises `NoTypesetter` and `NotSet`.
    """
    options = {"format": "pdf", "timestamp": int(at.timestamp())}
    try:
        return pages(template, inputs, instead=instead, **options, pdf_standards=[_STANDARD])[0]
    except NotSet as error:
        if _UNSHOWN not in error.where:
            raise
        return pages(template, inputs, instead=instead, **options, ignore_system_fonts=False)[0]


def pages(template: bytes, inputs: Mapping[str, Any], *, instead: str, **options: Any) -> list[bytes]:
    """What typst makes of a template, by its own `options`. Raises as `pdf` does."""
    try:
        # A quarter of a second to load, and not everybody has it.
        import typst
    except ImportError as error:
        raise NoTypesetter(
            "the typesetter for PDF is not installed", remedy=f"run `pip install cutset[pdf]`, or {instead}"
        ) from error
    said = {name: msgspec.json.encode(_printable(value)).decode() for name, value in inputs.items()}
    try:
        found = typst.compile(template, sys_inputs=said, **{"ignore_system_fonts": True, **options})
    except typst.TypstError as error:
        raise NotSet("the page could not be set", where=str(error), remedy=f"{instead}, and report this") from error
    return list(found) if isinstance(found, list) else [found]


def _printable(value: Any) -> Any:
    """The data with a blank for each control character, which no font shows."""
    if isinstance(value, str):
        return value.translate(_CONTROLS)
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return {key: _printable(each) for key, each in value.items()} if isinstance(value, dict) else value
