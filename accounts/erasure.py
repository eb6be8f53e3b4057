"""Erasing a person: their names go everywhere in the organisation, what they did stays, under a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection, models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.audit import Actor, record_event
from accounts.chain import ERASED
from accounts.models import AuditEvent, ExternalIdentity, Invitation, Membership, User
from accounts.portable import in_order, links_of, own_fields
from accounts.services import Refused
from accounts.sessions import end_all
from accounts.tenancy import open_organisation
from accounts.versions import lock


@dataclass(frozen=True, slots=True)
class Mention:
    """A text that still holds a name of the erased person: for somebody to read and to change by hand."""

    kind: str
    name: str
    changeable: bool


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a former member is called now, the entry that proves it, and the texts that are left to review."""

    label: str
    entry: AuditEvent
    mentions: tuple[Mention, ...]


@transaction.atomic
def erase_person(membership: Membership, *, actor: Actor) -> Erasure:
    """Replace a former member's names by a number. Raises Refused for somebody who is still a member.

    The trail keeps every entry, its order and its proof. Where the person belongs to no other organisation,
    the account is emptied too. Free text is not changed; what holds a name is listed.
    """
    organisation = open_organisation()
    current = lock(Membership.everyone.select_related("user"), membership, None)
    if current.archived_at is None:
        raise Refused(f"{current.user} is still a member. Remove the person first.")
    user = current.user
    names = _names(user)
    label = f"Former member {AuditEvent.objects.filter(action=ERASED).count() + 1}"
    mails = Invitation.objects.filter(organisation=organisation, email__iexact=user.email)
    also = sorted(mails.values_list("public_id", flat=True))
    mentions = tuple(_mentions(names))
    mails.update(email=f"{user.public_id}@erased.invalid")
    if Membership.everyone.filter(user=user).exclude(pk=current.pk).exists():
        _let_go(user)
        ExternalIdentity.objects.filter(user=user, provider__organisation=organisation).delete()
        current.delete()
    else:
        empty_account(user, label)
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_names(%s, %s, %s, %s)", [user.public_id, also, sorted(names), label])
    entry = record_event(
        actor=actor, action=ERASED, obj=user, after={"also": also, "mentions": len(mentions)}, label=label
    )
    return Erasure(label, entry, mentions)


def _names(user: User) -> set[str]:
    """Every name under which the open organisation knows a person."""
    by = AuditEvent.objects.filter(actor_id=user.public_id).values_list("actor_label", flat=True)
    about = AuditEvent.objects.filter(object_id=user.public_id).values_list("object_label", flat=True)
    found = {*by.distinct(), *about.distinct(), user.name, user.email}
    return {name for name in found if name}


def _mentions(names: set[str]) -> Any:
    """The rows whose texts hold one of the names, apart from the columns that are replaced."""
    for model in in_order():
        texts = [
            spec.name
            for spec in own_fields(model)
            if isinstance(spec, models.CharField | models.TextField | models.JSONField)
            and not spec.name.endswith(("_by", "_label", "_id", "hash", "digest"))
        ]
        holds = Q()
        for spec in texts:
            for name in names:
                holds |= Q(**{f"text_{spec}__icontains": name})
        if texts:
            rows = model._base_manager.annotate(**{f"text_{spec}": Cast(spec, TextField()) for spec in texts})
            for row in rows.filter(holds).order_by("pk"):
                # A row that is only ever added has no version: nobody can change it.
                yield Mention(str(model._meta.verbose_name), str(row), hasattr(row, "version"))


def _let_go(user: User) -> None:
    """Take a person who stays a person elsewhere out of this organisation's rows."""
    for model in in_order():
        for link in links_of(model):
            if link.related_model is User:
                model._base_manager.filter(**{link.name: user}).update(**{link.name: None})


def empty_account(user: User, label: str) -> None:
    """Leave of an account only what rows refer to."""
    end_all(user)
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    ExternalIdentity.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = f"{user.public_id}@erased.invalid", label, False
    user.set_unusable_password()
    user.save()
