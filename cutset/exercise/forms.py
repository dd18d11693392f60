"""What each agency's form makes of what it holds: a happening, card, voyage or designation as the cells of a row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from cutset.exercise import identifiers, nmea
from cutset.exercise.truth import Happening, Organisation, Thing, Voyage, designations

MADE = "MADE exercise data: nobody observed it"
# What UNODC's file calls countries, its subregions, installations and transports.
_COUNTRIES = {
    "CN": ("China", "East and South-East Asia"),
    "CO": ("Colombia", "South America"),
    "DO": ("Dominican Republic", "Caribbean"),
    "EC": ("Ecuador", "South America"),
    "GT": ("Guatemala", "Central America"),
    "HN": ("Honduras", "Central America"),
    "MX": ("Mexico", "North America"),
    "VE": ("Venezuela, Bolivarian Republic of", "South America"),
}
_UNODC_WORDS = {"maritime": ("International Waters", "Private sea"), "container": ("Seaport", "Commercial sea")}
_PRODUCED_IN = {"cocaine": "Colombia", "fentanyl": "Mexico", "heroin": "Mexico", "methamphetamine": "Mexico"}
"""Where the made world's drugs are made; what they are made from comes from China."""
_BY = {"maritime": "bote", "container": "contenedor"}
"""How the partner writes what it came by; all else came by lorry."""


def _value(things: Iterable[Thing], kind: str) -> str:
    return next((thing.value for thing in things if thing.kind == kind), "")


def _plate(things: Iterable[Thing], home: str) -> tuple[str, str]:
    """Plate and State; the near-misses' plates are of another State."""
    value, _, other = _value(things, "plate").partition("@")
    return value, ("US-NM" if other else home) if value else ""


def typed_phone(random: Random, things: Iterable[Thing]) -> str:
    """The first telephone number as one of many hands would type it."""
    value = _value(things, "phone")
    return identifiers.phone_as_typed(random, value) if value else ""


def case(organisation: Organisation) -> dict[str, object]:
    """An index card of a case."""
    phones = [thing.value for thing in organisation.things if thing.kind == "phone"]
    things = organisation.things
    row: dict[str, object] = {
        "number": organisation.number,
        "title": f"Operation {organisation.name.removesuffix(' organisation')} (made)",
        "organisation": organisation.name,
        "status": "open",
        "opened": f"{organisation.opened:%Y-%m-%d}",
        "filed": f"{organisation.filed:%Y-%m-%d}",
        "priority_target": organisation.priority_target,
        "contact": "Duty agent, +1 202 555 0100",
        "vin": _value(things, "vin"),
        "plate": _value(things, "plate"),
        "plate_state": "US-TX",
        "container": _value(things, "container"),
        "wallet": _value(things, "wallet"),
        "imo": _value(things, "imo"),
    }
    for number in range(4):
        row[f"subject_{number + 1}"] = organisation.people[number] if number < len(organisation.people) else ""
        row[f"alias_{number + 1}"] = organisation.aliases[number] if number < len(organisation.people) else ""
        row[f"phone_{number + 1}"] = phones[number] if number < len(phones) else ""
    return row


def _filed(happening: Happening, form: str) -> str:
    return happening.filed.strftime(form) if happening.filed is not None else ""


def _goods(happening: Happening) -> dict[str, str]:
    return {"drug": happening.drug, "quantity": f"{happening.amount:g}", "unit": happening.unit}


def border_row(random: Random, happening: Happening) -> dict[str, str]:
    """A seizure at a port of entry."""
    plate, state = _plate(happening.things, "US-TX")
    return {
        "event_id": happening.key,
        "seized_at": happening.at.strftime("%Y-%m-%d %H:%M"),
        "filed": _filed(happening, "%Y-%m-%d"),
        "port": happening.place,
        "mode": happening.modality,
        "from": happening.departure,
        "to": happening.destination,
        **_goods(happening),
        "driver": happening.people[0],
        "phone": typed_phone(random, happening.things),
        "vin": _value(happening.things, "vin").lower(),
        "plate": plate,
        "plate_state": state,
        "container": _value(happening.things, "container"),
        "confidential_phone": _value(happening.hidden, "phone"),
        "confidential_vin": _value(happening.hidden, "vin"),
        "confidential_plate": _value(happening.hidden, "plate"),
        "confidential_container": _value(happening.hidden, "container"),
    }


