"""The receipt of an accept: made of the run's bids, the choice and the quote that was signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.formatting import NOT_DISCLOSED
from akash_tui.domain.bids.receipt import BY_HAND, DecisionReceipt, ReceiptBid, ReceiptChoice
from akash_tui.services.core.events import Chosen
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, BadInput, TxResult
from akash_tui.services.receipts.files import save
from akash_tui.services.spending.quotes import LeaseQuote
from akash_tui.services.storage.disk_faults import disk_fault
from akash_tui.services.storage.home import unreadable_rows

MOST_BIDS: Final = 500
"""Bids that a receipt lists: the chosen, those that could be taken, then the others."""

_LOOK: Final = "Check that the folder receipts in the home can be written."


def receipt(
    session: Session, run: DeploymentRun, quote: LeaseQuote, result: TxResult, there: Sequence[BidRow]
) -> DecisionReceipt:
    """What is known right after the lease is in its block; `run.leases` are as the chain has them, `there` the bids as
    they were when it was signed."""
    chosen = {bid.id: run.chosen.get(bid.id) for bid in quote.bids}
    quoted = {row.id: row for row in quote.rows}
    # the quote's own rows are what was shown when it was signed; the book may know better by now
    rows = [*quote.rows, *(row for row in there if row.id not in quoted)]
    reasons = {
        (id.gseq, other.provider): other.reason
        for id, choice in chosen.items()
        if choice is not None
        for other in choice.rejected
    }
    # of a group's former orders there may be bids too: their reasons are their states
    newest = {id.gseq: id.oseq for id in chosen}
    bids = [_bid(row, chosen, reasons if newest.get(row.gseq) == row.id.oseq else {}) for row in rows]
    prices = {lease.id: lease.price for lease in run.leases}
    return DecisionReceipt(
        at=session.clock.now(),
        network=session.network.name,
        practice=session.network.practice,
        chain_id=run.chain_id,
        owner=run.id.owner,
        dseq=run.id.dseq,
        name=run.name,
        tx=result.hash,
        height=result.height,
        choices=tuple(
            ReceiptChoice(
                bid=_bid(row, chosen, {}),
                rule=_rule(chosen[row.id]),
                lease_price=prices.get(row.id, row.bid.price),
                market=None if row.market is None else row.market.median,
            )
            for row in quote.rows
        ),
        bids=tuple(bids[:MOST_BIDS]),
        more=max(0, len(bids) - MOST_BIDS),
        price=quote.price,
        price_h=quote.price_h,
        deposit=quote.extra_deposit,
        fee=quote.fee,
        fee_ceiling=quote.fee_ceiling,
        gas_limit=quote.gas_limit,
        lasts_hours=quote.lasts_hours,
        ends_at=quote.ends_at,
        unverified=quote.unverified,
        fee_payer=quote.draft.fee_granter or "",
    )


def keep_receipt(
    session: Session, run: DeploymentRun, quote: LeaseQuote, result: TxResult, there: Sequence[BidRow]
) -> None:
    """Write the receipt into the home. Never raises: the lease is there and costs, so its workload must start, and what
    is missing is said."""
    home = session.journal.path.parent
    try:
        save(home, receipt(session, run, quote, result, there))
        run.receipt_fault = ""
    except (AkashError, OSError, ValueError, ArithmeticError) as error:  # such as a name that no file can hold
        fault = error if isinstance(error, AkashError) else disk_fault(error, home) or BadInput(str(error), _LOOK)
        run.receipt_fault = f"The receipt of {run.id.dseq} could not be written: {fault.title}"
        unreadable_rows.add(home, "receipts", quote.bids[0].id, f"{run.receipt_fault} The lease is not affected.")
    run.touch()


def _rule(choice: Chosen | None) -> str:
    return BY_HAND if choice is None else choice.terms or choice.rule


def _bid(row: BidRow, chosen: Mapping[BidId, Chosen | None], reasons: Mapping[tuple[int, str], str]) -> ReceiptBid:
    taken = row.id in chosen
    reason = "" if taken else reasons.get((row.gseq, row.id.provider), "") or row.gone_reason or row.oddity
    return ReceiptBid(
        id=row.id,
        provider=row.name,
        gpus=_gpus(row),
        price=row.bid.price,
        price_h=row.price_h,
        gpu_h=row.gpu_h,
        state=RowState.OPEN.value if taken else row.state.value,
        chosen=taken,
        reason=reason,
    )


def _gpus(row: BidRow) -> str:
    if not row.disclosure.count:
        return "no GPU"
    names = [f"{offer.count} × {offer.fullest.words}" for offer in row.gpus if offer.model.model]
    joined = (" or " if not row.disclosure.known else ", ").join(names)
    return joined or f"{row.disclosure.count} GPU, {NOT_DISCLOSED}"
