"""Changed answers of a scenario: where a pointer leads, what is refused, and that a change stays with its record."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from engine.canonical import canonical, to_plain
from engine.reading import DocumentError, read_document
from strategy.knowledge import current
from strategy.overrides import addresses, homeless, overridden, read_overrides, restored
from tests.world import TWIN

REQUIREMENTS = current().law.requirement_ids()
BASE: dict[str, Any] = to_plain(read_document(json.loads(TWIN.read_text())))


def read(answers: dict[str, Any], base: dict[str, Any] = BASE) -> dict[str, Any]:
    return addresses(base, read_overrides(base, answers, REQUIREMENTS))


def faults(answers: dict[str, Any]) -> list[str]:
    with pytest.raises(DocumentError) as refusal:
        read_overrides(BASE, answers, REQUIREMENTS)
    return [str(problem) for problem in refusal.value.problems]


def test_answers_are_named_by_number_or_by_key_and_come_back_by_key() -> None:
    assert read(
        {
            "/use_cases/1/requests_per_day": 7_000,
            "/use_cases/assistant/error_cost": "unknown",
            "/controls/0/status": "partial",
            "/organisation/annual_ai_budget": {"amount": 900_000, "currency": "EUR"},
            "/vendors/model-vendor/facts/exit_plan": True,
        }
    ) == {
        "/organisation/annual_ai_budget": {"amount": "900000.00", "currency": "EUR"},
        "/controls/GDPR~1Art. 30(1)/status": "partial",
        "/vendors/model-vendor/facts/exit_plan": True,
        "/use_cases/assistant/error_cost": None,
        "/use_cases/triage/requests_per_day": 7_000,
    }


def test_an_override_changes_its_answer_and_nothing_else() -> None:
    before = canonical(BASE)
    overrides = read_overrides(
        BASE, {"/use_cases/1/requests_per_day": 7_000, "/use_cases/0/users": None}, REQUIREMENTS
    )
    inputs = overridden(BASE, overrides, REQUIREMENTS)
    assert inputs.use_cases[1].requests_per_day == 7_000
    assert inputs.use_cases[0].users is None
    expected = json.loads(before)
    expected["use_cases"][1]["requests_per_day"] = 7_000
    del expected["use_cases"][0]["users"]
    assert canonical(to_plain(inputs)) == canonical(expected)
    assert canonical(BASE) == before


def test_a_part_of_an_answer_can_be_given() -> None:
    answers = {"/use_cases/0/value/likely": {"amount": "5", "currency": "EUR"}}
    overrides = read_overrides(BASE, answers, REQUIREMENTS)
    value = overridden(BASE, overrides, REQUIREMENTS).use_cases[0].value
    assert value is not None
    assert value.likely is not None
    assert (value.low, value.likely.amount, value.high) == (None, Decimal(5), None)


def test_a_change_stays_with_its_record_when_the_order_changes() -> None:
    overrides = read_overrides(BASE, {"/use_cases/1/users": 12}, REQUIREMENTS)
    kept = restored(json.loads(json.dumps([item.stored() for item in overrides])))
    assert kept == overrides
    turned = BASE | {"use_cases": BASE["use_cases"][::-1]}
    assert {u.key: u.users for u in overridden(turned, kept, REQUIREMENTS).use_cases} == {
        "triage": 12,
        "assistant": 800,
    }


def test_a_record_that_is_gone_is_named_and_not_replaced_by_its_neighbour() -> None:
    overrides = read_overrides(BASE, {"/use_cases/0/users": 12}, REQUIREMENTS)
    without = BASE | {"use_cases": BASE["use_cases"][1:]}
    assert homeless(without, overrides) == overrides
    with pytest.raises(DocumentError) as refusal:
        overridden(without, overrides, REQUIREMENTS)
    assert str(refusal.value) == (
        "/use_cases: “assistant” is no longer there. Right: restore it, or take its changed answer out."
    )


@pytest.mark.parametrize(
    ("pointer", "said"),
    [
        ("use_cases", "this is no JSON pointer. Right: one like /use_cases/0/requests_per_day."),
        ("/use_case/0/users", "the document has no “use_case”. Right: “use_cases”, or another of: budgets, "),
        ("/use_cases/9/users", "use_cases has no record “9”. Right: a number from 0 to 1, or one of: assistant, triage."),
        ("/use_cases/00/users", "use_cases has no record “00”. Right: a number from 0 to 1, or "),
        ("/use_cases/triag/users", "use_cases has no record “triag”. Right: a number from 0 to 1, or “triage”, or "),
        ("/use_cases/0", "this names a record, not an answer. Right: /use_cases/0/ and a question's name."),
        ("/use_cases/0/facts", "this names a record, not an answer. Right: "),
        ("/use_cases/0/key", "“key” is how the record is known. Right: another answer of the record."),
        ("/use_cases/0/modality/0", "this names a part of one answer. Right: the whole answer, /use_cases/0/modality."),
        ("/use_cases/0/usrs", "unknown key “usrs”. Right: “users”, or another of: "),
        ("/vendors/0/facts/exit", "unknown fact “exit”. Right: “exit_plan”, or another of: "),
        ("/as_of", "“as_of” is no answer. Right: the day of the analysis, said when it starts."),
    ],
)  # fmt: skip
def test_a_pointer_that_names_no_answer_is_refused_with_the_nearest(pointer: str, said: str) -> None:
    (fault,) = faults({pointer: None})
    assert fault.startswith(f"{pointer}: {said}")


@pytest.mark.parametrize(
    ("pointer", "value", "where", "said"),
    [
        ("/use_cases/triage/error_cost", "hgh", "", "“hgh” is not allowed. Right: “high”, or another of: "),
        ("/use_cases/0/vendor", "nobody", "", "there is no “nobody” in vendors. Right: one of: model-vendor."),
        ("/use_cases/0/users", -1, "", "-1 is negative. Right: 0 to 10000000000."),
        ("/use_cases/assistant/value", {"low": {"amount": "3", "currency": "eur"}}, "/low/currency",
         "“eur” does not fit. Right: three letters of ISO 4217, like EUR."),
        ("/controls/0/status", "done", "", "“done” is not allowed. Right: one of: "),
    ],
)  # fmt: skip
def test_a_value_is_read_as_strictly_as_in_a_document(
    pointer: str, value: Any, where: str, said: str
) -> None:
    (fault,) = faults({pointer: value})
    assert fault.startswith(f"{pointer}{where}: {said}")


def test_all_faults_are_told_at_once() -> None:
    assert [fault.split(":")[0] for fault in faults({"/use_cases/7/users": 1, "/nothing/0/x": 1})] == [
        "/use_cases/7/users",
        "/nothing/0/x",
    ]
    assert faults({"/use_cases/1/users": 1, "/use_cases/triage/users": 2}) == [
        "/use_cases/triage/users: the same answer as /use_cases/1/users. Right: each answer once."
    ]
    inner, outer = "/use_cases/0/value/low", "/use_cases/0/value"
    assert faults({inner: None, outer: None}) == [
        f"{inner}: it lies inside {outer}, which is changed too. Right: one of the two."
    ]
