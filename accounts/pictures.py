"""Pictures made anew from their pixels, so that nothing hides in them: no metadata, no profile, no second content."""

from __future__ import annotations

import io
from typing import Final, Literal

from PIL import Image, UnidentifiedImageError

Kind = Literal["PNG", "JPEG"]
STARTS: Final[dict[bytes, Kind]] = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
UNREADABLE: Final = (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError)


class NoPicture(Exception):
    """What cannot be made anew; the text says why."""


def kind_of(content: bytes) -> Kind | None:
    """What a picture is by its first bytes, whatever its name says; None for anything else, SVG included."""
    return next((kind for start, kind in STARTS.items() if content.startswith(start)), None)


def media_type(content: bytes) -> str:
    """How a browser is told what a picture is. Raises NoPicture for what is none."""
    kind = kind_of(content)
    if kind is None:
        raise NoPicture("it is neither PNG nor JPEG")
    return f"image/{kind.lower()}"


def plain_pixels(content: bytes, kind: Kind, *, most: int) -> Image.Image:
    """The pixels alone of a picture of that kind and of at most so many. Raises NoPicture before it unpacks more."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > most:
                raise NoPicture(f"it has {picture.width} × {picture.height} pixels; at most {most} are read")
            plain = picture.convert("RGBA" if kind == "PNG" else "RGB")
    except UNREADABLE as error:
        raise NoPicture(f"it is no {kind} picture") from error
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean


def saved(picture: Image.Image, kind: Kind) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()
