"""What the board paper says: a message in each title, each use case's answer, what is not known, and no id for a word."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from reports import words
from reports.paper import html_of
from tests.reports import paperwork
from tests.reports.paperwork import NAMES, Papers, goes_for, opened, printed
from tests.reports.pdftext import lines, text_of

VERBS = re.compile(
    r"\b(Approve|Fund|Start|Decide|Watch|suits?|passes|stops?|is known|goes live|lie|decides?|carries|carry|choose|"
    r"plan|start|has|was computed|is planned)\b"
)
NUMBER = re.compile(
    r"\d|\b(no|none|one|two|three|four|five|six|seven|eight|nine|ten|both|all)\b", re.IGNORECASE
)
CHOICE = re.compile("|".join(name.lower() for name in (*words.APPROACHES.values(), "classical model")))
EMPTY_WORDS = re.compile(
    r"\b(?:compliant|leverage|unlock|journey|seamless|overview|robust)\b|\b100[\s\u00a0]?%", re.IGNORECASE
)
SIZES = {"hospital-group": "Letter", "manufacturer": "A4"}
BARE: dict[str, Any] = {
    "version": 1,
    "organisation": {"name": "Bare"},
    "use_cases": [
        {"key": "a", "name": "Claims letters"},
        {"key": "b", "name": "Forecast", "task_type": "prediction_nontext"},
    ],
}


def titles(paper: Papers) -> list[str]:
    found = re.findall(r"<h2>(.*?)</h2>", html_of(*paper.parts), re.DOTALL)
    return [unescape(title) for title in found]


def said(paper: Papers) -> str:
    """The words of the paper's page, without its marks."""
    page = re.sub(r"<style>.*?</style>", " ", html_of(*paper.parts), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(params=[*NAMES, "bare", "nothing"])
def paper(request: pytest.FixtureRequest) -> Papers:
    if request.param in NAMES:
        return paperwork.example(request.param)
    document = BARE if request.param == "bare" else {**BARE, "use_cases": []}
    return Papers(document, paperwork.analysed(document), {**paperwork.HEADER, "organisation": "Bare"})


def test_every_title_is_a_sentence_with_a_verb_and_a_number_or_a_choice(paper: Papers) -> None:
    found = titles(paper)
    assert len(found) >= 6
    for title in found:
        assert VERBS.search(title), title
        assert NUMBER.search(title) or CHOICE.search(title.lower()), title
        assert len(title.split()) <= 18, title


def test_every_title_fits_two_lines() -> None:
    drawn = [line for line in lines(opened(printed("hospital-group", "Letter"))) if abs(line.size - 16) < 0.1]
    for page in {line.page for line in drawn}:
        assert len({round(line.base) for line in drawn if line.page == page}) <= 4


@pytest.mark.parametrize("name", NAMES)
def test_each_use_case_has_its_answer_cost_and_blockers_on_paper(name: str) -> None:
    paper, text = paperwork.example(name), text_of(opened(printed(name, SIZES[name])))
    result = paper.result
    for item in result["use_cases"]:
        assert item["name"] in text
        option = goes_for(paper, item)
        if option is None:
            said_of = {"classical_model": "Plan a classical model", "not_yet": "Not yet. First get"}
            assert said_of[item["outcome"]] in text
            continue
        assert words.option(option) in text
        assert words.percentiles(option["cost"], result["currency"], "m") in text
        for finding in item["findings"]:
            if finding["blocker"] and all(finding["option"][p] == option[p] for p in finding["option"]):
                assert finding["title"] in text
                assert f"{words.regime(finding['regime'])} {finding['requirement_id']}" in text


def test_all_that_is_said_beside_an_answer_stands_on_paper() -> None:
    paper = paperwork.example("hospital-group")
    text = said(paper)
    remarks = [
        remark["text"] for item in paper.result["use_cases"] if item["options"] for remark in item["remarks"]
    ]
    assert remarks
    for remark in remarks:
        assert words.sentence(remark) in text


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_takes_one_page(name: str) -> None:
    drawn = list(lines(opened(printed(name, SIZES[name]))))
    starts = {line.text: line.page for line in drawn if abs(line.size - 8.5) < 0.1 and line.page > 1}
    assert starts["The answer on one page"] == 2
    assert starts["Risks and questions"] == 3


@pytest.mark.parametrize("name", NAMES)
def test_the_title_of_the_answer_adds_up_what_the_budgets_carry(name: str) -> None:
    paper = paperwork.example(name)
    options = [
        goes_for(paper, item)
        for item in paper.result["use_cases"]
        if item["key"] in paper.result["portfolio"]["chosen"]
    ]
    cost = sum(Decimal(option["cost"]["p50"]) for option in options if option)
    assert titles(paper)[0].startswith(f"Approve {words.money(cost, paper.result['currency'])} for ")


def test_no_pointer_no_unknown_word_and_no_empty_word_is_printed(paper: Papers) -> None:
    text = said(paper)
    assert re.findall(r"/(?:use_cases|organisation|vendors|data_assets|models)/\S*", text) == []
    assert re.findall(r"\b(?:None|null|True|False|unknown|nan)\b", text) == []
    assert EMPTY_WORDS.findall(text) == []


def test_what_is_missing_is_said_with_its_reason() -> None:
    document = {**BARE, "use_cases": BARE["use_cases"][1:]}
    text = said(Papers(document, paperwork.analysed(document), {**paperwork.HEADER, "author": ""}))
    for sentence in (
        "Author not named",
        "Review by finance none is recorded",
        "Cost not assessed: no option is recommended.",
        "Not assessed: no option is recommended, so no work is planned.",
        "Not assessed: no option is recommended, so no cost was computed.",
        "Duties not assessed: no option is recommended or planned.",
        "Requests a day Growth a year Users Cost of a wrong answer Value a year Forecast not answered not answered "
        "not answered not answered not answered",
    ):
        assert sentence in text


def test_a_paper_without_use_cases_asks_for_nothing() -> None:
    document = {**BARE, "use_cases": []}
    paper = Papers(document, paperwork.analysed(document), dict(paperwork.HEADER))
    assert titles(paper)[0] == "Decide nothing yet: no use case is recorded"
    assert "Nothing: first record what the organisation wants from AI, and ask for an analysis." in said(
        paper
    )


def test_the_draft_mark_goes_with_the_approval() -> None:
    draft = paperwork.example("manufacturer")
    approved = paperwork.example("manufacturer", status="APPROVED")
    assert "watermark/draft.svg" in html_of(*draft.parts)
    assert "Status Draft, not approved" in said(draft)
    assert "watermark/draft.svg" not in html_of(*approved.parts)
    assert "Status Approved" in said(approved)


def test_the_cover_shows_the_hash_of_the_content() -> None:
    paper = paperwork.example("manufacturer", result_digest="0123456789abcdef" * 4)
    assert "Content 0123456789ab first twelve digits of the result's SHA-256" in said(paper)
    assert "0123456789abcdef" * 4 in said(paper)


def test_forty_use_cases_are_shown_and_further_ones_counted() -> None:
    paper = paperwork.example("manufacturer")
    one = paper.result["use_cases"][2]
    paper.result["use_cases"] += [{**one, "key": f"more-{n}", "name": f"Forecast {n}"} for n in range(60)]
    text = said(paper)
    assert "24 more use cases stand on the run page alone." in text
    assert "Forecast 30: plan a classical model" in text
    assert "Forecast 59" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "under 1\u00a0%"), (1, "1\u00a0%"), (99, "99\u00a0%"), (100, "over 99\u00a0%")],
)
def test_certainty_is_claimed_neither_way(value: int, text: str) -> None:
    assert words.percent(value) == text
