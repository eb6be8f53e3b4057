"""What every answer carries: a request id, and no caching of private pages."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.ids import public_id
from config.api.problems import MEDIA_TYPE, plain_problem
from config.errors import bad_request

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Give the request an id; it stands in the answer's X-Request-Id and in every log line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = public_id("req")  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class ApiProblems:
    """Under /api/ every error is a problem, also one that no API view made: a refused host, token or method."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith("/api/"):
            return response
        if response["Content-Type"] == MEDIA_TYPE:
            return response
        problem = plain_problem(request, response.status_code)
        if response.has_header("Allow"):
            problem["Allow"] = response["Allow"]
        return problem


class NoNulls:
    """A null character in an address or a form is the caller's fault: no text of the database can hold one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "NUL" in str(exception):
            return bad_request(request, exception)
        return None


class PrivateByDefault:
    """Answers to people who are signed in, or to keys, are never stored by caches; signing out clears the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.method == "POST" and request.path == reverse("account_logout"):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
