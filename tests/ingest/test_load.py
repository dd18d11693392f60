"""Loading: every row accounted for, editions against what stands, and files that break off or are bad."""

from __future__ import annotations

import gzip
import os
import resource
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.access.registry import Agency, Viewer
from cutset.clock import fixed
from cutset.ingest import cbp, mapping
from cutset.ingest.load import BATCH, Loaded, load
from cutset.ingest.mapping import Mapping
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.rejects import NoRejectsFile
from cutset.ingest.source import BadFile
from cutset.log.store import Held, Log
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Outcome, Report
from tests.ingest.conftest import NOW, real

EVENTS = mapping.read(
    'name = "events"\ntitle = "t"\nkind = "seizure"\n[fields]\nwhen = "when"\n'
    '[[goods]]\ndrug = "drug"\namount = "kg"\nunit = { constant = "kg" }\n',
    "events.toml",
)
LIST = mapping.read(
    'name = "list"\ntitle = "t"\nkind = "outcome"\n[record]\ncolumns = ["year", "key"]\nscope = ["year"]\n'
    '[fields]\nperiod = "year"\nevents = "count"\nvintage = "edition"\n',
    "list.toml",
)
HEADER = "year,key,count,edition\n"


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def held(log: Log) -> list[Report]:
    return [each.entry.report for each in log.follow(0, 1_000_000)]


def live(log: Log) -> dict[str, int | None]:
    """The count of each record that stands: a report that nothing supersedes and that was not withdrawn."""
    entries = [each.entry for each in log.follow(0, 1_000_000)]
    gone = {old for entry in entries for old in entry.report.supersedes}
    stands: dict[str, int | None] = {}
    for entry in entries:
        report = entry.report
        if entry.id not in gone and not report.withdrawn:
            assert isinstance(report.content, Outcome)
            key = f"{report.source.record}#{report.source.occurrence}"
            assert key not in stands, "two reports of one record stand"
            stands[key] = report.content.events
    return stands


def balanced(loaded: Loaded) -> Loaded:
    assert loaded.read == loaded.accepted + loaded.repeated + loaded.rejected
    return loaded


def rejects_of(loaded: Loaded) -> list[Reject]:
    lines = Path(loaded.rejects_file).read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Reject) for line in lines]


def load_list(log: Log, path: Path, rows: str, context: Context) -> Loaded:
    return balanced(load(log, write(path, HEADER + rows), LIST, context, by="ann@ash"))


# ---- counts and rejects ------------------------------------------------------------------------------------------


def test_every_row_is_accepted_repeated_or_rejected(log: Log, tmp_path: Path, context: Context) -> None:
    path = write(
        tmp_path / "events.csv",
        "when,drug,kg\n2024-01-02,cocaine,1\n2024-01-02,cocaine,1\n2031-01-01,cocaine,1\n2024-01-03,heroin,nan\n\n1\n",
    )
    told: list[int] = []
    first = balanced(load(log, path, EVENTS, context, by="ann@ash", progress=told.append))
    assert (first.read, first.accepted, first.repeated, first.rejected) == (5, 2, 0, 3)
    assert told[-1] == 5
    assert [(each.line, each.column, each.value) for each in rejects_of(first)] == [
        (4, "when", "2031-01-01"),
        (5, "kg", "nan"),
        (7, "", "1"),
    ]
    assert Path(first.rejects_file) == tmp_path / "events.csv.rejects.jsonl"
    again = balanced(load(log, path, EVENTS, context, by="ann@ash"))
    assert (again.accepted, again.repeated, again.rejected) == (0, 2, 3)
    assert len(held(log)) == 2
    entries = [each.entry for each in log.follow(0)]
    assert [(entry.file, entry.line, entry.by) for entry in entries] == [
        ("events.csv", 2, "ann@ash"),
        ("events.csv", 3, "ann@ash"),
    ]


