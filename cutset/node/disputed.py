"""What programs are told of disputes: a member `disputed` beside whatever names a report that is disputed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from cutset.log.disputes import Dispute
from cutset.node.looks import reports_in


def marked(shown: object, disputes: Mapping[str, Sequence[Dispute]]) -> Any:
    """A view's result for JSON: each item of a list, or else the whole, bears those of `disputes` that it names.

    `disputes` is what `node.disputes` says of the reports in it; without any, the result is as it was. What is no
    object, as the id of a report in a list of ids, bears nothing.

    >>> from datetime import UTC, datetime
    >>> id = "r-" + "a" * 32
    >>> said = Dispute(id="r-" + "b" * 32, originator="birch", submitted_at=datetime(2025, 5, 3, tzinfo=UTC))
    >>> ours, other = marked([{"event": id}, {"event": "r-" + "c" * 32}], {id: (said,)})
    >>> ours["disputed"][id][0]["originator"], "disputed" in other
    ('birch', False)
    """
    if not disputes:
        return shown
    if isinstance(shown, list | tuple):
        return [_marked(each, {id: disputes[id] for id in set(reports_in(each)) & disputes.keys()}) for each in shown]
    return _marked(shown, disputes)


def _marked(shown: object, disputes: Mapping[str, Sequence[Dispute]]) -> object:
    plain = msgspec.to_builtins(shown, str_keys=True)
    if disputes and isinstance(plain, dict):
        plain["disputed"] = {id: msgspec.to_builtins(disputes[id]) for id in sorted(disputes)}
    return plain
