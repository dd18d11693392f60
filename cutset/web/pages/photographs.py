"""Photographs of a seizure: taken in piece by piece, so that a lost connection goes on from where it was.

A page announces a photograph by its SHA-256, made on the device when it was chosen, and asks how much of it is here; it
sends the rest in pieces of a megabyte. Only when the whole has that digest is it kept, and only then may a seizure
name it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cutset.errors import CutsetError
from cutset.evidence.arriving import Misplaced
from cutset.model.exhibit import Attachment
from cutset.web.forms import of_page
from cutset.web.render import data
from cutset.web.seizure_form import PHOTOGRAPHS, Problem
from cutset.web.texts import say, told
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

PIECE_BYTES = 1 << 20
"""The largest piece: what proxies take for a request without being told otherwise."""
HASH = re.compile(r"[0-9a-f]{64}")


class Here(msgspec.Struct, frozen=True):
    """How many of a photograph's bytes are here, and whether it is kept."""

    bytes: int
    whole: bool


class Missing(CutsetError):
    """A seizure names photographs that are not here."""

    def __init__(self, hashes: tuple[str, ...]) -> None:
        super().__init__("photographs are not here", where=", ".join(hashes), remedy="send them again")
        self.hashes = hashes


@router.get("/photographs/{sha256}")
def photograph(by: Annotated[Asker, Depends(asker)], sha256: str) -> Response:
    """How much of a photograph is here that this viewer sends; of what others sent nothing is said."""
    if not HASH.fullmatch(sha256):
        raise Nothing
    if _kept(by, [sha256]):
        return data(Here(by.node.attachments.size(sha256), True))
    try:
        return data(Here(by.node.arrived(sha256, by=by.viewer), False))
    except CutsetError as error:
        return _refused(error)


@router.put("/photographs/{sha256}", dependencies=[Depends(of_page)])
async def send_piece(
    request: Request, by: Annotated[Asker, Depends(asker)], sha256: str, at: int, size: int
) -> Response:
    """Take in a piece of a photograph of `size` bytes, from byte `at` on."""
    if not HASH.fullmatch(sha256):
        raise Nothing
    piece = await in_pieces(request, by, at, size)
    if isinstance(piece, str):
        return data({"problems": [Problem("photographs", piece)]}, status=413)
    try:
        there, follows = await run_in_threadpool(take, by, piece, sha256, at, size)
    except CutsetError as error:
        return _refused(error)
    return data(Here(there, there == size), status=200 if follows else 409)


async def in_pieces(request: Request, by: Asker, at: int, size: int) -> bytes | str:
    """The piece that a request brings of a file of `size` bytes, from byte `at` on; or what is wrong with it.

    A piece is small enough to be held: where its connection is lost in the middle, nothing of it is written.
    """
    most = by.workspace.settings.file_bytes
    if not 0 < size <= most:
        return say(
            "A file may have up to {most} MB; this one has {size} MB.",
            most=f"{most / 1e6:.0f}",
            size=f"{size / 1e6:.0f}",
        )
    piece = bytearray()
    async for part in request.stream():
        piece += part
        if len(piece) > PIECE_BYTES or at + len(piece) > size:
            return say("That is no piece of this file.")
    return bytes(piece)


def take(by: Asker, piece: bytes, sha256: str, at: int, size: int) -> tuple[int, bool]:
    """Take a piece in; how many bytes of the file are there then, and whether the piece followed on what was there.

    Raises `CutsetError` where all of it came and it is not what was announced, or it cannot be kept.
    """
    try:
        return by.node.take_piece(piece, sha256=sha256, at=at, size=size, by=by.viewer), True
    except Misplaced:
        return by.node.arrived(sha256, by=by.viewer), False


def _refused(error: CutsetError) -> Response:
    return data({"problems": [Problem("photographs", told(error))]}, status=422)


def named(by: Asker, form: Mapping[str, str]) -> tuple[Attachment, ...]:
    """The photographs that a seizure names, in its order. Raises `Missing`, naming those that are not here."""
    rows = [row for row in range(PHOTOGRAPHS) if form.get(f"photograph_{row}")]
    hashes = list(dict.fromkeys(form[f"photograph_{row}"] for row in rows))
    if not hashes:
        return ()
    there = _kept(by, hashes)
    missing = tuple(each for each in hashes if each not in there)
    if missing:
        raise Missing(missing)
    found: dict[str, Attachment] = {}
    for row in rows:
        sha256 = form[f"photograph_{row}"]
        found.setdefault(
            sha256,
            Attachment(
                sha256=sha256,
                size=by.node.attachments.size(sha256),
                name=form.get(f"photograph_name_{row}", "")[:200],
                media_type=form.get(f"photograph_type_{row}", "")[:100],
                what="photograph",
            ),
        )
    return tuple(found.values())


def _kept(by: Asker, hashes: list[str]) -> frozenset[str]:
    """Those that this viewer sent, and that lie beside the store: one that nobody named may be gone with a purge."""
    return by.node.sent_files(hashes, by=by.viewer)
