"""A made coast for the planner's what-if: two agencies' ways and means, traffic, patrols, seizures."""

from __future__ import annotations

from typing import Any

from cutset.access.registry import Agency, Viewer
from cutset.model.marking import Marking, Tlp
from cutset.model.network import Means, Stop
from cutset.model.register import RegisterEntry
from cutset.node import Node
from cutset.plan import document
from cutset.plan.registers import enter
from tests.allocate.shores import COCAINE, CUTTERS, met, patrol, way
from tests.samples import marked, private

PLAN = document.load("niccp_2021")
ANN, BOB = "ann@ash", "bob@birch"
GREEN = marked("ash", tlp=Tlp.GREEN)
ROUND = Stop(name="Colón <b>", country="PA", latitude_deg=9.3, longitude_deg=-79.9)


def coast(url: str, clock: Any) -> Node:
    """A store in which it is `clock()` now."""
    node = Node.create(url, clock=clock)
    node.register(
        Agency("ash", name="Ash Coast Guard (made)", country="US"),
        Agency("birch", name="Birch Navy (made)", country="US"),
        Viewer(ANN, "ash"),
        Viewer(BOB, "birch"),
    )
    land = way("road", origin=ROUND, goal=way().goal, modality="land vehicle", area="Inland", days=4.0)
    round_ = way("round", goal=ROUND, area="Caribbean Sea", days=6.0)
    for entry in (way(), way("south", days=30.0, suits=2.0), round_, land, COCAINE, CUTTERS):
        state(node, entry, GREEN)
    boats = Means(id="boats", sort="boat", days=6.0, step=2.0, areas=("Caribbean Sea", "Inland"))
    state(node, boats, marked("birch", tlp=Tlp.GREEN), BOB)
    for number in range(1, 11):
        node.submit(patrol(number, marking=GREEN), by=ANN)
    for number in range(1, 4):
        node.submit(met(number, record=f"s{number}", marking=GREEN), by=ANN)
    return node


def state(node: Node, entry: RegisterEntry, marking: Marking, by: str = ANN) -> str:
    return node.submit(enter(PLAN, entry, 2024, marking=marking, made=True), by=by).id


def hide(node: Node) -> list[str]:
    """What birch may not see: a way, a patrol and a seizure."""
    secret = private("ash")
    ids = [state(node, way("secret-way", days=12.0), secret)]
    ids.append(node.submit(patrol(20, marking=secret), by=ANN).id)
    ids.append(node.submit(met(20, record="secret", marking=secret), by=ANN).id)
    return ids
