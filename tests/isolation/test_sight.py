"""What limited members see of compliance: an auditor the given regimes, a contributor the own tasks, and comments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.clock import today
from accounts.models import AuditEvent
from accounts.tenancy import Sight, scope, seeing
from compliance.evidence import EvidencePart, NewFile, create_evidence
from compliance.models import (
    Comment,
    ControlAnswer,
    Determination,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    RegimeScope,
    RemediationTask,
    TaskDependency,
    Waiver,
)
from compliance.remediation import make_tasks
from compliance.services import create_control_answer
from compliance.waivers import WaiverPart, accept, comment
from inventory.models import UseCase
from reports.registers import REGISTERS
from strategy.duties import duties_of
from strategy.models import Result
from tests.strategy.stored import finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
HIDDEN = "ISO 27001"


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    """North with the same things in two regimes: GDPR, which its auditor reads, and ISO 27001, which not."""
    with scope(shared_world.north):
        actor = Actor.person(shared_world.person("north/owner"), "owner")
        run = finished_run(actor, "Staff assistant")
        duty = next(one for one in duties_of(Result.objects.get(run=run)) if one.blocker)
        duties = [
            replace(duty, regime="GDPR", requirement_id="Art. 32(1)", blocker=False),
            replace(duty, regime="ISO27001", requirement_id="A.5.1", blocker=False),
        ]
        tasks = make_tasks(duties, run=run.public_id, as_of=run.as_of, currency="EUR", actor=actor)
        TaskDependency.objects.create(task=tasks[0], before=tasks[1])
        for task, path in zip(tasks, ("GDPR/Art. 32(1)", "ISO27001/A.5.1"), strict=True):
            comment(task, f"About {path}", actor=actor)
            part = WaiverPart(
                kind="risk", about=path, level="low", reason=f"Why of {path}", instead="",
                expires_on=today() + timedelta(days=9),
            )  # fmt: skip
            accept(part, actor=actor)
            piece = EvidencePart(name=f"Proof of {path}", kind="policy", note="", links=(path,))
            file = NewFile(filename="a.txt", content=b"so", valid_from=today(), valid_until=None)
            comment(create_evidence(piece, file, actor=actor), f"On the proof of {path}", actor=actor)
            regime, _, name = path.partition("/")
            if regime == "ISO27001":
                create_control_answer(
                    ControlAnswer,
                    {"regime": regime, "requirement_id": name, "status": "partial"},
                    actor=actor,
                )
        for question in ("dpia", "fria"):
            Determination.objects.create(
                question=question, use_case=UseCase.objects.get(key="assistant"), verdict="needed", reason="x",
                proposed="yes", run=run.public_id, release="2026.11", decided_by="Owner",
            )  # fmt: skip
    return shared_world


def held(model: type[Any]) -> int:
    return model.objects.count()


CUT = (
    RemediationTask, Waiver, Comment, Evidence, EvidenceLink, EvidenceVersion, EvidenceFile, Determination,
)  # fmt: skip


def test_every_read_within_a_sight_is_cut_to_its_regimes(world: World) -> None:
    with scope(world.north):
        whole = {model: held(model) for model in CUT}
        with seeing(Sight(regimes=frozenset({"GDPR"}))):
            assert {model: held(model) * 2 for model in CUT} == whole
            assert held(TaskDependency) == 0
            assert set(ControlAnswer.objects.values_list("regime", flat=True)) == {"GDPR"}
            assert set(RegimeScope.objects.values_list("key", flat=True)) == {"GDPR"}
        with seeing(Sight(regimes=frozenset())):
            assert [held(model) for model in (*CUT, ControlAnswer, RegimeScope)] == [0] * 10
        assert {model: held(model) for model in CUT} == whole


PAGES = (
    "posture/",
    "requirements/",
    "common-controls/",
    "tasks/",
    "evidence/",
    "waivers/",
    "controls/",
    "regimes/",
)


def test_an_auditor_sees_the_given_regimes_and_nothing_of_the_others(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/auditor")
    at, api = f"/o/{world.north.slug}", f"/api/v1/organisations/{world.north.public_id}"
    for path in (*PAGES, *(f"registers/{name}/" for name in REGISTERS)):
        page = client.get(f"{at}/{path}")
        text = page.content.decode().replace(REGISTERS["statement-of-applicability"].empty, "")
        assert page.status_code == 200, path
        assert HIDDEN not in text.partition("<main")[2], path
        assert "ISO27001" not in text, path
    for name in REGISTERS:
        assert HIDDEN not in client.get(f"{api}/registers/{name}/").content.decode().replace(
            REGISTERS["statement-of-applicability"].purpose, ""
        ), name
    matrix = client.get(f"{api}/compliance/matrix/").json()
    assert [cell["regime"] for cell in matrix["totals"]] == ["GDPR"]
    assert [one["id"] for one in client.get(f"{api}/catalogues/").json()["items"]] == ["GDPR", "SOC2"]
    with scope(world.north):
        task, hidden = RemediationTask.objects.order_by("pk")
        waiver = Waiver.objects.get(regime="ISO27001")
    for path in ("requirements/ISO27001/", "requirements/ISO27001/A.5.1/", f"tasks/{hidden.public_id}/",
                 f"waivers/{waiver.public_id}/"):  # fmt: skip
        assert client.get(f"{at}/{path}").status_code == 404, path
    for path in ("catalogues/ISO27001/", f"tasks/{hidden.public_id}/", f"waivers/{waiver.public_id}/",
                 f"tasks/{hidden.public_id}/comments/"):  # fmt: skip
        assert client.get(f"{api}/{path}").status_code == 404, path
    shown = client.get(f"{at}/tasks/{task.public_id}/").content.decode()
    assert HIDDEN not in shown.partition("<main")[2]


def test_an_auditors_views_are_entered_and_the_comment_is_kept(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/auditor")
    with scope(world.north):
        task, hidden = RemediationTask.objects.order_by("pk")
        before = Comment.objects.count()
    address = f"/o/{world.north.slug}/tasks/{task.public_id}/"
    client.get(address)
    assert client.post(f"{address}comments/", {"text": "Who reviews it?"}).status_code == 302
    there = f"/o/{world.north.slug}/tasks/{hidden.public_id}/comments/"
    assert client.post(there, {"text": "Not mine"}).status_code == 404
    with scope(world.north):
        said, viewed = AuditEvent.objects.order_by("-pk")[:2]
        assert (viewed.action, viewed.after) == ("auditor.viewed", {"page": address})
        assert said.action == "comment.made"
        assert Comment.objects.count() == before + 1


def test_a_contributor_sees_the_tasks_given_to_them_and_comments_on_them(
    world: World, sign_in: SignIn
) -> None:
    client = sign_in(world, "north/contributor")
    at = f"/o/{world.north.slug}"
    assert "No task for you" in client.get(f"{at}/tasks/").content.decode()
    with scope(world.north):
        own, other = RemediationTask.objects.order_by("-pk")
        RemediationTask.objects.filter(pk=own.pk).update(owner=world.person("north/contributor"))
    listed = client.get(f"/api/v1/organisations/{world.north.public_id}/tasks/").json()["items"]
    assert [task["id"] for task in listed] == [own.public_id]
    page = client.get(f"{at}/tasks/{own.public_id}/").content.decode()
    assert "About ISO27001/A.5.1" in page
    assert "Why of" not in page
    assert client.get(f"{at}/tasks/{other.public_id}/").status_code == 404
    assert client.post(f"{at}/tasks/{own.public_id}/comments/", {"text": "Done by May"}).status_code == 302
    assert client.post(f"{at}/tasks/{own.public_id}/change/", {"text": "x"}).status_code == 403
    for path in ("posture/", "waivers/", "registers/gaps/", "requirements/", "evidence/"):
        assert client.get(f"{at}/{path}").status_code == 403, path
