"""The printing child: little time, little memory, no network, only the paper's own font and watermark."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pikepdf
import pytest

from reports import fonts
from reports.render import Limits, RenderError, render_pdf
from tests.reports.pdftext import text_of
from tests.skipping import leave_out

LESS = (
    "Archive use cases that the board need not see, or shorten very long texts, and ask for the paper again."
)
ROOT = Path(__file__).resolve().parents[2]


def page(body: str, style: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>Test</title><style>{fonts.FACE} html {{font-family: Inter}} '
        f"{style}</style></head><body>{body}</body></html>"
    )


def press(body: str, style: str = "", **limits: float) -> bytes:
    return render_pdf(
        page(body, style),
        identifier="rep_test",
        timestamp=datetime(2026, 11, 24, tzinfo=UTC),
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def refusal(body: str, style: str = "", **limits: float) -> RenderError:
    with pytest.raises(RenderError) as caught:
        press(body, style, **limits)
    return caught.value


ROWS = "<table>" + "<tr><td>cell</td><td>cell</td></tr>" * 2_400 + "</table>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<i></i>" * 60_001, "The paper is too large to print: 60,001 elements, where 60,000 are allowed. "),
        ("<p>" * 121, "The paper is too large to print: 121 levels of nesting, where 120 are allowed. "),
        (
            "<table>" + "<tr><td>x</td></tr>" * 2_501 + "</table>",
            "The paper is too large to print: 2,501 table rows, where 2,500 are allowed. ",
        ),
        (
            f"<p>{'x' * 40_001}</p>",
            "The paper is too large to print: 40,001 characters in one text, where 40,000 are allowed. ",
        ),
    ],
)
def test_what_would_take_too_long_is_refused_before_layout(body: str, reason: str) -> None:
    assert str(refusal(body)) == reason + LESS


def test_a_wide_span_is_refused() -> None:
    error = refusal('<table><tr><td colspan="100000">x</td></tr></table>')
    assert (error.code, error.reason) == (
        "too_large",
        "A table cell spans '100000' columns or rows, where 40 are allowed.",
    )


def test_six_million_characters_never_reach_the_child() -> None:
    started = time.monotonic()
    assert refusal("x" * 6_000_001).reason.startswith("The paper is too large to print: 6,000,")
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("limits", [{"seconds": 1}, {"cpu_seconds": 1}])
def test_a_slow_page_is_stopped(limits: dict[str, float]) -> None:
    error = refusal(ROWS, **limits)
    assert (error.code, error.reason) == (
        "time",
        f"The paper was not finished within 1 second. {LESS}",
    )


def test_a_page_that_takes_too_much_memory_is_stopped() -> None:
    error = refusal(ROWS, memory_mb=130)
    assert error.code in ("memory", "crash")
    assert "memory" in error.reason
    assert "ask for the paper again" in error.reason.lower()


def test_a_file_that_grows_too_large_is_not_handed_out() -> None:
    random = Random(1)
    drawn = "M0 0" + "".join(
        f"L{random.random() * 1000:.5f} {random.random() * 1000:.5f}" for _ in range(150_000)
    )
    error = refusal(f'<svg width="99" height="99"><path d="{drawn}"/></svg>', file_mb=1)
    assert error.code == "too_large"
    assert re.fullmatch(
        rf"The paper is too large to print: [\d,]{{9,10}} bytes of PDF, where 1,048,576 are allowed\. {re.escape(LESS)}",
        error.reason,
    )


def test_the_file_bears_the_reports_id_and_time() -> None:
    files = {
        render_pdf(page("<p>abc</p>"), identifier=name, timestamp=datetime(2026, 11, day, tzinfo=UTC))
        for name, day in (("rep_one", 24), ("rep_one", 24), ("rep_two", 24))
    }
    assert {bytes(pikepdf.open(io.BytesIO(file)).trailer.ID[0]) for file in files} == {b"rep_one", b"rep_two"}
    assert len(files) == 2


def test_a_child_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    press("<p>short</p>")
    refusal(ROWS, seconds=1)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A server on loopback that notes who connects."""
    heard: list[str] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                heard.append("a connection")
                connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard


