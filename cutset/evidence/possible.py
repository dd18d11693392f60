"""Figures that cannot be: what is entered with one is refused, and what the log holds already is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from cutset.errors import CutsetError
from cutset.model.codes.currencies import currencies
from cutset.model.exhibit import Act, Collected, Combined
from cutset.model.report import Lab

_ROUNDED = 0.005
"""By so much the fractions of a sample may come to more than the whole: each was rounded."""


class Impossible(CutsetError):
    """What is to be entered states a figure, or a name, that cannot be."""


def of_act(exhibit: str, act: Act | None) -> Iterator[str]:
    """What cannot be in what was done to an exhibit, in words; masses are told by `cutset.evidence.weighing`."""
    if isinstance(act, Collected):
        if act.count is not None and act.count < 0:
            yield f"a count of {act.count}"
        if act.amount is not None and not (act.amount.is_finite() and act.amount >= 0):
            yield f"an amount of {act.amount}"
        if act.currency and act.currency not in currencies():
            yield f"the currency {act.currency!r}, which ISO 4217 does not know"
        if act.amount is not None and not act.currency:
            yield "an amount without its currency"
    if isinstance(act, Combined) and exhibit in act.of:
        yield f"that {exhibit} was combined from itself"


def of_result(lab: Lab) -> Iterator[str]:
    """What cannot be in a laboratory's result, in words: fractions are from 0 to 1, and together no more than all.

    >>> list(of_result(Lab(number="L1", purity=82.0)))
    ['a purity of 82.0, where 1 is pure']
    """
    if lab.purity is not None and not 0 <= lab.purity <= 1:
        yield f"a purity of {lab.purity}, where 1 is pure"
    uncertainty = lab.purity_uncertainty
    if uncertainty is not None and not (isfinite(uncertainty) and 0 <= uncertainty <= 1):
        yield f"an uncertainty of purity of {uncertainty}"
    for cut in lab.cuts:
        if cut.fraction is not None and not 0 <= cut.fraction <= 1:
            yield f"a fraction of {cut.name} of {cut.fraction}"
    known = [each for each in (lab.purity, *(cut.fraction for cut in lab.cuts)) if each is not None]
    slack = _ROUNDED * len(known) + (uncertainty or 0)
    if all(0 <= each <= 1 for each in known) and sum(known) > 1 + slack:
        yield f"parts that come to {sum(known):.2f} of the whole"


def refuse(flaws: Iterator[str], where: str) -> None:
    """Raises `Impossible` for the first flaw."""
    for each in flaws:
        raise Impossible(
            f"this states {each}, and nothing was entered", where=where, remedy="compare it with the paper record"
        )
