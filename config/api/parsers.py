"""JSON in, read as strictly as a document: no duplicate keys, no NaN, not too deep, not too large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from config.api.problems import ApiProblem
from engine.reading import LARGEST, DocumentError, parse


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ApiProblem(413, f"The body has more than {LARGEST} bytes.")
        try:
            return parse(data)
        except DocumentError as error:
            raise ApiProblem(400, "The body cannot be read.", error.problems) from error