STOPPED = (
    '<img src="{}" alt="x">',
    '<p style="background: url({})">x</p>',
    '<p style="list-style: url({}); display: list-item">x</p>',
    '<object data="{}"></object>',
    '<link rel="stylesheet" href="{}">',
    "<style>@import url({});</style>",
    '<style>@font-face {{ font-family: Other; src: url({}) }}</style><p style="font-family: Other">x</p>',
    '<base href="{}"><img src="a.png" alt="x">',
)
IGNORED = (
    '<iframe src="{}"></iframe>',
    '<script src="{}"></script>',
    '<video src="{}" poster="{}"></video>',
)


@pytest.fixture
def addresses(listener: tuple[int, list[str]], tmp_path: Path) -> list[str]:
    """Where a page might look: the network, and a file of this machine."""
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>SECRET</text></svg>')
    return [f"http://127.0.0.1:{listener[0]}/x.svg", secret.as_uri()]


@pytest.mark.parametrize("markup", STOPPED)
def test_a_page_that_asks_for_something_outside_is_stopped(
    listener: tuple[int, list[str]], addresses: list[str], markup: str
) -> None:
    error = refusal(markup.format(addresses[0]))
    assert error.code == "blocked"
    assert error.reason.startswith("The paper asked for something outside itself and was stopped: ")
    assert listener[1] == []


def test_a_page_that_asks_for_a_file_of_this_machine_is_stopped(addresses: list[str]) -> None:
    error = refusal(f'<img src="{addresses[1]}" alt="x">')
    assert (error.code, error.reason) == (
        "blocked",
        f'The paper asked for something outside itself and was stopped: Error fetching "{addresses[1]}". '
        "Remove the address from the text that holds it.",
    )


@pytest.mark.parametrize("markup", IGNORED)
def test_what_paper_cannot_show_is_not_even_asked_for(
    listener: tuple[int, list[str]], addresses: list[str], markup: str
) -> None:
    assert press("".join(markup.format(address, address) for address in addresses)).startswith(b"%PDF-")
    assert listener[1] == []


@pytest.mark.parametrize("name", ["href", "xlink:href"])
def test_a_picture_inside_a_picture_is_not_fetched(
    listener: tuple[int, list[str]], addresses: list[str], name: str
) -> None:
    body = "".join(
        f'<svg width="9" height="9"><image {name}="{address}" width="9" height="9"/><use {name}="{address}#a"/></svg>'
        for address in addresses
    )
    with suppress(RenderError):
        assert "SECRET" not in text_of(pikepdf.open(io.BytesIO(press(f"<p>Text</p>{body}"))))
    assert listener[1] == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "http://elsewhere.example/"]
)
def test_a_link_that_no_reader_should_follow_is_refused(address: str) -> None:
    error = refusal(f'<a href="{address}">a link</a>')
    assert (error.code, error.reason) == (
        "blocked",
        f"A link to {address!r} was refused: links on paper start with https or mailto.",
    )


CONNECTS = """
import socket, sys
from reports.render import _confine
_confine(10, 1024, 10)
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=3)
except OSError as error:
    print("refused", error.errno)
else:
    print("connected")
"""


def test_the_child_has_no_network(listener: tuple[int, list[str]]) -> None:
    port, heard = listener
    if subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True).returncode != 0:
        leave_out("This system lets nobody leave its network")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.run(
        [sys.executable, "-c", CONNECTS, str(port)], capture_output=True, text=True, env=environment, check=True
    )  # fmt: skip
    assert child.stdout.startswith("refused ")
    assert heard == []


def test_the_letters_of_installed_fonts_are_out_of_reach() -> None:
    pdf = pikepdf.open(io.BytesIO(press("<p style=\"font-family: 'DejaVu Serif', monospace\">abc 中</p>")))
    names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert names
    assert all(name.split("+")[1].startswith("Inter") for name in names)
