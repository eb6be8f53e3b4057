"""The twelve criteria: anchored value functions from 0 to 1, and what each says in words.

A score depends on the answers, the tables and the anchors alone, never on the other options, so adding an
option cannot change the order of the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inputs import Criterion
from engine.labels import label
from engine.options.tables import ApproachRow, DeploymentRow, Unknown
from engine.options.view import View
from engine.sentences import counted, percent
from engine.trace import Tracer

READS = (
    "context.fits",
    "quality.retrieval_hallucination",
    "quality.domain_pretraining",
    "law.weights_personal",
    "platform.tuning_closes",
    "anchor.gain.low",
    "anchor.gain.full",
    "anchor.cost.beyond",
    "scale.fit",
    "scale.grounding",
    "scale.freshness",
    "scale.data",
    "scale.control",
    "scale.independence",
    "scale.differentiation",
)
GAIN = ("anchor.gain.low", "anchor.gain.full")
COST = ("anchor.cost.best", "anchor.cost.worst", "anchor.cost.beyond")
BEYOND = 0.05
"""What a cost at the worst anchor still scores, so that one far beyond it scores less."""
RATES = {"static": 0.0, "yearly": 0.15, "monthly": 0.45, "weekly": 0.75, "daily": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What a score may look at: the option's rows and the figures computed for it (USD, weeks, days, people).

    `cost` leaves out the work on duties, which counts as days. `cost_said` is the whole cost in words, in the
    result's currency.
    """

    name: str
    deployment_name: str
    approach: ApproachRow
    deployment: DeploymentRow
    cost: float
    cost_said: str
    weeks: float
    days: float
    open_gaps: int
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A score from 0 to 1, with the sentence, the answer (a name of the view) and the facts behind it.

    `answer` is None where the score reads no answer. `drawback` is said instead of the sentence where the score
    counts against the option.
    """

    score: float
    text: str
    answer: str | None
    facts: tuple[str, ...] = ()
    drawback: str = ""

    @property
    def against(self) -> str:
        """The sentence where the score counts against the option."""
        return self.drawback or self.text


Floats = NDArray[np.float64]
Curve = Callable[[Floats | float], Floats]
Score = Callable[[View, Option, Tracer], Value]


def clamp(number: float) -> float:
    return min(1.0, max(0.0, number))


def log_between(value: float, nothing: float, full: float) -> float:
    """0 at `nothing`, 1 at `full`, even steps per tenfold between."""
    return clamp(math.log(max(value, 1e-9) / nothing) / math.log(full / nothing))


def label_effect(view: View, option: Option, tracer: Tracer) -> tuple[float, tuple[str, ...]]:
    """How far the labelled examples carry a tuned model, 0 to 1, and the facts that say so."""
    row = option.approach
    if row.label_floor is None or row.label_enough is None:
        return 1.0, ()
    floor, enough = tracer.likely(row.label_floor), tracer.likely(row.label_enough)
    return log_between(float(view.labels or 0) + 1, float(floor), float(enough)), (
        row.label_floor,
        row.label_enough,
    )


def token_effect(view: View, option: Option, tracer: Tracer) -> tuple[float, tuple[str, ...]]:
    """How far the body of text carries a further pre-trained model, 0 to 1, and the fact that says so."""
    row = option.approach
    if row.token_floor is None:
        return 1.0, ()
    floor = tracer.fact(row.token_floor)
    least, enough = float(floor.low or 0), float(tracer.likely(row.token_floor))
    return log_between(float(view.corpus or 0) + 1, least / 2, enough), (row.token_floor,)


def in_request(view: View, tracer: Tracer) -> bool:
    """Whether everything that an answer needs stands in the request itself."""
    return view.task is not None and tracer.knowledge.options.tasks[view.task].in_request


def domain_loss(view: View, row: ApproachRow, tracer: Tracer) -> float:
    """What a model that was not trained on a special domain loses there.

    Retrieval makes good half of it, where an answer needs more than its request holds.
    """
    halved = row.retrieves and not in_request(view, tracer)
    return 0.0 if row.trains else 0.22 * (view.domain or 0.0) * (0.5 if halved else 1.0)


def worth_tuning(view: View, option: Option, score: float, tracer: Tracer) -> tuple[float, str]:
    """A trained model's score, its gain over a prompted one counted by how often it is had."""
    assert view.task is not None
    options = tracer.knowledge.options
    untuned = options.approaches["rag" if option.approach.retrieves else "api_prompt"]
    prompted = float(untuned.fit[view.task]) - domain_loss(view, untuned, tracer)
    low, full = (float(tracer.likely(fact)) for fact in GAIN)
    counts = log_between(float(view.requests or low), low, full)
    if score <= prompted or counts >= 1:
        return score, ""
    return prompted + (
        score - prompted
    ) * counts, f" So few requests let {percent(counts)} of its gain count."


