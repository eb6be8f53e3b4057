"""What a result says, as single figures that another result can be held against. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from engine.labels import label

Json = Mapping[str, Any]
Section = Literal[
    "answer", "money", "time", "duties", "portfolio", "roadmap", "regimes", "readiness", "risks"
]
Shape = Literal[
    "word", "text", "option", "percent", "percentiles", "weeks", "people", "money", "number", "day", "quarter",
    "finding", "yes_no", "levels", "months",
]  # fmt: skip
OPTION = ("approach", "deployment", "method")
MONEY = {
    "cost": "Cost over the programme",
    "capex": "Of it, once, to build",
    "opex": "Of it, running",
    "npv": "Net present value",
}
STAGES = {
    "job": "Of it, one training or tuning run",
    "programme": "Of it, until people use it",
    "run": "Of it, to keep it running",
}
CHANCES = {"loss": "Chance of a loss", "over_budget": "Chance that a year takes more than the budget"}
DUTIES = {
    "duties": "Duties that apply",
    "gaps": "Gaps",
    "blockers": "Gaps that block the launch",
    "unknown": "Duties of unknown state",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that a result says: of whom (`about`, a use case or a regime), which, and its plain value.

    `shape` is how to read the value, `pointer` where it stands in its own result; the first three fields
    name the same figure in every result.
    """

    section: Section
    about: str
    name: str
    label: str
    shape: Shape
    value: Any
    pointer: str

    @property
    def id(self) -> tuple[str, str, str]:
        return self.section, self.about, self.name


def figures(result: Json) -> dict[tuple[str, str, str], Figure]:
    """Every figure of a whole result by its id, in the order of the pages."""
    start = date.fromisoformat(result["as_of"])
    found: list[Figure] = []
    for number, body in enumerate(result["use_cases"]):
        found += _use_case(body, f"/use_cases/{number}")
    found += _portfolio(result["portfolio"])
    found += _roadmap(result["roadmap"], start)
    found += _regimes(result["regimes"])
    found += _readiness(result["organisation"])
    found += _risks(result["risks"])
    return {figure.id: figure for figure in found}


def best_of(body: Json) -> Json | None:
    """The option that a use case ranks first; None where none passed."""
    return body["options"][0] if body["options"] else None


def same_option(one: Json, other: Json) -> bool:
    return all(one.get(field) == other.get(field) for field in OPTION)


def option_of(value: Json) -> dict[str, Any]:
    return {field: value.get(field) for field in OPTION}


def _use_case(body: Json, at: str) -> Iterator[Figure]:
    key, best = body["key"], best_of(body)

    def say(section: Section, name: str, words: str, shape: Shape, value: Any, where: str = "") -> Figure:
        return Figure(section, key, name, words, shape, value, at + where)

    yield say("answer", "outcome", "Outcome", "word", body["outcome"])
    yield say("answer", "option", "Option", "option", option_of(best) if best else None)
    yield say("answer", "first_get", "First get", "text", "; ".join(body["first_get"]) or None)
    runner_up = body["runner_up"]
    yield say(
        "answer", "runner_up", "Runner-up", "option", option_of(runner_up["option"]) if runner_up else None
    )
    if best:
        yield from _of_option(best, say)
    for refused in body["refused"]:
        option = (refused["approach"], refused["deployment"])
        said = ", ".join(map(label, option))
        yield say("answer", "refused/" + "/".join(option), f"Refused: {said}", "text", refused["text"])
    for finding in body["findings"]:
        if same_option(finding["option"], best) if best else finding["planned"]:
            yield say(
                "duties",
                f"{finding['regime']}/{finding['requirement_id']}/{finding['rule']}",
                f"{label(finding['regime'])} {finding['requirement_id']}",
                "finding",
                {name: finding[name] for name in ("state", "applies", "blocker", "timing", "applies_from")},
            )


def _of_option(best: Json, say: Callable[..., Figure]) -> Iterator[Figure]:
    """Confidence, money, time and duties of the option that a use case ranks first."""

    def named(
        section: Section, shape: Shape, labels: Mapping[str, str], inside: str = ""
    ) -> Iterator[Figure]:
        held = best[inside] if inside else best
        for name, words in labels.items():
            at = "/".join(("/options/0", *filter(None, (inside,)), name))
            yield say(section, name, words, shape, held[name], at)

    yield from named("answer", "percent", {"confidence": "Confidence"})
    yield from named("money", "percentiles", MONEY)
    yield from named("money", "percentiles", STAGES, "stages")
    yield from named("money", "months", {"payback": "Months until it has paid for itself"})
    yield from named("money", "percent", CHANCES)
    even = best["break_even"]
    volume = even["requests_per_month"] if even else None
    at = "/options/0/break_even"
    yield say(
        "money", "break_even", "Requests a month at which another option costs the same", "number", volume, at
    )
    yield from named("time", "weeks", {"weeks": "Weeks to launch"})
    yield from named("time", "people", {"staff": "Staff, full-time equivalents"})
    yield from named("duties", "number", DUTIES, "consequences")


