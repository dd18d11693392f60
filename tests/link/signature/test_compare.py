"""Two profiles compared: the laws of the ratio, what is stated, and what is not compared."""

from __future__ import annotations

from importlib.resources import files
from math import inf, isfinite, log, nan, pi
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.link.signature.compare import BATCH_OVER_SOURCE, MOST, SUPPORT, Comparison, Statement, compare
from cutset.link.signature.features import BadTable, Known, shipped, table
from cutset.link.signature.likelihood import Pair, ratios
from cutset.model.exhibit import Component
from cutset.model.report import Goods, Lab
from cutset.model.signature import DrugSignature, Feature

FEATURES = sorted(shipped().features)


def lab(
    *features: tuple[str, float, float], method: str = "GC-MS", cuts: tuple[str, ...] = (), marks: tuple[str, ...] = ()
) -> Lab:
    measured = tuple(Feature(name=name, value=value, uncertainty=error) for name, value, error in features)
    return Lab(
        number="1",
        cuts=tuple(Component(name=cut) for cut in cuts),
        findings=(Goods("cocaine", marks=marks),),
        signature=DrugSignature(features=measured, method=method),
    )


def isotopes(carbon: float, nitrogen: float, error: float = 0.1) -> Lab:
    return lab(("delta-13c", carbon, error), ("delta-15n", nitrogen, error))


def in_grams(mass: float) -> Lab:
    """A tablet that was weighed in another unit than the table's."""
    feature = Feature(name="tablet-mass", value=mass, uncertainty=0.001, unit="g")
    return Lab(number="1", findings=(Goods("cocaine"),), signature=DrugSignature(features=(feature,), method="GC-MS"))


def value(name: str, at: float) -> float:
    """A feature's value so many deviations from its mean."""
    known = shipped().features[name]
    scaled = known.mean + at * known.between
    return 10**scaled if known.scale == "log" else scaled


def profiles(names: list[str], places: list[float], relative: float = 0.02) -> Lab:
    drawn = [(name, value(name, at)) for name, at in zip(names, places, strict=True)]
    return lab(*((name, each, relative * max(abs(each), 1e-9)) for name, each in drawn))


@st.composite
def two_profiles(draw: st.DrawFn) -> tuple[Lab, Lab]:
    names = draw(st.lists(st.sampled_from(FEATURES), min_size=1, max_size=6, unique=True))
    places = st.lists(st.floats(-3, 3), min_size=len(names), max_size=len(names))
    return profiles(names, draw(places)), profiles(names, draw(places))


@settings(max_examples=60, deadline=None)
@given(two_profiles())
def test_it_is_the_same_whichever_comes_first(two: tuple[Lab, Lab]) -> None:
    left, right = two
    one, other = compare(left, right), compare(right, left)
    assert (one.batch, one.source, one.statement) == (other.batch, other.source, other.statement)


@settings(max_examples=60, deadline=None)
@given(two_profiles())
def test_a_profile_is_likelier_its_own_than_anothers(two: tuple[Lab, Lab]) -> None:
    left, right = two
    same, other = compare(left, left), compare(left, right)
    assert same.batch >= 0
    assert same.batch >= same.source >= 0 or same.batch == MOST
    assert other.statement is not Statement.SAME_BATCH or other.batch >= SUPPORT


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FEATURES), st.floats(-2, 2), st.floats(0.01, 2), st.floats(1.05, 3))
def test_the_farther_apart_the_less_it_is_supported(name: str, at: float, apart: float, farther: float) -> None:
    """Two values around one middle: the sum is kept, so that only their distance changes."""
    known = shipped().features[name]
    middle = known.mean + at * known.between

    def supported(distance: float) -> float:
        half = distance * known.between / 2
        (ratio,) = ratios([Pair(known, middle - half, middle + half, 1e-6, 1e-6)], 0.0)
        return ratio.batch

    assert supported(apart * farther) < supported(apart)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FEATURES), st.floats(-2, 2), st.floats(1, 6))
def test_what_is_measured_badly_says_nothing(name: str, at: float, difference: float) -> None:
    known = shipped().features[name]
    value = known.mean + at * known.between
    wide = (1000 * known.between) ** 2
    (ratio,) = ratios([Pair(known, value, value + difference * known.between, wide, wide)], 0.0)
    assert abs(ratio.batch) < 0.001


