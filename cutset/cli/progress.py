"""A bar of progress on a terminal, on its error side; nothing in a file, for programs, or where NO_PROGRESS is set."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cutset.cli import output

_T = TypeVar("_T")


class Bar:
    """One bar: steps that are done, of those that there are."""

    def __init__(self, drawn: Progress, what: str, total: int) -> None:
        self._drawn = drawn
        self._task = drawn.add_task(what, total=total)

    def step(self, *_: object) -> None:
        """One more step is done; whatever is told of it is passed over, so that it can be called back with it."""
        self._drawn.advance(self._task)

    def along(self, things: Iterable[_T]) -> Iterator[_T]:
        """The same things; each is a step that is done when the next is asked for."""
        for each in things:
            yield each
            self.step()


@contextmanager
def bar(what: str, total: int, *, quiet: bool = False) -> Iterator[Bar]:
    """A bar for `total` steps of `what`, gone when they are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    hidden = quiet or not output.err.is_terminal or bool(os.environ.get("NO_PROGRESS"))
    with Progress(*columns, console=output.err, transient=True, disable=hidden) as drawn:
        yield Bar(drawn, what, total)
