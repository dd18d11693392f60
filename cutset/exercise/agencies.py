"""The made exercise's agencies and viewers, and which file of theirs is read in which form."""

from __future__ import annotations

from cutset.access.registry import Agency, Group, Viewer
from cutset.exercise.custody import SIGNED
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Struct

AGENCIES = (
    Agency(id="dea", name="Drug Enforcement Administration (made)", country="US"),
    Agency(id="cbp", name="Customs and Border Protection (made)", country="US"),
    Agency(id="uscg", name="Coast Guard (made)", country="US"),
    Agency(id="uspis", name="Postal Inspection Service (made)", country="US"),
    Agency(id="county-sheriff", name="County sheriff (made)", country="US"),
    Agency(id="partner", name="Partner navy and police (made), by its liaison", country="US"),
    Agency(id="fincen", name="Financial Crimes Enforcement Network (made)", country="US"),
    Agency(id="ally", name="Navy of an ally (made)", country="NL"),
    Agency(id="unodc", name="Publisher of UNODC's form (made)", country="US"),
    Agency(id="treasury", name="Treasury, Office of Foreign Assets Control (made)", country="US"),
)
FUSION = Agency(id="fusion", name="Fusion centre (made)", country="US")
WATCH = Viewer(id="watch@fusion", agency="fusion", name="Watch officer of the fusion centre")
ADMINISTRATOR = Viewer(
    id="administrator@fusion", agency="fusion", name="Who keeps the exercise's accounts", roles=("administrator",)
)
VIEWERS = tuple(Viewer(id=f"desk@{agency.id}", agency=agency.id, name=f"Desk of {agency.name}") for agency in AGENCIES)
SCORED = tuple(each for each in VIEWERS if each.agency not in ("partner", "fincen", "unodc", "ally"))
"""The desks whose leads are scored: the others file, and see no more than the watch officer does."""
TARGETER = "desk@cbp"
"""Through whose rights shipments are ranked: the desk that files manifests and examines."""
TASK_FORCE = Group(
    id="task-force", name="Task force (made)", members=("agency:dea", "agency:cbp", "agency:county-sheriff")
)


EXAMINATIONS = "exercise-examinations"
"""What reads the examinations: twice, as taskings and as outcomes."""
COALITION = ("country:NL", "country:US")
"""To whom sightings at sea are released: the ally's ship sees them, and nothing else that is not for all."""


class Feed(Struct, frozen=True):
    """One file (or folder) of an agency, the reader it is for, and the marking of what is read from it."""

    file: str
    reader: str
    agency: str
    tlp: Tlp = Tlp.AMBER
    les: bool = True
    rel_to: tuple[str, ...] | None = None

    @property
    def marking(self) -> Marking:
        """The marking of the reports read from this feed, where the file does not say a stricter one."""
        return Marking(originator=self.agency, tlp=self.tlp, les=self.les, rel_to=self.rel_to)

    @property
    def by(self) -> str:
        """The viewer who submits them."""
        return f"desk@{self.agency}"


FEEDS = (
    Feed(file="dea-cases.jsonl", reader="exercise-dea-cases", agency="dea"),
    Feed(file="cbp-seizures.csv", reader="exercise-cbp-seizures", agency="cbp"),
    Feed(file="uscg-interdictions.csv", reader="exercise-uscg-interdictions", agency="uscg"),
    Feed(file="usps-parcels.csv", reader="exercise-usps-parcels", agency="uspis"),
    Feed(file="county-stops.jsonl", reader="exercise-county-stops", agency="county-sheriff"),
    Feed(file="treasury", reader="ofac-sdn", agency="treasury", tlp=Tlp.CLEAR, les=False),
    Feed(file="uscg-ais.csv", reader="ais-csv", agency="uscg", tlp=Tlp.GREEN, les=False),
    Feed(file="uscg-ais.nmea", reader="ais-nmea", agency="uscg", tlp=Tlp.GREEN, les=False),
    Feed(file="uscg-taskings.csv", reader="exercise-uscg-taskings", agency="uscg"),
    Feed(file="uscg-assets.csv", reader="asset-statuses", agency="uscg"),
    Feed(file="partner-assets.csv", reader="asset-statuses", agency="partner", les=False),
    Feed(file="uscg-sightings.csv", reader="exercise-uscg-sightings", agency="uscg", les=False, rel_to=COALITION),
    Feed(file="ally-sightings.csv", reader="exercise-ally-sightings", agency="ally", les=False, rel_to=COALITION),
    Feed(file="partner-taskings.csv", reader="exercise-partner-taskings", agency="partner", les=False),
    Feed(file="partner-actas.csv", reader="exercise-partner-actas", agency="partner", les=False),
    Feed(file="manifests.csv", reader="exercise-manifests", agency="cbp"),
    Feed(file="advance-parcels.csv", reader="exercise-advance-parcels", agency="uspis"),
    Feed(file="examinations.csv", reader=EXAMINATIONS, agency="cbp"),
    Feed(file="southbound.csv", reader="exercise-southbound", agency="cbp"),
    Feed(file="bank-reports.csv", reader="exercise-bank-reports", agency="fincen"),
    Feed(file="lab-results.csv", reader="exercise-lab-results", agency="dea"),
    Feed(file="custody.csv", reader="exercise-custody", agency="dea"),
    Feed(file="signed-custody.jsonl", reader=SIGNED, agency="dea"),
    Feed(file="unodc-made.csv", reader="unodc-ids", agency="unodc", tlp=Tlp.CLEAR, les=False),
    Feed(file="cbp-nationwide-made.csv", reader="cbp-nationwide", agency="cbp", tlp=Tlp.CLEAR, les=False),
)
