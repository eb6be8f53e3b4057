"""Hard gates: named rules that remove an option, each with the answer and the facts that did it.

A gate refuses on a known answer only. Where an answer that would decide it is missing, it gives a
condition instead. What each gate is called, and what to get first, stands in `options/gates.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.case import Case
from engine.facts import Knowledge
from engine.inputs import Approach, Deployment
from engine.labels import label
from engine.money.currency import Exchange
from engine.options.criteria import fits_context
from engine.options.tables import Gate
from engine.options.view import View, constraints
from engine.result import Finding, Range
from engine.rounding import about
from engine.trace import Tracer

READS = (
    "data_floor.own_records",
    "latency.large_model",
    "team_floor.from_scratch",
    "team_floor.tuned",
    "team_floor.own_records",
    "wish.own_records",
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
MAKES_A_MODEL: tuple[Approach, ...] = ("continued_pretraining", "from_scratch")
SHARED: tuple[Deployment, ...] = ("vendor_saas", "public_api")
BANDS = {"<100k": "budget.band.100k", "100k-1M": "budget.band.1m", "1M-10M": "budget.band.10m"}
OWN_MACHINES = {"own_gpu_cluster", "own_datacentre"}
LAST_TO_LIFT = (
    "gate.task",
    "gate.modality",
    "gate.egress",
    "gate.state_hosting",
    "gate.weights",
    "gate.residency",
)
"""Gates that state what is wanted; the others say what is missing, and so what to get first."""
WEEKS_A_MONTH = Decimal(52) / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a gate says of an option: refused, or (with `holds` false) a condition still to be answered."""

    rule: str
    holds: bool
    answer: str | None
    text: str
    facts: tuple[str, ...] = ()


def refused(gate: Gate, answer: str | None, text: str, *facts: str) -> Verdict:
    return Verdict(rule=f"gate.{gate}", holds=True, answer=answer, text=text, facts=facts)


def condition(gate: Gate, answer: str, text: str, *facts: str) -> Verdict:
    return Verdict(rule=f"gate.{gate}", holds=False, answer=answer, text=text, facts=facts)


def before_money(
    case: Case, view: View, approach: Approach, deployment: Deployment, tracer: Tracer
) -> Iterator[Verdict]:
    """The gates that need no figure of the option."""
    yield from kind(case, approach, tracer)
    yield from placement(case, deployment, tracer)
    yield from rights(case, approach, deployment, tracer)
    yield from data(case, view, approach, tracer)
    yield from speed(case, approach, tracer)
    yield from people(case, approach, deployment, tracer)


def kind(case: Case, approach: Approach, tracer: Tracer) -> Iterator[Verdict]:
    """What the task is about: language or not, an answer or a model."""
    not_language, at = about_no_language(case)
    if not_language and not trains_on_own_records(case, tracer):
        text = (
            "Prediction from numbers is a task for a classical model: gradient boosting, rules or statistics."
        )
        yield refused("modality", at, text)
    elif not_language and approach not in ("small_domain_model", "from_scratch"):
        yield refused("modality", at, "A language model does not predict from such records.")
    if case.use_case.task_type == "foundation_model" and approach not in MAKES_A_MODEL:
        text = "The aim is a model of one's own; this approach uses one and makes none."
        yield refused("task", case.at("task_type"), text)
    if approach == "continued_pretraining" and case.of_records:
        text = "The base models of the catalogue were trained on language; such records are none."
        yield refused("modality", case.at("modality"), text)


def about_no_language(case: Case) -> tuple[bool, str]:
    """Whether the task is no task for a language model, and the answer that says so."""
    use = case.use_case
    if use.task_type == "prediction_nontext":
        return True, case.at("task_type")
    if use.task_type is None and use.modality and set(use.modality) <= {"time_series", "tabular"}:
        return True, case.at("modality")
    return False, case.at("task_type")


def own_records(case: Case, tracer: Tracer) -> bool:
    """Whether there are so many own records that a model trained on them from the ground has been reported."""
    records = sum(asset.records or 0 for asset in case.assets)
    return records >= (tracer.fact("data_floor.own_records").low or 0)


def trains_on_own_records(case: Case, tracer: Tracer) -> bool:
    """Whether a model of the organisation's own records is called for rather than a classical one.

    It takes very many records, people who train, and the wish to stand apart by it.
    """
    people = case.inputs.organisation.ml_engineers or 0
    wish = case.use_case.differentiation_need or Decimal(0)
    staffed = people >= tracer.likely("team_floor.own_records")
    return own_records(case, tracer) and staffed and wish >= tracer.likely("wish.own_records")


def placement(case: Case, deployment: Deployment, tracer: Tracer) -> Iterator[Verdict]:
    """Where the data may go."""
    must, at = constraints(case), case.at("hard_constraints")
    for word in ("no_data_egress", "offline"):
        if word in must and deployment != "on_prem":
            yield refused(
                "egress", at, f"It must never happen that {label(word)}; only own hardware is left."
            )
    if "state_hosting" in must and deployment in SHARED:
        yield refused("state_hosting", at, "State hosting rules out a vendor's shared service.")
    for word in ("sovereign_weights", "open_weights_only"):
        if word in must and deployment in SHARED:
            text = f"It must never happen that {label(word)}; that rules out a vendor's closed model."
            yield refused("weights", at, text)
    if deployment in SHARED:
        for region, pointer in regions(case):
            yield from hosted_within(case, region, pointer, tracer)


