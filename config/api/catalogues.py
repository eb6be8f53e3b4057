"""Requirements, common controls and mappings over the API, as the organisation's answers make them stand."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from compliance.catalogue import (
    Held,
    Row,
    Served,
    Tree,
    controls_seen,
    held,
    provided,
    regimes_seen,
    related,
    served,
    tree,
)
from config.api.base import OrganisationView, found_or_404, single
from config.api.catalogueshapes import (
    CatalogueHead,
    Catalogues,
    CatalogueTree,
    CommonControlHead,
    CommonControls,
    CommonControlWhole,
    ControlCredit,
    MappedRequirement,
    ProvidedIn,
    RequirementRow,
    RequirementWhole,
    ServedRequirement,
    StateCounts,
)
from config.api.operations import Operation
from engine.duties.controls import CommonControl, Mapped
from engine.duties.relations import FULL
from inventory.knowledge import current


def head(found: Tree) -> CatalogueHead:
    names = ("met", "partial", "gap", "unknown", "not_applicable")
    return CatalogueHead(
        id=found.catalogue.regime,
        version=found.catalogue.version,
        source=found.catalogue.source,
        licence=found.catalogue.licence,
        law_read_on=current().law_read_on,
        in_scope=found.scope.answers.get("in_scope") if found.scope else None,
        rows=len(found.rows),
        assessable=found.assessable,
        counts=StateCounts(**{name: found.counts.get(name, 0) for name in names}),  # type: ignore[call-overload]
    )


def row_shown(row: Row) -> RequirementRow:
    catalogue = current().law.catalogues[row.regime]
    return RequirementRow(
        id=row.requirement.id,
        parent=row.requirement.parent,
        kind=row.requirement.kind,
        title=row.requirement.title,
        flag=row.requirement.flag,
        category=row.requirement.category,
        applies_from=row.requirement.applies_from,
        applies_until=row.requirement.applies_until,
        state=row.standing.state if row.standing else "not_assessed",
        why_not=row.why_not,
        answer=row.answer.public_id if row.answer else None,
        evidence=row.evidence,
        credited_by=row.standing.credited if row.standing else (),
        controls=tuple(control.id for control in row.controls),
        mapped=row.mapped,
        version=catalogue.version,
        source=catalogue.source,
        licence=catalogue.licence,
    )


def control_head(control: CommonControl, answers: Held) -> CommonControlHead:
    found, answer = served(control, answers), answers.common.get(control.id)
    whole = sum(one.row.relation in FULL for one in found)
    return CommonControlHead(
        id=control.id,
        title=control.title,
        question=control.question,
        state=found[0].credit.itself,
        answer=answer.public_id if answer else None,
        whole=whole,
        part=len(found) - whole,
    )


def served_shown(one: Served) -> ServedRequirement:
    return ServedRequirement(
        regime=one.row.regime,
        requirement=one.row.requirement,
        title=one.title,
        relation=one.row.relation,
        credit=one.credit.state,
        state=one.standing.state,
        residual=one.row.residual,
    )


def mapped_shown(one: Mapped) -> MappedRequirement:
    return MappedRequirement(
        regime=one.regime,
        requirement=one.requirement,
        relation=one.relation,
        strength=one.strength,
        by=one.by,
        because=one.because,
        author=one.author,
        reviewed_on=one.reviewed_on,
        source=one.source,
        through=one.through,
    )


class CatalogueList(OrganisationView):
    section = "duties"
    operations = {
        "GET": Operation("List the catalogues and how their requirements stand", "view", Catalogues)
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        answers = held()
        heads = tuple(head(tree(regime, answers)) for regime in regimes_seen())
        return single(request, Catalogues(items=heads))


class CatalogueDetail(OrganisationView):
    section = "duties"
    operations = {"GET": Operation("Read a whole catalogue and how each row stands", "view", CatalogueTree)}

    def get(self, request: Request, organisation_id: str, regime: str) -> Response:
        found = found_tree(regime)
        rows = tuple(map(row_shown, found.rows))
        return single(request, CatalogueTree(catalogue=head(found), requirements=rows))


class RequirementDetail(OrganisationView):
    section = "duties"
    operations = {
        "GET": Operation(
            "Read a requirement with the controls that serve it and what it is mapped to",
            "view",
            RequirementWhole,
        )
    }

    def get(self, request: Request, organisation_id: str, regime: str, requirement_id: str) -> Response:
        answers = held(seen_or_404(regime))
        rows = {row.requirement.id: row for row in tree(regime, answers).rows}
        row, ref = found_or_404(rows.get(requirement_id)), (regime, requirement_id)
        controls = tuple(
            ControlCredit(
                control=credit.control.id,
                title=credit.control.title,
                itself=credit.itself,
                relation=credit.row.relation,
                strength=credit.row.strength,
                because=credit.row.because,
                credit=credit.state,
                residual=credit.row.residual,
            )
            for credit in answers.credits(ref)
        )
        shape = RequirementWhole(
            requirement=row_shown(row),
            provided=tuple(ProvidedIn(deployment=where, by=by) for where, by in provided(ref)),  # type: ignore[arg-type]
            controls=controls,
            mapped=tuple(map(mapped_shown, related(ref))),
        )
        return single(request, shape)


class CommonControlList(OrganisationView):
    section = "duties"
    operations = {"GET": Operation("List the common controls and how they stand", "view", CommonControls)}

    def get(self, request: Request, organisation_id: str) -> Response:
        answers = held()
        found = controls_seen()
        return single(request, CommonControls(items=tuple(control_head(one, answers) for one in found)))


class CommonControlDetail(OrganisationView):
    section = "duties"
    operations = {
        "GET": Operation(
            "Read a common control with every requirement that it serves", "view", CommonControlWhole
        )
    }

    def get(self, request: Request, organisation_id: str, control_id: str) -> Response:
        control = found_or_404(next((one for one in controls_seen() if one.id == control_id), None))
        answers = held()
        found, answer = served(control, answers), answers.common.get(control_id)
        shape = CommonControlWhole(
            id=control.id,
            title=control.title,
            text=control.text,
            question=control.question,
            evidence=control.evidence,
            author=current().law.crosswalk.author,
            state=found[0].credit.itself,
            answer=answer.public_id if answer else None,
            served=tuple(map(served_shown, found)),
        )
        return single(request, shape)


def found_tree(regime: str) -> Tree:
    """A regime's catalogue; 404 for a regime that has none."""
    known = seen_or_404(regime)
    return tree(known, held(known))


def seen_or_404(regime: str) -> str:
    """A regime that has a catalogue and may be seen here."""
    return found_or_404(next((one for one in regimes_seen() if one == regime), None))
