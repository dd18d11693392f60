"""Each kind of selector, read as its standard says, from standards' own examples and from what clerks write."""

from __future__ import annotations

import pytest

from cutset.model.mention import SelectorKind as K
from cutset.model.selector import (
    BEARER,
    address_country,
    aircraft_country,
    country,
    detect,
    mmsi_country,
    read,
    vin_country,
)
from cutset.model.selectors import freight, vehicle

VERIFIED = [
    (K.IMO, "9074729", "", "9074729"),
    (K.IMO, "IMO No. 9074729", "", "9074729"),
    (K.IMO, "ＩＭＯ　９０７４７２９", "", "9074729"),
    (K.IMO, "IMO\x009074729", "", "9074729"),
    (K.MMSI, "366 943 250", "", "366943250"),
    (K.MMSI, "111232506", "", "111232506"),
    (K.MMSI, "002320001", "", "002320001"),
    (K.CALL_SIGN, "wdc 6925", "", "WDC6925"),
    (K.CALL_SIGN, "3FXY2", "", "3FXY2"),
    (K.CALL_SIGN, "5IM 592", "", "5IM592"),
    (K.CALL_SIGN, "K4ABC", "", "K4ABC"),
    (K.AIRCRAFT_REGISTRATION, "N123AB", "", "N123AB"),
    (K.AIRCRAFT_REGISTRATION, "hk-4567G", "", "HK4567G"),
    (K.AIRCRAFT_REGISTRATION, "A40–DA", "", "A4ODA"),
    (K.AIRCRAFT_REGISTRATION, "YV-1234", "", "YV1234"),
    (K.AIRCRAFT_REGISTRATION, "B-HUI", "", "BHUI"),
    (K.ICAO_ADDRESS, "0xa1b2c3", "", "A1B2C3"),
    (K.VIN, "1M8GDM9AXKP042788", "", "1M8GDM9AXKP042788"),
    (K.VIN, "VIN: 1m8-gdm9a-xkp042788", "", "1M8GDM9AXKP042788"),
    (K.VIN, "WVWZZZ1JZXW000001", "", "WVWZZZ1JZXW000001"),
    (K.PLATE, "abc·1234", "us-tx", "US-TX:ABC1234"),
    (K.PLATE, "US-TX:ABC1234", "US-TX", "US-TX:ABC1234"),
    (K.PLATE, "А123ВС 77", "RU", "RU:A123BC77"),
    (K.PLATE, "粤B·12345", "CN", "CN:粤B12345"),
    (K.PLATE, "ABC123", "Colombia", "CO:ABC123"),
    (K.CONTAINER, "csqu 305438-3", "", "CSQU3054383"),
    (K.CONTAINER, "TASU 117 000 0", "", "TASU1170000"),
    (K.POSTAL_ITEM, "RA 473 124 829 GB", "", "RA473124829GB"),
    # UPS's own examples, and that of Algorithm::CheckDigits.
    (K.UPS_PARCEL, "1Z 999 AA1 01 2345 6784", "", "1Z999AA10123456784"),
    (K.UPS_PARCEL, "ups 1z12345e6605272234", "", "1Z12345E6605272234"),
    (K.UPS_PARCEL, "1Z648616E192760718", "", "1Z648616E192760718"),
    (K.UPS_PARCEL, "Tracking No. 1ZWX0692YP40636269", "", "1ZWX0692YP40636269"),
    (K.UPS_PARCEL, "1Z 591580 68 55587736", "", "1Z5915806855587736"),
    (K.USPS_PARCEL, "9400 1118 9922 3197 4284 97", "", "9400111899223197428497"),
    (K.USPS_PARCEL, "USPS 9361 2898 7870 0317 6337 95", "", "9361289878700317633795"),
    (K.USPS_PARCEL, "92748931507708513018050063", "", "92748931507708513018050063"),
    (K.USPS_PARCEL, "7112 3456 7891 2345 6787", "", "71123456789123456787"),
    (K.USPS_PARCEL, "0307 1790 0005 2348 3741", "", "03071790000523483741"),
    (K.USPS_PARCEL, "420221539101026837331000039521", "", "9101026837331000039521"),
    (K.USPS_PARCEL, "4201002334249200190132607600833457", "", "9200190132607600833457"),
    (K.USPS_PARCEL, "4201028200009261290113185417468510", "", "9261290113185417468510"),
    (K.USPS_PARCEL, "4202215392748931507708513018050063", "", "92748931507708513018050063"),
    (K.AIR_WAYBILL, "AWB 020-1234 5675", "", "02012345675"),
    (K.BILL_OF_LADING, "204-871-560", "maeu", "MAEU:204871560"),
    (K.BILL_OF_LADING, "MAEU204871560", "MAEU", "MAEU:204871560"),
    (K.IBAN, "IBAN GB82 WEST 1234 5698 7654 32", "", "GB82WEST12345698765432"),
    (K.IBAN, "gb82west12345698765432", "", "GB82WEST12345698765432"),
    (K.ACCOUNT, "0012-3456-7890", "BOFAUS3NXXX", "BOFAUS3N:001234567890"),
    (K.ACCOUNT, "00123456", "Banco de Bogotá, S.A.", "BANCODEBOGOTASA:00123456"),
    (K.PHONE, "+1 (202) 555-0143", "", "+12025550143"),
    (K.PHONE, "202.555.0143", "US", "+12025550143"),
    (K.PHONE, "tel: +1 202 555 0143 ext. 12", "", "+12025550143"),
    (K.PHONE, "011 44 20 7946 0958", "US", "+442079460958"),
    (K.PHONE, "＋４４　２０　７９４６　０９５８", "", "+442079460958"),
    (K.EMAIL, "mailto:J.Doe+x@Example.COM", "", "j.doe+x@example.com"),
    (K.EMAIL, "a@bücher.example", "", "a@xn--bcher-kva.example"),
    (K.PASSPORT, "AB 123456", "CO", "CO:AB123456"),
    (K.IDENTITY_DOCUMENT, "8.400.307", "CO", "CO:8400307"),
    (K.FIREARM, "s/n abc-123", "Glock", "GLOCK:ABC123"),
    (K.FIREARM, "U99999", "S&W", "SMITHWESSON:U99999"),
    (K.IMEI, "35-686800-004141-8", "", "356868000041418"),
    (K.CAS, "CAS No. 437-38-7", "", "437-38-7"),
    (K.CAS, "50-36-2", "", "50-36-2"),
    (K.STAMP, "M | 30", "", "m30"),
    (K.STAMP, "«EL CHAPO»", "", "elchapo"),
]

