"""What a deputy types into the seizure form, loosely, and what is read of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from cutset.access.registry import Viewer
from cutset.model.mention import Mention
from cutset.model.report import Seizure
from cutset.web.named import row_mentions
from cutset.web.seizure_form import Typed, typed
from tests.web.serving import client, served
from tests.worlds import Store

ANN = Viewer(id="ann@ash", agency="ash")
NOW = datetime(2025, 1, 2, tzinfo=UTC)
FORM = {"key": "00000000-0000-4000-8000-000000000001", "when": "2024-12-31T10:00", "place": "Mile 7",
        "what_0": "cocaine", "amount_0": "3", "unit_0": "kg"}  # fmt: skip


def sent(**fields: str) -> Typed:
    return typed(FORM | fields, ANN, NOW)


def content(read: Typed) -> Seizure:
    assert read.problems == ()
    assert read.report is not None
    assert isinstance(read.report.content, Seizure)
    return read.report.content


def named(**fields: str) -> list[tuple[str, str, str]]:
    """Kind, name, and selectors with whether they link, of what a row of these fields names."""

    def shown(each: Mention) -> tuple[str, str, str]:
        selectors = (f"{s.kind} {s.value}{'' if s.verified else ' ?'}" for s in each.selectors)
        return each.kind.value, each.name, ", ".join(selectors)

    return [shown(each) for each in row_mentions({f"{name}_0": value for name, value in fields.items()}, "0")]


VIN = "1M8GDM9AXKP042788"


@pytest.mark.parametrize(
    ("ident", "kind", "selector"),
    [
        ("mmsi 366 998 510", "vessel", "mmsi 366998510"),
        ("IMO 9074729", "vessel", "imo 9074729"),
        (VIN, "vehicle", f"vin {VIN}"),
        ("US-TX:ABC1234", "vehicle", "plate US-TX:ABC1234"),
        ("HP-1234CMP", "aircraft", "aircraft-registration HP1234CMP"),
        ("csqu 305438-3", "container", "iso6346 CSQU3054383"),
    ],
)
def test_the_name_beside_a_things_number_is_the_things(ident: str, kind: str, selector: str) -> None:
    assert named(name="María Elena", ident=ident) == [(kind, "María Elena", selector)]


@pytest.mark.parametrize(
    ("ident", "selector"),
    [
        ("1Z 999 AA1 01 2345 6784", "ups-1z 1Z999AA10123456784"),
        ("9400 1118 9922 3197 4284 97", "usps-impb 9400111899223197428497"),
        ("RA 473 124 829 GB", "upu-s10 RA473124829GB"),
    ],
)
def test_a_tracking_number_names_a_parcel(ident: str, selector: str) -> None:
    assert named(ident=ident) == [("parcel", "", selector)]
    assert named(ident=ident, thing="parcel", name="Shoebox") == [("parcel", "Shoebox", selector)]


def test_the_name_beside_a_telephone_is_its_holders() -> None:
    assert named(name="Rosa Perez", ident="+1 312 555 0142") == [("person", "Rosa Perez", "phone +13125550142")]
    assert named(ident="+1 312 555 0142") == [("phone", "", "phone +13125550142")]


def test_a_person_beside_a_things_number_is_another_thing() -> None:
    both = [("person", "Rosa Perez", ""), ("vehicle", "", f"vin {VIN}")]
    assert named(name="Rosa Perez", ident=VIN, role="driver") == both
    assert named(name="Rosa Perez", ident=VIN, thing="person") == both
    company = [("organization", "Nube SA", ""), ("container", "", "iso6346 CSQU3054383")]
    assert named(name="Nube SA", ident="CSQU3054383", thing="organization") == company
    # A parcel has no name: it is its sender's or addressee's.
    parcel = [("person", "Rosa Perez", ""), ("parcel", "", "upu-s10 RA473124829GB")]
    assert named(name="Rosa Perez", ident="RA473124829GB") == parcel
    roles = [each.role.value for each in row_mentions({"name_0": "Rosa", "ident_0": VIN, "role_0": "driver"}, "0")]
    assert roles == ["driver", "conveyance"]


def test_what_a_row_says_that_it_names_it_names() -> None:
    assert named(name="Maria Elena", thing="vessel") == [("vessel", "Maria Elena", "")]
    assert named(name="Maria Elena") == [("person", "Maria Elena", "")]
    assert named(name="Maria Elena", ident="+1 312 555 0142", thing="vessel") == [
        ("vessel", "Maria Elena", "phone +13125550142")
    ]
    # What was said wins over what was guessed of a thing, and nonsense is no kind.
    assert named(name="Maria Elena", ident="366 998 510", thing="aircraft")[0][0] == "aircraft"
    assert named(name="Maria Elena", thing="planet", role="captain") == [("person", "Maria Elena", "")]


def test_what_looks_like_a_plate_is_no_persons_document() -> None:
    assert named(ident="ABC 1234") == [("vehicle", "", "plate ABC 1234 ?")]
    assert named(name="Rosa Perez", ident="ABC 1234") == [
        ("person", "Rosa Perez", ""),
        ("vehicle", "", "plate ABC 1234 ?"),
    ]
    # Longer numbers are documents', and so are digits alone.
    assert named(ident="AB 123456") == [("person", "", "identity-document AB 123456 ?")]
    assert named(ident="8400307") == [("person", "", "identity-document 8400307 ?")]


@pytest.mark.parametrize(
    ("fields", "selector"),
    [
        ({"ident": "ABC 1234", "issuer": "TX"}, "plate US-TX:ABC1234"),
        ({"ident": "ABC 1234", "issuer": "texas"}, "plate US-TX:ABC1234"),
        ({"ident": "ABC 1234", "issuer": "US-TX"}, "plate US-TX:ABC1234"),
        ({"ident": "8ABC123", "issuer": "CA"}, "plate US-CA:8ABC123"),
        ({"ident": "ABC 123", "issuer": "Colombia"}, "plate CO:ABC123"),
        ({"ident": "ABC 123", "issuer": "Nuevo León"}, "plate MX-NLE:ABC123"),
        ({"ident": "ABC 123", "issuer": "BR-SP"}, "plate BR-SP:ABC123"),
        ({"ident": "TX ABC 1234"}, "plate US-TX:ABC1234"),
        ({"ident": "tx: abc-1234"}, "plate US-TX:ABC1234"),
        ({"ident": "New Mexico ABC-123"}, "plate US-NM:ABC123"),
        ({"ident": "TX ABC 1234", "issuer": "TX"}, "plate US-TX:ABC1234"),
        ({"ident": "TX 1234", "as": "plate"}, "plate US-TX:1234"),
        # What a plate begins with is its own, where its State is named beside.
        ({"ident": "LA 1234", "issuer": "TX"}, "plate US-TX:LA1234"),
        ({"ident": "N12345", "issuer": "TX"}, "plate US-TX:N12345"),
        # A value that is copied reads as itself.
        ({"ident": "CO:ABC123"}, "plate CO:ABC123"),
        # Two that differ make none.
        ({"ident": "Texas ABC 1234", "issuer": "FL"}, "plate Texas ABC 1234 ?"),
        ({"ident": "ABC 1234", "issuer": "Narnia"}, "plate ABC 1234 ?"),
        ({"ident": "COL 1234"}, "plate COL 1234 ?"),
        ({"ident": "PA 123456"}, "identity-document PA 123456 ?"),
        # A State's licence to drive is no plate.
        ({"ident": "12345678", "issuer": "TX"}, "identity-document 12345678 ?"),
        ({"ident": "AB 123456", "issuer": "Colombia"}, "identity-document CO:AB123456"),
        ({"ident": "312 555 0142", "issuer": "TX"}, "phone +13125550142"),
        ({"ident": VIN, "issuer": "TX"}, f"vin {VIN}"),
    ],
)
def test_a_plates_state_is_understood_as_people_write_it(fields: dict[str, str], selector: str) -> None:
    assert [each[2] for each in named(**fields)] == [selector]


@pytest.fixture
def ann(store: Store) -> TestClient:
    return client(served(store.url), "ann@ash")


def test_the_check_says_what_is_to_be_done_for_a_plate(ann: TestClient) -> None:
    def said(**fields: str) -> str:
        return ann.get("/seizure/check", params={f"{name}_3": value for name, value in fields.items()}).text

    assert "without its State: give it, as TX" in said(ident="ABC 1234")
    found = said(ident="ABC 1234", issuer="tx")
    assert "<code>US-TX:ABC1234</code> (Texas)" in found
    assert "vehicle" in found
    assert "vessel <b>Maria &lt;b&gt;</b>" in said(ident="366 998 510", name="Maria <b>")
    assert said().strip() == ""


READ = [
    ("3", "lb", 3.0, "lb"),
    ("3 lbs", "", 3.0, "lb"),
    ("2.5kg", "", 2.5, "kg"),
    ("3,5", "kg", 3.5, "kg"),
    ("about 3", "kg", 3.0, "kg"),
    ("~3 kg.", "", 3.0, "kg"),
    ("approx. 1,500 g", "", 1500.0, "g"),
    ("1.234,5", "g", 1234.5, "g"),
    ("1,234.5", "g", 1234.5, "g"),
    ("0,500", "kg", 0.5, "kg"),
    (".5", "oz", 0.5, "oz"),
    ("3 lbs", "lb", 3.0, "lb"),
    ("12 000", "tablet", 12000.0, "tablet"),
    ("5-gallon", "", 5.0, "gal"),
    ("3 wheelbarrows", "", 3.0, ""),
]
UNREAD = [
    "a dozen",
    "some",
    "3 or 4",
    "3-4 kg",
    "3 kg 200 g",
    "-3",
    "1/2",
    "two kg",
    "kg 3",
    "1 2 3",
    "nan",
    "inf",
    "1e400",
]


@pytest.mark.parametrize(("much", "unit", "amount", "code"), READ)
def test_an_amount_is_read_as_it_is_plainly_typed(much: str, unit: str, amount: float, code: str) -> None:
    goods = content(sent(amount_0=much, unit_0=unit)).goods[0]
    assert goods.quantity is not None
    assert (goods.quantity.amount, goods.quantity.unit) == (amount, code)
    assert goods.quantity.written == f"{much} {unit}".strip()


@pytest.mark.parametrize("much", UNREAD)
def test_an_amount_that_is_none_is_the_only_problem_and_names_its_field(much: str) -> None:
    read = sent(what_0="meth", amount_0=much, unit_0="")
    assert [(each.field, each.what) for each in read.problems] == [
        ("amount_0", f"How much: “{much}” is no amount. Type a number, as 2.5, and its unit beside it")
    ]


def test_two_units_are_asked_about() -> None:
    said = [each.what for each in sent(amount_0="3 lbs", unit_0="kg").problems]
    assert said == ["How much: two units are given, “lbs” and “kg”. Which is it?"]


@pytest.mark.parametrize(
    ("much", "unit", "amount", "code"),
    [
        ("5000", "", "5000", "USD"),
        ("$5,000", "", "5000", "USD"),
        ("$5,000", "MXN", "5000", "MXN"),
        ("US$ 5,000.50", "", "5000.50", "USD"),
        ("300 EUR", "", "300", "EUR"),
        ("about €300", "", "300", "EUR"),
    ],
)
def test_money_is_read_as_it_is_plainly_typed(much: str, unit: str, amount: str, code: str) -> None:
    money = content(sent(sort_0="currency", what_0="cash", amount_0=much, unit_0=unit)).goods[0].money
    assert money is not None
    assert (str(money.amount), money.currency) == (amount, code)


def test_a_currency_that_is_none_is_said_of_its_own_field() -> None:
    read = sent(sort_0="currency", what_0="cash", amount_0="300", unit_0="bananas")
    assert [each.field for each in read.problems] == ["unit_0"]
    assert [each.field for each in sent(sort_0="currency", amount_0="some").problems] == ["amount_0"]


def test_a_form_without_goods_is_asked_for_them_once() -> None:
    assert [each.field for each in sent(what_0="", amount_0="", unit_0="").problems] == ["what_0"]
