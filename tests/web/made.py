"""Made contents of the overview page: a full one, an empty one, and one whose words try to break the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from cutset.link.leads import Lead, LeadClock, Reason
from cutset.link.repeats import RepeatGroup
from cutset.model.mention import SelectorKind
from cutset.model.report import Kind, Precision
from cutset.web.overview_data import (
    Counts,
    Drug,
    Flow,
    Holding,
    OverviewData,
    Percentiles,
    Period,
    Place,
    Repeats,
    Slice,
    Total,
)

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BREAKING = "<script>alert(1)</script>'\"&</style><!--"

PLACES = {
    code: Place(code=code, name=name, latitude_deg=latitude, longitude_deg=longitude)
    for code, name, latitude, longitude in (
        ("US", "United States", 39.8, -98.6),
        ("MX", "Mexico", 23.6, -102.5),
        ("CO", "Colombia", 4.6, -74.3),
        ("EC", "Ecuador", -1.8, -78.2),
        ("PE", "Peru", -9.2, -75.0),
        ("BO", "Bolivia", -16.3, -63.6),
        ("BR", "Brazil", -14.2, -51.9),
        ("VE", "Venezuela", 6.4, -66.6),
        ("GT", "Guatemala", 15.8, -90.2),
        ("PA", "Panama", 8.5, -80.8),
        ("DO", "Dominican Republic", 18.7, -70.2),
        ("JM", "Jamaica", 18.1, -77.3),
        ("ES", "Spain", 40.5, -3.7),
        ("NL", "Netherlands", 52.1, 5.3),
        ("BE", "Belgium", 50.5, 4.5),
        ("DE", "Germany", 51.2, 10.5),
        ("GB", "United Kingdom", 55.4, -3.4),
        ("MA", "Morocco", 31.8, -7.1),
        ("NG", "Nigeria", 9.1, 8.7),
        ("GH", "Ghana", 7.9, -1.0),
        ("CN", "China", 35.9, 104.2),
        ("HK", "Hong Kong", 22.3, 114.2),
        ("IN", "India", 20.6, 79.0),
        ("AF", "Afghanistan", 33.9, 67.7),
        ("PK", "Pakistan", 30.4, 69.3),
        ("IR", "Iran", 32.4, 53.7),
        ("TR", "Türkiye", 39.0, 35.2),
        ("AU", "Australia", -25.3, 133.8),
        ("NZ", "New Zealand", -40.9, 174.9),
        ("JP", "Japan", 36.2, 138.3),
    )
}
CLASSES = ("Cocaine-type", "Synthetic opioid", "Opioid", "Amphetamine-type stimulant", "Cannabis", "Sedative", "")
_WAYS = (
    "MX-US CO-US CO-MX EC-US EC-MX CO-ES CO-NL BR-ES BR-BE BR-NL PE-ES BO-BR VE-DO VE-ES DO-US JM-US JM-GB PA-US PA-BE "
    "GT-MX CN-US CN-MX HK-US IN-US IN-GH IN-NG AF-PK AF-IR PK-GB IR-TR TR-DE TR-NL NL-GB NL-AU NL-US BE-GB MA-ES GH-GB "
    "NG-GB NG-ZA CN-AU CN-NZ HK-AU US-AU US-JP MX-AU MX-ES CO-GT EC-NL PE-BR GB-US DE-US NL-US US-US"
).split()


_USUAL = {
    **dict.fromkeys(("CO", "EC", "PE", "BO", "BR", "VE", "PA", "DO", "GT"), "Cocaine-type"),
    **dict.fromkeys(("CN", "HK", "IN"), "Synthetic opioid"),
    **dict.fromkeys(("AF", "PK", "IR", "TR"), "Opioid"),
    **dict.fromkeys(("NL", "DE", "BE", "MX"), "Amphetamine-type stimulant"),
    **dict.fromkeys(("JM", "MA", "GH"), "Cannabis"),
}


def full(*, made: bool = True) -> OverviewData:
    """A page with something in each of its parts."""
    random = Random(11)
    flows = tuple(_flows(random))
    periods = tuple(_periods(random))
    return OverviewData(
        title="National overview",
        generated_at=AT,
        viewer="analyst@nic",
        agency="National interdiction centre",
        purpose="investigation",
        banner="TLP:AMBER//LES//REL TO country:US",
        made=made,
        counts=Counts(reports=3412, events=2291, cases=302, tracks=208, leads=171),
        mass_kg=48_250.0,
        routed=1874,
        flows=flows,
        periods=periods,
        modalities=_slices("land vehicle 905,maritime 402,container 320,mail 288,air 190,pedestrian 61,rail 9, 116"),
        directions=_slices("inbound 1203,domestic 402,outbound 96,transit 31, 559"),
        countries=_slices(
            "United States 1504,Colombia 202,Mexico 190,Ecuador 98,Spain 77,Netherlands 65,Brazil 41,Panama 33,Peru 20,"
            "Guatemala 14,Jamaica 9,Ghana 4,India 2, 32"
        ),
        agencies=_slices("cbp 1100,county-sheriff 600,usps-is 450,uscg 141"),
        drugs=_drugs(),
        totals=tuple(_totals()),
        leads=tuple(lead(random, number) for number in range(9)),
        repeats=Repeats(
            groups=57,
            reports=119,
            settled=4,
            identical=31,
            waiting=tuple(_repeat(number) for number in range(6)),
        ),
        clocks=(
            Percentiles(
                name="happened → submitted",
                meaning="the agencies' own time",
                count=171,
                p50_s=86400 * 2.2,
                p90_s=86400 * 11,
                longest_s=86400 * 212,
            ),
            Percentiles(
                name="submitted → lead seen", meaning="cutset's time", count=171, p50_s=0.4, p90_s=2.1, longest_s=9.7
            ),
        ),
        holdings=tuple(
            Holding(agency=agency, dataset=dataset, kind=kind, reports=reports)
            for agency, dataset, kind, reports in (
                ("cbp", "border seizures", "seizure", 1100),
                ("county-sheriff", "traffic stops", "seizure", 600),
                ("dea", "case index", "case", 300),
                ("usps-is", "parcels", "seizure", 450),
                ("uscg", "interdictions", "seizure", 141),
                ("uscg", "AIS", "track", 208),
                ("treasury", "designations", "case", 113),
                ("cbp", "nationwide totals", "outcome", 500),
            )
        ),
        notes=(
            "Amounts without a lawful mass stand under their own unit and are not in mass.",
            "An event with goods of several sorts counts once in each row that it touches; do not add the rows up.",
        ),
        limits=(
            "Countries stand for places: each band runs from the middle of one country to the middle of another.",
            "Only what was seized or detected is shown, which says as much of where agencies look as of what passes.",
        ),
    )


def empty() -> OverviewData:
    """The page of a store with nothing in it."""
    return OverviewData(title="National overview", generated_at=AT, viewer="analyst@nic")


def breaking() -> OverviewData:
    """The full page with words that try to break out of it wherever a report's words may come."""
    page = full()
    bad = BREAKING
    first = replace(
        page.leads[0],
        agencies=(bad, bad),
        datasets=(bad, bad),
        banner=bad,
        reasons=tuple(
            replace(reason, value=bad, event_roles=(bad,), other_written=(bad,)) for reason in page.leads[0].reasons
        ),
    )
    place = replace(PLACES["CO"], code="XX", name=bad)
    return replace(
        page,
        title=bad,
        viewer=bad,
        agency=bad,
        purpose=bad,
        banner=bad,
        flows=(*page.flows, Flow(departure=place, destination=PLACES["US"], drug_class=bad, events=700, mass_kg=1.0)),
        periods=(*page.periods, Period(year=2025, month=3, drug_class=bad, events=400)),
        modalities=(Slice(name=bad, events=4),),
        countries=(Slice(name=bad, events=4),),
        drugs=(Drug(name=bad, drug_class=bad, events=1, mass_kg=1e9, counts={bad: 4.0}),),
        totals=(Total(dataset=bad, year=2024, events=1, money={bad: Decimal(1)}, counts={bad: 1.0}),),
        leads=(first,),
        repeats=replace(page.repeats, waiting=(replace(_repeat(0), originator=bad, dataset=bad, differs=(bad,)),)),
        holdings=(Holding(agency=bad, dataset=bad, kind=bad, reports=1),),
        notes=(bad,),
        limits=(bad,),
    )


