"""How a form groups its fields: a question with one answer, and sections of questions with their progress."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms

from inventory.shown import FURTHER

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a form asks it, with the field or the fields that make its one answer."""

    name: str
    label: str
    note: str
    fields: tuple[forms.BoundField, ...]
    required: bool

    @property
    def field(self) -> forms.BoundField:
        return self.fields[0]

    @property
    def errors(self) -> list[str]:
        return [str(error) for field in self.fields for error in field.errors]

    @property
    def answered(self) -> bool:
        """Whether anything was answered; a currency alone says nothing."""
        amounts = [field for field in self.fields if not field.name.endswith(".currency")]
        return any(field.value() not in (None, "", []) for field in amounts)

    @property
    def framed(self) -> bool:
        """Whether several controls share the question, so that it must be their group's name."""
        return len(self.fields) > 1 or isinstance(self.field.field.widget, CHOICES)

    @property
    def first(self) -> str:
        """The id of the control to go to."""
        return (
            f"{self.field.auto_id}_0" if isinstance(self.field.field.widget, CHOICES) else self.field.auto_id
        )


@dataclass(frozen=True, slots=True)
class FormSection:
    """A part of a form: its questions, and how many of them are answered."""

    key: str
    title: str
    questions: tuple[Question, ...]

    @property
    def answered(self) -> int:
        return sum(1 for question in self.questions if question.answered)

    @property
    def further(self) -> bool:
        """Whether these are facts that only some duties ask for."""
        return self.key == FURTHER

    @property
    def faulty(self) -> bool:
        return any(question.errors for question in self.questions)
