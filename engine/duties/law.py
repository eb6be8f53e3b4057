"""The law as data: requirements, derived words and rules, read strictly from `law/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from engine.duties.assistants import Assistant, read_assistants
from engine.duties.controls import Crosswalk, read_crosswalk
from engine.duties.expressions import Expression, ExpressionError, compiled
from engine.duties.provided import Providers, read_providers
from engine.inputs import RegimeId, Soc2Category
from engine.links import COMMON
from engine.strict import Problem, nearest, read
from engine.vocabulary import OPTION_WORDS, WORDS

Flag = Literal[
    "duty", "group", "condition", "required", "addressable", "definition", "voluntary", "criterion", "control"
]
NONE: frozenset[str] = frozenset()
ASSISTANTS = "law/assistants.toml"
PROVIDED = "law/provided.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A row of a catalogue. `baseline` rows apply to every organisation in the regime's scope."""

    id: str
    parent: str
    kind: str
    title: str
    flag: Flag
    applies_from: date | None = None
    applies_until: date | None = None
    baseline: bool = False
    category: Soc2Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A regime's requirements, in the order of its text. `licence` says what may be printed of its text."""

    regime: RegimeId
    version: str
    source: str
    licence: str
    requirement: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedRow:
    """A derived word as its file states it. `role` names the role that it gives in the regime `of`."""

    when: str
    means: str
    role: str = ""
    of: RegimeId | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """A word that follows from answers; some of them are roles that somebody has in a regime.

    `of_option` says whether it reads the option itself, and so may differ from one to the next.
    """

    when: Expression
    means: str
    role: str = ""
    of: str | None = None
    of_option: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule as its file states it. `days` are the least and most person-days that closing it is judged to take."""

    regime: RegimeId
    requirement: str
    when: str
    met: str | None = None
    title: str
    because: str
    legal: Literal["unlawful", "duty", "practice"]
    blocker: bool
    refuses: bool = False
    remediation: str
    owner: str
    days: tuple[int, ...]
    evidence: str
    source: str
    confidence: Literal["high", "medium"]
    applies_from: date | None = None
    applies_until: date | None = None
    watch: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its expressions compiled."""

    id: str
    row: RuleRow
    when: Expression
    met: Expression | None


