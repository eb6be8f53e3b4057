"""The board paper as a file: the same bytes again, tags for readers' programs, letters, page sizes and places."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from django.utils import timezone

from accounts.audit import Actor
from accounts.models import Organisation
from accounts.tenancy import scope
from inventory.models import UseCase
from reports import services
from reports.models import Report
from reports.paper import html_of, print_paper
from tests.reports import paperwork
from tests.reports.paperwork import Papers, opened, printed, tags
from tests.reports.pdftext import Line, lines, overlaps
from tests.strategy.stored import finished_run
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
POINTS = {"A4": (595, 842), "Letter": (612, 792)}
SIDE = 51
"""Points of the margins left and right."""
PRINTED = [("hospital-group", "Letter"), ("manufacturer", "A4")]
AGAIN = """
import hashlib, json, sys
import django
django.setup()
from reports.paper import html_of, print_paper
made = {"html": html_of, "pdf": print_paper}[sys.argv[1]](*json.load(sys.stdin))
print(hashlib.sha256(made.encode() if isinstance(made, str) else made).hexdigest())
"""


def elsewhere(what: str, paper: Papers, **environment: str) -> str:
    """The digest of a paper's page or file as another process makes it."""
    child = subprocess.run(
        [sys.executable, "-c", AGAIN, what], input=json.dumps(paper.parts), capture_output=True, text=True,
        cwd=ROOT, env={**os.environ, **environment}, check=True,
    )  # fmt: skip
    return child.stdout.strip()


@pytest.fixture(params=PRINTED, ids=lambda pair: f"{pair[0]}, {pair[1]}")
def name_and_size(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def pdf(name_and_size: tuple[str, str]) -> pikepdf.Pdf:
    return opened(printed(*name_and_size))


@cache
def drawn_on(name: str, size: str) -> list[Line]:
    return list(lines(opened(printed(name, size))))


@pytest.fixture
def drawn(name_and_size: tuple[str, str]) -> list[Line]:
    """All the text of a paper with its places."""
    return drawn_on(*name_and_size)


def test_the_same_report_prints_to_the_same_bytes_again_and_in_another_process() -> None:
    paper = paperwork.example("manufacturer")
    first = printed("manufacturer", "A4")
    assert print_paper(*paper.parts) == first
    there = elsewhere("pdf", paper, PYTHONHASHSEED="7", TZ="Asia/Tokyo", LANG="de_DE.UTF-8")
    assert there == hashlib.sha256(first).hexdigest()


def test_the_order_in_which_python_keeps_its_sets_changes_nothing() -> None:
    paper = paperwork.example("hospital-group")
    here = hashlib.sha256(html_of(*paper.parts).encode()).hexdigest()
    assert [elsewhere("html", paper, PYTHONHASHSEED=seed) for seed in ("1", "2")] == [here, here]


def test_a_report_prints_to_the_same_bytes_after_its_organisation_has_changed(world: World) -> None:
    person = Actor.person(world.person("north/editor"))
    with scope(world.north):
        report, _ = services.request_report(finished_run(person, "Staff assistant"), actor=person)
        before = services.claim(report.pk)
        assert before is not None
        first = print_paper(before.header, before.result, before.document)
        Organisation.objects.filter(pk=world.north.pk).update(name="A new name")
        UseCase.objects.update(name="Another name")
        Report.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))
        after = services.claim(report.pk)
        assert after is not None
        assert after.start == 2
        assert print_paper(after.header, after.result, after.document) == first


