"""Takes the documentation's pictures of the overview page and the workspace, of made data only: `make pictures`.

    python scripts/pictures.py [--page overview.html] [--folder docs/_static]

Without `--page`, it runs the demonstration in a folder of its own, takes the page that this makes, and serves the store
that it made to take the workspace's pages. It writes `overview.png`, `overview-dark.png`, and `workspace-….png`. It
needs Chromium, and Playwright from the test requirements.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn
from playwright.sync_api import sync_playwright

from cutset.clock import now
from cutset.exercise.agencies import WATCH
from cutset.web.accounts import sessions
from cutset.web.accounts.entrance import Entrance
from cutset.web.app import app
from cutset.web.settings import Settings

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
WITHOUT_A_CARD = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WIDTH, HEIGHT = 1280, 1080
VIEWER = WATCH.id
DESK, TALL, PHONE = (1280, 900), (1280, 1500), (360, 740)
PAGES = (
    ("inbox", "/inbox", DESK, "#main"),
    ("lead", "/leads", DESK, "#main h1"),
    ("map", "/map", DESK, "[data-atlas][data-drawn]"),
    ("plan", "/plan", DESK, "#main h1"),
    ("targets", "/targets", DESK, "#main h1"),
    ("allocate", "/allocate?go=1", TALL, "[data-atlas][data-under]"),
    ("watch", "/watch", TALL, "[data-atlas][data-under]"),
    ("seizure", "/seizure", PHONE, "#send"),
)
"""The workspace's pictures: name, path, size, and what must stand on the page first. `/leads` opens the first lead."""
OF_REPORTS = ("lead",)


def main() -> None:
    """Reads the command line, and takes the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--page", type=Path, help="an overview page of made data; by default the demonstration's")
    parser.add_argument("--folder", type=Path, default=Path("docs/_static"), help="where the pictures go")
    asked = parser.parse_args()
    with TemporaryDirectory() as scratch:
        page = asked.page or demonstration(Path(scratch))
        if "Made data" not in page.read_text(encoding="utf-8"):
            sys.exit(f"{page} does not say that its data are made. To mend it: take pictures of the demonstration only")
        take(page, asked.folder)
        if asked.page is None:
            take_workspace(Path(scratch) / "exercise.cutset", asked.folder)


def demonstration(folder: Path) -> Path:
    """The overview page that `cutset demo` makes."""
    cutset = Path(sys.executable).with_name("cutset")
    # The program is this environment's own.
    subprocess.run([cutset, "demo", "--folder", folder], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return folder / "overview.html"


def take(page: Path, folder: Path) -> None:
    """Writes the pictures of `page`, light and dark, into `folder`."""
    chromium = os.environ.get("CUTSET_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for scheme, name in (("light", "overview.png"), ("dark", "overview-dark.png")):
            tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)
            tab.goto(page.resolve().as_uri())
            tab.screenshot(path=folder / name)
            tab.close()
        browser.close()


def take_workspace(store: Path, folder: Path) -> None:
    """Writes the pictures of the workspace's pages, as a made viewer sees them."""
    with served(store) as (address, secret), sync_playwright() as playwright:
        chromium = os.environ.get("CUTSET_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *WITHOUT_A_CARD])
        for name, path, (width, height), drawn in PAGES:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light")
            context.add_cookies([{"name": "cutset", "value": secret, "url": address}])
            tab = context.new_page()
            tab.goto(address + path)
            if path == "/leads":
                tab.locator("#main a[href^='/leads/']").first.click()
            tab.wait_for_selector(drawn, timeout=60_000)
            if "Made exercise data" not in tab.content() and name in OF_REPORTS:
                sys.exit(f"{tab.url} does not say that its data are made. To mend it: serve the demonstration only")
            tab.screenshot(path=folder / f"workspace-{name}.png")
            context.close()
        browser.close()


@contextmanager
def served(store: Path) -> Iterator[tuple[str, str]]:
    """The address of a server over the store, and the secret of a session in it, for a `with` block."""
    made = app(Settings(store=str(store), requests_per_minute=100_000))
    begun = sessions.begin(Entrance(str(store), now).engine, VIEWER, "investigation", now())
    server = uvicorn.Server(uvicorn.Config(made, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not (server.started and server.servers):
        thread.join(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", begun.secret
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    main()
