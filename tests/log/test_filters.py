"""The rights' clause: it holds for any number of markings, binds nothing, and fits every query on both databases."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from cutset.access.rights import Rights
from cutset.log.database import engine
from cutset.log.filters import visible
from cutset.log.liveness import live

made = sa.Table(
    "made", sa.MetaData(), sa.Column("seq", sa.Integer, primary_key=True), sa.Column("marking_id", sa.Integer)
)


def rights(*ids: int) -> Rights:
    return Rights(viewer="ann@ash", agency="ash", purpose="investigation", visible=frozenset(ids))


def queries(mine: Rights) -> list[sa.Select[tuple[int]]]:
    """The clause on a column, an alias's, a subquery's, a CTE's, under a join, negated, in a count, beside liveness."""
    aliased, inner = made.alias("other"), sa.select(made).subquery()
    cte = sa.select(made.c.seq, made.c.marking_id).where(visible(made.c.marking_id, mine)).cte("mine")
    both = made.join(aliased, made.c.seq == aliased.c.seq)
    return [
        sa.select(made.c.seq).where(visible(made.c.marking_id, mine)),
        sa.select(aliased.c.seq).where(visible(aliased.c.marking_id, mine)),
        sa.select(inner.c.seq).where(visible(inner.c.marking_id, mine)),
        sa.select(cte.c.seq).where(visible(cte.c.marking_id, mine)),
        sa.select(made.c.seq)
        .select_from(both)
        .where(visible(made.c.marking_id, mine), visible(aliased.c.marking_id, mine)),
        sa.select(made.c.seq).where(~visible(made.c.marking_id, mine)),
        sa.select(sa.func.count()).select_from(made).where(visible(made.c.marking_id, mine)),
        sa.select(made.c.seq).where(live(made.c.seq, mine)),
    ]


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
@pytest.mark.parametrize("mine", [rights(), rights(7), rights(*range(1, 5000))])
def test_it_compiles_with_only_integers_written_in(dialect: sa.Dialect, mine: Rights) -> None:
    for query in queries(mine):
        compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        bound = len(compiled.params)
        assert bound <= 1, "only `live` binds its one constant, so that no limit on parameters is met"
        assert "POSTCOMPILE" not in str(compiled)
        assert ("4321" in str(compiled)) == (4321 in mine.visible)


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_it_finds_what_is_visible_and_nothing_else(held: set[int], seen: set[int]) -> None:
    memory = sa.create_engine("sqlite://")
    with memory.begin() as connection:
        made.create(connection)
        if held:
            connection.execute(sa.insert(made), [{"seq": id, "marking_id": id} for id in held])
        found = connection.scalars(sa.select(made.c.seq).where(visible(made.c.marking_id, rights(*seen)))).all()
    assert set(found) == held & seen


def fetched(url: str) -> None:
    random = Random(2)
    seen = frozenset(random.sample(range(1, 1_000_000), 60_000))
    mine = Rights(viewer="ann@ash", agency="ash", purpose="investigation", visible=seen)
    rows = [{"seq": n, "marking_id": random.randrange(1, 1_000_000)} for n in range(1, 5001)]
    with engine(url).begin() as connection:
        made.create(connection)
        connection.execute(sa.insert(made), rows)
        expected = {row["seq"] for row in rows if row["marking_id"] in seen}
        assert 200 < len(expected) < 400
        for _ in range(2):
            # The second time it comes from SQLAlchemy's cache of compiled statements.
            assert set(connection.scalars(queries(mine)[0])) == expected
        assert set(connection.scalars(queries(rights())[0])) == set()
        made.drop(connection)


def test_sixty_thousand_markings_are_no_limit(tmp_path: Path) -> None:
    path = tmp_path / "made.cutset"
    path.touch()
    fetched(str(path))


@pytest.mark.postgresql
def test_sixty_thousand_markings_are_no_limit_in_postgresql(postgresql_url: str) -> None:
    fetched(postgresql_url)
