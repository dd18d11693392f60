"""Mentions: the things that a report names, and the selectors by which they are known."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class MentionKind(StrEnum):
    """What sort of thing a mention names."""

    PERSON = "person"
    ORGANIZATION = "organization"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    VEHICLE = "vehicle"
    CONTAINER = "container"
    PARCEL = "parcel"
    PHONE = "phone"
    ACCOUNT = "account"
    WALLET = "wallet"
    WEAPON = "weapon"
    DRUG_LOT = "drug lot"
    PLACE = "place"


class Role(StrEnum):
    """What a mention has to do with the report that names it."""

    SUBJECT = "subject"
    SEIZED_FROM = "seized-from"
    DRIVER = "driver"
    PASSENGER = "passenger"
    CREW = "crew"
    OWNER = "owner"
    OPERATOR = "operator"
    SHIPPER = "shipper"
    CONSIGNEE = "consignee"
    NOTIFY_PARTY = "notify-party"
    CARRIER = "carrier"
    CONVEYANCE = "conveyance"
    ITEM = "item"
    MEANS = "means"
    ASSOCIATE = "associate"
    VICTIM = "victim"
    WITNESS = "witness"
    REPORTER = "reporter"
    LOCATION = "location"


class SelectorKind(StrEnum):
    """The identifiers that cutset knows how to check; `cutset.model.selector` reads each."""

    IMO = "imo"
    MMSI = "mmsi"
    CALL_SIGN = "call-sign"
    AIRCRAFT_REGISTRATION = "aircraft-registration"
    ICAO_ADDRESS = "icao-24bit"
    VIN = "vin"
    PLATE = "plate"
    CONTAINER = "iso6346"
    POSTAL_ITEM = "upu-s10"
    UPS_PARCEL = "ups-1z"
    USPS_PARCEL = "usps-impb"
    AIR_WAYBILL = "air-waybill"
    BILL_OF_LADING = "bill-of-lading"
    IBAN = "iban"
    ACCOUNT = "account"
    WALLET = "wallet"
    PHONE = "phone"
    EMAIL = "email"
    PASSPORT = "passport"
    IDENTITY_DOCUMENT = "identity-document"
    FIREARM = "firearm"
    IMEI = "imei"
    CAS = "cas"
    STAMP = "stamp"


class Selector(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A mention's identifier.

    `value` is normalised, so that the same thing always has the same value; `written` is what the source wrote.
    Only a `verified` selector passed its standard's check and may link. An unverified one is kept and never links.
    """

    kind: SelectorKind
    value: str
    written: str
    verified: bool


class Mention(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A thing that a report names. It may have a name, selectors, both, or (a described stranger) neither.

    `born` is a partial ISO 8601 date (`1979`, `1979-09`, `1979-09-21`), or with `circa ` before it. `flag` is the
    ISO 3166-1 alpha-2 country of a vessel, aircraft or vehicle. There is, on purpose, no field for a protected trait.
    """

    kind: MentionKind
    role: Role = Role.SUBJECT
    name: str = ""
    aliases: tuple[str, ...] = ()
    selectors: tuple[Selector, ...] = ()
    born: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    flag: str = ""
    description: str = ""