def carried(what: str, effect: float) -> str:
    """How far data carry a trained model, in words."""
    if effect > 0.99:
        return f"{what} are enough to bring it to its best."
    return f"{what} carry it {percent(effect)} of the way to its best."


def task_fit(view: View, option: Option, tracer: Tracer) -> Value:
    row = option.approach
    if view.task is None:
        return Value(
            score=sum(map(float, row.fit.values())) / len(row.fit),
            text="The kind of task is not answered.",
            answer="task",
            facts=("scale.fit",),
        )
    fit = float(row.fit[view.task])
    effect, facts = label_effect(view, option, tracer)
    domain = view.domain or 0.0
    if row.trains and facts:
        prompted = 0.55 * fit
        score = prompted + (fit - prompted) * effect
        text = carried(f"{view.labels or 0:,} labelled examples", effect)
        if effect < 0.999 or view.labels is not None:
            bonus = (0.07 if row.retrieves and not in_request(view, tracer) else 0.05) * domain * effect
            score, counted = worth_tuning(view, option, clamp(score + bonus), tracer)
            return Value(
                score=score, text=text + counted, answer="labels", facts=(*facts, *GAIN, "scale.fit")
            )
    if row.token_floor is not None:
        effect, facts = token_effect(view, option, tracer)
        prompted = 0.55 * fit
        text = carried(f"{view.corpus or 0:,} tokens of text", effect)
        score = clamp(prompted + (fit - prompted) * effect + 0.08 * domain * effect)
        counted = ""
        if view.task != "foundation_model":
            score, counted = worth_tuning(view, option, score, tracer)
        facts = (*facts, "quality.domain_pretraining", *GAIN, "scale.fit")
        return Value(score=score, text=text + counted, answer="corpus", facts=facts)
    loss = domain_loss(view, row, tracer)
    if option.name == "api_prompt" and reads_it_all(view, tracer):
        fit = float(tracer.knowledge.options.approaches["rag"].fit[view.task])
        loss = 0.5 * loss
    bonus = application(view) if option.deployment_name == "vendor_saas" else 0.0
    score = clamp(fit + bonus - loss)
    text = f"Our estimate from published comparisons: it does this kind of task at {percent(score)} of what is possible."
    return Value(score=score, text=text, answer="task", facts=("scale.fit",))


def fits_context(view: View, tracer: Tracer) -> bool:
    return view.corpus is not None and view.corpus <= tracer.likely("context.fits")


def application(view: View) -> float:
    """What a finished application does better, or worse the more the use is to differ from everybody's."""
    if view.task in ("code", "general_assistant"):
        return 0.1
    return -0.05 - 0.2 * (view.differentiation or 0.0)


def reads_it_all(view: View, tracer: Tracer) -> bool:
    """Whether a prompt takes in the whole body of text, for a task that retrieval would serve better than a bare one."""
    if view.task is None or not view.corpus or not fits_context(view, tracer) or in_request(view, tracer):
        return False
    rows = tracer.knowledge.options.approaches
    return rows["rag"].fit[view.task] > rows["api_prompt"].fit[view.task]


def grounding(view: View, option: Option, tracer: Tracer) -> Value:
    """Whether an answer can be traced to a document, and whether that is asked for."""
    need = 1.0 if view.citations else 0.05
    if option.approach.retrieves:
        facts = ("quality.retrieval_hallucination", "scale.grounding")
        return Value(
            score=0.92, text="Each answer can show the passage it rests on.", answer="citations", facts=facts
        )
    if option.name == "api_prompt" and fits_context(view, tracer):
        text = "The whole body of text fits into the model's context, so answers can point into it."
        return Value(score=0.85, text=text, answer="corpus", facts=("context.fits", "scale.grounding"))
    if in_request(view, tracer):
        score = 0.5 if view.citations else 0.92
        text = "All that an answer rests on stands in the request."
        return Value(score=score, text=text, answer="task", facts=("scale.grounding",))
    text = (
        "Its answers rest on weights and cannot show a source."
        if view.citations
        else "No source has to be shown."
    )
    return Value(score=1.0 - 0.9 * need, text=text, answer="citations", facts=("scale.grounding",))


