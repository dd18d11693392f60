"""Markings: who may see a report or a portion of one.

Levels are those of the Traffic Light Protocol 2.0 (FIRST, August 2022). The caveats LES (law enforcement
sensitive), ORCON (originator controls dissemination) and REL TO (releasable to) follow common U.S. usage.
What each of them allows is decided in `cutset.access`; here they are only data.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Tlp(StrEnum):
    """A level of the Traffic Light Protocol 2.0, from the freest to the strictest."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"

    @property
    def strictness(self) -> int:
        """0 for CLEAR up to 4 for RED."""
        return list(Tlp).index(self)


class Marking(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The handling of a report or portion.

    `originator` is the id of the agency whose it is; "" (nobody) only in a join of several originators' markings.
    `rel_to` names whom it is releasable to, as sorted tokens `agency:dea`, `group:eastern-pacific`, `country:US`,
    `viewer:ann@dea`; `None` means that there is no REL TO caveat, `()` that it is released to nobody else.
    `purposes` names what it may be used for, sorted; `None` means any lawful purpose, `()` none.
    `retention` is the retention class that says when it must be reviewed or purged.
    """

    originator: str
    tlp: Tlp = Tlp.AMBER
    les: bool = False
    orcon: bool = False
    rel_to: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    retention: str = "fact"

    def __post_init__(self) -> None:
        if self.rel_to is not None and list(self.rel_to) != sorted(set(self.rel_to)):
            raise ValueError("rel_to must be sorted and without repeats")
        if self.purposes is not None and list(self.purposes) != sorted(set(self.purposes)):
            raise ValueError("purposes must be sorted and without repeats")

    @property
    def banner(self) -> str:
        """The marking as a person reads it at the top of a page.

        >>> Marking(originator="dea", les=True, rel_to=("agency:hsi", "country:US")).banner
        'TLP:AMBER//LES//REL TO agency:hsi, country:US//DEA'
        """
        words = [str(self.tlp)]
        if self.les:
            words.append("LES")
        if self.orcon:
            words.append("ORCON")
        if self.rel_to is not None:
            words.append("REL TO " + (", ".join(self.rel_to) or "nobody"))
        if self.purposes is not None:
            words.append("FOR " + (", ".join(self.purposes) or "nothing"))
        if self.originator:
            words.append(self.originator.upper())
        return "//".join(words)


def join(*markings: Marking) -> Marking:
    """The marking of what is derived from several: at least as strict as each of them.

    Who may see the join may see every one of `markings`; the converse need not hold. Raises `ValueError` for none.

    >>> join(Marking(originator="dea"), Marking(originator="uscg", tlp=Tlp.RED)).banner
    'TLP:RED'
    >>> join(Marking(originator="dea"), Marking(originator="dea", rel_to=("agency:policia",))).banner
    'TLP:AMBER//REL TO nobody//DEA'
    """
    if not markings:
        raise ValueError("a join needs at least one marking")
    originators = {marking.originator for marking in markings}
    return Marking(
        originator=originators.pop() if len(originators) == 1 else "",
        tlp=max((marking.tlp for marking in markings), key=lambda tlp: tlp.strictness),
        les=any(marking.les for marking in markings),
        orcon=any(marking.orcon for marking in markings),
        rel_to=_released(markings),
        purposes=_meet([marking.purposes for marking in markings]),
        retention=min(marking.retention for marking in markings),
    )


def _released(markings: tuple[Marking, ...]) -> tuple[str, ...] | None:
    """REL TO of a join. Whom one marking names may not see another that names nobody, unless its level lets them.

    CLEAR and GREEN reach all whom a REL TO can admit; above them, and under ORCON, a marking without REL TO admits
    nobody by name, and so must its join with one that does.
    """
    if all(marking.rel_to is None for marking in markings):
        return None
    return _meet([() if marking.rel_to is None and _is_closed(marking) else marking.rel_to for marking in markings])


def _is_closed(marking: Marking) -> bool:
    return marking.orcon or marking.tlp.strictness >= Tlp.AMBER.strictness


def _meet(choices: list[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    limits = [set(choice) for choice in choices if choice is not None]
    return tuple(sorted(set.intersection(*limits))) if limits else None
