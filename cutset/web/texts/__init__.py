"""What pages say, ready for translation: English in the pages, and one file a language that says it otherwise."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def texts(language: str) -> dict[str, str]:
    """English -> the language's words, from `texts/<language>.toml`; what is not there stays English."""
    file = resources.files("cutset.web.texts").joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def say(text: str, language: str = "en", **values: object) -> str:
    """A text in the language, with `{names}` filled in.

    >>> say("{count} shown", count=3)
    '3 shown'
    """
    found = texts(language).get(text, text)
    return found.format_map(values) if values else found
