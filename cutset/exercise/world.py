"""A made world: organisations, the cases on them, what agencies meet with, and the truth of what belongs to what.

Organisations send loads by the ways of `network.toml` and learn (`theatre`); agencies meet some, and write down
what they found with the noise of real files (`planting`, `noise`); other things are on paper (`papers`). The links that
this makes between events and cases are known, and so are near-misses that a careless linker would claim.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from cutset.exercise import identifiers, scenario
from cutset.exercise.names import FAMILY, WORDS, person
from cutset.exercise.organisation import ORGANISATIONS, QUIET
from cutset.exercise.parameters import Impossible, Parameters
from cutset.exercise.planting import Planting
from cutset.exercise.scenario import Scenario
from cutset.exercise.theatre import staged
from cutset.exercise.truth import Organisation, Thing, World


def make(
    seed: int = 7,
    *,
    organisations: int = ORGANISATIONS,
    quiet: int = QUIET,
    scale: float = 1.0,
    months: int = 24,
    plot: Scenario | None = None,
    theatre: int = 0,
    told: Callable[[int], None] = lambda month: None,
) -> World:
    """A world of so many active `organisations`, the same for the same arguments.

    `quiet` is how many more organisations there are that nobody met with, so that their cases link to nothing; `scale`
    multiplies what belongs to no organisation. `plot` is the scenario. Worlds of other `theatre`s share no identifier.
    `told` is called with each month that has been played.

    Raises `Impossible` for what cannot be, and says what to change.
    """
    if organisations < 1:
        raise Impossible("a world needs an organisation", where=f"organisations = {organisations}", remedy="give 1")
    if not 0 <= scale <= 1:
        raise Impossible("no such share of the background", where=f"scale = {scale:g}", remedy="give 0 to 1")
    plot = plot or scenario.load("steady")
    # Of the seed's text, so that neighbouring seeds and theatres have nothing in common (hashed by SHA-512).
    random = Random(f"{seed}/{theatre}")
    maker = identifiers.Maker(random, theatre)
    played = staged(seed, theatre, organisations, plot, months)
    # By a whole theatre's number, though this or an earlier one may have fewer: no two cases have the same.
    first = theatre * max(ORGANISATIONS + QUIET, organisations + quiet)
    active = (played.forms, played.drugs)
    cards = tuple(
        _organisation(
            maker, played.parameters, first + number, *(each[number - 1 : number] or ("",) for each in active)
        )
        for number in range(1, organisations + quiet + 1)
    )
    planting = Planting(maker, cards, played, seed=seed, prefix=f"{theatre}-" if theatre else "")
    for month in played.play():
        planting.month(month)
        told(month.number)
    planting.background(scale)
    return planting.world(months=months, scenario=plot, theatre=theatre)


def _organisation(
    maker: identifiers.Maker, given: Parameters, number: int, form: Sequence[str], drug: Sequence[str]
) -> Organisation:
    random = maker.random
    people = tuple(dict.fromkeys(person(random) for _ in range(random.randint(2, 4))))
    kinds = [*("phone" for _ in people), "vin", "plate", "container", "wallet", "imo"]
    things = tuple(Thing(kind=kind, value=value) for kind in kinds if (value := maker.new(kind)))
    return Organisation(
        name=f"{WORDS[number % len(WORDS)]} organisation",
        number=f"DEA-{2022 + number % 3}-{number:04d}",
        leader=people[0],
        people=people,
        things=things,
        drug=drug[0] or random.choice(("cocaine", "methamphetamine", "fentanyl", "heroin")),
        priority_target=number % 8 == 0,
        designated=number % 3 == 0,
        form=form[0] or "network",
        active=bool(form[0]),
        aliases=tuple(_alias(random, each) if random.random() < given["people.alias"] else "" for each in people),
    )


def _alias(random: Random, name: str) -> str:
    """Another name by which someone goes: the same first name, with another family's."""
    first, _, family = name.rpartition(" ")
    return f"{first} {random.choice([each for each in FAMILY if each != family])}"
