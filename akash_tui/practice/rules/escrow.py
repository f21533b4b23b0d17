"""Escrow: money held for deployments and bids, drained lazily, in the way of the akash escrow module.

Nothing happens automatically: an account is settled when a transaction touches it. What one settlement owes a payment
is rate x blocks, cut to whole units. An account that cannot pay everything is overdrawn: its funds turn negative, its
payments keep the rest as `unsettled`, and a later deposit pays the debt and closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from akash_tui.practice.rules.grants import give_back
from akash_tui.practice.state.amounts import ONE, DecCoin
from akash_tui.practice.state.books import Deposit, EscrowAccount, EscrowPayment
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import module_address
from akash_tui.practice.state.refusal import Refusal

ESCROW = module_address("escrow")


refuse = partial(Refusal, "escrow")
"""A refusal of the escrow module."""


def create_account(ctx: Context, scope: str, xid: str, owner: str, deposits: Sequence[Deposit]) -> None:
    """Open an account and fetch its first deposits."""
    if (scope, xid) in ctx.books.escrow_accounts:
        raise refuse(1, "account exists")
    account = EscrowAccount(scope, xid, owner, "open", ctx.height, (), (), ())
    ctx.books.escrow_accounts.put((scope, xid), _fetch(ctx, account, deposits))


def deposit(ctx: Context, scope: str, xid: str, deposits: Sequence[Deposit]) -> None:
    """Add money; an overdrawn account pays its debt with it, gives the rest back and closes."""
    account = _account(ctx, scope, xid)
    if account.state == "closed":
        raise refuse(2, "account closed")
    account = _fetch(ctx, account, deposits)
    if account.state != "overdrawn":
        ctx.books.escrow_accounts.put(account.key, account)
        return
    account, payments, short = settle(ctx, account)
    payments = [_withdraw(ctx, _closed(payment)) for payment in payments]
    if not short:
        account = replace(account, state="closed")
    _save(ctx, account, payments)


def close_account(ctx: Context, scope: str, xid: str) -> None:
    """Settle, pay the providers, give the rest back to the depositors, and close."""
    account = _account(ctx, scope, xid)
    account, payments, _ = settle(ctx, account)
    if account.state == "open":
        account = replace(account, state="closed")
    payments = [_withdraw(ctx, _closed(payment)) for payment in payments]
    _save(ctx, account, payments)


def create_payment(ctx: Context, scope: str, xid: str, pid: str, owner: str, rate: DecCoin) -> None:
    """Start paying `owner` from an account, `rate` per block."""
    account = _account(ctx, scope, xid)
    account, payments, short = settle(ctx, account)
    if short:
        raise refuse(4, "account overdrawn")
    if all(coin.denom != rate.denom for coin in account.funds):
        raise refuse(5, "invalid denomination")
    if rate.atto == 0:
        raise refuse(9, "payment rate zero")
    if (scope, xid, pid) in ctx.books.payments:
        raise refuse(6, "payment exists")
    _save(ctx, account, payments)
    ctx.books.payments.put((scope, xid, pid), EscrowPayment(scope, xid, pid, owner, "open", rate.denom, rate.atto))


def withdraw_payment(ctx: Context, scope: str, xid: str, pid: str) -> None:
    """Settle and pay out what a provider has earned."""
    account = _account(ctx, scope, xid)
    payment = _payment(ctx, scope, xid, pid)
    if payment.state != "open":
        raise refuse(7, "payment closed")
    account, payments, short = settle(ctx, account)
    if not short:
        payments = [_withdraw(ctx, each) if each.pid == pid else each for each in payments]
    _save(ctx, account, payments)


def close_payment(ctx: Context, scope: str, xid: str, pid: str) -> None:
    """Settle, pay the provider, end the stream; the account stays open."""
    account = _account(ctx, scope, xid)
    payment = _payment(ctx, scope, xid, pid)
    if payment.state == "closed":
        raise refuse(7, "payment closed")
    account, payments, _ = settle(ctx, account)
    payments = [_withdraw(ctx, _closed(each)) if each.pid == pid else each for each in payments]
    _save(ctx, account, payments)


Settled = tuple[EscrowAccount, list[EscrowPayment], bool]


def settle(ctx: Context, account: EscrowAccount) -> Settled:
    """Charge the account for the blocks since it was last settled; the answer (account, payments, overdrawn) is not
    yet written, except that an overdrawn account's payments have been paid out."""
    if account.state == "closed":
        raise refuse(2, "account closed")
    if account.funds and account.funds[0].atto < 0:
        return account, [], True
    blocks = 0
    if account.state != "overdrawn":
        blocks = ctx.height - account.settled_at
        account = replace(account, settled_at=ctx.height)
    payments = []
    short = False
    for payment in ctx.books.payments.scan(account.scope, account.xid):
        if payment.state == "closed":
            continue
        due = payment.unsettled if payment.state == "overdrawn" else payment.rate * blocks // ONE * ONE
        account, paid = _take(account, payment.denom, due)
        short = short or paid < due
        payments.append(
            replace(
                payment,
                balance=payment.balance + paid,
                unsettled=due - paid,
                state="overdrawn" if paid < due else "open",
            )
        )
    if short:
        account = replace(account, state="overdrawn")
        payments = [_withdraw(ctx, replace(payment, state="overdrawn")) for payment in payments]
    return account, payments, short