def test_another_agencys_same_rows_are_its_own(log: Log, tmp_path: Path, context: Context) -> None:
    path = write(tmp_path / "events.csv", "when,drug,kg\n2024-01-02,cocaine,1\n")
    load(log, path, EVENTS, context, by="ann@ash")
    theirs = replace(context, marking=Marking(originator="birch", tlp=Tlp.CLEAR))
    assert load(log, path, EVENTS, theirs, by="bob@birch").accepted == 1


def test_what_the_log_refuses_is_a_reject(log: Log, tmp_path: Path, context: Context) -> None:
    path = write(tmp_path / "events.csv", "when,drug,kg\n2024-01-02,cocaine,1\n")
    loaded = balanced(load(log, path, EVENTS, context, by="bob@birch"))
    assert (loaded.accepted, loaded.rejected) == (0, 1)
    assert "your own agency" in rejects_of(loaded)[0].reason
    assert held(log) == []


def test_rejects_go_where_they_are_asked_and_an_old_file_of_them_is_taken_away(
    log: Log, tmp_path: Path, context: Context
) -> None:
    path = write(tmp_path / "events.csv", "when,drug,kg\nnever,cocaine,1\n")
    loaded = load(log, path, EVENTS, context, by="ann@ash", rejects=tmp_path / "bad" / "rows")
    assert Path(loaded.rejects_file) == tmp_path / "bad" / "rows" / "events.csv.rejects.jsonl"
    assert load(log, path, EVENTS, context, by="ann@ash").rejects_file
    assert (tmp_path / "events.csv.rejects.jsonl").exists()
    mended = load(log, write(path, "when,drug,kg\n2024-01-02,cocaine,1\n"), EVENTS, context, by="ann@ash")
    assert (mended.rejected, mended.rejects_file) == (0, "")
    assert sorted(each.name for each in tmp_path.glob("*events*")) == ["events.csv"]


def test_where_nothing_can_be_written_beside_the_input_rejects_go_to_the_current_folder(
    log: Log, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, here = tmp_path / "closed", tmp_path / "here"
    closed.mkdir()
    here.mkdir()
    path = write(closed / "events.csv", "when,drug,kg\nnever,cocaine,1\n")
    # A folder of the file's name stops even a user who may write everywhere.
    (closed / f".events.csv.rejects.jsonl.{os.getpid()}.partial").mkdir()
    monkeypatch.chdir(here)
    loaded = load(log, path, EVENTS, context, by="ann@ash")
    assert Path(loaded.rejects_file) == here / "events.csv.rejects.jsonl"
    with pytest.raises(NoRejectsFile, match="--rejects"):
        load(log, path, EVENTS, context, by="ann@ash", rejects=path / "no folder")


def test_a_full_disk_under_the_rejects_is_an_error_and_leaves_no_half_file(
    log: Log, tmp_path: Path, context: Context
) -> None:
    rows = "".join(f"never,{'x' * 1000},{number}\n" for number in range(2000))
    path = write(tmp_path / "events.csv", "when,drug,kg\n2024-01-02,cocaine,1\n" + rows)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # A limit on the size of files stands for the disk: writing beyond it fails in the same way.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(NoRejectsFile, match="cannot be written"):
            load(log, path, EVENTS, context, by="ann@ash", rejects=tmp_path / "bad")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "bad").iterdir()) == []


def test_views_are_fed_each_batch_in_the_logs_order(log: Log, tmp_path: Path, context: Context) -> None:
    rows = "".join(f"2024-01-02,drug {number},1\n" for number in range(BATCH + 10))
    fed: list[Sequence[Held]] = []
    load(log, write(tmp_path / "e.csv", "when,drug,kg\n" + rows), EVENTS, context, by="ann@ash", on_batch=fed.append)
    assert [len(batch) for batch in fed] == [BATCH, 10]
    seqs = [each.entry.seq for batch in fed for each in batch]
    assert seqs == sorted(seqs)
    assert [each.entry.seq for each in log.follow(0, 1_000_000)] == seqs


# ---- files that break off, and bad ones --------------------------------------------------------------------------


