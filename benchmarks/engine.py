"""`make bench`: every figure in one table, with its aim and what was measured."""

from __future__ import annotations

import sys

from benchmarks import analysis, duties, estimator, money, pages, portfolio, recommendation, smaa
from benchmarks.line import Line

PARTS = (smaa, recommendation, money, portfolio, estimator, duties, analysis, pages)
HEADS = ("Figure", "Aim", "Measured", "")


def main() -> None:
    lines: list[Line] = []
    for part in PARTS:
        print(f"measuring: {part.__name__.partition('.')[2]}", file=sys.stderr)
        lines += part.run()
    print(table(lines))


def table(lines: list[Line]) -> str:
    """The figures in columns, the notes below them, and which aims were missed."""
    words = {True: "met", False: "MISSED", None: ""}
    rows = [HEADS, *((line.figure, line.aim, line.measured, words[line.met]) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    told = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    told.insert(1, "  ".join("-" * width for width in widths).rstrip())
    notes = [f"{line.figure}: {line.note}." for line in lines if line.note]
    missed = [line.figure for line in lines if line.met is False]
    end = f"Missed: {'; '.join(missed)}." if missed else "Every aim is met."
    return "\n".join([*told, "", *notes, "", end])


if __name__ == "__main__":
    main()
