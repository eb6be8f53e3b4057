"""Branding: a logo made anew, colours that can be read, and papers that keep the look of their moment."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from accounts.audit import Actor
from accounts.branding import LARGEST_LOGO, Look, branding, look_of, set_logo, set_look
from accounts.colours import INK, PAPER, contrast, ink_on
from accounts.models import AuditEvent, Branding, Logo
from accounts.services import Refused
from accounts.tenancy import scope
from reports import services as reports
from reports.models import Report
from reports.paper import html_of, print_paper
from reports.render import RenderError, render_pdf
from tests.strategy.stored import finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
LOOK = Look("#7a2e1d", "#123456", "Twin Company SE, Register 1234", "Board only")


def picture(
    kind: str = "PNG", size: tuple[int, int] = (40, 20), colour: str = "#7a2e1d", **more: object
) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def owner(world: World) -> Actor:
    return Actor.person(world.person("north/owner"), "owner")


def at(world: World, path: str, side: str = "north") -> str:
    return f"/o/{getattr(world, side).slug}/{path}"


def entries(world: World) -> list[tuple[object, object]]:
    with scope(world.north):
        events = AuditEvent.objects.filter(action="branding.changed").order_by("number")
        return list(events.values_list("before", "after"))


def test_contrast_is_wcags() -> None:
    assert round(contrast("#000000", PAPER), 2) == 21
    assert round(contrast("#777777", PAPER), 2) == 4.48
    assert round(contrast("#767676", PAPER), 2) == 4.54
    assert (ink_on("#ffcc00"), ink_on("#123456")) == (INK, PAPER)


def test_a_logo_is_made_anew_without_what_hides_in_it(world: World) -> None:
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "marker-of-the-author")
    sent = picture(pnginfo=hidden) + b"<script>marker-behind</script>"
    assert b"marker-of-the-author" in sent
    with scope(world.north):
        set_logo(sent, actor=owner(world))
        stored = bytes(Logo.objects.get().content)
    assert b"marker" not in stored
    with Image.open(io.BytesIO(stored)) as shown:
        assert (shown.format, shown.size, shown.info, shown.getpixel((1, 1))) == (
            "PNG",
            (40, 20),
            {},
            (122, 46, 29, 255),
        )


def test_a_photograph_loses_the_place_where_it_was_taken_and_large_ones_shrink(world: World) -> None:
    exif = Image.Exif()
    exif[0x010F] = "marker-of-the-camera"
    with scope(world.north):
        set_logo(picture("JPEG", (3200, 800), exif=exif), actor=owner(world))
        stored = bytes(Logo.objects.get().content)
    assert b"marker-of-the-camera" not in stored
    with Image.open(io.BytesIO(stored)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (1600, 400), {})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither PNG nor JPEG; SVG is not taken"),
        (b"", "neither PNG nor JPEG"),
        (b"GIF89a" + b"0" * 100, "neither PNG nor JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "it is no PNG picture"),
        (picture(size=(4000, 2001)), "it has 4000 × 2001 pixels; at most 8000000 are read"),
        (picture() + b"0" * LARGEST_LOGO, "bytes. Right: a PNG or JPEG of at most 1 MB"),
    ],
)
def test_what_is_no_logo_is_refused_and_nothing_is_stored(world: World, content: bytes, words: str) -> None:
    with scope(world.north):
        with pytest.raises(Refused) as refusal:
            set_logo(content, actor=owner(world))
        assert words in str(refusal.value)
        assert (Logo.objects.count(), Branding.objects.count()) == (0, 0)
    assert entries(world) == []


def test_the_page_stores_a_logo_by_its_content_and_shows_it_to_members_alone(
    world: World, sign_in: SignIn
) -> None:
    client = sign_in(world, "north/admin")
    svg = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    assert client.post(at(world, "branding/logo/change/"), {"file": svg}).status_code == 400
    big = SimpleUploadedFile("logo.png", b"x" * (LARGEST_LOGO + 1), "image/png")
    refused = client.post(at(world, "branding/logo/change/"), {"file": big})
    assert (refused.status_code, f"{LARGEST_LOGO + 1} bytes" in refused.content.decode()) == (400, True)
    assert client.get(at(world, "branding/logo/")).status_code == 404
    sent = SimpleUploadedFile("logo.svg", picture("JPEG"), "image/svg+xml")
    assert client.post(at(world, "branding/logo/change/"), {"file": sent}).status_code == 302
    shown = sign_in(world, "north/viewer").get(at(world, "branding/logo/"))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"], shown["Content-Security-Policy"]) == (
        "image/jpeg",
        "nosniff",
        "sandbox; default-src 'none'",
    )
    assert "no-store" in shown["Cache-Control"]
    south = sign_in(world, "south/owner")
    assert south.get(at(world, "branding/logo/")).status_code == 404
    assert south.get(at(world, "branding/logo/", "south")).status_code == 404
    client = sign_in(world, "north/admin")
    assert client.post(at(world, "branding/logo/remove/")).status_code == 302
    assert client.get(at(world, "branding/logo/")).status_code == 404


@pytest.mark.parametrize(
    ("look", "where", "words"),
    [
        (
            Look(colour="#ffcc00"),
            "/colour",
            "#ffcc00 on white paper has a contrast of 1.51:1. Right: 4.5:1 or more, for example #8e7200.",
        ),
        (
            Look(colour="#777777"),
            "/colour",
            "#777777 on white paper has a contrast of 4.47:1. Right: 4.5:1 or more, for example #757575.",
        ),
        (
            Look(band="#7e7e7e"),
            "/band",
            "Text on #7e7e7e has a contrast of 4.05:1 at best. Right: 4.5:1 or more, for example #767676.",
        ),
        (
            Look(colour="teal"),
            "/colour",
            "“teal” is no colour. Right: # and six hexadecimal digits, like #0b6e75.",
        ),
        (Look(colour="#0b6e75;}*{color:red"), "/colour", "is no colour"),
        (Look(footer="x" * 81), "/footer", "81 characters. Right: at most 80."),
        (Look(confidentiality="x" * 61), "/confidentiality", "61 characters. Right: at most 60."),
    ],
)
def test_a_look_that_cannot_be_read_is_refused_with_its_ratio(
    world: World, look: Look, where: str, words: str
) -> None:
    with scope(world.north):
        with pytest.raises(Refused) as refusal:
            set_look(look, actor=owner(world), version=0)
        assert refusal.value.where == where
        assert words in str(refusal.value)
        assert look_of(branding()) == Look()
    assert entries(world) == []


def test_who_saves_an_old_look_is_told_and_the_text_is_kept(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    form = {"colour": "#123456", "version": "0"}
    assert client.post(at(world, "branding/change/"), form).status_code == 302
    again = client.post(at(world, "branding/change/"), form | {"colour": "#654321"})
    assert (again.status_code, 'value="#654321"' in again.content.decode()) == (409, True)
    assert 'name="version" value="1"' in again.content.decode()
    assert entries(world) == [({}, {"colour": "#123456"})]


def test_the_api_sets_a_look_and_a_logo(world: World, sign_in: SignIn) -> None:
    client, api = sign_in(world, "north/owner"), f"/api/v1/organisations/{world.north.public_id}/branding/"
    assert client.get(api).json() == {
        "version": 0, "colour": "", "band": "", "footer": "", "confidentiality": "", "logo_sha256": None,
    }  # fmt: skip
    stale = {"If-Match": '"v7"'}
    assert client.put(api, {}, content_type="application/json", headers=stale).status_code == 412
    first = {"If-Match": '"v0"'}
    faults = client.put(api, {"colour": "#ffffff"}, content_type="application/json", headers=first)
    assert (faults.status_code, faults.json()["errors"][0]["pointer"]) == (400, "/colour")
    made = client.put(api, {"colour": "#123456"}, content_type="application/json", headers=first)
    assert (made.status_code, made.json()["colour"], made["ETag"]) == (200, "#123456", '"v1"')
    sent = SimpleUploadedFile("x", picture())
    logo = client.post(f"{api}logo/", {"file": sent})
    assert (logo.status_code, len(logo.json()["logo_sha256"])) == (200, 64)
    assert client.get(f"{api}logo/")["Content-Type"] == "image/png"
    assert client.post(f"{api}logo/", {}).json()["errors"][0]["pointer"] == "/file"
    assert client.delete(f"{api}logo/", headers={"If-Match": logo["ETag"]}).json()["logo_sha256"] is None
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    assert Client().put(api, {}, content_type="application/json", headers=key).status_code == 403


def test_a_paper_keeps_the_branding_of_its_moment(world: World) -> None:
    """The same row prints to the same bytes, whatever becomes of logo, colours and texts afterwards."""
    with scope(world.north):
        set_look(LOOK, actor=owner(world), version=0)
        set_logo(picture(), actor=owner(world))
        run = finished_run(owner(world), "Staff assistant")
        old, _ = reports.request_report(run, actor=owner(world))
        set_look(Look(colour="#0000ff", footer="Another line"), actor=owner(world), version=2)
        set_logo(picture(colour="#0000ff"), actor=owner(world))
        new, made = reports.request_report(run, actor=owner(world))
        assert made
        set_logo(None, actor=owner(world))
        first = reports.claim(old.pk)
        assert first is not None
        before = print_paper(first.header, first.result, first.document, first.logo)
        Report.objects.filter(pk=old.pk).update(lease_until="2020-01-01T00:00Z")
        second, third = reports.claim(old.pk), reports.claim(new.pk)
    assert second is not None
    assert third is not None
    assert print_paper(second.header, second.result, second.document, second.logo) == before
    assert old.header["branding"] == {
        "colour": "#7a2e1d",
        "band": "#123456",
        "footer": "Twin Company SE, Register 1234",
        "confidentiality": "Board only",
        "logo": old.logo.sha256,
    }
    assert old.header["classification"] == "Board only"
    html = html_of(first.header, first.result, first.document)
    assert ".cover .band { background: #123456; color: #ffffff;" in html
    assert ".part, .cover .kind { color: #7a2e1d }" in html
    assert '<p class="band">Board only</p>' in html
    assert re.search(r'<p class="foot">[^<]*Twin Company SE, Register 1234 · Board only', html)
    later = html_of(third.header, third.result, third.document)
    assert "Another line" in later
    assert "Register 1234" not in later
    with pikepdf.open(io.BytesIO(before)) as pdf:
        cover = pdf.pages[0]
        assert [(image.Width, image.Height) for image in cover.get_images().values()] == [(40, 20)]


def test_a_paper_without_branding_is_as_before(world: World) -> None:
    with scope(world.north):
        report, _ = reports.request_report(finished_run(owner(world), "Staff assistant"), actor=owner(world))
        claim = reports.claim(report.pk)
        assert claim is not None
        assert (report.header["branding"], report.header["classification"], claim.logo) == (
            {},
            "Confidential",
            None,
        )
        page = html_of(claim.header, claim.result, claim.document)
        former = html_of(
            {k: v for k, v in claim.header.items() if k != "branding"}, claim.result, claim.document
        )
    assert page == former
    assert "band" not in page.partition("</style>")[2].partition("</section>")[0]


def test_the_printer_reaches_the_logo_and_nothing_else() -> None:
    from_shelf = '<img src="sextant:logo" alt="Logo">'
    when = datetime(2026, 11, 25, tzinfo=UTC)
    font = "<style>@font-face{font-family:Inter;src:url(sextant:font/inter.woff2)} body{font-family:Inter}</style>"
    page = f"<html lang=en><title>x</title>{font}{from_shelf}</html>"
    assert render_pdf(page, identifier="x", timestamp=when, logo=picture()).startswith(b"%PDF-")
    for address in (
        "sextant:logo/other",
        "sextant:logo?x",
        "file:///etc/hostname",
        "https://example.org/logo.png",
    ):
        with pytest.raises(RenderError) as refused:
            render_pdf(page.replace("sextant:logo", address), identifier="x", timestamp=when, logo=picture())
        assert refused.value.code == "blocked"
    with pytest.raises(RenderError) as missing:
        render_pdf(page, identifier="x", timestamp=when)
    assert missing.value.code == "blocked"
