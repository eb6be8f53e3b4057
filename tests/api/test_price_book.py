"""The price book whole over the API, and use cases that start from a template: the same as on the pages."""

from __future__ import annotations

from accounts.tenancy import scope
from engine.prices import open_to_own
from inventory.models import DataAsset, UseCase
from strategy.knowledge import current
from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.world import World

FACT = "price.claude-haiku-5-5.in"
OWN = {"fact": FACT, "value": "0.08", "since": "2026-09-01"}
KEY = "clinical-documentation"


def test_the_book_holds_every_price_and_the_own_one_beside_it(world: World, key: Caller) -> None:
    made = key("POST", "own-prices/", OWN).json()
    book = key.get("price-book/")
    prices = {row["fact"]: row for row in book["prices"]}

    assert set(prices) == {name for name, fact in current().facts.items() if open_to_own(fact)}
    assert (book["knowledge_release"], book["price_date"]) == (current().release, "2026-11-24")
    source = current().sources[current().facts[FACT].values[0].source]
    assert prices[FACT] == {
        "fact": FACT,
        "label": "A million input tokens of Claude Haiku 5.5",
        "group": "Tokens of hosted models",
        "unit": "USD",
        "kind": "price",
        "value": {"low": "0.1", "likely": "0.1", "high": "0.1", "since": "2026-10-07"},
        "basis": "",
        "source": {"id": source.id, "title": source.title, "url": source.url, "as_of": source.as_of},
        "old": prices[FACT]["old"],
        "coming": None,
        "own": {"id": made["id"], "version": 1, "state": "holds", "behind": True, "record": OWN},
    }
    assert prices["price.gpu.hour"]["old"] is True
    assert prices["price.gpu.server"]["kind"] == "estimate"
    assert [row["fact"] for row in book["prices"] if row["own"]] == [FACT]
    assert book["no_place"] == []


def test_a_book_that_is_known_already_is_not_sent_again(key: Caller) -> None:
    first = key("GET", "price-book/")
    assert key("GET", "price-book/", If_None_Match=first["ETag"]).status_code == 304
    key("POST", "own-prices/", OWN)
    assert key("GET", "price-book/", If_None_Match=first["ETag"]).status_code == 200


def test_an_own_price_that_has_no_place_is_refused_and_leaves_nothing(world: World, key: Caller) -> None:
    start = trail(world.north)
    for part, pointer, what in (
        ({"fact": "price.gone"}, "/fact", "there is no fact “price.gone”"),
        ({"fact": "days.exit", "currency": "EUR"}, "/currency", "“days.exit” is no amount of money"),
        ({"fact": FACT, "low": "2", "value": "1"}, "", "a value and a range"),
        ({"fact": FACT, "low": "2", "high": "1"}, "", "the range is out of order"),
    ):
        assert faults(key("POST", "own-prices/", {"since": "2026-01-01", **part})) == {pointer: what}
    made = key("POST", "own-prices/", OWN).json()
    address = f"own-prices/{made['id']}/"
    assert faults(key("PUT", address, OWN | {"currency": "XAF"}, If_Match='"v1"')) == {
        "/currency": "no exchange rate of XAF is known"
    }
    assert key.get(address) == made
    assert trail(world.north) == [*start, "ownprice.created"]


def test_a_use_case_starts_from_a_template_with_its_answers_marked_as_defaults(
    world: World, key: Caller
) -> None:
    listed = key.get("use-case-templates/")
    assert (listed["knowledge_release"], [row["key"] for row in listed["templates"]]) == (
        current().release,
        list(current().templates),
    )
    template = next(row for row in listed["templates"] if row["key"] == KEY)
    start = trail(world.north)

    made = key("POST", f"use-case-templates/{KEY}/use-cases/")
    body = made.json()
    assert (made.status_code, made["ETag"]) == (201, '"v1"')
    assert made["Location"] == key.whole("use-cases", body["id"])
    assert key.get(f"use-cases/{body['id']}/") == body
    answers = {name: value for name, value in template["use_case"].items() if name != "key"}
    assert body["record"] == answers | {
        "key": KEY,
        "name": template["name"],
        "template": KEY,
        "data_assets": [KEY],
        "defaults": sorted(answers),
    }
    asset = next(row for row in key.get("data-assets/")["items"] if row["record"]["key"] == KEY)
    assert asset["record"] == template["data_asset"]
    assert trail(world.north) == [*start, "dataasset.created", "usecase.created"]
    second = key("POST", f"use-case-templates/{KEY}/use-cases/").json()["record"]
    assert (second["key"], second["data_assets"]) == (f"{KEY}-2", [f"{KEY}-2"])


def test_a_template_that_is_not_there_makes_nothing(world: World, key: Caller, person: Call) -> None:
    start = trail(world.north)
    refused(key("POST", "use-case-templates/gone/use-cases/"), 404)
    refused(person("north/viewer")("POST", f"use-case-templates/{KEY}/use-cases/"), 403)
    with scope(world.north):
        assert not UseCase.objects.filter(key__startswith=KEY).exists()
        assert not DataAsset.objects.filter(key__startswith=KEY).exists()
    assert trail(world.north) == start
