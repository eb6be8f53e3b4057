"""What the product never says of anybody: that it is compliant, or by how many of a hundred."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from engine.canonical import canonical
from tests.engine import examples
from tests.isolation.calls import CALLS
from tests.isolation.full import FullWorld
from tests.world import World

FORBIDDEN = re.compile(r"\bcompliant\b|\b100[\s\u00a0]?%", re.IGNORECASE)
MARKS = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)
READS = [call for call in CALLS if call.is_read and call.status == 200]


def said(text: str) -> list[str]:
    """The forbidden words in what a person reads of a page, or in an answer of the API."""
    return FORBIDDEN.findall(MARKS.sub(" ", text))


def test_no_page_and_no_answer_of_the_api_says_so(
    full: FullWorld, sign_in: Callable[[World, str], Client]
) -> None:
    client = sign_in(full.world, "north/owner")
    north, found = full.north, {}
    for call in READS:
        place = north.organisation.public_id if call.api else north.organisation.slug
        answer = client.get(call.address(place, north.ids))
        assert answer.status_code == 200, call
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if words := said(body.decode("utf-8", "replace")):
            found[str(call)] = words
    assert found == {}


@pytest.mark.parametrize("name", examples.NAMES)
def test_no_result_of_an_example_says_so(name: str) -> None:
    assert FORBIDDEN.findall(canonical(examples.result(name)).decode()) == []
