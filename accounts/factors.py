"""The second factor: who has one, and since when an organisation asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.models import Organisation, User
from accounts.services import Refused
from accounts.tenancy import open_organisation
from accounts.versions import lock

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LONGEST_GRACE: Final = 30


class SecondFactorNeeded(PermissionDenied):
    """The organisation asks for a second factor that the person does not have; it is set up under `way_out`."""

    @property
    def way_out(self) -> tuple[str, str]:
        return reverse("mfa_index"), "Set up a second factor"


def has_second_factor(user: User) -> bool:
    """Whether a person signs in with an authenticator app or a passkey. Recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def require_second_factor(organisation: Organisation, user: User) -> None:
    """Raise SecondFactorNeeded where the organisation's grace has ended and the person has none.

    Whoever comes through the organisation's own provider is asked there.
    """
    since = organisation.second_factor_from
    if getattr(user, "only_organisation", None) == organisation.pk:
        return
    if since is not None and since <= timezone.now() and not has_second_factor(user):
        raise SecondFactorNeeded(
            f"{organisation.name} asks everybody for a second factor at the sign-in. You have none yet."
        )


def second_factor_due(organisation: Organisation, user: User) -> bool:
    """Whether a person should be told that a second factor will be needed here."""
    return organisation.second_factor_from is not None and not has_second_factor(user)


@transaction.atomic
def set_second_factor_rule(*, user: User, actor: Actor, needed: bool, grace_days: int = 0) -> Organisation:
    """Ask everybody in the open organisation for a second factor, after a grace of some days; or stop asking.

    Raises Refused where whoever asks has none, since they would lock themselves out.
    """
    if not 0 <= grace_days <= LONGEST_GRACE:
        raise Refused(f"{grace_days} days of grace. Right: 0 to {LONGEST_GRACE}.", "/grace_days")
    if needed and not has_second_factor(user):
        raise Refused("Set up a second factor of your own first, or the rule would lock you out.")
    current = lock(Organisation.objects.all(), open_organisation(), None)
    before = current.second_factor_from
    current.second_factor_from = timezone.now() + timedelta(days=grace_days) if needed else None
    current.version += 1
    current.save(update_fields=["second_factor_from", "version"])
    record_event(
        actor=actor,
        action="organisation.second_factor_set",
        obj=current,
        before={"second_factor_from": before.isoformat() if before else None},
        after={
            "second_factor_from": current.second_factor_from.isoformat()
            if current.second_factor_from
            else None
        },
    )
    return current
