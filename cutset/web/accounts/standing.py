"""What an administrator is told of accounts: who has one, whether it asks for codes, and who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from cutset.clock import instant
from cutset.web.accounts.tables import account, session


class Account(NamedTuple):
    """A viewer's account: whether it asks for one-time codes, when its password was set, and its sessions."""

    codes: bool
    changed: datetime
    sessions: int


def standing(engine: sa.Engine) -> dict[str, Account]:
    """Every account by its viewer's id."""
    with engine.connect() as connection:
        count = sa.select(session.c.viewer, sa.func.count()).group_by(session.c.viewer)
        sessions = {row[0]: row[1] for row in connection.execute(count)}
        rows = connection.execute(sa.select(account.c.viewer, account.c.totp, account.c.changed_us)).all()
    return {
        viewer: Account(bool(totp), instant(changed_us), sessions.get(viewer, 0)) for viewer, totp, changed_us in rows
    }
