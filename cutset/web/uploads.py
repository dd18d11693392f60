"""Forms with files: each is streamed to a passing file that has no name, and is gone when the request is.

The memory that it takes does not depend on a file's size. Where the connection is lost in mid-upload nothing is kept:
what was received had no name, and nothing reads it before all of the form is there.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from typing import BinaryIO, NamedTuple

from fastapi import Request
from starlette.datastructures import UploadFile

from cutset.web.forms import FIELDS, LONGEST, Form, same_origin
from cutset.web.workspace import NotAllowed, workspace

MOST_FILES = 12
"""Files that one form may bring."""


class Uploaded(NamedTuple):
    """A file as it was sent: the field's name, the file's own name and type (as its sender says), and its bytes."""

    field: str
    name: str
    media_type: str
    file: BinaryIO


class Upload(NamedTuple):
    """A form with its files."""

    form: Form
    files: tuple[Uploaded, ...]

    def text(self, field: str) -> bytes:
        """The first bytes of a small file, or of what was typed in its place; b"" where neither was given."""
        for each in self.files:
            if each.field == field:
                return each.file.read(LONGEST)
        return self.form.get(field, "").encode()


async def uploaded(request: Request) -> AsyncIterator[Upload]:
    """A form of this session's own pages, with its files, for as long as the request lasts. Raises `NotAllowed`."""
    if not same_origin(request.headers, request.headers.get("host", "")):
        raise NotAllowed
    session = workspace(request.app).session(request)
    async with request.form(max_files=MOST_FILES, max_fields=FIELDS) as sent:
        fields = [(key, value[:LONGEST]) for key, value in sent.multi_items() if not isinstance(value, UploadFile)]
        form = Form(fields)
        given = request.headers.get("x-csrf", "") or form.get("csrf", "")
        if session is None or not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise NotAllowed
        yield Upload(
            form,
            tuple(
                # A browser sends a field where no file was chosen as a file without a name.
                Uploaded(key, _base(value.filename), value.content_type or "", value.file)
                for key, value in sent.multi_items()
                if isinstance(value, UploadFile) and (value.filename or value.size)
            ),
        )


def _base(name: str | None) -> str:
    r"""A file's name without the folders that some browsers send with it.

    >>> _base("C:\\photos\\a.jpg")
    'a.jpg'
    """
    return (name or "").replace("\\", "/").rpartition("/")[2][:200]
