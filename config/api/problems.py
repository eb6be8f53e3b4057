"""Errors of the API as RFC 9457 problems: what is wrong, where, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from engine.strict import Problem

TITLES = {
    400: "The request is not valid",
    401: "Sign in, or send an API key",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    406: "Only JSON is served here",
    409: "Already so",
    412: "Changed by somebody else",
    413: "Too large",
    415: "Only JSON is read here",
    422: "The content is refused",
    428: "Say which version you change",
    429: "Too many requests",
    500: "Our fault",
    503: "Not ready",
}


class ApiProblem(exceptions.APIException):
    """A refusal with a status, a sentence, and a list of faults with JSON pointers."""

    def __init__(self, status_code: int, detail: str, faults: Iterable[Problem] = ()) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.faults = tuple(faults)


def body(
    request: HttpRequest, status_code: int, detail: str, faults: Sequence[Problem] = ()
) -> dict[str, Any]:
    """The problem object; `type` is the address of the page that explains it."""
    found: dict[str, Any] = {
        "type": request.build_absolute_uri(reverse("api_problem", args=[status_code])),
        "title": TITLES.get(status_code, "The request failed"),
        "status": status_code,
        "detail": detail,
        "instance": f"urn:request:{getattr(request, 'request_id', '')}",
    }
    if faults:
        found["errors"] = [{"pointer": f.where, "detail": f.what, "right": f.right} for f in faults]
    return found


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every exception of a view becomes a problem; unknown ones are left to Django."""
    request = context["request"]
    headers: dict[str, str] = {}
    if isinstance(error, Http404):
        code, detail, faults = 404, "There is nothing at this address.", ()
    elif isinstance(error, PermissionDenied):
        code, detail, faults = 403, str(error) or "Your role does not allow this.", ()
    elif isinstance(error, exceptions.APIException):
        code = error.status_code
        detail = error.detail if isinstance(error.detail, str) else "The request is not valid."
        faults = getattr(error, "faults", ())
        if getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
        if getattr(error, "wait", None):
            headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    else:
        return None
    set_rollback()
    response = Response(body(request, code, detail, faults), status=code, headers=headers)
    response.content_type = "application/problem+json"
    return response


def plain_problem(request: HttpRequest, status_code: int, detail: str) -> JsonResponse:
    """A problem outside any API view: an unknown address, a failure."""
    return JsonResponse(
        body(request, status_code, detail), status=status_code, content_type="application/problem+json"
    )
