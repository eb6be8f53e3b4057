"""Mails of the product itself: links to our own host, no confidential content, no line breaks in headers."""

from __future__ import annotations

import json
import logging
import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.deletion import Certificate
from accounts.invitations import Issued
from accounts.models import Membership, Organisation

log = logging.getLogger("sextant")


def send_invitations(request: HttpRequest, issued: Sequence[Issued]) -> bool:
    """Mail each invitation's link to its address. False where the mail server took none or not all."""
    messages = [_invitation(request, one) for one in issued]
    try:
        return get_connection().send_messages(messages) == len(messages)
    except (OSError, smtplib.SMTPException):
        return False


def _invitation(request: HttpRequest, issued: Issued) -> EmailMessage:
    link = request.build_absolute_uri(reverse("invitation", args=[issued.secret]))
    body = render_to_string("accounts/mail/invitation.txt", {"invitation": issued.invitation, "link": link})
    return EmailMessage(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}An invitation", body, to=[issued.invitation.email]
    )


def tell_of_deletion(request: HttpRequest, organisation: Organisation, owners: Sequence[str]) -> None:
    """Tell every owner until when the organisation can be restored."""
    place = reverse("settings", args=[organisation.slug])
    body = render_to_string(
        "accounts/mail/deletion.txt",
        {"organisation": organisation, "link": request.build_absolute_uri(place)},
    )
    _send("An organisation is going to be deleted", body, owners)


def tell_deleted(certificate: Certificate, owners: Sequence[str]) -> None:
    """Send every owner the certificate."""
    told = json.dumps(certificate.told(), indent=1, sort_keys=True)
    body = render_to_string("accounts/mail/deleted.txt", {"certificate": told})
    _send("An organisation was deleted", body, owners)


def tell_of_staff(membership: Membership, owners: Sequence[str]) -> None:
    """Tell every owner that staff of the server came in."""
    body = render_to_string("accounts/mail/staff.txt", {"membership": membership})
    _send("Staff of the server looks at an organisation", body, owners)


def _send(subject: str, body: str, people: Sequence[str]) -> None:
    """A mail for each; one that is not taken stops nothing."""
    title = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}"
    try:
        get_connection().send_messages([EmailMessage(title, body, to=[person]) for person in people])
    except (OSError, smtplib.SMTPException):
        log.warning("a mail could not be sent: %s", subject)


def folder_of_mails() -> str | None:
    """Where mails lie as files while no mail server is set; None where they are sent."""
    return None if settings.EMAIL_HOST else str(settings.EMAIL_FILE_PATH)
