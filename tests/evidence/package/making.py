"""A made case with everything that a package can hold."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cutset.access.registry import Agency, Viewer
from cutset.model.exhibit import Component, Part, Sampled
from cutset.model.marking import Marking, Tlp, join
from cutset.model.report import Case, Lab, Portion, Report, Seizure, Source, When
from cutset.model.signature import DrugSignature, Feature
from tests.evidence.making import grams
from tests.evidence.test_node import Desk
from tests.samples import phone

MAKER, COUNSEL = "ann@ash", "cyd@cedar"


class CaseDesk(Desk):
    """An event that a telephone links to a case; an exhibit with a file, a sample, a transfer and a result.

    `rejected` is another event that the telephone links to the case, which a person looked at and rejected.
    `hidden` is a result that only its originator may see.
    """

    def __init__(self, folder: Path, *, url: str = "") -> None:
        super().__init__(folder, url=url)
        self.node.register(Agency("cedar", country="US"), Viewer(COUNSEL, "cedar"))
        everyone = ("agency:birch", "agency:cedar")
        self.event = self.submit(Seizure(when=When(at=self.at)), phone("A"), rel_to=everyone)
        self.case = self.submit(Case(number="7", title="Harbour"), phone("A"), rel_to=everyone)
        self.at += timedelta(hours=1)
        self.rejected = self.submit(Seizure(when=When(at=self.at)), phone("A"), rel_to=everyone)
        (lead,) = [each for each in self.node.leads(case=self.case, viewer=MAKER) if each.event == self.rejected]
        self.node.reject_lead(lead.id, reason="another man's telephone", by=MAKER)
        self.released = Marking(originator="ash", rel_to=everyone)
        self.secret = Marking(originator="ash", tlp=Tlp.RED, rel_to=("viewer:ann@ash",))
        photograph = folder / "photograph.jpg"
        photograph.write_bytes(b"picture")
        self.collected = self.collect("1", files=[photograph], marking=self.released)
        self.pass_on()
        self.at += timedelta(hours=1)
        done = Sampled(parts=(Part(exhibit="1.1", net=grams("1", "0.1")),), left=grams("999", "0.2"))
        self.node.act("ash/1", done, by="bea@birch", key=self.keys["bea@birch"], seal="S1")
        self.result = self.examined("L1", self.released)
        self.hidden = self.examined("L2", self.secret)

    def examined(self, number: str, marking: Marking, supersedes: tuple[str, ...] = ()) -> str:
        """A result on the exhibit."""
        profile = DrugSignature(features=(Feature(name="delta-13c", value=-36.0, uncertainty=0.1),))
        lab = Lab(
            number=number,
            when=When(at=self.at),
            exhibit="ash/1",
            methods=("GC-MS",),
            purity=0.8,
            cuts=(Component(name="levamisole"),),
            signature=profile,
        )
        report = Report(
            marking=marking,
            source=Source(dataset="made"),
            content=lab,
            text=f"Said in {number}.",
            portions=(Portion(marking=join(marking, self.secret), text=f"Kept back in {number}."),),
            supersedes=supersedes,
        )
        return self.node.submit(report, by=MAKER).id
