"""What real files do to what was seen: wrong digits, units, other names for a drug, what is left out, late filing."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log
from random import Random

from cutset.exercise import identifiers
from cutset.exercise.parameters import Parameters

CHECKED = frozenset({"vin", "container", "imo"})
"""Identifiers with a check digit: a wrong digit is seen there. In others it would be another's."""

_ALIASES: dict[str, tuple[str, ...]] = {
    "cocaine": ("cocaine", "Cocaine", "coke", "Cocaína", "powder cocaine"),
    "fentanyl": ("fentanyl", "Fentanyl", "fent", "fentanilo"),
    "methamphetamine": ("methamphetamine", "Meth", "crystal meth", "metanfetamina"),
    "heroin": ("heroin", "Heroin", "black tar heroin", "heroína"),
    "4-ap": ("4-AP", "4-anilinopiperidine", "4-Anilinopiperidine"),
    "marijuana": ("marijuana", "Cannabis", "marihuana", "weed"),
}
_KG_IN: dict[str, float] = {"kg": 1.0, "lb": 0.45359237, "g": 0.001}  # the pound of 1959, exactly


def drug_as_written(random: Random, drug: str) -> str:
    """One of the names by which the same drug is filed."""
    return random.choice(_ALIASES[drug])


def amount_as_written(random: Random, mass_kg: float, agency: str) -> tuple[float, str]:
    """The mass as an agency would weigh and write it: the amount and its unit."""
    if mass_kg < 0.5:
        unit = "g"
    elif agency in ("cbp", "county-sheriff"):
        unit = random.choice(("kg", "lb"))
    else:
        unit = "kg"
    amount = mass_kg / _KG_IN[unit]
    return (max(1.0, round(amount)) if unit == "g" else max(0.01, round(amount, 2))), unit


def conflicting(random: Random, mass_kg: float) -> float:
    """What a second agency weighed of the same: with another scale, or without the wrapping."""
    return mass_kg * random.uniform(0.85, 1.1)


def spoiled(random: Random, parameters: Parameters, kind: str, value: str) -> tuple[str, str]:
    """An identifier as it came to be written, and what befell it: `mistyped`, `left out` (the value is ""), or ""."""
    chance = random.random()
    if chance < parameters["noise.missing"]:
        return "", "left out"
    if kind in CHECKED and chance < parameters["noise.missing"] + parameters["noise.typo"]:
        return identifiers.mistype(random, value), "mistyped"
    return value, ""


def name_as_written(random: Random, parameters: Parameters, name: str, alias: str = "") -> str:
    """A person's name as it came to be written: perhaps another of theirs, family first, or with a slip of the pen."""
    if alias and random.random() < parameters["noise.alias"]:
        name = alias
    first, _, family = name.rpartition(" ")
    if random.random() < parameters["noise.name_typo"]:
        family = _slipped(random, family)
    return random.choice((f"{first} {family}", f"{first} {family}", f"{family}, {first}", f"{first} {family}".upper()))


def _slipped(random: Random, word: str) -> str:
    """A word with two letters swapped, one left out, or one twice."""
    place = random.randrange(1, len(word) - 1)
    before, at, after = word[:place], word[place], word[place + 1 :]
    return random.choice((f"{before}{after[0]}{at}{after[1:]}", f"{before}{after}", f"{before}{at}{at}{after}"))


def filed(random: Random, parameters: Parameters, at: datetime) -> datetime:
    """When what happened `at` was filed: some days later, seldom much later."""
    return at + timedelta(days=round(random.lognormvariate(log(parameters["noise.late_days"]), 1.0), 2))
