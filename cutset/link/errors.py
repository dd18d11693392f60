"""What the link views say when they do not find what was asked for."""

from __future__ import annotations

from cutset.errors import CutsetError


class NotFound(CutsetError):
    """There is no such thing among what the viewer may see; whether it exists at all is not said."""

    def __init__(self, what: str, asked: str) -> None:
        super().__init__(
            f"there is no such {what}",
            where=asked,
            remedy="check the id, or list them anew: what it rests on may have been superseded, purged or re-marked",
        )