def test_a_cut_file_gives_what_stood_before_the_cut_and_says_so(log: Log, tmp_path: Path, context: Context) -> None:
    rows = [f"2024-01-02,drug {number * 7919 % 100003},{number}" for number in range(20_000)]
    whole = gzip.compress("\n".join(["when,drug,kg", *rows, ""]).encode(), mtime=0)
    path = tmp_path / "events.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    loaded = balanced(load(log, path, EVENTS, context, by="ann@ash"))
    assert "breaks off or is damaged" in loaded.broken
    assert loaded.rejected == 1
    assert 100 < loaded.accepted < 20_000
    (reject,) = rejects_of(loaded)
    assert reject.line == loaded.accepted + 2
    assert "breaks off" in reject.reason
    amounts = [goods.quantity.amount for report in held(log) for goods in report.content.goods if goods.quantity]  # type: ignore[union-attr]
    assert amounts == [float(number) for number in range(loaded.accepted)]
    path.write_bytes(whole)
    mended = balanced(load(log, path, EVENTS, context, by="ann@ash"))
    assert (mended.repeated, mended.accepted, mended.broken) == (loaded.accepted, 20_000 - loaded.accepted, "")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "header lacks 'when', 'drug', 'kg'"),
        (b"when,drug,kg,kg\n", "names 'kg' twice"),
        (gzip.compress(b"when,drug,kg\n", mtime=0)[:12], "breaks off|lacks|no header"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "old Excel"),
        ("when,drug,kg\n".encode("utf-16-le"), "NUL bytes"),
    ],
)
def test_a_bad_file_is_an_error_and_leaves_nothing(
    log: Log, tmp_path: Path, context: Context, content: bytes, what: str
) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=what):
        load(log, path, EVENTS, context, by="ann@ash")
    assert held(log) == []
    assert [each.name for each in tmp_path.glob("*events*")] == ["events.csv"]


def test_a_folder_where_a_file_is_needed_is_an_error(log: Log, tmp_path: Path, context: Context) -> None:
    with pytest.raises(BadFile, match="this is a folder"):
        load(log, tmp_path, EVENTS, context, by="ann@ash")


def test_a_header_alone_loads_nothing_and_takes_nothing_back(log: Log, tmp_path: Path, context: Context) -> None:
    load_list(log, tmp_path / "a.csv", "2020,a,1,v1\n", context)
    assert load_list(log, tmp_path / "b.csv", "", context) == Loaded()
    assert live(log) == {"2020|a#1": 1}


def test_bad_rows_of_every_sort_cost_only_themselves(log: Log, tmp_path: Path, context: Context) -> None:
    good = [f"2024-01-02,drug {number},1".encode() for number in range(6)]
    bad = [b"2024-01-02,x", b"2024-01-02,Bogot\xe1,1", b"2024-01-02," + b"x" * (50 << 20) + b",1", b'2024-01-02,"x,1']
    lines = [b"when,drug,kg", good[0], bad[0], good[1], bad[1], good[2], bad[2], good[3], bad[3], good[4], good[5]]
    path = tmp_path / "events.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    loaded = balanced(load(log, path, EVENTS, context, by="ann@ash"))
    assert (loaded.accepted, loaded.rejected) == (6, 4)
    assert [each.line for each in rejects_of(loaded)] == [3, 5, 7, 9]


class Failing:
    """A reader that fails in the middle, as no reader should."""

    name, title, keyed, public = "failing", "t", False, False

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._drafts = drafts

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        yield Reject(file=path.name, line=1, column="", value="", reason="bad")
        yield from self._drafts
        raise ZeroDivisionError


def test_an_error_of_a_reader_leaves_no_half_written_rejects_file(log: Log, tmp_path: Path, context: Context) -> None:
    with pytest.raises(ZeroDivisionError):
        load(log, tmp_path / "none.csv", Failing([]), context, by="ann@ash")
    assert list(tmp_path.glob("*rejects*")) == list(tmp_path.glob(".*rejects*")) == []


