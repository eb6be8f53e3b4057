"""A password is not made of the words that anybody would try first."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.world import PASSWORD, World


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Sextant-2026!!", "sextant"),
        ("sextantsextant", "sextant"),
        ("TWIN company 2026", "twincompany"),
    ],
)
def test_names_of_the_product_and_the_organisation_are_refused(
    world: World, password: str, word: str
) -> None:
    with pytest.raises(ValidationError, match=f"little more than “{word}”"):
        validate_password(password, world.person("north/viewer"))


def test_a_long_password_may_hold_such_a_word(world: World) -> None:
    validate_password(f"Sextant and {PASSWORD}", world.person("north/viewer"))
    validate_password("Twin Company 2026", world.person("stranger"))
