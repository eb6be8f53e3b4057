"""The one page: what the board is asked, in one title, four numbers, one table and a few decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from reports import words
from reports.charts import range_strip
from reports.paper.material import (
    Json,
    Material,
    best,
    blockers,
    due,
    named,
    picture,
    share_of,
    small_start,
    together,
)

NOTHING = "Nothing: first record what the organisation wants from AI, and ask for an analysis."
MOST_ROWS, MOST_NAMES, LONGEST_WHY = 8, 3, 160
ROOMY = 6
"""Up to so many rows leave room on the page for the first risks; all stand on the next one."""
STRIP = 140


def answer(paper: Material) -> dict[str, Any]:
    """The context of the page."""
    rows = [row(paper, item) for item in paper.in_order[:MOST_ROWS]]
    return {
        "title": title(paper),
        "lead": list(lead(paper)),
        "tiles": [cost_tile(paper), value_tile(paper), first_use_tile(paper), duties_tile(paper)],
        "rows": rows,
        "left": len(paper.in_order) - len(rows),
        "decisions": list(decisions(paper)) or [NOTHING],
        "not_asked": not_asked(paper),
        "risks": " ".join(row["text"] for row in risks(paper)[:2]) if len(rows) <= ROOMY else "",
        "sinks": sinking(paper),
    }


def title(paper: Material) -> str:
    total, start = len(paper.in_order), len(paper.chosen)
    if start:
        cost = together(paper.chosen, "cost")
        assert cost is not None
        rest = total - start
        held = f"; hold {words.spelled(rest)}" if rest else ""
        return f"Approve {words.money(cost['p50'], paper.currency)} for {share_of(start, total)}{held}"
    if paper.recommended:
        ready = len(paper.recommended)
        return f"Fund none yet: {words.spelled(ready)} of {total} can start, and no budget carries {'it' if ready == 1 else 'them'}"
    if not total:
        return "Decide nothing yet: no use case is recorded"
    return f"Start no language model yet: none of {words.count(total, 'use case')} is ready for one"


def lead(paper: Material) -> Iterator[str]:
    """A few sentences that stand for the whole paper."""
    cost, value = together(paper.chosen, "cost"), together(paper.chosen, "npv")
    if cost is not None:
        fit = share_of(len(paper.chosen), len(paper.in_order))
        yield (
            f"The budgets carry {fit}, at an estimated {words.percentiles(cost, paper.currency)} over three "
            f"years.{peak(paper)}"
        )
    elif paper.recommended:
        yield f"An option is recommended for {share_of(len(paper.recommended), len(paper.in_order))}, and no budget carries one."
    elif paper.in_order:
        yield "No option passes every rule; the table says what each use case must get first."
    else:
        yield "Not assessed: no use case is recorded, so nothing was computed."
    if value is not None and value["p50"] < 0:
        yield f"The value answered does not cover it: we estimate a net {words.percentiles(value, paper.currency)}."
    close = [item for item in paper.chosen if best(item)["confidence"] < words.MEDIUM_FROM]
    if close:
        whose = "Every choice" if len(close) == len(paper.chosen) else f"The choice for {named(close)}"
        yield f"{whose} is close; Appendix A shows what else could do as well."


def cost_tile(paper: Material) -> dict[str, Any]:
    cost = together(paper.chosen or paper.recommended, "cost")
    if cost is None:
        return unknown_tile("Cost over three years", "Not assessed: no option is recommended.")
    count = len(paper.chosen or paper.recommended)
    note = "P10 to P90" if count == 1 else "from all low to all high"
    return money_tile("Cost over three years", cost, paper.currency, note)


def value_tile(paper: Material) -> dict[str, Any]:
    label, items = "Net value over three years", paper.chosen or paper.recommended
    value = together(items, "npv")
    if value is None:
        why = "what they are worth is not answered" if items else "no option is recommended"
        return unknown_tile(label, f"Not assessed: {why}.")
    stated = sum(best(item)["npv"] is not None for item in items)
    missing = len(items) - stated
    note = f"not answered for {words.spelled(missing)} of them" if missing else "after cost, discounted"
    return money_tile(label, value, paper.currency, note)


def money_tile(label: str, value: Json, currency: str, note: str) -> dict[str, Any]:
    low, mid, high = (value[end] for end in ("p10", "p50", "p90"))
    unit = words.unit_of([mid])
    said = f"{words.money(low, currency, unit)} to {words.money(high, currency, unit)}"
    strip = range_strip(
        float(low), float(mid), float(high), width=STRIP,
        title=f"{label}: {words.money(mid, currency, unit)}, from {said}",
    )  # fmt: skip
    return {
        "label": label,
        "value": words.money(mid, currency, unit),
        "strip": picture(strip),
        "range": said,
        "note": note,
    }


def risks(paper: Material) -> list[dict[str, Any]]:
    """Risks of the same kind as one, the widest first, each with the use cases that it touches."""
    grouped: dict[tuple[str, str], list[Json]] = {}
    for risk in paper.result["risks"]:
        grouped.setdefault((risk["rule"], risk["text"]), []).append(risk)
    rows = [
        {
            "rule": rule,
            "text": words.sentence(text),
            "keys": [risk["use_case"] for risk in found if risk["use_case"] is not None],
            "mitigation": found[0]["mitigation"],
            "trigger": found[0]["trigger"],
        }
        for (rule, text), found in grouped.items()
    ]
    return sorted(rows, key=lambda row: -len(row["keys"]))


def first_use_tile(paper: Material) -> dict[str, Any]:
    live = first_live(paper)
    if live is None:
        return unknown_tile("First people use it", "Not assessed: nothing is planned.")
    item, week = live
    weeks = best(item)["weeks"]
    late = week - Decimal(weeks["likely"])
    low, high = (max(Decimal(0), Decimal(weeks[end]) + late) for end in ("low", "high"))
    strip = range_strip(
        float(low), float(week), float(high), width=STRIP,
        title=f"First people use it after about {words.whole(week)} weeks, from {words.whole(low)} to {words.whole(high)}",
    )  # fmt: skip
    return {
        "label": "First people use it",
        "value": paper.month_of(week),
        "strip": picture(strip),
        "range": f"{paper.month_of(low)} to {paper.month_of(high)}",
        "note": words.short(item["name"], 4),
    }


def first_live(paper: Material) -> tuple[Json, Decimal] | None:
    """The planned use case that people use first, and its week."""
    weeks = [(item, week) for item in paper.chosen if (week := paper.live_week(item["key"])) is not None]
    return min(weeks, key=lambda pair: pair[1]) if weeks else None


def duties_tile(paper: Material) -> dict[str, Any]:
    items = paper.chosen or paper.recommended
    if not items:
        return unknown_tile("Open blockers", "Not assessed: no option is recommended.")
    open_ones = {(row["regime"], row["requirement_id"]) for item in items for row in blockers(item)}
    states = Counter(row["state"] for item in items for row in due(item))
    total = states.total()
    return {
        "label": "Open blockers",
        "value": str(len(open_ones)),
        "strip": "",
        "range": f"{states['unknown']} of {total} duties not answered" if total else "no duty is known to hold",
        "note": "each stops a go-live" if open_ones else "none is known",
    }  # fmt: skip


def unknown_tile(label: str, why: str) -> dict[str, Any]:
    return {"label": label, "value": "–", "strip": "", "range": why, "note": ""}


def row(paper: Material, item: Json) -> dict[str, Any]:
    """One use case in the table of answers."""
    name = words.short(item["name"], 8)
    if not item["options"]:
        return {"name": name, "answer": small_answer(item)}
    first, week = best(item), paper.live_week(item["key"])
    return {
        "name": name,
        "option": words.option(first),
        "sure": f"{words.confidence(first['confidence'])}, {words.percent(first['confidence'])}",
        "cost": words.percentiles(first["cost"], paper.currency, "m"),
        "start": paper.month_of(week) if week is not None else "waits",
    }


def small_answer(item: Json) -> str:
    """The answer for a use case without an option, in one sentence."""
    if item["outcome"] == "classical_model":
        return "Plan a classical model: no language model is indicated."
    wanted = item["first_get"][0].split(". ")[0] if item["first_get"] else "what is not answered yet"
    return f"Not yet. First get {small_start(wanted)}."


def decisions(paper: Material) -> Iterator[str]:
    """What the board is asked to decide today."""
    cost = together(paper.chosen, "cost")
    if cost is not None:
        yield f"Approve {words.percentiles(cost, paper.currency)} over three years for {named(paper.chosen, MOST_NAMES)}."
    open_ones = {
        (row["regime"], row["requirement_id"]): row for item in paper.recommended for row in blockers(item)
    }
    if open_ones:
        first = [
            f"{small_start(row['title'])} ({words.regime(row['regime'])} {row['requirement_id']})"
            for row in open_ones.values()
        ]
        yield f"Make it a condition of go-live that {words.listed(first, 3)}."
    elif paper.result["roadmap"]["gates"]:
        gate = min(paper.result["roadmap"]["gates"], key=lambda row: Decimal(row["week"]))
        yield (
            f"Hold each use case to its gates. The first, “{gate['name']}” for "
            f"{words.short(paper.names[gate['use_case']])}, is due in {paper.month_of(gate['week'])}."
        )
    classical = [item for item in paper.in_order if item["outcome"] == "classical_model"]
    if classical:
        yield f"Plan {named(classical, MOST_NAMES)} as {'a classical model' if len(classical) == 1 else 'classical models'}."
    early = [item for item in paper.in_order if item["outcome"] == "not_yet"]
    if len(early) == 1:
        wanted = small_answer(early[0]).removeprefix("Not yet. ")
        yield f"Do not start {words.short(early[0]['name'])} yet. {wanted}"
    elif early:
        yield f"Do not start {named(early, MOST_NAMES)} yet; Appendix A says what each must get first."
    waiting = [item for item in paper.recommended if item not in paper.chosen]
    if waiting:
        yield f"Let {named(waiting, MOST_NAMES)} wait. {why_left(paper, waiting)}".rstrip()


def why_left(paper: Material, waiting: Sequence[Json]) -> str:
    """Why a recommended use case is outside the plan, where there is one of them."""
    left = {gone["use_case"]: gone["because"] for gone in paper.result["portfolio"]["left"]}
    because = words.sentence(left.get(waiting[0]["key"], ""))
    return because if len(waiting) == 1 and len(because) <= LONGEST_WHY else ""


def peak(paper: Material) -> str:
    """The quarter that spends most, beside what it may spend."""
    quarters = paper.result["portfolio"]["quarters"]
    if not quarters:
        return ""
    most = max(quarters, key=lambda row: Decimal(row["spend"]))
    spend = words.money(most["spend"], paper.currency)
    of = f" of {words.money(most['available'], paper.currency)} available" if most["available"] else ""
    return f" The dearest fiscal quarter, {words.quarter(most['period'])}, takes {spend}{of}."


def not_asked(paper: Material) -> str:
    """What the board is not asked for: a model of its own, where none is recommended."""
    if any(best(item)["approach"] == "from_scratch" for item in paper.recommended):
        return ""
    refused = sum(
        any(row["approach"] == "from_scratch" for row in item["refused"]) for item in paper.in_order
    )
    said = (
        f"it is refused for {share_of(refused, len(paper.in_order))}"
        if refused
        else "other options rank higher"
    )
    return f"Not asked today: a model of our own from scratch; {said}."  # fmt: skip


def sinking(paper: Material) -> str:
    """The one answer that, were it otherwise, would overturn the dearest recommendation."""
    found = [
        (point, item)
        for item in sorted(paper.chosen or paper.recommended, key=lambda one: -Decimal(best(one)["cost"]["p50"]))
        for point in item["switch_points"]
    ]  # fmt: skip
    if not found:
        return ""
    point, item = min(found, key=lambda pair: gravity(pair[0], best(pair[1])))
    asked = paper.sources.answer(point["answer"])
    becomes = f"we would choose {small_start(words.option(point['becomes']))}" if point["becomes"] else (
        "we would plan a classical model" if point["outcome"] == "classical_model" else "we would not start it yet")  # fmt: skip
    return (
        f"{words.short(item['name'])}: “{asked.question}” is answered with {point['from']}. "
        f"Were it {point['to']}, {becomes}."
    )


def gravity(point: Json, first: Json) -> int:
    """How deep a change cuts: 0 where nothing would be started, 1 another approach, 2 another deployment."""
    if point["becomes"] is None:
        return 0
    return 1 if point["becomes"]["approach"] != first["approach"] else 2
