"""What answering takes on own or rented processors: how many hold the model, its cache and the load, how fast.

A request first reads its input (arithmetic-bound: 2 operations for each parameter and token), then writes its
output (memory-bound: the published speeds of E066 to E070 for each size of model). Processors are needed for
whichever asks for more: the weights, the weights with the cache of all answers under way, or the peak load.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.inputs import Latency
from engine.money.calendar import DAYS_A_MONTH, HOURS_A_MONTH
from engine.money.figures import Figure, Scene
from engine.money.hardware import Gpu, gpu
from engine.money.parameters import cached_values
from engine.options.catalogue import ModelRow

READS = (
    "serving.small",
    "serving.large",
    "serving.large_from",
    "serving.prefill",
    "serving.roofline",
    "serving.batched",
    "serving.weight_bytes",
    "serving.cache_bytes",
    "serving.peak",
    "serving.spare",
    "serving.encoder",
    "memory.usable",
)
SECONDS_A_MONTH = DAYS_A_MONTH * 86_400
BILLION = 1e9


@dataclass(frozen=True, slots=True)
class Speed:
    """How a model answers on one copy of it: bytes of weights, processors of a copy, processor seconds of a
    request, milliseconds to the first word, tokens a second of one answer, bytes of cache of one request."""

    gpu: Gpu
    weights: Figure
    copy: Figure
    seconds: Figure
    first_token_ms: Figure
    tokens_per_second: Figure
    cache: Figure


@dataclass(frozen=True, slots=True)
class Fleet:
    """Processors for a load, and the bytes of cache that they hold at its peak."""

    gpus: Figure
    cache: Figure


def speed(scene: Scene, row: ModelRow, read: Figure, written: Figure) -> Speed:
    """How a model answers requests that read and write so many tokens."""
    processor = gpu(scene)
    active = float(row.active_parameters)
    large = float(scene.tracer.likely("serving.large_from")) <= active
    weights = row.parameters * scene.fact("serving.weight_bytes")
    copy = (weights / (processor.memory * scene.fact("memory.usable"))).whole().at_least(1.0)
    reading = processor.flops * scene.fact("serving.prefill") / (2.0 * active)
    writing = scene.fact("serving.large" if large else "serving.small") * (BILLION / active)
    alone = processor.bandwidth * copy * scene.fact("serving.roofline")
    alone = alone / (active * scene.fact("serving.weight_bytes"))
    held = cached_values(row.architecture) if row.architecture else 0
    return Speed(
        gpu=processor,
        weights=weights,
        copy=copy,
        seconds=read / reading + written / writing,
        first_token_ms=1000.0 * read / (reading * copy),
        tokens_per_second=alone * scene.fact("serving.batched"),
        cache=(read + written) * scene.fact("serving.cache_bytes") * float(held),
    )


def fleet(scene: Scene, how: Speed, written: Figure, per_month: Figure) -> Fleet:
    """Processors, in whole copies of the model, that carry so many requests a month at their peak.

    A copy may stand on twice the processors that hold its weights, where that gives its cache enough room.
    """
    peak = per_month * scene.fact("serving.peak") / SECONDS_A_MONTH
    under_way = peak * written / how.tokens_per_second
    cache = under_way * how.cache
    usable = how.gpu.memory * scene.fact("memory.usable")

    def needed(size: Figure) -> Figure:
        room = (usable * size - how.weights).at_least(1.0)
        copies = (peak * how.seconds / size).at_least(cache / room).whole().at_least(1.0)
        return copies * size

    return Fleet(gpus=needed(how.copy).at_most(needed(how.copy * 2.0)), cache=cache)


def batch_hours(how: Speed, per_month: Figure) -> Figure:
    """Processor hours a month where answers can wait and processors are rented for the work alone."""
    return per_month * how.seconds / 3600.0


def standing_hours(gpus: Figure) -> Figure:
    """Processor hours a month of processors that stand ready day and night."""
    return gpus * HOURS_A_MONTH


def spare(scene: Scene, how: Speed, latency: Latency | None) -> Figure:
    """Processors of the spare copies on own hardware; none where answers can wait."""
    return Figure(0.0) if latency == "batch" else scene.fact("serving.spare").whole() * how.copy


def encoder_servers(scene: Scene, per_month: Figure) -> Figure:
    """Servers without graphics processors that carry an encoder's peak."""
    peak = per_month * scene.fact("serving.peak") / SECONDS_A_MONTH
    return (peak / scene.fact("serving.encoder")).whole().at_least(1.0)
