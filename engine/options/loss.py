"""What is said where the first option more likely loses money than not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.case import Case
from engine.money.account import Account
from engine.result import Reason
from engine.rounding import about

EVEN_ODDS = 50


def loses(accounts: Sequence[Account]) -> bool:
    """Whether the first option more likely loses money than not; no where its value is not answered."""
    if not accounts or accounts[0].npv is None or accounts[0].loss is None:
        return False
    return accounts[0].loss > EVEN_ODDS or accounts[0].npv.p50 < 0


def loss_warning(accounts: Sequence[Account]) -> str:
    """What the summary adds where the first option likely loses money; nothing elsewhere."""
    if not loses(accounts):
        return ""
    return f" On the answered value it loses money in {accounts[0].loss} of 100 draws."


def loss_remark(case: Case, accounts: Sequence[Account], currency: str) -> Iterator[Reason]:
    """That the first option likely costs more than it is worth, with its figures and the answer behind them."""
    if not loses(accounts):
        return
    npv, paid = accounts[0].npv, accounts[0].payback
    assert npv is not None
    never = "; it is not paid back within three years" if paid is None or paid.p50 is None else ""
    yield Reason(
        direction="against",
        text=(
            f"It likely costs more than it is worth: its net value over three years is {signed(npv.p50)} {currency}"
            f" (from {signed(npv.p10)} to {signed(npv.p90)}), and it loses money in"
            f" {accounts[0].loss} of 100 draws{never}."
        ),
        answer=case.at("value"),
        rule="remark.loss",
    )


def signed(amount: Decimal) -> str:
    """A rounded amount, with a minus where it is below nothing."""
    return f"-{about(-amount)}" if amount < 0 else about(amount)
