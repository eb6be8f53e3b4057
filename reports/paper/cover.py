"""The cover: what is asked, by whom, how far it is approved, and what the paper rests on."""

from __future__ import annotations

from typing import Any

from accounts.colours import ink_on
from reports import words
from reports.paper.material import Material, share_of

SHORT_HASH = 12
STATUSES = {"DRAFT": "Draft, not approved", "APPROVED": "Approved"}


def cover(paper: Material) -> dict[str, Any]:
    """The context of the cover."""
    header, result = paper.header, paper.result
    release = result["knowledge_release"]
    brand = header.get("branding") or {}
    return {
        "brand": brand,
        "text_on_band": ink_on(brand["band"]) if brand.get("band") else "",
        "title": title(paper),
        "status": STATUSES.get(header["status"], header["status"]),
        "made": words.day(header["created_at"][:10]),
        "as_of": words.day(result["as_of"]),
        "law_read_on": words.day(result["law_read_on"]),
        "prices": paper.prices,
        "hash": header["result_digest"][:SHORT_HASH],
        "foot": " · ".join(
            (
                *((f"WHAT-IF {words.short(header['scenario'], 6)}",) if header.get("scenario") else ()),
                words.short(header["organisation"], 8),
                *((brand["footer"],) if brand.get("footer") else ()),
                words.short(header["classification"], 6),
                f"snapshot {header['snapshot_id'].removeprefix('snap_')[:SHORT_HASH]}",
                f"rules {release}",
            )
        ),
        "goal": (paper.document.get("organisation") or {}).get("growth_objective") or "",
    }


def title(paper: Material) -> str:
    """The decision in a few words."""
    total, start = len(paper.in_order), len(paper.chosen)
    if start:
        return f"AI roadmap: start {share_of(start, total)}"
    return "AI roadmap: start no language model yet"
