"""Lines of a bill from first use on: answering by volume, people, training again, monitoring, the way out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.money.ahead import Part, ends_on, month_of
from engine.money.bill import Line
from engine.money.calendar import DAYS_A_MONTH, Timing
from engine.money.demand import reach, read_tokens
from engine.money.figures import Figure
from engine.money.learning import job, tuning_tokens
from engine.money.programme import cluster_size, compliance_days, network, owned_price
from engine.money.proposal import Proposal
from engine.money.serving import (
    Fleet,
    Speed,
    batch_hours,
    encoder_servers,
    fleet,
    spare,
    speed,
    standing_hours,
)

READS = (
    "people.days_year",
    "days.monitoring",
    "days.exit",
    "price.token.private",
    "price.token.batch",
    "price.token.cached",
    "price.token.tuned",
    "price.gpu.hosting",
    "price.server.month",
    "price.server.owned",
    "price.seat.month",
    "seat.requests_per_day",
    "price.saas.conversation",
    "price.mlops.light",
    "price.mlops.full",
    "price.embedding",
    "serving.index_tokens",
    "serving.index_changed",
    "retraining.per_year",
    "compliance.recurring",
)
RUN_PEOPLE = "people.run."
MILLION = 1e6
CHANGES_A_YEAR = {"static": 0, "yearly": 1, "monthly": 12, "weekly": 52, "daily": 365}


def opex(key: str, amount: Figure, timing: Timing = "monthly") -> Line:
    """A running line."""
    return Line(key, "opex", "run", timing, amount)


def answering(offer: Proposal) -> Iterator[Line]:
    """What answering costs: by the seat, by the conversation, by the token, by the processor or by the server."""
    scene, asked = offer.scene, offer.demand
    if offer.option.deployment == "vendor_saas":
        outside = scene.case.for_customers
        if outside.value:
            customers = Figure(1.0, answers=frozenset({outside.pointer}))
            price = scene.fact("price.saas.conversation") * customers
            yield opex("conversations", asked.requests * price, "volume")
        else:
            busy = asked.requests * offer.calendar.mean_volume() / DAYS_A_MONTH
            seats = asked.users.at_least(busy / scene.fact("seat.requests_per_day"))
            yield opex("seats", seats * scene.fact("price.seat.month"))
    elif offer.by_token:
        yield from tokens(offer)
    elif on_processors(offer):
        yield from processors(offer)
    else:
        yield from servers(offer)


def tokens(offer: Proposal) -> Iterator[Line]:
    """Tokens of a hosted model. Where answers can wait, at the batch price; a whole body of text put into every
    call, at the cached one."""
    scene, asked, row = offer.scene, offer.demand, offer.model
    read, corpus = read_tokens(
        scene, asked, offer.option.method, tuned=offer.approach.trains, retrieves=offer.approach.retrieves
    )
    price_in, price_out = row.price_in, row.price_out
    whole = (read + corpus).likely
    if row.long_context_from is not None and row.long_price_in and whole > row.long_context_from:
        price_in, price_out = row.long_price_in, row.long_price_out
    assert price_in is not None
    assert price_out is not None
    reading = scene.fact(price_in)
    each = read * reading + asked.output * scene.fact(price_out)
    if corpus.likely:
        each = each + corpus * reading * scene.fact("price.token.cached")
    if scene.case.use_case.latency == "batch":
        waits = Figure(1.0, answers=frozenset({scene.case.at("latency")}))
        each = each * scene.fact("price.token.batch") * waits
    if offer.tunes_with_vendor:
        each = each * scene.fact("price.token.tuned")
    monthly = asked.requests * asked.calls * each / MILLION
    yield opex("inference", monthly, "volume")
    if offer.option.deployment == "private_cloud":
        yield opex("managed_service", monthly * (scene.fact("price.token.private") - 1.0), "volume")


def how_fast(offer: Proposal) -> Speed:
    """How the option's model answers on processors."""
    scene, asked, row, method = offer.scene, offer.demand, offer.approach, offer.option.method

    def make() -> Speed:
        read, corpus = read_tokens(scene, asked, method, tuned=row.trains, retrieves=row.retrieves)
        return speed(scene, offer.model, read + corpus, asked.output)

    return scene.once(f"speed/{offer.model.name}/{method}/{row.trains}/{row.retrieves}", make)


def on_processors(offer: Proposal) -> bool:
    """Whether answers come from processors of one's own or rented ones, rather than from a vendor or a server."""
    small = offer.model.kind == "encoder" or (offer.from_records and offer.approach.trains)
    return offer.option.deployment != "vendor_saas" and not offer.by_token and not small


