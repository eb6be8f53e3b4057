"""HTML to PDF in a child process that has little time, little memory, no network and only fixed resources and a logo.

The parent calls `render_pdf`; the child is this module run as a program. Whatever goes wrong in the child,
the parent lives on and gets a RenderError with a reason that a person can act on.
"""

from __future__ import annotations

import base64
import ctypes
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from accounts.pictures import media_type
from reports import fonts
from reports.watermark import ADDRESS as WATERMARK_ADDRESS
from reports.watermark import DRAFT_SVG

Code = Literal["blocked", "too_large", "time", "memory", "fonts", "markup", "crash"]

ROOT = Path(__file__).resolve().parent.parent
LOGO_ADDRESS = f"{fonts.SCHEME}:logo"
LONGEST_HTML = 6_000_000
MOST_ELEMENTS = 60_000
MOST_ROWS = 2_500
MOST_SPAN = 40
DEEPEST = 120
LONGEST_RUN = 40_000
LINKS = ("https:", "mailto:", "#")
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)

CLONE_NEWUSER, CLONE_NEWNET, PR_SET_PDEATHSIG = 0x10000000, 0x40000000, 1
FAILED = 3
MEGABYTE = 1_048_576
LESS = (
    "Archive use cases that the board need not see, or shorten very long texts, and ask for the paper again."
)


class RenderError(Exception):
    """A paper that cannot be printed. `code` is for programs; `reason` and str() are for people."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code: Code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may use: seconds of computing and of waiting, megabytes of memory and of file."""

    cpu_seconds: int = 60
    seconds: float = 90.0
    memory_mb: int = 1_536
    file_mb: int = 60


def render_pdf(
    html: str,
    *,
    identifier: str,
    timestamp: datetime,
    logo: bytes | None = None,
    limits: Limits | None = None,
) -> bytes:
    """The tagged PDF (PDF/UA-1) of a page of HTML, the same bytes for the same arguments. Raises RenderError.

    `identifier` becomes the file's identifier; `timestamp` stands for the clock; `logo` is what LOGO_ADDRESS leads to.
    """
    limits = limits or Limits()
    if len(html) > LONGEST_HTML:
        raise RenderError("too_large", _too_large("characters", len(html), LONGEST_HTML))
    job = {
        "html": html,
        "identifier": identifier,
        "logo": base64.b64encode(logo).decode() if logo else "",
        "limits": [limits.cpu_seconds, limits.memory_mb, limits.file_mb],
    }
    with tempfile.TemporaryDirectory(prefix="sextant-print-") as folder, tempfile.TemporaryFile() as output:
        environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ
        }
        environment |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "0",
            "LANG": "C.UTF-8",
            "TMPDIR": folder,
            "SOURCE_DATE_EPOCH": str(int(timestamp.timestamp())),
            "FONTCONFIG_FILE": str(no_installed_fonts(Path(folder))),
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "reports.render"], cwd=folder, env=environment, start_new_session=True,
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            child.communicate(json.dumps(job).encode(), timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            raise RenderError("time", _too_slow(limits.seconds)) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        output.seek(0)
        return _outcome(child.returncode, output.read(), limits)


def no_installed_fonts(folder: Path) -> Path:
    """Settings of fontconfig that know no installed font, so that a paper looks the same on every machine.

    The page brings its font by @font-face: without one the child cannot draw a letter, and ends.
    """
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><cachedir>{escape(str(folder))}</cachedir></fontconfig>"
    )
    return path


def _outcome(status: int, written: bytes, limits: Limits) -> bytes:
    if status == 0 and written.startswith(b"%PDF-"):
        return written
    if status == FAILED:
        told = json.loads(written)
        raise RenderError(told["code"], told["reason"])
    if status == -signal.SIGXCPU:
        raise RenderError("time", _too_slow(limits.cpu_seconds))
    raise RenderError(
        "crash",
        f"The printing process ended without a paper (status {status}): it was killed, or ran out of memory. Ask "
        "for the paper again; if it ends the same way, tell whoever runs this server.",
    )


def _too_slow(seconds: float) -> str:
    return f"The paper was not finished within {seconds:g} second{'' if seconds == 1 else 's'}. {LESS}"


def _too_large(what: str, found: int, most: int) -> str:
    return f"The paper is too large to print: {found:,} {what}, where {most:,} are allowed. {LESS}"


