"""The batch and the online scorer say the same of the same pairs, to 1e-6 bits: on DuckDB, on Spark, and by Splink."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cutset.link.learn.batch import BadBatch, DuckDb, Linked, Spark, link_all, write_parquet
from cutset.link.learn.em import expect_and_maximise, spark_backend
from cutset.link.learn.made import mentions
from cutset.link.match.blocking import blocked
from cutset.link.match.compare import COMPARISONS, compare
from cutset.link.match.evaluate import counted
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.profile import Profile, profile
from cutset.link.match.score import Scorer
from cutset.link.match.weights import shipped
from cutset.model.mention import MentionKind

KINDS = (MentionKind.PERSON, MentionKind.ORGANIZATION, MentionKind.VESSEL, MentionKind.VEHICLE)


def made(kind: MentionKind, things: int) -> dict[str, Profile]:
    return {f"m{number:05}": profile(mention) for number, (_, mention) in enumerate(mentions(kind, things, seed=6))}


def agree(linked: Linked, profiles: dict[str, Profile], scorer: Scorer) -> None:
    ids = list(profiles)
    expected = {(ids[one], ids[other]) for one, other in blocked(list(profiles.values()))[0]}
    assert {(pair.left, pair.right) for pair in linked.pairs} == expected
    assert linked.compared == len(expected)
    for pair in linked.pairs:
        online = scorer.weight(profiles[pair.left], profiles[pair.right])
        assert pair.weight == pytest.approx(online, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_duckdb_agrees_with_the_online_scorer(kind: MentionKind, tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    profiles = made(kind, 300)
    path = tmp_path / "mentions.parquet"
    assert write_parquet(profiles.items(), path) == len(profiles)
    scorer = Scorer(frequencies=counted(profiles.values()))
    agree(link_all(path, kind, scorer, DuckDb(), threshold=0.0), profiles, scorer)


def test_only_pairs_over_the_threshold_come_back(tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    path = tmp_path / "mentions.parquet"
    write_parquet(made(MentionKind.VESSEL, 200).items(), path)
    engine = DuckDb()
    every = link_all(path, MentionKind.VESSEL, Scorer(), engine, threshold=0.0)
    likely = link_all(path, MentionKind.VESSEL, Scorer(), engine, threshold=0.9)
    assert 0 < len(likely.pairs) < len(every.pairs)
    assert likely.pairs == tuple(pair for pair in every.pairs if pair.probability >= 0.9)


def test_a_set_of_two_kinds_or_of_repeated_ids_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    path = tmp_path / "mentions.parquet"
    vessel = next(iter(made(MentionKind.VESSEL, 1).values()))
    write_parquet([("a", vessel), ("a", vessel)], path)
    with pytest.raises(BadBatch, match="occur again"):
        link_all(path, MentionKind.VESSEL, Scorer(), DuckDb())
    write_parquet([("a", vessel)], path)
    with pytest.raises(BadBatch, match="not of person"):
        link_all(path, MentionKind.PERSON, Scorer(), DuckDb())


def test_splinks_own_arithmetic_agrees(tmp_path: Path) -> None:
    """Splink's predict over the same vectors and weights, without term frequencies, which it takes by column."""
    splink = pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    library = pytest.importorskip("splink.comparison_library")
    kind = MentionKind.PERSON
    profiles = list(made(kind, 250).values())
    pairs = blocked(profiles)[0]
    weights = shipped(kind)
    vectors = [compare(profiles[one], profiles[other], Frequencies()) for one, other in pairs]
    table: dict[str, list[Any]] = {"unique_id": list(range(len(pairs))), "pair": list(range(len(pairs)))}
    comparisons = []
    for place, comparison in enumerate(COMPARISONS[kind]):
        column = f"level_{comparison.name}"
        table[column] = [v[place].level if v[place].level >= 0 else None for v in vectors]
        levels = weights.comparisons[comparison.name]
        comparisons.append(
            library.CustomComparison(
                output_column_name=column,
                comparison_levels=[
                    {"sql_condition": f'"{column}_l" is null', "label_for_charts": "missing", "is_null_level": True},
                    *(
                        {
                            "sql_condition": f'"{column}_l" = {number}' if number else "ELSE",
                            "label_for_charts": str(number),
                            "m_probability": levels[number].m,
                            "u_probability": levels[number].u,
                        }
                        for number in reversed(range(len(levels)))
                    ),
                ],
            )
        )
    api = splink.DuckDBAPI()
    settings = splink.SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=weights.prior,
        blocking_rules_to_generate_predictions=["l.pair = r.pair"],
        comparisons=comparisons,
    )
    linker = splink.Linker([api.register(table), api.register(table)], settings, log_level=None)
    predicted = linker.inference.predict()
    rows = api.duckdb_con.execute(f"select unique_id_l, match_weight from {predicted.physical_name}").fetchall()
    assert len(rows) == len(pairs)
    scorer = Scorer()
    for number, weight in rows:
        one, other = pairs[number]
        score = scorer.score(profiles[one], profiles[other])
        plain = score.prior_weight + sum(step.level_weight for step in score.comparisons)
        assert weight == pytest.approx(plain, abs=1e-6)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="the extra cutset[spark] is not installed")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java, and there is none")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_spark_agrees_with_the_online_scorer(spark: Any, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra cutset[splink] is not installed")
    kind = MentionKind.PERSON
    profiles = made(kind, 120)
    path = tmp_path / "mentions.parquet"
    write_parquet(profiles.items(), path)
    scorer = Scorer(frequencies=counted(profiles.values()))
    agree(link_all(path, kind, scorer, Spark(spark), threshold=0.0), profiles, scorer)


def test_em_on_spark_learns_what_em_on_duckdb_learns(spark: Any) -> None:
    pytest.importorskip("splink", reason="the extra cutset[splink] is not installed")
    random = Random(5)
    shares = {"name": (0.05, 0.02, 0.01, 0.02, 0.1, 0.2, 0.6), "flag": (0.2, 0.8), "registration": (0.2, 0.1, 0.1, 0.6)}
    chance = {"name": (0.94, *[0.01] * 6), "flag": (0.9, 0.1), "registration": (0.97, 0.01, 0.01, 0.01)}
    vectors = []
    for number in range(1_500):
        name, flag, registration = (
            random.choices(range(len(of)), of)[0] for of in (shares if number < 500 else chance).values()
        )
        vectors.append((name, flag, -1, registration))
    learned = expect_and_maximise(vectors, MentionKind.VESSEL, chance, backend=spark_backend(spark))
    on_duckdb = expect_and_maximise(vectors, MentionKind.VESSEL, chance)
    assert learned.keys() == on_duckdb.keys() == chance.keys()
    for name, levels in on_duckdb.items():
        assert learned[name] == pytest.approx(levels, abs=1e-6)
