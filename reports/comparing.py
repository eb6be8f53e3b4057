"""How a comparison reads: its figures in the words of the pages, and in one sentence why each of them moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.spreadsheet import table
from reports import words
from strategy.asked import Said, told
from strategy.comparison import Because, Comparison, Difference, FactMoved, Moved
from strategy.places import Document

NOTHING = "–"
LETTERS = "ABC"
CAUSES = {
    "knowledge": "a new knowledge release",
    "engine": "a new version of the engine",
    "own_prices": "your own prices",
    "answers": "your answers",
    "day": "the day",
}
FACTS_MOVED = {"price": "Price that moved", "law": "Law that changed"}
WHOLE = {
    "portfolio": "The plan as a whole",
    "regimes": "Regimes",
    "readiness": "Readiness",
    "risks": "Risks",
}
REFUSED, DUTIES, DATES, QUARTERS = "Refused options", "Duties", "Dates", "Money by fiscal quarter"
PARTS = (DUTIES, REFUSED, DATES, QUARTERS)
MIDDLES = {"percentiles": "p50", "weeks": "likely", "people": "likely", "money": "", "number": ""}
COUNTED = 1000
LEVELS = ("likelihood", "impact")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in words, and for a number how far it lies from the first analysis's."""

    text: str
    change: str


