"""The portfolio of a run: what the limits carry and what they leave out; pins, with the quick answer at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from engine.canonical import to_plain
from engine.inputs import Planned
from engine.strict import Problem
from reports import words
from reports.resultviews import opened, what_if_told
from strategy import pins, queries, scenarios
from strategy.knowledge import current
from strategy.models import Run, RunState
from strategy.tasks import send

PINNED = {"": "Undecided", "in": "In", "out": "Out"}
PARTS = ("approach", "deployment", "method")


@organisation_view("view")
def run_portfolio(request: MemberRequest, run_id: str) -> HttpResponse:
    """What is taken and why, what is left and why, money and people; while the run is open, the quick answer."""
    shown: Run = get_object_or_404(queries.runs(), public_id=run_id)
    if shown.state == RunState.SUCCEEDED:
        return _portfolio(request, shown)
    of = _answered(shown, request.GET.get("from", ""))
    document = json.loads(shown.snapshot.document)
    quick = of and pins.quick_plan(shown, of, current())
    context = {
        "run": shown,
        "steps": queries.steps_of(shown),
        "words": queries.words_of(shown),
        "what_if": what_if_told(shown, document),
        "quick": to_plain(quick) if quick else None,
        "names": {row["key"]: row.get("name") or row["key"] for row in document["use_cases"]},
        "currency": queries.stored_result(of).head["currency"] if of else "",
    }
    return render(request, "reports/portfolio_open.html", context)


@organisation_view("run_analysis")
@require_POST
def pin_use_cases(request: MemberRequest, run_id: str) -> HttpResponse:
    """Plan anew with the pins of the form: `pin-KEY` and `to-KEY` for each use case."""
    shown: Run = get_object_or_404(queries.runs(), public_id=run_id, state=RunState.SUCCEEDED)
    wanted = {
        key: _pin(request.POST.get(f"pin-{key}", ""), request.POST.get(f"to-{key}", ""))
        for key in pins.pins_of(json.loads(shown.snapshot.document))
    }
    try:
        _, run, new = pins.request_pinned_run(shown, wanted, actor=request.actor, knowledge=current())
    except scenarios.Refused as refusal:
        return _portfolio(request, shown, wanted, refusal.problems)
    if new:
        send(run)
    elif not run.is_open:
        messages.info(request, "These pins were planned already: this is their analysis.")
    address = reverse("run_portfolio", args=[request.organisation.slug, run.public_id])
    return redirect(f"{address}?{urlencode({'from': shown.public_id})}")


def _portfolio(
    request: MemberRequest,
    shown: Run,
    typed: Mapping[str, pins.Pin] | None = None,
    problems: Iterable[Problem] = (),
) -> HttpResponse:
    context = opened(shown)
    document, portfolio = context["sources"].document, context["result"]["portfolio"]
    bodies = queries.answers_of(context["stored"])
    quick = portfolio["greedy"] or {}
    by_key = {
        name: {row["use_case"]: row for row in rows}
        for name, rows in (("picks", portfolio["picks"]), ("quick", quick.get("picks", ())))
    }
    pinned = typed or pins.pins_of(document)
    value = portfolio["value"]
    context |= {
        "portfolio": portfolio,
        "names": {body["key"]: body["name"] for body in bodies},
        "rows": [
            {"name": body["name"], "key": body["key"], "pick": by_key["picks"].get(body["key"])}
            | {"quick": by_key["quick"].get(body["key"])}
            for body in bodies
            if body["key"] in by_key["picks"]
        ],
        "quick_only": [key for key in by_key["quick"] if key not in by_key["picks"]],
        "quick_misses": quick.get("misses", ()),
        "more_than_quick": str(Decimal(value) - Decimal(quick["value"])) if quick else None,
        "quarters": [_with_left(quarter) for quarter in portfolio["quarters"]],
        "pins": [
            {
                "name": body["name"],
                "key": body["key"],
                "pinned": pin.pinned or "",
                "to": _value(pin.answers()["pinned_to"] or {}),
                "options": _options(body["options"], pin.answers()["pinned_to"]),
            }
            for body in bodies
            for pin in [pinned.get(body["key"], pins.Pin())]
        ],
        "pinned_words": PINNED,
        "base": _base(shown, value),
        "errors": [f"{words.sentence(problem.what)} Right: {problem.right}." for problem in problems],
    }
    status = 400 if context["errors"] else 200
    return render(request, "reports/portfolio.html", context, status=status)


def _pin(pinned: str, to: str) -> pins.Pin:
    """A pin as the form sends it; words that are none are refused with the answer that they would be."""
    parts = dict(zip(PARTS, to.split("/"), strict=False))
    given: Any = {name: part for name, part in parts.items() if part}
    return pins.Pin(cast(Any, pinned or None), Planned(**given) if given else None)


def _value(to: Mapping[str, str]) -> str:
    """An option as the form names it: `rag/public_api/`; empty for none."""
    return "/".join(to.get(name, "") for name in PARTS) if to else ""


def _options(
    options: Sequence[Mapping[str, Any]], pinned_to: Mapping[str, str] | None
) -> list[tuple[str, str]]:
    """The options that a use case may be pinned to; one that is pinned and is no such option stands last."""
    found = [
        (_value({name: option[name] for name in PARTS[:2]}), f"{option['rank']}. {words.option(option)}")
        for option in options
    ]
    if pinned_to and _value(pinned_to) not in dict(found):
        found.append((_value(pinned_to), ", ".join(words.clean(part) for part in pinned_to.values())))
    return found


def _with_left(quarter: Mapping[str, Any]) -> dict[str, Any]:
    """A quarter with what is left of each limit; None where nothing limits."""
    left = {
        f"{name}_left": None if most is None else str(Decimal(most) - Decimal(quarter[used]))
        for name, used, most in (
            ("money", "spend", quarter["available"]),
            ("capex", "capex", quarter["capex_available"]),
            ("opex", "opex", quarter["opex_available"]),
            ("people", "people", quarter["people_available"]),
        )
    }
    return {**quarter, **left}


def _base(shown: Run, value: str | None) -> dict[str, Any] | None:
    """The analysis that a what-if stands on, its portfolio's value, and by how much this one differs."""
    for analysis in queries.what_if_of(shown):
        run = analysis.scenario.base_run
        if run is not None and run.pk != shown.pk and run.state == RunState.SUCCEEDED:
            was = queries.stored_result(run).head["portfolio"]["value"]
            known = value is not None and was is not None
            return {
                "run": run,
                "value": was,
                "differs": str(Decimal(value) - Decimal(was)) if known else None,  # type: ignore[arg-type]
            }
    return None


def _answered(shown: Run, named: str) -> Run | None:
    """The finished run whose answers an open one plans anew: the one it was asked for on, else its base."""
    if named:
        found: Run | None = queries.bases().filter(public_id=named).first()
        return found
    based = (analysis.scenario.base_run for analysis in queries.what_if_of(shown))
    return next((run for run in based if run is not None and run.state == RunState.SUCCEEDED), None)
