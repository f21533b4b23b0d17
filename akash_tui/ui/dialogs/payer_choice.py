"""Who pays a quote, in its sheet; and the choice, where another account would pay something."""

from __future__ import annotations

from dataclasses import replace

from akash_tui.domain.akash.messages import (
    BALANCE_ONLY,
    GRANT_ONLY,
    GRANT_THEN_BALANCE,
    CreateDeployment,
    DepositDeployment,
)
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.domain.text import short_address
from akash_tui.services.ports.grants import Payers
from akash_tui.services.spending.payers import BALANCE, BOTH, GRANT, Payment
from akash_tui.services.spending.quotes import Quote
from akash_tui.ui.dialogs.choice_dialog import ChoiceOption
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine, below

OWN = "fee:"


def fee_payer(payment: Payment) -> str:
    """Who pays the gas, where it is another account; with a comma before."""
    if not payment.fee_granter:
        return ""
    left = payment.fee_left
    has = "" if left is None else f" (its grant has {formatting.amount(Coin(UAKT, left), 4)} left)"
    return f", paid by {short_address(payment.fee_granter)}{has}"


def deposit_payers(quote: Quote) -> list[LabelledLine]:
    """Who pays which part of the deposit; nothing where the wallet pays it all and nobody else would."""
    payment = quote.payment
    if not payment.deposit or not (payment.granted(quote.owner) or payment.grants.deposits):
        return []
    lines = []
    for who, coin in payment.deposit:
        text = formatting.amount(coin)
        if who == quote.owner:
            lines.append(f"{text} by this wallet")
            continue
        left = next((g.left(UACT) for g in payment.grants.deposits if g.granter == who), None)
        has = "" if left is None else f" (its grant has {formatting.amount(Coin(UACT, left))} left)"
        lines.append(f"{text} by {short_address(who)}{has}" if who else f"{text} from grants; the chain decides whose")
    return below("paid", lines)


def payer_options(quote: Quote) -> tuple[ChoiceOption, ...]:
    """What can be chosen: who pays the gas, and who the deposit; empty where nobody else pays anything."""
    now, payment = quote.made_at, quote.payment
    options: list[ChoiceOption] = []
    fees = [grant for grant in payment.grants.fees if not grant.is_over(now)]
    if fees:
        options.append(ChoiceOption(OWN, "gas: this wallet", _now(not payment.fee_granter)))
    for fee in fees:
        left = fee.left(UAKT)
        nothing_known = "no limit" if fee.known else "what is left is not known"
        has = nothing_known if left is None else f"{formatting.amount(Coin(UAKT, left), 4)} left"
        chosen = _now(payment.fee_granter == fee.granter)
        options.append(ChoiceOption(OWN + fee.granter, f"gas: {short_address(fee.granter)}", _both(has, chosen)))
    granted = sum(grant.left(UACT) for grant in payment.grants.paying(now))
    if payment.deposit and granted:
        has = f"{formatting.amount(Coin(UACT, granted))} left"
        sources = next(
            (m.sources for m in quote.draft.messages if isinstance(m, CreateDeployment | DepositDeployment)), ()
        )
        options += [
            ChoiceOption(
                f"deposit:{who}", f"deposit: {title}", _both(has if who != BALANCE else "", _now(sources == of))
            )
            for who, title, of in (
                (BALANCE, "this wallet", BALANCE_ONLY),
                (GRANT, "from grants", GRANT_ONLY),
                (BOTH, "grants first", GRANT_THEN_BALANCE),
            )
        ]
    return tuple(options)


def with_choice(payers: Payers, chosen: str) -> Payers:
    """The payers with one choice of `payer_options` made."""
    what, _, who = chosen.partition(":")
    return replace(payers, fee_granter=who) if what == "fee" else replace(payers, deposit_from=who)


def _now(chosen: bool) -> str:
    return "chosen now" if chosen else ""


def _both(has: str, chosen: str) -> str:
    return ", ".join(part for part in (has, chosen) if part)
