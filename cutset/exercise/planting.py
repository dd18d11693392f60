"""Makes of loads that were met what agencies write down, with the noise of real files, and keeps the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cutset.exercise import cases, identifiers, noise, people, sharing
from cutset.exercise.names import ship
from cutset.exercise.papers import Papers
from cutset.exercise.patrols import Patrols
from cutset.exercise.scenario import Scenario
from cutset.exercise.theatre import Flow, Load, Month, Theatre
from cutset.exercise.trade import MODALITIES, airport
from cutset.exercise.truth import (
    START,
    Happening,
    NearMiss,
    Organisation,
    PersonMention,
    PlantedLink,
    Thing,
    Voyage,
    World,
)

# What each agency meets with in its work; the kinds that its form has a box for.
_MET: dict[str, tuple[str, ...]] = {
    "cbp": ("vin", "plate", "container", "phone"),
    "county-sheriff": ("phone", "plate", "vin"),
    "uspis": ("phone", "wallet"),
    "uscg": ("imo", "phone"),
    "partner": ("imo", "container", "phone"),
}
_MODALITY = {
    "container": "container",
    "air": "air",
    "tunnel": "tunnel",
    "mail": "mail",
    "express": "express consignment",
    "port-of-entry": "land vehicle",
    "between-ports": "land vehicle",
    "land": "land vehicle",
}
_CONVEYANCE = {"go-fast": "go-fast", "low-profile": "low-profile vessel", "semi-submersible": "semi-submersible"}
_VEHICLES = frozenset({"port-of-entry", "between-ports", "land"})
_ON_VEHICLES = ("vin", "plate", "phone")
_COUNTIES = ("Doña Ana", "Webb", "Pinal", "Oldham", "Seward", "Polk")
_ALSO = {"cbp": "county-sheriff", "uscg": "partner"}
_SECRET = 1 / 6


def modality(mode: str) -> str:
    """The code under which a load of this mode is filed: the modes at sea are told apart by the conveyance.

    >>> modality("go-fast"), modality("mail")
    ('maritime', 'mail')
    """
    return _MODALITY.get(mode, "maritime")


class Planting:
    """Collects happenings, papers and voyages, and the truth about each, as they are made."""

    def __init__(
        self, maker: identifiers.Maker, cards: Sequence[Organisation], played: Theatre, *, seed: int, prefix: str = ""
    ) -> None:
        self.maker = maker
        self.random = maker.random
        self._cards = tuple(cards)
        self._active = [card for card in cards if card.active]
        self._played = played
        self._prefix = prefix
        self._seed = seed
        self._parameters = played.parameters
        self._happenings: list[Happening] = []
        self._voyages: list[Voyage] = []
        self._links: list[PlantedLink] = []
        self._near_misses: list[NearMiss] = []
        self._mentions: list[PersonMention] = []
        self._loads: list[Load] = []
        self._flows: list[Flow] = []
        self._papers = Papers(maker, played.parameters, prefix, seed)
        self._patrols = Patrols(maker.random, played.parameters, played.network, prefix)
        self._hotline = maker.new("phone")
        self._end = START + timedelta(days=30 * played.months)

    # ---- what was met ---------------------------------------------------------------------------------------------

    def month(self, month: Month) -> None:
        """Takes in a month: every load that was met becomes an event, some of them twice."""
        self._flows += month.flows
        self._patrols.month(month)
        for load in month.loads:
            if load.met:
                self._loads.append(load)
                self._event(load)
            else:
                at, card = self._at(load.month), self._active[load.owner]
                self._papers.of_passing(load, at, card)
                self._papers.of_delivery(load, at, card, self._end)

    def _event(self, load: Load) -> None:
        random, edge = self.random, self._played.network.edges[load.met]
        card = self._active[load.owner]
        known = [thing for thing in card.things if thing.kind in self._kinds(edge.watch, edge.mode)]
        thing = random.choice(known) if known and random.random() < self._parameters["world.reuse"] else None
        # Whoever is to have a parcel has ordered it, and is nobody of the vendor's.
        sender = card if edge.watch != "uspis" else None
        who = people.met(random, self._parameters, sender, random.randint(1, 2), thing)
        made = self._happening(
            edge.watch,
            who,
            load=load,
            at=self._at(load.month),
            mass_kg=load.mass_kg,
            thing=thing,
            case=card.number,
            secret=edge.watch != "partner" and random.random() < _SECRET,
        )
        self._papers.of_seizure(made, card)
        also = _ALSO.get(edge.watch, "")
        if also and random.random() < self._parameters["noise.duplicate"]:
            shared = thing if thing and thing.kind in _MET[also] else None
            mass_kg = noise.conflicting(random, load.mass_kg)
            # The same people, and so the same in the truth, whoever they are.
            named = zip(who, people.mentions(made.key, people.FIELDS[edge.watch], made.people, who), strict=False)
            who = tuple(people.Person(name=each.name, alias=each.alias, who=told.who) for each, told in named)
            self._happening(
                also,
                who,
                load=load,
                at=made.at,
                mass_kg=mass_kg,
                thing=shared,
                case=card.number,
                repeats=made.key,
            )

    def _happening(
        self,
        agency: str,
        who: tuple[people.Person, ...],
        *,
        load: Load,
        at: datetime,
        mass_kg: float,
        thing: Thing | None,
        case: str,
        secret: bool = False,
        repeats: str = "",
    ) -> Happening:
        """One record of `agency`; `thing`, which `case` knows too, is in it unless the file's noise took it."""
        random, world = self.random, self._played.network
        edge = world.edges[load.met]
        own = tuple(other for other in self._own_things(agency, edge.mode) if not thing or other.kind != thing.kind)
        written, spoiled = noise.spoiled(random, self._parameters, thing.kind, thing.value) if thing else ("", "")
        carried = (Thing(kind=thing.kind, value=written),) if thing and written else ()
        filed = noise.filed(random, self._parameters, at)
        shares = self._played.scenario.shares(agency, load.month)
        amount, unit = noise.amount_as_written(random, mass_kg, agency)
        latitude, longitude = world.along(load.met, random.uniform(0.2, 0.8))
        made = Happening(
            key=self._key(agency),
            agency=agency,
            at=at,
            modality=modality(edge.mode),
            place=self._place(agency, load.met),
            departure=world.nodes[edge.origin].country,
            destination=world.nodes[edge.goal].country,
            drug=noise.drug_as_written(random, load.substance),
            amount=amount,
            unit=unit,
            people=people.written(random, self._parameters, who),
            things=own if secret else (*own, *carried),
            hidden=carried if secret else (),
            latitude_deg=round(latitude + random.uniform(-0.8, 0.8), 4),
            longitude_deg=round(longitude + random.uniform(-0.8, 0.8), 4),
            conveyance=_CONVEYANCE.get(edge.mode, "fishing vessel" if edge.mode == "fishing" else ""),
            mass_kg=round(mass_kg, 3),
            load=load.number,
            organisation=case,
            repeats=repeats,
            edge=load.met,
            filed=filed if shares else None,
            item=self.maker.new("parcel") if edge.mode in ("mail", "express") else "",
            substance=load.substance,
        )
        self._happenings.append(made)
        self._mentions += people.mentions(made.key, people.FIELDS[agency], made.people, who)
        if thing:
            spoiled = spoiled if shares else sharing.NOT_FILED
            self._links.append(PlantedLink(event=made.key, case=case, kind=thing.kind, hidden=secret, spoiled=spoiled))
        return made

    # ---- what belongs to no organisation, and what only looks like it ----------------------------------------------

    def background(self, scale: float) -> None:
        """Stops for small amounts, near-misses, and ships at sea; `scale` multiplies what belongs to nobody."""
        for card in self._active:
            self._near_misses_of(card)
            self._voyage_of(card)
        for _ in range(round(350 * scale)):
            # A tip line is on many leaflets: a value that everyone carries links nothing.
            common = (
                (Thing(kind="phone", value=self._hotline),) if self._hotline and self.random.random() < 0.75 else ()
            )
            own = tuple(each for each in self._own_things("county-sheriff", "land") if each.kind != "phone")
            self._lone("county-sheriff", (*own, *common))
        for _ in range(round(120 * scale)):
            self._voyage(self.maker.new("imo"))
        self._papers.background(scale, self._played.months)

    def _lone(self, agency: str, things: tuple[Thing, ...]) -> Happening:
        """A small seizure that belongs to no organisation."""
        random = self.random
        mass_kg = random.lognormvariate(-1.5, 1.2)
        amount, unit = noise.amount_as_written(random, mass_kg, agency)
        month = random.randint(1, self._played.months)
        at = self._at(month)
        filed = noise.filed(random, self._parameters, at)
        drug = random.choice(("marijuana", "methamphetamine", "cocaine"))
        sea = agency == "uscg"
        kinds = {thing.kind for thing in things}
        who = people.met(random, self._parameters, None, 1)
        made = Happening(
            key=self._key(agency),
            agency=agency,
            at=at,
            modality="maritime" if sea else "container" if "container" in kinds else "land vehicle",
            place="Eastern Pacific" if sea else random.choice(_COUNTIES) if agency != "cbp" else "USLRD",
            departure="CO" if sea else "MX" if agency == "cbp" else "US",
            destination="MX" if sea else "US",
            drug=noise.drug_as_written(random, drug),
            amount=amount,
            unit=unit,
            people=people.written(random, self._parameters, who),
            things=things,
            latitude_deg=round(random.uniform(4, 14), 4) if sea else None,
            longitude_deg=round(random.uniform(-96, -84), 4) if sea else None,
            conveyance="fishing vessel" if sea else "",
            mass_kg=round(mass_kg, 3),
            substance=drug,
            filed=filed if self._played.scenario.shares(agency, month) else None,
        )
        self._happenings.append(made)
        self._mentions += people.mentions(made.key, people.FIELDS[agency], made.people, who)
        return made

    def _near_misses_of(self, card: Organisation) -> None:
        """Plants what only looks like the organisation: mistyped identifiers, a plate of another State."""
        for thing in card.things:
            if thing.kind in noise.CHECKED:
                agency = "uscg" if thing.kind == "imo" else "cbp"
                wrong = identifiers.mistype(self.random, thing.value)
            elif thing.kind == "plate":
                agency, wrong = "county-sheriff", f"{thing.value}@other-state"
            else:
                continue
            made = self._lone(agency, (Thing(kind=thing.kind, value=wrong),))
            if made.filed is not None:
                self._near_misses.append(NearMiss(event=made.key, case=card.number, kind=thing.kind))

    def _voyage_of(self, card: Organisation) -> None:
        """For every fifth organisation, plants a day's track of its vessel."""
        if int(card.number[-4:]) % 5 == 0:
            imo = next((thing.value for thing in card.things if thing.kind == "imo"), "")
            made = self._voyage(imo)
            if made is None:
                return
            self._links.append(PlantedLink(event=made.mmsi, case=card.number, kind="imo"))

    def _voyage(self, imo: str) -> Voyage | None:
        """One vessel's day off the coasts of the Eastern Pacific or in the Caribbean; None where numbers ran out."""
        random = self.random
        latitude, longitude = random.choice(((6.0, -84.0), (9.5, -92.0), (14.5, -74.0), (13.0, -69.0)))
        mmsi = self.maker.new("mmsi") if imo else ""
        if not mmsi:
            return None
        at = self._at(random.randint(1, self._played.months)).replace(hour=random.randrange(12))
        made = Voyage(
            mmsi=mmsi,
            imo=imo,
            name=ship(random),
            call_sign=identifiers.call_sign(mmsi),
            at=at,
            latitude_deg=latitude + random.uniform(-2, 2),
            longitude_deg=longitude + random.uniform(-3, 3),
            course_deg=random.uniform(0, 360),
            speed_kn=random.uniform(4, 18),
            filed=at,
        )
        self._voyages.append(made)
        return made

    # ---- parts ----------------------------------------------------------------------------------------------------

    def _key(self, agency: str) -> str:
        return f"{agency.upper()}-{self._prefix}{len(self._happenings) + 1:05d}"

    def _at(self, month: int) -> datetime:
        """Some minute of a month, the first being 1."""
        year, index = divmod(START.month - 1 + month - 1, 12)
        first = START.replace(year=START.year + year, month=index + 1)
        return first + timedelta(minutes=self.random.randrange(28 * 1440))

    def _place(self, agency: str, edge: str) -> str:
        world = self._played.network
        if agency == "county-sheriff":
            return self.random.choice(_COUNTIES)
        by = modality(world.edges[edge].mode)
        if by in MODALITIES:
            return airport(self.random, by)
        goal = world.nodes[world.edges[edge].goal]
        return world.edges[edge].area or goal.locode or goal.name

    def _kinds(self, agency: str, mode: str) -> tuple[str, ...]:
        """What an agency finds with a load of this mode: no container number on a car."""
        kinds = _MET[agency]
        if agency == "cbp":
            return ("container",) if mode == "container" else _ON_VEHICLES if mode in _VEHICLES else ("phone",)
        if agency == "partner":
            borne = "container" if mode == "container" else "imo" if modality(mode) == "maritime" else ""
            return (borne, "phone") if borne else ("phone",)
        return kinds

    def _own_things(self, agency: str, mode: str) -> tuple[Thing, ...]:
        kinds = self._kinds(agency, mode)
        if mode not in _VEHICLES:
            kinds = tuple(kind for kind in kinds if kind not in ("vin", "plate"))
        chosen = self.random.sample(kinds, k=self.random.randint(0, min(2, len(kinds))))
        return tuple(Thing(kind=kind, value=value) for kind in chosen if (value := self.maker.new(kind)))

    def world(self, *, months: int, scenario: Scenario, theatre: int) -> World:
        """The whole, its happenings in the order of time."""
        cards = cases.opened(self.random, self._parameters, self._cards, self._happenings, months)
        shares = self._played.scenario.shares
        papers = sharing.papers((*self._papers.made, *self._patrols.made), shares)
        voyages = sharing.voyages(self._voyages, shares)
        links = [*self._links, *(PlantedLink(event=e, case=c, kind=k) for e, c, k in self._papers.links)]
        return World(
            seed=self._seed,
            organisations=cards,
            happenings=tuple(sorted(self._happenings, key=lambda happening: (happening.at, happening.key))),
            voyages=voyages,
            links=tuple(sharing.links(links, papers, voyages)),
            near_misses=tuple(self._near_misses),
            hotline=self._hotline,
            months=months,
            scenario=scenario,
            theatre=theatre,
            papers=papers,
            loads=tuple(self._loads),
            flows=tuple(self._flows),
            mentions=(
                *people.of_cards(cards),
                *people.filed((*self._mentions, *self._papers.mentions), self._happenings, papers),
            ),
        )
