"""Lists, page by page: stable while rows come and go, and saying nothing of how many rows there are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.operations import LARGEST_PAGE
from config.api.problems import ApiProblem
from engine.canonical import to_plain
from engine.strict import Problem


def listed(
    request: Request,
    rows: QuerySet[Any],
    show: Callable[[Any], Any],
    *,
    by: str = "public_id",
    archive: bool = False,
) -> Response:
    """One page in the order in which the rows were made: `items`, `next`, and the same as a Link.

    `by` is the opaque field that a cursor holds; `rows` hold what is archived too where there is an archive.
    """
    limit = _limit(request)
    wanted = rows
    if archive and not _flag(request, "archived"):
        wanted = wanted.filter(archived_at=None)
    salt = f"cursor:{request.path}"
    cursor = request.query_params.get("cursor")
    if cursor is not None:
        try:
            last = signing.loads(cursor, salt=salt)
        except signing.BadSignature as error:
            raise _refused("cursor", cursor, "the one of `next`, for the list that gave it") from error
        wanted = wanted.filter(pk__gt=rows.filter(**{by: last}).order_by().values("pk")[:1])
    found = list(wanted.order_by("pk")[: limit + 1])
    body: dict[str, Any] = {"items": [to_plain(show(row)) for row in found[:limit]], "next": None}
    response = Response(body)
    if len(found) > limit:
        query = request.query_params.copy()
        query["cursor"] = signing.dumps(_value(found[limit - 1], by), salt=salt)
        body["next"] = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        response["Link"] = f'<{body["next"]}>; rel="next"'
    return response


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "50")
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= LARGEST_PAGE:
        raise _refused("limit", text, f"a whole number from 1 to {LARGEST_PAGE}")
    return int(text)


def _flag(request: Request, name: str) -> bool:
    text = request.query_params.get(name, "false")
    if text not in ("true", "false"):
        raise _refused(name, text, "true or false")
    return text == "true"


def _refused(name: str, text: str, right: str) -> ApiProblem:
    fault = Problem("", f"{name} is “{text[:40]}”", right)
    return ApiProblem(400, "The address has a parameter that cannot be.", [fault])