def stop(random: Random, happening: Happening) -> dict[str, object]:
    """A traffic stop with drugs."""
    plate, state = _plate(happening.things, "US-TX")
    return {
        "stop": happening.key,
        "when": happening.at.strftime("%m/%d/%Y"),
        "filed": _filed(happening, "%m/%d/%Y"),
        "county": happening.place,
        **_goods(happening),
        "driver": happening.people[0],
        "passenger": happening.people[1] if len(happening.people) > 1 else "",
        "phone": typed_phone(random, [thing for thing in happening.things if thing.kind == "phone"][:1]),
        "other_phone": typed_phone(random, [thing for thing in happening.things if thing.kind == "phone"][1:]),
        "vin": _value(happening.things, "vin"),
        "plate": f"{plate[:3]} {plate[3:]}" if plate else "",
        "plate_state": state,
        "confidential_phone": _value(happening.hidden, "phone"),
        "confidential_vin": _value(happening.hidden, "vin"),
        "confidential_plate": _value(happening.hidden, "plate"),
    }


def sea_row(random: Random, happening: Happening) -> dict[str, str]:
    """An interdiction at sea."""
    return {
        "event": happening.key,
        "at": happening.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "filed": _filed(happening, "%Y-%m-%dT%H:%M:%SZ"),
        "area": happening.place,
        "latitude": f"{happening.latitude_deg or 0:.4f}",
        "longitude": f"{happening.longitude_deg or 0:.4f}",
        "departure": happening.departure,
        "destination": happening.destination,
        **_goods(happening),
        "conveyance": happening.conveyance,
        "master": happening.people[0],
        "imo": _value(happening.things, "imo"),
        "phone": typed_phone(random, happening.things),
        "confidential_imo": _value(happening.hidden, "imo"),
        "confidential_phone": _value(happening.hidden, "phone"),
    }


def parcel_row(random: Random, happening: Happening) -> dict[str, str]:
    """A parcel with drugs."""
    return {
        "item": happening.item,
        "case_no": happening.key,
        "found_on": happening.at.strftime("%Y-%m-%d"),
        "filed_on": _filed(happening, "%Y-%m-%d"),
        "airport": happening.place,
        "origin": happening.departure,
        **_goods(happening),
        "addressee": happening.people[0],
        "phone": typed_phone(random, happening.things),
        "paid_from_wallet": _value(happening.things, "wallet"),
        "confidential_phone": _value(happening.hidden, "phone"),
        "confidential_wallet": _value(happening.hidden, "wallet"),
    }


def positions(voyages: Iterable[Voyage]) -> Iterator[dict[str, str]]:
    """Twelve positions of each vessel, one every ten minutes, in the columns of MarineCadastre's AIS files."""
    for voyage in voyages:
        for at, latitude_deg, longitude_deg in _sailed(voyage):
            yield {
                "MMSI": voyage.mmsi,
                "BaseDateTime": at.strftime("%Y-%m-%dT%H:%M:%S"),
                "LAT": f"{latitude_deg:.5f}",
                "LON": f"{longitude_deg:.5f}",
                "SOG": f"{voyage.speed_kn:.1f}",
                "COG": f"{voyage.course_deg:.1f}",
                "Heading": "511",
                "VesselName": voyage.name,
                "IMO": f"IMO{voyage.imo}",
                "CallSign": voyage.call_sign,
                "VesselType": "70",
                "Status": "0",
                "Length": "120",
                "Width": "20",
                "Draft": "7.0",
                "Cargo": "70",
                "TransceiverClass": "A",
            }


def heard(voyages: Iterable[Voyage]) -> Iterator[str]:
    """The same as AIS sentences: a vessel's static data once, and its positions."""
    for number, voyage in enumerate(voyages):
        static = nmea.static(
            voyage.mmsi,
            imo=voyage.imo,
            call_sign=voyage.call_sign,
            name=voyage.name,
            ship_type=70,
            length_m=120,
        )
        yield from nmea.sentences(static, at=int(voyage.at.timestamp()), number=number % 10)
        for at, latitude_deg, longitude_deg in _sailed(voyage):
            fields = nmea.position(
                voyage.mmsi,
                latitude_deg,
                longitude_deg,
                speed_kn=voyage.speed_kn,
                course_deg=voyage.course_deg,
                second=at.second,
            )
            yield from nmea.sentences(fields, at=int(at.timestamp()), number=0)


