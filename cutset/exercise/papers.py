"""What agencies hold besides events: manifests, advance data of parcels, laboratory and bank reports, custody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from cutset.exercise import identifiers
from cutset.exercise.names import firm, person
from cutset.exercise.truth import START, Happening, Organisation, Paper

FEEDS = ("manifests", "advance-parcels", "lab-results", "custody", "bank-reports", "southbound")
_GOODS = (
    ("Bananas, fresh", "080390"),
    ("Ceramic tiles", "690721"),
    ("Cotton shirts", "610510"),
    ("Frozen shrimp", "030617"),
    ("Furniture parts", "940390"),
    ("Machine parts", "848790"),
    ("Vitamin powder", "293629"),
)
# Purity where a drug is met, as a mass fraction. Mail fentanyl is mostly over 90 % pure, that of the land border below
# 10 % (DEA, National Drug Threat Assessment 2018); cocaine is seized at about 85 % (UNODC). The rest is assumed.
_PURITY = {"cocaine": 0.85, "fentanyl": 0.09, "methamphetamine": 0.95, "heroin": 0.45}
_MAIL_FENTANYL = 0.92
_WEIGHED = 0.12
"""The fraction of seizures that go to a laboratory: assumed."""


class Papers:
    """Makes papers, and keeps the links to cases that they bear: event, case, kind of identifier."""

    def __init__(self, maker: identifiers.Maker, prefix: str) -> None:
        self.made: list[Paper] = []
        self.links: list[tuple[str, str, str]] = []
        self._maker = maker
        self._random = maker.random
        self._prefix = prefix

    def of_seizure(self, found: Happening, card: Organisation) -> None:
        """The papers that follow from one: its container's manifest or its parcel's data, its sample, its exhibit."""
        container = next((t.value for t in found.things if t.kind == "container"), "")
        if container and found.modality == "container":
            # A manifest whose number is spoiled in the seizure's file is right in the carrier's.
            self._manifest(found.at - timedelta(days=9), container, found.departure, found.place, card, found.load)
        if found.modality in ("mail", "express consignment"):
            self._parcel(found.at - timedelta(days=4), found.place, card, found.load, item=found.item)
        if self._random.random() < _WEIGHED and found.filed is not None and found.agency != "partner":
            self._sample(found, card)

    def background(self, scale: float, cards: Sequence[Organisation], months: int) -> None:
        """What everyone sends, and what banks and border posts see of the money and weapons that go back."""
        random = self._random
        for _ in range(round(500 * scale)):
            origin, goal = random.choice(("CO", "EC", "CN", "DO", "PE")), random.choice(("USMIA", "USNYC", "USLAX"))
            self._manifest(_some_day(random, months), self._maker.new("container"), origin, goal, None, 0)
        for _ in range(round(400 * scale)):
            self._parcel(_some_day(random, months), random.choice(("USJFK", "USLAX", "USORD")), None, 0)
        for card in cards:
            self._money(card, _some_day(random, months))
            self._southbound(card, _some_day(random, months))

    def _add(self, feed: str, key: str, cells: dict[str, str], card: Organisation | None = None, load: int = 0) -> str:
        record = f"{key}-{self._prefix}{len(self.made) + 1:05d}"
        owner = card.number if card else ""
        self.made.append(
            Paper(feed=feed, record=record, cells={"number": record, **cells}, organisation=owner, load=load)
        )
        return record

    def _manifest(
        self, at: datetime, container: str, origin: str, goal: str, card: Organisation | None, load: int
    ) -> None:
        random = self._random
        goods, code = random.choice(_GOODS)
        cells = {
            "departs": f"{at:%Y-%m-%d}",
            "arrives": f"{at + timedelta(days=8):%Y-%m-%d}",
            "container": container,
            "origin": origin,
            "port": goal if len(goal) == 5 and goal.isupper() else "USMIA",
            "shipper": firm(random),
            "consignee": firm(random),
            "goods": goods,
            "hs_code": code,
            "weight_kg": f"{random.uniform(4000, 24000):.0f}",
        }
        record = self._add("manifests", "BL", cells, card, load)
        self._link(record, card, container, "container")

    def _parcel(self, at: datetime, goal: str, card: Organisation | None, load: int, item: str = "") -> None:
        random = self._random
        cells = {
            "sent": f"{at:%Y-%m-%d}",
            "item": item or self._maker.new("parcel"),
            "origin": random.choice(("CN", "HK", "CN", "NL", "CA")),
            "airport": goal if goal.startswith("US") else "USJFK",
            "sender": firm(random),
            "addressee": person(random),
            "goods": random.choice(("gift", "clothes", "phone case", "vitamins", "toy", "sample")),
            "weight_kg": f"{random.lognormvariate(-0.7, 0.8):.2f}",
            "value_usd": f"{random.uniform(5, 400):.2f}",
        }
        self._add("advance-parcels", "AED", cells, card, load)

    def _sample(self, found: Happening, card: Organisation) -> None:
        random = self._random
        usual = _MAIL_FENTANYL if card.drug == "fentanyl" and found.modality == "mail" else _PURITY[card.drug]
        purity = min(0.99, max(0.01, random.gauss(usual, 0.04 if usual > 0.2 else 0.02)))
        got = found.at + timedelta(days=random.randint(3, 20))
        cells = {
            "reported": f"{got + timedelta(days=random.randint(5, 60)):%Y-%m-%d}",
            "laboratory": random.choice(("Made regional laboratory A", "Made regional laboratory B")),
            "exhibit": f"{found.agency}/{found.key}",
            "drug": card.drug,
            "grams": f"{max(0.1, found.mass_kg * 1000 * random.uniform(0.93, 0.99)):.1f}",
            "purity": f"{purity:.3f}",
        }
        self._add("lab-results", "LAB", cells, card, found.load)
        seal = f"S{random.randrange(10**7):07d}"
        stations = [("Seizing officer", "Evidence room"), ("Evidence room", "Laboratory"), ("Laboratory", "Vault")]
        for step, (giver, receiver) in enumerate(stations):
            moved = found.at + timedelta(days=step * 4, hours=6)
            cells = {
                "moved": f"{moved:%Y-%m-%d %H:%M}",
                "exhibit": f"{found.agency}/{found.key}",
                "giver": f"{giver} (made)",
                "receiver": f"{receiver} (made)",
                "seal": seal,
            }
            self._add("custody", "COC", cells, card, found.load)

    def _money(self, card: Organisation, at: datetime) -> None:
        """A bank's report of a transfer: proceeds on their way back."""
        random = self._random
        wallet = next((thing.value for thing in card.things if thing.kind == "wallet"), "")
        known = wallet if random.random() < 0.5 else self._maker.new("wallet")
        cells = {
            "when": f"{at:%Y-%m-%d}",
            "bank": f"{firm(random)} Bank (made)",
            "customer": person(random),
            "amount_usd": f"{random.lognormvariate(10.3, 0.8):.2f}",
            "wallet": known,
        }
        self._link(self._add("bank-reports", "BANK", cells, card), card, known, "wallet")

    def _southbound(self, card: Organisation, at: datetime) -> None:
        """Weapons on their way back, seized at a port of exit."""
        random = self._random
        vin = next(thing.value for thing in card.things if thing.kind == "vin")
        known = vin if random.random() < 0.3 else self._maker.new("vin")
        cells = {
            "when": f"{at:%Y-%m-%d}",
            "port": random.choice(("USLRD", "USELP", "USHID")),
            "what": "rifle",
            "count": str(random.randint(1, 12)),
            "driver": person(random),
            "vin": known,
        }
        self._link(self._add("southbound", "OUT", cells, card), card, known, "vin")

    def _link(self, record: str, card: Organisation | None, value: str, kind: str) -> None:
        if card and any(thing.value == value for thing in card.things):
            self.links.append((record, card.number, kind))


def _some_day(random: Random, months: int) -> datetime:
    return START + timedelta(days=random.randrange(30 * months))