UNVERIFIED = [
    (K.IMO, "9074728", ""),
    (K.IMO, "IMO0000000", ""),
    (K.IMO, "1234567", ""),
    (K.IMO, "907472", ""),
    (K.MMSI, "123456789", ""),
    (K.MMSI, "666666666", ""),
    (K.MMSI, "970123456", ""),
    (K.CALL_SIGN, "QABC", ""),
    (K.CALL_SIGN, "UNKNOWN", ""),
    (K.AIRCRAFT_REGISTRATION, "N0123", ""),
    (K.AIRCRAFT_REGISTRATION, "N123IO", ""),
    (K.AIRCRAFT_REGISTRATION, "MSN 391", ""),
    (K.ICAO_ADDRESS, "FFFFFF", ""),
    (K.ICAO_ADDRESS, "A1B2C", ""),
    (K.VIN, "1M8GDM9A1KP042788", ""),
    (K.VIN, "1M8GDM9AXKP04278O", ""),
    (K.VIN, "11111111111111111", ""),
    (K.VIN, "WVWZZZ1JZXW00000A", ""),
    (K.PLATE, "ABC1234", ""),
    (K.PLATE, "ABC1234", "XX"),
    (K.PLATE, "ABC1234", "XX-TX"),
    (K.PLATE, "US-TX:ABC1234", "US-FL"),
    (K.PLATE, "AB?1234", "US-TX"),
    (K.PLATE, "no plate", "US-TX"),
    (K.PLATE, "0000000", "US-TX"),
    (K.PLATE, "ABC123/DEF456/GHI", "US-TX"),
    (K.CONTAINER, "CSQU3054384", ""),
    (K.CONTAINER, "CSQX3054383", ""),
    (K.POSTAL_ITEM, "RA473124820GB", ""),
    (K.POSTAL_ITEM, "RA473124829ZZ", ""),
    (K.POSTAL_ITEM, "RA000000005GB", ""),
    (K.UPS_PARCEL, "1Z999AA10123456785", ""),
    (K.UPS_PARCEL, "2Z5R89390357567127", ""),
    (K.UPS_PARCEL, "1Z1111111111111111", ""),
    (K.UPS_PARCEL, "1Z999AA1012345678A", ""),
    (K.USPS_PARCEL, "9400111899223197428498", ""),
    (K.USPS_PARCEL, "9611020987654312345672", ""),
    (K.USPS_PARCEL, "4201028200009261290113185417468511", ""),
    (K.USPS_PARCEL, "42022153", ""),
    (K.USPS_PARCEL, "9400000000000000000000", ""),
    (K.USPS_PARCEL, "0307 1790 0005 2348 3742", ""),
    (K.AIR_WAYBILL, "020-12345676", ""),
    (K.AIR_WAYBILL, "000-12345675", ""),
    (K.BILL_OF_LADING, "204871560", ""),
    (K.BILL_OF_LADING, "204871560", "MAERSK"),
    (K.IBAN, "GB82 WEST 1234 5698 7654 33", ""),
    (K.IBAN, "XX82WEST12345698765432", ""),
    (K.ACCOUNT, "001234567890", ""),
    (K.ACCOUNT, "XXXXXX7890", "BOFAUS3N"),
    (K.ACCOUNT, "****7890", "BOFAUS3N"),
    (K.PHONE, "202 555 0143", ""),
    (K.PHONE, "+1 202 555 014", ""),
    (K.PHONE, "call +1 202 555 0143 today", ""),
    (K.PHONE, "+1 202 555 0143, +1 202 555 0144", ""),
    (K.EMAIL, "j.doe@localhost", ""),
    (K.EMAIL, "j..doe@example.com", ""),
    (K.EMAIL, "j doe@example.com", ""),
    (K.EMAIL, "a" * 65 + "@example.com", ""),
    (K.EMAIL, "a@-example.com", ""),
    (K.PASSPORT, "AB123456", ""),
    (K.PASSPORT, "unknown", "CO"),
    (K.PASSPORT, "123456789", "CO"),
    (K.PASSPORT, "..3456", "CO"),
    (K.IDENTITY_DOCUMENT, "sin número", "CO"),
    (K.FIREARM, "ABC123", ""),
    (K.FIREARM, "obliterated", "Glock"),
    (K.FIREARM, "ABC123", "unknown"),
    (K.IMEI, "356868000041419", ""),
    (K.IMEI, "35686800004141", ""),
    (K.IMEI, "000000000000000", ""),
    (K.CAS, "437-38-8", ""),
    (K.STAMP, "M", ""),
    (K.STAMP, "★", ""),
    (K.STAMP, "none", ""),
]


