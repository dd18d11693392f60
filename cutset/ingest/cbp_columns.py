"""The columns of CBP's files, the other names that they have had, and the headings that a row's record is made of."""

from __future__ import annotations

import re

from cutset.ingest.table import trimmed
from cutset.model.text import fold

_DRUGS = ("FY", "Month (abbv)", "Component", "Region", "Drug Type", "Count of Event", "Sum Qty (lbs)")
COLUMNS: dict[str, tuple[str, ...]] = {
    "cbp-nationwide": (*_DRUGS, "Area of Responsibility"),
    "cbp-amo": (*_DRUGS, "Branch"),
    "cbp-currency": (
        "FY",
        "Month (abbv)",
        "Component",
        "Region",
        "Area of Responsibility",
        "Inbound/Outbound",
        "Count of Event",
        "Currency Seizures Amount (USD)",
    ),
    "cbp-weapons": (
        "FY",
        "Month (abbv)",
        "Component",
        "Region",
        "Area of Responsibility",
        "Inbound/Outbound",
        "Mode of Transportation",
        "Seizure Type",
        "Category",
        "Event ID",
        "Quantity Seized",
    ),
}
"""The columns that each file must have."""

HEADINGS: dict[str, str] = {
    "Component": "component",
    "Region": "region",
    "Land Filter": "land_filter",
    "Area of Responsibility": "area",
    "Branch": "branch",
    "Inbound/Outbound": "direction",
    "Mode of Transportation": "mode",
    "Drug Type": "drug_type",
    "Seizure Type": "seizure_type",
    "Category": "category",
    "Event ID": "event_id",
}
"""The columns that say what a total is of, and what each is called in `breakdown`."""

AREAS_ABROAD = re.compile(r"PRECLEARANCE|MEXICO CITY|BAHAMAS|FOREIGN OPERATIONS|INVESTIGATIVE & FOREIGN", re.IGNORECASE)
"""Areas that lie outside the United States, wholly or in part: their country is not said."""

_OTHER_NAMES: dict[str, str] = {
    "Fiscal Year": "FY",
    "Month": "Month (abbv)",
    "Month (abbr)": "Month (abbv)",
    "AOR": "Area of Responsibility",
    "Area of Responsibility (AOR)": "Area of Responsibility",
    "AMO Branch": "Branch",
    "Drug": "Drug Type",
    "Count of Events": "Count of Event",
    "Count of Seizure Event": "Count of Event",
    "Count of Seizure Events": "Count of Event",
    "Event Count": "Count of Event",
    "Sum of Qty (lbs)": "Sum Qty (lbs)",
    "Sum Quantity (lbs)": "Sum Qty (lbs)",
    "Quantity (lbs)": "Sum Qty (lbs)",
    "Currency Seizure Amount (USD)": "Currency Seizures Amount (USD)",
    "Inbound / Outbound": "Inbound/Outbound",
    "Qty Seized": "Quantity Seized",
}
_KNOWN = {fold(name): name for columns in (*COLUMNS.values(), HEADINGS) for name in columns}
_KNOWN |= {fold(other): name for other, name in _OTHER_NAMES.items()}


def same(column: str) -> str:
    """The name by which a file's column is known here, whatever its case, spaces and age.

    >>> same("Fiscal Year "), same("month (ABBV)"), same("Anything else")
    ('FY', 'Month (abbv)', 'Anything else')
    """
    return _KNOWN.get(fold(column), trimmed(column))
