"""Hard gates: named rules that remove an option, each with the answer and the facts that did it.

A gate refuses on a known answer only. Where an answer that would decide it is missing, it gives a
condition instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.case import Case
from engine.facts import Knowledge
from engine.inputs import Approach, Deployment
from engine.options.view import View, constraints
from engine.result import Finding
from engine.rounding import about
from engine.trace import Tracer

READS = (
    "data_floor.own_records",
    "latency.large_model",
    "team_floor.from_scratch",
    "region.EU",
    "region.US",
    "budget.band.100k",
    "budget.band.1m",
    "budget.band.10m",
)
LARGE: tuple[Approach, ...] = (
    "api_prompt",
    "rag",
    "peft",
    "full_ft",
    "hybrid_rag_ft",
    "continued_pretraining",
    "from_scratch",
)
BANDS = {"<100k": "budget.band.100k", "100k-1M": "budget.band.1m", "1M-10M": "budget.band.10m"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a gate says of an option: refused, or (with `holds` false) a condition still to be answered."""

    rule: str
    holds: bool
    answer: str | None
    text: str
    facts: tuple[str, ...] = ()


def refused(rule: str, answer: str | None, text: str, *facts: str) -> Verdict:
    return Verdict(rule=rule, holds=True, answer=answer, text=text, facts=facts)


def condition(rule: str, answer: str, text: str, *facts: str) -> Verdict:
    return Verdict(rule=rule, holds=False, answer=answer, text=text, facts=facts)


def before_money(
    case: Case, view: View, approach: Approach, deployment: Deployment, tracer: Tracer
) -> Iterator[Verdict]:
    """The gates that need no figure of the option."""
    yield from placement(case, deployment, tracer)
    yield from rights(case, approach, deployment, tracer)
    yield from data(case, view, approach, tracer)
    yield from speed(case, approach, deployment, tracer)
    yield from people(case, approach, tracer)


def placement(case: Case, deployment: Deployment, tracer: Tracer) -> Iterator[Verdict]:
    """Where the data may go."""
    must, at = constraints(case), case.at("hard_constraints")
    for word in ("no_data_egress", "offline"):
        if word in must and deployment != "on_prem":
            yield refused("gate.egress", at, f"“{word}” leaves own hardware alone.")
    if "state_hosting" in must and deployment in ("vendor_saas", "public_api"):
        yield refused("gate.state_hosting", at, "State hosting rules out a vendor's shared service.")
    for word in ("sovereign_weights", "open_weights_only"):
        if word in must and deployment in ("vendor_saas", "public_api"):
            yield refused("gate.weights", at, f"“{word}” rules out a vendor's closed model.")
    if deployment == "on_prem":
        return
    regions = [("EU", at)] if "eu_hosting" in must else []
    regions += [("US", at)] if "us_hosting" in must else []
    regions += [
        (region, case.asset_at(asset, "residency"))
        for asset in case.assets
        for region in asset.residency or ()
    ]
    for region, pointer in regions:
        yield from hosted_within(case, region, pointer, deployment, tracer)


def hosted_within(
    case: Case, region: str, pointer: str, deployment: Deployment, tracer: Tracer
) -> Iterator[Verdict]:
    """A region that the data must not leave, against the countries from which the vendor sees them."""
    if deployment == "private_cloud" or case.vendor is None:
        return
    fact = f"region.{region}"
    members = (tracer.fact(fact).text or "").split() if fact in tracer.knowledge.facts else [region]
    facts = (fact,) if fact in tracer.knowledge.facts else ()
    seen = case.vendor.access_countries
    if seen is None:
        text = f"Data must stay in {region}; from where the vendor sees them is not answered."
        yield condition("gate.residency", case.vendor_at("access_countries"), text, *facts)
    elif outside := [country for country in seen if country not in members]:
        text = f"Data must stay in {region}; the vendor sees them from {', '.join(outside)}."
        yield refused("gate.residency", pointer, text, *facts)


def rights(case: Case, approach: Approach, deployment: Deployment, tracer: Tracer) -> Iterator[Verdict]:
    """What licences, contracts and the vendor's plans allow."""
    must = constraints(case)
    row = tracer.knowledge.options.approaches[approach]
    if "licensed_training_data_only" in must and approach != "from_scratch":
        text = "The general base models do not show that all their training data were licensed."
        yield refused("gate.licensed_data", case.at("hard_constraints"), text)
    for asset in case.assets:
        if row.trains and asset.contract_forbids_training:
            text = f"A contract forbids training on {asset.name or asset.key}."
            yield refused("gate.contract", case.asset_at(asset, "contract_forbids_training"), text)
    retires = case.vendor.retires_on if case.vendor else None
    if retires is not None and deployment in ("vendor_saas", "public_api"):
        months = case.use_case.deadline_months or 12
        if retires <= months_after(case.as_of, months):
            text = f"The vendor retires the service on {retires}, before it could pay."
            yield refused("gate.retirement", case.vendor_at("retires_on"), text)
    model = case.model
    if model is not None and model.licence == "restricted" and row.trains:
        yield condition(
            "gate.licence",
            f"/models/{case.inputs.models.index(model)}/licence",
            "The base model's licence is restricted: check that tuning it is allowed.",
        )


