"""A chart is drawn in the colours of paper; the style sheet gives each one its twin on a dark page."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from reports.charts import DARK, LIGHT, Palette

STYLE = (Path(__file__).resolve().parents[2] / "static" / "css" / "results.css").read_text()


@pytest.mark.parametrize("part", [spec.name for spec in fields(Palette)])
@pytest.mark.parametrize("attribute", ["fill", "stroke"])
def test_every_colour_of_a_chart_has_its_dark_twin(attribute: str, part: str) -> None:
    light, dark = getattr(LIGHT, part), getattr(DARK, part)
    assert (
        f'[data-bs-theme="dark"] svg:not(.paper) [{attribute}="{light}"] {{ {attribute}: {dark}; }}' in STYLE
    )
