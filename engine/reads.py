"""The facts that rules read by name, and the rule's room; tables name the facts they read themselves."""

from __future__ import annotations

from collections.abc import Mapping

READS: Mapping[str, str] = {}
