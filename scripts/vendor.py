"""Takes the workspace's scripts anew from their npm packages: the only time that anything of them is fetched.

    python scripts/vendor.py

Each package is of the version named here, and is refused unless its digest (npm's own `integrity`) is the one named
here. To take a newer one, change both. Its files are copied unchanged, with its licence, and named in `NOTICE`.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

FOLDER = Path("cutset/web/static/vendor")


class Package(NamedTuple):
    """An npm package: what of it is kept, under which name its licence lies, and what NOTICE says of it."""

    name: str
    version: str
    integrity: str
    files: tuple[str, ...]
    licence: str
    notice: str


PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        ("dist/htmx.min.js",),
        "LICENSE",
        "Big Sky Software, Zero-Clause BSD",
    ),
    Package(
        "maplibre-gl",
        "6.17.0",
        "sha512-2chIZwpLGenoUQOcnm9Pk4SLbA8ppNFq8jlpXiq9vcYm3Y1wJ3fc82FL0GLwBaPYJCLzPv/mC46KEupVov75rQ==",
        ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css"),
        "LICENSE.txt",
        "MapLibre contributors, 3-Clause BSD",
    ),
    Package(
        "cytoscape",
        "3.34.4",
        "sha512-msY99tMY8iWTg+sIPGfSqDcPNOt4xcj+v/K/7qUFaCUxxlqnMkUYLBjRUzn9W5CU/R2hrmtJa5+UtovrEM2ctg==",
        ("dist/cytoscape.esm.min.mjs",),
        "LICENSE",
        "The Cytoscape Consortium, MIT",
    ),
)


def main() -> None:
    """Fetches every package, and writes the files, the licences and NOTICE."""
    said = []
    for package in PACKAGES:
        with TemporaryDirectory() as scratch:
            take(package, Path(scratch))
        names = ", ".join(Path(each).name for each in package.files)
        said.append(
            f"{package.name} {package.version}, {package.notice}: see {licence_of(package)}.\n"
            f"{names}, taken from the npm package of that name and not changed.\n"
        )
    (FOLDER / "NOTICE").write_text("\n".join(said), encoding="utf-8")


def take(package: Package, scratch: Path) -> None:
    """Copies what is kept of one package into the folder."""
    # npm is the machine's own, and is given nothing but a name and a version from above.
    command = ["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"]
    subprocess.run(command, check=True, cwd=scratch, stdout=subprocess.DEVNULL)  # noqa: S603
    (archive,) = scratch.glob("*.tgz")
    found = "sha512-" + b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        sys.exit(f"{package.name} {package.version} is not the package that was looked at: its digest is {found}")
    with tarfile.open(archive) as files:
        for name, target in [
            *((each, Path(each).name) for each in package.files),
            (package.licence, licence_of(package)),
        ]:
            held = files.extractfile(f"package/{name}")
            assert held is not None, name
            (FOLDER / target).write_bytes(held.read())


def licence_of(package: Package) -> str:
    """The name under which its licence lies.

    >>> licence_of(PACKAGES[0])
    'LICENSE-htmx'
    """
    return f"LICENSE-{package.name.removesuffix('.org')}"


if __name__ == "__main__":
    main()
