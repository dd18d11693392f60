"""A real Chromium for tests, which skip, saying so, where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
WITHOUT_A_CARD = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""With these it draws maps, by the processor."""


def executable() -> str | None:
    """Where Chromium is: the environment's word, else the usual names; None leaves it to Playwright's own."""
    named = os.environ.get("CUTSET_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """A running Chromium, with more arguments where given; the test is skipped where none starts."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable(), args=[*ARGUMENTS, *arguments])
        except Error as error:
            pytest.skip(f"no Chromium starts here: {error.message.splitlines()[0]}")
        try:
            yield browser
        finally:
            browser.close()
