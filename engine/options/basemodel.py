"""Which base model and method an option stands for."""

from __future__ import annotations

from engine.case import Case
from engine.inputs import Approach, Deployment, Method
from engine.options.criteria import fits_context
from engine.options.view import View, constraints
from engine.trace import Tracer


def base_model(case: Case, approach: Approach, deployment: Deployment) -> str:
    """The key of the catalogue's model class: by approach, by who runs it, and by what an error costs."""
    hard = case.use_case.error_cost in ("high", "critical") or case.use_case.task_type in (
        "code",
        "agent_workflow",
    )
    if approach == "from_scratch":
        return "own"
    if approach == "small_domain_model":
        return "encoder" if case.use_case.task_type in ("classification_extraction", None) else "open_small"
    if approach in ("peft", "hybrid_rag_ft", "full_ft"):
        return "hosted_small" if deployment == "public_api" else "open_small"
    if approach == "continued_pretraining":
        return "open_small"
    open_only = {"open_weights_only", "sovereign_weights"} & set(constraints(case))
    if deployment == "on_prem" or open_only:
        return "open_large" if hard else "open_small"
    return "hosted_mid" if hard else "hosted_small"


def method_of(
    case: Case, view: View, approach: Approach, deployment: Deployment, tracer: Tracer
) -> Method | None:
    """The method inside the approach; None where the approach is its own method."""
    planned = case.use_case.planned
    if planned is not None and planned.approach == approach and planned.method is not None:
        return planned.method
    if approach == "api_prompt":
        return "long_context" if view.citations and fits_context(view, tracer) else "few_shot"
    if approach in ("peft", "hybrid_rag_ft"):
        return "qlora" if deployment == "on_prem" and not view.own_machines else "lora"
    if approach == "full_ft":
        return "instruction" if case.use_case.task_type == "general_assistant" else "sft"
    if approach == "small_domain_model":
        return "sft"
    return "domain_adaptation" if approach == "continued_pretraining" else None
