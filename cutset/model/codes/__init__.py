"""Codes as data: each list is a TOML file beside this module, with its source at its head; see `docs/codes.md`."""

from __future__ import annotations

from cutset.model.codes.admiralty import confidence
from cutset.model.codes.currencies import Currency, currencies, find_currency
from cutset.model.codes.files import BadCodeFile
from cutset.model.codes.lists import CODE_LISTS, Code, CodeList, UnknownCodeList, code, code_list, title
from cutset.model.codes.substances import Substance, find_substance, substance, substances
from cutset.model.codes.units import Unit, find_unit, units

__all__ = [
    "CODE_LISTS",
    "BadCodeFile",
    "Code",
    "CodeList",
    "Currency",
    "Substance",
    "Unit",
    "UnknownCodeList",
    "code",
    "code_list",
    "confidence",
    "currencies",
    "find_currency",
    "find_substance",
    "find_unit",
    "substance",
    "substances",
    "title",
    "units",
]
