"""A small made store, and what is put into it."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.access.registry import Agency, Viewer
from cutset.log.store import Log, Submission
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Case, Portion, Receipt, Report, Source

BY = "ann@ash"
AGENCIES = (Agency(id="ash", country="US"), Agency(id="birch", country="US"))
VIEWERS = (
    Viewer(id=BY, agency="ash", roles=("privacy-officer",)),
    Viewer(id="bob@birch", agency="birch", roles=("privacy-officer",)),
)


def report(n: int, *, text: str = "", supersedes: Sequence[str] = (), originator: str = "ash") -> Report:
    """A made report, by its number: its marking and its portions differ from its neighbours'."""
    apart = Marking(originator=originator, tlp=Tlp.RED)
    return Report(
        marking=Marking(originator=originator, tlp=list(Tlp)[n % 5]),
        source=Source(dataset="list", record=str(n), made=True),
        content=Case(number=str(n), title=f"case {n}"),
        text=text,
        portions=tuple(Portion(marking=apart, text=f"apart {n} {k}") for k in range(n % 3)),
        supersedes=tuple(supersedes),
    )


def create(url: str, **options: object) -> Log:
    """A new store with two agencies and a viewer of each."""
    log = Log.create(url, **options)  # type: ignore[arg-type]
    log.register(*AGENCIES, *VIEWERS)
    return log


def put(log: Log, *reports: Report, file: str = "") -> list[str]:
    """The ids of reports that must be taken in."""
    by = {"ash": BY, "birch": "bob@birch"}
    answers = log.append([Submission(report=each, by=by[each.originator], file=file, line=1) for each in reports])
    assert all(isinstance(answer, Receipt) for answer in answers), answers
    return [answer.id for answer in answers if isinstance(answer, Receipt)]