def lead(random: Random, number: int) -> Lead:
    """A made lead, its score falling with `number`."""
    event = AT - timedelta(days=30 * number + 12, hours=number)
    reasons = [
        Reason(
            kind=SelectorKind.VIN,
            value="1M8GDM9AXKP042788",
            event_roles=("conveyance",),
            other_roles=("conveyance", "owner"),
            event_written=("1M8GDM9A XKP042788",),
            other_written=("VIN 1M8GDM9AXKP042788",),
            reports=2,
            weight=0.98,
        ),
        Reason(
            kind=SelectorKind.PHONE,
            value="+12025550143",
            event_roles=("driver",),
            other_roles=("subject",),
            event_written=("(202) 555-0143",),
            other_written=("+1 202-555-0143",),
            reports=2 + number,
            weight=round(0.85 / (1 + number / 3), 3),
        ),
    ]
    kept = reasons if number % 3 == 0 else reasons[1:]
    score = 1.0
    for reason in kept:
        score *= 1 - reason.weight
    submitted = event + timedelta(days=random.randint(1, 9))
    return Lead(
        id=f"l-{number:026d}",
        event=f"r-event-{number}",
        other=f"r-case-{number}",
        kinds=(Kind.SEIZURE, Kind.SEIZURE if number % 4 == 3 else Kind.CASE),
        agencies=(("cbp", "uscg", "county-sheriff")[number % 3], "dea"),
        datasets=(("border seizures", "interdictions", "traffic stops")[number % 3], "case index"),
        score=1 - score,
        reasons=tuple(kept),
        clock=LeadClock(
            event=None if number == 7 else event,
            precision=Precision.DAY,
            event_submitted=submitted,
            other_submitted=AT - timedelta(days=400),
            made=submitted + timedelta(seconds=random.uniform(0.2, 9)),
        ),
        banner="TLP:AMBER//LES",
        made=True,
    )


