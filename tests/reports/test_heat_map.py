"""The paper's heat map says of each use case and regime what the result says: letter, count, ground and frame."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as Xml

import pytest

from reports.charts.palette import PAPER
from reports.paper import html_of
from reports.words import regime
from tests.reports.paperwork import Json, Papers, example, goes_for

SVG = "{http://www.w3.org/2000/svg}"
WORST_FIRST = (("gap", "G"), ("partial", "P"), ("unknown", "U"), ("met", "M"))
GROUND = {"G": PAPER.ink, "P": PAPER.line, "M": PAPER.fill, "U": PAPER.paper}
LETTER_ON = {"G": PAPER.paper, "P": PAPER.ink, "M": PAPER.ink, "U": PAPER.ink, "–": PAPER.soft}
Cell = tuple[str, str, str]
"""Letter with its count, ground, and whether a double frame stands around it."""


def told(paper: Papers) -> dict[tuple[str, str], Cell]:
    """What the result says of each cell, by the names of the use case and the regime."""
    regimes = [row["regime"] for row in paper.result["regimes"] if row["applies"] == "yes"]
    found = {}
    for item in paper.result["use_cases"]:
        mine = findings_of(paper, item)
        for name in regimes if mine else ():
            found[item["name"], regime(name)] = cell([f for f in mine if f["regime"] == name])
    return found


def findings_of(paper: Papers, item: Json) -> list[Json]:
    option = goes_for(paper, item)
    if option is None:
        return [f for f in item["findings"] if f["planned"]]
    return [f for f in item["findings"] if all(f["option"][part] == option[part] for part in f["option"])]


def cell(findings: list[Json]) -> Cell:
    due = [f for f in findings if f["applies"] == "yes" and f["timing"] == "in_force"]
    states = Counter(f["state"] for f in due if f["state"] != "not_applicable")
    for state, letter in WORST_FIRST:
        if states[state]:
            framed = "framed" if any(f["blocker"] for f in due) else "plain"
            return f"{letter} {states[state]}/{states.total()}", GROUND[letter], framed
    return "–", "", "plain"


def drawn(paper: Papers) -> dict[tuple[str, str], Cell]:
    """What a reader sees in each cell of the paper's maps."""
    found: dict[tuple[str, str], Cell] = {}
    for markup in re.findall(r"<svg.*?</svg>", html_of(*paper.parts), re.DOTALL):
        if "Worst state of the duties" in markup:
            found |= read(Xml.fromstring(markup))
    return found


def read(svg: Xml.Element) -> dict[tuple[str, str], Cell]:
    words = [
        (*place(text), " ".join(text.itertext()), text.get("fill", "")) for text in svg.iter(f"{SVG}text")
    ]
    rows = {y: " ".join(w[2] for w in words if w[0] < 0 and abs(w[1] - y) < 16) for y in heights(words)}
    columns: dict[float, str] = {}
    for x, _, said, _ in sorted((w for w in words if w[1] < 0), key=lambda w: w[1]):
        columns[x] = f"{columns[x]} {said}" if x in columns else said
    boxes = [
        (*middle(path), path) for path in svg.iter(f"{SVG}path") if path.get("fill") or path.get("stroke")
    ]
    cells = {}
    for y, row in rows.items():
        for x, column in columns.items():
            near = [w for w in words if abs(w[0] - x) < 40 and abs(w[1] - y) < 8 and w[2]]
            letter = next(said for _, _, said, _ in near if said in LETTER_ON)
            assert {ink for *_, ink in near} == {LETTER_ON[letter]}
            here = [path for at_x, at_y, path in boxes if abs(at_x - x) < 5 and abs(at_y - y) < 8]
            ground = [path.get("fill", "") for path in here if path.get("fill") not in (None, "none")]
            frames = [path for path in here if path.get("stroke") == PAPER.ink]
            said = " ".join(word for _, _, word, _ in near)
            cells[row, column] = (said, ground[0] if ground else "", "framed" if frames else "plain")
    return cells


def heights(words: list[tuple[float, float, str, str]]) -> list[float]:
    """Where the rows lie: at the letters of their cells."""
    return sorted({y for x, y, said, _ in words if x >= 0 and y >= 0 and said in LETTER_ON})


def place(text: Xml.Element) -> tuple[float, float]:
    x, y = re.findall(r"-?[\d.]+", text.get("transform", ""))[:2]
    return float(x), float(y)


def middle(path: Xml.Element) -> tuple[float, float]:
    """The middle of a box with rounded corners."""
    points = re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d", "").replace("C", " ").replace("L", " "))
    xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


@pytest.mark.parametrize("name", ["hospital-group", "manufacturer", "retail-bank"])
def test_each_cell_shows_the_worst_state_and_how_many_duties_are_in_it(name: str) -> None:
    paper = example(name)
    expected = told(paper)
    assert len(expected) >= 6
    assert drawn(paper) == expected


def test_the_three_papers_show_gaps_partial_measures_open_answers_and_blockers() -> None:
    cells = [
        cell
        for name in ("hospital-group", "manufacturer", "retail-bank")
        for cell in told(example(name)).values()
    ]
    assert {said[0] for said, _, _ in cells} >= {"G", "P", "U"}
    assert "framed" in {frame for *_, frame in cells}
