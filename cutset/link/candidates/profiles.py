"""The profiles of what a viewer may see, to learn weights from."""

from __future__ import annotations

from itertools import islice
from typing import Final

from cutset.access.rights import Rights
from cutset.link.candidates.index import CandidateIndex
from cutset.link.match.profile import Profile
from cutset.model.mention import MentionKind

MOST: Final = 200_000
"""The mentions that are learned from: the first ones. More change little, and EM holds them in memory."""


def profiles(index: CandidateIndex, rights: Rights, kind: MentionKind, *, limit: int = MOST) -> list[Profile]:
    """The profiles of the live mentions of a kind that the viewer may see and that have a key, the first `limit`.

    They are in the order of the log. Raises `DamagedIndex`.
    """
    with index.snapshot(rights) as snapshot:
        return list(islice(snapshot.profiles(kind), limit))
