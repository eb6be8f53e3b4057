"""A new knowledge release: what changed, what it touches in one organisation, and what keeps the old one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.test import Client

from accounts.audit import Actor
from accounts.tenancy import scope
from compliance.models import ControlAnswer
from compliance.services import create_control_answer
from engine.releases import Change, compare, contents
from inventory.knowledge import current
from strategy.models import KnowledgeRelease
from strategy.releases import keep_release
from tests.questions import questions
from tests.strategy.stored import finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
SHIPPED = Path(__file__).parents[2] / "knowledge"
EDITS = (
    ("law/rules/gdpr.toml", "[AIR010]", "[AIR910]"),
    (
        "law/catalogue/gdpr.toml",
        'title = "Controller record of processing"',
        'title = "The record of processing"',
    ),
    ("law/controls.toml", 'title = "Backups made and restored"', 'title = "Backups made, kept and restored"'),
)


def changed_release(folder: Path) -> Mapping[str, Any]:
    """The items of a later release: a rule under another id, a requirement and a control in other words."""
    shutil.copytree(SHIPPED, folder)
    for name, find, put in EDITS:
        text = (folder / name).read_text()
        assert text.count(find) == 1
        (folder / name).write_text(text.replace(find, put))
    return contents(folder)


@pytest.fixture
def later(tmp_path: Path) -> Mapping[str, Any]:
    return changed_release(tmp_path / "later")


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.id, one.what) for one in changes]


def test_a_comparison_lists_requirements_rules_and_controls_that_changed(later: Mapping[str, Any]) -> None:
    changes = compare(contents(SHIPPED), later)
    assert told(changes) == [
        ("requirement", "GDPR Art. 30(1)", "changed"),
        ("rule", "AIR010", "removed"),
        ("rule", "AIR910", "added"),
        ("control", "backup-and-recovery", "changed"),
    ]
    assert [(one.name, one.was, one.now) for one in changes[0].fields] == [
        ("title", "Controller record of processing", "The record of processing")
    ]


def test_a_comparison_turned_round_adds_what_was_removed(later: Mapping[str, Any]) -> None:
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    forwards, back = compare(contents(SHIPPED), later), compare(later, contents(SHIPPED))
    assert told(back) == [(kind, item, turned[what]) for kind, item, what in told(forwards)]
    assert compare(later, later) == ()


@pytest.fixture
def released(world: World, later: Mapping[str, Any]) -> KnowledgeRelease:
    """A later release that was kept after the served one; North has an analysis and an answer, South only records."""
    with scope(world.north):
        actor = Actor.person(world.person("north/owner"), "owner")
        about = {"regime": "GDPR", "requirement_id": "Art. 30(1)", "status": "implemented"}
        if not ControlAnswer.objects.filter(key="GDPR/Art. 30(1)").exists():
            create_control_answer(ControlAnswer, about, actor=actor)
        finished_run(actor, "Staff assistant", day=date(2026, 12, 1))
    keep_release(current())
    return KnowledgeRelease.objects.create(
        digest="f" * 64, version="2027.01", law_read_on=date(2027, 1, 10), contents=later
    )


def changes_in(client: Client, organisation: Any, query: str = "") -> Any:
    return client.get(f"/api/v1/organisations/{organisation.public_id}/knowledge/changes/{query}").json()


def test_each_organisation_sees_what_touches_it_and_nothing_of_others(
    world: World, sign_in: SignIn, released: KnowledgeRelease
) -> None:
    north = changes_in(sign_in(world, "north/viewer"), world.north)
    assert (north["earlier"], north["later"]) == (current().digest, released.digest)
    assert [one["name"] for one in north["use_cases"]] == ["Staff assistant"]
    touching = {(one["kind"], one["id"]) for one in north["use_cases"][0]["changes"]}
    assert touching == {("rule", "AIR010"), ("requirement", "GDPR Art. 30(1)")}
    assert {(one["name"], *(c["id"] for c in one["changes"])) for one in north["answers"]} == {
        ("GDPR Art. 30(1)", "GDPR Art. 30(1)"),
        ("backup-and-recovery", "backup-and-recovery"),
    }
    assert [one["id"] for one in north["unjudged"]] == ["AIR910"]
    assert len(north["rerun"]) == 1
    south = changes_in(sign_in(world, "south/viewer"), world.south)
    assert (south["use_cases"], south["rerun"]) == ([], [])
    assert "Staff assistant" not in str(south)


def test_the_page_offers_to_analyse_again_and_old_results_keep_their_release(
    world: World, sign_in: SignIn, released: KnowledgeRelease
) -> None:
    editor = sign_in(world, "north/editor")
    address = f"/o/{world.north.slug}/knowledge/changes/"
    page = editor.get(address).content.decode()
    assert "Analyse again with the release of today" in page
    assert f"knowledge {current().release} ({current().digest[:8]})" in page
    assert "Controller record of processing → The record of processing" in page
    assert len(questions(editor, address)) == len(questions(editor, f"{address}?kind=rule"))
    viewer = sign_in(world, "north/viewer")
    assert "Your role does not include starting an analysis." in viewer.get(address).content.decode()
    assert viewer.get(f"{address}?from=0000").status_code == 404


def test_a_release_is_compared_before_any_analysis_is_made_with_it(
    world: World, sign_in: SignIn, later: Mapping[str, Any]
) -> None:
    """The one that was used so far is held against the one that is served now; reading it keeps nothing."""
    KnowledgeRelease.objects.create(
        digest="e" * 64, version="2026.10", law_read_on=date(2026, 10, 1), contents=later
    )
    found = changes_in(sign_in(world, "north/viewer"), world.north)
    assert (found["earlier"], found["later"]) == ("e" * 64, current().digest)
    assert len(found["changes"]) == 4
    assert list(KnowledgeRelease.objects.values_list("version", flat=True)) == ["2026.10"]


def test_a_release_is_kept_once(db: None) -> None:
    first, second = keep_release(current()), keep_release(current())
    assert (first.pk, KnowledgeRelease.objects.filter(digest=current().digest).count()) == (second.pk, 1)
    assert len(first.contents["requirement"]) == len(current().law.requirements)


def test_before_a_second_release_there_is_nothing_to_compare(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/viewer")
    assert "One release so far" in client.get(f"/o/{world.north.slug}/knowledge/changes/").content.decode()
    assert changes_in(client, world.north)["changes"] == []


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_a_kept_release_is_never_changed_nor_removed(db: None, deed: str) -> None:
    kept = KnowledgeRelease.objects.filter(pk=keep_release(current()).pk)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        kept.update(version="other") if deed == "update" else kept.delete()
    assert kept.get().version == current().release