@dataclass(frozen=True, slots=True)
class Row:
    """A figure: what it is called, its value in each analysis, and why it moved, sentence by sentence."""

    label: str
    cells: tuple[Cell, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of one kind, of which there may be many, under a title of their own."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together: those of a use case, or of the whole; what is long stands in parts."""

    title: str
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class LegTold:
    """A leg in words, with the answers and facts that it changed; `several` where it has more than one cause.

    `short` is what a figure's reason says.
    """

    title: str
    short: str
    answers: tuple[Said, ...]
    facts: tuple[str, ...]
    several: bool


class Reading:
    """A comparison in words. `documents` and `currencies` are those of its analyses, `names` their use cases."""

    def __init__(
        self,
        comparison: Comparison,
        documents: Sequence[Document],
        currencies: Sequence[str],
        names: Mapping[str, str],
    ) -> None:
        self.comparison, self.documents = comparison, documents
        self.currencies, self.names = currencies, names
        self.legs = [
            legs_told(legs, document) for legs, document in zip(comparison.moved, documents[1:], strict=True)
        ]

    def inputs(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The answers that are not the same in all: the record, the question, and each value in words."""
        found = []
        for item in self.comparison.inputs:
            said = [told(self.documents[-1], change) for change in item.changes()]
            found.append((said[0].thing, said[0].question, (said[0].was, *(one.now for one in said))))
        return found

    def groups(self, *, whole: bool) -> list[Group]:
        """The figures by use case, then those of the whole; the equal ones only where they are wanted."""
        kept = self.comparison.figures if whole else self.comparison.differences
        found = [
            self._group(name, [figure for figure in kept if figure.about == key])
            for key, name in self.names.items()
        ]
        for section, title in WHOLE.items():
            mine = [f for f in kept if f.section == section and f.about not in self.names]
            found.append(self._group(title, mine))
        return [group for group in found if group.rows or group.parts]

    def _group(self, title: str, figures: Sequence[Difference]) -> Group:
        parts: dict[str, list[Difference]] = {"": [], **{part: [] for part in PARTS}}
        for figure in figures:
            parts[part_of(figure)].append(figure)
        return Group(
            title,
            self._rows(parts.pop("")),
            tuple(Part(name, self._rows(some)) for name, some in parts.items() if some),
        )

    def _rows(self, figures: Iterable[Difference]) -> tuple[Row, ...]:
        return tuple(
            Row(label=self._label(figure), cells=tuple(self._cells(figure)), why=self.why(figure))
            for figure in figures
        )

    def _cells(self, figure: Difference) -> Iterator[Cell]:
        first, own = figure.values[0], self.currencies[0]
        for value, currency in zip(figure.values, self.currencies, strict=True):
            comparable = figure.shape not in ("percentiles", "money") or currency == own
            change = change_in_words(figure.shape, first, value) if comparable else ""
            yield Cell(value_in_words(figure.shape, value, currency), change)

    def _label(self, figure: Difference) -> str:
        label = words.clean(figure.label)
        if figure.section == "regimes":
            return f"{words.regime(figure.about)}: {label[:1].lower()}{label[1:]}"
        if figure.section == "portfolio" and figure.about and figure.about not in self.names:
            return f"{words.quarter(figure.about)}: {label[:1].lower()}{label[1:]}"
        return label

    def why(self, figure: Difference) -> tuple[str, ...]:
        """One sentence for each leg in which the figure moved; with three analyses, it says of which."""
        several = len(self.legs) > 1
        return tuple(
            (f"{letter}: " if several else "") + sentence
            for letter, because, moved, legs in zip(
                LETTERS[1:], figure.because, self.comparison.moved, self.legs, strict=False
            )
            for reason in because
            for sentence in reasons(reason, moved[reason.leg], legs[reason.leg].short)
        )

    def table(self, heads: Sequence[str]) -> str:
        """Every difference as CSV: exact values, one number a cell, and why."""
        return table(self._sheet(heads))

    def _sheet(self, heads: Sequence[str]) -> Iterator[Sequence[Any]]:
        yield ("Part", "About", "What", *heads, "Why")
        for thing, question, values in self.inputs():
            yield ("inputs", thing, question, *values, "")
        for figure in self.comparison.differences:
            about, why = self.names.get(figure.about, figure.about), " ".join(self.why(figure))
            for label, values in scalars(figure):
                yield (figure.section, about, label, *values, why)


def part_of(figure: Difference) -> str:
    """The part in which a figure stands; empty for those that are read first."""
    if figure.name.startswith("refused/"):
        return REFUSED
    if figure.shape == "finding":
        return DUTIES
    if figure.section == "roadmap" and figure.name not in ("launch", "chance"):
        return DATES
    return QUARTERS if figure.section == "portfolio" and figure.name in ("spend", "available") else ""


def legs_told(legs: Sequence[Moved], document: Document) -> list[LegTold]:
    """What each leg changed, in words; a reason names the record only where two legs ask the same question."""
    answers = [tuple(told(document, change) for change in moved.answers) for moved in legs]
    questions = Counter(said[0].question for said in answers if len(said) == 1)
    return [
        LegTold(
            title=title_of(moved, said, named=True),
            short=title_of(moved, said, named=len(said) == 1 and questions[said[0].question] > 1),
            answers=said,
            facts=tuple(map(fact_moved, moved.facts)),
            several=len(moved.causes) > 1 and set(moved.causes) != {"knowledge", "engine"},
        )
        for moved, said in zip(legs, answers, strict=True)
    ]


def title_of(moved: Moved, answers: Sequence[Said], *, named: bool) -> str:
    """What a leg changed, in a few words; of a single answer also whose it is, where it is to be `named`."""
    if moved.causes == ("day",) and moved.day:
        return f"The day: {words.day(moved.day[0])} → {words.day(moved.day[1])}"
    if moved.causes in (("answers",), ("own_prices",)):
        noun = "answer" if moved.causes == ("answers",) else "own price"
        if len(answers) == 1:
            whose = f" ({answers[0].thing})" if named else ""
            return f"Your {noun}: {answers[0].question}{whose}"
        return (
            f"Your {words.spelled(len(answers))} {noun}s together" if answers else "The order of your records"
        )
    said = words.listed([CAUSES[cause] for cause in moved.causes], most=5)
    return said[:1].upper() + said[1:]


def reasons(because: Because, moved: Moved, title: str) -> Iterator[str]:
    """Why a figure moved in a leg: the moved facts that it rests on, the day that has come, or the leg's cause."""
    if because.applies_from:
        yield f"The day: it applies from {words.day(because.applies_from)}."
    for fact in because.facts:
        yield f"{FACTS_MOVED.get(fact.kind, 'Fact that moved')}: {fact_moved(fact)}."
    if because.facts or because.applies_from:
        return
    if moved.causes == ("knowledge",):
        yield "A rule or law of the new knowledge release."
    elif len(moved.causes) == 1:
        yield title if title.endswith("?") else f"{title}."
    else:
        yield f"Several causes: {words.listed([CAUSES[cause] for cause in moved.causes], most=5)}."


def fact_moved(fact: FactMoved) -> str:
    """`Price of a million tokens, 3 → 4 USD`."""
    return f"{words.clean(fact.label)}, {fact.was} → {fact.now} {fact.unit}".strip()


def value_in_words(shape: str, value: Any, currency: str) -> str:
    """A figure's value as the pages of a result print it."""
    if value is None or value == "":
        return NOTHING
    match shape:
        case "word":
            return words.OUTCOMES.get(value) or words.clean(value.replace("_", " ")).capitalize()
        case "option":
            return words.option(value)
        case "percent":
            return words.percent(value)
        case "percentiles":
            return words.percentiles(value, currency)
        case "months":
            return _months(value)
        case "weeks":
            return words.spread(value)
        case "people":
            return words.spread_exact(value)
        case "money":
            return words.money(value, currency)
        case "number":
            return words.exact(value)
        case "day":
            return words.day(value)
        case "quarter":
            return words.quarter(value)
        case "yes_no":
            return "Yes" if value else "No"
        case "levels":
            return ", ".join(f"{name} {level}" for name, level in zip(LEVELS, value, strict=True))
        case "finding":
            return _finding(value)
        case _:
            return words.told(value)


def change_in_words(shape: str, first: Any, value: Any) -> str:
    """How far a number lies from the first one: `43 % more`, `34 points less`, `9 weeks later`; else nothing."""
    if first is None or value is None or first == value:
        return ""
    if shape == "percent":
        return _more(Decimal(value) - Decimal(first), "points")
    if shape == "day":
        days = (date.fromisoformat(value) - date.fromisoformat(first)).days
        return f"{words.count(abs(days), 'day')} {'later' if days > 0 else 'sooner'}"
    middle = MIDDLES.get(shape)
    if middle is None:
        return ""
    was, now = (Decimal(item[middle] if middle else item) for item in (first, value))
    if shape == "number" and max(was, now) < COUNTED:
        return f"{abs(now - was)} {'more' if now > was else 'less'}"
    if was <= 0 or now < 0:
        return ""
    return _more((now - was) / was * 100, "%") if was != now else ""


def _more(difference: Decimal, unit: str) -> str:
    return f"{words.whole(abs(difference))}\u00a0{unit} {'more' if difference > 0 else 'less'}"


def _months(payback: Mapping[str, Any]) -> str:
    if payback["p50"] is None:
        return f"not within the programme ({words.percent(payback['within'])} of cases do)"
    return f"{words.whole(payback['p50'])} ({words.percent(payback['within'])} of cases within the programme)"


def _finding(value: Mapping[str, Any]) -> str:
    said = words.STATES[value["state"]].capitalize()
    if value["applies"] == "unknown":
        said += ", may apply"
    if value["blocker"]:
        said += ", blocks the launch"
    if value["timing"] == "upcoming" and value["applies_from"]:
        said += f", from {words.day(value['applies_from'])}"
    return said


def scalars(figure: Difference) -> Iterator[tuple[str, list[Any]]]:
    """A figure as single values: a range gives a row for each of its ends, an option its words."""
    known = [value for value in figure.values if isinstance(value, Mapping)]
    if not known or figure.shape == "option":
        yield (
            figure.label,
            [words.option(value) if figure.shape == "option" and value else value for value in figure.values],
        )
        return
    for name in known[0]:
        cells = [value.get(name) if isinstance(value, Mapping) else None for value in figure.values]
        if any(cell != cells[0] for cell in cells[1:]):
            yield f"{figure.label}, {name.replace('_', ' ')}", cells
