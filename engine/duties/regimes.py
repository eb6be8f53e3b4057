"""Which regimes apply, proposed ones too, with two numbers that are never made one: coverage and blockers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from engine.case import Case
from engine.duties.answers import Answers, pointer
from engine.duties.consequences import Env, regime_applies
from engine.facts import Knowledge
from engine.inputs import DataAsset, Inputs
from engine.result import Answer3, Coverage, Finding, OptionId, RegimeResult, RoleHeld
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
        roles = () if applies == "no" else tuple(roles_of(regime, answers, knowledge))
        stated = regime_result(regime, applies, needs, bool(ticked.get(regime)), mine, roles, knowledge)  # type: ignore[call-overload]
        found.append(stated)
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
    roles: tuple[RoleHeld, ...],
    knowledge: Knowledge,
) -> RegimeResult:
    word = knowledge.law.derived[f"applies_{regime}"]
    because = {
        "yes": f"{word.means}." + ("" if ticked else " It was not put in scope: look at it."),
        "no": f"It was put in scope, but nothing answered makes it apply: {word.means[0].lower()}{word.means[1:]}.",
        "unknown": f"Not answered yet: {word.means[0].lower()}{word.means[1:]}.",
    }[applies]
    applying = [
        finding for finding in findings if finding.applies == "yes" and finding.state != "not_applicable"
    ]
    due = [finding for finding in applying if finding.timing == "in_force"]
    open_needs = (need for finding in findings if finding.state == "unknown" for need in finding.needs)
    return RegimeResult(
        regime=regime,
        applies=applies,
        because=because,
        proposed=applies == "yes" and not ticked,
        coverage=Coverage(met=sum(finding.state == "met" for finding in due), applicable=len(due)),
        open_blockers=sum(finding.blocker for finding in due),
        unknown_facts=tuple(sorted({*needs, *open_needs})),
        roles=roles,
        in_force=len(due),
        upcoming=sum(finding.timing == "upcoming" for finding in applying),
        watched=sum(finding.timing == "watch" for finding in applying),
        next_date=min(
            (one.applies_from for one in applying if one.timing == "upcoming" and one.applies_from),
            default=None,
        ),
    )


def roles_of(
    regime: str, answers: Sequence[tuple[Case, Sequence[Finding]]], knowledge: Knowledge
) -> Iterable[RoleHeld]:
    """The roles that a regime gives for each use case, in the option that its findings are of: those held, and
    those that an answer could give."""
    for case, findings in answers:
        option = findings[0].option if findings else ANY
        outside = knowledge.options.deployments[option.deployment].outside
        assets: list[DataAsset | None] = [*case.assets] or [None]
        envs = [(asset, Answers(case, option, asset, outside, knowledge.law.derived)) for asset in assets]
        for word in knowledge.law.derived.values():
            if word.of != regime:
                continue
            seen = [(asset, *word.when.truth(look_up)) for asset, look_up in envs]
            if all(truth is False for _, truth, _ in seen):
                continue
            held = any(truth for _, truth, _ in seen)
            missing = (
                pointer(one, case, asset)
                for asset, truth, needs in seen
                if truth is None
                for one in sorted(needs)
            )
            yield RoleHeld(
                use_case=case.use_case.key,
                role=word.role,
                held="yes" if held else "unknown",
                because=f"{word.means}.",
                needs=() if held else tuple(dict.fromkeys(missing)),
            )
