"""Takes the documentation's pictures of the overview page, of made data only: `make pictures`.

    python scripts/pictures.py [--page overview.html] [--folder docs/_static]

Without `--page`, it runs the demonstration in a folder of its own and takes the page that this makes. It writes
`overview.png` and `overview-dark.png`. It needs Chromium, and Playwright from the test requirements.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
WIDTH, HEIGHT = 1280, 1080


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


if __name__ == "__main__":
    main()
