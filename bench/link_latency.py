"""How long it takes to look one mention up, and whether the true one is among the first ten, as the index grows.

    python -m bench.link_latency --sizes 100000 1000000 10000000 --folder DISK

The people are made (`bench/made_people.py`): names as skewed as a census, families at one address, telephones that many
share. They stand five to a report, under 320 markings, of which the viewer may see six in ten. Who is asked about was
held, and is asked for as another clerk would write it. Beside it, at the smallest size and for the same questions: the
same scorer over every visible mention, rapidfuzz over every visible name, and Splink's `predict_between`, if installed.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
from rapidfuzz import fuzz, process

from bench.made_people import SHARED_PHONES, People, misheard
from bench.report import Report as Results
from bench.report import percentile, percentiles_ms
from bench.rights import AGENCIES, GROUPS, MARKINGS, VIEWERS
from cutset.access.decide import decide
from cutset.access.registry import Registry
from cutset.access.rights import Rights
from cutset.link.candidates import query
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.query import match
from cutset.link.match.profile import Profile, profile
from cutset.link.match.score import Scorer
from cutset.log.database import engine
from cutset.log.store import Log, Submission
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from cutset.model.report import Case, Receipt, Report, Source

TO_A_REPORT = 5
AT_ONCE = 50_000
"""The reports of a batch while the index is built: the larger, the less often a page of it is written anew."""

KEPT = 100_000
"""The mentions that questions are drawn from, spread evenly over all."""


class Held(NamedTuple):
    """A mention that is held: its reference, itself, and its report's marking, by its place in `MARKINGS`."""

    reference: str
    mention: Mention
    marking: int


class Question(NamedTuple):
    """A mention as another clerk writes it, and the reference of the true one."""

    mention: Mention
    truth: str


def fill(log: Log, people: Iterator[Mention], mentions: range, random: Random) -> Iterator[Held]:
    """Append reports of made people."""
    for start in range(mentions.start, mentions.stop, 10_000):
        reports, markings = [], []
        for number in range(start, min(start + 10_000, mentions.stop), TO_A_REPORT):
            markings.append(random.randrange(len(MARKINGS)))
            reports.append(
                Report(
                    marking=MARKINGS[markings[-1]],
                    source=Source(dataset="bench", record=str(number), made=True),
                    content=Case(number=str(number)),
                    mentions=tuple(itertools.islice(people, TO_A_REPORT)),
                )
            )
        answers = log.append([Submission(report=report, by=f"ann@{report.originator}") for report in reports])
        for answer, report, marking in zip(answers, reports, markings, strict=True):
            if not isinstance(answer, Receipt):
                raise SystemExit(f"a made report was refused: {answer}")
            for place, mention in enumerate(report.mentions):
                yield Held(f"{answer.id}#{place}", mention, marking)


def timed(questions: list[Question], ask: Callable[[Mention], list[str]]) -> tuple[list[float], list[float], float]:
    """Wall seconds and processor seconds of each question, and the share whose truth is among the first ten.

    They are asked as they come: what an earlier row asked has brought its pages into memory, and the others have not.
    """
    # What the benchmark itself holds is no part of what is measured; a server's collector would not walk over it.
    gc.collect()
    gc.freeze()
    wall, cpu, found = [], [], 0
    for question in questions:
        began, began_cpu = time.perf_counter(), time.thread_time()
        answer = ask(question.mention)
        cpu.append(time.thread_time() - began_cpu)
        wall.append(time.perf_counter() - began)
        found += question.truth in answer[:10]
    return wall, cpu, found / len(questions)


def row(
    results: Results, who: str, mentions: int, questions: list[Question], ask: Callable[[Mention], list[str]]
) -> None:
    """Ask, and put down how long it took and what was found."""
    wall, cpu, recall = timed(questions, ask)
    results.row(
        who=who,
        mentions=mentions,
        times=len(wall),
        **percentiles_ms(wall),
        p50_cpu_ms=round(percentile(cpu, 50) * 1e3, 3),
        p99_cpu_ms=round(percentile(cpu, 99) * 1e3, 3),
        recall_at_10=round(recall, 4),
    )


