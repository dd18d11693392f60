"""Linking a whole set at once, in SQL: on DuckDB in one machine's memory and disk, on Spark on a cluster.

The set is a table of mentions, `id` and `profile` (as `cutset.link.match.profile.encode` writes it), in a Parquet
file or
files. One SQL does all: keys are made and counted, pairs are joined by them, compared, and weighed by the formula of
`cutset.link.match.score`, in the database's arithmetic. What the online scorer says of the same pair with the same
weights differs by rounding alone; a test holds the two to 1e-6.

On a cluster, each executor needs cutset installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from cutset.errors import CutsetError
from cutset.link.match.blocking import MOST_SHARING_A_KEY, blocking_keys
from cutset.link.match.compare import COMPARISONS, Comparison, compare
from cutset.link.match.extras import needed
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.profile import Profile, decode, encode
from cutset.link.match.score import LEAST_SHARE, Scorer, log_odds, probability, tables
from cutset.model.mention import MentionKind


class BatchPair(msgspec.Struct, frozen=True):
    """Two mentions by their ids, the lesser first, with match weight in bits and probability."""

    left: str
    right: str
    weight: float
    probability: float


class Linked(msgspec.Struct, frozen=True):
    """The pairs at or above the threshold, how many pairs were compared, and how many keys were too common."""

    pairs: tuple[BatchPair, ...]
    compared: int
    capped: int


class BadBatch(CutsetError):
    """A set cannot be linked at once: its ids repeat, or it is of several kinds."""


class Engine(Protocol):
    """Where the SQL runs. A place in an array is counted from `first`."""

    first: int
    unnest: str

    def functions(self, frequencies: Frequencies) -> None:
        """Makes `cutset_keys(profile)` and `cutset_vector(profile, profile)` known to SQL."""

    def read(self, path: Path) -> None:
        """Makes the Parquet file or files at `path` the table `mention`."""

    def run(self, sql: str, keep: str = "") -> list[tuple[Any, ...]]:
        """The rows of a query, or, if `keep` names one, none and a table of that name."""


def write_parquet(mentions: Iterable[tuple[str, Profile]], path: Path) -> int:
    """Writes ids and profiles as a Parquet file for an engine; how many. Raises `MissingExtra`."""
    arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    rows = list(mentions)
    table = arrow.table(
        {"id": [each for each, _ in rows], "profile": arrow.array([encode(each) for _, each in rows], arrow.binary())}
    )
    parquet.write_table(table, str(path))
    return len(rows)


def link_all(path: Path, kind: MentionKind, scorer: Scorer, engine: Engine, *, threshold: float = 0.5) -> Linked:
    """Links a set of mentions of one kind that `write_parquet` (or an export of the log) wrote.

    `threshold` is the least probability. Raises `BadBatch`, `MissingExtra`.
    """
    engine.functions(scorer.frequencies)
    engine.read(path)
    _check(engine, kind)
    engine.run(f"select id, {engine.unnest}(cutset_keys(profile)) as blocking_key from mention", keep="mention_key")  # noqa: S608 - our own names
    engine.run(_COUNTS, keep="key_count")
    [(capped,)] = engine.run(f"select count(*) from key_count where holders > {MOST_SHARING_A_KEY}")  # noqa: S608 - a number
    engine.run(_PAIRS, keep="mention_pair")
    [(compared,)] = engine.run("select count(*) from mention_pair")
    # A table of its own: Spark would compare the pair anew for each place in the sum where the vector is named.
    engine.run(_COMPARED, keep="mention_compared")
    found = engine.run(weighing(kind, scorer, engine.first, log_odds(max(min(threshold, 1 - 1e-12), 1e-12))))
    pairs = (BatchPair(str(one), str(other), float(weight), probability(weight)) for one, other, weight in found)
    return Linked(tuple(sorted(pairs, key=lambda pair: (pair.left, pair.right))), int(compared), int(capped))


def weighing(kind: MentionKind, scorer: Scorer, first: int, least: float) -> str:
    """The SQL that weighs each pair: the formula of `score`, term by term; weights are written into it as numbers."""
    prior = log_odds(scorer.weights[kind].prior)
    terms = [
        _term(
            comparison,
            rows,
            f"vector[{first + 3 * number}]",
            f"vector[{first + 3 * number + 1}]",
            f"vector[{first + 3 * number + 2}]",
        )
        for number, (comparison, rows) in enumerate(
            zip(COMPARISONS[kind], tables(scorer.weights[kind], kind), strict=True)
        )
    ]
    total = "\n + ".join([f"cast({prior!r} as double)", *terms])
    return (
        f"with weighed as (select one, other, {total} as weight from mention_compared) "  # noqa: S608 - numbers
        f"select one, other, weight from weighed where weight >= {least!r}"
    )


def vector(left: Profile, right: Profile, frequencies: Frequencies) -> list[float]:
    """Level, share and chances of each comparison in turn, as SQL takes them."""
    out: list[float] = []
    for found in compare(left, right, frequencies):
        out += (float(found.level), float(found.share), float(found.chances))
    return out


class DuckDb:
    """One machine: DuckDB in memory, spilling to disk, or the connection given. Raises `MissingExtra`."""

    first = 1
    unnest = "unnest"

    def __init__(self, connection: Any = None) -> None:
        self._duckdb = needed("duckdb")
        self.connection = connection or self._duckdb.connect()

    def functions(self, frequencies: Frequencies) -> None:
        """Makes the two functions known; those of an earlier call go."""
        for name in ("cutset_keys", "cutset_vector"):
            # There is no way to ask whether a function of ours is there.
            try:
                self.connection.remove_function(name)
            except self._duckdb.Error:
                continue
        blob, text, number = "BLOB", "VARCHAR[]", "DOUBLE[]"
        self.connection.create_function("cutset_keys", _keys, [blob], text)
        self.connection.create_function("cutset_vector", _Vectors(frequencies).of, [blob, blob], number)

    def read(self, path: Path) -> None:
        """Makes the Parquet file the table `mention`."""
        source = str(path / "*.parquet" if path.is_dir() else path).replace("'", "''")
        reading = f"select id, profile from read_parquet('{source}')"  # noqa: S608 - quoted
        self.connection.execute(f"create or replace temp table mention as {reading}")

    def run(self, sql: str, keep: str = "") -> list[tuple[Any, ...]]:
        """The rows of a query, or a table."""
        if keep:
            self.connection.execute(f"create or replace temp table {keep} as {sql}")
            return []
        return list(self.connection.execute(sql).fetchall())


class Spark:
    """A Spark session: local, or a cluster's. Raises `MissingExtra` where `pyspark` is not installed."""

    first = 0
    unnest = "explode"

    def __init__(self, session: Any) -> None:
        self._types = needed("pyspark.sql.types")
        self.session = session

    def functions(self, frequencies: Frequencies) -> None:
        """Makes the two functions known to the session."""
        types = self._types
        self.session.udf.register("cutset_keys", _keys, types.ArrayType(types.StringType()))
        vectors = _Vectors(frequencies).of
        self.session.udf.register("cutset_vector", vectors, types.ArrayType(types.DoubleType()))

    def read(self, path: Path) -> None:
        """Makes the Parquet file or files the view `mention`."""
        self.session.read.parquet(str(path)).select("id", "profile").createOrReplaceTempView("mention")

    def run(self, sql: str, keep: str = "") -> list[tuple[Any, ...]]:
        """The rows of a query, or a view whose rows are kept, so that they are computed once."""
        frame = self.session.sql(sql)
        if keep:
            frame.persist()
            frame.createOrReplaceTempView(keep)
            return []
        return [tuple(row) for row in frame.collect()]


