"""The formats that `cutset ingest` reads: those with a reader of their own, and those that a mapping file describes."""

from __future__ import annotations

from pathlib import Path

from cutset.errors import CutsetError
from cutset.ingest import cbp, mapping
from cutset.ingest.ais import AisCsv
from cutset.ingest.ais_nmea import AisNmea
from cutset.ingest.asset_statuses import AssetStatuses
from cutset.ingest.mapping_file import suggestion
from cutset.ingest.ofac_crypto import OfacCrypto
from cutset.ingest.ofac_sdn import OfacSdn
from cutset.ingest.reader import Reader
from cutset.ingest.unodc import UnodcIds


class UnknownFormat(CutsetError):
    """A format was asked for by a name that none has."""


READERS: tuple[Reader, ...] = (
    UnodcIds(),
    OfacSdn(),
    OfacCrypto(),
    AisCsv(),
    AisNmea(),
    AssetStatuses(),
    cbp.NATIONWIDE,
    cbp.AMO,
    cbp.CURRENCY,
    cbp.WEAPONS,
)
"""The formats with a reader of their own."""


def formats() -> list[Reader]:
    """Every format: the readers, then the mapping files that cutset ships."""
    return [*READERS, *mapping.shipped().values()]


def reader(name: str) -> Reader:
    """The reader of a format, by its name or by the path of a mapping file.

    Raises `UnknownFormat`; for a mapping file `BadFile` and `BadMapping`.

    >>> reader("cbp-amo").title
    'CBP: monthly drug seizures of Air and Marine Operations'
    """
    known = {each.name: each for each in formats()}
    if name in known:
        return known[name]
    if name.endswith(".toml"):
        return mapping.load(Path(name))
    remedy = f"{suggestion(name, known)}; or name the path of a mapping file (.toml)"
    raise UnknownFormat("there is no such format", where=name, remedy=remedy)
