"""Figures that carry where they come from, and the scene that draws them.

A figure is an array with one value for each column of its scene, the ids of the facts and the pointers of the
answers behind it. Arithmetic keeps all three together, so a cost line cannot cite what it was not made of.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from engine.case import Case
from engine.facts import FactAt
from engine.money.draws import DRAWS, Floats, pert, tenths
from engine.result import Range
from engine.trace import Tracer

INPUTS = 160
LIKELY = 0
DRAWN = 1 + 2 * INPUTS
NOTHING: frozenset[str] = frozenset()
T = TypeVar("T")


class Figure:
    """Values by column, with the facts and answers that they were made of."""

    __slots__ = ("answers", "facts", "values")

    def __init__(
        self, values: Any, facts: frozenset[str] = NOTHING, answers: frozenset[str] = NOTHING
    ) -> None:
        self.values: Floats = np.asarray(values, dtype=np.float64)
        self.facts = facts
        self.answers = answers

    def joined(self, other: Figure | float, operation: Callable[[Any, Any], Any]) -> Figure:
        """The result of an operation on two figures."""
        if not isinstance(other, Figure):
            return Figure(operation(self.values, other), self.facts, self.answers)
        values = operation(self.values, other.values)
        return Figure(values, self.facts | other.facts, self.answers | other.answers)

    def mapped(self, operation: Callable[[Floats], Any]) -> Figure:
        """The result of an operation on each value."""
        return Figure(operation(self.values), self.facts, self.answers)

    def __add__(self, other: Figure | float) -> Figure:
        return self.joined(other, np.add)

    def __sub__(self, other: Figure | float) -> Figure:
        return self.joined(other, np.subtract)

    def __rsub__(self, other: float) -> Figure:
        return self.mapped(lambda values: other - values)

    def __mul__(self, other: Figure | float) -> Figure:
        return self.joined(other, np.multiply)

    def __truediv__(self, other: Figure | float) -> Figure:
        return self.joined(other, np.divide)

    def __rtruediv__(self, other: float) -> Figure:
        return self.mapped(lambda values: other / values)

    __radd__ = __add__
    __rmul__ = __mul__

    def at_least(self, other: Figure | float) -> Figure:
        return self.joined(other, np.maximum)

    def at_most(self, other: Figure | float) -> Figure:
        return self.joined(other, np.minimum)

    def whole(self) -> Figure:
        """Rounded up, where only whole ones can be had; noise of the last digits does not round up."""
        return self.mapped(lambda values: np.ceil(values - 1e-9))

    @property
    def likely(self) -> float:
        """The value where every input is at its likely one."""
        return float(self.values.flat[LIKELY])

    @property
    def drawn(self) -> Floats:
        """The values of the draws, row by row where the scene has rows; a constant is one value."""
        return self.values[..., DRAWN:] if self.values.ndim and self.values.shape[-1] > 1 else self.values

    @property
    def points(self) -> tuple[float, float, float]:
        """The likely value between the 10th and the 90th percentile."""
        low, _, high = tenths(self.drawn)
        return min(low, self.likely), self.likely, max(high, self.likely)


Shared = dict[Hashable, Any]
"""What scenes share: facts as they were drawn, and what is made of facts alone, by what it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An uncertain input of a bill: a fact, or an answer that is a range, with its place among the columns."""

    name: str
    seed: str
    label: str
    unit: str
    fact: str | None
    answer: str | None
    low: float
    likely: float
    high: float
    place: int = 0


class Scene:
    """All inputs of one use case's bills, by column.

    The first column has every input at its likely value; then come two for each input, with it alone at its
    low and at its high; then the draws. With `held`, figures get a row for each of its entries, in which the
    named inputs (fact ids, or pointers of answers) stand at one value in every column. Scenes of one size, of one
    release and without rows may share what no answer can change between them.
    """

    def __init__(
        self,
        case: Case,
        tracer: Tracer,
        *,
        block: int = 0,
        size: int = DRAWS,
        held: Sequence[Mapping[str, float]] = (),
        shared: Shared | None = None,
    ) -> None:
        self.case = case
        self.tracer = tracer
        self.block = block
        self.size = size
        self.inputs: dict[str, Input] = {}
        self._held = held
        self._figures: dict[str, Figure] = {}
        self._shared: Shared = {} if shared is None else shared
        self._facts: dict[tuple[str, frozenset[str]], Figure] = self.shared("facts", dict)
        self._made: dict[str, Any] = {}
        self._prices: Mapping[str, FactAt] = {}

    def then(self, prices: Mapping[str, FactAt]) -> Scene:
        """The same scene at other values of some facts; what stays as it was has the same draws in both."""
        later = Scene(self.case, self.tracer, block=self.block, size=self.size, held=self._held)
        later.inputs, later._figures, later._prices = self.inputs, self._figures, prices
        return later

    def shared(self, made_of: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for all scenes that share; `made_of` names all that it depends on."""
        if made_of not in self._shared:
            self._shared[made_of] = make()
        made: T = self._shared[made_of]
        return made

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once in this scene."""
        if name not in self._made:
            self._made[name] = make()
        made: T = self._made[name]
        return made

    def holds(self, name: str) -> bool:
        """Whether any row holds an input at a value of its own."""
        return any(name in row for row in self._held)

    def held(self, name: str) -> Figure:
        """The value at which each row holds an answer. Raises KeyError where a row does not."""
        return Figure(np.array([[row[name]] for row in self._held]), answers=frozenset({name}))

    def days(self, fact_id: str) -> Figure:
        """What a number of person-days costs."""
        return self.once(fact_id, lambda: self.fact(fact_id) * self.fact("people.day_rate"))

    def fact(self, fact_id: str) -> Figure:
        """A fact of the release, drawn from its range."""
        return self._fact(fact_id, NOTHING)

    def answered(self, value: int | Decimal, pointer: str) -> Figure:
        """An answer that is one number."""
        return Figure(float(value), answers=frozenset({pointer}))

    def answer(self, value: int | Decimal | None, pointer: str, instead: str) -> Figure:
        """An answer, or the fact that stands for it while it is unknown."""
        if value is not None:
            return self.answered(value, pointer)
        return self._fact(instead, frozenset({pointer}))

    def span(self, name: str, points: Range, label: str, *, unit: str, seed: str, answer: str) -> Figure:
        """A range that no single fact states, like the answered value or the days of compliance work.

        Spans of one `seed` rise and fall together.
        """
        given = Input(
            name=name,
            seed=seed,
            label=label,
            unit=unit,
            fact=None,
            answer=answer,
            low=float(points.low),
            likely=float(points.likely),
            high=float(points.high),
        )
        return self._drawn(given, NOTHING, frozenset({answer}))

    def draws(self, name: str) -> Floats:
        """The draws of an input that has been read."""
        return self._figures[name].drawn

    def _fact(self, fact_id: str, answers: frozenset[str]) -> Figure:
        known = (fact_id, answers)
        if known not in self._facts:
            own = self._prices.get(fact_id, self.tracer.fact(fact_id)).own
            cited = answers | {own.answer} if own else answers
            self._facts[known] = self._drawn(self._input(fact_id, cited), frozenset({fact_id}), cited)
        return self._facts[known]

    def _input(self, fact_id: str, answers: frozenset[str]) -> Input:
        fact, likely = self.tracer.fact(fact_id), self.tracer.likely(fact_id)
        name, label = fact_id, fact.label
        if (then := self._prices.get(fact_id)) is not None and then.likely is not None:
            fact, likely = then, then.likely
            name, label = f"{fact_id} from {then.since}", f"{label}, from {then.since}"
        return Input(
            name=name,
            seed=fact_id,
            label=label,
            unit=fact.unit,
            fact=fact_id,
            answer=next(iter(answers), None),
            low=float(likely if fact.low is None else fact.low),
            likely=float(likely),
            high=float(likely if fact.high is None else fact.high),
        )

    def _drawn(self, given: Input, facts: frozenset[str], answers: frozenset[str]) -> Figure:
        if given.name not in self._figures:
            values = np.float64(given.likely) if given.low == given.high else self._columns(given)
            if self.holds(given.name):
                values = self._rows(given.name, values)
            self._figures[given.name] = Figure(values, facts, answers)
        return self._figures[given.name]

    def _columns(self, given: Input) -> Any:
        place = 1 + 2 * len(self.inputs)
        if place + 1 >= DRAWN:
            raise OverflowError(f"More than {INPUTS} uncertain inputs in one scene.")
        self.inputs[given.name] = replace(given, place=place)
        values = np.empty(DRAWN + self.size)
        values[:DRAWN] = given.likely
        values[place], values[place + 1] = given.low, given.high
        values[DRAWN:] = pert(given.seed, given.low, given.likely, given.high, self.block, self.size)
        return values

    def _rows(self, name: str, values: Any) -> Any:
        rows = np.tile(np.broadcast_to(values, (DRAWN + self.size,)), (len(self._held), 1))
        for index, row in enumerate(self._held):
            if name in row:
                rows[index] = row[name]
        return rows
