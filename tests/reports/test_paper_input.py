"""What people typed is printed as they typed it, or said in words; it is never markup, and no text stops a paper."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.inputs import Approach, Deployment, Method
from engine.result import Outcome, State, Timing
from reports.letters import printable
from reports.paper import html_of, print_paper
from reports.render import Inspector
from tests.reports import paperwork
from tests.reports.paperwork import Papers, opened
from tests.reports.pdftext import lines, overlaps, text_of

CLOSED = {
    "key", "id", "use_case", "approach", "deployment", "method", "outcome", "regime", "requirement_id", "applies",
    "timing", "applies_from", "state", "level", "kind", "direction", "currency", "period", "since", "as_of",
    "law_read_on", "price_date", "answer", "pointer", "before", "gate", "closes", "facts", "after", "start", "due",
    "legal", "sensitivity", "exposure", "created_at", "page_size", "status", "report_id", "run_id", "snapshot_id",
    "version", "chosen", "critical_path", "fiscal_year_start", "decision", "error_cost", "value", "amount", "rule",
    "confidence", "also_for", "likelihood", "impact", "dimension", "stage", "origin", "low", "likely",
    "high", "p10", "p50", "p90", "week", "weeks", "cost", "spend", "available", "start_week", "days",
}  # fmt: skip
PAYLOADS = (
    "<script>alert(1)</script> </style><style>body{display:none}</style>",
    "{{ 7 * 7 }}{% include 'x' %} \\",
    '"} @page { size: A0 } body { display: none } /* <!-- ]]> <svg onload=alert(1)>',
    "<img src='{address}/a.png'> url({address}/b) @import '{address}/c'; file:///etc/passwd",
    "&lt;b&gt; &amp; &#x41;",
)


def hostile(value: Any, text: str, name: str = "") -> Any:
    """Plain data with a payload in every free text of it."""
    if isinstance(value, dict):
        return {key: hostile(item, text, key) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item, text, name) for item in value]
    if isinstance(value, str) and name not in CLOSED and not re.fullmatch(r"-?[\d.]+", value):
        return text
    return value


def infected(text: str) -> Papers:
    """An example with a payload in every free text, the header's too."""
    paper = paperwork.example("manufacturer", organisation=text, author=text, classification=text)
    return Papers(hostile(paper.document, text), hostile(paper.result, text), paper.header)


@cache
def harmless_page() -> str:
    return html_of(*infected("harmless").parts)


