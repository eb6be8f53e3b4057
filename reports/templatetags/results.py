"""How templates print a stored result: its numbers in words, its ranges as pictures, its origins as links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from engine.questions import question, steps
from engine.vocabulary import WORDS
from inventory.shown import grouped
from reports import words
from reports.charts import range_strip, share_bar
from reports.pictures import cost_tornado
from reports.reading import MEANINGS, headline, questions, verdict
from reports.reading import lead as difference
from reports.rulenames import rule_name

register = template.Library()
register.filter("option", words.option)
register.filter("regime", words.regime)
register.filter("spread", words.spread)
register.filter("percent", words.percent)
register.filter("number", words.number)
register.filter("sentence", words.sentence)
register.filter("told", words.told)
register.filter("spoken", words.spoken)
register.filter("rule", rule_name)
register.filter("headline", headline)
register.filter("verdict", verdict)
register.filter("questions", questions)
register.filter("quarter", words.quarter)
register.filter("spread_exact", words.spread_exact)
register.filter("confidence_word", words.confidence)


@register.filter
def cost(percentiles: Mapping[str, str] | None, currency: str) -> str:
    """P50 with P10 to P90."""
    return words.percentiles(dict(percentiles), currency) if percentiles else "not computed"


@register.filter
def money_range(value: Mapping[str, str], currency: str) -> str:
    return words.money_range(value["low"], value["likely"], value["high"], currency)


@register.filter
def money(amount: str | None, currency: str) -> str:
    return "not known" if amount is None else words.money(amount, currency)


ENDINGS = {1: "st", 2: "nd", 3: "rd"}
SAID = {
    **words.OUTCOMES,
    **words.STATES,
    "capex": "once, to build",
    "opex": "running",
    "unlawful": "unlawful without it",
    "duty": "a duty",
    "practice": "good practice",
}


PAID = {
    "build": "over the build",
    "launch": "once, when use starts",
    "monthly": "every month of use",
    "volume": "every month, with the volume",
    "day": "once, on a day",
    "end": "once, at the end",
}


@register.filter
def paid(word: str) -> str:
    """When a cost line is paid."""
    return PAID[word]


@register.filter
def beaten(pairwise: Sequence[int], rank: int) -> str:
    """In how many draws an option scores above each other one: `2nd 61 %, 3rd 72 %`."""
    places = ((place, share) for place, share in enumerate(pairwise, 1) if place != rank)
    return ", ".join(f"{place}{ENDINGS.get(place, 'th')} {words.percent(share)}" for place, share in places)


@register.filter
def said(word: str) -> str:
    """A word of the contract as a person reads it."""
    return SAID.get(word) or words.clean(word.replace("_", " "))


@register.filter
def confidence_meaning(confidence: int) -> str:
    """What a confidence means for the person who decides."""
    return MEANINGS[words.confidence(confidence)]


@register.filter
def criterion(name: str) -> str:
    """A criterion's name."""
    return rule_name(f"criterion.{name}").partition(": ")[2]


@register.filter
def figure(value: str) -> str:
    """A fact's value, one number or a range, with commas between thousands."""
    return " / ".join(grouped(part) for part in str(value).split(" / "))


@register.filter
def share(value: str) -> str:
    """A fraction as a whole percent; the whole is said in words."""
    if Decimal(value) == 1:
        return "all"
    return f"{Decimal(value) * 100:.0f}\u00a0%"


@register.filter
def signed(value: Decimal | int | None) -> str:
    """A difference with its sign; nothing where there is none."""
    if not value:
        return ""
    amount = words.number(abs(value)) if abs(value) >= 1000 else f"{abs(value):.0f}"
    return f"({'+' if value > 0 else words.MINUS}{amount})"


@register.filter
def asked(pointer: str) -> str:
    """The question behind an answer's pointer (`/vendors/0/dpa_signed`) or a fact's word (`vendor.dpa_signed`)."""
    fact = WORDS.get(pointer)
    return (
        fact.meaning
        if fact
        else question(steps(pointer))
        if pointer.startswith("/")
        else words.answer(pointer)
    )


