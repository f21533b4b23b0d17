"""The burn-mint engine: pending ledger records are executed, or cancelled and refunded, every `epoch_blocks` blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from akash_tui.practice.rules.lifecycle import Lifecycle
from akash_tui.practice.state.amounts import ONE, coin_json, dec_text
from akash_tui.practice.state.books import Books, Json, LedgerRecord, Params
from akash_tui.practice.state.context import UNLIMITED, Context, GasMeter, set_balance
from akash_tui.practice.state.crypto import module_address
from akash_tui.practice.state.events import Event, typed
from akash_tui.practice.state.genesis import ensure_account, sponsor
from akash_tui.practice.state.refusal import Refusal

MODULE = module_address("bme")
MAX_RECORDS = 50


refuse = partial(Refusal, "bme")
"""A refusal of the bme module."""


def end_block(books: Books, params: Params, height: int, time_ns: int) -> list[Event]:
    """At an epoch, deal with what is pending; the answer is the block's own events, each with mode EndBlock."""
    if height % params.epoch_blocks:
        return []
    ctx = Context(books, height, time_ns, params, Lifecycle(), GasMeter(UNLIMITED))
    waiting = [
        record for record in books.ledger.scan() if record.status == "pending" and allowed(params, record.to_denom)
    ]
    # as the real module: burns first, then mints
    for record in sorted(waiting, key=lambda each: each.denom != "uact")[:MAX_RECORDS]:
        _deal_with(ctx, record)
    return [Event(event.type, (*event.attributes, ("mode", "EndBlock"))) for event in ctx.events]


def give_coins(
    books: Books, params: Params, height: int, time_ns: int, gifts: Sequence[tuple[str, str, int]]
) -> list[Event]:
    """Create coins and hand them out; the answer is the block's own events, each with mode BeginBlock."""
    ctx = Context(books, height, time_ns, params, Lifecycle(), GasMeter(UNLIMITED))
    for address, denom, amount in gifts:
        ensure_account(books, address)
        set_balance(books, MODULE, denom, ctx.balance(MODULE, denom) + amount)
        ctx.pay(MODULE, address, denom, amount)
        sponsor(books, params.sponsor, address)
    return [Event(event.type, (*event.attributes, ("mode", "BeginBlock"))) for event in ctx.events]


def allowed(params: Params, to_denom: str) -> bool:
    """May this denom be minted now? Short of collateral, ACT is not; without an oracle, nothing is."""
    return params.mint_status in ("healthy", "warning") or (params.mint_status == "halt_cr" and to_denom == "uakt")


def _deal_with(ctx: Context, record: LedgerRecord) -> None:
    price_from, price_to = prices(ctx.params, record.denom), prices(ctx.params, record.to_denom)
    minted = record.amount * price_from // price_to
    if minted == 0:
        _cancel(ctx, record, "epsilon")
    elif record.to_denom == "uact" and minted < ctx.params.min_mint:
        _cancel(ctx, record, "minimum_mint")
    elif record.to_denom == "uact":
        _mint(ctx, record, minted)
    else:
        _burn(ctx, record, minted)


def _cancel(ctx: Context, record: LedgerRecord, reason: str) -> None:
    result = {
        "owner": record.source,
        "cancel_reason": reason,
        "to": record.to,
        "coins_to_burn": coin_json(record.denom, record.amount),
        "denom_to_mint": record.to_denom,
    }
    ctx.pay(MODULE, record.source, record.denom, record.amount)
    ctx.books.ledger.put((record.height, record.sequence), replace(record, status="canceled", result=result))
    ctx.emit(typed("akash.bme.v1.EventLedgerRecordCanceled", id=record_id(record), **result))


def _mint(ctx: Context, record: LedgerRecord, minted: int) -> None:
    spread = minted * ctx.params.spread_bps // 10_000
    set_balance(ctx.books, MODULE, "uact", ctx.balance(MODULE, "uact") + minted)
    ctx.pay(MODULE, record.to, "uact", minted - spread)
    _credit(ctx, record.amount)
    accrued = _priced(ctx, "uakt", record.amount)
    _execute(ctx, record, spread=spread, minted=_priced(ctx, "uact", minted), remint_credit_accrued=accrued)


def _burn(ctx: Context, record: LedgerRecord, minted: int) -> None:
    credit = min(minted, (ctx.books.totals.get(("remint_credit",)) or 0))
    fresh = minted - credit
    set_balance(ctx.books, MODULE, "uact", ctx.balance(MODULE, "uact") - record.amount)
    set_balance(ctx.books, MODULE, "uakt", ctx.balance(MODULE, "uakt") + fresh)
    ctx.pay(MODULE, record.to, "uakt", minted)
    _credit(ctx, -credit)
    _execute(
        ctx,
        record,
        spread=0,
        burned=_priced(ctx, "uact", record.amount),
        minted=_priced(ctx, "uakt", fresh) if fresh else None,
        remint_credit_issued=_priced(ctx, "uakt", credit) if credit else None,
    )


def _execute(
    ctx: Context,
    record: LedgerRecord,
    *,
    spread: int,
    burned: Json | None = None,
    minted: Json | None = None,
    remint_credit_issued: Json | None = None,
    remint_credit_accrued: Json | None = None,
) -> None:
    result = {
        "burned_from": record.source,
        "minted_to": record.to,
        "burner": "bme",
        "minter": "bme",
        "burned": burned,
        "minted": minted,
        "spread": coin_json(record.to_denom, spread),
        "remint_credit_issued": remint_credit_issued,
        "remint_credit_accrued": remint_credit_accrued,
    }
    ctx.books.ledger.put((record.height, record.sequence), replace(record, status="executed", result=result))
    ctx.emit(typed("akash.bme.v1.EventLedgerRecordExecuted", id=record_id(record), **result))


def _credit(ctx: Context, amount: int) -> None:
    ctx.books.totals.put(("remint_credit",), (ctx.books.totals.get(("remint_credit",)) or 0) + amount)


def _priced(ctx: Context, denom: str, amount: int) -> Json:
    return {"coin": coin_json(denom, amount), "price": dec_text(prices(ctx.params, denom))}


def prices(params: Params, denom: str) -> int:
    """USD per AKT or ACT, times 10**18."""
    return ONE if denom == "uact" else params.akt_price_milli * ONE // 1000


def record_id(record: LedgerRecord) -> dict[str, str]:
    """A ledger record's id as REST and events write it."""
    return {
        "denom": record.denom,
        "to_denom": record.to_denom,
        "source": record.source,
        "height": str(record.height),
        "sequence": str(record.sequence),
    }


def collateral_ratio(books: Books, params: Params) -> int:
    """Value of the vault's AKT over all ACT outside it, times 10**18; 0 with nothing outside."""
    vault = books.balances.get((MODULE, "uakt")) or 0
    held = [key for key in books.balances.keys() if key[1] == "uact" and key[0] != MODULE]  # noqa: SIM118
    supply = sum(books.balances[key] for key in held)
    return vault * prices(params, "uakt") // supply if supply else 0
