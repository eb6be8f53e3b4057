"""What choosing an option opens in duties: the findings, and their sum in duties, days and cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from engine.case import Case
from engine.duties.answers import Answers, pointer
from engine.duties.expressions import NOTHING, Needs, Truth
from engine.duties.law import NONE, Law, Requirement, Rule
from engine.duties.standing import VOLUNTARY, Standing, standing_of
from engine.facts import Knowledge
from engine.inputs import DataAsset, RegimeId
from engine.labels import label
from engine.result import (
    Consequences,
    Finding,
    Level,
    OptionId,
    Range,
    Remediation,
    Severity,
    State,
    Timing,
)
from engine.rounding import whole, whole_range
from engine.trace import Tracer

CLOSED = ("met", "not_applicable")
BASELINE_DAYS = Range(low=Decimal(1), likely=Decimal(3), high=Decimal(8))
SEVERITY_READS = frozenset({"use.sensitivity", "use.internal_only", "use.online_service", "data.sensitivity"})
Env = tuple[DataAsset | None, Answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The duties that an option opens for a use case.

    `possible` holds the regimes of which it is not answered whether they apply, each with the most days that
    its baseline would take.
    """

    findings: tuple[Finding, ...]
    total: Consequences
    possible: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The duties of the same use case before the one answer that `word` names was changed."""

    opened: Opened
    word: str

    def baseline(self, regime: str) -> Iterable[Finding]:
        """The baseline findings of a regime."""
        rule = baseline_rule(regime)
        return (finding for finding in self.opened.findings if finding.rule == rule)


def consequences(
    option: OptionId,
    case: Case,
    *,
    planned: bool,
    day_rate: Range,
    knowledge: Knowledge,
    tracer: Tracer,
    before: Before | None = None,
) -> Opened:
    """The findings of a use case in an option, and what closing them takes. `day_rate` in the result's currency.

    With `before`, only the rules that read the changed answer are asked again.
    """
    law = knowledge.law
    if before is not None and before.word not in law.words and before.word not in SEVERITY_READS:
        return before.opened
    outside = knowledge.options.deployments[option.deployment].outside
    assets: list[DataAsset | None] = [*case.assets] or [None]
    envs = [(asset, Answers(case, option, asset, outside, law.derived)) for asset in assets]
    severity = severity_of(case, option, knowledge)
    if before is not None and before.word in SEVERITY_READS:
        before = None
    found = list(rule_findings(option, case, planned, envs, severity, law, tracer, before))
    named = {(finding.regime, finding.requirement_id) for finding in found if finding.applies == "yes"}
    found += (
        finding
        for finding in baseline_findings(option, case, planned, envs, severity, law, before)
        if (finding.regime, finding.requirement_id) not in named
    )
    possible = possible_baselines(option, case, envs, law, before)
    return Opened(findings=tuple(found), total=total(found, possible, day_rate), possible=possible)


def refusing(findings: Sequence[Finding], knowledge: Knowledge) -> tuple[Finding, ...]:
    """The findings that forbid an option while they stand: prohibitions, missing contracts, no lawful basis."""
    return tuple(
        finding
        for finding in findings
        if finding.rule in knowledge.law.refusing
        and finding.applies == "yes"
        and finding.state == "gap"
        and finding.timing == "in_force"
    )


def rule_findings(
    option: OptionId,
    case: Case,
    planned: bool,
    envs: Sequence[Env],
    severity: tuple[Level | str, Level | str],
    law: Law,
    tracer: Tracer,
    before: Before | None,
) -> Iterable[Finding]:
    """One finding for each rule that applies, or may apply once an answer is given."""
    known = {finding.rule: finding for finding in before.opened.findings} if before else {}
    for rule in law.rules:
        row = rule.row
        if before is not None and before.word not in law.reads[rule.id]:
            if rule.id in known:
                yield known[rule.id]
            continue
        if row.applies_until is not None and row.applies_until <= case.as_of:
            continue
        applies, needs, hits = applicability(rule, envs, case)
        if applies is False:
            continue
        state, missing, cited = state_of(rule, hits, case, applies, law)
        timing = timing_of(row.applies_from, row.watch, case.as_of)
        if applies and state == "gap":
            tracer.fired(rule.id, row.title, cited)
        yield Finding(
            option=option,
            planned=planned,
            regime=row.regime,
            requirement_id=row.requirement,
            title=row.title,
            applies="yes" if applies else "unknown",
            timing=timing,
            applies_from=row.applies_from,
            state=state,
            blocker=row.blocker and timing == "in_force" and state in ("gap", "partial") and bool(applies),
            severity=Severity(
                legal=row.legal,
                sensitivity=severity[0],  # type: ignore[arg-type]
                exposure=severity[1],  # type: ignore[arg-type]
                evidence=standing_of((row.regime, row.requirement), case, option.deployment, law).evidence,
            ),
            rule=rule.id,
            because=row.because,
            needs=tuple(dict.fromkeys((*cited, *needs, *missing) if state == "gap" else (*needs, *missing))),
            remediation=None
            if state in ("met", "not_applicable")
            else Remediation(
                text=row.remediation, owner=row.owner, days=judged(row.days), evidence=row.evidence
            ),
            source=row.source,
            confidence=row.confidence,
        )


@cache
def judged(days: tuple[int, ...]) -> Range:
    least, most = (Decimal(number) for number in days)
    return Range(low=least, likely=((least + most) / 2).quantize(Decimal("0.1")).normalize() + 0, high=most)


def applicability(rule: Rule, envs: Sequence[Env], case: Case) -> tuple[Truth, tuple[str, ...], list[Env]]:
    """Whether a rule applies through any data asset, the pointers missing, and the assets through which it does."""
    hits, open_needs = [], []
    maybe: list[Env] = []
    for asset, answers in envs:
        truth, needs = rule.when.truth(answers)
        if truth:
            hits.append((asset, answers))
        elif truth is None:
            maybe.append((asset, answers))
            open_needs += pointers(needs, case, asset)
    if hits:
        return True, (), hits
    return (None if maybe else False), tuple(dict.fromkeys(open_needs)), maybe


def state_of(
    rule: Rule, hits: Sequence[Env], case: Case, applies: Truth, law: Law
) -> tuple[State, tuple[str, ...], tuple[str, ...]]:
    """The state, the pointers still missing, and those of the answers that make it a gap.

    An answered fact outweighs a control's answer: a control cannot be in place against the facts. A documented
    alternative to an addressable specification can: it says that the measure itself is not there.
    """
    standing = standing_of((rule.row.regime, rule.row.requirement), case, hits[0][1].option.deployment, law)
    if standing.state == "not_applicable":
        return "not_applicable", (), ()
    if not applies:
        return "unknown", (), ()
    if standing.alternative:
        return "met", (), ()
    missing: list[str] = []
    truth: Truth = None
    if rule.met is not None:
        seen = [(asset, *rule.met.truth(answers)) for asset, answers in hits]
        bad = [asset for asset, met, _ in seen if met is False]
        if bad:
            cited = pointers(rule.met.words, case, bad[0])
            return "gap", (), tuple(cited)
        truth = True if all(met for _, met, _ in seen) else None
        for asset, met, needs in seen:
            if met is None:
                missing += pointers(needs, case, asset)
    if truth:
        return "met", (), ()
    if standing.state == "unknown":
        return "unknown", tuple(dict.fromkeys(missing)) or (standing.pointer,), ()
    return standing.state, (), (standing.pointer,) if standing.state == "gap" else ()


def timing_of(applies_from: date | None, watch: bool, as_of: date) -> Timing:
    if watch:
        return "watch"
    return "upcoming" if applies_from is not None and applies_from > as_of else "in_force"


def pointers(words: Iterable[str], case: Case, asset: DataAsset | None) -> list[str]:
    return [pointer(word, case, asset) for word in sorted(words)]


def baseline_findings(
    option: OptionId,
    case: Case,
    planned: bool,
    envs: Sequence[Env],
    severity: tuple[Level | str, Level | str],
    law: Law,
    before: Before | None,
) -> Iterable[Finding]:
    """The duties that everybody in a regime's scope has, whatever the option."""
    for regime, catalogue in law.catalogues.items():
        if before is not None and before.word not in baseline_reads(regime, law):
            yield from before.baseline(regime)
            continue
        applies, _ = regime_applies(regime, envs, law)
        if not applies or outside_matter(regime, envs, law):
            continue
        for row in catalogue.requirement:
            if not row.baseline or not in_categories(row, envs):
                continue
            standing = standing_of((regime, row.id), case, option.deployment, law)
            yield baseline(option, case, planned, severity, catalogue.source, regime, row, standing)


