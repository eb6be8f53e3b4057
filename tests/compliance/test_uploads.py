"""What is taken in and what is not: judged by content, whatever the name says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from PIL import Image, PngImagePlugin

from compliance.uploads import LARGEST, NotTaken, examined

TYPES = b"[Content_Types].xml"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"


def picture(kind: str, **saved: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), (200, 30, 30)).save(out, kind, **saved)
    return out.getvalue()


def archive(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
SHEET = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("report.pdf", PDF, "application/pdf"),
        ("REPORT.PDF", PDF, "application/pdf"),
        (
            "letter.docx",
            archive(WORD),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("list.xlsx", archive(SHEET), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("log.csv", "a;b\r\nä;=1+1\r\n".encode(), "text/csv; charset=utf-8"),
        ("notes.md", b"# Notes\n\n<b>later</b>\n", "text/plain; charset=utf-8"),
        ("facts.json", b'{"a": 1}', "application/json"),
    ],
)
def test_what_is_taken_is_kept_byte_for_byte(name: str, content: bytes, media_type: str) -> None:
    upload = examined(name, content)
    assert (upload.filename, upload.media_type, upload.content) == (name, media_type, content)


@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.jpeg", "JPEG")])
def test_pictures_are_made_anew_from_their_pixels(name: str, kind: str) -> None:
    """What was beside the pixels is gone: a comment, and an archive hung on behind."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "hidden-marker")
    noted = {"pnginfo": info} if kind == "PNG" else {"comment": b"hidden-marker"}
    sent = picture(kind, **noted) + archive({"evil.js": b"1"})
    assert b"hidden-marker" in sent
    kept = examined(name, sent)
    assert kept.media_type == f"image/{kind.lower()}"
    assert b"hidden-marker" not in kept.content
    assert b"evil.js" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as opened:
        assert (opened.format, opened.size) == (kind, (3, 2))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.txt", b"", "it is empty"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "its name ends in “.svg”"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is no PNG picture"),
        ("picture.txt", b"\xef\xbb\xbf \n<svg onload=alert(1)>", "it is markup (HTML, SVG or XML)"),
        ("page.html", b"<html>", "its name ends in “.html”"),
        ("program.exe", b"MZ\x90\x00", "its name ends in “.exe”"),
        ("program.pdf", b"MZ\x90\x00", "it is no whole PDF"),
        ("half.pdf", b"%PDF-1.7\nno end", "it is no whole PDF"),
        ("late.pdf", b"GIF89a" + PDF, "it is no whole PDF"),
        ("program.txt", b"MZ\x90\x00", "it is no plain text"),
        ("latin.txt", "ä".encode("latin-1"), "it is no text in UTF-8"),
        ("photo.jpg", picture("PNG"), "it is no JPEG picture"),
        ("cut.png", picture("PNG")[:40], "it is no PNG picture"),
        ("archive.zip", archive(WORD), "its name ends in “.zip”"),
        ("list.xlsx", archive(WORD), "it is no XLSX file"),
        ("list.xlsx", b"PK\x03\x04 no archive", "it is no XLSX file"),
        ("macro.docx", archive(WORD | {"word/vbaProject.bin": b"x"}),
         "it holds a program or another archive: word/vbaProject.bin"),
        ("nested.docx", archive(WORD | {"word/more.zip": b"x"}),
         "it holds a program or another archive: word/more.zip"),
        ("out.docx", archive(WORD | {"../../etc/passwd": b"x"}), "its parts lead out of it"),
        ("bomb.docx", archive(WORD | {"word/media/a.xml": b"0" * 5_000_000}),
         "its part word/media/a.xml unpacks to far more than it is"),
        ("many.docx", archive(WORD | {f"word/{n}.xml": b"" for n in range(2000)}),
         "it unpacks to more than is read"),
        ("noending", PDF, "its name has no ending"),
    ],
)  # fmt: skip
def test_what_is_not_taken_says_why(name: str, content: bytes, why: str) -> None:
    with pytest.raises(NotTaken) as refused:
        examined(name, content)
    assert str(refused.value) == why


def test_one_byte_too_many_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(NotTaken, match=f"it has {LARGEST + 1} bytes"):
        examined("large.txt", b"a" * (LARGEST + 1))
    assert len(examined("large.txt", b"a" * LARGEST).content) == LARGEST


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (50_000, 900)).save(out, "PNG")
    with pytest.raises(NotTaken, match="it has 50000 × 900 pixels"):
        examined("bomb.png", out.getvalue())


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt".replace(" x", ": x")),
        ("invoice\u202etxt.exe.txt", "invoicetxt.exe.txt"),
        ("a\x00b.txt", "ab.txt"),
        (f"{'a' * 300}.txt", f"{'a' * 114}.txt"),
    ],
)
def test_names_lead_nowhere_and_read_as_they_are(sent: str, kept: str) -> None:
    assert examined(sent, b"text").filename == kept
