"""Clients of a running server: real processes of `cutset serve`, and programs that send until they are answered."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import msgspec
import psutil

from cutset.model.report import Report


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Running:
    """`cutset serve` as a process of its own."""

    def __init__(self, url: str, folder: Path, *, workers: int = 1, port: int = 0) -> None:
        self.url, self.folder, self.workers = url, folder, workers
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        environment = os.environ | {"CUTSET_SERVE_REQUESTS_PER_MINUTE": "1000000"}
        command = [sys.executable, "-c", "from cutset.cli import main; main()", "serve", "--store", self.url]
        command += ["--port", str(self.port), "--workers", str(self.workers)]
        with (self.folder / "served.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        for _ in range(600):
            try:
                if httpx.get(f"{self.address}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                assert self.process.poll() is None, (self.folder / "served.log").read_text()
            time.sleep(0.1)
        raise AssertionError((self.folder / "served.log").read_text())

    def worker_ids(self) -> list[int]:
        """The processes that answer."""
        assert self.process is not None
        if self.workers == 1:
            return [self.process.pid]
        found = []
        for each in psutil.Process(self.process.pid).children():
            # One that was just killed, and that nobody has waited for yet, has no command line.
            with suppress(psutil.NoSuchProcess):
                if "resource_tracker" not in " ".join(each.cmdline()):
                    found.append(each.pid)
        return found

    def kill_worker(self) -> None:
        """Kill the one that has run longest, as a system does that has no memory left."""
        deadline = time.monotonic() + 30
        # The one before it may have been killed a moment ago, and be followed only now.
        while not (workers := self.worker_ids()) and time.monotonic() < deadline:
            time.sleep(0.1)
        os.kill(workers[0], signal.SIGKILL)

    def stop(self) -> None:
        """End it, all of it."""
        if self.process is None:
            return
        children = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for each in children:
            if each.is_running():
                each.kill()


@contextmanager
def running(url: str, folder: Path, *, workers: int = 1) -> Iterator[Running]:
    """A server that answers, for a `with` block."""
    found = Running(url, folder, workers=workers)
    try:
        found.start()
        yield found
    finally:
        found.stop()


class Sender(threading.Thread):
    """A program that submits reports one after another, each under a key of its own, until it has an answer for it.

    `acknowledged` are the ids that the server gave, by the key; `retries` how often it had to send again.
    """

    def __init__(self, address: str, token: str, reports: Iterator[Report], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.address, self.reports, self.stop = address, reports, stop
        self.headers = {"authorization": f"Bearer {token}"}
        self.acknowledged: dict[str, str] = {}
        self.retries = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        with httpx.Client(base_url=self.address, headers=self.headers, timeout=10) as client:
            for report in self.reports:
                self._send(client, report.source.record, msgspec.json.encode(report))
                if self.stop.is_set():
                    return

    def _send(self, client: httpx.Client, key: str, body: bytes) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                answer = client.post("/api/v1/reports", content=body, headers={"idempotency-key": key})
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code in (200, 201):
                self.acknowledged[key] = answer.json()["id"]
                return
            if answer is not None and answer.status_code < 500:
                self.wrong.append(f"{answer.status_code} {answer.text}")
                return
            self.retries += 1
            time.sleep(0.05)
        self.wrong.append(f"no answer for {key} in a minute")
