"""Forms: what was posted, from a page of this session and no other."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile

from cutset.web.workspace import NotAllowed, workspace

FIELDS = 400
LONGEST = 20_000
"""Characters of one field."""


class Form(dict[str, str]):
    """The fields of a form by name; of several of one name the last, and all of them by `every`."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def every(self, name: str) -> list[str]:
        """The values of all fields of that name."""
        return [value for key, value in self._pairs if key == name]


def same_origin(headers: Mapping[str, str], host: str) -> bool:
    """Whether a browser says that a page of this server sent the request; one that says nothing is not one.

    >>> same_origin({"sec-fetch-site": "cross-site"}, "a"), same_origin({"origin": "https://a"}, "a")
    (False, True)
    """
    site = headers.get("sec-fetch-site", "")
    origin = headers.get("origin", "")
    return site in ("", "same-origin", "none") and (not origin or urlsplit(origin).netloc == host)


async def fields(request: Request) -> Form:
    """The fields that were posted. Files are read elsewhere. Raises `NotAllowed` for a form of another site."""
    if not same_origin(request.headers, request.headers.get("host", "")):
        raise NotAllowed
    async with request.form(max_files=0, max_fields=FIELDS) as form:
        return Form([(key, value[:LONGEST]) for key, value in form.multi_items() if not isinstance(value, UploadFile)])


def of_page(request: Request) -> None:
    """Raises `NotAllowed` where what is sent is no form, and was not sent by a script of this session's own pages."""
    session = workspace(request.app).session(request)
    given = request.headers.get("x-csrf", "")
    if not same_origin(request.headers, request.headers.get("host", "")) or (
        session is not None and not hmac.compare_digest(given.encode(), session.csrf.encode())
    ):
        raise NotAllowed


async def posted(request: Request) -> Form:
    """The fields of a form of this session's own pages. Raises `NotAllowed`, and `SignIn` where there is no session."""
    form = await fields(request)
    session = workspace(request.app).session(request)
    given = request.headers.get("x-csrf", "") or form.get("csrf", "")
    if session is not None and not hmac.compare_digest(given.encode(), session.csrf.encode()):
        raise NotAllowed
    return form
