"""How the server runs: read once, from a TOML file and from the environment, which has the last word."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from cutset.errors import CutsetError

PREFIX = "CUTSET_SERVE_"
"""Before the name of a setting, in capitals, in the environment: `CUTSET_SERVE_PORT=8443`."""


class BadSettings(CutsetError):
    """A setting is unknown, or has no value that makes sense."""


def safe(url: str) -> bool:
    """Whether what goes there goes by HTTPS, or stays on this machine.

    >>> safe("https://id.example/token"), safe("http://127.0.0.1:9000"), safe("http://id.example"), safe("file:///x")
    (True, True, False, False)
    """
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server's settings; each has a paragraph in docs/server.md.

    `idle_s` is after how many seconds without a request a session locks, `session_s` after how many it ends.
    `requests_per_minute` is for one session or, without one, one address. `https` says that people reach the server by
    HTTPS: cookies are then sent over nothing else. `upload_bytes` is the largest body of a request,
    `file_bytes` that of a form with photographs and other files. `hosts` are the names by which it is reached; ()
    allows any. `streams` is how many open pages one process tells what is new. `address` is where people reach it, with
    its scheme. `oidc_issuer` is the provider at which they may sign in too, `oidc_client` and `oidc_secret_file` how it
    knows this server, `oidc_claim` which claim names a viewer, and `oidc_name` what people call it. `weights` are
    weights files by which mentions are matched, in place of the shipped ones.
    """

    store: str = ""
    host: str = "127.0.0.1"
    port: int = 8321
    workers: int = 1
    https: bool = False
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1",)
    idle_s: int = 900
    session_s: int = 43_200
    requests_per_minute: int = 600
    upload_bytes: int = 16 << 20
    file_bytes: int = 256 << 20
    grace_s: int = 20
    streams: int = 400
    metrics: bool = True
    address: str = ""
    weights: tuple[str, ...] = ()
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret_file: str = ""
    oidc_claim: str = "preferred_username"
    oidc_name: str = "your agency"

    def __post_init__(self) -> None:
        for name in ("idle_s", "session_s", "requests_per_minute", "upload_bytes", "file_bytes", "workers", "streams"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be at least 1")
        if not 0 <= self.port <= 65535:
            raise ValueError("`port` must be from 0 to 65535")
        if self.oidc_issuer:
            if not (safe(self.oidc_issuer) and safe(self.address)):
                raise ValueError("`oidc_issuer` needs an https:// address, and this server's own in `address`")
            if not self.oidc_client:
                raise ValueError("`oidc_issuer` needs `oidc_client`, by which the provider knows this server")


def read(path: Path | None = None, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """The settings of the file at `path`, under those of the environment, under what was `given` (None is not).

    Raises `BadSettings`, which names the setting.

    >>> read(environment={"CUTSET_SERVE_PORT": "8443", "CUTSET_SERVE_HOSTS": "cutset.example"}).port
    8443
    """
    said: dict[str, Any] = {}
    if path is not None:
        try:
            said |= tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadSettings(
                f"the settings cannot be read: {error}", where=str(path), remedy="mend the file"
            ) from error
    environment = os.environ if environment is None else environment
    for field in msgspec.structs.fields(Settings):
        name = PREFIX + field.name.upper()
        if name in environment:
            text = environment[name]
            said[field.name] = [each for each in text.split(",") if each] if isinstance(field.default, tuple) else text
    said |= {name: value for name, value in given.items() if value is not None}
    try:
        return msgspec.convert(said, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(f"a setting is wrong: {error}", remedy="see docs/server.md for each") from error
