"""Random small worlds of agencies, markings and reports, and two stores of each: whole, and what one viewer may see.

Every value comes from a small pool, so that selectors, markings and events coincide all the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from cutset.access.decide import decide
from cutset.access.registry import Agency, Group, Registry, Viewer
from cutset.access.rights import Rights
from cutset.evidence.index import EvidenceIndex
from cutset.link.candidates.index import CandidateIndex
from cutset.link.index import LinkIndex
from cutset.link.references import Reference, portion_name
from cutset.log.follower import follow
from cutset.log.store import Log, Submission
from cutset.model.exhibit import (
    Attachment,
    Collected,
    Combined,
    Destroyed,
    ExhibitKind,
    Mass,
    Part,
    Sampled,
    Sealed,
)
from cutset.model.marking import Marking, Tlp, join
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.network import Allocation, Estimate, Means, Posting, Stop, Traffic, Way
from cutset.model.register import Accreditation, Gap
from cutset.model.report import (
    Asset,
    Case,
    Custody,
    Detection,
    Goods,
    Judgement,
    Lab,
    Money,
    Outcome,
    Portion,
    Position,
    Precision,
    Quantity,
    Receipt,
    Report,
    Response,
    Route,
    Seizure,
    Shipment,
    Source,
    Tasking,
    Track,
    Watch,
    When,
    Where,
)
from cutset.model.shown import Comparison, Shown
from cutset.model.signature import DrugSignature, Feature
from cutset.plan.index import PlanIndex
from cutset.plan.measures.index import MeasureIndex
from cutset.plan.measures.reading import Sources

START = datetime(2024, 1, 1, tzinfo=UTC)
NAMES = ("ash", "birch", "cedar")
VERDICTS = ("same", "same", "same", "different", "different", "accepted", "rejected", "seen", "in contact")
SHOWN = Shown(
    weights="tried",
    prior_bits=-10.0,
    comparisons=(
        Comparison(name="given", level="SAME", bits=5.0, share=1e-3),
        Comparison(name="family", level="SAME", bits=6.0, share=1e-4, share_bits=1.0),
        Comparison(name="born", level="SAME", bits=7.0),
    ),
)
"""What judgements say that their givers were shown, whatever the mentions say of themselves."""
PEOPLE = ("", "", "Juan Perez", "Perez Lopez, Juan", "Juana Peres")
STAMPS = (("blackwolf", "BLACK WOLF"), ("blackwolfs", "Black Wolfs"), ("m30", "M30"))
"""Normalised, and as written."""
AGENCIES = tuple(Agency(id=name, name=name.title(), country="US", law_enforcement=name != "cedar") for name in NAMES)
VIEWERS = tuple(Viewer(id=f"ann@{name}", agency=name, roles=(), active=True) for name in NAMES)
GROUPS = (Group(id="grove", name="Grove", members=("agency:ash", "viewer:ann@birch")),)


@dataclass(frozen=True)
class Step:
    """A report to submit; `supersedes` counts the steps that it replaces, of the same agency where there are any.

    It disputes the reports of the steps `disputes`. A judgement `judges` the reports of these steps, or `pairs`
    mentions, each given by step, part (0 is the report proper) and number. An order or an entry in a watch's log
    `names` the reports of these steps, and follows that of `follows`.
    """

    report: Report
    supersedes: tuple[int, ...] = ()
    judges: tuple[int, ...] = ()
    pairs: tuple[tuple[int, int, int], ...] = ()
    reverses: int | None = None
    disputes: tuple[int, ...] = ()
    names: tuple[int, ...] = ()
    follows: int | None = None


def registry() -> Registry:
    return Registry(agencies=AGENCIES, viewers=VIEWERS, groups=GROUPS)


def sees(viewer: Viewer, marking: Marking) -> bool:
    return decide(viewer, marking, registry(), purpose="investigation").allowed


def selector(kind: SelectorKind, value: str, verified: bool = True) -> Selector:
    return Selector(kind, value, value.lower(), verified)


def markings(originator: str) -> st.SearchStrategy[Marking]:
    return st.builds(
        Marking,
        originator=st.just(originator),
        tlp=st.sampled_from([Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED]),
        les=st.booleans(),
        orcon=st.booleans(),
        rel_to=st.sampled_from([None, None, (), ("agency:birch",), ("group:grove",), ("viewer:ann@cedar",)]),
    )


def mentions() -> st.SearchStrategy[tuple[Mention, ...]]:
    selectors = st.builds(
        selector,
        st.sampled_from([SelectorKind.PHONE, SelectorKind.IMO, SelectorKind.CONTAINER, SelectorKind.MMSI]),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from([True, True, True, False]),
    )
    one = st.builds(
        Mention,
        kind=st.sampled_from([MentionKind.PERSON, MentionKind.PERSON, MentionKind.VESSEL]),
        name=st.sampled_from(PEOPLE),
        born=st.sampled_from([(), (), ("1979",), ("1979-09-21",)]),
        role=st.sampled_from([Role.SUBJECT, Role.OWNER]),
        selectors=st.lists(selectors, max_size=2).map(tuple),
    )
    lot = st.builds(
        Mention,
        kind=st.sampled_from([MentionKind.DRUG_LOT, MentionKind.PARCEL]),
        role=st.just(Role.ITEM),
        selectors=st.sampled_from(STAMPS).map(lambda each: (Selector(SelectorKind.STAMP, *each, True),)),
    )
    return st.lists(st.one_of(one, one, one, lot), max_size=2).map(tuple)


def goods() -> st.SearchStrategy[tuple[Goods, ...]]:
    quantity = st.sampled_from(
        [
            None,
            Quantity(amount=100.0, unit="g", mass_kg=0.1),
            Quantity(amount=100.0, unit="kg", mass_kg=100.0),
            Quantity(amount=100.2, unit="g", mass_kg=0.1002),
            Quantity(amount=100.0, unit="tablet"),
        ]
    )
    one = st.builds(
        Goods,
        contraband=st.just("drug"),
        substance=st.sampled_from(["cocaine", "heroin", ""]),
        quantity=quantity,
        money=st.sampled_from([None, None, Money(amount=Decimal("10.10"), currency="USD")]),
        concealment=st.sampled_from(["", "luggage"]),
    )
    return st.lists(one, max_size=2).map(tuple)


FILES = ("a" * 64, "b" * 64)


def events() -> st.SearchStrategy[Any]:
    common: dict[str, Any] = {
        "when": st.integers(0, 2).map(lambda day: When(at=START + timedelta(days=day), precision=Precision.DAY)),
        "where": st.sampled_from([Where(country="PA", place="Colón"), Where(country="PA", place="COLON"), Where()]),
        "route": st.sampled_from([Route(), Route(departure="CO", destination="US")]),
        "modality": st.sampled_from(["", "maritime"]),
        "goods": goods(),
        "files": st.sampled_from([(), (), (), (Attachment(sha256=FILES[0], size=1),)]),
    }
    return st.builds(Seizure, **common) | st.builds(Detection, **common)


def outcomes() -> st.SearchStrategy[Outcome]:
    return st.builds(
        Outcome,
        period=st.just(When(at=START, precision=Precision.MONTH)),
        events=st.sampled_from([None, 1, 5]),
        goods=goods(),
        breakdown=st.sampled_from([{}, {"region": "north"}]),
        vintage=st.sampled_from(["v1", "v2", "v3"]),
    )


def any_content() -> st.SearchStrategy[Any]:
    others = st.sampled_from(
        [Case(number="1"), Case(number="2", priority_target=True), Shipment(number="9"), Track(positions=())]
    )
    return events() | events() | outcomes() | others | evidence() | watched() | networks()


def networks() -> st.SearchStrategy[Any]:
    """Entries of one small network, days on task in its area, a kept allocation and a gap that rests on it."""
    area = st.sampled_from(["", "Colón", "Colón"])
    sweep = st.sampled_from([None, Estimate(value=0.02, low=0.01, high=0.05, source="assumed")])
    way = st.builds(
        Way,
        id=st.sampled_from(["w1", "w2"]),
        origin=st.just(Stop(name="A")),
        goal=st.sampled_from([Stop(name="B"), Stop(name="B", latitude_deg=9.0, longitude_deg=-79.0)]),
        modality=st.sampled_from(["maritime", "maritime", "air"]),
        area=area,
        sweep=sweep,
        days=st.sampled_from([0.0, 4.0]),
    )
    traffic = st.builds(
        Traffic,
        id=st.sampled_from(["t1", "t2"]),
        substance=st.sampled_from(["cocaine", "heroin"]),
        sources=st.just(("A",)),
        goals=st.just(("B",)),
        kg_month=st.just(Estimate(value=100.0, low=50.0, high=300.0, source="assumed")),
        load_kg=st.sampled_from([None, Estimate(value=10.0, low=5.0, high=20.0, source="assumed")]),
    )
    means = st.builds(Means, id=st.sampled_from(["m1", "m2"]), sort=st.just("cutter"), days=st.sampled_from([4.0, 6.0]))
    kept = st.sampled_from(
        [
            Allocation(id="kept", title="Kept", postings=(Posting(means="ash/m1", way="ash/w1", days=4.0),),
                       expected={"kg met a month": kg})
            for kg in (10.0, 12.0)
        ]
    )  # fmt: skip
    gap = st.builds(
        Gap, id=st.just("g"), title=st.just("A gap"), effect_rests_on=st.sampled_from(["ash/kept", "birch/kept"])
    )
    entry = st.one_of(way, way, traffic, means, kept, gap).map(
        lambda entry: Response(plan="niccp-2021", fiscal_year=2024, entry=entry)
    )
    out = st.builds(
        Tasking,
        asset=st.sampled_from(["Cutter", "Aircraft"]),
        order=st.just("patrol"),
        when=st.integers(0, 3).map(lambda day: When(at=START + timedelta(days=day), precision=Precision.DAY)),
        where=st.sampled_from([Where(place="Colón"), Where(place="COLON", country="PA"), Where()]),
    )
    return entry | entry | out


PLACES = ((8.0, -84.0), (8.1, -84.0), (40.0, -20.0))
ORDERS = ("monitor", "hand off", "take over", "decline hand-off", "intercept", "break off", "patrol")


def hours() -> st.SearchStrategy[datetime]:
    return st.integers(0, 5).map(lambda hour: START + timedelta(hours=hour))


def watched() -> st.SearchStrategy[Any]:
    """Tracks of a few positions, some of them of assets, and sightings: places, hours and ships coincide."""
    position = st.builds(lambda at, place: Position(at, *place), hours(), st.sampled_from(PLACES))
    asset = st.builds(
        Asset, name=st.just("Cutter"), speed_kn=st.just(20.0), until=st.none() | hours(), available=st.booleans()
    )
    track = st.builds(
        Track,
        positions=st.lists(position, min_size=1, max_size=3).map(
            lambda some: tuple(sorted(some, key=lambda at: at.at))
        ),
        sensor=st.sampled_from(["AIS", "radar"]),
        own=st.none() | asset,
    )
    where = st.sampled_from([Where(latitude_deg=at[0], longitude_deg=at[1]) for at in PLACES])
    sighting = st.builds(
        Detection,
        when=hours().map(lambda at: When(at=at)),
        where=where,
        phase=st.sampled_from(["detected", "monitored"]),
    )
    return track | track | sighting


EXHIBITS = ("ash/1", "ash/2")
SIGNATURES = tuple(
    DrugSignature(
        features=(
            Feature(name="delta-13c", value=carbon, uncertainty=0.1),
            Feature(name="delta-15n", value=-8.0, uncertainty=0.2),
        )
    )
    for carbon in (-36.0, -35.9, -30.0)
)


def evidence() -> st.SearchStrategy[Any]:
    """Custody of two exhibits, results on them, orders to examine them, accreditations: seals and files coincide."""
    mass = st.sampled_from([None, Mass(grams=Decimal(10)), Mass(grams=Decimal(-1))])
    part = st.builds(Part, exhibit=st.sampled_from(EXHIBITS), net=mass, seal=st.sampled_from(["", "S1"]))
    acts = st.one_of(
        st.none(),
        st.builds(Collected, kind=st.just(ExhibitKind.DRUG), event=st.sampled_from(["e1", "e2"]), net=mass),
        st.builds(Sealed, seal=st.sampled_from(["S1", "S2"]), replaces=st.sampled_from(["", "S1"])),
        st.builds(Sampled, parts=st.tuples(part), left=mass),
        st.builds(Combined, of=st.just(EXHIBITS[1:]), net=mass),
        st.just(Destroyed(order="", witnesses=("ann@birch",))),
    )
    files = st.sampled_from([(), (), (Attachment(sha256=FILES[0], size=1),), (Attachment(sha256=FILES[1], size=1),)])
    exhibit = st.sampled_from((*EXHIBITS, "1"))
    people = st.sampled_from([viewer.id for viewer in VIEWERS])
    when = st.integers(0, 9).map(lambda hour: When(at=START + timedelta(hours=hour)))
    custody = st.builds(
        Custody, exhibit=exhibit, when=when, giver=people, receiver=people, seal=st.sampled_from(["", "S1"]), act=acts,
        files=files,
    )  # fmt: skip
    lab = st.builds(
        Lab,
        number=st.just("7"),
        when=st.none() | when,
        exhibit=exhibit,
        findings=st.just((Goods("cocaine"),)),
        net=mass,
        methods=st.just(("GC-MS",)),
        files=files,
        signature=st.sampled_from([None, *SIGNATURES]),
    )
    others = st.sampled_from(
        [
            Tasking(asset="ash", order="examine", about=EXHIBITS[:1]),
            Response(plan="p", fiscal_year=2024, entry=Accreditation(id="1", laboratory="ash", scope=("GC-MS",))),
            Response(plan="p", fiscal_year=2024, entry=Accreditation(id="2", laboratory="birch", until="2023-12-31")),
        ]
    )
    return custody | custody | lab | others


@st.composite
def reports(draw: st.DrawFn, contents: st.SearchStrategy[Any] | None = None) -> Report:
    marking = draw(markings(draw(st.sampled_from(NAMES))))
    content = draw(contents if contents is not None else any_content())
    portions = []
    for _ in range(draw(st.integers(0, 2))):
        stricter = join(marking, draw(markings(marking.originator)))
        of_event = isinstance(content, Seizure | Detection | Outcome)
        portions.append(Portion(marking=stricter, mentions=draw(mentions()), goods=draw(goods()) if of_event else ()))
    return Report(
        marking=marking,
        source=Source(
            dataset=draw(st.sampled_from(["one", "two"])),
            record=draw(st.sampled_from(["", "", "k1"])),
            made=draw(st.booleans()),
        ),
        content=content,
        mentions=draw(mentions()),
        portions=tuple(portions),
        withdrawn=draw(st.sampled_from([False] * 9 + [True])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[Step]:
    """Steps; a report that replaces another is at most as visible, so that a viewer's own store can hold the chain."""
    steps = [Step(report) for report in draw(st.lists(reports(), min_size=2, max_size=12))]
    for number in range(len(steps)):
        if number and draw(st.integers(0, 3)) == 0:
            steps[number] = _replacing(draw, steps, number, draw(st.integers(0, number - 1)))
        elif number > 1 and draw(st.integers(0, 2)) == 0:
            steps[number] = _judging(draw, steps, number)
        elif number and draw(st.integers(0, 2)) == 0:
            steps[number] = _watching(draw, steps, number)
        elif number and draw(st.integers(0, 3)) == 0:
            steps[number] = Step(steps[number].report, disputes=(draw(st.integers(0, number - 1)),))
    return steps


