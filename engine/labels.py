"""How the words of the document read to people: in forms, on records, in results and on paper."""

from __future__ import annotations

from collections.abc import Mapping

APPROACHES: Mapping[str, str] = {
    "api_prompt": "Prompted general model",
    "rag": "Retrieval from own documents",
    "peft": "Adapter-tuned model",
    "full_ft": "Fully tuned model",
    "hybrid_rag_ft": "Retrieval with a tuned model",
    "small_domain_model": "Small model for one task",
    "continued_pretraining": "Domain pre-training",
    "from_scratch": "Own model from scratch",
}
DEPLOYMENTS: Mapping[str, str] = {
    "vendor_saas": "vendor's application",
    "public_api": "vendor's shared endpoint",
    "private_cloud": "own cloud account",
    "on_prem": "own hardware",
}
METHODS: Mapping[str, str] = {
    "few_shot": "few-shot prompts",
    "long_context": "long context",
    "sft": "supervised tuning",
    "instruction": "instruction tuning",
    "rl": "preference tuning",
    "domain_adaptation": "domain adaptation",
    "lora": "LoRA",
    "qlora": "QLoRA",
    "adapters": "adapters",
}
REGIMES: Mapping[str, str] = {
    "SOC2": "SOC 2",
    "ISO27001": "ISO 27001",
    "EUAIA": "EU AI Act",
    "ISO42001": "ISO 42001",
    "NIST_AI_RMF": "NIST AI RMF",
    "NIST_AI_600_1": "NIST AI 600-1",
    "NIST_CSF2": "NIST CSF 2",
    "PCI": "PCI DSS",
    "COLORADO": "Colorado",
    "SECTOR_US_HEALTH": "US health",
    "SECTOR_US_BANK": "US banking",
    "SECTOR_US_CREDIT": "US credit",
    "SECTOR_LEGAL": "Legal practice",
}
TASKS: Mapping[str, str] = {
    "knowledge_qa": "answer questions from knowledge",
    "classification_extraction": "classify, or extract facts",
    "generation_style": "write in a given style",
    "summarisation": "summarise",
    "translation": "translate",
    "code": "write code",
    "general_assistant": "assist in general",
    "agent_workflow": "act in several steps with tools",
    "prediction_nontext": "predict from numbers or signals",
    "foundation_model": "be a foundation for other models",
}
CRITERIA: Mapping[str, str] = {
    "task_fit": "fit for the task",
    "grounding": "grounding in sources",
    "freshness": "up-to-date knowledge",
    "data_readiness": "readiness of the data",
    "team_fit": "fit with the team",
    "data_control": "control over data",
    "responsiveness": "speed and volume",
}
OTHERS: Mapping[str, str] = {
    "batch": "in batches, with hours to spare",
    "interactive": "while a person waits",
    "realtime_ms": "within milliseconds",
    "static": "hardly ever",
    "yearly": "about once a year",
    "monthly": "about once a month",
    "weekly": "about once a week",
    "daily": "every day",
    "regulated_personal": "personal data under law",
    "special_category": "special categories, such as health",
    "no_data_egress": "data leaves the organisation",
    "offline": "it needs a network",
    "eu_hosting": "it is hosted outside the EU",
    "us_hosting": "it is hosted outside the US",
    "state_hosting": "it is hosted outside the state",
    "licensed_training_data_only": "unlicensed training data is used",
    "sovereign_weights": "somebody else controls the weights",
    "open_weights_only": "the weights are closed",
    "managed_gpu": "rented GPUs",
    "own_gpu_cluster": "own GPUs",
    "own_datacentre": "own data centre",
    "inherited": "inherited from a supplier",
    "alternative_documented": "an alternative is documented",
    "not_applicable": "does not apply",
    "own": "made by the organisation",
    "data_subject": "from the people themselves",
    "third_party": "from a third party",
    "safe_harbor": "safe harbour (HIPAA)",
    "expert": "expert determination (HIPAA)",
    "claimed": "claimed, not shown",
    "assists": "assists people who decide",
    "human_review": "decides, and a person reviews",
    "solely_automated": "decides alone",
    "provider_of_system": "provider of the AI system",
    "gpai_provider": "provider of a general-purpose model",
    "1-10": "1–10",
    "11-50": "11–50",
    "51-250": "51–250",
    "251-1000": "251–1,000",
    "1k-10k": "1,000–10,000",
    "10k-50k": "10,000–50,000",
    "50k+": "over 50,000",
    "<100k": "under $100k",
    "100k-1M": "$100k–1m",
    "1M-10M": "$1m–10m",
    ">10M": "over $10m",
}
LABELS: Mapping[str, str] = {
    **APPROACHES,
    **DEPLOYMENTS,
    **METHODS,
    **REGIMES,
    **TASKS,
    **CRITERIA,
    **OTHERS,
}


def label(word: str) -> str:
    """A word of the document within a sentence: `no_data_egress` reads `data leaves the organisation`."""
    return LABELS.get(word) or word.replace("_", " ")


def title(word: str) -> str:
    """A word of the document standing alone: with a capital first."""
    said = label(word)
    return said[:1].upper() + said[1:]
