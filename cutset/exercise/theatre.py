"""A theatre: organisations that send loads, agencies that meet some of them, and how each learns, month by month.

Time runs in months. Nothing in it knows of files or reports: it gives loads, and where each was met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log
from random import Random

from msgspec.structs import replace

from cutset.allocate import adaptation
from cutset.exercise.network import Network, network
from cutset.exercise.organisation import FORMS, Agent
from cutset.exercise.parameters import Parameters
from cutset.exercise.scenario import Scenario, check
from cutset.model.report import Struct

# The months of the hurricane seasons, in which small boats go less.
_ROUGH = {6: "june", 7: "july", 8: "august", 9: "september", 10: "october", 11: "november"}
_SMALL_BOATS = frozenset({"go-fast", "low-profile", "semi-submersible"})
# What a drug's load weighs against a mode's usual one; from CBP's means of FY2022-2023 (see the calibration page).
_HEAVY = {"cocaine": 1.0, "methamphetamine": 1.4, "fentanyl": 0.35, "heroin": 0.09}
_UNCHANGED = frozenset({"go-fast", "low-profile", "semi-submersible", "fishing", "mail", "express"})


class Load(Struct, frozen=True):
    """What one organisation sent: `owner` is its number from 0, `met` the edge where it was seized, "" if none.

    `drug` is what it deals in, `substance` what the load was where it was met, or came to be.
    """

    number: int
    owner: int
    month: int
    drug: str
    route: tuple[str, ...]
    mass_kg: float
    met: str = ""
    substance: str = ""


class Flow(Struct, frozen=True):
    """What passed by an edge in a month: loads that set out on it, and those seized on it, with their kilograms.

    `effort` is what it was watched with. What all of them weigh is not known: a load's mass is drawn where it is met.
    """

    month: int
    edge: str
    loads: int
    seized: int
    seized_kg: float
    effort: float


class Month(Struct, frozen=True):
    """One month: its loads, and the flow by each edge."""

    number: int
    loads: tuple[Load, ...]
    flows: tuple[Flow, ...]


class Theatre:
    """The agents of one theatre. `forms` and `drugs` have one entry an organisation.

    Raises `Impossible` for a scenario that cannot be.
    """

    def __init__(
        self, random: Random, scenario: Scenario, months: int, forms: Sequence[str], drugs: Sequence[str]
    ) -> None:
        self.network: Network = network()
        check(scenario, self.network, months)
        self.scenario = scenario
        # What changes on a way (a scanner out of order) holds for whatever effort its agency then puts there.
        self._standing = replace(scenario, changes=tuple(replace(each, effort=1.0) for each in scenario.changes))
        self.months = months
        self.parameters = Parameters(scenario.parameters)
        self._agents = [
            Agent(form, drug, self.network, self.parameters, random) for form, drug in zip(forms, drugs, strict=True)
        ]
        self.forms, self.drugs = tuple(forms), tuple(drugs)
        self._memory: dict[str, float] = {}
        self._numbers = 0
        self._chances = random.getrandbits(64)

    def play(self) -> Iterator[Month]:
        """Month after month."""
        for month in range(1, self.months + 1):
            open_edges = frozenset(
                edge for edge in self.network.edges if self.scenario.is_open(self.network, edge, month)
            )
            strength = self._strength(month)
            loads = [
                load
                for owner, agent in enumerate(self._agents)
                for load in self._sent(owner, agent, month, open_edges, strength)
            ]
            self._learn(loads, open_edges)
            yield Month(number=month, loads=tuple(loads), flows=self._flows(month, loads, strength))

    def _strength(self, month: int) -> dict[str, float]:
        """Each edge's effort: the standing one, of which each agency moves a part to where it found something.

        What the scenario does to a way comes last, so that no effort which is moved makes up for it.
        """
        found: dict[str, float] = {}
        kept = self.parameters["counter.standing"]
        for agency in dict.fromkeys(edge.watch for edge in self.network.edges.values()):
            mine = {
                name: self._standing.effort(self.network, name, month)
                for name, edge in self.network.edges.items()
                if edge.watch == agency
            }
            found |= adaptation.effort(mine, {name: self._memory.get(name, 0.0) for name in mine}, kept=kept)
        for change in self.scenario.changes:
            if change.edge and change.holds(month):
                found[change.edge] *= change.effort
        return found

    def _sent(
        self, owner: int, agent: Agent, month: int, open_edges: frozenset[str], strength: dict[str, float]
    ) -> Iterator[Load]:
        edges, season = self.network.edges, self._season(month)
        # Each organisation has chances of its own each month: so two plays of one theatre under two scenarios differ by
        # what the scenarios do, and not because another organisation drew once more.
        random = Random(f"{self._chances}/{owner}/{month}")
        for route, count in agent.plan(open_edges, random):
            by_small_boat = any(edges[leg].mode in _SMALL_BOATS for leg in route)
            for _ in range(count):
                if by_small_boat and random.random() > season:
                    continue
                met = next(
                    (
                        leg
                        for leg in route
                        if random.random()
                        < adaptation.chance(self.parameters[f"{edges[leg].mode}.loss"], strength[leg])
                    ),
                    "",
                )
                self._numbers += 1
                substance = self.network.carried(agent.drug, route, met) if met else agent.drug
                yield Load(
                    number=self._numbers,
                    owner=owner,
                    month=month,
                    drug=agent.drug,
                    route=route,
                    mass_kg=self._mass(random, agent, substance, edges[met or route[-1]].mode),
                    met=met,
                    substance=substance,
                )

    def _season(self, month: int) -> float:
        """The fraction of the loads by small boats that set out in a month for all the weather."""
        # The world begins in October.
        name = _ROUGH.get((month + 8) % 12 + 1)
        return self.parameters[f"season.{name}"] if name else 1.0

    def _mass(self, random: Random, agent: Agent, substance: str, mode: str) -> float:
        """A load's mass where it is met: a ship's load is parted before the border, so each mode has its own."""
        heavy = 1.0 if mode in _UNCHANGED else _HEAVY.get(substance, 1.0)
        median = self.parameters[f"{mode}.payload_kg"] * heavy * agent.size
        return round(max(0.01, random.lognormvariate(log(median), self.parameters["load.sigma"])), 3)

    def _learn(self, loads: Sequence[Load], open_edges: frozenset[str]) -> None:
        sent: list[Counter[str]] = [Counter() for _ in self._agents]
        lost: list[Counter[str]] = [Counter() for _ in self._agents]
        seized: Counter[str] = Counter()
        for load in loads:
            sent[load.owner].update(_travelled(load))
            if load.met:
                lost[load.owner][load.met] += 1
                seized[load.met] += 1
        for agent, went, gone in zip(self._agents, sent, lost, strict=True):
            agent.learn(went, gone, open_edges)
        learning = self.parameters["counter.learning"]
        for edge in self.network.edges:
            self._memory[edge] = (1 - learning) * self._memory.get(edge, 0.0) + learning * seized[edge]

    def _flows(self, month: int, loads: Sequence[Load], strength: dict[str, float]) -> tuple[Flow, ...]:
        went: Counter[str] = Counter()
        seized: Counter[str] = Counter()
        seized_kg: Counter[str] = Counter()
        for load in loads:
            for leg in _travelled(load):
                went[leg] += 1
            if load.met:
                seized[load.met] += 1
                seized_kg[load.met] += load.mass_kg  # type: ignore[assignment]
        return tuple(
            Flow(
                month=month,
                edge=edge,
                loads=went[edge],
                seized=seized[edge],
                seized_kg=round(float(seized_kg[edge]), 3),
                effort=round(strength[edge], 6),
            )
            for edge in self.network.edges
            if went[edge]
        )


def _travelled(load: Load) -> tuple[str, ...]:
    """The legs that a load set out on: up to where it was met."""
    return load.route[: load.route.index(load.met) + 1] if load.met else load.route


def cast(random: Random, count: int) -> tuple[list[str], list[str]]:
    """The forms and drugs of `count` organisations; vendors deal mostly in what goes by parcel."""
    forms = random.choices(list(FORMS), weights=(0.35, 0.4, 0.25), k=count)
    names, drugs = zip(*network().drugs.items(), strict=True)
    usual = random.choices(names, weights=[drug.share for drug in drugs], k=count)
    by_parcel = random.choices(names, weights=[drug.vendors for drug in drugs], k=count)
    return forms, [
        of_vendors if form == "online-vendor" else drug
        for form, drug, of_vendors in zip(forms, usual, by_parcel, strict=True)
    ]


def staged(seed: int, theatre: int, organisations: int, scenario: Scenario, months: int) -> Theatre:
    """The theatre of that number in the world of that seed, whatever else is made of it.

    Its random numbers are its own, so that it can be played again without its papers, and under another scenario: up to
    the first change two plays are the same.
    """
    random = Random(f"{seed}/{theatre}/loads")
    forms, drugs = cast(random, organisations)
    return Theatre(random, scenario, months, forms, drugs)
