"""The views that the law of the platform is tried on, and how each is asked for everything that it can show.

A new view adds a function to the module of its package, under `@tries` with the public functions that it calls. A view
that no function here calls fails `tests/test_non_interference.py`.
"""

from tests.non_interference import (
    allocate,
    desk,
    evidence,
    graph,
    link,
    log,
    near,
    news,
    oversight,
    package,
    plan,
    search,
    signature,
    target,
    track,
    web,
)
from tests.non_interference.trials import PARTS, TRIALS, TRIED, Asked

__all__ = [
    "PARTS",
    "TRIALS",
    "TRIED",
    "Asked",
    "allocate",
    "desk",
    "evidence",
    "graph",
    "link",
    "log",
    "near",
    "news",
    "oversight",
    "package",
    "plan",
    "search",
    "signature",
    "target",
    "track",
    "web",
]
