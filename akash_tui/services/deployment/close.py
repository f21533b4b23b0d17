"""Close deployments, one or several, and read what really came back.

Several: one frozen quote with the whole refund, a few transactions of several closes each. A transaction counts as a
whole or not at all; if one is refused, the others are still sent. Every deployment has an intent of its own in the
journal, so that a kill at any moment is settled like that of a single close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState, Lease
from akash_tui.domain.akash.messages import CloseDeployment
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.events import Closed
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, BadInput, Refused, Stale, TxResult
from akash_tui.services.spending.closing_gas import gas_for_bids
from akash_tui.services.spending.quotes import CloseQuote, CloseResult, Quote
from akash_tui.services.spending.quoting import rate_of, read_snapshot, refund, running_leases, simulate_quote
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.journal_entries import IntentKind


async def close(
    session: Session,
    quote: CloseQuote,
    run: DeploymentRun | None = None,
    *,
    wanted: Callable[[], bool] = lambda: True,
) -> CloseResult:
    """Sign exactly the quote while it is `wanted` (see `JournalPurpose`); the result has what really came back."""
    with session.alone(quote.id):
        await refuse_while_open(session, quote.id)
        return await _close(session, quote, run, wanted)


async def _close(
    session: Session, quote: CloseQuote, run: DeploymentRun | None, wanted: Callable[[], bool]
) -> CloseResult:
    before = Stage.COLLECTING if run is None else run.stage
    if run is not None:
        run.enter(Stage.CLOSING)
    about: dict[str, object] = {"name": quote.name, "refund_estimate": str(quote.refund)}
    try:
        result = await spend(session, quote, JournalPurpose(IntentKind.CLOSE, quote.id.dseq, about, wanted=wanted))
    except AkashError as error:
        if run is not None:
            run.fail(error)
            run.enter(before)
        raise
    refund = refunded(result, quote.owner)
    others = tuple(
        (who, back) for who, _ in quote.others if (back := refunded(result, who)) is not None and back.amount
    )
    if refund is None:
        refund = await _by_balance(session, quote)
    if run is not None:
        run.leases = ()
        run.enter(Stage.CLOSED)
        run.emit(Closed(run.head(), result.hash, refund, others))
    return CloseResult(result.hash, result.height, refund, others)


def refunded(result: TxResult, owner: str) -> Coin | None:
    """What `owner` received in ACT by the close itself; None if the node does not report it."""
    if result.paid is None:
        return None
    return Coin(UACT, sum(coin.amount for to, coin in result.paid if to == owner and coin.denom == UACT))


async def _by_balance(session: Session, quote: CloseQuote) -> Coin | None:
    """The difference of balances, where there are no events; None if it cannot be read."""
    try:
        balances = await session.chain.balances(quote.owner)
    except AkashError:
        return None
    before = next((c.amount for c in quote.balances_before if c.denom == UACT), 0)
    after = next((c.amount for c in balances if c.denom == UACT), 0)
    return Coin(UACT, max(0, after - before))


IN_ONE = 10
"""Closes in one transaction: gas and size stay far from any block's limit."""


@dataclass(frozen=True, slots=True)
class ClosingItem:
    """One deployment that is to be closed, and what comes back (an estimate)."""

    id: DeploymentId
    name: str
    leases: int
    refund: Coin
    others: tuple[tuple[str, Coin], ...]
    """What goes back to other depositors (grants), and to whom."""


