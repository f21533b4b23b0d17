"""Close a deployment and read what really came back."""

from __future__ import annotations

from collections.abc import Sequence

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.core.events import Closed
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, TxResult
from akash_tui.services.spending.quotes import CloseQuote, CloseResult
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.journal_entries import IntentKind


async def close(session: Session, quote: CloseQuote, run: DeploymentRun | None = None) -> CloseResult:
    """Sign exactly the quote; the result has what really came back."""
    with session.alone(quote.id):
        await refuse_while_open(session, quote.id)
        return await _close(session, quote, run)


async def _close(session: Session, quote: CloseQuote, run: DeploymentRun | None) -> CloseResult:
    before = Stage.COLLECTING if run is None else run.stage
    if run is not None:
        run.enter(Stage.CLOSING)
    about: dict[str, object] = {"name": quote.name, "refund_estimate": str(quote.refund)}
    try:
        result = await spend(session, quote, JournalPurpose(IntentKind.CLOSE, quote.id.dseq, about))
    except AkashError as error:
        if run is not None:
            run.fail(error)
            run.enter(before)
        raise
    refund = refunded(result, quote.owner)
    if refund is None:
        refund = await _by_balance(session, quote)
    if run is not None:
        run.leases = ()
        run.enter(Stage.CLOSED)
        run.emit(Closed(run.head(), result.hash, refund))
    return CloseResult(result.hash, result.height, refund)


def refunded(result: TxResult, owner: str) -> Coin | None:
    """What `owner` received in ACT by the close's own events; None if the node has no events.

    Only events of a message count (they carry `msg_index`), so that fees stay out (chain recordings,
    `close-deployment-included`: one `coin_received` a deposit).
    """
    if not result.events:
        return None
    total = 0
    for name, pairs in result.events:
        fields = dict(pairs)
        if name == "coin_received" and fields.get("receiver") == owner and "msg_index" in fields:
            total += _amount(fields.get("amount", ""))
    return Coin(UACT, total)


def _amount(text: str) -> int:
    """The uact in a list of coins as events write it: `4954994uact,5uakt`."""
    parts: Sequence[str] = [p.removesuffix(UACT) for p in text.split(",") if p.endswith(UACT)]
    return sum(int(p) for p in parts if p.isascii() and p.isdigit())


async def _by_balance(session: Session, quote: CloseQuote) -> Coin | None:
    """The difference of balances, where there are no events; None if it cannot be read."""
    try:
        balances = await session.chain.balances(quote.owner)
    except AkashError:
        return None
    before = next((c.amount for c in quote.balances_before if c.denom == UACT), 0)
    after = next((c.amount for c in balances if c.denom == UACT), 0)
    return Coin(UACT, max(0, after - before))
