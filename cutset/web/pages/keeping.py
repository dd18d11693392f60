"""Files beside the store: kept as they come, and given out verified to who may see a report that names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from cutset.evidence.attachments import NoAttachment
from cutset.model.exhibit import Attachment
from cutset.web.uploads import Uploaded
from cutset.web.workspace import Asker, Nothing, asker

router = APIRouter(dependencies=[Depends(asker)])

PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
"""What a browser may show in a page, by the first bytes; an SVG is a program, and is not among them."""


def kept(by: Asker, files: Iterable[Uploaded], field: str = "file", *, what: str = "") -> tuple[Attachment, ...]:
    """The files of a form's field as attachments, each durable. Those that are empty are none."""
    return tuple(
        found
        for each in files
        if each.field == field
        and (
            found := by.node.keep_file(
                each.file, name=each.name, media_type=each.media_type[:100], what=what, by=by.viewer
            )
        ).size
    )


@router.get("/files/{sha256}")
def file(by: Annotated[Asker, Depends(asker)], sha256: str, show: bool = False) -> Response:
    """The file of this hash, its bytes checked against it; a picture within a page where `show` asks for it."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Nothing
    folder = Path(mkdtemp(prefix="cutset-"))
    path = folder / sha256
    gone = BackgroundTask(_remove, path)
    try:
        by.node.attachment(sha256, path, viewer=by.viewer)
    except BaseException as error:
        _remove(path)
        if isinstance(error, NoAttachment):
            raise Nothing from None
        raise
    with path.open("rb") as opened:
        first = opened.read(8)
    picture = next((kind for magic, kind in PICTURES.items() if first.startswith(magic)), "")
    if show and picture:
        return FileResponse(path, media_type=picture, background=gone)
    suffix = f".{picture.partition('/')[2]}" if picture else ""
    return FileResponse(path, filename=sha256[:16] + suffix, media_type="application/octet-stream", background=gone)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.rmdir()
