"""Simulated viewers at a running server: what each request takes, and whether anything is lost.

python -m bench.serve --viewers 200 --seconds 60

Each viewer is signed in and does one thing after another, with a pause between that is random and `--think` seconds in
the mean, as people do who read what they are shown. The clients are one process of asyncio and take their share of the
machine's cores: a server alone on them is faster.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from uuid import UUID

import httpx

import cutset
from bench.report import Report as Results
from bench.report import percentiles_ms
from bench.rights import made
from cutset.access.registry import Agency, Viewer
from cutset.clock import now
from cutset.log.database import forget_engine
from cutset.log.store import Submission
from cutset.node import Node
from cutset.web.accounts import sessions
from cutset.web.accounts.entrance import Entrance
from tests.postgresql import Server, newest_programs
from tests.web.clients import Running

AGENCIES = 8
MIX = (("home", 10), ("leads", 20), ("report", 25), ("search", 20), ("typing", 10), ("seizure", 5), ("submit", 10))
"""What a viewer does next, in hundredths."""
WORDS = ("cocaine", "route", "conveyance", "seizure", "perez", "peres", "agency 3")


def fill(url: str, reports: int, viewers: int) -> tuple[list[str], list[sessions.Session]]:
    """A store with made reports, and a session for each viewer; the ids of the reports."""
    node = cutset.create(url)
    node.register(*(Agency(f"agency-{n}", country="US") for n in range(AGENCIES)))
    names = [f"v{n}@agency-{n % AGENCIES}" for n in range(viewers)]
    node.register(*(Viewer(name, name.partition("@")[2]) for name in names))
    random, ids = Random(7), []
    for first in range(0, reports, 5000):
        some = [made(number, random) for number in range(first, min(first + 5000, reports))]
        answers = node.log.append([Submission(report=each, by=_of(each.originator, names)) for each in some])
        ids += [answer.id for answer in answers]  # type: ignore[union-attr]
    node.catch_up()
    # Views that are made when first asked for are made before the clock runs.
    for name in names[:2]:
        node.search("cocaine", viewer=name)
        node.pointers(viewer=name)
        node.disputes(ids[:1], viewer=name)
        node.leads(viewer=name, limit=5)
    engine = Entrance(url, now).engine
    return ids, [sessions.begin(engine, name, "investigation", now()) for name in names]


def _of(agency: str, names: list[str]) -> str:
    return next(name for name in names if name.endswith("@" + agency))


class Person:
    """One simulated viewer in a session."""

    def __init__(self, number: int, session: sessions.Session, address: str, ids: list[str], think_s: float) -> None:
        self.random, self.session, self.ids, self.think_s = Random(number), session, ids, think_s
        self.client = httpx.AsyncClient(
            base_url=address, cookies={"cutset": session.secret}, timeout=30, follow_redirects=False
        )
        self.times: dict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[str] = Counter()
        self.submitted: list[str] = []

    async def live(self, until: float) -> None:
        """Act until then."""
        async with self.client:
            await asyncio.sleep(self.random.random() * self.think_s)
            while time.monotonic() < until:
                (what,) = self.random.choices([name for name, _ in MIX], [weight for _, weight in MIX])
                start = time.perf_counter()
                try:
                    answer = await self._ask(what)
                    self.statuses[str(answer.status_code)] += 1
                    if what == "submit" and answer.status_code in (200, 201):
                        self.submitted.append(answer.json()["id"])
                except httpx.HTTPError as error:
                    self.statuses[type(error).__name__] += 1
                self.times[what].append(time.perf_counter() - start)
                await asyncio.sleep(self.random.expovariate(1 / self.think_s))

    async def _ask(self, what: str) -> httpx.Response:
        random = self.random
        if what == "submit":
            return await self.client.post("/seizure", data=self._seizure(), headers={"accept": "application/json"})
        path = {
            "home": "/",
            "leads": "/leads",
            "report": f"/reports/{random.choice(self.ids)}",
            "search": "/search?" + urlencode({"q": random.choice(WORDS)}),
            "typing": "/api/v1/search?" + urlencode({"q": random.choice(WORDS)[: random.randint(2, 5)]}),
            "seizure": "/seizure",
        }[what]
        return await self.client.get(path)

    def _seizure(self) -> dict[str, str]:
        random = self.random
        return {
            "csrf": self.session.csrf,
            "key": str(UUID(int=random.getrandbits(128), version=4)),
            "when": "2024-12-31T10:00",
            "tlp": "TLP:GREEN",
            "what_0": "cocaine",
            "amount_0": str(random.randint(1, 900)),
            "unit_0": "kg",
            "place": f"Mile {random.randint(1, 90)}",
            "ident_0": f"+1 312 555 {random.randint(100, 199):04d}",
            "thing_0": "person",
            "role_0": "subject",
        }


def measure(results: Results, name: str, url: str, folder: Path, workers: int, given: argparse.Namespace) -> None:
    """Run the viewers at one kind of store."""
    ids, begun = fill(url, given.reports, given.viewers)
    server = Running(url, folder, workers=workers)
    try:
        server.start()
        people = [Person(n, each, server.address, ids, given.think) for n, each in enumerate(begun)]
        asyncio.run(_live(people, given.seconds))
    finally:
        server.stop()
    forget_engine(url)
    held = Node.open(url).log
    acknowledged = [id for each in people for id in each.submitted]
    lost = sum(held.held(id) is None for id in acknowledged)
    statuses = sum((each.statuses for each in people), Counter[str]())
    wrong = {status: count for status, count in statuses.items() if status not in ("200", "201", "404")}
    every = [time for each in people for times in each.times.values() for time in times]
    common = {"store": name, "workers": workers, "viewers": given.viewers}
    for what in [name for name, _ in MIX]:
        times = [time for each in people for time in each.times.get(what, [])]
        if times:
            results.row(**common, what=what, requests=len(times), **percentiles_ms(times))
    results.row(
        **common, what="all", requests=len(every), **percentiles_ms(every),
        per_s=round(len(every) / given.seconds, 1), errors=sum(wrong.values()),
        submitted=len(acknowledged), lost=lost,
    )  # fmt: skip
    if wrong:
        print(f"errors: {wrong}")


async def _live(people: list[Person], seconds: float) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(each.live(until) for each in people))


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The url of a fresh database of a server of this benchmark's own."""
    programs = newest_programs()
    if programs is None:
        sys.exit("no PostgreSQL server's programs are installed")
    server = Server(programs)
    server.start()
    os.environ["CUTSET_KEY"] = str(folder / "postgresql.key")
    try:
        server.run("CREATE DATABASE bench")
        url = server.url("bench")
        yield url
        forget_engine(url)
    finally:
        os.environ.pop("CUTSET_KEY")
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=10, help="mean seconds between two requests of a viewer")
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2, help="processes, on PostgreSQL")
    parser.add_argument("--only", choices=("postgresql", "sqlite"))
    given = parser.parse_args()
    results = Results("serve", f"{given.viewers} simulated viewers at the server, reading and submitting")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.only != "sqlite":
            with postgresql(folder) as url:
                measure(results, "PostgreSQL", url, folder, given.workers, given)
        if given.only != "postgresql":
            measure(results, "SQLite", str(folder / "bench.cutset"), folder, 1, given)
    results.close(
        f"Each viewer pauses {given.think:g} s in the mean between two requests, over a store that begins with "
        f"{given.reports:,} made reports; server, database and the clients share the cores. `submit` is a seizure that "
        "is durable and searched for matches before it is answered. `lost` counts acknowledged reports that the log "
        "did not hold afterwards; `errors` all answers but 200, 201 and 404 (what the viewer may not see), and broken "
        "connections."
    )


if __name__ == "__main__":
    main()
