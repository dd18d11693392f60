"""How many mentions a viewer may see: counted under each pair of markings as the index grows and forgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cutset.access.rights import Rights
from cutset.link.candidates.numbering import Markings
from cutset.link.candidates.statements import Statements
from cutset.model.mention import MentionKind

Counted = tuple[MentionKind, Markings]
"""What mentions are counted by: their kind, and the markings of their report and portion."""


def add(statements: Statements, mentions: Iterable[Counted]) -> None:
    """Count mentions that were taken in."""
    _change(statements, Counter(mentions), 1)


def take(statements: Statements, mentions: Iterable[Counted]) -> None:
    """Count mentions that were forgotten no longer. A pair of markings that has none left is forgotten as well."""
    _change(statements, Counter(mentions), -1)
    statements.do("DELETE FROM link_candidate_tally WHERE mentions <= 0")


class Counts:
    """How many mentions of each kind viewers may see, counted once for each set of rights and state of the index.

    `of` is that state: the generation and the turn. `mentions` is how many there are in all, which bounds every count.
    """

    def __init__(self, of: tuple[str, int], mentions: int) -> None:
        self.of = of
        self.mentions = mentions
        self._seen: dict[tuple[frozenset[int], MentionKind], int] = {}

    def seen(self, statements: Statements, rights: Rights, kind: MentionKind) -> int:
        """How many mentions of a kind the viewer may see; those in superseded reports count, as they were seen too."""
        asked = rights.visible, kind
        if asked not in self._seen:
            self._seen[asked] = _count(statements, *asked)
        return self._seen[asked]


def _count(statements: Statements, visible: frozenset[int], kind: MentionKind) -> int:
    rows = statements.rows(
        "SELECT marking_id, portion_marking_id, mentions FROM link_candidate_tally WHERE kind = ?", kind.value
    )
    return sum(mentions for one, other, mentions in rows if one in visible and other in visible)


def _change(statements: Statements, counted: Counter[Counted], sign: int) -> None:
    statements.do_each(
        "INSERT INTO link_candidate_tally (kind, marking_id, portion_marking_id, mentions) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (kind, marking_id, portion_marking_id) "
        "DO UPDATE SET mentions = link_candidate_tally.mentions + excluded.mentions",
        [(kind.value, *markings, sign * count) for (kind, markings), count in counted.items()],
    )