class Marks(HTMLParser):
    """The elements of a page, each with the attributes that it has somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {(tag, ""), *((tag, name) for name, _ in attrs)}


def marks(page: str) -> set[tuple[str, str]]:
    reader = Marks()
    reader.feed(page)
    return reader.seen


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on loopback that nobody should call."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        yield server


def called(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_is_text_wherever_it_is_typed(payload: str) -> None:
    harmless = harmless_page()
    page = html_of(*infected(payload).parts)
    assert marks(page) <= marks(harmless) | {("tspan", name) for name in ("", "x", "dy")}
    assert page.count(escape(payload, quote=True)) > 20
    style = re.compile(r"<style>.*?</style>", re.DOTALL)
    assert style.findall(page) == style.findall(harmless)


def test_a_paper_full_of_markup_prints_it_and_calls_nobody(listener: socket.socket) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    payload = f"{PAYLOADS[0]} {PAYLOADS[1]} {PAYLOADS[3]}".replace("{address}", address)
    text = text_of(opened(print_paper(*infected(payload).parts)))
    assert "<script>alert(1)</script>" in text
    assert "{{ 7 * 7 }}" in text
    assert "body{display:none}" in text
    assert not called(listener)


def test_names_in_greek_cyrillic_and_polish_are_printed_and_other_letters_are_named() -> None:
    paper = paperwork.example("manufacturer", organisation="Żółć Ąę Αθήνα Київ", author="株式会社 مرحبا 😀")
    paper.result["use_cases"][0]["name"] = "Ёлка für Wrocław"
    text = text_of(opened(print_paper(*paper.parts)))
    assert "Żółć Ąę Αθήνα Київ" in text
    assert "Ёлка für Wrocław" in text
    assert "Author [4 Chinese or Japanese letters] [5 Arabic letters] [1 symbol]" in text
    assert "\ufffd" not in text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("plain", "plain"),
        ("e\u0301t\u00e9", "été"),
        ("a\u202eb\u0000c\nd", "ab c d"),
        ("プリント 社", "[4 Japanese letters] [1 Chinese or Japanese letter]"),
        ("한국", "[2 Korean letters]"),
        ("हिन्दी", "[5 Devanagari letters]"),
        ("👨\u200d👩\u200d👧 team", "[3 symbols] team"),
        ("→ ≥ ½", "→ ≥ ½"),
        ("x" * 3_000, "x" * 2_000 + "… (shortened here; the whole text stands on the run page)"),
    ],
)
def test_letters_are_printed_or_named(typed: str, text: str) -> None:
    assert printable(typed) == text


LONG = ("Kundendienstnachrichtenweiterleitungsautomatisierung für " * 4)[:200]


def test_the_longest_names_stay_inside_the_page() -> None:
    paper = paperwork.example("hospital-group", organisation=LONG, author=LONG, classification=LONG)
    for number, item in enumerate(paper.result["use_cases"]):
        item["name"] = f"{number} {LONG}"[:200]
    pdf = opened(print_paper(*paper.parts))
    drawn = list(lines(pdf))
    assert [line for line in drawn if line.right > float(pdf.pages[line.page - 1].MediaBox[2]) - 50] == []
    assert overlaps(drawn) == []


def test_eight_use_cases_still_have_their_answer_on_one_page() -> None:
    paper = paperwork.example("hospital-group", page_size="Letter")
    first = paper.result["use_cases"]
    more = [{**item, "key": f"{item['key']}-2", "name": f"{item['name']} abroad"} for item in first[:3]]
    paper.result["use_cases"] = [*first, *more]
    pdf = opened(print_paper(*paper.parts))
    starts = {line.text: line.page for line in lines(pdf) if abs(line.size - 8.5) < 0.1 and line.page > 1}
    assert (starts["The answer on one page"], starts["Risks and questions"]) == (2, 3)


amounts = st.integers(-(10**11), 10**12)
texts = st.one_of(st.text(max_size=40), st.sampled_from([LONG, "", "-", "<b>", "×" * 200]))


def ordered(draw: Any, *names: str) -> dict[str, str]:
    values = sorted(draw(st.lists(amounts, min_size=len(names), max_size=len(names))))
    return {name: str(Decimal(value)) for name, value in zip(names, values, strict=True)}


@st.composite
def results(draw: Any) -> Papers:
    """An example whose use cases, options and findings take any words of the contract and any amounts."""
    paper = paperwork.example("manufacturer")
    model = next(item for item in paper.result["use_cases"] if item["options"])
    use_cases = []
    for number in range(draw(st.integers(1, 5))):
        outcome = draw(st.sampled_from(get_args(Outcome)))
        options = [
            {
                **model["options"][0],
                "rank": rank,
                "approach": draw(st.sampled_from(get_args(Approach))),
                "deployment": draw(st.sampled_from(get_args(Deployment))),
                "method": draw(st.sampled_from([None, *get_args(Method)])),
                "confidence": draw(st.integers(0, 100)),
                "loss": draw(st.one_of(st.none(), st.integers(0, 100))),
                "cost": ordered(draw, "p10", "p50", "p90"),
                "npv": draw(st.sampled_from([None, ordered(draw, "p10", "p50", "p90")])),
                "lost_because": draw(st.one_of(st.none(), texts)),
            }
            for rank in range(1, draw(st.integers(1, 7)) + 1)
        ]
        findings = [
            {
                **model["findings"][0],
                "option": {name: options[0][name] for name in ("approach", "deployment", "method")},
                "state": draw(st.sampled_from(get_args(State))),
                "timing": draw(st.sampled_from(get_args(Timing))),
                "applies": draw(st.sampled_from(["yes", "no", "unknown"])),
                "blocker": draw(st.booleans()),
                "remediation": draw(st.sampled_from([None, model["findings"][0]["remediation"]])),
                "title": draw(texts),
            }
            for _ in range(draw(st.integers(0, 3)))
        ]
        use_cases.append(
            {
                **model,
                "key": f"case-{number}",
                "name": draw(texts),
                "outcome": outcome,
                "summary": draw(texts),
                "first_get": draw(st.lists(texts, max_size=3)),
                "options": options if outcome == "recommend" else [],
                "findings": findings,
            }
        )
    able = [item["key"] for item in use_cases if item["options"]]
    chosen = draw(st.lists(st.sampled_from(able), unique=True)) if able else []
    paper.result["use_cases"] = use_cases
    paper.result["portfolio"] |= {"chosen": chosen, "picks": [], "left": []}
    paper.result["roadmap"] |= {"phases": [], "gates": [], "tasks": [], "launches": [], "critical_path": []}
    paper.result["risks"] = []
    return paper


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(results())
def test_any_words_of_the_contract_make_a_paper_that_may_be_printed(paper: Papers) -> None:
    page = html_of(*paper.parts)
    inspector = Inspector()
    inspector.feed(page)
    assert inspector.depth == 0
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    for item in paper.result["use_cases"]:
        assert printable(item["name"])[:30].rstrip() in text
