"""Verbs of custody: exhibits, the chain of each, and what is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from typer.core import TyperGroup

from cutset.cli import options, output
from cutset.cli.disputes import tell_disputes
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.evidence.findings import Finding
from cutset.evidence.mass import written
from cutset.model import exhibit as of
from cutset.model import quantity
from cutset.model.exhibit import ExhibitKind, Mass, SealState
from cutset.model.report import Custody, Receipt, When, Where
from cutset.node.disputed import marked


class Group(TyperGroup):
    """`cutset custody hsi/2026-114` shows that exhibit's chain; a name has a slash, and no verb has."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb, `show` where an exhibit is named in its place."""
        return super().resolve_command(ctx, ["show", *args] if args and "/" in args[0] else args)


app = typer.Typer(help="Chain of custody: cutset custody EXHIBIT, or a verb.", no_args_is_help=True, cls=Group)

Exhibit = Annotated[str, typer.Argument(help="The exhibit: agency/number; a bare number is your own agency's.")]
KeyFile = Annotated[
    Path, typer.Option("--key", envvar="CUTSET_VIEWER_KEY", help="The file of your signing key.", dir_okay=False)
]
Place = Annotated[str, typer.Option(help="Where it is done.")]
Why = Annotated[str, typer.Option("--purpose", help="Why it is done.", callback=options.watched)]
Seal = Annotated[str, typer.Option(help="The number of the seal that it bears.")]
State = Annotated[SealState | None, typer.Option(help="How you found the seal.")]
Files = Annotated[list[Path] | None, typer.Option("--file", help="A photograph or other file; may be repeated.")]
Moment = Annotated[
    str,
    typer.Option("--when", metavar="TIME", help="When it happened, if not now: 2024-05-03T14:30Z."),
]
Net = Annotated[str, typer.Option(help="Net mass in grams and its expanded uncertainty (k = 2): 1000.5±0.2")]
Gross = Annotated[str, typer.Option(help="Gross mass, as --net.")]


