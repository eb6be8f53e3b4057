"""People, organisations, who belongs where, API keys and the audit trail."""

from __future__ import annotations

from typing import Any, Literal

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.ids import public_id
from accounts.roles import ALWAYS, LIMITED, MEMBER_ROLES, ROLE_NAMES
from accounts.tenancy import Sight, TenantModel, global_model, tenant_model


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with a normalised address; without a password none can sign in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


@global_model
class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by the e-mail address; what they may do comes from memberships alone."""

    public_id = models.CharField(max_length=40, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_once"),)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_id = self.public_id or public_id("usr")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name or self.email


@global_model
class Organisation(models.Model):
    """A tenant. What it answers about itself is a record of `inventory`. An archived one is only read."""

    public_id = models.CharField(max_length=40, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, default="UTC")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    second_factor_from = models.DateTimeField(null=True, blank=True)
    deletion_due_at = models.DateTimeField(null=True, blank=True)
    sso_only = models.BooleanField(default=False)
    quotas = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("name", "id")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_id = self.public_id or public_id("org")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name


@global_model
class PersonSession(models.Model):
    """One sign-in of a person that goes on: on which device, since when, and when it was last used.

    `session_key` names the session in Django's table, which ends with it.
    """

    public_id = models.CharField(max_length=40, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sittings")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80)
    address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-seen_at", "-id")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_id = self.public_id or public_id("ses")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.device


class LiveMemberships(models.Manager["Membership"]):
    def get_queryset(self) -> models.QuerySet[Membership]:
        return super().get_queryset().filter(archived_at=None)


@global_model
class Membership(models.Model):
    """A person's role in an organisation. Read before a scope is known, only through `accounts.queries`.

    `objects` are members; `everyone` holds those who were removed too, so that nobody gets in by a forgotten filter.
    With `staff_reason` it is one of whoever operates the server, for half an hour.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role, ROLE_NAMES[role]) for role in MEMBER_ROLES])
    sections = models.JSONField(default=list, blank=True)
    regimes = models.JSONField(default=list, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    break_glass = models.BooleanField(default=False)
    staff_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = LiveMemberships()
    everyone = models.Manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["organisation", "user"], name="member_once"),)

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"

    @property
    def ended(self) -> bool:
        """Whether access that was given for a time is over."""
        return self.ends_at is not None and self.ends_at <= timezone.now()

    def open_sections(self) -> frozenset[str] | None:
        """The sections of the assessment that the member sees; None for all of it."""
        limit = LIMITED.get(self.role)
        if limit is None:
            return None
        given = limit if self.role == "auditor" else limit & frozenset(self.sections)
        return given | ALWAYS.get(self.role, frozenset())

    def sight(self) -> Sight | None:
        """What the member sees of compliance rows; None for all of them."""
        if self.role == "auditor":
            return Sight(regimes=frozenset(self.regimes))
        return Sight(person=self.user_id) if self.role == "contributor" else None


@global_model
class Invitation(models.Model):
    """A person who is asked to join, known by address alone. Only a hash of the link's secret is kept.

    Read before a scope is known, by that hash; it is open until it is accepted, revoked or past its end.
    """

    public_id = models.CharField(max_length=40, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=[(role, ROLE_NAMES[role]) for role in MEMBER_ROLES])
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=200)
    created_by_id = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("email", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invited_once",
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_id = self.public_id or public_id("inv")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> Literal["open", "expired", "accepted", "revoked"]:
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"


@global_model
class ApiKey(models.Model):
    """A machine's access to one organisation, for what its scopes name. Only a hash of the secret is kept; looked up by its prefix."""

    public_id = models.CharField(max_length=40, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    replaced_by = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="replaces")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-created_at", "-id")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_id = self.public_id or public_id("key")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name


@global_model
class Domain(models.Model):
    """A mail domain that an organisation says is its own; proven by an entry in the domain's DNS."""

    public_id = models.CharField(max_length=40, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    proven_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["organisation", "name"], name="domain_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(proven_at__isnull=False), name="domain_proven_once"
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_id = self.public_id or public_id("dom")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name

    @property
    def record(self) -> tuple[str, str]:
        """Name and content of the TXT entry that proves the domain."""
        return f"_sextant.{self.name}", f"sextant={self.token}"


@global_model
class IdentityProvider(models.Model):
    """Where an organisation's people sign in by OpenID Connect. The secret lies sealed."""

    public_id = models.CharField(max_length=40, unique=True, editable=False)
    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="provider")
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    client_secret = models.TextField()
    role_for_new = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_id = self.public_id or public_id("idp")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.issuer


@global_model
class ExternalIdentity(models.Model):
    """A person as an identity provider knows them; the subject never changes, the address may."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["provider", "subject"], name="identity_once"),)

    def __str__(self) -> str:
        return self.subject


@tenant_model
class AuditCounter(TenantModel):
    """The last number of an organisation's audit trail; locked while an event is added. `seal` is a keyed hash of it."""

    last = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=["organisation"], name="audit_counter_once"),)


@tenant_model
class AuditEvent(TenantModel):
    """One thing that somebody did: numbered without holes, chained by hash, never changed.

    Names (the two labels) enter the chain as `names`, a digest with `salt`, so that a person can be erased.
    """

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    salt = models.CharField(max_length=32, blank=True)
    names = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["organisation", "number"], name="audit_number_once"),)


@tenant_model
class Logo(TenantModel):
    """A logo as it was made anew. It never changes, so that a paper that shows it stays as it was printed."""

    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=["organisation", "sha256"], name="logo_once"),)

    def __str__(self) -> str:
        return f"Logo {self.sha256[:12]}"


@tenant_model
class Branding(TenantModel):
    """How board papers look: one row, from the first change on. What is empty is as Sextant has it."""

    logo = models.ForeignKey(Logo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    colour = models.CharField(max_length=7, blank=True)
    band = models.CharField(max_length=7, blank=True)
    footer = models.CharField(max_length=80, blank=True)
    confidentiality = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=["organisation"], name="branding_once"),)

    def __str__(self) -> str:
        return "Branding"
