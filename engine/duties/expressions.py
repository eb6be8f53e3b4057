"""The rules' expression language: three-valued logic over the closed vocabulary.

Parsed by `ast`, never executed. Words are those of `engine.vocabulary` and the derived words of the law.
Allowed: and, or, not; ==, !=, in, not in, <, <=, >, >=; true, false, numbers, strings, sets; `count(word)`;
`claimed(expression)`; `date("2026-12-02")`; a word divided by a number.
True, false and unknown follow Kleene: unknown stays only where an answer could still decide.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from engine.strict import nearest, shown
from engine.vocabulary import WORDS, Kind

Truth = bool | None
Needs = frozenset[str]
NOTHING: Needs = frozenset()


class Lookup(Protocol):
    """Gives the value (None: unknown) of a word or of a whole expression, and the words that are missing for it."""

    def __call__(self, word: str) -> tuple[Any, Needs]: ...

    def value_of(self, expression: Expression) -> tuple[Any, Needs]: ...


Evaluate = Callable[[Lookup], tuple[Any, Needs]]
CONSTANTS = {"true": True, "false": False}
NO = ("", "none", "no")
LITERALS: Mapping[Kind, tuple[type, ...]] = {
    "yes_no": (bool,),
    "claim": (bool, str),
    "word": (str,),
    "words": (str,),
    "text": (str,),
    "number": (int, float),
    "date": (),
}
"""The constants with which a fact of each kind may be compared; a day is written `date("…")`."""


class ExpressionError(ValueError):
    """An expression that is no sentence of the language; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: its text, the words that it reads, and how it is evaluated."""

    text: str
    words: frozenset[str]
    evaluate: Evaluate

    def truth(self, lookup: Lookup) -> tuple[Truth, Needs]:
        """True, false or unknown; where unknown, the words whose answers could decide."""
        value, needs = lookup.value_of(self)
        decided = truth_of(value)
        return decided, needs if decided is None else NOTHING


def truth_of(value: Any) -> Truth:
    """What a word's value means where a yes or no is asked; a claim in words is a yes."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.lower() not in NO
    return bool(value)