def _portfolio(portfolio: Json) -> Iterator[Figure]:
    starts = {pick["use_case"]: pick["start"] for pick in portfolio["picks"]}
    left = {item["use_case"]: item["because"] for item in portfolio["left"]}
    for key in (*portfolio["chosen"], *left):
        taken = key in portfolio["chosen"]
        yield Figure("portfolio", key, "taken", "In the plan", "yes_no", taken, "/portfolio/chosen")
        yield Figure("portfolio", key, "start", "Starts in", "quarter", starts.get(key), "/portfolio/picks")
        yield Figure(
            "portfolio", key, "because", "Left out because", "text", left.get(key), "/portfolio/left"
        )
    for name, words in (
        ("value", "Net value of the plan"),
        ("value_lost_to_cap", "Value lost to the budget"),
    ):
        yield Figure("portfolio", "", name, words, "money", portfolio[name], f"/portfolio/{name}")
    for number, quarter in enumerate(portfolio["quarters"]):
        at = f"/portfolio/quarters/{number}"
        for name, words in (("spend", "Planned"), ("available", "Available")):
            yield Figure("portfolio", quarter["period"], name, words, "money", quarter[name], f"{at}/{name}")


def _roadmap(roadmap: Json, start: date) -> Iterator[Figure]:
    for number, launch in enumerate(roadmap["launches"]):
        at = f"/roadmap/launches/{number}"
        day = day_of(start, launch["week"]["likely"])
        yield Figure("roadmap", launch["use_case"], "launch", "Launch", "day", day, f"{at}/week")
        chance = launch["chance"]
        yield Figure(
            "roadmap",
            launch["use_case"],
            "chance",
            "Chance to meet the deadline",
            "percent",
            chance,
            f"{at}/chance",
        )
    for number, gate in enumerate(roadmap["gates"]):
        day, at = day_of(start, gate["week"]), f"/roadmap/gates/{number}/week"
        yield Figure("roadmap", gate["use_case"], gate["id"], f"Gate: {gate['name']}", "day", day, at)
    for number, phase in enumerate(roadmap["phases"]):
        day, at = day_of(start, phase["start_week"]), f"/roadmap/phases/{number}/start_week"
        yield Figure("roadmap", phase["use_case"], phase["id"], f"Starts: {phase['name']}", "day", day, at)


def day_of(start: date, week: str) -> str:
    """The day on which a week of the plan begins."""
    return (start + timedelta(days=float(Decimal(week)) * 7)).isoformat()


def _regimes(regimes: list[Json]) -> Iterator[Figure]:
    for number, regime in enumerate(regimes):
        at, name = f"/regimes/{number}", regime["regime"]
        yield Figure("regimes", name, "applies", "Applies", "word", regime["applies"], f"{at}/applies")
        for field, words in (("applicable", "Duties that apply"), ("met", "Duties met")):
            value = regime["coverage"][field]
            yield Figure("regimes", name, field, words, "number", value, f"{at}/coverage/{field}")
        blockers = regime["open_blockers"]
        yield Figure("regimes", name, "blockers", "Open blockers", "number", blockers, f"{at}/open_blockers")


def _readiness(organisation: Json) -> Iterator[Figure]:
    for name, item in organisation["readiness"].items():
        words = f"Readiness: {label(name)}"
        yield Figure("readiness", "", name, words, "word", item["level"], f"/organisation/readiness/{name}")
    delivery = organisation["delivery"]["level"]
    yield Figure(
        "readiness", "", "delivery", "Able to deliver alone", "word", delivery, "/organisation/delivery"
    )


def _risks(risks: list[Json]) -> Iterator[Figure]:
    for number, risk in enumerate(risks):
        levels = [risk["likelihood"], risk["impact"]]
        words = f"Risk: {risk['name'] or risk['text']}"
        yield Figure("risks", risk["use_case"] or "", risk["id"], words, "levels", levels, f"/risks/{number}")
