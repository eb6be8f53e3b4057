"""The closed vocabulary as a page for people: every word, its answer, where it is asked, what reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.facts import Knowledge
from engine.vocabulary import PAGES, PREFIXES, WORDS

INTRODUCTION = """\
# Facts

The closed vocabulary of an assessment: what may be answered, and what the rules of the law may read. A word is
a field of the document, or a further fact in the `facts` map of its record. Whatever is not answered is
unknown, and unknown never means no. “Read by” names rules of `knowledge/law/rules/` and derived words, which
stand at the end; the weighing of options reads further fields of its own.

This page is written by `manage.py write_docs` from the engine and the knowledge release.
"""
HEAD = ("Word", "Meaning", "Answer", "Asked", "Read by")


def facts_page(knowledge: Knowledge) -> str:
    """The page in Markdown."""
    readers = read_by(knowledge)
    parts = [INTRODUCTION]
    for subject, prefix in PREFIXES.items():
        parts.append(section(PAGES[subject], [w for w in WORDS if w.startswith(f"{prefix}.")], readers))
    rest = [word for word in WORDS if word.partition(".")[0] not in PREFIXES.values()]
    parts.append(section("The option and the regimes", rest, readers))
    rows = (
        (f"`{name}`", word.means, f"`{word.when.text}`", listed(readers.get(name, ())))
        for name, word in knowledge.law.derived.items()
    )
    parts.append("## Derived words\n\n" + table(("Word", "Meaning", "Holds when", "Read by"), rows))
    return "\n".join(parts)


def read_by(knowledge: Knowledge) -> Mapping[str, Sequence[str]]:
    """The rules and derived words that read each word, in their order."""
    found: dict[str, list[str]] = {}
    law = knowledge.law
    for name, word in law.derived.items():
        for read in word.when.words:
            found.setdefault(read, []).append(name)
    for rule in law.rules:
        for read in rule.when.words | (rule.met.words if rule.met else frozenset()):
            found.setdefault(read, []).append(rule.id)
    return found


def section(title: str, words: Iterable[str], readers: Mapping[str, Sequence[str]]) -> str:
    rows = (
        (
            f"`{word}`",
            WORDS[word].meaning,
            WORDS[word].expected,
            WORDS[word].asked,
            listed(readers.get(word, ())),
        )
        for word in words
    )
    return f"## {title}\n\n" + table(HEAD, rows)


def listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    return "".join(f"| {' | '.join(map(cell, row))} |\n" for row in lines(head, rows))


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield head
    yield ["---"] * len(head)
    yield from rows


def cell(text: str) -> str:
    return text.replace("|", "\\|")
