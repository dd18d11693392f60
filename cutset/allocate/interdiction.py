"""Interdiction: whole deployments placed so that what traffickers can do at best is least; two exact ways, with bounds.

    minimise Σ_t W_t z_t    over n whole, Σ n_mw <= N_m for each means
    where    z_t >= a_t exp(-Σ_{w in p} h_w(n)) - c_p for every route p of t      h_w(n) = base_w + Σ k_w f_m s_m n_mw

The right side is convex in h, so each of its tangents is a bound: z >= a exp(-u) (1 + u - Σ h_w) - c_p for any u.

`plain` has no routes: the shortest route's length by h + c exp(u) / a is told by potentials on the stops, by duality
(E. Israeli, R. K. Wood, "Shortest-path network interdiction", Networks 40 (2002)). `decomposition` has routes only,
each put in when the traffickers answer with it (Benders' cuts of the same paper; J. E. Kelley, "The cutting-plane
method for solving convex programs", J. SIAM 8 (1960)). Both end with the same proof: a bound, and a placement near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from time import monotonic

from msgspec import field

from cutset.allocate.baselines import even, greedy, where_finds_are
from cutset.allocate.placement import Placing
from cutset.allocate.program import Cuts, Growing, Potentials
from cutset.allocate.response import best, worth_of
from cutset.model.network import Plain

_SMALL = 1e-9


class Placement(Plain, frozen=True):
    """Deployments by choice, the objective that they bring, and the `bound` under which no placement lies.

    `prices` say by means what one more deployment would take off the objective if parts of deployments could be placed
    and all were placed anew; they are empty if time ran out before that was known. `proved` says that the gap asked for
    was reached. `rounds` are how often the program was solved.
    """

    counts: tuple[float, ...]
    value: float
    bound: float
    proved: bool
    rounds: int
    prices: dict[str, float] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """How much less the best placement may bring, as a fraction of what this one does."""
        return 0.0 if self.value <= 0 else max(0.0, (self.value - self.bound) / self.value)


def decomposition(placing: Placing, *, gap: float = 0.01, time_limit_s: float = 20.0) -> Placement:
    """The best placement to within `gap`, by routes that are put in as traffickers answer with them."""
    return _search(placing, Cuts(placing), gap, monotonic() + time_limit_s)


def plain(placing: Placing, *, gap: float = 0.01, time_limit_s: float = 20.0) -> Placement:
    """The same by potentials on the stops: one program, to which only tangents are added."""
    return _search(placing, Potentials(placing), gap, monotonic() + time_limit_s)


def _search(placing: Placing, cuts: Growing, gap: float, until: float) -> Placement:
    """Solves with fractions until that says nothing new, then with whole deployments, until the gap is reached.

    With fractions a solution costs little and its bound is near the one with whole deployments, so most of what must
    be learned of the traffickers' routes is learned there.
    """
    begun = [greedy(placing, tell=cuts.learn), even(placing), where_finds_are(placing)]
    best = min(begun, key=placing.value)
    search = Search(placing, cuts, gap=gap, until=until, best=best, value=placing.value(best) / placing.scale)
    for counts in (placing.none(), *begun):
        search.answer(counts)
    search.relax()
    search.dive()
    search.improve()
    search.prove()
    return Placement(
        counts=tuple(search.best),
        value=search.value * placing.scale,
        bound=min(search.bound, search.value) * placing.scale,
        proved=search.done(),
        rounds=search.rounds,
        prices=search.prices,
    )


class Search:
    """The best placement so far and the bound so far, in fractions of the scale, and what brings them together."""

    def __init__(
        self, placing: Placing, cuts: Growing, *, gap: float, until: float, best: list[float], value: float
    ) -> None:
        self.placing, self.cuts, self.gap, self.until = placing, cuts, gap, until
        self.best, self.value, self.bound, self.rounds = best, value, 0.0, 0
        self.prices: dict[str, float] = {}

    def done(self) -> bool:
        """Whether the gap that was asked for is reached."""
        return self.value - self.bound <= self.gap * self.value + _SMALL

    def late(self) -> bool:
        """Whether the time is over."""
        return monotonic() >= self.until

    def answer(self, counts: Sequence[float]) -> tuple[float, bool]:
        """What the traffickers make of these deployments, and whether something of it was new to the program."""
        new, value = False, 0.0
        exponents = self.placing.hazards(counts)
        for name, stake in self.placing.stakes.items():
            response = best(self.placing.graph, stake, exponents)
            value += worth_of(stake, response)
            if response is not None:
                new |= self.cuts.learn(name, response)
        return value / self.placing.scale, new

    def offer(self, counts: list[float]) -> bool:
        """Takes whole deployments as the best if they are; says whether their answer was new."""
        value, new = self.answer(counts)
        if value < self.value:
            self.best, self.value = counts, value
        return new

    def relax(self) -> None:
        """Solves with fractions until the program knows all that matters, for half of the time at most."""
        stop = monotonic() + (self.until - monotonic()) / 2
        counts: list[float] = []
        while not self.done():
            found = self._relaxed(stop)
            if found is None:
                break
            counts, bound, prices = found
            self.bound = max(self.bound, bound)
            value, new = self.answer(counts)
            if value - bound <= self.gap / 10 * value or self.done() or not new:
                # The means' rows are the first of the program.
                self.prices = {
                    means: max(0.0, -price) * self.placing.scale
                    for means, price in zip(self.placing.limits, prices, strict=False)
                }
                break
        if counts:
            self.offer(greedy(self.placing, [floor(count + 1e-6) for count in counts], self.cuts.learn))

    def _relaxed(self, stop: float) -> tuple[list[float], float, tuple[float, ...]] | None:
        """Deployments, bound and prices with fractions; None where time runs out."""
        if monotonic() >= stop:
            return None
        solved = self.cuts.program.relaxed(time_limit_s=stop - monotonic())
        self.rounds += 1
        if not solved.values:
            return None
        counts = [
            min(max(0.0, solved.values[column]), self._most(place)) for place, column in enumerate(self.cuts.deployed)
        ]
        return counts, solved.bound, solved.prices

    def _most(self, place: int) -> float:
        return float(self.placing.limits[self.placing.choices[place].means])

    def dive(self) -> None:
        """Makes fractions whole, an eighth of what is left at a time, and solves for the rest after each.

        For half of the time that is left at most. Source of the idea: T. Berthold, "Primal heuristics for mixed integer
        programs" (2006), section 3.
        """
        fixed, stop = self.placing.none(), monotonic() + (self.until - monotonic()) / 2
        while not self.done() and (found := self._relaxed(stop)):
            self.answer(found[0])
            fixed, raised = self._raised(fixed, found[0])
            for place, low in enumerate(fixed):
                self.cuts.program.bounds(self.cuts.deployed[place], low, self._most(place))
            if not raised:
                break
        if any(fixed):
            self.offer(greedy(self.placing, fixed, self.cuts.learn))
        for place, column in enumerate(self.cuts.deployed):
            self.cuts.program.bounds(column, 0.0, self._most(place))

    def _raised(self, fixed: Sequence[float], counts: Sequence[float]) -> tuple[list[float], bool]:
        """The whole parts of `counts`, with the greatest eighth of the fractions made whole; and whether any was."""
        whole = [max(low, float(floor(count + 1e-6))) for low, count in zip(fixed, counts, strict=True)]
        used = self.placing.used(whole)
        left = {means: limit - used[means] for means, limit in self.placing.limits.items()}
        parts = sorted(
            (place for place, count in enumerate(counts) if count - whole[place] > 1e-6),
            key=lambda place: (whole[place] - counts[place], place),
        )
        open_parts = [place for place in parts if left[self.placing.choices[place].means] >= 1]
        raised = False
        for place in open_parts[: len(parts) // 8 + 1]:
            means = self.placing.choices[place].means
            if left[means] >= 1:
                whole[place] += 1
                left[means] -= 1
                raised = True
        return whole, raised

    def improve(self) -> None:
        """Moves single deployments while that helps, for a third of the time that is left at most."""
        stop = monotonic() + (self.until - monotonic()) / 3
        moved = True
        while moved and not self.done():
            moved = False
            for giver, count in enumerate(self.best):
                if monotonic() > stop:
                    return
                if count and self.best[giver]:
                    moved |= self._moved(giver, stop)

    def _moved(self, giver: int, stop: float) -> bool:
        """Moves a deployment from this choice to where it helps most, if that is better than to leave it.

        Without it, only a deployment on a route that is then best can help; and it touches only the traffics whose best
        route passes there, since the routes of the others have not become worse for them.
        """
        placing, graph = self.placing, self.placing.graph
        choice = placing.choices[giver]
        exponents = placing.hazards(self.best)
        exponents[choice.way] -= choice.push
        responses = {name: best(graph, stake, exponents) for name, stake in placing.stakes.items()}
        worths = {name: worth_of(placing.stakes[name], response) for name, response in responses.items()}
        whole, found = sum(worths.values()), (self.value * placing.scale - _SMALL * placing.scale, -1)
        near = {number for response in responses.values() if response for number in response.route}
        for taker in sorted(place for number in near for place in placing.by_way.get(number, ())):
            to = placing.choices[taker]
            if to.means != choice.means or taker == giver or monotonic() > stop:
                continue
            exponents[to.way] += to.push
            value = whole
            for name, response in responses.items():
                if response and to.way in response.route:
                    stake = placing.stakes[name]
                    value += worth_of(stake, best(graph, stake, exponents)) - worths[name]
            exponents[to.way] -= to.push
            found = min(found, (value, taker))
        if found[1] < 0:
            return False
        counts = list(self.best)
        counts[giver] -= 1
        counts[found[1]] += 1
        before = self.value
        self.offer(counts)
        return self.value < before

    def prove(self) -> None:
        """Solves with whole deployments, nearer each time, until the gap is reached or the time is over."""
        while not self.done() and not self.late():
            apart = (self.value - self.bound) / self.value
            solved = self.cuts.program.whole(
                gap=max(self.gap / 4, apart / 4),
                time_limit_s=self.until - monotonic(),
                begin=dict(zip(self.cuts.deployed, self.best, strict=True)),
            )
            self.rounds += 1
            self.bound = max(self.bound, solved.bound)
            if not solved.values:
                return
            counts = [float(round(solved.values[column])) for column in self.cuts.deployed]
            if not self.offer(counts) and apart <= self.gap:
                return
