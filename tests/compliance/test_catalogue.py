"""Requirements and common controls on pages and over the API: answered once, shown wherever they count."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from accounts.services import create_organisation
from accounts.tenancy import scope
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from compliance.services import create_control_answer, create_known
from inventory.knowledge import current
from inventory.models import UseCase
from inventory.records import InvalidPart
from inventory.services import create_record
from tests.questions import questions, written
from tests.world import World

SignIn = Callable[[World, str], Client]


def read(client: Client, world: World, path: str) -> Any:
    answer = client.get(f"/api/v1/organisations/{world.north.public_id}/{path}")
    assert answer.status_code == 200, path
    return answer.json()


def states(client: Client, world: World, control: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Credit, state and residual question of each requirement that a control serves."""
    body = read(client, world, f"common-controls/{control}/")
    return {
        (one["regime"], one["requirement"]): (one["credit"], one["state"], one["residual"])
        for one in body["served"]
    }


@pytest.fixture
def client(world: World, sign_in: SignIn) -> Client:
    return sign_in(world, "north/compliance_officer")


def test_one_answer_shows_every_requirement_served_and_what_stays_to_be_asked(
    world: World, client: Client
) -> None:
    before = states(client, world, "continuity")
    with scope(world.north):
        actor = Actor.person(world.person("north/owner"), "owner")
        create_known(CommonControlAnswer, {"control": "continuity", "status": "implemented"}, actor=actor)
    after = states(client, world, "continuity")
    assert {state for _, state, _ in before.values()} == {"unknown", "partial"}
    assert after[("HIPAA", "164.308(a)(7)(i)")] == ("met", "met", "")
    assert after[("SOC2", "CC9.1")] == (
        "partial",
        "partial",
        "Which risks of disruption are treated by other means?",
    )
    assert sum(credit == "met" for credit, _, _ in after.values()) == 7
    assert sum(credit == "partial" for credit, _, _ in after.values()) == 4


def test_a_requirement_shows_its_controls_and_the_requirements_it_is_mapped_to(
    world: World, client: Client
) -> None:
    body = read(client, world, "catalogues/HIPAA/164.308(a)(7)(ii)(A)/")
    assert body["requirement"]["state"] == "met"
    assert body["requirement"]["credited_by"] == ["backup-and-recovery"]
    assert [(one["control"], one["relation"], one["credit"]) for one in body["controls"]] == [
        ("backup-and-recovery", "superset", "met")
    ]
    assert [(one["regime"], one["requirement"], one["relation"]) for one in body["mapped"]] == [
        ("ISO27001", "A.8.13", "subset"),
        ("NIST_CSF2", "PR.DS-11", "subset"),
    ]
    page = client.get(f"/o/{world.north.slug}/requirements/HIPAA/164.308(a)(7)(ii)(A)/").content.decode()
    assert "Backups made and restored" in page
    assert "NIST CSF 2 PR.DS-11" in page


@pytest.mark.parametrize("regime", sorted(current().law.catalogues))
def test_every_catalogue_opens_and_leads_to_pages_that_are_there(
    world: World, client: Client, regime: str
) -> None:
    at = f"/o/{world.north.slug}/requirements/"
    whole = client.get(f"{at}{regime}/?whole=1")
    assert whole.status_code == 200
    rows = sorted(set(re.findall(rf'href="({at}{regime}/[^"?]+)"', whole.content.decode())))
    assert rows
    for row in (rows[0], rows[-1]):
        page = client.get(unescape(row))
        assert page.status_code == 200, row
        for link in set(re.findall(rf'href="({at}[^"?]+)"', page.content.decode())):
            assert client.get(unescape(link)).status_code == 200, (row, link)


def test_putting_iso_27001_in_scope_opens_its_123_rows_with_few_queries(world: World, client: Client) -> None:
    """The assessment of a regime exists as soon as the regime is in scope: nothing is copied."""
    fresh = create_organisation(name="Fresh", owner=world.person("north/compliance_officer"))
    address = f"/api/v1/organisations/{fresh.public_id}/regime-scopes/"
    body = {"regime": "ISO27001", "in_scope": True}
    asked = written(client, address, body)
    found = client.get(f"/api/v1/organisations/{fresh.public_id}/catalogues/ISO27001/").json()["catalogue"]
    assert (found["in_scope"], found["rows"], found["assessable"]) == (True, 139, 123)
    assert len(asked) == 13


def test_alternatives_and_categories_that_were_not_chosen_are_never_asked(
    world: World, client: Client
) -> None:
    rows = {row["id"]: row for row in read(client, world, "catalogues/GDPR/")["requirements"]}
    bases = [row for name, row in rows.items() if row["parent"] == "Art. 6(1)"]
    assert {(row["state"], row["why_not"]) for row in bases} == {
        ("not_assessed", "An alternative: one of its kind is enough")
    }
    assert read(client, world, "catalogues/SOC2/")["catalogue"]["assessable"] == 33
    with scope(world.north):
        actor = Actor.person(world.person("north/owner"), "owner")
        create_known(
            RegimeScope,
            {"regime": "SOC2", "in_scope": True, "soc2_categories": ["availability"]},
            actor=actor,
        )
    assert read(client, world, "catalogues/SOC2/")["catalogue"]["assessable"] == 36


