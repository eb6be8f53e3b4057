"""Contributors see their sections, auditors their regimes until a day; nothing else of the assessment shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.audit import Actor
from accounts.models import AuditEvent, Membership
from accounts.tenancy import scope
from compliance.evidence import EvidencePart, NewFile, create_evidence
from compliance.models import ControlAnswer, RegimeScope
from compliance.services import create_control_answer
from inventory.models import Budget, UseCase, Vendor
from inventory.services import create_record
from tests.world import World, enter

SignIn = Callable[[World, str], Client]
MARK = "zebrafinch"


def at(world: World, path: str = "") -> str:
    return f"/o/{world.north.slug}/{path}"


def api(world: World, path: str = "") -> str:
    return f"/api/v1/organisations/{world.north.public_id}/{path}"


def acting(world: World) -> Actor:
    return Actor.person(world.person("north/owner"), "owner")


def member(world: World, role: str) -> Membership:
    return Membership.objects.get(organisation=world.north, user=world.person(f"north/{role}"))


def trail(world: World, start: str) -> list[tuple[str, Any]]:
    with scope(world.north):
        events = AuditEvent.objects.order_by("number").values_list("action", "after")
        return [event for event in events if event[0].startswith(start)]


@pytest.fixture
def marked(world: World) -> World:
    """North, with a marker in each section that only its own pages may show."""
    with scope(world.north):
        create_record(Vendor, {"key": "marked-vendor", "name": f"{MARK} vendor"}, actor=acting(world))
        create_record(UseCase, {"key": "marked-case", "name": f"{MARK} case"}, actor=acting(world))
        create_record(Budget, {"period": "2033-Q1"}, actor=acting(world))
        create_record(RegimeScope, {"regime": "HIPAA"}, actor=acting(world))
        answer = {"regime": "HIPAA", "requirement_id": "164.312(a)(1)", "reason": f"{MARK} HIPAA"}
        create_control_answer(ControlAnswer, answer, actor=acting(world))
    return world


PAGES = ("organisation/", "use-cases/", "data-assets/", "vendors/", "base-models/", "budgets/", "regimes/",
         "controls/", "common-answers/", "runs/", "reports/", "scenarios/", "compare/", "templates/", "tasks/", "evidence/")  # fmt: skip
APIS = ("profile/", "use-cases/", "data-assets/", "vendors/", "base-models/", "budgets/", "regime-scopes/",
        "control-answers/", "common-control-answers/", "runs/", "reports/", "scenarios/", "snapshots/",
        "assessment/", "evidence/", "audit-events/", "members/")  # fmt: skip


def test_a_contributor_sees_and_changes_the_given_sections_alone(marked: World, sign_in: SignIn) -> None:
    client = sign_in(marked, "north/contributor")
    assert [page for page in PAGES if client.get(at(marked, page)).status_code == 200] == [
        "use-cases/",
        "vendors/",
        "tasks/",
    ]
    assert [path for path in APIS if client.get(api(marked, path)).status_code == 200] == [
        "use-cases/",
        "vendors/",
    ]
    home = client.get(at(marked)).content.decode()
    assert at(marked, "vendors/") in home
    assert at(marked, "budgets/") not in home
    assert "/runs/" not in home
    assert client.post(at(marked, "vendors/new/"), {"key": "mine"}).status_code == 302
    before = trail(marked, "")
    assert client.post(at(marked, "data-assets/new/"), {"key": "mine"}).status_code == 403
    assert client.post(at(marked, "templates/legal-research/")).status_code == 403
    refused = client.post(api(marked, "budgets/"), {"period": "2034-Q1"}, content_type="application/json")
    assert refused.status_code == 403
    assert trail(marked, "") == before


def test_a_contributor_with_nothing_given_sees_nothing_and_is_told(marked: World, sign_in: SignIn) -> None:
    Membership.objects.filter(pk=member(marked, "contributor").pk).update(sections=[])
    client = sign_in(marked, "north/contributor")
    assert [page for page in PAGES if client.get(at(marked, page)).status_code != 403] == ["tasks/"]
    page = client.get(at(marked)).content.decode()
    assert "Nothing was given to you yet" in page
    assert MARK not in page


def test_an_admin_gives_a_section_and_takes_it_back(marked: World, sign_in: SignIn) -> None:
    person = marked.person("north/contributor").public_id
    admin, contributor = sign_in(marked, "north/admin"), Client()
    enter(contributor, marked.person("north/contributor"))
    limits = at(marked, f"members/{person}/limits/")
    assert admin.post(limits, {"sections": ["budgets"]})["Location"] == at(marked, "members/")
    assert contributor.get(at(marked, "budgets/")).status_code == 200
    assert contributor.get(at(marked, "vendors/")).status_code == 403
    assert admin.post(limits, {"sections": ["controls"]}).status_code == 400
    assert trail(marked, "member.limited") == [
        ("member.limited", {"sections": ["budgets"], "regimes": [], "ends_at": None})
    ]


def test_an_auditor_reads_the_given_regimes_and_the_trail_alone(marked: World, sign_in: SignIn) -> None:
    client = sign_in(marked, "north/auditor")
    seen = [
        page for page in (*PAGES, "audit/", "members/") if client.get(at(marked, page)).status_code == 200
    ]
    assert seen == ["regimes/", "controls/", "tasks/", "evidence/", "audit/", "members/"]
    assert [path for path in APIS if client.get(api(marked, path)).status_code == 200] == [
        "regime-scopes/",
        "control-answers/",
        "evidence/",
        "audit-events/",
        "members/",
    ]
    with scope(marked.north):
        hidden = ControlAnswer.objects.get(regime="HIPAA")
        shown = ControlAnswer.objects.filter(regime="GDPR").first()
    for address in (at(marked, "controls/"), api(marked, "control-answers/")):
        assert MARK not in client.get(address).content.decode(), address
    assert "HIPAA" not in client.get(at(marked, "regimes/?q=HIPAA")).content.decode().partition("<tbody>")[2]
    for place in ("controls", "control-answers"):
        start = at(marked, "") if place == "controls" else api(marked, "")
        assert client.get(f"{start}{place}/{hidden.public_id}/").status_code == 404
        assert client.get(f"{start}{place}/{shown.public_id}/").status_code == 200


def test_an_auditor_sees_evidence_of_the_given_regimes_alone(marked: World, sign_in: SignIn) -> None:
    with scope(marked.north):
        pieces = {
            regime: create_evidence(
                EvidencePart(name=f"Paper on {regime}", kind="policy", note="", links=links),
                NewFile(
                    filename="paper.txt",
                    content=b"It says so.",
                    valid_from=date(2026, 11, 1),
                    valid_until=None,
                ),
                actor=acting(marked),
            )
            for regime, links in (
                ("HIPAA", ["HIPAA/164.312(a)(1)"]),
                ("both", ["HIPAA/164.312(a)(1)", "GDPR/Art. 32(1)"]),
            )
        }
    client = sign_in(marked, "north/auditor")
    for address in (at(marked, "evidence/"), api(marked, "evidence/")):
        shown = client.get(address).content.decode()
        assert "Paper on both" in shown, address
        assert "Paper on HIPAA" not in shown, address
        assert "164.312" not in shown, address
    for start in (at(marked), api(marked)):
        for piece, status in ((pieces["both"], 200), (pieces["HIPAA"], 404)):
            for path in ("", "versions/1/file/"):
                answer = client.get(f"{start}evidence/{piece.public_id}/{path}")
                assert answer.status_code == status, answer.request["PATH_INFO"]
    hidden = at(marked, f"evidence/{pieces['HIPAA'].public_id}/comments/")
    assert client.post(hidden, {"text": "Seen"}).status_code == 404
    assert trail(marked, "comment") == []


def test_an_auditor_changes_nothing(marked: World, sign_in: SignIn) -> None:
    client, before = sign_in(marked, "north/auditor"), trail(marked, "")
    for path in (
        "controls/new/",
        "regimes/new/",
        "vendors/new/",
        "runs/start/",
        "members/invite/",
        "api-keys/",
    ):
        assert client.post(at(marked, path), {"regime": "GDPR"}).status_code == 403, path
    assert trail(marked, "") == before


def test_each_look_of_an_auditor_is_entered(marked: World, sign_in: SignIn) -> None:
    client = sign_in(marked, "north/auditor")
    client.get(at(marked, "controls/?q=30"))
    client.get(api(marked, "regime-scopes/"))
    client.get(at(marked, "vendors/"))
    assert trail(marked, "auditor.") == [
        ("auditor.viewed", {"page": at(marked, "controls/?q=30")}),
        ("auditor.viewed", {"page": api(marked, "regime-scopes/")}),
    ]


def test_an_auditors_access_ends_by_itself(marked: World, sign_in: SignIn) -> None:
    person = marked.person("north/auditor").public_id
    admin, auditor = sign_in(marked, "north/admin"), enter(Client(), marked.person("north/auditor"))
    limits = at(marked, f"members/{person}/limits/")
    assert admin.post(limits, {"regimes": ["GDPR"]}).status_code == 400
    assert admin.post(limits, {"regimes": ["GDPR"], "ends_on": "2020-01-01"}).status_code == 400
    assert admin.post(limits, {"regimes": ["GDPR"], "ends_on": "2099-12-31"}).status_code == 302
    assert trail(marked, "member.limited") == [
        ("member.limited", {"sections": [], "regimes": ["GDPR"], "ends_at": "2100-01-01T00:00:00+00:00"})
    ]
    assert auditor.get(at(marked, "controls/")).status_code == 200
    Membership.objects.filter(pk=member(marked, "auditor").pk).update(ends_at=timezone.now())
    for address in (at(marked, "controls/"), at(marked, "audit/"), api(marked, "regime-scopes/")):
        assert auditor.get(address).status_code == 404, address
    assert "Ended" in admin.get(at(marked, "members/")).content.decode()


def test_who_becomes_an_auditor_is_one_for_thirty_days_and_sees_no_regime_at_first(world: World) -> None:
    with scope(world.north):
        changed = services.change_role(member(world, "viewer"), "auditor", actor=acting(world))
    assert changed.ends_at is not None
    assert abs(changed.ends_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert changed.regimes == []


def test_an_owners_access_has_no_end(world: World) -> None:
    with scope(world.north), pytest.raises(services.Refused, match="An owner's access has no end"):
        services.limit_member(
            member(world, "owner"),
            sections=[],
            regimes=[],
            ends_at=timezone.now() + timedelta(days=1),
            actor=acting(world),
        )
    assert member(world, "owner").ends_at is None
    assert trail(world, "member.limited") == []
