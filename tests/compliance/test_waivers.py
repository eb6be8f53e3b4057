"""Risks are accepted by who may, up to a level, until a day, and never for what blocks a launch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.clock import today
from accounts.models import AuditEvent
from compliance import remediation
from compliance.duties import Duty
from compliance.models import Comment, RemediationTask, Waiver
from compliance.remediation import change_task, follow, make_tasks, reopen_expired
from compliance.waivers import HasEnded, WaiverPart, accept, comment, end, is_waived
from inventory.records import InvalidPart
from tests.compliance.conftest import varied
from tests.compliance.test_remediation import FRAME, decided
from tests.questions import questions
from tests.world import World

SignIn = Callable[[World, str], Client]
LOGGING = "ISO27001/A.8.15"
KEY = (None, "ISO27001", "A.8.15")


def wish(**changed: Any) -> WaiverPart:
    asked = WaiverPart(
        kind="risk",
        about=LOGGING,
        level="medium",
        reason="A pilot with eight users",
        instead="",
        expires_on=today() + timedelta(days=90),
    )
    return replace(asked, **changed)


def as_role(world: World, role: str) -> Actor:
    return Actor.person(world.person(f"north/{role}"), role)


@pytest.mark.parametrize(
    ("role", "most"),
    [
        ("owner", "high"),
        ("approver", "high"),
        ("admin", "medium"),
        ("compliance_officer", "medium"),
        ("editor", None),
        ("contributor", None),
        ("auditor", None),
        ("viewer", None),
        ("api_client", None),
    ],
)
def test_each_role_accepts_up_to_its_level(in_north: World, role: str, most: str | None) -> None:
    levels = ("low", "medium", "high")
    actor = Actor("key", "key_a", "A key", role) if role == "api_client" else as_role(in_north, role)
    for number, level in enumerate(levels):
        if most is not None and number <= levels.index(most):
            made = accept(wish(level=level), actor=actor)
            assert (made.level, made.accepted_by, made.accepted_as) == (level, actor.label, role)
        else:
            with pytest.raises(InvalidPart, match=f"your role does not accept a risk of level {level}"):
                accept(wish(level=level), actor=actor)
    assert Waiver.objects.count() == (0 if most is None else levels.index(most) + 1)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"kind": "wish"}, "/kind"),
        ({"level": "total"}, "/level"),
        ({"reason": "  "}, "/reason"),
        ({"kind": "exception"}, "/instead"),
        ({"about": "ISO27001/A.99"}, "/about"),
        ({"about": "GDPR/Art. 28(3)"}, "/about"),
        ({"about": "EUAIA/Art. 5(1)(f)"}, "/about"),
        ({"expires_on": date(2020, 1, 1)}, "/expires_on"),
        ({"expires_on": date(2999, 1, 1)}, "/expires_on"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(
    in_north: World, changed: dict[str, Any], where: str
) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(InvalidPart) as refused:
        accept(wish(**changed), actor=as_role(in_north, "owner"))
    assert [problem.where for problem in refused.value.problems] == [where]
    assert not Waiver.objects.exists()
    assert AuditEvent.objects.count() == before


def test_what_blocks_a_launch_can_be_met_and_not_accepted(in_north: World) -> None:
    with pytest.raises(InvalidPart) as refused:
        accept(wish(about="GDPR/Art. 28(3)/assistant"), actor=as_role(in_north, "owner"))
    assert str(refused.value) == (
        "/about: GDPR Art. 28(3) blocks a launch or is unlawful while it is open. "
        "Right: meet it: no risk can be accepted for it"
    )


def test_it_stands_until_its_day_and_not_after_it_or_its_end(in_north: World) -> None:
    owner = as_role(in_north, "owner")
    waiver = accept(wish(), actor=owner)
    assert is_waived(KEY, waiver.expires_on)
    assert is_waived(("assistant", *KEY[1:]), today())
    assert not is_waived(KEY, waiver.expires_on + timedelta(days=1))
    with pytest.raises(InvalidPart):
        end(waiver, reason=" ", actor=owner)
    assert is_waived(KEY, today())
    end(waiver, reason="Logging is in place", actor=owner)
    assert not is_waived(KEY, today())
    with pytest.raises(HasEnded):
        end(waiver, reason="again", actor=owner)
    assert AuditEvent.objects.first().action == "risk.ended"


def test_an_accepted_risk_closes_a_task_and_lets_it_rest_while_it_stands(gap: Duty, officer: Actor) -> None:
    """The next analysis within its time leaves the task closed; the one after its last day opens it again."""
    duty = varied(gap, "A.8.15", regime="ISO27001", use_case=None, blocker=False, legal="practice")
    task = make_tasks([duty], run="run_a", as_of=today(), currency="EUR", actor=officer)[0]
    with pytest.raises(InvalidPart, match="nothing shows that it is done"):
        change_task(task, decided(task, state="done"), actor=officer)
    waiver = accept(wish(), actor=officer)
    change_task(task, decided(task, state="done"), actor=officer)
    assert follow([duty], run="run_b", as_of=waiver.expires_on) == []
    assert RemediationTask.objects.get().state == "done"
    assert follow([duty], run="run_c", as_of=waiver.expires_on + timedelta(days=1)) == [task]
    assert RemediationTask.objects.get().state == "open"


def test_a_task_comes_back_on_the_day_after_its_acceptance_without_another_analysis(
    gap: Duty, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    duty = varied(gap, "A.8.15", regime="ISO27001", use_case=None, blocker=False, legal="practice")
    task = make_tasks([duty], run="run_a", as_of=today(), currency="EUR", actor=officer)[0]
    waiver = accept(wish(), actor=officer)
    change_task(task, decided(task, state="done"), actor=officer)
    for days, again in ((0, []), (1, [task])):
        monkeypatch.setattr(remediation, "today", lambda days=days: waiver.expires_on + timedelta(days=days))
        assert reopen_expired() == again
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.action, event.after["state"]) == ("remediationtask.opened_again", "open")
    assert reopen_expired() == []


def test_a_task_comes_back_once_its_acceptance_is_ended(gap: Duty, officer: Actor) -> None:
    duty = varied(gap, "A.8.15", regime="ISO27001", use_case=None, blocker=False, legal="practice")
    task = make_tasks([duty], run="run_a", as_of=today(), currency="EUR", actor=officer)[0]
    waiver = accept(wish(), actor=officer)
    change_task(task, decided(task, state="done"), actor=officer)
    end(waiver, reason="The pilot grew", actor=officer)
    assert reopen_expired() == [task]
    assert RemediationTask.objects.get().state == "open"


def test_comments_stay_as_they_were_said(gap: Duty, officer: Actor, in_north: World) -> None:
    task = make_tasks([gap], run="run_a", as_of=today(), currency="EUR", actor=officer)[0]
    comment(task, " Asked the vendor ", actor=as_role(in_north, "auditor"))
    with pytest.raises(InvalidPart):
        comment(task, " ", actor=officer)
    assert [(c.text, c.author) for c in task.comments.all()] == [("Asked the vendor", "auditor")]
    assert Comment.objects.count() == 1


def test_the_pages_accept_show_and_end_a_risk(
    world: World, sign_in: SignIn, gap: Duty, officer: Actor
) -> None:
    at, client = f"/o/{world.north.slug}", sign_in(world, "north/compliance_officer")
    task = make_tasks([gap], run="run_a", as_of=today(), currency="EUR", actor=officer)[0]
    page = client.get(f"{at}/tasks/{task.public_id}/").content.decode()
    assert "No risk can be accepted for it" in page
    form = {
        "kind": "exception",
        "about": LOGGING,
        "level": "high",
        "reason": "A pilot",
        "expires_on": (today() + timedelta(days=9)).isoformat(),
    }
    refused = client.post(f"{at}/waivers/new/", form).content.decode()
    assert "Your role does not accept a risk of level high. Right: ask: Owner, Approver." in refused
    assert "what stands in its place" in refused
    stored = client.post(
        f"{at}/waivers/new/", form | {"level": "low", "instead": "Weekly reading of the log"}
    )
    assert "Weekly reading of the log" in client.get(stored.url).content.decode()
    assert client.post(f"{stored.url}end/", {"reason": "Done"}).status_code == 302
    assert client.post(f"{stored.url}end/", {"reason": "Done"}).status_code == 409
    assert "Ended" in client.get(f"{at}/waivers/").content.decode()


def test_the_list_asks_the_same_seven_questions_at_20_and_at_200(
    world: World, sign_in: SignIn, officer: Actor
) -> None:
    client, asked = sign_in(world, "north/viewer"), []
    for amount in (20, 180):
        for _ in range(amount):
            accept(wish(), actor=officer)
        asked.append(len(questions(client, f"/o/{world.north.slug}/waivers/")))
    assert asked == [len((*FRAME, "how many", "the rows"))] * 2 == [7, 7]
