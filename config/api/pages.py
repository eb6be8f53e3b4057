"""What the API serves to everybody: its description, what its problems mean, and a 404 in its own words."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import public_view
from config.api.base import PublicView
from config.api.openapi import document
from config.api.operations import Content, Operation
from config.api.problems import KINDS, plain_problem


class Schema(PublicView):
    operations = {
        "GET": Operation("Read this description", None, Content("application/json", {"type": "object"}))
    }

    def get(self, request: Request) -> Response:
        return Response(document())


class HtmlRenderer(JSONRenderer):
    """Lets a person's browser ask for a page; what is rendered is only ever a problem."""

    media_type = "text/html"


class ProblemPage(PublicView):
    """What a kind of problem means, and what to do."""

    renderer_classes = (HtmlRenderer, JSONRenderer)
    operations = {
        "GET": Operation("Read what a problem means", None, Content("text/html", {"type": "string"}))
    }

    def get(self, request: Request, status: int) -> HttpResponse:
        if status not in KINDS:
            raise Http404
        context = {"status": status, "kind": KINDS[status]}
        return render(request._request, "api/problem.html", context)


@csrf_exempt
@public_view
def nowhere(request: HttpRequest) -> HttpResponse:
    return plain_problem(
        request, 404, "There is nothing at this address. /api/v1/openapi.json lists what there is."
    )
