"""Board papers on pages: asked for once, followed, fetched as a file; nobody else's are there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.tenancy import scope
from reports import services
from reports.models import Report
from reports.paper import html_of
from strategy.knowledge import current
from strategy.models import Run
from strategy.scenarios import create_scenario, request_scenario_run
from strategy.services import request_run
from tests.strategy.stored import AS_OF, finished, finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
PDF = b"%PDF-1.7 of a test"


@pytest.fixture
def run(world: World) -> Run:
    with scope(world.north):
        return finished_run(Actor.person(world.person("north/editor")), "Staff assistant")


def papers(world: World, path: str = "", side: str = "north") -> str:
    return f"/o/{getattr(world, side).slug}/reports/{path}"


def made(world: World, run: Run, *, reason: str = "") -> Report:
    """A paper that was printed, or that failed for a reason."""
    with scope(world.north):
        report, _ = services.request_report(
            run, actor=Actor.person(world.person("north/editor")), author="The office"
        )
        claim = services.claim(report.pk)
        assert claim is not None
        assert services.fail(claim, reason) if reason else services.publish(claim, PDF)
        return report


def test_a_paper_is_asked_for_once(world: World, sign_in: SignIn, run: Run) -> None:
    client = sign_in(world, "north/approver")
    first = client.post(papers(world, "request/"), {"run": run.public_id})
    second = client.post(papers(world, "request/"), {"run": run.public_id})
    with scope(world.north):
        report = Report.objects.get()
    assert first["Location"] == second["Location"] == papers(world, f"{report.public_id}/")
    wishes = {name: report.header[name] for name in ("author", "classification", "page_size")}
    assert wishes == {"author": "", "classification": "Confidential", "page_size": "A4"}
    assert client.get(f"{first['Location']}status/").json() == {
        "open": True,
        "text": "Waiting for a worker",
        "steps": {"Frozen": "done", "Waiting for a worker": "now", "Printing": "open"},
    }
    assert "data-status" in client.get(first["Location"]).content.decode()


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"run": "run_nowhere"}, "There is no finished analysis of that name. Choose one of the list."),
        ({"page_size": "A3"}, "Select a valid choice. A3 is not one of the available choices."),
        ({"classification": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_a_wrong_wish_prints_nothing_and_keeps_what_was_typed(
    world: World, sign_in: SignIn, run: Run, typed: dict[str, str], fault: str
) -> None:
    data = {"run": run.public_id, "author": "Office of the CIO", **typed}
    answer = sign_in(world, "north/editor").post(papers(world, "request/"), data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert fault in page
    assert 'value="Office of the CIO"' in page
    with scope(world.north):
        assert not Report.objects.exists()


def test_an_open_run_has_nothing_to_print(world: World, sign_in: SignIn, run: Run) -> None:
    with scope(world.north):
        actor = Actor.person(world.person("north/editor"))
        waiting, new = request_run(actor=actor, knowledge=current(), as_of=AS_OF.replace(day=21))
    assert new
    answer = sign_in(world, "north/editor").post(papers(world, "request/"), {"run": waiting.public_id})
    assert answer.status_code == 400
    with scope(world.north):
        assert not Report.objects.exists()


def test_a_printed_paper_is_fetched_as_a_file(world: World, sign_in: SignIn, run: Run) -> None:
    report = made(world, run)
    client = sign_in(world, "north/viewer")
    answer = client.get(papers(world, f"{report.public_id}/pdf/"))
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="board-paper-{report.public_id}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert f'href="{papers(world, f"{report.public_id}/pdf/")}"' in client.get(papers(world)).content.decode()


def test_a_failed_paper_says_why_and_is_no_file(world: World, sign_in: SignIn, run: Run) -> None:
    report = made(world, run, reason="The paper is too large to print.")
    client = sign_in(world, "north/editor")
    page = client.get(papers(world, f"{report.public_id}/")).content.decode()
    assert "The paper is too large to print." in page
    assert "Print it again" in page
    assert client.get(papers(world, f"{report.public_id}/pdf/")).status_code == 404


def test_a_failed_paper_is_printed_again_with_the_same_wishes(
    world: World, sign_in: SignIn, run: Run
) -> None:
    failed = made(world, run, reason="The paper is too large to print.")
    client = sign_in(world, "north/editor")
    page = client.get(papers(world, f"{failed.public_id}/")).content.decode()
    typed = dict(
        re.findall(r'<input type="hidden" name="(run|author|classification|page_size)" value="([^"]*)"', page)
    )
    answer = client.post(papers(world, "request/"), typed)
    with scope(world.north):
        again = Report.objects.exclude(pk=failed.pk).get()
    assert answer["Location"] == papers(world, f"{again.public_id}/")
    assert (again.state, again.run_id) == ("queued", run.pk)
    wishes = ("author", "classification", "page_size")
    assert [again.header[name] for name in wishes] == ["The office", "Confidential", "A4"]
    assert [failed.header[name] for name in wishes] == [again.header[name] for name in wishes]


@pytest.mark.parametrize("person", ["north/viewer"])
def test_roles_without_the_action_print_nothing(world: World, sign_in: SignIn, run: Run, person: str) -> None:
    client = sign_in(world, person)
    assert client.post(papers(world, "request/"), {"run": run.public_id}).status_code == 403
    assert "Print a board paper" not in client.get(papers(world)).content.decode()
    with scope(world.north):
        assert not Report.objects.exists()


def test_another_organisations_paper_is_not_there(world: World, sign_in: SignIn, run: Run) -> None:
    report = made(world, run)
    client = sign_in(world, "south/owner")
    for page in ("", "status/", "pdf/"):
        assert client.get(papers(world, f"{report.public_id}/{page}", "south")).status_code == 404, page
        assert client.get(papers(world, f"{report.public_id}/{page}", "north")).status_code == 404, page
    assert client.post(papers(world, "request/", "south"), {"run": run.public_id}).status_code == 400
    with scope(world.south):
        assert not Report.objects.exists()


@pytest.mark.parametrize("amount", [1, 9])
def test_the_list_reads_the_same_number_of_times(
    world: World, sign_in: SignIn, run: Run, django_assert_num_queries: Callable[..., Any], amount: int
) -> None:
    for _ in range(amount):
        made(world, run)
    client = sign_in(world, "north/editor")
    frame = ["request opened", "session", "person", "membership", "my organisations", "request closed"]
    scoped = ["opened", "former organisation", "organisation set", "organisation put back", "closed"]
    reads = ["how many papers", "papers and runs", "is there a finished run", "finished runs", "first choice"]
    with django_assert_num_queries(len(frame) + len(scoped) + len(reads)):
        client.get(papers(world))


def test_the_paper_of_a_what_if_says_so_on_its_cover_and_on_every_page(world: World, run: Run) -> None:
    with scope(world.north):
        by = Actor.person(world.person("north/editor"))
        scenario = create_scenario(
            actor=by, name="More users", answers={"/use_cases/1/users": 9}, base_run=run, knowledge=current()
        )
        asked, _ = request_scenario_run(scenario, actor=by, knowledge=current(), as_of=AS_OF)
        report, _ = services.request_report(finished(asked, "Staff assistant"), actor=by)
        claim = services.claim(report.pk)
        own, _ = services.request_report(run, actor=by)
    assert claim is not None
    page = html_of(claim.header, claim.result, claim.document)
    assert "<b>More users</b>: answers were changed to see what follows" in page
    assert '<p class="foot">WHAT-IF More users · Twin Company' in page
    assert own.header["scenario"] == ""
