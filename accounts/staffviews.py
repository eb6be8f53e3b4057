"""Who of the server's staff came into the organisation: when, why, until when, and how much they looked at."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import (
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, organisation_view
from accounts.models import AuditEvent, Membership
from accounts.staff import STAY

VISITS_A_PAGE = 25


def visits() -> QuerySet[AuditEvent]:
    """The visits of staff, newest first, each with its end and the number of `pages` that were opened."""
    opened = (
        AuditEvent.objects.filter(
            action="staff.viewed",
            actor_id=OuterRef("object_id"),
            at__gte=OuterRef("at"),
            at__lt=OuterRef("at") + STAY,
        )
        .order_by()
        .values("actor_id")
        .annotate(amount=Count("pk"))
        .values("amount")
    )
    ends = ExpressionWrapper(F("at") + STAY, output_field=DateTimeField())
    rows: QuerySet[AuditEvent] = AuditEvent.objects.filter(action="staff.came_in").annotate(
        pages=Coalesce(Subquery(opened, output_field=IntegerField()), 0), ends=ends
    )
    return rows


@organisation_view("see_usage")
def staff_access(request: MemberRequest) -> HttpResponse:
    """Visits of staff, and whether somebody is here now."""
    inside = [
        member
        for member in Membership.objects.filter(organisation=request.organisation)
        .exclude(staff_reason="")
        .select_related("user")
        if not member.ended
    ]
    page = Paginator(visits(), VISITS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/staff_access.html", {"page": page, "inside": inside})