def bytes_of(index: CandidateIndex) -> int:
    """The bytes of the index's tables and their indexes in the database's file."""
    with index.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%link_candidate%'").scalar()
    return int(found or 0)


def measure(results: Results, url: str, rights: Rights, mentions: int, questions: list[Question]) -> None:
    """One size of the index: as it is asked with the usual threshold, and for all that it can find."""
    index = CandidateIndex(url)
    capped = considered = 0

    def all_found(mention: Mention) -> list[str]:
        nonlocal capped, considered
        answer = match(index, rights, mention, threshold=0.0)
        capped += bool(answer.capped)
        considered += answer.considered
        return [found.mention for found in answer.matches]

    def usual(mention: Mention) -> list[str]:
        return [found.mention for found in match(index, rights, mention).matches]

    row(results, "cutset, asked for the first time", mentions, questions, usual)
    row(results, "cutset", mentions, questions, usual)
    row(results, "cutset, threshold 0", mentions, questions, all_found)
    results.rows[-1] |= {
        "bytes_a_mention": round(bytes_of(index) / mentions),
        "considered": round(considered / len(questions)),
        "capped": round(capped / len(questions), 3),
    }


def of_findable(
    results: Results, url: str, rights: Rights, held: dict[str, Mention], questions: list[Question]
) -> None:
    """Of the questions whose truth the same scorer over every mention would put among the first ten, the share found.

    That scorer need not be run: for a question that was missed it is enough to look at far more candidates than a
    lookup does. Where ten of them come before the truth, by weight and then by the order of the log, every mention's
    ten best are without it too; else the question counts as missed, so that the share is a lower bound.
    """
    index = CandidateIndex(url)
    scorer = query.shipped_scorer()
    with engine(url).connect() as connection:
        places = dict(connection.exec_driver_sql("SELECT id, seq FROM log_report").all())
    for threshold in (query.THRESHOLD, 0.0):
        found = [match(index, rights, each.mention, threshold=threshold).matches for each in questions]
        missed = [
            each for each, ten in zip(questions, found, strict=True) if each.truth not in {one.mention for one in ten}
        ]
        findable = 0
        least = 0.0 if threshold else float("-inf")
        with scoring(3_000, common_above=30_000):
            for each in missed:
                weight = scorer.weight(profile(each.mention), profile(held[each.truth]))
                ten = match(index, rights, each.mention, threshold=0.0).matches
                last = (ten[-1].score.weight, -places[ten[-1].report]) if len(ten) == 10 else (float("-inf"), 0)
                findable += weight >= least and (weight, -places[each.truth.partition("#")[0]]) > last
        hits = len(questions) - len(missed)
        row_at = -2 if threshold else -1
        results.rows[row_at]["of_findable"] = round(hits / max(1, hits + findable), 4)


@contextmanager
def scoring(most: int, common_above: int = 0) -> Iterator[None]:
    """Lookups that score so many candidates, and cap a key only above so many mentions, if that is given."""
    usual = query.most_scored, query.LEAST_SCORED, query.COMMON_ABOVE
    wider = (lambda seen: most), most, common_above or query.COMMON_ABOVE
    query.most_scored, query.LEAST_SCORED, query.COMMON_ABOVE = wider  # type: ignore[misc]
    try:
        yield
    finally:
        query.most_scored, query.LEAST_SCORED, query.COMMON_ABOVE = usual  # type: ignore[misc]


def shared_phone(results: Results, url: str, rights: Rights, mentions: int) -> None:
    """Nothing but a telephone that thousands have: many mentions that promise the same, or a key that is capped."""
    index = CandidateIndex(url)
    selector = Selector(SelectorKind.PHONE, SHARED_PHONES[0], SHARED_PHONES[0], True)
    question = Question(Mention(kind=MentionKind.PERSON, selectors=(selector,)), "")
    wall, cpu, _ = timed([question] * 50, lambda m: [found.mention for found in match(index, rights, m).matches])
    answer = match(index, rights, question.mention)
    results.row(
        who="cutset, a shared telephone alone",
        mentions=mentions,
        times=len(wall),
        **percentiles_ms(wall),
        p99_cpu_ms=round(percentile(cpu, 99) * 1e3, 3),
        considered=answer.considered,
        capped=float(bool(answer.capped)),
    )


