"""What a batch of reports adds to the index: a row for each mention that can be compared, and its keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from cutset.link import references
from cutset.link.candidates.keys import numbers_of
from cutset.link.candidates.numbering import Markings
from cutset.link.match.profile import COMPARED, encode, profile
from cutset.log.store import Held
from cutset.model.mention import Mention, MentionKind, Role

ROLES: Final = tuple(Role)
"""A role is kept as its place here. A role that is put in between needs a new version of the index."""

_ROLE_PLACES: Final = {role: place for place, role in enumerate(ROLES)}


class Candidate(NamedTuple):
    """A mention for the index: where it stands, what of it is compared, its markings, and the numbers of its keys."""

    seq: int
    part: int
    place: int
    portion: str
    role: int
    made: bool
    kind: MentionKind
    profile: bytes
    markings: Markings
    keys: list[int]


def candidates(batch: Sequence[Held]) -> Iterator[Candidate]:
    """The mentions of a batch that can be compared and have a key, in the order of the log."""
    for held in batch:
        report = held.entry.report
        if report.withdrawn or not (report.mentions or report.portions):
            continue
        for reference, part, mention in references.mentions(held.entry.id, report):
            if mention.kind in COMPARED:
                marking = held.portion_marking_ids[part - 1] if part else held.marking_id
                found = _candidate(held, reference, part, mention, marking)
                if found.keys:
                    yield found


def _candidate(
    held: Held, reference: references.Reference, part: int, mention: Mention, portion_marking: int
) -> Candidate:
    read = profile(mention)
    return Candidate(
        seq=held.entry.seq,
        part=part,
        place=reference.number,
        portion=reference.portion,
        role=_ROLE_PLACES[mention.role],
        made=held.entry.report.source.made,
        kind=read.kind,
        profile=encode(read),
        markings=(held.marking_id, portion_marking),
        keys=numbers_of(read),
    )
