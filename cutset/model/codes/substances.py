"""Substances: drugs, classes of drugs and precursors, by code and by any name or slang."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import msgspec

from cutset.model.codes.files import load
from cutset.model.text import fold


class Substance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A substance, or a class of them where a source names no more than that.

    `drug_class` is a code of `drug-class.toml`. `cas` is the registry number of the base or acid, "" for plants,
    mixtures and classes. `dea_schedule` is "I" to "V" of the U.S. Controlled Substances Act, or "List I" or "List II"
    of its listed chemicals. `un_treaty` is the convention and its schedule or table: "1961 I", "1971 II" or
    "1988 Table I".
    `precursor` is true for what drugs are made from or with. `hs_codes` are six digits of the Harmonized System 2022.
    `density_kg_per_l` is that of the pure liquid at 20 to 25 degrees Celsius; None for solids and for what is sold
    dissolved. `en` (slang included), `es`, `pt` and `fr` are names. Any of these is empty where we were not sure.
    """

    code: str
    name: str
    drug_class: str
    cas: str = ""
    dea_schedule: str = ""
    un_treaty: str = ""
    precursor: bool = False
    hs_codes: tuple[str, ...] = ()
    density_kg_per_l: float | None = None
    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    pt: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that people write for it, in all languages, slang included."""
        return tuple(dict.fromkeys((self.name, self.code, *self.en, *self.es, *self.pt, *self.fr)))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    substance: dict[str, dict[str, object]]


# A salt is the same substance to the law: the schedules say "and its salts".
_SALT = re.compile(
    r" (?:(?:di)?hydrochloride|(?:di)?hydrochlorure|hcl|hydrobromide|hbr|sul(?:f|ph)ate|(?:bi)?tartrate|citrate"
    r"|phosphate|maleate|fumarate|oxalate|acetate)$"
    r"|^(?:clorhidrato|cloridrato|chlorhydrate|sulfato|sulfate|fosfato|phosphate|tartarato|tartrato) (?:de |d )"
)
_BRACKETED = re.compile(r"^([^()]+)\(([^()]+)\)\W*$")


@cache
def substances() -> dict[str, Substance]:
    """Every substance by its code, in the order of the file."""
    rows = load("substances", _File).substance
    return {code: msgspec.convert({"code": code, **row}, Substance) for code, row in rows.items()}


@cache
def _by_name() -> dict[str, Substance]:
    return {fold(name): each for each in substances().values() for name in each.names}


def substance(code: str) -> Substance | None:
    """The substance of this code; None where there is none.

    >>> substance("cocaine").un_treaty
    '1961 I'
    """
    return substances().get(code)


@lru_cache(maxsize=1 << 14)
def find_substance(name: str) -> Substance | None:
    """The substance that a name or slang means, in English, Spanish, Portuguese or French; None where it is not known.

    Case, accents and punctuation do not matter. A salt is found as its base. "X (Y)" is found only where X and Y are
    names of the same: no guess is made from a part.

    >>> find_substance("Metanfetamina").code, find_substance("Khat (Catha Edulis)").code
    ('methamphetamine', 'khat')
    >>> find_substance("sugar (not cocaine)") is None
    True
    """
    known = _by_name()
    folded = fold(name)
    if (found := known.get(folded)) is not None:
        return found
    if (bracketed := _BRACKETED.match(name)) is not None:
        outside, inside = (find_substance(part) for part in bracketed.groups())
        return outside if outside is inside else None
    return known.get(_SALT.sub("", folded))
