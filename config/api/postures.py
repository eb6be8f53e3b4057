"""Gaps over the API: use cases against regimes, and the options of one use case against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from rest_framework.request import Request
from rest_framework.response import Response

from config.api.base import OrganisationView, found_or_404, single
from config.api.operations import Operation, Parameter
from config.api.postureshapes import (
    ComplianceMatrix,
    DutiesOfOption,
    DutySums,
    NamedDuty,
    OptionsInDuties,
    PostureCell,
    PostureOfUseCase,
)
from config.api.problems import ApiProblem
from config.api.results import PartView
from engine.result import OptionId
from engine.strict import Problem
from strategy.models import UseCaseResult
from strategy.optionduties import Named, OptionDuties, option_duties
from strategy.posture import Cell, posture_of
from strategy.queries import last_finished

AGAINST = Parameter(
    "against",
    {"type": "integer", "minimum": 1, "default": 1},
    "The rank of the option to hold the others against.",
)


def cell_shown(regime: str, cell: Cell, oldest: date | None = None) -> PostureCell:
    return PostureCell(regime=regime, **asdict(cell), oldest=oldest)


class Matrix(OrganisationView):
    section = "duties"
    operations = {
        "GET": Operation(
            "Read how the duties of every use case stand, regime by regime", "view", ComplianceMatrix
        )
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        run = last_finished()
        if run is None:
            empty = ComplianceMatrix(run=None, as_of=None, law_read_on=None, use_cases=(), totals=())
            return single(request, empty)
        found = posture_of(run.result)
        shape = ComplianceMatrix(
            run=run.public_id,
            as_of=run.as_of,
            law_read_on=run.result.head["law_read_on"],
            use_cases=tuple(
                PostureOfUseCase(
                    key=row.key,
                    name=row.name,
                    outcome=row.outcome,  # type: ignore[arg-type]
                    cells=tuple(
                        cell_shown(name, row.cells[name], row.oldest.get(name))
                        for name in found.regimes
                        if name in row.cells
                    ),
                )
                for row in found.rows
            ),
            totals=tuple(cell_shown(name, found.totals[name]) for name in found.regimes),
        )
        return single(request, shape)


class UseCaseDuties(PartView):
    operations = {
        "GET": Operation(
            "Read what each option of a use case opens in duties, gaps, days and cost beside another",
            "view",
            OptionsInDuties,
            query=(AGAINST,),
            problems=(409,),
        )
    }

    def get(self, request: Request, organisation_id: str, run_id: str, key: str) -> Response:
        stored = self.stored(run_id)
        part = found_or_404(UseCaseResult.objects.filter(result=stored, key=key).first())
        text = request.query_params.get("against", "1")
        against = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        rows = option_duties(part.body, part.findings, against)
        if not rows and (part.body["options"] or against < 1):
            right = f"the rank of an option, 1 to {len(part.body['options'])}"
            fault = Problem("", f"against is “{text[:40]}”", right)
            raise ApiProblem(400, "The address has a parameter that cannot be.", [fault])
        shape = OptionsInDuties(
            use_case=key,
            against=against,
            currency=stored.head["currency"],
            options=tuple(map(option_shown, rows)),
        )
        return single(request, shape)


def option_shown(row: OptionDuties) -> DutiesOfOption:
    return DutiesOfOption(
        rank=row.rank,
        option=OptionId(**row.option),
        planned=row.planned,
        sums=DutySums(**asdict(row.sums)),
        difference=DutySums(**asdict(row.difference)),
        opened=named(row.opened),
        spared=named(row.spared),
        gaps_only_here=named(row.gaps_only_here),
        gaps_closed=named(row.gaps_closed),
    )


def named(duties: Iterable[Named]) -> tuple[NamedDuty, ...]:
    return tuple(NamedDuty(regime=regime, requirement_id=one, title=title) for regime, one, title in duties)