_COMPARED: Final = (
    "select p.one, p.other, cutset_vector(l.profile, r.profile) as vector from mention_pair p "
    "join mention l on l.id = p.one join mention r on r.id = p.other"
)
_COUNTS: Final = "select blocking_key, count(*) as holders from mention_key group by blocking_key having count(*) > 1"
_PAIRS: Final = (
    "select distinct l.id as one, r.id as other from mention_key l "  # noqa: S608 - a number
    f"join (select blocking_key from key_count where holders <= {MOST_SHARING_A_KEY}) c "
    "on c.blocking_key = l.blocking_key "
    "join mention_key r on r.blocking_key = l.blocking_key and l.id < r.id"
)


def _check(engine: Engine, kind: MentionKind) -> None:
    [(mentions, ids)] = engine.run("select count(*), count(distinct id) from mention")
    if mentions != ids:
        raise BadBatch(f"{mentions - ids} ids occur again", remedy="give each mention an id of its own")
    sample = engine.run("select profile from mention limit 100")
    if any(decode(bytes(blob)).kind is not kind for (blob,) in sample):
        raise BadBatch(f"the set is not of {kind} mentions alone", remedy="link one kind at a time")


def _term(comparison: Comparison, rows: Any, level: str, share: str, chances: str) -> str:
    """One comparison's weight in SQL."""
    base = " ".join(f"when {number} then {row[0]!r}" for number, row in enumerate(rows))
    weight = f"(case cast({level} as int) {base} else 0.0 end)"
    rare = " ".join(
        f"when {number} then {row[1]!r}" for number, row in enumerate(rows) if number in comparison.by_share
    )
    if rare:
        rarity = f"log2(greatest({share}, {LEAST_SHARE!r}))"
        # A level at which rarity does not count gives its own logarithm twice: nothing.
        by_rarity = f"(case cast({level} as int) {rare} else {rarity} end) - {rarity}"
        weight = f"({weight} + case when {share} > 0 then {by_rarity} else 0.0 end)"
    return (
        f"(case when {level} < 0 then 0.0 when {chances} > 1 and {weight} > 0 "
        f"then greatest(0.0, {weight} - log2({chances})) else {weight} end)"
    )


class _Vectors:
    """The vectors of encoded profiles: an object that Spark can send to its executors."""

    def __init__(self, frequencies: Frequencies) -> None:
        self.frequencies = frequencies

    def of(self, left: bytes, right: bytes) -> list[float]:
        return vector(_decoded(bytes(left)), _decoded(bytes(right)), self.frequencies)


def _keys(profile: bytes) -> list[str]:
    return blocking_keys(_decoded(bytes(profile)))


@lru_cache(maxsize=100_000)
def _decoded(profile: bytes) -> Profile:
    return decode(profile)
