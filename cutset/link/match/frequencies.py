"""How common a name is: shipped tables, and counts over what the caller may see.

The share of people who bear the name x, with n_x of N names counted by the caller and p_x the shipped share, is

    f(x) = (n_x + a p_x) / (N + a),    a = `PRIOR_NAMES`

so that a few names counted change little, and many names counted say all. A name that no table lists has the share
`UNLISTED`. A name of one letter is an initial: it has the share of all names that begin with it, and no less than
`INITIAL`. Frequencies never come from reports that the viewer may not see: the caller counts what is visible, or
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

PRIOR_NAMES: Final = 1_000.0
"""How many counted names weigh as much as the shipped table."""

UNLISTED: Final[Mapping[str, float]] = {"given": 5e-6, "family": 5e-6, "word": 2e-5, "place": 0.0, "stamp": 2e-4}
"""The share of a name that its table does not list. Places have no table: 0 says that the share is not known."""

TABLE_VERSION: Final = "us-1990-1"

INITIAL: Final = 1 / 26
"""The least share of a name of one letter: it stands for all that begin with it, and X and N for anyone."""


class Frequencies:
    """The shares of names: `given` and `family` names of persons, `word`s of organisations' and vessels' names,
    `place`s, `stamp`s of lots.

    `counts` are the caller's own, by the same five words; each is over what the viewer may see.

    >>> shipped = Frequencies()
    >>> shipped.share("family", "smith") > 100 * shipped.share("family", "escalante")
    True
    >>> Frequencies({"family": {"escalante": 900, "smith": 100}}).share("family", "escalante") > 0.4
    True
    """

    def __init__(self, counts: Mapping[str, Mapping[str, int]] | None = None) -> None:
        self._counts = {column: dict(names) for column, names in (counts or {}).items()}
        self._totals = {column: sum(names.values()) for column, names in self._counts.items()}
        self._shares: dict[str, dict[str, float]] = {column: {} for column in UNLISTED}

    def share(self, column: str, name: str) -> float:
        """The share, 0 to 1, of those that bear `name`, a folded token; 0 only for a place that was not counted."""
        found = self._shares[column].get(name)
        if found is None:
            # A table as large as the names that were asked for: bounded by what the caller compares.
            found = self._shares[column][name] = self._compute(column, name)
        return found

    def _compute(self, column: str, name: str) -> float:
        counted = self._counts.get(column)
        if column == "place":
            # Half a count more, as for a value seen once more than it was; no table says what is usual.
            return (counted.get(name, 0) + 0.5) / (self._totals[column] + 1) if counted else 0.0
        if len(name) == 1 and column in _OF_PERSONS:
            return self._initial(column, name)
        prior = table(column).get(name, UNLISTED[column])
        if not counted:
            return prior
        return (counted.get(name, 0) + PRIOR_NAMES * prior) / (self._totals[column] + PRIOR_NAMES)

    def _initial(self, column: str, letter: str) -> float:
        """The share of the names that begin with a letter, by the same formula as that of a name."""
        prior = _initials(column).get(letter, 0.0)
        counted = self._counts.get(column)
        if counted:
            number = sum(times for name, times in counted.items() if name[:1] == letter)
            prior = (number + PRIOR_NAMES * prior) / (self._totals[column] + PRIOR_NAMES)
        return max(prior, INITIAL)


def count(names: Iterable[str]) -> dict[str, int]:
    """How often each name occurs.

    >>> count(["li", "li", "ho"])
    {'li': 2, 'ho': 1}
    """
    counted: dict[str, int] = {}
    for name in names:
        counted[name] = counted.get(name, 0) + 1
    return counted


_OF_PERSONS: Final = frozenset({"given", "family"})


@cache
def _initials(column: str) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for name, share in table(column).items():
        found[name[0]] = found.get(name[0], 0.0) + share
    return found


@cache
def table(column: str) -> Mapping[str, float]:
    """The shipped shares of `given` names, `family` names, `word`s or `stamp`s, by folded token."""
    text = (files("cutset.link.match") / "tables" / f"{column}.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(per_million) / 1e6 for name, per_million in rows}
