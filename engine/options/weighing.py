"""Deciding one use case again with single answers changed."""

from __future__ import annotations

from engine.case import Case
from engine.facts import Knowledge
from engine.labels import label
from engine.money.currency import Exchange
from engine.money.figures import Shared
from engine.options.changes import Change
from engine.options.decide import Base, Decision, decide
from engine.options.words import option_name, shown
from engine.trace import Tracer


class Weighing:
    """Decides changed cases of one decision, working out again only what the change can move."""

    def __init__(self, decision: Decision, knowledge: Knowledge, exchange: Exchange) -> None:
        self.decision, self.knowledge, self.exchange = decision, knowledge, exchange
        self._found: dict[tuple[str, str, bool], Decision] = {}
        self._shared: Shared = {}

    def decide(self, change: Change, *, sure: bool = False) -> Decision:
        """The decision after a change; its confidence is worked out only where `sure` asks for it."""
        known = (change.pointer, shown(change.to), sure)
        if known not in self._found:
            self._found[known] = decide(
                change.case,
                self.knowledge,
                self.tracer(change.case),
                self.exchange,
                sure=sure,
                base=Base(self.decision.openings, self.decision.estimates, change.word, self._shared),
            )
        return self._found[known]

    def tracer(self, case: Case) -> Tracer:
        return Tracer(self.knowledge, case.as_of, case.inputs.price_overrides)

    def flips(self, change: Change) -> bool:
        return first(self.decide(change)) != first(self.decision)


def first(decision: Decision) -> tuple[str, str, str]:
    """What makes a recommendation another one: the outcome, the approach, the deployment."""
    if not decision.candidates:
        return decision.outcome, "", ""
    best = decision.candidates[0].id
    return decision.outcome, best.approach, best.deployment


def named(decision: Decision, knowledge: Knowledge) -> str:
    """What a decision comes to, in words: its first option, or that there is none."""
    if decision.candidates:
        return option_name(decision.candidates[0].id, knowledge)
    return label(decision.outcome)
