"""What a what-if is asked: as an address or a form carries it, and as the changes of a network that it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from urllib.parse import urlencode

from cutset.allocate.changes import Changes
from cutset.allocate.evidence import Revise
from cutset.allocate.network import Network
from cutset.allocate.proposal import Method
from cutset.allocate.response import Objective
from cutset.model.network import Plain

MOST_DAYS = 100_000.0
METHODS = (Method.DECOMPOSITION, Method.QUANTAL)
"""Against whom a page places: traffickers who see all of it and answer at their best, or such as err."""


class Asked(Plain, frozen=True):
    """What a page is asked: the changes, what is to be least, against whom, what is revised, and whether to reckon."""

    changes: Changes
    objective: Objective = Objective.ARRIVED
    method: Method = Method.DECOMPOSITION
    revise: Revise = Revise.SWEEP
    seed: int = 0
    go: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything of the network is changed."""
        return bool(self.changes.days or self.changes.closed or self.changes.opened)

    @property
    def query(self) -> str:
        """It as an address carries it."""
        return urlencode(self.fields)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """It as a form carries it: nothing that is as it would be without."""
        found = [(f"d.{name}", exact(days)) for name, days in sorted(self.changes.days.items())]
        found += [("shut", name) for name in self.changes.closed] + [("open", name) for name in self.changes.opened]
        found += [("objective", self.objective.value)] if self.objective is not Objective.ARRIVED else []
        found += [("method", self.method.value)] if self.method is not Method.DECOMPOSITION else []
        found += [("revise", self.revise.value)] if self.revise is not Revise.SWEEP else []
        found += [("seed", str(self.seed))] if self.seed else []
        return [*found, ("go", "1")] if self.go else found


def asked_of(given: Iterable[tuple[str, str]], network: Network, revise: Revise) -> Asked:
    """What is asked of a network: nonsense, and what names nothing there, is passed over.

    Only what differs from the network is a change. A form that has a box for each way says so by `ways`: one that is
    open, and whose box has no mark (`open`), was shut.
    """
    pairs = list(given)
    said = dict(pairs)
    marked, shut = ({value for name, value in pairs if name == which} for which in ("open", "shut"))
    is_open = {name: way.open for name, way in network.ways.items()}
    if "ways" in said:
        shut |= {name for name in is_open if name not in marked}
    days = {}
    for name, means in network.means.items():
        asked = number(said.get(f"d.{name}", ""))
        if asked is not None and asked != means.days:
            days[name] = asked
    seed = said.get("seed", "")
    return Asked(
        changes=Changes(
            days=days,
            closed=tuple(name for name in is_open if is_open[name] and name in shut - marked),
            opened=tuple(name for name in is_open if not is_open[name] and name in marked),
        ),
        objective=Objective(said["objective"]) if said.get("objective") in set(Objective) else Objective.ARRIVED,
        method=Method(said["method"]) if said.get("method") in set(METHODS) else Method.DECOMPOSITION,
        revise=revise,
        seed=int(seed) if seed.isdecimal() and len(seed) < 10 else 0,
        go=bool(said.get("go")),
    )


def revise_of(given: Mapping[str, str]) -> Revise:
    """Which estimates are revised: sweeps where it is not said, or nonsense."""
    said = given.get("revise", "")
    return Revise(said) if said in set(Revise) else Revise.SWEEP


def number(written: str) -> float | None:
    """The number of days that is written; None where it is none, negative, or more than anyone has.

    >>> number("1,200.5"), number("-1"), number("1e999"), number("many")
    (1200.5, None, None, None)
    """
    try:
        found = float(written.strip().replace(",", ""))
    except ValueError:
        return None
    return found if isfinite(found) and 0 <= found <= MOST_DAYS else None


def exact(days: float) -> str:
    """A number of days that is read back as the same.

    >>> exact(54.4), exact(100.0), exact(100 / 3)
    ('54.4', '100', '33.333333333333336')
    """
    return repr(days).removesuffix(".0")
