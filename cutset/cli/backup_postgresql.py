"""The database of a PostgreSQL store in a backup: PostgreSQL's own `pg_dump` writes it and `pg_restore` reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from cutset.errors import CutsetError
from cutset.log.database import engine, forget_engine, without_password
from cutset.log.store import Log

DUMP = "store.dump"
"""The database in a backup, in pg_dump's custom format: reports, accounts and views, of one moment."""


class NoDump(CutsetError):
    """PostgreSQL's programs are missing, or say that they could not do it."""


def dump(place: str, out: Path) -> None:
    """Write the database to `out / DUMP`, as of one moment, while others write on. Raises `NoDump`."""
    target = out / DUMP
    _run("pg_dump", place, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    target.chmod(0o600)


def is_empty(place: str) -> bool:
    """Whether there is no table in the database. Raises `StoreError` where there is no database."""
    with engine(place).connect() as connection:
        return not sa.inspect(connection).get_table_names()


def restore(source: Path, place: str, key: Path | None) -> int:
    """Put the dump into an empty database, and verify its log; how many reports it holds.

    Raises `NoDump`, or `CutsetError` where the log is not whole or the key another's; the database is then empty again.
    """
    _run("pg_restore", place, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(source))
    try:
        return verified(place, key)
    except BaseException:
        _empty(place)
        raise
    finally:
        forget_engine(place)


def verified(place: str, key: Path | None) -> int:
    """How many reports the log holds. Raises `NoDump` where it is broken, `NoKey` for a wrong key."""
    log = Log.open(place, key=key)
    if key is not None:
        log.secret("cutset restore")
    found = log.verify()
    if not found.ok:
        raise NoDump("the log in the backup is not whole", where=without_password(place), remedy="take another backup")
    return found.reports


def _empty(place: str) -> None:
    # What stands there came from the backup: the database was empty before.
    found = sa.MetaData()
    with engine(place).begin() as connection:
        found.reflect(connection)
        found.drop_all(connection)


def _run(program: str, place: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise NoDump(
            f"PostgreSQL's program {program} is not here", remedy="install PostgreSQL's client programs, and try again"
        )
    target, secrets = _target(place)
    # The program is PostgreSQL's, and is given no word of a report.
    done = subprocess.run(  # noqa: S603
        [found, f"--dbname={target}", *arguments],
        env=os.environ | secrets,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise NoDump(
            f"{program} could not do it: {said[-1] if said else done.returncode}",
            where=without_password(place),
            remedy="see that its version is the server's or later, and that this user may read, or make, every table",
        )


def _target(place: str) -> tuple[str, Mapping[str, str]]:
    """The database as PostgreSQL's programs are told it, and apart the password, which others could read in a list."""
    url = make_url(place).set(drivername="postgresql")
    secrets = {"PGPASSWORD": str(url.password)} if url.password else {}
    return url.set(password=None).render_as_string(hide_password=False), secrets
