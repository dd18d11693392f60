"""A real PostgreSQL server for tests and benchmarks, in a folder of its own, gone when it stops."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

# No C locale's surprises: names sort by bytes, as in SQLite.
INITDB = ("--auth=trust", "--username=cutset", "--encoding=UTF8", "--locale=C")


class Server:
    """A PostgreSQL server in a folder of its own, reached through a Unix socket in it; nothing listens on a port."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # A socket's path may have some 100 bytes, and pytest's folders are longer.
        self.folder = Path(tempfile.mkdtemp(prefix="cutset-pg-"))
        self._as: list[str] = []
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            shutil.chown(self.folder, "postgres", "postgres")
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._data = self.folder / "data"

    def start(self) -> None:
        """Make the cluster, and wait until it answers. It syncs as a server in use would."""
        self._run("initdb", *INITDB, "--pgdata", str(self._data))
        self._launch()

    def _launch(self) -> None:
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=on -c max_connections=100"
        )
        self._run(
            "pg_ctl", "--pgdata", str(self._data), "--log", str(self.folder / "log"), "-o", options, "-w", "start"
        )

    def crash(self) -> None:
        """Kill all its processes at once, as a power failure would, and start it again."""
        import psutil

        first = psutil.Process(int((self._data / "postmaster.pid").read_text().splitlines()[0]))
        # The first cannot start others any more once it is stopped.
        first.suspend()
        killed = [*first.children(recursive=True), first]
        for each in killed:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(killed, timeout=10)
        self._launch()

    def stop(self) -> None:
        """Stop it, and leave nothing behind."""
        try:
            self._run("pg_ctl", "--pgdata", str(self._data), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Where a database is."""
        return f"postgresql://cutset@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run a statement outside of the tests' databases."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        # pg_ctl's child would keep a pipe open, so that what is printed goes to a file.
        with (self.folder / "printed").open("a+") as printed:
            done = subprocess.run(command, cwd=self.folder, stdout=printed, stderr=printed, stdin=subprocess.DEVNULL)
            if done.returncode:
                printed.seek(0)
                raise RuntimeError(f"{program} ended with {done.returncode}:\n{printed.read()}")


def newest_programs() -> Path | None:
    """The folder of the newest PostgreSQL server's programs on this machine; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


def missing() -> str:
    """Why no server can be started here; "" where one can."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed"
    if newest_programs() is None:
        return "no PostgreSQL server's programs are installed"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "PostgreSQL does not run as root, and there is no setpriv to run it as another"
    return ""
