"""Error pages that say what happened and where to go, and nothing about what else exists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import public_view


@public_view
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


@public_view
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    context = {"reason": str(exception), "way_out": getattr(exception, "way_out", None)}
    return render(request, "errors/403.html", context, status=403)


@public_view
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


@public_view
def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", status=500)
