"""`cutset allocate keep`, `kept`, `order`: what people decide of allocations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from cutset.allocate.evidence import Revise
from cutset.allocate.response import Objective
from cutset.cli import options, output
from cutset.cli.allocate import Goal, Postings, Revised, Seed, postings
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.model.network import Posting

Reason = Annotated[str, typer.Option("--reason", help="Why this one; it stays with it.", callback=options.watched)]
_DATES = ["%Y-%m-%d"]


def keep(
    id: Annotated[str, typer.Argument(help="Its id in your agency's register of allocations.")],
    reason: Reason,
    title: Annotated[str, typer.Option(help="What to call it.")] = "",
    post: Postings = None,
    objective: Goal = Objective.ARRIVED,
    seed: Seed = 0,
    revise: Revised = Revise.SWEEP,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Keep an allocation, with what it is expected to bring and rests on; without --post, the one that is proposed.

    Example: cutset allocate keep spring --reason "More days where most passes"
    """
    node, viewer = opened(store, as_)
    if post:
        given: Sequence[Posting] = postings(post)
    else:
        proposed = node.propose_allocation(viewer=viewer, objective=objective, months=0, seed=seed, revise=revise)
        given = proposed.proposal.postings
    done = node.keep_allocation(
        id, title, given, by=viewer, reason=reason, objective=objective, revise=revise, seed=seed
    )
    output.as_json(done) if json else output.say(f"Kept as {viewer.agency}/{id}: {done.id}")


def kept(store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """The allocations that people kept: who, why, what was expected, and what of that has changed since.

    Example: cutset allocate kept
    """
    node, viewer = opened(store, as_)
    found = node.kept_allocations(viewer=viewer)
    if json:
        output.as_json(found)
        return
    output.banner("", made=any(each.made for each in found))
    output.table(
        ("allocation", "title", "by", "when", "why", "expected", "rests on, and changed since", "marking"),
        (
            (each.name, each.allocation.title, each.by, f"{each.at:%Y-%m-%d}", each.reason,
             "; ".join(f"{name}: {value:,.6g}" for name, value in each.allocation.expected.items()),
             f"{len(each.allocation.rests_on)}, {len(each.changed)}", each.marking.banner)
            for each in found
        ),
    )  # fmt: skip


def order(
    name: Annotated[str, typer.Argument(help="A kept allocation, as `cutset allocate kept` names it.")],
    since: Annotated[
        datetime | None, typer.Option(formats=_DATES, help="The first day, UTC; today without it.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it stays with each order.", callback=options.watched)] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Order what a kept allocation has of your agency's own means: a tasking for each asset and day.

    Example: cutset allocate order uscg/spring --since 2024-05-01 --as desk@uscg
    """
    node, viewer = opened(store, as_)
    day = since.replace(tzinfo=UTC) if since else None
    done = node.order_allocation(name, by=viewer, since=day, reason=reason)
    if json:
        output.as_json(done)
        return
    fresh = sum(not each.held for each in done.receipts)
    output.say(f"{fresh} orders given, {len(done.receipts) - fresh} held already.")
    if done.left_out:
        output.say(f"Not yours to order: {', '.join(sorted({each.means for each in done.left_out}))}.")
