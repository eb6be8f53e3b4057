"""`manage.py replay`: a stored result is proved, or the facts and the answers that moved are named."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.audit import SYSTEM
from accounts.models import Organisation
from accounts.tenancy import scope
from engine.analyse import ENGINE_VERSION
from strategy.knowledge import current
from strategy.models import Result, Run
from strategy.replay import FactMoved, facts_moved
from strategy.services import cancel, request_run, whole_result
from strategy.tasks import run as compute
from tests.runs.company import AS_OF, company

LATER_RATE = """
[[fx.EUR.values]]
since = 2026-11-02
value = 1.25
source = "own-judgement"
basis = "A rate of a test."
"""


@pytest.fixture
def office(db: None) -> Organisation:
    return company(use_cases=2)


@pytest.fixture
def finished(office: Organisation) -> Run:
    """An analysis that the worker's own code has computed and stored."""
    with scope(office):
        run, _ = request_run(actor=SYSTEM, knowledge=current(), as_of=AS_OF)
    compute(office.pk, run.pk)
    with scope(office):
        found: Run = Run.objects.get(pk=run.pk, state="succeeded")
    return found


def replay(run: str, **options: object) -> str:
    out = StringIO()
    call_command("replay", run, stdout=out, **options)
    return out.getvalue()


def test_a_stored_result_is_proved(office: Organisation, finished: Run) -> None:
    with scope(office):
        digest = Result.objects.get().digest
    assert replay(finished.public_id) == f"{finished.public_id}: the same result again, {digest}\n"


def test_with_other_knowledge_the_facts_that_moved_are_named(
    office: Organisation, finished: Run, tmp_path: Path
) -> None:
    other = tmp_path / "knowledge"
    shutil.copytree(settings.BASE_DIR / "knowledge", other)
    with (other / "facts" / "money.toml").open("a") as prices:
        prices.write(LATER_RATE)
    with pytest.raises(CommandError) as refused:
        replay(finished.public_id, knowledge=other)
    lines = str(refused.value).splitlines()
    assert lines[0].startswith(
        f"{finished.public_id} was made with knowledge {current().release} ({current().digest[:12]}) and engine "
        f"{ENGINE_VERSION}; here are {current().release} ("
    )
    moved = lines.index("Facts that moved: 1")
    assert lines[moved + 1].startswith("  fx.EUR (")
    assert lines[moved + 1].endswith(
        ": 1.1 USD since 2023-01-01 (own-judgement) → 1.25 USD since 2026-11-02 (own-judgement)"
    )
    assert "Answers that moved: 0" in lines
    assert lines[-1] == (
        f"To prove the stored result, check out release {current().release} and replay there, "
        "or name its folder with --knowledge."
    )


def test_facts_that_are_gone_or_newly_read_are_named_too(office: Organisation, finished: Run) -> None:
    with scope(office):
        former = whole_result(finished)["trace"]["facts"]
    rate = next(fact for fact in former if fact["id"] == "fx.EUR")
    gone = {**rate, "id": "fx.DEM", "label": "The German mark"}
    others = [fact for fact in former if fact is not rate]
    words = "1.1 USD since 2023-01-01 (own-judgement)"
    assert facts_moved([gone, *others], former, current(), AS_OF) == (
        FactMoved("fx.DEM", "The German mark", was=words, now=None),
        FactMoved("fx.EUR", rate["label"], was=None, now=words),
    )
    assert facts_moved(former, former, current(), AS_OF) == ()


def test_a_run_without_a_result_and_a_run_that_is_not_there_are_told_apart(office: Organisation) -> None:
    with scope(office):
        run, _ = request_run(actor=SYSTEM, knowledge=current(), as_of=AS_OF)
        cancel(run, actor=SYSTEM)
    with pytest.raises(CommandError, match=f"{run.public_id} has no result: it is cancelled"):
        replay(run.public_id)
    with pytest.raises(CommandError, match=r"There is no run run_nowhere\. The runs page lists the ids\."):
        replay("run_nowhere")
    with pytest.raises(CommandError, match=r"release\.toml: the file is missing"):
        replay(run.public_id, knowledge=Path("/nowhere"))
