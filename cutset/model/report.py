"""Reports: the immutable unit of submission, and what each kind of report says."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from cutset.model.exhibit import Act, Attachment, Component, Mass, SealState, Signature
from cutset.model.marking import Marking
from cutset.model.mention import Mention, Selector
from cutset.model.register import RegisterEntry
from cutset.model.shown import Shown
from cutset.model.signature import DrugSignature


class Struct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Plain, frozen data that refuses fields it does not know."""


class Kind(StrEnum):
    """The kinds of report."""

    SEIZURE = "seizure"
    CASE = "case"
    SHIPMENT = "shipment"
    TRACK = "track"
    DETECTION = "detection"
    LAB = "lab"
    CUSTODY = "custody"
    JUDGEMENT = "judgement"
    TASKING = "tasking"
    OUTCOME = "outcome"
    RESPONSE = "response"
    WATCH = "watch"


class Precision(StrEnum):
    """How finely a time is known."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class When(Struct, frozen=True):
    """A time (aware, UTC) and how finely it is known: `at` is the first instant of the day, month or year."""

    at: datetime
    precision: Precision = Precision.SECOND


class Where(Struct, frozen=True):
    """A place: ISO 3166-1 alpha-2 `country`, `subdivision` and `place` as written, UN/LOCODE, WGS 84 degrees.

    `installation` is the kind of spot, as written: airport, residence, post office.
    """

    country: str = ""
    subdivision: str = ""
    place: str = ""
    locode: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    installation: str = ""


class Route(Struct, frozen=True):
    """Where goods were made, left from, passed and were going: ISO 3166-1 alpha-2 codes."""

    producing: str = ""
    departure: str = ""
    transit: tuple[str, ...] = ()
    destination: str = ""


class Quantity(Struct, frozen=True):
    """An amount as reported, and its mass where that lawfully follows.

    `unit` is a code of `model/codes/units.toml`; `mass_kg` is None for counts and for volumes of unknown density.
    `written` keeps the source's own amount and unit.
    """

    amount: float
    unit: str
    mass_kg: float | None = None
    written: str = ""


class Money(Struct, frozen=True):
    """An amount of an ISO 4217 currency, exact."""

    amount: Decimal
    currency: str


class Goods(Struct, frozen=True):
    """Contraband in an event or shipment.

    `contraband` is a code of `model/codes/contraband.toml`, `substance` one of `substances.toml` ("" where the name
    is not known), `written` the source's own name for it.
    """

    contraband: str
    substance: str = ""
    written: str = ""
    quantity: Quantity | None = None
    money: Money | None = None
    concealment: str = ""
    marks: tuple[str, ...] = ()


class Confidence(Struct, frozen=True):
    """Admiralty code: source `reliability` A-F and information `credibility` 1-6; `high` as the counterdrug database
    has it (an event of high confidence), None where it was not said.
    """

    reliability: str = ""
    credibility: str = ""
    high: bool | None = None


class Event(Struct, frozen=True):
    """What seizures and detections share. Codes are those of the files of the same name in `model/codes/`.

    `files` are photographs and other files of the event; those of an exhibit stand in the reports of its custody.
    """

    when: When
    where: Where = Where()
    route: Route = Route()
    direction: str = ""
    area: str = ""
    modality: str = ""
    conveyance: str = ""
    phase: str = ""
    goods: tuple[Goods, ...] = ()
    confidence: Confidence = Confidence()
    files: tuple[Attachment, ...] = ()


class Seizure(Event, frozen=True, tag="seizure", tag_field="is"):
    """Contraband was taken from someone at a place and a time."""


class Detection(Event, frozen=True, tag="detection", tag_field="is"):
    """Something was seen, or came to notice, at a place and a time."""


class Case(Struct, frozen=True, tag="case", tag_field="is"):
    """The index card of an enterprise investigation, or of a designated party.

    `priority_target` is true where it concerns a consolidated priority organisation target. `contact` is whom to call.
    """

    number: str
    title: str = ""
    status: str = "open"
    opened: When | None = None
    organisation: str = ""
    programmes: tuple[str, ...] = ()
    priority_target: bool = False
    contact: str = ""


class Shipment(Struct, frozen=True, tag="shipment", tag_field="is"):
    """A consignment as declared: a cargo manifest's line, a parcel's advance electronic data."""

    number: str = ""
    declared: When | None = None
    departs: When | None = None
    arrives: When | None = None
    origin: Where = Where()
    destination: Where = Where()
    modality: str = ""
    goods_description: str = ""
    hs_code: str = ""
    weight_kg: float | None = None
    value: Money | None = None
    goods: tuple[Goods, ...] = ()


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where a vessel or aircraft was: time (aware, UTC), WGS 84 degrees, knots, degrees true; None where not given."""

    at: datetime
    latitude_deg: float
    longitude_deg: float
    speed_kn: float | None = None
    course_deg: float | None = None
    heading_deg: float | None = None
    altitude_m: float | None = None