class Inspector(HTMLParser):
    """Counts what makes a layout expensive and refuses links that a reader should not follow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements = self.rows = self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        self.rows += tag == "tr"
        self.depth += tag not in VOID
        for what, found, most in (
            ("elements", self.elements, MOST_ELEMENTS),
            ("table rows", self.rows, MOST_ROWS),
            ("levels of nesting", self.depth, DEEPEST),
        ):
            if found > most:
                raise RenderError("too_large", _too_large(what, found, most))
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.depth -= tag not in VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID

    def handle_data(self, data: str) -> None:
        if self.lasttag != "style" and len(data) > LONGEST_RUN:
            raise RenderError("too_large", _too_large("characters in one text", len(data), LONGEST_RUN))

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name in ("colspan", "rowspan", "span") and (not value.isdecimal() or int(value[:6]) > MOST_SPAN):
            raise RenderError(
                "too_large",
                f"A table cell spans {value[:20]!r} columns or rows, where {MOST_SPAN} are allowed.",
            )
        if tag == "a" and name in ("href", "xlink:href") and not value.strip().lower().startswith(LINKS):
            raise RenderError(
                "blocked", f"A link to {value[:80]!r} was refused: links on paper start with https or mailto."
            )


def _confine(cpu_seconds: int, memory_mb: int, file_mb: int) -> None:
    """Give up time, memory, core files, and the network where the system permits it; die with the parent."""
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if library.unshare(CLONE_NEWNET) != 0:
        library.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    for limit, soft, hard in (
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 2),
        (resource.RLIMIT_AS, memory_mb * MEGABYTE, memory_mb * MEGABYTE),
        (resource.RLIMIT_FSIZE, 2 * file_mb * MEGABYTE, 2 * file_mb * MEGABYTE),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(limit, (soft, hard))


def _press(html: str, identifier: str, logo: bytes) -> bytes:
    """The PDF, with only the fixed resources within reach."""
    from weasyprint import HTML  # heavy, and only the child may load it, under its limits
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    resources: Mapping[str, tuple[str, bytes]] = {
        WATERMARK_ADDRESS: ("image/svg+xml", DRAFT_SVG.encode()),
        fonts.ADDRESS: ("font/woff2", fonts.file().read_bytes()),
        **({LOGO_ADDRESS: (media_type(logo), logo)} if logo else {}),
    }

    class Shelf(URLFetcher):  # type: ignore[misc]
        """Hands out the fixed resources and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url not in resources:
                raise ValueError(f"not on the shelf: {url[:80]}")
            kind, content = resources[url]
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    fetcher = Shelf(allowed_protocols=(fonts.SCHEME,), allow_redirects=False, fail_on_errors=True)
    try:
        paper = HTML(string=html, base_url=f"{fonts.SCHEME}:", url_fetcher=fetcher)
        written = paper.write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode(), uncompressed_pdf=False
        )
    except FatalURLFetchingError as refused:
        raise RenderError(
            "blocked",
            f"The paper asked for something outside itself and was stopped: {str(refused)[:200]}. "
            "Remove the address from the text that holds it.",
        ) from None
    return bytes(written)


def _child() -> int:
    """Read a job from standard input; write the PDF, or what went wrong, to standard output."""
    job = json.loads(sys.stdin.buffer.read())
    output = os.dup(1)
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    _, memory_mb, file_mb = job["limits"]
    status = FAILED
    try:
        _confine(*job["limits"])
        Inspector().feed(job["html"])
        written = _press(job["html"], job["identifier"], base64.b64decode(job["logo"]))
        if len(written) > file_mb * MEGABYTE:
            raise RenderError("too_large", _too_large("bytes of PDF", len(written), file_mb * MEGABYTE))
        status = 0
    except RenderError as error:
        written = _told(error.code, error.reason)
    except fonts.FontsMissing as error:
        written = _told(
            "fonts", f"{error} Run the set-up again (make run does it), then ask for the paper again."
        )
    except (MemoryError, RecursionError, SystemError):
        written = _told(
            "memory",
            f"The paper needs more than the {memory_mb:,} MB of memory that printing may use. {LESS}",
        )
    except Exception as error:
        written = _told(
            "markup",
            f"The paper's markup could not be laid out ({type(error).__name__}). This is a fault of the program: "
            "tell whoever runs this server, and name the run.",
        )
    with os.fdopen(output, "wb") as stream:
        stream.write(written)
    return status


def _told(code: Code, reason: str) -> bytes:
    return json.dumps({"code": code, "reason": reason}).encode()


if __name__ == "__main__":
    code = _child()
    sys.stdout.flush()
    os._exit(code)
