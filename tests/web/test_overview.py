"""The overview page's text: whole, escaped, honest about numbers, whatever it is given."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.web import flowmap
from cutset.web.overview import render
from cutset.web.overview_data import Counts, Drug, Flow, OverviewData, Period, Place, Slice, Total
from tests.web import made

VOID = {"meta", "link", "br", "hr", "img", "input", "col"}
STRAY = r"\b(nan|inf|None|undefined|\d+e[+-]?\d+)\b"
# Elements that HTML lets end themselves, within SVG.
SVG = {"path", "rect", "circle", "line"}


@dataclass
class Outline(HTMLParser):
    """A page's elements, checked for each to be closed in turn, with its text and ids."""

    open: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in {tag} {attrs}"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG, f"<{tag}/> does not end itself in HTML"
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> out of turn"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def named(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(value in (attrs.get(key) or "").split() for key, value in wanted.items())
        ]


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    found.close()
    assert found.open == [], "elements are left open"
    ids = [attrs["id"] for _, attrs in found.elements if "id" in attrs]
    assert len(ids) == len(set(ids)), "an id is given twice"
    for _, attrs in found.elements:
        for reference in (attrs.get("aria-labelledby") or "").split():
            assert reference in ids, f"nothing has the id {reference}"
    return found


def sound(page: str) -> Outline:
    """The outline of a page that is whole, draws no stray number, and runs nothing but its own script."""
    found = outline(page)
    assert not re.search(r'(?:x|y|width|height|d|r|cx|cy)="[^"]*(?:nan|inf)', page)
    assert [tag for tag, _ in found.elements].count("script") == 1
    assert not any(name.startswith("on") or name == "style" for _, attrs in found.elements for name in attrs)
    return found


def test_the_full_page_has_all_its_parts() -> None:
    found = sound(render(made.full()))
    assert not re.search(STRAY, found.text)
    assert [attrs["id"] for attrs in found.named("section")] == [
        "flows",
        "leads",
        "time",
        "what",
        "totals",
        "judge",
        "clocks",
        "rests",
    ]
    assert len(found.named("path", **{"class": "band"})) == 51
    assert len(found.named("li", **{"class": "lead"})) == 9
    assert len(found.named("caption")) == len(found.named("table")) == 10
    assert found.text.count("TLP:AMBER//LES//REL TO country:US") == 2
    for words in ("28.4 t", "918,500 × tablet", "1,874 of 2,291 events", "53 of 57 groups", "USD 2,145,988", "FY 2026"):
        assert words in found.text


def test_a_made_page_says_so_at_both_ends_and_an_observed_one_does_not() -> None:
    assert sound(render(made.full())).text.count("Made data") == 2
    observed = replace(made.full(made=False), leads=(), repeats=replace(made.full().repeats, waiting=()))
    assert "made" not in sound(render(observed)).text.replace("Made by cutset", "").casefold()


def test_an_empty_store_says_what_to_do_next() -> None:
    found = sound(render(made.empty()))
    for words in ("Nothing to show yet", "cutset ingest", "cutset demo", "cutset overview --out overview.html"):
        assert words in found.text
    assert not found.named("table")


def test_cases_alone_make_a_page_with_each_part_saying_what_is_missing() -> None:
    data = replace(made.empty(), counts=Counts(reports=3, cases=3))
    text = sound(render(data)).text
    for words in (
        "names both the country",
        "name the same verified identifier",
        "no events that this viewer may see",
        "No published totals",
        "No two reports look like one event",
        "no lead to time",
    ):
        assert words in text


def test_a_number_that_is_none_reads_as_not_known() -> None:
    nan, inf = float("nan"), float("inf")
    data = made.full()
    page = render(
        replace(
            data,
            drugs=(Drug(name="a", drug_class="", events=1, mass_kg=nan, counts={"tablet": inf}),),
            flows=tuple(replace(flow, mass_kg=inf) for flow in data.flows),
            totals=(Total(dataset="b", year=None, mass_kg=nan, money={"USD": Decimal("NaN")}),),
        )
    )
    found = sound(page)
    assert not re.search(STRAY, found.text)
    assert found.text.count("not known") > 10


