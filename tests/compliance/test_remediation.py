"""From a gap to a task, and what becomes of it while analyses come and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.clock import today
from accounts.models import AuditEvent
from accounts.versions import Conflict
from compliance.duties import Duty, Part, duties
from compliance.models import RemediationTask, TaskDependency, TaskState
from compliance.policies import policy, set_policy
from compliance.remediation import TaskChange, change_task, follow, make_tasks
from compliance.workdays import after_business_days
from inventory.records import InvalidPart
from strategy.duties import duties_of, tasks_from
from strategy.models import Result, Run
from tests.compliance.conftest import varied
from tests.questions import questions
from tests.strategy.stored import finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
FRAME = ("the session", "the person", "the membership", "the scope before", "the organisations of the menu")


def made(duties: list[Duty], officer: Actor) -> list[RemediationTask]:
    return make_tasks(duties, run="run_a", as_of=date(2026, 12, 1), currency="EUR", actor=officer)


def decided(task: RemediationTask, **changed: Any) -> TaskChange:
    """What is decided of a task now, with some of it changed."""
    as_it_is = TaskChange(
        text=task.text,
        note=task.note,
        owner=task.owner.public_id if task.owner else None,
        due=task.due,
        days=task.days,
        cost=task.cost,
        currency=task.currency,
        waits_for=tuple(task.waits_for.values_list("public_id", flat=True)),
        state=task.state,
    )
    return replace(as_it_is, **changed)


def test_an_open_duty_becomes_a_task_with_the_words_of_its_rule(run: Run, officer: Actor) -> None:
    tasks = tasks_from(run, actor=officer)
    assert [(str(task), task.text, task.role, task.proof) for task in tasks] == [
        ("GDPR Art. 28(3), Staff assistant", "sign it", "Legal", "the signed agreement"),
        ("ISO 27001 A.5.19, Staff assistant", "sign it", "Legal", "the signed agreement"),
    ]
    blocking, unknown = tasks
    assert blocking.estimate == {"low": "3", "likely": "5", "high": "12"}
    assert (blocking.days, blocking.state, blocking.owner) == (Decimal(5), "open", None)
    assert (blocking.finding, blocking.blocker, unknown.finding, unknown.blocker) == (
        "gap",
        True,
        "unknown",
        False,
    )
    assert (blocking.run, blocking.as_of) == (run.public_id, run.as_of)
    assert AuditEvent.objects.first().after == {
        "run": run.public_id,
        "tasks": [task.public_id for task in tasks],
    }


def test_a_day_of_work_costs_what_the_option_says(run: Run, officer: Actor) -> None:
    """The stored option reckons its compliance work in days and money; five days of it cost their part."""
    body = Result.objects.get(run=run).use_cases.get().body["options"][0]["consequences"]
    rate = Decimal(body["cost"]["likely"]) / Decimal(body["days"]["likely"])
    task = tasks_from(run, actor=officer)[0]
    assert (task.cost, task.currency) == ((5 * rate).quantize(Decimal("0.01")), "EUR")


def test_making_tasks_again_makes_none(run: Run, officer: Actor) -> None:
    tasks_from(run, actor=officer)
    before = AuditEvent.objects.count()
    assert tasks_from(run, actor=officer) == []
    assert (RemediationTask.objects.count(), AuditEvent.objects.count()) == (2, before)


def test_the_due_date_follows_the_organisations_own_span_for_the_weight(gap: Duty, officer: Actor) -> None:
    set_policy(sla={"blocker": 3, "duty": 7}, freshness={}, holidays=(), actor=officer, version=0)
    blocking, plain = made([gap, varied(gap, "Art. 32(1)", blocker=False)], officer)
    assert blocking.due == after_business_days(today(), 3, ())
    assert plain.due == after_business_days(today(), 7, ())


def test_a_duty_that_comes_later_is_due_on_its_day(gap: Duty, officer: Actor) -> None:
    coming = date(2027, 12, 2)
    task = made([varied(gap, "Art. 33(1)", blocker=False, timing="upcoming", applies_from=coming)], officer)[
        0
    ]
    assert (task.due, task.timing) == (coming, "upcoming")


@pytest.mark.parametrize(
    "other",
    [
        {"state": "met"},
        {"state": "not_applicable"},
        {"applies": "unknown"},
        {"timing": "watch"},
        {"use_case": "no-such-use-case"},
    ],
)
def test_what_is_not_open_gets_no_task(gap: Duty, officer: Actor, other: dict[str, str]) -> None:
    assert made([varied(gap, "Art. 33(1)", **other)], officer) == []
    assert not RemediationTask.objects.exists()


def test_work_waits_for_what_blocks_in_the_steps_before_it(gap: Duty, officer: Actor) -> None:
    """The record of processing (inventory), then the basis (classification), then the contract, then the DPIA."""
    steps = ("Art. 35(1)", "Art. 28(3)", "Art. 6(1)", "Art. 30(1)")
    made([varied(gap, name) for name in steps], officer)
    links = TaskDependency.objects.values_list("task__requirement_id", "before__requirement_id")
    assert set(links) == {
        ("Art. 6(1)", "Art. 30(1)"),
        ("Art. 28(3)", "Art. 6(1)"),
        ("Art. 35(1)", "Art. 6(1)"),
        ("Art. 35(1)", "Art. 28(3)"),
    }


def test_a_step_without_blocking_work_passes_the_wait_on(gap: Duty, officer: Actor) -> None:
    made([varied(gap, "Art. 28(3)"), varied(gap, "Art. 30(1)")], officer)
    link = TaskDependency.objects.get()
    assert (link.task.requirement_id, link.before.requirement_id) == ("Art. 28(3)", "Art. 30(1)")


def test_people_decide_of_a_task_and_the_trail_says_what(gap: Duty, officer: Actor, world: World) -> None:
    task = made([gap], officer)[0]
    owner = world.person("north/editor")
    change = decided(
        task, owner=owner.public_id, days=Decimal("2.5"), cost=Decimal(900), currency="CHF", note="By phone"
    )
    changed = change_task(task, change, actor=officer, version=1)
    assert (changed.version, changed.owner, changed.days, changed.cost) == (
        2,
        owner,
        Decimal("2.5"),
        Decimal(900),
    )
    event = AuditEvent.objects.first()
    assert (event.action, event.object_id) == ("remediationtask.changed", task.public_id)
    differ = {name: event.after[name] for name in event.after if event.after[name] != event.before[name]}
    assert differ == {
        "owner": owner.public_id,
        "days": "2.5",
        "cost": "900.00",
        "currency": "CHF",
        "note": "By phone",
    }


def test_an_equal_change_writes_nothing_and_a_stale_one_is_refused(gap: Duty, officer: Actor) -> None:
    task = made([gap], officer)[0]
    before = AuditEvent.objects.count()
    assert change_task(task, decided(task), actor=officer, version=1).version == 1
    with pytest.raises(Conflict):
        change_task(task, decided(task, note="mine"), actor=officer, version=7)
    assert (RemediationTask.objects.get().note, AuditEvent.objects.count()) == ("", before)


def test_refusals_name_each_place_and_store_nothing(gap: Duty, officer: Actor, world: World) -> None:
    task = made([gap], officer)[0]
    before = AuditEvent.objects.count()
    change = decided(
        task,
        text=" ",
        owner=world.person("stranger").public_id,
        days=Decimal(0),
        cost=Decimal(-1),
        currency="euros",
        waits_for=("task_none", task.public_id),
        state="finished",
    )
    with pytest.raises(InvalidPart) as refused:
        change_task(task, change, actor=officer, version=1)
    assert [(p.where, p.what) for p in refused.value.problems] == [
        ("/text", "is empty"),
        ("/days", "0 days"),
        ("/cost", "-1"),
        ("/currency", "“euros”"),
        ("/state", "“finished” is not a state"),
        ("/owner", "is not a member"),
        ("/waits_for/0", "is not a task"),
        ("/waits_for", "runs in a circle"),
    ]
    task.refresh_from_db()
    assert (task.version, task.days, AuditEvent.objects.count()) == (1, Decimal(5), before)


def test_a_later_analysis_tells_each_task_what_it_finds(gap: Duty, officer: Actor) -> None:
    other = varied(gap, "Art. 32(1)")
    made([gap, other], officer)
    follow([replace(gap, state="met", blocker=False)], run="run_b", as_of=date(2026, 12, 8))
    found = RemediationTask.objects.order_by("pk").values_list("former_finding", "finding", "blocker", "run")
    assert list(found) == [("gap", "met", False, "run_b"), ("gap", "gone", False, "run_b")]


def test_a_done_task_whose_duty_is_found_open_is_opened_again(gap: Duty, officer: Actor) -> None:
    task = made([gap], officer)[0]
    RemediationTask.objects.update(state=TaskState.DONE)
    assert follow([gap], run="run_b", as_of=date(2026, 12, 8)) == [task]
    task.refresh_from_db()
    assert (task.state, task.version, task.closed_at) == ("open", 2, None)
    event = AuditEvent.objects.first()
    assert (event.action, event.actor_kind, event.after["run"]) == (
        "remediationtask.opened_again",
        "system",
        "run_b",
    )


def test_an_analysis_of_an_earlier_day_changes_no_task(gap: Duty, officer: Actor) -> None:
    made([gap], officer)
    assert follow([], run="run_b", as_of=date(2026, 11, 30)) == []
    assert RemediationTask.objects.get().finding == "gap"


def test_a_new_analysis_is_followed_by_itself(run: Run, officer: Actor) -> None:
    tasks_from(run, actor=officer)
    later = finished_run(officer, "Staff assistant", day=date(2026, 12, 15))
    assert set(RemediationTask.objects.values_list("run", "as_of")) == {(later.public_id, later.as_of)}


def test_a_duty_that_no_use_case_decides_stands_once_for_all(run: Run) -> None:
    finding = Result.objects.get(run=run).use_cases.get().findings[1]
    common = finding | {"rule": "baseline.GDPR", "needs": ["/controls"], "blocker": False, "state": "unknown"}
    parts = [
        Part(use_case="a", findings=[common, finding], day_cost=None),
        Part(
            use_case="b",
            findings=[common | {"state": "partial", "requirement_id": "Art. 32(1)"}],
            day_cost=None,
        ),
        Part(use_case="c", findings=[common | {"requirement_id": "Art. 32(1)"}], day_cost=Decimal(1000)),
    ]
    found = [
        (duty.use_case, duty.use_cases, duty.requirement_id, duty.state, duty.cost) for duty in duties(parts)
    ]
    assert found == [
        ("a", ("a",), "Art. 28(3)", "gap", None),
        (None, ("b", "c"), "Art. 32(1)", "partial", None),
    ]


def test_a_planned_option_counts_before_the_recommended_one(run: Run) -> None:
    part = Result.objects.get(run=run).use_cases.get()
    assert {duty.requirement_id for duty in duties_of(part.result)} == {"Art. 30(1)", "Art. 28(3)", "A.5.19"}


def test_spans_that_cannot_be_are_refused_and_change_nothing(officer: Actor) -> None:
    with pytest.raises(InvalidPart) as refused:
        set_policy(
            sla={"blocker": 0, "soon": 3}, freshness={"policy": 121}, holidays=(), actor=officer, version=0
        )
    assert [(p.where, p.what) for p in refused.value.problems] == [
        ("/sla/soon", "unknown name “soon”"),
        ("/sla/blocker", "0 business days"),
        ("/freshness/policy", "121 months"),
    ]
    assert policy().version == 0


def test_spans_that_are_left_out_stand_as_the_release_has_them(officer: Actor) -> None:
    release = policy()
    spans = set_policy(
        sla={"duty": 30}, freshness={"policy": 6}, holidays=(date(2026, 12, 25),), actor=officer, version=0
    )
    assert spans.sla == {**release.sla, "duty": 30}
    assert spans.freshness == {**release.freshness, "policy": 6}
    assert policy() == spans
    with pytest.raises(Conflict):
        set_policy(sla={}, freshness={}, holidays=(), actor=officer, version=0)
    assert policy() == spans


def test_the_pages_lead_from_findings_to_a_task_and_keep_what_was_typed(
    world: World, sign_in: SignIn, run: Run
) -> None:
    client = sign_in(world, "north/compliance_officer")
    at = f"/o/{world.north.slug}"
    assert client.post(f"{at}/runs/{run.public_id}/tasks/").url == f"{at}/tasks/"
    page = client.get(f"{at}/tasks/").content.decode()
    assert page.index("GDPR Art. 28(3)") < page.index("ISO 27001 A.5.19")
    assert "2 of 2 tasks." in page
    task = RemediationTask.objects.order_by("pk").first()
    assert task is not None
    form = {"version": "1", "text": task.text, "state": "started", "due": "2027-01-04", "days": "nine"}
    answer = client.post(f"{at}/tasks/{task.public_id}/change/", form)
    assert answer.status_code == 400
    assert b'value="nine"' in answer.content
    assert client.post(f"{at}/tasks/{task.public_id}/change/", form | {"days": "9"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.due, task.days) == ("started", date(2027, 1, 4), Decimal(9))


def test_a_viewer_reads_a_task_and_has_no_form(
    world: World, sign_in: SignIn, run: Run, officer: Actor
) -> None:
    task = tasks_from(run, actor=officer)[0]
    page = (
        sign_in(world, "north/viewer").get(f"/o/{world.north.slug}/tasks/{task.public_id}/").content.decode()
    )
    assert "the signed agreement" in page
    assert '<form method="post" class="narrow"' not in page


def test_the_list_asks_the_same_eight_questions_at_20_and_at_200(
    world: World, sign_in: SignIn, gap: Duty, officer: Actor
) -> None:
    client = sign_in(world, "north/compliance_officer")
    for amount in (20, 200):
        made([varied(gap, f"Art. {number}") for number in range(amount)], officer)
        asked = questions(client, f"/o/{world.north.slug}/tasks/")
        assert len(asked) == len((*FRAME, "the tasks", "what they wait for", "the rows of the page"))
    assert RemediationTask.objects.count() == 200


@pytest.mark.parametrize(("evidence", "points"), [("shown", "7"), ("stale", "8"), ("absent", "8")])
def test_without_evidence_that_holds_the_severity_is_one_step_higher(
    gap: Duty, evidence: str, points: str
) -> None:
    assert replace(gap, evidence=evidence).points == Decimal(points)