def test_an_upcoming_requirement_says_its_day(world: World, client: Client) -> None:
    page = client.get(f"/o/{world.north.slug}/requirements/EUAIA/Art. 6(2)/").content.decode()
    assert "Applies from</dt><dd>2 Dec 2027 (upcoming: no gap today)" in page


@pytest.mark.parametrize(
    ("model", "part", "problem"),
    [
        (RegimeScope, {"regime": "SOC2", "exclusions": [{"requirement_id": "CC9.9", "reason": "none"}]},
         "/exclusions/0/requirement_id: SOC2 has no requirement “CC9.9”. Right: “CC9."),
        (RegimeScope, {"regime": "ISO27001", "exclusions": [{"requirement_id": "6.1.2", "reason": "small"}]},
         "/exclusions/0/requirement_id: ISO27001 6.1.2 cannot be excluded. Right: a control or a criterion"),
        (ControlAnswer, {"regime": "GDPR", "requirement_id": "Art. 33(1)", "status": "not_applicable"},
         "/reason: “not applicable” without a reason. Right: why it does not apply"),
        (CommonControlAnswer, {"control": "back-up"}, "/control: there is no common control “back-up”. Right: "),
        (ControlAnswer, {"regime": "GDPR", "requirement_id": "Art. 300(1)"},
         "/requirement_id: GDPR has no requirement “Art. 300(1)”. Right: “Art. 30(1)”"),
    ],
)  # fmt: skip
def test_a_wrong_identifier_is_refused_with_the_nearest_right_one(
    world: World, model: type[Any], part: Mapping[str, Any], problem: str
) -> None:
    create = create_control_answer if model is ControlAnswer else create_known
    with scope(world.north):
        before = model.objects.count(), AuditEvent.objects.count()
        with pytest.raises(InvalidPart) as refused:
            create(model, part, actor=Actor.person(world.person("north/owner"), "owner"))
        assert (model.objects.count(), AuditEvent.objects.count()) == before
    assert str(refused.value).startswith(problem)


def test_nothing_is_asked_twice_however_many_use_cases_there_are(world: World, client: Client) -> None:
    """A page of a hundred rows, and the whole tree: eight questions at 20 use cases and at 200."""
    paths = ("requirements/ISO27001/", "requirements/ISO27001/?whole=1", "requirements/GDPR/?whole=1")
    made = 0
    for amount in (20, 200):
        with scope(world.north):
            actor = Actor.person(world.person("north/owner"), "owner")
            for number in range(made, amount):
                create_record(UseCase, {"key": f"case-{number}"}, actor=actor)
                about = {"regime": "ISO27001", "requirement_id": "A.5.1", "use_case": f"case-{number}"}
                create_control_answer(ControlAnswer, about | {"status": "implemented"}, actor=actor)
        made = amount
        asked = {path: len(questions(client, f"/o/{world.north.slug}/{path}")) for path in paths}
        assert asked == dict.fromkeys(paths, 8), amount


@pytest.mark.parametrize(
    "body", [[], {}, {"regime": None}, {"regime": "SOC2", "exclusions": [{}]}, {"exclusions": 3}]
)
def test_a_body_that_is_no_scope_is_refused_and_nothing_is_stored(
    world: World, client: Client, body: Any
) -> None:
    with scope(world.north):
        before = RegimeScope.objects.count()
    address = f"/api/v1/organisations/{world.north.public_id}/regime-scopes/"
    assert client.post(address, body, content_type="application/json").status_code == 400
    with scope(world.north):
        assert RegimeScope.objects.count() == before


def test_only_what_somebody_else_provides_can_be_inherited(world: World, client: Client) -> None:
    with scope(world.north):
        actor = Actor.person(world.person("north/owner"), "owner")
        before = ControlAnswer.objects.count()
        inherited = {"regime": "GDPR", "requirement_id": "Art. 6(1)", "status": "inherited"}
        refusal = "/status: nobody else provides this in any deployment, so it cannot be inherited"
        with pytest.raises(InvalidPart, match=refusal):
            create_control_answer(ControlAnswer, inherited, actor=actor)
        with pytest.raises(InvalidPart, match=refusal):
            create_known(
                CommonControlAnswer, {"control": "lawful-basis-register", "status": "inherited"}, actor=actor
            )
        assert ControlAnswer.objects.count() == before
        create_control_answer(
            ControlAnswer,
            {"regime": "ISO27001", "requirement_id": "A.7.2", "status": "inherited"},
            actor=actor,
        )
    shown = read(client, world, "catalogues/ISO27001/A.7.2/")
    assert [(one["deployment"], one["by"]) for one in shown["provided"]] == [
        ("vendor_saas", "provider"), ("public_api", "provider"), ("private_cloud", "shared"), ("on_prem", "customer"),
    ]  # fmt: skip
    assert shown["requirement"]["state"] == "partial"
    page = client.get(f"/o/{world.north.slug}/requirements/GDPR/Art. 28(3)/").content.decode()
    assert "Nobody else can provide it: it cannot be inherited." in page
