"""Which base model and method an option stands for: chosen by four tests from the catalogue.

The tests are business need (modality, language, length, tier), benchmarks, licence, and infrastructure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.case import Case
from engine.inputs import Approach, Deployment, Method
from engine.options.catalogue import ModelRow
from engine.options.criteria import fits_context, reads_it_all
from engine.options.gates import MAKES_A_MODEL, Verdict, months_after, refused
from engine.options.view import View, constraints
from engine.result import ModelTest
from engine.trace import Tracer

TUNED: tuple[Approach, ...] = ("peft", "full_ft", "hybrid_rag_ft", "continued_pretraining")
SMALL_PARAMETERS = 10 * 10**9
MOST_TIER = 3
ENGLISH = "en"
OPEN_WORDS = {"open_weights_only", "sovereign_weights"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A base model by its key in the catalogue, and what the four tests say of it."""

    key: str
    tests: tuple[ModelTest, ...]


Models = Mapping[str, ModelRow]


def admitted(case: Case, view: View, tracer: Tracer) -> Models:
    """The models of other makers that need and licence allow for a case, by their keys in the catalogue."""
    options = tracer.knowledge.options
    own = options.model("own").maker
    return {
        key: row
        for key, row in options.models.items()
        if row.maker != own and allowed(case, row) and needed(case, view, row)
    }


def base_models(
    case: Case, view: View, models: Models, approach: Approach, deployment: Deployment, tracer: Tracer
) -> tuple[Choice, ...] | Verdict:
    """The `models` that an option could stand on: the best hosted and the best open one; a refusal where none may.

    Where both may, the cheaper of the two is taken once their costs are known.
    """
    options = tracer.knowledge.options
    if case.of_records and approach in ("from_scratch", "small_domain_model"):
        return (Choice(key=options.roles["own_records"], tests=own_tests()),)
    if approach == "from_scratch":
        return (Choice(key=options.roles["own"], tests=own_tests()),)
    if approach == "small_domain_model" and view.task in ("classification_extraction", None):
        encoder = encoder_of(models, tracer)
        if encoder is not None:
            return (Choice(key=encoder, tests=tests_of(case, encoder, 1, deployment, tracer)),)
    tier = tier_needed(case, view, approach, tracer)
    found = [
        best
        for hosted in (True, False)
        if (best := best_of(models, approach, deployment, hosted, tier, tracer)) is not None
    ]
    if found:
        return tuple(Choice(key=key, tests=tests_of(case, key, tier, deployment, tracer)) for key in found)
    return nothing_passes(case, approach)


def nothing_passes(case: Case, approach: Approach) -> Verdict:
    """Why no model of the catalogue may be used."""
    at = case.at("hard_constraints")
    if "licensed_training_data_only" in constraints(case):
        text = "No base model of the catalogue that is good enough was trained on licensed data alone."
        return refused("licensed_data", at, text)
    if case.use_case.modality and set(case.use_case.modality) & {"image", "audio"}:
        text = f"No base model of the catalogue reads {', '.join(case.use_case.modality)} here."
        return refused("modality", case.at("modality"), text)
    return refused("licence", at, "No base model of the catalogue may be used in this way here.")


def tier_needed(case: Case, view: View, approach: Approach, tracer: Tracer) -> int:
    """The tier of model that the task asks for: one more where errors are dear, one less where it is tuned."""
    row = tracer.knowledge.options.tasks.get(view.task) if view.task else None
    tier = row.capability if row else 2
    if case.use_case.error_cost in ("high", "critical") and approach in ("api_prompt", "rag"):
        tier += 1
    if approach in TUNED or approach == "small_domain_model":
        tier -= 1
    return max(1, min(MOST_TIER, tier))


def best_of(
    models: Models, approach: Approach, deployment: Deployment, hosted: bool, tier: int, tracer: Tracer
) -> str | None:
    """The cheapest model of one kind that is good enough; None where there is none."""
    good = [
        (*burden(row, tracer), key)
        for key, row in models.items()
        if row.hosted == hosted and row.capability >= tier and may_run(row, approach, deployment)
    ]
    return min(good)[-1] if good else None


def encoder_of(models: Models, tracer: Tracer) -> str | None:
    """The encoder for a task of sorting or finding: the usual one, else the smallest of those admitted."""
    usual = tracer.knowledge.options.roles["encoder"]
    fit = [key for key, row in models.items() if row.kind == "encoder"]
    if usual in fit:
        return usual
    return min(fit, key=lambda key: (models[key].parameters, key), default=None)


def may_run(row: ModelRow, approach: Approach, deployment: Deployment) -> bool:
    """Whether a model can stand in a deployment at all, and be trained there where the approach trains it."""
    if row.kind != "decoder":
        return False
    if deployment == "on_prem" and not row.open_weights:
        return False
    if deployment in ("vendor_saas", "public_api") and not row.hosted:
        return False
    if approach == "small_domain_model":
        return row.open_weights and 0 < row.parameters <= SMALL_PARAMETERS
    if approach in TUNED:
        return row.open_weights or (deployment == "public_api" and row.tuned_by_vendor)
    return True


