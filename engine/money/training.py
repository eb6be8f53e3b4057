"""What training and tuning take: arithmetic, memory, processor hours, and what to plan beyond the final run.

Formulas: operations = 6 to 8 for each parameter and token (E002), 4 to 6 where only adapters are trained;
hours = operations / (peak arithmetic × the share reached × 3,600). Planning multiplies the final pre-training
run by `training.planning`, a tuning run by the runs until one is used. docs/estimator.md holds both against
published runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.inputs import Method
from engine.money.figures import Figure, Scene
from engine.money.hardware import Gpu, gpu

READS = (
    "training.mfu.pretraining",
    "training.mfu.tuning",
    "training.flops.all",
    "training.flops.adapters",
    "training.planning",
    "training.runs",
    "training.overhead",
    "training.rl",
    "memory.full",
    "memory.lora",
    "memory.qlora",
    "memory.usable",
)
SECONDS = 3600.0
ADAPTERS: dict[Method, str] = {"lora": "memory.lora", "adapters": "memory.lora", "qlora": "memory.qlora"}
Purpose = Literal["pretraining", "tuning"]


@dataclass(frozen=True, slots=True)
class Job:
    """One training run on a kind of processor: bytes of memory, processors that hold it, processor hours of one
    run, and the hours to plan with experiments and restarts."""

    gpu: Gpu
    parameters: Figure
    tokens: Figure
    memory: Figure
    gpus: Figure
    hours: Figure
    planned: Figure


def gpu_hours(operations: Figure, processor: Gpu, reached: Figure | float) -> Figure:
    """Hours of one processor for a number of operations, at the share of its arithmetic that is reached."""
    return operations / (processor.flops * reached * SECONDS)


def pretraining_hours(
    scene: Scene,
    parameters: Figure,
    tokens: Figure,
    processor: Gpu,
    *,
    per_token: Figure | float | None = None,
) -> Figure:
    """Processor hours of a final pre-training run; `per_token` where the operations for each parameter and token
    are known (6, or 8 with activations computed twice)."""
    operations = parameters * tokens * (per_token or scene.fact("training.flops.all"))
    return gpu_hours(operations, processor, scene.fact("training.mfu.pretraining"))


def planned_hours(scene: Scene, final: Figure) -> Figure:
    """Processor hours of a whole pre-training programme, restarts and experiments in."""
    return final * scene.fact("training.planning")


def pretraining(scene: Scene, parameters: Figure, tokens: Figure) -> Job:
    """Training all weights on a corpus, from the ground or further."""
    processor = gpu(scene)
    hours = pretraining_hours(scene, parameters, tokens, processor)
    memory = parameters * scene.fact("memory.full")
    return Job(
        gpu=processor,
        parameters=parameters,
        tokens=tokens,
        memory=memory,
        gpus=holding(scene, memory, processor),
        hours=hours,
        planned=planned_hours(scene, hours),
    )


def tuning(scene: Scene, parameters: Figure, tokens: Figure, method: Method | None) -> Job:
    """Tuning a base model on examples: adapters alone, all weights, or by preferences (`rl`)."""
    processor = gpu(scene)
    adapters = ADAPTERS.get(method) if method else None
    memory = parameters * scene.fact(adapters or "memory.full")
    operations = (
        parameters * tokens * scene.fact("training.flops.adapters" if adapters else "training.flops.all")
    )
    if method == "rl":
        operations = operations * scene.fact("training.rl")
        memory = memory + parameters * scene.fact("memory.lora")
    gpus = holding(scene, memory, processor)
    hours = gpu_hours(operations, processor, scene.fact("training.mfu.tuning"))
    hours = hours + scene.fact("training.overhead") * gpus
    return Job(
        gpu=processor,
        parameters=parameters,
        tokens=tokens,
        memory=memory,
        gpus=gpus,
        hours=hours,
        planned=hours * scene.fact("training.runs"),
    )


def holding(scene: Scene, memory: Figure, processor: Gpu) -> Figure:
    """Processors whose memory holds so many bytes."""
    return (memory / (processor.memory * scene.fact("memory.usable"))).whole().at_least(1.0)
