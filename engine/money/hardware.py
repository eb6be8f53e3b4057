"""A graphics processor as the facts state it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.money.figures import Figure, Scene

GPU = "h100"
"""The processor that plans count in; its price is the one in the price book."""
NAMES = {"a100": "A100", "h100": "H100", "h800": "H800"}
READS = tuple(f"gpu.{name}.{what}" for name in NAMES for what in ("flops", "memory", "bandwidth"))


@dataclass(frozen=True, slots=True)
class Gpu:
    """Dense 16-bit operations a second, bytes of memory, bytes a second to and from it."""

    name: str
    flops: Figure
    memory: Figure
    bandwidth: Figure


def gpu(scene: Scene, name: str = GPU) -> Gpu:
    return Gpu(
        name=NAMES[name],
        flops=scene.fact(f"gpu.{name}.flops"),
        memory=scene.fact(f"gpu.{name}.memory"),
        bandwidth=scene.fact(f"gpu.{name}.bandwidth"),
    )
