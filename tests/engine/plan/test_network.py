"""The critical path of networks worked out by hand, in weeks."""

from __future__ import annotations

from decimal import Decimal

from engine.plan.network import Activity, Slot, chain, schedule


def plan(*rows: tuple[str, int, str]) -> dict[str, Activity]:
    """Activities from (name, weeks, the names it waits for)."""
    return {name: Activity(name, Decimal(weeks), tuple(after)) for name, weeks, after in rows}


def slot(start: int, end: int, slack: int) -> Slot:
    return Slot(Decimal(start), Decimal(end), Decimal(slack))


def test_the_longest_way_decides_the_end_and_the_rest_may_slip() -> None:
    """A (3) → B (4) → D (2) takes 9 weeks; C (1), beside B, may slip by 3."""
    activities = plan(("A", 3, ""), ("B", 4, "A"), ("C", 1, "A"), ("D", 2, "BC"))

    slots = schedule(tuple(activities.values()))

    assert slots == {
        "A": slot(0, 3, 0), "B": slot(3, 7, 0), "C": slot(3, 4, 3), "D": slot(7, 9, 0),
    }  # fmt: skip
    assert chain("D", activities, slots) == ("A", "B", "D")


def test_slack_is_shared_along_a_way() -> None:
    """X (10) beside Y (2) → Z (3): Y and Z may slip by 5 together, and so each of them by 5."""
    activities = plan(("X", 10, ""), ("Y", 2, ""), ("Z", 3, "Y"), ("E", 1, "XZ"))

    slots = schedule(tuple(activities.values()))

    assert (slots["Y"], slots["Z"], slots["X"]) == (slot(0, 2, 5), slot(2, 5, 5), slot(0, 10, 0))
    assert slots["E"] == slot(10, 11, 0)
    assert chain("E", activities, slots) == ("X", "E")


def test_work_waits_for_its_first_day_and_shows_it_as_slack_of_what_comes_before() -> None:
    """B may not start before week 6, so A, which ends in week 2, may slip by 4."""
    activities = plan(("A", 2, "")) | {"B": Activity("B", Decimal(3), ("A",), not_before=Decimal(6))}

    slots = schedule(tuple(activities.values()))

    assert slots == {"A": slot(0, 2, 4), "B": slot(6, 9, 0)}
    assert chain("B", activities, slots) == ("A", "B")


def test_a_date_by_which_work_must_end_gives_it_slack_or_shows_what_is_missing() -> None:
    early = Activity("early", Decimal(2), by=Decimal(5))
    late = Activity("late", Decimal(4), by=Decimal(3))

    assert schedule((early, late)) == {"early": slot(0, 2, 3), "late": slot(0, 4, -1)}