def allowed(case: Case, row: ModelRow) -> bool:
    """The licence test: what the constraints ask of weights and training data, and that it is still offered."""
    must = constraints(case)
    if OPEN_WORDS & set(must) and not row.open_weights:
        return False
    if "licensed_training_data_only" in must and not row.licensed_data:
        return False
    months = case.use_case.deadline_months or 12
    return row.retires_on is None or row.retires_on > months_after(case.as_of, months)


def needed(case: Case, view: View, row: ModelRow) -> bool:
    """The business need: the modalities, the languages, and room for the request."""
    use = case.use_case
    asked = set(use.modality or ()) & {"image", "audio"}
    if not asked <= set(row.modalities):
        return False
    if any(language.lower() != ENGLISH for language in use.languages or ()) and not row.multilingual:
        return False
    return (use.input_tokens or 0) + (use.output_tokens or 0) <= row.context_window


def burden(row: ModelRow, tracer: Tracer) -> tuple[Decimal, Decimal]:
    """What orders models that are good enough: a hosted one's price for three tokens in and one out, an open
    one's parameters at work; then the better benchmark."""
    better = -(row.benchmark or Decimal(0))
    if row.price_in and row.price_out:
        knowledge = tracer.knowledge
        price_in, price_out = (
            knowledge.facts[fact].values[-1].value or Decimal(0) for fact in (row.price_in, row.price_out)
        )
        return 3 * price_in + price_out, better
    return Decimal(row.active_parameters or row.parameters), better


def own_tests() -> tuple[ModelTest, ...]:
    text = "It is trained for this use, on data of the organisation's choice."
    return (ModelTest(test="business_need", passed="yes", because=text),)


def tests_of(
    case: Case, key: str, tier: int, deployment: Deployment, tracer: Tracer
) -> tuple[ModelTest, ...]:
    """The four tests of a chosen model, in words."""
    return tuple(_tests(case, tracer.knowledge.options.model(key), tier, deployment))


def _tests(case: Case, row: ModelRow, tier: int, deployment: Deployment) -> Iterator[ModelTest]:
    kinds = ", ".join(row.modalities)
    yield ModelTest(
        test="business_need",
        passed="yes",
        because=f"{row.name} reads {kinds}, up to {row.context_window:,} tokens at a time.",
        answer=case.at("modality"),
    )
    measured = row.benchmark is not None
    enough = "yes" if measured else "unknown"
    yield ModelTest(
        test="benchmarks",
        passed=enough if row.capability >= tier else "no",  # type: ignore[arg-type]
        because=f"It is of tier {row.capability} of 4 (our estimate), and this task asks for tier {tier}."
        + (f" Its public score is {row.benchmark}." if measured else " No public score was read."),
        answer=case.at("task_type"),
    )
    yield ModelTest(
        test="licence",
        passed="yes" if row.licence == "free" or row.hosted else "unknown",
        because=f"{row.licence_name}: "
        + {"free": "use, tuning and sale are open.", "restricted": "conditions apply; have them checked.",
           "closed": "its weights are not handed over."}[row.licence],
        answer=case.at("hard_constraints"),
    )  # fmt: skip
    machines = case.inputs.organisation.infrastructure
    owned = None if machines is None else bool({"own_gpu_cluster", "own_datacentre"} & set(machines))
    if deployment != "on_prem":
        said, passed = "It runs on hired machines.", "yes"
    elif owned:
        said, passed = "It runs on machines that are there; whether they are free was not asked.", "yes"
    else:
        said, passed = "Machines for it must be bought first.", "no" if owned is False else "unknown"
    yield ModelTest(
        test="infrastructure",
        passed=passed,  # type: ignore[arg-type]
        because=said,
        answer="/organisation/infrastructure",
    )


def method_of(
    case: Case, view: View, approach: Approach, deployment: Deployment, tracer: Tracer
) -> Method | None:
    """The method inside the approach; None where the approach is its own method."""
    planned = case.use_case.planned
    if planned is not None and planned.approach == approach and planned.method is not None:
        return planned.method
    if approach == "api_prompt":
        held = (view.citations and fits_context(view, tracer)) or reads_it_all(view, tracer)
        return "long_context" if held else "few_shot"
    if approach in ("peft", "hybrid_rag_ft"):
        return "qlora" if deployment == "on_prem" and not view.own_machines else "lora"
    if approach == "full_ft":
        return "instruction" if case.use_case.task_type == "general_assistant" else "sft"
    if approach == "small_domain_model":
        return "sft"
    return "domain_adaptation" if approach in MAKES_A_MODEL[:1] else None
