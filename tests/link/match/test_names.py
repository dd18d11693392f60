from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.link.match.frequencies import Frequencies, count
from cutset.link.match.names import MOST_TOKENS, Name, likeness, read, skeleton
from cutset.link.match.persons import Family, Given, agreement, family_names, given_names


def levels(left: str, right: str) -> tuple[str, str]:
    one, other = read(left), read(right)
    assert one
    assert other
    found = agreement((one,), (other,))
    given_level = Given(found.given).name if found.given >= 0 else "MISSING"
    return given_level, Family(found.family).name if found.family >= 0 else "MISSING"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("GUZMÁN LOERA, Joaquín", "Joaquin Guzman Loera", ("SAME", "SAME")),
        ("GUZMÁN LOERA, Joaquín", "Joaquín Guzmán", ("SAME", "PART")),
        ("GUZMÁN LOERA, Joaquín", "Joaquín Loera", ("SAME", "PART")),
        ("PEREZ LOPEZ, Ana", "GARCIA LOPEZ, Ana", ("SAME", "SHARED")),
        ("Robert Allen", "Bob Allen", ("NICKNAME", "SAME")),
        ("Francisco Reyes", "Pancho Reyes", ("NICKNAME", "SAME")),
        ("José Silva", "Zé Silva", ("NICKNAME", "SAME")),
        ("Juan Perez", "J. Perez", ("INITIAL", "SAME")),
        ("Iain Duncan", "Duncan Iain", ("SAME", "SAME")),
        ("HERNÁNDEZ Juan", "Juan Hernandez", ("SAME", "SAME")),
        ("Иван Петров", "Ivan Petrov", ("SAME", "SAME")),
        ("习近平", "XI, Jinping", ("SAME", "SAME")),
        ("محمد حسين", "Mohammed Hussein", ("NICKNAME", "SOUND")),
        ("Juan de la Cruz", "CRUZ, Juan", ("SAME", "SAME")),
        ("Khalid bin Laden", "Khalid Laden", ("SAME", "SAME")),
        ("Abd al-Rahman Khan", "Abdulrahman Khan", ("SAME", "SAME")),
        ("Ana Muñoz", "Ana Munoz", ("SAME", "SAME")),
        ("Alen Roberts", "Allen Robrets", ("SLIP", "SLIP")),
        ("Ana Lopez", "Pedro Quintero", ("DIFFERENT", "DIFFERENT")),
        ("Quintero", "Pedro Quintero", ("MISSING", "SAME")),
    ],
)
def test_names_across_scripts_orders_and_habits(left: str, right: str, expected: tuple[str, str]) -> None:
    assert levels(left, right) == expected
    assert levels(right, left) == expected


def test_an_order_that_was_turned_is_noticed() -> None:
    one, other = read("Duncan, Iain"), read("Iain, Duncan")
    assert one
    assert other
    assert agreement((one,), (other,)).swapped


def test_the_best_of_several_names_counts() -> None:
    one = (Name(("ana",), ("lopez",)), Name(("rosa",), ("quintero",)))
    found = agreement(one, (Name(("rosa",), ("quintero",)),))
    assert (found.given, found.family, found.left) == (Given.SAME, Family.SAME, one[1])


@pytest.mark.parametrize("nothing", ["", " ", "-", "...", "​", "́", "👤", ",", "\x00"])
def test_what_has_no_letter_is_no_name(nothing: str) -> None:
    assert read(nothing) is None


def test_one_letter_is_a_name_that_says_little() -> None:
    assert read("J") == Name((), ("j",))
    assert likeness("x", "y") == 0


def test_right_to_left_marks_and_combining_characters_change_nothing() -> None:
    plain = "José Muñoz"
    assert read(f"\u202e{unicodedata.normalize('NFD', plain)}\u202c") == read(plain)
    stacked = "Jo" + "\u0301" * 50 + "se Munoz"
    assert read(stacked) == read("Jose Munoz")


def test_a_text_is_cut_to_the_words_of_a_name() -> None:
    found = read("word " * 100_000)
    assert found
    assert len(found.given) + len(found.family) <= MOST_TOKENS


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_agree_the_same_both_ways(left: str, right: str) -> None:
    one, other = read(left), read(right)
    if one and other:
        assert given_names(one.given, other.given) == given_names(other.given, one.given)
        assert family_names(one.family, other.family) == family_names(other.family, one.family)
        assert agreement((one,), (one,))[:2] == (
            Given.SAME if one.given else -1,
            Family.SAME if one.family else -1,
        )


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=15))
def test_a_sound_is_never_empty_nor_longer_than_the_word_with_its_x_spelt_out(word: str) -> None:
    assert 1 <= len(skeleton(word)) <= 2 * len(word)


def test_a_counted_name_moves_from_the_shipped_share_to_the_counted_one() -> None:
    shipped = Frequencies().share("family", "smith")
    few = Frequencies({"family": count(["smith"] * 2 + ["x"] * 8)}).share("family", "smith")
    many = Frequencies({"family": count(["smith"] * 20_000 + ["x"] * 80_000)}).share("family", "smith")
    assert shipped < few < 0.02
    assert 0.19 < many < 0.2
