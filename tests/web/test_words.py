"""Fields of the pages in which people write what they like: each warns of what may tell of a protected trait."""

from __future__ import annotations

import re
from importlib import resources

import pytest

FREE = re.compile(r"(reason|why|text|need|remark|purpose|method|notes?|comment|(part_)?description|item-)\b")
"""Names of fields for words of one's own."""
ELSEWHERE = {("audit.html.j2", "text"), ("group.html.j2", "members")}
"""A question to the audit, and a list of viewers' ids: neither is written into a report."""
TEMPLATES = sorted(
    (each.name, each.read_text("utf-8"))
    for each in resources.files("cutset.web").joinpath("templates", "workspace").iterdir()
    if each.name != "words.html.j2"
)
FIELD = re.compile(
    r"""<(?:textarea|input(?![^>]*type="(?:hidden|checkbox)"))[^>]*?name="([^"]+)"|field\(\s*"([^"]+)"|\bf\("([^"]+)\""""
)


@pytest.mark.parametrize(("name", "text"), TEMPLATES, ids=[name for name, _ in TEMPLATES])
def test_a_field_for_words_of_ones_own_is_watched(name: str, text: str) -> None:
    plain = re.sub(r"words\.field\([^)]*", "", text)
    fields = {"".join(found) for found in FIELD.findall(plain)}
    unwatched = {each for each in fields if FREE.match(each) and (name, each) not in ELSEWHERE}
    assert not unwatched, "made without words.field"
    areas = {found for found in re.findall(r'<textarea[^>]*name="([^"]+)"', text) if (name, found) not in ELSEWHERE}
    assert not areas, "made without words.field"


def test_the_scan_sees_fields() -> None:
    seen = {"".join(found) for _, text in TEMPLATES for found in FIELD.findall(text)}
    assert {"password", "members", "seal"} <= seen
    assert {"reason", "item-"} <= {
        match[1] for _, text in TEMPLATES for match in [*re.finditer(r'words\.field\("(reason|item-)', text)]
    }
