"""The peer of `bench.ingest`: the same work as a plain pandas and SQLite script would do it.

Reads UNODC's file, normalises names, dates and amounts, writes one durable table with indexes, and sums up by
departure, destination, drug and year. It has no rights, no proofs, no rejects with reasons, no repeats to judge.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pandas as pd

KG = {"Kilogram": 1.0, "Gram": 1e-3, "Milligram": 1e-6, "Microgram": 1e-9, "Ton": 1000.0}


def run(source: Path, store: Path, rows: int | None = None) -> int:
    """Rows written to `store`."""
    table = pd.read_csv(source, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig", nrows=rows)
    table["at"] = pd.to_datetime(table["SEIZURE_DATE"], errors="coerce")
    table["amount_number"] = pd.to_numeric(table["AMOUNT"], errors="coerce")
    table = table[table["at"].notna() & table["amount_number"].notna()]
    table["mass_kg"] = table["amount_number"] * table["DRUG_UNIT"].map(KG)
    table["year"] = table["at"].dt.year
    for column in ("PLACE", "DRUG_NAME", "DEPARTURE_COUNTRY", "DESTINATION_COUNTRY", "PRODUCING_COUNTRY"):
        folded = table[column].str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii").str.casefold()
        table[f"{column}_folded"] = folded.str.replace(r"[^a-z0-9]+", " ", regex=True).str.strip()
    table["at"] = table["at"].dt.strftime("%Y-%m-%d")
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        table.to_sql("seizure", connection, index=False, chunksize=5000)
        for column in ("at", "COUNTRY", "DRUG_NAME_folded", "DEPARTURE_COUNTRY", "DESTINATION_COUNTRY"):
            connection.execute(f"CREATE INDEX seizure_{column} ON seizure ({column})")
    with sqlite3.connect(store) as connection:
        connection.execute(
            "SELECT DEPARTURE_COUNTRY, DESTINATION_COUNTRY, DRUG_NAME, year, count(*), sum(mass_kg) FROM seizure"
            " GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC"
        ).fetchall()
    return len(table)


if __name__ == "__main__":
    print(run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None))