def possible_baselines(
    option: OptionId, case: Case, envs: Sequence[Env], law: Law, before: Before | None
) -> Mapping[str, Decimal]:
    """The most days that the baseline of each regime takes of which it is not answered whether it applies.

    So does a SOC 2 category of which it is not answered whether it was chosen.
    """
    found: dict[str, Decimal] = {}
    for regime, catalogue in law.catalogues.items():
        if before is not None and before.word not in baseline_reads(regime, law):
            days = before.opened.possible.get(regime, Decimal(0))
        else:
            applies, _ = regime_applies(regime, envs, law)
            if applies is False or outside_matter(regime, envs, law):
                continue
            days = sum(
                (
                    BASELINE_DAYS.high
                    for row in catalogue.requirement
                    if row.baseline
                    and may_be_chosen(row, envs)
                    and not (applies and in_categories(row, envs))
                    and standing_of((regime, row.id), case, option.deployment, law).state not in CLOSED
                ),
                Decimal(0),
            )
        if days:
            found[regime] = days
    return found


def baseline_reads(regime: str, law: Law) -> frozenset[str]:
    """The words that decide about a regime's baseline."""
    return law.reads.get(f"applies_{regime}", NONE) | law.reads.get(f"baseline_{regime}", NONE)


def baseline(
    option: OptionId,
    case: Case,
    planned: bool,
    severity: tuple[Level | str, Level | str],
    source: str,
    regime: RegimeId | str,
    row: Requirement,
    standing: Standing,
) -> Finding:
    state = standing.state
    timing = timing_of(row.applies_from, False, case.as_of)
    return Finding(
        option=option,
        planned=planned,
        regime=regime,
        requirement_id=row.id,
        title=row.title,
        applies="yes",
        timing=timing,
        applies_from=row.applies_from,
        state=state,
        blocker=False,
        severity=Severity(
            legal="practice" if regime in VOLUNTARY else "duty",
            sensitivity=severity[0],  # type: ignore[arg-type]
            exposure=severity[1],  # type: ignore[arg-type]
            evidence=standing.evidence,
        ),
        rule=baseline_rule(regime),
        because=f"{label(regime)} applies, and this duty comes with it.",
        needs=(standing.pointer,) if state in ("unknown", "gap") else (),
        remediation=None
        if state in ("met", "not_applicable")
        else Remediation(
            text="Answer whether this is in place; if not, put it in place and keep evidence.",
            owner="Compliance officer",
            days=BASELINE_DAYS,
            evidence="A dated record that shows it",
        ),
        source=source,
        confidence="high",
    )