def compiled(text: str, derived: Collection[str]) -> Expression:
    """Compile an expression. Raises ExpressionError for a wrong form, an unknown word, or a word never answered so."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"not an expression: {error.msg}") from error
    words: set[str] = set()
    evaluate = _compile(tree, derived, words)
    return Expression(text, frozenset(words), evaluate)


def _compile(node: ast.expr, derived: Collection[str], words: set[str]) -> Evaluate:
    if isinstance(node, ast.BoolOp):
        parts = [_compile(value, derived, words) for value in node.values]
        return _all(parts) if isinstance(node.op, ast.And) else _any(parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _not(_compile(node.operand, derived, words))
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(node, derived, words)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "claimed":
        return _claimed(node, derived, words)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "date":
        day = _day(node)
        return lambda lookup: (day, NOTHING)
    if isinstance(node, ast.Call):
        return _count(node, derived, words)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _share(node, derived, words)
    if isinstance(node, ast.Name | ast.Attribute):
        return _word(node, derived, words)
    value = _literal(node)
    return lambda lookup: (value, NOTHING)


def _all(parts: list[Evaluate]) -> Evaluate:
    def evaluate(lookup: Lookup) -> tuple[Truth, Needs]:
        needs: Needs = NOTHING
        unknown = False
        for part in parts:
            value, missing = part(lookup)
            truth = truth_of(value)
            if truth is False:
                return False, NOTHING
            if truth is None:
                unknown, needs = True, needs | missing
        return (None, needs) if unknown else (True, NOTHING)

    return evaluate


def _any(parts: list[Evaluate]) -> Evaluate:
    def evaluate(lookup: Lookup) -> tuple[Truth, Needs]:
        needs: Needs = NOTHING
        unknown = False
        for part in parts:
            value, missing = part(lookup)
            truth = truth_of(value)
            if truth is True:
                return True, NOTHING
            if truth is None:
                unknown, needs = True, needs | missing
        return (None, needs) if unknown else (False, NOTHING)

    return evaluate


def _not(part: Evaluate) -> Evaluate:
    def evaluate(lookup: Lookup) -> tuple[Truth, Needs]:
        value, needs = part(lookup)
        truth = truth_of(value)
        return (None, needs) if truth is None else (not truth, NOTHING)

    return evaluate


def _word(node: ast.expr, derived: Collection[str], words: set[str]) -> Evaluate:
    name = ast.unparse(node)
    if name in CONSTANTS:
        constant = CONSTANTS[name]
        return lambda lookup: (constant, NOTHING)
    if name not in WORDS and name not in derived:
        raise ExpressionError(f"unknown word “{name}”; right: {nearest(name, [*WORDS, *derived])}")
    words.add(name)
    return lambda lookup: lookup(name)


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | str):
        return node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return Decimal(str(node.value))
    if isinstance(node, ast.Set):
        return frozenset(_literal(part) for part in node.elts)
    raise ExpressionError(f"“{ast.unparse(node)}” is no part of the language")


def _count(node: ast.Call, derived: Collection[str], words: set[str]) -> Evaluate:
    if ast.unparse(node.func) != "count" or len(node.args) != 1 or node.keywords:
        raise ExpressionError(f"“{ast.unparse(node)}”; the calls are count, claimed and date")
    part = _compile(node.args[0], derived, words)

    def evaluate(lookup: Lookup) -> tuple[int | None, Needs]:
        value, needs = part(lookup)
        return (None, needs) if value is None else (len(value), NOTHING)

    return evaluate


def _share(node: ast.BinOp, derived: Collection[str], words: set[str]) -> Evaluate:
    part, divisor = _compile(node.left, derived, words), _literal(node.right)
    if isinstance(divisor, bool) or not isinstance(divisor, int | Decimal) or not divisor:
        raise ExpressionError(f"“{ast.unparse(node)}”; right: a word divided by a number")

    def evaluate(lookup: Lookup) -> tuple[Decimal | None, Needs]:
        value, needs = part(lookup)
        return (None, needs) if value is None else (Decimal(value) / divisor, NOTHING)

    return evaluate


def _claimed(node: ast.Call, derived: Collection[str], words: set[str]) -> Evaluate:
    """Whether something is answered with yes; silence claims nothing. For exceptions that someone must claim."""
    if len(node.args) != 1 or node.keywords:
        raise ExpressionError(f"“{ast.unparse(node)}”; right: claimed(expression)")
    part = _compile(node.args[0], derived, words)
    return lambda lookup: (truth_of(part(lookup)[0]) is True, NOTHING)


def _day(node: ast.Call) -> date:
    """The day that `date("2026-12-02")` names."""
    text = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], ast.Constant) else None
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise ExpressionError(f"“{ast.unparse(node)}” is no day; right: a date like 2026-12-02") from error


def _equal(left: Any, right: Any) -> bool:
    if isinstance(right, bool):
        return truth_of(left) is right
    if isinstance(left, tuple) and isinstance(right, str):
        return right in left
    return bool(left == right)


def _inside(left: Any, right: Any) -> bool:
    return any(part in right for part in left) if isinstance(left, tuple) else left in right


def _at_most(left: Any, right: Any) -> bool:
    return set(left) <= set(right) if isinstance(left, tuple) else left <= right


COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.In: _inside,
    ast.NotIn: lambda left, right: not _inside(left, right),
    ast.LtE: _at_most,
    ast.Lt: lambda left, right: left < right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
}


def _comparison(node: ast.Compare, derived: Collection[str], words: set[str]) -> Evaluate:
    check = COMPARE.get(type(node.ops[0]))
    if check is None:
        raise ExpressionError(f"“{ast.unparse(node)}”: this comparison is no part of the language")
    left, right = (_compile(part, derived, words) for part in (node.left, node.comparators[0]))
    _check_words(node)

    def evaluate(lookup: Lookup) -> tuple[Truth, Needs]:
        (one, missing), (other, missing_too) = left(lookup), right(lookup)
        if one is None or other is None:
            return None, missing | missing_too
        return check(one, other), NOTHING

    return evaluate


def _check_words(node: ast.Compare) -> None:
    """Refuse a comparison with what is never an answer: a closed fact's unknown word, a text for a number."""
    sides = (node.left, node.comparators[0])
    names = [ast.unparse(side) for side in sides if isinstance(side, ast.Name | ast.Attribute)]
    name = next((name for name in names if name in WORDS), None)
    if name is None:
        return
    fact = WORDS[name]
    for side in sides:
        for part in side.elts if isinstance(side, ast.Set) else [side]:
            if not isinstance(part, ast.Constant):
                continue
            if not isinstance(part.value, LITERALS[fact.kind]):
                raise ExpressionError(f"{shown(part.value)} is no answer to {name}; right: {fact.expected}")
            if fact.allowed and part.value not in fact.allowed:
                right = nearest(str(part.value), fact.allowed)
                raise ExpressionError(f"{shown(part.value)} is never answered; right: {right}")
