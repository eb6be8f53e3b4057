"""A person decides a question of law for a use case, with a reason; what the answers spoke for is kept beside it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit import Actor, record_event
from compliance.models import Determination, Verdict
from engine.canonical import to_plain
from engine.duties.assistants import Assistant
from engine.duties.proposals import Proposal
from engine.result import OptionId
from engine.strict import LONGEST_TEXT, Problem, nearest
from inventory.models import UseCase
from inventory.records import InvalidPart, part_of
from inventory.services import update_record


def determinations() -> QuerySet[Determination]:
    """Decisions, newest first, with their use cases."""
    rows: QuerySet[Determination] = Determination.objects.select_related("use_case")
    return rows


def standing() -> Mapping[tuple[str, str], Determination]:
    """The decision that stands, by use case and question. One query."""
    return {(one.use_case.key, one.question): one for one in reversed(determinations())}


@transaction.atomic
def decide(
    assistant: Assistant,
    use_case: UseCase,
    proposal: Proposal,
    option: OptionId,
    *,
    verdict: str,
    reason: str,
    run: str,
    release: str,
    actor: Actor,
    answer_it: bool = False,
) -> Determination:
    """Store a decision; with `answer_it` also the fact of the use case that it decides, for the next analysis.

    Raises InvalidPart for none, without a reason, or where no fact follows from it; then nothing is written.
    """
    problems = []
    if verdict not in Verdict.values:
        problems.append(Problem("/verdict", f"“{verdict[:40]}”", nearest(verdict, Verdict.values)))
    if not 1 <= len(reason.strip()) <= LONGEST_TEXT:
        problems.append(Problem("/reason", "is empty or too long", "why, in a sentence"))
    if answer_it and not assistant.row.records:
        wrong = "no answer of the use case follows from this decision"
        problems.append(Problem("/answer_it", wrong, "false; change the answers that its criteria name"))
    if problems:
        raise InvalidPart(problems)
    if answer_it:
        record_answer(assistant, use_case, verdict == Verdict.NOT_NEEDED, reason.strip(), actor)
    made = Determination(
        question=assistant.id,
        use_case=use_case,
        verdict=verdict,
        reason=reason.strip(),
        proposed=proposal.proposed,
        criteria=[{"text": one.text, "met": one.met} for one in proposal.criteria],
        option=to_plain(option),
        run=run,
        release=release,
        decided_by=actor.label,
    )
    made.save()
    after = {
        "verdict": verdict,
        "reason": made.reason,
        "proposed": made.proposed,
        "criteria_met": [one.id for one in proposal.criteria if one.met == "yes"],
        "run": run,
    }
    record_event(actor=actor, action="determination.made", obj=made, after=after)
    return made


def record_answer(
    assistant: Assistant, use_case: UseCase, not_needed: bool, reason: str, actor: Actor
) -> None:
    """Answer in the use case why it is not needed, or that no such reason stands."""
    part = part_of(use_case)
    facts = dict(part.get("facts") or {})
    facts[assistant.row.records] = reason if not_needed else False
    update_record(use_case, {**part, "facts": facts}, actor=actor)
