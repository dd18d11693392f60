"""The overview: one page that holds all it needs, complete without a script, and asks nothing of any network."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cutset.web import flowmap, numbers, shares, timeline
from cutset.web.overview_data import OverviewData
from cutset.web.palette import UNNAMED, colours, in_order

__all__ = ["OverviewData", "render"]

SHOWN_FLOWS = 12
"""Rows of the table of flows."""


def render(data: OverviewData) -> str:
    """The page as HTML. Everything that comes from a report is escaped; numbers that are none read as not known.

    The page's own policy (Content-Security-Policy) allows it nothing but its own style and script, by their hashes.
    """
    by_class = _events_by_class(data)
    hues = colours(by_class)
    style, print_style, script = asset("overview.css"), _print_style(data), asset("overview.js")
    flows = flowmap.lay_out(data.flows, hues)
    drawn = {band.drug_class for band in flows.bands}
    return (
        _environment()
        .get_template("overview.html.j2")
        .render(
            data=data,
            style=style,
            print_style=print_style,
            script=script,
            policy=_policy((style, print_style), script),
            tlp=_tlp(data.banner),
            world=_world(),
            flows=flows,
            legend=[(name or UNNAMED, hues[name], name) for name in in_order(drawn, by_class)],
            shown_flows=SHOWN_FLOWS,
            flow_bar=max((pair.events for pair in flows.pairs), default=1),
            timeline=timeline.lay_out(data.periods, hues),
            chart_height=timeline.HEIGHT,
            small_height=timeline.SMALL_HEIGHT,
            splits=[
                ("By means of transport", "Means", shares.share_table(data.modalities)),
                ("By direction", "Direction", shares.share_table(data.directions)),
                ("By country of the event", "Country", shares.share_table(data.countries)),
                ("By agency", "Agency", shares.share_table(data.agencies)),
            ],
            drugs=shares.drug_rows(data.drugs, hues),
        )
    )


def _events_by_class(data: OverviewData) -> dict[str, int]:
    """Events by drug class, by which colours are given; every class that the page names is in it."""
    found: Counter[str] = Counter()
    for named in (data.periods, data.flows, data.drugs):
        for each in named:
            found[each.drug_class] += max(0, each.events)
    return dict(found)


@lru_cache(maxsize=8)
def asset(name: str) -> Markup:
    """A text of this package's own `assets/`, which needs no escaping."""
    return Markup(files("cutset.web").joinpath("assets", name).read_text(encoding="utf-8"))  # noqa: S704


@lru_cache(maxsize=1)
def _world() -> dict[str, str]:
    found: dict[str, str] = msgspec.json.decode(str(asset("world.json")))
    return found


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cutset.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        name: getattr(numbers, name)
        for name in ("count", "mass", "money", "amounts", "percent", "duration", "date", "moment", "score")
    }
    environment.filters.update(filters)
    environment.globals.update(events_of=flowmap.events_of, named=flowmap.named)
    return environment


def _policy(styles: tuple[str, ...], script: str) -> str:
    """The policy of the page: no address to fetch from, none to send to; this style and this script."""
    allowed = " ".join(_hash(style) for style in styles)
    return f"default-src 'none'; img-src data:; style-src {allowed}; script-src {_hash(script)}; base-uri 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _print_style(data: OverviewData) -> Markup:
    """The marking, and the word MADE, in the margins of every printed page."""
    words = " · ".join(word for word in (data.banner, "MADE DATA" if data.made else "") if word)
    # In a CSS string every character but these is written by its number, so that none can end the string.
    quoted = "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):06x}" for each in words)
    return Markup(  # noqa: S704
        "@page{margin:16mm 12mm;"
        f'@top-center{{content:"{quoted}";font:600 8pt sans-serif}}'
        f'@bottom-center{{content:"{quoted}";font:600 8pt sans-serif}}}}'
    )


def _tlp(banner: str) -> str:
    """The class that colours the banner, after the level that it begins with."""
    level = banner.split("//")[0].removeprefix("TLP:").split("+")[0].casefold()
    return level if level in ("red", "amber", "green", "clear") else "none"