@pytest.mark.parametrize(("kind", "written", "issuer", "value"), VERIFIED)
def test_verified(kind: K, written: str, issuer: str, value: str) -> None:
    found = read(kind, written, issuer=issuer)
    assert (found.kind, found.value, found.written, found.verified) == (kind, value, written, True)
    assert read(kind, value) == type(found)(kind, value, value, True)


@pytest.mark.parametrize(("kind", "written", "issuer"), UNVERIFIED)
def test_kept_and_unverified(kind: K, written: str, issuer: str) -> None:
    found = read(kind, written, issuer=issuer)
    assert (found.kind, found.value, found.written, found.verified) == (kind, written.strip(), written, False)


def test_every_kind_is_shown_both_ways() -> None:
    shown = {kind for kind, *_ in VERIFIED}
    refused = {kind for kind, *_ in UNVERIFIED}
    # Wallets have a file of their own.
    assert shown == refused == set(K) - {K.WALLET}


@pytest.mark.parametrize(
    ("tell", "value", "alpha2"),
    [
        (mmsi_country, "730123456", "CO"),
        (mmsi_country, "003669999", "US"),
        (mmsi_country, "111232506", "GB"),
        (mmsi_country, "982351234", "GB"),
        (mmsi_country, "993669999", "US"),
        (mmsi_country, "366", ""),
        (aircraft_country, "HP1234CMP", "PA"),
        (aircraft_country, "XBABC", "MX"),
        (aircraft_country, "VPCXY", "KY"),
        (aircraft_country, "B12345", "TW"),
        (aircraft_country, "B2345", "CN"),
        (aircraft_country, "BMAB", "MO"),
        (aircraft_country, "", ""),
        (address_country, "4001C0", "GB"),
        (address_country, "0D8001", "VE"),
        (address_country, "000000", ""),
        (address_country, "no", ""),
        (vin_country, "3N1AB7AP0KY000000", "MX"),
        (vin_country, "7SAYGDEE0NF000000", "US"),
        (vin_country, "93HGE8890AZ000000", "BR"),
        (vin_country, "", ""),
    ],
)
def test_countries(tell: object, value: str, alpha2: str) -> None:
    assert callable(tell)
    assert tell(value) == alpha2


