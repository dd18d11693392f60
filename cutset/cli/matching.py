"""Verbs of matching: who or what may be the same, with what speaks for and against it."""

from __future__ import annotations

from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.link.candidates.query import Answer
from cutset.link.match import waterfall
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind
from cutset.node.disputed import marked

Threshold = Annotated[float, typer.Option(help="The least probability to show.", min=0, max=1)]


def match(
    name: Annotated[str, typer.Argument(help="A name, in any order or script.")] = "",
    kind: Annotated[MentionKind, typer.Option(help="What sort of thing it is.")] = MentionKind.PERSON,
    born: Annotated[str, typer.Option(help="1979, 1979-09 or 1979-09-21; or with `circa ` before it.")] = "",
    address: Annotated[str, typer.Option(help="An address, as written.")] = "",
    by: Annotated[str, typer.Option(help="An identifier, typed loosely: a phone, a passport, a hull number.")] = "",
    threshold: Threshold = 0.5,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 10,
    json: options.Json = False,
) -> None:
    """Mentions that may be this person or thing, the likeliest first. A match is no lead: a person judges.

    Example: cutset match "Juan Pérez López" --born 1979-09
    """
    if not (name or by or address):
        raise CutsetError("there is nothing to match", remedy="give a name, --by or --address")
    node, viewer = opened(store, as_)
    asked = Mention(
        kind=kind,
        name=name,
        born=(born,) if born else (),
        addresses=(address,) if address else (),
        selectors=tuple(selector.detect(by)[:1]) if by else (),
    )
    found = node.match(asked, viewer=viewer, limit=limit, threshold=threshold)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
    else:
        _tell(found)


def matches(
    report: Annotated[str, typer.Argument(help="The report's id.")],
    threshold: Threshold = 0.5,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 5,
    json: options.Json = False,
) -> None:
    """For each mention of a report, which others may be the same.

    Example: cutset matches r-… --threshold 0.9
    """
    node, viewer = opened(store, as_)
    found = node.matches_of(report, viewer=viewer, limit=limit, threshold=threshold)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    for each in found:
        if each.answer.compared:
            output.say(f"{each.mention} ({each.kind}, {each.role})")
            _tell(each.answer)


def _tell(found: Answer) -> None:
    if not found.matches:
        output.say(f"No match among {found.considered:,} that share a key with it.")
    for each in found.matches:
        output.banner(each.banner, made=each.made)
        output.say(f"{each.mention} ({each.role}), probability {each.probability:.3f}", waterfall.text(each.score), "")
    if found.capped:
        output.say(f"Too common to look at: {', '.join(found.capped)}")
