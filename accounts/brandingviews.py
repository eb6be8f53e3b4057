"""Pages of an organisation's branding: colours, texts, and the logo, which is handed out to its members alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.branding import LARGEST_LOGO, TAKEN, Look, branding, look_of, set_logo, set_look
from accounts.colours import INK, ink_on
from accounts.forms import LogoForm, LookForm, typed_again
from accounts.pictures import media_type
from accounts.services import Refused
from accounts.versions import Conflict

OWN_COLOUR = "#0b6e75"


@organisation_view("view", section="open")
def branding_page(request: MemberRequest) -> HttpResponse:
    """What board papers look like, and how to change it."""
    return _page(request, LookForm(initial=_initial()), LogoForm())


@organisation_view("manage_organisation")
@require_POST
def change_look(request: MemberRequest) -> HttpResponse:
    form = LookForm(request.POST)
    if not form.is_valid():
        return _page(request, form, LogoForm(), 400)
    typed = dict(form.cleaned_data)
    version = typed.pop("version")
    try:
        set_look(Look(**typed), actor=request.actor, version=version)
    except Refused as refusal:
        form.add_error(refusal.where.strip("/") or None, str(refusal))
        return _page(request, form, LogoForm(), 400)
    except Conflict as conflict:
        form.add_error(None, f"{conflict} Save again to store yours.")
        form.data = typed_again(request.POST, version=conflict.current.version)
        return _page(request, form, LogoForm(), 409)
    messages.success(request, "The branding was saved. Papers that were made before stay as they are.")
    return redirect("settings_branding", request.organisation.slug)


@organisation_view("manage_organisation")
@require_POST
def change_logo(request: MemberRequest) -> HttpResponse:
    form = LogoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, LookForm(initial=_initial()), form, 400)
    file = form.cleaned_data["file"]
    try:
        if file.size > LARGEST_LOGO:
            raise Refused(f"The logo has {file.size} bytes. Right: {TAKEN}.", "/file")
        set_logo(file.read(), actor=request.actor)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return _page(request, LookForm(initial=_initial()), form, 400)
    messages.success(request, "The logo was made anew and stored.")
    return redirect("settings_branding", request.organisation.slug)


@organisation_view("manage_organisation")
@require_POST
def remove_logo(request: MemberRequest) -> HttpResponse:
    set_logo(None, actor=request.actor)
    messages.success(request, "New board papers show no logo.")
    return redirect("settings_branding", request.organisation.slug)


@organisation_view("view", section="open")
def logo(request: MemberRequest) -> HttpResponse:
    """The logo as a picture."""
    stored = branding().logo
    if stored is None:
        raise Http404
    content = bytes(stored.content)
    response = HttpResponse(content, content_type=media_type(content))
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _initial() -> dict[str, object]:
    stored = branding()
    look = look_of(stored)
    return {
        "colour": look.colour,
        "band": look.band,
        "footer": look.footer,
        "confidentiality": look.confidentiality,
        "version": stored.version,
    }


def _page(request: MemberRequest, form: LookForm, file_form: LogoForm, status: int = 200) -> HttpResponse:
    stored = branding()
    context = {
        "form": form,
        "file_form": file_form,
        "stored": stored,
        "colour": stored.colour or OWN_COLOUR,
        "text_on_band": ink_on(stored.band) if stored.band else INK,
        "ink": INK,
    }
    return render(request, "accounts/branding.html", context, status=status)