def exhibits(
    of_: Annotated[str, typer.Argument(metavar="[EVENT|CASE]", help="An event's or case's report id; else all.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    limit: options.Limit = 50,
    after: options.After = "",
    json: options.Json = False,
) -> None:
    """Exhibits, of one event or case or all: who has them, under which seal, what they weigh, what is wrong.

    Example: cutset exhibits r-…
    """
    node, viewer = opened(store, as_)
    found = node.exhibits(of_ or None, viewer=viewer, limit=limit, after=after)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.table(
        ("exhibit", "kind", "net", "seal", "with", "findings", "marking"),
        (
            (
                each.name,
                each.kind,
                written(each.net) if each.net else "",
                f"{each.seal} {each.seal_state}" if each.seal else "none",
                each.ended or each.holder,
                each.findings or "",
                each.banner,
            )
            for each in found
        ),
        right=("net", "findings"),
    )
    output.say(f"{len(found)} shown.")


@app.command()
def show(exhibit: Exhibit, store: options.Store = "", as_: options.As = OPERATOR, json: options.Json = False) -> None:
    """The chain of custody of an exhibit: each step, who signed it, and what is wrong.

    Example: cutset custody show hsi/2026-114; or, for short, cutset custody hsi/2026-114
    """
    node, viewer = opened(store, as_)
    found = node.custody(exhibit, viewer=viewer)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
        return
    output.banner(found.banner, made=found.made)
    card = found.exhibit
    described = card.description or card.kind or "not described"
    output.say(f"{card.name}: {described}; {card.ended or f'with {card.holder}'}")
    output.table(
        ("happened", "entered", "what", "from", "to", "seal", "signed by"),
        (
            (
                f"{step.happened.at:%Y-%m-%d %H:%M}",
                f"{step.entered:%Y-%m-%d %H:%M}",
                step.statement.act.__struct_config__.tag if step.statement.act else "passed on",
                step.statement.giver,
                step.statement.receiver if step.is_transfer else "",
                step.statement.seal,
                ", ".join(f"{each.signature.by}{'' if each.holds else ' (does not hold)'}" for each in step.signatures),
            )
            for step in found.steps
        ),
    )
    for each in found.results:
        output.say(f"laboratory {each.laboratory}, {each.number}: {each.report}; accreditation: {each.accredited}")
    _told(found.findings)


@app.command()
def check(
    of_: Annotated[str, typer.Argument(metavar="[EVENT|CASE]", help="An event's or case's report id; else all.")] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """What is wrong with the chains of all exhibits: gaps, seals, signatures, masses. Ends with 1 where anything is.

    Example: cutset custody check
    """
    node, viewer = opened(store, as_)
    found = node.check_custody(of_ or None, viewer=viewer)
    disputed = tell_disputes(node, viewer, found, json=json)
    if json:
        output.as_json(marked(found, disputed))
    else:
        _told(found)
    if found:
        raise typer.Exit(1)


@app.command()
def collect(
    exhibit: Exhibit,
    kind: Annotated[ExhibitKind, typer.Option(help="What it is.")],
    key: KeyFile,
    event: Annotated[str, typer.Option(help="The id of the report of the seizure.")] = "",
    description: Annotated[str, typer.Option(help="What it looks like.", callback=options.watched)] = "",
    net: Net = "",
    gross: Gross = "",
    count: Annotated[int | None, typer.Option(help="How many pieces: tablets, notes, telephones.")] = None,
    amount: Annotated[str, typer.Option(help="Money by its face, with --currency.")] = "",
    currency: Annotated[str, typer.Option(help="The currency of --amount: USD, MXN, … (ISO 4217).")] = "",
    seal: Seal = "",
    place: Place = "",
    purpose: Why = "",
    when: Moment = "",
    file: Files = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Enter an exhibit that you took, with its seal and weight.

    Example: cutset custody collect 2026-114 --kind drug --event r-… --net 1000.5±0.2 --seal A17 --key ann.key
    """
    paid = quantity.money(amount, currency) if amount else None
    done = of.Collected(
        kind=kind,
        event=event,
        description=description,
        net=_mass(net),
        gross=_mass(gross),
        count=count,
        amount=paid.amount if paid else None,
        currency=paid.currency if paid else currency.strip().upper(),
    )
    node, viewer = opened(store, as_)
    receipt = node.act(
        exhibit,
        done,
        by=viewer,
        key=key,
        when=_when(when),
        where=Where(place=place),
        purpose=purpose,
        seal=seal,
        files=file or (),
    )
    entered(receipt, json)


@app.command()
def act(
    exhibit: Exhibit,
    done: Annotated[
        str,
        typer.Argument(
            help='What was done, as JSON: {"is": "sealed", "seal": "B2", "replaces": "B1"}; also weighed, split, '
            "sampled, combined, consumed, destroyed, returned. docs/evidence.md shows each."
        ),
    ],
    key: KeyFile,
    seal: Seal = "",
    seal_state: State = None,
    place: Place = "",
    purpose: Why = "",
    when: Moment = "",
    file: Files = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Enter what you did to an exhibit that you hold.

    Example: cutset custody act 2026-114 '{"is": "sealed", "seal": "B2", "replaces": "B1"}' --key ann.key
    """
    try:
        read = msgspec.json.decode(done.encode(), type=of.Act)
    except msgspec.DecodeError as error:
        raise CutsetError(f"this is no act: {error}", where=done, remedy="see docs/evidence.md") from None
    node, viewer = opened(store, as_)
    receipt = node.act(
        exhibit,
        read,
        by=viewer,
        key=key,
        when=_when(when),
        where=Where(place=place),
        purpose=purpose,
        seal=seal,
        seal_state=seal_state,
        files=file or (),
    )
    entered(receipt, json)


@app.command()
def offer(
    exhibit: Exhibit,
    to: Annotated[str, typer.Option(help="The viewer who is to have it, by id.")],
    key: KeyFile,
    seal: Seal = "",
    seal_state: State = None,
    place: Place = "",
    purpose: Why = "",
    when: Moment = "",
    out: Annotated[Path | None, typer.Option(help="Also write the signed statement, to be carried along.")] = None,
    file: Files = None,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Pass an exhibit on: you sign that you gave it. The receiver must accept it.

    Example: cutset custody offer 2026-114 --to bob@dea --seal B2 --key ann.key
    """
    node, viewer = opened(store, as_)
    receipt = node.offer(
        exhibit,
        to,
        by=viewer,
        key=key,
        when=_when(when),
        where=Where(place=place),
        purpose=purpose,
        seal=seal,
        seal_state=seal_state,
        files=file or (),
    )
    if out is not None:
        entry = node.report(receipt.id, viewer=viewer)
        assert entry is not None
        output.write(out, msgspec.json.format(msgspec.json.encode(entry.report.content)) + b"\n")
    entered(receipt, json)
    if node.log.registry().viewer(to) is None:
        typer.echo(f"Nobody is registered as {to}: unless they are, no one can accept it.", err=True)


@app.command()
def accept(
    offer: Annotated[str, typer.Argument(help="The offer: its report's id, or the file that was carried along.")],
    key: KeyFile,
    seal_state: State = None,
    when: Moment = "",
    remark: Annotated[str, typer.Option(help="What you add.", callback=options.watched)] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Sign for an exhibit that was passed on to you, or as witness of an act that names you.

    Where there was no connection, --when is the moment at which you took it; the log keeps when you enter it.

    Example: cutset custody accept r-… --seal-state intact --key bob.key
    """
    node, viewer = opened(store, as_)
    stated: str | Custody = offer
    if not offer.startswith("r-"):
        try:
            stated = msgspec.json.decode(Path(offer).read_bytes(), type=Custody)
        except (OSError, msgspec.DecodeError) as error:
            raise CutsetError(
                "this is no offer", where=offer, remedy="name what `custody offer --out` wrote"
            ) from error
    at = _when(when)
    receipt = node.accept(stated, by=viewer, key=key, at=at.at if at else None, seal_state=seal_state, remark=remark)
    entered(receipt, json)


@app.command()
def withdraw(
    report: Annotated[str, typer.Argument(help="The id of the report of custody, or of the result.")],
    reason: Annotated[str, typer.Option(help="What is wrong with it.", callback=options.watched)],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Take back a report of custody of your own agency: an offer to the wrong one, a wrong weight. It stays on record.

    Example: cutset custody withdraw r-… --reason "offered to the wrong Bob"
    """
    node, viewer = opened(store, as_)
    entered(node.withdraw_custody(report, reason=reason, by=viewer), json)


def _when(text: str) -> When | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CutsetError("this is no time", where=text, remedy="write it as 2024-05-03T14:30Z") from None
    return When(at=at if at.tzinfo else at.replace(tzinfo=UTC))


def _mass(text: str) -> Mass | None:
    if not text:
        return None
    grams, _, uncertainty = text.replace("+-", "±").partition("±")
    try:
        return Mass(grams=Decimal(grams.strip()), uncertainty_g=Decimal(uncertainty.strip() or 0))
    except InvalidOperation:
        raise CutsetError("this is no mass", where=text, remedy="write grams and uncertainty: 1000.5±0.2") from None


def entered(receipt: Receipt, json: bool) -> None:
    """Tell what a report was entered as."""
    if json:
        output.as_json(receipt)
    else:
        output.say(f"Entered as {receipt.id}")


def _told(found: Sequence[Finding]) -> None:
    for each in found:
        output.say(f"{each.fault}: {each.what}", f"  reports: {', '.join(each.reports)}", f"  to do: {each.remedy}")
    if not found:
        output.say("Nothing is wrong, as far as you may see.")
