"""A score as a waterfall: from the prior, each comparison's bits up or down to the sum; as text, JSON and SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor
from typing import Final

import msgspec

from cutset.link.match.score import Compared, Score

_WIDTH: Final = 760
_LEFT: Final = 250
_RIGHT: Final = 70
_ROW: Final = 26
_TOP: Final = 34
# Blue and orange are told apart by the colour-blind; the sign is printed as well.
_FOR, _AGAINST, _SUM = "#1f6fb4", "#c8551b", "#444444"


def text(score: Score) -> str:
    """The waterfall as lines of text, one a comparison.

    >>> step = Compared("family", "SAME", 12.5, 10.0, 2.5, 0.0, 2e-6, "quintero", "quintero")
    >>> print(text(Score(3.0, 0.888889, -9.5, (step, Compared("born", "MISSING", 0.0)), "made-1")))
    prior                         -9.50
    family       SAME            +12.50   quintero = quintero, borne by 1 in 500,000
    born         MISSING           0.00
    sum                           +3.00   probability 0.8889, weights made-1
    """
    lines = [f"{'prior':27} {_bits(score.prior_weight):>7}"]
    lines += [_line(step) for step in score.comparisons]
    lines.append(
        f"{'sum':27} {_bits(score.weight):>7}   probability {_percent(score.probability)}, weights {score.version}"
    )
    return "\n".join(lines)


def json(score: Score) -> bytes:
    """The score as JSON: every field of `Score`, and of `Compared` for each comparison."""
    return msgspec.json.encode(score)


def svg(score: Score, title: str = "Why these two may be one") -> str:
    """The waterfall as a picture: an SVG document with a text for each bar."""
    bars = _bars(score)
    ends = [0.0, *(end for _, start, width, _ in bars for end in (start, start + width))]
    least, most = floor(min(ends) / 5) * 5, max(ceil(max(ends) / 5) * 5, 5)
    scale = (_WIDTH - _LEFT - _RIGHT) / (most - least)
    height = _height(score)

    def x(bits: float) -> float:
        return round(_LEFT + (bits - least) * scale, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(text(score))}</desc>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="20" font-weight="600">{escape(title)}</text>',
    ]
    parts += [_tick(x(bits), bits, height) for bits in range(least, most + 1, 5)]
    for number, (name, start, width, colour) in enumerate(bars):
        y = _TOP + _ROW * number
        left = x(min(start, start + width))
        parts.append(f'<text x="10" y="{y + 16}">{escape(name)}</text>')
        parts.append(
            f'<rect x="{left}" y="{y + 4}" width="{max(abs(width) * scale, 1.5):.1f}" height="16" fill="{colour}"/>'
        )
        parts.append(f'<text x="{x(max(start, start + width)) + 5}" y="{y + 16}">{_bits(width)}</text>')
    parts.append(
        f'<text x="10" y="{height - 8}" fill="#555555">bits; probability {_percent(score.probability)}; '
        f"weights {escape(score.version)}</text></svg>"
    )
    return "\n".join(parts)


def svgs(several: Sequence[tuple[Score, str]]) -> str:
    """Waterfalls with their titles, one below the other in one SVG document."""
    if len(several) == 1:
        return svg(*several[0])
    heights = [_height(score) for score, _ in several]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {sum(heights)}">']
    at = 0
    for (score, title), height in zip(several, heights, strict=True):
        drawn = svg(score, title).replace("<svg ", f'<svg y="{at}" width="{_WIDTH}" height="{height}" ', 1)
        parts.append(drawn)
        at += height
    return "\n".join([*parts, "</svg>"])


def brief(score: Score) -> str:
    """The waterfall in one line: the sum, and the level and bits of each comparison that is not missing.

    >>> step = Compared("family", "SAME", 12.5, 10.0, 2.5, 0.0, 2e-6, "quintero", "quintero")
    >>> brief(Score(3.0, 0.888889, -9.5, (step, Compared("born", "MISSING", 0.0)), "made-1"))
    'probability 0.8889 = +3.00 bits: prior -9.50, family SAME +12.50 (weights made-1)'
    """
    steps = [f"{each.name} {each.level} {_bits(each.weight)}" for each in score.comparisons if each.level != "MISSING"]
    adds = ", ".join([f"prior {_bits(score.prior_weight)}", *steps])
    return f"probability {_percent(score.probability)} = {_bits(score.weight)} bits: {adds} (weights {score.version})"


def _height(score: Score) -> int:
    return _TOP + _ROW * len(_bars(score)) + 40


def _bars(score: Score) -> list[tuple[str, float, float, str]]:
    """Each bar's name, start and width in bits, and colour; what is missing has none."""
    bars = [("prior", 0.0, score.prior_weight, _colour(score.prior_weight))]
    at = score.prior_weight
    for step in score.comparisons:
        if step.level == "MISSING":
            continue
        bars.append((f"{step.name}: {step.level.lower().replace('_', ' ')}", at, step.weight, _colour(step.weight)))
        at += step.weight
    return [*bars, ("sum", 0.0, score.weight, _SUM)]


def _tick(at: float, bits: int, height: int) -> str:
    colour = "#999999" if bits == 0 else "#e4e4e4"
    return (
        f'<line x1="{at}" x2="{at}" y1="{_TOP}" y2="{height - 34}" stroke="{colour}"/>'
        f'<text x="{at}" y="{height - 22}" font-size="11" fill="#555555" text-anchor="middle">{bits}</text>'
    )


def _line(step: Compared) -> str:
    shown = ""
    if step.level != "MISSING":
        shown = f"   {step.left} = {step.right}" if step.left == step.right else f"   {step.left} / {step.right}"
        if step.share:
            shown += f", borne by 1 in {1 / step.share:,.0f}"
        if step.chance_weight:
            shown += f", {-step.chance_weight:.1f} bits less for the names and values tried"
    return f"{step.name:12} {step.level:14} {_bits(step.weight):>7}{shown}".rstrip()


def _colour(weight: float) -> str:
    return _FOR if weight >= 0 else _AGAINST


def _bits(weight: float) -> str:
    return f"{weight:+.2f}" if round(weight, 2) else "0.00"


def _percent(probability: float) -> str:
    """A probability with as many digits as tell it from 0 and 1."""
    return (
        f"{probability:.4f}"
        if 0.0005 < probability < 0.9995
        else f"{probability:.3g}"
        if probability < 0.5
        else f"1 - {1 - probability:.1g}"
    )
