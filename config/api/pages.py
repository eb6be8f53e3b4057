"""What the API serves to everybody: its description, what its problems mean, and a 404 in its own words."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from accounts.access import public_view
from config.api.problems import TITLES, plain_problem

EXPLAINED = {
    400: "Something in the request is missing, unknown or malformed. `errors` names each place by JSON pointer.",
    401: "The session or API key is missing, wrong, revoked or expired.",
    403: "You are known here, and your role does not include this. The page Roles shows who may do what.",
    404: "There is nothing at this address for you.",
    405: "The address exists; the header Allow lists its methods.",
    406: "The API answers in JSON. Send Accept: application/json.",
    409: "The thing is in a state that does not allow this; `detail` says which.",
    412: "Somebody changed the record since you read it. Read it again, then send your change with the new ETag.",
    413: "The body is larger than the API reads.",
    415: "Send the body as JSON, with Content-Type: application/json.",
    422: "The request is well-formed and cannot be done; `detail` says what is missing.",
    428: "A change needs If-Match with the ETag that you read.",
    429: "Too many requests. Wait as long as Retry-After says.",
    500: "The fault is ours. The instance id finds it in the logs.",
    503: "The service is starting or a part of it is away. Try again soon.",
}


@public_view
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 description."""
    generator = SchemaGenerator(api_version="v1")
    return JsonResponse(generator.get_schema(request=None, public=True))


@public_view
def problem(request: HttpRequest, status: int) -> HttpResponse:
    """What a kind of problem means, and what to do."""
    if status not in EXPLAINED:
        raise Http404
    context = {"status": status, "title": TITLES[status], "text": EXPLAINED[status]}
    return render(request, "api/problem.html", context)


@public_view
def nowhere(request: HttpRequest) -> HttpResponse:
    return plain_problem(
        request, 404, "There is nothing at this address. /api/v1/openapi.json lists what there is."
    )
