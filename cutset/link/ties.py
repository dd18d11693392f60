"""Ties: what two mentions of one report have to do with each other, and so whether a path may pass between them.

A path of two hops passes through a third report: it comes in by one mention and goes out by another. Being named in one
report is not enough. The rule, in this order:

- `one thing`: it comes in and goes out by the same mention, which bears two selectors (a vessel's IMO and MMSI).
- none: one of the two is a bystander (victim, witness, reporter), a carrier, a notify party, or the location. They are
  named because of what others did or because it is their trade, and would tie everyone to everyone.
- `control`: one holds, drives, runs, carries or uses the other: owner, operator, driver, subject, seized-from on
  the one side; conveyance, means, item on the other.
- `partners`: both are of those who act: owner and operator, shipper and consignee, subject and subject.
- `company`: someone who was only along: passenger, crew, associate.

`WORTH` is how likely it is that two things so tied are of one enterprise, where a report of contraband ties them. The
numbers are a first judgement, and are held against made data only (`bench/link_leads.py`).
"""

from __future__ import annotations

from enum import StrEnum

from cutset.model.mention import Role


class Tie(StrEnum):
    """What two mentions of one report have to do with each other."""

    ONE_THING = "one thing"
    CONTROL = "control"
    PARTNERS = "partners"
    COMPANY = "company"


WORTH: dict[Tie, float] = {Tie.ONE_THING: 0.95, Tie.CONTROL: 0.7, Tie.PARTNERS: 0.5, Tie.COMPANY: 0.25}
"""How likely two things so tied are of one enterprise."""

BYSTANDERS = frozenset((Role.VICTIM, Role.WITNESS, Role.REPORTER, Role.CARRIER, Role.NOTIFY_PARTY, Role.LOCATION))
"""Roles that a path neither begins at, passes, nor ends at."""

_THINGS = frozenset((Role.CONVEYANCE, Role.MEANS, Role.ITEM))
_ALONG = frozenset((Role.PASSENGER, Role.CREW, Role.ASSOCIATE))


def tie(one: Role, other: Role) -> Tie | None:
    """The tie between two different mentions of one report with these roles; None where a path may not pass.

    >>> tie(Role.OWNER, Role.CONVEYANCE), tie(Role.SHIPPER, Role.CONSIGNEE), tie(Role.DRIVER, Role.WITNESS)
    (<Tie.CONTROL: 'control'>, <Tie.PARTNERS: 'partners'>, None)
    """
    both = {one, other}
    if both & BYSTANDERS:
        return None
    if both & _ALONG:
        return Tie.COMPANY
    if len(both & _THINGS) == 1 and both - _THINGS:
        return Tie.CONTROL
    return Tie.PARTNERS
