"""The planner's what-if: the network on a map, days and ways to change, what that would bring, and what people kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from msgspec.structs import replace
from starlette.responses import RedirectResponse, Response

from cutset.allocate.changes import Changes
from cutset.allocate.evidence import Revise
from cutset.allocate.outcome import Outcome
from cutset.allocate.proposal import Method
from cutset.allocate.response import Objective
from cutset.errors import CutsetError
from cutset.model.marking import join
from cutset.model.network import Posting
from cutset.node.allocating import Compared, Kept, Proposed
from cutset.node.disputed import marked
from cutset.web import allocate_map
from cutset.web.accounts.tokens import Scope
from cutset.web.forms import Form, posted
from cutset.web.pages.api import problem as api_problem
from cutset.web.pages.api import tagged
from cutset.web.render import data, page
from cutset.web.texts import say, told
from cutset.web.what_if import METHODS, Asked, asked_of, exact, number, revise_of
from cutset.web.workspace import Asker, asker, program

router = APIRouter(dependencies=[Depends(asker)])
programs = APIRouter(prefix="/api/v1/allocate", dependencies=[Depends(program)])

MONTHS, DRAWS = 12, 60
"""What a page simulates: fewer months and draws than the command does, so that its answer comes in seconds."""
LENGTHS = {"id": 80, "title": 200, "reason": 2000}
"""The most letters of what is written of a kept allocation."""
BAR = 160
"""Pixels of a whole bar."""


# ---- the page -------------------------------------------------------------------------------------------------------


@router.get("/allocate")
def allocate_page(request: Request, by: Annotated[Asker, Depends(asker)]) -> Response:
    """The network, what to change of it, and what that would bring, with the allocations that people kept."""
    given = request.query_params
    return _page(by, given.multi_items(), revise_of(given))


def _page(
    by: Asker,
    given: list[tuple[str, str]],
    revise: Revise,
    *,
    problem: str = "",
    status: int = 200,
    values: Form | None = None,
) -> Response:
    seen = by.node.allocation_network(viewer=by.viewer, revise=revise)
    asked = asked_of(given, seen.network, revise)
    proposed, compared = None, None
    if asked.go and not problem:
        try:
            proposed, compared = _reckoned(by, asked)
        except CutsetError as error:
            problem, status = told(error), 422
    kept = by.node.kept_allocations(viewer=by.viewer)
    markings = [each.marking for each in kept] + [each for each in (seen.rests.marking,) if each]
    return page(
        "allocate",
        by,
        status=status,
        seen=seen,
        asked=asked,
        sweeps={each.name: each for each in seen.evidence.sweeps},
        traffic={each.name: each for each in seen.evidence.traffic},
        moving=allocate_map.parts(seen.network),
        proposed=proposed,
        compared=compared,
        outcomes=_outcomes(proposed, compared),
        bars=_bars(proposed, compared),
        kept=kept,
        own=_own(by, kept),
        objectives=list(Objective),
        methods=METHODS,
        revises=list(Revise),
        named=allocate_map.named,
        exact=exact,
        disputed=by.disputed(seen, [each.report for each in kept]),
        today=by.workspace.clock().astimezone(UTC).date(),
        values=values or Form([]),
        problem=problem,
        bar=BAR,
        banner=join(*markings).banner if markings else "",
        made=seen.rests.made or any(each.made for each in kept),
    )


def _reckoned(by: Asker, asked: Asked) -> tuple[Proposed, Compared]:
    """What is proposed after the changes, and what that makes of the days as now."""
    objective, revise, changes = asked.objective, asked.revise, asked.changes
    proposed = by.node.propose_allocation(viewer=by.viewer, objective=objective, method=asked.method, revise=revise,
                                          changes=changes, months=MONTHS, draws=DRAWS, seed=asked.seed)  # fmt: skip
    after = replace(changes, postings=proposed.proposal.postings)
    return proposed, by.node.allocation_what_if(after, viewer=by.viewer, objective=objective, revise=revise)


def _outcomes(proposed: Proposed | None, compared: Compared | None) -> list[tuple[str, Outcome, Any]]:
    """What each placement brings: as now, as proposed, and the baselines beside."""
    if proposed is None or compared is None:
        return []
    found = proposed.proposal
    others = [(each.name, each.outcome, each.simulated) for each in found.baselines]
    return [("proposal", found.outcome, found.simulated), *others]


def _bars(proposed: Proposed | None, compared: Compared | None) -> list[tuple[str, float, float]]:
    """What part of the traffic takes each way, before and after: where what is pushed away goes."""
    if proposed is None or compared is None:
        return []
    simulated = proposed.proposal.simulated
    if simulated is not None:
        shares = [(each.way, each.share_before.mean, each.share_after.mean) for each in simulated.chance.ways]
    else:
        shares = [(each.way, each.share_before, each.share_after) for each in compared.difference.ways]
    return sorted(
        (each for each in shares if max(each[1:]) >= 0.005), key=lambda each: (-abs(each[2] - each[1]), each[0])
    )


def _own(by: Asker, kept: list[Kept]) -> set[str]:
    """The kept allocations that place means of the viewer's own agency."""
    mine = f"{by.viewer.agency}/"
    return {each.name for each in kept if any(p.means.startswith(mine) for p in each.allocation.postings)}


