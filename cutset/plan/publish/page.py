"""A publication as one HTML page that holds all it needs and asks nothing of any network."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cutset.plan.publish.chart import draw
from cutset.plan.publish.numbers import shown
from cutset.plan.publish.publication import Figure, Publication


def render(publication: Publication) -> str:
    """The page. All that comes from a report is escaped; without a script; made to be printed as well as read."""
    return _environment().get_template("publication.html.j2").render(publication=publication)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cutset.plan.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    environment.filters["chart"] = _chart
    return environment


def _chart(figure: Figure) -> Markup:
    """The figure's picture: markup of our own making, in which every text was escaped."""
    return Markup(draw(figure.chart, figure.title, id=f"{figure.id}-") if figure.chart else "")  # noqa: S704
