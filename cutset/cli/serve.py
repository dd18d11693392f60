"""`cutset serve`, and the accounts of those who sign in to it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import find, opened
from cutset.errors import CutsetError

if TYPE_CHECKING:
    from cutset.web.accounts.entrance import Entrance

app = typer.Typer(help="Who may sign in to the server.", no_args_is_help=True)


class NoServer(CutsetError):
    """The server's own libraries are not installed."""


def serve(
    store: options.Store = "",
    config: Annotated[Path | None, typer.Option(help="A TOML file of settings: see docs/server.md.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen at.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes a free one.", show_default="8321")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; more than one needs PostgreSQL.")] = None,
    as_: options.Anyone = OPERATOR,
    json: Annotated[bool, typer.Option("--json", help="Print the settings as JSON, and do not serve.")] = False,
) -> None:
    """The workspace in a browser, and the API, until it is told to stop.

    Example: cutset serve --store national.cutset --port 8321
    """
    from cutset.web.settings import read

    place = find(store) if store or config is None else None
    settings = read(config, store=place, host=host, port=port, workers=workers)
    if json:
        output.as_json(settings)
        return
    try:
        from cutset.web.serving import serve as served
    except ImportError as error:
        raise NoServer(
            f"the server's libraries are not installed: {error.name}", remedy="pip install 'cutset[server]'"
        ) from error
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    output.say(f"Serving {settings.store} at http://{settings.host}:{settings.port}; Ctrl+C stops it")
    served(settings)


@app.command("set")
def set_(
    viewer: Annotated[str, typer.Argument(help="The viewer, by id, of those that are registered.")],
    password_file: Annotated[
        Path | None, typer.Option(help="A file whose first line is the password; without it, you are asked.")
    ] = None,
    own: Annotated[
        bool, typer.Option("--own", help="The viewer chose it: they need not choose another when they sign in.")
    ] = False,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Give a viewer an account, or another password; for administrators. All their sessions end.

    The viewer chooses another when they next sign in, unless it is their `own`.

    Example: cutset account set deputy@county
    """
    entrance = _entrance(store, as_, viewer)
    if password_file is not None:
        lines = password_file.read_text("utf-8").splitlines()
        password = lines[0] if lines else ""
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    entrance.set_password(viewer, password, given=not (own or viewer == as_))
    _tell(json, viewer, "may sign in")


@app.command("remove")
def remove(
    viewer: Annotated[str, typer.Argument(help="The viewer, by id.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Take a viewer's account away; for administrators. What they submitted stays.

    Example: cutset account remove deputy@county
    """
    _entrance(store, as_, "").remove(viewer)
    _tell(json, viewer, "may not sign in")


@app.command("no-code")
def no_code(
    viewer: Annotated[str, typer.Argument(help="The viewer, by id.")],
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Ask a viewer who has lost the telephone for no one-time code any more; for administrators.

    Example: cutset account no-code deputy@county
    """
    _entrance(store, as_, viewer).set_totp(viewer, "")
    _tell(json, viewer, "is asked for no code")


def _entrance(store: str, as_: str, viewer: str) -> Entrance:
    from cutset.access.roles import may_administer

    try:
        from cutset.web.accounts.entrance import Entrance
    except ImportError as error:
        raise NoServer(
            f"the server's libraries are not installed: {error.name}", remedy="pip install 'cutset[server]'"
        ) from error
    node, by = opened(store, as_)
    if not may_administer(by, node.log.registry()):
        raise CutsetError("accounts are for administrators", where=by.id, remedy="ask one, or name one by --as")
    if viewer:
        node.viewer(viewer)
    return Entrance(node.url, node.clock)


def _tell(json: bool, viewer: str, what: str) -> None:
    if json:
        output.as_json({"viewer": viewer, "now": what})
    else:
        output.say(f"{viewer} {what}")