def test_readers_programs_are_told_language_title_and_outline(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "en"
    assert pdf.Root.MarkInfo.Marked is True
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    assert re.fullmatch(r"AI roadmap: .+: board paper for .+", str(pdf.docinfo["/Title"]))
    assert str(pdf.docinfo["/Author"]) == "Office of the CIO"
    with pdf.open_metadata() as meta:
        assert meta["pdfuaid:part"] == "1"
        assert meta["dc:title"] == str(pdf.docinfo["/Title"])
    with pdf.open_outline() as outline:
        (cover,) = outline.root
        assert len(cover.children) >= 8


def test_the_file_tells_nothing_of_the_machine(pdf: pikepdf.Pdf) -> None:
    told = " ".join(str(value) for value in pdf.docinfo.values()) + pdf.Root.Metadata.read_bytes().decode()
    assert str(ROOT) not in told
    assert set(pdf.docinfo.keys()) == {"/Author", "/Producer", "/Title"}


def test_every_figure_is_told_in_words_with_a_number(pdf: pikepdf.Pdf) -> None:
    told = [str(element.Alt) for kind, element in tags(pdf) if kind == "/Figure"]
    assert len(told) >= 10
    for text in told:
        assert 20 <= len(text) <= 250, text
        assert re.search(r"\d", text), text


def test_headings_skip_no_level(pdf: pikepdf.Pdf) -> None:
    levels = [int(kind[2:]) for kind, _ in tags(pdf) if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_every_cell_names_the_heads_above_it(pdf: pikepdf.Pdf) -> None:
    heads = {str(element.ID) for kind, element in tags(pdf) if kind == "/TH"}
    cells = [element for kind, element in tags(pdf) if kind == "/TD"]
    assert len(cells) > 100
    for cell in cells:
        named = {str(head) for head in cell.A.Headers}
        assert named
        assert named <= heads


def test_the_only_letters_are_the_papers_own_and_embedded(pdf: pikepdf.Pdf) -> None:
    fonts = {name: font for page in pdf.pages for name, font in page.Resources.Font.items()}
    assert fonts
    for font in fonts.values():
        inside = font.DescendantFonts[0].FontDescriptor
        assert re.fullmatch(r"/[A-Z]{6}\+Inter.*", str(font.BaseFont))
        assert len(inside.FontFile2.read_bytes()) > 1_000


def test_pages_have_the_size_asked_for_and_the_plan_lies_on_its_side(
    pdf: pikepdf.Pdf, name_and_size: tuple[str, str]
) -> None:
    sizes = [(round(float(page.MediaBox[2])), round(float(page.MediaBox[3]))) for page in pdf.pages]
    upright = POINTS[name_and_size[1]]
    assert set(sizes) == {upright, upright[::-1]}
    assert sizes.count(upright[::-1]) == 1


def test_no_text_leaves_the_margins_or_lies_over_other_text(pdf: pikepdf.Pdf, drawn: list[Line]) -> None:
    for line in drawn:
        width = float(pdf.pages[line.page - 1].MediaBox[2])
        assert line.left >= SIDE - 1, line
        assert line.right <= width - SIDE + 1, line
        assert line.base > 20, line
    assert overlaps(drawn) == []


def test_letters_are_large_enough_to_read(drawn: list[Line]) -> None:
    assert min(line.size for line in drawn) > 7.99


def test_no_page_holds_only_a_few_lines(pdf: pikepdf.Pdf, drawn: list[Line]) -> None:
    for number in range(1, len(pdf.pages) + 1):
        rows = {round(line.base) for line in drawn if line.page == number and line.text.strip()}
        assert len(rows) >= 8, number


def test_each_page_says_whose_it_is_and_where_it_stands(pdf: pikepdf.Pdf, drawn: list[Line]) -> None:
    for number in range(1, len(pdf.pages) + 1):
        foot = " ".join(line.text for line in drawn if line.page == number and line.base < 50)
        assert re.search(r"Confidential · snapshot 0123456789ab · rules \d{4}\.\d\d", foot), foot
        assert foot.endswith(f"{number} / {len(pdf.pages)}"), foot


def test_the_reader_of_these_tests_sees_texts_that_lie_over_each_other(drawn: list[Line]) -> None:
    some = next(line for line in drawn if len(line.text) > 20)
    moved = replace(some, left=some.left + 3, right=some.right + 3)
    assert overlaps([*drawn, moved]) == [(some, moved)]
