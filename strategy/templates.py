"""Start a use case from a template: its defaults become records, marked as defaults until somebody confirms them."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import Actor
from engine.canonical import to_plain
from engine.knowledge import Knowledge
from inventory.models import DataAsset, UseCase
from inventory.services import create_record, free_key


class NoTemplate(LookupError):
    """There is no template of this name."""


@transaction.atomic
def start_from_template(key: str, *, knowledge: Knowledge, actor: Actor) -> UseCase:
    """A use case and its data asset with a template's default answers. Raises NoTemplate."""
    template = knowledge.templates.get(key)
    if template is None:
        raise NoTemplate(key)
    asset = create_record(
        DataAsset, {**to_plain(template.data_asset), "key": free_key(DataAsset, key)}, actor=actor
    )
    answers = to_plain(template.use_case)
    part = {
        **answers,
        "key": free_key(UseCase, key),
        "name": template.name,
        "data_assets": [asset.key],
        "template": key,
        "defaults": sorted(answers.keys() - {"key"}),
    }
    return create_record(UseCase, part, actor=actor)