# ---- editions ----------------------------------------------------------------------------------------------------


def test_a_second_edition_supersedes_the_first(log: Log, tmp_path: Path, context: Context) -> None:
    first = load_list(log, tmp_path / "a.csv", "2020,a,1,v1\n2020,b,2,v1\n2020,c,3,v1\n2019,z,9,v1\n", context)
    assert (first.added, first.changed, first.unchanged, first.removed) == (4, 0, 0, 0)
    second = load_list(log, tmp_path / "b.csv", "2020,a,1,v2\n2020,b,5,v2\n2020,d,4,v2\n2021,a,7,v2\n", context)
    assert (second.added, second.changed, second.unchanged, second.removed) == (2, 1, 1, 1)
    assert (second.read, second.accepted, second.repeated) == (4, 4, 0)
    # 2019 is not in the second file, and so is not taken back.
    assert live(log) == {"2020|a#1": 1, "2020|b#1": 5, "2020|d#1": 4, "2021|a#1": 7, "2019|z#1": 9}
    again = load_list(log, tmp_path / "b.csv", "2020,a,1,v2\n2020,b,5,v2\n2020,d,4,v2\n2021,a,7,v2\n", context)
    assert (again.accepted, again.repeated, again.unchanged, again.removed) == (0, 4, 4, 0)
    back = load_list(log, tmp_path / "c.csv", "2020,a,1,v3\n2020,b,5,v3\n2020,c,3,v3\n2020,d,4,v3\n", context)
    assert (back.added, back.removed, back.unchanged) == (1, 0, 3)
    assert live(log)["2020|c#1"] == 3


def test_an_older_edition_that_arrives_later_is_history(log: Log, tmp_path: Path, context: Context) -> None:
    load_list(log, tmp_path / "new.csv", "2020,a,10,v2\n2020,b,2,v2\n2020,e,6,v2\n", context)
    older = load_list(log, tmp_path / "old.csv", "2020,a,1,v1\n2020,b,2,v1\n2020,c,3,v1\n2019,z,9,v1\n", context)
    # a is restated, b is the same, c was taken back by the newer edition, and e is not the older one's to take back.
    assert (older.accepted, older.unchanged, older.restated, older.removed) == (3, 1, 1, 1)
    assert live(log) == {"2020|a#1": 10, "2020|b#1": 2, "2020|e#1": 6, "2019|z#1": 9}
    count = len(held(log))
    again = load_list(log, tmp_path / "old.csv", "2020,a,1,v1\n2020,b,2,v1\n2020,c,3,v1\n2019,z,9,v1\n", context)
    assert (again.accepted, again.repeated, again.restated, again.removed) == (0, 4, 0, 0)
    assert len(held(log)) == count


def test_an_edition_that_confirms_a_figure_is_newer_than_one_between(
    log: Log, tmp_path: Path, context: Context
) -> None:
    load_list(log, tmp_path / "e.csv", "2020,a,1,v1\n", context)
    assert load_list(log, tmp_path / "e.csv", "2020,a,1,v3\n", context).unchanged == 1
    assert load_list(log, tmp_path / "e.csv", "2020,a,2,v2\n", context).restated == 1
    assert live(log) == {"2020|a#1": 1}