@pytest.mark.parametrize(
    ("kind", "written", "alpha2"),
    [
        (K.MMSI, "730123456", "CO"),
        (K.MMSI, "123456789", ""),
        (K.PLATE, "US-TX:ABC1234", "US"),
        (K.POSTAL_ITEM, "RA473124829GB", "GB"),
        (K.STAMP, "M30", ""),
    ],
)
def test_country_of_a_selector(kind: K, written: str, alpha2: str) -> None:
    assert country(read(kind, written)) == alpha2


def test_postal_check_digit_by_its_three_rules() -> None:
    # UPU S10: 11 less the remainder; a remainder of 1 gives 0, and of 0 gives 5.
    assert [freight.postal_check_digit(serial) for serial in ("47312482", "00000050", "00000000")] == [9, 0, 5]


def test_vin_check_character_is_x_for_ten() -> None:
    assert vehicle.check_character("1M8GDM9A0KP042788") == "X"
    assert vehicle.check_character("11111111111111111") == "1"


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("CSQU3054383", (K.CONTAINER, "CSQU3054383")),
        ("IMO 9074729", (K.IMO, "9074729")),
        ("1M8GDM9AXKP042788", (K.VIN, "1M8GDM9AXKP042788")),
        ("j.doe@example.com", (K.EMAIL, "j.doe@example.com")),
        ("+12025550143", (K.PHONE, "+12025550143")),
        ("356868000041418", (K.IMEI, "356868000041418")),
        ("RA473124829GB", (K.POSTAL_ITEM, "RA473124829GB")),
        ("1Z999AA10123456784", (K.UPS_PARCEL, "1Z999AA10123456784")),
        ("9400 1118 9922 3197 4284 97", (K.USPS_PARCEL, "9400111899223197428497")),
        ("020-12345675", (K.AIR_WAYBILL, "02012345675")),
        ("437-38-7", (K.CAS, "437-38-7")),
        ("GB82WEST12345698765432", (K.IBAN, "GB82WEST12345698765432")),
        ("730123456", (K.MMSI, "730123456")),
        ("N123AB", (K.AIRCRAFT_REGISTRATION, "N123AB")),
        ("US-TX:ABC1234", (K.PLATE, "US-TX:ABC1234")),
        ("WDC6925", (K.CALL_SIGN, "WDC6925")),
        ("bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT", (K.WALLET, "XBT:1BoatSLRHtKNngkdXEeobR76b53LETtpyT")),
        ("M30", (K.STAMP, "m30")),
    ],
)
def test_detect_puts_the_strongest_first(written: str, first: tuple[K, str]) -> None:
    found = detect(written)
    assert (found[0].kind, found[0].value) == first
    assert all(each.verified and each.written == written for each in found)


@pytest.mark.parametrize(
    "written",
    [
        "356868000041418",  # a telephone's IMEI
        "8901260123456789012",  # a SIM card's number, with nineteen digits and with twenty
        "89014103211118510720",
        "00012345000000000027",  # a logistic unit's SSCC, whose check is the same
        "01020501140009876544",  # a bank account of Venezuela, whose number passes the check
        "+12025550143",
        "1M8GDM9AXKP042788",
        "986578788855",
    ],
)
def test_other_numbers_are_no_parcels(written: str) -> None:
    parcels = {K.UPS_PARCEL, K.USPS_PARCEL}
    assert parcels.isdisjoint(found.kind for found in detect(written, region="US"))


def test_a_package_whose_zip_code_may_have_two_lengths_is_not_guessed() -> None:
    # Its last 22 digits and its last 26 both begin and end as a package's code does.
    assert not read(K.USPS_PARCEL, "420221539201" + "9200190132607600833457").verified
    assert read(K.USPS_PARCEL, "420221539210" + "9200190132607600833457").verified


def test_detect_finds_nothing_in_nothing() -> None:
    assert detect("") == []
    assert detect("?") == []
    assert detect("unknown") == []


def test_detect_dials_as_its_region_does() -> None:
    assert K.PHONE not in {found.kind for found in detect("202 555 0143")}
    assert ("+12025550143") in {found.value for found in detect("202 555 0143", region="US")}


def test_detect_names_every_chain_that_an_address_is_lawful_on() -> None:
    chains = [found.value.partition(":")[0] for found in detect("1BoatSLRHtKNngkdXEeobR76b53LETtpyT")]
    assert chains == ["XBT", "BCH", "BSV"]


def test_what_bears_it_is_known_of_every_kind() -> None:
    assert set(BEARER) == set(K)
