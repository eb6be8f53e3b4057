"""Whole analyses in processes of their own: memory at the peak, and processor seconds by use case."""

from __future__ import annotations

import copy
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.line import Line
from engine.analyse import analyse
from engine.knowledge import load
from engine.reading import read_document

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 24)
MANY, FEW, ABOUT = 50, 10, 1.25
MEGABYTES, SECONDS = 500, 30


def run() -> Iterator[Line]:
    many, few = measured(MANY), measured(FEW)
    yield Line(
        figure=f"A run of {MANY} use cases: memory of its process at the peak",
        aim=f"under {MEGABYTES} MB",
        measured=f"{many['megabytes']:.0f} MB",
        met=many["megabytes"] < MEGABYTES,
        note="the process holds the interpreter, numpy, scipy and the knowledge too",
    )
    grows = many["seconds"] / few["seconds"]
    yield Line(
        figure=f"A run of {MANY} use cases against one of {FEW}",
        aim=f"linear: at most {MANY / FEW * ABOUT:g} times the time",
        measured=f"{grows:.2f} times",
        met=grows <= MANY / FEW * ABOUT,
        note=f"{ABOUT - 1:.0%} are left for noise",
    )
    yield Line(
        figure=f"A run of {MANY} use cases: processor seconds",
        measured=f"{many['seconds']:.1f} s, {many['seconds'] / MANY:.2f} for each; hoped for: {SECONDS}",
    )


def measured(count: int) -> dict[str, float]:
    """Processor seconds and megabytes of an analysis in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.analysis", str(count)], cwd=ROOT, capture_output=True, check=True
    )
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def grown(count: int) -> dict[str, Any]:
    """The example of a hospital group with so many use cases: its own, again and again with other volumes."""
    document: dict[str, Any] = json.loads((ROOT / "examples" / "hospital-group.json").read_bytes())
    own = document["use_cases"]
    document["use_cases"] = [copy.deepcopy(own[number % len(own)]) for number in range(count)]
    for number, use in enumerate(document["use_cases"]):
        use |= {"key": f"use-{number}", "name": f"Use case {number}"}
        if use.get("requests_per_day"):
            use["requests_per_day"] = round(use["requests_per_day"] * 1.1 ** (number // len(own)))
        for name in ("requires", "excludes"):
            use.pop(name, None)
    document["controls"] = [row for row in document.get("controls", []) if not row.get("use_case")]
    return document


def main() -> None:
    knowledge = load(ROOT / "knowledge")
    inputs = read_document(grown(int(sys.argv[1])))
    start = time.process_time()
    analyse(inputs, knowledge, TODAY)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": time.process_time() - start, "megabytes": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
