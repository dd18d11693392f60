"""A made country at work on its plan: seizures of several years, responses, gaps, a budget and registers.

Names of agencies are the Plan's; every number is made.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from cutset.access.registry import Agency, AgencyKind, Group, Viewer
from cutset.clock import fixed
from cutset.log.follower import follow
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.network import Allocation, Estimate, Means, Posting, Stop, Traffic, Way
from cutset.model.register import (
    Accreditation,
    Agreement,
    Amount,
    BudgetLine,
    Cost,
    FundingStage,
    Gap,
    GapStatus,
    Grant,
    Member,
    RegisterEntry,
    TaskForce,
    Technology,
    TechnologyStage,
    Training,
)
from cutset.model.report import (
    Case,
    Goods,
    Outcome,
    Precision,
    Quantity,
    Receipt,
    Report,
    Seizure,
    Source,
    When,
    Where,
)
from cutset.plan import response
from cutset.plan.clauses import Plan
from cutset.plan.document import load
from cutset.plan.filed import Filed, filed
from cutset.plan.index import PlanIndex
from cutset.plan.registers import enter

PLAN: Plan = load("niccp_2021")
YEAR = 2021
NOW = datetime(2021, 12, 1, 9, tzinfo=UTC)
CLOCK = fixed(NOW)

AGENCIES = (
    Agency("ondcp", "Office of National Drug Control Policy", "US", law_enforcement=False, kind=AgencyKind.FEDERAL),
    Agency("dhs", "Department of Homeland Security", "US", kind=AgencyKind.FEDERAL),
    Agency("doj", "Department of Justice", "US", kind=AgencyKind.FEDERAL),
    Agency("uspis", "Postal Inspection Service", "US", kind=AgencyKind.FEDERAL),
    Agency("courier", "A carrier of parcels", "US", law_enforcement=False, kind=AgencyKind.PRIVATE),
)
VIEWERS = tuple(Viewer(f"ann@{agency.id}", agency.id) for agency in AGENCIES)


def green(agency: str) -> Marking:
    return Marking(originator=agency, tlp=Tlp.GREEN)


def clear(agency: str) -> Marking:
    return Marking(originator=agency, tlp=Tlp.CLEAR)


class National:
    """A store with its index, and a clock that each submission sets."""

    def __init__(self, folder: Path) -> None:
        self.at = datetime(2020, 10, 1, tzinfo=UTC)
        url = str(folder / "national.cutset")
        self.log = Log.create(url, clock=lambda: self.at)
        self.log.register(
            *AGENCIES, *VIEWERS, Group("swb", "Southwest Border Task Force", ("agency:dhs", "agency:doj"))
        )
        self.index = PlanIndex(url)

    def submit(self, report: Report, at: datetime | None = None) -> str:
        self.at = at or self.at + timedelta(seconds=1)
        (answer,) = self.log.append([Submission(report=report, by=f"ann@{report.originator}")])
        assert isinstance(answer, Receipt), answer
        follow(self.log, self.index)
        return answer.id

    def submit_all(self, reports: list[Report]) -> None:
        """Submits many at once, which takes one write."""
        answers = self.log.append([Submission(report=each, by=f"ann@{each.originator}") for each in reports])
        assert all(isinstance(answer, Receipt) for answer in answers), answers
        follow(self.log, self.index)

    def rights(self, agency: str):
        return self.log.rights(f"ann@{agency}")

    def filed(self, agency: str) -> list[Filed]:
        return filed(self.log, self.rights(agency), plan=PLAN.id)

    def enter(self, agency: str, entry: RegisterEntry, marking: Marking | None = None, **of_report) -> str:
        return self.submit(enter(PLAN, entry, YEAR, marking=marking or green(agency), **of_report))

    def respond(self, agency: str, at: datetime, marking: Marking | None = None, year: int = YEAR, **items: str) -> str:
        """Drafts, signs and submits a response, each as it is done in truth."""
        texts = {each.id: f"{agency} on {each.id}." for each in PLAN.response_items}
        texts |= {id.replace("_", "-"): text for id, text in items.items()}
        self.submit(response.draft(PLAN, agency, year, texts), at - timedelta(seconds=2))
        (written,) = response.drafts(self.filed(agency), PLAN, agency, year)
        self.submit(response.sign(PLAN, written, by=f"ann@{agency}"), at - timedelta(seconds=1))
        (signed,) = response.drafts(self.filed(agency), PLAN, agency, year)
        earlier = response.submissions(self.filed(agency), PLAN, agency, year)
        report = response.submit(PLAN, signed, marking=marking or green(agency), earlier=earlier)
        return self.submit(report, at)


def seizure(agency: str, day: datetime, drug: str, kg: float, *, area: str, modality: str, marking: Marking) -> Report:
    goods = Goods(contraband="drug", substance=drug, written=drug, quantity=Quantity(amount=kg, unit="kg", mass_kg=kg))
    content = Seizure(
        when=When(at=day, precision=Precision.DAY),
        where=Where(country="US"),
        area=area,
        modality=modality,
        direction="inbound",
        goods=(goods,),
    )
    return Report(marking=marking, source=Source(dataset="forms", record="", made=True), content=content)


def fill(national: National) -> None:
    """Five years of seizures, published totals with a restatement, three responses, gaps, a budget, registers."""
    drugs = ("cocaine", "methamphetamine", "fentanyl", "heroin", "cannabis")
    areas = ("border region", "beyond the borders", "inside the borders")
    modes = ("land", "maritime", "mail", "air")
    reports = []
    for number in range(120):
        year = 2017 + number * 7 % 29 % 5
        agency = ("dhs", "doj", "uspis")[number * 5 % 13 % 3]
        marking = (clear, green)[number % 4 == 0](agency)
        day = datetime(year, 1 + number % 9, 1 + number % 27, tzinfo=UTC)
        report = seizure(
            agency,
            day,
            drugs[number * 3 % 17 % 5],
            10.0 + 7.5 * (number % 11) * (1 + year - 2017),
            area=areas[number * 3 % 11 % 3],
            modality=modes[number % 4],
            marking=marking,
        )
        reports.append(report)
    national.submit_all(reports)
    for number, priority in enumerate((True, False)):
        content = Case(number=f"C-{number}", title="Made network", priority_target=priority)
        national.submit(Report(marking=green("doj"), source=Source(dataset="cases", made=True), content=content))
    _totals(national)
    _registers(national)
    national.respond(
        "dhs",
        datetime(2021, 9, 20, tzinfo=UTC),
        sharing="We opened our seizure reports to two fusion centres.\n\nA third joins in the spring.",
        gaps="Scanners for outbound lanes, and people to read their pictures.",
    )
    national.respond("doj", datetime(2021, 11, 15, tzinfo=UTC))
    national.submit(
        response.draft(PLAN, "uspis", YEAR, {"technology": "In the making."}), datetime(2021, 11, 20, tzinfo=UTC)
    )
    national.at = NOW


COAST = Way(
    id="coast",
    origin=Stop(name="Tumaco", country="CO", latitude_deg=1.8, longitude_deg=-78.8),
    goal=Stop(name="San José", country="GT", latitude_deg=13.9, longitude_deg=-90.8),
    modality="maritime",
    area="Eastern Pacific",
    cost_usd_kg=Estimate(value=1200.0, low=500.0, high=3000.0, source="assumed"),
    sweep=Estimate(value=0.013, low=0.006, high=0.036, source="assumed"),
    days=8.0,
)
CUTTERS = Means(id="cutters", sort="cutter", days=24.0, step=4.0, areas=("Eastern Pacific",))
COCAINE = Traffic(
    id="cocaine",
    substance="cocaine",
    sources=("Tumaco",),
    goals=("San José",),
    kg_month=Estimate(value=4000.0, low=2000.0, high=8000.0, source="assumed"),
    load_kg=Estimate(value=900.0, low=200.0, high=3000.0, source="assumed"),
)


def _totals(national: National) -> None:
    for vintage, kg in (("2021-10", 4100.0), ("2021-11", 4350.5)):
        goods = Goods(
            contraband="drug",
            substance="cocaine",
            written="Cocaine",
            quantity=Quantity(amount=kg, unit="kg", mass_kg=kg),
        )
        content = Outcome(
            period=When(at=datetime(2021, 3, 1, tzinfo=UTC), precision=Precision.MONTH),
            events=42,
            goods=(goods,),
            vintage=vintage,
        )
        source = Source(dataset="nationwide", record="2021-03|cocaine", made=True)
        national.submit(Report(marking=clear("dhs"), source=source, content=content))


def _registers(national: National) -> None:
    usd = Decimal
    national.enter(
        "dhs",
        Gap(
            id="outbound-scanners",
            title="Scanners for outbound lanes",
            duties=("br-ctr-04", "br-ctr-05"),
            need="24 drive-through scanners with crews",
            costs=(
                Cost(fiscal_year=2022, function="interdiction", amount=usd(36_000_000)),
                Cost(fiscal_year=2023, function="interdiction", amount=usd(12_500_000)),
                Cost(fiscal_year=2023, function="research and development", amount=usd(2_000_000)),
            ),
            effect="One lane in five examined in place of one in forty",
            effect_rests_on="estimate of the field offices",
            status=GapStatus.REQUEST,
        ),
        made=True,
    )
    national.enter(
        "dhs",
        Gap(
            id="outbound-crews",
            title="Crews for outbound scanners",
            duties=("br-ctr-04",),
            costs=(Cost(fiscal_year=2023, function="interdiction", amount=usd(5_000_000)),),
            status=GapStatus.COSTED,
            part_of="dhs/outbound-scanners",
        ),
        made=True,
    )
    national.enter(
        "doj",
        Gap(
            id="wallet-tracing",
            title="Analysts who can trace wallets",
            duties=("bb-ctr-14", "br-ctr-05"),
            costs=(Cost(fiscal_year=2022, function="investigations", amount=usd(8_400_000)),),
            effect="Each seizure of a wallet followed to its exchange",
            status=GapStatus.ENACTED,
        ),
        made=True,
    )
    national.enter("uspis", Gap(id="parcel-data", title="Advance data on parcels", duties=("bb-rts-08",)), made=True)
    for agency, function, request, enacted, actual in (
        ("dhs", "interdiction", 3_100, 2_950, 2_875),
        ("dhs", "research and development", 120, 95, 90),
        ("doj", "investigations", 2_400, 2_310, 2_260),
        ("uspis", "interdiction", 61, 58, 55),
    ):
        national.enter(
            "ondcp",
            BudgetLine(
                id=f"{agency}-{function.replace(' ', '-')}",
                account=f"{function.capitalize()} of {agency.upper()}",
                function=function,
                agency=agency,
                amounts=(
                    Amount(fiscal_year=2020, stage=FundingStage.ACTUAL, amount=usd(actual) * 1_000_000),
                    Amount(fiscal_year=2021, stage=FundingStage.ENACTED, amount=usd(enacted) * 1_000_000),
                    Amount(fiscal_year=2022, stage=FundingStage.REQUEST, amount=usd(request) * 1_000_000),
                ),
            ),
            clear("ondcp"),
            made=True,
        )
    for agency, entry in (
        (
            "dhs",
            TaskForce(
                id="swb",
                name="Southwest Border Task Force",
                form="joint interagency task force",
                lead="dhs",
                area="border-regions",
                members=(
                    Member(agency="dhs", people=140, part="lead", since="2015-01-01"),
                    Member(agency="doj", people=45, part="prosecution and investigation", since="2015-01-01"),
                    Member(agency="uspis", people=6, since="2016-01-01", until="2019-12-31"),
                ),
            ),
        ),
        (
            "dhs",
            Agreement(
                id="co-1",
                partner="National Police of Colombia",
                country="CO",
                form="memorandum",
                covers="vetted units",
                liaison="attaché in Bogotá",
                since="2018-05-01",
            ),
        ),
        (
            "uspis",
            Technology(
                id="lab-1",
                type="handheld Raman analyser",
                stage=TechnologyStage.DEPLOYED,
                finds=("fentanyl",),
                count=31,
                place="mail processing centres",
                shared_with=("dhs",),
                since="2020-03-01",
                fiscal_year=2021,
                examined=5200,
                found=212,
            ),
        ),
        (
            "doj",
            Training(
                id="t-1",
                course="Dark web investigations",
                partner="State and local police",
                fiscal_year=2021,
                people=320,
                days=Decimal(3),
            ),
        ),
        (
            "ondcp",
            Grant(
                id="g-1",
                programme="HIDTA",
                recipient="Made County Sheriff",
                fiscal_year=2021,
                amount=usd(250_000),
                purpose="joint parcel team",
                must_share=True,
            ),
        ),
        ("dhs", Accreditation(id="a-1", laboratory="dhs", scope=("GC-MS",), since="2020-01-01")),
        ("dhs", COAST),
        ("dhs", CUTTERS),
        ("doj", COCAINE),
        (
            "ondcp",
            Allocation(
                id="spring",
                title="More days off the coast",
                postings=(Posting(means="dhs/cutters", way="dhs/coast", days=20.0),),
                expected={"kg met a month": 210.5},
            ),
        ),
    ):
        national.enter(agency, entry, made=True)
