"""The level of a whole page, from the banners of what is on it."""

from __future__ import annotations

from collections.abc import Iterable

from cutset.model.marking import Tlp

_CAVEATS = ("LES", "ORCON")


def highest(banners: Iterable[str]) -> str:
    """The strictest level among banners, with every caveat that any of them has; "" for none.

    Whom a report is releasable to, and for what, is told at each figure: a page has no one such list.

    >>> highest(["TLP:CLEAR//CBP", "TLP:AMBER//LES//REL TO agency:hsi//DEA", ""])
    'TLP:AMBER//LES//limits at each figure'
    """
    words = [banner.split("//") for banner in banners if banner]
    if not words:
        return ""
    levels = [Tlp(each[0]) for each in words]
    found = [str(max(levels, key=lambda level: level.strictness))]
    found += [caveat for caveat in _CAVEATS if any(caveat in each for each in words)]
    if any(word.startswith(("REL TO ", "FOR ")) for each in words for word in each):
        found.append("limits at each figure")
    return "//".join(found)
