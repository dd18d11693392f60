"""Writes a made world as the files of six agencies, each in its agency's own form, and the truth apart from them."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec

from cutset.exercise import identifiers
from cutset.exercise.world import Happening, Organisation, Thing, Voyage, World

MADE = "MADE exercise data: nobody observed it"


def write(world: World, folder: Path) -> None:
    """Writes the agencies' files and `truth.json` into `folder`, which is made where it is not there.

    The bytes are the same for the same world.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(world.seed + 1)
    (folder / "READ-ME.txt").write_text(f"{MADE}. Seed {world.seed}.\n", encoding="utf-8")
    _lines(folder / "dea-cases.jsonl", (_case(organisation) for organisation in world.organisations))
    for agency, name, row in (
        ("cbp", "cbp-seizures.csv", _border_row),
        ("uscg", "uscg-interdictions.csv", _sea_row),
        ("usps-is", "usps-parcels.csv", _parcel_row),
    ):
        mine = [happening for happening in world.happenings if happening.agency == agency]
        _table(folder / name, [row(random, happening) for happening in mine])
    stops = (happening for happening in world.happenings if happening.agency == "county-sheriff")
    _lines(folder / "county-stops.jsonl", (_stop(random, happening) for happening in stops))
    _table(folder / "uscg-ais.csv", list(_positions(world.voyages)))
    _sanctions(folder / "treasury", world.organisations)
    _table(folder / "cbp-nationwide-made.csv", list(_totals(random)))
    (folder / "truth.json").write_bytes(msgspec.json.format(msgspec.json.encode(world), indent=1))


