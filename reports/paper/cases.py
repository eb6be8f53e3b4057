"""Appendix A: one page for each use case, with its options, its reasons, what was refused and how its duties stand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reports import words
from reports.charts import range_strip
from reports.paper.assumptions import switch
from reports.paper.fitting import fitted
from reports.paper.material import ENDS, Json, Material, best, blockers, decisive, due, picture

MOST_OPTIONS, MOST_REFUSALS, MOST_SWITCHES, MOST_REASONS = 4, 4, 3, 3
SWITCHES_OF_A_SHORT_CASE = 1
STRIP = 146


def cases(paper: Material) -> dict[str, Any]:
    """The context of the appendix."""
    return {"cases": [case(paper, item) for item in paper.shown], "left": paper.hidden}


def case(paper: Material, item: Json) -> dict[str, Any]:
    refused = refusals(item["refused"])
    switches = item["switch_points"][: MOST_SWITCHES if item["options"] else SWITCHES_OF_A_SHORT_CASE]
    shown = {
        "short": words.short(item["name"]),
        "title": title(paper, item),
        "why_not": words.sentence(item["summary"]) if not item["options"] else "",
        "first_get": item["first_get"],
        "refused": refused[:MOST_REFUSALS],
        "switches": [switch(paper, point) for point in switches],
        **(recommended(paper, item) if item["options"] else {"option": ""}),
        **duties(paper, item),
    }
    if item["options"]:
        shown = fitted(shown, paper.header["page_size"])
        shown["options_left"] = len(item["options"]) - len(shown["options"])
    return {**shown, "refused_left": len(refused) - len(shown["refused"])}


def title(paper: Material, item: Json) -> str:
    name = words.short(item["name"])
    if not item["options"]:
        if item["outcome"] == "classical_model":
            return f"{name}: plan a classical model, not a language model"
        return f"{name}: do not start yet; {words.spelled(len(item['first_get']))} thing{'' if len(item['first_get']) == 1 else 's'} must come first"
    first = best(item)
    return f"{name}: choose {words.APPROACHES[first['approach']].lower()} for {words.money(first['cost']['p50'], paper.currency)} over three years"


def recommended(paper: Material, item: Json) -> dict[str, Any]:
    """What a use case with options shows beyond the rest."""
    first = best(item)
    shown = [first, *(option for option in item["options"] if option is not first)][:MOST_OPTIONS]
    reach = max(float(option["cost"]["p90"]) for option in shown)
    week = paper.live_week(item["key"])
    reasons = [
        {**reason, "text": own_money(paper, reason["rule"], reason["text"], first)} for reason in first["reasons"]
    ]  # fmt: skip
    return {
        "option": words.option(first),
        "picked": words.sentence(item["pick"]["because"]) if item["pick"] and first["rank"] != 1 else "",
        "numbers": [
            ("How sure", f"{words.confidence(first['confidence'])}, {words.percent(first['confidence'])}"),
            ("Cost over three years", words.percentiles(first["cost"], paper.currency)),
            ("Net value", words.percentiles(first["npv"], paper.currency) if first["npv"] else "not answered"),
            ("Chance of a loss", "not answered" if first["loss"] is None else words.percent(first["loss"])),
            ("Weeks to first use", words.spread(first["weeks"])),
            ("Goes live", paper.month_of(week) if week is not None else "not planned"),
        ],
        "scale": f"from zero to {words.money(str(reach), paper.currency)}",
        "source": paper.source(""),
        "for": [reason for reason in reasons if reason["direction"] == "for"][:MOST_REASONS],
        "against": [reason for reason in reasons if reason["direction"] == "against"][:MOST_REASONS],
        "options": [option_row(paper, option, reach, chosen=option is first) for option in shown],
        "conditions": first["conditions"][:MOST_REASONS],
        "remarks": [words.sentence(row["text"]) for row in item["remarks"]],
        "needs": needs(first),
    }  # fmt: skip


def option_row(paper: Material, option: Json, reach: float, *, chosen: bool) -> dict[str, Any]:
    """A ranked option, its cost also as a picture on the axis that all of them share."""
    cost = words.percentiles(option["cost"], paper.currency, "m")
    low, mid, high = (float(option["cost"][end]) for end in ENDS)
    strip = range_strip(
        low, mid, high, title=f"{words.option(option)}: {cost} over three years", width=STRIP, reach=reach,
        chosen=chosen,
    )  # fmt: skip
    return {
        "rank": option["rank"],
        "name": words.option(option),
        "strip": picture(strip),
        "cost": cost,
        "sure": words.percent(option["confidence"]),
        "gaps": option["consequences"]["gaps"],
        "lost": "" if chosen else own_money(paper, "", option["lost_because"], option),
    }


def own_money(paper: Material, rule: str, text: str | None, option: Json) -> str:
    """A reason's sentence; one about cost says it in the organisation's currency, from the option's own range."""
    said = words.sentence(text or "")
    if rule == "criterion.cost" or said.startswith("Cost: About"):
        return f"Cost: about {words.money(option['cost']['p50'], paper.currency)} over three years."
    return said


def needs(option: Json) -> str:
    """Model, machines and people that the option takes."""
    parts = [
        option["base_model"] or "",
        words.listed(option["infrastructure"]),
        f"{words.spread_exact(option['staff'])} people",
    ]
    return words.sentence("; ".join(part for part in parts if part))


def refusals(refused: list[Json]) -> list[dict[str, Any]]:
    """One row for each reason, with the approaches that it removed."""
    rows: dict[tuple[str, str], dict[str, None]] = {}
    for row in refused:
        rows.setdefault((row["rule"], row["text"]), {})[words.APPROACHES[row["approach"]]] = None
    return [
        {"rule": rule, "text": words.sentence(text), "options": words.listed(list(names), most=5)}
        for (rule, text), names in rows.items()
    ]


def duties(paper: Material, item: Json) -> dict[str, Any]:
    """How the duties of its option stand, and which of them stop its launch."""
    states = Counter(row["state"] for row in due(item))
    unsure = sum(row["applies"] == "unknown" for row in decisive(item))
    return {
        "assessed": bool(decisive(item)),
        "may_add": may_add(paper, item),
        "duties": words.count(states.total(), "duty holds", "duties hold"),
        "met": states["met"],
        "open": states["gap"] + states["partial"],
        "unknown": states["unknown"],
        "unsure": unsure,
        "stopped_by": [
            f"{row['title']} ({words.regime(row['regime'])} {row['requirement_id']})"
            for row in blockers(item)
        ],
    }


def may_add(paper: Material, item: Json) -> str:
    """The most that duties would add to its option of which it is not answered whether they apply."""
    opened = best(item)["consequences"] if best(item) else {}
    days = int(opened.get("may_add_days", 0))
    if not days:
        return ""
    return f"{words.count(days, 'day', 'days')} and {words.money(opened['may_add_cost'], paper.currency)}"
