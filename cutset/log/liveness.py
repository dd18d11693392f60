"""Which reports are live: those that no report that the viewer may see supersedes."""

from __future__ import annotations

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.log.filters import visible
from cutset.log.tables import log_supersession


def live(seq: sa.ColumnElement[int], rights: Rights) -> sa.ColumnElement[bool]:
    """No report that the viewer may see supersedes the report at `seq`."""
    newer = sa.select(sa.literal(1)).where(
        log_supersession.c.old_seq == seq, visible(log_supersession.c.marking_id, rights)
    )
    return ~newer.exists()
