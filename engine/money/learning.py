"""What an option trains: on how much, from which base, and which examples are still missing."""

from __future__ import annotations

from engine.money.figures import Figure
from engine.money.proposal import Proposal
from engine.money.training import Job, pretraining, tuning

READS = (
    "training.epochs",
    "training.tokens_per_parameter",
    "training.own_records",
    "data_enough.rl",
)


def examples(offer: Proposal) -> tuple[Figure, Figure] | None:
    """Examples that training uses, and those of them that are still to be labelled; None where it needs none."""
    name = f"examples/{offer.option.approach}/{offer.option.method}"
    return offer.scene.once(name, lambda: make_examples(offer))


def make_examples(offer: Proposal) -> tuple[Figure, Figure] | None:
    scene, row, labels = offer.scene, offer.approach, offer.scene.case.labelled_examples
    enough = "data_enough.rl" if offer.option.method == "rl" else row.label_enough
    if enough is None:
        return None
    needed = scene.fact(enough)
    have = scene.answered(labels.value or 0, labels.pointer)
    return needed.at_least(have), (needed - have).at_least(0.0)


def job(offer: Proposal) -> Job | None:
    """The training run of an option; None where it trains nothing, or a vendor trains a model of undisclosed size."""
    name = f"job/{offer.option.approach}/{offer.option.method}/{offer.model.name}"
    return offer.scene.once(name, lambda: make_job(offer))


def make_job(offer: Proposal) -> Job | None:
    row = offer.approach
    if not row.trains or not offer.model.parameters:
        return None
    if row.token_floor is not None:
        return pretraining(offer.scene, size(offer), corpus(offer))
    return tuning(offer.scene, size(offer), tuning_tokens(offer), offer.option.method)


def size(offer: Proposal) -> Figure:
    """Parameters of the model that is trained."""
    if offer.option.approach == "from_scratch" and offer.from_records:
        return offer.scene.fact("training.own_records")
    return Figure(float(offer.model.parameters))


def tuning_tokens(offer: Proposal) -> Figure:
    """Tokens that one tuning run sees."""
    name = f"tuning tokens/{offer.option.approach}/{offer.option.method}"
    return offer.scene.once(name, lambda: make_tuning_tokens(offer))


def make_tuning_tokens(offer: Proposal) -> Figure:
    used = examples(offer)
    seen = used[0] if used else Figure(0.0)
    return seen * (offer.demand.input + offer.demand.output) * offer.scene.fact("training.epochs")


def corpus(offer: Proposal) -> Figure:
    """Tokens of text, or of records, that pre-training sees: what there is, and from the ground what it takes."""
    case = offer.scene.case
    own = offer.scene.answered(case.corpus_tokens.value or 0, case.corpus_tokens.pointer)
    if offer.option.approach == "from_scratch":
        return own.at_least(size(offer) * offer.scene.fact("training.tokens_per_parameter"))
    floor = offer.approach.token_floor
    return own if case.corpus_tokens.value or floor is None else offer.scene.fact(floor)


def missing_text(offer: Proposal) -> Figure:
    """The share of the text for a model from the ground that the organisation does not have; none for records."""
    if offer.from_records:
        return Figure(0.0)
    case = offer.scene.case
    own = offer.scene.answered(case.corpus_tokens.value or 0, case.corpus_tokens.pointer)
    return (1.0 - own / corpus(offer)).at_least(0.0)
