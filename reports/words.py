"""How numbers, dates and the engine's words read on paper: two significant digits, one unit, plain names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engine.labels import APPROACHES, DEPLOYMENTS, METHODS, REGIMES

MINUS = "\u2212"
MEDIUM_FROM, HIGH_FROM = 50, 80
EN_DASH = "\u2013"
LONGEST_TEXT = 2_000
ELSEWHERE = "… (shortened here; the whole text stands on the run page)"

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
UNITS = {"bn": Decimal("1e9"), "m": Decimal("1e6"), "k": Decimal("1e3"), "": Decimal(1)}
FROM = {"bn": Decimal("1e9"), "m": Decimal("1e5"), "k": Decimal("1e3")}

FAMILIES = {
    "api_prompt": "Prompted model",
    "rag": "Retrieval",
    "peft": "Adapter tuning",
    "full_ft": "Full tuning",
    "hybrid_rag_ft": "Retrieval, tuned",
    "small_domain_model": "Small model",
    "continued_pretraining": "Domain pre- training",
    "from_scratch": "Own model",
}
DATA_GOES = {
    "vendor_saas": "into a vendor's finished application",
    "public_api": "to a vendor's shared endpoint under its standard terms",
    "private_cloud": "to the organisation's own cloud tenancy, in a pinned region",
    "on_prem": "nowhere: it stays on own hardware",
}
OUTCOMES = {
    "recommend": "Recommended",
    "classical_model": "Classical model",
    "not_yet": "Not yet",
}
STATES = {
    "met": "met",
    "partial": "partial",
    "gap": "gap",
    "unknown": "unknown",
    "not_applicable": "does not apply",
}
LETTERS = {"met": "M", "partial": "P", "gap": "G", "unknown": "U"}
KINDS = {"law": "law", "published": "published", "price": "price", "estimate": "estimate"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

AMOUNT = re.compile(r"(?<![\d,.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{4,}(?:\.\d+)?) (EUR|USD|GBP|JPY|INR|CHF)\b")
PERIOD = re.compile(r"\b\d{4}-Q[1-4]\b")
REGIME = re.compile(rf"\b(?:{'|'.join(name for name in REGIMES if name != 'PCI' and name.isupper())})\b")

_FORMATTING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def clean(text: Any) -> str:
    """Text of people as one printable run: no control or direction marks, capped at LONGEST_TEXT."""
    raw = str(text if text is not None else "")
    if len(raw) > LONGEST_TEXT:
        raw = raw[:LONGEST_TEXT].rstrip() + ELSEWHERE
    raw = _FORMATTING.sub("", raw)
    kept = (c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in raw)
    return " ".join("".join(kept).split())


def round2(value: Decimal | str | int) -> Decimal:
    """The value rounded half up to two significant digits."""
    number = Decimal(value)
    if number == 0:
        return Decimal(0)
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 1), rounding=ROUND_HALF_UP)


def number(value: Decimal | str | int) -> str:
    """A number with two significant digits, thousands separated by commas, and a real minus sign."""
    rounded = round2(value)
    places = max(0, 1 - rounded.adjusted()) if rounded else 0
    text = f"{abs(rounded):,.{places}f}"
    return (MINUS if rounded < 0 else "") + text


def exact(value: Decimal | str | int) -> str:
    """A number as it stands, thousands separated, without trailing zeros: for facts that law or a source fixes."""
    given = Decimal(value)
    text = f"{abs(given):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if given < 0 else "") + text


def whole(value: Decimal | str | int) -> str:
    """A count of weeks or days: two significant digits and no decimals."""
    rounded = Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return number(rounded) if abs(rounded) >= 10 else f"{MINUS if rounded < 0 else ''}{abs(rounded)}"


def unit_of(amounts: Iterable[Decimal | str]) -> str:
    """The one unit ("bn", "m", "k" or "") that suits the largest of some amounts."""
    largest = max((abs(round2(amount)) for amount in amounts), default=Decimal(0))
    return next((unit for unit, least in FROM.items() if largest >= least), "")


def unit_of_column(amounts: Iterable[Decimal | str]) -> str:
    """The one unit of a column: thousands where the smallest amount would be a small part of a million."""
    given = [abs(Decimal(amount)) for amount in amounts]
    unit = unit_of(given)
    small = min((amount for amount in given if amount), default=Decimal(0))
    return "k" if unit == "m" and small < FROM["m"] else unit


def in_unit(amount: Decimal | str, unit: str) -> str:
    """An amount in a unit, without currency: `0.42`."""
    return number(Decimal(amount) / UNITS[unit])


def _symbol(currency: str) -> str:
    return SYMBOLS.get(currency, f"{currency}\u00a0")


def money(amount: Decimal | str, currency: str, unit: str | None = None) -> str:
    """`€0.42m`; a negative amount is `−€0.42m`."""
    unit = unit_of([amount]) if unit is None else unit
    text = in_unit(amount, unit)
    sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}{_symbol(currency)}{digits}{unit}"


def span(low: str, high: str) -> str:
    """`0.25–0.61`, or `−0.25 to 0.61` where a dash would read as a minus sign."""
    if low == high:
        return low
    return f"{low} to {high}" if MINUS in low + high else f"{low}{EN_DASH}{high}"


def money_range(
    low: Decimal | str, likely: Decimal | str, high: Decimal | str, currency: str, unit: str | None = None
) -> str:
    """`€0.42m (0.25–0.61)`, all three in the unit that suits the likely amount."""
    unit = unit_of([likely if Decimal(likely) else high]) if unit is None else unit
    return f"{money(likely, currency, unit)} ({span(in_unit(low, unit), in_unit(high, unit))})"


def percentiles(cost: Mapping[str, str], currency: str, unit: str | None = None) -> str:
    """P50 with P10 to P90: `€0.42m (0.25–0.61)`."""
    return money_range(cost["p10"], cost["p50"], cost["p90"], currency, unit)


def spread(value: Mapping[str, str]) -> str:
    """A three-point range of weeks or days: `14 (9–22)`."""
    low, likely, high = (whole(value[name]) for name in ("low", "likely", "high"))
    return likely if low == likely == high else f"{likely} ({span(low, high)})"


def spread_exact(value: Mapping[str, str]) -> str:
    """A three-point range of small amounts, with decimals: `1.5 (1.0–2.5)`."""
    low, likely, high = (number(value[name]) for name in ("low", "likely", "high"))
    return likely if low == likely == high else f"{likely} ({span(low, high)})"


def percent_of(share: Decimal | str | float) -> str:
    """A share of 1 as a percentage: `0.25` reads `25 %`; the whole is said in words."""
    if Decimal(str(share)) == 1:
        return "all"
    return f"{number(Decimal(str(share)) * 100)}\u00a0%"


def percent(confidence: int) -> str:
    """A whole percent of 10,000 draws; certainty is never claimed, neither way."""
    if confidence > 99:
        return "over 99\u00a0%"
    return f"{confidence}\u00a0%" if confidence else "under 1\u00a0%"


def confidence(value: int) -> str:
    """`low` below 50 %, `medium` below 80 %, else `high`."""
    return "low" if value < MEDIUM_FROM else "medium" if value < HIGH_FROM else "high"


def day(value: date | str) -> str:
    """`24 Nov 2026`."""
    given = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{given.day} {MONTHS[given.month - 1]} {given.year}"


def month(value: date) -> str:
    """`Nov 2026`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def quarter(period: str) -> str:
    """`Q1 FY2027` for the fiscal quarter `2027-Q1`; any other name stays as it is."""
    found = re.fullmatch(r"(?:FY)?(\d{4})-?(Q[1-4])", period)
    return f"{found[2]} FY{found[1]}" if found else clean(period)


