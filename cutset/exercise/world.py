"""A made world: organisations, the cases on them, what agencies seize, and the truth of what belongs to what.

Six agencies hold different things about the same organisations. The links between them are planted, and so are
near-misses that a careless linker would claim. The truth is kept apart from what the agencies write.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from cutset.exercise import identifiers
from cutset.model.report import Struct

START = datetime(2022, 10, 1, tzinfo=UTC)
DAYS = 730


class Thing(Struct, frozen=True):
    """One identifier of an organisation: its kind (`phone`, `vin`, `plate`, `container`, `wallet`, `imo`) and value."""

    kind: str
    value: str


class Organisation(Struct, frozen=True):
    """A made trafficking organisation with the things by which it can be known."""

    name: str
    number: str
    leader: str
    people: tuple[str, ...]
    things: tuple[Thing, ...]
    drug: str
    priority_target: bool
    designated: bool


class Happening(Struct, frozen=True):
    """What an agency met with: `key` is the record's own number, `things` what was found, as written down.

    `hidden` things are known from a confidential source: they go into a portion for the agency's eyes alone.
    """

    key: str
    agency: str
    at: datetime
    modality: str
    place: str
    departure: str
    destination: str
    drug: str
    amount: float
    unit: str
    people: tuple[str, ...]
    things: tuple[Thing, ...]
    hidden: tuple[Thing, ...] = ()


class PlantedLink(Struct, frozen=True):
    """The truth about one pair: the event's and the case's record keys, and by what they are linked.

    `hidden` links rest on a portion that only the event's agency may see.
    """

    event: str
    case: str
    kind: str
    hidden: bool = False


class NearMiss(Struct, frozen=True):
    """A pair that only looks linked, and why it is not."""

    event: str
    case: str
    kind: str


class Voyage(Struct, frozen=True):
    """A vessel's day at sea, as its AIS tells it; `latitude_deg` and `longitude_deg` are where it began."""

    mmsi: str
    imo: str
    name: str
    call_sign: str
    at: datetime
    latitude_deg: float
    longitude_deg: float
    course_deg: float
    speed_kn: float


class World(Struct, frozen=True):
    """Everything made for one seed: what agencies hold, and the truth."""

    seed: int
    organisations: tuple[Organisation, ...]
    happenings: tuple[Happening, ...]
    voyages: tuple[Voyage, ...]
    links: tuple[PlantedLink, ...]
    near_misses: tuple[NearMiss, ...]
    hotline: str


_GIVEN = (
    "Alba Bruno Carla Dario Elena Fabio Gina Hugo Iris Jorge Karla Luis Marta Nico Olga Pablo Rosa Sergio Teresa Uriel "
    "Vera Walter Ximena Yago Zoe Adrian Berta Cesar Diana Emil Flora Gustavo Helga Ivan Julia Kurt Lena Mateo Nora"
).split()
_FAMILY = (
    "Abarca Bentley Cordova Dunmore Escalante Fairbank Galindo Harlow Ibarra Jessop Kestrel Lozano Marlowe Navarrete "
    "Ortega Pickford Quintero Redfern Salcedo Thorne Urrutia Vance Whitlock Ybarra Zamudio Ashdown Belmonte Carrow "
    "Delacroix Everly Figueroa Gresham Holloway Inclan Jardine Kemper Larkspur Montero"
).split()
_WORDS = (
    "Amber Basalt Cinder Drift Ember Falcon Granite Harbor Indigo Juniper Kelp Lantern Meridian Nimbus Onyx Pelican "
    "Ridge Saffron Timber Umber Velvet Willow Xenon Yarrow Zephyr Anvil Beacon Copper Dune Estuary Fathom Gale Heron "
    "Jetty Knot Ledger Mast Narrows"
).split()
# Made loads, only to give pictures a plausible shape; they calibrate nothing.
_DRUGS: tuple[tuple[str, float, str], ...] = (
    ("cocaine", 30.0, "kg"),
    ("methamphetamine", 12.0, "kg"),
    ("fentanyl", 1.5, "kg"),
    ("heroin", 2.0, "kg"),
    ("fentanyl", 4000, "tablet"),
    ("marijuana", 60.0, "kg"),
)
_PORTS_OF_ENTRY = ("USLRD", "USELP", "USOYM", "USOLS", "USHID", "USBRO", "USDET", "USBUF")
_SEAPORTS = ("USMIA", "USNYC", "USLAX", "USHOU", "USPEF", "USSAV")
_AIRPORTS = ("USJFK", "USMIA", "USLAX", "USORD", "USATL")
_COUNTIES = ("Doña Ana", "Webb", "Pinal", "Oldham", "Seward", "Polk")
_SEA_DEPARTURES = ("CO", "EC", "VE", "CR", "GT", "PA")
_SEA_DESTINATIONS = ("MX", "GT", "US", "DO", "ES", "NL")
_PARCEL_DEPARTURES = ("CN", "HK", "IN", "NL", "DE", "CA", "GB")