def _sailed(voyage: Voyage) -> Iterator[tuple[datetime, float, float]]:
    """Twelve times, ten minutes apart, and where the vessel was."""
    for step in range(12):
        miles = voyage.speed_kn * step / 6
        north = miles / 60 * math.cos(math.radians(voyage.course_deg))
        east = miles / 60 * math.sin(math.radians(voyage.course_deg))
        longitude_deg = voyage.longitude_deg + east / math.cos(math.radians(voyage.latitude_deg))
        yield voyage.at + timedelta(minutes=10 * step), voyage.latitude_deg + north, longitude_deg


def partner_row(random: Random, happening: Happening) -> dict[str, str]:
    """The partner's form: in Spanish, days first, decimal commas."""
    return {
        "acta": happening.key,
        "fecha": happening.at.strftime("%d/%m/%Y"),
        "presentada": _filed(happening, "%d/%m/%Y"),
        "zona": happening.place,
        "medio": _BY.get(happening.modality, "camión"),
        "droga": happening.drug,
        "cantidad": f"{happening.amount:g}".replace(".", ","),
        "unidad": {"kg": "kilos", "g": "gramos", "lb": "libras"}[happening.unit],
        "capitan": happening.people[0],
        "omi": _value(happening.things, "imo"),
        "contenedor": _value(happening.things, "container"),
        "telefono": typed_phone(random, happening.things),
    }


def unodc_row(happening: Happening) -> dict[str, str]:
    """A seizure as a country sends it to UNODC: no names, no identifiers."""
    country = happening.destination if happening.destination in _COUNTRIES else "MX"
    installation, transport = _UNODC_WORDS.get(happening.modality, ("Road", "Commercial road"))
    return {
        "REGION": "Americas",
        "SUBREGION": _COUNTRIES[country][1],
        "COUNTRY": _COUNTRIES[country][0],
        "ADMINISTRATIVE_DIVISION": "",
        "PLACE": happening.place,
        "SEIZURE_DATE": happening.at.strftime("%Y-%m-%d"),
        "DRUG_NAME": happening.drug,
        "AMOUNT": f"{happening.amount:g}",
        "DRUG_UNIT": {"kg": "Kilogram", "g": "Gram", "lb": "Pound"}[happening.unit],
        "HIDING_PLACE": "",
        "INSTALLATION": installation,
        "TRANSPORT": transport,
        "PRODUCING_COUNTRY": _PRODUCED_IN.get(happening.substance, "China"),
        "DEPARTURE_COUNTRY": _COUNTRIES.get(happening.departure, ("Unknown", ""))[0],
        # Of a precursor the drug is made in Mexico.
        "DESTINATION_COUNTRY": "United States of America" if happening.substance in _PRODUCED_IN else "Mexico",
        "ROUTING": "",
    }


def sanctions(organisations: Iterable[Organisation]) -> dict[str, list[list[str]]]:
    """The designated organisations as OFAC's headerless files, by the name of the file."""
    null = "-0- "
    entries: list[list[str]] = []
    aliases: list[list[str]] = []
    addresses: list[list[str]] = []
    for organisation in organisations:
        if not organisation.designated:
            continue
        given, _, family = organisation.leader.rpartition(" ")
        wallet, imo = _value(organisation.things, "wallet"), _value(organisation.things, "imo")
        remarks = f"{MADE}; Digital Currency Address - XBT {wallet}; Linked To: {organisation.name.upper()}."
        person, vessel = designations(organisation)
        number = person[-5:].lstrip("0")
        entries.append([person, f"{family.upper()}, {given}", "individual", "SDNTK", *[null] * 7, remarks])
        remarks = f"{MADE}; Vessel Registration Identification IMO {imo}."
        entries.append(
            [vessel, f"{organisation.name.split()[0].upper()} STAR", "vessel", "SDNTK", *[null] * 7, remarks]
        )
        addresses.append([person, number, f"{number} Calle Inventada", "Culiacan", "Mexico", null])
        aliases.append([person, number, "aka", f"EL {organisation.name.split()[0].upper()}", null])
    return {"sdn.csv": entries, "alt.csv": aliases, "add.csv": addresses}
