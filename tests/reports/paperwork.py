"""Board papers for tests: the shipped examples analysed once, printed once, and read back as a reader's program would."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pikepdf

from engine.analyse import analyse
from engine.canonical import canonical
from engine.reading import read_document
from reports.paper import print_paper
from strategy.knowledge import current
from tests.engine import examples

NAMES = ("hospital-group", "manufacturer")
HEADER: Mapping[str, Any] = {
    "report_id": "rep_0123456789abcdefghij",
    "run_id": "run_0123456789abcdefghij",
    "snapshot_id": "snap_0123456789abcdefghij",
    "organisation": "Set by the test",
    "author": "Office of the CIO",
    "classification": "Confidential",
    "page_size": "A4",
    "edition": "1",
    "created_at": "2026-11-24T09:00:00+00:00",
    "status": "DRAFT",
    "result_digest": "ab" * 32,
    "input_digest": "cd" * 32,
    "audit_head": "ef" * 32,
}
Json = dict[str, Any]


@dataclass(frozen=True)
class Papers:
    """An assessment document with its result, and the header of a report of it."""

    document: Json
    result: Json
    header: Json

    @property
    def parts(self) -> tuple[Json, Json, Json]:
        """What a paper is printed from."""
        return self.header, self.result, self.document


def analysed(document: Json) -> Json:
    """The result of a document, as a run stores it."""
    return json.loads(_analysed(json.dumps(document)))


@cache
def _analysed(document: str) -> str:
    return canonical(analyse(read_document(document.encode()), current(), date(2026, 11, 24))).decode()


@cache
def _example(name: str) -> tuple[Json, Json]:
    return examples.document(name), json.loads(canonical(examples.result(name)))


def example(name: str, **header: Any) -> Papers:
    """A shipped example, analysed."""
    document, result = deepcopy(_example(name))
    title = document["organisation"]["name"]
    return Papers(document, result, {**HEADER, "organisation": title, **header})


@cache
def printed(name: str, page_size: str) -> bytes:
    """The paper of a shipped example."""
    return print_paper(*example(name, page_size=page_size).parts)


def goes_for(paper: Papers, item: Json) -> Json | None:
    """The option that the paper recommends for a use case: what the portfolio takes, else the first."""
    picks = {pick["use_case"]: pick["option"] for pick in paper.result["portfolio"]["picks"]}
    wanted = picks.get(item["key"])
    taken = [option for option in item["options"] if wanted and all(option[p] == wanted[p] for p in wanted)]
    return next(iter([*taken, *item["options"]]), None)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def tags(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Dictionary]]:
    """The structure elements in reading order, by type."""

    def walk(node: Any) -> Iterator[tuple[str, pikepdf.Dictionary]]:
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield str(node.S), node
            if "/K" in node:
                yield from walk(node.K)

    yield from walk(pdf.Root.StructTreeRoot.K)
