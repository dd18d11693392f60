"""Why a posting is proposed, and what one more deployment would be worth: by withdrawing and adding, one at a time."""

from __future__ import annotations

from cutset.allocate.placement import Counts, Placing
from cutset.allocate.response import Objective, best, worth_of
from cutset.model.network import Plain


class Reason(Plain, frozen=True):
    """Why these means are posted there, in words; `worth` is what the objective rises by if they are withdrawn."""

    means: str
    way: str
    days: float
    words: str
    worth: float


class Shadow(Plain, frozen=True):
    """What one more deployment of `step` days of these means would take off the objective.

    `worth` is with all else left where it is, on the `way` where it is worth most. `price` is with everything placed
    anew, if parts of deployments could be placed: None where no optimiser told.
    """

    means: str
    way: str
    step: float
    worth: float
    price: float | None = None


def reasons(placing: Placing, counts: Counts) -> tuple[Reason, ...]:
    """A reason for each posting, in the order of the postings."""
    value = placing.value(counts)
    return tuple(_reason(placing, counts, place, value) for place, count in enumerate(counts) if round(count))


def _reason(placing: Placing, counts: Counts, place: int, value: float) -> Reason:
    choice = placing.choices[place]
    exponents = placing.hazards(counts)
    exponents[choice.way] -= choice.push * counts[place]
    rise, drawn_here = 0.0, []
    for stake in placing.stakes.values():
        response = best(placing.graph, stake, exponents)
        rise += worth_of(stake, response)
        if response is not None and choice.way in response.route:
            first, last = (placing.graph.ways[response.route[end]] for end in (0, -1))
            drawn_here.append(f"{stake.traffic.substance} from {first.origin.name} to {last.goal.name}")
    worth = max(0.0, rise - value)
    unit = "kg" if placing.objective is Objective.ARRIVED else "USD"
    if worth > 1e-9 * (1 + value) and drawn_here:
        least = "most profitable" if placing.objective is Objective.PROFIT else "least watched"
        words = (
            f"without it the {least} route of {'; '.join(drawn_here)} would go by this way, "
            f"and {worth:,.0f} {unit} a month more would be the traffickers'"
        )
    else:
        words = "withdrawn alone it changes nothing: other routes are as good for the traffickers, with or without it"
    return Reason(
        means=choice.means,
        way=placing.graph.names[choice.way],
        days=round(counts[place]) * choice.days,
        words=words,
        worth=worth,
    )


def shadows(placing: Placing, counts: Counts, prices: dict[str, float]) -> tuple[Shadow, ...]:
    """What one more deployment of each means would be worth, in the order of the means."""
    exponents = placing.hazards(counts)
    value = placing.value_at(exponents)
    # Only a way of a route that is best now can help at once.
    now = [best(placing.graph, stake, exponents) for stake in placing.stakes.values()]
    near = {number for response in now if response for number in response.route}
    found = []
    for means in placing.limits:
        mine = [choice for choice in placing.choices if choice.means == means]
        if not mine:
            continue
        worth: list[tuple[float, str]] = []
        for choice in mine:
            more = list(exponents)
            more[choice.way] += choice.push
            drop = value - placing.value_at(more) if choice.way in near else 0.0
            worth.append((-max(0.0, drop), placing.graph.names[choice.way]))
        most, way = min(worth)
        found.append(Shadow(means=means, way=way, step=mine[0].days, worth=-most, price=prices.get(means)))
    return tuple(found)
