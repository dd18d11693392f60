"""A moment of the log: who is registered, which reports and purges there are, and how far each view has come.

Whoever asks for a page needs each of these a dozen times. Within `once` they are read together, in one statement, when
the first of them is asked for, and hold until the block ends or this task itself writes to the log. So a request sees
the rights and the reports of its own beginning, or later ones; what changes meanwhile holds from the next on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec
import sqlalchemy as sa

from cutset.log.database import untied
from cutset.log.tables import log_marking, log_notice, log_purge, log_report, log_view


class Moment(msgspec.Struct, frozen=True):
    """What was last at one moment; 0 where there was none.

    `registered` is the seq of the registry's last notice, `markings` how many there are, `reports` the last report's
    seq, `purges` the last purge's number; `views` the same two of what each view has applied, by its name.
    """

    registered: int
    markings: int
    reports: int
    purges: int
    views: dict[str, tuple[int, int]]


_LAST = sa.select(
    sa.select(sa.func.max(log_notice.c.seq))
    .where(log_notice.c.what == "registered")
    .scalar_subquery()
    .label("registered"),
    sa.select(sa.func.max(log_marking.c.id)).scalar_subquery().label("markings"),
    sa.select(sa.func.max(log_report.c.seq)).scalar_subquery().label("reports"),
    sa.select(sa.func.max(log_purge.c.n)).scalar_subquery().label("purges"),
).subquery("last")

_MOMENT = sa.select(_LAST, log_view.c.name, log_view.c.seq, log_view.c.forget_n).select_from(
    _LAST.outerjoin(log_view, sa.true())
)

_known: ContextVar[dict[sa.Engine, Moment] | None] = ContextVar("moments of this request", default=None)


@contextmanager
def once() -> Iterator[None]:
    """In this block, what the moment of a log is read once. Where it was entered already, it stays one block."""
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def moment(engine: sa.Engine) -> Moment:
    """The moment of the log: the present one, or within `once` the one that was read."""
    found = known(engine)
    if found is None:
        found = _read(engine)
        _keep(engine, found)
    return found


def known(engine: sa.Engine) -> Moment | None:
    """The moment that was read within `once`; None where none was, or where nothing is to be kept."""
    kept = _known.get()
    return None if kept is None else kept.get(engine)


def forget(engine: sa.Engine) -> None:
    """The log was written to: what was read of it no longer holds."""
    kept = _known.get()
    if kept is not None:
        kept.pop(engine, None)


def applied(engine: sa.Engine, view: str, seq: int, forget_n: int) -> None:
    """A view was brought so far by the task that asks: the rest still holds."""
    found = known(engine)
    if found is not None:
        _keep(engine, msgspec.structs.replace(found, views=found.views | {view: (seq, forget_n)}))


def _keep(engine: sa.Engine, found: Moment) -> None:
    kept = _known.get()
    if kept is not None:
        kept[engine] = found


def _read(engine: sa.Engine) -> Moment:
    with untied(engine) as connection:
        rows = connection.execute(_MOMENT).all()
    last = rows[0]
    return Moment(
        registered=last.registered or 0,
        markings=last.markings or 0,
        reports=last.reports or 0,
        purges=last.purges or 0,
        views={row.name: (row.seq, row.forget_n) for row in rows if row.name is not None},
    )
