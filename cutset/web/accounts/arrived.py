"""Files that viewers sent whole: the bytes of a file must come from who names it, its digest alone does not do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cutset.clock import microseconds
from cutset.web.accounts.sent import KEPT
from cutset.web.accounts.tables import arrived, writing


def note(engine: sa.Engine, viewer: str, sha256: str, at: datetime) -> None:
    """Write down that a viewer sent all of a file; known as long as an idempotency key is."""
    dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
    said = dialect.insert(arrived).values(viewer=viewer, sha256=sha256, at_us=microseconds(at))
    with writing(engine) as connection:
        connection.execute(sa.delete(arrived).where(arrived.c.at_us < microseconds(at - KEPT)))
        connection.execute(said.on_conflict_do_update(index_elements=["viewer", "sha256"],
                                                      set_={"at_us": said.excluded.at_us}))  # fmt: skip


def by(engine: sa.Engine, viewer: str, hashes: Iterable[str]) -> frozenset[str]:
    """Those of the hashes whose files the viewer sent."""
    query = sa.select(arrived.c.sha256).where(arrived.c.viewer == viewer, arrived.c.sha256.in_(sorted(set(hashes))))
    with engine.connect() as connection:
        return frozenset(connection.scalars(query))