@register.filter
def best_options(use_cases: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first option of each use case that has one."""
    return [use_case["options"][0] for use_case in use_cases if use_case["options"]]


@register.simple_tag
def strip(percentiles: Mapping[str, str], reach: float, currency: str, width: int = 180) -> SafeString:
    """A cost range as a picture on an axis that several options share."""
    low, mid, high = (float(percentiles[name]) for name in ("p10", "p50", "p90"))
    title = f"Cost {words.percentiles(dict(percentiles), currency)}"
    return mark_safe(range_strip(low, mid, high, title=title, width=width, reach=reach))  # noqa: S308 — made of numbers by our own charts, texts escaped by ElementTree


@register.simple_tag
def lead(first: Mapping[str, Any], second: Mapping[str, Any], currency: str) -> str:
    """By how much the second option differs from the first."""
    return difference(first, second, currency)


@register.simple_tag
def confidence_bar(confidence: int) -> SafeString:
    """A confidence as a bar on a track; the words stand beside it."""
    return mark_safe(share_bar(confidence / 100, title=f"Confidence {words.percent(confidence)}"))  # noqa: S308 — made of numbers by our own charts


@register.simple_tag(takes_context=True)
def need(context: Context, finding: Mapping[str, Any], pointer: str) -> SafeString:
    """The link from an open question of a finding to where it is answered."""
    slug = context["organisation"].slug
    if pointer in ("/controls", "/regimes"):
        kind = pointer[1:]
        given = {"regime": finding["regime"]}
        if kind == "controls":
            given["requirement_id"] = finding["requirement_id"]
        said = "how this requirement stands" if kind == "controls" else "whether the regime is in scope"
        return format_html(
            '<a href="{}?{}">{}</a>', reverse(f"{kind}_new", args=[slug]), urlencode(given), said
        )
    page = reverse("run_answer", args=[slug, context["run"].public_id])
    return format_html('<a href="{}?{}">{}</a>', page, urlencode({"at": pointer}), asked(pointer))


@register.simple_tag(takes_context=True)
def facts_links(context: Context, facts: Sequence[str]) -> SafeString:
    """The facts that a number rests on, each a link to it among the facts of the analysis."""
    page = reverse("run_origins", args=[context["organisation"].slug, context["run"].public_id])
    found = context["sources"].facts_of(facts)
    if not found:
        return mark_safe("answers alone")
    return format_html_join(
        "; ",
        '<a href="{}?{}">{}</a>',
        ((page, urlencode({"q": f["id"]}), f.get("label") or f["id"]) for f in found),
    )


@register.simple_tag(takes_context=True)
def origin(context: Context, pointer: str, of: str) -> SafeString:
    """The link from a number to the page that says where it comes from."""
    page = reverse("run_origins", args=[context["organisation"].slug, context["run"].public_id])
    return format_html(
        '<a class="origin" href="{}?{}" title="Where this comes from"><span class="visually-hidden">origin of {}</span></a>',
        page,
        urlencode({"number": pointer}),
        of,
    )


@register.inclusion_tag("reports/includes/why.html", takes_context=True)
def why(
    context: Context, rule: str, answers: str | Sequence[str] | None, facts: Sequence[str]
) -> dict[str, Any]:
    """What a sentence rests on: the rule, the answer as it was given, the facts with date and source."""
    sources = context["sources"]
    pointers = [answers] if isinstance(answers, str) else list(answers or ())
    return {
        "organisation": context["organisation"],
        "run": context["run"],
        "rule": rule_name(rule) if rule else "",
        "answers": [sources.answer(pointer) for pointer in pointers],
        "facts": sources.facts_of(facts),
    }


@register.simple_tag(takes_context=True)
def source(context: Context, name: str) -> str:
    """The title of a source that a result names by its id."""
    return str(context["sources"].source(name))


@register.simple_tag(takes_context=True)
def rests_on(context: Context, answer: str | None, fact: str | None) -> SafeString:
    """A link to the answer or the fact behind a number; nothing where there is neither."""
    args = [context["organisation"].slug, context["run"].public_id]
    if answer:
        page, query = reverse("run_answer", args=args), urlencode({"at": answer})
        return format_html(
            '<a href="{}?{}">your answer<span class="visually-hidden">: {}</span></a>',
            page,
            query,
            asked(answer),
        )
    return facts_links(context, [fact]) if fact else mark_safe("")


@register.filter
def precise(value: str) -> str:
    """A share of 1 in percent, with the digits that a threshold needs: `99.5 %`."""
    return f"{words.exact(Decimal(value) * 100)}\u00a0%"


@register.simple_tag
def tornado_of(option: Mapping[str, Any], currency: str) -> SafeString:
    """What moves an option's cost, as a picture."""
    return mark_safe(cost_tornado(option, currency))  # noqa: S308 — our own chart, texts escaped by ElementTree


@register.filter
def ranks(acceptability: Sequence[int]) -> str:
    """In how many draws an option takes each rank: `1st 59 %, 2nd 30 %`; ranks that it never takes are left out."""
    named = [
        (f"{place}{ENDINGS.get(place, 'th')}", count) for place, count in enumerate(acceptability, 1) if count
    ]
    return ", ".join(f"{place} {words.percent(count)}" for place, count in named)


@register.filter
def months(payback: Mapping[str, Any] | None) -> str:
    """When the value has paid the cost, in months; with the share of cases in which it does at all."""
    if payback is None:
        return "not computed"
    within = f"in {words.percent(payback['within'])} of cases within the programme"
    if payback["p50"] is None:
        return f"not within the programme in most cases; {within}"
    late = words.whole(payback["p90"]) if payback["p90"] is not None else "never"
    early = words.whole(payback["p10"]) if payback["p10"] is not None else words.whole(payback["p50"])
    return f"{words.whole(payback['p50'])} ({early}{words.EN_DASH}{late}) months, {within}"


@register.filter
def chance(value: int | None) -> str:
    """A probability in whole percent; what it takes to know it where it is not known."""
    return "not computed" if value is None else words.percent(value)


@register.filter
def reach(options: Sequence[Mapping[str, Any]]) -> float:
    """Where the shared axis of some options' costs ends; one that dwarfs all others leaves it."""
    highs = sorted((Decimal(option["cost"]["p90"]) for option in options), reverse=True)
    if len(highs) > 2 and highs[0] > 5 * highs[1] > 0:
        return float(highs[1] * Decimal("1.25"))
    return float(highs[0]) if highs and highs[0] > 0 else 1.0


@register.filter
def entry(mapping: Mapping[str, Any], key: str) -> Any:
    """What a mapping holds under a key that the template got from data; the key itself where it holds nothing."""
    return mapping.get(key, key)


@register.filter
def add_index(pointer: str, index: int) -> str:
    """The JSON pointer of an item below a list's."""
    return f"{pointer}{index}"


@register.filter
def lettered(heads: Sequence[Mapping[str, Any]], index: int) -> str:
    """The letter of a compared analysis, for a table that is read without its head."""
    return str(heads[index]["letter"])
