"""A made port for the targeter's pages: thirty regular shipments, and one whose consignee stands in a case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cutset.access.registry import Agency, Viewer
from cutset.model.mention import Role
from cutset.model.report import When, Where
from cutset.node import Node
from tests.samples import case, marked, phone, private
from tests.target.test_targets import shipment

DAY = datetime(2024, 12, 31, tzinfo=UTC)
KNOWN = "+12125550100"


def port(url: str, clock: Any = None) -> Node:
    node = Node.create(url, **({"clock": clock} if clock else {}))
    node.register(
        *(Agency(id=name, name=name.title(), country="US") for name in ("ash", "birch")),
        Viewer("ann@ash", "ash"),
        Viewer("abe@ash", "ash"),
        Viewer("bob@birch", "birch"),
    )
    arrives = When(at=DAY)
    for number in range(30):
        node.submit(shipment(number, arrives=arrives), by="ann@ash")
    node.submit(case("1", phone(KNOWN), marking=marked("ash")), by="ann@ash")
    node.submit(shipment(90, phone(KNOWN, Role.CONSIGNEE), arrives=arrives), by="ann@ash")
    odd = Where(country="EC", locode="PAONX")
    node.submit(shipment(91, arrives=arrives, origin=odd, marking=private("ash")), by="ann@ash")
    return node
