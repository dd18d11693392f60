"""A made store for the investigator's and planner's pages: leads in each state, a pointer, a request, exhibits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from cutset.access.registry import Agency, PointerRule, Viewer
from cutset.model.exhibit import Collected, ExhibitKind, Mass
from cutset.model.marking import Marking, Tlp
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import Case, Portion, Report, Seizure, Source, When, Where
from cutset.node import Node
from tests.samples import cocaine

DRIVER, BOAT = "+13125550142", "+13125550199"
VIN = "1M8GDM9AXKP042788"
SECRET_TEXT = "source 4471 met the driver twice"


def person(number: str, name: str = "", role: Role = Role.DRIVER) -> Mention:
    selector = Selector(SelectorKind.PHONE, number, number[2:], True)
    return Mention(kind=MentionKind.PERSON, name=name, role=role, selectors=(selector,))


def vehicle(vin: str = VIN) -> Mention:
    return Mention(
        kind=MentionKind.VEHICLE, role=Role.CONVEYANCE, selectors=(Selector(SelectorKind.VIN, vin, vin, True),)
    )


def seized(number: int, *mentions: Mention, marking: Marking | None = None, text: str = "") -> Report:
    where = Where(country="US", place=f"Mile {number}", latitude_deg=31.5 + number / 3, longitude_deg=-110.9 + number)
    event = Seizure(
        when=When(at=datetime(2024, 11, 3, 9, tzinfo=UTC) + timedelta(days=3 * number)),
        where=where,
        goods=(cocaine(11.5 + number),),
    )
    source = Source(dataset="roadside", record=f"S-{number}", made=True)
    return Report(marking=marking or of("county"), source=source, content=event, mentions=mentions, text=text)


def carded(number: str, title: str, *mentions: Mention, marking: Marking, portions: tuple[Portion, ...] = ()) -> Report:
    content = Case(number=number, title=title, contact="the duty desk, 555 0111", priority_target=number.endswith("1"))
    source = Source(dataset="case index", record=number, made=True)
    return Report(marking=marking, source=source, content=content, mentions=mentions, portions=portions)


def of(agency: str, **changes: object) -> Marking:
    return replace(Marking(originator=agency, tlp=Tlp.GREEN), **changes)


def desk(url: str, clock: object = None) -> Node:
    """County's five seizures, two of DEA's open cases and a closed one that county is only pointed to."""
    node = Node.create(url, **({"clock": clock} if clock else {}))
    node.register(
        Agency("county", name="Santa Cruz County Sheriff", country="US", contact="555 0100"),
        Agency("dea", name="Drug Enforcement Administration", country="US", contact="the duty desk, 555 0111"),
        Viewer("deputy@county", "county"),
        Viewer("sergeant@county", "county"),
        Viewer("ann@dea", "dea", roles=("administrator",)),
        Viewer("bob@dea", "dea"),
    )
    node.set_pointers("dea", [PointerRule(Tlp.AMBER_STRICT, rel_to=True)], by="ann@dea")
    closed = Marking(originator="dea", tlp=Tlp.AMBER_STRICT, rel_to=())
    informer = Portion(marking=replace(closed, tlp=Tlp.RED), text=SECRET_TEXT)
    drivers = Portion(marking=closed, text="the driver's own telephone", mentions=(person(DRIVER, "J. Perez"),))
    node.submit(carded("24-001", "The Nogales route", person(DRIVER, "Juan Pérez"), vehicle(), marking=of("dea")),
                by="ann@dea")  # fmt: skip
    node.submit(carded("24-002", "Boats", person(BOAT, "El Capitán"), marking=of("dea")), by="ann@dea")
    node.submit(
        carded("24-900", "An informer", person("+13125550777"), marking=closed, portions=(informer, drivers)),
        by="bob@dea",
    )
    for number, named in enumerate(((person(DRIVER, "John Perez"), vehicle()), (person(DRIVER),), (person(BOAT),))):
        node.submit(seized(number, *named), by="deputy@county")
    # A third driver, whom another telephone ties to nothing but a judgement does.
    other = node.submit(seized(4, person("+13125550143", "Juan Perez")), by="deputy@county")
    card = node.search("Nogales", viewer="ann@dea").hits[0].id
    node.judge("same", [f"{other.id}#0", f"{card}#0"], by="ann@dea", reason="the same date of birth")
    event = node.search("Mile 0", viewer="deputy@county").hits[0].id
    collected = Collected(event=event, kind=ExhibitKind.DRUG, description="three bricks", gross=Mass(Decimal(11_500)))
    node.act("county/24-1", collected, by="deputy@county", seal="A-1001")
    hidden = node.submit(seized(7, person("+13125550777"), text="a phone in the glove box"), by="deputy@county")
    node.answers(hidden, viewer="deputy@county")
    return node
