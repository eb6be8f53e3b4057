"""Lines of a bill until people use it: the training job, and everything else of the programme."""

from __future__ import annotations

from collections.abc import Iterator

from engine.money.bill import Kind, Line
from engine.money.demand import reach
from engine.money.figures import Figure
from engine.money.learning import corpus, examples, job, missing_text, tuning_tokens
from engine.money.proposal import Proposal, added_weeks
from engine.money.training import Job

READS = (
    "people.day_rate",
    "people.share.vendor_saas",
    "days.integration",
    "days.evaluation",
    "days.index",
    "days.examples",
    "days.pretraining_data",
    "days.mlops.light",
    "days.mlops.full",
    "days.introduction",
    "days.user",
    "price.gpu.hour",
    "price.gpu.server",
    "price.gpu.hosting",
    "price.gpu.network",
    "price.gpu.node",
    "price.gpu.to_buy",
    "price.tuning.tokens",
    "price.label.mixed",
    "price.label.expert",
    "price.label.expert_share",
    "price.label.comparison",
    "price.label.underestimate",
    "price.data.programme",
    "price.storage",
    "storage.bytes_per_token",
    "training.runs",
)
WORKDAYS = 5.0
TERABYTE = 1e12
TRAINING_SHARE = 0.25
"""The part of the build that is training itself; an own cluster must finish in it."""


def programme(offer: Proposal) -> Iterator[Line]:
    """Everything paid before people use it."""
    scene, use, option = offer.scene, offer.scene.case.use_case, offer.option
    asked = (use.users, use.requests_per_day, use.internal_only)
    yield from scene.shared(
        ("people", option.approach, option.deployment, added_weeks(scene.case, offer.deployment), asked),
        lambda: tuple(people(offer)),
    )
    yield from data(offer)
    yield from scene.once(f"labels/{option.approach}/{option.method}", lambda: tuple(labels(offer)))
    yield from training(offer)
    yield compliance(offer)


def build(key: str, amount: Figure, kind: Kind = "capex") -> Line:
    """A line of the programme that is spread over the build."""
    return Line(key, kind, "programme", "build", amount)


def people(offer: Proposal) -> Iterator[Line]:
    """People who build, connect, test and introduce it."""
    scene = offer.scene
    rate, size = scene.fact("people.day_rate"), reach(scene)
    days = offer.people * offer.weeks * WORKDAYS * size
    if offer.option.deployment == "vendor_saas":
        days = days * scene.fact("people.share.vendor_saas")
    yield build("people_build", days * rate)
    yield build("integration", scene.days("days.integration") * size)
    yield build("evaluation", scene.days("days.evaluation") * size)
    if offer.option.deployment != "vendor_saas":
        yield build("mlops_setup", scene.days(f"days.mlops.{offer.approach.pipeline}") * size)
    learning = scene.fact("days.introduction") * size
    if not scene.case.for_customers.value:
        learning = learning + offer.demand.users * scene.fact("days.user")
    yield build("introduction", learning * rate, "opex")


def data(offer: Proposal) -> Iterator[Line]:
    """Documents, examples and text made ready."""
    scene = offer.scene
    if offer.approach.retrieves:
        yield build("documents", scene.days("days.index"))
    if not offer.approach.trains:
        return
    if offer.approach.token_floor is None:
        yield build("examples", scene.days("days.examples"))
        return
    yield build("pretraining_data", scene.days("days.pretraining_data"))
    if offer.option.approach == "from_scratch":
        yield build("data_licences", scene.fact("price.data.programme") * missing_text(offer))


