"""Who may see a row: the scope of one organisation, guarded three times.

Every model is declared `@tenant_model` or `@global_model`; a test fails for one that is neither.

- A tenant model's manager raises NoScope while no scope is open, and filters by the open organisation.
- `scope(organisation)` is one transaction, a context variable and PostgreSQL's `app.organisation`.
- `seeing(sight)` narrows that further for a limited member: the manager leaves out what the sight does not hold.
- Row-Level Security, forced on every tenant table, hides other organisations' rows from any SQL.

Migrations use `EnableRowLevelSecurity`, `CompositeForeignKeys` and `AppendOnly` of `accounts.operations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, models, transaction

if TYPE_CHECKING:
    from accounts.models import Organisation

M = TypeVar("M", bound=type[models.Model])
_open: ContextVar[Organisation | None] = ContextVar("organisation", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a limited member sees of compliance: rows of some regimes (None: of all), or only a person's own."""

    regimes: frozenset[str] | None = None
    person: int | None = None


_sight: ContextVar[Sight | None] = ContextVar("sight", default=None)

TENANT_MODELS: set[type[models.Model]] = set()
GLOBAL_MODELS: set[type[models.Model]] = set()


class NoScope(RuntimeError):
    """A tenant's rows were asked for while no organisation's scope is open."""


def tenant_model(model: M) -> M:
    """Declare that each row of the model belongs to one organisation."""
    TENANT_MODELS.add(model)
    return model


def global_model(model: M) -> M:
    """Declare that the model's rows belong to no organisation, or are read before a scope is known."""
    GLOBAL_MODELS.add(model)
    return model


def open_organisation() -> Organisation:
    """The organisation whose scope is open. Raises NoScope."""
    organisation = _open.get()
    if organisation is None:
        raise NoScope("No organisation's scope is open. Open one with `with scope(organisation):`.")
    return organisation


@contextmanager
def scope(organisation: Organisation) -> Iterator[Organisation]:
    """Open an organisation's scope: one transaction in which only its rows are there.

    Scopes nest; leaving one puts the former value back, also in the database session. Where an error leaves
    it, the rollback does that: a failed transaction would refuse any further statement and hide the error.
    """
    if organisation.pk is None:
        raise NoScope("The organisation is not stored yet.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.organisation', true)")
            former = cursor.fetchone()[0] or ""
            cursor.execute("SELECT set_config('app.organisation', %s, true)", [str(organisation.pk)])
        token = _open.set(organisation)
        try:
            yield organisation
        finally:
            _open.reset(token)
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.organisation', %s, true)", [former])


@contextmanager
def seeing(sight: Sight | None) -> Iterator[None]:
    """Let every read of tenant models inside leave out what a sight does not hold. None holds all."""
    token = _sight.set(sight)
    try:
        yield
    finally:
        _sight.reset(token)


def sees(regime: str) -> bool:
    """Whether what is said of a regime may be seen here."""
    sight = _sight.get()
    return sight is None or (sight.regimes is not None and regime in sight.regimes)


class TenantQuerySet(models.QuerySet[Any]):
    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        objs = list(objs)
        for obj in objs:
            obj.stamp()
        return super().bulk_create(objs, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Rows of the open organisation only, within the open sight; without one it raises before any SQL is sent."""

    use_in_migrations = False

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(organisation_id=open_organisation().pk)
        sight = _sight.get()
        return rows if sight is None else self.model.seen(rows, sight)


class TenantModel(models.Model):
    """A row of one organisation. It is stamped with the open one and cannot be given another."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, editable=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        """The rows that a sight holds: all of them, where a model does not say otherwise."""
        return rows

    def stamp(self) -> None:
        """Give the row the open organisation. Raises NoScope, or ValueError for a row of another one."""
        organisation = open_organisation()
        if self.organisation_id is None:
            self.organisation = organisation
        elif self.organisation_id != organisation.pk:
            raise ValueError("This row belongs to another organisation than the open one.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stamp()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.stamp()
        return super().delete(*args, **kwargs)