def freshness(view: View, option: Option, tracer: Tracer) -> Value:
    """How well it follows knowledge that changes."""
    rate = RATES[view.change_rate or "static"] * (0.5 if in_request(view, tracer) else 1.0)
    said = (
        f"The knowledge changes {view.change_rate}"
        if view.change_rate not in (None, "static")
        else "The knowledge is static"
    )
    facts = ("scale.freshness",)
    if option.approach.retrieves:
        text = f"{said}; an index follows it without training."
        return Value(score=0.95, text=text, answer="change_rate", facts=facts)
    if option.name == "api_prompt":
        held = fits_context(view, tracer) or (in_request(view, tracer) and view.change_rate is None)
        score = 0.9 if held else 0.85 - 0.5 * rate
        text = f"{said}; a prompt carries only what is put into it."
        return Value(score=score, text=text, answer="change_rate", facts=facts)
    return Value(
        score=clamp(0.9 - 0.85 * rate),
        text=f"{said}; trained weights stay as of their last training.",
        answer="change_rate",
        facts=facts,
    )


def cost(view: View, option: Option, tracer: Tracer) -> Value:
    text = f"About {option.cost_said} over three years."
    score = float(cost_curve(tracer)(option.cost))
    return Value(score=score, text=text, answer="requests", facts=COST)


def cost_curve(tracer: Tracer) -> Curve:
    """How a cost in US dollars scores: even steps per tenfold between the anchors, few beyond the worst."""
    best, worst, beyond = (float(tracer.likely(fact)) for fact in COST)

    def score(cost: Floats | float) -> Floats:
        within, past = logs_between(cost, worst, best), logs_between(cost, beyond, worst)
        scored: Floats = BEYOND * past + (1.0 - BEYOND) * within
        return scored

    return score


def logs_between(values: Floats | float, nothing: float, full: float) -> Floats:
    """0 at `nothing`, 1 at `full`, even steps per tenfold between, for each value."""
    share: Floats = np.log(np.maximum(values, 1e-9) / nothing) / np.log(full / nothing)
    return np.clip(share, 0.0, 1.0)


def time_to_value(view: View, option: Option, tracer: Tracer) -> Value:
    worst, best = float(tracer.likely("anchor.weeks.worst")), float(tracer.likely("anchor.weeks.best"))
    facts = (option.approach.weeks, option.deployment.weeks)
    text = f"About {option.weeks:.0f} weeks until people use it."
    answer = "own_machines" if option.deployment.weeks_there is not None else None
    return Value(score=log_between(option.weeks, worst, best), text=text, answer=answer, facts=facts)


def data_readiness(view: View, option: Option, tracer: Tracer) -> Value:
    quality = ((view.quality or 3) - 1) / 4
    effect, facts = label_effect(view, option, tracer)
    facts = (*facts, "scale.data")
    if not option.approach.trains and not option.approach.retrieves:
        return Value(score=0.9, text="It needs no data of the organisation's own.", answer=None, facts=facts)
    if not option.approach.trains:
        text = f"Its documents are of quality {view.quality or 3} of 5."
        return Value(score=0.4 + 0.5 * quality, text=text, answer="quality", facts=facts)
    text = "It stands or falls with the examples it is trained on."
    answer = "quality" if option.approach.label_floor is None else "labels"
    return Value(score=0.15 + 0.45 * effect + 0.3 * quality, text=text, answer=answer, facts=facts)


def team_fit(view: View, option: Option, tracer: Tracer) -> Value:
    need, have = option.people, float(view.engineers or 0)
    facts = (option.approach.people, option.deployment.people)
    enough = clamp((have + 0.6) / (need + 0.6)) if need else 1.0
    if option.deployment_name == "on_prem" and not view.own_machines:
        text = "Own hardware is needed, and there is none yet."
        return Value(score=clamp(enough - 0.4), text=text, answer="own_machines", facts=facts)
    text = f"It takes about {need:.1f} people who build and run machine learning; the organisation has {have:.0f}."
    return Value(score=enough, text=text, answer="engineers", facts=facts)


