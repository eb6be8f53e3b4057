"""How an organisation's board papers look: logo, two colours, a line in the footer, the label of confidentiality."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import transaction

from accounts.audit import Actor, record_event
from accounts.colours import FORM, PAPER, contrast, darkened, ink_on, reads
from accounts.models import Branding, Logo
from accounts.pictures import NoPicture, kind_of, plain_pixels, saved
from accounts.services import Refused, lock_members
from accounts.versions import Conflict

LARGEST_LOGO: Final = 2**20
MOST_LOGO_PIXELS: Final = 8_000_000
LOGO_BOX: Final = (1600, 800)
TAKEN: Final = "a PNG or JPEG of at most 1 MB and 8 million pixels"


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as `#0b6e75`, for headings and for the band on the cover; texts. Empty is as Sextant has it."""

    colour: str = ""
    band: str = ""
    footer: str = ""
    confidentiality: str = ""


def branding() -> Branding:
    """The open organisation's branding; one that says nothing where none was set."""
    return Branding.objects.select_related("logo").first() or Branding()


def look_of(stored: Branding) -> Look:
    return Look(stored.colour, stored.band, stored.footer, stored.confidentiality)


def frozen(stored: Branding) -> dict[str, Any]:
    """What a board paper keeps of the branding of its moment; empty where nothing was set."""
    said = {name: value for name, value in asdict(look_of(stored)).items() if value}
    if stored.logo is not None:
        said["logo"] = stored.logo.sha256
    return said


@transaction.atomic
def set_look(look: Look, *, actor: Actor, version: int) -> Branding:
    """Set colours and texts. Raises Refused, with the contrast where a colour cannot be read; Conflict."""
    look = Look(**{name: " ".join(value.split()) for name, value in asdict(look).items()})
    look = Look(look.colour.lower(), look.band.lower(), look.footer, look.confidentiality)
    _refuse_colours(look)
    _refuse_length("footer", look.footer)
    _refuse_length("confidentiality", look.confidentiality)
    stored = _held(version)
    for name, value in asdict(look).items():
        setattr(stored, name, value)
    return _changed(stored, actor)


@transaction.atomic
def set_logo(content: bytes | None, *, actor: Actor, version: int | None = None) -> Branding:
    """Show another logo, made anew from its pixels, or none. Raises Refused for what is no PNG or JPEG; Conflict."""
    made = None if content is None else _made_anew(content)
    stored = _held(version)
    stored.logo = made
    return _changed(stored, actor)


def _made_anew(content: bytes) -> Logo:
    if len(content) > LARGEST_LOGO:
        raise Refused(f"The logo has {len(content)} bytes. Right: {TAKEN}.", "/file")
    kind = kind_of(content)
    if kind is None:
        raise Refused(f"The logo is neither PNG nor JPEG; SVG is not taken. Right: {TAKEN}.", "/file")
    try:
        picture = plain_pixels(content, kind, most=MOST_LOGO_PIXELS)
    except NoPicture as error:
        raise Refused(f"The logo is refused: {error}. Right: {TAKEN}.", "/file") from error
    picture.thumbnail(LOGO_BOX)
    plain = saved(picture, kind)
    digest = hashlib.sha256(plain).hexdigest()
    return Logo.objects.get_or_create(sha256=digest, defaults={"content": plain})[0]


def _held(version: int | None) -> Branding:
    """The branding as stored now; the organisation's row is held, so that changes come one after the other."""
    lock_members()
    stored = branding()
    if version is not None and stored.version != version:
        raise Conflict(stored)
    return stored


def _changed(stored: Branding, actor: Actor) -> Branding:
    before, after = frozen(branding()), frozen(stored)
    if before == after:
        return stored
    stored.version += 1
    stored.save()
    record_event(actor=actor, action="branding.changed", obj=stored, before=before, after=after)
    return stored


def _refuse_colours(look: Look) -> None:
    for where, colour in (("/colour", look.colour), ("/band", look.band)):
        if colour and not FORM.fullmatch(colour):
            raise Refused(
                f"“{colour[:20]}” is no colour. Right: # and six hexadecimal digits, like #0b6e75.", where
            )
    if look.colour and not reads(look.colour, PAPER):
        raise Refused(
            f"{look.colour} on white paper has a contrast of {_ratio(look.colour, PAPER)}. "
            f"Right: 4.5:1 or more, for example {darkened(look.colour, PAPER)}.",
            "/colour",
        )
    if look.band and not reads(ink_on(look.band), look.band):
        raise Refused(
            f"Text on {look.band} has a contrast of {_ratio(ink_on(look.band), look.band)} at best. "
            f"Right: 4.5:1 or more, for example {darkened(look.band, PAPER)}.",
            "/band",
        )


def _ratio(one: str, other: str) -> str:
    """A contrast in words, never rounded up to one that would do."""
    return f"{int(contrast(one, other) * 100) / 100:.2f}:1"


def _refuse_length(name: str, text: str) -> None:
    longest = Branding._meta.get_field(name).max_length
    if longest is not None and len(text) > longest:
        raise Refused(f"{len(text)} characters. Right: at most {longest}.", f"/{name}")
