"""The answers that scores depend on, resolved once per use case, and the values an unanswered one could take."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.case import Case
from engine.inputs import HardConstraint, TaskType
from engine.options.tables import OptionTables, Unknown

Pointers = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The resolved answers of one use case; None is unknown. Numbers keep their units of the document."""

    task: TaskType | None
    labels: int | None
    corpus: int | None
    change_rate: str | None
    citations: bool | None
    sensitivity: str | None
    requests: int | None
    latency: str | None
    domain: float | None
    differentiation: float | None
    engineers: int | None
    quality: int | None
    contract: bool | None
    training_on_inputs: bool | None
    own_machines: bool | None


def view_of(case: Case) -> tuple[View, Pointers]:
    """The view of a use case, and the JSON pointer of the field behind each of its answers."""
    use, org, vendor = case.use_case, case.inputs.organisation, case.vendor
    qualities = [(a.quality, case.asset_at(a, "quality")) for a in case.assets if a.quality is not None]
    unrated = case.asset_at(case.assets[0], "quality") if case.assets else case.at("data_assets")
    quality = min(qualities) if qualities else (None, unrated)
    machines = None if org.infrastructure is None else _own_machines(org.infrastructure)
    phi = any(asset.phi for asset in case.assets)
    contract = None if vendor is None else (vendor.baa_signed if phi else vendor.dpa_signed)
    view = View(
        task=use.task_type,
        labels=case.labelled_examples.value,
        corpus=case.corpus_tokens.value,
        change_rate=case.knowledge_change_rate.value,
        citations=use.citations_required,
        sensitivity=case.sensitivity.value,
        requests=use.requests_per_day,
        latency=use.latency,
        domain=None if use.domain_specificity is None else float(use.domain_specificity),
        differentiation=None if use.differentiation_need is None else float(use.differentiation_need),
        engineers=org.ml_engineers,
        quality=quality[0],
        contract=contract,
        training_on_inputs=None if vendor is None else vendor.trains_on_inputs,
        own_machines=machines,
    )
    pointers = {
        "task": case.at("task_type"),
        "labels": case.labelled_examples.pointer,
        "corpus": case.corpus_tokens.pointer,
        "change_rate": case.knowledge_change_rate.pointer,
        "citations": case.at("citations_required"),
        "sensitivity": case.sensitivity.pointer,
        "requests": case.at("requests_per_day"),
        "latency": case.at("latency"),
        "domain": case.at("domain_specificity"),
        "differentiation": case.at("differentiation_need"),
        "engineers": "/organisation/ml_engineers",
        "quality": quality[1],
        "contract": case.vendor_at("baa_signed" if phi else "dpa_signed"),
        "training_on_inputs": case.vendor_at("trains_on_inputs"),
        "own_machines": "/organisation/infrastructure",
    }
    return view, pointers


def completions(view: View, reads: Sequence[Unknown], options: OptionTables) -> Iterator[tuple[View, float]]:
    """Every way in which the unanswered ones of `reads` could turn out, with its judged share; they sum to 1."""
    blank = [name for name in reads if getattr(view, name) is None]
    held = view.task is not None and options.tasks[view.task].in_request
    rows = [options.unknowns[name] for name in blank]
    shares = [row.in_request if held and row.in_request else row.shares for row in rows]
    pairs = [list(zip(row.values, share, strict=True)) for row, share in zip(rows, shares, strict=True)]
    for way in itertools.product(*pairs):
        answers = {name: plain(value) for name, (value, _) in zip(blank, way, strict=True)}
        yield dataclasses.replace(view, **answers), math.prod(float(share) for _, share in way)


def plain(value: bool | int | Decimal | str) -> Any:
    """A table's value as a view holds it."""
    return float(value) if isinstance(value, Decimal) else value


def constraints(case: Case) -> tuple[HardConstraint, ...]:
    return case.use_case.hard_constraints or ()


def _own_machines(infrastructure: Sequence[str]) -> bool:
    return "own_gpu_cluster" in infrastructure or "own_datacentre" in infrastructure
