"""What people wrote, made printable: letters that the font lacks are said in brackets, never left as empty boxes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from reports import fonts, words

SCRIPTS = {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
SYMBOL = "symbol"
MARKS = ("Mn", "Me", "Cf")


def printable(text: str) -> str:
    """The text as one run that the paper's font can draw: `[4 Arabic letters]` stands for what it cannot."""
    said = unicodedata.normalize("NFC", words.clean(text))
    have = fonts.letters()
    if all(ord(letter) in have for letter in said):
        return said
    parts = []
    for script, run in groupby(_without_loose_marks(said, have), lambda letter: _script(letter, have)):
        letters = "".join(run)
        parts.append(f"[{_counted(len(letters), script)}]" if script else letters)
    return " ".join("".join(parts).split())


def all_printable(value: Any) -> Any:
    """Plain data with every text in it made printable; keys stay as they are."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: all_printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [all_printable(item) for item in value]
    return value


def _without_loose_marks(text: str, have: frozenset[int]) -> str:
    """The text without joiners and marks that would belong to letters the font lacks."""
    return "".join(
        letter for letter in text if ord(letter) in have or unicodedata.category(letter) not in MARKS
    )


def _script(letter: str, have: frozenset[int]) -> str:
    """Empty for what the font can draw, else the script's name."""
    if ord(letter) in have:
        return ""
    if not unicodedata.category(letter).startswith(("L", "M", "N")):
        return SYMBOL
    first = unicodedata.name(letter, SYMBOL).split(" ")[0]
    return SCRIPTS.get(first, first.capitalize())


def _counted(amount: int, script: str) -> str:
    if script == SYMBOL:
        return words.count(amount, SYMBOL)
    return words.count(amount, f"{script} letter")
