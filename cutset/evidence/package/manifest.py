"""The manifest: the SHA-256 of every file of a package, in the form that `sha256sum -c` reads."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from cutset.evidence.attachments import CHUNK_BYTES

NAME = "manifest.sha256"
STAMP = "manifest.tsr"
"""The timestamp of the manifest, where an authority is configured; neither is listed in the manifest."""


def manifest(folder: Path) -> bytes:
    """The lines of the manifest, sorted by name: 64 hexadecimal digits, two blanks, the name with `/`."""
    files = sorted(
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if each.is_file() and each.name not in (NAME, STAMP)
    )
    return "".join(f"{digest(folder / each)}  {each}\n" for each in files).encode()


def flaws(folder: Path) -> list[str]:
    """What in a folder is not as its manifest says, in sentences; none where all is."""
    said = {}
    for line in (folder / NAME).read_text("utf-8").splitlines():
        of, _, name = line.partition("  ")
        said[name] = of
    found = {name: of for of, _, name in (line.partition("  ") for line in manifest(folder).decode().splitlines())}
    return (
        [f"{name} is missing" for name in sorted(said.keys() - found.keys())]
        + [f"{name} is not in the manifest" for name in sorted(found.keys() - said.keys())]
        + [f"{name} was changed" for name in sorted(said.keys() & found.keys()) if said[name] != found[name]]
    )


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; streamed."""
    running = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            running.update(chunk)
    return running.hexdigest()
