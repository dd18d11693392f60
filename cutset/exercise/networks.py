"""The made world's network as its made agencies would state it: each the ways that it watches, and its means.

The entries are estimates as the registers have them: value and range are those of the exercise's parameters, whose
sources stand in `parameters.toml`. An effort of 1 is `counter.patrol_days` asset-days a month, so that a load is met
with the chance that the exercise gives it: 1 - (1 - p)^e = 1 - exp(-k d) where k = -ln(1 - p) / patrol_days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log

from cutset.exercise.agencies import AGENCIES
from cutset.exercise.network import Edge, Network, Node, network
from cutset.exercise.organisation import FORMS, ORGANISATIONS
from cutset.exercise.parameters import Parameter, described
from cutset.exercise.patrols import AT_SEA
from cutset.exercise.planting import modality
from cutset.model.network import Estimate, Means, Stop, Traffic, Way

Entry = Way | Traffic | Means

_STATES_TRAFFIC = "dea"
_SHIPS = {"uscg": "cutters and aircraft", "partner": "patrol boats"}
_LOADS = {"cocaine": "go-fast", "fentanyl": "port-of-entry", "methamphetamine": "port-of-entry", "heroin": "air"}
"""The mode whose loads a drug's are reckoned by: the exercise draws a load's mass where it is met."""
_DEPLOYED = 4.0
"""Days of one deployment of ships or of a team: assumed."""


def entries() -> Iterator[tuple[str, Entry]]:
    """Each entry, with the made agency that states it."""
    world = network()
    for name, edge in world.edges.items():
        yield edge.watch, _way(world, name, edge)
    for agency in (each.id for each in AGENCIES):
        mine = {name: edge for name, edge in world.edges.items() if edge.watch == agency}
        ships = {name: edge for name, edge in mine.items() if edge.mode in AT_SEA}
        teams = {name: edge for name, edge in mine.items() if edge.mode not in AT_SEA}
        if ships:
            yield agency, _means("ships", _SHIPS[agency], ships)
        if teams:
            yield agency, _means("teams", "team", teams)
    for drug in world.drugs:
        yield _STATES_TRAFFIC, _traffic(world, drug)


def _way(world: Network, name: str, edge: Edge) -> Way:
    return Way(
        id=name,
        origin=_stop(world.nodes[edge.origin]),
        goal=_stop(world.nodes[edge.goal]),
        modality=modality(edge.mode),
        area=edge.area or world.nodes[edge.goal].locode,
        cost_usd_kg=_estimate(f"{edge.mode}.cost", _usd),
        suits=edge.suits,
        sweep=_estimate(f"{edge.mode}.loss", _sweep),
        days=round(edge.effort * _days(), 2) if edge.opens else 0.0,
        open=edge.opens,
    )


def _stop(node: Node) -> Stop:
    return Stop(name=node.name, country=node.country, latitude_deg=node.at[0], longitude_deg=node.at[1])


def _days() -> float:
    return described()["counter.patrol_days"].value


def _sweep(loss: float) -> float:
    return round(-log(1 - loss) / _days(), 6)


def _usd(thousand: float) -> float:
    return round(thousand * 1000, 2)


def _estimate(name: str, of: Callable[[float], float]) -> Estimate:
    return _within(described()[name], of, f"made: the exercise's parameter {name}")


def _within(given: Parameter, of: Callable[[float], float], source: str) -> Estimate:
    return Estimate(value=of(given.value), low=of(given.low), high=of(given.high), source=source)


def _means(id: str, sort: str, edges: dict[str, Edge]) -> Means:
    days = sum(edge.effort * _days() for edge in edges.values() if edge.opens)
    return Means(id=id, sort=sort, days=round(days, 2), step=_DEPLOYED, ways=tuple(edges))


def _traffic(world: Network, drug: str) -> Traffic:
    """What the made organisations that deal in a drug send by the number of their loads, each of the mode's mass."""
    organisations = ORGANISATIONS * world.drugs[drug].share
    # An online vendor sends as many loads as others; the forms' shares make no difference that a range does not cover.
    fewest, most = (sum(form.loads[end] for form in FORMS.values()) / len(FORMS) for end in (0, 1))
    payload = described()[f"{_LOADS[drug]}.payload_kg"]
    price = described()[f"price.{drug}_market"]
    loads = organisations * (fewest + most) / 2
    return Traffic(
        id=drug,
        substance=drug,
        sources=tuple(world.nodes[each].name for each in world.drugs[drug].sources),
        goals=tuple(node.name for node in world.nodes.values() if node.kind == "market"),
        kg_month=Estimate(
            value=float(round(loads * payload.value)),
            low=float(round(organisations * fewest * payload.value)),
            high=float(round(organisations * most * payload.value)),
            source="made: the exercise's organisations, their loads a month, and what a load weighs",
        ),
        load_kg=_estimate(f"{_LOADS[drug]}.payload_kg", float),
        gain_usd_kg=_within(price, _usd, f"made: the exercise's parameter price.{drug}_market"),
    )
