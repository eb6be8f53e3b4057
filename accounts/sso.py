"""Single sign-on of an organisation: whom its provider may sign in, and who may still come without it.

A session that a provider began opens that provider's organisation alone: whoever holds the provider of one
organisation could otherwise sign in as a person who belongs to another one too.
"""

from __future__ import annotations

from typing import Final

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.audit import Actor, record_event
from accounts.factors import has_second_factor
from accounts.models import Domain, ExternalIdentity, IdentityProvider, Membership, Organisation, User
from accounts.oidc import Claims, SignInRefused, discover
from accounts.outgoing import is_allowed
from accounts.queries import live_memberships_of, pending_invitations_of
from accounts.quotas import members_counted, refusal
from accounts.sealing import seal
from accounts.services import Refused, add_member, lock_members
from accounts.tenancy import open_organisation, scope
from accounts.versions import lock

ROLES_FOR_NEW: Final = ("viewer", "contributor", "approver", "editor", "compliance_officer")
NOT_INVITED: Final = "You are no member of this organisation yet. Ask an admin of it for an invitation."


class SingleSignOnNeeded(PermissionDenied):
    """The organisation lets people in through its own provider only; `way_out` leads there."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(f"{organisation.name} lets people in through its own sign-in only.")
        self.way_out = (reverse("sso_start", args=[organisation.provider.public_id]), "Sign in there")


def require_single_sign_on(member: Membership, user: User) -> None:
    """Raise SingleSignOnNeeded where the organisation asks for it and the session began otherwise."""
    organisation = member.organisation
    through_it = getattr(user, "only_organisation", None) == organisation.pk
    if organisation.sso_only and not through_it and not member.break_glass:
        raise SingleSignOnNeeded(organisation)


def provider_for(email: str) -> IdentityProvider | None:
    """The provider of the organisation that has proven the domain of an address; the address itself is not asked."""
    domain = email.rpartition("@")[2].strip().lower()
    return IdentityProvider.objects.filter(
        organisation__domains__name=domain,
        organisation__domains__proven_at__isnull=False,
        organisation__archived_at=None,
    ).first()


def bound_to(user: User) -> IdentityProvider | None:
    """The provider through which a person must sign in; None where some organisation takes a password too."""
    found = list(live_memberships_of(user).select_related("organisation__provider"))
    free = [member for member in found if not member.organisation.sso_only or member.break_glass]
    return found[0].organisation.provider if found and not free else None


@transaction.atomic
def person_of(provider: IdentityProvider, claims: Claims) -> User:
    """The member whom the provider signs in: known by subject, by address, by invitation, or new where allowed.

    An account that belongs to no member of this organisation is never linked. Raises SignInRefused.
    """
    organisation = provider.organisation
    domain = claims.email.rpartition("@")[2]
    with scope(organisation):
        lock_members()
        if not Domain.objects.filter(
            organisation=organisation, name=domain, proven_at__isnull=False
        ).exists():
            raise SignInRefused(f"The domain {domain} is not proven for this organisation.")
        known = ExternalIdentity.objects.filter(provider=provider, subject=claims.subject).first()
        if known is not None:
            return _member(organisation, known.user)
        user = User.objects.filter(email__iexact=claims.email).first()
        user = _new_person(provider, claims) if user is None else _member(organisation, user)
        if ExternalIdentity.objects.filter(provider=provider, user=user).exists():
            raise SignInRefused("The provider knows this address under another subject.")
        ExternalIdentity.objects.create(provider=provider, subject=claims.subject, user=user)
        record_event(actor=Actor.person(user), action="identity.linked", obj=user)
        return user


def _member(organisation: Organisation, user: User) -> User:
    member = live_memberships_of(user).filter(organisation=organisation).first()
    if member is None or not user.is_active:
        raise SignInRefused(NOT_INVITED)
    return user


def _new_person(provider: IdentityProvider, claims: Claims) -> User:
    invitation = next(
        (one for one in pending_invitations_of(provider.organisation).filter(email=claims.email)), None
    )
    role = invitation.role if invitation is not None and invitation.state == "open" else provider.role_for_new
    if not role or role == "owner":
        raise SignInRefused(NOT_INVITED)
    counted = members_counted(provider.organisation)
    full = refusal("members", counted, 0 if invitation is not None and invitation.state == "open" else 1)
    if full is not None:
        raise SignInRefused(full)
    user = User.objects.create_user(claims.email, name=claims.name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    add_member(email=user.email, role=role, actor=Actor.person(user, role))
    return user


@transaction.atomic
def set_provider(
    *, issuer: str, client_id: str, client_secret: str, role_for_new: str, actor: Actor
) -> IdentityProvider:
    """Let the open organisation's people sign in at an issuer; an empty secret keeps the one that is stored.

    The issuer is asked for its description first. Raises Refused.
    """
    organisation = open_organisation()
    former = IdentityProvider.objects.filter(organisation=organisation).first()
    if not is_allowed(issuer):
        raise Refused("An issuer is an https address on port 443.", "/issuer")
    if role_for_new and role_for_new not in ROLES_FOR_NEW:
        raise Refused(f"New people can become {', '.join(ROLES_FOR_NEW)}.", "/role_for_new")
    if not client_secret and former is None:
        raise Refused("A new provider needs its client secret.", "/client_secret")
    try:
        discover(issuer)
    except SignInRefused as refusal:
        raise Refused(str(refusal), "/issuer") from refusal
    provider = former or IdentityProvider(organisation=organisation)
    before = _shown(provider) if former else None
    if former is not None and former.issuer != issuer:
        ExternalIdentity.objects.filter(provider=former).delete()
    provider.issuer, provider.client_id, provider.role_for_new = issuer, client_id.strip(), role_for_new
    if client_secret:
        provider.client_secret = seal(client_secret)
    provider.save()
    record_event(actor=actor, action="provider.set", obj=provider, before=before, after=_shown(provider))
    return provider


@transaction.atomic
def remove_provider(*, actor: Actor) -> None:
    """End single sign-on of the open organisation. Raises Refused while it is the only way in."""
    organisation = lock(Organisation.objects.all(), open_organisation(), None)
    if organisation.sso_only:
        raise Refused("It is the only way in. Let people sign in otherwise first.")
    provider = IdentityProvider.objects.filter(organisation=organisation).first()
    if provider is not None:
        record_event(actor=actor, action="provider.removed", obj=provider, before=_shown(provider))
        provider.delete()


@transaction.atomic
def set_only(*, only: bool, break_glass: str, user: User, actor: Actor) -> Organisation:
    """Make the provider the only way into the open organisation, but for one owner; or allow others again.

    That owner keeps the password, and has a second factor. Whoever asks has come through the provider, so that
    it is known to work. Raises Refused.
    """
    organisation = lock_members()
    members = Membership.objects.filter(organisation=organisation)
    if only:
        if getattr(user, "only_organisation", None) != organisation.pk:
            raise Refused("Sign in through the provider first: so it is known to work.")
        keeper = members.filter(role="owner", user__public_id=break_glass).select_related("user").first()
        if keeper is None or not keeper.user.has_usable_password() or not has_second_factor(keeper.user):
            raise Refused(
                "One owner with a password and a second factor keeps another way in. Choose one.",
                "/break_glass",
            )
        members.update(break_glass=False)
        members.filter(pk=keeper.pk).update(break_glass=True)
    else:
        members.update(break_glass=False)
    organisation.sso_only, organisation.version = only, organisation.version + 1
    organisation.save(update_fields=["sso_only", "version"])
    record_event(
        actor=actor,
        action="organisation.sso_only_set",
        obj=organisation,
        after={"sso_only": only, "break_glass": break_glass if only else None},
    )
    return organisation


def note_break_glass(user: User) -> None:
    """Enter in each trail that somebody came past the provider by the kept way."""
    for member in live_memberships_of(user).filter(break_glass=True, organisation__sso_only=True):
        with scope(member.organisation):
            record_event(actor=Actor.person(user, member.role), action="sign_in.break_glass", obj=user)


def _shown(provider: IdentityProvider) -> dict[str, str]:
    return {
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "role_for_new": provider.role_for_new,
    }