def baseline_rule(regime: str) -> str:
    return f"baseline.{regime}"


def regime_applies(regime: str, envs: Sequence[Env], law: Law) -> tuple[Truth, Needs]:
    """Whether a regime applies to a use case, by the derived word `applies_<regime>`."""
    word = law.derived.get(f"applies_{regime}")
    if word is None:
        return False, NOTHING
    seen = [word.when.truth(answers) for _, answers in envs]
    if any(truth for truth, _ in seen):
        return True, NOTHING
    needs = frozenset(need for truth, missing in seen if truth is None for need in missing)
    return (None, needs) if any(truth is None for truth, _ in seen) else (False, NOTHING)


def outside_matter(regime: str, envs: Sequence[Env], law: Law) -> bool:
    """Whether each of its data assets is answered to hold none of what the regime is about: `baseline_<regime>`."""
    word = law.derived.get(f"baseline_{regime}")
    return word is not None and all(
        asset is not None and word.when.truth(answers)[0] is False for asset, answers in envs
    )


def in_categories(row: Requirement, envs: Sequence[Env]) -> bool:
    """SOC 2: a criterion beyond the common ones counts only when its category was chosen."""
    if row.category in (None, "security"):
        return True
    chosen, _ = envs[0][1]("soc2_categories")
    return row.category in (chosen or ())


def may_be_chosen(row: Requirement, envs: Sequence[Env]) -> bool:
    """Whether a criterion counts, or would count if its category were chosen where none was answered."""
    return in_categories(row, envs) or envs[0][1]("soc2_categories")[0] is None


def severity_of(case: Case, option: OptionId, knowledge: Knowledge) -> tuple[Level | str, Level | str]:
    """Sensitivity of the data and exposure of the use, as they are shown; never multiplied."""
    levels = {
        None: "unknown",
        "public": "low",
        "internal": "low",
        "confidential": "medium",
        "regulated_personal": "high",
        "special_category": "high",
    }
    use = case.use_case
    if use.internal_only is None and use.online_service is None:
        exposure = "unknown"
    elif use.online_service or use.internal_only is False:
        exposure = "high"
    else:
        exposure = "medium" if knowledge.options.deployments[option.deployment].outside else "low"
    return levels[case.sensitivity.value], exposure


def total(findings: Sequence[Finding], possible: Mapping[str, Decimal], day_rate: Range) -> Consequences:
    """The sum over open duties. Where the state is not answered, the least is nothing and the likely is half.

    What is not known to apply stands apart, at the most that it may add.
    """
    low = likely = high = Decimal(0)
    may_add = sum(possible.values(), Decimal(0))
    counted = [finding for finding in findings if finding.timing != "watch"]
    for finding in counted:
        if finding.remediation is None:
            continue
        days = finding.remediation.days
        if finding.applies == "unknown":
            may_add += days.high
        elif finding.state in ("gap", "partial"):
            low, likely, high = low + days.low, likely + days.likely, high + days.high
        elif finding.state == "unknown":
            likely, high = likely + days.likely / 2, high + days.high
    now = [finding for finding in counted if finding.applies == "yes"]
    days = whole_range(Range(low=low, likely=likely, high=high))
    return Consequences(
        duties=sum(finding.state != "not_applicable" for finding in now),
        gaps=sum(finding.state in ("gap", "partial") for finding in now),
        blockers=sum(finding.blocker for finding in now),
        unknown=sum(finding.applies == "unknown" or finding.state == "unknown" for finding in findings),
        days=days,
        cost=whole_range(
            Range(low=low * day_rate.low, likely=likely * day_rate.likely, high=high * day_rate.high)
        ),
        may_add_days=whole(may_add),
        may_add_cost=whole(may_add * day_rate.high),
    )
