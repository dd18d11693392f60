"""The made world: events a second, memory against scale, made beside real, and the effort on one way doubled.

    python -m bench.exercise                     # scales 1, 3, 10, 100
    python -m bench.exercise --scale 1000 --out world

Each scale runs in a process of its own, whose peak of resident memory is told: of making the files, of taking them into
a store, and of scoring it. Made is held beside real where `CUTSET_DATA` names the folder of the real files.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from bench.report import Report as Results
from cutset.exercise import files, scenario, truth_files
from cutset.exercise.calibration import Calibration, calibrate
from cutset.exercise.displacement import balloon
from cutset.exercise.play import ranking, scores, take_in, theatres
from cutset.exercise.targeting import hits
from cutset.exercise.truth import World
from cutset.node import Node

WAYS = ("ep-low-profile", "ep-go-fast", "post", "otay-port")
LITERATURE = (
    "Beside it: the transit zone that traffickers used grew from some 2 to 7 million square miles from 1996 to 2017 "
    "under rising interdiction, and in the model of Magliocca and others more interdiction spread traffic to more "
    "nodes (PNAS 116, 2019). With effort placed by optimisation, seizures rose, the value of each fell, and the active "
    "nodes were as many or more (their coupled model, 2022). Windle and Farrell (Subst. Use Misuse 47, 2012) hold that "
    "displacement is seldom whole. None of these gives an elasticity: the signs can be compared, the sizes cannot."
)


def main() -> None:
    """Measures, prints and stores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, nargs="*", default=[1, 3, 10, 100])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", type=Path, help="where to write the worlds; a temporary folder, unless said")
    parser.add_argument("--stores", type=float, nargs="*", default=[1, 3, 10], help="scales to store and to score")
    parser.add_argument("--one", choices=sorted(STEPS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one is not None:
        print(msgspec.json.encode(STEPS[given.one](given.scale[0], given.out)).decode())
        return
    results = Results("exercise", "The made world: speed, memory, and the balloon effect")
    for scale in given.scale:
        with tempfile.TemporaryDirectory() as folder:
            out = given.out or Path(folder) / "world"
            results.row(**_apart("files", scale, out))
    for scale in given.stores:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "world"
            _apart("files", scale, out)
            results.row(**_apart("store", scale, out))
            results.row(**_apart("score", scale, out))
    data = os.environ.get("CUTSET_DATA")
    beside = calibrate(theatres(1, 7, 24, scenario.load("steady")), Path(data)) if data else Calibration()
    for line in beside.lines:
        verdict = "differs" if line.differs else "within a factor of two"
        results.row(what=f"{line.table}: {line.what}", made=line.made, real=line.real, unit=line.unit, verdict=verdict)
    for row in beside.series:
        results.row(what=f"{row.table}: {row.what}", alike=f"{row.overlap:.0f} %")
    for edge in WAYS:
        for effect in balloon(edge, range(given.seeds)):
            results.row(
                what=f"twice the effort on {edge}",
                flow=effect.name if effect.name != edge else "on it",
                change=f"{effect.mean:+.1%} ± {effect.half:.1%}",
                seeds=effect.seeds,
            )
    results.close(
        "Change is that of loads from three months after the effort doubled, against the same seed without; ± is half "
        "of the 95 % interval over the seeds. Other ways cross the same border, or lead out of where the same drugs "
        "are made; a first trial, which took only ways of the same kind of node, had for the two Eastern Pacific ways "
        f"+4.3 % ± 8.7 % and +1.9 % ± 6.2 % over ten seeds, within chance. {LITERATURE}"
    )


def _apart(step: str, scale: float, out: Path) -> dict[str, Any]:
    """What a step measured of itself in a process of its own."""
    command = [sys.executable, "-m", "bench.exercise", "--one", step, "--scale", str(scale), "--out", str(out)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return {"what": step, "scale": scale, **msgspec.json.decode(done.stdout)}


def _files(scale: float, out: Path) -> dict[str, float]:
    counted = {"events": 0, "rows": 0}

    def told(world: World) -> None:
        counted["events"] += len(world.happenings)
        counted["rows"] += (
            len(world.happenings) + len(world.papers) + len(world.organisations) + len(world.voyages) * 12
        )

    began = time.perf_counter()
    files.write(theatres(scale, 7, 24, scenario.load("steady")), out, told)
    took = time.perf_counter() - began
    return {
        **counted,
        "seconds": round(took, 1),
        "events_per_s": round(counted["events"] / took),
        "rows_per_s": round(counted["rows"] / took),
        "peak_mb": _peak_mb(),
    }


def _store(scale: float, out: Path) -> dict[str, float]:
    began = time.perf_counter()
    rows = sum(loaded.accepted for loaded in take_in(Node.create(str(_beside(out))), out))
    took = time.perf_counter() - began
    return {"rows": rows, "seconds": round(took, 1), "rows_per_s": round(rows / took), "peak_mb": _peak_mb()}


def _score(scale: float, out: Path) -> dict[str, float]:
    began, node = time.perf_counter(), Node.open(str(_beside(out)))
    found = scores(node, truth_files.theatres(out))
    leads_mb = _peak_mb()
    hits(truth_files.theatres(out), ranking(node))
    return {
        "leads": sum(each.leads for each in found),
        "seconds": round(time.perf_counter() - began, 1),
        "leads_peak_mb": leads_mb,
        "peak_mb": _peak_mb(),
    }


def _beside(out: Path) -> Path:
    return out.parent / "exercise.cutset"


def _peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


STEPS: dict[str, Callable[[float, Path], dict[str, float]]] = {"files": _files, "store": _store, "score": _score}


if __name__ == "__main__":
    main()
