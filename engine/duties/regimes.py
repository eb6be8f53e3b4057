"""Which regimes apply, proposed ones too, with two numbers that are never made one: coverage and blockers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.case import Case
from engine.duties.answers import Answers, pointer
from engine.duties.consequences import Env, regime_applies
from engine.facts import Knowledge
from engine.inputs import DataAsset, Inputs
from engine.result import Answer3, Coverage, Finding, OptionId, RegimeResult
from engine.trace import Tracer

ANY = OptionId(approach="api_prompt", deployment="public_api")


def regimes(
    inputs: Inputs,
    answers: Sequence[tuple[Case, Sequence[Finding]]],
    knowledge: Knowledge,
    as_of: date,
    tracer: Tracer,
) -> tuple[RegimeResult, ...]:
    """Every regime that applies, may apply, or was ticked. A ticked one is not an applicable one."""
    ticked = {scope.regime: scope.in_scope for scope in inputs.regimes}
    found = []
    for regime in knowledge.law.catalogues:
        applies, needs = applies_to_any(regime, [case for case, _ in answers], knowledge)
        if applies == "no" and not ticked.get(regime):  # type: ignore[call-overload]
            continue
        mine = [finding for _, findings in answers for finding in findings if finding.regime == regime]
        found.append(regime_result(regime, applies, needs, bool(ticked.get(regime)), mine, knowledge))  # type: ignore[call-overload]
    return tuple(found)


def applies_to_any(
    regime: str, cases: Sequence[Case], knowledge: Knowledge
) -> tuple[Answer3, tuple[str, ...]]:
    """Whether a regime applies to any use case, and the answers that are missing to know."""
    unknown: list[str] = []
    maybe = False
    for case in cases:
        assets: list[DataAsset | None] = [*case.assets] or [None]
        envs: list[Env] = [
            (asset, Answers(case, ANY, asset, True, knowledge.law.derived)) for asset in assets
        ]
        truth, needs = regime_applies(regime, envs, knowledge.law)
        if truth:
            return "yes", ()
        if truth is None:
            maybe = True
            unknown += [pointer(word, case, envs[0][0]) for word in sorted(needs)]
    return ("unknown" if maybe else "no"), tuple(dict.fromkeys(unknown))


def regime_result(
    regime: str,
    applies: Answer3,
    needs: tuple[str, ...],
    ticked: bool,
    findings: Sequence[Finding],
    knowledge: Knowledge,
) -> RegimeResult:
    word = knowledge.law.derived[f"applies_{regime}"]
    because = {
        "yes": f"{word.means}." + ("" if ticked else " It was not put in scope: look at it."),
        "no": f"It was put in scope, but nothing answered makes it apply: {word.means[0].lower()}{word.means[1:]}.",
        "unknown": f"Not answered yet: {word.means[0].lower()}{word.means[1:]}.",
    }[applies]
    due = [
        finding
        for finding in findings
        if finding.applies == "yes" and finding.timing == "in_force" and finding.state != "not_applicable"
    ]
    open_needs = (need for finding in findings if finding.state == "unknown" for need in finding.needs)
    return RegimeResult(
        regime=regime,
        applies=applies,
        because=because,
        proposed=applies == "yes" and not ticked,
        coverage=Coverage(met=sum(finding.state == "met" for finding in due), applicable=len(due)),
        open_blockers=sum(finding.blocker for finding in due),
        unknown_facts=tuple(sorted({*needs, *open_needs})),
    )
