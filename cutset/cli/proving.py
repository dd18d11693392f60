"""Verbs of what proves: signing keys, files under their hashes, and timestamps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutset.cli import options, output
from cutset.cli.options import OPERATOR
from cutset.cli.stores import opened
from cutset.errors import CutsetError
from cutset.evidence import signing, timestamp


def key(
    out: Annotated[Path | None, typer.Option(help="Make a key of your own, in this file.", dir_okay=False)] = None,
    register: Annotated[str, typer.Option(help="Register this public key. For administrators.")] = "",
    revoke: Annotated[str, typer.Option(help="Declare this public key lost or stolen. For administrators.")] = "",
    of_: Annotated[str, typer.Option("--of", help="The viewer whose key it is.")] = "",
    reason: Annotated[
        str, typer.Option(help="Why it is registered or revoked, for the record.", callback=options.watched)
    ] = "",
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Make a signing key, or register or revoke one. The key itself never leaves its file.

    Example: cutset custody key --out ann.key
    """
    if sum(map(bool, (out, register, revoke))) != 1 or bool(register or revoke) != bool(of_):
        raise CutsetError(
            "say one of --out FILE, --register KEY --of VIEWER --reason WHY, --revoke KEY --of VIEWER --reason WHY"
        )
    if out is not None:
        public = signing.make_key(out)
        verb = f"cutset custody key --register {public} --of {as_} --reason …"
        said = f"Made {out}. Have an administrator register it: {verb}"
    else:
        public = register or revoke
        node, viewer = opened(store, as_)
        (node.add_key if register else node.end_key)(public, of=of_, reason=reason, by=viewer)
        said = f"{'Registered' if register else 'Revoked'} a key of {of_}"
    if json:
        output.as_json({"public": public})
    else:
        output.say(said)


def fetch(
    sha256: Annotated[str, typer.Argument(help="The file's SHA-256, as a report names it.")],
    out: options.Out,
    store: options.Store = "",
    as_: options.As = OPERATOR,
    json: options.Json = False,
) -> None:
    """Get a file that a report names, verified.

    Example: cutset custody fetch 9f86d081… --out photograph.jpg
    """
    node, viewer = opened(store, as_)
    size = node.attachment(sha256, out, viewer=viewer)
    if json:
        output.as_json({"sha256": sha256, "size": size})
    else:
        output.say(f"Wrote {out}: {size:,} bytes, and they are those of the hash")


def stamp(
    file: Annotated[Path, typer.Argument(help="A head that was exported, a package's manifest, any file.")],
    verify: Annotated[
        Path | None, typer.Option(help="Check this timestamp of the file, rather than ask for one.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The timestamp to write; by default FILE.tsr.")] = None,
    as_: options.Anyone = OPERATOR,
    json: options.Json = False,
) -> None:
    """Have the configured authority (CUTSET_TSA, CUTSET_TSA_ROOTS) timestamp a file (RFC 3161), or check a timestamp.

    Example: cutset custody stamp head-2026-11-24.json
    """
    authority = timestamp.configured()
    if authority is None:
        raise CutsetError("no timestamping authority is configured", remedy="set CUTSET_TSA and CUTSET_TSA_ROOTS")
    data = file.read_bytes()
    answer = verify.read_bytes() if verify is not None else timestamp.stamp(data, authority)
    if verify is None:
        output.write(out or file.with_name(file.name + ".tsr"), answer)
    said = timestamp.check(answer, data, authority.roots)
    if json:
        output.as_json(said)
    else:
        output.say(f"{file} was there at {said.at:%Y-%m-%d %H:%M:%S} UTC, says {authority.url} (serial {said.serial})")
