"""The base of the API's views: the declared operation, the scope, the body, the version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, ClassVar, Literal, TypeVar

from django.http import Http404, HttpRequest, HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Access, note_auditor
from accounts.audit import Actor
from accounts.models import Membership, Organisation
from accounts.roles import Section
from accounts.tenancy import scope, seeing
from config.api.operations import Operation
from config.api.problems import ApiProblem
from engine.canonical import digest, to_plain
from engine.strict import Problem, nearest, read

T = TypeVar("T")
VERSION_ETAG = re.compile(r'"v(?P<version>0|[1-9][0-9]{0,8})"')


class ApiView(APIView):
    """A resource. `operations` declares its methods; a query parameter that none declares is refused."""

    access: ClassVar[Access]
    operations: ClassVar[Mapping[str, Operation]]
    http_method_names = ["get", "head", "post", "put", "delete"]

    @classmethod
    def operation(cls, method: str | None) -> Operation | None:
        return cls.operations.get("GET" if method == "HEAD" else method or "")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        operation = self.operation(request.method)
        if operation is None:
            self.http_method_not_allowed(request)
        known = [parameter.name for parameter in operation.query] if operation else []
        faults = [
            Problem("", f"unknown query parameter “{name[:40]}”", nearest(name, known) if known else "none")
            for name in sorted(set(request.query_params) - set(known))
        ]
        if faults:
            raise ApiProblem(400, "The address has parameters that nothing here reads.", faults)


class PublicView(ApiView):
    """A resource for everybody."""

    access = Access("public")
    authentication_classes = ()
    permission_classes = ()


class SignedInView(ApiView):
    """A resource for whoever signed in, and for keys."""

    access = Access("signed_in")


class OrganisationView(ApiView):
    """A resource of one organisation, whose scope is open once the caller was let in."""

    access = Access("organisation")
    section: ClassVar[Section | Literal["open"] | None] = None
    organisation: Organisation
    actor: Actor
    member: Membership | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.opened:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.opened.enter_context(scope(self.organisation))
        if self.member is not None:
            self.opened.enter_context(seeing(self.member.sight()))
            note_auditor(request._request, self.member)


def found_or_404(found: T | None) -> T:
    """What a query found; Http404 for nothing."""
    if found is None:
        raise Http404
    return found


def read_body(request: Request, cls: type[T]) -> T:
    """The body as the dataclass that describes it. Raises a 400 that lists every fault."""
    problems: list[Problem] = []
    body = read(cls, request.data, "", problems)
    if problems or body is None:
        raise ApiProblem(400, "The body is refused; nothing was stored.", problems)
    return body


def answer(shape: Any, status: int = 200) -> Response:
    """A shape as the body of an answer."""
    return Response(to_plain(shape), status=status)


def single(request: Request, shape: Any, tag: str | None = None) -> Response:
    """One resource with its ETag: its version where it has one, else a digest; 304 for who has it already."""
    version = getattr(shape, "version", None)
    etag = f'"{tag}"' if tag else version_etag(version) if version is not None else f'"{digest(shape)[:32]}"'
    return unchanged(request, etag) or Response(to_plain(shape), headers={"ETag": etag})


def unchanged(request: Request, etag: str) -> Response | None:
    """304 where If-None-Match names the ETag."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    return Response(status=304, headers={"ETag": etag}) if etag in known or known == ["*"] else None


def versioned(shape: Any, status: int = 200) -> Response:
    """A written resource with the ETag of its new version."""
    return Response(to_plain(shape), status=status, headers={"ETag": version_etag(shape.version)})


def version_etag(version: int) -> str:
    return f'"v{version}"'


def stated_version(request: Request) -> int:
    """The version in If-Match. Raises 428 without one, 412 for one that cannot be."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise ApiProblem(428, "Send If-Match with the ETag that you read, so that no change is lost.")
    found = VERSION_ETAG.fullmatch(given)
    if found is None:
        raise ApiProblem(412, f"If-Match is {given[:40]}. Right: the ETag of the resource as you read it.")
    return int(found["version"])
