"""Letting Python's cycle collector rest while many plain objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_resting = 0
_was_on = False


@contextmanager
def no_cycles() -> Iterator[None]:
    """Let the cycle collector rest in this block: reports are trees, which go when their last reference does.

    A batch makes objects by the hundred thousand; looking for cycles among them takes as long as making them. Several
    threads may be in such a block; the collector goes on when the last of them leaves.
    """
    global _resting, _was_on
    with _lock:
        if not _resting:
            _was_on = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if not _resting and _was_on:
                gc.enable()
