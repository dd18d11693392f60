"""Verbs of matching: who or what may be the same, with what speaks for and against it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.link.candidates.query import Answer
from cutset.link.match import addresses, dates, waterfall
from cutset.link.match import weights as weights_files
from cutset.link.match.identifiers import SOUGHT_BY
from cutset.link.match.profile import COMPARED, STAMPED, profile
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, Selector
from cutset.node import Node
from cutset.node.disputed import marked

Weights = Annotated[
    list[Path] | None,
    typer.Option(
        "--weights",
        envvar="CUTSET_WEIGHTS",
        help="A weights file in place of the shipped one; again for another kind of mention.",
        show_default=False,
    ),
]
Threshold = Annotated[float, typer.Option(help="The least probability to show, from 0 to below 1.")]


def match(
    name: Annotated[str, typer.Argument(help="A name, in any order or script.")] = "",
    kind: Annotated[
        MentionKind | None,
        typer.Option(help="What sort of thing it is; without it, what --by tells, or a person.", show_default=False),
    ] = None,
    born: Annotated[str, typer.Option(help="1979, 1979-09 or 1979-09-21; or with `circa ` before it.")] = "",
    address: Annotated[str, typer.Option(help="An address, as written.")] = "",
    by: Annotated[str, typer.Option(help="An identifier, typed loosely: a phone, a passport, a hull number.")] = "",
    threshold: Threshold = 0.5,
    weights: Weights = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 10,
    json: options.Json = False,
) -> None:
    """Mentions that may be this person or thing, the likeliest first. A match is no lead: a person judges.

    Example: cutset match "Juan Pérez López" --born 1979-09
    """
    asked = _asked(name, kind, born, address, by)
    read = [weights_files.load(each) for each in weights or ()]
    node, viewer = opened(store, as_)
    node.weigh_by(*read)
    found = node.match(asked, viewer=viewer, limit=limit, threshold=threshold)
    _tell_rebuilt(node)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    _tell(found, asked.kind)
    if not found.matches and _one_name_alone(asked):
        output.say(
            "A single name is compared only with those who are written with one name. "
            "Give a given and a family name, or --born, --address or --by with it."
        )


def matches(
    report: Annotated[str, typer.Argument(help="The report's id.")],
    threshold: Threshold = 0.5,
    weights: Weights = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 5,
    json: options.Json = False,
) -> None:
    """For each mention of a report, which others may be the same.

    Example: cutset matches r-… --threshold 0.9
    """
    read = [weights_files.load(each) for each in weights or ()]
    node, viewer = opened(store, as_)
    node.weigh_by(*read)
    found = node.matches_of(report, viewer=viewer, limit=limit, threshold=threshold)
    _tell_rebuilt(node)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    for each in found:
        if each.answer.compared:
            output.say(f"{each.mention} ({each.kind}, {each.role})")
            _tell(each.answer, each.kind)


def _asked(name: str, kind: MentionKind | None, born: str, address: str, by: str) -> Mention:
    """The mention that is asked about. Raises `CutsetError` where a part of it cannot be read."""
    if not (name or by or address):
        raise CutsetError("there is nothing to match", remedy="give a name, --by or --address")
    read = dates.read(born)
    if born and read is None:
        raise CutsetError("this is no date of birth", where=born, remedy="write 1979, 1979-09 or 1979-09-21")
    if read and not _is_in_the_calendar(read):
        typer.echo(f"{born} is not in the calendar; it is compared as it is written", err=True)
    if address and addresses.read(address) is None:
        raise CutsetError("this is no address", where=address, remedy="write a street, a place or a postcode")
    found = _identifier(by, kind) if by else None
    kind = kind or (SOUGHT_BY[found.kind] if found else MentionKind.PERSON)
    asked = Mention(
        kind=kind,
        name=name,
        born=(born,) if born else (),
        addresses=(address,) if address else (),
        selectors=(found,) if found else (),
    )
    if name and kind is MentionKind.PERSON and not profile(asked).names:
        raise CutsetError(
            "this is no name, but what is written where none is known",
            where=name,
            remedy="give a name, or leave it out",
        )
    return asked


def _is_in_the_calendar(born: dates.Born) -> bool:
    try:
        date(born.year, born.month or 1, born.day or 1)
    except ValueError:
        return False
    return True


def _identifier(by: str, kind: MentionKind | None) -> Selector:
    """What was typed as an identifier, of the kind that is looked for. Raises `CutsetError`."""
    detected = selector.detect(by)
    if kind is None:
        fit = [each for each in detected if each.kind not in selector.OF_ANY_FORM]
    elif kind not in COMPARED:
        fit = detected
    else:
        bearer = MentionKind.DRUG_LOT if kind in STAMPED else kind
        fit = [each for each in detected if SOUGHT_BY[each.kind] in (kind, bearer)]
    if not fit:
        raise CutsetError(
            f"this cannot be read as an identifier{f' of a {kind}' if kind else ''}",
            where=by,
            remedy="write a telephone with + and its country, a plate with its state (US-TX:ABC1234), a passport with "
            "its country (MX:G12345678); a stamp or a call sign with its --kind",
        )
    return fit[0]


def _one_name_alone(asked: Mention) -> bool:
    """Whether a person is asked about by one word only."""
    read = profile(asked)
    alone = not (read.born or read.addresses or read.selectors)
    return alone and len(read.names) == 1 and len(read.names[0].given) + len(read.names[0].family) == 1


def _tell(found: Answer, kind: MentionKind) -> None:
    if not found.compared:
        what = "without a stamp" if kind in STAMPED else "by anything but its identifiers"
        output.say(
            f"Not compared: a {kind} {what} has nothing that could be alike. "
            "`cutset leads` lists the reports that share an identifier; the browser's search finds who bears it."
        )
        return
    if not found.matches:
        output.say(f"No match among {found.considered:,} that share a key with it.")
    for each in found.matches:
        output.banner(each.banner, made=each.made)
        output.say(f"{each.mention} ({each.role}), probability {each.probability:.3f}", waterfall.text(each.score))
        if each.origin:
            output.say("They may come from one source. A stamp is copied, and says of no two that they are one thing.")
        output.say("")
    if found.capped:
        output.say(f"Too common to look at: {', '.join(found.capped)}")


def _tell_rebuilt(node: Node) -> None:
    for told in node.told_of_candidates():
        typer.echo(told, err=True)
