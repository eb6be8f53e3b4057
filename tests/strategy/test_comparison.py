"""Two analyses held against each other: what differs, and that each difference names the cause that made it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from engine.canonical import to_plain
from engine.reading import read_document
from engine.result import FactUsed, Result, UseCaseResult
from strategy.answerchanges import answer_changes, with_changes
from strategy.comparison import Comparison, Difference, Journey, compare
from strategy.overrides import overridden, read_overrides
from strategy.places import Place
from strategy.ways import Ground, Leg, Release, differing, in_one, way
from tests.strategy.stored import AS_OF, RAG, option, result, use_case
from tests.world import TWIN

BASE: dict[str, Any] = to_plain(read_document(json.loads(TWIN.read_text())))
HERE, FORMER = Release("k2", "1.0.0"), Release("k1", "1.0.0")
ASSISTANT = use_case("assistant", "Staff assistant")


def changed(answers: dict[str, Any], base: dict[str, Any] = BASE) -> dict[str, Any]:
    read: dict[str, Any] = to_plain(overridden(base, read_overrides(base, answers, {}), {}))
    return read


def ground(answers: dict[str, Any] | None = None, day: date = AS_OF, release: Release = HERE) -> Ground:
    return Ground(changed(answers or {}), day, release)


def plain(*use_cases: UseCaseResult, **parts: Any) -> dict[str, Any]:
    whole: Result = replace(result(use_cases or (ASSISTANT,)), **parts)
    read: dict[str, Any] = to_plain(whole)
    return read


def dearer(p50: int) -> UseCaseResult:
    first = option(1, RAG, 74, p50, None)
    return replace(ASSISTANT, options=(first, *ASSISTANT.options[1:]))


def one_leg(first: Ground, other: Ground, *results: dict[str, Any]) -> Comparison:
    return compare(first.document, [Journey(in_one(first, other), results)])


def found(comparison: Comparison, name: str, about: str = "assistant") -> Difference:
    (difference,) = (d for d in comparison.differences if (d.about, d.name) == (about, name))
    return difference


def causes(legs: tuple[Leg, ...]) -> list[tuple[tuple[str, ...], list[str]]]:
    return [(leg.causes, ["/".join(change.place.path) for change in leg.changes]) for leg in legs]


def test_changed_added_and_removed_answers_are_told_by_record() -> None:
    now = changed({"/use_cases/triage/requests_per_day": 7_000, "/vendors/0/dpa_signed": None})
    now["use_cases"] = now["use_cases"][::-1]
    now["budgets"] = [{"period": "2027-Q2"}]
    changes = answer_changes(BASE, now)
    assert [(c.place, c.thing, c.was, c.now) for c in changes] == [
        (Place("budgets", "2027-Q1", ()), "2027-Q1", BASE["budgets"][0], None),
        (Place("budgets", "2027-Q2", ()), "2027-Q2", None, {"period": "2027-Q2"}),
        (Place("vendors", "model-vendor", ("dpa_signed",)), "Model vendor", True, None),
        (Place("use_cases", "triage", ("requests_per_day",)), "Ticket triage", 5_000, 7_000),
    ]
    after = with_changes(BASE, changes)
    assert answer_changes(after, now) == ()
    assert answer_changes(BASE, BASE | {"use_cases": BASE["use_cases"][::-1]}) == ()


def test_one_cause_is_the_cause_of_every_difference() -> None:
    first, other = ground(), ground({"/use_cases/0/requests_per_day": 90_000})
    comparison = one_leg(first, other, plain(), plain(dearer(640_000)))
    assert [(d.section, d.about, d.name) for d in comparison.differences] == [
        ("money", "assistant", "cost"),
        ("money", "assistant", "opex"),
    ]
    cost = found(comparison, "cost")
    assert [value["p50"] for value in cost.values] == ["420000", "640000"]
    assert [because.leg for because in cost.because[0]] == [0]
    (moved,) = comparison.moved[0]
    assert (moved.causes, moved.facts, moved.day) == (("answers",), (), None)
    (asked,) = comparison.inputs
    assert (asked.thing, asked.place.path, asked.values) == (
        "Staff assistant",
        ("requests_per_day",),
        (2_000, 90_000),
    )


def test_equal_analyses_differ_in_nothing_and_still_show_every_figure() -> None:
    comparison = one_leg(ground(), ground(), plain())
    assert comparison.differences == comparison.inputs == ()
    assert comparison.moved == ((),)
    cost = next(figure for figure in comparison.figures if figure.name == "cost")
    assert cost.values == ({"p10": "250000", "p50": "420000", "p90": "610000"},) * 2
    assert cost.pointers == ("/use_cases/0/options/0/cost",) * 2


def test_a_price_that_moved_is_named_where_the_number_rests_on_it() -> None:
    former = result((ASSISTANT,))
    (price,) = former.trace.facts
    beside = FactUsed(
        **{**{f: getattr(price, f) for f in price.__slots__}, "id": "price.other", "value": "7"}
    )
    now = replace(former.trace, facts=(replace(price, value="4"), beside))
    then = replace(former.trace, facts=(price, replace(beside, value="6")))
    comparison = one_leg(
        ground(release=FORMER),
        ground(),
        plain(ASSISTANT, trace=then),
        plain(replace(dearer(500_000), outcome="not_yet"), trace=now),
    )
    (moved,) = comparison.moved[0]
    assert moved.causes == ("knowledge",)
    assert [(f.id, f.was, f.now) for f in moved.facts] == [
        ("price.tokens", "3", "4"),
        ("price.other", "6", "7"),
    ]
    (cost,), (outcome,) = found(comparison, "cost").because[0], found(comparison, "outcome").because[0]
    assert [fact.id for fact in cost.facts] == ["price.tokens"]
    assert outcome.facts == ()


def test_a_duty_whose_day_has_come_says_the_day() -> None:
    finding = replace(ASSISTANT.findings[0], timing="upcoming", applies_from=date(2026, 12, 2))
    before = replace(ASSISTANT, findings=(finding,))
    after = replace(ASSISTANT, findings=(replace(finding, timing="in_force"),))
    later = date(2027, 1, 5)
    comparison = one_leg(ground(), ground(day=later), plain(before), plain(after, as_of=later))
    duty = found(comparison, "GDPR/Art. 30(1)/AIR010")
    assert [value["timing"] for value in duty.values] == ["upcoming", "in_force"]
    assert [because.applies_from for because in duty.because[0]] == ["2026-12-02"]
    assert comparison.moved[0][0].day == ("2026-11-20", "2027-01-05")
    gate = found(comparison, "g1")
    assert gate.values == ("2026-12-04", "2027-01-19")
    assert [because.applies_from for because in gate.because[0]] == [None]


def test_gaps_that_open_or_close_are_told_for_the_first_option_only() -> None:
    closed = replace(ASSISTANT.findings[1], state="met", blocker=False)
    after = replace(ASSISTANT, findings=(closed, *ASSISTANT.findings[2:]))
    comparison = one_leg(ground(), ground({"/vendors/0/dpa_signed": None}), plain(), plain(after))
    duties = {d.label: [v and (v["state"], v["blocker"]) for v in d.values] for d in comparison.differences}
    assert duties == {
        "GDPR Art. 28(3)": [("gap", True), ("met", False)],
        "GDPR Art. 30(1)": [("met", False), None],
    }


def test_a_use_case_that_comes_or_goes_has_no_figures_on_the_other_side() -> None:
    more = use_case("triage", "Ticket triage")
    comparison = one_leg(ground(), ground({"/use_cases/1/users": 5}), plain(), plain(ASSISTANT, more))
    assert found(comparison, "outcome", "triage").values == (None, "recommend")
    assert found(comparison, "cost", "triage").pointers == (None, "/use_cases/1/options/0/cost")


def test_several_causes_are_told_apart_by_the_analyses_in_between() -> None:
    first = ground(day=date(2026, 11, 1), release=FORMER)
    other = ground({"/use_cases/0/users": 5, "/use_cases/0/requests_per_day": 9})
    assert differing(first, other) == ("knowledge", "answers", "day")
    assert causes(in_one(first, other)) == [(("knowledge", "answers", "day"), ["requests_per_day", "users"])]
    legs = way(first, other, HERE, apart=False)
    assert causes(legs) == [
        (("knowledge",), []),
        (("answers",), ["requests_per_day", "users"]),
        (("day",), []),
    ]
    assert legs[-1].to == other
    assert causes(way(first, other, HERE, apart=True)) == [
        (("knowledge",), []),
        (("answers",), ["requests_per_day"]),
        (("answers",), ["users"]),
        (("day",), []),
    ]
    back = way(other, first, HERE, apart=False)
    assert causes(back) == [
        (("answers",), ["requests_per_day", "users"]),
        (("day",), []),
        (("knowledge",), []),
    ]
    assert [leg.to.release for leg in back] == [HERE, HERE, FORMER]


def test_without_the_release_of_either_side_the_causes_stay_together() -> None:
    first, other = ground(release=FORMER), ground({"/use_cases/0/users": 5}, release=Release("k1", "0.9"))
    assert way(first, other, HERE, apart=True) == in_one(first, other)
    assert causes(in_one(first, other)) == [(("engine", "answers"), ["users"])]


def test_a_figure_is_caused_by_the_legs_in_which_it_moves() -> None:
    first = ground()
    other = ground({"/use_cases/0/users": 5}, day=date(2026, 12, 1))
    legs = way(first, other, HERE, apart=False)
    middle = plain(replace(dearer(500_000), outcome="not_yet"))
    last = plain(replace(dearer(640_000), approach_confidence=1))
    comparison = compare(first.document, [Journey(legs, (plain(), middle, last))])
    cost = found(comparison, "cost")
    assert [because.leg for because in cost.because[0]] == [0, 1]
    assert [moved.causes for moved in comparison.moved[0]] == [("answers",), ("day",)]
    assert all(d.name != "outcome" for d in comparison.differences)


def test_three_analyses_are_held_against_the_first() -> None:
    first = ground()
    fewer, later = ground({"/use_cases/0/users": 5}), ground(day=date(2026, 12, 1))
    comparison = compare(
        first.document,
        [
            Journey(in_one(first, fewer), (plain(), plain(dearer(310_000)))),
            Journey(in_one(first, later), (plain(), plain())),
        ],
    )
    cost = found(comparison, "cost")
    assert [value["p50"] for value in cost.values] == ["420000", "310000", "420000"]
    assert [len(because) for because in cost.because] == [1, 0]
    assert [[m.causes for m in moved] for moved in comparison.moved] == [[("answers",)], [("day",)]]
    assert [asked.values for asked in comparison.inputs] == [(800, 5, 800)]


def test_records_that_others_need_come_before_them_and_go_after_them() -> None:
    grown = BASE | {
        "vendors": [*BASE["vendors"], {"key": "second", "country": "DE"}],
        "use_cases": [BASE["use_cases"][0] | {"vendor": "second"}, BASE["use_cases"][1]],
    }
    there, back = Ground(grown, AS_OF, HERE), ground()
    assert causes(way(back, there, HERE, apart=True)) == [(("answers",), [""]), (("answers",), ["vendor"])]
    assert causes(way(there, back, HERE, apart=True)) == [(("answers",), ["vendor"]), (("answers",), [""])]


def test_the_options_of_a_refusal_are_told_once_each() -> None:
    after = replace(ASSISTANT, refused=(), runner_up=None)
    comparison = one_leg(ground(), ground({"/use_cases/0/users": 5}), plain(), plain(after))
    (refused,) = comparison.differences
    assert (refused.name, refused.values) == (
        "refused/full_ft/public_api",
        ("data may not leave the organisation", None),
    )
