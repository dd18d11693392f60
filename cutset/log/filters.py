"""Rights as a condition of a query."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import sqlalchemy as sa

from cutset.access.rights import Rights

_KEPT = 1024
"""How many viewers' sets of ids are kept as they are written."""


def visible(column: sa.ColumnElement[int], rights: Rights) -> sa.ColumnElement[bool]:
    """What the marking id in `column` marks, the viewer may see. It belongs in every query, before caps and counts.

    The ids are written into the statement: PostgreSQL and SQLite alike make a hashed or sorted set of them, and there
    is no limit on their number as there is on parameters.
    """
    if not rights.visible:
        return sa.false()
    # One parameter and not one an id: a page asks this fifty times, and a viewer may see many thousands.
    ids = sa.bindparam("visible", rights.visible, _Ids(), literal_execute=True, unique=True)
    return column.op("IN", is_comparison=True)(ids)


class _Ids(sa.types.UserDefinedType[frozenset[int]]):
    """A set of whole numbers as SQL writes it."""

    cache_ok = True

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[frozenset[int]], str]:
        """How the set is written."""
        return written


@lru_cache(maxsize=_KEPT)
def written(ids: frozenset[int]) -> str:
    """The set as SQL writes it.

    >>> written(frozenset([3, 1, 2]))
    '(1, 2, 3)'
    """
    # A number and nothing else: what is no number raises here.
    return f"({', '.join(f'{id:d}' for id in sorted(ids))})"