def _lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def _table(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _value(things: Iterable[Thing], kind: str) -> str:
    return next((thing.value for thing in things if thing.kind == kind), "")


def _plate(things: Iterable[Thing], home: str) -> tuple[str, str]:
    """Plate and State; the near-misses' plates are of another State."""
    value, _, other = _value(things, "plate").partition("@")
    return value, ("US-NM" if other else home) if value else ""


def _typed_phone(random: Random, things: Iterable[Thing]) -> str:
    value = _value(things, "phone")
    return identifiers.phone_as_typed(random, value) if value else ""


def _case(organisation: Organisation) -> dict[str, object]:
    phones = [thing.value for thing in organisation.things if thing.kind == "phone"]
    things = organisation.things
    row: dict[str, object] = {
        "number": organisation.number,
        "title": f"Operation {organisation.name.removesuffix(' organisation')} (made)",
        "organisation": organisation.name,
        "status": "open",
        "opened": f"2022-{int(organisation.number[-4:]) % 9 + 1:02d}-15",
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
        row[f"phone_{number + 1}"] = phones[number] if number < len(phones) else ""
    return row


def _goods(happening: Happening) -> dict[str, str]:
    return {"drug": happening.drug, "quantity": f"{happening.amount:g}", "unit": happening.unit}


def _border_row(random: Random, happening: Happening) -> dict[str, str]:
    plate, state = _plate(happening.things, "US-TX")
    return {
        "event_id": happening.key,
        "seized_at": happening.at.strftime("%Y-%m-%d %H:%M"),
        "port": happening.place,
        "mode": happening.modality,
        "from": happening.departure,
        "to": happening.destination,
        **_goods(happening),
        "driver": happening.people[0],
        "phone": _typed_phone(random, happening.things),
        "vin": _value(happening.things, "vin").lower(),
        "plate": plate,
        "plate_state": state,
        "container": _value(happening.things, "container"),
        "confidential_phone": _value(happening.hidden, "phone"),
        "confidential_vin": _value(happening.hidden, "vin"),
        "confidential_plate": _value(happening.hidden, "plate"),
        "confidential_container": _value(happening.hidden, "container"),
    }


def _stop(random: Random, happening: Happening) -> dict[str, object]:
    plate, state = _plate(happening.things, "US-TX")
    return {
        "stop": happening.key,
        "when": happening.at.strftime("%m/%d/%Y"),
        "county": happening.place,
        **_goods(happening),
        "driver": happening.people[0],
        "passenger": happening.people[1] if len(happening.people) > 1 else "",
        "phone": _typed_phone(random, [thing for thing in happening.things if thing.kind == "phone"][:1]),
        "other_phone": _typed_phone(random, [thing for thing in happening.things if thing.kind == "phone"][1:]),
        "vin": _value(happening.things, "vin"),
        "plate": f"{plate[:3]} {plate[3:]}" if plate else "",
        "plate_state": state,
        "confidential_phone": _value(happening.hidden, "phone"),
        "confidential_vin": _value(happening.hidden, "vin"),
        "confidential_plate": _value(happening.hidden, "plate"),
    }


def _sea_row(random: Random, happening: Happening) -> dict[str, str]:
    latitude, longitude = (8.0, -90.0) if happening.place == "Eastern Pacific" else (14.0, -73.0)
    return {
        "event": happening.key,
        "at": happening.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "area": happening.place,
        "latitude": f"{latitude + random.uniform(-3, 3):.4f}",
        "longitude": f"{longitude + random.uniform(-5, 5):.4f}",
        "departure": happening.departure,
        "destination": happening.destination,
        **_goods(happening),
        "conveyance": random.choice(("go-fast", "low-profile vessel", "fishing vessel")),
        "master": happening.people[0],
        "imo": _value(happening.things, "imo"),
        "phone": _typed_phone(random, happening.things),
        "confidential_imo": _value(happening.hidden, "imo"),
        "confidential_phone": _value(happening.hidden, "phone"),
    }


def _parcel_row(random: Random, happening: Happening) -> dict[str, str]:
    return {
        "item": identifiers.postal_item(random, happening.departure),
        "case_no": happening.key,
        "found_on": happening.at.strftime("%Y-%m-%d"),
        "airport": happening.place,
        "origin": happening.departure,
        **_goods(happening),
        "addressee": happening.people[0],
        "phone": _typed_phone(random, happening.things),
        "paid_from_wallet": _value(happening.things, "wallet"),
        "confidential_phone": _value(happening.hidden, "phone"),
        "confidential_wallet": _value(happening.hidden, "wallet"),
    }


def _positions(voyages: Iterable[Voyage]) -> Iterator[dict[str, str]]:
    """Twelve positions of each vessel, one every ten minutes, in the columns of MarineCadastre's AIS files."""
    for voyage in voyages:
        for step in range(12):
            miles = voyage.speed_kn * step / 6
            north = miles / 60 * math.cos(math.radians(voyage.course_deg))
            east = miles / 60 * math.sin(math.radians(voyage.course_deg))
            yield {
                "MMSI": voyage.mmsi,
                "BaseDateTime": (voyage.at + timedelta(minutes=10 * step)).strftime("%Y-%m-%dT%H:%M:%S"),
                "LAT": f"{voyage.latitude_deg + north:.5f}",
                "LON": f"{voyage.longitude_deg + east / math.cos(math.radians(voyage.latitude_deg)):.5f}",
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


def _sanctions(folder: Path, organisations: Iterable[Organisation]) -> None:
    """The designated organisations as OFAC's headerless files."""
    folder.mkdir(exist_ok=True)
    null = "-0- "
    entries: list[list[str]] = []
    aliases: list[list[str]] = []
    addresses: list[list[str]] = []
    for number, organisation in enumerate((each for each in organisations if each.designated), 1):
        given, _, family = organisation.leader.rpartition(" ")
        wallet, imo = _value(organisation.things, "wallet"), _value(organisation.things, "imo")
        remarks = f"{MADE}; Digital Currency Address - XBT {wallet}; Linked To: {organisation.name.upper()}."
        person, vessel = str(900_000 + 2 * number), str(900_001 + 2 * number)
        entries.append([person, f"{family.upper()}, {given}", "individual", "SDNTK", *[null] * 7, remarks])
        remarks = f"{MADE}; Vessel Registration Identification IMO {imo}."
        entries.append(
            [vessel, f"{organisation.name.split()[0].upper()} STAR", "vessel", "SDNTK", *[null] * 7, remarks]
        )
        addresses.append([person, str(number), f"{number} Calle Inventada", "Culiacan", "Mexico", null])
        aliases.append([person, str(number), "aka", f"EL {organisation.name.split()[0].upper()}", null])
    for name, rows in (("sdn.csv", entries), ("alt.csv", aliases), ("add.csv", addresses)):
        with (folder / name).open("w", encoding="latin-1", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def _totals(random: Random) -> Iterator[dict[str, str]]:
    """Two fiscal years of made monthly totals in the columns of CBP's nationwide drug file."""
    months = "OCT NOV DEC JAN FEB MAR APR MAY JUN JUL AUG SEP".split()
    fields = (
        ("Southwest Border", "LAREDO FIELD OFFICE", "Land Only"),
        ("Coastal/Interior", "MIAMI FIELD OFFICE", "Other"),
    )
    for year in (2023, 2024):
        for month in months:
            for region, area, land in fields:
                for drug, typical in (("Cocaine", 900), ("Fentanyl", 120), ("Methamphetamine", 1500), ("Heroin", 60)):
                    yield {
                        "FY": str(year),
                        "Month (abbv)": month,
                        "Component": "Office of Field Operations",
                        "Region": region,
                        "Land Filter": land,
                        "Area of Responsibility": area,
                        "Drug Type": drug,
                        "Count of Event": str(random.randint(2, 60)),
                        "Sum Qty (lbs)": f"{typical * random.lognormvariate(0, 0.3):.2f}",
                    }