def regions(case: Case) -> Iterator[tuple[str, str]]:
    """Each region in which the data must stay, and the answer that says so."""
    must, at = constraints(case), case.at("hard_constraints")
    if "eu_hosting" in must:
        yield "EU", at
    if "us_hosting" in must:
        yield "US", at
    required = case.use_case.residency_required
    if isinstance(required, str):
        yield required, case.at("residency_required")
    elif required and case.inputs.organisation.data_regions:
        for region in case.inputs.organisation.data_regions:
            yield region, case.at("residency_required")
    for asset in case.assets:
        for region in asset.residency or ():
            yield region, case.asset_at(asset, "residency")


def hosted_within(case: Case, region: str, pointer: str, tracer: Tracer) -> Iterator[Verdict]:
    """A region that the data must not leave, against the countries from which the vendor sees them."""
    fact = f"region.{region}"
    members = (tracer.fact(fact).text or "").split() if fact in tracer.knowledge.facts else [region]
    facts = (fact,) if fact in tracer.knowledge.facts else ()
    seen = case.vendor.access_countries if case.vendor else None
    if seen is None:
        text = f"Data must stay in {region}; from where a vendor sees them is not answered."
        yield condition("residency", case.vendor_at("access_countries"), text, *facts)
    elif outside := [country for country in seen if country not in members]:
        text = f"Data must stay in {region}; the vendor sees them from {', '.join(outside)}."
        yield refused("residency", pointer, text, *facts)


def rights(case: Case, approach: Approach, deployment: Deployment, tracer: Tracer) -> Iterator[Verdict]:
    """What licences, contracts and the vendor's plans allow."""
    trains = tracer.knowledge.options.approaches[approach].trains
    for asset in case.assets if trains else ():
        name = asset.name or asset.key
        if asset.contract_forbids_training:
            at = case.asset_at(asset, "contract_forbids_training")
            yield refused("contract", at, f"A contract forbids training on {name}.")
        if asset.third_party_ip and asset.licence is None:
            text = f"Others hold rights in {name}; under which licence it may be trained on is not answered."
            yield condition("rights", case.asset_at(asset, "licence"), text)
    model = case.model
    if trains and model is not None and model.licence == "restricted":
        at = f"/models/{case.inputs.models.index(model)}/licence"
        yield condition(
            "licence", at, "The base model's licence is restricted: check that tuning it is allowed."
        )
    retires = case.vendor.retires_on if case.vendor else None
    if retires is not None and deployment in SHARED:
        months = case.use_case.deadline_months or 12
        if retires <= months_after(case.as_of, months):
            text = f"The vendor retires the service on {retires}, before it could pay."
            yield refused("retirement", case.vendor_at("retires_on"), text)


def data(case: Case, view: View, approach: Approach, tracer: Tracer) -> Iterator[Verdict]:
    """Data floors: labels, tokens, and sources to cite."""
    row = tracer.knowledge.options.approaches[approach]
    labels = case.labelled_examples
    if row.label_floor is not None and not own_records(case, tracer):
        floor = tracer.likely(row.label_floor)
        if labels.value is None:
            text = f"Labelled examples are not answered; below {floor:,} it is not worth trying."
            yield condition("labels", labels.pointer, text, row.label_floor)
        elif labels.value < floor:
            text = f"{labels.value:,} labelled examples; below {floor:,} it is not worth trying."
            yield refused("labels", labels.pointer, text, row.label_floor)
    corpus = case.corpus_tokens
    if row.token_floor is not None and not own_records(case, tracer):
        lowest = tracer.fact(row.token_floor).low or Decimal(0)
        if corpus.value is None:
            text = f"The size of the body of text is not answered; it takes {lowest:,} tokens at least."
            yield condition("tokens", corpus.pointer, text, row.token_floor)
        elif corpus.value < lowest:
            text = f"{corpus.value:,} tokens of text; it takes {lowest:,} at least."
            yield refused("tokens", corpus.pointer, text, row.token_floor)
    if row.retrieves and case.use_case.data_assets == () and not corpus.value:
        yield refused("corpus", case.at("data_assets"), "There is no body of text to retrieve from.")
    if view.citations and not row.retrieves:
        yield from sources_to_cite(case, view, approach, tracer)


def sources_to_cite(case: Case, view: View, approach: Approach, tracer: Tracer) -> Iterator[Verdict]:
    """Citations without retrieval: only a prompt that holds the whole body of text can give them."""
    at = case.at("citations_required")
    if approach != "api_prompt":
        yield refused("citations", at, "Citations are required, and trained weights cannot show a source.")
    elif view.corpus is not None and not fits_context(view, tracer):
        fits = tracer.likely("context.fits")
        text = f"Citations are required, and {view.corpus:,} tokens of sources do not fit into a prompt ({fits:,})."
        yield refused("citations", at, text, "context.fits")


