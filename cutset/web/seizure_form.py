"""The seizure form: what a deputy typed, read as a report, and everything in it that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace

from cutset.access.registry import Viewer
from cutset.link.match import dates
from cutset.model import place
from cutset.model.codes import find_substance
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind
from cutset.model.quantity import BadQuantity
from cutset.model.report import Goods, Precision, Report, Seizure, Source, When, Where
from cutset.web.amounts import Unread, amount, money
from cutset.web.named import row_mentions
from cutset.web.texts import say

DATASET = "seizure form"
ROWS = 12
"""Rows of goods, and of things named, that a form may have."""
PHOTOGRAPHS = 12
"""Photographs that a form may bring."""
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
AHEAD = timedelta(hours=26)
"""No seizure is later than this: a telephone's clock may be wrong by a day and some."""

OFFERED = ("drug", "precursor", "currency", "weapon")


class Problem(msgspec.Struct, frozen=True):
    """A field that cannot be read, and why."""

    field: str
    what: str


class Typed(msgspec.Struct, frozen=True):
    """What a form says: a report, or what is to be mended first."""

    report: Report | None
    problems: tuple[Problem, ...]


def typed(form: Mapping[str, str], viewer: Viewer, now: datetime, *, made: bool = False) -> Typed:
    """The form as a report of the viewer's agency.

    The report's record is the form's key, which its page made: the same form sent again is the same report.
    """
    problems: list[Problem] = []
    key = form.get("key", "")
    if not KEY.fullmatch(key):
        problems.append(Problem("key", say("the form has lost its key: open it anew")))
    when = _when(form, now, problems)
    where = _where(form, problems)
    goods = tuple(_goods(form, problems))
    mentions = tuple(mention for _, mention in named(form))
    problems += _unread(form)
    if not any(form.get(f"{name}_{row}", "").strip() for name in ("what", "amount") for row in range(ROWS)):
        problems.append(Problem("what_0", say("say what was seized")))
    if form.get("tlp", Tlp.AMBER) not in set(Tlp):
        problems.append(Problem("tlp", say("that is no level of the Traffic Light Protocol")))
    if problems or when is None:
        return Typed(None, tuple(problems))
    marking = Marking(originator=viewer.agency, tlp=Tlp(form.get("tlp", Tlp.AMBER)), les=form.get("les", "") == "on")
    report = Report(
        marking=marking,
        source=Source(dataset=DATASET, record=key, made=made),
        content=Seizure(when=when, where=where, goods=goods),
        text=form.get("text", "").strip(),
        mentions=mentions,
    )
    return Typed(report, ())


def _when(form: Mapping[str, str], now: datetime, problems: list[Problem]) -> When | None:
    """The local time that was typed, by the telephone's own minutes west of UTC."""
    try:
        local = datetime.fromisoformat(form.get("when", ""))
        west = int(form.get("west_min", "0") or 0)
        at = (local if local.tzinfo else local.replace(tzinfo=UTC) + timedelta(minutes=west)).astimezone(UTC)
        if abs(west) > 18 * 60 or at > now + AHEAD or at.year < 1970:
            raise ValueError
    except (ValueError, OverflowError):
        problems.append(Problem("when", say("say when it was: a date and a time that have been")))
        return None
    return When(at=at, precision=Precision.SECOND)


def _where(form: Mapping[str, str], problems: list[Problem]) -> Where:
    degrees: dict[str, float | None] = {}
    for name, most in (("latitude", 90.0), ("longitude", 180.0)):
        written = form.get(name, "").strip()
        try:
            value = float(written) if written else None
            if value is not None and not abs(value) <= most:
                raise ValueError
            degrees[name] = value
        except ValueError:
            problems.append(
                Problem(name, say("a {name} is a number of degrees, at most {most}", name=say(name), most=f"{most:g}"))
            )
    latitude, longitude = degrees.get("latitude"), degrees.get("longitude")
    if (latitude is None) != (longitude is None):
        problems.append(Problem("latitude", say("a position needs both latitude and longitude")))
    country = form.get("country", "").strip()
    code = place.country(country) if country else ""
    if country and not code:
        problems.append(Problem("country", say("no country is known by that name")))
    spot = form.get("place", "").strip()
    if not spot and latitude is None:
        problems.append(Problem("place", say("say where it was: a place, or use the position")))
    return Where(country=code, place=spot, latitude_deg=latitude, longitude_deg=longitude)


def _goods(form: Mapping[str, str], problems: list[Problem]) -> Iterator[Goods]:
    for row in range(ROWS):
        written = form.get(f"what_{row}", "").strip()
        much, unit = form.get(f"amount_{row}", "").strip(), form.get(f"unit_{row}", "").strip()
        contraband = form.get(f"sort_{row}", "drug")
        if not written and not much:
            continue
        if contraband not in OFFERED:
            problems.append(Problem(f"sort_{row}", say("choose what sort of thing it is")))
            continue
        substance = find_substance(written) if contraband in ("drug", "precursor") else None
        code = substance.code if substance else ""
        try:
            yield Goods(
                contraband=contraband,
                substance=code,
                written=written,
                quantity=amount(much, unit, substance=code) if much and contraband != "currency" else None,
                money=money(much, unit) if much and contraband == "currency" else None,
            )
        except Unread as error:
            problems.append(Problem(f"amount_{row}", error.what))
        except BadQuantity as error:
            # What is left is a currency that is none, whichever field it was typed into.
            problems.append(Problem(f"unit_{row}", f"{say('Unit or currency')}: {say(error.what)}"))


def named(form: Mapping[str, str]) -> Iterator[tuple[int, Mention]]:
    """Each row of the form that names someone or something, as its number and what it names, in the report's order."""
    for row in range(ROWS):
        born = form.get(f"born_{row}", "").strip()
        for mention in row_mentions(form, str(row)):
            known = mention.kind is MentionKind.PERSON and dates.read(born)
            yield row, replace(mention, born=(born,)) if known else mention


def _unread(form: Mapping[str, str]) -> Iterator[Problem]:
    for row in range(ROWS):
        born = form.get(f"born_{row}", "").strip()
        if born and dates.read(born) is None:
            yield Problem(f"born_{row}", say("write a date of birth as 1979-09-21, or 1979-09, or 1979"))
