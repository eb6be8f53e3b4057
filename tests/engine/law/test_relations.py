"""The set relations of NIST IR 8477: what follows, what never does, held against sets that have the relation."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duties.relations import FULL, PARTIAL, REVERSE, Relation, chained

RELATIONS: tuple[Relation, ...] = get_args(Relation)
SETS = [frozenset(part) for part in ("a", "b", "c", "ab", "bc", "ac", "abc", "bcd", "d", "abd")]


def relation_of(one: frozenset[str], other: frozenset[str]) -> Relation:
    """The relation of two sets of deeds."""
    if one == other:
        return "equal"
    if one > other:
        return "superset"
    if one < other:
        return "subset"
    return "intersects" if one & other else "no_relationship"


@given(st.sampled_from(RELATIONS))
def test_the_reverse_of_the_reverse_is_the_relation(relation: Relation) -> None:
    assert REVERSE[REVERSE[relation]] == relation


@given(st.sampled_from(SETS), st.sampled_from(SETS))
def test_the_reverse_is_what_the_other_end_sees(one: frozenset[str], other: frozenset[str]) -> None:
    assert REVERSE[relation_of(one, other)] == relation_of(other, one)


def test_nothing_follows_through_two_intersects() -> None:
    assert chained("intersects", "intersects") is None


HOLDS = {
    "superset": lambda one, other: one >= other,
    "subset": lambda one, other: one <= other,
    "equal": lambda one, other: one == other,
    "intersects": lambda one, other: bool(one & other),
    "no_relationship": lambda one, other: not one & other,
}


@given(st.sampled_from(SETS), st.sampled_from(SETS), st.sampled_from(SETS))
def test_what_is_chained_is_true_of_every_three_sets(
    one: frozenset[str], two: frozenset[str], three: frozenset[str]
) -> None:
    relation = chained(relation_of(one, two), relation_of(two, three))
    assert relation is None or HOLDS[relation](one, three)


@pytest.mark.parametrize(("first", "second"), list(product(RELATIONS, RELATIONS)))
def test_a_chain_read_backwards_is_the_reverse(first: Relation, second: Relation) -> None:
    forwards, backwards = chained(first, second), chained(REVERSE[second], REVERSE[first])
    assert backwards == (None if forwards is None else REVERSE[forwards])


def test_every_relation_gives_full_credit_a_part_or_none() -> None:
    assert sorted((*FULL, *PARTIAL, "no_relationship")) == sorted(RELATIONS)
