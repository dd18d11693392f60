"""Names of exhibits: `agency/number`, the same in every report of every agency."""

from __future__ import annotations

import re

from cutset.errors import CutsetError
from cutset.model.exhibit import Act, Combined, Part, Sampled, Split

_NAME = re.compile(r"[a-z0-9][a-z0-9.@_+-]*/[^\s/#][^\s#]*")


class BadName(CutsetError):
    """A name that no exhibit can have."""


def name_of(written: str, agency: str) -> str:
    """The full name of an exhibit that a report writes; a bare number is that of `agency`.

    >>> name_of("2026-114", "hsi"), name_of("dea/7", "hsi")
    ('hsi/2026-114', 'dea/7')
    """
    return written if "/" in written else f"{agency}/{written}"


def agency_of(name: str) -> str:
    """The agency that gave the exhibit its number."""
    return name.partition("/")[0]


def checked(written: str, agency: str) -> str:
    """The full name, for a report about to be made. Raises `BadName` where no exhibit can be called so."""
    name = name_of(written, agency)
    if not _NAME.fullmatch(name):
        raise BadName(
            "no exhibit can have this name",
            where=repr(written),
            remedy="write agency/number, without blanks and #, for example hsi/2026-114",
        )
    return name


def parts_of(act: Act | None) -> tuple[Part, ...]:
    """The exhibits that come out of an act, beside the one that it is done to."""
    return act.parts if isinstance(act, Split | Sampled) else ()


def part_names(name: str, act: Act | None) -> tuple[str, ...]:
    """Their full names; a bare number is of the agency that numbered the exhibit they come from."""
    return tuple(name_of(part.exhibit, agency_of(name)) for part in parts_of(act))


def merged_names(name: str, act: Act | None) -> tuple[str, ...]:
    """The full names of the exhibits that go into a combined one."""
    return tuple(name_of(each, agency_of(name)) for each in act.of) if isinstance(act, Combined) else ()
