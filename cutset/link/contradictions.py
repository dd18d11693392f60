"""Contradictions: mentions that some judgements make one thing, and another calls different. A person decides.

Nothing chooses between them: not the order of time, not the score, not who judged. The entity is contested until one
of the judgements, the `different` or one on the path, is reversed.
"""

from __future__ import annotations

from cutset.access.rights import Rights
from cutset.link.entities import entity_id_of
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.resolved import resolved
from cutset.model.report import Struct


class Contradiction(Struct, frozen=True):
    """A judgement `different` on two mentions that judgements `same` connect.

    `different` is the id of that judgement, `mentions` its two mentions, the earlier first. `path` holds the ids of the
    judgements on a shortest way from the one to the other, in the order of the way, and `way` all mentions on it. There
    may be other ways. `entity` is the id of the contested entity. `banner` is the join of the markings of all of this.
    """

    different: str
    mentions: tuple[str, str]
    path: tuple[str, ...]
    way: tuple[str, ...]
    entity: str
    banner: str


def contradictions(
    index: LinkIndex, rights: Rights, *, limit: int | None = None, after: str | None = None
) -> list[Contradiction]:
    """What waits for a person to decide, of all that the viewer may see: the longest waiting `different` first.

    `limit` is how many to give, `after` the `different` of the contradiction where the last page ended. Raises
    `NotFound` where there is no contradiction `after`.
    """
    with resolved(index, rights) as (connection, mine):
        found = sorted(mine.verdicts.contradictions(), key=lambda each: each[1])
        start = 0
        if after is not None:
            start = next((at + 1 for at, (_, seq) in enumerate(found) if mine.judgements[seq][0] == after), -1)
            if start < 0:
                raise NotFound("contradiction", after)
        told = []
        for pair, seq in found[start:] if limit is None else found[start : start + limit]:
            way, path = mine.verdicts.components.path(pair)
            # The entity's id comes from its first mention, which need not lie on the way.
            first = mine.verdicts.components.first(pair[0])
            told.append(
                Contradiction(
                    different=mine.judgements[seq][0],
                    mentions=(mine.mentions[pair[0]], mine.mentions[pair[1]]),
                    path=tuple(mine.judgements[each][0] for each in path),
                    way=tuple(mine.mentions[place] for place in way),
                    entity=entity_id_of(mine.mentions[first]),
                    banner=mine.banner(connection, mine.premises({*way, first}, {seq, *path})),
                )
            )
        return told