def data_control(view: View, option: Option, tracer: Tracer) -> Value:
    """Who sees the data, under which contract; weights trained on personal data are hard to undo."""
    sensitivity = view.sensitivity or "confidential"
    score = float(option.deployment.control[sensitivity])
    text = f"{option.deployment.meaning} The data: {label(sensitivity)}."
    answer, facts = "sensitivity", ("scale.control",)
    if option.deployment.outside and sensitivity not in ("public", "internal"):
        if view.contract:
            score += 0.12 if view.training_on_inputs is not False else 0.14
        if view.training_on_inputs:
            score -= 0.25
            text, answer = "The vendor trains its models on what it is sent.", "training_on_inputs"
    if option.approach.trains and sensitivity in ("regulated_personal", "special_category"):
        return Value(
            score=clamp(score - 0.12),
            text=text,
            answer=answer,
            facts=("law.weights_personal", "scale.control"),
            drawback="Personal data trained into weights are hard to erase again.",
        )
    return Value(score=clamp(score), text=text, answer=answer, facts=facts)


def compliance_effort(view: View, option: Option, tracer: Tracer) -> Value:
    text = f"The duties that it opens take about {option.days:.0f} person-days; today there {'is' if option.open_gaps == 1 else 'are'} {counted(option.open_gaps, 'gap', 'gaps')}."
    score = float(effort_curve(tracer)(option.days))
    return Value(score=score, text=text, answer="sensitivity", facts=("anchor.compliance_days.worst",))


def effort_curve(tracer: Tracer) -> Curve:
    """How days of work on duties score: each day counts the same, up to those that score nothing."""
    worst = float(tracer.likely("anchor.compliance_days.worst"))
    return lambda days: np.clip(1.0 - days / worst, 0.0, 1.0)


def responsiveness(view: View, option: Option, tracer: Tracer) -> Value:
    """Speed and volume: small models and own machines carry more, and answer sooner."""
    low, high = float(tracer.likely("anchor.volume.low")), float(tracer.likely("anchor.volume.high"))
    load = log_between(float(view.requests or low), low, high)
    small = option.name == "small_domain_model"
    speed = {"batch": 0.0, "interactive": 0.15, "realtime_ms": 0.6}[view.latency or "interactive"]
    score = (
        0.95 if small else clamp(0.92 - 0.55 * load - speed - (0.06 if option.approach.retrieves else 0.0))
    )
    text = (
        "A small model answers in milliseconds at any volume."
        if small
        else f"{view.requests or 0:,} requests a day of a large model."
    )
    steady = None if small else "requests"
    answer = "latency" if view.latency == "realtime_ms" else steady
    return Value(score=score, text=text, answer=answer, facts=("anchor.volume.low", "anchor.volume.high"))


def independence(view: View, option: Option, tracer: Tracer) -> Value:
    score = float(option.deployment.independence)
    facts: tuple[str, ...] = ("scale.independence",)
    text = f"{option.deployment.name}: our estimate is {percent(score)} of the ease with which one could be left."
    if option.approach.trains and option.deployment_name == "public_api":
        score, facts = score - 0.2, ("platform.tuning_closes", *facts)
        text = "Tuning through a vendor's endpoint can end with the vendor's plans."
    return Value(score=clamp(score), text=text, answer=None, facts=facts)


def differentiation(view: View, option: Option, tracer: Tracer) -> Value:
    need = view.differentiation or 0.0
    own = float(option.approach.differentiation)
    text = (
        f"The wish to stand apart is {percent(need)}; our estimate is that this approach gives "
        f"{percent(own)} of what is possible."
    )
    score = clamp(1.0 - need + need * own)
    return Value(score=score, text=text, answer="differentiation", facts=("scale.differentiation",))


SCORES: Mapping[Criterion, tuple[Score, tuple[Unknown, ...]]] = {
    "task_fit": (task_fit, ("labels", "domain", "corpus", "requests", "differentiation")),
    "grounding": (grounding, ("citations", "corpus")),
    "freshness": (freshness, ("change_rate", "corpus")),
    "cost": (cost, ()),
    "time_to_value": (time_to_value, ()),
    "data_readiness": (data_readiness, ("labels", "quality")),
    "team_fit": (team_fit, ("engineers", "own_machines")),
    "data_control": (data_control, ("sensitivity", "contract", "training_on_inputs")),
    "compliance_effort": (compliance_effort, ()),
    "responsiveness": (responsiveness, ("requests", "latency")),
    "independence": (independence, ()),
    "differentiation": (differentiation, ("differentiation",)),
}
