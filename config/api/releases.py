"""Knowledge releases over the API: what changed, what it touches here, which analyses to make again."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.request import Request
from rest_framework.response import Response

from config.api.base import OrganisationView, single
from config.api.operations import Operation, Parameter
from config.api.problems import ApiProblem
from config.api.releaseshapes import (
    FieldBeforeAfter,
    ItemNamed,
    KnowledgeChange,
    KnowledgeChanges,
    ReleaseHead,
    TouchedThing,
)
from engine.releases import Change
from engine.strict import Problem, nearest
from strategy.models import KnowledgeRelease
from strategy.releases import changes_between, known_releases, reach_of

DIGEST = {"type": "string"}


def named(changes: Iterable[Change]) -> tuple[ItemNamed, ...]:
    return tuple(ItemNamed(kind=one.kind, id=one.id, what=one.what) for one in changes)


def change_shown(one: Change) -> KnowledgeChange:
    return KnowledgeChange(
        kind=one.kind,
        id=one.id,
        title=one.title,
        what=one.what,
        fields=tuple(FieldBeforeAfter(name=f.name, was=f.was, now=f.now) for f in one.fields),
    )


class KnowledgeChangesView(OrganisationView):
    operations = {
        "GET": Operation(
            "Read what a knowledge release changed and what that touches here",
            "view",
            KnowledgeChanges,
            query=(
                Parameter("from", DIGEST, "The earlier release by its digest; the last but one unless said."),
                Parameter("to", DIGEST, "The later release by its digest; the last one unless said."),
            ),
        )
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        kept = known_releases()
        heads = tuple(
            ReleaseHead(digest=k.digest, version=k.version, law_read_on=k.law_read_on) for k in kept
        )
        if len(kept) < 2:
            shape = KnowledgeChanges(
                releases=heads,
                earlier=None,
                later=None,
                changes=(),
                answers=(),
                use_cases=(),
                unjudged=(),
                rerun=(),
            )
            return single(request, shape)
        old, new = self.asked("from", kept, kept[-2]), self.asked("to", kept, kept[-1])
        changes = changes_between(old, new)
        reach = reach_of(changes, new)
        shape = KnowledgeChanges(
            releases=heads,
            earlier=old.digest,
            later=new.digest,
            changes=tuple(map(change_shown, changes)),
            answers=tuple(
                TouchedThing(id=record.public_id, name=str(record), changes=named(found))
                for record, found in reach.answers
            ),
            use_cases=tuple(
                TouchedThing(id=one.key, name=one.name, changes=named(one.changes)) for one in reach.use_cases
            ),
            unjudged=named(reach.fresh),
            rerun=tuple(run.public_id for run in reach.older),
        )
        return single(request, shape)

    def asked(self, name: str, kept: list[KnowledgeRelease], default: KnowledgeRelease) -> KnowledgeRelease:
        """The kept release that a parameter names. Raises a 400 for one that is not there."""
        digest = self.request.query_params.get(name)
        found = default if digest is None else next((one for one in kept if one.digest == digest), None)
        if found is None:
            right = nearest(str(digest), (one.digest for one in kept))
            fault = Problem("", f"{name} is “{str(digest)[:40]}”", right)
            raise ApiProblem(400, "The address has a parameter that cannot be.", [fault])
        return found
