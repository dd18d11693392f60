"""Two that are nameless are not for that one; and nobody who is called so loses their name."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.link.match.blocking import blocking_keys
from cutset.link.match.frequencies import INITIAL, Frequencies, count
from cutset.link.match.names import Name, read
from cutset.link.match.placeholders import is_nobody, without
from cutset.link.match.profile import profile
from cutset.link.match.score import Scorer
from cutset.link.match.titles import organisation, vehicle, vessel
from cutset.model.mention import Mention, MentionKind

LISTED = tomllib.loads((files("cutset.link.match") / "placeholders.toml").read_text(encoding="utf-8"))


def alike(name: str, *born: str) -> float:
    """The probability that two persons are one who are written alike."""
    read_in = profile(Mention(kind=MentionKind.PERSON, name=name, born=born))
    return Scorer().score(read_in, read_in).probability


@pytest.mark.parametrize(
    "name",
    [
        "FNU LNU", "Lnu, Fnu", "Unknown Unknown", "UNKNOWN", "unk", "N/A", "n.a.", "X", "XXX", "DESCONOCIDO",
        "Jane Doe", "DOE, John", "John Doe #2", "Не установлен", "Неизвестный", "مجهول", "无名氏", "Unknown male 3",
        "N.N.",
        "Fulano de Tal", "Não identificado", "(none)", "N/A, N/A", "FNU NMN LNU", "unknown, unknown",
    ],
)  # fmt: skip
def test_a_placeholder_is_no_name(name: str) -> None:
    assert read(name) is None
    assert alike(name) < 0.001
    assert alike(name, "1979-09-21") < 0.5
    named = profile(Mention(kind=MentionKind.PERSON, name=name, aliases=("Ana Quintero",)))
    assert named.names == (Name(("ana",), ("quintero",)),)
    assert blocking_keys(profile(Mention(kind=MentionKind.PERSON, name=name))) == []


@pytest.mark.parametrize("name", sorted({each for writings in LISTED["whole"].values() for each in writings}))
def test_every_listed_one_is_read_as_none(name: str) -> None:
    assert is_nobody(name)
    assert is_nobody(name.upper())
    assert read(name.title()) is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("LNU, Juan", Name(("juan",), ())),
        ("Juan LNU", Name(("juan",), ())),
        ("Juan, LNU", Name(("juan",), ())),
        ("UNKNOWN, Juan", Name(("juan",), ())),
        ("N/A, Juan", Name(("juan",), ())),
        ("Juan Carlos (last name unknown)", Name(("juan", "carlos"), ())),
        ("Juan apellido desconocido", Name(("juan",), ())),
        ("FNU Quintero", Name((), ("quintero",))),
        ("QUINTERO, FNU", Name((), ("quintero",))),
        ("Unknown Quintero", Name((), ("quintero",))),
        ("Juan NMN Quintero", Name(("juan",), ("quintero",))),
    ],
)
def test_what_is_known_of_a_name_is_kept(written: str, name: Name) -> None:
    assert read(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Doe", Name((), ("doe",))),
        ("Jane Doe Quintero", Name(("jane",), ("doe", "quintero"))),
        ("Mary Doe", Name(("mary",), ("doe",))),
        ("John Null", Name(("john",), ("null",))),
        ("Эрнст Неизвестный", Name(("ernst",), ("neizvestnyy",))),
        ("Wei Zhi", Name(("wei",), ("zhi",))),
        ("Malcolm X", Name(("malcolm",), ("x",))),
        ("Na Kim", Name(("na",), ("kim",))),
        ("Juan Pérez", Name(("juan",), ("perez",))),
        ("Sin Lee", Name(("sin",), ("lee",))),
        ("No Mu-hyun", Name(("no",), ("mu", "hyun"))),
    ],
)
def test_real_names_are_not_lost(written: str, name: Name) -> None:
    found = read(written)
    assert found is not None
    assert sorted((*found.given, *found.family)) == sorted((*name.given, *name.family))


def test_a_given_name_without_a_family_name_is_a_weak_sign() -> None:
    assert 0 < alike("LNU, Juan") < 0.05
    assert alike("LNU, Juan") > alike("FNU LNU")
    one, other = (
        profile(Mention(kind=MentionKind.PERSON, name=name, born=("1979-09-21",))) for name in ("LNU, Juan", "Ana LNU")
    )
    assert Scorer().score(one, one).probability > Scorer().score(one, other).probability + 0.5


def test_single_letters_are_initials_and_say_little() -> None:
    assert alike("a b") < 0.01
    assert alike("J.") < 0.01
    shipped = Frequencies()
    assert shipped.share("given", "x") == INITIAL
    assert shipped.share("given", "j") > 2 * INITIAL
    counted = Frequencies({"given": count(["zoe"] * 90_000 + ["ana"] * 10_000)})
    assert 0.85 < counted.share("given", "z") < 0.9


@pytest.mark.parametrize("name", ["UNKNOWN", "N/A", "unk", "No identificado", "Неизвестно", "未知"])
def test_a_thing_without_a_name_has_none(name: str) -> None:
    assert organisation(name) is vessel(name) is vehicle(name) is None
    for kind in (MentionKind.ORGANIZATION, MentionKind.VESSEL, MentionKind.VEHICLE):
        read_in = profile(Mention(kind=kind, name=name))
        assert Scorer().score(read_in, read_in).probability < 0.001


@pytest.mark.parametrize("name", ["Sin Nombre", "No Name", "Unknown Pleasures"])
def test_boats_that_are_called_so_keep_their_name(name: str) -> None:
    assert vessel(name) is not None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["juan", "lnu", "unknown", "last", "name", "no", "sin", "nombre", "x", "perez"])))
def test_what_is_left_stands_in_the_name_in_its_order(tokens: list[str]) -> None:
    left = without(tuple(tokens)).words
    rest = iter(tokens)
    assert all(word in rest for word in left)
    assert "lnu" not in left
    assert "unknown" not in left
