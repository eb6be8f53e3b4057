"""The catalogue of base models as it stood on a day: what each may be used for, how good it is, what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.inputs import Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """The shape of a dense decoder. Its exact parameter count and key-value cache follow from it.

    `gated` feed-forward blocks have three matrices, others two. `tied` models share one matrix between input
    and output embedding. `head_norms` models normalise queries and keys within each head.
    """

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    feed_forward: int
    vocabulary: int
    tied: bool = False
    gated: bool = True
    head_norms: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """A base model of the catalogue.

    `parameters` and `active_parameters` (those that work on one token) are 0 where the maker does not say.
    `capability` is a judged tier: 1 one narrow task, 2 everyday language work, 3 demanding work, 4 the frontier.
    `benchmark` is the score of a public comparison over many tests, None where it was not read.
    `licence` is free (use, tuning and sale are open), restricted (conditions apply) or closed (a vendor's
    terms). `tuned_by_vendor` says that its vendor still offers tuning. Prices name facts. `since` is the day
    on which the row was true.
    """

    name: str
    maker: str
    country: str
    released: date
    kind: Literal["decoder", "encoder"] = "decoder"
    hosted: bool
    open_weights: bool
    licence: Literal["free", "restricted", "closed"]
    licence_name: str
    licensed_data: bool = False
    modalities: tuple[Modality, ...] = ("text",)
    multilingual: bool = True
    parameters: int = 0
    active_parameters: int = 0
    architecture: Architecture | None = None
    context_window: int
    capability: int
    benchmark: Decimal | None = None
    price_in: str | None = None
    price_out: str | None = None
    long_context_from: int | None = None
    long_price_in: str | None = None
    long_price_out: str | None = None
    tuned_by_vendor: bool = False
    retires_on: date | None = None
    since: date
    source: str
    note: str = ""
