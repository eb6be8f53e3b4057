"""Evidence counts once somebody else accepted it, and only while it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.audit import Actor
from accounts.clock import today
from accounts.models import AuditEvent
from compliance.duties import Duty
from compliance.evidence import (
    EvidencePart,
    NewFile,
    NotReviewable,
    add_version,
    archive_evidence,
    change_evidence,
    create_evidence,
    evidence,
    is_proven,
    proven,
    review,
)
from compliance.models import (
    CommonControlAnswer,
    ControlAnswer,
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    RemediationTask,
)
from compliance.policies import policy, set_policy
from compliance.remediation import change_task, make_tasks
from compliance.services import create_control_answer, create_known
from compliance.uploads import LARGEST
from config.uploads import BESIDE_THE_FILE
from inventory.knowledge import current
from inventory.records import InvalidPart
from strategy.assessment import gather
from strategy.models import Run
from tests.compliance.test_remediation import FRAME, decided
from tests.questions import questions
from tests.world import World

SignIn = Callable[[World, str], Client]
PART = EvidencePart(name="Agreement", kind="contract", note="", links=("GDPR/Art. 28(3)/assistant",))
DPA = ("assistant", "GDPR", "Art. 28(3)")


def file(days_ago: int = 0, until: date | None = None, content: bytes = b"signed") -> NewFile:
    return NewFile(
        filename="agreement.txt",
        content=content,
        valid_from=today() - timedelta(days=days_ago),
        valid_until=until,
    )


@pytest.fixture
def reviewer(in_north: World) -> Actor:
    return Actor.person(in_north.person("north/admin"), "admin")


def test_what_was_stored_is_what_was_sent_with_who_and_when(officer: Actor) -> None:
    piece = create_evidence(PART, file(), actor=officer)
    version = EvidenceVersion.objects.get()
    assert (version.evidence, version.number, version.size, version.review) == (piece, 1, 6, "pending")
    assert version.sha256 == hashlib.sha256(b"signed").hexdigest()
    assert (version.uploader, version.uploaded_by) == (officer.id, officer.label)
    assert bytes(EvidenceFile.objects.get(version=version).content) == b"signed"
    event = AuditEvent.objects.first()
    assert event.action == "evidence.created"
    assert event.after == {
        "name": "Agreement",
        "kind": "contract",
        "note": "",
        "links": ["GDPR/Art. 28(3)/assistant"],
        "sha256": version.sha256,
    }


def test_only_somebody_else_reviews_and_only_once(officer: Actor, reviewer: Actor) -> None:
    create_evidence(PART, file(), actor=officer)
    version = EvidenceVersion.objects.get()
    with pytest.raises(NotReviewable, match="Who uploaded a file does not review it"):
        review(version, accept=True, reason="", actor=officer)
    with pytest.raises(InvalidPart, match="why, in a sentence"):
        review(version, accept=False, reason=" ", actor=reviewer)
    version.refresh_from_db()
    assert version.review == "pending"
    review(version, accept=False, reason="It is not signed", actor=reviewer)
    with pytest.raises(NotReviewable, match="reviewed already: rejected"):
        review(version, accept=True, reason="", actor=reviewer)
    version.refresh_from_db()
    assert (version.review, version.review_reason, version.reviewed_by) == (
        "rejected",
        "It is not signed",
        reviewer.label,
    )


def accepted(officer: Actor, reviewer: Actor, new: NewFile, part: EvidencePart = PART) -> Evidence:
    piece = create_evidence(part, new, actor=officer)
    review(piece.versions.get(), accept=True, reason="", actor=reviewer)
    return piece


def test_evidence_counts_from_its_acceptance_on(officer: Actor, reviewer: Actor) -> None:
    piece = create_evidence(PART, file(), actor=officer)
    assert not is_proven(DPA, today())
    review(piece.versions.get(), accept=True, reason="", actor=reviewer)
    assert is_proven(DPA, today())
    assert not is_proven(("triage", "GDPR", "Art. 28(3)"), today())
    archive_evidence(piece, archive=True, actor=officer)
    assert not is_proven(DPA, today())


@pytest.mark.parametrize(
    ("days_ago", "until_days", "months", "counts"),
    [
        (0, None, 36, True),
        (0, 0, 36, True),
        (5, -1, 36, False),
        (800, None, 36, True),
        (800, None, 24, False),
        (800, 30, 24, False),
        (800, 30, 36, True),
    ],
)
def test_expired_evidence_never_counts(
    officer: Actor, reviewer: Actor, days_ago: int, until_days: int | None, months: int, counts: bool
) -> None:
    """By the end that it states, or by the age that the organisation believes of its kind."""
    set_policy(sla={}, freshness={"contract": months}, holidays=(), actor=officer, version=0)
    until = None if until_days is None else today() + timedelta(days=until_days)
    accepted(officer, reviewer, file(days_ago, until))
    assert is_proven(DPA, today()) is counts


def test_a_new_version_counts_once_accepted_and_the_old_one_until_then(
    officer: Actor, reviewer: Actor
) -> None:
    piece = accepted(officer, reviewer, file(until=today()))
    later = today() + timedelta(days=90)
    second = add_version(piece, file(until=later, content=b"signed anew"), actor=officer)
    assert proven(evidence(), policy()) == {DPA: today()}
    review(second, accept=True, reason="", actor=reviewer)
    assert proven(evidence(), policy()) == {DPA: later}
    kept = EvidenceFile.objects.order_by("version__number")
    assert [bytes(row.content) for row in kept] == [b"signed", b"signed anew"]


@pytest.mark.parametrize(
    ("changed", "where", "what"),
    [
        ({"name": " "}, "/name", "0 characters"),
        ({"kind": "selfie"}, "/kind", "unknown kind “selfie”"),
        ({"links": ("GDRP/Art. 5",)}, "/links/0", "unknown regime “GDRP”"),
        ({"links": ("GDPR/Art. 28(3)", "GDPR/Art. 280")}, "/links/1", "GDPR has no requirement “Art. 280”"),
        ({"links": ("GDPR/Art. 28(3)/nobody",)}, "/links/0", "“nobody” is not a use case"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(
    officer: Actor, changed: dict[str, Any], where: str, what: str
) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(InvalidPart) as refused:
        create_evidence(replace(PART, **changed), file(), actor=officer)
    assert [(p.where, p.what) for p in refused.value.problems] == [(where, what)]
    assert refused.value.problems[0].right
    assert not Evidence.objects.exists()
    assert not EvidenceFile.objects.exists()
    assert AuditEvent.objects.count() == before


def test_files_of_one_organisation_have_a_bound(officer: Actor) -> None:
    quotas = {**settings.QUOTAS, "storage": 10}
    with override_settings(QUOTAS=quotas):
        create_evidence(PART, file(), actor=officer)
        with pytest.raises(InvalidPart, match=r"The files hold 0\.0 of 0\.0 MB, and this needs 0\.0 MB more"):
            create_evidence(PART, file(), actor=officer)
    assert EvidenceFile.objects.count() == 1


def test_a_task_is_done_only_with_proof(gap: Duty, officer: Actor, reviewer: Actor) -> None:
    task = make_tasks([gap], run="run_a", as_of=date(2026, 12, 1), currency="EUR", actor=officer)[0]
    with pytest.raises(InvalidPart) as refused:
        change_task(task, decided(task, state="done"), actor=officer)
    assert str(refused.value) == (
        "/state: nothing shows that it is done. Right: accepted evidence that holds today, "
        "linked to GDPR/Art. 28(3), or a risk that is accepted until a later day"
    )
    assert RemediationTask.objects.get().state == "open"
    accepted(officer, reviewer, file())
    assert change_task(task, decided(task, state="done"), actor=officer).closed_at is not None


def test_accepted_evidence_stands_with_the_control_answers_of_an_assessment(
    officer: Actor, reviewer: Actor
) -> None:
    part = {
        "regime": "GDPR",
        "requirement_id": "Art. 28(3)",
        "use_case": "assistant",
        "status": "implemented",
    }
    create_control_answer(ControlAnswer, part, actor=officer)
    create_evidence(PART, file(), actor=officer)
    assert [c.get("evidence") for c in gather()["controls"]] == [None, None]
    accepted(officer, reviewer, file(until=date(2027, 3, 31)))
    accepted(officer, reviewer, file(until=date(2027, 6, 30)), replace(PART, links=("GDPR/Art. 28(3)",)))
    shown = [c.get("evidence") for c in gather()["controls"]]
    assert shown == [None, [{"kind": "contract", "valid_until": "2027-03-31"}]]


def serving(relations: tuple[str, ...]) -> tuple[str, str, str]:
    """A common control and a requirement that it serves under one of some relations."""
    return next(
        (control.id, row.regime, row.requirement)
        for control in current().law.crosswalk.controls.values()
        for row in control.serves
        if row.relation in relations
    )


def test_evidence_of_a_common_control_shows_what_the_control_meets_whole_and_nothing_else(
    officer: Actor, reviewer: Actor
) -> None:
    """Equal and superset carry over; a subset or an overlap leaves a question that evidence does not answer."""
    whole, regime, requirement = serving(("equal", "superset"))
    part, other_regime, other = serving(("intersects",))
    accepted(officer, reviewer, file(), replace(PART, links=(f"COMMON/{whole}", f"COMMON/{part}")))
    assert is_proven((None, regime, requirement), today())
    assert is_proven(("assistant", regime, requirement), today())
    assert not is_proven((None, other_regime, other), today())
    create_known(CommonControlAnswer, {"control": whole, "status": "implemented"}, actor=officer)
    answers = {answer["control"]: answer for answer in gather()["common_controls"]}
    assert [item["kind"] for item in answers[whole]["evidence"]] == ["contract"]
    with pytest.raises(InvalidPart, match="there is no common control “nothing”"):
        create_evidence(replace(PART, links=("COMMON/nothing",)), file(), actor=officer)


def test_accepted_evidence_counts_on_the_rows_that_it_shows_and_dates_the_posture(
    officer: Actor, reviewer: Actor, run: Run, world: World, sign_in: SignIn
) -> None:
    whole, regime, requirement = serving(("equal", "superset"))
    links = (f"COMMON/{whole}", "GDPR/Art. 28(3)/assistant")
    create_evidence(replace(PART, links=links), file(), actor=officer)
    client = sign_in(world, "north/viewer")
    at = f"/api/v1/organisations/{world.north.public_id}"

    def counted() -> list[int]:
        return [
            client.get(f"{at}/catalogues/{of}/{name}/").json()["requirement"]["evidence"]
            for of, name in ((regime, requirement), ("GDPR", "Art. 28(3)"))
        ]

    before = counted()
    accepted(officer, reviewer, file(days_ago=9), replace(PART, links=links))
    assert counted() == [number + 1 for number in before]
    (case,) = client.get(f"{at}/compliance/matrix/").json()["use_cases"]
    day = next(cell["oldest"] for cell in case["cells"] if cell["regime"] == "GDPR")
    assert day == file(days_ago=9).valid_from.isoformat()


def test_links_and_words_can_be_changed_and_an_equal_change_writes_nothing(officer: Actor) -> None:
    piece = create_evidence(PART, file(), actor=officer)
    before = AuditEvent.objects.count()
    assert change_evidence(piece, PART, actor=officer, version=1).version == 1
    assert AuditEvent.objects.count() == before
    changed = change_evidence(piece, replace(PART, links=("GDPR/Art. 28(3)",)), actor=officer, version=1)
    assert (changed.version, [link.path for link in changed.links.all()]) == (2, ["GDPR/Art. 28(3)"])


def sent(name: str, content: bytes, **more: str) -> dict[str, Any]:
    return {
        "name": "Agreement",
        "kind": "contract",
        "valid_from": "2026-11-01",
        "file": SimpleUploadedFile(name, content),
        **more,
    }


def test_the_pages_store_refuse_and_hand_out_a_file(world: World, sign_in: SignIn) -> None:
    at, client = f"/o/{world.north.slug}/evidence", sign_in(world, "north/compliance_officer")
    refused = client.post(f"{at}/new/", sent("a.png", b"<svg/>"))
    assert refused.status_code == 400
    assert "It is no PNG picture. Right: PDF, PNG, JPEG, DOCX" in refused.content.decode()
    stored = client.post(
        f"{at}/new/",
        sent('a"b\u202e.txt', b"signed", links="GDPR/Art. 28(3)"),
    )
    assert stored.status_code == 302
    page = client.get(stored.url).content.decode()
    assert "You uploaded this version. Somebody else must review it." in page
    answer = client.get(f"{stored.url}versions/1/file/")
    assert answer.content == b"signed"
    assert answer["Content-Disposition"] == 'attachment; filename="a\\"b.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    own = client.post(f"{stored.url}versions/1/review/", {"verdict": "accept"})
    assert own.status_code == 409
    other = sign_in(world, "north/admin")
    assert other.post(f"{stored.url}versions/1/review/", {"verdict": "accept"}).status_code == 302
    assert "Accepted" in other.get(f"{at}/").content.decode()


def test_a_body_that_is_too_large_is_refused_by_its_announced_size(world: World, sign_in: SignIn) -> None:
    """The stream behind it is never read: it would fail the test."""

    class Unread:
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    client = sign_in(world, "north/compliance_officer")
    answer = client.generic(
        "POST",
        f"/o/{world.north.slug}/evidence/new/",
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(LARGEST + BESIDE_THE_FILE + 1), "wsgi.input": Unread()},
    )
    assert answer.status_code == 400


def test_the_list_asks_the_same_questions_at_20_and_at_200(
    world: World, sign_in: SignIn, officer: Actor
) -> None:
    client = sign_in(world, "north/compliance_officer")
    asked = []
    for amount in (20, 180):
        for number in range(amount):
            create_evidence(replace(PART, name=f"Agreement {number}"), file(), actor=officer)
        asked.append(len(questions(client, f"/o/{world.north.slug}/evidence/")))
    assert asked == [len((*FRAME, "how many", "the rows", "the spans of time"))] * 2 == [8, 8]
