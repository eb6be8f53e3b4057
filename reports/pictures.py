"""From a stored result to the pictures that only pages show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports import words
from reports.charts import Swing, tornado


def cost_tornado(option: Mapping[str, Any], currency: str) -> str:
    """What moves an option's cost: its likely total where one input stands at its low, and at its high."""
    likely = option["cost"]["p50"]
    swings = [
        Swing(
            label=driver["label"],
            one=float(driver["cost_at_low"]),
            other=float(driver["cost_at_high"]),
            text=_ends(driver, currency),
            flips=driver["changes_order"],
        )
        for driver in option["drivers"]
    ]
    said = f"What moves the cost, now likely {words.money(likely, currency)}"
    most = f"; most of all {swings[0].label.lower()}: {swings[0].text}" if swings else ""
    return tornado(
        swings, float(likely), title=said + most, base_text=f"likely {words.money(likely, currency)}"
    )


def _ends(driver: Mapping[str, Any], currency: str) -> str:
    low, high = sorted((driver["cost_at_low"], driver["cost_at_high"]), key=float)
    unit = words.unit_of([high])
    return f"{words.money(low, currency, unit)}{words.EN_DASH}{words.in_unit(high, unit)}{unit}"
