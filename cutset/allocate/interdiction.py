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
        """Solves with fractions until the program knows all that matters."""
        while not self.done() and not self.late():
            counts, bound, prices = self._relaxed()
            self.bound = max(self.bound, bound)
            value, new = self.answer(counts)
            if value - bound <= self.gap / 10 * value or not new:
                # The means' rows are the first of the program.
                self.prices = {
                    means: max(0.0, -price) * self.placing.scale
                    for means, price in zip(self.placing.limits, prices, strict=False)
                }
                self.offer(greedy(self.placing, [floor(count + 1e-6) for count in counts], self.cuts.learn))
                return

    def _relaxed(self) -> tuple[list[float], float, tuple[float, ...]]:
        solved = self.cuts.program.relaxed()
        self.rounds += 1
        counts = [
            min(max(0.0, solved.values[column]), self._most(place)) for place, column in enumerate(self.cuts.deployed)
        ]
        return counts, solved.bound, solved.prices

    def _most(self, place: int) -> float:
        return float(self.placing.limits[self.placing.choices[place].means])

    def dive(self) -> None:
        """Makes fractions whole, an eighth of what is left at a time, and solves for the rest after each."""
        fixed = self.placing.none()
        while not self.done() and not self.late():
            counts, _, _ = self._relaxed()
            self.answer(counts)
            whole = [max(low, floor(count + 1e-6)) for low, count in zip(fixed, counts, strict=True)]
            parts = sorted(
                (place for place, count in enumerate(counts) if count - whole[place] > 1e-6),
                key=lambda place: (whole[place] - counts[place], place),
            )
            left = {means: limit - sum(n for n, each in zip(whole, self.placing.choices, strict=True)
                                       if each.means == means)
                    for means, limit in self.placing.limits.items()}  # fmt: skip
            raised = 0
            for place in parts:
                means = self.placing.choices[place].means
                if left[means] >= 1 and raised <= len(parts) // 8:
                    whole[place] += 1
                    left[means] -= 1
                    raised += 1
            for place, low in enumerate(whole):
                if low > fixed[place]:
                    self.cuts.program.bounds(self.cuts.deployed[place], low, self._most(place))
            fixed = [float(each) for each in whole]
            if not raised:
                self.offer(greedy(self.placing, fixed, self.cuts.learn))
                break
        for place, column in enumerate(self.cuts.deployed):
            self.cuts.program.bounds(column, 0.0, self._most(place))

    def improve(self) -> None:
        """Moves single deployments to the routes that are best now, while that helps and a quarter of the time is left.

        Only a move to a way of such a route can help at once.
        """
        placing, stop = self.placing, monotonic() + (self.until - monotonic()) / 4
        moved = True
        while moved and not self.done():
            moved = False
            exponents = placing.hazards(self.best)
            now = [best(placing.graph, stake, exponents) for stake in placing.stakes.values()]
            to = sorted({place for response in now if response for place, _ in placing.on(response.route)})
            of = [place for place, count in enumerate(self.best) if count]
            for giver in of:
                for taker in to:
                    if monotonic() > stop:
                        return
                    if placing.choices[giver].means != placing.choices[taker].means or giver == taker:
                        continue
                    counts = list(self.best)
                    counts[giver] -= 1
                    counts[taker] += 1
                    if counts[giver] >= 0 and placing.value(counts) / placing.scale < self.value - _SMALL:
                        self.offer(counts)
                        moved = True

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
