"""The pages of one run: its progress while it is open, then its answers, findings, plan, regimes, risks, origins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe

from accounts.access import MemberRequest, organisation_view
from accounts.roles import allows
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from engine.links import KEYED
from engine.questions import question, steps
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
from inventory.records import part_of
from reports.charts import gantt_chart
from reports.models import Report, ReportState
from reports.numbers import number_at
from reports.origins import Sources, at
from reports.ownprices import count_used, not_known, own_prices
from reports.plan import gantt_of, week_of
from reports.reading import refusals, risks_by_text, soonest, verdict
from reports.words import STATES, day
from strategy import queries
from strategy.asked import changed_answers
from strategy.models import Run, RunState, Scenario
from strategy.overrides import restored

FINDINGS_A_PAGE = 50
FACTS_A_PAGE = 100
COMPLIANCE = ("regimes", "controls", "common_answers")
FILTERS = ("use_case", "regime", "state", "timing")
ASKED = (*FILTERS, "blocker", "options")
SHOWN_FIRST = ("gap", "unknown", "partial", "met", "not_applicable")
TIMINGS = {"in_force": "In force", "upcoming": "Upcoming", "watch": "To be watched"}
PAGE_OF: Mapping[str, tuple[type[Record], str]] = {
    "organisation": (OrganisationProfile, "organisation"),
    "data_assets": (DataAsset, "data_assets"),
    "vendors": (Vendor, "vendors"),
    "models": (BaseModel, "base_models"),
    "budgets": (Budget, "budgets"),
    "price_overrides": (OwnPrice, "prices"),
    "use_cases": (UseCase, "use_cases"),
    "regimes": (RegimeScope, "regimes"),
    "controls": (ControlAnswer, "controls"),
    "common_controls": (CommonControlAnswer, "common_answers"),
}


@organisation_view("view")
def run(request: MemberRequest, run_id: str) -> HttpResponse:
    """A run: how far it is, why it ended without a result, or its answers."""
    shown: Run = get_object_or_404(queries.runs(), public_id=run_id)
    if shown.state != RunState.SUCCEEDED:
        context = {
            "run": shown,
            "steps": queries.steps_of(shown),
            "words": queries.words_of(shown),
            "what_if": what_if_told(shown, json.loads(shown.snapshot.document)),
        }
        return render(request, "strategy/run.html", context)
    context = opened(shown)
    use_cases = queries.answers_of(context["stored"])
    best = [body["options"][0] for body in use_cases if body["outcome"] == "recommend" and body["options"]]
    picks = [(body["name"], body["options"][0]) for body in use_cases if body["options"]]
    context |= {
        "use_cases": use_cases,
        "own_prices": own_prices(context["sources"], context["currency"], use_cases, picks),
        "not_known": not_known(context["sources"]),
        "verdict": verdict(use_cases),
        "soonest": soonest(use_cases),
        "duties": {
            name: sum(option["consequences"][name] for option in best) for name in ("blockers", "unknown")
        },
    }
    return render(request, "reports/run.html", context)


@organisation_view("view")
def run_use_case(request: MemberRequest, run_id: str, key: str) -> HttpResponse:
    """One use case: every option with its reasons and cost, what was refused, what would change the answer."""
    context = _finished(run_id)
    part = queries.part_of(context["stored"], key)
    if part is None:
        raise Http404
    context |= {
        "use_case": part.body,
        "here": f"/use_cases/{part.position}",
        "refusals": refusals(part.body["refused"]),
    }
    return render(request, "reports/use_case.html", context)


@organisation_view("view")
def run_findings(request: MemberRequest, run_id: str) -> HttpResponse:
    """Duties and their state, by use case, regime, state and timing; of the best options unless all are wanted."""
    context = _finished(run_id)
    parts = queries.findings_of(context["stored"])
    wanted = {name: request.GET.get(name, "") for name in ASKED}
    rows = [
        {**finding, "use_case": part.key, "name": part.body["name"]}
        for part in parts
        for finding in part.findings
        if wanted["options"] == "all" or finding["planned"] or _is_best(finding, part.body)
    ]
    kept = [row for row in rows if all(row[name] == wanted[name] for name in FILTERS if wanted[name])]
    if wanted["blocker"]:
        kept = [row for row in kept if row["blocker"]]
    kept.sort(key=lambda row: (not row["blocker"], SHOWN_FIRST.index(row["state"])))
    context |= {
        "wanted": wanted,
        "names": [(part.key, part.body["name"]) for part in parts],
        "regimes": sorted({row["regime"] for row in rows}),
        "states": STATES,
        "timings": TIMINGS,
        "total": len(rows),
        "tiles": _tiles(rows, wanted),
        "page": Paginator(kept, FINDINGS_A_PAGE).get_page(request.GET.get("page")),
        "query": "&" + urlencode({name: value for name, value in wanted.items() if value}),
    }
    return render(request, "reports/findings.html", context)


def _tiles(rows: list[dict[str, Any]], wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """How many findings stand how, each as a way to those findings alone."""
    tiles = [("blocker", "1", "block a launch until done", sum(row["blocker"] for row in rows))]
    states = (("gap", "gaps"), ("unknown", "not answered yet"), ("met", "met"))
    tiles += [("state", state, said, sum(row["state"] == state for row in rows)) for state, said in states]
    return [
        {"query": urlencode({name: value}), "words": said, "count": count, "chosen": wanted[name] == value}
        for name, value, said, count in tiles
    ]


@organisation_view("view")
def run_roadmap(request: MemberRequest, run_id: str) -> HttpResponse:
    """The plan: as a picture, and as tables with the same rows; what was chosen under the budget."""
    context = _finished(run_id)
    result = context["result"]
    names = {body["key"]: body["name"] for body in queries.answers_of(context["stored"])}
    organisation = context["sources"].document.get("organisation") or {}
    plan = gantt_of(result, names, str(organisation.get("fiscal_year_start") or "01-01"))
    start = context["run"].as_of
    things = (*result["roadmap"]["phases"], *result["roadmap"]["gates"], *result["roadmap"]["tasks"])
    context |= {
        "plan": plan,
        "chart": mark_safe(gantt_chart(plan, title=f"Roadmap from {day(start)}", height=4000)),  # noqa: S308 — our own chart, texts escaped by ElementTree
        "names": names,
        "work": _work(result["roadmap"]["tasks"], names),
        "launches": [_launch(launch, start) for launch in result["roadmap"].get("launches", ())],
        "tests": _tests(result["roadmap"].get("evaluation", ()), names),
        "labels": {thing["id"]: thing.get("name") or thing.get("text") for thing in things},
        "dates": {
            thing["id"]: day(week_of(start, thing.get("start_week", thing.get("week")))) for thing in things
        },
    }
    return render(request, "reports/roadmap.html", context)


def _work(tasks: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Compliance tasks by use case, those that block a launch first."""
    found = []
    for key, name in names.items():
        mine = sorted(
            (task for task in tasks if task["use_case"] == key), key=lambda task: not task["blocker"]
        )
        if mine:
            found.append({"name": name, "tasks": mine, "blocking": sum(task["blocker"] for task in mine)})
    return found


