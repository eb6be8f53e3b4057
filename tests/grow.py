"""More of everything in North, so that a list's queries can be counted at two lengths."""

from __future__ import annotations

from typing import get_args

from accounts.audit import Actor
from accounts.services import add_member
from accounts.tenancy import scope
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from compliance.services import create_control_answer
from engine.inputs import RegimeId
from engine.prices import open_to_own
from inventory.knowledge import current
from inventory.models import BaseModel, Budget, DataAsset, OwnPrice, UseCase, Vendor
from inventory.services import create_record
from reports.models import Report
from strategy.models import Run, Scenario, Snapshot
from tests.world import World

PRICES = [name for name, fact in current().facts.items() if open_to_own(fact)]
OTHER_REGIMES = [regime for regime in get_args(RegimeId) if regime not in ("GDPR", "ISO27001")]

CONTROLS = sorted(set(current().law.crosswalk.controls) - {"backup-and-recovery"})


def grow(world: World, amount: int) -> None:
    """Add so many of each kind to North, each linked to what it can be linked to."""
    by = Actor.person(world.person("north/owner"), "owner")
    with scope(world.north):
        start = UseCase.objects.count()
        for n in range(start - 2, start - 2 + amount):
            create_record(DataAsset, {"key": f"asset-{n}"}, actor=by)
            create_record(Vendor, {"key": f"vendor-{n}"}, actor=by)
            create_record(BaseModel, {"key": f"model-{n}"}, actor=by)
            create_record(Budget, {"period": f"{2030 + n}-Q1"}, actor=by)
            create_record(OwnPrice, {"fact": PRICES[n], "since": "2026-01-01"}, actor=by)
            linked = {
                "vendor": f"vendor-{n}",
                "model": f"model-{n}",
                "data_assets": [f"asset-{n}", "tickets"],
            }
            create_record(UseCase, {"key": f"case-{n}", **linked}, actor=by)
            about = {"regime": "GDPR", "requirement_id": "Art. 32(1)", "use_case": f"case-{n}"}
            create_control_answer(ControlAnswer, about, actor=by)
            create_record(RegimeScope, {"regime": OTHER_REGIMES[n]}, actor=by)
            create_record(CommonControlAnswer, {"control": CONTROLS[n]}, actor=by)
            add_member(email=f"more-{n}@twin.example", role="viewer", actor=by)
            snapshot = Snapshot.objects.create(digest=f"{n:064}", document="{}", created_by="")
            run = Run.objects.create(snapshot=snapshot, as_of="2026-11-24", knowledge_digest=f"{n}")
            Report.objects.create(run=run, header={})
            changed = {"records": "use_cases", "key": "triage", "path": ["users"], "value": n}
            Scenario.objects.create(name=f"More {n}", base=snapshot, base_run=run, overrides=[changed])
