"""A made community, and random registries and markings out of small pools, so that names and tokens meet often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cutset.access.policy import policy
from cutset.access.registry import Agency, AgencyKind, Group, Registry, Viewer
from cutset.model.marking import Marking, Tlp

T = TypeVar("T")
# How one of several is chosen: by a seeded random generator, or by Hypothesis.
Choose = Callable[[Sequence[Any]], Any]

MADE = Registry(
    agencies=(
        Agency("dea", country="US", kind=AgencyKind.FEDERAL),
        Agency("hsi", country="US", kind=AgencyKind.FEDERAL, successor_of=("customs",)),
        Agency("customs", country="US", kind=AgencyKind.FEDERAL, active=False),
        Agency("tribal-police", country="US", kind=AgencyKind.TRIBAL),
        Agency("health", country="US", kind=AgencyKind.STATE, law_enforcement=False),
        Agency("carrier", country="US", kind=AgencyKind.PRIVATE, law_enforcement=False),
        Agency("port", country="US", kind=AgencyKind.PRIVATE, law_enforcement=False, community=True),
        Agency("policia", country="CO", kind=AgencyKind.FOREIGN),
        Agency("unodc", kind=AgencyKind.INTERNATIONAL, law_enforcement=False),
        Agency("interpol", kind=AgencyKind.INTERNATIONAL),
    ),
    viewers=(
        *(
            Viewer(f"ann@{agency}", agency)
            for agency in ("dea", "hsi", "customs", "tribal-police", "health", "carrier", "port", "policia", "unodc")
        ),
        Viewer("ann@interpol", "interpol"),
        Viewer("bo@dea", "dea"),
        Viewer("gone@dea", "dea", active=False),
    ),
    groups=(
        Group("task-force", members=("agency:dea", "agency:policia")),
        Group("cell", members=("viewer:bo@dea", "viewer:ann@health")),
        Group("empty"),
    ),
)

IDS = ("ash", "birch", "cedar", "doug", "elm")
COUNTRIES = ("US", "US", "CO", "")
NAMES = tuple(f"{who}@{agency}" for agency in IDS for who in ("ann", "bo"))
GROUPS = ("grove", "stand", "void")
TOKENS = (
    *(f"agency:{agency}" for agency in (*IDS, "old-elm", "older-elm", "nobody")),
    *(f"viewer:{name}" for name in (*NAMES, "nobody@ash")),
    *(f"group:{group}" for group in (*GROUPS, "nowhere")),
    *("country:US", "country:CO", "country:ZZ", "country:"),
    # These look like names and are not: another case, no kind, an unknown kind, spaces, nothing.
    *("AGENCY:ash", "agency:ASH", "ash", "kind:federal", "agency: ash", "country:us", "*", ""),
)
PURPOSES = (*sorted(policy().purposes), "gossip", "INVESTIGATION", "")


def some(choose: Choose, of: Sequence[T], most: int) -> tuple[T, ...]:
    """Up to `most` of them, without repeats and in their own order."""
    chosen = {choose(range(len(of))) for _ in range(choose(range(most + 1)))}
    return tuple(of[number] for number in sorted(chosen))


def a_registry(choose: Choose) -> Registry:
    """Five agencies, one of which may have succeeded two others, with two viewers each, and three groups."""
    lineage = choose([(), ("old-elm",), ("old-elm", "older-elm")])
    kinds = (AgencyKind.FEDERAL, AgencyKind.TRIBAL, AgencyKind.FOREIGN, AgencyKind.PRIVATE)
    agencies = [
        Agency(
            each,
            country=choose(COUNTRIES),
            law_enforcement=choose([True, True, False]),
            kind=choose(kinds),
            community=choose([None, None, None, True, False]),
            active=choose([True] * 7 + [False]),
            successor_of=lineage[:1] if each == "elm" else (),
        )
        for each in IDS
    ]
    if len(lineage) == 2:
        # The middle of the chain is still registered, and links the newest to one that is not.
        agencies.append(Agency("old-elm", country=choose(COUNTRIES), active=False, successor_of=lineage[1:]))
    viewers = [Viewer(name, name.partition("@")[2], active=choose([True] * 7 + [False])) for name in NAMES]
    members = (*(f"agency:{agency.id}" for agency in agencies), *(f"viewer:{name}" for name in NAMES))
    groups = [Group(group, members=some(choose, members, 3) if group != "void" else ()) for group in GROUPS]
    return Registry(tuple(agencies), tuple(viewers), tuple(groups))


def a_viewer(choose: Choose, registry: Registry) -> Viewer:
    """A registered viewer, mostly; or one that nobody registered, or that claims another agency."""
    strangers = [Viewer("eve@ash", "ash"), Viewer("ann@ash", "birch"), Viewer("ann@ash", "nobody")]
    chosen: Viewer = choose([*registry.viewers * 4, *strangers])
    return chosen


def a_marking(choose: Choose, originator: str | None = None) -> Marking:
    """A marking, with caveats about as often as without."""
    return Marking(
        originator=choose([*IDS, *IDS, "old-elm", "older-elm", "nobody", ""]) if originator is None else originator,
        tlp=choose(list(Tlp)),
        les=choose([False, False, True]),
        orcon=choose([False, False, True]),
        rel_to=tuple(sorted(some(choose, TOKENS, 8))) if choose([True, False]) else None,
        purposes=tuple(sorted(some(choose, PURPOSES, 3))) if choose([True, False, False]) else None,
    )


def a_purpose(choose: Choose) -> str:
    """Mostly an investigation, so that not all is denied for its purpose."""
    chosen: str = choose(["investigation"] * len(PURPOSES) + list(PURPOSES))
    return chosen
