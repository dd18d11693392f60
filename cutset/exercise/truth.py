"""The truth of a made world: who there is, what happened, what agencies met with, and what belongs to what.

It is kept apart from what the agencies write, and no view of cutset reads it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cutset.exercise.scenario import Scenario
from cutset.exercise.theatre import Flow, Load
from cutset.model.report import Struct

START = datetime(2022, 10, 1, tzinfo=UTC)
"""The world's first day: that of the U.S. fiscal year 2023."""


def month_of(at: datetime) -> int:
    """The month of the world in which `at` lies, the first being 1.

    >>> month_of(START), month_of(datetime(2024, 1, 31, tzinfo=UTC))
    (1, 16)
    """
    return (at.year - START.year) * 12 + at.month - START.month + 1


class Thing(Struct, frozen=True):
    """One identifier of an organisation: its kind (`phone`, `vin`, `plate`, `container`, `wallet`, `imo`) and value."""

    kind: str
    value: str


class Organisation(Struct, frozen=True):
    """A made trafficking organisation with the things by which it can be known.

    `form` is hierarchical, network or online-vendor. One that is not `active` is on record, and nobody meets with it.
    The case on it was `opened` on a day, its index card `filed` later; `opened_by` is the key of the seizure that gave
    occasion, "" where none did. `aliases` are other names of its `people`, one each, "" for none.
    """

    name: str
    number: str
    leader: str
    people: tuple[str, ...]
    things: tuple[Thing, ...]
    drug: str
    priority_target: bool
    designated: bool
    form: str = "network"
    active: bool = True
    opened: datetime = START
    filed: datetime = START
    opened_by: str = ""
    aliases: tuple[str, ...] = ()


class Happening(Struct, frozen=True):
    """What an agency met with: `key` is the record's own number, `things` what was found, as written down.

    `hidden` things are known from a confidential source: they go into a portion for the agency's eyes alone. `load` is
    the number of the load that it was (0 for none), `organisation` whose, `repeats` the key under which another agency
    filed the same, `edge` the way, `filed` when the report was filed (None: not at all, and nobody reads of it),
    `item` the parcel's number, `substance` the drug by its usual name.
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
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    conveyance: str = ""
    mass_kg: float = 0.0
    load: int = 0
    organisation: str = ""
    repeats: str = ""
    edge: str = ""
    filed: datetime | None = None
    item: str = ""
    substance: str = ""


class PlantedLink(Struct, frozen=True):
    """The truth about one pair: the event's and the case's record keys, and by what they are linked.

    `hidden` links rest on a portion that only the event's agency may see. `spoiled` says what befell the identifier on
    the way into the file (`mistyped`, `left out`, `not filed`): by exact identifiers nobody can find such a link.
    """

    event: str
    case: str
    kind: str
    hidden: bool = False
    spoiled: str = ""


class PersonMention(Struct, frozen=True):
    """Which mention is who: the person whom a record names in a `field` of its form, as `written` there.

    Two mentions are of one person where `who` is the same: the case's number and which of its people, or the mention
    itself, for someone whom no other record names. Namesakes are other people.
    """

    record: str
    field: str
    written: str
    who: str


class NearMiss(Struct, frozen=True):
    """A pair that only looks linked, and why it is not."""

    event: str
    case: str
    kind: str


class Voyage(Struct, frozen=True):
    """A vessel's day at sea, as its AIS tells it; `latitude_deg` and `longitude_deg` are where it began.

    `filed` is when its track was filed (None: not at all).
    """

    mmsi: str
    imo: str
    name: str
    call_sign: str
    at: datetime
    latitude_deg: float
    longitude_deg: float
    course_deg: float
    speed_kn: float
    filed: datetime | None = None


class Paper(Struct, frozen=True):
    """One row of an agency's file `feed`: its own key, its cells, and the organisation that it truly belongs to.

    `at` is when that was of which it tells, `filed` when it was filed (None: not at all, and nobody reads of it).
    `load` is the number of the load of drugs in it, 0 for none; `seized` where that load was found, `lot` where by an
    examination that nobody had chosen. `signs` are what a targeting unit could see in a declared shipment, which
    innocents show as well.
    """

    feed: str
    record: str
    cells: dict[str, str]
    at: datetime
    filed: datetime | None
    organisation: str = ""
    load: int = 0
    seized: bool = False
    signs: tuple[str, ...] = ()
    lot: bool = False


class World(Struct, frozen=True):
    """Everything made for one theatre: what agencies hold, and the truth.

    `papers` are what is filed besides events. `loads` are those that someone met, `flows` what passed by each way in
    each month. `mentions` are people in what was filed on events, cases, money and weapons; an addressee of declared
    parcels is in none of them, and is nobody else.
    """

    seed: int
    organisations: tuple[Organisation, ...]
    happenings: tuple[Happening, ...]
    voyages: tuple[Voyage, ...]
    links: tuple[PlantedLink, ...]
    near_misses: tuple[NearMiss, ...]
    hotline: str
    months: int = 24
    scenario: Scenario = Scenario(name="steady", title="A steady world", story="")
    theatre: int = 0
    papers: tuple[Paper, ...] = ()
    loads: tuple[Load, ...] = ()
    flows: tuple[Flow, ...] = ()
    mentions: tuple[PersonMention, ...] = ()

    @property
    def owners(self) -> dict[str, str]:
        """Record key -> number of the organisation that it belongs to; what belongs to none is not in it."""
        found = {each.number: each.number for each in self.organisations}
        found |= {each.key: each.organisation for each in self.happenings if each.organisation}
        found |= {each.record: each.organisation for each in self.papers if each.organisation}
        for each in self.organisations:
            found |= dict.fromkeys(cases_on(each), each.number)
        return found | {link.event: link.case for link in self.links}


def cases_on(organisation: Organisation) -> tuple[str, ...]:
    """The records of the cases on an organisation: its index card, and what is designated of it."""
    return (organisation.number, *(designations(organisation) if organisation.designated else ()))


def designations(organisation: Organisation) -> tuple[str, str]:
    """The numbers of a designated organisation's leader and vessel in the made list, both its own.

    >>> from cutset.exercise.world import make
    >>> designations(make(1, organisations=1, quiet=2, scale=0, months=1).organisations[2])
    ('1000006', '1000007')
    """
    number = 1_000_000 + 2 * int(organisation.number.rpartition("-")[2])
    return str(number), str(number + 1)
