"""A use case that likely loses money says so in its summary and beside its answer."""

from __future__ import annotations

from tests.engine.clinic import answer, use


def worth(amount: str) -> dict[str, dict[str, str]]:
    return {
        point: {"amount": value, "currency": "USD"}
        for point, value in (("low", "0"), ("likely", amount), ("high", amount))
    }


def test_a_certain_loss_is_said_with_its_figures() -> None:
    found = answer(use(value=worth("2")))

    (remark,) = (one for one in found.remarks if one.rule == "remark.loss")
    first = found.options[0]
    assert (first.loss, remark.direction, remark.answer) == (100, "against", "/use_cases/0/value")
    assert "it loses money in 100 of 100 draws; it is not paid back within three years." in remark.text
    assert found.summary.endswith("On the answered value it loses money in 100 of 100 draws.")


def test_a_clear_gain_says_nothing_of_a_loss() -> None:
    found = answer(use(value=worth("9000000")))

    assert found.options[0].loss is not None
    assert found.options[0].loss <= 50
    assert "remark.loss" not in {remark.rule for remark in found.remarks}
    assert "loses money" not in found.summary


def test_a_value_that_is_not_answered_is_no_loss() -> None:
    found = answer(use(value=None))

    assert found.options[0].loss is None
    assert "remark.loss" not in {remark.rule for remark in found.remarks}