def count(amount: int, one: str, many: str | None = None) -> str:
    """`1 blocker`, `3 blockers`, `no blockers`."""
    noun = one if amount == 1 else many or f"{one}s"
    return f"{amount or 'no'} {noun}"


def spelled(amount: int) -> str:
    """`three` up to ten, digits beyond."""
    return SMALL_NUMBERS[amount] if 0 <= amount < len(SMALL_NUMBERS) else str(amount)


def listed(items: Sequence[str], most: int = 4) -> str:
    """`a, b and c`; beyond `most` the rest is counted."""
    if len(items) > most:
        items = [*items[: most - 1], f"{len(items) - most + 1} more"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def regime(name: str) -> str:
    """A regime's printed name."""
    return REGIMES.get(name, clean(name))


def option(value: Mapping[str, Any]) -> str:
    """`Adapter-tuned model (LoRA), own hardware`: approach, method where one is named, and deployment."""
    approach = APPROACHES.get(value["approach"], clean(value["approach"]))
    deployment = DEPLOYMENTS.get(value["deployment"], clean(value["deployment"]))
    method = value.get("method")
    inside = f" ({METHODS.get(method, clean(method))})" if method else ""
    return f"{approach}{inside}, {deployment}"


def answer(pointer: str | None) -> str:
    """The words of an answer's JSON pointer: `/use_cases/0/requests_per_day` reads `requests per day`."""
    if not pointer:
        return "no single answer"
    words = [part for part in pointer.split("/") if part and not part.isdigit() and part != "facts"]
    return clean(words[-1].replace("_", " ")) if words else clean(pointer)


def sentence(text: Any) -> str:
    """Clean text that starts with a capital and ends with a stop."""
    said = clean(text)
    if not said:
        return ""
    said = said[0].upper() + said[1:]
    return said if said[-1] in ".!?…)" else f"{said}."


def told(text: Any) -> str:
    """A sentence of the engine in the words of the pages: its amounts, fiscal quarters and regimes."""
    return spoken(sentence(text))


def spoken(text: Any) -> str:
    """A text in which `798,956 USD` reads `$0.80m`, `2027-Q3` reads `Q3 FY2027`, `NIST_CSF2` reads `NIST CSF 2`."""
    said = AMOUNT.sub(lambda found: money(found[1].replace(",", ""), found[2]), clean(text))
    said = PERIOD.sub(lambda found: quarter(found[0]), said)
    return REGIME.sub(lambda found: regime(found[0]), said)


def short(text: Any, words: int = 6) -> str:
    """The first words of a name, for titles that must stay short."""
    parts = clean(text).split(" ")
    joined = " ".join(parts[:words])
    return f"{joined[:48].rstrip()}…" if len(parts) > words or len(joined) > 48 else joined
