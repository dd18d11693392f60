"""What a viewer may see, in the form in which a query takes it."""

from __future__ import annotations

import msgspec


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """The rights of one viewer for one purpose: the ids of all markings that it may see.

    `viewer` and `agency` are ids, `purpose` a code of `policy.toml`. `visible` holds the log's marking ids. A query is
    limited to these before it counts, caps, ranks or joins; an empty set finds nothing.
    """

    viewer: str
    agency: str
    purpose: str
    visible: frozenset[int]
