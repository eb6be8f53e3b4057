"""Pages of single sign-on: finding the provider, going there, coming back, and setting it up."""

from __future__ import annotations

from typing import cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts import domains, oidc, sso
from accounts.access import MemberRequest, organisation_view, public_view, signed_in_view
from accounts.forms import BreakGlassForm, DomainForm, FindProviderForm, ProviderForm
from accounts.models import Domain, IdentityProvider, User
from accounts.oidc import SignInRefused
from accounts.services import Refused


@public_view
@require_http_methods(["GET", "POST"])
def find_provider(request: HttpRequest) -> HttpResponse:
    """Which provider signs in the people of an address's domain. Says nothing about the address itself."""
    form, found = FindProviderForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = sso.provider_for(form.cleaned_data["email"])
        if found is None:
            form.add_error("email", "No organisation has set up its sign-in for this domain.")
    context = {"form": form, "provider": found, "next": request.GET.get("next", "")}
    return render(request, "accounts/sso.html", context, status=400 if form.errors else 200)


@public_view
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider."""
    provider = get_object_or_404(IdentityProvider, public_id=provider_id, organisation__archived_at=None)
    try:
        return redirect(oidc.begin(request, provider, next_page=_safe(request)))
    except SignInRefused as refusal:
        return _refused(request, refusal)


@signed_in_view
def again(request: HttpRequest) -> HttpResponse:
    """Prove once more at the provider who I am. A form may not lead to another site, so a link does."""
    user = cast(User, request.user)
    provider = get_object_or_404(IdentityProvider, organisation=getattr(user, "only_organisation", None))
    if "go" not in request.GET:
        return render(request, "accounts/sso_again.html", {"provider": provider, "next": _safe(request)})
    try:
        return redirect(oidc.begin(request, provider, next_page=_safe(request), again=True))
    except SignInRefused as refusal:
        return _refused(request, refusal)


@public_view
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from the provider: signed in, or told why not."""
    try:
        flow = oidc.taken_flow(request)
        provider = get_object_or_404(
            IdentityProvider.objects.select_related("organisation"),
            public_id=flow.provider,
            organisation__archived_at=None,
        )
        user = sso.person_of(provider, oidc.claims_of(request, provider, flow))
        if flow.again and request.user != user:
            raise SignInRefused("The provider signed in another person than the one who was here.")
    except SignInRefused as refusal:
        return _refused(request, refusal)
    if flow.again:
        record_authentication(request, user, method="sso", organisation=provider.organisation_id)
        request.GET = QueryDict(mutable=True)
        request.GET["next"] = flow.next
        return cast(HttpResponse, resume_request(request) or redirect("home"))
    logout(request)
    record_authentication(request, user, method="sso", organisation=provider.organisation_id)
    page = flow.next or reverse("overview", args=[provider.organisation.slug])
    return cast(HttpResponse, perform_login(request, user, email_verification="none", redirect_url=page))


def _safe(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else ""


def _refused(request: HttpRequest, refusal: SignInRefused) -> HttpResponse:
    return render(request, "accounts/sso_refused.html", {"reason": str(refusal)}, status=403)


@organisation_view("manage_sign_in")
def sso_settings(request: MemberRequest) -> HttpResponse:
    """The organisation's domains and provider."""
    return _settings(request)


@organisation_view("manage_sign_in")
@require_POST
def add_domain(request: MemberRequest) -> HttpResponse:
    form = DomainForm(request.POST)
    if form.is_valid():
        try:
            domains.add_domain(name=form.cleaned_data["name"], actor=request.actor)
            return redirect("sso_settings", request.organisation.slug)
        except Refused as refusal:
            form.add_error("name", str(refusal))
    return _settings(request, domain_form=form, faulty=form)


@organisation_view("manage_sign_in")
@require_POST
def prove_domain(request: MemberRequest, domain_id: str) -> HttpResponse:
    domain = _domain(request, domain_id)
    try:
        domains.prove_domain(domain, actor=request.actor)
        messages.success(request, f"{domain.name} is proven.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("sso_settings", request.organisation.slug)


@organisation_view("manage_sign_in")
@require_POST
def remove_domain(request: MemberRequest, domain_id: str) -> HttpResponse:
    domains.remove_domain(_domain(request, domain_id), actor=request.actor)
    messages.success(request, "The domain was removed.")
    return redirect("sso_settings", request.organisation.slug)


@organisation_view("manage_sign_in")
@require_POST
def set_provider(request: MemberRequest) -> HttpResponse:
    form = ProviderForm(request.POST)
    if form.is_valid():
        try:
            sso.set_provider(**form.cleaned_data, actor=request.actor)
            messages.success(request, "The provider was saved.")
            return redirect("sso_settings", request.organisation.slug)
        except Refused as refusal:
            form.add_error(refusal.where.strip("/") or None, str(refusal))
    return _settings(request, provider_form=form, faulty=form)


@organisation_view("manage_sign_in")
@require_POST
def remove_provider(request: MemberRequest) -> HttpResponse:
    try:
        sso.remove_provider(actor=request.actor)
        messages.success(request, "Single sign-on was ended.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("sso_settings", request.organisation.slug)


@organisation_view("manage_sign_in")
@require_POST
def set_only(request: MemberRequest) -> HttpResponse:
    form = BreakGlassForm(request.POST, organisation=request.organisation)
    if form.is_valid():
        try:
            sso.set_only(**form.cleaned_data, user=request.user, actor=request.actor)
            messages.success(request, "The rule was saved.")
            return redirect("sso_settings", request.organisation.slug)
        except Refused as refusal:
            form.add_error(refusal.where.strip("/") or None, str(refusal))
    return _settings(request, only_form=form, faulty=form)


def _domain(request: MemberRequest, domain_id: str) -> Domain:
    return get_object_or_404(Domain, organisation=request.organisation, public_id=domain_id)


def _settings(
    request: MemberRequest,
    *,
    domain_form: DomainForm | None = None,
    provider_form: ProviderForm | None = None,
    only_form: BreakGlassForm | None = None,
    faulty: DomainForm | ProviderForm | BreakGlassForm | None = None,
) -> HttpResponse:
    provider = IdentityProvider.objects.filter(organisation=request.organisation).first()
    stored = (
        {name: getattr(provider, name) for name in ("issuer", "client_id", "role_for_new")}
        if provider
        else {}
    )
    context = {
        "provider": provider,
        "callback": oidc.callback(request),
        "domains": Domain.objects.filter(organisation=request.organisation),
        "domain_form": domain_form or DomainForm(),
        "provider_form": provider_form or ProviderForm(initial=stored),
        "only_form": only_form
        or BreakGlassForm(
            organisation=request.organisation,
            initial={"only": "yes" if request.organisation.sso_only else "no"},
        ),
        "form": faulty,
    }
    return render(request, "accounts/sso_settings.html", context, status=400 if faulty else 200)
