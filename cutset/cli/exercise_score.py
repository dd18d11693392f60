"""How the score of a made exercise is told: leads, targets and interdiction against the truth."""

from __future__ import annotations

import msgspec

from cutset.cli import output
from cutset.exercise.displacement import MOST, Displacement
from cutset.exercise.network import network
from cutset.exercise.score import Interdiction, Score
from cutset.exercise.targeting import DEPTHS, Hits


def plain(found: Score) -> dict[str, object]:
    """A score for programs: its counts, and recall and precision as fractions."""
    rates = {"recall": found.recall, "recall_of_all": found.recall_of_all, "precision": found.precision}
    return msgspec.structs.asdict(found) | {name: round(rate, 6) for name, rate in rates.items()}


def tell_scores(found: list[Score]) -> None:
    """Print each viewer's score, and what the words mean."""
    output.table(
        ("viewer", "recall", "of all", "precision", "near-misses claimed", "hidden shown", "days to lead"),
        (
            (
                each.viewer,
                _rate(each.recall, each.found, each.planted),
                _rate(each.recall_of_all, each.found + each.regained, each.planted + each.spoiled),
                _rate(each.precision, each.right, each.leads),
                f"{each.claimed} of {each.near_misses}",
                f"{each.leaked} of {each.hidden}",
                output.number(each.days_to_lead, 1),
            )
            for each in found
        ),
        right=("recall", "of all", "precision", "days to lead"),
    )
    output.say(
        "Recall: planted links that were found. Of all: with those whose identifier was mistyped, left out or never "
        "filed, which exact identifiers cannot find. Precision: leads that are right.",
        "Days to lead: the median from an event until both it and the case's card were filed, when its lead is there.",
    )


def _rate(share: float, part: int, whole: int) -> str:
    """A share with its counts.

    >>> _rate(0.9467, 303, 320)
    '94.7 % (303 of 320)'
    """
    return f"{100 * share:.1f} % ({part:,} of {whole:,})"


def tell_targets(found: list[Hits]) -> None:
    """Print what inspecting the first 1, 5 and 10 % of the declared shipments hits."""
    output.say("Loads hit by inspecting the first 1, 5 and 10 % of the shipments that nobody has examined yet:")
    output.table(
        ("file", "shipments", "loaded", "inspected", "by ranking", "by signs", "by chance", "by an oracle"),
        (
            (
                each.feed,
                each.shipments,
                each.loaded,
                f"{depth:.0%}: {each.inspected[place]}",
                _hit(each.ranked[place], each.loaded) if each.ranked else "no ranking",
                output.number(each.signs[place], 1),
                output.number(each.chance[place], 1),
                each.oracle[place],
            )
            for each in found
            for place, depth in enumerate(DEPTHS)
        ),
        right=("shipments", "loaded", "by ranking", "by signs", "by chance", "by an oracle"),
    )
    output.say("By signs: if every sign that was planted were seen, and only counted. Innocents show them as well.")


def _hit(hits: float, loaded: int) -> str:
    """Loads hit, with their share of all.

    >>> _hit(31.8, 87)
    '31.8 (37 %)'
    """
    return f"{output.number(hits, 1)} ({hits / max(1, loaded):.0%})".replace("%", " %")


COLUMNS = ("by", "without", "with", "change", "elsewhere")
"""The columns of what moved."""


def tell_interdiction(found: Interdiction) -> None:
    """Print what the made agencies seized, and where the made traffic went."""
    sentences, rows = told_interdiction(found)
    output.say(*sentences)
    if rows:
        output.table(COLUMNS, rows, right=COLUMNS[1:])


def told_interdiction(found: Interdiction) -> tuple[list[str], list[tuple[str, ...]]]:
    """What was seized and what moved: sentences, and the rows of a table; none where nothing moved."""
    seized = (
        f"Seized: {found.seized:,} of {found.loads:,} loads ({100 * found.seized / max(1, found.loads):.1f} %), "
        f"{found.seized_kg / 1000:,.1f} t"
    )
    moved = found.displacement
    if moved is None:
        return [seized, found.untold], []
    span = f"months {moved.since} to {moved.until}" if moved.until > moved.since else f"month {moved.since}"
    if moved.none:
        return [seized, f"The scenario's changes, in {span}, move no traffic."], []
    first = f" (the first {moved.theatres} theatres)" if moved.theatres == MOST else ""
    return [
        seized,
        f"Loads a month in {span}{first}, without the scenario's changes and with them, from the same seed. First by "
        "mode; then by way: those that the scenario itself changes (*), and those that moved most.",
        f"Elsewhere: the mean change in {moved.others} other worlds, and half of its 95 % interval. What happens in "
        "one world is chance in part.",
    ], _rows(moved)


def _rows(moved: Displacement) -> list[tuple[str, ...]]:
    """The modes, then the ways that the scenario changes itself, then those that moved most."""
    own = [each for each in moved.ways if each.name in moved.changed]
    most = [each for each in moved.ways if each.name not in moved.changed and each.without != each.under][:8]
    shown = [(each.name, each) for each in moved.modes]
    shown += [(f"{_way(each.name)}{' *' if each in own else ''}", each) for each in (*own, *most)]
    return [
        (
            name,
            f"{each.without:.1f}",
            f"{each.under:.1f}",
            "new" if each.change is None else f"{_signed(each.change)} %",
            "" if each.mean is None or each.half is None else f"{_signed(each.mean)} ± {100 * each.half:.0f} %",
        )
        for name, each in shown
    ]


def _signed(part: float) -> str:
    """A fraction in whole per cent with its sign; 0 has none.

    >>> _signed(0.146), _signed(-0.0004)
    ('+15', '0')
    """
    return f"{round(100 * part):+d}" if round(100 * part) else "0"


def _way(edge: str) -> str:
    """A way in words: `Cartagena to Miami, container`."""
    place = network()
    way = place.edges[edge]
    return f"{place.nodes[way.origin].name} to {place.nodes[way.goal].name}, {way.mode}"
