"""Records: each change is one entry of the trail, and what refers to what stays whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from accounts.tenancy import scope
from accounts.versions import Conflict
from compliance.models import ControlAnswer, RegimeScope
from compliance.services import create_control_answer, create_known, update_control_answer
from inventory.models import (
    BaseModel,
    Budget,
    DataAsset,
    OrganisationProfile,
    OwnPrice,
    Record,
    UseCase,
    Vendor,
)
from inventory.records import InvalidPart, part_of
from inventory.services import InUse, archive_record, create_record, restore_record, update_record
from strategy.assessment import gather, gather_inputs
from tests.world import World

NEW: dict[type[Record], dict[str, Any]] = {
    DataAsset: {"key": "letters", "records": 12},
    Vendor: {"key": "second", "country": "DE"},
    BaseModel: {"key": "small", "licence": "closed"},
    Budget: {"period": "2027-Q2"},
    OwnPrice: {"fact": "price.gpu.hour", "since": "2026-10-01"},
    UseCase: {"key": "letters", "name": "Letters", "data_assets": ["tickets"], "vendor": "model-vendor"},
    RegimeScope: {"regime": "SOC2", "in_scope": False},
    ControlAnswer: {"regime": "GDPR", "requirement_id": "Art. 32(1)", "use_case": "triage"},
}
CHANGED: dict[type[Record], dict[str, Any]] = {
    DataAsset: {"records": 13},
    Vendor: {"dpa_signed": False},
    BaseModel: {"parameters": 7},
    Budget: {"capex": {"amount": "10.00", "currency": "EUR"}},
    OwnPrice: {"value": "2.1", "note": "Contract of May"},
    UseCase: {"users": 3, "data_assets": []},
    RegimeScope: {"in_scope": True},
    ControlAnswer: {"status": "partial"},
}
by_kind = pytest.mark.parametrize("model", NEW, ids=lambda model: model._meta.model_name)


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture
def actor(in_north: World) -> Actor:
    return Actor.person(in_north.person("north/editor"), "editor")


def create(model: type[Record], part: dict[str, Any], actor: Actor) -> Record:
    if model is ControlAnswer:
        return create_control_answer(ControlAnswer, part, actor=actor)
    return (create_known if model is RegimeScope else create_record)(model, part, actor=actor)


def update(record: Record, part: dict[str, Any], actor: Actor, version: int | None = None) -> Record:
    if isinstance(record, ControlAnswer):
        return update_control_answer(record, part, actor=actor, version=version)
    return update_record(record, part, actor=actor, version=version)


def last_events(since: int) -> list[tuple[str, str, Any, Any]]:
    found = AuditEvent.objects.filter(number__gt=since).order_by("number")
    return [(event.action, event.object_id, event.before, event.after) for event in found]


def last_number() -> int:
    found = AuditEvent.objects.first()
    return found.number if found else 0


@by_kind
def test_a_record_is_created_changed_archived_and_restored_with_one_entry_each(
    actor: Actor, model: type[Record]
) -> None:
    start, name = last_number(), model._meta.model_name
    record = create(model, NEW[model], actor)
    first = part_of(record)
    changed = update(record, NEW[model] | CHANGED[model], actor, version=1)
    second = part_of(changed)
    assert second == first | CHANGED[model]
    archived = archive_record(changed, actor=actor, version=2)
    assert archive_record(archived, actor=actor).version == 3
    restored = restore_record(archived, actor=actor, version=3)
    assert restore_record(restored, actor=actor).version == 4
    assert last_events(start) == [
        (f"{name}.created", record.public_id, None, first),
        (f"{name}.changed", record.public_id, first, second),
        (f"{name}.archived", record.public_id, None, None),
        (f"{name}.restored", record.public_id, None, None),
    ]


@by_kind
def test_an_equal_part_changes_nothing(actor: Actor, model: type[Record]) -> None:
    record = create(model, NEW[model], actor)
    start = last_number()
    assert update(record, part_of(record), actor).version == 1
    assert last_events(start) == []


@by_kind
def test_a_stale_version_changes_nothing(actor: Actor, model: type[Record]) -> None:
    record = update(create(model, NEW[model], actor), NEW[model] | CHANGED[model], actor)
    start = last_number()
    for deed in (
        lambda: update(record, NEW[model], actor, version=1),
        lambda: archive_record(record, actor=actor, version=1),
        lambda: restore_record(record, actor=actor, version=1),
    ):
        with pytest.raises(Conflict) as conflict:
            deed()
        assert part_of(conflict.value.current) == part_of(record)
    assert last_events(start) == []


@by_kind
def test_a_refused_part_changes_nothing(actor: Actor, model: type[Record]) -> None:
    record = create(model, NEW[model], actor)
    start, before = last_number(), gather()
    with pytest.raises(InvalidPart) as refusal:
        update(record, NEW[model] | {"colour": "blue"}, actor)
    assert refusal.value.problems[0].where == "/colour"
    with pytest.raises(InvalidPart):
        create(model, NEW[model], actor)
    assert gather() == before
    assert last_events(start) == []


def test_what_a_live_use_case_refers_to_is_not_archived(actor: Actor) -> None:
    start = last_number()
    for model, key, users in (
        (Vendor, "model-vendor", "Staff assistant, Ticket triage"),
        (DataAsset, "tickets", "Ticket triage"),
        (BaseModel, "base", "Staff assistant"),
    ):
        with pytest.raises(InUse, match=f"Still used by {users}. Change that first."):
            archive_record(model.objects.get(key=key), actor=actor)
    assert last_events(start) == []


def test_an_archived_use_case_takes_its_control_answers_out_of_the_document(actor: Actor) -> None:
    create(ControlAnswer, NEW[ControlAnswer], actor)
    use_case = archive_record(UseCase.objects.get(key="triage"), actor=actor)
    document = gather()
    assert [row["key"] for row in document["use_cases"]] == ["assistant"]
    assert [row["requirement_id"] for row in document["controls"]] == ["Art. 30(1)"]
    assert len(gather_inputs().use_cases) == 1
    restore_record(use_case, actor=actor)
    assert [row["requirement_id"] for row in gather()["controls"]] == ["Art. 30(1)", "Art. 32(1)"]


def test_a_data_asset_is_named_once(actor: Actor) -> None:
    start = last_number()
    with pytest.raises(InvalidPart) as refusal:
        create(UseCase, {"key": "new", "data_assets": ["tickets", "handbook", "tickets"]}, actor)
    assert [str(problem) for problem in refusal.value.problems] == [
        "/data_assets/2: “tickets” stands at /data_assets/0 already. Right: each of them once."
    ]
    assert not UseCase.objects.filter(key="new").exists()
    assert last_events(start) == []


def test_a_use_case_comes_back_only_with_what_it_refers_to(actor: Actor) -> None:
    use_case = archive_record(UseCase.objects.get(key="triage"), actor=actor)
    archive_record(DataAsset.objects.get(key="tickets"), actor=actor)
    with pytest.raises(InvalidPart, match="refers to archived records: Support tickets"):
        restore_record(use_case, actor=actor)
    assert UseCase.objects.get(pk=use_case.pk).archived_at is not None


@pytest.mark.parametrize(
    ("model", "part", "said"),
    [
        (
            ControlAnswer,
            {"regime": "GDPR", "requirement_id": "Art. 32(11)"},
            "/requirement_id: GDPR has no requirement “Art. 32(11)”. Right: “Art. 32(1)”, or another of: ",
        ),
        (
            RegimeScope,
            {"regime": "SOC2", "exclusions": [{"requirement_id": "CC99.1", "reason": "no such thing"}]},
            "/exclusions/0/requirement_id: SOC2 has no requirement “CC99.1”. Right: “CC9.1”, or another of: ",
        ),
    ],
)
def test_a_requirement_that_its_regime_does_not_have_is_refused(
    actor: Actor, model: type[Record], part: dict[str, Any], said: str
) -> None:
    start, before = last_number(), model.objects.count()
    with pytest.raises(InvalidPart) as refusal:
        create(model, part, actor)
    (problem,) = refusal.value.problems
    assert str(problem).startswith(said)
    assert (model.objects.count(), last_events(start)) == (before, [])


def test_a_renamed_use_case_keeps_its_control_answers(actor: Actor) -> None:
    answer = create(ControlAnswer, NEW[ControlAnswer], actor)
    use_case = UseCase.objects.get(key="triage")
    update(use_case, part_of(use_case) | {"key": "sorting"}, actor)
    assert ControlAnswer.objects.get(pk=answer.pk).key == "GDPR/Art. 32(1)/sorting"
    assert {row.get("use_case") for row in gather()["controls"]} == {None, "sorting"}
    create(UseCase, {"key": "triage"}, actor)
    assert create(ControlAnswer, NEW[ControlAnswer], actor).key == "GDPR/Art. 32(1)/triage"


def test_a_record_cannot_refer_to_another_organisations_thing_by_its_key(world: World) -> None:
    south = Actor.person(world.person("south/editor"), "editor")
    with scope(world.south):
        create_record(Vendor, {"key": "only-south"}, actor=south)
        create_record(DataAsset, {"key": "only-south"}, actor=south)
        create_record(BaseModel, {"key": "only-south"}, actor=south)
        create_record(UseCase, {"key": "only-south"}, actor=south)
    with scope(world.north):
        north, start = Actor.person(world.person("north/editor"), "editor"), last_number()
        for model, part in (
            (UseCase, {"key": "new", "vendor": "only-south"}),
            (UseCase, {"key": "new", "model": "only-south"}),
            (UseCase, {"key": "new", "data_assets": ["handbook", "only-south"]}),
            (ControlAnswer, NEW[ControlAnswer] | {"use_case": "only-south"}),
        ):
            never = json.loads(json.dumps(part).replace("only-south", "never-there"))
            with pytest.raises(InvalidPart) as foreign:
                create(model, part, north)
            with pytest.raises(InvalidPart) as unknown:
                create(model, never, north)
            assert str(foreign.value).replace("only-south", "never-there") == str(unknown.value)
        assert not UseCase.objects.filter(key="new").exists()
        assert last_events(start) == []


def test_an_organisation_answers_for_itself_once(actor: Actor) -> None:
    start = last_number()
    with pytest.raises(InvalidPart, match="already taken"):
        create_record(OrganisationProfile, {"name": "Another"}, actor=actor)
    assert last_events(start) == []
