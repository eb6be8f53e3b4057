"""Pages about how people sign in: their sessions, and an organisation's rules."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import sessions
from accounts.access import MemberRequest, organisation_view, signed_in_view
from accounts.factors import has_second_factor, set_second_factor_rule
from accounts.forms import SecondFactorForm
from accounts.models import User
from accounts.services import Refused


@signed_in_view
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in."""
    found = sessions.sessions_of(cast(User, request.user))
    return render(request, "accounts/sessions.html", {"sessions": found, "here": request.session.session_key})


@signed_in_view
@require_POST
def end_session(request: HttpRequest, session_id: str) -> HttpResponse:
    mine = sessions.sessions_of(cast(User, request.user)).exclude(session_key=request.session.session_key)
    sitting = get_object_or_404(mine, public_id=session_id)
    sessions.end(mine.filter(pk=sitting.pk))
    messages.success(request, f"{sitting.device} was signed out.")
    return redirect("my_sessions")


@signed_in_view
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    sessions.end_all(cast(User, request.user), but=request.session.session_key)
    messages.success(request, "Every other device was signed out.")
    return redirect("my_sessions")


@organisation_view("manage_sign_in")
def sign_in_rules(request: MemberRequest) -> HttpResponse:
    """How people must sign in to be let into this organisation."""
    return _rules(request, SecondFactorForm())


@organisation_view("manage_sign_in")
@require_POST
def change_second_factor(request: MemberRequest) -> HttpResponse:
    form = SecondFactorForm(request.POST)
    if not form.is_valid():
        return _rules(request, form, status=400)
    try:
        set_second_factor_rule(user=request.user, actor=request.actor, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.where.strip("/") or None, str(refusal))
        return _rules(request, form, status=400)
    messages.success(request, "The rule was saved.")
    return redirect("sign_in_rules", request.organisation.slug)


def _rules(request: MemberRequest, form: SecondFactorForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "has_second_factor": has_second_factor(request.user)}
    return render(request, "accounts/sign_in_rules.html", context, status=status)
