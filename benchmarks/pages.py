"""Pages of compliance beside the strongest peer's, in a program of its own: the whole product but the socket."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.line import Line

ROOT = Path(__file__).parents[1]
FEW, MANY = "20", "200"
PEER = {"open": 152, "page": 884, "tree": 460, "overview": {FEW: 9200, MANY: 74000}}
"""Milliseconds of the strongest peer for the same work, measured on a machine of this size."""
PEER_A_SECOND = {FEW: 1.17, MANY: 0.61}
NOTE = "like the pages above: one process, PostgreSQL on the same machine, all but the socket; other work on the machine adds to it"


def run() -> Iterator[Line]:
    found = measured()
    few, many = found["pages"][FEW], found["pages"][MANY]
    yield beside("An ISO 27001 assessment is created", found["open"], PEER["open"])
    yield beside("A page of 100 requirement rows, at 20 assessments", few["page"], PEER["page"])
    grows = many["page"] / few["page"]
    yield Line(
        figure="The same page at 200 assessments against 20",
        aim="at most 1.3 times the time",
        measured=f"{grows:.2f} times ({many['page']:.1f} ms)",
        met=grows <= 1.3,
    )
    for amount, times in ((FEW, few), (MANY, many)):
        a_second = 1000 / times["page"]
        yield Line(
            figure=f"Such pages a second from one worker, at {amount} assessments",
            aim="20 a second",
            measured=f"{a_second:.0f} a second; the peer {PEER_A_SECOND[amount]}",
            met=a_second >= 20,
        )
    yield beside("The whole requirement tree of an assessment", few["tree"], PEER["tree"])
    for amount, times, aim in ((FEW, few, 300), (MANY, many, 1000)):
        yield beside(
            f"The overview of gaps over {amount} use cases", times["overview"], PEER["overview"][amount], aim
        )
    yield Line(
        figure="A result of 200 use cases under nine regimes is stored",
        note=NOTE,
        measured=f"{found['publish'] / 1000:.1f} s, {found['findings']:,} findings",
    )


def beside(figure: str, ours: float, peer: float, aim: float | None = None) -> Line:
    """Milliseconds beside the peer's for the same work."""
    return Line(
        figure=figure,
        aim=f"{aim:g} ms" if aim else "reported",
        measured=f"{ours:.0f} ms; the peer {peer:,.0f} ms, {peer / ours:.0f} times as long",
        met=ours <= aim if aim else None,
    )


def measured() -> dict[str, Any]:
    """Milliseconds of each kind of work, by a process that starts servers of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.site"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found
