"""The base of the API's views: scope, pages, versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, ClassVar

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Access
from accounts.audit import Actor
from accounts.models import Organisation
from accounts.roles import Action
from accounts.tenancy import scope
from config.api.problems import ApiProblem

LARGEST_PAGE = 200


class OrganisationView(APIView):
    """A resource of one organisation. `actions` declares, method by method, what the caller must be allowed."""

    access: ClassVar[Access] = Access("organisation")
    actions: ClassVar[Mapping[str, Action]]
    organisation: Organisation
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.opened:
            response = super().dispatch(request, *args, **kwargs)
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if hasattr(self, "organisation"):
            self.opened.enter_context(scope(self.organisation))


class SignedInView(APIView):
    access: ClassVar[Access] = Access("signed_in")


def page(request: Request, rows: QuerySet[Any], show: Callable[[Any], dict[str, Any]]) -> Response:
    """One page of rows by their database order: `limit` (1 to 200), an opaque `cursor`, `next` and a Link header."""
    unknown = set(request.query_params) - {"limit", "cursor", "archived"}
    if unknown:
        raise ApiProblem(
            400, f"Unknown parameter: {', '.join(sorted(unknown))}. Right: limit, cursor, archived."
        )
    limit_text = request.query_params.get("limit", "50")
    if not limit_text.isascii() or not limit_text.isdigit() or not 1 <= int(limit_text) <= LARGEST_PAGE:
        raise ApiProblem(
            400, f"limit is “{limit_text[:20]}”. Right: a whole number from 1 to {LARGEST_PAGE}."
        )
    limit = int(limit_text)
    cursor = request.query_params.get("cursor")
    if cursor:
        try:
            rows = rows.filter(pk__gt=signing.loads(cursor, salt="cursor"))
        except signing.BadSignature as error:
            raise ApiProblem(400, "This cursor was not made here. Right: the one of `next`.") from error
    found = list(rows.order_by("pk")[: limit + 1])
    answer: dict[str, Any] = {"items": [show(row) for row in found[:limit]], "next": None}
    response = Response(answer)
    if len(found) > limit:
        query = request.query_params.copy()
        query["cursor"] = signing.dumps(found[limit - 1].pk, salt="cursor")
        answer["next"] = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        response["Link"] = f'<{answer["next"]}>; rel="next"'
    return response


def etag(version: int) -> str:
    return f'"v{version}"'


def stated_version(request: Request) -> int:
    """The version in If-Match. Raises 428 without one, 412 for one that cannot be."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise ApiProblem(428, "Send If-Match with the ETag that you read, so that no change is lost.")
    number = given.strip('"').removeprefix("v")
    if not number.isascii() or not number.isdigit():
        raise ApiProblem(412, f"If-Match is {given[:40]}. Right: the ETag of the record as you read it.")
    return int(number)
