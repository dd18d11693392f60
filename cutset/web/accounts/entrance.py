"""Signing in: accounts, and who a name, a password and a code are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from cutset.clock import Clock, microseconds
from cutset.web.accounts import passwords, sessions, subjects, throttle, totp
from cutset.web.accounts.tables import account, opened, writing


class Outcome(StrEnum):
    """What came of a try to sign in. A wrong name, password or code is one answer: none tells which it was."""

    IN = "in"
    WRONG = "wrong"
    WAIT = "wait"


class Entrance:
    """The accounts of one store. Several threads and processes may share them."""

    def __init__(self, store: str, clock: Clock) -> None:
        self.engine = opened(store)
        self.clock = clock

    def set_password(self, viewer: str, password: str) -> None:
        """Give the viewer an account, or the account another password; its sessions end. Raises `BadPassword`."""
        kept = passwords.hashed(password, viewer)
        now = microseconds(self.clock())
        with writing(self.engine) as connection:
            changed = sa.update(account).where(account.c.viewer == viewer).values(password=kept, changed_us=now)
            if not connection.execute(changed).rowcount:
                fresh = {"viewer": viewer, "password": kept, "totp": "", "totp_step": 0, "changed_us": now}
                connection.execute(sa.insert(account).values(fresh))
        sessions.end_all(self.engine, viewer)

    def set_totp(self, viewer: str, secret: str) -> None:
        """Ask for a one-time code from now on; "" asks for none."""
        with writing(self.engine) as connection:
            connection.execute(sa.update(account).where(account.c.viewer == viewer).values(totp=secret, totp_step=0))

    def has_totp(self, viewer: str) -> bool:
        """Whether the viewer must give a one-time code."""
        with self.engine.connect() as connection:
            return bool(connection.scalar(sa.select(account.c.totp).where(account.c.viewer == viewer)))

    def remove(self, viewer: str) -> None:
        """Take the viewer's account away, with all sessions, and what is known of them at a provider."""
        subjects.forget(self.engine, viewer)
        with writing(self.engine) as connection:
            connection.execute(sa.delete(account).where(account.c.viewer == viewer))
        sessions.end_all(self.engine, viewer)

    def there_are_accounts(self) -> bool:
        """Whether anyone can sign in."""
        with self.engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(account)) != 0

    def try_in(self, viewer: str, password: str, code: str, address: str) -> tuple[Outcome, int]:
        """Whether these let someone in as `viewer`, and otherwise how many seconds to wait before the next try."""
        at = self.clock()
        left = throttle.left_s(self.engine, viewer, address, at)
        if left:
            return Outcome.WAIT, left
        if self._right(viewer, password, code, at):
            throttle.succeeded(self.engine, viewer)
            return Outcome.IN, 0
        throttle.failed(self.engine, viewer, address, at)
        return Outcome.WRONG, throttle.left_s(self.engine, viewer, address, at)

    def _right(self, viewer: str, password: str, code: str, at: datetime) -> bool:
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(account).where(account.c.viewer == viewer)).one_or_none()
        if not passwords.right(row.password if row else "", password) or row is None:
            return False
        if passwords.worn(row.password):
            with writing(self.engine) as connection:
                fresh = passwords.hashed(password)
                connection.execute(sa.update(account).where(account.c.viewer == viewer).values(password=fresh))
        return not row.totp or self._code_right(viewer, row.totp, row.totp_step, code, at)

    def _code_right(self, viewer: str, secret: str, after: int, code: str, at: datetime) -> bool:
        step = totp.matched(secret, code, at, after=after)
        if step is None:
            return False
        with writing(self.engine) as connection:
            # Two who send one code at once: the second finds the step used.
            used = sa.update(account).where(account.c.viewer == viewer, account.c.totp_step < step)
            return connection.execute(used.values(totp_step=step)).rowcount == 1
