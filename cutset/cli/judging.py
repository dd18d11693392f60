"""Verbs of judging: judge, compare, undo, entities, entity, contradictions, history."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import to_builtins

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.link.entities import Entity
from cutset.link.match import waterfall
from cutset.link.shown import again
from cutset.model.report import Judgement
from cutset.node.disputed import marked


def judge(
    verdict: Annotated[str, typer.Argument(help="same, different or unsure.")],
    about: Annotated[
        list[str], typer.Argument(help="Two or more reports by id, or exactly two mentions: report#number.")
    ],
    reason: Annotated[str, typer.Option(help="Why; it stays with the judgement.", callback=options.watched)] = "",
    reverses: Annotated[str, typer.Option(help="The id of a judgement that this one undoes.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Record a person's judgement: the same event or thing, or not. It is a report itself, and can be undone.

    Two mentions that can be compared are scored, and the judgement keeps that: `cutset compare` shows it beforehand.

    Example: cutset judge same r-…#0 r-…#2 --reason "one seizure in two versions"
    """
    node, viewer = opened(store, as_)
    receipt = node.judge(verdict, about, by=viewer, reason=reason, reverses=reverses)
    given = node.report(receipt.id, viewer=viewer)
    content = given.report.content if given is not None else None
    score = again(content, None, receipt.id) if isinstance(content, Judgement) else None
    if json:
        output.as_json(to_builtins(receipt) | ({} if score is None else {"shown": score}))
        return
    output.say(f"Judged {verdict}: {receipt.id}")
    if score is not None:
        output.say(f"What speaks for their being one: {waterfall.brief(score)}")


def compare(
    mention: Annotated[str, typer.Argument(help="A mention: report#number.")],
    other: Annotated[str, typer.Argument(help="Another.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What speaks for and against two mentions being one thing, before you judge it.

    Example: cutset compare r-…#0 r-…#2
    """
    node, viewer = opened(store, as_)
    found = node.compare(mention, other, viewer=viewer)
    if json:
        output.as_json(found)
    elif found is None:
        output.say("These cannot be compared: they have nothing of one kind that both bear, but selectors at most.")
    else:
        output.say(*waterfall.text(found).splitlines())


def undo(
    judgement: Annotated[str, typer.Argument(help="The judgement's id.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.", callback=options.watched)] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Undo a judgement. Nothing is lost: what it joined comes apart exactly, and the undoing can be undone.

    Example: cutset undo r-… --reason "another man of the same name"
    """
    node, viewer = opened(store, as_)
    receipt = node.undo(judgement, by=viewer, reason=reason)
    if json:
        output.as_json(receipt)
    else:
        output.say(f"Undone by {receipt.id}")


def entities(
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 20,
    after: options.After = "",
    json: options.Json = False,
) -> None:
    """The mentions that were judged to be one thing, as far as the viewer may see the judgements.

    Example: cutset entities --limit 50
    """
    node, viewer = opened(store, as_)
    found = node.entities(viewer=viewer, limit=limit, after=after or None)
    if json:
        output.as_json(found)
        return
    output.table(("entity", "mentions", "contested", "marking"), (_row(each) for each in found))
    output.say(f"{len(found)} shown.")


def _row(each: Entity) -> tuple[str, str, str, str]:
    return each.id, "\n".join(each.mentions), "yes" if each.contested else "", each.banner


def entity(
    id_or_mention: Annotated[str, typer.Argument(help="An entity's id, or a mention: report#number.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """One entity, and the judgements that hold it together.

    Example: cutset entity r-…#0
    """
    node, viewer = opened(store, as_)
    found = node.entity(id_or_mention, viewer=viewer)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.banner(found.banner)
    output.say(f"{found.id}{', contested' if found.contested else ''}", *(f"  {each}" for each in found.mentions))
    output.say("held together by", *(f"  {each}" for each in found.judgements or ("nothing: it is one mention",)))


def contradictions(
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 20,
    after: options.After = "",
    json: options.Json = False,
) -> None:
    """Judgements `different` on what judgements `same` connect: for a person to settle.

    Example: cutset contradictions
    """
    node, viewer = opened(store, as_)
    found = node.contradictions(viewer=viewer, limit=limit, after=after or None)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.table(
        ("different", "mentions", "and yet the same by", "entity"),
        ((each.different, "\n".join(each.mentions), "\n".join(each.path), each.entity) for each in found),
    )
    output.say(f"{len(found)} shown. To settle one: cutset undo JUDGEMENT")


def history(
    mention: Annotated[str, typer.Argument(help="A mention: report#number.")],
    other: Annotated[str, typer.Argument(help="Another, for what was judged of the two.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What was ever judged of a mention, or of two, and what of it stands.

    Example: cutset history r-…#0
    """
    node, viewer = opened(store, as_)
    found = node.history(mention, other or None, viewer=viewer)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.table(
        ("judgement", "verdict", "of", "by", "at", "it", "reason"),
        (
            (
                each.id,
                each.verdict,
                "\n".join(each.mentions),
                each.by,
                f"{each.at:%Y-%m-%d %H:%M}",
                each.standing,
                each.reason,
            )
            for each in found
        ),
    )
