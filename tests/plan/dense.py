"""A made world dense enough that every measure has something to count in it, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cutset.model.mention import Mention, MentionKind
from cutset.model.register import (
    Agreement,
    Amount,
    BudgetLine,
    Cost,
    FundingStage,
    Gap,
    GapStatus,
    Grant,
    Member,
    TaskForce,
    Technology,
    TechnologyStage,
    Training,
)
from cutset.model.report import (
    Case,
    Detection,
    Goods,
    Judgement,
    Money,
    Outcome,
    Quantity,
    Response,
    Route,
    Seizure,
    Shipment,
    Tasking,
    Where,
)
from cutset.plan.document import load
from tests.plan.measuring import Measuring, at, report
from tests.samples import marked, phone, private
from tests.worlds import NAMES

PLAN = load("niccp_2021")
PHONES = [phone(f"+50712{number}") for number in range(4)]
SORTS = ("drug", "drug", "weapon", "ammunition", "currency", "crypto", "precursor", "pill press", "tbml instrument")
ORDERS = ("patrol", "intercept", "hand off", "release", "pointer", "monitor")


class Dense:
    """Puts work of all kinds into a store, each piece by one of three agencies, some of it hidden or corrected."""

    def __init__(self, measuring: Measuring, seed: int) -> None:
        self.measuring = measuring
        self.random = Random(seed)
        self.ids: dict[str, list[tuple[str, str]]] = {}
        self.number = 0

    def fill(self, number: int) -> None:
        """So many pieces of work."""
        makers: dict[str, Callable[[], Any]] = {
            name: getattr(self, f"_{name}")
            for name in (
                *("event", "case", "shipment", "tasking", "order", "trial", "judgement", "total", "entry", "response"),
            )
        }
        for _ in range(number):
            kind = self.random.choice(list(makers))
            self._put(kind, makers[kind]())
        self.measuring.sources.catch_up()

    def _put(self, kind: str, content: Any, *mentions: Mention) -> None:
        random = self.random
        agency = random.choice(NAMES)
        if kind in ("event", "case"):
            mentions = (random.choice(PHONES),)
            if random.random() < 0.1:
                mentions = (*mentions, Mention(kind=MentionKind.WALLET, name="made"))
        mine = [id for id, of in self.ids.get(kind, ()) if of == agency]
        corrects = (random.choice(mine),) if mine and random.random() < 0.1 else ()
        self.number += 1
        record = random.choice(["", "k1", "k2"]) if kind in ("event", "total") else f"{kind}{self.number}"
        done = report(
            content,
            *mentions,
            marking=private(agency) if random.random() < 0.15 else marked(agency),
            dataset="made" if kind == "total" or record.startswith("k") else f"made {self.number}",
            record=record,
            supersedes=corrects,
            withdrawn=bool(corrects) and random.random() < 0.2,
        )
        self.measuring.store.times.at += timedelta(hours=7)
        id = self.measuring.store.put(done)
        if self.number % 50 == 0:
            self.measuring.sources.catch_up()
        self.ids.setdefault(kind, []).append((id, agency))

    def _of(self, *kinds: str) -> tuple[str, ...]:
        known = [id for kind in kinds for id, _ in self.ids.get(kind, ())]
        return (self.random.choice(known),) if known else ()

    def _day(self) -> Any:
        return at(self.random.randint(1, 28), self.random.randint(1, 8), 2021)

    # ---- what happened ----------------------------------------------------------------------------------------------

    def _event(self) -> Any:
        random = self.random
        common: dict[str, Any] = {
            "when": self._day(),
            "where": Where(country=random.choice(["PA", "CO", "CR", "GT", ""])),
            "route": Route(departure=random.choice(["CO", "MX"]), destination=random.choice(["US", "CA"])),
            "modality": random.choice(["air", "river", "maritime", "land"]),
            "goods": tuple(self._goods() for _ in range(random.randint(1, 2))),
        }
        if random.random() < 0.5:
            return Seizure(**common)
        return Detection(**common, phase=random.choice(["", "monitored", "targeted", "disrupted"]))

    def _goods(self) -> Goods:
        random = self.random
        sort = random.choice(SORTS)
        money = Money(amount=Decimal(random.randint(1, 999)) / 10, currency="USD") if sort == "currency" else None
        kilograms = random.randint(1, 9) / 10
        weighed = Quantity(amount=kilograms, unit="kg", mass_kg=kilograms)
        quantity = random.choice([None, weighed, weighed, Quantity(amount=2.0, unit="unit")])
        return Goods(contraband=sort, quantity=quantity, money=money)

    def _case(self) -> Case:
        random = self.random
        return Case(
            number=str(self.number),
            opened=random.choice([None, self._day()]),
            status=random.choice(["open", "charged"]),
            priority_target=random.random() < 0.5,
        )

    def _judgement(self) -> Judgement:
        about = {*self._of("event"), *self._of("case")}
        verdict = self.random.choice(["accepted"] * 5 + ["rejected"])
        return Judgement(verdict=verdict, about=tuple(sorted(about)))

    def _shipment(self) -> Shipment:
        random = self.random
        return Shipment(
            declared=random.choice([None, at(1, 1, 2021), at(25, 9, 2021)]),
            arrives=random.choice([None, self._day(), self._day()]),
            modality=random.choice(["mail", "container"]),
            origin=Where(country=random.choice(["", "US", "CN"])),
            destination=Where(country="US"),
        )

    def _tasking(self) -> Tasking:
        random = self.random
        return Tasking(
            asset=random.choice(NAMES),
            order=random.choice(ORDERS),
            when=random.choice([None, self._day(), self._day()]),
            where=Where(country=random.choice(["PA", "PA", "CO", "CR", "GT"])),
            about=tuple(sorted({*self._of("event"), *self._of("case", "tasking")})),
        )

    def _order(self) -> Tasking:
        order = self.random.choice(["examine", "examine at random"])
        return Tasking(asset="unit", order=order, when=self._day(), about=self._of("shipment"))

    def _trial(self) -> Outcome:
        about = {*self._of("order"), *self._of("shipment", "event", "tasking")}
        breakdown = self.random.choice([{}, {"detector": "dog"}])
        return Outcome(
            period=self._day(), found=self.random.random() < 0.5, about=tuple(sorted(about)), breakdown=breakdown
        )

    def _total(self) -> Outcome:
        random = self.random
        goods = tuple(self._goods() for _ in range(2))
        events = random.choice([None, 3, 4, 5, 6])
        return Outcome(period=at(1, 1, 2021), events=events, vintage=random.choice(["a", "b", "c"]), goods=goods)

    # ---- what is filed ----------------------------------------------------------------------------------------------

    def _response(self) -> Response:
        random = self.random
        items = {item.id: random.choice(["Some.", " "]) for item in PLAN.response_items}
        year, stage = random.choice([2021, 2022]), random.choice(["submitted", "submitted", "draft"])
        return Response(plan=PLAN.id, fiscal_year=year, stage=stage, items=items)

    def _entry(self) -> Response:
        entry = self.random.choice(
            [self._gap, self._line, self._force, self._agreement, self._technology, self._training, self._grant]
        )()
        return Response(plan=PLAN.id, fiscal_year=2024, entry=entry)

    def _id(self) -> str:
        return self.random.choice(["a", "b", "c"])

    def _name(self) -> str:
        return self.random.choice(["x", "y"])

    def _duties(self) -> tuple[str, ...]:
        return self.random.choice([(), ("br-ctr-04",), ("br-ctr-04", "bb-ctr-14")])

    def _gap(self) -> Gap:
        random = self.random
        costs = tuple(
            Cost(fiscal_year=random.choice([2023, 2024]), function=self._name(), amount=Decimal(random.randint(0, 9)))
            for _ in range(random.randint(0, 2))
        )
        return Gap(
            id=self._id(),
            title="a made gap",
            duties=self._duties(),
            need=random.choice(["", "ships"]),
            costs=costs,
            status=random.choice(list(GapStatus)),
        )

    def _line(self) -> BudgetLine:
        random = self.random
        amounts = {
            (random.choice([2023, 2024]), random.choice(list(FundingStage))): Decimal(random.choice([5, 5, 5, 6]))
            for _ in range(2)
        }
        return BudgetLine(
            id=self._id(),
            account="made",
            function=random.choice(["x", "x", "x", "y"]),
            agency=random.choice(["", "", "ash"]),
            duties=self._duties(),
            amounts=tuple(
                Amount(fiscal_year=year, stage=stage, amount=sum_) for (year, stage), sum_ in amounts.items()
            ),
        )

    def _span(self) -> dict[str, str]:
        random = self.random
        since, until = random.choice(["", "2020-01-01", "2031-01-01"]), random.choice(["", "", "2022-12-31"])
        return {"since": since, "until": until}

    def _force(self) -> TaskForce:
        members = tuple(Member(agency=self.random.choice(NAMES), **self._span()) for _ in range(3))
        return TaskForce(id=self._id(), name="a made force", members=members)

    def _agreement(self) -> Agreement:
        return Agreement(id=self._id(), partner=self.random.choice(NAMES), **self._span())

    def _technology(self) -> Technology:
        random = self.random
        return Technology(
            id=self._id(),
            type="x-ray",
            stage=random.choice(list(TechnologyStage)),
            count=random.choice([None, 1, 4]),
            shared_with=random.choice([(), ("birch",)]),
        )

    def _training(self) -> Training:
        random = self.random
        people, days = random.choice([None, 3, 8]), random.choice([None, Decimal(2)])
        return Training(id=self._id(), course="made", partner="GT", fiscal_year=2024, people=people, days=days)

    def _grant(self) -> Grant:
        random = self.random
        return Grant(
            id=self._id(),
            programme="made",
            recipient=random.choice([*NAMES, "nobody"]),
            fiscal_year=2024,
            amount=Decimal(7),
            must_share=random.random() < 0.7,
        )
