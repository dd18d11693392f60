"""Numbers, masses, money and times as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from math import floor, isfinite, log10

from cutset.model.report import Precision
from cutset.web.texts import say

UNKNOWN = "not known"
# Beyond these a number is no amount of anything, and is only kept from breaking the page.
_TINY, _HUGE = 1e-12, 1e15
_TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"
UNIT_UNKNOWN = "unit not known"
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def count(number: float | None) -> str:
    """A count, with its thousands apart; UNKNOWN for what is no number.

    >>> count(1234567), count(2.5), count(float("nan"))
    ('1,234,567', '2.5', 'not known')
    """
    if number is None or not isfinite(number):
        return UNKNOWN
    if abs(number) >= _HUGE:
        return f"{number:.3g}"
    return f"{number:,.0f}" if float(number).is_integer() or abs(number) >= 100 else f"{number:,.3g}"


def mass(mass_kg: float | None) -> str:
    """A mass in the unit that suits its size, to three figures.

    >>> mass(12_345), mass(999.9), mass(0.25), mass(0.000_02), mass(0), mass(1e-9), mass(float("inf"))
    ('12.3 t', '1 t', '250 g', '20 mg', '0 kg', 'under 1 mg', 'not known')
    """
    if mass_kg is None or not isfinite(mass_kg):
        return UNKNOWN
    if mass_kg == 0:
        return "0 kg"
    for unit, size in (("t", 1000.0), ("kg", 1.0), ("g", 1e-3), ("mg", 1e-6)):
        if abs(_rounded(mass_kg)) >= size:
            return f"{figures(mass_kg / size)} {unit}"
    return "under 1 mg"


def figures(number: float) -> str:
    """Three significant figures, never as a power of ten; whole from a hundred on.

    >>> figures(12.345), figures(1234.4), figures(0.5)
    ('12.3', '1,234', '0.5')
    """
    if not isfinite(number):
        return UNKNOWN
    number = _rounded(number)
    if abs(number) >= _HUGE:
        return f"{number:.3g}"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _rounded(number: float) -> float:
    if not _TINY < abs(number) < 1000:
        return 0.0 if abs(number) <= _TINY else number
    return round(number, 2 - floor(log10(abs(number))))


def short(number: float) -> str:
    """A number for an axis.

    >>> short(1500), short(2_000_000), short(40)
    ('1.5k', '2M', '40')
    """
    for suffix, size in (("M", 1e6), ("k", 1e3)):
        if abs(number) >= size:
            return f"{figures(number / size)}{suffix}"
    return figures(number)


def money(amounts: Mapping[str, Decimal]) -> str:
    """Amounts by currency, to the whole unit.

    >>> money({"USD": Decimal("1234567.89")})
    'USD 1,234,568'
    """
    return ", ".join(
        f"{currency} {amount:,.0f}" if amount.is_finite() and abs(amount) < _HUGE else f"{currency} {UNKNOWN}"
        for currency, amount in sorted(amounts.items())
    )


def amounts(counted: Mapping[str, float]) -> str:
    """The three greatest of the amounts that have no mass, by unit; no line breaks between a number and its unit.

    >>> amounts({"tablet": 4000.0, "plant": 3.0}).replace("\N{NO-BREAK SPACE}", " ")
    '4,000 × tablet, 3 × plant'
    """
    ranked = sorted(counted.items(), key=lambda item: (-item[1] if isfinite(item[1]) else 0.0, item[0]))
    shown = [f"{count(amount)}{_TIMES}{unit or UNIT_UNKNOWN}" for unit, amount in ranked[:3]]
    more = [f"{len(ranked) - 3} more"] if len(ranked) > 3 else []
    return ", ".join(shown + more)


def percent(part: float, whole: float) -> str:
    """A share of the whole; a share that is not nothing never reads 0 %, nor one that is not all 100 %.

    >>> percent(1, 3), percent(1, 5000), percent(4999, 5000), percent(1, 0)
    ('33 %', 'under 1 %', 'over 99 %', 'not known')
    """
    if not whole or not isfinite(part) or not isfinite(whole):
        return UNKNOWN
    share = part / whole
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")


def likelihood(probability: float) -> str:
    """A probability in the words that analysts are held to (Intelligence Community Directive 203, D.6.e.(2)(a)).

    >>> likelihood(0.97), likelihood(0.6), likelihood(0.5), likelihood(0.001)
    ('almost certainly', 'likely', 'as likely as not', 'almost certainly not')
    """
    return next((words for least, words in _LIKELIHOODS if probability >= least), UNKNOWN)


_LIKELIHOODS = (
    (0.95, "almost certainly"),
    (0.80, "very likely"),
    (0.55, "likely"),
    (0.45, "as likely as not"),
    (0.20, "unlikely"),
    (0.05, "very unlikely"),
    (0.00, "almost certainly not"),
)


def duration(seconds: float | None) -> str:
    """A length of time in its one or two greatest units.

    >>> duration(0.25), duration(61), duration(3 * 86400), duration(90_000), duration(-5)
    ('under 1 s', '1 min 1 s', '3 days', '1 day 1 h', '-5 s')
    """
    if seconds is None or not isfinite(seconds):
        return UNKNOWN
    if abs(seconds) < 1:
        return "under 1 s" if seconds else "0 s"
    sign, rest = "-" * (seconds < 0), round(abs(seconds))
    if rest >= 90 * 86400:
        return f"{sign}{rest / 86400:,.0f} days"
    parts = []
    for unit, size in (("day", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number} {unit}{'s' * (unit == 'day' and number > 1)}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return sign + " ".join(parts)


def date(at: datetime | None, precision: Precision = Precision.DAY) -> str:
    """A date, as finely as it is known, in words that no reader takes for another order.

    >>> date(datetime(2025, 3, 4)), date(datetime(2025, 3, 1), Precision.MONTH)  # noqa: DTZ001
    ('4 Mar 2025', 'Mar 2025')
    """
    if at is None:
        return "date not given"
    if precision is Precision.YEAR:
        return f"{at.year}"
    month = f"{say(_MONTHS[at.month - 1])} {at.year}"
    return month if precision is Precision.MONTH else f"{at.day} {month}"


def score(number: float) -> str:
    """A score from 0 to 1. One that is not quite 1 never reads 1.00.

    >>> score(0.9991), score(1.0), score(0.5)
    ('0.99', '1.00', '0.50')
    """
    return f"{floor(number * 100 + 1e-9) / 100:.2f}" if isfinite(number) else UNKNOWN


def month(number: int) -> str:
    """The short name of a month, 1 to 12.

    >>> month(12)
    'Dec'
    """
    return say(_MONTHS[number - 1])


def moment(at: datetime) -> str:
    """A date and a time of day, UTC.

    >>> moment(datetime(2025, 3, 4, 9, 5))  # noqa: DTZ001
    '4 Mar 2025, 09:05 UTC'
    """
    return f"{date(at)}, {at:%H:%M} UTC"
