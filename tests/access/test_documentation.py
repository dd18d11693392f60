"""docs/rights.md says what the policy does: every rule, purpose and role has its place there, and the examples hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cutset.access.decide import decide
from cutset.access.policy import DEFAULT, policy
from cutset.access.registry import Viewer
from cutset.access.roles import roles
from cutset.model.marking import Marking, Tlp
from tests.access.people import MADE

PAGE = (Path(__file__).parents[2] / "docs" / "rights.md").read_text("utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The rows of the first table in a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def paragraphs(title: str) -> dict[str, str]:
    """What stands under each third heading of a section."""
    parts = re.split(r"^### `(.+)`$", section(title), flags=re.MULTILINE)[1:]
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


EXAMPLES = rows("Worked examples")


def test_each_rule_has_its_paragraph_in_the_policys_order() -> None:
    permits, forbids = paragraphs("Permits"), paragraphs("Forbids")
    assert list(permits) == [rule.reason.rule for rule in policy().rules if rule.reason.permits]
    assert list(forbids) == [rule.reason.rule for rule in policy().rules if not rule.reason.permits]
    for name, text in (permits | forbids).items():
        assert len(text.split()) >= 15, name


def test_each_purpose_is_told_as_the_policy_has_it() -> None:
    said = {row[0].strip("`"): (row[1], row[2]) for row in rows("Purposes")}
    assert said == {
        code: (purpose.meaning, "yes" if purpose.operational else "no") for code, purpose in policy().purposes.items()
    }


def test_each_role_is_told_as_its_file_has_it() -> None:
    said = {row[0].strip("`"): (row[1], row[2]) for row in rows("Roles")}
    assert said == {code: (role.meaning, ", ".join(role.powers) or "none") for code, role in roles().items()}


def test_each_level_and_caveat_is_told() -> None:
    assert [row[0] for row in rows("Levels")] == [str(level) for level in Tlp]
    assert re.findall(r"^\*\*([A-Z ]+)\*\*", section("Caveats"), flags=re.MULTILINE) == [
        "LES",
        "ORCON",
        "REL TO",
        "FOR",
    ]


def test_the_examples_show_every_rule_at_work() -> None:
    shown = {row[4].strip("`") for row in EXAMPLES}
    assert shown == {rule.reason.rule for rule in policy().rules} | {DEFAULT.rule}


def read(banner: str) -> Marking:
    """The marking of which this is the banner."""
    level, *caveats, originator = banner.split("//")
    said = {"LES": False, "ORCON": False} | dict.fromkeys(caveats, True)
    names = {
        word: tuple(part for part in caveat.removeprefix(f"{word} ").split(", ") if part not in ("nobody", "nothing"))
        for word in ("REL TO", "FOR")
        for caveat in caveats
        if caveat.startswith(f"{word} ")
    }
    return Marking(
        originator=originator.lower(),
        tlp=Tlp(level),
        les=said["LES"],
        orcon=said["ORCON"],
        rel_to=names.get("REL TO"),
        purposes=names.get("FOR"),
    )


@pytest.mark.parametrize(("banner", "name", "purpose", "sees", "rule"), EXAMPLES)
def test_the_worked_examples_hold(banner: str, name: str, purpose: str, sees: str, rule: str) -> None:
    marking = read(banner)
    assert marking.banner == banner
    viewer = MADE.viewer(name) or Viewer(name, name.partition("@")[2])
    decision = decide(viewer, marking, MADE, purpose=purpose)
    assert decision.allowed == (sees == "yes")
    # What the page names is a rule that allowed it, or one that forbade it.
    assert rule.strip("`") in {reason.rule for reason in decision.reasons if reason.permits == decision.allowed}
