"""The option space as data: approaches, deployments, what is offered, criteria, fit of tasks, base models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from engine.inputs import Approach, Criterion, Deployment, Method, TaskType
from engine.options.catalogue import ModelRow
from engine.strict import Problem, nearest, read

APPROACHES: tuple[Approach, ...] = get_args(Approach)
DEPLOYMENTS: tuple[Deployment, ...] = get_args(Deployment)
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
TASKS: tuple[TaskType, ...] = get_args(TaskType)
Gate = Literal[
    "task",
    "modality",
    "egress",
    "hardware",
    "state_hosting",
    "weights",
    "residency",
    "licensed_data",
    "contract",
    "rights",
    "retirement",
    "licence",
    "labels",
    "tokens",
    "corpus",
    "citations",
    "latency",
    "team",
    "budget",
    "deadline",
    "harm",
]
Unknown = Literal[
    "labels",
    "corpus",
    "change_rate",
    "citations",
    "sensitivity",
    "requests",
    "latency",
    "domain",
    "differentiation",
    "engineers",
    "quality",
    "contract",
    "training_on_inputs",
    "own_machines",
]
UNKNOWNS: tuple[Unknown, ...] = get_args(Unknown)
GATES: tuple[Gate, ...] = get_args(Gate)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproachRow:
    """An approach: what it is, whether it trains weights or retrieves, and what it needs to be worth trying.

    `fit` gives, task by task, how well it does the task with what it needs in place (0 to 1).
    `pipeline` says whether prompts and adapters are deployed and watched, or whole models trained.
    `label_floor`, `label_enough`, `token_floor`, `budget_floor`, `people` name facts.
    """

    name: str
    meaning: str
    trains: bool
    retrieves: bool
    methods: tuple[Method, ...]
    fit: Mapping[TaskType, Decimal]
    differentiation: Decimal
    people: str
    weeks: str
    pipeline: Literal["light", "full"] = "light"
    label_floor: str | None = None
    label_enough: str | None = None
    token_floor: str | None = None
    budget_floor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRow:
    """A deployment: who runs it, who sees the data, what it adds.

    `weeks_there` names the weeks that it adds where its machines stand already.
    """

    name: str
    meaning: str
    outside: bool
    shared: bool
    independence: Decimal
    control: Mapping[str, Decimal]
    people: str
    weeks: str
    weeks_there: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOffered:
    approach: Approach
    deployment: Deployment
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """A criterion: what it asks, its place in the default priorities, and the facts that anchor 0 and 1."""

    name: str
    asks: str
    rank: int
    worst: str | None = None
    best: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A kind of task: the tier of model that it asks for, and whether the request holds all that it needs."""

    name: str
    capability: int
    in_request: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRow:
    """What an unanswered question could turn out to be, and the judged share of each; see `View` for the names.

    `in_request` gives the shares for tasks whose request holds all that an answer needs. `keep` is the share of
    confidence that is left while the question is open.
    """

    keep: Decimal
    values: tuple[bool | int | Decimal | str, ...]
    shares: tuple[Decimal, ...]
    in_request: tuple[Decimal, ...] | None = None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """A hard constraint: what it is called, and what to get first where it leaves no option."""

    name: str
    get: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTables:
    """The tables of a release. `roles` names the model that stands for each class, like `open_small`."""

    approaches: Mapping[Approach, ApproachRow]
    deployments: Mapping[Deployment, DeploymentRow]
    not_offered: Mapping[tuple[Approach, Deployment], str]
    criteria: Mapping[Criterion, CriterionRow]
    gates: Mapping[Gate, GateRow]
    tasks: Mapping[TaskType, TaskRow]
    unknowns: Mapping[Unknown, UnknownRow]
    models: Mapping[str, ModelRow]
    roles: Mapping[str, str]

    def model(self, key: str) -> ModelRow:
        """A model of the catalogue by its key, or by the role that it has."""
        return self.models[self.roles.get(key, key)]

    def offered(self) -> tuple[tuple[Approach, Deployment], ...]:
        """Every pair that can exist, in a fixed order."""
        return tuple((a, d) for a in APPROACHES for d in DEPLOYMENTS if (a, d) not in self.not_offered)

    def fact_ids(self) -> Iterable[str]:
        """The facts that the tables name."""
        rows: list[Any] = [
            *self.approaches.values(),
            *self.deployments.values(),
            *self.criteria.values(),
            *self.models.values(),
        ]
        fields = (
            "people",
            "weeks",
            "weeks_there",
            "label_floor",
            "label_enough",
            "token_floor",
            "budget_floor",
            "worst",
            "best",
            "price_in",
            "price_out",
            "long_price_in",
            "long_price_out",
        )
        return sorted({getattr(row, f) for row in rows for f in fields if getattr(row, f, None)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    approaches: Mapping[Approach, ApproachRow]
    deployments: Mapping[Deployment, DeploymentRow]
    not_offered: tuple[NotOffered, ...]
    criteria: Mapping[Criterion, CriterionRow]
    gates: Mapping[Gate, GateRow]
    tasks: Mapping[TaskType, TaskRow]
    unknowns: Mapping[Unknown, UnknownRow]
    models: Mapping[str, ModelRow]
    roles: Mapping[str, str]


def read_options(raw: Mapping[str, Mapping[str, Any]], problems: list[Problem]) -> OptionTables:
    """The tables of `options/*.toml`; adds a problem for each fault, and for each word without a row."""
    merged: dict[str, Any] = {}
    for table in raw.values():
        merged.update(table)
    found = read(_Options, merged, "options: ", problems)
    if found is None:
        return OptionTables(
            approaches={},
            deployments={},
            not_offered={},
            criteria={},
            gates={},
            tasks={},
            unknowns={},
            models={},
            roles={},
        )
    for words, rows, what in (
        (APPROACHES, found.approaches, "approaches"),
        (DEPLOYMENTS, found.deployments, "deployments"),
        (CRITERIA, found.criteria, "criteria"),
        (GATES, found.gates, "gates"),
        (TASKS, found.tasks, "tasks"),
        (UNKNOWNS, found.unknowns, "unknowns"),
    ):
        for word in words:
            if word not in rows:
                problems.append(Problem(f"options: {what}.{word}", "missing", f"a row for {word}"))
    for name, approach in found.approaches.items():
        for task in TASKS:
            if task not in approach.fit:
                problems.append(
                    Problem(f"options: approaches.{name}.fit.{task}", "missing", "a number from 0 to 1")
                )
    for role, model in found.roles.items():
        if model not in found.models:
            where = f"options: roles.{role}"
            problems.append(Problem(where, f"there is no model {model}", nearest(model, found.models)))
    for question, unknown in found.unknowns.items():
        for field, shares in (("shares", unknown.shares), ("in_request", unknown.in_request)):
            if shares is not None and (len(shares) != len(unknown.values) or sum(shares) != 1):
                where = f"options/unknowns.toml: unknowns.{question}.{field}"
                problems.append(Problem(where, "not one share for each value", "shares that sum to 1"))
    return OptionTables(
        approaches=found.approaches,
        deployments=found.deployments,
        not_offered={(row.approach, row.deployment): row.because for row in found.not_offered},
        criteria=found.criteria,
        gates=found.gates,
        tasks=found.tasks,
        unknowns=found.unknowns,
        models=found.models,
        roles=found.roles,
    )
