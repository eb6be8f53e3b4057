"""Knowledge releases that this installation has served, what one changed after another, and what that touches.

A release is kept when an analysis is first made with it. What a change touches is judged inside the open
organisation's scope, from its last finished analysis and its own answers; old results stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Func, JSONField

from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from engine.knowledge import Knowledge
from engine.releases import Change, compare, contents
from inventory.knowledge import current
from inventory.models import Record
from strategy.models import KnowledgeRelease, Run, UseCaseResult

MOST_OLDER = 50
FOLDER = settings.BASE_DIR / "knowledge"


class RulesNamed(Func):
    """Each rule of a use case's findings once, with its regime and requirement."""

    output_field = JSONField()
    template = (
        "(SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_array(f->'rule', f->'regime', f->'requirement_id')), '[]') "
        "FROM jsonb_array_elements(findings) AS f)"
    )


class FactsNamed(Func):
    """Each fact that a use case's answer names, once."""

    output_field = JSONField()
    template = (
        "(SELECT coalesce(jsonb_agg(DISTINCT f), '[]') FROM jsonb_path_query(body, '$.**.facts[*]') AS f)"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One record, or one use case of the last analysis, and the changes that touch it."""

    name: str
    key: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the changes between two releases touch in one organisation.

    `older` are finished analyses of the assessment that were made with another release than the later one, newest
    first; `fresh` are new or changed rules and words that no analysis here has judged yet.
    """

    answers: tuple[tuple[Record, tuple[Change, ...]], ...]
    use_cases: tuple[Touched, ...]
    fresh: tuple[Change, ...]
    older: tuple[Run, ...]
    last: Run | None


def keep_release(knowledge: Knowledge) -> KnowledgeRelease:
    """The served release, kept with its items; the same one is kept once."""
    found = KnowledgeRelease.objects.filter(digest=knowledge.digest).first()
    if found is not None:
        return found  # type: ignore[no-any-return]
    kept, _ = KnowledgeRelease.objects.get_or_create(
        digest=knowledge.digest,
        defaults={
            "version": knowledge.release,
            "law_read_on": knowledge.law_read_on,
            "contents": contents(FOLDER),
        },
    )
    return kept  # type: ignore[no-any-return]


def known_releases() -> list[KnowledgeRelease]:
    """The releases that were kept, the first one first, and the served one where no analysis was made with it yet.

    One query; the items of kept ones are fetched when they are asked for.
    """
    found = list(KnowledgeRelease.objects.defer("contents").order_by("kept_at", "pk"))
    served = current()
    if all(one.digest != served.digest for one in found):
        found.append(_unkept(served.digest))
    return found


@cache
def _unkept(digest: str) -> KnowledgeRelease:
    """The served release as it would be kept; `digest` is its own."""
    served = current()
    return KnowledgeRelease(
        digest=digest,
        version=served.release,
        law_read_on=served.law_read_on,
        contents=contents(FOLDER),
    )


def changes_between(old: KnowledgeRelease, new: KnowledgeRelease) -> tuple[Change, ...]:
    """What the new release changed."""
    return compare(old.contents, new.contents)


def reach_of(changes: Sequence[Change], new: KnowledgeRelease) -> Reach:
    """What the changes touch in the open organisation. Six queries, however many changes there are."""
    finished = Run.objects.filter(purpose="assessment", state="succeeded").select_related("result")
    older = list(finished.exclude(knowledge_digest=new.digest)[:MOST_OLDER])
    last = finished.first()
    return Reach(
        answers=tuple(_answers(changes)),
        use_cases=tuple(_use_cases(changes, last)) if last is not None else (),
        fresh=tuple(one for one in changes if one.kind in ("rule", "word") and one.what != "removed"),
        older=tuple(older),
        last=last,
    )


def _answers(changes: Sequence[Change]) -> Iterable[tuple[Record, tuple[Change, ...]]]:
    """The organisation's answers on requirements and controls that changed, exclusions among them."""
    by_requirement = {one.id: one for one in changes if one.kind == "requirement"}
    by_control = {one.id: one for one in changes if one.kind == "control"}
    for answer in ControlAnswer.objects.filter(archived_at=None).select_related("use_case"):
        found = by_requirement.get(f"{answer.regime} {answer.requirement_id}")
        if found is not None:
            yield answer, (found,)
    for common in CommonControlAnswer.objects.filter(archived_at=None):
        if common.key in by_control:
            yield common, (by_control[common.key],)
    for scope in RegimeScope.objects.filter(archived_at=None):
        named = (f"{scope.key} {row['requirement_id']}" for row in scope.answers.get("exclusions") or ())
        hit = tuple(by_requirement[name] for name in named if name in by_requirement)
        if hit:
            yield scope, hit


def _use_cases(changes: Sequence[Change], last: Run) -> Iterable[Touched]:
    """The use cases of an analysis whose findings or numbers name what changed."""
    by_kind = {
        kind: {one.id: one for one in changes if one.kind == kind} for kind in ("rule", "requirement", "fact")
    }
    rows = UseCaseResult.objects.filter(result=last.result).annotate(rules=RulesNamed(), facts=FactsNamed())
    for key, name, rules, facts in rows.values_list("key", "body__name", "rules", "facts"):
        hit = [by_kind["rule"].get(rule) for rule, _, _ in rules]
        hit += [by_kind["requirement"].get(f"{regime} {requirement}") for _, regime, requirement in rules]
        hit += [by_kind["fact"].get(fact) for fact in facts]
        found = {(one.kind, one.id): one for one in hit if one is not None}
        if found:
            yield Touched(name=name, key=key, changes=tuple(found.values()))
