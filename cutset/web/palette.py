"""Colours of drug classes, the same on every part of a page and as far as may be on every page.

A colour is a number from 1 to 7, or 8 for all the rest; the stylesheet gives each its shade on light and on dark. The
shades were chosen so that any two differ by at least 18 (CIE 1976) to the usual eye and with each of the three kinds of
colour blindness (Machado and others, 2009), and stand out from the page by at least 3 to 1 (WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

REST = 8
OTHER = "other classes"
UNNAMED = "class not known"

# Words found in the names of the classes, so that cocaine is blue on each page, whatever else is there.
_USUAL = (
    ("cocain", 1),
    ("fentan", 5),
    ("synthetic opioid", 5),
    ("opi", 2),
    ("heroin", 2),
    ("amphetamin", 3),
    ("stimulant", 3),
    ("cannab", 4),
    ("new psychoactive", 6),
    ("hallucin", 7),
    ("sedativ", 7),
)


def colours(events_by_class: Mapping[str, int]) -> dict[str, int]:
    """A colour for each class: of the seven with most events its usual one, else one that is left; the rest share one.

    >>> colours({"cocaine": 5, "khat": 3, "": 9})
    {'': 8, 'cocaine': 1, 'khat': 2}
    """
    ranked = sorted((name for name in events_by_class if name), key=lambda name: (-events_by_class[name], name))
    given = dict.fromkeys([*ranked[REST - 1 :], *([""] if "" in events_by_class else [])], REST)
    for name in ranked[: REST - 1]:
        usual = next((colour for word, colour in _USUAL if word in name.casefold()), None)
        if usual and usual not in given.values():
            given[name] = usual
    left = iter([colour for colour in range(1, REST) if colour not in given.values()])
    for name in ranked[: REST - 1]:
        if name not in given:
            given[name] = next(left)
    return given


def in_order(names: Iterable[str], events_by_class: Mapping[str, int]) -> list[str]:
    """Classes with most events first, and what has no class last."""
    return sorted(names, key=lambda name: (not name, -events_by_class.get(name, 0), name))
