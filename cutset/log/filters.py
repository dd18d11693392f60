"""Rights as a condition of a query."""

from __future__ import annotations

import sqlalchemy as sa

from cutset.access.rights import Rights


def visible(column: sa.ColumnElement[int], rights: Rights) -> sa.ColumnElement[bool]:
    """What the marking id in `column` marks, the viewer may see. It belongs in every query, before caps and counts.

    The ids are written into the statement: PostgreSQL and SQLite alike make a hashed or sorted set of them, and there
    is no limit on their number as there is on parameters.
    """
    if not rights.visible:
        return sa.false()
    ids: sa.BindParameter[list[int]] = sa.bindparam(
        "visible", sorted(rights.visible), expanding=True, literal_execute=True, unique=True
    )
    return column.in_(ids)
