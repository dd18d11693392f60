"""What goes into the log, what is refused, and what a repeat is answered."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from cutset import clock as clocks
from cutset.log.append import Appender
from cutset.log.errors import StoreError
from cutset.log.store import Log, Refusal, Submission
from cutset.log.submission import MAX_BYTES, laxer
from cutset.model.marking import Marking, Tlp
from cutset.model.report import (
    Case,
    Goods,
    Money,
    Outcome,
    Portion,
    Position,
    Quantity,
    Receipt,
    Report,
    Seizure,
    Source,
    Track,
    When,
)
from tests.log.stores import BY, create, put, report
from tests.worlds import VIEWERS as WORLD_VIEWERS
from tests.worlds import reports, sees

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return create(str(tmp_path / "store.cutset"), clock=clocks.fixed(NOON))


def submit(log: Log, *each: Report, by: str = BY, **rest: Any) -> list[Any]:
    return log.append([Submission(report=one, by=by, **rest) for one in each])


def of(content: Any, **rest: Any) -> Report:
    return Report(marking=Marking(originator="ash"), source=Source(dataset="list", made=True), content=content, **rest)


# ---- receipts and repeats ----


def test_a_receipt_shows_no_order_and_is_found_again(log: Log) -> None:
    first, second = submit(log, report(1), report(2), file="list.csv", line=7)
    assert first == Receipt(id=first.id, submitted_at=NOON)
    assert first.id != second.id
    assert len(first.id) == 34
    entry = log.fetch([second.id], log.rights(BY))[second.id]
    assert (entry.by, entry.file, entry.line, entry.submitted_at) == (BY, "list.csv", 7, NOON)
    assert entry.report == report(2)


def test_the_same_agencys_repeat_is_one_report_with_its_first_time(tmp_path: Path) -> None:
    at = [NOON]
    log = create(str(tmp_path / "store.cutset"), clock=lambda: at[0])
    (first,) = submit(log, report(1))
    at[0] += timedelta(days=1)
    again, new, within = submit(log, report(1), report(2), report(2), file="other.csv")
    assert again == Receipt(id=first.id, submitted_at=NOON, held=True)
    assert not new.held
    assert within == Receipt(id=new.id, submitted_at=at[0], held=True)
    assert len(log.follow(0)) == 2
    reopened = Log.open(log.url)
    assert submit(reopened, report(1)) == [again]


def test_another_agencys_same_content_is_a_report_of_its_own(log: Log) -> None:
    (first,) = submit(log, report(1))
    (other,) = submit(log, report(1, originator="birch"), by="bob@birch")
    assert not other.held
    assert other.id != first.id
    assert len(log.follow(0)) == 2


def test_a_difference_in_a_portion_alone_makes_another_report(log: Log) -> None:
    one = report(2)
    other = msgspec.structs.replace(one, portions=one.portions[:1])
    assert [answer.held for answer in submit(log, one, other)] == [False, False]


def test_an_id_does_not_tell_whether_there_are_portions(tmp_path: Path) -> None:
    ids = []
    for name, portions in (("with", report(2).portions), ("without", ())):
        log = create(str(tmp_path / f"{name}.cutset"), salt=lambda: bytes(32))
        ids += put(log, msgspec.structs.replace(report(2), portions=portions))
    assert ids[0] == ids[1]


def test_ids_are_not_to_be_guessed_from_content(tmp_path: Path) -> None:
    ids = {put(create(str(tmp_path / f"{n}.cutset")), report(1))[0] for n in range(5)}
    assert len(ids) == 5


def test_what_was_appended_is_what_follow_gives(log: Log) -> None:
    put(log, report(1))
    old = log.follow(0)[0]
    answers, held = log.append_held(
        [Submission(report=each, by=BY, line=n) for n, each in enumerate((report(1), report(2), report(3), report(9)))]
        + [Submission(report=report(4, originator="birch"), by=BY)]
    )
    assert [isinstance(answer, Receipt) and answer.held for answer in answers] == [True, False, False, False, False]
    assert held == log.follow(old.entry.seq)
    assert held[0].after == old.entry.seq
    assert [each.after for each in held[1:]] == [each.entry.seq for each in held[:-1]]
    assert log.append_held([]) == ([], [])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(each=reports())
def test_what_a_portions_marking_shows_its_report_shows(each: Report) -> None:
    for portion in each.portions:
        assert not laxer(portion.marking, each.marking)
        for viewer in WORLD_VIEWERS:
            assert sees(viewer, each.marking) or not sees(viewer, portion.marking)


# ---- refusals ----


def test_who_may_submit(log: Log) -> None:
    log.register(*(msgspec.structs.replace(each, active=False) for each in log.registry().viewers if each.id == BY))
    inactive, unknown, other = (submit(log, report(1), by=by)[0] for by in (BY, "nobody@ash", "bob@birch"))
    assert isinstance(inactive, Refusal)
    assert inactive == unknown
    assert isinstance(other, Refusal)
    assert "own agency" in other.reason
    assert log.follow(0) == []


def test_a_portion_is_at_least_as_strict_as_its_report(log: Log) -> None:
    marking = Marking(originator="ash", tlp=Tlp.AMBER, les=True, rel_to=("agency:ash",), purposes=("safety",))

    def portion(**changes: Any) -> Report:
        apart = Portion(marking=msgspec.structs.replace(marking, **changes), text="apart")
        return msgspec.structs.replace(report(1), marking=marking, portions=(apart,), text=str(changes))

    for changes in (
        {"tlp": Tlp.GREEN},
        {"les": False},
        {"rel_to": None},
        {"rel_to": ("agency:ash", "agency:birch")},
        {"purposes": None},
        {"purposes": ("audit", "safety")},
        {"originator": "birch"},
    ):
        (answer,) = submit(log, portion(**changes))
        assert isinstance(answer, Refusal), changes
        assert "portion" in answer.reason
    for changes in ({}, {"tlp": Tlp.RED}, {"rel_to": ()}, {"orcon": True}, {"retention": "tip"}):
        (answer,) = submit(log, portion(**changes))
        assert isinstance(answer, Receipt), changes


def test_superseding_what_is_not_yours_is_refused_in_the_words_for_what_is_not_there(log: Log) -> None:
    (mine,) = put(log, report(1))
    (theirs,) = put(log, report(1, originator="birch"))
    answers = [submit(log, report(2, supersedes=[old]))[0] for old in (theirs, "r-never", "", "x" * 10_000)]
    assert isinstance(answers[0], Refusal)
    assert all(answer == answers[0] for answer in answers)
    (done,) = submit(log, report(2, supersedes=[mine]))
    assert isinstance(done, Receipt)
    assert log.purge([mine], reason="retention", by=BY) == 1
    assert submit(log, report(3, supersedes=[mine])) == [answers[0]]


def test_one_bad_submission_loses_none_of_the_others(log: Log) -> None:
    batch = [
        Submission(report=report(1), by=BY),
        Submission(report=None, by=BY),  # type: ignore[arg-type]
        Submission(report=report(2, originator="birch"), by=BY),
        Submission(report=report(3), by=None),  # type: ignore[arg-type]
        Submission(report=report(4), by=BY, line=2**63),
        Submission(report=report(5), by=BY, file="\udcff.csv"),
        Submission(report=report(6), by=BY, file="a\x00.csv"),
        Submission(report=report(7), by=BY),
    ]
    answers = log.append(batch)
    assert [isinstance(answer, Receipt) for answer in answers] == [True, *[False] * 6, True]
    assert all(answer.reason and answer.remedy for answer in answers if isinstance(answer, Refusal))
    assert len(log.follow(0)) == 2
    assert log.verify().ok


WHEN = When(at=NOON)
GOODS = {
    "nan": Goods(contraband="drug", quantity=Quantity(amount=float("nan"), unit="kg")),
    "infinite": Goods(contraband="drug", quantity=Quantity(amount=float("inf"), unit="kg")),
    "optional nan": Goods(contraband="drug", quantity=Quantity(amount=1.0, unit="kg", mass_kg=float("nan"))),
    "decimal signalling nan": Goods(contraband="currency", money=Money(amount=Decimal("sNaN"), currency="USD")),
    "decimal nan": Goods(contraband="currency", money=Money(amount=Decimal("NaN"), currency="USD")),
    "decimal infinite": Goods(contraband="currency", money=Money(amount=Decimal("-Infinity"), currency="USD")),
    "decimal beyond all bounds": Goods(contraband="currency", money=Money(amount=Decimal("1E+999"), currency="USD")),
    "decimal too long": Goods(contraband="currency", money=Money(amount=Decimal("9" * 40), currency="USD")),
    "not a number": Goods(contraband="drug", quantity=Quantity(amount="much", unit="kg")),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(
    "content",
    [
        *(Seizure(when=WHEN, goods=(each,)) for each in GOODS.values()),
        Seizure(when=When(at=datetime(2024, 5, 1))),  # noqa: DTZ001 - a time without a zone is what is tried
        Seizure(when=WHEN, modality="mari\x00time"),
        Seizure(when=WHEN, modality="\ud800"),
        Seizure(when=None),  # type: ignore[arg-type]
        Track(positions=(Position(at=datetime(2024, 5, 1), latitude_deg=1.0, longitude_deg=2.0),)),  # noqa: DTZ001
        Track(positions=(Position(at=NOON, latitude_deg=1.0, longitude_deg=2.0, speed_kn=float("inf")),)),
        Outcome(period=WHEN, events=2**64),
        Outcome(period=WHEN, breakdown={"a\x00b": "c"}),
        "a seizure",
    ],
    ids=str,
)
def test_what_no_view_could_read_is_refused_with_a_reason(log: Log, content: Any) -> None:
    (answer,) = submit(log, of(content))
    assert isinstance(answer, Refusal)
    assert answer.reason
    assert answer.remedy
    assert log.follow(0) == []


def test_what_only_looks_suspect_is_taken_in_as_it_is(log: Log) -> None:
    odd = of(
        Seizure(
            when=When(at=datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))),
            goods=(
                Goods(contraband="currency", money=Money(amount=Decimal("1E+3"), currency="USD")),
                Goods(contraband="drug", quantity=Quantity(amount=1e300, unit="kg")),
            ),
        ),
        text='NaN, Infinity, null, \\u0000, "at":"2024-05-01T00:00:00", :1234567890123456789 1E+9 \U0001f40d\u0600',
    )
    (answer,) = submit(log, odd)
    assert isinstance(answer, Receipt), answer
    assert log.fetch([answer.id], log.rights(BY))[answer.id].report == odd


def test_a_report_beyond_all_bounds_is_refused_and_a_large_one_is_not(log: Log) -> None:
    large, beyond = submit(log, of(Case(number="1"), text="x" * 2_000_000), of(Case(number="2"), text="x" * MAX_BYTES))
    assert isinstance(large, Receipt)
    assert isinstance(beyond, Refusal)
    assert "16 MiB" in beyond.reason


# ---- many at once ----


def test_threads_share_commits_and_each_gets_its_own_answers(log: Log) -> None:
    found: dict[int, list[Any]] = {}

    def work(thread: int) -> None:
        found[thread] = []
        for n in range(40):
            batch = [report(1000 * thread + n), report(n % 7), report(n, originator="birch")]
            found[thread].append(log.append([Submission(report=each, by=BY) for each in batch]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own = {answers[0].id for each in found.values() for answers in each}
    shared = [answers[1] for each in found.values() for answers in each]
    assert len(own) == 8 * 40
    assert len({answer.id for answer in shared}) == 7
    assert sum(not answer.held for answer in shared) == 7
    assert all(isinstance(answers[2], Refusal) for each in found.values() for answers in each)
    held = log.follow(0)
    assert len(held) == 8 * 40 + 7
    for thread, each in found.items():
        entries = log.fetch([answers[0].id for answers in each], log.rights(BY))
        assert [entry.report for entry in entries.values()] == [report(1000 * thread + n) for n in range(40)]
    verified = log.verify()
    assert verified.ok, verified.problems


def test_what_one_call_brings_fails_no_other(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Appender._commit
    gathered = threading.Event()
    sizes = []

    def slow(self: Any, group: Any) -> None:
        sizes.append(len(group))
        if len(sizes) == 1:
            gathered.wait(20)
        commit(self, group)

    monkeypatch.setattr(Appender, "_commit", slow)
    put(log, *[])
    salts = iter([bytes([n]) * 32 for n in range(1, 200)])
    answers: dict[str, Any] = {}

    def work(name: str, salt: bytes) -> None:
        try:
            (answers[name],) = log.append([Submission(report=of(Case(number=name)), by=BY)])
        except Exception as error:  # noqa: BLE001
            answers[name] = error

    threads = []
    for name in ("first", "a", "b", "c"):
        thread = threading.Thread(target=work, args=(name, next(salts)))
        thread.start()
        threads.append(thread)
        while name == "first" and not sizes:
            pass
    while len(log._appender._queue) < 3:
        pass
    # Two of those who wait have drawn the same salt for the same words, so that their common commit cannot be.
    waiting = log._appender._queue
    waiting[1].prepared[0].id = waiting[2].prepared[0].id = "r-same"
    gathered.set()
    for thread in threads:
        thread.join()
    assert sizes == [1, 3, 1, 1, 1]
    assert isinstance(answers["first"], Receipt)
    assert isinstance(answers["a"], Receipt)
    assert isinstance(answers["b"], Receipt)
    assert isinstance(answers["c"], Exception)
    assert len(log.follow(0)) == 3
    assert log.verify().found == 1, "the id that was forced upon one of them"


def write_many(url: str, first: int, ready: Any, done: Any) -> None:
    """What each of several processes does."""
    log = Log.open(url)
    ready.wait()
    done.put([put(log, *(report(n) for n in range(at, at + 5))) for at in range(first, first + 200, 5)])


def test_processes_take_turns(log: Log) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(3), context.Queue()
    processes = [context.Process(target=write_many, args=(log.url, n, ready, done)) for n in (0, 100, 200)]
    for process in processes:
        process.start()
    ids = {id for _ in processes for batch in done.get(timeout=60) for id in batch}
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    # The three write the same hundred reports twice over: each is there once.
    assert len(ids) == 400
    held = log.follow(0)
    assert {each.entry.id for each in held} == ids
    assert [each.entry.seq for each in held] == sorted(each.entry.seq for each in held)
    assert log.verify(log.head()).ok
    put(log, report(1))


def test_the_store_is_at_fault_for_all_who_wait(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def full(self: Any, group: Any) -> None:
        tried.append(len(group))
        raise StoreError("there is no room left")

    with monkeypatch.context() as patched:
        patched.setattr(Appender, "_commit", full)
        with pytest.raises(StoreError, match="no room"):
            put(log, report(1))
    assert tried == [1]
    assert put(log, report(1))
