"""A document that cannot be used is refused with every problem at once: where it is, and what would be right."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest

from engine.canonical import canonical, digest, to_plain
from engine.inputs import Inputs, MoneyRange
from engine.reading import DocumentError, read_document
from tests.engine import examples
from tests.engine.clinic import DOCUMENT, KNOWLEDGE


def problems(document: bytes | str | dict[str, Any]) -> list[str]:
    with pytest.raises(DocumentError) as refused:
        read_document(document, requirement_ids=KNOWLEDGE.law.requirement_ids())
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]


def with_use(**answers: Any) -> dict[str, Any]:
    return {"use_cases": [{"key": "a", **answers}]}


DATE = "a date like 2026-11-24"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        # Words
        ({"organistion": {}}, ["/organistion: unknown key “organistion”. Right: “organisation”, or another"]),
        (with_use(latncy="batch"), ["/use_cases/0/latncy: unknown key “latncy”. Right: “latency”, or another"]),
        (
            with_use(latency="interactiv"),
            [
                "/use_cases/0/latency: “interactiv” is not allowed. Right: “interactive”, or another of: batch, interactive, realtime_ms."
            ],
        ),
        (
            with_use(modality=["text", "sound"]),
            [
                "/use_cases/0/modality/1: “sound” is not allowed. Right: one of: audio, image, tabular, text, time_series."
            ],
        ),
        (
            {"regimes": [{"regime": "GDRP"}]},
            ["/regimes/0/regime: “GDRP” is not allowed. Right: “GDPR”, or another of:"],
        ),
        (
            {"organisation": {"priorities": {"costs": 1}}},
            ["/organisation/priorities/costs: “costs” is not allowed. Right: “cost”, or another of:"],
        ),
        (
            with_use(facts={"dpia_don": True}),
            ["/use_cases/0/facts/dpia_don: unknown fact “dpia_don”. Right: “dpia_done”, or another of:"],
        ),
        (
            with_use(facts={"dpia_don": None}),
            ["/use_cases/0/facts/dpia_don: unknown fact “dpia_don”. Right: “dpia_done”, or another of:"],
        ),
        # Types
        (
            [],
            [
                "/: expected an object, found a list. Right: an object with version, as_of, organisation, regimes, controls, common_controls, budgets, price_overrides, data_assets, vendors, models, use_cases."
            ],
        ),
        (
            {"use_cases": {"key": "a"}},
            ["/use_cases: expected a list, found an object. Right: a list, each an object with key, name,"],
        ),
        (
            {"use_cases": ["a"]},
            ["/use_cases/0: expected an object, found text. Right: an object with key, name,"],
        ),
        (
            {"use_cases": [{}]},
            ["/use_cases/0/key: “key” is missing. Right: text."],
        ),
        (
            with_use(citations_required="yes"),
            ["/use_cases/0/citations_required: “yes” does not fit. Right: true or false."],
        ),
        (with_use(users="many"), ["/use_cases/0/users: “many” does not fit. Right: a whole number."]),
        (with_use(users=1.5), ["/use_cases/0/users: “1.5” does not fit. Right: a whole number."]),
        (with_use(users=True), ["/use_cases/0/users: “True” does not fit. Right: a whole number."]),
        (with_use(name=7), ["/use_cases/0/name: “7” does not fit. Right: text."]),
        (with_use(name="a\x00b"), ["/use_cases/0/name: “a\\u0000b” holds control or half characters."]),
        (with_use(name="x" * 20_001), ["/use_cases/0/name: text of 20001 characters. Right: at most 20000"]),
        (
            with_use(facts={"dpia_done": "perhaps"}),
            ["/use_cases/0/facts/dpia_done: “perhaps” does not fit. Right: true or false."],
        ),
        (
            with_use(facts={"dpia_residual": "hi"}),
            ["/use_cases/0/facts/dpia_residual: “hi” does not fit. Right: “high”, or another of: high, low, medium."],
        ),
        # Ranges
        (with_use(users=-1), ["/use_cases/0/users: -1 is negative. Right: 0 to 10000000000."]),
        (
            with_use(domain_specificity="1.01"),
            ["/use_cases/0/domain_specificity: 1.01 is above 1. Right: 0 to 1."],
        ),
        (
            with_use(differentiation_need=-0.1),
            ["/use_cases/0/differentiation_need: -0.1 is negative. Right: 0 to 1."],
        ),
        (with_use(growth_per_year=-2), ["/use_cases/0/growth_per_year: -2 is below -1. Right: -1 to 10."]),
        (with_use(deadline_months=601), ["/use_cases/0/deadline_months: 601 is above 600. Right: 0 to 600."]),
        (
            with_use(requests_per_day=10**12),
            ["/use_cases/0/requests_per_day: 1000000000000 is above 100000000000. Right: 0 to 100000000000."],
        ),
        ({"organisation": {"ai_maturity": 6}}, ["/organisation/ai_maturity: 6 is above 5. Right: 1 to 5."]),
        (
            {"data_assets": [{"key": "d", "facts": {"child_age": -3}}]},
            ["/data_assets/0/facts/child_age: -3 is negative. Right: 0 or more."],
        ),
        ({"version": 2}, ["/version: 2 is above 1. Right: 1."]),
        (
            {"organisation": {"priorities": {"cost": "0.5", "task_fit": 3}}},
            ["/organisation/priorities: neither ranks nor weights. Right: ranks from 1 (most important), or"],
        ),
        (
            {"organisation": {"priorities": {"cost": 0}}},
            ["/organisation/priorities: neither ranks nor weights. Right: ranks from 1 (most important), or"],
        ),
        # Dates
        ({"as_of": "2026-02-30"}, [f"/as_of: “2026-02-30” does not fit. Right: {DATE}."]),
        ({"as_of": "24.11.2026"}, [f"/as_of: “24.11.2026” does not fit. Right: {DATE}."]),
        ({"as_of": "1999-12-31"}, ["/as_of: 1999-12-31 is below 2000-01-01. Right: 2000-01-01 to 2100-12-31."]),
        (
            {"vendors": [{"key": "v", "soc2_until": "2027-13-01"}]},
            [f"/vendors/0/soc2_until: “2027-13-01” does not fit. Right: {DATE}."],
        ),
        (
            {"organisation": {"fiscal_year_start": "02-30"}},
            ["/organisation/fiscal_year_start: “02-30” is no day. Right: month and day like 04-01, or the"],
        ),
        (
            {"budgets": [{"period": "2027-Q5"}]},
            ["/budgets/0/period: “2027-Q5” does not fit. Right: a fiscal quarter like 2027-Q1."],
        ),
        # Money
        (
            {"organisation": {"currency": "euro"}},
            ["/organisation/currency: “euro” does not fit. Right: three letters of ISO 4217, like EUR."],
        ),
        (
            {"organisation": {"annual_ai_budget": {"amount": "1000", "currency": "€"}}},
            ["/organisation/annual_ai_budget/currency: “€” does not fit. Right: three letters of ISO 4217"],
        ),
        (
            {"organisation": {"annual_ai_budget": {"amount": "-1", "currency": "EUR"}}},
            ["/organisation/annual_ai_budget/amount: -1 is negative. Right: 0 to 1000000000000000."],
        ),
        (
            {"organisation": {"annual_ai_budget": 1000}},
            ["/organisation/annual_ai_budget: expected an object, found a number. Right: an object with amount, currency."],
        ),
        (
            with_use(
                value={"low": {"amount": 3, "currency": "EUR"}, "likely": {"amount": 2, "currency": "EUR"}}
            ),
            ["/use_cases/0/value: the range is out of order. Right: low ≤ likely ≤ high."],
        ),
        (
            with_use(
                value={"low": {"amount": 1, "currency": "EUR"}, "high": {"amount": 2, "currency": "USD"}}
            ),
            ["/use_cases/0/value: more than one currency in a range. Right: one currency."],
        ),
        # Keys and references
        (
            {"vendors": [{"key": "a b"}]},
            ["/vendors/0/key: “a b” does not fit. Right: letters, digits, dots, dashes, underscores; at most 80"],
        ),
        (
            {"vendors": [{"key": "v"}, {"key": "w"}, {"key": "v"}]},
            ["/vendors/2/key: “v” stands at /vendors/0/key already. Right: one record for each."],
        ),
        (
            {"budgets": [{"period": "2027-Q1"}, {"period": "FY2027 Q1"}]},
            ["/budgets/1/period: “2027-Q1” stands at /budgets/0/period already. Right: one record for each."],
        ),
        (
            {
                "controls": [
                    {"regime": "GDPR", "requirement_id": "Art. 30(1)"},
                    {"regime": "GDPR", "requirement_id": "Art. 30(1)", "use_case": "unknown"},
                ]
            },
            ["/controls/1/requirement_id: “GDPR Art. 30(1)” stands at /controls/0/requirement_id already."],
        ),
        (
            {"data_assets": [{"key": "files"}], **with_use(data_assets=["files", "fils"])},
            ["/use_cases/0/data_assets/1: there is no “fils” in data_assets. Right: “files”, or another of: files."],
        ),
        (
            {
                "data_assets": [{"key": "files"}],
                **with_use(data_assets=["files", "files"], requires=["a", "a"], defaults=["users", "users"]),
            },
            [
                "/use_cases/0/data_assets/1: “files” stands at /use_cases/0/data_assets/0 already. Right: each of",
                "/use_cases/0/requires/1: “a” stands at /use_cases/0/requires/0 already. Right: each of them once.",
                "/use_cases/0/defaults/1: “users” stands at /use_cases/0/defaults/0 already. Right: each of them",
                "/use_cases/0/requires: it waits for itself: a → a. Right: an order without a circle.",
            ],
        ),
        (
            with_use(vendor="v", model="m"),
            [
                "/use_cases/0/vendor: there is no “v” in vendors. Right: a key of vendors, which is empty.",
                "/use_cases/0/model: there is no “m” in models. Right: a key of models, which is empty.",
            ],
        ),
        (
            {"controls": [{"regime": "GDPR", "requirement_id": "Art. 30(1)", "use_case": "b"}], **with_use()},
            ["/controls/0/use_case: there is no “b” in use_cases. Right: one of: a."],
        ),
        (
            with_use(requires=["b"], excludes=["c"]),
            [
                "/use_cases/0/requires/0: there is no “b” in use_cases. Right: one of: a.",
                "/use_cases/0/excludes/0: there is no “c” in use_cases. Right: one of: a.",
            ],
        ),
        (
            {"use_cases": [{"key": "a", "requires": ["b"]}, {"key": "b", "requires": ["a"], "excludes": ["b"]}]},
            [
                "/use_cases/0/requires: it waits for itself: a → b → a. Right: an order without a circle.",
                "/use_cases/1/requires: it waits for itself: b → a → b. Right: an order without a circle.",
                "/use_cases/1/excludes: it rules itself out. Right: another use case.",
            ],
        ),
        (
            {"controls": [{"regime": "GDPR", "requirement_id": "Art. 300(1)"}]},
            ["/controls/0/requirement_id: GDPR has no requirement “Art. 300(1)”. Right: “Art. 30(1)”, or"],
        ),
        (
            {"regimes": [{"regime": "SOC2", "exclusions": [{"requirement_id": "CC99"}]}]},
            ["/regimes/0/exclusions/0/requirement_id: SOC2 has no requirement “CC99”. Right: “CC9”, or"],
        ),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_what_would_be_right(document: Any, said: list[str]) -> None:
    found = problems(document)
    assert len(found) == len(said), found
    for line, start in zip(found, said, strict=True):
        assert line.startswith(start)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", ["/: not JSON: Expecting value at line 1, column 1. Right: a JSON object."]),
        (b'{"version": 1,}', ["/: not JSON: Expecting property name enclosed in double quotes at line 1, column 15."]),
        (b'{"version": 1}}', ["/: not JSON: Extra data at line 1, column 15. Right: a JSON object."]),
        ('{"organisation": {"name": "Gr\u00fcn"}}'.encode("latin-1"), ["/: not UTF-8 at byte 29. Right: text in UTF-8."]),
        ("{}".encode("utf-16"), ["/: not UTF-8 at byte 0. Right: text in UTF-8."]),
        (
            b'{"organisation": {"name": "A", "name": "B"}, "version": 1, "version": 1}',
            [
                "/version: “version” stands twice in one object. Right: each key once.",
                "/organisation/name: “name” stands twice in one object. Right: each key once.",
            ],
        ),
        (
            b'{"use_cases": [{"key": "a", "users": NaN, "growth_per_year": -Infinity}]}',
            [
                "/use_cases/0/users: “nan” is not a number of JSON. Right: a finite number.",
                "/use_cases/0/growth_per_year: “-inf” is not a number of JSON. Right: a finite number.",
            ],
        ),
        (
            b'{"use_cases": [{"key": "a", "users": ' + b"9" * 31 + b"}]}",
            [f"/use_cases/0/users: “{'9' * 31}” is too long. Right: at most 30 digits."],
        ),
        (
            b'{"use_cases": [{"key": "a", "users": ' + b"9" * 10_000 + b', "latency": "slow"}]}',
            [
                f"/use_cases/0/users: “{'9' * 60}…” is too long. Right: at most 30 digits.",
                "/use_cases/0/latency: “slow” is not allowed. Right: one of: batch, interactive, realtime_ms.",
            ],
        ),
        (
            b'{"models": [{"key": "m", "training_flop": 1e999999999999999999999}]}',
            ["/models/0/training_flop: “1e999999999999999999999” is too long. Right: at most 30 digits."],
        ),
        (b"[" * 100_000, ["/: nested too deep. Right: at most 12 levels."]),
        (
            b'{"organisation": {"name": ' + b"[" * 11 + b"]" * 11 + b"}}",
            [
                "/organisation/name/0/0/0/0/0/0/0/0/0/0: nested too deep. Right: at most 12 levels.",
                "/organisation/name: “[[[[[[[[[[None]]]]]]]]]]” does not fit. Right: text.",
            ],
        ),
        (b'{"use_cases": [{"key": "a", "name": "\\ud800"}]}', ["/use_cases/0/name: “\\ud800” holds control or half"]),
        (b" " * 20_000_001, ["/: 20000001 bytes. Right: at most 20000000 bytes."]),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else "",
)  # fmt: skip
def test_text_that_is_no_plain_json_is_refused(text: bytes, said: list[str]) -> None:
    found = problems(text)
    assert len(found) == len(said), found
    for line, start in zip(found, said, strict=True):
        assert line.startswith(start)


def test_every_problem_is_listed_at_once() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["organisation"]["currency"] = "dollars"
    document["data_assets"][0]["quality"] = 9
    document["vendors"][0]["baa_signed"] = "maybe"
    document["use_cases"][0] |= {"vendor": "w", "task_type": "poetry", "colour": "blue"}
    document["controls"] = [{"regime": "HIPAA", "requirement_id": "164.999", "status": "done"}]

    assert [line.partition(": ")[0] for line in problems(document)] == [
        "/organisation/currency",
        "/controls/0/status",
        "/data_assets/0/quality",
        "/vendors/0/baa_signed",
        "/use_cases/0/colour",
        "/use_cases/0/task_type",
        "/use_cases/0/vendor",
        "/controls/0/requirement_id",
    ]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_document(b"\xef\xbb\xbf" + json.dumps(DOCUMENT).encode()) == read_document(DOCUMENT)


def test_absent_null_and_unknown_mean_the_same() -> None:
    full = to_plain(examples.inputs("retail-bank"))
    full["controls"][0]["status"] = "implemented"
    open_fields = [
        (name, index, field)
        for name in ("regimes", "controls", "budgets", "data_assets", "vendors", "use_cases")
        for index, row in enumerate(full[name])
        for field in row
        if field not in ("key", "regime", "requirement_id", "period")
    ]
    assert len(open_fields) > 200

    absent, null, unknown = (copy.deepcopy(full) for _ in range(3))
    for name, index, field in open_fields:
        del absent[name][index][field]
        null[name][index][field] = None
        unknown[name][index][field] = "unknown"
    read = [read_document(document) for document in (absent, null, unknown)]
    assert read[0] == read[1] == read[2]
    assert len({digest(inputs) for inputs in read}) == 1
    assert all(use.vendor is None and use.data_assets is None for use in read[0].use_cases)


def test_a_whole_record_may_be_unknown() -> None:
    empty = Inputs()
    for word in (None, "unknown"):
        names = ("as_of", "organisation", "regimes", "controls", "budgets", "data_assets", "use_cases")
        assert read_document(dict.fromkeys(names, word)) == empty
    ranged = {"value": {"low": None, "likely": "unknown"}}
    assert read_document(with_use(**ranged)).use_cases[0].value == MoneyRange()


def test_an_empty_list_is_an_answer() -> None:
    none, unknown = read_document(with_use(data_assets=[])), read_document(with_use())
    assert none.use_cases[0].data_assets == ()
    assert unknown.use_cases[0].data_assets is None
    assert digest(none) != digest(unknown)


def test_the_canonical_form_is_exact() -> None:
    document = {
        "use_cases": [
            {
                "name": "Zürich – “drafts”",
                "key": "a",
                "growth_per_year": 0.10,
                "domain_specificity": "5e-1",
                "users": "12",
                "in_use_since": "2026-01-31",
                "vendor": None,
                "hard_constraints": [],
                "facts": {"dpia_done": True, "obvious_that_ai": "unknown"},
            }
        ],
        "organisation": {
            "fiscal_year_start": 4,
            "annual_ai_budget": {"currency": "EUR", "amount": 1e6},
            "priorities": {"task_fit": 2, "cost": 1},
        },
        "budgets": [{"period": "FY2027 Q1", "opex": {"amount": "12.345", "currency": "EUR"}}],
        "vendors": [],
    }
    written = (
        '{"budgets":[{"opex":{"amount":"12.345","currency":"EUR"},"period":"2027-Q1"}],'
        '"organisation":{"annual_ai_budget":{"amount":"1000000.00","currency":"EUR"},'
        '"fiscal_year_start":"04-01","priorities":{"cost":"1","task_fit":"2"}},'
        '"use_cases":[{"domain_specificity":"0.5","facts":{"dpia_done":true},"growth_per_year":"0.1",'
        '"hard_constraints":[],"in_use_since":"2026-01-31","key":"a","name":"Zürich – “drafts”","users":12}],'
        '"version":1}'
    ).encode()

    inputs = read_document(document)
    assert canonical(inputs) == written
    assert digest(inputs) == hashlib.sha256(written).hexdigest()
    assert read_document(written) == inputs


@pytest.mark.parametrize("name", examples.NAMES)
def test_the_input_digest_names_the_answers_and_not_the_day(name: str) -> None:
    plain = to_plain(examples.inputs(name))
    assert plain.pop("as_of") == "2026-11-24"

    sorted_tight = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert examples.result(name).input_digest == hashlib.sha256(sorted_tight).hexdigest()
