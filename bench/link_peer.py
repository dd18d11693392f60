"""Splink's batch linkage of the labelled sets, each by the settings that Splink's own documentation gives for it.

Sources: the pages "Deduplicating the febrl3 dataset", "Linking a dataset of real historical persons" and "Evaluation
when
you have fully labelled data" of Splink's documentation. Not a setting is ours, save that every pair is kept, so
that the best threshold can be sought as it is for cutset.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

Scored = list[tuple[tuple[int, int], float]]
"""Pairs of row numbers with their match weights, in bits."""

_CLOSE_FAKE = [
    "l.first_name = r.first_name and levenshtein(r.dob::VARCHAR, l.dob::VARCHAR) <= 1",
    "l.surname = r.surname and levenshtein(r.dob::VARCHAR, l.dob::VARCHAR) <= 1",
    "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
    "l.email = r.email",
]


def febrl3(table: str) -> tuple[SettingsCreator, Callable[[Linker], None]]:
    """Febrl 3: `table` is the SQL that reads the file."""
    settings = SettingsCreator(
        unique_id_column_name="number",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
    )

    def train(linker: Linker) -> None:
        swapped = "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"
        linker.training.estimate_probability_two_random_records_match(
            [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"), swapped], recall=0.9
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))

    return settings, train


def fake_1000(table: str) -> tuple[SettingsCreator, Callable[[Linker], None]]:
    """Splink's 1,000 made persons."""
    settings = SettingsCreator(
        unique_id_column_name="number",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("first_name"),
            block_on("surname"),
            block_on("dob"),
            block_on("email"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=False),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
    )

    def train(linker: Linker) -> None:
        linker.training.estimate_probability_two_random_records_match(_CLOSE_FAKE, recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=5)
        for rule in (block_on("dob"), block_on("email"), block_on("first_name", "surname")):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )

    return settings, train


def historical_50k(table: str) -> tuple[SettingsCreator, Callable[[Linker], None]]:
    """Splink's 50,578 records of historical persons."""
    prefix = "substr(postcode_fake,1,3)"
    settings = SettingsCreator(
        unique_id_column_name="number",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on(prefix, "dob"),
            block_on(prefix, "first_name"),
            block_on(prefix, "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="first_name_surname_concat"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
    )

    def train(linker: Linker) -> None:
        linker.training.estimate_probability_two_random_records_match(
            [
                block_on("first_name", "surname", "dob"),
                block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
                block_on("dob", "postcode_fake"),
            ],
            recall=0.6,
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=5e6)
        for rule in (block_on("first_name", "surname"), block_on("dob")):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )

    return settings, train


def link(path: Path, made: Callable[[str], tuple[SettingsCreator, Callable[[Linker], None]]]) -> tuple[Scored, float]:
    """The pairs that Splink finds in a file, by row number from 0 in the file's order, and the seconds it took."""
    began = time.perf_counter()
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    connection: Any = api.duckdb_con
    reading = "read_parquet" if path.suffix == ".parquet" else "read_csv_auto"
    connection.execute(f"create table source as select * from {reading}('{path}')")
    columns = [row[0] for row in connection.execute("describe source").fetchall()]
    cleaned = ", ".join(
        f'nullif(trim("{name}"::varchar), \'\') as "{name.strip()}"'
        if name.strip() != "dob" or reading != "read_csv_auto"
        else '"dob"'
        for name in columns
    )
    whole = ", first_name || ' ' || surname as first_name_surname_concat" if "first_name" in columns else ""
    connection.execute(
        f"create table record as select row_number() over () - 1 as number, {cleaned}{whole} from source"
    )
    settings, train = made("record")
    linker = Linker(api.register("record"), settings, log_level=None)
    train(linker)
    found = linker.inference.predict(threshold_match_weight=-20)
    rows = connection.execute(f"select number_l, number_r, match_weight from {found.physical_name}").fetchall()
    pairs = [((min(one, other), max(one, other)), float(weight)) for one, other, weight in rows]
    return pairs, time.perf_counter() - began
