"""A result of known numbers, made of the engine's own types, for tests of the pages that show results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from accounts.audit import Actor
from engine.analyse import analyse
from engine.reading import read_document
from engine.result import (
    Consequences,
    CostLine,
    Coverage,
    FactUsed,
    Finding,
    Gate,
    LeftOut,
    NumberOrigin,
    OptionId,
    OrganisationResult,
    Percentiles,
    Phase,
    PortfolioResult,
    Question,
    Range,
    RankedOption,
    ReadinessItem,
    Reason,
    RefusedOption,
    RegimeResult,
    Remediation,
    Result,
    Risk,
    Roadmap,
    RuleFired,
    Severity,
    StageCosts,
    State,
    SwitchPoint,
    Trace,
    UseCaseResult,
    WatchItem,
)
from strategy import services
from strategy.knowledge import current
from strategy.models import Run

AS_OF = date(2026, 11, 20)
RAG = OptionId(approach="rag", deployment="private_cloud")
PROMPT = OptionId(approach="api_prompt", deployment="public_api", method="few_shot")
NOTHING = Percentiles(p10=Decimal(0), p50=Decimal(0), p90=Decimal(0))
HOSTILE = "<script>alert(1)</script>"


def span(low: int, likely: int, high: int) -> Range:
    return Range(low=Decimal(low), likely=Decimal(likely), high=Decimal(high))


def option(rank: int, chosen: OptionId, confidence: int, p50: int, lost: str | None) -> RankedOption:
    return RankedOption(
        rank=rank,
        approach=chosen.approach,
        deployment=chosen.deployment,
        method=chosen.method,
        score=Decimal("0.63"),
        confidence=confidence,
        regret=Decimal("0.02"),
        max_regret=Decimal("0.1"),
        acceptability=(80, 20),
        pairwise=(0, 80),
        values=(),
        cost=Percentiles(p10=Decimal(250_000), p50=Decimal(p50), p90=Decimal(610_000)),
        cost_lines=(
            CostLine(key="inference", item="Tokens", kind="opex", stage="run", paid="volume", amount=span(80_000, 120_000, 210_000), facts=("price.tokens",)),
        ),
        capex=Percentiles(p10=Decimal(90_000), p50=Decimal(140_000), p90=Decimal(220_000)),
        opex=Percentiles(p10=Decimal(150_000), p50=Decimal(p50 - 140_000), p90=Decimal(400_000)),
        stages=StageCosts(job=NOTHING, programme=NOTHING, run=NOTHING),
        years=(),
        npv=None,
        payback=None,
        loss=None,
        over_budget=None,
        break_even=None,
        drivers=(),
        price_changes=(),
        training=None,
        serving=None,
        weeks=span(9, 14, 22),
        staff=span(1, 2, 3),
        infrastructure=("vector index",),
        base_model=None,
        model_tests=(),
        consequences=Consequences(
            duties=24, gaps=5, blockers=1, unknown=9, days=span(12, 20, 41), cost=span(9_000, 16_000, 33_000)
        ),
        conditions=(),
        reasons=(
            Reason(
                direction="for",
                text="citations are required",
                answer="/use_cases/0/citations_required",
                rule="criterion.grounding",
                facts=("price.tokens",),
            ),
        ),
        lost_because=lost,
    )  # fmt: skip


def finding(
    chosen: OptionId, requirement: str, regime: str, state: State, *, blocker: bool = False
) -> Finding:
    return Finding(
        option=chosen,
        planned=False,
        regime=regime,
        requirement_id=requirement,
        title=f"Title of {requirement}",
        applies="yes",
        timing="in_force",
        applies_from=None,
        state=state,
        blocker=blocker,
        severity=Severity(legal="duty", sensitivity="medium", exposure="unknown"),
        rule="AIR010",
        because=f"personal data goes to a vendor {HOSTILE}",
        needs=("/vendors/0/dpa_signed",),
        remediation=Remediation(text="sign it", owner="Legal", days=span(3, 5, 12), evidence="the signed agreement"),
        source="Regulation (EU) 2016/679",
        confidence="high",
    )  # fmt: skip


def use_case(key: str, name: str) -> UseCaseResult:
    return UseCaseResult(
        key=key,
        name=name,
        outcome="recommend",
        first_get=(),
        summary=f"Use retrieval in a private cloud for {name}.",
        options=(option(1, RAG, 74, 420_000, None), option(2, PROMPT, 55, 310_000, "it cannot show its sources")),
        refused=(
            RefusedOption(
                approach="full_ft",
                deployment="public_api",
                rule="gate.egress",
                answer="/use_cases/0/hard_constraints",
                facts=(),
                text="data may not leave the organisation",
            ),
        ),
        runner_up=None,
        steadiness="",
        weight_switch=None,
        approach_confidence=80,
        remarks=(),
        switch_points=(
            SwitchPoint(
                answer="/use_cases/0/requests_per_day", from_="2,000", to="140,000", becomes=PROMPT,
                outcome="recommend", text="above 140,000 requests a day the other is cheaper",
            ),
        ),
        ask_next=(Question(answer="/use_cases/0/knowledge_change_rate", worth="it could change the answer"),),
        worth_knowing=(),
        findings=(
            finding(RAG, "Art. 30(1)", "GDPR", "met"),
            finding(RAG, "Art. 28(3)", "GDPR", "gap", blocker=True),
            finding(RAG, "A.5.19", "ISO27001", "unknown"),
            finding(PROMPT, "Art. 44", "GDPR", "gap"),
        ),
    )  # fmt: skip


def result(use_cases: tuple[UseCaseResult, ...]) -> Result:
    first = use_cases[0].key
    return Result(
        version="1",
        as_of=AS_OF,
        engine_version="1.0.0",
        knowledge_release="2026.11",
        knowledge_digest="0" * 64,
        law_read_on=date(2026, 11, 1),
        input_digest="1" * 64,
        currency="EUR",
        price_date=date(2026, 10, 1),
        organisation=OrganisationResult(
            readiness={"data": ReadinessItem(level="medium", because="one of two assets has an owner")},
            delivery=ReadinessItem(level="high", because="four engineers are there"),
        ),
        use_cases=use_cases,
        regimes=(
            RegimeResult(
                regime="GDPR", applies="yes", because="it is established in the EU", proposed=False,
                coverage=Coverage(met=3, applicable=24), open_blockers=1, unknown_facts=(),
            ),
        ),
        portfolio=PortfolioResult(
            chosen=(first,), left=(LeftOut(use_case="triage", because="it is not ready"),), value_lost_to_cap=None,
            quarters=(),
        ),
        roadmap=Roadmap(
            phases=(
                Phase(
                    id="p1", use_case=first, name="Build", start_week=Decimal(2), weeks=span(4, 6, 9),
                    cost=span(20_000, 40_000, 70_000), roles=("engineer",), after=(),
                ),
            ),
            gates=(
                Gate(id="g1", use_case=first, name="Contract gate", week=Decimal(2), before="p1", passes_when=()),
            ),
            tasks=(),
            critical_path=("p1",),
            cash=(),
        ),
        risks=(
            Risk(
                id="r1", use_case=first, text="the model is retired", mitigation="keep tests apart",
                trigger="a notice", rule="risks.retired",
            ),
        ),
        watch=(WatchItem(id="w1", text="new duties apply", since=date(2026, 8, 2), source="AI Act"),),
        trace=Trace(
            facts=(
                FactUsed(
                    id="price.tokens", label="Price of a million tokens", kind="price", value="3", unit="EUR",
                    since=date(2026, 10, 1), source="E001", source_title="Price list",
                    source_url="https://example.org/prices", basis="",
                ),
            ),
            rules=(
                RuleFired(rule="cost.tokens", text="Tokens times price", answers=(), facts=("price.tokens",)),
            ),
            numbers=(
                NumberOrigin(
                    pointer="/use_cases/*/options/*/cost", origin="estimate",
                    answers=("/use_cases/0/requests_per_day",), facts=("price.tokens",),
                    how="10,000 draws over the cost lines",
                ),
            ),
        ),
    )  # fmt: skip


@lru_cache(maxsize=64)
def analysed(document: str, as_of: date) -> Result:
    """What the engine makes of a document; worked out once for all tests that ask."""
    return analyse(read_document(document), current(), as_of)


def worked(run: Run) -> Run:
    """A queued run, analysed as a worker does it."""
    claim = services.claim(run.pk)
    assert claim is not None
    assert services.publish(claim, analysed(claim.document, claim.as_of))
    found: Run = Run.objects.select_related("snapshot").get(pk=run.pk)
    return found


def finished_run(actor: Actor, *names: str, day: date = AS_OF) -> Run:
    """A finished run of the open organisation, with one use case a name."""
    run, _ = services.request_run(actor=actor, knowledge=current(), as_of=day)
    return finished(run, *names)


def finished(run: Run, *names: str) -> Run:
    """A queued run with a result of known numbers, one use case a name."""
    claim = services.claim(run.pk)
    assert claim is not None
    keys = ("assistant", *(f"more-{n}" for n in range(1, len(names))))
    parts = tuple(use_case(key, name) for key, name in zip(keys, names, strict=True))
    assert services.publish(claim, replace(result(parts), as_of=run.as_of))
    found: Run = Run.objects.get(pk=run.pk)
    return found
