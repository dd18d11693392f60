"""As whom a viewer comes from a provider: the first time it is kept, and later nobody else comes as that viewer."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cutset.web.accounts.tables import subject, writing


def is_the_same(engine: sa.Engine, viewer: str, issuer: str, of: str) -> bool:
    """Whether `of` is the subject as whom the viewer first came from this issuer; now, where they never came."""
    dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
    first = dialect.insert(subject).values(viewer=viewer, issuer=issuer, subject=of)
    with writing(engine) as connection:
        connection.execute(first.on_conflict_do_nothing())
        known = connection.execute(sa.select(subject.c.issuer, subject.c.subject).where(subject.c.viewer == viewer))
        return tuple(known.one()) == (issuer, of)


def forget(engine: sa.Engine, viewer: str) -> None:
    """Let the viewer come as another subject: the provider was changed, or gave the person another name."""
    with writing(engine) as connection:
        connection.execute(sa.delete(subject).where(subject.c.viewer == viewer))
