"""The order of work: what an expert would do first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from compliance.order import Work, ordered, runs_in_a_circle

DUE = date(2027, 1, 4)


def work(number: int, points: int, days: str, *, blocker: bool = False, due: date = DUE) -> Work:
    return Work(number, blocker, Decimal(points), Decimal(days), due)


def test_blockers_stand_first_then_most_risk_for_a_day() -> None:
    works = [work(1, 9, "3"), work(2, 3, "9", blocker=True), work(3, 8, "2"), work(4, 6, "1", blocker=True)]
    assert ordered(works, ()) == [4, 2, 3, 1]


def test_equal_work_goes_by_due_date_then_by_age() -> None:
    works = [work(1, 6, "2"), work(2, 6, "2"), work(3, 3, "1", due=date(2026, 12, 1))]
    assert ordered(works, ()) == [3, 1, 2]


def test_what_a_blocker_waits_for_comes_before_it_and_is_as_urgent() -> None:
    """Inventory (3) before contract (2, blocking): both before the richest piece of work that blocks nothing (1)."""
    works = [work(1, 9, "1"), work(2, 9, "5", blocker=True), work(3, 3, "9")]
    assert ordered(works, {(2, 3)}) == [3, 2, 1]


def test_nothing_comes_before_what_it_waits_for_through_a_chain() -> None:
    works = [work(n, 10 - n, "1") for n in range(1, 6)]
    assert ordered(works, {(1, 5), (5, 3), (2, 1)}) == [3, 5, 1, 2, 4]


def test_work_that_is_not_listed_holds_nothing_up() -> None:
    assert ordered([work(1, 5, "1")], {(1, 99)}) == [1]


@pytest.mark.parametrize(
    ("task", "waits_for", "circle"),
    [(1, [2], False), (3, [1], True), (3, [3], True), (4, [1, 2], False), (2, [9], False), (2, [1], True)],
)
def test_a_task_never_waits_for_itself(task: int, waits_for: list[int], circle: bool) -> None:
    """1 waits for 2, and 2 for 3."""
    links = {(1, 2), (2, 3)} - {(task, other) for other in (1, 2, 3)}
    assert runs_in_a_circle(task, waits_for, links) is circle
