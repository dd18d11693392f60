"""Signing in: accounts, and who a name, a password and a code are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from cutset.clock import Clock, microseconds
from cutset.web.accounts import passwords, sessions, subjects, tables, throttle, totp
from cutset.web.accounts.passwords import BadPassword
from cutset.web.accounts.tables import account, opened, writing


class Outcome(StrEnum):
    """What came of a try to sign in. A wrong name, password or code is one answer: none tells which it was."""

    IN = "in"
    WRONG = "wrong"
    WAIT = "wait"
    CHOOSE = "choose"
    """All was right, but the password is one that somebody else made: one of their own is to be chosen first."""


class Entrance:
    """The accounts of one store. Several threads and processes may share them."""

    def __init__(self, store: str, clock: Clock) -> None:
        self.engine = opened(store)
        self.clock = clock

    def set_password(self, viewer: str, password: str, *, given: bool = False) -> None:
        """Give the viewer an account, or the account another password; its sessions end. Raises `BadPassword`.

        Where it is `given` by somebody else, the viewer must choose their own before anything is shown to them.
        """
        kept = passwords.hashed(password, viewer)
        now = microseconds(self.clock())
        with writing(self.engine) as connection:
            changed = sa.update(account).where(account.c.viewer == viewer).values(password=kept, changed_us=now)
            if not connection.execute(changed).rowcount:
                fresh = {"viewer": viewer, "password": kept, "totp": "", "totp_step": 0, "changed_us": now}
                connection.execute(sa.insert(account).values(fresh))
            connection.execute(sa.delete(tables.given).where(tables.given.c.viewer == viewer))
            if given:
                connection.execute(sa.insert(tables.given).values(viewer=viewer))
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
            connection.execute(sa.delete(tables.given).where(tables.given.c.viewer == viewer))
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
            return (Outcome.CHOOSE if self._given(viewer) else Outcome.IN), 0
        throttle.failed(self.engine, viewer, address, at)
        return Outcome.WRONG, throttle.left_s(self.engine, viewer, address, at)

    def choose_own(self, viewer: str, password: str, code: str, fresh: str, address: str) -> tuple[Outcome, int]:
        """Put `fresh` in the place of the password that the viewer was given; what came of it is as of `try_in`.

        Raises `BadPassword`, for a password that is the given one too.
        """
        outcome, wait_s = self.try_in(viewer, password, code, address)
        if outcome is not Outcome.CHOOSE:
            return (Outcome.WRONG if outcome is Outcome.IN else outcome), wait_s
        if fresh == password:
            raise BadPassword("that is the password that you were given", remedy="choose one that nobody else knows")
        self.set_password(viewer, fresh)
        return Outcome.IN, 0

    def _given(self, viewer: str) -> bool:
        with self.engine.connect() as connection:
            return (
                connection.scalar(sa.select(tables.given.c.viewer).where(tables.given.c.viewer == viewer)) is not None
            )

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
