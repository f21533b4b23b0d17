"""What a money dialog shows: a frozen quote put into a headline, labelled lines and what is not verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.money import UACT, UAKT, BlockTime, Coin, plain, rate
from akash_tui.domain.bids.budget import NO_BUDGET, Budget
from akash_tui.domain.bids.formatting import gpu_source, gpus_in_full
from akash_tui.domain.text import short_address
from akash_tui.services.deployment.close import BulkCloseQuote
from akash_tui.services.deployment.redeploy import AskAgainQuote
from akash_tui.services.spending.bounds import Excess
from akash_tui.services.spending.quotes import CloseQuote, Closing, CreateQuote, LeaseQuote, Quote
from akash_tui.ui.dialogs.choice_dialog import ChoiceOption
from akash_tui.ui.dialogs.payer_choice import deposit_payers, fee_payer, payer_options
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine, below


@dataclass(frozen=True, slots=True)
class QuoteSheet:
    """What a spending dialog shows. `typed` must be typed before the yes works; None: the key is enough."""

    title: str
    headline: str
    lines: tuple[LabelledLine, ...]
    yes: str
    unverified: tuple[str, ...] = ()
    typed: str | None = None
    beyond: tuple[Excess, ...] = ()
    """What is beyond the bounds and limits."""
    notice: str = ""
    """What has to be said first."""
    limits: str = ""
    """The limits of a spend in one line."""
    payers: tuple[ChoiceOption, ...] = ()
    """Who could pay instead; empty where only this wallet can."""

    @property
    def must_type(self) -> str | None:
        """All that must be typed: what the sheet asks for, and each figure beyond the bounds."""
        parts = [*([self.typed] if self.typed is not None else []), *(excess.figure for excess in self.beyond)]
        return " ".join(dict.fromkeys(parts)) or None

    @property
    def is_refused(self) -> bool:
        """It is beyond a limit that no typing passes."""
        return any(excess.hard for excess in self.beyond)


def _amount(coins: Sequence[Coin], denom: str) -> int:
    return sum(c.amount for c in coins if c.denom == denom)


def balance_lines(quote: Quote, estimated: str = "") -> list[LabelledLine]:
    """Balance before → after, for the tokens that this spend moves or needs; `estimated` stands before ACT
    after, and AKT after is marked where the gas is estimated too."""
    out: list[LabelledLine] = []
    gas_varies = quote.fee_ceiling.amount > quote.fee.amount
    for denom, label in ((UACT, "you have"), (UAKT, "")):
        before, after = _amount(quote.balances_before, denom), _amount(quote.balances_after, denom)
        if before == after == 0:
            continue
        places = 2 if denom == UACT else 4
        about = estimated if denom == UACT else "≈ " if before != after and gas_varies else ""
        text = (
            f"{formatting.amount(Coin(denom, before), places)} → {about}{formatting.amount(Coin(denom, after), places)}"
        )
        out.append(LabelledLine(label if not out else "", text, "bad" if after < 0 else ""))
    return out


def gas_line(quote: Quote) -> LabelledLine:
    """What gas costs, and the most that it may."""
    text = f"≈ {formatting.fee(quote.fee)}"
    if quote.fee_ceiling.amount > quote.fee.amount:
        text += f", never more than {formatting.fee(quote.fee_ceiling)}"
    text += fee_payer(quote.payment)
    if any(excess.option.startswith("--max-fee") for excess in quote.beyond):
        return LabelledLine("gas", text, "bad", "bad")
    return LabelledLine("gas", text)


def _blocks(block_time: BlockTime) -> str:
    how = block_time.how if block_time.measured else "assumed, not measured"
    return f"block time {block_time.seconds:.2f} s, {how}"


def create_sheet(quote: CreateQuote, budget: Budget = NO_BUDGET) -> QuoteSheet:
    """Asking for bids: locks a deposit; nothing runs and nothing costs until a bid is accepted."""
    lines = [
        LabelledLine("deposit", f"{formatting.amount(quote.deposit)} held in escrow until you close it"),
        *deposit_payers(quote),
        LabelledLine("comes back", quote.comes_back),
        *_terms(quote, budget),
        gas_line(quote),
        *balance_lines(quote),
    ]
    name = quote.name or quote.file
    return QuoteSheet(
        "Ask for bids?",
        f"{name}: nothing runs and nothing is charged by the hour until you accept a bid.",
        tuple(lines),
        "Ask for bids",
        quote.unverified,
        beyond=quote.beyond,
        payers=payer_options(quote),
    )


def ask_again_sheet(again: AskAgainQuote, budget: Budget = NO_BUDGET) -> QuoteSheet:
    """Asking for bids once more: what comes back of the old deployment and what the new one locks, in one transaction.
    With a running lease the old dseq must be typed."""
    quote, closing = again.create, again.create.closing
    lines: list[LabelledLine] = []
    if closing is not None:
        lines += [LabelledLine("closes", f"dseq {closing.id.dseq}"), *_closing(closing)]
    lines.append(
        LabelledLine("new deposit", f"{formatting.amount(quote.deposit)} held in escrow until you close the new one")
    )
    lines += deposit_payers(quote)
    lines += _terms(quote, budget)
    if again.avoid:
        who = formatting.plural(len(again.avoid), "provider")
        lines.append(LabelledLine("avoided", f"{who} that failed the old one, by rules and proposals"))
    lines += [gas_line(quote), *balance_lines(quote, "≈ " if closing is not None else "")]
    both = "The old one closes and the new one asks for bids in one transaction: both happen, or neither."
    sdl = f"with one change in its SDL: {again.changed}" if again.changed else "with the same SDL"
    return QuoteSheet(
        "Ask for bids again?",
        f"{quote.name or quote.file}, {sdl}. " + (both if closing is not None else "The old one is closed already."),
        tuple(lines),
        "Ask again",
        quote.unverified,
        typed=str(closing.id.dseq) if closing is not None and closing.leases else None,
        beyond=quote.beyond,
        payers=payer_options(quote),
    )


def _terms(quote: CreateQuote, budget: Budget) -> list[LabelledLine]:
    """What a new deployment may cost and how long its deposit pays."""
    lines = [
        LabelledLine("at most", f"≈ ${rate(quote.max_h)} an hour at this SDL's prices ({_blocks(quote.block_time)})"),
    ]
    if quote.lasts_hours is not None:
        lines.append(LabelledLine("lasts", f"at least {formatting.how_long(quote.lasts_hours)} once you accept a bid"))
    if quote.limit is not None:
        lines.append(LabelledLine("stops itself", f"after about {quote.limit.words}, counted from its first lease"))
    if quote.hours is not None:
        lines.append(LabelledLine("then", f"raised when you accept, to pay for {plain(quote.hours)} h"))
    if budget.words:
        lines.append(LabelledLine("budget", f"{budget.words}: bids above it are marked"))
    return lines


def lease_sheet(quote: LeaseQuote, budget: Budget = NO_BUDGET, hours: Decimal | None = None) -> QuoteSheet:
    """Taking bids: from its block on this costs money. Above the budget the price must be typed.

    `hours` are those that the deposit was asked to pay for.
    """
    heads = []
    for row in quote.rows:
        audit = {True: "audited", False: "not audited", None: "audit unknown"}[row.audited]
        place = f"{row.region or 'region unknown'}, {audit}"
        heads.append(f"{gpus_in_full(row.disclosure)} at {row.name}, {place}")
    lines = [LabelledLine("GPU source", source) for row in quote.rows if (source := gpu_source(row.disclosure))]
    lines.append(
        LabelledLine(
            "price", f"≈ ${rate(quote.price_h)} an hour  ({plain(quote.price.amount)} {quote.price.denom} a block)"
        )
    )
    wanted = budget.hours or hours
    if wanted is not None:
        lines.append(LabelledLine(f"for {plain(wanted)} h", f"≈ ${rate(quote.price_h * wanted)} in total"))
    over = budget.why_over(quote.price_h)
    if over:
        lines.append(LabelledLine("above budget", over, "warn", "warn"))
    lines += [LabelledLine("! price", row.oddity, "bad", "bad") for row in quote.rows if row.oddity]
    notices = [row.reclaim_h for row in quote.rows if row.reclaim_h is not None]
    if notices:
        lines.append(
            LabelledLine("notice", f"may take the GPU back with {formatting.how_long(min(notices))} notice", "warn")
        )
    back, held = quote.comes_back, quote.escrow.held(UACT)
    if held:
        back = f"{formatting.amount(Coin(UACT, int(held)))} already in escrow; {back[:1].lower()}{back[1:]}"
    lines.append(LabelledLine("deposit", back))
    pays = f", to pay for {plain(hours)} h at this price" if hours is not None else ""
    if quote.limit is not None:
        pays = ", so that it lasts until it stops itself"
    if quote.extra_deposit is not None and quote.extra_deposit.amount:
        lines.append(LabelledLine("added now", formatting.added(quote.extra_deposit) + pays))
        lines += deposit_payers(quote)
    elif hours is not None and quote.limit is None:
        lines.append(LabelledLine("added now", f"nothing: it already pays for {plain(hours)} h at this price"))
    if quote.limit is not None:
        lines += stop_lines(quote.limit, quote.stops_at, quote.ends_at)
    elif quote.lasts_hours is not None:
        lines.append(LabelledLine("lasts until", formatting.lasts_until(quote.ends_at, quote.lasts_hours)))
    lines += [gas_line(quote), *balance_lines(quote)]
    typed = rate(quote.price_h) if over else None
    return QuoteSheet(
        "Accept this bid?",
        "\n".join(heads),
        tuple(lines),
        "Lease it",
        quote.unverified,
        typed,
        quote.beyond,
        payers=payer_options(quote),
    )


def stop_lines(limit: RuntimeLimit, stops_at: datetime | None, escrow_until: datetime | None) -> list[LabelledLine]:
    """When a deployment is to end by itself, and who ends it."""
    when = (
        f"about {formatting.local_time(stops_at)} ({limit.words})" if stops_at is not None else f"after {limit.words}"
    )
    out = [LabelledLine("stops itself", f"{when}: closed by this app, if it runs then")]
    if escrow_until is not None:
        out.append(
            LabelledLine("", f"if not, by its empty escrow, about {formatting.local_time(escrow_until)}", "muted")
        )
    return out


def _closing(quote: CloseQuote | Closing) -> list[LabelledLine]:
    """What a close stops and gives back."""
    return [
        _stops(quote.leases),
        LabelledLine("comes back", f"≈ {formatting.amount(quote.refund)} (as of block {quote.height:,})"),
        *(
            LabelledLine("", f"≈ {formatting.amount(coin)} to {short_address(who)}, who paid it")
            for who, coin in quote.others
        ),
    ]


def _stops(leases: int) -> LabelledLine:
    text = formatting.plural(leases, "running lease") if leases else "no running lease"
    return LabelledLine("stops", text, "warn" if leases else "")


def close_sheet(quote: CloseQuote) -> QuoteSheet:
    """Ending a deployment: with a running lease its dseq must be typed."""
    lines = [LabelledLine("dseq", str(quote.id.dseq)), *_closing(quote)]
    lines += [gas_line(quote), *balance_lines(quote, "≈ ")]
    ends = "it closes for good, and everything running in it is deleted."
    return QuoteSheet(
        "Close this deployment?",
        f"{quote.name or short_address(quote.id.owner)}: "
        + (ends if quote.leases else "its order is withdrawn; nothing runs."),
        tuple(lines),
        "Close it",
        quote.unverified,
        typed=str(quote.id.dseq) if quote.leases else None,
        beyond=quote.beyond,
        payers=payer_options(quote),
    )


MOST_LISTED = 8
"""How many deployments a sheet for several lists by name."""


def bulk_close_sheet(quote: BulkCloseQuote) -> QuoteSheet:
    """Ending several deployments: how many must be typed."""
    closings = quote.closings
    lines = [
        _stops(quote.leases),
        LabelledLine("comes back", f"≈ {formatting.amount(quote.refund)} in total (as of block {quote.height:,})"),
    ]
    if quote.others.amount:
        lines.append(LabelledLine("", f"≈ {formatting.amount(quote.others)} to other depositors"))
    ends = "They close for good, and everything running in them is deleted."
    listed = closings[:MOST_LISTED]
    lines += below("of these", (f"{c.name} · {c.id.dseq}: ≈ {formatting.amount(c.refund)}" for c in listed))
    if len(closings) > MOST_LISTED:
        lines.append(LabelledLine("", f"and {len(closings) - MOST_LISTED} more"))
    gas = f"≈ {formatting.fee(quote.fee)}, never more than {formatting.fee(quote.fee_ceiling)}"
    lines.append(LabelledLine("gas", f"{gas}, in {formatting.plural(len(quote.batches), 'transaction')}"))
    return QuoteSheet(
        f"Close {formatting.plural(len(closings), 'deployment')}?",
        ends if quote.leases else "Their orders are withdrawn; nothing runs.",
        tuple(lines),
        "Close them",
        (*quote.left_out, *dict.fromkeys(text for batch in quote.batches for text in batch.unverified)),
        typed=f"close {len(closings)}",
        beyond=tuple(excess for batch in quote.batches for excess in batch.beyond),
    )
