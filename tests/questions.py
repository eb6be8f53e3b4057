"""What an answer asks of the database."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def questions(client: Client, address: str, **headers: str) -> list[str]:
    """What an address asks of the database, without the frame of transaction and scope."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, address
        if answer.streaming:
            list(answer.streaming_content)  # type: ignore[attr-defined]
    asked = [query["sql"].lstrip("(") for query in captured]
    return [sql for sql in asked if sql.startswith("SELECT") and "set_config" not in sql]


def written(client: Client, address: str, body: object) -> list[str]:
    """Every query of a write over the API, those of its frame included; the marks of transactions are none."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address, body, content_type="application/json")
        assert answer.status_code == 201, answer.content
    asked = [query["sql"] for query in captured]
    return [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE"))]