@dataclass(frozen=True, kw_only=True)
class Law:
    """Every catalogue by regime, the derived words, the rules in the order of their ids, the mappings,
    the questions that a person decides, and who provides what."""

    catalogues: Mapping[str, Catalogue]
    requirements: Mapping[tuple[str, str], Requirement]
    derived: Mapping[str, Derived]
    rules: tuple[Rule, ...]
    crosswalk: Crosswalk
    assistants: Mapping[str, Assistant]
    providers: Providers

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that a rule or a derived word reads."""
        return frozenset(word for words in self.reads.values() for word in words)

    @cached_property
    def refusing(self) -> frozenset[str]:
        """The rules that forbid an option while they are not met."""
        return frozenset(rule.id for rule in self.rules if rule.row.refuses)

    @cached_property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """The words that each rule and each derived word reads, also through derived words."""
        found: dict[str, frozenset[str]] = {}
        for word, derived in self.derived.items():
            found[word] = self._closed(derived.when.words, found)
        for rule in self.rules:
            found[rule.id] = self._closed(rule.when.words | (rule.met.words if rule.met else NONE), found)
        return found

    @staticmethod
    def _closed(words: frozenset[str], known: Mapping[str, frozenset[str]]) -> frozenset[str]:
        return words.union(*(known[word] for word in words if word in known))

    def requirement_ids(self) -> dict[str, frozenset[str]]:
        """The ids of each regime that has a catalogue, and under `common_controls` those of the controls."""
        return {
            COMMON: frozenset(self.crosswalk.controls),
            **{
                regime: frozenset(row.id for row in catalogue.requirement)
                for regime, catalogue in self.catalogues.items()
            },
        }


def read_law(raw: Mapping[str, Mapping[str, Any]], sources: Iterable[str], problems: list[Problem]) -> Law:
    """The law of the files under `law/`; adds a problem for each fault."""
    known = tuple(sources)
    catalogues: dict[str, Catalogue] = {}
    derived: dict[str, Derived] = {}
    rows: dict[str, tuple[str, RuleRow]] = {}
    homes: dict[str, str] = {}
    unread: set[object] = set()
    for name, table in sorted(raw.items()):
        if name == "law/derived.toml":
            derived = read_derived(name, table, problems)
        elif name.startswith("law/catalogue/"):
            catalogue = read(Catalogue, table, f"{name}: ", problems)
            if catalogue is None:
                unread.add(table.get("regime"))
            else:
                if catalogue.regime in homes:
                    wrong = f"{catalogue.regime} stands in {homes[catalogue.regime]} too"
                    problems.append(Problem(f"{name}: regime", wrong, "one catalogue for a regime"))
                problems += check_catalogue(catalogue, name, known)
                homes[catalogue.regime] = name
                catalogues[catalogue.regime] = catalogue
        elif name.startswith("law/rules/"):
            for rule_id, part in table.items():
                row = read(RuleRow, part, f"{name}: {rule_id}", problems)
                if rule_id in rows:
                    problems.append(
                        Problem(f"{name}: {rule_id}", "this rule stands twice", "an id of its own")
                    )
                elif row is not None:
                    rows[rule_id] = (name, row)
        elif name not in (ASSISTANTS, PROVIDED) and not is_crosswalk(name):
            right = (
                "law/catalogue/, law/rules/, law/mappings/, law/derived.toml, law/controls.toml, "
                "law/assistants.toml or law/provided.toml"
            )
            problems.append(Problem(name, "no room reads this file", right))
    requirements = {
        (regime, row.id): row for regime, catalogue in catalogues.items() for row in catalogue.requirement
    }
    problems += check_parents(catalogues, homes)
    rules = [
        rule
        for rule_id, (name, row) in sorted(rows.items())
        if row.regime not in unread
        and (rule := read_rule(rule_id, row, f"{name}: {rule_id}", requirements, derived, known, problems))
    ]
    crosswalk = read_crosswalk(
        {name: table for name, table in raw.items() if is_crosswalk(name)},
        {ref: row.flag for ref, row in requirements.items()},
        {regime: catalogue.version for regime, catalogue in catalogues.items()},
        known,
        [] if unread else problems,
    )
    return Law(
        catalogues=catalogues,
        requirements=requirements,
        derived=derived,
        rules=tuple(rules),
        crosswalk=crosswalk,
        assistants=read_assistants(
            raw.get(ASSISTANTS, {}), requirements, derived, known, [] if unread else problems
        ),
        providers=read_providers(
            raw.get(PROVIDED, {}),
            {ref: (row.parent, row.flag) for ref, row in requirements.items()},
            known,
            [] if unread else problems,
        ),
    )


def is_crosswalk(name: str) -> bool:
    """Whether a file holds common controls or mappings."""
    return name == "law/controls.toml" or name.startswith("law/mappings/")


def check_catalogue(catalogue: Catalogue, name: str, sources: tuple[str, ...]) -> list[Problem]:
    """Ids once, titles that say something, and a source that exists."""
    found = [
        Problem(f"{name}: {row.id}.title", "an empty title", "the duty in a few words")
        for row in catalogue.requirement
        if not row.title.strip()
    ]
    ids = [row.id for row in catalogue.requirement]
    if len(set(ids)) != len(ids):
        twice = sorted({row for row in ids if ids.count(row) > 1})
        found.append(Problem(name, f"ids that stand twice: {', '.join(twice)}", "one row for an id"))
    if catalogue.source not in sources:
        found.append(
            Problem(
                f"{name}: source", f"unknown source “{catalogue.source}”", nearest(catalogue.source, sources)
            )
        )
    return found


def check_parents(catalogues: Mapping[str, Catalogue], homes: Mapping[str, str]) -> list[Problem]:
    """Parents that exist, in the regime's own catalogue or, for a profile, in that of its framework, and that
    end at the top."""
    known = {row.id for catalogue in catalogues.values() for row in catalogue.requirement}
    problems: list[Problem] = []
    for regime, catalogue in catalogues.items():
        parents = {row.id: row.parent for row in catalogue.requirement}
        for row in catalogue.requirement:
            where = f"{homes[regime]}: {row.id}.parent"
            if row.parent and row.parent not in known:
                problems.append(
                    Problem(where, f"unknown parent “{row.parent}”", nearest(row.parent, parents))
                )
            if stands_above_itself(row.id, parents):
                problems.append(Problem(where, "its parents run in a circle", "a row of the level above"))
    return problems


def stands_above_itself(row: str, parents: Mapping[str, str]) -> bool:
    above, seen = parents[row], set[str]()
    while above and above != row and above not in seen:
        seen.add(above)
        above = parents.get(above, "")
    return above == row


def read_derived(name: str, table: Mapping[str, Any], problems: list[Problem]) -> dict[str, Derived]:
    """Derived words in their order; each may use those before it."""
    derived: dict[str, Derived] = {}
    for word, part in table.items():
        row = read(DerivedRow, part, f"{name}: {word}", problems)
        if row is None:
            continue
        if word in WORDS:
            wrong = f"“{word}” is an answer already"
            problems.append(Problem(f"{name}: {word}", wrong, "a word that docs/facts.md does not list"))
        when = _expression(row.when, derived, f"{name}: {word}.when", problems)
        if when is not None:
            of_option = any(
                derived[other].of_option if other in derived else other in OPTION_WORDS
                for other in when.words
            )
            derived[word] = Derived(when, row.means, row.role, row.of, of_option)
        if bool(row.role) != bool(row.of):
            right = "a role and the regime that gives it, or neither"
            problems.append(Problem(f"{name}: {word}.role", "half of a role", right))
    return derived


def read_rule(
    rule_id: str,
    row: RuleRow,
    where: str,
    requirements: Mapping[tuple[str, str], Requirement],
    derived: Mapping[str, Derived],
    sources: tuple[str, ...],
    problems: list[Problem],
) -> Rule | None:
    if (row.regime, row.requirement) not in requirements:
        ids = [requirement for regime, requirement in requirements if regime == row.regime]
        wrong = f"{row.regime} has no requirement “{row.requirement}”"
        right = nearest(row.requirement, ids) if ids else f"a catalogue of {row.regime} in law/catalogue/"
        problems.append(Problem(f"{where}.requirement", wrong, right))
    if row.source not in sources:
        problems.append(
            Problem(f"{where}.source", f"unknown source “{row.source}”", nearest(row.source, sources))
        )
    if len(row.days) != 2 or row.days[0] > row.days[1]:
        problems.append(Problem(f"{where}.days", "not a range of days", "two whole numbers, the least first"))
    if row.refuses and not row.blocker:
        problems.append(Problem(f"{where}.refuses", "a rule that refuses without blocking", "blocker = true"))
    when = _expression(row.when, derived, f"{where}.when", problems)
    met = None if row.met is None else _expression(row.met, derived, f"{where}.met", problems)
    return None if when is None else Rule(rule_id, replace(row), when, met)


def _expression(
    text: str, derived: Mapping[str, Derived], where: str, problems: list[Problem]
) -> Expression | None:
    try:
        return compiled(text, derived)
    except ExpressionError as error:
        what, _, right = str(error).partition("; right: ")
        problems.append(Problem(where, what, right or "an expression over the words of docs/facts.md"))
        return None
