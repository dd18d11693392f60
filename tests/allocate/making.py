"""Made networks: one that is reckoned by hand, random ones, and strategies of them."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from random import Random

import pytest
from hypothesis import strategies as st

from cutset.allocate.network import Network, build
from cutset.model.network import Estimate, Means, Stop, Traffic, Way

needs_highs = pytest.mark.skipif(find_spec("highspy") is None, reason="highspy is not installed: the extra `allocate`")
needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="numpy is not installed: the extra `allocate`")


def about(value: float, spread: float = 0.5) -> Estimate:
    return Estimate(value=value, low=value * (1 - spread), high=value * (1 + spread), source="assumed")


def way(name: str, origin: str, goal: str, sweep: float | None = 0.01, cost: float = 0.0, **more: object) -> Way:
    return Way(
        id=name,
        origin=Stop(name=origin),
        goal=Stop(name=goal),
        modality=str(more.pop("modality", "sea")),
        sweep=None if sweep is None else about(sweep),
        cost_usd_kg=about(cost),
        **more,  # type: ignore[arg-type]
    )


def diamond(days: float = 60, step: float = 10) -> Network:
    """Two routes from S to T, by X and by Y; 100 kg a month; 6 deployments of 10 days.

        S --sx 0.01--> X --xt 0.02--> T        S --sy 0.01--> Y --yt 0.01--> T

    By hand: with n deployments on xt, the best way of the upper route, and m on sy or yt, the exponents are 0.2 n and
    0.1 m, so n = 2, m = 4 makes both 0.4, and 100 exp(-0.4) = 67.03 kg arrive. Nothing else does as well.
    """
    ways = {
        "a/sx": way("sx", "S", "X", 0.01),
        "a/xt": way("xt", "X", "T", 0.02),
        "a/sy": way("sy", "S", "Y", 0.01),
        "a/yt": way("yt", "Y", "T", 0.01),
    }
    traffic = {
        "a/coca": Traffic(
            id="coca", substance="cocaine", sources=("S",), goals=("T",), kg_month=about(100), gain_usd_kg=about(20_000)
        )
    }
    means = {"a/cutters": Means(id="cutters", sort="cutter", days=days, step=step, cost_usd_day=1000)}
    return build(ways, traffic, means)


def made(seed: int, *, ways: int = 12, traffics: int = 2, layers: int = 4, deployments: int = 4) -> Network:
    """A random network in layers, with ways that may be closed to some means; every traffic has a route."""
    random = Random(seed)
    per = max(2, round((ways / (layers - 1)) ** 0.5))
    stops = [[f"{layer}.{n}" for n in range(per)] for layer in range(layers)]
    pairs = [(a, b) for above, below in pairwise(stops) for a in above for b in below]
    # One route is sure; the others come as they come, some of them twice.
    chosen = [(above[0], below[0]) for above, below in pairwise(stops)]
    chosen += random.choices(pairs, k=max(0, ways - len(chosen)))
    entries = {
        f"a/w{n:03}": way(
            f"w{n:03}", *ends, random.uniform(0.003, 0.03), random.choice((0.0, 500.0, 1500.0)),
            modality=random.choice(("sea", "land")), suits=random.choice((0.5, 1.0, 2.0)),
            days=random.choice((0.0, 0.0, 10.0)),
        )
        for n, ends in enumerate(chosen)
    }  # fmt: skip
    traffic = {
        f"a/t{n}": Traffic(
            id=f"t{n}",
            substance=random.choice(("cocaine", "heroin")),
            sources=tuple({stops[0][0], random.choice(stops[0])}),
            goals=tuple({stops[-1][0], random.choice(stops[-1])}),
            kg_month=about(random.uniform(100, 3000)),
            load_kg=about(random.uniform(20, 300)),
            gain_usd_kg=about(random.choice((2500.0, 20_000.0))),
        )
        for n in range(traffics)
    }
    means = {
        "a/any": Means(id="any", sort="cutter", days=10.0 * deployments, step=10, cost_usd_day=1000),
        "a/land": Means(id="land", sort="team", days=7.0 * deployments, step=7, modalities=(
            random.choice([each.modality for each in entries.values()]),), factor=0.5),
    }  # fmt: skip
    return build(entries, traffic, means)


networks = st.builds(
    made,
    st.integers(0, 10_000),
    ways=st.integers(4, 14),
    traffics=st.integers(1, 3),
    layers=st.integers(2, 5),
    deployments=st.integers(1, 4),
)
