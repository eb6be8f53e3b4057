"""Accepting a risk or granting an exception, until a day; ending it; and comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.clock import today
from accounts.roles import ACCEPTS_UP_TO, ROLE_NAMES, RiskLevel
from accounts.versions import lock
from compliance.duties import Key
from compliance.links import linked
from compliance.models import Comment, Evidence, RemediationTask, Waiver, WaiverKind
from engine.strict import LONGEST_TEXT, Problem, nearest
from inventory.knowledge import current
from inventory.models import UseCase
from inventory.records import InvalidPart

LEVELS: Final[tuple[RiskLevel, ...]] = ("low", "medium", "high")
LONGEST: Final = timedelta(days=366)


class HasEnded(Exception):
    """A waiver that somebody ended already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverPart:
    """What is asked for. `about` reads `GDPR/Art. 28(3)`, or with a use case's key; `instead` is for exceptions."""

    kind: str
    about: str
    level: str
    reason: str
    instead: str
    expires_on: date


def waivers() -> QuerySet[Waiver]:
    """Accepted risks and exceptions, newest first, with their use cases."""
    rows: QuerySet[Waiver] = Waiver.objects.select_related("use_case")
    return rows


def is_waived(key: Key, day: date) -> bool:
    """Whether a requirement stands waived on a day, there or everywhere. One query."""
    use_case, regime, requirement = key
    rows = waivers().filter(regime=regime, requirement_id=requirement)
    return any(w.holds(day) and (w.use_case is None or w.use_case.key == use_case) for w in rows)


def waived(day: date) -> Mapping[Key, Waiver]:
    """What stands waived on a day, by use case (None: everywhere), regime and requirement. One query."""
    return {key_of_waiver(w): w for w in waivers().order_by("pk") if w.holds(day)}


def key_of_waiver(waiver: Waiver) -> Key:
    """What a waiver is about, as duties name it. Reads the use case that was fetched along."""
    return (waiver.use_case.key if waiver.use_case else None), waiver.regime, waiver.requirement_id


@transaction.atomic
def accept(part: WaiverPart, *, actor: Actor) -> Waiver:
    """Accept a risk, or grant an exception. Raises InvalidPart; then nothing is written.

    What blocks a launch or is unlawful while open can be met, and not accepted.
    """
    use_cases = {use_case.key: use_case for use_case in UseCase.objects.filter(archived_at=None)}
    link = linked(part.about, use_cases)
    problems = [*_faults(part, actor)]
    if isinstance(link, Problem):
        problems.insert(0, Problem("/about", link.what, link.right))
    elif not may_be_waived(link[1], link[2]):
        wrong = f"{link[1]} {link[2]} blocks a launch or is unlawful while it is open"
        problems.insert(0, Problem("/about", wrong, "meet it: no risk can be accepted for it"))
    if problems or isinstance(link, Problem):
        raise InvalidPart(problems)
    waiver = Waiver(
        kind=part.kind,
        use_case=link[0],
        regime=link[1],
        requirement_id=link[2],
        level=part.level,
        reason=part.reason.strip(),
        instead=part.instead.strip(),
        expires_on=part.expires_on,
        accepted_by=actor.label,
        accepted_as=actor.role,
    )
    waiver.save()
    record_event(actor=actor, action=f"{waiver.kind}.accepted", obj=waiver, after=plain_waiver(waiver))
    return waiver


@transaction.atomic
def end(waiver: Waiver, *, reason: str, actor: Actor, version: int | None = None) -> Waiver:
    """End a waiver before its day. Raises InvalidPart without a reason, HasEnded, or Conflict."""
    stored: Waiver = lock(waivers(), waiver, version)
    if stored.ended_at is not None:
        raise HasEnded("It was ended already.")
    if not 1 <= len(reason.strip()) <= LONGEST_TEXT:
        raise InvalidPart([Problem("/reason", "is empty or too long", "why it ends, in a sentence")])
    stored.ended_at, stored.ended_by, stored.end_reason = timezone.now(), actor.label, reason.strip()
    stored.version += 1
    stored.save()
    record_event(actor=actor, action=f"{stored.kind}.ended", obj=stored, after={"reason": stored.end_reason})
    return stored


@transaction.atomic
def comment(about: RemediationTask | Evidence, text: str, *, actor: Actor) -> Comment:
    """Say something about a task or a piece of evidence. Raises InvalidPart for no text, or too long a one."""
    if not 1 <= len(text.strip()) <= LONGEST_TEXT:
        wrong = f"{len(text.strip())} characters"
        raise InvalidPart([Problem("/text", wrong, f"1 to {LONGEST_TEXT} characters")])
    where = {"task": about} if isinstance(about, RemediationTask) else {"evidence": about}
    made = Comment(text=text.strip(), author=actor.label, **where)
    made.save()
    record_event(actor=actor, action="comment.made", obj=about, after={"text": made.text})
    return made


def may_be_waived(regime: str, requirement: str) -> bool:
    """Whether no rule says that the requirement blocks a launch, or that leaving it open is unlawful."""
    return not any(
        (rule.row.blocker or rule.row.legal == "unlawful")
        and (rule.row.regime, rule.row.requirement) == (regime, requirement)
        for rule in current().law.rules
    )


def plain_waiver(waiver: Waiver) -> dict[str, Any]:
    """A waiver as the trail and exports hold it."""
    return {
        "about": waiver.path,
        "level": waiver.level,
        "reason": waiver.reason,
        "instead": waiver.instead,
        "expires_on": waiver.expires_on.isoformat(),
        "accepted_as": waiver.accepted_as,
    }


def _faults(part: WaiverPart, actor: Actor) -> Iterable[Problem]:
    if part.kind not in WaiverKind.values:
        yield Problem("/kind", f"“{part.kind[:40]}” is no kind", nearest(part.kind, WaiverKind.values))
    if part.level not in LEVELS:
        yield Problem("/level", f"“{part.level[:40]}” is no level", nearest(part.level, LEVELS))
    else:
        yield from _level_faults(part.level, actor)
    if not 1 <= len(part.reason.strip()) <= LONGEST_TEXT:
        yield Problem("/reason", "is empty or too long", "why the risk is bearable, in a sentence")
    if len(part.instead) > LONGEST_TEXT or (part.kind == WaiverKind.EXCEPTION and not part.instead.strip()):
        yield Problem("/instead", "is empty or too long", "what stands in its place, in a sentence")
    if not today() < part.expires_on <= today() + LONGEST:
        right = f"a day after today, at most {LONGEST.days} days from now"
        yield Problem("/expires_on", f"{part.expires_on}", right)


def _level_faults(level: str, actor: Actor) -> Iterable[Problem]:
    most = next((most for role, most in ACCEPTS_UP_TO.items() if role == actor.role), None)
    if most is None or LEVELS.index(level) > LEVELS.index(most):  # type: ignore[arg-type]
        able = [ROLE_NAMES[r] for r, m in ACCEPTS_UP_TO.items() if LEVELS.index(m) >= LEVELS.index(level)]  # type: ignore[arg-type]
        yield Problem(
            "/level", f"your role does not accept a risk of level {level}", f"ask: {', '.join(able)}"
        )
