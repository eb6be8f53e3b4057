"""The engine's percentiles against the same bills written out in plain numpy, summed month by month."""

from __future__ import annotations

import pytest

from benchmarks import money
from engine.case import cases
from engine.money.draws import DRAWS
from engine.reading import read_document


def test_bills_in_closed_form_agree_with_bills_month_by_month() -> None:
    case = cases(read_document({"use_cases": [money.USE]}), money.TODAY)[0]
    money.agree(money.ours(case, DRAWS), money.plain(DRAWS))


def test_a_difference_of_a_hundredth_is_noticed() -> None:
    case = cases(read_document({"use_cases": [{**money.USE, "requests_per_day": 20_000}]}), money.TODAY)[0]
    with pytest.raises(ValueError, match="apart"):
        money.agree(money.ours(case, DRAWS), money.plain(DRAWS))