def brute_force(visible: list[Held]) -> Callable[[Mention], list[str]]:
    """The same scorer over every visible mention."""
    scorer = Scorer()
    profiles = [profile(held.mention) for held in visible]

    def ask(mention: Mention) -> list[str]:
        read = profile(mention)
        weights = [scorer.weight(read, other) for other in profiles]
        best = sorted(range(len(weights)), key=lambda place: -weights[place])[:10]
        return [visible[place].reference for place in best]

    return ask


def by_rapidfuzz(visible: list[Held]) -> Callable[[Mention], list[str]]:
    """rapidfuzz's `token_sort_ratio` over every visible name, and the date of birth after it where there is one."""
    texts = [_text(held.mention) for held in visible]

    def ask(mention: Mention) -> list[str]:
        found = process.extract(_text(mention), texts, scorer=fuzz.token_sort_ratio, limit=10)
        return [visible[place].reference for _, _, place in found]

    return ask


def _text(mention: Mention) -> str:
    return " ".join([mention.name.replace(",", "").casefold(), *mention.born])


def by_splink(visible: list[Held]) -> Callable[[Mention], list[str]] | None:
    """Splink's `predict_between` on DuckDB, trained on the same mentions, with its own comparisons; None without it."""
    try:
        import splink.comparison_library as library
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError:
        return None
    import pandas

    rules = [block_on("given", "family"), block_on("born"), block_on("family", "postcode"), block_on("phone")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            library.ForenameSurnameComparison("given", "family"),
            library.DateOfBirthComparison("born", input_is_string=True),
            library.ExactMatch("postcode"),
            library.ExactMatch("phone"),
        ],
    )
    api = DuckDBAPI()
    table = api.register(pandas.DataFrame([_columns(held.reference, profile(held.mention)) for held in visible]))
    linker = Linker(table, settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(rules[:2], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))
    numbers = itertools.count()

    def ask(mention: Mention) -> list[str]:
        asked = api.register(pandas.DataFrame([_columns(f"asked-{next(numbers)}", profile(mention))]))
        found = linker.inference.predict_between(table, asked).as_pandas_dataframe()
        best = found.sort_values("match_weight", ascending=False).head(10)
        return [left if right.startswith("asked-") else right for left, right in _ids(best)]

    return ask


def _ids(found: object) -> list[tuple[str, str]]:
    return list(zip(found["unique_id_l"], found["unique_id_r"], strict=True))  # type: ignore[index]


def _columns(reference: str, read: Profile) -> dict[str, str | None]:
    """A profile as the columns that Splink compares: what cutset has read, so that both begin with the same."""
    name = read.names[0] if read.names else None
    born = read.born[0] if read.born else None
    return {
        "unique_id": reference,
        "given": name.given[0] if name and name.given else None,
        "family": " ".join(name.family) if name and name.family else None,
        "born": f"{born.year:04}-{born.month:02}-{born.day:02}" if born and born.day else None,
        "postcode": read.addresses[0].postcode or None if read.addresses else None,
        "phone": read.selectors[0][1] if read.selectors else None,
    }


def beside(results: Results, visible: list[Held], questions: list[Question], mentions: int, times: int) -> None:
    """The peers, on the same mentions and questions; those that look at every mention are asked fewer."""
    row(results, "rapidfuzz, every name", mentions, questions[:times], by_rapidfuzz(visible))
    splink = by_splink(visible)
    if splink is not None:
        row(results, "Splink predict_between", mentions, questions[:times], splink)
    row(results, "cutset's scorer, every mention", mentions, questions[:times], brute_force(visible))


