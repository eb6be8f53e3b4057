"""Further facts are asked by their kind, and an open question is left out of the record."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms import CheckboxSelectMultiple, ChoiceField, RadioSelect
from django.http import QueryDict

from engine import inputs
from engine.strict import Problem
from inventory.answerform import AnswerForm, form_for


def typed(answer_type: type, text: str) -> dict[str, Any]:
    return form_for(answer_type)(QueryDict(text)).typed_part()


@pytest.mark.parametrize(
    ("answer_type", "text", "facts"),
    [
        (inputs.DataAsset, "facts.masked=false", {"masked": False}),
        (inputs.DataAsset, "facts.expert_report=yes", {"expert_report": True}),
        (inputs.DataAsset, "facts.expert_report=Signed+in+May", {"expert_report": "Signed in May"}),
        (inputs.DataAsset, "facts.child_age=13", {"child_age": "13"}),
        (inputs.Vendor, "facts.acts_as=processor", {"acts_as": "processor"}),
        (inputs.BaseModel, "facts.modality=text,+speech", {"modality": ["text", "speech"]}),
        (inputs.BaseModel, "facts.modality=-", {"modality": []}),
    ],
)
def test_an_answer_is_read_by_its_kind(answer_type: type, text: str, facts: dict[str, Any]) -> None:
    assert typed(answer_type, text) == {"facts": facts}


def test_open_questions_are_left_out() -> None:
    assert typed(inputs.DataAsset, "facts.masked=&facts.expert_report=&facts.child_age=") == {}


def test_each_kind_has_its_widget() -> None:
    data, vendor = form_for(inputs.DataAsset)(), form_for(inputs.Vendor)()
    assert isinstance(data.fields["facts.masked"].widget, RadioSelect)
    acts_as = vendor.fields["facts.acts_as"]
    assert isinstance(acts_as, ChoiceField)
    assert [value for value, _ in acts_as.choices] == ["", "processor", "controller", "joint_controller"]
    assert isinstance(form_for(inputs.Organisation)().fields["infrastructure"].widget, CheckboxSelectMultiple)


@pytest.mark.parametrize(
    ("part", "name", "shown"),
    [
        ({"facts": {"expert_report": True}}, "facts.expert_report", "yes"),
        ({"facts": {"masked": False}}, "facts.masked", "false"),
        ({"facts": {"child_age": "13"}}, "facts.child_age", "13"),
        ({}, "facts.masked", ""),
    ],
)
def test_what_is_stored_comes_back_into_its_field(part: dict[str, Any], name: str, shown: str) -> None:
    assert form_for(inputs.DataAsset)(part=part)[name].value() == shown


def test_a_problem_stands_beside_the_fact_that_it_names() -> None:
    form: AnswerForm = form_for(inputs.DataAsset)(QueryDict("facts.child_age=young"))
    form.place([Problem("/facts/child_age", "“young” does not fit", "a number")])
    assert form.errors["facts.child_age"] == ["“young” does not fit. Right: a number."]
    assert form["facts.child_age"].value() == "young"
