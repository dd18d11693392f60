"""Adding and comparing masses with their uncertainties.

For masses that were weighed independently, and that enter with the factor 1 or -1, the combined standard uncertainty is
u_c = sqrt(sum u_i**2) (JCGM 100:2008, 5.1.2, equation 10). Every uncertainty here is expanded with the same coverage
factor k = 2 (6.2.1), U = 2 u, so that U_c = 2 u_c = sqrt(sum U_i**2). Weighings on one balance are not quite
independent: a common error of its calibration cancels in a difference, so that the tolerance is then rather too wide.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cutset.model.exhibit import Mass

COVERAGE_FACTOR = 2
"""What every stated uncertainty has been multiplied with, for a level of confidence of about 95 %."""


def total(masses: Iterable[Mass]) -> Mass:
    """The sum, with its expanded uncertainty.

    >>> three, four = Decimal("0.03"), Decimal("0.04")
    >>> total([Mass(grams=Decimal(3), uncertainty_g=three), Mass(grams=Decimal(1), uncertainty_g=four)])
    Mass(grams=Decimal('4'), uncertainty_g=Decimal('0.05'), balance='')
    """
    terms = list(masses)
    return Mass(grams=sum((each.grams for each in terms), Decimal(0)), uncertainty_g=_quadrature(terms))


def less(whole: Mass, taken: Iterable[Mass]) -> Mass:
    """What is left of `whole`, with its expanded uncertainty."""
    terms = list(taken)
    grams = whole.grams - sum((each.grams for each in terms), Decimal(0))
    return Mass(grams=grams, uncertainty_g=_quadrature([whole, *terms]))


def differ(one: Mass, other: Mass) -> bool:
    """Whether two masses that should be equal differ by more than the expanded uncertainty of their difference.

    >>> differ(Mass(grams=Decimal("10.00"), uncertainty_g=Decimal("0.1")), Mass(grams=Decimal("10.09")))
    False
    """
    return abs(one.grams - other.grams) > _quadrature([one, other])


def written(mass: Mass) -> str:
    """A mass as people read it.

    >>> written(Mass(grams=Decimal("1000.5"), uncertainty_g=Decimal("0.2")))
    '1,000.5 g ± 0.2 g'
    """
    return f"{mass.grams:,f} g" + (f" ± {mass.uncertainty_g.normalize():f} g" if mass.uncertainty_g else "")


def _quadrature(masses: Iterable[Mass]) -> Decimal:
    return sum((each.uncertainty_g**2 for each in masses), Decimal(0)).sqrt().normalize()