@dataclass(frozen=True, slots=True)
class CloseBatch(Quote):
    """One transaction's part."""

    closings: tuple[ClosingItem, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkCloseQuote:
    """Everything that will be closed; exactly its batches are signed, one after the other."""

    batches: tuple[CloseBatch, ...]
    height: int
    left_out: tuple[str, ...]
    """Those asked for that are closed already or not there, one sentence each."""

    @property
    def closings(self) -> tuple[ClosingItem, ...]:
        """All deployments of all batches, in the order in which they are closed."""
        return tuple(c for batch in self.batches for c in batch.closings)

    @property
    def leases(self) -> int:
        """Running leases that end."""
        return sum(c.leases for c in self.closings)

    @property
    def refund(self) -> Coin:
        """Estimated refund of our own deposits, in uact."""
        return Coin(UACT, sum(c.refund.amount for c in self.closings))

    @property
    def others(self) -> Coin:
        """Estimated refund to other depositors (grants), in uact."""
        return Coin(UACT, sum(coin.amount for c in self.closings for _, coin in c.others))

    @property
    def fee(self) -> Coin:
        """First fees of all batches together."""
        return Coin(self.batches[0].fee.denom, sum(b.fee.amount for b in self.batches))

    @property
    def fee_ceiling(self) -> Coin:
        """The most that all batches together may cost in gas."""
        return Coin(self.batches[0].fee_ceiling.denom, sum(b.fee_ceiling.amount for b in self.batches))


@dataclass(slots=True)
class BulkResult:
    """What became of it; grows while the batches are sent."""

    closed: list[DeploymentId] = field(default_factory=list)
    refund: int = 0
    """Micro-ACT that came back, as the transactions show."""
    refund_known: bool = True
    others: int = 0
    """Micro-ACT that went back to other depositors (grants), as the transactions show."""
    failed: list[tuple[ClosingItem, AkashError]] = field(default_factory=list)
    txs: list[str] = field(default_factory=list)


async def bulk_close_quote(session: Session, ids: Sequence[DeploymentId]) -> BulkCloseQuote:
    """What closing all of these stops and gives back; two lists are read, however many there are.

    Raises `BadInput` if none of them can be closed, and what a simulation raises.
    """
    on = await read_snapshot(session)
    deployments, leases = await together(
        session.chain.deployments(on.owner, DeploymentState.ACTIVE), session.chain.leases(on.owner)
    )
    by_id: dict[DeploymentId, list[Lease]] = {}
    for lease in leases:
        by_id.setdefault(lease.id.deployment, []).append(lease)
    saved = {s.id: s.name for s in session.journal.deployments(session.network.chain_id, on.owner)}
    active = {d.id: d for d in deployments}
    closings: list[ClosingItem] = []
    left_out: list[str] = []
    for id in dict.fromkeys(ids):
        deployment = active.get(id)
        if deployment is None:
            left_out.append(f"Deployment {id.dseq} is closed already, or not of this wallet.")
            continue
        mine = by_id.get(id, [])
        own, others = refund(deployment.escrow, on.owner, rate_of(mine), on.head.height)
        group = deployment.groups[0].spec.name if deployment.groups else ""
        closings.append(ClosingItem(id, saved.get(id) or group, len(running_leases(mine)), Coin(UACT, own), others))
    if not closings:
        raise BadInput("None of these deployments is open; there is nothing to close.", "Read the list again.")
    batches: list[CloseBatch] = []
    for start in range(0, len(closings), IN_ONE):
        part = tuple(closings[start : start + IN_ONE])
        more_gas = await gas_for_bids(session, [active[c.id] for c in part], leases, on.head.height)
        base = await simulate_quote(session, on, tuple(CloseDeployment(c.id) for c in part), 0, [], more_gas)
        batches.append(CloseBatch(**base, closings=part))
    return BulkCloseQuote(tuple(batches), on.head.height, tuple(left_out))


async def bulk_close(
    session: Session, quote: BulkCloseQuote, on_progress: Callable[[BulkResult], None] = lambda result: None
) -> BulkResult:
    """Sign the batches one after the other; a refused one is noted and the next one is sent.

    An error that would meet every batch (no node, no key, a transaction whose outcome is unknown) ends it there: what
    was not reached is in `failed` with the same reason.
    """
    result = BulkResult()
    stop: AkashError | None = None
    for batch in quote.batches:
        if stop is None:
            try:
                await _close_batch(session, batch, result)
            except AkashError as error:
                stop = None if isinstance(error, (Refused, Stale)) or error.code == "busy" else error
                result.failed += [(closing, error) for closing in batch.closings]
        else:
            result.failed += [(closing, stop) for closing in batch.closings]
        on_progress(result)
    return result


async def _close_batch(session: Session, batch: CloseBatch, result: BulkResult) -> None:
    with ExitStack() as locks:
        for closing in batch.closings:
            locks.enter_context(session.alone(closing.id))
        for closing in batch.closings:
            await refuse_while_open(session, closing.id)
        deployments, leases = await together(
            session.chain.deployments(batch.owner, DeploymentState.ACTIVE), session.chain.leases(batch.owner)
        )
        active = {d.id for d in deployments}
        gone = ", ".join(c.name or str(c.id.dseq) for c in batch.closings if c.id not in active)
        if gone:  # the chain would refuse all of them, and take the gas
            raise Stale(f"Closed meanwhile: {gone}. Nothing of this part was signed.", "Choose the others again.")
        running = Counter(lease.id.deployment for lease in running_leases(leases))
        leased = ", ".join(c.name or str(c.id.dseq) for c in batch.closings if running[c.id] > c.leases)
        if leased:  # what was shown as idle would end a lease that somebody has made since
            raise Stale(f"Leased meanwhile: {leased}. Nothing of this part was signed.", "Read the list again.")
        purposes = [
            JournalPurpose(IntentKind.CLOSE, c.id.dseq, {"name": c.name, "refund_estimate": str(c.refund)})
            for c in batch.closings
        ]
        done = await spend(session, batch, purposes[0], also=purposes[1:])
    result.closed += [c.id for c in batch.closings]
    result.txs.append(done.hash)
    back = refunded(done, batch.owner)
    if back is None:
        result.refund_known = False
    else:
        result.refund += back.amount
    for who in {who for closing in batch.closings for who, _ in closing.others}:
        went = refunded(done, who)
        result.others += went.amount if went is not None else 0
