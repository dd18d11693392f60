"""How a page is made: its template, with what every page shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from cutset.access.roles import Power, may
from cutset.web import numbers
from cutset.web.drawings import bars
from cutset.web.texts import language, say
from cutset.web.workspace import Asker

_encode = msgspec.json.Encoder(decimal_format="string").encode


def page(name: str, asker: Asker | None = None, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page `name` as its template makes it of `values`; all that stands in a report is escaped."""
    shown = {"asker": asker, "csrf": asker.csrf if asker else "", "powers": powers(asker), "banner": "", "made": False}
    text = templates().get_template(f"{name}.html.j2").render(shown | values)
    return HTMLResponse(text, status_code=status)


def data(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as JSON, for programs."""
    return Response(_encode(value), status, headers, media_type="application/json")


def powers(asker: Asker | None) -> frozenset[Power]:
    """What the asker's roles let them do, which decides what the menu offers."""
    if asker is None:
        return frozenset()
    registry = asker.node.log.registry()
    return frozenset(power for power in Power if may(asker.viewer, power, registry))


@cache
def templates() -> Environment:
    """The pages' templates."""
    environment = Environment(
        loader=PackageLoader("cutset.web", "templates/workspace"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        {
            name: getattr(numbers, name)
            for name in ("count", "mass", "money", "date", "moment", "score", "percent", "likelihood")
        }
    )
    environment.filters |= {"tlp": tlp, "bars": bars}
    environment.globals.update(_=say, language=language, world=world, Power=Power, htmx=json.dumps(HTMX))
    return environment


HTMX = {"allowEval": False, "includeIndicatorStyles": False, "selfRequestsOnly": True, "historyCacheSize": 0}
"""htmx keeps no page in the browser's storage, evaluates no text, and asks no other server."""


@lru_cache(maxsize=1)
def world() -> dict[str, str]:
    """The world map's outlines."""
    found: dict[str, str] = msgspec.json.decode(files("cutset.web").joinpath("assets", "world.json").read_bytes())
    return found


def tlp(banner: str) -> str:
    """The class that colours a marking, after the level that it begins with.

    >>> tlp("TLP:AMBER+STRICT//LES"), tlp("")
    ('amber', 'none')
    """
    level = banner.split("//")[0].removeprefix("TLP:").split("+")[0].casefold()
    return level if level in ("red", "amber", "green", "clear") else "none"
