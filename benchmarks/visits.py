"""Times of pages in milliseconds, as JSON: an organisation under nine regimes with 20 and with 200 use cases.

Run by `benchmarks.site`, which starts the servers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.test import Client

from accounts.audit import Actor
from accounts.models import Organisation, User
from accounts.services import create_organisation
from accounts.tenancy import scope
from benchmarks.duties import TODAY, organisation
from compliance.models import RegimeScope
from compliance.services import create_known
from engine.analyse import analyse
from engine.inputs import Inputs
from engine.result import Result
from inventory.knowledge import current
from strategy import services
from strategy.assessment import import_document

OPTIONS_KEPT = 3
AMOUNTS = (20, 200)
PAGES = {"page": "requirements/ISO27001/", "tree": "requirements/ISO27001/?whole=1", "overview": "posture/"}


def least(work: Callable[[], object], times: int = 5) -> float:
    """The least of some runs by the clock, after one that warms up: the database's work counts."""
    work()
    return min(once(work) for _ in range(times))


def once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def answered(inputs: Inputs) -> Result:
    """A result of one use case with the findings of its first options."""
    found = analyse(inputs, current(), TODAY)
    (only,) = found.use_cases
    kept = {(one.approach, one.deployment, one.method) for one in only.options[:OPTIONS_KEPT]}
    findings = [
        one
        for one in only.findings
        if (one.option.approach, one.option.deployment, one.option.method) in kept
    ]
    return replace(found, use_cases=(replace(only, findings=tuple(findings)),))


def several(found: Result, amount: int, as_of: date) -> Result:
    """The result with its use case so many times, by other names."""
    (only,) = found.use_cases
    more = [replace(only, key=f"u{number}", name=f"Case {number}") for number in range(amount)]
    return replace(found, use_cases=tuple(more), as_of=as_of)


def store(company: Organisation, actor: Actor, result: Result) -> float:
    """Milliseconds of storing a result."""
    with scope(company):
        run, _ = services.request_run(actor=actor, knowledge=current(), as_of=result.as_of)
        claim = services.claim(run.pk)
        assert claim is not None
        return once(lambda: services.publish(claim, result))


def open_assessment(owner: User, number: int) -> float:
    """Milliseconds of putting ISO 27001 in scope in an organisation of its own."""
    company = create_organisation(name=f"Company {number}", owner=owner)
    with scope(company):
        part = {"regime": "ISO27001", "in_scope": True}
        return once(lambda: create_known(RegimeScope, part, actor=Actor.person(owner)))


def main() -> None:
    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User(email="owner@clinic.example", name="Owner")
    owner.set_unusable_password()
    owner.save()
    company = create_organisation(name="Clinic", owner=owner)
    inputs, actor = organisation(1), Actor.person(owner)
    with scope(company):
        import_document(inputs, actor=actor)
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    found: dict[str, Any] = {
        "open": min(open_assessment(owner, number) for number in range(3)),
        "pages": {},
    }
    one = answered(inputs)
    for amount in AMOUNTS:
        result = several(one, amount, TODAY + timedelta(days=amount))
        found["publish"] = store(company, actor, result)
        found["findings"] = sum(len(part.findings) for part in result.use_cases)
        found["pages"][str(amount)] = {
            name: least(lambda path=path: seen(client, f"/o/{company.slug}/{path}"))  # type: ignore[misc]
            for name, path in PAGES.items()
        }
    print(json.dumps(found))


def seen(client: Client, address: str) -> None:
    """Read a page whole. Raises AssertionError where it is not answered."""
    assert client.get(address).status_code == 200, address


if __name__ == "__main__":
    main()