def speed(case: Case, approach: Approach, tracer: Tracer) -> Iterator[Verdict]:
    use = case.use_case
    if use.latency != "realtime_ms" or approach not in LARGE:
        return
    slowest = tracer.likely("latency.large_model")
    if use.latency_ms is None:
        text = (
            f"A large model takes about {slowest} ms to its first word; how many are allowed is not answered."
        )
        yield condition("latency", case.at("latency_ms"), text, "latency.large_model")
    elif use.latency_ms < slowest:
        text = f"{use.latency_ms} ms are allowed; a large model takes about {slowest} ms to its first word."
        yield refused("latency", case.at("latency_ms"), text, "latency.large_model")


def people(case: Case, approach: Approach, deployment: Deployment, tracer: Tracer) -> Iterator[Verdict]:
    """Who trains a model, whose weights have to be trained again and watched, and who runs own hardware."""
    org, at = case.inputs.organisation, "/organisation/ml_engineers"
    have = org.ml_engineers
    bare = org.infrastructure is not None and not OWN_MACHINES & set(org.infrastructure)
    if deployment == "on_prem" and bare and have == 0:
        text = "There is no hardware of the organisation's own, and nobody who would run a model on it."
        yield refused("hardware", "/organisation/infrastructure", text)
    if not tracer.knowledge.options.approaches[approach].trains:
        return
    fact = "team_floor.from_scratch" if approach in MAKES_A_MODEL else "team_floor.tuned"
    need = tracer.fact(fact).low or tracer.likely(fact)
    if have is None:
        text = f"It takes {need} people who train models; how many there are is not answered."
        yield condition("team", at, text, fact)
    elif have < need:
        text = f"{have} people build machine learning; training a model takes {need}."
        yield refused("team", at, text, fact)


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
    case: Case,
    approach: Approach,
    first_year_usd: Decimal,
    budget_usd: Decimal | None,
    weeks: Range,
    tracer: Tracer,
    exchange: Exchange,
) -> Iterator[Verdict]:
    """The gates that compare the option's first year with what may be spent, and its weeks with the deadline.

    Amounts are in US dollars; the texts say them in the result's currency.
    """
    _, at, facts, _ = yearly_budget(case, tracer)
    row = tracer.knowledge.options.approaches[approach]
    floor = tracer.fact(row.budget_floor).low if row.budget_floor else None
    need = max(first_year_usd, floor or Decimal(0))
    floor_facts = (row.budget_floor,) if row.budget_floor and need == floor else ()
    if budget_usd is None:
        if floor is not None:
            text = f"It takes {said(floor, exchange)} at least; what may be spent is not answered."
            yield condition("budget", at, text, *floor_facts)
    elif need > budget_usd:
        allowed = said(budget_usd, exchange) if facts else f"{exchange.usd(budget_usd):,.0f} {exchange.code}"
        text = f"Its first year takes {said(need, exchange)} at the least; {allowed} may be spent in a year."
        yield refused("budget", at, text, *facts, *floor_facts)
    months = case.use_case.deadline_months
    if months is not None and weeks.low > months * WEEKS_A_MONTH:
        text = f"It takes {weeks.low:.0f} weeks at the least; it must work within {months} months."
        yield refused("deadline", case.at("deadline_months"), text, row.weeks)


def said(usd: Decimal, exchange: Exchange) -> str:
    """US dollars as a sentence says them in the result's currency: “170,000 EUR”."""
    return f"{about(exchange.usd(usd))} {exchange.code}"


def by_law(found: Sequence[Finding]) -> Iterator[Verdict]:
    """What the law forbids while the gap stands."""
    for finding in found:
        yield Verdict(
            rule=finding.rule,
            holds=True,
            answer=finding.needs[0] if finding.needs else None,
            text=f"{finding.title}. {finding.because}",
        )


def harm(case: Case) -> Verdict | None:
    """Where a wrong answer can hurt somebody, a person must be able to take over.

    Refused where it is answered that nobody does; a condition where it is not answered; None where a person
    decides, or where no such harm was answered.
    """
    use = case.use_case
    exposed = use.vulnerable_people or use.clinical_decision or use.medical_or_safety
    exposed = exposed or use.effect in ("significant", "legal")
    if use.error_cost != "critical" and not (use.error_cost == "high" and exposed):
        return None
    if use.decision in ("assists", "human_review"):
        return None
    at = case.at("safeguards")
    if use.safeguards is None and use.decision != "solely_automated":
        return condition("harm", at, "Whether a person takes over when the system is unsure is not answered.")
    if {"human_handover", "human_review"} & set(use.safeguards or ()):
        return None
    text = "A wrong answer can do grave harm, and no person takes over when the system is unsure."
    return refused("harm", at, text)


def what_to_get(verdict: Verdict, knowledge: Knowledge) -> str:
    """What would open the gate, with why it is shut."""
    gate = knowledge.options.gates.get(verdict.rule.removeprefix("gate."))  # type: ignore[call-overload]
    return f"{gate.get} {verdict.text}" if gate else verdict.text


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
