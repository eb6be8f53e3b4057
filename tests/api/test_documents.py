"""The whole assessment in and out: the same bytes, all faults at once, never into an organisation that has records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import AuditEvent, Organisation
from accounts.tenancy import scope
from engine.canonical import canonical
from engine.reading import read_document
from inventory.models import UseCase, Vendor
from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.world import TWIN, World

EXAMPLES = sorted(Path("examples").glob("*.json"))


def fresh(person: Call) -> Caller:
    """A new organisation, as its owner."""
    owner = person("stranger")
    made = owner("POST", "/api/v1/organisations/", {"name": "Fresh"})
    owner.organisation = Organisation.objects.get(public_id=made.json()["id"])
    return owner


@pytest.mark.parametrize("path", [*EXAMPLES, TWIN], ids=lambda path: path.stem)
def test_what_goes_in_comes_out_byte_for_byte(person: Call, path: Path) -> None:
    document = path.read_bytes()
    first, second = fresh(person), fresh(person)
    made = first("POST", "assessment/", document)
    assert made.status_code == 201
    plain = json.loads(document)
    expected = {
        name: len(plain.get(name, []))
        for name in (
            "regimes",
            "common_controls",
            "budgets",
            "data_assets",
            "vendors",
            "models",
            "use_cases",
            "controls",
        )
    }
    assert made.json() == {"imported": {"organisation": 1, **expected}}
    exported = first("GET", "assessment/")
    assert exported["Content-Type"] == "application/json"
    again = second("POST", "assessment/", exported.content)
    assert again.json() == made.json()
    assert second("GET", "assessment/").content == exported.content
    read = json.loads(canonical(read_document(document)))
    read.pop("as_of", None)
    assert json.loads(exported.content) == read


def test_an_export_that_is_known_is_not_sent_again(key: Caller) -> None:
    etag = key("GET", "assessment/")["ETag"]
    answer = key("GET", "assessment/", If_None_Match=etag)
    assert (answer.status_code, answer.content) == (304, b"")
    key("POST", "vendors/", {"key": "second"})
    assert key("GET", "assessment/", If_None_Match=etag).status_code == 200


def test_every_fault_of_a_document_is_told_at_once_and_nothing_is_stored(world: World, person: Call) -> None:
    document: dict[str, Any] = json.loads(TWIN.read_text())
    document["colour"] = "blue"
    document["use_cases"][0]["vendor"] = "nobody"
    document["use_cases"][1]["task_type"] = "clasification_extraction"
    document["data_assets"][1]["key"] = "handbook"
    document["controls"][0]["requirement_id"] = "Art. 300"
    document["budgets"][0]["period"] = "next year"
    document["vendors"][0]["dpa_signed"] = "maybe"
    owner = fresh(person)
    before = trail(owner.organisation)
    answer = owner("POST", "assessment/", document)
    assert refused(answer, 400)["detail"] == "The document is refused; nothing was stored."
    assert set(faults(answer)) == {
        "/colour",
        "/use_cases/0/vendor",
        "/use_cases/1/task_type",
        "/use_cases/1/data_assets/0",
        "/data_assets/1/key",
        "/controls/0/requirement_id",
        "/budgets/0/period",
        "/vendors/0/dpa_signed",
    }
    assert json.loads(owner("GET", "assessment/").content) == {"version": 1, "organisation": {}}
    assert trail(owner.organisation) == before


def test_a_fault_that_only_the_records_find_says_where_it_stands(person: Call) -> None:
    document = json.loads(TWIN.read_text())
    document["use_cases"][1]["data_assets"] = ["tickets", "handbook", "tickets"]
    owner = fresh(person)
    assert faults(owner("POST", "assessment/", document)) == {
        "/use_cases/1/data_assets/2": "“tickets” stands twice"
    }
    assert json.loads(owner("GET", "assessment/").content) == {"version": 1, "organisation": {}}


def test_records_that_are_there_are_not_overwritten(world: World, key: Caller) -> None:
    before = key("GET", "assessment/").content
    events = trail(world.north)
    problem = refused(key("POST", "assessment/", TWIN.read_bytes()), 409)
    assert problem["detail"].endswith("Import the document into a new organisation instead.")
    assert key("GET", "assessment/").content == before
    assert trail(world.north) == events


def test_an_import_writes_one_entry_for_each_record_and_one_for_the_whole(person: Call) -> None:
    owner = fresh(person)
    assert owner("POST", "assessment/", TWIN.read_bytes()).status_code == 201
    kinds = ["organisationprofile", "regimescope", "regimescope", "commoncontrolanswer", "budget", "dataasset", "dataasset", "vendor",
             "basemodel", "usecase", "usecase", "controlanswer"]  # fmt: skip
    assert trail(owner.organisation) == [
        "organisation.created",
        *(f"{kind}.created" for kind in kinds),
        "assessment.imported",
    ]
    with scope(owner.organisation):
        numbers = list(AuditEvent.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 15))


def test_a_document_belongs_to_the_organisation_of_the_address(world: World, person: Call) -> None:
    """Nothing in a body or a header chooses another organisation."""
    owner, south = fresh(person), world.south.public_id
    document = json.loads(TWIN.read_text())
    answer = owner(
        "POST", "assessment/", document, X_Tenant_Id=south, X_Organisation=south, Organization_Id=south
    )
    assert answer.status_code == 201
    with scope(world.south):
        assert (UseCase.objects.count(), Vendor.objects.count()) == (2, 1)
    with scope(owner.organisation):
        assert (UseCase.objects.count(), Vendor.objects.count()) == (2, 1)
    assert list(faults(fresh(person)("POST", "assessment/", document | {"organisation_id": south}))) == [
        "/organisation_id"
    ]


def test_own_prices_that_cannot_be_stored_yet_are_refused_and_not_lost(person: Call) -> None:
    document = json.loads(EXAMPLES[0].read_bytes())
    document["price_overrides"] = [{"fact": "price.gpu.hour", "value": "2.5", "since": "2026-10-01"}]
    owner = fresh(person)

    problem = refused(owner("POST", "assessment/", json.dumps(document).encode()), 400)

    assert [fault["pointer"] for fault in problem["errors"]] == ["/price_overrides"]
    with scope(owner.organisation):
        assert not UseCase.objects.exists()
