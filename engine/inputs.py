"""What an organisation answers: the assessment document as frozen dataclasses.

One description serves the reader, the JSON Schema, the forms, the API and the docs: each field carries
its question, its section and a note. `None` means unknown and never means no; an empty tuple means
"none of them". Fractions are 0 to 1. `key` is the document's own name for a thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.asking import CURRENCY, FISCAL_DAY, KEY, QUARTER, ask, further, must

Approach = Literal[
    "api_prompt",
    "rag",
    "peft",
    "full_ft",
    "hybrid_rag_ft",
    "small_domain_model",
    "continued_pretraining",
    "from_scratch",
]
Deployment = Literal["vendor_saas", "public_api", "private_cloud", "on_prem"]
Method = Literal[
    "few_shot", "long_context", "sft", "instruction", "rl", "domain_adaptation", "lora", "qlora", "adapters"
]
TaskType = Literal[
    "knowledge_qa",
    "classification_extraction",
    "generation_style",
    "summarisation",
    "translation",
    "code",
    "general_assistant",
    "agent_workflow",
    "prediction_nontext",
    "foundation_model",
]
Modality = Literal["text", "image", "audio", "time_series", "tabular"]
Latency = Literal["batch", "interactive", "realtime_ms"]
Rate = Literal["static", "yearly", "monthly", "weekly", "daily"]
ErrorCost = Literal["low", "medium", "high", "critical"]
ThreeLevels = Literal["low", "medium", "high"]
Sensitivity = Literal["public", "internal", "confidential", "regulated_personal", "special_category"]
HardConstraint = Literal[
    "no_data_egress",
    "offline",
    "eu_hosting",
    "us_hosting",
    "state_hosting",
    "licensed_training_data_only",
    "sovereign_weights",
    "open_weights_only",
]
EmployeesBand = Literal["1-10", "11-50", "51-250", "251-1000", "1k-10k", "10k-50k", "50k+"]
BudgetBand = Literal["<100k", "100k-1M", "1M-10M", ">10M"]
Infrastructure = Literal["cloud", "managed_gpu", "own_gpu_cluster", "own_datacentre", "none"]
Criterion = Literal[
    "task_fit",
    "grounding",
    "freshness",
    "cost",
    "time_to_value",
    "data_readiness",
    "team_fit",
    "data_control",
    "compliance_effort",
    "responsiveness",
    "independence",
    "differentiation",
]
RegimeId = Literal[
    "GDPR",
    "HIPAA",
    "SOC2",
    "ISO27001",
    "EUAIA",
    "ISO42001",
    "NIST_AI_RMF",
    "NIST_AI_600_1",
    "NIST_CSF2",
    "CCPA",
    "PCI",
    "DORA",
    "COLORADO",
    "SECTOR_US_HEALTH",
    "SECTOR_US_BANK",
    "SECTOR_US_CREDIT",
    "SECTOR_LEGAL",
]
Soc2Category = Literal["security", "availability", "processing_integrity", "confidentiality", "privacy"]
ControlStatus = Literal[
    "implemented",
    "partial",
    "not_implemented",
    "inherited",
    "alternative_documented",
    "not_applicable",
]
CommonStatus = Literal["implemented", "partial", "not_implemented", "inherited"]
DataSource = Literal[
    "own", "data_subject", "customer", "third_party", "scraped", "bought", "public", "synthetic"
]
Role = Literal[
    "provider_of_system",
    "deployer",
    "gpai_provider",
    "downstream_modifier",
    "controller",
    "processor",
    "sub_processor",
]
FactValue = bool | int | Decimal | str | date | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in a currency (ISO 4217)."""

    amount: Decimal = must("How much?", most=10**15)
    currency: str = must("In which currency?", "ISO 4217: EUR, USD.", form=CURRENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRange:
    """Money per year: lowest plausible, likely, highest plausible."""

    low: Money | None = ask("What is the lowest plausible value?")
    likely: Money | None = ask("What is the likely value?")
    high: Money | None = ask("What is the highest plausible value?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    name: str | None = ask("What is the organisation's name?")
    sector: str | None = ask(
        "In which sector does it work?", note="For example health, banking, manufacturing."
    )
    countries: tuple[str, ...] | None = ask("In which countries does it work?", note="ISO codes: DE, US.")
    data_regions: tuple[str, ...] | None = ask("Where is its data kept?", note="Country or region codes.")
    employees_band: EmployeesBand | None = ask("How many people work there?")
    currency: str | None = ask("In which currency does it plan?", note="ISO 4217: EUR, USD.", form=CURRENCY)
    fiscal_year_start: str | int | None = ask(
        "When does the fiscal year start?",
        note="Month and day: 04-01.",
        least=1,
        most=12,
        form=FISCAL_DAY,
    )
    annual_ai_budget: Money | None = ask("What may AI cost in a year?", "means")
    annual_ai_budget_band: BudgetBand | None = ask("If not exactly: which band, in US dollars?", "means")
    ml_engineers: int | None = ask(
        "How many people build or run machine learning?", "means", unit="people", most=10**6
    )
    infrastructure: tuple[Infrastructure, ...] | None = ask("Which computing does it have?", "means")
    data_maturity: int | None = ask(
        "How mature is its data work?", "means", "1 ad hoc, 5 governed and measured.", least=1, most=5
    )
    ai_maturity: int | None = ask(
        "How mature is its AI work?", "means", "1 none, 5 many systems in operation.", least=1, most=5
    )
    growth_objective: str | None = ask("What is AI to do for its growth?", "means", rows=3)
    risk_appetite: ThreeLevels | None = ask("How much risk does it accept?", "means")
    priorities: Mapping[Criterion, Decimal] | None = ask(
        "What matters most?", "means", "Ranks (1 is most important), or weights between 0 and 1."
    )
    eu_established: bool | None = ask("Is it established in the EU?", "law")
    targets_eu: bool | None = ask("Does it offer goods or services to people in the EU?", "law")
    eu_representative: bool | None = ask("Has it named a representative in the EU?", "law")
    us_covered_entity: bool | None = ask("Is it a covered entity under HIPAA?", "law")
    us_business_associate: bool | None = ask("Is it a business associate under HIPAA?", "law")
    receives_hhs_funds: bool | None = ask("Does it receive funds from US HHS?", "law")
    public_body: bool | None = ask("Is it a public body?", "law")
    public_service: bool | None = ask("Does it provide a public service?", "law")
    eu_financial_entity: bool | None = ask("Is it a financial entity under DORA?", "law")
    us_bank: bool | None = ask("Is it a US bank?", "law")
    law_firm: bool | None = ask("Is it a law firm?", "law")
    us_states: tuple[str, ...] | None = ask("In which US states does it work?", "law", "Two letters: CA, CO.")
    ca_business: bool | None = ask("Is it a business under the CCPA?", "law")
    uses_cloud: bool | None = ask("Does it use cloud services?", "law")
    large_scale_special_or_monitoring: bool | None = ask(
        "Is large-scale monitoring, or large-scale sensitive data, its core work?", "law"
    )
    facts: Mapping[str, FactValue] = further("organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    requirement_id: str = must("Which requirement is excluded?")
    reason: str | None = ask("Why?", rows=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeScope:
    regime: RegimeId = must("Which regime?")
    in_scope: bool | None = ask("Is it in scope?")
    soc2_categories: tuple[Soc2Category, ...] | None = ask("Which SOC 2 categories were chosen?")
    exclusions: tuple[Exclusion, ...] | None = ask("Which requirements are excluded, and why?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    kind: str | None = ask("What kind of evidence is it?", note="For example soc2_report, policy, test.")
    valid_until: date | None = ask("Until when is it valid?")
    covers_service: bool | str | None = ask("Does it cover the service in question?", note="Or its name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlAnswer:
    regime: RegimeId = must("Which regime?")
    requirement_id: str = must("Which requirement?")
    use_case: str | None = ask("For one use case only?", note="Its key; empty means the whole organisation.")
    status: ControlStatus | None = ask("What is its state?")
    reason: str | None = ask("Why?", rows=3)
    evidence: tuple[Evidence, ...] | None = ask("What shows it?")
    complete: bool | None = ask(
        "Do the common controls that are part of it together meet it whole?",
        note="Only a person can judge this; it counts once each of them is in place. Of what a provider shares: that your own half is in place.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonControlAnswer:
    control: str = must("Which common control?")
    status: CommonStatus | None = ask("What is its state?")
    reason: str | None = ask("Why?", rows=3)
    evidence: tuple[Evidence, ...] | None = ask("What shows it?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    period: str = must("Which fiscal quarter?", "For example 2027-Q1.", form=QUARTER)
    capex: Money | None = ask("How much may be invested?")
    opex: Money | None = ask("How much may be spent on running?")
    committed: Money | None = ask("How much of it is already committed?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceOverride:
    """What the organisation pays, or expects, instead of a price or an estimate of the price book."""

    fact: str = must("Which fact of the price book?", "Its id, for example price.gpt-6-luna.in.")
    value: Decimal | None = ask("What is it for you?", note="One number; or a range instead.")
    low: Decimal | None = ask("What is the lowest plausible number?")
    likely: Decimal | None = ask("What is the likely number?")
    high: Decimal | None = ask("What is the highest plausible number?")
    currency: str | None = ask(
        "In which currency?", note="ISO 4217: EUR; empty means US dollars.", form=CURRENCY
    )
    since: date = must("From which day does it hold?")
    note: str | None = ask("Where is it from?", note="A contract, an offer, an invoice.", rows=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAsset:
    key: str = must("What is its short name?", "Letters, digits, dashes.", form=KEY)
    name: str | None = ask("What is it called?")
    kind: str | None = ask(
        "What kind of data is it?",
        note="internal_documents, customer_interactions, research_archive, transactions, operations.",
    )
    tokens: int | None = ask(
        "How much text is it?", "size", "A page is about 500 tokens.", unit="tokens", most=10**15
    )
    records: int | None = ask("How many records?", "size", unit="records", most=10**15)
    labelled_examples: int | None = ask("How many labelled examples?", "size", unit="examples", most=10**12)
    quality: int | None = ask("How good is the data?", "size", "1 poor, 5 curated.", least=1, most=5)
    update_rate: Rate | None = ask("How often does it change?", "size")
    owner: str | None = ask("Who owns it in the organisation?")
    sensitivity: Sensitivity | None = ask("How sensitive is it?", "privacy")
    personal: bool | None = ask("Does it hold personal data?", "privacy")
    special_category: bool | None = ask("Does it hold special categories (health, belief, …)?", "privacy")
    phi: bool | None = ask("Does it hold protected health information (HIPAA)?", "privacy")
    limited_data_set: bool | None = ask("Is it a limited data set (HIPAA)?", "privacy")
    substance_use_records: bool | None = ask("Does it hold substance-use treatment records?", "privacy")
    criminal: bool | None = ask("Does it hold data on criminal offences?", "privacy")
    children: bool | None = ask("Does it hold children's data?", "privacy")
    payment_cards: bool | None = ask("Does it hold payment card numbers?", "privacy")
    large_scale: bool | None = ask("Is it large-scale?", "privacy")
    subject_regions: tuple[str, ...] | None = ask("Where do the people live?", "privacy", "EU, US, …")
    deidentification: Literal["none", "safe_harbor", "expert", "claimed"] | None = ask(
        "How was it de-identified?", "privacy"
    )
    deidentification_verified: bool | None = ask("Was the de-identification verified?", "privacy")
    source: DataSource | None = ask("Where does it come from?", "rights")
    original_purposes: tuple[str, ...] | None = ask("For which purposes was it collected?", "rights")
    lawful_basis: str | None = ask(
        "On which lawful basis?", "rights", "consent, contract, legitimate_interests, …"
    )
    consent_withdrawn: bool | None = ask("Does it hold data of people who withdrew consent?", "rights")
    customer_confidential: bool | None = ask("Is it confidential to customers?", "rights")
    client_confidential: bool | None = ask("Is it under client confidentiality?", "rights")
    contract_forbids_training: bool | None = ask("Does a contract forbid training on it?", "rights")
    licence: str | None = ask("Under which licence?", "rights")
    third_party_ip: bool | None = ask("Does it hold third parties' works?", "rights")
    production_copy: bool | None = ask("Is it a copy of production data?", "rights")
    sold: bool | None = ask("Is it sold?", "rights")
    residency: tuple[str, ...] | None = ask("In which regions must it stay?", "rights", "EU, US, DE, …")
    facts: Mapping[str, FactValue] = further("data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    key: str = must("What is its short name?", "Letters, digits, dashes.", form=KEY)
    name: str | None = ask("What is it called?")
    country: str | None = ask("In which country is it established?", note="ISO code.")
    access_countries: tuple[str, ...] | None = ask("From which countries can it see data?", note="ISO codes.")
    processes_personal_data: bool | None = ask("Does it process personal data for you?", "contract")
    touches_phi: bool | None = ask("Does it see protected health information?", "contract")
    dpa_signed: bool | None = ask("Is a data processing agreement signed?", "contract")
    baa_signed: bool | None = ask("Is a business associate agreement signed?", "contract")
    scc_signed: bool | None = ask("Are standard contractual clauses signed?", "contract")
    dpf_certified: bool | None = ask("Is it certified under the EU-US Data Privacy Framework?", "contract")
    tia_done: bool | None = ask("Was a transfer impact assessment made?", "contract")
    trains_on_inputs: bool | None = ask("Does it train its models on your inputs?", "contract")
    subprocessors_known: bool | None = ask("Do you know its sub-processors?", "contract")
    reviewed: bool | None = ask("Was it reviewed by your vendor management?", "assurance")
    soc2_until: date | None = ask("Until when is its SOC 2 report current?", "assurance")
    iso27001_until: date | None = ask("Until when is its ISO 27001 certificate valid?", "assurance")
    retires_on: date | None = ask("When does it retire the service?", "assurance")
    facts: Mapping[str, FactValue] = further("vendor")


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseModel:
    key: str = must("What is its short name?", "Letters, digits, dashes.", form=KEY)
    name: str | None = ask("What is it called?")
    kind: Literal["general", "narrow"] | None = ask("Is it general or narrow?")
    parameters: int | None = ask("How many parameters?", unit="parameters", most=10**15)
    open_weights: bool | None = ask("Are its weights open?", "licence")
    licence: Literal["free", "restricted", "closed"] | None = ask("Which kind of licence?", "licence")
    monetised: bool | None = ask("Is it sold or monetised?", "licence")
    placed_on_eu_market: bool | None = ask("Do you place it on the EU market?", "market")
    placed_on: date | None = ask("When was it placed on the market?", "market")
    training_flop: Decimal | None = ask("How much compute trained it?", "market", unit="FLOP")
    base_flop: Decimal | None = ask("How much compute trained its base model?", "market", unit="FLOP")
    modification_flop: Decimal | None = ask("How much compute does your change use?", "market", unit="FLOP")
    anonymity_shown: bool | None = ask("Was it shown that personal data cannot be drawn from it?", "market")
    languages: tuple[str, ...] | None = ask("Which languages does it speak?")
    facts: Mapping[str, FactValue] = further("model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    approach: Approach | None = ask("Which approach is planned?")
    deployment: Deployment | None = ask("In which deployment?")
    method: Method | None = ask("With which method?")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase:
    key: str = must("What is its short name?", "Letters, digits, dashes.", form=KEY)
    name: str | None = ask("What is it called?")
    department: str | None = ask("Which department owns it?")
    task_type: TaskType | None = ask("What kind of task is it?", "task")
    modality: tuple[Modality, ...] | None = ask("Which kinds of input does it work on?", "task")
    users: int | None = ask("How many people use it?", "volume", unit="people", most=10**10)
    requests_per_day: int | None = ask(
        "How many requests a day?", "volume", unit="requests a day", most=10**11
    )
    growth_per_year: Decimal | None = ask(
        "By how much does that grow in a year?", "volume", "0.2 means 20 %.", least=-1, most=10
    )
    input_tokens: int | None = ask("How long is a typical input?", "volume", unit="tokens", most=10**7)
    output_tokens: int | None = ask("How long is a typical output?", "volume", unit="tokens", most=10**7)
    latency: Latency | None = ask("How fast must it answer?", "volume")
    latency_ms: int | None = ask("Within how many milliseconds?", "volume", unit="ms", most=10**9)
    citations_required: bool | None = ask("Must it cite its sources?", "task")
    error_cost: ErrorCost | None = ask("What does a wrong answer cost?", "task")
    knowledge_change_rate: Rate | None = ask("How often does the knowledge behind it change?", "task")
    domain_specificity: Decimal | None = ask(
        "How special is the domain's language?", "task", "0 to 1.", least=0, most=1
    )
    differentiation_need: Decimal | None = ask(
        "How much must it set you apart?", "task", "0 to 1.", least=0, most=1
    )
    languages: tuple[str, ...] | None = ask("In which languages?", "task")
    corpus_tokens: int | None = ask(
        "How large is the body of text it needs?", "data", unit="tokens", most=10**15
    )
    labelled_examples: int | None = ask(
        "How many labelled examples are there?", "data", unit="examples", most=10**12
    )
    sensitivity: Sensitivity | None = ask("How sensitive is its data?", "data")
    residency_required: bool | str | None = ask(
        "Must its data stay in a region?", "data", "Yes, no, or the region."
    )
    data_assets: tuple[str, ...] | None = ask("Which data assets does it use?", "data", once=True)
    vendor: str | None = ask("Which vendor serves it?", "data")
    model: str | None = ask("Which base model?", "data")
    hard_constraints: tuple[HardConstraint, ...] | None = ask("What must never happen?", "task")
    value: MoneyRange | None = ask("What is it worth in a year?", "value")
    deadline_months: int | None = ask("In how many months must it work?", "value", unit="months", most=600)
    purpose: str | None = ask("What is its purpose?", rows=3)
    lawful_basis: str | None = ask("On which lawful basis does it process personal data?", "law")
    area: str | None = ask("In which area of life or work does it act?", "law")
    decision: Literal["none", "assists", "human_review", "solely_automated"] | None = ask(
        "What part does it have in decisions about people?", "law"
    )
    effect: Literal["none", "significant", "legal"] | None = ask("What effect do they have?", "law")
    affected: tuple[str, ...] | None = ask("Who is affected?", "law", "patients, customers, employees, …")
    vulnerable_people: bool | None = ask("Are vulnerable people affected?", "law")
    profiling: bool | None = ask("Does it profile people?", "law")
    wp248_criteria: tuple[str, ...] | None = ask("Which of the nine DPIA criteria does it meet?", "law")
    annex3_area: str | None = ask("Which point of Annex III of the AI Act?", "law", "none, 4(a), 5(b), …")
    narrow_task: bool | None = ask("Is it only a narrow procedural task?", "law")
    emotion_inference: bool | None = ask("Does it infer emotions?", "law")
    context: str | None = ask("In which setting?", "law", "work, education, health, …")
    social_scoring: bool | None = ask("Does it score people socially?", "law")
    clinical_decision: bool | None = ask("Does it support clinical decisions?", "law")
    medical_or_safety: bool | None = ask("Is it for medical or safety reasons?", "law")
    credit: bool | None = ask("Does it bear on credit?", "law")
    marketing: bool | None = ask("Is it for marketing?", "law")
    recommendations: bool | None = ask("Does it recommend things to people?", "law")
    interacts_with_people: bool | None = ask("Does it talk with people?", "output")
    generates: Literal["none", "text", "images", "audio", "video"] | None = ask(
        "What does it generate?", "output"
    )
    publishes: bool | None = ask("Is its output published?", "output")
    safeguards: tuple[str, ...] | None = ask("Which safeguards are there?", "output", "human_handover, …")
    eu_market: bool | None = ask("Is it used, or is its output used, in the EU?", "output")
    internal_only: bool | None = ask("Is it for internal use only?", "output")
    online_service: bool | None = ask("Is it an online service?", "output")
    role: tuple[Role, ...] | None = ask("Which roles does the organisation have?", "law")
    in_use_since: date | None = ask("Since when is it in use?", "law")
    planned: Planned | None = ask("What is already planned?", "value")
    requires: tuple[str, ...] | None = ask(
        "Which other use cases must be live before it starts?", "value", "Their short names.", once=True
    )
    excludes: tuple[str, ...] | None = ask(
        "Which other use cases does it rule out?",
        "value",
        "Their short names: one or the other, not both.",
        once=True,
    )
    pinned: Literal["in", "out"] | None = ask(
        "Is it decided already that it is in the plan, or out?", "value", "Empty: the budget decides."
    )
    pinned_to: Planned | None = ask(
        "Is it decided in which option it would be taken?", "value", "Empty: the plan chooses the option."
    )
    template: str | None = ask("Which template did it start from?", "template")
    defaults: tuple[str, ...] | None = ask(
        "Which answers still stand as the template gave them?",
        "template",
        "Take out what you have confirmed.",
        once=True,
    )
    facts: Mapping[str, FactValue] = further("use")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A whole assessment."""

    version: int = field(default=1, metadata={"question": "Version of this form", "least": 1, "most": 1})
    as_of: date | None = ask("As of which day?", least=date(2000, 1, 1), most=date(2100, 12, 31))
    organisation: Organisation = field(default_factory=Organisation)
    regimes: tuple[RegimeScope, ...] = ()
    controls: tuple[ControlAnswer, ...] = ()
    common_controls: tuple[CommonControlAnswer, ...] = ()
    budgets: tuple[Budget, ...] = ()
    price_overrides: tuple[PriceOverride, ...] = ()
    data_assets: tuple[DataAsset, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    models: tuple[BaseModel, ...] = ()
    use_cases: tuple[UseCase, ...] = ()
