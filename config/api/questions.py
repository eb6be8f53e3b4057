"""Questions of law over the API: what the answers speak for, and what people decided."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from compliance.determinations import decide, determinations
from compliance.models import Determination
from config.api import shapes, workshapes
from config.api.base import answer, read_body
from config.api.lists import listed
from config.api.operations import PAGED, Operation, Page
from config.api.problems import ApiProblem
from config.api.work import WorkView
from engine.strict import Problem
from inventory.models import UseCase
from reports.questions import Asked, asked, asked_about
from reports.registers.material import Material


def question_shown(one: Asked, run: str) -> workshapes.LegalQuestion:
    row = one.assistant.row
    return workshapes.LegalQuestion(
        id=f"{one.use_case}/{one.assistant.id}",
        use_case=one.use_case,
        question=one.assistant.id,
        name=row.name,
        regime=row.regime,
        requirement=row.requirement,
        asked=one.proposal.asked,
        proposed=one.proposal.proposed,
        because=one.proposal.because,
        criteria=tuple(
            workshapes.QuestionCriterion(id=c.id, text=c.text, met=c.met, needs=c.needs)
            for c in one.proposal.criteria
        ),
        run=run,
        decision=one.stands.public_id if one.stands else None,
        differs=one.differs,
    )


def determination_shown(one: Determination) -> workshapes.Determination:
    return workshapes.Determination(
        id=one.public_id,
        use_case=one.use_case.key,
        question=one.question,
        verdict=one.verdict,  # type: ignore[arg-type]
        reason=one.reason,
        proposed=one.proposed,  # type: ignore[arg-type]
        run=one.run,
        release=one.release,
        decided_by=one.decided_by,
        decided_at=shapes.stamp(one.decided_at) or "",
    )


class Questions(WorkView):
    operations = {
        "GET": Operation(
            "List the questions that people decide, for the use cases of the last analysis",
            "view",
            Page(workshapes.LegalQuestion),
        )
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        material = Material()
        run = material.latest.run if material.latest else ""
        items = [question_shown(one, run) for one in asked(material)]
        return Response({"items": [dict(answer(item).data) for item in items], "next": None})


class Determinations(WorkView):
    operations = {
        "GET": Operation("List the decisions", "view", Page(workshapes.Determination), query=PAGED),
        "POST": Operation(
            "Decide a question, with a reason",
            "edit_compliance",
            workshapes.Determination,
            body=workshapes.NewDetermination,
            status=201,
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, determinations(), determination_shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        body, material = read_body(request, workshapes.NewDetermination), Material()
        one = asked_about(material, body.use_case, body.question)
        use_case = UseCase.objects.filter(key=body.use_case, archived_at=None).first()
        if one is None or use_case is None or material.latest is None:
            right = "a use case and a question as /questions/ lists them"
            fault = Problem("/question", "the last analysis does not hold it", right)
            raise ApiProblem(400, "Nothing was decided.", [fault])
        made = decide(
            one.assistant,
            use_case,
            one.proposal,
            one.option,
            verdict=body.verdict,
            reason=body.reason,
            run=material.latest.run,
            release=material.latest.knowledge_release,
            actor=self.actor,
            answer_it=bool(body.answer_it),
        )
        return answer(determination_shown(made), status=201)
