"""From a spec to the SVG a page may carry: named for readers, without foreign attributes, with its own ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import vl_convert

SVG = "http://www.w3.org/2000/svg"
LONGEST_TITLE = 250

Element = ElementTree.Element


def tag(name: str) -> str:
    """An SVG element's name with its namespace."""
    return f"{{{SVG}}}{name}"


def node(parent: Element, name: str, text: str | None = None, **attributes: str | float) -> Element:
    """A child element; underscores in attribute names stand for dashes, numbers get two decimals at most."""
    named = {key.rstrip("_").replace("_", "-"): plain(value) for key, value in attributes.items()}
    child = ElementTree.SubElement(parent, tag(name), named)
    child.text = text
    return child


def plain(value: str | float) -> str:
    """A coordinate without trailing zeros."""
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def canvas(width: float, height: float) -> Element:
    """An empty picture of a size in CSS pixels."""
    size = {"width": plain(width), "height": plain(height), "viewBox": f"0 0 {plain(width)} {plain(height)}"}
    return ElementTree.Element(tag("svg"), size)


def finish(root: Element, title: str) -> str:
    """The markup of a picture, with the title first, as its text alternative (250 characters at most)."""
    words = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    name = ElementTree.Element(tag("title"))
    name.text = words
    root.insert(0, name)
    root.set("role", "img")
    ElementTree.register_namespace("", SVG)  # other libraries of the process register their own prefix
    return ElementTree.tostring(root, encoding="unicode")


def draw(spec: dict[str, Any], title: str) -> str:
    """The markup of a Vega-Lite spec. The spec carries its data; nothing is fetched."""
    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    root = ElementTree.fromstring(drawn)  # noqa: S314 (made here, from our own data)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == tag("path") and not child.get("d"):
                parent.remove(child)
    for element in root.iter():
        for name in [name for name in element.attrib if name.startswith(("aria-", "pointer-"))]:
            del element.attrib[name]
        for name in ("class", "role"):
            element.attrib.pop(name, None)
    return finish(root, title)


def wrap(text: str, width: int, most: int = 2) -> list[str]:
    """The text in at most `most` lines of about `width` characters, broken between words."""
    lines: list[str] = []
    for word in re.findall(rf"\S{{1,{width}}}", text):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: width - 1].rstrip()}…"]
    return lines or [""]


def label(
    parent: Element, lines: Sequence[str], x: float, y: float, leading: float, **attributes: Any
) -> None:
    """Lines of text centred on `y`."""
    top = y - leading * (len(lines) - 1) / 2
    for index, line in enumerate(lines):
        node(parent, "text", line, x=x, y=top + index * leading, **attributes)
