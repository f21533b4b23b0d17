"""Runtime limits at work: agreed to with what they cost, and deployments closed when their limit is reached.

We close while a program of ours runs. While none does, the escrow ends it: the deposit is sized to the limit, so it is
used up a little later. Both are "about": blocks vary, and what escrow holds beyond the limit keeps it running longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState, Lease
from akash_tui.domain.akash.lease_end import spent
from akash_tui.domain.akash.money import UACT, BlockTime, lasts_hours, per_hour
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.leases.runtime_limits import (
    LimitState,
    RuntimeLimits,
    SavedLimit,
    Usage,
    funds_needed,
    hours_left,
    state_of,
)
from akash_tui.services.ports import BadInput, Busy, TxResult
from akash_tui.services.spending.bounds import at_second
from akash_tui.services.spending.quotes import CloseQuote, CloseResult, DepositQuote
from akash_tui.services.spending.quoting import close_quote, ends_at, rate_of, read_deployment
from akash_tui.services.spending.spend import NotWanted
from akash_tui.services.storage.journal_entries import SavedStage

CLOSED: Final = "the deployment is closed"
"""Why a limit is over that somebody else's close, or the person's own, has made needless."""


@dataclass(frozen=True, slots=True)
class LimitQuote:
    """What a new limit means, before it counts; exactly its deposit is signed, if it needs one."""

    id: DeploymentId
    name: str
    saved: SavedLimit
    """As it will be saved."""
    state: LimitState
    left: Decimal
    """Micro-ACT left in escrow now."""
    price_h: Decimal
    escrow_until: datetime | None
    """When the escrow, with the deposit, is used up; None while nothing costs."""
    too_much: Decimal
    """Micro-ACT that escrow holds beyond what the limit needs: so much longer it runs where nobody closes it."""
    deposit: DepositQuote | None
    """What is added so that escrow lasts as long as the limit lets it run; None where it does already."""


@dataclass(frozen=True, slots=True)
class DoneStop:
    """A deployment that was closed because its limit was reached."""

    saved: SavedLimit
    quote: CloseQuote
    result: CloseResult


class StopAfter:
    """The limits of one session's wallet."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.limits = RuntimeLimits(session.journal)

    def find(self, id: DeploymentId) -> SavedLimit | None:
        """The limit that holds for a deployment; None without one."""
        return self.limits.active(self.session.network.chain_id, id)

    def active(self) -> list[SavedLimit]:
        """Every limit of this wallet that holds."""
        found = self.limits.all(self.session.network.chain_id, self.session.owner)
        return [saved for saved in found if saved.active]

    async def quote(self, id: DeploymentId, limit: RuntimeLimit) -> LimitQuote:
        """What a limit from now on means; before the first lease it counts from that, which then raises the deposit.

        Raises `BadInput` for a deployment that is closed, and what a deposit raises.
        """
        session = self.session
        deployment = await read_deployment(session, id)
        if deployment.state is DeploymentState.CLOSED:
            raise BadInput(f"Deployment {id.dseq} is closed already.", "akash-tui lease list shows what is open.")
        head, block_time, leases = await together(
            session.head(), session.chain.block_time(), session.chain.leases(id.owner, id.dseq)
        )
        now, rate = session.clock.now(), rate_of(leases)
        saved = SavedLimit(session.network.chain_id, id, limit, now)
        used, needed = Usage(Decimal(0), Decimal(0)), 0
        if leases:
            before = int(sum((spent(x, head.height) for x in leases if x.price.denom == UACT), Decimal(0)))
            saved = replace(saved, start_height=head.height, since=now, spent_before=before)
            needed = funds_needed(limit, used, rate, block_time)
        left = deployment.escrow.projected(UACT, rate, head.height)
        missing = needed - int(left)
        add = await deposit_quote(session, id, missing, by_rate=True) if missing > 0 else None
        known = session.journal.deployment(session.network.chain_id, id)
        state = LimitState(saved, now, hours_left(limit, used, rate, block_time) if leases else None)
        lasts = lasts_hours(left + max(0, missing), rate, block_time)
        return LimitQuote(
            id=id,
            name=known.name if known is not None else next((g.spec.name for g in deployment.groups), str(id.dseq)),
            saved=saved,
            state=state,
            left=left,
            price_h=per_hour(rate, block_time),
            escrow_until=ends_at(now, lasts),
            too_much=max(Decimal(0), left - needed) if leases else Decimal(0),
            deposit=add,
        )

    async def agree(self, quote: LimitQuote) -> TxResult | None:
        """Save the limit, then sign exactly its deposit: killed in between, the escrow only ends it earlier."""
        await self.session.signing_key()  # what closes it later needs the key
        self.save(quote)
        return None if quote.deposit is None else await deposit(self.session, quote.deposit)

    def save(self, quote: LimitQuote) -> None:
        """The limit alone, where its deposit is signed elsewhere: until that is sent the escrow ends it earlier."""
        self.limits.save(quote.saved)

    def remove(self, id: DeploymentId) -> SavedLimit | None:
        """End a deployment's limit; None if there is none. What was deposited for it stays in escrow."""
        saved = self.find(id)
        return saved if saved is not None and self.limits.end(saved, "you turned it off") else None

    async def states(self) -> dict[DeploymentId, LimitState]:
        """How far each limit is, in one round; a limit whose first lease is there begins to count."""
        active = self.active()
        if not active:
            return {}
        session = self.session
        head, block_time, leases = await together(
            session.head(), session.chain.block_time(), session.chain.leases(session.owner)
        )
        found: dict[DeploymentId, LimitState] = {}
        for saved in active:
            known = session.journal.deployment(saved.chain_id, saved.id)
            if known is not None and known.stage in (SavedStage.CLOSED, SavedStage.NEVER):
                self.limits.end(saved, CLOSED if known.stage is SavedStage.CLOSED else "it was never created")
                continue
            own = [lease for lease in leases if lease.id.deployment == saved.id]
            state = self._state(self._begun(saved, own, head.height, block_time), own, head.height, block_time)
            if not (state.due and await self._closed(saved, await read_deployment(session, saved.id))):
                found[saved.id] = state
        return found

    def _state(self, saved: SavedLimit, leases: list[Lease], height: int, block_time: BlockTime) -> LimitState:
        practice = self.session.network.practice
        return state_of(saved, leases, height, block_time, self.session.clock.now(), practice=practice)

    def _begun(self, saved: SavedLimit, leases: list[Lease], height: int, block_time: BlockTime) -> SavedLimit:
        """A lease was made and the program was ended before it was noted: it counts from that lease on."""
        if saved.start_height is not None or not leases:
            return saved
        start = min(lease.created_at for lease in leases)
        ago = max(0, height - start) * block_time.seconds / 3600
        since = ends_at(self.session.clock.now(), -ago)
        assert since is not None  # it is in the past
        self.limits.begin(saved.chain_id, saved.id, start, since)
        return self.limits.active(saved.chain_id, saved.id) or saved

    async def run(self, saved: SavedLimit) -> DoneStop | SavedLimit | None:
        """Close the deployment if its limit is reached; a limit that is over instead comes back, ended. None: nothing
        to do now. Raises what a close raises; it is tried again."""
        session = self.session
        if not saved.active or (saved.chain_id, saved.id.owner) != (session.network.chain_id, session.owner):
            return None
        deployment = await read_deployment(session, saved.id)
        held = self.limits.active(saved.chain_id, saved.id) is not None
        if await self._closed(saved, deployment):
            return replace(saved, over=CLOSED) if held else None
        if deployment.state is DeploymentState.CLOSED:
            return None
        head, block_time, leases = await together(
            session.head(), session.chain.block_time(), session.chain.leases(saved.id.owner, saved.id.dseq)
        )
        saved = self._begun(saved, leases, head.height, block_time)
        if not self._state(saved, leases, head.height, block_time).due:
            return None
        if self.limits.close_refused(saved):
            return self._over(saved, "closing it was refused in its block, and each try costs gas: close it by hand")
        quote = await close_quote(session, saved.id)
        try:
            result = await close(session, quote, wanted=lambda: self.limits.active(saved.chain_id, saved.id) == saved)
        except (Busy, NotWanted):
            return None  # another program is at work on it, or the limit was ended or replaced meanwhile
        self.limits.end(saved, f"closed after {saved.limit.words}")
        return DoneStop(saved, quote, result)

    async def _closed(self, saved: SavedLimit, deployment: Deployment) -> bool:
        """Whether it was closed by somebody, which ends its limit; one node alone does not decide that."""
        if deployment.state is not DeploymentState.CLOSED:
            return False
        other = await at_second(self.session, lambda reads: reads.deployment(saved.id))
        if other is not None and other.state is not DeploymentState.CLOSED:
            return False
        self.limits.end(saved, CLOSED)
        return True

    def _over(self, saved: SavedLimit, why: str) -> SavedLimit | None:
        return replace(saved, over=why) if self.limits.end(saved, why) else None
