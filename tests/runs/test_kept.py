"""What an analysis rested on and said stays as it was: for the serving role, for the owner, and provably."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from accounts.models import Organisation
from accounts.tenancy import scope
from local.servers import Servers
from strategy.models import Result, Run, Snapshot, UseCaseResult
from strategy.services import whole_result
from tests.runs.company import ask, company, until_state
from tests.runs.conftest import Crew

REFUSALS = [
    ("default", "UPDATE {} SET organisation_id = organisation_id", "permission denied"),
    ("default", "DELETE FROM {}", "permission denied"),
    ("default", "TRUNCATE {} CASCADE", "permission denied"),
    ("owner", "UPDATE {} SET organisation_id = organisation_id", "is append-only"),
    ("owner", "DELETE FROM {}", "is append-only"),
]


@pytest.fixture(scope="module")
def office(stored_for_good: None) -> Organisation:
    return company(use_cases=1)


@pytest.fixture(scope="module")
def finished(office: Organisation, crew: Crew) -> Run:
    crew.wanted()
    return until_state(office, ask(office), "succeeded")


def replay(run: Run) -> Iterator[str]:
    out = StringIO()
    call_command("replay", run.public_id, stdout=out)
    yield from out.getvalue().splitlines()


@pytest.mark.parametrize("model", [Snapshot, Result, UseCaseResult])
@pytest.mark.parametrize(("role", "change", "refusal"), REFUSALS)
def test_no_role_changes_or_removes_it(
    office: Organisation, finished: Run, model: type, role: str, change: str, refusal: str
) -> None:
    def attempt() -> None:
        with transaction.atomic(using=role), connections[role].cursor() as cursor:
            cursor.execute("SELECT set_config('app.organisation', %s, true)", [str(office.pk)])
            cursor.execute(change.format(model._meta.db_table))  # type: ignore[attr-defined]

    with scope(office):
        before = whole_result(finished), Snapshot.objects.get().document
    with pytest.raises(DatabaseError, match=refusal):
        attempt()
    with scope(office):
        assert (whole_result(finished), Snapshot.objects.get().document) == before


def test_what_a_superuser_changed_in_the_database_is_found_out(
    office: Organisation, finished: Run, servers: Servers
) -> None:
    with scope(office):
        stored = Result.objects.get()
    assert list(replay(finished)) == [f"{finished.public_id}: the same result again, {stored.digest}"]
    name = connections["owner"].settings_dict["NAME"]
    with psycopg.connect(host=str(servers.sockets), user="postgres", dbname=name) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE strategy_usecaseresult SET body = jsonb_set(body, '{outcome}', '\"recommend\"') WHERE result_id = %s",
            [stored.pk],
        )
    with pytest.raises(CommandError) as found:
        list(replay(finished))
    assert str(found.value).splitlines() == [
        f"{finished.public_id}: the stored result is not the one that the run stored; its digest was {stored.digest}.",
        "Facts that moved: 0",
        "Answers that moved: 0",
        "Values that differ: 1",
        "  /use_cases/0/outcome",
    ]