def _judging(draw: st.DrawFn, steps: Sequence[Step], number: int) -> Step:
    shown = draw(st.sampled_from([None, SHOWN]))
    content = Judgement(
        verdict=draw(st.sampled_from(VERDICTS)), about=(), score=shown and shown.probability, shown=shown
    )
    report = msgspec.structs.replace(steps[number].report, content=content, portions=(), withdrawn=False)
    reverses = draw(st.none() | st.integers(0, number - 1))
    named = list(_named(steps[:number]))
    if len(named) > 1 and draw(st.booleans()):
        # Of a few mentions, so that judgements meet, carry over and contradict each other.
        pair = draw(st.lists(st.sampled_from(named[:5]), min_size=2, max_size=2, unique=True))
        return Step(report, pairs=tuple(pair), reverses=reverses)
    judged = draw(st.lists(st.integers(0, number - 1), min_size=2, max_size=3, unique=True))
    return Step(report, judges=tuple(sorted(judged)), reverses=reverses)


def _watching(draw: st.DrawFn, steps: Sequence[Step], number: int) -> Step:
    """An order on earlier reports, or an entry in a watch's log; an answer follows an order that was given before."""
    when = When(at=draw(hours()))
    content: Any = Watch(when=when)
    if draw(st.integers(0, 3)):
        due = draw(st.none() | hours().map(lambda at: When(at=at)))
        asset = draw(st.sampled_from((*NAMES, "Cutter")))
        content = Tasking(asset=asset, order=draw(st.sampled_from(ORDERS)), when=when, answer_by=due)
    report = msgspec.structs.replace(steps[number].report, content=content, portions=(), withdrawn=False)
    names = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=2, unique=True))
    given = [each for each in range(number) if isinstance(steps[each].report.content, Tasking)]
    follows = draw(st.sampled_from(given)) if given and isinstance(content, Tasking) else None
    return Step(report, names=tuple(names), follows=follows)


