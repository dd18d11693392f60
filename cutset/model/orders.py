"""Words of taskings that several views read alike."""

from __future__ import annotations

ON_TASK = ("patrol", "search", "monitor", "track", "intercept", "interdict", "board", "on task")
"""The orders under which an asset is on task: each day of such an order is an asset-day."""
