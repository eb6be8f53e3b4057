"""The scope: nothing without one, one organisation with one, and the former value back afterwards."""

from __future__ import annotations

import pytest
from django.db import connection, models, transaction
from django.db.utils import DataError, IntegrityError

from accounts.models import Organisation
from accounts.tenancy import TENANT_MODELS, NoScope, open_organisation, scope
from inventory.models import DataAsset, UseCase, UseCaseDataAsset, Vendor
from reports import tasks as report_tasks
from reports.models import Report, ReportState
from strategy import tasks as run_tasks
from strategy.models import Run, RunState
from tests.isolation.full import FullWorld

TENANTS = sorted(TENANT_MODELS, key=lambda model: model._meta.db_table)


def setting() -> str:
    """Which organisation the database session is in; empty for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.organisation', true), '')")
        return str(cursor.fetchone()[0])


def write_and_fail() -> None:
    Vendor.objects.create(key="midway")
    raise RuntimeError("midway")


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model._meta.db_table)
def test_without_a_scope_every_question_is_refused_before_any_sql(
    full: FullWorld, model: type[models.Model], django_assert_num_queries: object
) -> None:
    row = full.north[model]
    with django_assert_num_queries(0):  # type: ignore[operator]
        for ask in (
            lambda: list(model.objects.all()),
            lambda: model.objects.count(),
            lambda: model.objects.filter(pk=row.pk).update(pk=row.pk),
            lambda: model._base_manager.get(pk=row.pk),
            lambda: row.save(),
            lambda: row.delete(),
            lambda: model.objects.create(),
            lambda: model.objects.bulk_create([model()]),
        ):
            with pytest.raises(NoScope, match="No organisation's scope is open"):
                ask()


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model._meta.db_table)
def test_in_a_scope_another_organisations_row_is_not_there(
    full: FullWorld, model: type[models.Model]
) -> None:
    theirs = full.south[model]
    with scope(full.north.organisation):
        assert not model.objects.filter(pk=theirs.pk).exists()
        with pytest.raises(model.DoesNotExist):
            model._base_manager.get(pk=theirs.pk)
        with pytest.raises(ValueError, match="belongs to another organisation"):
            theirs.save()
        with pytest.raises(ValueError, match="belongs to another organisation"):
            theirs.delete()
    with scope(full.south.organisation):
        assert model.objects.filter(pk=theirs.pk).exists()


def test_a_new_row_gets_the_open_organisation_and_cannot_be_given_another(full: FullWorld) -> None:
    north, south = full.north.organisation, full.south.organisation
    with scope(north):
        assert Vendor.objects.create(key="new").organisation == north
        made = DataAsset.objects.bulk_create([DataAsset(key="one", public_id="da_one")])
        assert [asset.organisation for asset in made] == [north]
        with pytest.raises(ValueError, match="belongs to another organisation"):
            Vendor.objects.create(key="theirs", organisation=south)
        with pytest.raises(ValueError, match="belongs to another organisation"):
            DataAsset.objects.bulk_create([DataAsset(key="theirs", organisation=south)])
    with scope(south):
        assert not Vendor.objects.filter(key__in=["new", "theirs"]).exists()


def test_links_are_followed_only_inside_the_scope(full: FullWorld) -> None:
    with scope(full.north.organisation):
        use_case = UseCase.objects.get(key="triage")
    with pytest.raises(NoScope):
        list(use_case.asset_links.all())
    with pytest.raises(NoScope):
        _ = use_case.vendor
    with scope(full.south.organisation):
        assert list(use_case.asset_links.all()) == []
        with pytest.raises(Vendor.DoesNotExist):
            _ = use_case.vendor


def test_scopes_nest_and_put_the_former_one_back(full: FullWorld) -> None:
    north, south = full.north.organisation, full.south.organisation
    assert setting() == ""
    with scope(north):
        with scope(south):
            assert (open_organisation(), setting()) == (south, str(south.pk))
            with scope(north):
                assert (open_organisation(), setting()) == (north, str(north.pk))
            assert (open_organisation(), setting()) == (south, str(south.pk))
        assert (open_organisation(), setting()) == (north, str(north.pk))
    assert setting() == ""
    with pytest.raises(NoScope):
        open_organisation()


def test_an_error_leaves_the_scope_as_it_was_and_undoes_what_was_written(full: FullWorld) -> None:
    north, south = full.north.organisation, full.south.organisation
    with scope(north):
        with pytest.raises(RuntimeError, match="midway"), scope(south):
            write_and_fail()
        assert (open_organisation(), setting()) == (north, str(north.pk))
    assert setting() == ""
    with scope(south):
        assert not Vendor.objects.filter(key="midway").exists()


def test_a_database_error_is_told_as_it_is_and_leaves_the_scope_as_it_was(full: FullWorld) -> None:
    north, south = full.north.organisation, full.south.organisation
    with scope(north):
        with pytest.raises(IntegrityError, match="vendor_key_once"), scope(south):
            Vendor.objects.create(key="model-vendor", public_id="ven_twice")
        assert setting() == str(north.pk)
        with pytest.raises(DataError), scope(south), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert (open_organisation(), setting()) == (north, str(north.pk))
    assert setting() == ""


def test_a_rollback_that_is_asked_for_leaves_the_scope_as_it_was(full: FullWorld) -> None:
    north, south = full.north.organisation, full.south.organisation
    with scope(north):
        with scope(south):
            Vendor.objects.create(key="midway")
            transaction.set_rollback(True)
        assert (open_organisation(), setting()) == (north, str(north.pk))
    with scope(south):
        assert not Vendor.objects.filter(key="midway").exists()


def test_an_organisation_that_is_not_stored_has_no_scope(db: None) -> None:
    with pytest.raises(NoScope, match="not stored yet"), scope(Organisation(name="New")):
        pass


def test_a_link_row_of_another_organisation_is_refused_by_the_database(full: FullWorld) -> None:
    with scope(full.north.organisation):
        link = UseCaseDataAsset(use_case=full.north[UseCase], data_asset_id=full.south[DataAsset].pk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="data_asset_id_org"), transaction.atomic():
            link.save()


def test_a_task_for_another_organisations_row_does_nothing(full: FullWorld) -> None:
    """The task's organisation decides what it finds; an id of the twin is nobody's."""
    with scope(full.south.organisation):
        Run.objects.filter(pk=full.south[Run].pk).update(state=RunState.QUEUED)
        Report.objects.filter(pk=full.south[Report].pk).update(state=ReportState.QUEUED)
    run_tasks.run(full.north.organisation.pk, full.south[Run].pk)
    report_tasks.render(full.north.organisation.pk, full.south[Report].pk)
    with scope(full.south.organisation):
        assert Run.objects.get(pk=full.south[Run].pk).state == RunState.QUEUED
        assert Report.objects.get(pk=full.south[Report].pk).state == ReportState.QUEUED
    with pytest.raises(NoScope):
        open_organisation()


def test_a_task_without_an_organisation_is_refused(full: FullWorld) -> None:
    with pytest.raises(TypeError):
        run_tasks.run(run_id=full.north[Run].pk)
    with pytest.raises(Organisation.DoesNotExist):
        run_tasks.run(0, full.north[Run].pk)
    with pytest.raises(Organisation.DoesNotExist):
        report_tasks.render(0, full.north[Report].pk)
