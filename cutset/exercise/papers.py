"""What agencies hold besides events: manifests, advance data of parcels, laboratory and bank reports, custody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cutset.evidence.signing import statement_id
from cutset.exercise import custody, identifiers, noise, patrols, people, trade
from cutset.exercise.examinations import examinations
from cutset.exercise.names import firm
from cutset.exercise.network import network
from cutset.exercise.parameters import Parameters
from cutset.exercise.theatre import Load
from cutset.exercise.trade import Traders, some_day
from cutset.exercise.truth import START, Happening, Organisation, Paper, PersonMention

FEEDS = (
    "manifests",
    "advance-parcels",
    "examinations",
    "lab-results",
    "custody",
    custody.FEED,
    "bank-reports",
    "southbound",
    *patrols.feeds(),
)
SHIPMENTS = ("manifests", "advance-parcels")
# Purity where a drug is met, as a mass fraction. Mail fentanyl is mostly over 90 % pure, that of the land border below
# 10 % (DEA, National Drug Threat Assessment 2018); cocaine is seized at about 85 % (UNODC). The rest is assumed.
_PURITY = {"cocaine": 0.85, "fentanyl": 0.09, "methamphetamine": 0.95, "heroin": 0.45}
_MAIL_FENTANYL = 0.92
_WEIGHED = 0.12
"""The fraction of seizures that go to a laboratory: assumed."""
_RETURNS = ("reported", "weapons", "cash")
_BACK_DAYS = (5, 40)
"""How many days after a load set out what is paid for it goes back: assumed."""
_TRANSFERRED = (0.01, 0.1)
_CARRIED = (0.02, 0.2)
"""The fraction of a load's wholesale value in one transfer, and in one car: assumed."""
_WEAPONS = {"pistol": (0.45, 8), "rifle": (0.35, 12), "magazines": (0.08, 40), "rounds": (0.12, 5000)}
"""How often each is found among weapons that go out, and how many at most: assumed."""


def _shuffled(number: int) -> int:
    """A number for the `number`-th paper, each another up to 100,002: in sequence, low numbers would be loads.

    >>> sorted(map(_shuffled, range(1, 100_003))) == list(range(1, 100_003))
    True
    """
    return number if number >= _PRIME else number * 61_803 % _PRIME


_PRIME = 100_003


