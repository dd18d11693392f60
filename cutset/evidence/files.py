"""Which files reports name, and who may fetch them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.evidence.attachments import Attachments
from cutset.evidence.index import EvidenceIndex, file
from cutset.log.database import chunks
from cutset.log.filters import visible


def may_fetch(index: EvidenceIndex, rights: Rights, sha256: str) -> bool:
    """Whether the viewer may see a report that names the file; a corrected one counts, since it may be seen still."""
    query = sa.select(sa.literal(1)).where(file.c.sha256 == sha256, visible(file.c.marking_id, rights)).limit(1)
    with index.engine.connect() as connection:
        return connection.scalar(query) is not None


def orphans(index: EvidenceIndex, attachments: Attachments) -> list[str]:
    """The files beside the store that no report names, whoever may see it: for whoever purges, not for viewers."""
    there = sorted(attachments.hashes())
    return sorted(set(there) - _named(index, there))


def forget(index: EvidenceIndex, attachments: Attachments, hashes: Iterable[str]) -> int:
    """Delete those of the files that no report names any more; how many.

    A file is set aside first, and put back where a report names it after all: who submits a report looks, after its
    receipt, whether the file is still there, and so one of the two sees the other.
    """
    candidates = set(hashes)
    taken = attachments.set_aside(sorted(candidates - _named(index, candidates)))
    kept = _named(index, taken)
    for each in sorted(kept):
        attachments.put_back(each)
    doomed = [each for each in taken if each not in kept]
    attachments.delete(doomed)
    return len(doomed)


def _named(index: EvidenceIndex, hashes: Iterable[str]) -> set[str]:
    found: set[str] = set()
    with index.engine.connect() as connection:
        for chunk in chunks(sorted(set(hashes))):
            found.update(connection.scalars(sa.select(file.c.sha256).where(file.c.sha256.in_(chunk)).distinct()))
    return found
