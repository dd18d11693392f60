"""Confidence in a source and in what it said: the Admiralty code, and the counterdrug database's high or other."""

from __future__ import annotations

from cutset.model.codes.lists import code
from cutset.model.report import Confidence


def confidence(written: str) -> Confidence:
    """What a source wrote about confidence: a letter, a digit, both, or high or other; empty where that is not known.

    Source: the grading of sources A to F and of information 1 to 6, as in STANAG 2511 and AJP-2.1.

    >>> confidence("B2")
    Confidence(reliability='B', credibility='2', high=None)
    >>> confidence("High").high
    True
    """
    tidy = written.strip()
    if (level := code("confidence", tidy)) != "":
        return Confidence(high=level == "high")
    if len(tidy) in (2, 3) and code("reliability", tidy[0]) and code("credibility", tidy[-1]):
        # "B2", "B-2", "b/2"
        return Confidence(reliability=code("reliability", tidy[0]), credibility=code("credibility", tidy[-1]))
    return Confidence(reliability=code("reliability", tidy), credibility=code("credibility", tidy))
