"""What is shown of two mentions to who judges them, how a judgement keeps it, and how it is shown again.

A judgement keeps each comparison's level and bits, and no value: those stand in the mentions alone, and are shown to
whoever may see these. Nothing that is kept counts what the judge may see. The prior and the shares are those of the
weights file and of the shipped tables, so that the judgement tells its readers of the two mentions and of no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import expm1, fsum, log, log1p, log2

from cutset.link import references, strength
from cutset.link.lead import Reason
from cutset.link.match.compare import COMPARISONS, compare
from cutset.link.match.frequencies import Frequencies
from cutset.link.match.profile import COMPARED, profile
from cutset.link.match.score import Compared, Score, Scorer, log_odds, probability, shown
from cutset.model.mention import Mention
from cutset.model.report import Entry, Judgement
from cutset.model.shown import MISSING, Comparison, Shown

MOST_BITS = 1000.0
"""No match weight is drawn further than this from 0, whatever an old judgement says."""


def compared(about: Sequence[str], entries: Mapping[str, Entry], scorer: Scorer) -> Score | None:
    """The score of the two mentions named, in reports as one viewer may see them, the one named first on the left.

    None where they are not two mentions, are of different kinds or of one that is known by its selectors alone, or
    have nothing in common that could be compared.
    """
    both = mentions_of(about, entries)
    if both is None or both[0].kind is not both[1].kind or both[0].kind not in COMPARED:
        return None
    found = scorer.score(profile(both[0]), profile(both[1]))
    return found if any(each.level != MISSING for each in found.comparisons) else None


def mentions_of(about: Sequence[str], entries: Mapping[str, Entry]) -> tuple[Mention, Mention] | None:
    """The two mentions that are named; None where anything else is named, or one is not in `entries`."""
    if len(about) != 2 or not all("#" in each for each in about):
        return None
    found = []
    for named in about:
        entry = entries.get(references.read(named).report)
        if entry is not None:
            parts = references.mentions(entry.id, entry.report)
            found += [mention for reference, _, mention in parts if str(reference) == named]
    return (found[0], found[1]) if len(found) == 2 else None


def kept(score: Score) -> Shown:
    """A score as a judgement keeps it."""
    steps = tuple(
        Comparison(
            name=each.name,
            level=each.level,
            bits=each.weight,
            share=each.share,
            share_bits=each.share_weight,
            chance_bits=each.chance_weight,
        )
        for each in score.comparisons
    )
    return Shown(weights=score.version, prior_bits=score.prior_weight, comparisons=steps)


def again(judgement: Judgement, both: tuple[Mention, Mention] | None, id: str) -> Score | None:
    """What a judgement says was shown, as a waterfall; None where it says nothing of it.

    `both` are the mentions that it is about: the values on which they agree are read from them anew, and left out where
    they would give another level today. `id`, the judgement's own, stands for the weights of one that names none. Of
    such a one only the probability and each comparison's bits are known; what these leave unsaid is the prior.
    """
    said = judgement.shown
    if said is not None:
        values = _values(both) if both is not None else {}
        steps = tuple(_step(each, *values.get((each.name, each.level), ("", ""))) for each in said.comparisons)
        prior = _bounded(said.prior_bits)
        # In the order of the scorer, so that the sum is the very same.
        weight = sum((each.weight for each in steps), start=prior)
        return Score(weight, probability(weight), prior, steps, said.weights)
    if judgement.score is None or not judgement.features:
        return None
    score = judgement.score if 0 < judgement.score < 1 else min(max(judgement.score, 1 - strength.MOST), strength.MOST)
    weight = log_odds(score)
    steps = tuple(Compared(name, "as shown", _bounded(bits)) for name, bits in judgement.features.items())
    return Score(weight, score, weight - fsum(each.weight for each in steps), steps, f"judgement {id}")


def of_selectors(reasons: Sequence[Reason]) -> Score:
    """Shared selectors as a waterfall, from even odds: what each adds to the log odds, with those before it.

    Of a selector's bits the level's are its kind's strength, and the share's what is lost by the number of reports that
    bear it. The sum is the log odds of `strength.score`.
    """
    steps: list[Compared] = []
    doubt, at = 0.0, 0.0
    for each in reasons:
        # Doubt is ln(1 - probability), which selectors add up in.
        kind = _odds(doubt + log1p(-strength.STRENGTH[each.kind]))
        doubt += log1p(-each.weight)
        after = _odds(doubt)
        steps.append(
            Compared(
                name=each.kind,
                level="SAME",
                weight=after - at,
                level_weight=kind - at,
                share_weight=after - kind,
                left=each.value,
                right=each.value,
            )
        )
        at = after
    return Score(at, strength.score(each.weight for each in reasons), 0.0, tuple(steps), strength.VERSION)


def _odds(doubt: float) -> float:
    """The log odds, in bits, of what is doubted with the probability e^`doubt`."""
    return log2(-expm1(doubt)) - doubt / log(2)


def _bounded(bits: float) -> float:
    return min(max(bits, -MOST_BITS), MOST_BITS)


def _step(kept: Comparison, left: str, right: str) -> Compared:
    bits = _bounded(kept.bits)
    return Compared(
        name=kept.name,
        level=kept.level,
        weight=bits,
        level_weight=bits - kept.share_bits - kept.chance_bits,
        share_weight=kept.share_bits,
        chance_weight=kept.chance_bits,
        share=kept.share,
        left=left,
        right=right,
    )


def _values(both: tuple[Mention, Mention]) -> dict[tuple[str, str], tuple[str, str]]:
    """The values of each comparison as people read them, by its name and level."""
    left, right = map(profile, both)
    if left.kind is not right.kind or left.kind not in COMPARED:
        return {}
    steps = zip(COMPARISONS[left.kind], compare(left, right, Frequencies()), strict=True)
    return {
        (comparison.name, comparison.levels(found.level).name): (shown(found.left), shown(found.right))
        for comparison, found in steps
        if found.level >= 0
    }
