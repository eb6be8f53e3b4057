"""How two ends of a mapping stand to each other, in the set relations of NIST IR 8477.

A relation reads from the first end to the second: “A is a superset of B” means that whoever does all of A
does all of B. One direction is stored; the other follows by `REVERSE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Relation = Literal["equal", "superset", "subset", "intersects", "no_relationship"]
Rationale = Literal["syntactic", "semantic", "functional"]
Author = Literal["project", "published", "organisation"]

REVERSE: Mapping[Relation, Relation] = {
    "equal": "equal",
    "superset": "subset",
    "subset": "superset",
    "intersects": "intersects",
    "no_relationship": "no_relationship",
}
FULL: tuple[Relation, ...] = ("equal", "superset")
"""The relations under which a control in place meets a requirement whole."""
PARTIAL: tuple[Relation, ...] = ("subset", "intersects")
"""The relations under which it meets a part, and leaves a residual question."""
CHAINS: Mapping[tuple[Relation, Relation], Relation] = {
    ("superset", "superset"): "superset",
    ("subset", "subset"): "subset",
    ("superset", "subset"): "intersects",
    ("superset", "intersects"): "intersects",
    ("intersects", "subset"): "intersects",
    ("subset", "no_relationship"): "no_relationship",
    ("no_relationship", "superset"): "no_relationship",
}
"""What follows for A and C from A to B and B to C; for every other pair, two “intersects” among them, nothing."""


def chained(first: Relation, second: Relation) -> Relation | None:
    """The relation of A to C that follows from A to B and B to C; None where nothing follows."""
    if first == "equal":
        return second
    return first if second == "equal" else CHAINS.get((first, second))
