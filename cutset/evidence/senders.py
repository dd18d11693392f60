"""Who sent which file: a file's bytes must have come from who names it, or be theirs to fetch; a digest alone won't do.

Else who knows the digest of a file that they may not see could name it in a report of their own, and fetch it by that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cutset.clock import microseconds
from cutset.log.database import chunks, engine, writing

KEPT = timedelta(days=30)
"""How long it is known that a viewer sent a file which no report of theirs names yet."""

metadata = sa.MetaData()

sender = sa.Table(
    "file_sender",
    metadata,
    sa.Column("viewer", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
)


class Senders:
    """Which viewers sent which files to the store at `url`. It follows from no report, and is no view of the log."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def note(self, viewer: str, hashes: Iterable[str], at: datetime) -> None:
        """Write down, durably, that a viewer sent all of these files."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        rows = [{"viewer": viewer, "sha256": each, "at_us": microseconds(at)} for each in sorted(set(hashes))]
        if not rows:
            return
        said = dialect.insert(sender)
        again = said.on_conflict_do_update(index_elements=["viewer", "sha256"], set_={"at_us": said.excluded.at_us})
        with writing(self._engine) as connection:
            metadata.create_all(connection)
            connection.execute(sa.delete(sender).where(sender.c.at_us < microseconds(at - KEPT)))
            connection.execute(again, rows)

    def sent_by(self, viewer: str, hashes: Iterable[str]) -> frozenset[str]:
        """Those of the files that the viewer sent."""
        wanted = sorted(set(hashes))
        if not wanted or not sa.inspect(self._engine).has_table(sender.name):
            return frozenset()
        query = sa.select(sender.c.sha256).where(sender.c.viewer == viewer)
        with self._engine.connect() as connection:
            return frozenset(
                each for some in chunks(wanted) for each in connection.scalars(query.where(sender.c.sha256.in_(some)))
            )

    def forget(self, left: Iterable[str]) -> None:
        """Forget who sent files other than those that are `left`."""
        if not sa.inspect(self._engine).has_table(sender.name):
            return
        there = set(left)
        with writing(self._engine) as connection:
            gone = [each for each in connection.scalars(sa.select(sender.c.sha256).distinct()) if each not in there]
            for some in chunks(sorted(gone)):
                connection.execute(sa.delete(sender).where(sender.c.sha256.in_(some)))
