"""What a judgement and its undoing cost, and that they give back the very same entities.

    python -m bench.link_undo

The pure structure takes every judgement and every undo in turn; the state before is compared with the state after.
Beside it stands the plain way: a union-find over all judgements that stand, built anew after every judgement. Then the
same through a store: durable judgements, indexed, and the first and the next look at the entities.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from bench.report import Report as Results
from bench.report import percentiles_ms
from bench.rights import AGENCIES, GROUPS, VIEWERS
from cutset.link.components import Given, Place, Verdicts
from cutset.link.entities import entities
from cutset.link.index import LinkIndex
from cutset.log.follower import follow
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind
from cutset.model.report import Judgement, Receipt, Report, Shipment, Source

BY = VIEWERS[0]
MARKING = Marking(originator=BY.agency, tlp=Tlp.CLEAR)


def uniform(random: Random, mentions: int) -> tuple[int, int]:
    """Two mentions, any with any: the components grow into one."""
    left, right = random.sample(range(mentions), 2)
    return min(left, right), max(left, right)


def families(random: Random, mentions: int) -> tuple[int, int]:
    """Two mentions of one thing, each thing with ten: what people judge in practice."""
    first = random.randrange(mentions // 10) * 10
    left, right = random.sample(range(first, first + 10), 2)
    return min(left, right), max(left, right)


def sequence(draw: Callable[[Random, int], tuple[int, int]], judgements: int, mentions: int, seed: int) -> list[Given]:
    """Judgements of which every third undoes an earlier one, and every ninth undoes an undo."""
    random = Random(seed)
    given: list[Given] = []
    undone: list[str] = []
    for number in range(judgements):
        left, right = draw(random, mentions)
        pair = (Place(left, 0, 0), Place(right, 0, 0))
        if number % 3 or not given:
            verdict = random.choices(["same", "different", "unsure"], [8, 1, 1])[0]
            given.append(Given(number, f"r-{number}", verdict, pair))
            continue
        of = random.choice(undone) if undone and number % 9 == 0 else random.choice(given).id
        undone.append(f"r-{number}")
        given.append(Given(number, f"r-{number}", "unsure", None, of))
    return given


def pure(results: Results, what: str, given: Sequence[Given], prior: Sequence[Given]) -> None:
    """Judgements a second, forth and back, on top of what was judged before."""
    verdicts = Verdicts()
    for each in prior:
        verdicts.judge(each)
    before = _entities(verdicts), verdicts.contradictions()
    undos = [Given(len(given) + each.seq, f"u-{each.id}", "unsure", None, each.id) for each in reversed(given)]
    began = time.perf_counter()
    for each in given:
        verdicts.judge(each)
    judged_s = time.perf_counter() - began
    began = time.perf_counter()
    for each in undos:
        verdicts.judge(each)
    undone_s = time.perf_counter() - began
    after = _entities(verdicts), verdicts.contradictions()
    results.row(
        what=what,
        how="incremental",
        judgements=len(given),
        judgements_per_s=round(len(given) / judged_s),
        undos_per_s=round(len(undos) / undone_s),
        same_entities=str(before == after),
    )
    if before != after:
        raise SystemExit("undoing did not give back the same entities")


def _entities(verdicts: Verdicts) -> list[frozenset[Place]]:
    return [verdicts.components.of(first) for first in verdicts.components.firsts()]


def plain(results: Results, what: str, given: Sequence[Given], times: int) -> None:
    """The components built anew after each of the last `times` judgements."""
    stand = {each.id: each for each in given if each.verdict == "same"}
    began = time.perf_counter()
    for _ in range(times):
        parent: dict[Place, Place] = {}
        for each in stand.values():
            assert each.pair is not None
            left, right = (_root(parent, place) for place in each.pair)
            parent[left] = right
    per_s = round(times / (time.perf_counter() - began), 1)
    results.row(what=what, how="union-find built anew", judgements=len(given), judgements_per_s=per_s)


def _root(parent: dict[Place, Place], place: Place) -> Place:
    while (up := parent.setdefault(place, place)) != place:
        parent[place] = parent[up]
        place = up
    return place


def stored(results: Results, directory: Path, judgements: int) -> None:
    """Through a store: append, index, and look."""
    url = str(directory / "undo.cutset")
    log = Log.create(url)
    log.register(*AGENCIES, *VIEWERS, *GROUPS)
    index = LinkIndex(url)
    named = _append(log, [_named(number) for number in range(judgements)])
    follow(log, index)
    random = Random(5)
    began = time.perf_counter()
    for start in range(0, judgements, 1000):
        about = (families(random, len(named)) for _ in range(start, min(start + 1000, judgements)))
        _append(
            log, [_judgement("same", named[left], named[right], number) for number, (left, right) in enumerate(about)]
        )
    appended_s = time.perf_counter() - began
    began = time.perf_counter()
    follow(log, index)
    indexed_s = time.perf_counter() - began
    rights = log.rights(BY.id)
    began = time.perf_counter()
    entities(index, rights, limit=50)
    first_s = time.perf_counter() - began
    looks = []
    for number in range(100):
        (judged,) = _append(log, [_judgement("same", named[number], named[-number - 1], number + 1000)])
        follow(log, index)
        began = time.perf_counter()
        entities(index, rights, limit=50)
        looks.append(time.perf_counter() - began)
        assert judged
    results.row(
        what="store, 10 to a thing",
        how="appended, indexed, looked at",
        judgements=judgements,
        appended_per_s=round(judgements / appended_s),
        indexed_per_s=round(judgements / indexed_s),
        first_look_ms=round(first_s * 1e3),
        **percentiles_ms(looks),
    )


def _named(number: int) -> Report:
    mention = Mention(kind=MentionKind.PERSON, name=f"made person {number}")
    source = Source(dataset="bench", record=str(number), made=True)
    return Report(marking=MARKING, source=source, content=Shipment(), mentions=(mention,))


def _judgement(verdict: str, left: str, right: str, number: int) -> Report:
    content = Judgement(verdict=verdict, about=tuple(sorted((f"{left}#0", f"{right}#0"))), reason=str(number))
    return Report(marking=MARKING, source=Source(dataset="judgements", made=True), content=content)


def _append(log: Log, reports: Sequence[Report]) -> list[str]:
    ids = []
    for start in range(0, len(reports), 5000):
        for answer in log.append([Submission(report=each, by=BY.id) for each in reports[start : start + 5000]]):
            assert isinstance(answer, Receipt), answer
            ids.append(answer.id)
    return ids


def main() -> None:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgements", type=int, default=10_000)
    parser.add_argument("--mentions", type=int, default=20_000)
    parser.add_argument("--stored", type=int, default=20_000)
    asked = parser.parse_args()
    results = Results("link_undo", "Judgements: judging and undoing, and the entities that they make")
    for what, draw in (("10 to a thing", families), ("any with any", uniform)):
        given = sequence(draw, asked.judgements, asked.mentions, seed=1)
        prior = [
            each._replace(seq=each.seq - asked.judgements, id=f"p-{each.id}")
            for each in sequence(draw, asked.judgements, asked.mentions, seed=2)
            if not each.reverses
        ]
        pure(results, what, given, prior)
        plain(results, what, [*prior, *given], times=20)
    with tempfile.TemporaryDirectory() as directory:
        stored(results, Path(directory), asked.stored)
    results.close(
        "Every third judgement undoes an earlier one, every ninth an undo; then all are undone, the last first, "
        "and the entities compared with those before. `p50_ms` and `p99_ms` are of a page of 50 entities after one "
        "new judgement; the first look reads all judgements. Made data."
    )


if __name__ == "__main__":
    main()
