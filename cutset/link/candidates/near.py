"""What stands near a report that was just submitted: the cases and events whose people and things may be its own.

One call asks for every mention of the report. The probability that a mention is the one it is likened to begins with

    p = 1 / max(N, `LEAST_SEEN`),    N: the mentions of its kind that the viewer may see

that is: one of those held is it, as likely as not, and any of them alike. So the same likeness is worth less in a store
of ten million than in one of ten thousand, and two viewers begin from what each may see. Parcels and drug lots with one
stamp are alike in origin, and any number of them may be: their probability begins from the weights file's prior.

What is near is no lead. It is for a person to judge, and nobody is told of it before that.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cutset.access.rights import Rights
from cutset.link import references
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.query import THRESHOLD, Asked, Match, answer, shipped_scorer
from cutset.link.candidates.snapshot import Snapshot
from cutset.link.errors import NotFound
from cutset.link.match.profile import COMPARED, STAMPED, Profile, profile
from cutset.link.match.score import Scorer
from cutset.model.mention import MentionKind, Role
from cutset.model.report import Report, Struct

CASES_AND_EVENTS: Final = frozenset({"case", "seizure", "detection"})
LEAST_SEEN: Final = 10_000
"""A smaller store is taken for a sample of so many: whom it lacks, others hold."""

MOST_MENTIONS: Final = 64
"""The mentions of one report that are looked up; a manifest may have thousands."""


class Near(Struct, frozen=True):
    """A mention of the report, and one of a case or event that may be the same.

    `mention` is the report's own (its reference, or `#number` in a report that is not yet held), with its `kind` and
    `role`; `match` is the other, with its probability and the reasons.
    """

    mention: str
    kind: MentionKind
    role: Role
    match: Match


class Nearby(Struct, frozen=True):
    """All that stands near a report, the likeliest first.

    `capped` are the keys that too many visible mentions have to look at; `left_out` is how many mentions of the report
    were not looked up, those beyond the first `MOST_MENTIONS`.
    """

    found: tuple[Near, ...] = ()
    capped: tuple[str, ...] = ()
    left_out: int = 0


class _Own(NamedTuple):
    """A mention of the report itself, and the report's place in the log, 0 where it is not held."""

    mention: str
    role: Role
    profile: Profile
    seq: int


def near(
    index: CandidateIndex,
    rights: Rights,
    report: Report | str,
    *,
    limit: int = 3,
    threshold: float = THRESHOLD,
    contents: frozenset[str] = CASES_AND_EVENTS,
    scorer: Scorer | None = None,
) -> Nearby:
    """What stands near a report: at most `limit` matches of each of its mentions, from the probability `threshold` on.

    `report` is the id of one that is held, or one that is yet to be submitted, as a form has it before it is closed:
    of that, all portions are asked for. `contents` are the kinds of reports that are looked at. `scorer` has the
    shipped weights unless given, as for `match`. Raises `NotFound` where the viewer may see no live report of that id,
    `DamagedIndex`, and `BadQuestion` for a limit below 0 or a threshold that is none.
    """
    base = scorer or shipped_scorer()
    with index.snapshot(rights) as snapshot:
        own = _held(snapshot, report) if isinstance(report, str) else _yet_to_come(report)
        asked = own[:MOST_MENTIONS]
        priors = {kind: _prior(snapshot, kind) for kind in {each.profile.kind for each in asked}}
        found: list[Near] = []
        capped: dict[str, None] = {}
        for each in asked:
            kind = each.profile.kind
            prior = priors[kind]
            how = Asked(limit, threshold, base.with_prior(prior) if prior else base, each.seq, contents)
            here = answer(snapshot, each.profile, how)
            capped.update(dict.fromkeys(here.capped))
            found += [Near(each.mention, kind, each.role, match) for match in here.matches]
    found.sort(key=lambda one: -one.match.score.weight)
    return Nearby(tuple(found), tuple(capped), len(own) - len(asked))


def _held(snapshot: Snapshot, report: str) -> list[_Own]:
    if not snapshot.sees(report):
        raise NotFound("report", report)
    return [_Own(each.reference(report), each.role, each.profile, each.seq) for each in snapshot.mentions_in(report)]


def _yet_to_come(report: Report) -> list[_Own]:
    return [
        _Own(str(reference), mention.role, profile(mention), 0)
        for reference, _, mention in references.mentions("", report)
        if mention.kind in COMPARED
    ]


def _prior(snapshot: Snapshot, kind: MentionKind) -> float | None:
    """1 / N, with N the next power of two: so few priors need so few scorers. None: that of the weights file.

    Of the lots of one maker not one is the right one: there the weights file says how often two are of one source.
    """
    if kind in STAMPED:
        return None
    return 1 / (1 << (max(snapshot.count(kind), LEAST_SEEN) - 1).bit_length())
