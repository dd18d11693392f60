"""Trials of what stands near a report."""

from __future__ import annotations

from typing import Any

import pytest

from cutset.access.rights import Rights
from cutset.link.candidates import near as of_near
from cutset.link.candidates.near import near
from cutset.link.candidates.profiles import profiles
from cutset.model.mention import Mention, MentionKind, Selector, SelectorKind
from tests.non_interference.trials import PARTS, Asked, attempt, tries
from tests.samples import seizure
from tests.worlds import PEOPLE, STAMPS, Store

PARTS["cutset.link.candidates.tallies.Counts.seen"] = "what near begins its probabilities from, and how far it looks"


@tries(near)
def of_what_is_near(store: Store, rights: Rights, asked: Asked) -> Any:
    index = store.candidates
    index.catch_up(store.log)
    people = [Mention(kind=MentionKind.PERSON, name=name, born=("1979-09-21",)) for name in PEOPLE]
    lots = [
        Mention(kind=MentionKind.DRUG_LOT, selectors=(Selector(SelectorKind.STAMP, *each, True),)) for each in STAMPS
    ]
    with pytest.MonkeyPatch.context() as patch:
        # Worlds are small: here nearly every mention that is seen counts.
        patch.setattr(of_near, "LEAST_SEEN", 2)
        return {
            "before it is sent": near(index, rights, seizure(*people, *lots), threshold=0),
            "once held": {
                report: attempt(lambda report=report: near(index, rights, report, threshold=0, limit=2))
                for report in asked.reports
            },
        }


@tries(profiles)
def of_what_is_learned_from(store: Store, rights: Rights, asked: Asked) -> Any:
    store.candidates.catch_up(store.log)
    kinds = (MentionKind.PERSON, MentionKind.VESSEL, MentionKind.PARCEL)
    return [profiles(store.candidates, rights, kind, limit=limit) for kind in kinds for limit in (3, 1_000)]
