"""A network as one file: good entries go in, bad ones are rejected with their line and reason, and twice is once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from cutset.ingest.load import load
from cutset.ingest.reader import Context
from cutset.ingest.source import BadFile
from cutset.model.network import Allocation, Estimate, Means, Posting, Stop, Traffic, Way
from cutset.plan.filed import entries, filed
from cutset.plan.network_file import NetworkFile
from cutset.plan.registers import BadEntry, check
from tests.plan.national import COAST, COCAINE, CUTTERS, NOW, National, green

HEAD = 'name = "made"\nfiscal_year = "FY 2024"\n'
WAY = """
[[way]]
id = "{id}"
origin = {{ name = "Tumaco" }}
goal = {{ name = "{goal}" }}
modality = "{modality}"
days = {days}
"""
MEANS = '\n[[means]]\nid = "cutters"\nsort = "cutter"\ndays = 24\n'


def way(id: str = "coast", goal: str = "San José", modality: str = "maritime", days: str = "8") -> str:
    return WAY.format(id=id, goal=goal, modality=modality, days=days)


@pytest.fixture
def national(tmp_path: Path) -> National:
    return National(tmp_path)


def read(national: National, folder: Path, text: str) -> tuple[tuple[int, ...], list[dict[str, object]]]:
    """Reads the file as dhs's; accepted, repeated, rejected, removed, and the rejects."""
    path = folder / "network.toml"
    path.write_text(text, encoding="utf-8")
    context = Context(marking=green("dhs"), now=NOW)
    loaded = load(national.log, path, NetworkFile(), context, by="ann@dhs")
    lines = Path(loaded.rejects_file).read_bytes().splitlines() if loaded.rejects_file else []
    rejects = [msgspec.json.decode(line) for line in lines]
    return (loaded.accepted, loaded.repeated, loaded.rejected, loaded.removed), rejects


def known(national: National) -> list[str]:
    everything = filed(national.log, national.rights("dhs"))
    return [each.key for kind in (Way, Traffic, Means) for each in entries(everything, kind)]


def test_a_bad_entry_is_rejected_with_its_line_and_reason_and_the_rest_goes_in(
    national: National, tmp_path: Path
) -> None:
    text = HEAD + way() + way("b", modality="by boat") + way("c", days='"many"') + way() + MEANS
    counts, rejects = read(national, tmp_path, text)
    assert counts == (2, 0, 3, 0)
    assert known(national) == ["dhs/coast", "dhs/cutters"]
    assert [(each["line"], each["value"]) for each in rejects] == [(11, "b"), (18, "c"), (25, "coast")]
    reasons = [str(each["reason"]) for each in rejects]
    assert "no code of a modality" in reasons[0]
    assert "days" in reasons[1]
    assert "twice" in reasons[2]


def test_the_same_file_again_is_once_and_a_later_one_takes_its_place(national: National, tmp_path: Path) -> None:
    assert read(national, tmp_path, HEAD + way() + way("north") + MEANS)[0] == (3, 0, 0, 0)
    assert read(national, tmp_path, HEAD + way() + way("north") + MEANS)[0] == (0, 3, 0, 0)
    assert read(national, tmp_path, HEAD + way(days="12") + MEANS)[0] == (1, 1, 0, 1)
    assert known(national) == ["dhs/coast", "dhs/cutters"]
    (coast,) = entries(filed(national.log, national.rights("dhs")), Way)
    assert coast.entry.days == 12.0


def test_an_entry_that_was_rejected_this_time_is_not_withdrawn(national: National, tmp_path: Path) -> None:
    read(national, tmp_path, HEAD + way() + way("north"))
    assert read(national, tmp_path, HEAD + way() + way("north", goal=""))[0] == (0, 1, 1, 0)
    assert known(national) == ["dhs/coast", "dhs/north"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name = ", "no TOML"),
        ('fiscal_year = "FY 2024"\n', "no name"),
        ('name = "x"\n', "no fiscal year"),
        ('name = "x"\nfiscal_year = "FY 20x1"\n', "no fiscal year"),
        (HEAD + '[[ways]]\nid = "x"\n', "nothing called ways"),
    ],
)
def test_a_file_that_is_no_network_is_refused_whole(national: National, tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(BadFile, match=what):
        read(national, tmp_path, text)


NOWHERE = Stop(name="Tumaco", latitude_deg=95.0, longitude_deg=0.0)
TOO_LOW = Estimate(value=1.0, low=2.0, high=3.0, source="assumed")
UNSOURCED = Estimate(value=1.0, low=1.0, high=1.0, source=" ")
replace = msgspec.structs.replace


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        (replace(COAST, id="a b"), "blanks"),
        (replace(COAST, origin=NOWHERE), "no place on earth"),
        (replace(COAST, origin=Stop(name="Tumaco", latitude_deg=1.0)), "one coordinate only"),
        (replace(COAST, origin=Stop(name="Tumaco", country="XX")), "no country"),
        (replace(COAST, origin=Stop(name=" ")), "no name"),
        (replace(COAST, goal=COAST.origin), "ends where it begins"),
        (replace(COAST, via=((1.0, 200.0),)), "no place on earth"),
        (replace(COAST, via=((float("nan"), 0.0),)), "no number"),
        (replace(COAST, modality="boat"), "no code of a modality"),
        (replace(COAST, sweep=TOO_LOW), "outside of its own range"),
        (replace(COAST, sweep=UNSOURCED), "names no source"),
        (replace(COAST, days=-1.0), "days is negative"),
        (replace(COAST, days=float("inf")), "no number"),
        (replace(COAST, suits=0.0), "suits nobody"),
        (replace(COCAINE, substance="snow-white"), "no code of a substance"),
        (replace(COCAINE, sources=()), "sources are not named"),
        (replace(COCAINE, kg_month=replace(TOO_LOW, low=-1.0)), "low is negative"),
        (replace(CUTTERS, step=0.0), "takes no days"),
        (replace(CUTTERS, sort=""), "no sort"),
        (replace(CUTTERS, modalities=("boat",)), "no code of a modality"),
        (Allocation(id="a", title="x", postings=()), "places nothing"),
        (Allocation(id="a", title="x", postings=(Posting(means="m", way="dhs/w", days=1.0),)), "names no entry"),
        (Allocation(id="a", title="x", postings=(Posting(means="d/m", way="d/w", days=-1.0),)), "days is negative"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_in_a_network_is_refused(entry: Way | Traffic | Means | Allocation, what: str) -> None:
    with pytest.raises(BadEntry, match=what):
        check(entry)


def test_what_can_be_is_not_refused() -> None:
    for entry in (COAST, COCAINE, CUTTERS, replace(COAST, via=((-2.0, -85.0), (9.0, -179.0)))):
        check(entry)