def _named(steps: Sequence[Step]) -> Iterator[tuple[int, int, int]]:
    for number, step in enumerate(steps):
        for part, of in enumerate((step.report, *step.report.portions)):
            yield from ((number, part, mention) for mention in range(len(of.mentions)))


def _replacing(draw: st.DrawFn, steps: Sequence[Step], number: int, old: int) -> Step:
    report, marking = steps[number].report, steps[old].report.marking
    mine = msgspec.structs.replace(report.marking, originator=marking.originator)
    joined = join(marking, mine) if draw(st.booleans()) else marking
    if any(sees(viewer, joined) and not sees(viewer, marking) for viewer in VIEWERS):
        joined = marking
    portions = tuple(
        msgspec.structs.replace(
            portion,
            marking=join(joined, msgspec.structs.replace(portion.marking, originator=marking.originator)),
        )
        for portion in report.portions
    )
    return Step(msgspec.structs.replace(report, marking=joined, portions=portions), supersedes=(old,))


def stripped(viewer: Viewer, report: Report) -> Report | None:
    """What the viewer may see of a report: nothing, or the report without the portions that are hidden from it."""
    if not sees(viewer, report.marking):
        return None
    portions = tuple(portion for portion in report.portions if sees(viewer, portion.marking))
    return msgspec.structs.replace(report, portions=portions)


