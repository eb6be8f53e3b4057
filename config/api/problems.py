"""Errors of the API as RFC 9457 problems: what is wrong, where, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from rest_framework.exceptions import APIException

from config.api import shapes
from engine.canonical import to_plain
from engine.strict import Problem

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a status means here, and what to do about it."""

    title: str
    text: str


KINDS: Final[Mapping[int, Kind]] = {
    400: Kind(
        "The request is not valid",
        "Something in the request is missing, unknown or malformed. `errors` names each place by JSON pointer.",
    ),
    401: Kind("Sign in, or send an API key", "The session or API key is missing, wrong, revoked or expired."),
    403: Kind(
        "Not allowed",
        "You are known here, and your role does not include this, or the organisation is archived.",
    ),
    404: Kind("Not found", "There is nothing at this address for you."),
    405: Kind(
        "This address does not take that method", "The address exists; the header Allow lists its methods."
    ),
    406: Kind("Not served in that form", "The API answers in JSON. Send Accept: application/json."),
    409: Kind("Already so", "The thing is in a state that does not allow this; `detail` says which."),
    412: Kind(
        "Changed by somebody else",
        "Somebody changed the thing since you read it. Read it again, then send your change with the new ETag.",
    ),
    413: Kind("Too large", "The body is larger than the API reads."),
    415: Kind(
        "Only JSON is read here",
        "Send the body as JSON, with Content-Type: application/json; an upload as multipart/form-data.",
    ),
    422: Kind(
        "The content is refused",
        "The request is well-formed and cannot be done; `detail` says what is missing.",
    ),
    429: Kind(
        "Too many calls",
        "Your organisation has used the calls of this minute. Retry-After says when the next one begins.",
    ),
    428: Kind("Say which version you change", "A change needs If-Match with the ETag that you read."),
    500: Kind("Our fault", "The fault is ours. The instance id finds it in the logs."),
    503: Kind("Not ready", "The service is starting or a part of it is away. Try again soon."),
}


class ApiProblem(APIException):
    """A refusal with a status, a sentence, and a list of faults with JSON pointers."""

    def __init__(self, status_code: int, detail: str, faults: Iterable[Problem] = ()) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.faults = tuple(faults)


def body(
    request: HttpRequest, status_code: int, detail: str, faults: Sequence[Problem] = ()
) -> dict[str, Any]:
    """The problem object; `type` is the address of the page that explains it."""
    kind = KINDS.get(status_code, KINDS[500 if status_code >= 500 else 400])
    address = reverse("api_problem", args=[status_code if status_code in KINDS else 400])
    with suppress(DisallowedHost):
        address = request.build_absolute_uri(address)
    found: dict[str, Any] = to_plain(
        shapes.Problem(
            type=address,
            title=kind.title,
            status=status_code,
            detail=detail or kind.text,
            instance=f"urn:request:{getattr(request, 'request_id', '')}",
            errors=tuple(shapes.Fault(pointer=f.where, detail=f.what, right=f.right) for f in faults),
        )
    )
    return found


def plain_problem(request: HttpRequest, status_code: int, detail: str = "") -> JsonResponse:
    """A problem outside any API view: an unknown address, a failure, a refused host or form token."""
    return JsonResponse(body(request, status_code, detail), status=status_code, content_type=MEDIA_TYPE)
