"""What a file is, by its content: a closed list of kinds is kept, everything else is refused. Nothing is executed.

Pictures are made anew from their pixels, so that nothing hides in them. Office files are looked through as archives
and must hold no macros. Text must be text: markup, SVG included, is refused.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from accounts.pictures import Kind, NoPicture, plain_pixels, saved

LARGEST: Final = 25 * 2**20
MOST_PIXELS: Final = 40_000_000
MOST_ENTRIES: Final = 2000
MOST_UNPACKED: Final = 200 * 2**20
MOST_RATIO: Final = 200
LONGEST_NAME: Final = 120
TAKEN: Final = "PDF, PNG, JPEG, DOCX, XLSX, TXT, CSV, MD or JSON, of at most 25 MB"
OFFICE: Final[Mapping[str, tuple[str, str]]] = {
    "docx": (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
TEXTS: Final[Mapping[str, str]] = {
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
NESTED: Final = (
    ".zip",
    ".docx",
    ".xlsx",
    ".pptx",
    ".jar",
    ".7z",
    ".rar",
    ".gz",
    ".exe",
    ".dll",
    ".js",
    ".vbs",
)
CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class NotTaken(Exception):
    """A file that is refused; the text says why."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it is kept."""

    filename: str
    media_type: str
    content: bytes


def examined(name: str, content: bytes) -> Upload:
    """The file as it is kept. Raises NotTaken for what is too large, of no kind that is taken, or not what it says."""
    if len(content) > LARGEST:
        raise NotTaken(f"it has {len(content)} bytes")
    if not content:
        raise NotTaken("it is empty")
    filename = plain_name(name)
    ending = filename.rpartition(".")[2].lower()
    if ending not in KINDS:
        raise NotTaken(f"its name ends in “.{ending[:10]}”" if "." in filename else "its name has no ending")
    media_type, kept = KINDS[ending](content, ending)
    return Upload(filename, media_type, kept)


def plain_name(name: str) -> str:
    """The last part of a name, without what changes how it reads or where it leads."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    printable = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem, dot, ending = printable.strip(" .").rpartition(".")
    return f"{stem[: LONGEST_NAME - 6]}{dot}{ending[:5]}"


def _pdf(content: bytes, ending: str) -> tuple[str, bytes]:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise NotTaken("it is no whole PDF")
    return "application/pdf", content


def _picture(content: bytes, ending: str) -> tuple[str, bytes]:
    kind: Kind = "PNG" if ending == "png" else "JPEG"
    try:
        return f"image/{kind.lower()}", saved(plain_pixels(content, kind, most=MOST_PIXELS), kind)
    except NoPicture as error:
        raise NotTaken(str(error)) from error


def _office(content: bytes, ending: str) -> tuple[str, bytes]:
    part, media_type = OFFICE[ending]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotTaken(f"it is no {ending.upper()} file") from error
    names = [entry.filename for entry in entries]
    if part not in names or "[Content_Types].xml" not in names:
        raise NotTaken(f"it is no {ending.upper()} file")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise NotTaken("it unpacks to more than is read")
    for entry in entries:
        lower = entry.filename.lower()
        if entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise NotTaken(f"its part {entry.filename[:60]} unpacks to far more than it is")
        if entry.flag_bits & 1:
            raise NotTaken("it is encrypted")
        if "vbaproject" in lower or lower.endswith(NESTED):
            raise NotTaken(f"it holds a program or another archive: {entry.filename[:60]}")
        if lower.startswith(("/", "\\")) or ".." in PurePosixPath(lower).parts:
            raise NotTaken("its parts lead out of it")
    return media_type, content


def _text(content: bytes, ending: str) -> tuple[str, bytes]:
    if CONTROL.search(content):
        raise NotTaken("it is no plain text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTaken("it is no text in UTF-8") from error
    if text.lstrip().startswith("<"):
        raise NotTaken("it is markup (HTML, SVG or XML)")
    return TEXTS[ending], content


KINDS: Final[Mapping[str, Callable[[bytes, str], tuple[str, bytes]]]] = {
    "pdf": _pdf,
    "png": _picture,
    "jpg": _picture,
    "jpeg": _picture,
    **dict.fromkeys(OFFICE, _office),
    **dict.fromkeys(TEXTS, _text),
}
