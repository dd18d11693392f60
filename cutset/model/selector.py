"""Selectors: what a source wrote, read as an identifier of a kind, normalised and checked by its standard.

Each kind's form, check and meaning stand on the page `docs/selectors.md`, and in the module of its family under
`cutset.model.selectors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from cutset.model.mention import MentionKind, Selector, SelectorKind
from cutset.model.selectors import aircraft, contact, document, finance, freight, item, vehicle, vessel
from cutset.model.selectors.aircraft import address_country, aircraft_country
from cutset.model.selectors.vehicle import vin_country
from cutset.model.selectors.vessel import mmsi_country
from cutset.model.selectors.wallet import wallet, wallets
from cutset.model.text import tidy

__all__ = [
    "BEARER",
    "OF_ANY_FORM",
    "address_country",
    "aircraft_country",
    "country",
    "detect",
    "mmsi_country",
    "read",
    "vin_country",
]

# Longer writings are not identifiers, and would only fill the cache.
_CACHED_LENGTH = 128
_CACHED_ENTRIES = 65_536

_READERS: dict[SelectorKind, Callable[[str, str], str | None]] = {
    SelectorKind.IMO: vessel.imo,
    SelectorKind.MMSI: vessel.mmsi,
    SelectorKind.CALL_SIGN: vessel.call_sign,
    SelectorKind.AIRCRAFT_REGISTRATION: aircraft.registration,
    SelectorKind.ICAO_ADDRESS: aircraft.icao_address,
    SelectorKind.VIN: vehicle.vin,
    SelectorKind.PLATE: vehicle.plate,
    SelectorKind.CONTAINER: freight.container,
    SelectorKind.POSTAL_ITEM: freight.postal_item,
    SelectorKind.UPS_PARCEL: freight.ups_parcel,
    SelectorKind.USPS_PARCEL: freight.usps_parcel,
    SelectorKind.AIR_WAYBILL: freight.air_waybill,
    SelectorKind.BILL_OF_LADING: freight.bill_of_lading,
    SelectorKind.IBAN: finance.iban,
    SelectorKind.ACCOUNT: finance.account,
    SelectorKind.WALLET: wallet,
    SelectorKind.PHONE: contact.phone,
    SelectorKind.EMAIL: contact.email,
    SelectorKind.PASSPORT: document.passport,
    SelectorKind.IDENTITY_DOCUMENT: document.identity_document,
    SelectorKind.FIREARM: item.firearm,
    SelectorKind.IMEI: contact.imei,
    SelectorKind.CAS: item.cas,
    SelectorKind.STAMP: item.stamp,
}

# Strongest check first: a checksum of many bits, then check digits, then forms that much else also has. A plate, an
# account, a document, a bill and a firearm have no form of their own: `detect` names them only with their issuer.
_BY_STRENGTH = (
    SelectorKind.WALLET,
    SelectorKind.IBAN,
    SelectorKind.EMAIL,
    SelectorKind.CONTAINER,
    SelectorKind.POSTAL_ITEM,
    SelectorKind.UPS_PARCEL,
    SelectorKind.USPS_PARCEL,
    SelectorKind.VIN,
    SelectorKind.PHONE,
    SelectorKind.IMEI,
    SelectorKind.IMO,
    SelectorKind.AIR_WAYBILL,
    SelectorKind.CAS,
    SelectorKind.AIRCRAFT_REGISTRATION,
    SelectorKind.MMSI,
    SelectorKind.PLATE,
    SelectorKind.PASSPORT,
    SelectorKind.IDENTITY_DOCUMENT,
    SelectorKind.BILL_OF_LADING,
    SelectorKind.FIREARM,
    SelectorKind.ACCOUNT,
    SelectorKind.CALL_SIGN,
    SelectorKind.ICAO_ADDRESS,
    SelectorKind.STAMP,
)

_COUNTRIES: dict[SelectorKind, Callable[[str], str]] = {
    SelectorKind.MMSI: mmsi_country,
    SelectorKind.AIRCRAFT_REGISTRATION: aircraft_country,
    SelectorKind.ICAO_ADDRESS: address_country,
    SelectorKind.VIN: vin_country,
    SelectorKind.PLATE: lambda value: value[:2],
    SelectorKind.PASSPORT: lambda value: value[:2],
    SelectorKind.IDENTITY_DOCUMENT: lambda value: value[:2],
    SelectorKind.IBAN: lambda value: value[:2],
    SelectorKind.POSTAL_ITEM: lambda value: value[-2:],
}


BEARER: dict[SelectorKind, MentionKind] = {
    SelectorKind.VIN: MentionKind.VEHICLE,
    SelectorKind.PLATE: MentionKind.VEHICLE,
    SelectorKind.CONTAINER: MentionKind.CONTAINER,
    SelectorKind.POSTAL_ITEM: MentionKind.PARCEL,
    SelectorKind.UPS_PARCEL: MentionKind.PARCEL,
    SelectorKind.USPS_PARCEL: MentionKind.PARCEL,
    SelectorKind.AIR_WAYBILL: MentionKind.PARCEL,
    SelectorKind.BILL_OF_LADING: MentionKind.PARCEL,
    SelectorKind.IMO: MentionKind.VESSEL,
    SelectorKind.MMSI: MentionKind.VESSEL,
    SelectorKind.CALL_SIGN: MentionKind.VESSEL,
    SelectorKind.AIRCRAFT_REGISTRATION: MentionKind.AIRCRAFT,
    SelectorKind.ICAO_ADDRESS: MentionKind.AIRCRAFT,
    SelectorKind.PHONE: MentionKind.PHONE,
    SelectorKind.IMEI: MentionKind.PHONE,
    SelectorKind.WALLET: MentionKind.WALLET,
    SelectorKind.IBAN: MentionKind.ACCOUNT,
    SelectorKind.ACCOUNT: MentionKind.ACCOUNT,
    SelectorKind.FIREARM: MentionKind.WEAPON,
    SelectorKind.STAMP: MentionKind.DRUG_LOT,
    SelectorKind.CAS: MentionKind.DRUG_LOT,
    SelectorKind.PASSPORT: MentionKind.PERSON,
    SelectorKind.IDENTITY_DOCUMENT: MentionKind.PERSON,
    SelectorKind.EMAIL: MentionKind.PERSON,
}
"""What a thing is that is known by an identifier of each kind alone."""

OF_ANY_FORM = frozenset({SelectorKind.STAMP, SelectorKind.CALL_SIGN, SelectorKind.ICAO_ADDRESS, SelectorKind.CAS})
"""Much else has their form: what was typed is one of these only where it is said to be of its kind."""


def read(kind: SelectorKind, written: str, *, issuer: str = "") -> Selector:
    """What a source wrote, as a selector of `kind`; it raises nothing, whatever was written.

    If the check of the kind's standard passes, `value` is the normalised form and `verified` is true. If not, `value`
    is what was written with single spaces and without control characters, and `verified` is false: it is kept, and
    links nothing. `issuer` is what makes some identifiers one thing: the jurisdiction of a plate, the country of a
    passport, identity document or telephone number, the bank of an account, the chain of a wallet, the maker of a
    firearm, the carrier of a bill of lading. `ISSUER:VALUE` may be written instead.

    >>> read(SelectorKind.CONTAINER, "csqu 305438-3").value
    'CSQU3054383'
    >>> read(SelectorKind.IMO, " 9074728 ")
    Selector(kind=<SelectorKind.IMO: 'imo'>, value='9074728', written=' 9074728 ', verified=False)
    >>> read(SelectorKind.PLATE, "ABC 1234", issuer="US-TX").value
    'US-TX:ABC1234'
    """
    if len(written) > _CACHED_LENGTH or len(issuer) > _CACHED_LENGTH:
        return _read(kind, written, issuer)
    return _read_cached(kind, written, issuer)


def detect(written: str, *, region: str = "") -> list[Selector]:
    """The verified selectors that a loosely typed string may be, the strongest check first.

    `region` is the country whose way of dialling a telephone number without `+` may be written in.

    >>> [found.kind.value for found in detect("IMO 9074729")]
    ['imo', 'stamp']
    >>> [found.value for found in detect("US-TX:ABC-1234")][:1]
    ['US-TX:ABC1234']
    """
    return [found for kind in _BY_STRENGTH for found in _candidates(kind, written, region) if found.verified]


def country(selector: Selector) -> str:
    """ISO 3166-1 alpha-2 of the country that a verified selector tells of; "" if it tells none.

    It is the flag of a vessel or aircraft, the maker's country of a vehicle, the issuer of a document, plate or IBAN,
    the country where a postal item was posted.

    >>> country(read(SelectorKind.MMSI, "730123456"))
    'CO'
    """
    tells = _COUNTRIES.get(selector.kind) if selector.verified else None
    return tells(selector.value) if tells else ""


def _candidates(kind: SelectorKind, written: str, region: str) -> Iterator[Selector]:
    if kind is SelectorKind.WALLET:
        # One address may be lawful on several chains.
        yield from (Selector(kind, value, written, True) for value in wallets(written))
    else:
        yield read(kind, written, issuer=region if kind is SelectorKind.PHONE else "")


def _read(kind: SelectorKind, written: str, issuer: str) -> Selector:
    value = _READERS[kind](written, issuer)
    return Selector(kind, tidy(written) if value is None else value, written, value is not None)


_read_cached = lru_cache(maxsize=_CACHED_ENTRIES)(_read)
