"""Both twin organisations with something of every kind: records, an analysis and its result, a board paper."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from PIL import Image

from accounts.audit import Actor
from accounts.branding import set_logo
from accounts.clock import today
from accounts.domains import add_domain
from accounts.invitations import Asked, invite
from accounts.models import ApiKey, Domain, IdentityProvider, Invitation, Membership, Organisation
from accounts.sealing import seal
from accounts.tenancy import TENANT_MODELS, scope
from compliance.determinations import decide
from compliance.evidence import EvidencePart, NewFile, create_evidence
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope, RemediationTask, TaskDependency
from compliance.policies import policy, set_policy
from compliance.remediation import make_tasks
from compliance.services import create_control_answer
from compliance.waivers import WaiverPart, accept, comment
from inventory.models import BaseModel, Budget, DataAsset, OrganisationProfile, OwnPrice, UseCase, Vendor
from inventory.services import create_record
from reports import services as reports
from reports.models import Report
from reports.questions import asked_about
from reports.registers.material import Material
from strategy import services
from strategy.duties import duties_of
from strategy.knowledge import current
from strategy.models import Result, Run
from strategy.scenarios import create_scenario, request_scenario_run
from tests.strategy.stored import AS_OF, finished_run, result, use_case
from tests.world import World, member


def logo_of(side: str) -> bytes:
    """Another picture for each organisation."""
    out = io.BytesIO()
    Image.new("RGB", (4, 2), "#0b6e75" if side == "north" else "#7a2e1d").save(out, "PNG")
    return out.getvalue()


PDF = b"%PDF-1.7 of the tests"
SPARE: Mapping[str, tuple[type[models.Model], Mapping[str, Any]]] = {
    "data_asset": (DataAsset, {"key": "spare"}),
    "vendor": (Vendor, {"key": "spare"}),
    "base_model": (BaseModel, {"key": "spare"}),
    "budget": (Budget, {"period": "2031-Q1"}),
    "own_price": (OwnPrice, {"fact": "price.gpu.hour", "since": "2026-10-01"}),
    "use_case": (UseCase, {"key": "spare"}),
    "regime": (RegimeScope, {"regime": "SOC2"}),
    "common_answer": (CommonControlAnswer, {"control": "logging"}),
}
SPARE_ANSWER = {"regime": "GDPR", "requirement_id": "Art. 32(1)"}


@dataclass(frozen=True)
class Things:
    """What there is in one organisation: a row of each model, and the opaque ids that addresses hold."""

    organisation: Organisation
    rows: Mapping[type[models.Model], Any]
    ids: Mapping[str, str]

    def __getitem__(self, model: type[models.Model]) -> Any:
        return self.rows[model]


@dataclass(frozen=True)
class FullWorld:
    world: World
    north: Things
    south: Things

    def side(self, name: str) -> Things:
        return self.north if name == "north" else self.south


def fill(world: World) -> FullWorld:
    """Give each organisation a spare record of each kind, runs in three states, a printed paper and a scenario."""
    return FullWorld(world, _things(world, "north"), _things(world, "south"))


def _things(world: World, side: str) -> Things:
    organisation: Organisation = getattr(world, side)
    actor = Actor.person(world.person(f"{side}/owner"), "owner")
    contributor = world.person(f"{side}/contributor")
    ids = {"member": world.person(f"{side}/viewer").public_id, "organisation": organisation.public_id}
    with scope(organisation):
        for name, (model, part) in SPARE.items():
            ids[name] = create_record(model, part, actor=actor).public_id  # type: ignore[type-var]
        ids["control"] = create_control_answer(ControlAnswer, SPARE_ANSWER, actor=actor).public_id
        run = finished_run(actor, "Staff assistant", "Ticket triage")
        set_logo(logo_of(side), actor=actor)
        report, _ = reports.request_report(run, actor=actor)
        claim = reports.claim(report.pk)
        assert claim is not None
        assert reports.publish(claim, PDF)
        scenario = create_scenario(
            actor=actor, name="Busy", answers={"/use_cases/1/users": 9}, base_run=run, knowledge=current()
        )
        request_scenario_run(scenario, actor=actor, knowledge=current(), as_of=AS_OF)
        ids["run"], ids["report"] = run.public_id, report.public_id
        ids["snapshot"], ids["profile"] = run.snapshot.public_id, OrganisationProfile.objects.get().public_id
        ids |= _remedy(run, actor)
        RemediationTask.objects.filter(public_id=ids["task"]).update(owner=contributor)
        ids["scenario"], ids["other_run"] = scenario.public_id, _finished(actor, date(2026, 12, 3)).public_id
        decided = asked_about(Material(), "assistant", "dpia")
        assert decided is not None
        decide(
            decided.assistant,
            UseCase.objects.get(key="assistant"),
            decided.proposal,
            decided.option,
            verdict="needed",
            reason="Two criteria",
            run=run.public_id,
            release="2026.11",
            actor=actor,
        )
        ids["open_run"] = _queued(actor, date(2026, 12, 1)).public_id
        ids["cancelled_run"] = services.cancel(_queued(actor, date(2026, 12, 2)), actor=actor).public_id
        guest = invite([Asked("guest@twin.example", "viewer")], actor=actor)[0].invitation
        ids["invitation"] = guest.public_id
        domain = add_domain(name="twin.example", actor=actor)
        ids["domain"] = domain.public_id
        provider = IdentityProvider.objects.create(
            organisation=organisation, issuer="https://twin.example", client_id="x", client_secret=seal("x")
        )
        rows = {model: model.objects.order_by("pk").first() for model in TENANT_MODELS}
        rows[Run], rows[Report] = Run.objects.get(pk=run.pk), Report.objects.get(pk=report.pk)
    rows[ApiKey] = ApiKey.objects.get(organisation=organisation)
    rows[Invitation], rows[Domain], rows[IdentityProvider] = guest, domain, provider
    rows[Membership] = Membership.objects.get(organisation=organisation, role="viewer")
    ids["key"] = rows[ApiKey].public_id
    former = member(f"former.{side}@twin.example", "Former")
    Membership.objects.create(
        organisation=organisation, user=former, role="viewer", archived_at=timezone.now()
    )
    ids["former"] = former.public_id
    return Things(organisation, rows, ids)


def _remedy(run: Run, actor: Actor) -> dict[str, str]:
    """Tasks, one of which waits for the other, and spans of the organisation's own."""
    gap = next(duty for duty in duties_of(Result.objects.get(run=run)) if duty.state == "gap")
    duties = [replace(gap, requirement_id=name) for name in ("Art. 32(1)", "Art. 33(1)")]
    make_tasks(duties, run=run.public_id, as_of=run.as_of, currency="EUR", actor=actor)
    first, second = RemediationTask.objects.order_by("pk")
    TaskDependency.objects.create(task=second, before=first)
    spans = policy()
    set_policy(sla={**spans.sla, "duty": 30}, freshness={}, holidays=(), actor=actor, version=0)
    comment(first, "Asked the vendor", actor=actor)
    soon = today() + timedelta(days=90)
    asked = {"kind": "risk", "level": "low", "reason": "A pilot", "instead": "", "expires_on": soon}
    waiver = accept(WaiverPart(about="SOC2/CC6.4", **asked), actor=actor)
    return {
        "task": first.public_id,
        "other_task": second.public_id,
        "waiver": waiver.public_id,
        **_evidence(actor),
    }


def _evidence(actor: Actor) -> dict[str, str]:
    """Evidence with a version that nobody has reviewed yet."""
    part = EvidencePart(name="Agreement", kind="contract", note="", links=("GDPR/Art. 28(3)",))
    file = NewFile(filename="a.txt", content=b"signed", valid_from=AS_OF, valid_until=None)
    uploader = Actor("person", "usr_somebody", "Somebody", "editor")
    return {"evidence": create_evidence(part, file, actor=uploader).public_id}


def _finished(actor: Actor, day: date) -> Run:
    run = _queued(actor, day)
    claim = services.claim(run.pk)
    assert claim is not None
    assert services.publish(claim, result((use_case("assistant", "Staff assistant"),)))
    return run


def _queued(actor: Actor, day: date) -> Run:
    return services.request_run(actor=actor, knowledge=current(), as_of=day)[0]