@router.get("/allocate/map.json")
def map_data(request: Request, by: Annotated[Asker, Depends(asker)]) -> Response:
    """The network as GeoJSON, with the postings that the page's own address gives."""
    given = request.query_params
    seen = by.node.allocation_network(viewer=by.viewer, revise=revise_of(given))
    asked = asked_of(given.multi_items(), seen.network, seen.rests.revise)
    postings: tuple[Posting, ...] = ()
    if asked.go:
        try:
            postings = _reckoned(by, asked)[0].proposal.postings
        except CutsetError:
            postings = ()
    return data(allocate_map.collection(seen.network, postings, seen.rests))


# ---- what people decide ---------------------------------------------------------------------------------------------


@router.post("/allocate/keep")
def keep(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Keep the allocation that the page showed. The same click twice is once: it has the same id and says the same."""
    revise = revise_of(form)
    seen = by.node.allocation_network(viewer=by.viewer, revise=revise)
    given = [(name, value) for name in form for value in form.every(name)]
    asked = asked_of(given, seen.network, revise)
    postings = _postings(form.every("post"))
    id, title, reason = (
        form.get(name, "")[:length].strip() for name, length in (("id", 80), ("title", 200), ("reason", 2000))
    )
    try:
        same = _same(by, f"{by.viewer.agency}/{id}", postings, reason)
        if same is None:
            by.node.keep_allocation(id, title, postings, by=by.viewer, reason=reason, objective=asked.objective,
                                    revise=revise, changes=asked.changes, seed=asked.seed)  # fmt: skip
    except CutsetError as error:
        return _page(by, asked.fields, revise, problem=told(error), status=422, values=form)
    return RedirectResponse(f"/allocate?{asked.query}#kept", 303)


def _same(by: Asker, name: str, postings: tuple[Posting, ...], reason: str) -> Kept | None:
    """The kept allocation of that name, if it says just this."""
    for each in by.node.kept_allocations(viewer=by.viewer):
        said = each.reason.partition("\n")[0]
        if each.name == name and each.allocation.postings == postings and said == reason.partition("\n")[0]:
            return each
    return None


def _postings(written: list[str]) -> tuple[Posting, ...]:
    found = []
    for each in written:
        means, way, days = (*each.split("|"), "", "")[:3]
        given = number(days)
        if given is None or not means or not way:
            raise CutsetError("that is no posting", where=each[:200], remedy="propose anew")
        found.append(Posting(means=means, way=way, days=given))
    return tuple(found)


@router.post("/allocate/order")
def order(by: Annotated[Asker, Depends(asker)], form: Annotated[Form, Depends(posted)]) -> Response:
    """Order what a kept allocation has of the viewer's agency's own means. The same orders again are held already."""
    try:
        since = datetime.strptime(form.get("since", "")[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return _page(by, [], Revise.SWEEP, problem=say("The first day is no day. Write it as 2024-05-01."), status=422)
    try:
        by.node.order_allocation(form.get("name", "")[:200], by=by.viewer, since=since,
                                 reason=form.get("reason", "")[:2000].strip())  # fmt: skip
    except CutsetError as error:
        return _page(by, [], Revise.SWEEP, problem=told(error), status=422)
    return RedirectResponse("/allocate?ordered=1#kept", 303)


# ---- for programs ---------------------------------------------------------------------------------------------------

Named = Annotated[list[str], Query(max_length=200)]
"""A parameter that may be given again."""
Of = Annotated[Revise, Query()]
Least = Annotated[Objective, Query()]


@programs.get("/network")
def get_network(request: Request, by: Annotated[Asker, Depends(program)], revise: Of = Revise.SWEEP) -> Response:
    """The network that the viewer may see, with what their reports say of each estimate."""
    by.needs(Scope.READ)
    found = by.node.allocation_network(viewer=by.viewer, revise=revise)
    return tagged(request, marked(found, by.disputed(found)))


@programs.get("/proposal")
def get_proposal(
    request: Request,
    by: Annotated[Asker, Depends(program)],
    revise: Of = Revise.SWEEP,
    objective: Least = Objective.ARRIVED,
    method: Annotated[Method, Query()] = Method.DECOMPOSITION,
    days: Named = [],  # noqa: B006 - FastAPI copies it
    closed: Named = [],  # noqa: B006
    opened: Named = [],  # noqa: B006
    seed: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
) -> Response:
    """Where to send the means, beside baselines; `days` are means with other days, as `agency/id=40`."""
    by.needs(Scope.READ)
    try:
        changes = Changes(days=dict(map(_days, days)), closed=tuple(closed), opened=tuple(opened))
        found = by.node.propose_allocation(viewer=by.viewer, changes=changes, objective=objective, method=method,
                                           revise=revise, months=MONTHS, draws=DRAWS, seed=seed)  # fmt: skip
    except CutsetError as error:
        return api_problem(422, f"{error}")
    return tagged(request, marked(found, by.disputed(found)))


@programs.get("/kept")
def get_kept(request: Request, by: Annotated[Asker, Depends(program)]) -> Response:
    """The allocations that people kept."""
    by.needs(Scope.READ)
    found = by.node.kept_allocations(viewer=by.viewer)
    return tagged(request, marked({"kept": found}, by.disputed(found)))


def _days(written: str) -> tuple[str, float]:
    name, _, days = written.rpartition("=")
    given = number(days)
    if given is None:
        raise CutsetError("that gives no number of days", where=written[:200], remedy="write agency/id=40")
    return name, given
