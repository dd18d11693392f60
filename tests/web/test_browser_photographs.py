"""Photographs of a seizure in a real browser: chosen and shown, kept without a network, sent once over a bad one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Route

from cutset.model.report import Seizure
from cutset.node import Node
from cutset.web.pages.photographs import PIECE_BYTES
from tests.web.browsers import chromium
from tests.web.test_workspace import DESK, PHONE, Visit, fill, place

pytestmark = pytest.mark.browser
__all__ = ["place"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def picture(to: Path, size: int, shade: int) -> Path:
    """A made PNG of one shade, with as many bytes in a chunk that no reader reads as make it `size` bytes long."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress((b"\0" + bytes([shade]) * 8) * 8))
    end = chunk(b"IEND", b"")
    filler = chunk(b"maDe", bytes(max(0, size - len(head) - len(rows) - len(end) - 12)))
    to.write_bytes(head + filler + rows + end)
    return to


def names(node: Node, words: str) -> list[str]:
    """The SHA-256 of the photographs of the one seizure that is found by these words."""
    (hit,) = node.search(words, viewer="deputy@county").hits
    entry = node.report(hit.id, viewer="deputy@county")
    assert entry is not None
    assert isinstance(entry.report.content, Seizure)
    return [each.sha256 for each in entry.report.content.files]


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def test_photographs_are_shown_before_and_after_they_are_sent(browser: Browser, place: Any, tmp_path: Path) -> None:
    address, node = place
    first, second, third = (picture(tmp_path / f"{name}.png", 30_000, 50 * name) for name in (1, 2, 3))
    (tmp_path / "empty.png").touch()
    visit = Visit(browser, address, viewport=PHONE)
    page = visit.sign_in()
    page.goto("/seizure")
    assert visit.violations() == []
    fill(page, "ketamine")
    page.locator("#photograph").set_input_files([first, second, tmp_path / "empty.png"])
    page.get_by_text("empty.png is empty.").wait_for()
    page.locator("#camera").set_input_files(third)
    page.locator("#chosen li").nth(2).wait_for()
    page.wait_for_function("[...document.querySelectorAll('#chosen img')].every((each) => each.naturalWidth === 8)")
    page.locator("#photograph").set_input_files(first)
    page.get_by_text("1.png is among them already.").wait_for()
    page.get_by_role("button", name="Take off 2.png").press("Enter")
    assert page.locator("#chosen li").count() == 2
    assert digest(first) in page.locator("#chosen").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/reports/*")
    assert names(node, "ketamine") == [digest(first), digest(third)]
    page.wait_for_function("[...document.querySelectorAll('.files img')].every((each) => each.naturalWidth === 8)")
    assert page.locator(".files img").count() == 2
    assert visit.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert visit.said == []
    visit.context.close()


def test_photographs_are_kept_without_a_network_and_sent_once_over_a_bad_one(
    browser: Browser, place: Any, tmp_path: Path
) -> None:
    address, node = place
    taken = picture(tmp_path / "taken.png", 3 * PIECE_BYTES + 1000, 80)
    visit = Visit(browser, address, viewport=PHONE)
    page = visit.sign_in()
    page.goto("/seizure")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visit.context.set_offline(True)
    page.goto("/seizure")
    fill(page, "mescaline")
    page.locator("#camera").set_input_files(taken)
    page.locator("#chosen li").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Kept on this device").wait_for()
    assert page.locator("#chosen li").count() == 0
    taken_digest = digest(taken)
    taken.unlink()
    page.close()
    # The network comes back, and breaks in the middle of the second piece; the third breaks after it was taken in.
    page = visit.context.new_page()
    sent: list[int] = []

    def bad(route: Route) -> None:
        if route.request.method == "PUT":
            sent.append(int(parse_qs(urlsplit(route.request.url).query)["at"][0]))
            if len(sent) == 2:
                return route.abort("connectionreset")
            if len(sent) == 4:
                route.fetch()
                return route.abort("connectionreset")
        return route.continue_()

    visit.context.set_offline(False)
    visit.context.route("**/photographs/**", bad)
    page.goto("/")
    for _ in range(4):
        page.evaluate("Promise.all([cutset.flush(), cutset.flush()])")
    assert page.evaluate("cutset.kept().then((items) => items.length)") == 0
    assert names(node, "mescaline") == [taken_digest]
    assert sent == [0, PIECE_BYTES, PIECE_BYTES, 2 * PIECE_BYTES, 3 * PIECE_BYTES]
    visit.context.close()


def test_a_photograph_of_200_mb_is_sent_and_one_beyond_the_limit_is_refused_kindly(
    browser: Browser, place: Any, tmp_path: Path
) -> None:
    address, node = place
    large, larger = picture(tmp_path / "large.png", 200_000_000, 90), picture(tmp_path / "larger.png", 269_000_000, 91)
    visit = Visit(browser, address, viewport=DESK)
    page = visit.sign_in()
    page.goto("/seizure")
    fill(page, "psilocybin")
    page.locator("#photograph").set_input_files([larger, large])
    page.get_by_text("a photograph may have up to 268.4 MB").wait_for()
    page.locator("#chosen li").wait_for(timeout=20_000)
    page.get_by_role("button", name="Send").click(timeout=30_000)
    page.wait_for_url("**/reports/*", timeout=60_000)
    assert names(node, "psilocybin") == [digest(large)]
    assert visit.said == []
    visit.context.close()
