"""A process that forks writers to be killed: `python -m tests.log.writer`, asked through its standard input.

Each line `MODE STORE FIRST` forks one writer, which prints what was acknowledged, line by line, until it is killed. The
imports are made once, so that hundreds of writers take seconds.
"""

from __future__ import annotations

import os
import sys
import threading
from random import Random

from cutset.access.registry import Agency, Viewer
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Case, Portion, Receipt, Report, Source

BY = "ann@ash"


def report(record: str, text: str = "as told") -> Report:
    """A made report with a portion, so that it lies in several rows."""
    marking = Marking(originator="ash")
    return Report(
        marking=marking,
        source=Source(dataset="kill", record=record, made=True),
        content=Case(number=record),
        text=text * 20,
        portions=(Portion(marking=Marking(originator="ash", tlp=Tlp.RED), text=f"apart {record}"),),
    )


def create(store: str) -> Log:
    """A store that the writers may write to."""
    log = Log.create(store)
    log.register(Agency(id="ash"), Viewer(id=BY, agency="ash"))
    return log


def say(*words: str) -> None:
    """One line, in one write: a killed writer leaves whole lines."""
    os.write(1, (" ".join(words) + "\n").encode())


def append(log: Log, records: list[str]) -> list[str]:
    """Append and say the receipts; the ids."""
    ids = []
    answers = log.append([Submission(report=report(record), by=BY) for record in records])
    lines = []
    for record, answer in zip(records, answers, strict=True):
        if not isinstance(answer, Receipt):
            raise SystemExit(f"refused: {answer}")
        ids.append(answer.id)
        lines.append(f"receipt {record} {answer.id}\n")
    os.write(1, "".join(lines).encode())
    return ids


def write(log: Log, first: int) -> None:
    """Append singly and in batches, register, purge, for ever."""
    random, n, ids = Random(first), first, list[str]()
    while True:
        count = random.choice([1, 1, 1, 7, 60])
        ids += append(log, [f"{n + k}" for k in range(count)])
        n += count
        if random.random() < 0.1:
            log.register(Viewer(id=f"extra-{n}@ash", agency="ash"))
            say("registered", f"extra-{n}@ash")
        if random.random() < 0.15:
            doomed = [ids.pop(random.randrange(len(ids))) for _ in range(min(3, len(ids)))]
            say("purging", *doomed)
            log.purge(doomed, reason="ordered by a court", by=BY)
            say("purged", *doomed)


def work(mode: str, store: str, first: int) -> None:
    """What a writer does, by its mode: make a store and write, write alone, or write in four threads."""
    if mode == "create":
        log = create(store)
        say("created")
        write(log, first)
    log = Log.open(store)
    say("opened")
    if mode == "threads":
        for thread in range(4):
            threading.Thread(target=write, args=(log, first + (thread + 1) * 1_000_000), daemon=True).start()
        threading.Event().wait()
    write(log, first)


def main() -> None:
    for line in sys.stdin:
        mode, store, first = line.split()
        pid = os.fork()
        if not pid:
            try:
                work(mode, store, int(first))
            except BaseException as error:  # noqa: BLE001 - the test reads what went wrong
                say("error", repr(error))
            os._exit(1)
        say("pid", str(pid))
        _, status = os.waitpid(pid, 0)
        say("ended", str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
