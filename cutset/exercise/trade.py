"""What is declared of made containers and parcels: regular trade, what hides in it, and innocents who look like it.

A load travels under a *front* (a firm made for it, whose papers show some of the signs that targeting units are taught
to look for) or in a *regular* trader's consignment, which shows no more of them than innocents do. The signs are those
of published guidance: a new shipper, goods that do not come from there, a weight or a value that does not fit the
goods, lading in a third country, a consignee's telephone known from a case; of parcels a new sender, a vague
description, an odd value or weight. Every sign is found with innocents as well, so that none of them convicts.

Source of the signs: World Customs Organization, SAFE Framework of Standards, and the UNODC-WCO Container Control
Programme, which profile by shipper, consignee, goods, weight, value and routing. How often each is seen is assumed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random

import msgspec
from msgspec import field

from cutset.exercise import identifiers
from cutset.exercise.names import firm, person
from cutset.exercise.parameters import Parameters
from cutset.exercise.truth import Organisation
from cutset.model.report import Struct

CONTAINER_SIGNS = ("new shipper", "odd goods", "odd weight", "odd value", "transshipped")
PARCEL_SIGNS = ("new sender", "vague goods", "odd value", "odd weight")
KNOWN_PHONE = "telephone known from a case"
_HARBOUR = {"USJFK": "USNYC"}
"""Where a container for a place known by its airport is unloaded: else its port alone would tell of a load."""
MODALITIES = ("mail", "express consignment")
"""How parcels come."""
TRANSIT_DAYS = {"mail": (4, 9), "express consignment": (2, 4)}
"""How many days a parcel is on its way, at least and at most: assumed."""
_DECLARED = ("declared", "sent", "sender", "addressee", "goods", "weight_kg", "value_usd")
_REGULARS = 60
_SENDERS = 40


class Ware(Struct, frozen=True):
    """Goods as declared: where they come from, the usual weight of a containerful and the value of a kilogram."""

    name: str
    origins: tuple[str, ...] = field(name="from")
    weight_kg: tuple[float, float]
    usd_kg: float


class Trade(Struct, frozen=True):
    """The data of `trade.toml`: goods by HS code, ports, ports of transshipment, what parcels hold, and airports."""

    goods: dict[str, Ware]
    ports: dict[str, str]
    transshipment: dict[str, tuple[str, ...]]
    parcels: dict[str, tuple[str, ...]]
    airports: dict[str, dict[str, float]]


class Regular(Struct, frozen=True):
    """Two firms that trade the same goods year in, year out."""

    shipper: str
    consignee: str
    origin: str
    port: str
    hs_code: str


class Declared(Struct, frozen=True):
    """The cells of a paper, and the signs that were truly put into it."""

    cells: dict[str, str]
    signs: tuple[str, ...]


class Shown(Struct, frozen=True):
    """What papers show: whether they were made for the load (`front`), their signs, and whether they are `blank`."""

    front: bool
    signs: tuple[str, ...]
    blank: bool = False


def suspicion(given: Parameters, signs: Sequence[str]) -> float:
    """The chance that someone chooses a shipment with these signs for examination, whatever is in it."""
    return given["examine.suspicious" if len(signs) > 1 else "examine.other"]


@cache
def trade() -> Trade:
    """The trade that cutset ships.

    >>> trade().goods["030617"].name
    'Frozen shrimp'
    """
    return msgspec.convert(tomllib.loads(files("cutset.exercise").joinpath("trade.toml").read_text("utf-8")), Trade)


def airport(random: Random, modality: str) -> str:
    """Where a parcel is unladen, whatever is in it."""
    shares = trade().airports[modality]
    return random.choices(list(shares), weights=list(shares.values()))[0]


class Traders:
    """One theatre's regular traders and senders, and what each consignment is declared to be."""

    def __init__(self, maker: identifiers.Maker, parameters: Parameters) -> None:
        self._maker = maker
        self._random = maker.random
        self._given = parameters
        self._regulars = [self._regular() for _ in range(_REGULARS)]
        self._senders = [(firm(self._random), self._random.choice(("CN", "HK", "NL", "CA"))) for _ in range(_SENDERS)]

    def container(
        self,
        at: datetime,
        number: str,
        *,
        origin: str = "",
        goal: str = "",
        card: Organisation | None = None,
        chosen: bool = False,
    ) -> Declared:
        """The manifest's line of a container that sails on the day `at`; `card` is whose load is in it, if any.

        Of one that someone will have `chosen` to examine the signs are such as are chosen.
        """
        random, data = self._random, trade()
        shown = self._shown(CONTAINER_SIGNS, card, chosen=chosen)
        front, signs = shown.front, shown.signs
        regular = random.choice([each for each in self._regulars if each.origin == origin] or self._regulars)
        lands = [each for each in (origin, regular.origin) if each in data.ports]
        land = lands[0] if front else regular.origin
        code = regular.hs_code
        if "odd goods" in signs:
            code = random.choice([code for code, ware in data.goods.items() if land not in ware.origins])
        elif front:
            code = random.choice([code for code, ware in data.goods.items() if land in ware.origins] or [code])
        ware = data.goods[code]
        weight_kg = random.uniform(*ware.weight_kg)
        if "odd weight" in signs:
            weight_kg *= random.choice((0.35, 0.5, 1.35, 1.5))
        value = weight_kg * ware.usd_kg * random.lognormvariate(0, 0.15)
        if "odd value" in signs:
            value *= random.choice((0.15, 0.25, 4.0, 6.0))
        lading = data.ports[land]
        if "transshipped" in signs:
            lading = random.choice([port for port in data.transshipment["ports"] if port != lading])
        phone, known = self._phone(card if front else None)
        new = "new shipper" in signs
        cells = {
            "departs": f"{at:%Y-%m-%d}",
            "arrives": f"{at + timedelta(days=8):%Y-%m-%d}",
            "container": number,
            "origin": land,
            "lading": lading,
            "port": _HARBOUR.get(goal, goal) if len(goal) == 5 and goal.isupper() else regular.port,
            "shipper": firm(random) if new else regular.shipper,
            "consignee": firm(random) if new else regular.consignee,
            "consignee_phone": phone,
            "goods": ware.name,
            "hs_code": code,
            "weight_kg": f"{weight_kg:.0f}",
            "value_usd": f"{value:.2f}",
        }
        return Declared(cells=cells, signs=(*signs, KNOWN_PHONE) if known else signs)

    def parcel(
        self,
        at: datetime,
        item: str,
        *,
        goal: str,
        modality: str = "mail",
        card: Organisation | None = None,
        chosen: bool = False,
    ) -> Declared:
        """What is known of a parcel posted on the day `at`: its arrival, and what its sender declared, if data came.

        `card` and `chosen` are as of containers.
        """
        random, data = self._random, trade()
        # Express carriers must send data before arrival (Trade Act of 2002, 19 CFR 122.48a); posts often send none.
        without = 1 - self._given["trade.advance_data"] if modality == "mail" else 0.0
        shown = self._shown(PARCEL_SIGNS, card, chosen=chosen, without=without)
        signs = shown.signs
        sender, land = random.choice(self._senders)
        if "new sender" in signs:
            sender = firm(random)
        kind = "vague" if "vague goods" in signs else "plain"
        weight_kg = random.lognormvariate(-0.7, 0.5)
        if "odd weight" in signs:
            weight_kg *= random.choice((0.15, 5.0))
        value = weight_kg * 40 * random.lognormvariate(0, 0.3)
        if "odd value" in signs:
            value *= random.choice((0.06, 10.0))
        arrives = at + timedelta(days=random.randint(*TRANSIT_DAYS[modality]))
        scanned = {
            "arrives": f"{arrives:%Y-%m-%d}",
            "item": item,
            "origin": land,
            "airport": goal,
            "modality": modality,
        }
        if shown.blank:
            return Declared(cells=scanned | dict.fromkeys(_DECLARED, ""), signs=())
        late = modality == "mail" and random.random() < self._given["trade.advance_late"]
        declared = {
            "declared": f"{arrives + timedelta(days=random.randint(1, 3)) if late else at:%Y-%m-%d}",
            "sent": f"{at:%Y-%m-%d}",
            "sender": sender,
            "addressee": person(random),
            "goods": random.choice(data.parcels[kind]),
            "weight_kg": f"{max(0.02, weight_kg):.2f}",
            "value_usd": f"{max(1.0, value):.2f}",
        }
        return Declared(cells=scanned | declared, signs=signs)

    def _shown(self, among: Sequence[str], card: Organisation | None, *, chosen: bool, without: float = 0.0) -> Shown:
        """What papers show; a share of `without` tells nothing.

        Who chooses sees the signs and not the load: so what is `chosen` is drawn again until someone would choose it.
        """
        random, given = self._random, self._given
        most = max(given["examine.suspicious"], given["examine.other"])
        while True:
            front = card is not None and random.random() < given["trade.front"]
            blank = random.random() < without
            signs = () if blank else self._signs(among, front=front)
            if not chosen or random.random() * most <= suspicion(given, signs):
                return Shown(front=front, signs=signs, blank=blank)

    def _signs(self, among: Sequence[str], *, front: bool) -> tuple[str, ...]:
        """The signs on these papers, in the order of `among`."""
        often = self._given["trade.sign_front"] if front else self._given["trade.sign_innocent"]
        return tuple(sign for sign in among if self._random.random() < often)

    def _phone(self, card: Organisation | None) -> tuple[str, bool]:
        """A consignee's telephone, if the paper gives one, and whether a case knows it."""
        if card is not None and self._random.random() < self._given["trade.known_phone"]:
            known = [thing.value for thing in card.things if thing.kind == "phone"]
            if known:
                return known[0], True
        return (self._maker.new("phone"), False) if self._random.random() < 0.25 else ("", False)

    def _regular(self) -> Regular:
        random, data = self._random, trade()
        code = random.choice(list(data.goods))
        return Regular(
            shipper=firm(random),
            consignee=firm(random),
            origin=random.choice(data.goods[code].origins),
            port=random.choice(("USMIA", "USNYC", "USLAX")),
            hs_code=code,
        )


def some_day(random: Random, begin: datetime, months: int) -> datetime:
    """A day of the world."""
    return begin + timedelta(days=random.randrange(30 * months))
