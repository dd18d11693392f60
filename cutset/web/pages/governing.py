"""What the pages of offices share: each is there for those who hold the office; and why may X see Y."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from cutset.access.decide import PURPOSE
from cutset.access.explain import explain
from cutset.access.policy import policy
from cutset.access.roles import Power, may, may_explain
from cutset.web.render import page
from cutset.web.texts import say
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])


def holding(by: Asker, *powers: Power) -> None:
    """Raises `Nothing` for who has none of the powers: a page of powers is not there for others."""
    registry = by.node.log.registry()
    if not any(may(by.viewer, power, registry) for power in powers):
        raise Nothing


@router.get("/explain")
def explain_page(
    by: Annotated[Asker, Depends(asker)], viewer: str = "", report: str = "", purpose: str = PURPOSE
) -> Response:
    """Why a viewer sees a report or not, for those whom an explanation may be given to.

    A report that is not there, and one that the asker may not be told of, have the same answer.
    """
    lines: tuple[str, ...] = ()
    problem = ""
    if viewer or report:
        with by.node.looks.look("access why", by.viewer, {"viewer asked about": viewer, "report": report}) as look:
            registry = by.node.log.registry()
            held = by.node.log.held(report)
            of = registry.viewer(viewer)
            told = held is not None and may_explain(by.viewer, held.entry.report.marking, registry)
            if held is None or not told or of is None:
                problem = say("There is no such viewer or report, or none that you may be told of.")
            else:
                lines = explain(of, held.entry.report, registry, purpose=purpose)
                look.show(lines)
    return page("explain", by, status=404 if problem else 200, lines=lines, problem=problem, viewer=viewer,
                report=report, purpose=purpose, purposes=policy().purposes)  # fmt: skip
