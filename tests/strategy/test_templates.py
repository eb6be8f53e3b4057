"""Start from a template: its answers are defaults until somebody confirms or changes them."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from accounts.tenancy import scope
from engine.inputs import UseCase as UseCaseAnswers
from inventory.models import DataAsset, UseCase
from inventory.records import part_of
from inventory.services import update_record
from strategy.assessment import gather_inputs
from strategy.knowledge import current
from strategy.templates import start_from_template
from tests.engine.clinic import answer, use
from tests.world import World

ARTICLE = {f"S{number}" for number in range(127, 147)}


def test_every_industry_use_case_of_the_article_has_a_template() -> None:
    named = {row for template in current().templates.values() for row in template.article}

    assert named >= ARTICLE


def test_a_template_names_fields_of_a_use_case_and_says_what_it_is_for() -> None:
    for template in current().templates.values():
        assert template.says.endswith(".")
        assert template.use_case.task_type is not None


@pytest.mark.django_db
def test_a_template_becomes_a_use_case_whose_answers_are_marked(world: World, sign_in) -> None:  # type: ignore[no-untyped-def]
    client: Client = sign_in(world, "north/editor")
    page = client.get(f"/o/{world.north.slug}/templates/")
    assert "Contract analysis" in page.content.decode()

    made = client.post(f"/o/{world.north.slug}/templates/contract-analysis/", follow=True)

    assert "Its answers are defaults" in made.content.decode()
    with scope(world.north):
        use_case = UseCase.objects.get(key="contract-analysis")
        assert use_case.answers["template"] == "contract-analysis"
        assert "error_cost" in use_case.answers["defaults"]
        assert [link.data_asset.key for link in use_case.asset_links.all()] == ["contract-analysis"]
        gather_inputs()
    with scope(world.south):
        assert not UseCase.objects.filter(key="contract-analysis").exists()


@pytest.mark.django_db
def test_the_same_template_twice_makes_two(world: World, sign_in) -> None:  # type: ignore[no-untyped-def]
    client: Client = sign_in(world, "north/owner")
    for _ in range(2):
        client.post(f"/o/{world.north.slug}/templates/legal-research/")

    with scope(world.north):
        keys = list(UseCase.objects.filter(key__startswith="legal").values_list("key", flat=True))
    assert keys == ["legal-research", "legal-research-2"]


@pytest.mark.django_db
def test_a_changed_answer_is_no_default_any_more(world: World) -> None:
    with scope(world.north):
        made = start(world)
        part = part_of(made)
        after = update_record(made, {**part, "error_cost": "low"}, actor=actor(world))
        assert "error_cost" not in after.answers["defaults"]
        assert "latency" in after.answers["defaults"]
        confirmed = update_record(made, {**part_of(after), "defaults": []}, actor=actor(world))
        assert confirmed.answers["defaults"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["viewer", "auditor", "compliance_officer"])
def test_who_may_not_edit_makes_nothing(world: World, sign_in, role: str) -> None:  # type: ignore[no-untyped-def]
    client: Client = sign_in(world, f"north/{role}")
    with scope(world.north):
        before = (UseCase.objects.count(), DataAsset.objects.count(), AuditEvent.objects.count())

    refused = client.post(f"/o/{world.north.slug}/templates/legal-research/")

    assert refused.status_code == 403
    with scope(world.north):
        assert (UseCase.objects.count(), DataAsset.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.django_db
def test_a_template_that_is_none_is_not_found(world: World, sign_in) -> None:  # type: ignore[no-untyped-def]
    client: Client = sign_in(world, "north/owner")

    assert client.post(f"/o/{world.north.slug}/templates/nothing/").status_code == 404
    with scope(world.north):
        assert not UseCase.objects.filter(key="nothing").exists()


def test_a_result_says_which_answers_are_defaults() -> None:
    found = answer(use(template="knowledge-assistant", defaults=["latency", "error_cost"]))

    (remark,) = [remark for remark in found.remarks if remark.rule == "remark.defaults"]
    assert remark.answer == "/use_cases/0/defaults"
    assert remark.text.endswith(
        "not yet confirmed: “How fast must it answer?”, “What does a wrong answer cost?”."
    )
    assert {"template", "defaults"} <= set(UseCaseAnswers.__dataclass_fields__)


def start(world: World) -> UseCase:
    return start_from_template("legal-research", knowledge=current(), actor=actor(world))


def actor(world: World) -> Actor:
    return Actor.person(world.person("north/owner"))