def _launch(launch: Mapping[str, Any], start: date) -> dict[str, Any]:
    """A launch with the days of its likely week and of its deadline."""
    due = launch["deadline_week"]
    return {
        **launch,
        "live": day(week_of(start, launch["week"]["likely"])),
        "deadline": day(week_of(start, due)) if due is not None else "",
    }


def _tests(tests: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tests that a use case must pass, by use case."""
    mine = {key: [test for test in tests if test["use_case"] == key] for key in names}
    return [{"name": names[key], "tests": found} for key, found in mine.items() if found]


@organisation_view("view")
def run_regimes(request: MemberRequest, run_id: str) -> HttpResponse:
    """Which regimes apply and why, and how their duties stand."""
    context = _finished(run_id)
    context["names"] = {body["key"]: body["name"] for body in queries.answers_of(context["stored"])}
    return render(request, "reports/regimes.html", context)


@organisation_view("view")
def run_risks(request: MemberRequest, run_id: str) -> HttpResponse:
    """Risks, what to watch, and how ready the organisation is."""
    context = _finished(run_id)
    names = {body["key"]: body["name"] for body in queries.answers_of(context["stored"])}
    context["risks"] = risks_by_text(context["result"]["risks"], names)
    return render(request, "reports/risks.html", context)


@organisation_view("view")
def run_origins(request: MemberRequest, run_id: str) -> HttpResponse:
    """Where a number comes from; without a number, every fact and rule that the analysis used."""
    context = _finished(run_id)
    sources: Sources = context["sources"]
    pointer, text = request.GET.get("number", ""), request.GET.get("q", "").strip()
    if pointer:
        whole = context["result"] | {"use_cases": queries.answers_of(context["stored"])}
        origins = sources.origins_of(pointer)
        answers, facts = ({name: None for o in origins for name in o[kind]} for kind in ("answers", "facts"))
        context |= {
            "number": number_at(pointer, whole, context["currency"]),
            "origins": origins,
            "answers": [sources.answer(answer) for answer in answers],
            "facts": sources.facts_of(facts),
            "rules": sources.rules_on(answers, facts),
        }
        return render(request, "reports/origins.html", context)
    found = [
        fact
        for fact in sources.facts.values()
        if text.casefold() in f"{fact['id']} {fact['label']} {fact['source_title']}".casefold()
    ]
    context |= {
        "q": text,
        "page": Paginator(found, FACTS_A_PAGE).get_page(request.GET.get("page")),
        "query": "&" + urlencode({"q": text}),
    }
    return render(request, "reports/origins.html", context)


@organisation_view("view")
def run_answer(request: MemberRequest, run_id: str) -> HttpResponse:
    """From an answer that a result cites to the record that holds it now."""
    context = _finished(run_id)
    parts = steps(request.GET.get("at", ""))
    if not parts or parts[0] not in PAGE_OF:
        raise Http404
    model, page = PAGE_OF[parts[0]]
    if len(parts) == 1 and page != "organisation":
        return redirect(f"{page}_list", request.organisation.slug)
    found = model.objects.filter(key=_key(context["sources"].document, parts)).first()
    if found is None:
        messages.info(request, f"The record behind “{question(parts)}” is no longer there.")
        return redirect("run", request.organisation.slug, run_id)
    name = ".".join(part for part in parts[1:] if not part.isdigit())
    open_question = name and at(part_of(found), name.split(".")) in (None, "unknown")
    may_edit = allows(request.member.role, "edit_compliance" if page in COMPLIANCE else "edit_inventory")
    kind = "edit" if open_question and may_edit else "show"
    address = redirect(f"{page}_{kind}", request.organisation.slug, found.public_id)
    if name:
        address["Location"] += f"#{'field' if kind == 'edit' else 'q'}-{_question_of(name)}"
    return address


def _question_of(name: str) -> str:
    """The name of the question that an answer's parts belong to: `value.low` is part of `value`."""
    first, _, rest = name.partition(".")
    return f"{first}.{rest}" if first == "facts" else first


def _key(document: Mapping[str, Any], parts: list[str]) -> str:
    """The key of the record that a pointer leads into."""
    if parts[0] == "organisation":
        return OrganisationProfile.KEY
    row = at(document, parts[:2])
    if not isinstance(row, Mapping):
        raise Http404
    if parts[0] == "controls":
        named = (row.get("regime"), row.get("requirement_id"), row.get("use_case"))
        return "/".join(str(name) for name in named if name)
    return str(row.get(KEYED[parts[0]]))


def _is_best(finding: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a finding is about the option that its use case ranks first."""
    return bool(body["options"]) and all(
        finding["option"][name] == body["options"][0][name] for name in ("approach", "deployment", "method")
    )


def _finished(run_id: str) -> dict[str, Any]:
    shown: Run = get_object_or_404(queries.runs(), public_id=run_id, state=RunState.SUCCEEDED)
    return opened(shown)


def opened(shown: Run) -> dict[str, Any]:
    """What every page of a finished run needs. Two queries, and one where it is a scenario's."""
    stored = queries.stored_result(shown)
    head = cast("dict[str, Any]", stored.head)
    document = json.loads(shown.snapshot.document)
    return {
        "run": shown,
        "stored": stored,
        "result": head,
        "currency": head["currency"],
        "paper": Report.objects.filter(run=shown, state=ReportState.READY).first(),
        "own_count": count_used(head["trace"]["facts"]),
        "sources": Sources(head["trace"], document),
        "what_if": what_if_told(shown, document),
    }


def what_if_told(
    shown: Run, document: Mapping[str, Any]
) -> list[tuple[Scenario, list[tuple[str, str, str]]]]:
    """The scenarios that a run was computed for, each with its changed answers: record, question, answer."""
    return [
        (analysis.scenario, changed_answers(document, restored(analysis.overrides)))
        for analysis in queries.what_if_of(shown)
    ]
