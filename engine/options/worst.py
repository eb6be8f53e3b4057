"""How far each option lies ahead of each other in cost and in work on duties, at the worst for it.

A duty that is known to be open takes its likely days. One whose state, or whose application, is not answered takes
anything from nothing to its most. Where two options open the same such duty it costs both the same; where only
one does, it is reckoned with in full against the option that opens it. So an answer that is taken back makes the
lead of no option longer. The cost is that without work on duties,
which counts in the effort alone. Shapes: o options, k open duties.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.duties.consequences import Opened
from engine.options.criteria import Curve, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Days of work on the duties of each option.

    `known` (o) is what is sure to be open, `own` (o, o) the most that the row's option may open and the column's
    does not, `both` (o, o) the most that both may open alike.
    """

    known: Floats
    own: Floats
    both: Floats


def work(openings: Sequence[Opened]) -> Work:
    """The work of each option on what it opens."""
    sure, maybe = zip(*(split(opened) for opened in openings), strict=True)
    duties = list(dict.fromkeys(key for most in maybe for key in most))
    most = np.array([[days.get(key, 0.0) for key in duties] for days in maybe]).reshape(len(openings), -1)
    shared = most @ (most > 0).T
    return Work(known=np.array(sure), own=most.sum(axis=1, keepdims=True) - shared, both=shared)


def split(opened: Opened) -> tuple[float, dict[Hashable, float]]:
    """The days of the duties that are sure to be open, and the most days of each that may be."""
    known, maybe = 0.0, dict[Hashable, float]()
    for finding in opened.findings:
        if finding.remediation is None or finding.timing == "watch":
            continue
        days = finding.remediation.days
        if finding.applies == "yes" and finding.state in ("gap", "partial"):
            known += float(days.likely)
        else:
            same = (finding.rule, finding.requirement_id, finding.applies, finding.needs)
            maybe[same] = maybe.get(same, 0.0) + float(days.high)
    return known, maybe | {regime: float(most) for regime, most in opened.possible.items()}


def least_in_effort(work: Work, curve: Curve) -> Floats:
    """The least by which the row's option may score above the column's in work on duties: (o, o)."""
    mine = work.known[:, None] + work.own
    theirs = np.broadcast_to(work.known, mine.shape)
    leads = [curve(mine + both) - curve(theirs + both) for both in (np.zeros_like(mine), work.both)]
    least: Floats = np.min(leads, axis=0)
    np.fill_diagonal(least, 0.0)
    return least


def least_in_cost(curve: Curve, costs: Sequence[Floats]) -> Floats:
    """The least by which the row's option may score above the column's in cost: (o, o).

    `costs` holds what all options cost (o), once for each end of the amounts that are not answered.
    """
    scores = [curve(cost) for cost in costs]
    least: Floats = np.min([score[:, None] - score[None, :] for score in scores], axis=0)
    return least
