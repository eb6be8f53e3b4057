"""What the plan's tables name is there, and what the founding article names is in them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from engine.money.bill import ITEMS
from tests.engine.clinic import KNOWLEDGE

PLAN = KNOWLEDGE.plan


def rows(first: int, last: int) -> list[str]:
    return [f"S{number:03}" for number in range(first, last + 1)]


def test_every_cost_line_that_a_table_names_can_stand_in_a_bill() -> None:
    named = {line for stage in PLAN.stages for line in stage.lines}
    named |= {line for platform in PLAN.platforms for line in platform.lines}
    named |= {line for risk in PLAN.risks for line in risk.lines}

    assert named - set(ITEMS) == set()


def test_every_duty_that_a_step_names_is_in_its_catalogue_and_in_one_step() -> None:
    named = [
        (regime, requirement)
        for step in PLAN.steps
        for regime, requirements in step.requirements.items()
        for requirement in requirements
    ]

    assert set(named) - set(KNOWLEDGE.law.requirements) == set()
    assert [duty for duty, count in Counter(named).items() if count > 1] == []


def test_every_duty_of_a_rule_that_blocks_has_a_step_of_its_own_choice() -> None:
    """Blocking work decides dates, so it is placed by name; what may stay in “controls” is listed here."""
    blocking = {(rule.row.regime, rule.row.requirement) for rule in KNOWLEDGE.law.rules if rule.row.blocker}
    rest = {duty for duty in blocking if PLAN.step_of(*duty).rest}

    assert rest == {("EUAIA", "Art. 10(2)"), ("EUAIA", "Art. 53(1)(a)"), ("EUAIA", "Art. 55(1)(a)")}


def test_platforms_never_carry_more_than_a_whole_line() -> None:
    carried: Counter[str] = Counter()
    for platform in PLAN.platforms:
        for line, share in platform.lines.items():
            assert 0 < share < 1
            carried[line] += share  # type: ignore[assignment]

    assert max(carried.values()) <= Decimal(1)


def test_every_challenge_of_the_article_is_a_risk_and_every_trend_a_watch_item() -> None:
    assert sorted(risk.article for risk in PLAN.risks if risk.article) == rows(75, 88)
    assert sorted(item.article for item in PLAN.watch if item.article) == [*rows(123, 126), *rows(166, 170)]


def test_every_stage_of_the_article_and_every_kind_of_data_has_its_row() -> None:
    named = {stage.article for stage in PLAN.stages if stage.article}

    assert named == {*rows(28, 33), *rows(50, 54)}
    assert [check.article for check in PLAN.data_checks] == rows(34, 38)


def test_every_risk_and_watch_item_says_what_to_do_and_when() -> None:
    for risk in PLAN.risks:
        assert risk.mitigation, risk.id
        assert risk.trigger, risk.id
        assert risk.owner, risk.id
        assert all(judgement.because for judgement in (*risk.likelihood, *risk.impact)), risk.id
    for item in PLAN.watch:
        assert item.trigger, item.id
        assert item.action, item.id


def test_thresholds_get_stricter_with_the_cost_of_an_error() -> None:
    order = ("low", "medium", "high", "critical")
    for row in PLAN.evaluation:
        values = [KNOWLEDGE.facts[row.threshold[cost]].values[0].value for cost in order]
        assert values == sorted(values, reverse=row.direction == "at_most"), row.id