def test_a_load_that_broke_off_before_it_stated_the_newer_again_is_mended_by_the_next(
    log: Log, tmp_path: Path, context: Context
) -> None:
    load_list(log, tmp_path / "new.csv", "2020,a,10,v2\n", context)

    def killed(batch: Sequence[Held]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(log, write(tmp_path / "old.csv", HEADER + "2020,a,1,v1\n"), LIST, context, by="ann@ash", on_batch=killed)
    with pytest.raises(AssertionError, match="two reports"):
        live(log)
    mended = load_list(log, tmp_path / "old.csv", "2020,a,1,v1\n", context)
    assert (mended.repeated, mended.restated) == (1, 1)
    assert live(log) == {"2020|a#1": 10}


def test_what_a_rejected_row_may_be_is_not_taken_back(log: Log, tmp_path: Path, context: Context) -> None:
    load_list(log, tmp_path / "a.csv", "2020,a,1,v1\n2020,b,2,v1\n2020,c,3,v1\n", context)
    # The row's key can be read: it is b's, and b alone is kept.
    loaded = load_list(log, tmp_path / "b.csv", "2020,a,1,v2\n2020,b,two,v2\n", context)
    assert (loaded.rejected, loaded.removed, loaded.missing) == (1, 1, 1)
    assert live(log) == {"2020|a#1": 1, "2020|b#1": 2}
    # The row's key cannot be read: it may be any.
    loaded = load_list(log, tmp_path / "b.csv", "2020,a,1,v3\n2020,b\n", context)
    assert (loaded.rejected, loaded.removed, loaded.missing) == (1, 0, 1)
    assert load_list(log, tmp_path / "b.csv", "2020,a,1,v4\n", context).removed == 1
    assert live(log) == {"2020|a#1": 1}


def test_a_file_that_breaks_off_takes_nothing_back(log: Log, tmp_path: Path, context: Context) -> None:
    rows = "".join(f"2020,{number * 7919 % 100003},{number},v1\n" for number in range(3000))
    load_list(log, tmp_path / "a.csv", rows, context)
    whole = gzip.compress((HEADER + rows.replace("v1", "v2")).encode(), mtime=0)
    path = tmp_path / "b.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    loaded = balanced(load(log, path, LIST, context, by="ann@ash"))
    assert loaded.broken
    assert (loaded.removed, loaded.missing) == (0, 3000 - loaded.unchanged)
    assert len(live(log)) == 3000


def test_two_rows_of_one_record_are_occurrences_of_it(log: Log, tmp_path: Path, context: Context) -> None:
    load_list(log, tmp_path / "a.csv", "2020,a,1,v1\n2020,a,2,v1\n", context)
    assert live(log) == {"2020|a#1": 1, "2020|a#2": 2}
    second = load_list(log, tmp_path / "b.csv", "2020,a,1,v2\n", context)
    assert (second.unchanged, second.removed) == (1, 1)
    assert live(log) == {"2020|a#1": 1}


def test_made_records_and_real_ones_do_not_supersede_each_other(log: Log, tmp_path: Path, context: Context) -> None:
    load_list(log, tmp_path / "a.csv", "2020,a,1,v1\n2020,b,1,v1\n", context)
    made = load_list(log, tmp_path / "m.csv", "2020,a,5,v2\n", replace(context, made=True))
    assert (made.added, made.changed, made.removed) == (1, 0, 0)


def test_a_new_marking_is_a_change(log: Log, tmp_path: Path, context: Context) -> None:
    load_list(log, tmp_path / "a.csv", "2020,a,1,v1\n", context)
    stricter = replace(context, marking=Marking(originator="ash", tlp=Tlp.RED, rel_to=()))
    assert load_list(log, tmp_path / "b.csv", "2020,a,1,v1\n", stricter).changed == 1
    assert live(log) == {"2020|a#1": 1}


def test_a_record_that_two_editions_took_back_is_not_brought_back_by_one_between_them(
    log: Log, tmp_path: Path, context: Context
) -> None:
    both = "2020,a,0,{v}\n2020,b,0,{v}\n"
    for rows in (both.format(v="v0"), "2020,a,0,v1\n", "2020,a,0,v3\n", both.format(v="v2")):
        load_list(log, tmp_path / "e.csv", rows, context)
    assert live(log) == {"2020|a#1": 0}


EDITION = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(editions=st.lists(EDITION, min_size=1, max_size=4), order=st.randoms(use_true_random=False))
def test_whatever_the_order_of_arrival_the_newest_edition_stands(
    tmp_path_factory: pytest.TempPathFactory, editions: list[dict[str, int]], order: object, context: Context
) -> None:
    """Editions arrive in any order, some twice; what stands is the newest that has rows, as if it had come alone."""
    folder = tmp_path_factory.mktemp("editions")
    log = Log.create(str(folder / "s.cutset"), clock=fixed(NOW))
    log.register(Agency(id="ash", name="Ash", country="US"), Viewer(id="ann@ash", agency="ash"))
    arrivals = [*range(len(editions)), 0]
    order.shuffle(arrivals)  # type: ignore[attr-defined]
    for number in arrivals:
        rows = "".join(f"2020,{key},{count},v{number}\n" for key, count in editions[number].items())
        load_list(log, folder / "e.csv", rows, context)
    newest = next((edition for edition in reversed(editions) if edition), {})
    assert live(log) == {f"2020|{key}#1": count for key, count in newest.items()}


# ---- the real lists ----------------------------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize(
    ("reader", "files", "added", "shared", "respelled"),
    [
        (cbp.NATIONWIDE, ("cbp-nationwide-drugs-fy19-fy22", "cbp-nationwide-drugs-fy20-fy23"), 2365, 7559, 1616),
        (cbp.AMO, ("cbp-amo-drug-seizures-fy19-fy22", "cbp-amo-drug-seizures-fy20-fy23"), 433, 1329, 28),
    ],
)
def test_cbps_second_edition(
    reader: cbp.Cbp,
    files: tuple[str, str],
    added: int,
    shared: int,
    respelled: int,
    log: Log,
    tmp_path: Path,
    context: Context,
) -> None:
    """Of the rows that both editions have, some have other digits: the noise of sums, and no restatement."""
    older, newer = (real(f"seizures/{file}.csv.gz") for file in files)
    first = balanced(load(log, older, reader, context, by="ann@ash", rejects=tmp_path))
    assert (first.read, first.added, first.rejected) == (first.accepted, first.read, 0)
    second = balanced(load(log, newer, reader, context, by="ann@ash", rejects=tmp_path))
    assert (second.added, second.unchanged + second.changed, second.removed) == (added, shared, 0)
    assert (second.changed, second.respelled) == (respelled, respelled)
    assert second.accepted == second.read
    again = balanced(load(log, older, reader, context, by="ann@ash", rejects=tmp_path))
    assert (again.accepted, again.restated, again.removed) == (0, 0, 0)