def _day(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


class Papers:
    """Makes papers, and keeps the links to cases that they bear (event, case, kind of thing) and whom they name."""

    def __init__(self, maker: identifiers.Maker, given: Parameters, prefix: str, seed: int) -> None:
        self.made: list[Paper] = []
        self.links: list[tuple[str, str, str]] = []
        self.mentions: list[PersonMention] = []
        self._given = given
        self._returns = tuple(given[f"return.{sort}"] for sort in _RETURNS)
        self._traders = Traders(maker, given)
        self._maker = maker
        self._random = maker.random
        self._prefix = prefix
        self._seed = seed

    def of_seizure(self, found: Happening, card: Organisation) -> None:
        """The papers that follow from one: its container's manifest or its parcel's data, its sample, its exhibit."""
        container = next((t.value for t in found.things if t.kind == "container"), "")
        lot = self._random.random() < self._given["examine.random"]
        if found.modality == "container" and found.agency == "cbp":
            # A manifest whose number is spoiled in the seizure's file is right in the carrier's.
            at = found.at - timedelta(days=9)
            self._manifest(at, container, found.departure, found.place, card, found.load, seized=True, lot=lot)
        if found.modality in trade.MODALITIES:
            # Posted as long before as the slowest takes, so that none is found before it arrives.
            at = found.at - timedelta(days=max(trade.TRANSIT_DAYS[found.modality]))
            self._parcel(at, found.place, found.modality, card, found.load, item=found.item, seized=True, lot=lot)
        if self._random.random() < _WEIGHED and found.filed is not None and found.agency != "partner":
            self._sample(found, card)

    def of_passing(self, load: Load, at: datetime, card: Organisation) -> None:
        """The papers of some of those loads that nobody met: what a targeting unit could have found."""
        random, place = self._random, network()
        for leg in load.route:
            edge = place.edges[leg]
            goal = place.nodes[edge.goal].locode
            if edge.mode == "container" and edge.watch == "cbp":
                if random.random() < self._given["trade.unmet_containers"]:
                    self._manifest(at, "", place.nodes[edge.origin].country, goal, card, load.number)
            elif edge.mode in ("mail", "express") and random.random() < self._given["trade.unmet_parcels"]:
                modality = "mail" if edge.mode == "mail" else "express consignment"
                self._parcel(at, trade.airport(random, modality), modality, card, load.number)

    def of_delivery(self, load: Load, at: datetime, card: Organisation, end: datetime) -> None:
        """What banks and border posts see of the money and weapons that go back for a load, before the `end`."""
        random = self._random
        # Each load has the same chance: what goes back in a month follows the loads that arrived before.
        reported, weapons, cash = (random.random() < chance for chance in self._returns)
        if not (reported or weapons or cash):
            return
        value_usd = load.mass_kg * self._given[f"price.{card.drug}_market"] * 1000
        back = at + timedelta(days=random.randint(*_BACK_DAYS))
        if back >= end:
            return
        if reported:
            self._money(card, back, value_usd)
        # Who sells by post has no car go to Mexico.
        if weapons and card.form != "online-vendor":
            self._southbound(card, back)
        if cash and card.form != "online-vendor":
            self._southbound(card, back, max(1000.0, value_usd * random.uniform(*_CARRIED)))

    def background(self, scale: float, months: int) -> None:
        """What everyone else sends."""
        random = self._random
        for _ in range(round(self._given["trade.containers"] * scale)):
            self._manifest(some_day(random, START, months), "", "", "", None, 0)
        for _ in range(round(self._given["trade.parcels"] * scale)):
            modality = trade.MODALITIES[random.random() < self._given["trade.express"]]
            self._parcel(some_day(random, START, months), trade.airport(random, modality), modality, None, 0)
        # In the order of arrival, as files of arrivals are: loads were made first, and their place would tell of them.
        self.made.sort(key=lambda paper: paper.cells["arrives"] if paper.feed in SHIPMENTS else "")
        self.made += examinations(random, self._given, self.made, self._prefix)

    def _add(
        self,
        feed: str,
        key: str,
        cells: dict[str, str],
        at: datetime,
        filed: datetime,
        card: Organisation | None = None,
        load: int = 0,
        *,
        seized: bool = False,
        lot: bool = False,
        signs: tuple[str, ...] = (),
    ) -> str:
        record = f"{key}-{self._prefix}{_shuffled(len(self.made) + 1):05d}"
        owner = card.number if card else ""
        made = Paper(
            feed=feed,
            record=record,
            cells={"number": record, **cells},
            at=at,
            filed=filed,
            organisation=owner,
            load=load,
            seized=seized,
            lot=lot,
            signs=signs,
        )
        self.made.append(made)
        return record

    def _manifest(
        self,
        at: datetime,
        container: str,
        origin: str,
        goal: str,
        card: Organisation | None,
        load: int,
        *,
        seized: bool = False,
        lot: bool = False,
    ) -> None:
        number = container or self._maker.new("container")
        chosen = seized and not lot
        made = self._traders.container(at, number, origin=origin, goal=goal, card=card, chosen=chosen)
        arrives = _day(made.cells["arrives"])
        # What is laden must be declared a day before (19 CFR 4.7, cargo declarations of vessels).
        filed = _day(made.cells["departs"]) - timedelta(days=1)
        record = self._add(
            "manifests", "BL", made.cells, arrives, filed, card, load, seized=seized, lot=lot, signs=made.signs
        )
        self._link(record, card, number, "container")
        self._link(record, card, made.cells["consignee_phone"], "phone")

    def _parcel(
        self,
        at: datetime,
        goal: str,
        modality: str,
        card: Organisation | None,
        load: int,
        *,
        item: str = "",
        seized: bool = False,
        lot: bool = False,
    ) -> None:
        number = item or self._maker.new("parcel")
        chosen = seized and not lot
        made = self._traders.parcel(at, number, goal=goal, modality=modality, card=card, chosen=chosen)
        arrives, filed = (_day(made.cells[name] or made.cells["arrives"]) for name in ("arrives", "declared"))
        self._add(
            "advance-parcels", "AED", made.cells, arrives, filed, card, load, seized=seized, lot=lot, signs=made.signs
        )

    def _sample(self, found: Happening, card: Organisation) -> None:
        random = self._random
        usual = _MAIL_FENTANYL if card.drug == "fentanyl" and found.modality == "mail" else _PURITY[card.drug]
        purity = min(0.99, max(0.01, random.gauss(usual, 0.04 if usual > 0.2 else 0.02)))
        got = found.at + timedelta(days=random.randint(3, 20))
        reported = got + timedelta(days=random.randint(5, 60))
        grams = f"{max(0.1, found.mass_kg * 1000 * random.uniform(0.93, 0.99)):.1f}"
        cells = {
            "reported": f"{reported:%Y-%m-%d}",
            "laboratory": random.choice(("Made regional laboratory A", "Made regional laboratory B")),
            "exhibit": f"{found.agency}/{found.key}",
            "drug": card.drug,
            "grams": grams,
            "purity": f"{purity:.3f}",
        }
        self._add("lab-results", "LAB", cells, got, reported, card, found.load)
        seal = f"S{self._prefix}{random.randrange(10**7):07d}"
        if random.random() < self._given["custody.signed"]:
            self._signed(found, card, seal, to_laboratory=got, back=reported + timedelta(days=2))
        else:
            self._unsigned(found, card, seal)

    def _signed(
        self, found: Happening, card: Organisation, seal: str, *, to_laboratory: datetime, back: datetime
    ) -> None:
        """The exhibit's chain as an agency keeps it whose people sign; now and then one has not."""
        accepted = self._random.random() >= self._given["custody.unaccepted"]
        grams = f"{found.mass_kg * 1000:.0f}"
        for step in custody.chain(
            self._seed, found, seal=seal, grams=grams, to_laboratory=to_laboratory, back=back, accepted=accepted
        ):
            made = Paper(
                feed=custody.FEED,
                record=statement_id(step),
                cells={"statement": custody.line(step)},
                at=step.when.at,
                filed=step.when.at,
                organisation=card.number,
                load=found.load,
            )
            self.made.append(made)

    def _unsigned(self, found: Happening, card: Organisation, seal: str) -> None:
        """The same on paper: who had it when, and no signature that anyone could check."""
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
            self._add("custody", "COC", cells, moved, moved, card, found.load)

    def _money(self, card: Organisation, at: datetime, value_usd: float) -> None:
        """A bank's report of a transfer: a part of the proceeds on its way back."""
        random = self._random
        wallet = next((thing.value for thing in card.things if thing.kind == "wallet"), "")
        known = wallet if random.random() < 0.5 else self._maker.new("wallet")
        # A bank has thirty days from when it takes note of it, and reports 5,000 USD and more (31 CFR 1020.320).
        filed = at + timedelta(days=random.randint(5, 30))
        who = people.met(random, self._given, card, 1)
        names = people.written(random, self._given, who)
        cells = {
            "when": f"{at:%Y-%m-%d}",
            "filed": f"{filed:%Y-%m-%d}",
            "bank": f"{firm(random)} Bank (made)",
            "customer": names[0],
            "amount_usd": f"{max(5000.0, value_usd * random.uniform(*_TRANSFERRED)):.2f}",
            "wallet": known,
        }
        record = self._add("bank-reports", "BANK", cells, at, filed, card)
        self.mentions += people.mentions(record, ("customer",), names, who)
        self._link(record, card, known, "wallet")

    def _southbound(self, card: Organisation, at: datetime, cash_usd: float = 0.0) -> None:
        """Weapons on their way back, or so much cash, seized at a port of exit."""
        random = self._random
        vin = next(thing.value for thing in card.things if thing.kind == "vin")
        known = vin if random.random() < 0.3 else self._maker.new("vin")
        filed = noise.filed(random, self._given, at)
        who = people.met(random, self._given, card, 1)
        names = people.written(random, self._given, who)
        what = (
            "cash" if cash_usd else random.choices(list(_WEAPONS), weights=[each[0] for each in _WEAPONS.values()])[0]
        )
        cells = {
            "when": f"{at:%Y-%m-%d}",
            "filed": f"{filed:%Y-%m-%d}",
            "port": random.choice(("USLRD", "USELP", "USHID")),
            "what": what,
            "count": "" if cash_usd else str(random.randint(1, _WEAPONS[what][1])),
            "amount_usd": f"{cash_usd:.0f}" if cash_usd else "",
            "driver": names[0],
            "vin": known,
        }
        record = self._add("southbound", "OUT", cells, at, filed, card)
        self.mentions += people.mentions(record, ("driver",), names, who)
        self._link(record, card, known, "vin")

    def _link(self, record: str, card: Organisation | None, value: str, kind: str) -> None:
        if card and any(thing.value == value for thing in card.things):
            self.links.append((record, card.number, kind))
