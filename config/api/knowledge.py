"""What the knowledge release offers an organisation: the price book, and use cases to start from."""

from __future__ import annotations

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import shapes
from config.api.base import OrganisationView, single, versioned
from config.api.operations import Operation, RecordOf
from config.api.records import shown
from engine.canonical import to_plain
from engine.facts import FactAt
from engine.inputs import UseCase as UseCasePart
from inventory.models import UseCase
from inventory.records import part_of
from strategy.knowledge import current
from strategy.method import CatalogueModel, method
from strategy.pricebook import Own, Priced
from strategy.pricepages import book
from strategy.templates import NoTemplate, start_from_template


def value(fact: FactAt) -> shapes.PriceValue:
    assert fact.low is not None
    assert fact.likely is not None
    assert fact.high is not None
    return shapes.PriceValue(low=fact.low, likely=fact.likely, high=fact.high, since=fact.since)


def beside(own: Own) -> shapes.OwnPriceBeside:
    return shapes.OwnPriceBeside(
        id=own.record.public_id,
        version=own.record.version,
        state=own.state,
        behind=own.behind,
        record=part_of(own.record),
    )


def priced(row: Priced) -> shapes.BookPrice:
    fact, source = row.fact, row.source
    return shapes.BookPrice(
        fact=fact.id,
        label=fact.label,
        group=row.group,
        unit=fact.unit,
        kind=fact.kind,  # type: ignore[arg-type]
        value=value(fact),
        basis=fact.basis,
        source=shapes.PriceSource(id=source.id, title=source.title, url=source.url, as_of=source.as_of),
        old=row.old,
        coming=value(row.coming) if row.coming else None,
        own=beside(row.own) if row.own else None,
    )


class PriceBook(OrganisationView):
    section = "own_prices"
    operations = {
        "GET": Operation("Read the price book with the organisation's own prices", "view", shapes.PriceBook)
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        whole = book()
        shape = shapes.PriceBook(
            as_of=whole.as_of,
            price_date=current().price_date,
            knowledge_release=current().release,
            prices=tuple(map(priced, whole.prices)),
            no_place=tuple(map(beside, whole.no_place)),
        )
        return single(request, shape)


class Method(OrganisationView):
    operations = {
        "GET": Operation(
            "Read what options are weighed by: approaches, deployments, gates, criteria, base models",
            "view",
            shapes.Method,
        )
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        found = method()
        tables = found.tables
        shape = shapes.Method(
            knowledge_release=found.release,
            approaches=tuple(
                shapes.MethodApproach(
                    key=key,
                    name=row.name,
                    meaning=row.meaning,
                    trains=row.trains,
                    retrieves=row.retrieves,
                    deployments=tuple(d for d in tables.deployments if (key, d) not in tables.not_offered),
                )
                for key, row in tables.approaches.items()
            ),
            deployments=tuple(
                shapes.MethodDeployment(key=key, name=row.name, meaning=row.meaning, outside=row.outside)
                for key, row in tables.deployments.items()
            ),
            gates=tuple(
                shapes.MethodGate(key=key, name=row.name, get=row.get) for key, row in tables.gates.items()
            ),
            criteria=tuple(
                shapes.MethodCriterion(
                    key=one.key,
                    name=one.row.name,
                    asks=one.row.asks,
                    rank=one.row.rank,
                    weight=one.weight,
                    worst=one.row.worst,
                    best=one.row.best,
                )
                for one in found.criteria
            ),
            models=tuple(map(catalogued, found.models)),
        )
        return single(request, shape)


def catalogued(model: CatalogueModel) -> shapes.MethodModel:
    row, source = model.row, model.source
    return shapes.MethodModel(
        key=model.key,
        name=row.name,
        maker=row.maker,
        hosted=row.hosted,
        open_weights=row.open_weights,
        licence=row.licence,
        licence_name=row.licence_name,
        tier=row.capability,
        benchmark=row.benchmark,
        parameters=row.parameters or None,
        context_window=row.context_window,
        retires_on=row.retires_on,
        since=row.since,
        source=shapes.PriceSource(id=source.id, title=source.title, url=source.url, as_of=source.as_of),
    )


class UseCaseTemplates(OrganisationView):
    operations = {
        "GET": Operation("List the use cases to start from", "view", shapes.UseCaseTemplates),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        templates = tuple(
            shapes.UseCaseTemplate(
                key=key,
                name=template.name,
                industry=template.industry,
                says=template.says,
                use_case=to_plain(template.use_case),
                data_asset=to_plain(template.data_asset),
            )
            for key, template in current().templates.items()
        )
        return single(
            request, shapes.UseCaseTemplates(knowledge_release=current().release, templates=templates)
        )


class UseCaseFromTemplate(OrganisationView):
    operations = {
        "POST": Operation(
            "Create a use case, and its data asset, with a template's answers marked as defaults",
            "edit_inventory",
            RecordOf(UseCasePart),
            status=201,
            located=True,
        )
    }

    def post(self, request: Request, organisation_id: str, template_key: str) -> Response:
        try:
            made = start_from_template(template_key, knowledge=current(), actor=self.actor)
        except NoTemplate as missing:
            raise Http404 from missing
        record = shown(UseCase.with_links().get(pk=made.pk))
        response = versioned(record, status=201)
        base = request.path.partition("/use-case-templates/")[0]
        response["Location"] = request.build_absolute_uri(f"{base}/use-cases/{record.id}/")
        return response