def test_words_of_a_report_stay_words() -> None:
    page = render(made.breaking())
    found = sound(page)
    assert made.BREAKING not in page
    assert found.text.count("<script>alert(1)</script>") > 20
    assert page.count("</style>") == 2


def test_the_policy_allows_this_style_and_this_script_and_no_address() -> None:
    page = render(made.full())
    (policy,) = [attrs["content"] or "" for attrs in outline(page).named("meta") if "http-equiv" in attrs]
    allowed = set(re.findall(r"'sha256-[^']+'", policy))
    inline = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)
    assert len(inline) == 3
    assert {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline} == allowed
    assert "default-src 'none'" in policy
    assert "http" not in policy
    # No part of the page names an address to fetch from.
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", page)


def test_a_page_stays_small() -> None:
    many = tuple(
        replace(flow, departure=replace(flow.departure, code=f"{flow.departure.code}{number}"))
        for number in range(40)
        for flow in made.full().flows
    )
    page = render(replace(made.full(), flows=many))
    assert len(page.encode()) < 1_500_000
    found = sound(page)
    assert len(found.named("path", **{"class": "band"})) == flowmap.MOST
    assert f"The map draws the {flowmap.MOST} greatest flows" in found.text


words = st.text(max_size=12) | st.sampled_from([made.BREAKING, "", "{{ data }}", "Ωμέγα", "a\x00b", "\u202egnp"])
numbers = st.integers(0, 10**9)
amounts = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1e6)
degrees = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(-180, 180)
places = st.builds(Place, code=words, name=words, latitude_deg=degrees, longitude_deg=degrees) | st.sampled_from(
    list(made.PLACES.values())
)


@st.composite
def pages(draw: st.DrawFn) -> OverviewData:
    """The full page with its parts replaced by whatever may come."""

    def some(strategy: st.SearchStrategy[Any], most: int = 6) -> tuple[Any, ...]:
        return tuple(draw(st.lists(strategy, max_size=most)))

    counted = st.dictionaries(words, amounts, max_size=2)
    money = st.dictionaries(words, st.decimals() | st.just(Decimal("sNaN")), max_size=2)
    parts: dict[str, Any] = {
        "title": draw(words),
        "viewer": draw(words),
        "banner": draw(words),
        "made": draw(st.booleans()),
        "counts": draw(st.builds(Counts, reports=numbers, events=numbers, leads=numbers)),
        "routed": draw(numbers),
        "flows": some(
            st.builds(Flow, departure=places, destination=places, drug_class=words, events=numbers, mass_kg=amounts),
            12,
        ),
        "periods": some(
            st.builds(
                Period,
                year=st.integers(1, 9999) | st.integers(2020, 2026),
                month=st.none() | st.integers(1, 12),
                drug_class=words,
                events=numbers,
                mass_kg=amounts,
            ),
            12,
        ),
        "countries": some(st.builds(Slice, name=words, events=numbers, mass_kg=amounts)),
        "drugs": some(st.builds(Drug, name=words, drug_class=words, events=numbers, mass_kg=amounts, counts=counted)),
        "totals": some(
            st.builds(
                Total,
                dataset=words,
                year=st.none() | st.integers(1, 9999),
                events=numbers,
                mass_kg=amounts,
                counts=counted,
                money=money,
            )
        ),
        "notes": some(words),
    }
    return msgspec.structs.replace(made.full(), **parts)


@settings(max_examples=60, deadline=timedelta(seconds=20), suppress_health_check=list(HealthCheck))
@given(pages())
def test_whatever_it_is_given_the_page_is_whole(data: OverviewData) -> None:
    sound(render(data))
