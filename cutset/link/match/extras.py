"""The extras that learning and batches need: imported when used; an absent one is said with what to install."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Final

from cutset.errors import CutsetError

_EXTRA: Final = {"splink": "splink", "duckdb": "splink", "pyarrow": "splink", "pyspark": "spark"}


class MissingExtra(CutsetError):
    """An optional part of cutset is asked for that is not installed."""


def needed(module: str) -> ModuleType:
    """The module (`splink`, `duckdb`, `pyspark` or one within), imported now. Raises `MissingExtra`."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtra(
            f"this needs {package}, which is not installed",
            where=str(error),
            remedy=f"pip install 'cutset[{_EXTRA.get(package, package)}]'",
        ) from error
