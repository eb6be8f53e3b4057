"""The duties of an analysis: of each use case in the option that is planned, else in the one recommended first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Func, JSONField

from accounts.audit import Actor
from compliance.duties import Duty, Part, duties
from compliance.models import RemediationTask
from compliance.remediation import make_tasks
from strategy.models import Result, Run, UseCaseResult
from strategy.posture import OPTION, counting


class CountingFindings(Func):
    """The findings of the planned option and of the first one, picked by PostgreSQL: the rest is not read."""

    output_field = JSONField()
    template = (
        "jsonb_path_query_array(findings, '$[*] ? (@.planned == true || (@.option.approach == $approach "
        "&& @.option.deployment == $deployment && @.option.method == $method))', jsonb_build_object("
        "'approach', body->'options'->0->'approach', 'deployment', body->'options'->0->'deployment', "
        "'method', body->'options'->0->'method'))"
    )


def duties_of(stored: Result) -> tuple[Duty, ...]:
    """The duties of a stored result. One query, however many use cases there are."""
    rows = UseCaseResult.objects.filter(result=stored).annotate(counting=CountingFindings())
    return duties_in(
        {"key": key, "options": options, "findings": findings}
        for key, options, findings in rows.values_list("key", "body__options", "counting")
    )


def tasks_from(run: Run, *, actor: Actor) -> list[RemediationTask]:
    """A task for each open duty of a finished analysis that has none yet."""
    stored = Result.objects.get(run=run)
    return make_tasks(
        duties_of(stored),
        run=run.public_id,
        as_of=run.as_of,
        currency=stored.head["currency"],
        actor=actor,
    )


def duties_in(use_cases: Iterable[Mapping[str, Any]]) -> tuple[Duty, ...]:
    """The duties of use cases as a result's document holds them."""
    return duties(_part(use_case) for use_case in use_cases)


def _part(use_case: Mapping[str, Any]) -> Part:
    options: Sequence[Mapping[str, Any]] = use_case["options"]
    findings: Sequence[Mapping[str, Any]] = use_case["findings"]
    counts = counting(options, findings)
    option = next((option for option in options if counts and _is_of(counts[0]["option"], option)), None)
    return Part(use_case=use_case["key"], findings=counts, day_cost=_day_cost(option))


def _is_of(option: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(option[name] == other[name] for name in OPTION)


def _day_cost(option: Mapping[str, Any] | None) -> Decimal | None:
    """What a person-day of compliance work costs in an option, by its own sums; None where it needs no day."""
    if option is None:
        return None
    sums = option["consequences"]
    days = Decimal(sums["days"]["likely"])
    return Decimal(sums["cost"]["likely"]) / days if days else None
