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
from inventory.models import OwnPrice, UseCase, Vendor
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
            "price_overrides",
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


def test_keys_that_stand_twice_in_a_list_are_refused_at_once_where_they_stand(person: Call) -> None:
    document = json.loads(TWIN.read_text())
    first, second = document["use_cases"]
    second["data_assets"] = ["tickets", "handbook", "tickets", "tickets"]
    second["requires"] = [first["key"], first["key"]]
    first["excludes"] = ["gone", "gone"]
    owner = fresh(person)
    before = trail(owner.organisation)
    problem = refused(owner("POST", "assessment/", document), 400)
    assert [(fault["pointer"], fault["detail"]) for fault in problem["errors"]] == [
        ("/use_cases/0/excludes/1", "“gone” stands at /use_cases/0/excludes/0 already"),
        ("/use_cases/1/data_assets/2", "“tickets” stands at /use_cases/1/data_assets/0 already"),
        ("/use_cases/1/data_assets/3", "“tickets” stands at /use_cases/1/data_assets/0 already"),
        ("/use_cases/1/requires/1", f"“{first['key']}” stands at /use_cases/1/requires/0 already"),
        ("/use_cases/0/excludes/0", "there is no “gone” in use_cases"),
        ("/use_cases/0/excludes/1", "there is no “gone” in use_cases"),
    ]
    assert json.loads(owner("GET", "assessment/").content) == {"version": 1, "organisation": {}}
    assert trail(owner.organisation) == before


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


OWN_PRICES = [
    {"fact": "price.gpu.hour", "value": "2.5", "since": "2026-10-01", "note": "Contract of May"},
    {"fact": "people.day_rate", "low": "500", "likely": "620.5", "high": "800", "currency": "EUR",
     "since": "2026-01-01"},
    {"fact": "fx.EUR", "value": "1.15", "since": "2026-11-02"},
    {"fact": "price.seat.month", "since": "2027-01-01"},
]  # fmt: skip


def test_own_prices_come_out_as_they_went_in(person: Call) -> None:
    document = json.loads(EXAMPLES[0].read_bytes()) | {"price_overrides": OWN_PRICES}
    first, second = fresh(person), fresh(person)

    made = first("POST", "assessment/", document)
    assert (made.status_code, made.json()["imported"]["price_overrides"]) == (201, 4)
    exported = first("GET", "assessment/").content
    assert json.loads(exported)["price_overrides"] == OWN_PRICES
    assert second("POST", "assessment/", exported).status_code == 201
    assert second("GET", "assessment/").content == exported


@pytest.mark.parametrize("empty", [[], None, "unknown"])
def test_no_own_prices_are_no_own_prices(person: Call, empty: Any) -> None:
    with_none, without = fresh(person), fresh(person)
    document = json.loads(EXAMPLES[0].read_bytes())
    assert with_none("POST", "assessment/", document | {"price_overrides": empty}).status_code == 201
    assert without("POST", "assessment/", document).status_code == 201
    assert with_none("GET", "assessment/").content == without("GET", "assessment/").content


def test_an_import_tells_every_own_price_that_has_no_place(person: Call) -> None:
    document = json.loads(EXAMPLES[0].read_bytes())
    document["price_overrides"] = [
        {"fact": "price.gone", "value": "1", "since": "2026-10-01"},
        {"fact": "price.gpu.hour", "value": "1", "low": "1", "since": "2026-10-01"},
        {"fact": "days.exit", "value": "1", "currency": "EUR", "since": "2026-10-01"},
        {"fact": "fx.EUR", "value": "0", "since": "2026-10-01"},
    ]
    owner = fresh(person)
    before = trail(owner.organisation)
    assert faults(owner("POST", "assessment/", document)) == {
        "/price_overrides/1": "a value and a range",
    }
    document["price_overrides"][1].pop("low")
    assert faults(owner("POST", "assessment/", document)) == {
        "/price_overrides/0/fact": "there is no fact “price.gone”",
        "/price_overrides/2/currency": "“days.exit” is no amount of money",
        "/price_overrides/3/fact": "an exchange rate of 0",
    }
    with scope(owner.organisation):
        assert not UseCase.objects.exists()
        assert not OwnPrice.objects.exists()
    assert trail(owner.organisation) == before
