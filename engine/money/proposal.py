"""One option as money sees it: its rows of the tables, its demand and its months."""

from __future__ import annotations

from dataclasses import dataclass

from engine.case import Case
from engine.money.calendar import Calendar, calendar
from engine.money.demand import Demand, demand
from engine.money.figures import Figure, Scene
from engine.options.catalogue import ModelRow
from engine.options.tables import ApproachRow, DeploymentRow
from engine.result import Consequences, OptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """An option with its base model (a key or a role of the catalogue) and the duties that it opens."""

    option: OptionId
    model: str
    duties: Consequences


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An option of the scene's use case with what its bill is made of."""

    scene: Scene
    option: OptionId
    approach: ApproachRow
    deployment: DeploymentRow
    model: ModelRow
    duties: Consequences
    demand: Demand
    calendar: Calendar
    weeks: Figure
    people: Figure

    @property
    def owned(self) -> bool:
        """Whether it runs on own hardware."""
        return self.option.deployment == "on_prem"

    @property
    def tunes_with_vendor(self) -> bool:
        """Whether the vendor of a hosted model tunes it."""
        return self.approach.trains and self.option.deployment == "public_api"

    @property
    def by_token(self) -> bool:
        """Whether answers are paid by the token rather than by the processor."""
        open_and_trained = self.approach.trains and not self.tunes_with_vendor
        return self.model.price_in is not None and not self.owned and not open_and_trained

    @property
    def from_records(self) -> bool:
        """Whether a model is trained from the ground on own records that are no text."""
        return self.scene.case.of_records


def added_weeks(case: Case, deployment: DeploymentRow) -> str:
    """The fact of the weeks that a deployment adds: fewer where its machines stand already."""
    machines = set(case.inputs.organisation.infrastructure or ())
    stands = deployment.weeks_there is not None and "own_gpu_cluster" in machines
    return deployment.weeks_there if stands and deployment.weeks_there else deployment.weeks


def proposal(scene: Scene, contender: Contender) -> Proposal:
    """The contender as money sees it in a scene."""
    tables, option = scene.tracer.knowledge.options, contender.option
    approach, deployment = tables.approaches[option.approach], tables.deployments[option.deployment]
    asked = demand(scene)
    added = added_weeks(scene.case, deployment)
    weeks = scene.once(
        f"weeks/{approach.weeks}/{added}", lambda: scene.fact(approach.weeks) + scene.fact(added)
    )
    grows = scene.case.use_case.growth_per_year
    return Proposal(
        scene=scene,
        option=option,
        approach=approach,
        deployment=deployment,
        model=tables.model(contender.model),
        duties=contender.duties,
        demand=asked,
        calendar=scene.shared(
            ("calendar", approach.weeks, added, grows), lambda: calendar(scene, weeks, asked.growth)
        ),
        weeks=weeks,
        people=scene.fact(approach.people) + scene.fact(deployment.people),
    )