@pytest.mark.data
def test_cbps_editions_in_the_wrong_order(log: Log, tmp_path: Path, context: Context) -> None:
    """The noise of an older edition is no history: only the year that the newer lacks is new."""
    for file in ("cbp-amo-drug-seizures-fy20-fy23", "cbp-amo-drug-seizures-fy19-fy22"):
        loaded = balanced(load(log, real(f"seizures/{file}.csv.gz"), cbp.AMO, context, by="ann@ash", rejects=tmp_path))
    assert (loaded.accepted, loaded.unchanged, loaded.restated, loaded.removed) == (443, 1329, 0, 0)


@pytest.mark.data
def test_a_restated_figure_is_counted(log: Log, tmp_path: Path, context: Context) -> None:
    rows = gzip.decompress(real("seizures/cbp-amo-drug-seizures-fy20-fy23.csv.gz").read_bytes()).decode().splitlines()
    path = write(tmp_path / "a.csv", "\n".join(rows))
    load(log, path, cbp.AMO, replace(context, vintage="2023-10"), by="ann@ash")
    changed = [*rows[:10], *(row.rpartition(",")[0] + ",1.25" for row in rows[10:13]), *rows[14:]]
    loaded = load(log, write(path, "\n".join(changed)), cbp.AMO, replace(context, vintage="2023-11"), by="ann@ash")
    assert (loaded.changed, loaded.respelled, loaded.removed) == (3, 0, 1)
    assert loaded.unchanged == len(rows) - 1 - 4


def test_the_mapping_readers_are_readers() -> None:
    assert isinstance(LIST, Mapping)
    assert LIST.keyed
    assert not EVENTS.keyed