class Asset(Struct, frozen=True):
    """An asset of the originator's, and what it can do: a ship, aircraft or team that can be sent.

    `name` is what taskings call it, `sort` what it is, as written. `speed_kn` is the most that it can keep up, `until`
    the end of its endurance: by then it must be relieved or back (aware, UTC). One not `available` is not sent.
    """

    name: str
    sort: str = ""
    speed_kn: float | None = None
    until: datetime | None = None
    available: bool = True


class Track(Struct, frozen=True, tag="track", tag_field="is"):
    """Positions of one vessel or aircraft, in order of time; the mention with role `conveyance` says which.

    `own` says that it is an asset of the originator's own, and how it stood at the last of these positions.
    """

    positions: tuple[Position, ...]
    sensor: str = ""
    vessel_type: str = ""
    length_m: float | None = None
    own: Asset | None = None


class Lab(Struct, frozen=True, tag="lab", tag_field="is"):
    """A laboratory's finding on a sample: what it is, how much, how pure (mass fraction, 0 to 1).

    `exhibit` is an exhibit's name (`agency/number`; a bare number is the originator's own), `request` the id of the
    tasking report that asked for it. `purity_uncertainty` is expanded, with coverage factor 2, like that of `net`, the
    net mass that the laboratory weighed. `cuts` are cutting agents and residues, `methods` how it was found out,
    `signature` what tells where and how the drug was made.
    """

    number: str
    when: When | None = None
    laboratory: str = ""
    exhibit: str = ""
    findings: tuple[Goods, ...] = ()
    purity: float | None = None
    request: str = ""
    purity_uncertainty: float | None = None
    net: Mass | None = None
    cuts: tuple[Component, ...] = ()
    methods: tuple[str, ...] = ()
    analyst: str = ""
    files: tuple[Attachment, ...] = ()
    signature: DrugSignature | None = None


class Custody(Struct, frozen=True, tag="custody", tag_field="is"):
    """An exhibit passed from one holder to another, or what its holder did to it (`act`).

    `exhibit` is its name (`agency/number`; a bare number is the originator's own). `giver` and `receiver` are ids of
    viewers, or names of those who are none. Who does something to an exhibit that they hold, or collects it, is both.
    `seal` is the number of the seal that it bears and `seal_state` how the giver found it. `files` are photographs and
    the like. Several reports may say the same and bring other signatures: together they are one transfer or act.
    """

    exhibit: str
    when: When
    giver: str
    receiver: str
    where: Where = Where()
    purpose: str = ""
    seal: str = ""
    seal_state: SealState | None = None
    act: Act | None = None
    files: tuple[Attachment, ...] = ()
    signatures: tuple[Signature, ...] = ()


class Judgement(Struct, frozen=True, tag="judgement", tag_field="is"):
    """A person's decision about two or more reports or mentions.

    `verdict` is one of `same`, `different`, `unsure`; on a lead `accepted`, `rejected`, `in contact`, `seen`; on a
    request `released`, `refused`. `about` names what is judged, sorted: report ids, or `report#mention`. `reverses` is
    the report id of a judgement that this one undoes, `follows` that of the last one on the same lead that the person
    knew of, or of one that said the same and was undone. `score` (0 to 1) is the probability that a program had shown
    the person, if any, and `shown` how it came about; a program that tells less gives `features` (comparison -> match
    weight, in bits) in its place.
    """

    verdict: str
    about: tuple[str, ...]
    reason: str = ""
    reverses: str = ""
    score: float | None = None
    features: dict[str, float] = msgspec.field(default_factory=dict)
    follows: str = ""
    shown: Shown | None = None


class Tasking(Struct, frozen=True, tag="tasking", tag_field="is"):
    """An order or request: an asset, and what it is to do, when and where.

    An order `request` asks the agency `asset` to release what it holds `about` something, and an order `pointer` tells
    it of a match. `selectors` are those that matched, `reason` says why it is asked, and `follows` is the report that
    gave occasion to ask. An order `hand off` offers the agency `asset` what it is `about`: `answer_by` is when an
    answer is due, which is a tasking that `follows` it.
    """

    asset: str
    order: str
    when: When | None = None
    where: Where = Where()
    about: tuple[str, ...] = ()
    reason: str = ""
    selectors: tuple[Selector, ...] = ()
    follows: str = ""
    answer_by: When | None = None