class Times:
    """A clock that a store of part of the world reads at the same times as that of the whole."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def no_salt(*_: object) -> bytes:
    """The same salt for every report, so that two stores give the same report the same id."""
    return bytes(32)


class Store:
    """A log with the two indexes that follow it."""

    def __init__(self, url: str) -> None:
        self.times = Times()
        self.log = Log.create(url, clock=self.times, salt=no_salt)
        self.log.register(*AGENCIES, *VIEWERS, *GROUPS)
        self.link = LinkIndex(url, clock=self.times)
        self.plan = PlanIndex(url)
        self.measures = MeasureIndex(url)
        self.evidence = EvidenceIndex(url)
        self.candidates = CandidateIndex(url)
        self.url = url
        self._indexes: dict[type, Any] = {}

    def index(self, kind: type[Any]) -> Any:
        """The index of a view that is made when a trial asks, up to date."""
        found = self._indexes.setdefault(kind, None) or kind(self.url)
        self._indexes[kind] = found
        follow(self.log, found)
        return found

    def submit(self, report: Report) -> str:
        """The id of the report, durable and indexed."""
        answer = self.put(report)
        self.catch_up()
        return answer

    def put(self, report: Report) -> str:
        """The id of the report, durable and not yet indexed."""
        (answer,) = self.log.append([Submission(report=report, by=f"ann@{report.originator}")])
        assert isinstance(answer, Receipt), answer
        return answer.id

    def catch_up(self) -> None:
        follow(self.log, self.link, self.plan)

    def sources(self) -> Sources:
        """What measures are taken from, up to date."""
        sources = Sources(self.log, self.link, self.plan, self.measures, self.evidence)
        sources.catch_up()
        return sources

    def rights(self, agency: str = "ash") -> Rights:
        return self.log.rights(f"ann@{agency}")


def build(
    directory: Path, steps: Sequence[Step], *, at_once: bool = False, url: str = ""
) -> tuple[Store, list[Report]]:
    """A store of the whole world, and the reports as submitted; indexed one by one, or all `at_once` at the end.

    It lies in `directory`, or at `url`.
    """
    store = Store(url or str(directory / "whole.cutset"))
    ids: list[str] = []
    reports: list[Report] = []
    for number, step in enumerate(steps):
        report = step.report
        if step.judges or step.pairs:
            judged = {ids[each] for each in step.judges} | {_reference(ids, reports, *each) for each in step.pairs}
            about = tuple(sorted(judged))
            reverses = "" if step.reverses is None else ids[step.reverses]
            judgement = msgspec.structs.replace(report.content, about=about, reverses=reverses)
            report = msgspec.structs.replace(report, content=judgement)
        if step.names:
            named: dict[str, Any] = {"about": tuple(sorted(ids[each] for each in step.names))}
            named |= {"follows": ids[step.follows]} if step.follows is not None else {}
            report = msgspec.structs.replace(report, content=msgspec.structs.replace(report.content, **named))
        # Occurrence numbers keep all reports apart, even where a viewer sees them without their portions.
        report = msgspec.structs.replace(
            report,
            supersedes=tuple(sorted({ids[old] for old in step.supersedes})),
            disputes=tuple(sorted({ids[old] for old in step.disputes})),
            source=msgspec.structs.replace(report.source, occurrence=number + 1),
        )
        reports.append(report)
        ids.append(_put(store, number, report, at_once))
    store.catch_up()
    return store, reports


def _reference(ids: Sequence[str], reports: Sequence[Report], step: int, part: int, number: int) -> str:
    portion = portion_name(ids[step], reports[step].portions[part - 1]) if part else ""
    return str(Reference(report=ids[step], portion=portion, number=number))


def build_for(directory: Path, viewer: Viewer, reports: Sequence[Report], *, at_once: bool = False) -> Store:
    """A store that holds only what the viewer may see of `reports`; `at_once`, views are fed when they are asked."""
    store = Store(str(directory / f"{viewer.agency}.cutset"))
    for number, report in enumerate(reports):
        seen = stripped(viewer, report)
        if seen is not None:
            _put(store, number, seen, at_once)
    return store


def _put(store: Store, number: int, report: Report, at_once: bool) -> str:
    store.times.at = START + timedelta(days=10, minutes=number)
    return store.put(report) if at_once else store.submit(report)