def test_the_ratio_of_one_feature_is_the_formula_of_two_normal_densities() -> None:
    known = Known(group="isotopes", scale="plain", mean=0.0, between=2.0, batch=0.5, piece=0.1)
    error = 0.04
    variance, shared = 4 + 0.25 + 0.01 + error, 4.25
    one, other = 1.5, 1.1

    def normal(at: float, spread: float) -> float:
        return -0.5 * (at * at / spread + log(2 * pi * spread))

    # Sum and difference of the two are independent, with variances 2 (v + s) and 2 (v - s); the 2 is of the change
    # from the two to their sum and difference.
    together = normal(one + other, 2 * (variance + shared)) + normal(one - other, 2 * (variance - shared)) + log(2)
    expected = (together - normal(one, variance) - normal(other, variance)) / log(10)
    (ratio,) = ratios([Pair(known, one, other, error, error)], 0.0)
    assert ratio.batch == pytest.approx(expected)


def test_features_that_vary_together_count_for_less_than_if_they_were_independent() -> None:
    known = shipped().features["truxillines"]
    pairs = [Pair(known, known.mean + 0.6, known.mean + 0.62, 1e-4, 1e-4)] * 4
    alone, together = (sum(each.batch for each in ratios(pairs, correlation)) for correlation in (0.0, 0.9))
    assert 0 < together < alone


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FEATURES), st.floats(), st.floats()), max_size=5), two_profiles())
def test_whatever_numbers_a_laboratory_sends_the_ratios_are_numbers(
    sent: list[tuple[str, float, float]], two: tuple[Lab, Lab]
) -> None:
    """One report with a monstrous number must not spoil the view of all others."""
    odd = lab(*sent)
    for other in (odd, two[0]):
        found = compare(odd, other)
        assert all(isfinite(each) for step in found.steps for each in (step.batch, step.source))
        assert -MOST <= found.batch <= MOST


@settings(max_examples=60, deadline=None)
@given(two_profiles(), st.floats(1, 3))
def test_no_common_feature_makes_no_statement(two: tuple[Lab, Lab], factor: float) -> None:
    held, _ = two
    assert held.signature
    for name in (feature.name for feature in held.signature.features):
        others = [(each, value(each, factor - 2), 1e-3) for each in FEATURES if each != name]
        found = compare(lab((name, value(name, 0.0), 0.01)), lab(*others))
        assert (found.statement, found.batch, found.source) == (Statement.NONE, 0, 0)


@pytest.mark.parametrize("name", FEATURES)
def test_the_worse_it_is_measured_the_less_an_agreement_says(name: str) -> None:
    known = shipped().features[name]
    at = known.mean + 1.5 * known.between
    errors = [known.piece * factor for factor in (0.1, 1, 3, 10, 100, 1000)]
    said = [ratios([Pair(known, at, at, error**2, error**2)], 0.0)[0].batch for error in errors]
    assert said == sorted(said, reverse=True)
    assert said[0] > said[-1] >= 0


def test_one_batch_one_source_two_sources_and_none() -> None:
    held = isotopes(-40.0, -20.0)
    said = {
        "again": compare(held, isotopes(-40.05, -19.9)),
        "beside": compare(held, isotopes(-39.0, -18.2)),
        "elsewhere": compare(held, isotopes(-30.0, 0.0)),
        "ordinary": compare(isotopes(-33.0, -6.0), isotopes(-34.0, -7.5)),
    }
    assert {name: each.statement for name, each in said.items()} == {
        "again": Statement.SAME_BATCH,
        "beside": Statement.SAME_SOURCE,
        "elsewhere": Statement.DIFFERENT,
        "ordinary": Statement.NONE,
    }
    again = said["again"]
    assert again.batch >= SUPPORT
    assert sum(step.batch - step.source for step in again.steps) >= BATCH_OVER_SOURCE
    assert "support" in again.why
    assert "less than a statement needs" in said["ordinary"].why


def test_the_steps_add_up_to_the_ratio() -> None:
    found = compare(
        lab(("delta-13c", -35.0, 0.1), ("truxillines", 0.05, 0.002), cuts=("Levamisole", "phenacetin"), marks=("BMW",)),
        lab(("delta-13c", -35.1, 0.1), ("truxillines", 0.06, 0.002), cuts=("levamisole",), marks=("bmw", "x")),
    )
    assert found.batch == pytest.approx(sum(step.batch for step in found.steps))
    assert found.source == pytest.approx(sum(step.source for step in found.steps))
    assert [step.name for step in found.steps] == ["delta-13c", "truxillines", "levamisole", "phenacetin", "mark"]
    assert [step.batch > 0 for step in found.steps[2:]] == [True, False, True]