def labels(offer: Proposal) -> Iterator[Line]:
    """Labels that are still missing, and beside them what plans usually leave out (E122)."""
    wanted = examples(offer)
    if wanted is None:
        return
    scene, use = offer.scene, offer.scene.case.use_case
    if offer.option.method == "rl":
        price = scene.fact("price.label.comparison")
    else:
        special = scene.fact("price.label.expert_share")
        if use.domain_specificity is not None:
            at = scene.case.at("domain_specificity")
            special = special * scene.answered(use.domain_specificity, at)
        price = scene.fact("price.label.mixed") * (1.0 - special) + scene.fact("price.label.expert") * special
    planned = wanted[1] * price
    if planned.values.max() <= 0:
        return
    yield build("labels", planned)
    yield build("labels_underestimate", planned * (scene.fact("price.label.underestimate") - 1.0))


def training(offer: Proposal) -> Iterator[Line]:
    """One training run, the experiments and restarts around it, and what pre-training runs on."""
    if not offer.approach.trains:
        return
    scene, run = offer.scene, job(offer)
    if run is None:
        tokens = tuning_tokens(offer) * scene.fact("price.tuning.tokens") / 1e6
        yield Line("training_job", "capex", "job", "build", tokens)
        yield build("experiments", tokens * (scene.fact("training.runs") - 1.0))
        return
    if offer.owned and offer.approach.token_floor is not None:
        yield from cluster(offer, run)
    else:
        hour = scene.fact("price.gpu.hour")
        yield Line("training_job", "capex", "job", "build", run.hours * hour)
        yield build("experiments", (run.planned - run.hours) * hour)
    if offer.approach.token_floor is not None:
        kept = corpus(offer) * scene.fact("storage.bytes_per_token") / TERABYTE
        yield build("training_storage", kept * scene.fact("price.storage") * offer.calendar.start)


def cluster(offer: Proposal, run: Job) -> Iterator[Line]:
    """An own cluster, with its power and hosting during the build."""
    scene = offer.scene
    gpus = cluster_size(offer, run)
    bought = owned_price(offer, gpus)
    kept = TRAINING_SHARE if has_cluster(offer) else 1.0
    hosted = gpus * scene.fact("price.gpu.hosting") * offer.calendar.start * kept
    share = (run.hours / run.planned).at_most(1.0)
    yield Line("training_job", "capex", "job", "build", (bought + hosted) * share)
    yield build("training_cluster", (bought + hosted) * (1.0 - share))
    yield build("training_network", network(offer, gpus, bought))


def cluster_size(offer: Proposal, run: Job) -> Figure:
    """Processors that finish all planned hours in the part of the build that training has."""
    hours = offer.weeks * 7.0 * 24.0 * TRAINING_SHARE
    return (run.planned / hours).whole().at_least(run.gpus)


def has_cluster(offer: Proposal) -> bool:
    """Whether the organisation has a cluster already, and so need not keep one for the whole build."""
    return "own_gpu_cluster" in (offer.scene.case.inputs.organisation.infrastructure or ())


def owned_price(offer: Proposal, gpus: Figure) -> Figure:
    """The price of own processors; part of them where the organisation has a cluster already."""
    price = gpus * offer.scene.fact("price.gpu.server")
    if not has_cluster(offer):
        return price
    has = Figure(1.0, answers=frozenset({"/organisation/infrastructure"}))
    return price * offer.scene.fact("price.gpu.to_buy") * has


def network(offer: Proposal, gpus: Figure, price: Figure) -> Figure:
    """The fast network between servers; none where one server holds all processors."""
    several = gpus.joined(offer.scene.fact("price.gpu.node"), lambda have, node: (have > node) * 1.0)
    return price * offer.scene.fact("price.gpu.network") * several


def compliance(offer: Proposal) -> Line:
    """Work on the duties that the option opens."""
    return build("compliance", compliance_days(offer) * offer.scene.fact("people.day_rate"), "opex")


def compliance_days(offer: Proposal) -> Figure:
    option = offer.option
    return offer.scene.span(
        f"compliance/{option.approach}/{option.deployment}",
        offer.duties.days,
        "Compliance work before use",
        unit="days",
        seed="compliance",
        answer="/controls",
    )
