"""How the answer to a use case reads: in one sentence, beside its runner-up, and together with the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.questions import question, steps
from reports import words

NOT_YET = "Not yet. "
WEIGHTS = ("likelihood", "impact", "likelihood_after", "impact_after")
MEANINGS = {
    "low": "Take the first options as a short list: others come first about as often.",
    "medium": "It comes first more often than not, but open points could still change it.",
    "high": "It comes first in nearly every case that was tried.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason to refuse, and every option that it refused."""

    text: str
    rule: str
    answer: str | None
    facts: tuple[str, ...]
    options: tuple[str, ...]


def headline(use_case: Mapping[str, Any], currency: str) -> str:
    """The answer in one sentence, with its money and time in the words of the pages."""
    if use_case["outcome"] != "recommend" or not use_case["options"]:
        return words.told(use_case["summary"].removeprefix(NOT_YET))
    best = use_case["options"][0]
    cost = words.money(best["cost"]["p50"], currency)
    weeks = words.whole(best["weeks"]["likely"])
    return f"{words.option(best)}: about {cost} over the programme, in use after about {weeks} weeks."


def verdict(use_cases: Sequence[Mapping[str, Any]]) -> str:
    """All answers in one sentence: `3 of 5 use cases can start; 1 calls for a classical model; 1 must wait.`"""
    count = Counter(use_case["outcome"] for use_case in use_cases)
    rest = [
        f"{count['classical_model']} {'calls' if count['classical_model'] == 1 else 'call'} for a classical model",
        f"{count['not_yet']} must wait for something first",
    ]
    kept = [
        text for text, outcome in zip(rest, ("classical_model", "not_yet"), strict=True) if count[outcome]
    ]
    noun = "use case" if len(use_cases) == 1 else "use cases"
    return "; ".join([f"{count['recommend']} of {len(use_cases)} {noun} can start", *kept]) + "."


def lead(first: Mapping[str, Any], second: Mapping[str, Any], currency: str) -> str:
    """By how much the second option differs from the first: `10 % sure, $0.13m dearer, 8 weeks later`."""
    money = Decimal(second["cost"]["p50"]) - Decimal(first["cost"]["p50"])
    weeks = Decimal(second["weeks"]["likely"]) - Decimal(first["weeks"]["likely"])
    said = [f"{words.percent(second['confidence'])} sure"]
    if money:
        said.append(f"{words.money(abs(money), currency)} {'dearer' if money > 0 else 'cheaper'}")
    later = words.whole(abs(weeks))
    if later != "0":
        said.append(f"{later} week{'' if later == '1' else 's'} {'later' if weeks > 0 else 'sooner'}")
    return ", ".join(said)


def refusals(refused: Iterable[Mapping[str, Any]]) -> list[Refusal]:
    """Refused options by their reason, in the order in which the reasons come up."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for option in refused:
        found.setdefault((option["rule"], option["text"]), []).append(option)
    return [
        Refusal(text, rule, same[0]["answer"], tuple(same[0]["facts"]), tuple(map(words.option, same)))
        for (rule, text), same in found.items()
    ]


def soonest(use_cases: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The recommended use case that people use first: its name, its weeks and where its best option stands."""
    found = [
        {"name": body["name"], "weeks": body["options"][0]["weeks"], "at": f"/use_cases/{index}/options/0"}
        for index, body in enumerate(use_cases)
        if body["outcome"] == "recommend" and body["options"]
    ]
    return min(found, key=lambda one: Decimal(one["weeks"]["likely"]), default=None)


def risks_by_text(risks: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each risk once, with the names of the use cases that it hangs over; no name says that it hangs over all.

    A risk that weighs differently on two use cases stands twice.
    """
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for risk in risks:
        weight = tuple(risk.get(name, "") for name in WEIGHTS)
        one = found.setdefault((risk["rule"], risk["text"], *weight), {**risk, "names": [], "answers": []})
        one["answers"] += [answer for answer in risk.get("answers", ()) if answer not in one["answers"]]
        if risk["use_case"]:
            one["names"].append(names.get(risk["use_case"], risk["use_case"]))
    return list(found.values())


def questions(pointers: Iterable[str]) -> list[dict[str, Any]]:
    """Open questions, each once: its words, one pointer to it, and of how many records it is asked."""
    found: dict[str, dict[str, Any]] = {}
    for pointer in pointers:
        asked = question(steps(pointer))
        found.setdefault(asked, {"words": asked, "pointer": pointer, "times": 0})["times"] += 1
    return list(found.values())
