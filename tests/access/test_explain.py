"""Explanations name every rule, for the report and each portion."""

from __future__ import annotations

from cutset.access.decide import decide
from cutset.access.explain import explain
from cutset.access.registry import Viewer
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Case, Portion, Report, Source
from tests.access.people import MADE


def report(marking: Marking, *portions: Marking) -> Report:
    return Report(
        marking=marking,
        source=Source(dataset="cases"),
        content=Case(number="7"),
        portions=tuple(Portion(marking=each, text="who told it") for each in portions),
    )


def of(name: str) -> Viewer:
    viewer = MADE.viewer(name)
    assert viewer is not None
    return viewer


def test_every_reason_of_every_part_is_told_in_order() -> None:
    markings = (
        Marking(originator="dea", les=True),
        Marking(originator="dea", tlp=Tlp.RED, rel_to=("viewer:ann@hsi",)),
        Marking(originator="dea", les=True, orcon=True),
    )
    lines = explain(of("ann@hsi"), report(*markings), MADE)
    assert lines[0] == (
        "ann@hsi of hsi, for investigation, named by: agency:customs, agency:hsi, country:US, viewer:ann@hsi"
    )
    assert [line for line in lines if not line.startswith(" ")][1:] == [
        "report (TLP:AMBER//LES//DEA): visible",
        "portion 1 (TLP:RED//REL TO viewer:ann@hsi//DEA): visible",
        "portion 2 (TLP:AMBER//LES//ORCON//DEA): hidden",
    ]
    told = [line.split(":")[0].split() for line in lines if line.startswith(" ")]
    expected = [reason for marking in markings for reason in decide(of("ann@hsi"), marking, MADE).reasons]
    assert [(words[0], words[-1]) for words in told] == [
        ("permitted" if reason.permits else "forbidden", reason.rule) for reason in expected
    ]


def test_a_portion_is_hidden_with_its_report() -> None:
    lines = explain(of("ann@health"), report(Marking(originator="dea"), Marking(originator="dea", tlp=Tlp.CLEAR)), MADE)
    assert lines[1:] == (
        "report (TLP:AMBER//DEA): hidden",
        "  forbidden by default: no rule permits it",
        "portion 1 (TLP:CLEAR//DEA): hidden",
        "  permitted by clear: TLP:CLEAR may go to every registered viewer",
        "  hidden with the report that it is a part of",
    )


def test_names_that_are_nobody_are_pointed_out() -> None:
    tokens = (
        "agency:HSI",
        "agency:customs",
        "country:FR",
        "country:US",
        "group:cell",
        "group:empty",
        "viewer:x@dea",
        "x",
    )
    lines = explain(of("ann@dea"), report(Marking(originator="dea", rel_to=tokens)), MADE)
    noted = [line.split()[1] for line in lines if line.startswith("note:")]
    assert noted == ["agency:HSI", "country:FR", "group:empty", "viewer:x@dea", "x"]


def test_a_stranger_is_said_to_be_one() -> None:
    lines = explain(Viewer("eve@dea", "dea"), report(Marking(originator="dea")), MADE, purpose="targeting")
    assert lines[0] == "eve@dea of dea, for targeting, named by: nobody that the registry knows"
    assert "  forbidden by unregistered: the registry does not know this viewer as one of that agency" in lines
