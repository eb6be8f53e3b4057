"""Pages about API keys: list, make, replace, revoke. A secret is shown on the one page that follows its making."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.access import MemberRequest, organisation_view
from accounts.forms import ApiKeyForm, OverlapForm
from accounts.models import ApiKey
from accounts.queries import api_keys_of


@organisation_view("manage_api_keys")
@require_http_methods(["GET", "POST"])
def api_keys(request: MemberRequest) -> HttpResponse:
    """List keys; make one, whose secret is shown this once."""
    form, secret = ApiKeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _, secret = services.create_api_key(
            name=form.cleaned_data["name"],
            expires_at=form.expires_at(),
            scopes=form.cleaned_data["scopes"],
            actor=request.actor,
        )
        form = ApiKeyForm()
    return _keys(request, form, secret)


@organisation_view("manage_api_keys")
@require_POST
def replace_api_key(request: MemberRequest, key_id: str) -> HttpResponse:
    """A new key in place of one, which works on for some days."""
    form = OverlapForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The old key can work on for 0 to 30 days.")
        return redirect("api_keys", request.organisation.slug)
    try:
        _, secret = services.rotate_api_key(
            _key(request, key_id), overlap=timedelta(days=form.cleaned_data["days"]), actor=request.actor
        )
    except services.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("api_keys", request.organisation.slug)
    return _keys(request, ApiKeyForm(), secret)


@organisation_view("manage_api_keys")
@require_POST
def revoke_api_key(request: MemberRequest, key_id: str) -> HttpResponse:
    key = services.revoke_api_key(_key(request, key_id), actor=request.actor)
    messages.success(request, f"The key {key.name} was revoked.")
    return redirect("api_keys", request.organisation.slug)


def _key(request: MemberRequest, key_id: str) -> ApiKey:
    return get_object_or_404(api_keys_of(request.organisation), public_id=key_id)


def _keys(request: MemberRequest, form: ApiKeyForm, secret: str) -> HttpResponse:
    context = {"form": form, "secret": secret, "keys": api_keys_of(request.organisation)}
    return render(request, "accounts/api_keys.html", context, status=400 if form.errors else 200)