def data(case: Case, view: View, approach: Approach, tracer: Tracer) -> Iterator[Verdict]:
    """Data floors: labels, tokens, and sources to cite."""
    row = tracer.knowledge.options.approaches[approach]
    labels = case.labelled_examples
    if row.label_floor is not None and not own_records(case, tracer):
        floor = tracer.likely(row.label_floor)
        if labels.value is None:
            text = f"Labelled examples are not answered; below {floor:,} it is not worth trying."
            yield condition("gate.labels", labels.pointer, text, row.label_floor)
        elif labels.value < floor:
            text = f"{labels.value:,} labelled examples; below {floor:,} it is not worth trying."
            yield refused("gate.labels", labels.pointer, text, row.label_floor)
    corpus = case.corpus_tokens
    if row.token_floor is not None and not own_records(case, tracer):
        lowest = tracer.fact(row.token_floor).low or Decimal(0)
        if corpus.value is None:
            text = f"The size of the body of text is not answered; it takes {lowest:,} tokens at least."
            yield condition("gate.tokens", corpus.pointer, text, row.token_floor)
        elif corpus.value < lowest:
            text = f"{corpus.value:,} tokens of text; it takes {lowest:,} at least."
            yield refused("gate.tokens", corpus.pointer, text, row.token_floor)
    if view.citations and not row.retrieves and approach != "api_prompt":
        text = "Citations are required, and trained weights cannot show a source."
        yield refused("gate.citations", case.at("citations_required"), text)
    if row.retrieves and case.use_case.data_assets == () and not corpus.value:
        text = "There is no body of text to retrieve from."
        yield refused("gate.corpus", case.at("data_assets"), text)


def own_records(case: Case, tracer: Tracer) -> bool:
    """Whether there are so many own records that a model trained on them from the ground has been reported."""
    records = sum(asset.records or 0 for asset in case.assets)
    return records >= (tracer.fact("data_floor.own_records").low or 0)


def speed(case: Case, approach: Approach, deployment: Deployment, tracer: Tracer) -> Iterator[Verdict]:
    use = case.use_case
    if use.latency != "realtime_ms" or approach not in LARGE:
        return
    slowest = tracer.likely("latency.large_model")
    if use.latency_ms is None:
        text = (
            f"A large model takes about {slowest} ms to its first word; how many are allowed is not answered."
        )
        yield condition("gate.latency", case.at("latency_ms"), text, "latency.large_model")
    elif use.latency_ms < slowest:
        text = f"{use.latency_ms} ms are allowed; a large model takes about {slowest} ms to its first word."
        yield refused("gate.latency", case.at("latency_ms"), text, "latency.large_model")


def people(case: Case, approach: Approach, tracer: Tracer) -> Iterator[Verdict]:
    if approach not in ("from_scratch", "continued_pretraining"):
        return
    have = case.inputs.organisation.ml_engineers
    need = tracer.fact("team_floor.from_scratch").low or Decimal(0)
    at = "/organisation/ml_engineers"
    if have is None:
        yield condition(
            "gate.team",
            at,
            f"It takes {need} people who train models; how many there are is not answered.",
            "team_floor.from_scratch",
        )
    elif have < need:
        yield refused(
            "gate.team",
            at,
            f"{have} people build machine learning; training a model takes {need}.",
            "team_floor.from_scratch",
        )


def yearly_budget(case: Case, tracer: Tracer) -> tuple[Decimal | None, str, tuple[str, ...], bool]:
    """What may be spent in a year: amount, its pointer, facts, and whether the amount is in US dollars.

    The currency of an exact amount is its own; the caller converts it. None where it is not answered.
    """
    org = case.inputs.organisation
    if org.annual_ai_budget is not None:
        return org.annual_ai_budget.amount, "/organisation/annual_ai_budget", (), False
    fact = BANDS.get(org.annual_ai_budget_band or "")
    if fact is not None:
        return tracer.likely(fact), "/organisation/annual_ai_budget_band", (fact,), True
    return None, "/organisation/annual_ai_budget", (), False


def after_money(
    case: Case, approach: Approach, first_year_usd: Decimal, budget_usd: Decimal | None, tracer: Tracer
) -> Iterator[Verdict]:
    """The gates that compare the option's first year with what may be spent."""
    _, at, facts, _ = yearly_budget(case, tracer)
    row = tracer.knowledge.options.approaches[approach]
    floor = tracer.fact(row.budget_floor).low if row.budget_floor else None
    need = max(first_year_usd, floor or Decimal(0))
    floor_facts = (row.budget_floor,) if row.budget_floor and need == floor else ()
    if budget_usd is None:
        if floor is not None:
            text = f"It takes {floor:,} USD at least; what may be spent is not answered."
            yield condition("gate.budget", at, text, *floor_facts)
    elif need > budget_usd:
        text = f"Its first year takes about {about(need)} USD; {budget_usd:,.0f} USD may be spent in a year."
        yield refused("gate.budget", at, text, *facts, *floor_facts)


def by_law(case: Case, found: Sequence[Finding], knowledge: Knowledge) -> Iterator[Verdict]:
    """What the law forbids while the gap stands."""
    for finding in found:
        yield refused(
            finding.rule,
            finding.needs[0] if finding.needs else None,
            f"{finding.title}. {finding.because}",
        )


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