def processors(offer: Proposal) -> Iterator[Line]:
    """Own processors bought for the busiest month, or rented ones for the mean one."""
    scene, asked = offer.scene, offer.demand
    how = how_fast(offer)
    if not offer.owned:
        if scene.case.use_case.latency == "batch":
            hours = batch_hours(how, asked.requests * asked.calls * offer.calendar.mean_volume())
        else:
            hours = standing_hours(rented_gpus(offer, how).gpus)
        yield opex("serving_rented", hours * scene.fact("price.gpu.hour"))
        return
    gpus = owned_gpus(offer, how).gpus
    run = job(offer)
    bought = gpus
    if run is not None and offer.approach.token_floor is not None:
        bought = (gpus - cluster_size(offer, run)).at_least(0.0)
    price = owned_price(offer, bought)
    yield Line("serving_hardware", "capex", "programme", "launch", price)
    yield Line("serving_network", "capex", "programme", "launch", network(offer, gpus, price))
    yield opex("serving_hosting", gpus * scene.fact("price.gpu.hosting"))


def rented_gpus(offer: Proposal, how: Speed) -> Fleet:
    """Rented processors for the mean month of use; they follow the volume."""
    asked = offer.demand
    return fleet(offer.scene, how, asked.output, asked.requests * asked.calls * offer.calendar.mean_volume())


def owned_gpus(offer: Proposal, how: Speed) -> Fleet:
    """Own processors for the busiest month, with spare copies."""
    asked = offer.demand
    busiest = asked.requests * asked.calls * offer.calendar.last_volume()
    needed = fleet(offer.scene, how, asked.output, busiest)
    kept = spare(offer.scene, how, offer.scene.case.use_case.latency)
    return Fleet(needed.gpus + kept, needed.cache)


def servers(offer: Proposal) -> Iterator[Line]:
    """Servers without graphics processors, which carry small models."""
    scene, asked = offer.scene, offer.demand
    if offer.owned:
        needed = encoder_servers(scene, asked.requests * offer.calendar.last_volume())
        owned = needed * scene.fact("price.server.owned")
        yield Line("servers_owned", "capex", "programme", "launch", owned)
        return
    needed = encoder_servers(scene, asked.requests * offer.calendar.mean_volume())
    yield opex("servers_rented", needed * scene.fact("price.server.month"))


def retrieval(offer: Proposal) -> Iterator[Line]:
    """The search index, and text turned into vectors again as it changes."""
    if not offer.approach.retrieves or offer.option.deployment == "vendor_saas":
        return
    scene, case = offer.scene, offer.scene.case
    text = scene.answered(case.corpus_tokens.value or 0, case.corpus_tokens.pointer)
    hosts = (text / scene.fact("serving.index_tokens")).whole().at_least(1.0)
    yield opex("index", hosts * scene.fact("price.server.month"))
    changes = case.knowledge_change_rate
    yearly = scene.answered(CHANGES_A_YEAR[changes.value or "static"], changes.pointer)
    changed = text * (yearly / 12.0) * scene.fact("serving.index_changed")
    yield opex("embeddings", changed * scene.fact("price.embedding") / MILLION)


def upkeep(offer: Proposal) -> Iterator[Line]:
    """People, tools, tests, training again, and duties that come back every year."""
    scene, row, use = offer.scene, offer.approach, offer.scene.case.use_case
    made_of = ("upkeep", offer.option.approach, offer.option.deployment, use.users, use.requests_per_day)
    yield from scene.shared(made_of, lambda: tuple(tending(offer)))
    if row.trains and row.token_floor is None:
        yield opex("retraining", again(offer) * scene.fact("retraining.per_year") / 12.0)
    recurring = scene.fact("compliance.recurring") / 12.0
    yield opex("compliance_run", compliance_days(offer) * scene.fact("people.day_rate") * recurring)


def tending(offer: Proposal) -> Iterator[Line]:
    """People who run it, tools and tests."""
    scene, row = offer.scene, offer.approach
    rate = scene.fact("people.day_rate")
    people = scene.fact(RUN_PEOPLE + offer.option.approach) * scene.fact("people.days_year") / 12.0
    if offer.option.deployment == "vendor_saas":
        people = people * scene.fact("people.share.vendor_saas")
    size = reach(scene)
    yield opex("people_run", people * rate * size)
    yield opex("monitoring", scene.days("days.monitoring") * size)
    if offer.option.deployment != "vendor_saas":
        yield opex("mlops_tools", scene.fact(f"price.mlops.{row.pipeline}") * size)


def again(offer: Proposal) -> Figure:
    """One more training run, with the days to make its examples ready."""
    scene, run = offer.scene, job(offer)
    days = scene.days("days.examples")
    if run is None:
        return days + tuning_tokens(offer) * scene.fact("price.tuning.tokens") / MILLION
    return days + run.hours * scene.fact("price.gpu.hour")


def leaving(offer: Proposal) -> Iterator[Line]:
    """The way out of a vendor at the end, and the move to another service on the day on which one ends."""
    scene, ended = offer.scene, ends_on(offer)
    if ended is not None:
        day, answer = ended
        move = scene.days("days.exit") + (again(offer) if offer.tunes_with_vendor else 0.0)
        told = move * Figure(1.0, answers=frozenset({answer} if answer else ()))
        yield Line("move", "opex", "run", "day", told, month_of(day, scene.case.as_of), day)
    if offer.deployment.outside:
        yield Line("exit", "opex", "run", "end", scene.days("days.exit"))


RUNNING: tuple[Part, ...] = (answering, retrieval, upkeep, leaving)
"""The parts of everything paid from first use to the programme's end."""
