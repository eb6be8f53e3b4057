"""The roadmap of a clinic's wing: stages, money, gates, compliance work, launches, tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from engine.inputs import Approach
from engine.plan.evaluation import group_sample, rare_sample, share_sample
from engine.plan.roadmap import chance_by
from engine.plan.spending import COMPLIANCE
from engine.result import Range
from tests.engine.clinic import KNOWLEDGE
from tests.engine.plan.wing import Planned, analysed, people, planned, use, yearly

CUSTOM = ["S028", "S029", "S030", "S031", "S032", "S033"]
TUNING = ["S050", "S051", "S052", "S053", "S054"]


def total(ranges: object) -> Decimal:
    return sum((one.likely for one in ranges), Decimal(0))  # type: ignore[attr-defined]


def test_the_stages_of_own_and_of_tuned_models_are_those_of_the_article() -> None:
    def named(approach: str) -> list[str | None]:
        return [stage.article for stage in KNOWLEDGE.plan.stages_of(approach)]  # type: ignore[arg-type]

    assert named("from_scratch") == named("continued_pretraining") == CUSTOM
    for approach in ("peft", "full_ft", "small_domain_model"):
        assert [row for row in named(approach) if row] == TUNING


@pytest.mark.parametrize("approach", get_args(Approach))
def test_each_stage_has_roles_a_gate_and_what_opens_it(approach: Approach) -> None:
    for stage in KNOWLEDGE.plan.stages_of(approach):
        assert stage.roles, stage.id
        assert stage.gate, stage.id
        assert stage.passes_when, stage.id


def test_stages_follow_each_other_and_their_weeks_are_the_options_weeks() -> None:
    plan = planned()
    option = analysed().use_cases[2].options[0]
    phases = [phase for phase in plan.roadmap.phases if phase.id.startswith("c.rag-")]

    assert [phase.id for phase in phases] == ["c.rag-sources", "c.rag-index", "c.rag-answers", "c.rag-pilot"]
    assert [phase.after for phase in phases] == [(), *((phase.id,) for phase in phases[:-1])]
    assert [phase.start_week for phase in phases] == [Decimal(week) for week in ("0.0", "2.8", "7.0", "10.5")]
    assert total(phase.weeks for phase in phases) == option.weeks.likely
    assert all(phase.weeks.low < phase.weeks.likely < phase.weeks.high for phase in phases)


def test_the_costs_of_stages_duties_and_platforms_are_the_cost_lines_of_the_build() -> None:
    plan = planned()
    options = {item.key: item.options[0] for item in analysed().use_cases}
    build = sum(
        line.amount.likely
        for option in options.values()
        for line in option.cost_lines
        if line.paid == "build" and line.key != COMPLIANCE
    )
    duties = sum(
        line.amount.likely
        for option in options.values()
        for line in option.cost_lines
        if line.key == COMPLIANCE
    )
    stages = [
        phase
        for phase in plan.roadmap.phases
        if not phase.id.startswith("platform.") and "-run" not in phase.id
    ]
    carried = sum(
        line.amount.likely
        for platform in plan.plan.ways.shared
        for line in platform.lines
        if line.paid == "build"
    ) * len(options)

    assert total(phase.cost for phase in stages) == build - carried
    assert all(
        phase.cost.likely == total(cost.amount for cost in phase.costs) for phase in plan.roadmap.phases
    )
    assert total(task.cost for task in plan.roadmap.tasks) == duties


def test_cash_is_the_portfolios_own() -> None:
    plan = planned(yearly(200_000))

    assert plan.roadmap.cash == plan.result.quarters


def test_the_critical_path_ends_with_the_last_launch_and_holds_no_slack() -> None:
    plan = planned()
    slack = {phase.id: phase.slack for phase in plan.roadmap.phases}
    last = max(plan.roadmap.launches, key=lambda launch: launch.week.likely)

    assert last.use_case == "c"
    assert plan.roadmap.critical_path == (
        "c.rag-sources", "c.rag-index", "c.rag-answers", "c.rag-pilot", "c.live",
    )  # fmt: skip
    assert {slack[name] for name in plan.roadmap.critical_path[:-1]} == {Decimal("0.0")}


def test_people_who_are_busy_are_on_the_path_of_what_waits_for_them() -> None:
    """With two people “d” waits for “c”."""
    plan = planned(people(2))
    phases = {phase.id: phase for phase in plan.roadmap.phases}

    assert phases["d.prompt-goal"].after == ("c.rag-pilot",)
    assert plan.roadmap.critical_path[-8:] == (
        "c.rag-sources", "c.rag-index", "c.rag-answers", "c.rag-pilot",
        "d.prompt-goal", "d.prompt-build", "d.prompt-pilot", "d.live",
    )  # fmt: skip
    assert phases["d.prompt-goal"].because == ("Before 2027-Q2 there are not enough people free to build it.")


def test_what_must_be_live_first_is_on_the_path_of_what_waits_for_it() -> None:
    plan = planned(use("a", requires=["c"]))
    phases = {phase.id: phase for phase in plan.roadmap.phases}

    assert phases["a.prompt-goal"].after == ("c.live",)
    assert plan.roadmap.critical_path[:6] == (
        "c.rag-sources", "c.rag-index", "c.rag-answers", "c.rag-pilot", "c.live", "a.prompt-goal",
    )  # fmt: skip


def test_a_deadline_that_is_missed_is_flagged_with_its_chance() -> None:
    plan = planned(use("a", deadline_months=1), use("b", deadline_months=None))
    launches = {launch.use_case: launch for launch in plan.roadmap.launches}

    assert (launches["a"].missed, launches["a"].deadline_week) == (True, Decimal("4.3"))
    assert launches["a"].week.likely == Decimal("8.0")
    assert launches["a"].chance == 0
    assert "3.7 weeks after its deadline in week 4.3" in launches["a"].because
    assert (launches["b"].missed, launches["b"].chance, launches["b"].deadline_week) == (None, None, None)
    assert (launches["c"].missed, launches["c"].deadline_week) == (False, Decimal("39.0"))
    rules = [rule for rule in plan.tracer.freeze().rules if rule.rule == "roadmap.deadline"]
    assert [rule.answers for rule in rules] == [("/use_cases/0/deadline_months",)]


@pytest.mark.parametrize(("deadline", "chance"), [("3", 0), ("4", 0), ("8", 50), ("12", 100), ("20", 100)])
def test_the_chance_of_a_deadline_follows_a_pert_curve(deadline: str, chance: int) -> None:
    """A symmetric range from 4 to 12 weeks: half of the cases lie before its middle."""
    week = Range(low=Decimal(4), likely=Decimal(8), high=Decimal(12))

    assert chance_by(Decimal(deadline), week) == chance


def test_a_week_that_is_certain_meets_its_deadline_or_does_not() -> None:
    sure = Range(low=Decimal(5), likely=Decimal(5), high=Decimal(5))

    assert (chance_by(Decimal(5), sure), chance_by(Decimal(4), sure)) == (100, 0)


def test_open_duties_are_tasks_in_the_order_of_the_steps_and_a_duty_of_all_stands_once() -> None:
    plan = planned()
    steps = [step.id for step in KNOWLEDGE.plan.steps]
    mine = [task for task in plan.roadmap.tasks if task.use_case == "a"]
    closes = [task.closes[0] for task in plan.roadmap.tasks]

    assert [steps.index(task.step) for task in mine] == sorted(steps.index(task.step) for task in mine)
    shared = [task for task in mine if task.also_for]
    assert shared
    assert {task.also_for for task in shared} == {("b", "c", "d")}
    assert all(closes.count(task.closes[0]) == 1 for task in shared)
    assert all(task.gate == "a.live" for task in mine if task.due is None)


def test_every_stage_but_the_last_has_its_gate_and_go_live_waits_for_the_pilot() -> None:
    gates = {gate.id: gate for gate in planned().roadmap.gates if gate.use_case == "c"}

    assert list(gates) == ["c.rag-sources.gate", "c.rag-index.gate", "c.rag-answers.gate", "c.live"]
    assert gates["c.rag-index.gate"].before == "c.rag-answers"
    assert gates["c.live"].after == ("c.rag-pilot",)
    assert gates["c.live"].passes_when == ("The pilot meets the threshold that was written down.",)


def test_an_error_that_costs_much_asks_for_a_person_who_takes_over() -> None:
    gate = next(gate for gate in planned(use("a", error_cost="high")).roadmap.gates if gate.id == "a.live")

    assert "A person takes over where the system is unsure, and this was tested." in gate.passes_when


def test_each_use_case_has_its_tests_with_thresholds_by_the_cost_of_an_error() -> None:
    def tests(plan: Planned, key: str) -> dict[str, tuple[str, Decimal]]:
        return {
            test.dimension: (test.direction, test.threshold)
            for test in plan.roadmap.evaluation
            if test.use_case == key
        }

    medium, critical = planned(), planned(use("c", error_cost="critical"))

    assert tests(medium, "c") == {
        "accuracy": ("at_least", Decimal("0.88")),
        "hallucination": ("at_most", Decimal("0.05")),
        "fairness": ("at_least", Decimal("0.8")),
        "security": ("at_most", Decimal("0.01")),
        "compliance": ("at_least", Decimal(1)),
    }
    assert tests(critical, "c")["accuracy"] == ("at_least", Decimal("0.97"))
    assert tests(critical, "c")["hallucination"] == ("at_most", Decimal("0.01"))


def test_a_use_case_that_generates_nothing_and_touches_nobody_has_no_such_tests() -> None:
    plan = planned(use("a", generates="none", profiling=False, vulnerable_people=False))

    assert [test.dimension for test in plan.roadmap.evaluation if test.use_case == "a"] == [
        "accuracy",
        "security",
        "compliance",
    ]


def test_a_test_that_may_be_needed_is_planned_and_says_so() -> None:
    fairness = next(test for test in planned().roadmap.evaluation if test.id == "a.fairness")

    assert fairness.basis.endswith("Whether the test is needed is not answered; it is planned until it is.")


def test_a_test_names_its_facts_its_answer_and_its_place_in_the_plan() -> None:
    test = next(test for test in planned().roadmap.evaluation if test.id == "c.answers")

    assert test.facts == ("evaluation.accuracy.medium", "evaluation.margin.accuracy")
    assert test.answers == ("/use_cases/2/error_cost",)
    assert (test.phase, test.gate, test.week) == ("c.rag-pilot", "c.live", Decimal("14.0"))
    assert test.sample == 254
    assert test.sample_how == "1.96² × 0.88 × 0.12 ÷ 0.04²: the share is known to ±0.04 at 95 %."


def test_samples_are_those_of_the_textbook() -> None:
    """385 for ±5 points at one half; 299 without a failure for 1 %; 193 in each group for 10 points."""
    assert share_sample(Decimal("0.5"), Decimal("0.05")) == 385
    assert rare_sample(Decimal("0.01")) == 299
    assert group_sample(Decimal("0.1")) == 193


def test_data_assets_are_checked_by_their_kind_where_data_is_first_touched() -> None:
    def kind(document: dict[str, object]) -> None:
        document["data_assets"][0]["kind"] = "customer_interactions"  # type: ignore[index]

    phases = {phase.id: phase for phase in planned(kind).roadmap.phases}

    text = "Customer interactions: personal data is found, and people were told of this use."
    assert text in phases["c.rag-index"].checks
    assert text not in phases["c.rag-sources"].checks


def test_the_programme_covers_every_fiscal_quarter_that_three_years_touch() -> None:
    def april(document: dict[str, object]) -> None:
        document["organisation"]["fiscal_year_start"] = "04-01"  # type: ignore[index]

    calendar = planned().plan.calendar
    assert calendar.periods[0] == "2026-Q4"
    assert calendar.periods[-1] == "2029-Q4"
    assert len(calendar.periods) == 13
    assert calendar.bounds[1] == Decimal((date(2027, 1, 1) - date(2026, 11, 24)).days) / 7
    assert calendar.end == Decimal((date(2029, 11, 24) - date(2026, 11, 24)).days) / 7
    assert planned(april).plan.calendar.periods[:3] == ("2027-Q3", "2027-Q4", "2028-Q1")