def _slices(text: str) -> tuple[Slice, ...]:
    pairs = [entry.rsplit(" ", 1) for entry in text.split(",")]
    return tuple(Slice(name=name, events=int(events), mass_kg=float(events)) for name, events in pairs)


def _flows(random: Random) -> list[Flow]:
    flows = []
    places = PLACES | {"ZA": Place(code="ZA", name="South Africa")}
    for rank, way in enumerate(dict.fromkeys(_WAYS)):
        departure, destination = (places[code] for code in way.split("-"))
        for share, drug_class in ((1.0, _USUAL.get(departure.code, "")), (0.2, random.choice(CLASSES))):
            events = max(1, round(share * random.lognormvariate(1, 0.8) * 240 / (rank + 2)))
            mass_kg = round(events * random.lognormvariate(2, 1), 2)
            flows.append(
                Flow(
                    departure=departure, destination=destination, drug_class=drug_class, events=events, mass_kg=mass_kg
                )
            )
    return flows


def _periods(random: Random) -> list[Period]:
    periods = []
    for month in range(24):
        for rank, drug_class in enumerate(CLASSES):
            events = round(random.lognormvariate(0, 0.3) * (38 if rank == 1 else 30) * (1 + month / 20) / (rank + 1))
            year, of_year = 2024 + (month + 9) // 12, (month + 9) % 12 + 1
            periods.append(
                Period(year=year, month=of_year, drug_class=drug_class, events=events, mass_kg=events * 14.2)
            )
    return periods


def _drugs() -> tuple[Drug, ...]:
    return tuple(
        Drug(name=name, drug_class=drug_class, events=events, mass_kg=mass_kg, counts=counts)
        for name, drug_class, events, mass_kg, counts in (
            ("cocaine", "Cocaine-type", 812, 28_400.0, {}),
            ("methamphetamine", "Amphetamine-type stimulant", 433, 9_120.4, {"tablet": 2200.0}),
            ("cannabis herb", "Cannabis", 390, 8_012.0, {"plant": 240.0}),
            ("heroin", "Opioid", 201, 655.2, {}),
            ("fentanyl", "Synthetic opioid", 377, 402.9, {"tablet": 918_500.0, "dose": 120.0}),
            ("ketamine", "Sedative", 18, 21.5, {}),
            ("", "", 60, 0.0, {"package": 61.0}),
        )
    )


def _totals() -> list[Total]:
    return [
        Total(dataset=dataset, year=year, events=events * year % 997, mass_kg=mass_kg * (year - 2020), money=money)
        for dataset, events, mass_kg, money in (
            ("cbp nationwide drugs", 412, 31_000.0, {}),
            ("cbp air and marine drugs", 96, 14_500.0, {}),
            ("cbp currency", 71, 0.0, {"USD": Decimal("2145988.40")}),
        )
        for year in (2024, 2025, 2026)
    ]


def _repeat(number: int) -> RepeatGroup:
    return RepeatGroup(
        id=f"g-{number:026d}",
        reports=(f"r-{number}a", f"r-{number}b"),
        originator="cbp",
        dataset="border seizures",
        at=AT - timedelta(days=9 * number),
        identical=number % 2 == 0,
        differs=() if number % 2 == 0 else ("mass_kg", "unit"),
        made=True,
    )