def _take(account: EscrowAccount, denom: str, due: int) -> tuple[EscrowAccount, int]:
    left = due
    deposits = []
    for each in account.deposits:
        taken = min(each.atto, left) if each.denom == denom else 0
        left -= taken
        if each.atto > taken:
            deposits.append(replace(each, atto=each.atto - taken))
    paid = due - left
    return replace(
        account,
        deposits=tuple(deposits),
        funds=_add(account.funds, denom, -due),
        transferred=_add(account.transferred, denom, paid),
    ), paid


def _fetch(ctx: Context, account: EscrowAccount, deposits: Sequence[Deposit]) -> EscrowAccount:
    for each in deposits:
        ctx.pay(each.owner, ESCROW, each.denom, each.atto // ONE)
        debt = next((coin.atto for coin in account.funds if coin.denom == each.denom and coin.atto < 0), 0)
        account = replace(
            account,
            # a debt is set to zero here: settling charges it again from the payments' `unsettled`
            funds=_add(account.funds, each.denom, each.atto - debt),
            transferred=_add(account.transferred, each.denom, 0),
            deposits=(*account.deposits, each),
        )
    return account


def _add(coins: tuple[DecCoin, ...], denom: str, atto: int) -> tuple[DecCoin, ...]:
    if all(coin.denom != denom for coin in coins):
        return (*coins, DecCoin(denom, atto))
    return tuple(DecCoin(coin.denom, coin.atto + atto) if coin.denom == denom else coin for coin in coins)


def _closed(payment: EscrowPayment) -> EscrowPayment:
    return replace(payment, state="closed") if payment.state == "open" else payment


def _withdraw(ctx: Context, payment: EscrowPayment) -> EscrowPayment:
    earned = payment.balance // ONE
    if not earned:
        return payment
    ctx.pay(ESCROW, payment.owner, payment.denom, earned)
    return replace(payment, balance=payment.balance - earned * ONE, withdrawn=payment.withdrawn + earned)


def _save(ctx: Context, account: EscrowAccount, payments: Sequence[EscrowPayment]) -> None:
    if account.state in ("closed", "overdrawn"):
        account = _refund(ctx, account)
    ctx.books.escrow_accounts.put(account.key, account)
    if account.state in ("closed", "overdrawn"):
        ctx.hooks.account_closed(ctx, account)
    for payment in payments:
        ctx.books.payments.put(payment.key, payment)
        if payment.state in ("closed", "overdrawn"):
            ctx.hooks.payment_closed(ctx, payment)


def _refund(ctx: Context, account: EscrowAccount) -> EscrowAccount:
    for each in account.deposits:
        ctx.pay(ESCROW, each.owner, each.denom, each.atto // ONE)
        if each.source == "grant":
            give_back(ctx, granter=each.owner, grantee=account.owner, denom=each.denom, amount=each.atto // ONE)
        account = replace(account, funds=_add(account.funds, each.denom, -each.atto))
    return replace(account, deposits=())


def _account(ctx: Context, scope: str, xid: str) -> EscrowAccount:
    return ctx.books.escrow_accounts.need((scope, xid), refuse(3, "account not found"))


def _payment(ctx: Context, scope: str, xid: str, pid: str) -> EscrowPayment:
    return ctx.books.payments.need((scope, xid, pid), refuse(8, "payment not found"))
