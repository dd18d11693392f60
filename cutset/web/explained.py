"""Why a lead stands, for programs: as data, and as a picture of what was shown to those who judged."""

from __future__ import annotations

from typing import Any

from cutset.link.match import waterfall
from cutset.link.why import Explanation


def explained(found: Explanation) -> dict[str, Any]:
    """The lead, its rule, grounds and reading, each comparison with its waterfall, and the reports.

    The log's order is for auditors, and not told.
    """
    ends = (("event", found.event), ("other", found.other), ("through", found.through))
    reports = {name: {"id": end.id, "report": end.report} for name, end in ends if end is not None}
    compared = [{"compared": each, "waterfall": each.waterfall} for each in found.compared]
    told = {"lead": found.lead, "link": found.lead.link, "rule": found.rule, "grounds": found.grounds}
    return told | {"reading": found.reading, "compared": compared} | reports


def drawn(found: Explanation) -> str:
    """The first waterfall of those that were shown to the lead's judges, as SVG; "" where nothing was shown."""
    shown = next(((each.by, score) for each in found.compared if (score := each.waterfall) is not None), None)
    return waterfall.svg(shown[1], title=f"What {shown[0]} was shown, {found.lead.banner}") if shown else ""