class Outcome(Struct, frozen=True, tag="outcome", tag_field="is"):
    """What came of work: totals published for a period, or what an inspection or tasking found.

    `period` is the month or year that totals are for, `fiscal_year` the U.S. fiscal year (1 October to 30 September).
    `events` is how many events the totals count. `breakdown` holds the source's own headings (component, region, …).
    Totals are never added to events.
    """

    period: When
    fiscal_year: int | None = None
    events: int | None = None
    where: Where = Where()
    direction: str = ""
    modality: str = ""
    goods: tuple[Goods, ...] = ()
    breakdown: dict[str, str] = msgspec.field(default_factory=dict)
    vintage: str = ""
    found: bool | None = None
    about: tuple[str, ...] = ()


class Response(Struct, frozen=True, tag="response", tag_field="is"):
    """An agency's answer to the Plan, or an entry of one of the registers that answers rest on.

    `items` has one text for each item asked. `stage` is `draft`, `signed` (`signed_by` is who stands for it) or
    `submitted`. Where `entry` is given the report is that entry, and `items` is empty.
    """

    plan: str
    fiscal_year: int
    items: dict[str, str] = msgspec.field(default_factory=dict)
    stage: str = "submitted"
    signed_by: str = ""
    entry: RegisterEntry | None = None


class Watch(Struct, frozen=True, tag="watch", tag_field="is"):
    """An entry in the log of a watch: the report's text says what was seen, done or told, and `when`.

    `station` is where the watch is kept. `about` names the reports that it concerns.
    """

    when: When
    station: str = ""
    about: tuple[str, ...] = ()


Content = (
    Seizure | Detection | Case | Shipment | Track | Lab | Custody | Judgement | Tasking | Outcome | Response | Watch
)


class Portion(Struct, frozen=True):
    """A part of a report with its own marking, which is at least as strict as the report's.

    Who may not see the portion sees the report as if the portion did not exist.
    """

    marking: Marking
    text: str = ""
    mentions: tuple[Mention, ...] = ()
    goods: tuple[Goods, ...] = ()


class Source(Struct, frozen=True):
    """Where a report's content comes from.

    `dataset` names the list, form or feed. `record` is the record's own key there, the same in each version of the
    list; "" where the source has none. `occurrence` counts identical rows in one file from 1: the second may be a
    true repeat, so both are kept and a person judges. `made` is true for an exercise's data, that no one observed.
    """

    dataset: str
    record: str = ""
    occurrence: int = 1
    made: bool = False


class Basis(Struct, frozen=True):
    """Why criminal intelligence may be kept (28 CFR 23.20): reasonable suspicion, in facts that can be stated.

    `facts` are what was seen or learned, `activity` the criminal activity that they point to, `official` the office or
    viewer who answers for it. `confidence` judges source and content. `obtained` says how the information was obtained
    and by what authority: its submitter's word that no law was broken (23.20(d)). No program can check that.
    """

    facts: str
    activity: str
    official: str
    confidence: Confidence = Confidence()
    obtained: str = ""


class Report(Struct, frozen=True):
    """The immutable unit of submission. Its identity is a hash of its originator (in the marking) and its content.

    `supersedes` names the reports, of the same originator, that this one corrects or replaces. `withdrawn` says that
    the source took the record back: it replaces what it supersedes with nothing. `basis` is what criminal intelligence
    needs. `disputes` names reports that the person concerned disputes or asks to be corrected, of whatever originator.
    """

    marking: Marking
    source: Source
    content: Content
    text: str = ""
    mentions: tuple[Mention, ...] = ()
    portions: tuple[Portion, ...] = ()
    supersedes: tuple[str, ...] = ()
    withdrawn: bool = False
    basis: Basis | None = None
    disputes: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of report, which its content decides."""
        return Kind(type(self.content).__name__.lower())

    @property
    def originator(self) -> str:
        """The id of the agency whose report this is."""
        return self.marking.originator


class Entry(Struct, frozen=True):
    """A report as the log holds it, with only the portions that the viewer may see.

    `seq` orders the log; it is for views and auditors and is never shown to other viewers. `by` is the viewer who
    submitted it; `file` and `line` say where it was read from.
    """

    id: str
    seq: int
    submitted_at: datetime
    by: str
    report: Report
    file: str = ""
    line: int | None = None


class Receipt(Struct, frozen=True):
    """The log's answer to a submission, given only when the report is durable.

    It shows neither leaf number, sequence number nor tree size. `held` is true where your own agency had already
    submitted this very report; `submitted_at` is then when it first did.
    """

    id: str
    submitted_at: datetime
    held: bool = False