def make(seed: int = 7, *, organisations: int = 40, quiet: int = 260, scale: float = 1.0) -> World:
    """A world of `organisations`, the same for the same seed.

    `quiet` is how many more organisations there are that nobody met with, so that their cases link to nothing; `scale`
    multiplies the happenings that link to nothing.

    Raises `ValueError` where no organisation or a negative scale is asked for.
    """
    if organisations < 1 or scale < 0:
        raise ValueError("a world needs at least one organisation and a scale of 0 or more")
    random = Random(seed)
    maker = identifiers.Maker(random)
    made = tuple(_organisation(maker, number) for number in range(1, organisations + quiet + 1))
    hotline = maker.new("phone")
    planted = _Planting(maker)
    for organisation in made[:organisations]:
        planted.links_of(organisation)
        planted.near_misses_of(organisation)
        planted.voyage_of(organisation)
    for agency, count in (("cbp", 900), ("county-sheriff", 550), ("usps-is", 500), ("uscg", 90)):
        for _ in range(round(count * scale)):
            # A tip line is on many leaflets: a value that everyone carries links nothing.
            common = (
                (Thing(kind="phone", value=hotline),) if agency == "county-sheriff" and random.random() < 0.6 else ()
            )
            planted.happening(agency, things=(*_own_things(maker, agency), *common))
    for _ in range(round(200 * scale)):
        planted.voyage(maker.new("imo"))
    happenings = sorted(planted.happenings, key=lambda happening: (happening.at, happening.key))
    return World(
        seed=seed,
        organisations=made,
        happenings=tuple(happenings),
        voyages=tuple(planted.voyages),
        links=tuple(planted.links),
        near_misses=tuple(planted.near_misses),
        hotline=hotline,
    )


def person(random: Random) -> str:
    """A made person's name."""
    return f"{random.choice(_GIVEN)} {random.choice(_FAMILY)}"


def _organisation(maker: identifiers.Maker, number: int) -> Organisation:
    random = maker.random
    people = tuple(dict.fromkeys(person(random) for _ in range(random.randint(2, 4))))
    things = [Thing(kind="phone", value=maker.new("phone")) for _ in people]
    things += [Thing(kind=kind, value=maker.new(kind)) for kind in ("vin", "plate", "container", "wallet")]
    things.append(Thing(kind="imo", value=maker.new("imo")))
    return Organisation(
        name=f"{_WORDS[number % len(_WORDS)]} organisation",
        number=f"DEA-{2022 + number % 3}-{number:04d}",
        leader=people[0],
        people=people,
        things=tuple(things),
        drug=random.choice(("cocaine", "methamphetamine", "fentanyl", "heroin")),
        priority_target=number % 8 == 0,
        designated=number % 3 == 0,
    )


# What each agency meets with in its work.
_MET: dict[str, tuple[str, ...]] = {
    "cbp": ("vin", "plate", "container", "phone"),
    "county-sheriff": ("phone", "plate", "vin"),
    "usps-is": ("phone", "wallet"),
    "uscg": ("imo", "phone"),
}


def _own_things(maker: identifiers.Maker, agency: str) -> tuple[Thing, ...]:
    random = maker.random
    kinds = random.sample(_MET[agency], k=random.randint(0, 2))
    return tuple(Thing(kind=kind, value=maker.new(kind)) for kind in kinds)


