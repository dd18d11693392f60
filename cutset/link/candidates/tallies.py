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


def seen(statements: Statements, rights: Rights, kind: MentionKind) -> int:
    """How many mentions of a kind the viewer may see; those in superseded reports count, as they were seen too."""
    rows = statements.rows(
        "SELECT marking_id, portion_marking_id, mentions FROM link_candidate_tally WHERE kind = ?", kind.value
    )
    visible = rights.visible
    return sum(mentions for one, other, mentions in rows if one in visible and other in visible)


def _change(statements: Statements, counted: Counter[Counted], sign: int) -> None:
    statements.do_each(
        "INSERT INTO link_candidate_tally (kind, marking_id, portion_marking_id, mentions) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (kind, marking_id, portion_marking_id) "
        "DO UPDATE SET mentions = link_candidate_tally.mentions + excluded.mentions",
        [(kind.value, *markings, sign * count) for (kind, markings), count in counted.items()],
    )
