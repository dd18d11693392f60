"""How well a linkage does on a labelled file: precision, recall, F1, calibration and time.

    precision = true pairs found / pairs found        recall = true pairs found / true pairs
    F1 = 2 precision recall / (precision + recall)    ECE = sum over bins of (n_b / n) |truth_b - probability_b|

The pairs found are those that share a blocking key and score above the threshold; no clustering mends them. The prior
is estimated from the file without its labels, and so are frequencies: the file is all that the caller may see.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from math import fsum
from pathlib import Path
from typing import Final

import msgspec

from cutset.link.match.blocking import blocked
from cutset.link.match.frequencies import Frequencies, count
from cutset.link.match.labelled import BadLabels, Labelled, read_fields, read_labels, read_records, true_pairs
from cutset.link.match.profile import STAMPED, Profile
from cutset.link.match.score import Scorer, log_odds, probability
from cutset.link.match.weights import Weights, shipped

DEFAULT_THRESHOLD: Final = 0.5
"""The probability above which a pair is taken for one."""

BINS: Final = 10

Learn = Callable[[Sequence[Profile]], Weights]
Pair = tuple[int, int]


class Quality(msgspec.Struct, frozen=True):
    """Precision, recall and F1, each 0 to 1, of the pairs whose probability is at least `threshold`."""

    threshold: float
    precision: float
    recall: float
    f1: float


class Bin(msgspec.Struct, frozen=True):
    """Pairs with probabilities in one tenth: how many, their mean probability, and the share that is truly one."""

    pairs: int
    probability: float
    truth: float


class Evaluation(msgspec.Struct, frozen=True):
    """What an evaluation found. `precision`, `recall` and `f1` are at the default threshold, `best` at the best one.

    `candidates` is how many pairs were compared, `reachable` the share of true pairs among them; `capped` how many keys
    were too common; `ece` the expected calibration error over the candidates, `ece_doubtful` over those whose
    probability lies between 0.01 and 0.99; `seconds` the time of reading, blocking and scoring, `learning_seconds` of
    learning. `prior` was estimated; `version` is of the weights.
    """

    records: int
    true_pairs: int
    candidates: int
    reachable: float
    capped: int
    precision: float
    recall: float
    f1: float
    best: Quality
    thresholds: tuple[Quality, ...]
    ece: float
    ece_doubtful: float
    calibration: tuple[Bin, ...]
    prior: float
    version: str
    seconds: float
    learning_seconds: float = 0.0


def evaluate(
    files: Sequence[Path],
    mapping: Path,
    truth: str = "",
    *,
    labels: Path | None = None,
    weights: Weights | None = None,
    learn: Learn | None = None,
) -> Evaluation:
    """The quality of a linkage of one file with itself, or of two with each other.

    `mapping` is read by `labelled.read_fields`; `truth` is the column of the cluster, or `labels` a file of judged
    pairs, beyond which nothing is counted. The weights are the shipped ones, or those given, or what `learn` makes of
    the profiles without their labels. Raises `BadLabels` (also where there is neither a truth nor labels, or both) or
    `BadWeights`.
    """
    _check(files, truth, labels)
    began = time.perf_counter()
    fields = read_fields(mapping)
    records = [record for file, path in enumerate(files) for record in read_records(path, fields, truth, file=file)]
    profiles = [record.profile for record in records]
    read_in = time.perf_counter() - began
    used = weights or (learn(profiles) if learn else shipped(fields.kind))
    learned_in = time.perf_counter() - began - read_in
    scorer = Scorer(used, frequencies=counted(profiles))
    pairs, capped = candidates(records)
    scored = [(pair, scorer.weight(profiles[pair[0]], profiles[pair[1]])) for pair in pairs]
    prior, scored = with_estimated_prior(scored, used.prior, possible_pairs(records))
    seconds = time.perf_counter() - began - learned_in
    judged = read_labels(labels, records) if labels else None
    real = {pair for pair, one in judged.items() if one} if judged is not None else true_pairs(records)
    if judged is not None:
        scored = [(pair, weight) for pair, weight in scored if pair in judged]
    return measured(
        scored,
        real,
        records=len(records),
        candidates=len(pairs),
        capped=capped,
        prior=prior,
        version=used.version,
        seconds=seconds,
        learning_seconds=learned_in,
    )


def _check(files: Sequence[Path], truth: str, labels: Path | None) -> None:
    if not 1 <= len(files) <= 2:
        raise BadLabels(
            f"{len(files)} files cannot be linked", remedy="give one file to find duplicates in, or two to link"
        )
    if bool(truth) == (labels is not None):
        what = "there are two truths, a column and judged pairs" if truth else "nothing says which records are one"
        raise BadLabels(what, remedy="name the column by --truth, or a file of judged pairs by --labels, and not both")


def candidates(records: Sequence[Labelled]) -> tuple[list[Pair], int]:
    """The pairs of records that share a key, and how many keys were too common; two files are not paired within."""
    pairs, capped = blocked([record.profile for record in records])
    if len({record.file for record in records}) > 1:
        pairs = [pair for pair in pairs if records[pair[0]].file != records[pair[1]].file]
    return pairs, capped


def counted(profiles: Iterable[Profile]) -> Frequencies:
    """Frequencies of names, words, places and stamps over profiles that the caller may see all of."""
    given: list[str] = []
    family: list[str] = []
    words: list[str] = []
    places: list[str] = []
    stamps: list[str] = []
    for profile in profiles:
        for name in profile.names[:1]:
            given.extend(name.given)
            family.extend(name.family)
        for title in profile.titles[:1]:
            if profile.kind in STAMPED:
                stamps.append("".join(title.words))
            else:
                words.extend(title.words)
        for address in profile.addresses[:1]:
            places.extend(filter(None, (*address.places, address.postcode)))
    lists = {"given": given, "family": family, "word": words, "place": places, "stamp": stamps}
    return Frequencies({column: count(found) for column, found in lists.items()})


def possible_pairs(records: Sequence[Labelled]) -> int:
    """How many pairs there are at all: within one file, or between two."""
    sizes = [sum(record.file == file for record in records) for file in sorted({record.file for record in records})]
    return sizes[0] * sizes[1] if len(sizes) == 2 else len(records) * (len(records) - 1) // 2


def with_estimated_prior(
    scored: Sequence[tuple[Pair, float]], before: float, possible: int
) -> tuple[float, list[tuple[Pair, float]]]:
    """The share of all possible pairs that are one, as expectation and maximisation find it, and the weights with it.

    With lambda the share sought and b_i a pair's odds without prior: lambda = sum_i p_i / possible, where
    p_i = lambda b_i / (lambda b_i + 1 - lambda); pairs that share no key count as two things.
    """
    bare = [weight - log_odds(before) for _, weight in scored]
    prior = before
    for _ in range(50):
        at = log_odds(prior)
        found = min(max(fsum(probability(weight + at) for weight in bare) / max(possible, 1), 1e-12), 0.5)
        if abs(found - prior) < 1e-4 * prior:
            prior = found
            break
        prior = found
    at = log_odds(prior)
    return prior, [(pair, weight + at) for (pair, _), weight in zip(scored, bare, strict=True)]


def measured(scored: Sequence[tuple[Pair, float]], real: set[Pair], *, candidates: int, **about: object) -> Evaluation:
    """The evaluation of scored pairs against the real ones."""
    likely = sorted(((probability(weight), pair in real) for pair, weight in scored), reverse=True)
    qualities = _qualities(likely, len(real))
    here = quality(likely, len(real), DEFAULT_THRESHOLD)
    return msgspec.convert(
        {
            **about,
            "candidates": candidates,
            "true_pairs": len(real),
            "reachable": sum(one for _, one in likely) / max(len(real), 1),
            "precision": here.precision,
            "recall": here.recall,
            "f1": here.f1,
            "best": max(qualities, key=lambda each: each.f1, default=here),
            "thresholds": tuple(quality(likely, len(real), at) for at in (0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999)),
            "ece": calibration_error(bins(likely)),
            "ece_doubtful": calibration_error(bins([each for each in likely if 0.01 <= each[0] <= 0.99])),
            "calibration": tuple(bins(likely)),
        },
        Evaluation,
    )


def quality(likely: Sequence[tuple[float, bool]], real: int, threshold: float) -> Quality:
    """The quality of taking pairs of at least this probability for one; `likely` has each pair's, and the truth."""
    found = [one for at, one in likely if at >= threshold]
    return _quality(threshold, sum(found), len(found), real)


