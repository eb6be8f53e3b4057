"""The size of an upload is judged before a byte of it is read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from compliance.uploads import LARGEST

BESIDE_THE_FILE = 2**20
"""Room for the other fields of the form, and for its frame."""


class SizeFirst(FileUploadHandler):
    """Refuses a body that is larger than the largest file; then the handlers behind it store what is left."""

    def handle_raw_input(  # type: ignore[override]
        self,
        input_data: Any,
        meta: Any,
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        if content_length > LARGEST + BESIDE_THE_FILE:
            raise RequestDataTooBig(f"{content_length} bytes were announced.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one keep the file."""
