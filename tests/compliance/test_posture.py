"""Gaps at a glance: use cases against regimes, options against each other, in numbers counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.tenancy import scope
from engine.result import Finding, OptionId
from inventory.knowledge import current
from strategy import services
from strategy.models import Run
from strategy.optionduties import option_duties
from strategy.posture import Cell, counted_posture
from tests.questions import questions
from tests.strategy.stored import PROMPT, RAG, finding, result, use_case
from tests.world import World

SignIn = Callable[[World, str], Client]
DAY = date(2026, 12, 5)


def words(state: str, **changed: Any) -> dict[str, Any]:
    return {
        "regime": "GDPR",
        "state": state,
        "timing": "in_force",
        "applies": "yes",
        "blocker": False,
        "planned": False,
        "option": option_of(RAG),
    } | changed


def option_of(option: OptionId) -> dict[str, Any]:
    return {"approach": option.approach, "deployment": option.deployment, "method": option.method}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([words("met"), words("met"), words("partial")], Cell(met=2, partial=1)),
        ([words("gap", blocker=True), words("gap")], Cell(gap=2, blockers=1)),
        # What comes later, or is only watched, is no gap of today; what only may apply is not known.
        ([words("gap", timing="upcoming")], Cell(upcoming=1)),
        ([words("gap", timing="watch")], Cell()),
        ([words("gap", applies="unknown")], Cell(unknown=1)),
        ([words("not_applicable")], Cell(not_applicable=1)),
        # The planned option counts before the one recommended first, which counts before all others.
        ([words("met"), words("gap", planned=True)], Cell(gap=1)),
        ([words("met"), words("gap", option=option_of(PROMPT))], Cell(met=1)),
    ],
)
def test_a_cell_counts_what_stands_today(rows: list[dict[str, Any]], expected: Cell) -> None:
    assert counted_posture([option_of(RAG), option_of(PROMPT)], rows) == {"GDPR": asdict(expected)}


@pytest.mark.parametrize(
    ("cell", "worst"),
    [
        (Cell(met=5), "met"),
        (Cell(met=5, unknown=1), "unknown"),
        (Cell(met=5, partial=1, unknown=1), "partial"),
        (Cell(met=5, gap=1, partial=1), "gap"),
        (Cell(upcoming=3), "none"),
    ],
)
def test_unknown_is_never_good(cell: Cell, worst: str) -> None:
    assert cell.worst == worst


def plain(found: Finding) -> dict[str, Any]:
    return {
        "option": option_of(found.option),
        "planned": found.planned, "regime": found.regime, "requirement_id": found.requirement_id, "title": found.title,
        "applies": found.applies, "timing": found.timing, "state": found.state, "blocker": found.blocker,
    }  # fmt: skip


def ranked(rank: int, option: Any, gaps: int, days: str, cost: str) -> dict[str, Any]:
    return {
        "rank": rank, "approach": option.approach, "deployment": option.deployment, "method": option.method,
        "consequences": {"duties": 3, "gaps": gaps, "blockers": 0, "unknown": 0, "days": {"likely": days}, "cost": {"likely": cost}},
    }  # fmt: skip


def test_options_differ_in_duties_gaps_days_and_cost() -> None:
    body = {"options": [ranked(1, RAG, 1, "4", "3200"), ranked(2, PROMPT, 2, "11", "8800")]}
    findings = [
        plain(finding(RAG, "Art. 30(1)", "GDPR", "met")),
        plain(finding(RAG, "A.7.1", "ISO27001", "gap")),
        plain(finding(PROMPT, "Art. 30(1)", "GDPR", "met")),
        plain(finding(PROMPT, "Art. 28(3)", "GDPR", "gap", blocker=True)),
        plain(replace(finding(PROMPT, "Art. 50(1)", "EUAIA", "gap"), timing="upcoming")),
    ]
    first, second = option_duties(body, findings)
    assert (first.difference.gaps, first.difference.days, first.opened, first.spared) == (
        0,
        Decimal(0),
        (),
        (),
    )
    assert (second.difference.gaps, second.difference.days, second.difference.cost) == (
        1,
        Decimal(7),
        Decimal(5600),
    )
    assert [one[:2] for one in second.opened] == [("GDPR", "Art. 28(3)"), ("EUAIA", "Art. 50(1)")]
    assert [one[:2] for one in second.spared] == [("ISO27001", "A.7.1")]
    assert [one[:2] for one in second.gaps_only_here] == [("GDPR", "Art. 28(3)")]
    assert [one[:2] for one in second.gaps_closed] == [("ISO27001", "A.7.1")]
    turned = option_duties(body, findings, against=2)
    assert (turned[0].opened, turned[0].spared) == (second.spared, second.opened)
    assert option_duties(body, findings, against=3) == ()


def test_a_planned_option_that_was_refused_is_shown_without_a_price() -> None:
    body = {"options": [ranked(1, RAG, 0, "4", "3200")]}
    refused = plain(replace(finding(PROMPT, "Art. 28(3)", "GDPR", "gap", blocker=True), planned=True))
    rows = option_duties(body, [plain(finding(RAG, "Art. 30(1)", "GDPR", "met")), refused])
    assert [(row.rank, row.planned) for row in rows] == [(1, False), (None, True)]
    assert (rows[1].sums.gaps, rows[1].sums.blockers, rows[1].sums.days, rows[1].difference.cost) == (
        1,
        1,
        None,
        None,
    )


def analysed(world: World, amount: int, day: date) -> Run:
    """A finished analysis with so many use cases, in North."""
    with scope(world.north):
        actor = Actor.person(world.person("north/owner"), "owner")
        run, _ = services.request_run(actor=actor, knowledge=current(), as_of=day)
        claim = services.claim(run.pk)
        assert claim is not None
        assert services.publish(
            claim, result(tuple(use_case(f"case-{n}", f"Case {n}") for n in range(amount)))
        )
        return run


def test_the_overview_of_gaps_asks_eight_questions_at_20_and_at_200(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/viewer")
    for amount in (20, 200):
        analysed(world, amount, date(2026, 12, 5 if amount == 20 else 6))
        assert len(questions(client, f"/o/{world.north.slug}/posture/")) == 8
        body = client.get(f"/api/v1/organisations/{world.north.public_id}/compliance/matrix/").json()
        assert len(body["use_cases"]) == amount
        assert {cell["regime"]: (cell["met"], cell["gap"]) for cell in body["totals"]} == {
            "GDPR": (amount, amount),
            "ISO27001": (0, 0),
        }


def test_before_the_first_analysis_nothing_has_been_assessed(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/viewer")
    page = client.get(f"/o/{world.north.slug}/posture/").content.decode()
    assert "Until then no duty has been assessed." in page
    body = client.get(f"/api/v1/organisations/{world.north.public_id}/compliance/matrix/").json()
    assert (body["run"], body["use_cases"]) == (None, [])


def test_the_page_of_options_says_what_another_option_opens(world: World, sign_in: SignIn) -> None:
    run = analysed(world, 1, DAY)
    client = sign_in(world, "north/viewer")
    address = f"runs/{run.public_id}/use-cases/case-0/duties/"
    page = client.get(f"/o/{world.north.slug}/{address}")
    assert [row.rank for row in page.context["rows"]] == [1, 2]
    assert client.get(f"/o/{world.north.slug}/{address}?against=9").status_code == 404
    refused = client.get(f"/api/v1/organisations/{world.north.public_id}/{address}?against=9")
    assert refused.status_code == 400
    assert "the rank of an option, 1 to 2" in refused.content.decode()
