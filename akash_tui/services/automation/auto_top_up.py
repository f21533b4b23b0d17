"""Automatic top-up, as a person agreed to it: so much each time, so much in all, only while this program runs.

The agreement is shown and confirmed like any spend; it signs nothing. Each top-up then is one of its own intents
in the journal, under the deployment's lock, and only where the chain shows the one before: a crash, a second
program or a node that lags can delay a top-up, never double it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from akash_tui.domain.akash.entities import Deployment, DeploymentId, Lease, all_reclaimed
from akash_tui.domain.akash.money import MICRO, UACT, UAKT, BlockTime, Coin, lasts_hours, plain, units
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.deposit import deposit_quote, why_lost
from akash_tui.services.leases.runtime_limits import limit_plan
from akash_tui.services.ports import BadInput, Busy, SecondReads, Stale, TxResult
from akash_tui.services.ports.grants import Payers
from akash_tui.services.spending.bounds import allow, at_second
from akash_tui.services.spending.quotes import DepositQuote
from akash_tui.services.spending.quoting import rate_of, read_deployment, running_leases
from akash_tui.services.spending.spend import JournalPurpose, NotWanted, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.services.storage.standing_orders import StandingOrder, StandingOrders

FASTEST = 2
"""How many times as fast as its leases cost, by our clock, what was paid in may be used up: blocks differ in length."""


@dataclass(frozen=True, slots=True)
class TopUpAgreement:
    """What is agreed to: shown frozen, before anything is spent automatically."""

    first: DepositQuote
    """One top-up as it would be made now."""
    cap: Coin
    below: Decimal
    at_most: int
    """How many top-ups the cap allows."""
    payers: Payers
    """Who pays, each time."""
    due_now: bool
    """Less than `below` hours are left already: the first one follows at once."""

    @property
    def fee_most(self) -> Coin:
        """The most gas that all of them may cost."""
        return Coin(self.first.fee_ceiling.denom, self.first.fee_ceiling.amount * self.at_most)


@dataclass(frozen=True, slots=True)
class _Watched:
    """What one reading of the chain shows of a deployment; the leases of a later one may differ."""

    leases: tuple[Lease, ...]
    """Those that run."""
    rate: Decimal
    """Micro-ACT a block."""
    block_time: BlockTime
    amount: int = 0
    """Micro-ACT to add now."""

    def hours(self, funds: Decimal) -> Decimal | None:
        """How long these micro-ACT pay for the leases; None if nothing costs."""
        return lasts_hours(funds, self.rate, self.block_time)


@dataclass(frozen=True, slots=True)
class DoneTopUp:
    """A top-up that was made automatically."""

    order: StandingOrder
    """As it stands after this one."""
    quote: DepositQuote
    result: TxResult


class AutoTopUp:
    """Agreements and top-ups of one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.orders = StandingOrders(session.journal)

    async def quote(
        self, id: DeploymentId, amount: int | None, hours: Decimal | None, cap: int, below: Decimal
    ) -> TopUpAgreement:
        """What agreeing means; each time `amount` uact, or what `hours` cost now. Raises `BadInput`, as a top-up."""
        if below <= 0:
            raise BadInput("The hours below which it tops up must be more than 0.", "For example 6.")
        await self._refuse_reclaimed(id)
        payers = self.session.payers
        first = await deposit_quote(self.session, id, amount, hours, payers=payers)
        if first.lasts_now is None:
            raise BadInput(
                f"Deployment {id.dseq} has no lease that costs, so there is nothing to watch.",
                "Agree once a lease runs.",
            )
        if cap < first.deposit.amount:
            raise BadInput(
                f"The limit in total ({units(cap)} ACT) is less than one top-up ({units(first.deposit.amount)} ACT).",
                "Raise the limit in total, or make each top-up smaller.",
            )
        return TopUpAgreement(
            first=first,
            cap=Coin(UACT, cap),
            below=below,
            at_most=cap // first.deposit.amount,
            payers=payers,
            due_now=first.lasts_now < below,
        )

    async def agree(self, agreement: TopUpAgreement) -> StandingOrder:
        """Save the agreement; from now on `run` may spend."""
        await self.session.signing_key()
        first = agreement.first
        order = StandingOrder(
            chain_id=first.chain_id,
            id=first.id,
            amount=first.deposit.amount,
            cap=agreement.cap.amount,
            below=agreement.below,
            fee_most=first.fee_ceiling.amount,
            agreed_at=self.session.clock.now(),
            payers=agreement.payers,
        )
        self.orders.agree(order)
        return self.find(order.id) or order

    def find(self, id: DeploymentId) -> StandingOrder | None:
        """The order of a deployment, whether active or over; None without one."""
        return self.orders.find(self.session.network.chain_id, id)

    def all(self) -> list[StandingOrder]:
        """Every order of this wallet here, those that are over included."""
        return self.orders.all(self.session.network.chain_id, self.session.owner)

    def stop(self, id: DeploymentId, why: str = "you turned it off") -> StandingOrder | None:
        """End a deployment's order; None if there is no active one."""
        order = self.find(id)
        return order if order is not None and order.active and self.orders.stop(order, why) else None

    async def run(self, order: StandingOrder) -> DoneTopUp | StandingOrder | None:
        """Make one top-up if it is due; an order that ends instead comes back, stopped. None: nothing to do now.

        Raises what a deposit raises, and `BadInput` while all that runs is being reclaimed; it is tried again.
        """
        session = self.session
        if not order.active or (order.chain_id, order.id.owner) != (session.network.chain_id, session.owner):
            return None
        deployment = await read_deployment(session, order.id)
        lost = why_lost(deployment)
        if lost is not None:  # without top-ups the lease ends: one node alone does not decide that
            other = await at_second(session, lambda reads: reads.deployment(order.id))
            return self._over(order, lost.title) if other is None or why_lost(other) is not None else None
        if not (await self._watched(order, deployment)).amount:
            return None
        try:
            with session.alone(order.id):
                return await self._top_up(order)
        except Busy:
            return None  # another program is at work on it: tried again at the next round

    async def _watched(self, order: StandingOrder, deployment: Deployment) -> _Watched:
        """What the chain shows of it now. A runtime limit bounds what is due: never more than lasts until it is
        reached."""
        session = self.session
        leases = await session.chain.leases(order.id.owner, order.id.dseq)
        rate = rate_of(leases)
        head, block_time = await session.chain.head(), await session.chain.block_time()
        watched = _Watched(tuple(running_leases(leases)), rate, block_time)
        funds = deployment.escrow.projected(UACT, rate, head.height)
        left = watched.hours(funds)
        if left is None or left >= order.below:
            return watched
        plan = limit_plan(session, order.id, leases, head, block_time, rate, funds)
        amount = order.amount if plan is None else min(order.amount, plan.missing)
        if amount and all_reclaimed(leases):
            raise _reclaimed(order.id)
        return replace(watched, amount=amount)

    async def _refuse_reclaimed(self, id: DeploymentId) -> None:
        if all_reclaimed(await self.session.chain.leases(id.owner, id.dseq)):
            raise _reclaimed(id)

    async def _top_up(self, order: StandingOrder) -> DoneTopUp | StandingOrder | None:
        """Under the lock: everything is read again, for another program may have topped up meanwhile."""
        session = self.session
        await refuse_while_open(session, order.id)
        now = self._current(order)
        if now is None:
            return None
        deployment = await read_deployment(session, order.id)
        if not _shows(deployment, now.last_height):
            return None
        watched = await self._watched(now, deployment)
        if not watched.amount:
            return None
        if now.refused:
            return self._over(now, "the last one was refused in its block, and each try costs gas")
        if now.exhausted:
            spent, cap = units(now.spent), units(now.cap)
            unseen = f", {units(now.unseen)} more was sent and never seen" if now.unseen else ""
            why = f"{spent} of {cap} ACT are spent{unseen}; another {units(now.amount)} would be too much"
            return self._over(now, why)
        await self._refuse_unconfirmed(now, watched)
        quote = await deposit_quote(session, order.id, watched.amount, None, payers=now.payers)
        if quote.left <= 0:
            raise BadInput(
                f"Deployment {order.id.dseq} ran out of funds before it could be topped up: the money might be lost.",
                "Top up by hand, or close it and deploy it again.",
            )
        if quote.fee.amount > now.fee_most:
            fee, most = units(quote.fee.amount, 4), units(now.fee_most, 4)
            raise Stale(
                f"Gas costs {fee} AKT now, more than the {most} AKT agreed to.", "Agree again, or top up by hand."
            )
        ceiling = min(now.fee_most, int(session.bounds.max_fee * MICRO))  # of the agreement and of the settings
        quote = replace(quote, fee_ceiling=Coin(UAKT, ceiling))
        allow(session, [excess for excess in quote.beyond if excess.own])  # the amount was typed when it was agreed to
        about: dict[str, object] = {"deposit": str(quote.deposit), "standing_order": now.key}
        purpose = JournalPurpose(
            IntentKind.DEPOSIT, order.id.dseq, about, wanted=lambda: self._current(now) is not None
        )
        try:
            result = await spend(session, quote, purpose)
        except NotWanted:
            return None  # ended or replaced while this was read and signed
        return DoneTopUp(self.orders.find(order.chain_id, order.id) or now, quote, result)

    def _current(self, order: StandingOrder) -> StandingOrder | None:
        """The order with what it has spent by now; None if it is ended or replaced."""
        found = self.orders.find(order.chain_id, order.id)
        return found if found is not None and found.active and found.agreed_at == order.agreed_at else None

    async def _refuse_unconfirmed(self, order: StandingOrder, watched: _Watched) -> None:
        """One node's word is not enough to pay again: raise `BadInput` unless a second endpoint shows little left too
        or, without one, what this order paid in may be used up by our own clock.

        Leases count at the prices that were signed here, as far as any were: a node's price decides nothing else.
        """
        session = self.session
        if order.first_at is None:
            return
        signed = {saved.id: saved.price.amount for saved in session.journal.leases(order.chain_id, order.id)}
        known = sum((signed[lease.id] for lease in watched.leases if lease.id in signed), Decimal(0))
        watched = replace(watched, rate=known or watched.rate)

        async def at_other_host(reads: SecondReads) -> Decimal | None:
            """Its own height too: the first one's would make its funds look used up."""
            deployment = await reads.deployment(order.id)
            if deployment is None:
                return None
            head = await reads.head()
            return watched.hours(deployment.escrow.projected(UACT, watched.rate, head.height))

        left, by = await at_second(session, at_other_host), "a second endpoint shows enough for"
        if left is None:
            paid = watched.hours(Decimal(order.spent + order.unseen))
            passed = FASTEST * Decimal((session.clock.now() - order.first_at).total_seconds()) / 3600
            left, by = None if paid is None else paid - passed, "what was sent by now lasts"
        if left is not None and left >= order.below:
            raise BadInput(
                f"Deployment {order.id.dseq} is not topped up again automatically: one endpoint alone shows little "
                f"left, and {by} {plain(left.quantize(Decimal('0.1')))} h.",
                "Compare its balance elsewhere, and top it up by hand if it is low; another endpoint (--rest) helps.",
            )

    def _over(self, order: StandingOrder, why: str) -> StandingOrder | None:
        return replace(order, stopped=why) if self.orders.stop(order, why) else None


def _reclaimed(id: DeploymentId) -> BadInput:
    """What ends with its machine is not topped up without a person's yes."""
    return BadInput(
        f"Deployment {id.dseq} is not topped up automatically: its provider takes the machine back.",
        "Move it by deploying it elsewhere, or top it up by hand if it must last until then; in the app, d deploys it "
        "elsewhere and t tops it up.",
    )


def _shows(deployment: Deployment, height: int) -> bool:
    """Whether what a node shows is from after the top-up in block `height`: it lists it, or has settled since."""
    escrow = deployment.escrow
    return height == 0 or escrow.settled_at >= height or any(d.height >= height for d in escrow.deposits)