def test_no_ratio_is_stated_beyond_a_million() -> None:
    far = isotopes(-44.0, -28.0, 0.05), isotopes(-22.0, 16.0, 0.05)
    assert compare(*far).batch == compare(*far).source == -MOST


def test_a_mark_and_a_cut_alone_make_no_statement() -> None:
    one = Lab(number="1", cuts=(Component(name="diltiazem"),), findings=(Goods("cocaine", marks=("BMW",)),))
    found = compare(one, one)
    assert found.statement is Statement.NONE
    assert found.batch > 0
    assert "fewer than 2 measured features" in found.why


@pytest.mark.parametrize(
    ("left", "right", "name", "why"),
    [
        (lab(("truxillines", 0.05, 0.01)), lab(("truxillines", 0.05, 0.01), method="LC"), "truxillines", "methods"),
        (lab(("truxillines", 0.05, 0.01), method=""),) * 2 + ("truxillines", "not stated"),
        (lab(("truxillines", -0.05, 0.01)),) * 2 + ("truxillines", "above 0"),
        (lab(("truxillines", 0.0, 0.01)),) * 2 + ("truxillines", "above 0"),
        (lab(("truxillines", 0.05, 0.04)),) * 2 + ("truxillines", "more than 30%"),
        (lab(("delta-13c", -33.0, 0.0)),) * 2 + ("delta-13c", "no uncertainty"),
        (lab(("delta-13c", -33.0, -1.0)),) * 2 + ("delta-13c", "no uncertainty"),
        (lab(("delta-13c", nan, 0.1)),) * 2 + ("delta-13c", "no number"),
        (lab(("delta-13c", -33.0, inf)),) * 2 + ("delta-13c", "no number"),
        (lab(("delta-13c", -33.0, 0.1), ("delta-13c", -34.0, 0.1)),) * 2 + ("delta-13c", "twice"),
        (lab(("delta-13c", -33.0, 1e200)),) * 2 + ("delta-13c", "wider than sources differ"),
        (lab(("delta-13c", 33.0, 0.1)),) * 2 + ("delta-13c", "the right sign"),
        (lab(("truxillines", 5.0, 0.1)),) * 2 + ("truxillines", "far from all"),
        (lab(("d-enantiomer", 0.95, 0.01)),) * 2 + ("d-enantiomer", "is it in percent"),
        (in_grams(0.15), lab(("tablet-mass", 150.0, 1.0)), "tablet-mass", "in g, the table in mg"),
        (lab(("colour", 3.0, 0.1)),) * 2 + ("colour", "does not know"),
        (lab(("delta-13c", -33.0, 0.1)), lab(("delta-15n", -8.0, 0.1)), "delta-15n", "only one"),
        (lab(cuts=("caffeine",)), lab(), "cutting agents", "perhaps none were sought"),
        (lab(), Lab(number="2"), "signature", "has none"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_said_and_adds_nothing(left: Lab, right: Lab, name: str, why: str) -> None:
    found = compare(left, right)
    assert found.statement is Statement.NONE
    assert found.batch == found.source == 0
    assert why in {each.name: each.why for each in found.not_compared}[name]


def test_an_absolute_feature_is_compared_across_methods() -> None:
    found: Comparison = compare(
        lab(("delta-13c", -33.0, 0.1), ("diameter", 7.0, 0.02), method="A"),
        lab(("delta-13c", -33.0, 0.1), ("diameter", 7.0, 0.02), method="B"),
    )
    assert [step.name for step in found.steps] == ["delta-13c", "diameter"]
    assert not found.not_compared


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('version = "assumed-1"', "version = 1", "version"),
        ("piece = 0.1\n", "piece = 0.9\n", "between batches"),
        ("piece = 0.1\n", "piece = 1e-200\n", "between batches"),
        ("between = 4.0", "between = inf", "between batches"),
        ("mean = -33.0", "mean = nan", "between batches"),
        ('group = "isotopes"', 'group = "nothing"', "no group"),
        ("correlation = 0.5", "correlation = 1.0", "below 1"),
        ("caffeine = 0.30", "caffeine = 0.0", "caffeine"),
        ("other = 0.03", "", "other cutting agents"),
    ],
)
def test_a_laboratorys_own_table_is_checked(tmp_path: Path, old: str, new: str, says: str) -> None:
    shipped_text = files("cutset.link.signature").joinpath("features.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(shipped_text, encoding="utf-8")
    assert table(own) == shipped()
    assert old in shipped_text
    own.write_text(shipped_text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadTable, match=says):
        table(own)
