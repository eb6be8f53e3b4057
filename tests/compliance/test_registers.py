"""Registers: what an officer hands to an auditor, on a page, as a file, over the API."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client
from openpyxl import load_workbook

from accounts.audit import Actor
from accounts.clock import today
from accounts.tenancy import TENANT_MODELS
from compliance.duties import Duty
from compliance.evidence import EvidencePart, NewFile, create_evidence, review
from compliance.models import (
    Comment,
    CommonControlAnswer,
    ControlAnswer,
    Determination,
    Evidence,
    EvidenceVersion,
    RegimeScope,
    RemediationTask,
    Waiver,
)
from compliance.remediation import change_task, make_tasks
from compliance.services import create_control_answer, create_known
from compliance.waivers import WaiverPart, accept, comment
from inventory.knowledge import current
from inventory.models import UseCase
from inventory.services import create_record, update_record
from reports.registers import REGISTERS
from reports.registers.material import Material
from reports.registers.register import made
from reports.registers.writing import csv as as_csv
from reports.registers.writing import xlsx
from strategy.duties import tasks_from
from strategy.models import Run
from tests.compliance.conftest import varied
from tests.compliance.test_remediation import FRAME, decided
from tests.questions import questions
from tests.strategy.stored import finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]


def rows(name: str) -> list[dict[str, Any]]:
    return made(REGISTERS[name], Material()).records()


@pytest.fixture
def reviewer(in_north: World) -> Actor:
    return Actor.person(in_north.person("north/admin"), "admin")


def stored(officer: Actor, reviewer: Actor, part: EvidencePart, days: int = 90) -> Evidence:
    until = today() + timedelta(days=days)
    file = NewFile(
        filename="a.txt", content=b"signed", valid_from=today() - timedelta(days=200), valid_until=until
    )
    piece = create_evidence(part, file, actor=officer)
    review(piece.versions.get(), accept=True, reason="", actor=reviewer)
    return piece


def test_without_an_analysis_nothing_is_known_and_the_register_says_so(in_north: World) -> None:
    register = made(REGISTERS["gaps"], Material())
    assert register.rows == ()
    assert dict(register.head)["Analysis"] == "None yet: nothing was analysed, so nothing is known to be open"


def test_a_gap_stands_with_its_reason_its_task_and_what_stands_beside_it(
    run: Run, officer: Actor, reviewer: Actor
) -> None:
    task = tasks_from(run, actor=officer)[0]
    change = decided(task, note="By phone", owner=reviewer.id)
    change_task(task, change, actor=officer)
    stored(
        officer, reviewer, EvidencePart(name="Draft", kind="contract", note="", links=("GDPR/Art. 28(3)",))
    )
    first, second = rows("gaps")
    assert (first["requirement"], first["state"], first["blocks_launch"]) == ("Art. 28(3)", "gap", True)
    assert (second["requirement"], second["state"], second["blocks_launch"]) == ("A.5.19", "unknown", False)
    assert (first["use_case"], first["legal"], first["points"]) == ("Staff assistant", "duty", "8")
    assert first["because"].startswith("personal data goes to a vendor")
    assert (first["days_low"], first["days_likely"], first["days_high"]) == ("3", "5", "12")
    assert (first["owner"], first["due"], first["age"]) == ("admin", task.due.isoformat(), "0–30 days")
    assert first["plan"] == "sign it\nBy phone"
    assert first["evidence"] == f"Draft, until {today() + timedelta(days=90)}"
    assert first["rules"] == "AIR010"


def test_expired_evidence_stands_beside_nothing(run: Run, officer: Actor, reviewer: Actor) -> None:
    part = EvidencePart(name="Old", kind="contract", note="", links=("GDPR/Art. 28(3)",))
    stored(officer, reviewer, part, days=-1)
    assert rows("gaps")[0]["evidence"] == ""
    assert [row["expired"] for row in rows("evidence")] == [True]


def test_what_changed_since_the_last_analysis(run: Run, officer: Actor) -> None:
    assert rows("changes") == []
    finished_run(officer, "Staff assistant", "More", day=date(2026, 12, 15))
    found = [(row["change"], row["use_case"], row["requirement"], row["before"]) for row in rows("changes")]
    assert found == [
        ("still open", "Staff assistant", "Art. 28(3)", "gap"),
        ("still open", "Staff assistant", "A.5.19", "unknown"),
        ("new", "More", "Art. 28(3)", "not open"),
        ("new", "More", "A.5.19", "not open"),
    ]


def test_the_statement_of_applicability_holds_every_control_once_with_its_reason(
    run: Run, officer: Actor, reviewer: Actor
) -> None:
    scope = RegimeScope.objects.get(key="ISO27001")
    left = [{"requirement_id": "A.7.4", "reason": "No premises of our own"}]
    update_record(scope, {"regime": "ISO27001", "in_scope": True, "exclusions": left}, actor=officer)
    about = {"regime": "ISO27001", "requirement_id": "A.8.13", "status": "implemented", "reason": "Nightly"}
    create_control_answer(ControlAnswer, about, actor=officer)
    accept(
        WaiverPart(
            kind="risk",
            about="ISO27001/A.8.15",
            level="low",
            reason="A pilot",
            instead="",
            expires_on=today() + timedelta(days=30),
        ),
        actor=officer,
    )
    found = {row["control"]: row for row in rows("statement-of-applicability")}
    assert len(found) == 93
    assert [name for name, row in found.items() if row["applied"] == "no"] == ["A.7.4"]
    assert found["A.7.4"]["reason"] == "No premises of our own"
    assert (found["A.8.13"]["status"], found["A.8.13"]["stands"], found["A.8.13"]["reason"]) == (
        "implemented",
        "met",
        "Nightly",
    )
    assert found["A.8.15"]["risk"].startswith("Accepted risk (low) until")
    assert (found["A.8.16"]["status"], found["A.8.16"]["reason"]) == ("not answered", "Not excluded")


def test_inherited_controls_count_only_with_evidence_that_is_valid_and_covers_the_service(
    officer: Actor,
) -> None:
    later, gone = (today() + timedelta(days=9)).isoformat(), "2025-01-31"
    given = {
        "A.7.1": [{"kind": "soc2_report", "valid_until": later, "covers_service": True}],
        "A.7.2": [{"kind": "soc2_report", "valid_until": gone, "covers_service": True}],
        "A.7.3": [{"kind": "soc2_report", "valid_until": later, "covers_service": False}],
        "A.7.5": [],
    }
    for name, evidence in given.items():
        part = {"regime": "ISO27001", "requirement_id": name, "status": "inherited", "evidence": evidence}
        create_control_answer(ControlAnswer, part, actor=officer)
    found = {row["requirement"]: (row["counts"], row["until"]) for row in rows("inherited")}
    no = "no: no evidence that is valid and covers the service"
    assert found == {"A.7.1": ("yes", later), "A.7.2": (no, None), "A.7.3": (no, None), "A.7.5": (no, None)}
    assert rows("inherited")[0]["provided"] == (
        "vendor's application: provider\nvendor's shared endpoint: provider\nown cloud account: shared"
    )
    provided = {(row["regime"], row["requirement"]): row for row in rows("who-provides")}
    assert provided["ISO 27001", "A.7.1"] == {
        "regime": "ISO 27001",
        "requirement": "A.7.1",
        "title": "Physical perimeters",
        "vendor_saas": "provider",
        "public_api": "provider",
        "private_cloud": "shared",
        "on_prem": "organisation",
        "because": "The machines stand in the provider’s buildings. In an own cloud account the organisation chooses them, and answers for its own rooms.",
        "status": "inherited from a supplier",
        "stands": "met",
    }
    assert ("GDPR", "Art. 6(1)") not in provided


def test_the_plan_of_action_says_who_closes_what_by_when(run: Run, gap: Duty, officer: Actor) -> None:
    first = rows("plan-of-action")[0]
    assert (first["item"], first["weakness"], first["blocks_launch"], first["status"]) == (
        1,
        "GDPR Art. 28(3): Title of Art. 28(3)",
        True,
        "not planned",
    )
    assert (first["by"], first["days"], first["milestone"]) == ("nobody yet (usually: Legal)", "5", None)
    (task,) = make_tasks([gap], run="run_a", as_of=today(), currency="EUR", actor=officer)
    planned = rows("plan-of-action")[0]
    assert (planned["status"], planned["milestone"]) == ("open", task.due.isoformat())


def test_open_questions_stand_by_how_many_duties_they_decide(run: Run) -> None:
    (row,) = rows("unknown")
    assert (row["record"], row["place"], row["decides"]) == ("Model vendor", "/vendors/0/dpa_signed", 1)
    assert row["duties"] == "ISO 27001 A.5.19"


MARK = "Zq7marker"


def marked(model: type[models.Model], name: str) -> str:
    """A word that stands in one field of one kind of row, and nowhere else."""
    return f"{MARK}-{model._meta.model_name}-{name}"


@pytest.fixture
def full(run: Run, officer: Actor, reviewer: Actor) -> set[str]:
    """A row of every kind; in each text that compliance stores a word of its own. Those words."""
    tasks_from(run, actor=officer)
    piece = stored(
        officer, reviewer, EvidencePart(name="E", kind="contract", note="", links=("GDPR/Art. 28(3)",))
    )
    author = Actor("person", "usr_a", marked(Comment, "author"), "auditor")
    comment(RemediationTask.objects.earliest("pk"), marked(Comment, "text"), actor=author)
    comment(piece, "seen", actor=officer)
    wish = {"level": "low", "reason": "r", "instead": "i", "expires_on": today() + timedelta(days=30)}
    accept(WaiverPart(kind="exception", about="ISO27001/A.5.1", **wish), actor=officer)
    found = {marked(Comment, "text"), marked(Comment, "author")}
    for model in (RemediationTask, Evidence, EvidenceVersion, Waiver):
        names = [field.name for field in texts(model)]
        model.objects.update(**{name: marked(model, name) for name in names})
        found |= {marked(model, name) for name in names}
    common = next(iter(current().law.crosswalk.controls))
    said: dict[type[models.Model], dict[str, Any]] = {
        CommonControlAnswer: {"control": common, "status": "partial"},
        ControlAnswer: {"regime": "GDPR", "requirement_id": "Art. 32(1)", "status": "partial"},
    }
    for model, part in said.items():
        create = create_control_answer if model is ControlAnswer else create_known
        create(model, {**part, "reason": marked(model, "reason")}, actor=officer)
        found.add(marked(model, "reason"))
    left = [{"requirement_id": "A.7.4", "reason": marked(RegimeScope, "reason")}]
    scope = RegimeScope.objects.get(key="ISO27001")
    update_record(scope, {"regime": "ISO27001", "in_scope": True, "exclusions": left}, actor=officer)
    case = UseCase.objects.get(key="assistant")
    Determination.objects.create(
        use_case=case,
        question="dpia",
        verdict="needed",
        reason=marked(Determination, "reason"),
        decided_by=marked(Determination, "decided_by"),
        criteria=[{"text": marked(Determination, "criteria"), "met": "yes"}],
    )
    found |= {marked(Determination, name) for name in ("reason", "decided_by", "criteria")}
    return found | {marked(RegimeScope, "reason")}


KEPT_BESIDE = {
    "public_id": "an id",
    "key": "an id",
    "regime": "a word of the catalogue",
    "requirement_id": "a word of the catalogue",
    "run": "an id",
    "uploader": "an id, whose label is shown",
    "reviewer": "an id, whose label is shown",
    "sha256": "a hash, written in full",
    "media_type": "of a closed list",
    "currency": "of a closed list",
    "kind": "of a closed list",
}


def texts(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of a model in which people's words, or a rule's, stand."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.max_length not in (10, 20)
        and field.name not in KEPT_BESIDE
    ]


def test_every_text_that_compliance_stores_is_in_each_form_of_export(
    full: set[str], world: World, sign_in: SignIn
) -> None:
    """A marker in each field is found again in the workbook, the CSVs, the JSON, the API and the pages."""
    client = sign_in(world, "north/owner")
    at, api = f"/o/{world.north.slug}/registers", f"/api/v1/organisations/{world.north.public_id}/registers"
    book = load_workbook(io.BytesIO(client.get(f"{at}/all/xlsx/").content))

    def joined(start: str, end: str = "") -> str:
        return "\n".join(client.get(f"{start}/{name}/{end}").content.decode() for name in REGISTERS)

    forms = {
        "xlsx": "\n".join(str(c.value) for sheet in book for line in sheet.iter_rows() for c in line),
        "json": client.get(f"{at}/all/json/").content.decode(),
        "csv": joined(at, "csv/"),
        "api": joined(api),
        "page": joined(at),
    }
    assert {(form, mark) for form, text in forms.items() for mark in full if mark not in text} == set()
    assert len(full) == 26
    assert {m._meta.object_name for m in TENANT_MODELS if m._meta.app_label == "compliance"} == {
        *(m.__name__ for m in (RemediationTask, Evidence, EvidenceVersion, Waiver, Comment)),
        *(m.__name__ for m in (CommonControlAnswer, ControlAnswer, RegimeScope)),
        Determination.__name__,
        *("TaskDependency", "EvidenceLink", "EvidenceFile", "CompliancePolicy"),
    }, "a new kind of row: say here where its texts are exported"


FORMULAS = ("=1+1", "#REF!", "a\n=1", "+A1", "-1+1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://a")')


def test_no_text_becomes_a_formula_and_numbers_stay_numbers(gap: Duty, officer: Actor) -> None:
    duties = [varied(gap, f"Art. {n}", text=text) for n, text in enumerate(FORMULAS)]
    make_tasks(duties, run="run_a", as_of=today(), currency="EUR", actor=officer)
    register = made(REGISTERS["tasks"], Material())
    place = [column.key for column in register.definition.columns].index("text")
    days = [column.key for column in register.definition.columns].index("days")
    sheet = load_workbook(io.BytesIO(xlsx([register]))).active
    assert sheet is not None
    written = list(sheet.iter_rows(min_row=len(register.head) + 5))
    assert [(line[place].value, line[place].data_type) for line in written] == [
        (text, "s") for text in FORMULAS
    ]
    assert {line[days].data_type for line in written} == {"n"}
    lines = list(csv.reader(io.StringIO(as_csv([register]).decode("utf-8-sig"))))
    assert [line[place] for line in lines[1:]] == [
        text if text[0] in "#a" else f"'{text}" for text in FORMULAS
    ]


def test_equal_registers_give_equal_bytes(run: Run) -> None:
    """Also a second later: nothing in a file says when it was written."""
    register = made(REGISTERS["gaps"], Material())
    first = xlsx([register])
    time.sleep(2.1)
    assert xlsx([register]) == first


def test_json_and_the_api_say_the_same(run: Run, world: World, sign_in: SignIn, officer: Actor) -> None:
    tasks_from(run, actor=officer)
    client = sign_in(world, "north/owner")
    at, api = f"/o/{world.north.slug}/registers", f"/api/v1/organisations/{world.north.public_id}/registers"
    whole = json.loads(client.get(f"{at}/all/json/").content)
    assert set(whole) == set(REGISTERS)
    for name in REGISTERS:
        assert client.get(f"{api}/{name}/").json()["rows"] == whole[name]["rows"], name


@pytest.mark.parametrize("path", ["nothing/", "gaps/pdf/", "all/csv/", "nothing/xlsx/"])
def test_a_register_or_form_that_there_is_not_is_not_found(world: World, sign_in: SignIn, path: str) -> None:
    assert sign_in(world, "north/owner").get(f"/o/{world.north.slug}/registers/{path}").status_code == 404


def test_a_viewer_reads_registers_and_takes_no_file(world: World, sign_in: SignIn, run: Run) -> None:
    client = sign_in(world, "north/viewer")
    assert client.get(f"/o/{world.north.slug}/registers/gaps/").status_code == 200
    assert client.get(f"/o/{world.north.slug}/registers/gaps/xlsx/").status_code == 403


QUESTIONS = {
    "gaps": ("the analysis", "what stands beside it", "the document"),
    "plan-of-action": ("the analysis", "what stands beside it"),
    "changes": ("the analysis", "the one before"),
    "deadlines": ("the analysis",),
    "unknown": ("the analysis", "the document"),
    "statement-of-applicability": ("the answers", "the analysis", "what stands beside it"),
    "inherited": ("the answers",),
    "who-provides": ("the answers",),
    "not-applicable": ("the analysis", "the answers"),
    "answers": ("the answers",),
    "tasks": ("the tasks", "what they wait for", "its use cases"),
    "evidence": ("the versions", "the spans of time"),
    "accepted-risks": ("the waivers",),
    "decisions": ("the decisions",),
    "comments": ("the comments",),
}


def test_registers_ask_the_same_few_questions_at_20_and_at_200_rows(
    world: World, sign_in: SignIn, gap: Duty, officer: Actor, reviewer: Actor
) -> None:
    client, asked = sign_in(world, "north/owner"), []
    create_record(RegimeScope, {"regime": "HIPAA", "in_scope": False}, actor=officer)
    part = EvidencePart(name="E", kind="contract", note="", links=("GDPR/Art. 28(3)",))
    for amount in (20, 200):
        duties = [varied(gap, f"Art. {number}") for number in range(amount)]
        tasks = make_tasks(duties, run="run_a", as_of=today(), currency="EUR", actor=officer)
        for number, task in enumerate(tasks):
            comment(task, "c", actor=officer)
            stored(officer, reviewer, replace(part, name=f"E {number}"))
        at = f"/o/{world.north.slug}/registers"
        asked.append({name: len(questions(client, f"{at}/{name}/")) for name in REGISTERS})
    expected = {name: len(FRAME) + len(named) for name, named in QUESTIONS.items()}
    assert asked == [expected, expected]
    assert max(expected.values()) == 8
