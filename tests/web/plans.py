"""A made store for the planner's pages: agencies that were asked, with gaps, budget lines, task forces and answers."""

from __future__ import annotations

from decimal import Decimal

from cutset.access.registry import Agency, Viewer
from cutset.model.marking import Marking, Tlp
from cutset.model.register import Amount, BudgetLine, Cost, FundingStage, Gap, Member, TaskForce
from cutset.node import Node
from cutset.plan import document, response
from cutset.plan.filed import filed
from cutset.plan.registers import enter
from tests.samples import seizure

PLAN = document.load("niccp_2021")
ITEMS = [item.id for item in PLAN.response_items]
BREAKING = "<script>alert(1)</script>"


def planning(url: str, clock: object = None) -> Node:
    """What DHS has filed: two gaps, a budget line, a task force, seizures; what DOJ has submitted."""
    node = Node.create(url, **({"clock": clock} if clock else {}))
    node.register(
        Agency("ondcp", name="Office of National Drug Control Policy", country="US"),
        Agency("dhs", name="Homeland Security", country="US"),
        Agency("doj", name="Justice", country="US"),
        Viewer("ann@ondcp", "ondcp"),
        Viewer("ben@dhs", "dhs"),
        Viewer("bea@dhs", "dhs"),
        Viewer("joe@doj", "doj"),
    )
    green = Marking(originator="dhs", tlp=Tlp.GREEN)
    own = Marking(originator="dhs", tlp=Tlp.RED, orcon=True, rel_to=())
    scanners = Gap(
        id="scanners",
        title=f"Scanners for outbound lanes {BREAKING}",
        need="Two for each lane",
        duties=("br-ctr-04", "bb-ctr-14"),
        costs=(Cost(fiscal_year=2022, function="interdiction", amount=Decimal(36_000_000)),),
    )
    hidden = Gap(id="drones", title="Drones that nobody else knows of", duties=("br-ctr-04",))
    line = BudgetLine(
        id="s-e",
        agency="dhs",
        account="Salaries and expenses",
        function="interdiction",
        amounts=(Amount(fiscal_year=2021, stage=FundingStage.ENACTED, amount=Decimal(1_200_000)),),
    )
    force = TaskForce(id="tf-1", name="Border team", members=(Member(agency="dhs", people=12),))
    for entry, marking in ((scanners, green), (hidden, own), (line, green), (force, green)):
        node.submit(enter(PLAN, entry, 2021, marking=marking), by="ben@dhs")
    for number in range(1, 4):
        node.submit(seizure(marking=green, occurrence=number), by="ben@dhs")
    answered(node, "joe@doj", "doj", "As the Attorney General wrote.")
    return node


def answered(node: Node, by: str, agency: str, text: str) -> None:
    """An agency's response, drafted, signed and submitted."""
    node.submit(response.draft(PLAN, agency, 2021, dict.fromkeys(ITEMS, text)), by=by)
    node.submit(response.sign(PLAN, latest(node, by, agency), by=by), by=by)
    marking = Marking(originator=agency, tlp=Tlp.GREEN)
    node.submit(response.submit(PLAN, latest(node, by, agency), marking=marking), by=by)


def latest(node: Node, by: str, agency: str) -> response.Filed:
    return response.drafts(filed(node.log, node.rights(by), plan=PLAN.id), PLAN, agency, 2021)[-1]
