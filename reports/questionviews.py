"""Pages of the questions that people decide: DPIA, FRIA, BAA, transfer, change of a general model."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from compliance.determinations import decide, determinations
from compliance.forms import place
from compliance.models import Verdict
from engine.canonical import to_plain
from inventory.models import UseCase
from inventory.records import InvalidPart
from reports.questions import Asked, asked, asked_about
from reports.registers.material import Material
from reports.registers.register import LIMITS


class DecisionForm(forms.Form):
    """What a person decides, and why."""

    verdict = forms.ChoiceField(
        label="What do you decide?", choices=Verdict.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label="Why?", widget=forms.Textarea(attrs={"rows": 4}))
    answer_it = forms.BooleanField(
        label="Also answer it in the use case, so that the next analysis uses it",
        required=False,
        help_text="Not needed: the reason is recorded there. Needed: no such reason stands.",
    )

    def __init__(self, *args: Any, records: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not records:
            del self.fields["answer_it"]


@organisation_view("view")
def questions(request: MemberRequest) -> HttpResponse:
    """Every question for every use case: what the answers speak for, and what stands decided."""
    material = Material()
    found = asked(material)
    by_case: dict[str, list[Asked]] = {}
    for one in found:
        by_case.setdefault(one.use_case, []).append(one)
    context = {
        "rows": [(cells[0].name, cells) for cells in by_case.values()],
        "assistants": material.knowledge.law.assistants.values(),
        "latest": material.latest,
        "limits": LIMITS,
    }
    return render(request, "reports/questions.html", context)


@organisation_view("view")
def question(request: MemberRequest, use_case: str, name: str) -> HttpResponse:
    return _show(request, Material(), use_case, name)


@organisation_view("edit_compliance")
@require_POST
def decide_question(request: MemberRequest, use_case: str, name: str) -> HttpResponse:
    material = Material()
    one = _find(material, use_case, name)
    form = DecisionForm(request.POST, records=one.assistant.row.records)
    if not form.is_valid():
        return _show(request, material, use_case, name, form, status=400)
    assert material.latest is not None
    try:
        decide(
            one.assistant,
            get_object_or_404(UseCase, key=use_case, archived_at=None),
            one.proposal,
            one.option,
            verdict=form.cleaned_data["verdict"],
            reason=form.cleaned_data["reason"],
            run=material.latest.run,
            release=material.latest.knowledge_release,
            actor=request.actor,
            answer_it=form.cleaned_data.get("answer_it", False),
        )
    except InvalidPart as error:
        place(form, error.problems)
        return _show(request, material, use_case, name, form, status=400)
    messages.success(request, "The decision was stored.")
    return redirect("question", request.organisation.slug, use_case, name)


def _find(material: Material, use_case: str, name: str) -> Asked:
    found = asked_about(material, use_case, name)
    if found is None:
        raise Http404
    return found


def _show(
    request: MemberRequest,
    material: Material,
    use_case: str,
    name: str,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    one = _find(material, use_case, name)
    context = {
        "one": one,
        "option": to_plain(one.option),
        "row": one.assistant.row,
        "source": material.knowledge.sources[one.assistant.row.source],
        "latest": material.latest,
        "history": list(determinations().filter(use_case__key=use_case, question=name)),
        "form": form or DecisionForm(records=one.assistant.row.records),
        "limits": LIMITS,
    }
    return render(request, "reports/question.html", context, status=status)