class _Planting:
    """Collects happenings, and the truth about each, as they are made."""

    def __init__(self, maker: identifiers.Maker) -> None:
        self.maker = maker
        self.random = maker.random
        self.happenings: list[Happening] = []
        self.voyages: list[Voyage] = []
        self.links: list[PlantedLink] = []
        self.near_misses: list[NearMiss] = []

    def happening(
        self, agency: str, *, things: tuple[Thing, ...] = (), hidden: tuple[Thing, ...] = (), drug: str = ""
    ) -> Happening:
        """One event of `agency`, with its `things` in it."""
        random = self.random
        name, typical, unit = random.choice([row for row in _DRUGS if not drug or row[0] == drug])
        modality, place, departure, destination = _scene(random, agency, things)
        made = Happening(
            key=f"{agency.upper()}-{len(self.happenings) + 1:05d}",
            agency=agency,
            at=START + timedelta(days=random.randrange(DAYS), minutes=random.randrange(1440)),
            modality=modality,
            place=place,
            departure=departure,
            destination=destination,
            drug=name,
            amount=max(1.0, round(typical * random.lognormvariate(0, 1), 0 if unit == "tablet" else 2)),
            unit=unit,
            people=tuple(person(random) for _ in range(random.randint(1, 2))),
            things=things,
            hidden=hidden,
        )
        self.happenings.append(made)
        return made

    def links_of(self, organisation: Organisation) -> None:
        """Plants three to six events that carry one of the organisation's things, one in six in a hidden portion."""
        random = self.random
        for _ in range(random.randint(3, 6)):
            agency = random.choice(list(_MET))
            thing = random.choice([thing for thing in organisation.things if thing.kind in _MET[agency]])
            secret = random.random() < 1 / 6
            own = tuple(other for other in _own_things(self.maker, agency) if other.kind != thing.kind)
            made = self.happening(
                agency,
                things=own if secret else (*own, thing),
                hidden=(thing,) if secret else (),
                drug=organisation.drug,
            )
            self.links.append(PlantedLink(event=made.key, case=organisation.number, kind=thing.kind, hidden=secret))

    def voyage(self, imo: str) -> Voyage:
        """One vessel's day off the coasts of the Eastern Pacific or in the Caribbean."""
        random = self.random
        latitude, longitude = random.choice(((6.0, -84.0), (9.5, -92.0), (14.5, -74.0), (13.0, -69.0)))
        made = Voyage(
            mmsi=self.maker.new("mmsi"),
            imo=imo,
            name=f"{random.choice(_WORDS)} {random.choice(_FAMILY)}".upper(),
            call_sign=f"HK{random.randrange(1000, 10000)}",
            at=START + timedelta(days=random.randrange(DAYS), minutes=random.randrange(720)),
            latitude_deg=latitude + random.uniform(-2, 2),
            longitude_deg=longitude + random.uniform(-3, 3),
            course_deg=random.uniform(0, 360),
            speed_kn=random.uniform(4, 18),
        )
        self.voyages.append(made)
        return made

    def voyage_of(self, organisation: Organisation) -> None:
        """For every fifth organisation, plants a day's track of its vessel."""
        if int(organisation.number[-4:]) % 5 == 0:
            imo = next(thing.value for thing in organisation.things if thing.kind == "imo")
            made = self.voyage(imo)
            self.links.append(PlantedLink(event=made.mmsi, case=organisation.number, kind="imo"))

    def near_misses_of(self, organisation: Organisation) -> None:
        """Plants what only looks like the organisation: mistyped identifiers, a plate of another State."""
        random = self.random
        for thing in organisation.things:
            if thing.kind in ("vin", "container", "imo"):
                agency = "uscg" if thing.kind == "imo" else "cbp"
                wrong = identifiers.mistype(random, thing.value)
            elif thing.kind == "plate":
                agency, wrong = "county-sheriff", f"{thing.value}@other-state"
            else:
                continue
            made = self.happening(agency, things=(Thing(kind=thing.kind, value=wrong),))
            self.near_misses.append(NearMiss(event=made.key, case=organisation.number, kind=thing.kind))


def _scene(random: Random, agency: str, things: tuple[Thing, ...]) -> tuple[str, str, str, str]:
    """Modality, place (UN/LOCODE, county or sea area), departure and destination of an event of `agency`."""
    kinds = {thing.kind for thing in things}
    if agency == "uscg":
        area = random.choice(("Eastern Pacific", "Caribbean Sea"))
        return "maritime", area, random.choice(_SEA_DEPARTURES), random.choice(_SEA_DESTINATIONS)
    if agency == "usps-is":
        return "mail", random.choice(_AIRPORTS), random.choice(_PARCEL_DEPARTURES), "US"
    if agency == "county-sheriff":
        return "land vehicle", random.choice(_COUNTIES), "US", "US"
    if "container" in kinds:
        return "container", random.choice(_SEAPORTS), random.choice(_SEA_DEPARTURES), "US"
    if kinds & {"vin", "plate"} or random.random() < 0.7:
        return "land vehicle", random.choice(_PORTS_OF_ENTRY), "MX", "US"
    return "air", random.choice(_AIRPORTS), random.choice(("DO", "CO", "JM", "PE", "NL")), "US"