def scored_more(results: Results, url: str, rights: Rights, mentions: int, questions: list[Question]) -> None:
    """What scoring more of the candidates would find."""
    index = CandidateIndex(url)
    for most in (16, 64, 256):
        with scoring(most):
            ask = lambda m: [found.mention for found in match(index, rights, m, threshold=0.0).matches]  # noqa: E731
            row(results, f"cutset, {most} scored", mentions, questions, ask)


class Store(msgspec.Struct):
    """A store that is built: where it is, those visible mentions that questions are drawn from, how long it took."""

    url: str
    pool: list[Held]
    seconds: float


def store(folder: Path, size: int) -> Store:
    """A store of so many mentions with its index; one that an earlier run has left in the folder is taken as it is."""
    kept = folder / f"link-{size}.json"
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Store)
    url = str(folder / f"link-{size}.cutset")
    registry = Registry(AGENCIES, VIEWERS, GROUPS)
    may_see = [decide(VIEWERS[0], marking, registry).allowed for marking in MARKINGS]
    log = Log.create(url)
    log.register(*AGENCIES, *VIEWERS, *GROUPS)
    index = CandidateIndex(url)
    every = max(1, size // KEPT)
    held = enumerate(fill(log, iter(People(seed=11)), range(size), Random(7)))
    pool = [each for at, each in held if may_see[each.marking] and at % every == 0]
    began = time.process_time()
    index.catch_up(log, limit=AT_ONCE)
    seconds = time.process_time() - began
    with engine(url).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    found = Store(url, pool, seconds)
    kept.write_bytes(msgspec.json.encode(found))
    return found


def measure_size(results: Results, folder: Path, size: int, times: int, peer_times: int) -> None:
    """All rows of one size; the peers at the first, where all visible mentions are in the pool."""
    found = store(folder, size)
    print(f"{size:,} mentions, indexed in {found.seconds:.0f} s of processor time", flush=True)
    rights = Log.open(found.url).rights(VIEWERS[0].id)
    random = Random(size)
    drawn = [random.choice(found.pool) for _ in range(times)]
    questions = [Question(misheard(held.mention, random), held.reference) for held in drawn]
    measure(results, found.url, rights, size, questions)
    results.rows[-1]["indexed_a_s"] = round(size / found.seconds)
    of_findable(results, found.url, rights, {held.reference: held.mention for held in found.pool}, questions)
    shared_phone(results, found.url, rights, size)
    scored_more(results, found.url, rights, size, questions[:500])
    if peer_times and size <= KEPT:
        beside(results, found.pool, questions, size, peer_times)


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--times", type=int, default=2_000, help="questions at each size")
    parser.add_argument("--peer-times", type=int, default=40, help="questions to each peer")
    parser.add_argument("--folder", type=Path, help="where the stores are kept for another run: 0.7 GB a million")
    parser.add_argument("--build", action="store_true", help="build the stores in the folder, and measure nothing")
    parser.add_argument("--name", default="link_latency")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        folder = asked.folder or Path(directory)
        if asked.build:
            for size in asked.sizes:
                store(folder, size)
            return
        results = Results(asked.name, "One lookup among many mentions")
        for size in sorted(asked.sizes):
            measure_size(results, folder, size, asked.times, asked.peer_times)
    load = os.getloadavg()[0]
    results.close(
        "`p99_cpu_ms` is of processor time; other work of the machine (load "
        f"{load:.1f} on {os.cpu_count()} cores at the end) is in `p50_ms` and `p99_ms`. Where a row does not say that "
        "its questions are asked for the first time, an earlier row has asked them, and what they read is in memory. "
        "`recall_at_10` is the share of questions whose true mention is among the first ten; some questions (a bare "
        "common name) have no answer that anyone could tell from the others, as the scorer over every mention shows. "
        "`of_findable` is the "
        "share of those questions whose truth that scorer would put among its first ten, at least. `indexed_a_s` is "
        "mentions a second of processor time. A default answer holds only matches above the threshold, probability "
        f"{query.THRESHOLD}; at threshold 0 all ten are explained. The people are made."
    )


if __name__ == "__main__":
    main()