def bins(likely: Sequence[tuple[float, bool]]) -> list[Bin]:
    """The pairs by tenths of probability, empty tenths left out."""
    by_tenth: dict[int, list[tuple[float, bool]]] = {}
    for each in likely:
        by_tenth.setdefault(min(int(each[0] * BINS), BINS - 1), []).append(each)
    return [
        Bin(len(each), fsum(at for at, _ in each) / len(each), sum(one for _, one in each) / len(each))
        for _, each in sorted(by_tenth.items())
    ]


def calibration_error(calibration: Sequence[Bin]) -> float:
    """The expected calibration error, 0 to 1: how far probabilities are from the truth, on average over pairs."""
    pairs = sum(each.pairs for each in calibration)
    return fsum(each.pairs * abs(each.truth - each.probability) for each in calibration) / max(pairs, 1)


def _qualities(likely: Sequence[tuple[float, bool]], real: int) -> list[Quality]:
    """The quality at each threshold at which it changes."""
    out: list[Quality] = []
    true = 0
    for number, (at, one) in enumerate(likely, 1):
        true += one
        if number == len(likely) or likely[number][0] < at:
            out.append(_quality(at, true, number, real))
    return out


def _quality(threshold: float, true: int, found: int, real: int) -> Quality:
    precision = true / found if found else 1.0
    recall = true / real if real else 1.0
    both = precision + recall
    return Quality(threshold, precision, recall, 2 * precision * recall / both if both else 0.0)
