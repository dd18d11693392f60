"""What pages say, ready for translation: English in the pages, and one file a language that says it otherwise.

A language is there once `texts/<language>.toml` is: each line an English text, as it stands in the pages, and what to
say for it. What a file lacks stays English.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

from cutset.errors import CutsetError

ENGLISH = "en"
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@cache
def texts(language: str) -> dict[str, str]:
    """English -> the language's words, from `texts/<language>.toml`; what is not there stays English."""
    file = resources.files("cutset.web.texts").joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


@cache
def languages() -> tuple[str, ...]:
    """The languages that pages can be shown in."""
    there = (each.name for each in resources.files("cutset.web.texts").iterdir())
    return (ENGLISH, *sorted(name.removesuffix(".toml") for name in there if name.endswith(".toml")))


def language() -> str:
    """The language of the page that is being made."""
    return _spoken.get()


@contextmanager
def spoken(wanted: str) -> Iterator[str]:
    """Within it pages are in the language that a browser's `Accept-Language` asks for first, of those there are."""
    token = _spoken.set(best(wanted, languages()))
    try:
        yield _spoken.get()
    finally:
        _spoken.reset(token)


def best(wanted: str, there: tuple[str, ...]) -> str:
    """The first of the languages in `wanted` that is `there`, by weight (RFC 9110, 12.5.4); English where none is.

    >>> best("fr;q=0.5, es-MX, en;q=0.9", ("en", "es")), best("", ("en", "es")), best("es;q=x", ("en", "es"))
    ('es', 'en', 'en')
    """
    asked = []
    for part in wanted[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        if not weight or weight.replace(".", "", 1).isdecimal():
            asked.append((-float(weight or 1), name.split("-")[0].lower()))
    asked.sort(key=lambda each: each[0])
    return next((name for weight, name in asked if name in there and weight < 0), ENGLISH)


def say(text: str, **values: object) -> str:
    """A text in the page's language, with `{names}` filled in.

    >>> say("{count} shown", count=3)
    '3 shown'
    """
    found = texts(language()).get(text, text)
    return found.format_map(values) if values else found


def told(error: CutsetError) -> str:
    """An error in the page's language: what was wrong and what to do are texts, where it was is not.

    >>> told(CutsetError("that is no head", where="head.json", remedy="give another"))
    'that is no head (head.json). To mend it: give another'
    """
    where = f" ({error.where})" if error.where else ""
    remedy = say(". To mend it: {remedy}", remedy=say(error.remedy)) if error.remedy else ""
    return f"{say(error.what)}{where}{remedy}"


def script() -> str:
    """The words of the language for the pages' scripts, as a script."""
    return f"window.cutsetWords = {json.dumps(texts(language()))};\n"
