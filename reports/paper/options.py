"""Options compared: which approach suits which use case, what each recommended one costs, why the others lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from reports import words
from reports.charts import RangeRow, Standing, option_matrix, range_chart
from reports.paper.material import Json, Material, best, picture, share_of

MOST_ROWS = 14
UNITS = {"bn": 1e9, "m": 1e6, "k": 1e3, "": 1.0}
NAMES = {"bn": "billion", "m": "million", "k": "thousand", "": ""}
Place = Literal["chosen", "runner_up"]


def options(paper: Material) -> dict[str, Any]:
    """The context of the section."""
    priced = [item for item in paper.shown if item["options"]]
    return {
        "title": title(paper),
        "matrices": [
            picture(matrix(paper, paper.shown[start : start + MOST_ROWS]))
            for start in range(0, len(paper.shown), MOST_ROWS)
        ],
        "matrix_source": paper.source(""),
        "costs": [
            picture(costs(paper, priced[start : start + MOST_ROWS]))
            for start in range(0, len(priced), MOST_ROWS)
        ],
        "costs_source": paper.source("Line: P10 to P90 of 10,000 draws; dot: P50."),
        "families": list(families(paper)),
    }


def title(paper: Material) -> str:
    total = len(paper.in_order)
    counted = Counter(best(item)["approach"] for item in paper.recommended)
    if not counted:
        return f"No approach passes every gate, for {words.count(total, 'use case')} looked at"
    approach, most = counted.most_common(1)[0]
    own = counted["from_scratch"]
    suits = f"{words.APPROACHES[approach]} suits {share_of(most, total)}"
    return (
        suits
        if approach == "from_scratch"
        else f"{suits}; a model from scratch suits {words.spelled(own) if own else 'none'}"
    )


def matrix(paper: Material, items: Sequence[Json]) -> str:
    """Use cases by approaches."""
    approaches = list(words.FAMILIES)
    cells = [cell for index, item in enumerate(items) for cell in standings(index, item, approaches)]
    chosen = sum(bool(item["options"]) for item in items)
    return option_matrix(
        [item["name"] for item in items],
        [words.FAMILIES[name] for name in approaches],
        cells,
        title=f"Eight approaches for {words.count(len(items), 'use case')}: one is chosen for {chosen} of them, "
        f"and {sum(cell.place == 'refused' for cell in cells)} of {len(cells)} pairs are refused",
        width=paper.width,
    )


def standings(row: int, item: Json, approaches: Sequence[str]) -> Iterator[Standing]:
    """Where each approach stands for a use case, by its best option."""
    ranked: list[str] = []
    for option in item["options"]:
        if option["approach"] not in ranked:
            ranked.append(option["approach"])
    for column, approach in enumerate(approaches):
        if approach not in ranked:
            yield Standing(row, column, "refused")
        elif (place := ranked.index(approach)) > 1:
            yield Standing(row, column, "ranked")
        else:
            sure = dot_text(best(item)["confidence"]) if place == 0 else ""
            standing: Place = "chosen" if place == 0 else "runner_up"
            yield Standing(row, column, standing, sure)


def dot_text(confidence: int) -> str:
    """A whole percent, short enough for a dot; certainty is never claimed."""
    return "99+" if confidence > 99 else str(confidence or "<1")


def costs(paper: Material, items: Sequence[Json]) -> str:
    """The three-year cost of each recommended option on one axis."""
    unit = words.unit_of([best(item)["cost"]["p50"] for item in items])
    starts = [item["key"] for item in paper.chosen]
    rows = [
        RangeRow(
            label=f"{words.short(item['name'])}: {words.FAMILIES[best(item)['approach']].lower()}",
            low=float(best(item)["cost"]["p10"]) / UNITS[unit],
            mid=float(best(item)["cost"]["p50"]) / UNITS[unit],
            high=float(best(item)["cost"]["p90"]) / UNITS[unit],
            text=words.percentiles(best(item)["cost"], paper.currency, unit),
            chosen=item["key"] in starts,
        )
        for item in items
    ]
    title = (
        f"Three-year cost of {words.count(len(rows), 'recommended option')}. {rows[0].label} {rows[0].text}"
    )
    return range_chart(
        rows, title=title, axis=f"{paper.currency} {NAMES[unit]}, three years", width=paper.width
    )


def families(paper: Material) -> Iterator[dict[str, Any]]:
    """One row an approach: how often chosen, possible, refused, and what decided most often."""
    total = len(paper.in_order)
    for approach, name in words.APPROACHES.items():
        chosen = sum(best(item)["approach"] == approach for item in paper.recommended)
        possible = sum(any(o["approach"] == approach for o in item["options"]) for item in paper.in_order)
        yield {
            "name": name,
            "chosen": chosen,
            "possible": possible - chosen,
            "refused": total - possible,
            "because": because(paper, approach, everywhere=0 < chosen == total),
        }


def because(paper: Material, approach: str, *, everywhere: bool) -> str:
    """The reason that refused an approach for most use cases, else the one for which its best options lost."""
    if everywhere:
        return "Chosen wherever it is possible."
    refused: Counter[tuple[str, str]] = Counter()
    lost: Counter[str] = Counter()
    for item in [one for one in paper.in_order if one["outcome"] != "classical_model"] or paper.in_order:
        mine = [option for option in item["options"] if option["approach"] == approach]
        if mine and mine[0]["lost_because"]:
            lost[mine[0]["lost_because"]] += 1
        elif not mine:
            mine_refused = [row for row in item["refused"] if row["approach"] == approach]
            refused.update(dict.fromkeys((row["rule"], row["text"]) for row in mine_refused).keys())
    if refused:
        return words.sentence(refused.most_common(1)[0][0][1])
    return words.sentence(f"Loses on {lost.most_common(1)[0][0]}") if lost else "Not offered for these tasks."
