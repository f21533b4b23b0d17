"""The deploy flow, once, for screen and command line.

    quote = await deployer.prepare(compiled, sdl)       # shown; nothing is spent
    run = await deployer.create(quote)                  # signs exactly that
    task = asyncio.create_task(deployer.collect(run))   # fills run.book until cancelled
    lease = await deployer.quote_lease(run, {1: bid_id})
    await deployer.accept(run, lease)                   # re-reads bid and order, then signs exactly that
    await deployer.deliver(run)
    await deployer.wait_running(run)
    await deployer.close(await deployer.quote_close(run.id), run)

Every step may be cancelled at any await; the journal then still knows what was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import BidId, Deployment, DeploymentId, DeploymentState, GroupState
from akash_tui.domain.akash.money import UACT
from akash_tui.services.core.events import Created
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.deployment import accept_bids, bid_collector, close, deposit, manifest_delivery
from akash_tui.services.deployment.bid_rules import Rule, choose
from akash_tui.services.ports import AkashError, Stale, TxResult, TxUnknown
from akash_tui.services.spending import quoting
from akash_tui.services.spending.quotes import CloseQuote, CloseResult, CreateQuote, DepositQuote, LeaseQuote
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.journal_entries import IntentKind, SavedDeployment, SavedStage
from akash_tui.services.storage.locks import deployment_lock
from akash_tui.services.storage.sdl_versions import current

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled

MANIFEST_WAIT = 240.0
"""Seconds that we try to hand over the manifest; providers say they give up after 300."""
RUN_WAIT = 1800.0
"""Seconds that images may take until we stop waiting (never: close)."""


class Deployer:
    """Quotes and does what a tenant does with one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @contextmanager
    def alone(self, id: DeploymentId) -> Iterator[None]:
        """Hold the deployment's lock for one action. Raises `Busy`."""
        folder = self.session.journal.path.parent / "locks"
        with deployment_lock(folder, self.session.network.chain_id, id):
            yield

    async def prepare(
        self,
        compiled: Compiled,
        sdl: str,
        name: str = "",
        *,
        file: str = "deploy.yaml",
        deposit: int | None = None,
        hours: Decimal | None = None,
    ) -> CreateQuote:
        """Simulate and read balances for `compiled`, made of the text `sdl`. `deposit` in uact (None: the minimum).

        Raises `BadSdl`, `BadInput` (deposit below the minimum), `Insufficient`, `NotSignedIn`, `Refused`,
        `Unreachable`.
        """
        return await quoting.create_quote(self.session, compiled, sdl, name, file, deposit, hours)

    def start(self, quote: CreateQuote) -> DeploymentRun:
        """A view of the run before anything is sent, so that a screen can watch its creation."""
        return DeploymentRun(
            id=quote.id,
            chain_id=quote.chain_id,
            name=quote.name,
            sdl=quote.sdl,
            manifest=quote.compiled.manifest_json,
            version=quote.compiled.version,
            groups=dict(enumerate(quote.compiled.groups, start=1)),
            clock=self.session.clock,
            hours=quote.hours,
            block_time=quote.block_time,
        )

    async def create(self, quote: CreateQuote, run: DeploymentRun | None = None) -> DeploymentRun:
        """Sign exactly the quote and wait for its block. Raises `Busy`, `Stale` (this quote was used already),
        `Refused`, `Insufficient`, `TxUnknown`."""
        session = self.session
        run = run or self.start(quote)
        with self.alone(quote.id):
            known = session.journal.deployment(quote.chain_id, quote.id)
            if known is not None and known.stage is not SavedStage.NEVER:
                raise Stale(
                    f"Deployment {quote.id.dseq} was sent already; nothing was sent again.",
                    "See akash-tui lease list, or ask for a new quote.",
                )
            now = session.clock.now()
            saved = SavedDeployment(
                chain_id=quote.chain_id,
                id=quote.id,
                name=quote.name,
                file=quote.file,
                sdl=quote.sdl,
                manifest=run.manifest,
                version=run.version,
                hours=quote.hours,
                stage=SavedStage.CREATING,
                created_at=now,
            )
            if run.avoid:
                AvoidedProviders(session.journal).add(quote.chain_id, quote.id, run.avoid)
            about: dict[str, object] = {
                "name": quote.name,
                "deposit": str(quote.deposit),
                "version": run.version.hex(),
                "max_h": str(round(quote.max_h, 6)),
            }
            try:
                result = await spend(session, quote, JournalPurpose(IntentKind.CREATE, quote.id.dseq, about, saved))
            except AkashError as error:
                run.fail(error)
                run.enter(Stage.FAILED)
                raise
        run.funds = Decimal(quote.deposit.amount)
        run.created_at = session.clock.now()
        run.book.set_groups(run.groups)
        run.book.set_money(quote.block_time, run.funds)
        run.enter(Stage.COLLECTING)
        run.emit(Created(run.head(), result.hash, result.height, run.version, quote.deposit))
        return run

    async def attach(self, id: DeploymentId) -> DeploymentRun:
        """A view of a deployment that exists: its stage, leases and (our journal's) name, SDL and manifest.

        Raises `BadInput` if the chain does not know it.
        """
        session = self.session
        deployment = await quoting.read_deployment(session, id)
        leases = quoting.running_leases(await session.chain.leases(id.owner, id.dseq))
        saved = current(session.journal, session.network.chain_id, id, deployment.hash, session.clock.now())
        groups = {g.id.gseq: g.spec for g in deployment.groups}
        run = DeploymentRun(
            id=id,
            chain_id=session.network.chain_id,
            name=saved.name if saved is not None else next((g.name for g in groups.values()), str(id.dseq)),
            sdl=saved.sdl if saved is not None else "",
            manifest=saved.manifest if saved is not None and saved.version == deployment.hash else b"",
            version=deployment.hash,
            groups=groups,
            clock=session.clock,
            hours=saved.hours if saved is not None else None,
            leases=tuple(leases),
            block_time=await session.chain.block_time(),
            funds=deployment.escrow.held(UACT),
            created_at=saved.created_at if saved is not None else None,
            avoid=AvoidedProviders(session.journal).of(session.network.chain_id, id),
        )
        run.book.set_groups(groups)
        if run.block_time is not None:
            run.book.set_money(run.block_time, run.funds)
        run.enter(self._stage(deployment, run))
        return run

    def _stage(self, deployment: Deployment, run: DeploymentRun) -> Stage:
        if deployment.state is DeploymentState.CLOSED:
            return Stage.CLOSED
        leased = {lease.id.gseq for lease in run.leases}
        if not leased or any(g.state is GroupState.OPEN and g.id.gseq not in leased for g in deployment.groups):
            return Stage.COLLECTING
        delivered = {lease.id for lease in self.session.journal.leases(run.chain_id, run.id) if lease.delivered}
        return Stage.STARTING if all(lease.id in delivered for lease in run.leases) else Stage.DELIVERING

    async def collect(self, run: DeploymentRun) -> None:
        """Fill `run.book` until cancelled or until no order is open; emits `BidSeen` and `BidWent`.

        Wakes on blocks; without a websocket polls every 3 s (`run.live` is False then). A failed read leaves
        what is shown and sets `run.read_error`.
        """
        await bid_collector.collect(self.session, run)

    async def quote_lease(
        self,
        run: DeploymentRun,
        choice: Mapping[int, BidId],
        *,
        extra_deposit: int | None = None,
        partial: bool = False,
    ) -> LeaseQuote:
        """Re-read each bid and its order, simulate, sum up. One bid for every open group unless `partial`.

        `extra_deposit` in uact; None raises the escrow only as far as the run's `hours` need. Raises `BidGone`,
        `OrderGone`, `NoBid` (a group without a choice), `Insufficient`, `BadInput`.
        """
        return await accept_bids.lease_quote(self.session, run, choice, extra_deposit, partial)

    async def accept(self, run: DeploymentRun, quote: LeaseQuote) -> None:
        """Re-read bids and orders (`BidGone`, `OrderGone`, `PriceMoved`), then sign exactly the quote and wait
        for its block. On return `run.leases` are active and cost money."""
        with self.alone(run.id):
            await refuse_while_open(self.session, run.id)
            await accept_bids.accept(self.session, run, quote)

    async def next_best(self, run: DeploymentRun, without: Collection[BidId]) -> dict[int, BidId] | None:
        """After a refusal before the lease: the cheapest open, disclosed bid a group; None if a group has none."""
        await bid_collector.read_once(self.session, run)
        choice = choose(run.book, Rule("cheapest"), without=frozenset(without), avoid=run.avoid)
        return None if choice.missing else {gseq: row.id for gseq, row in choice.picks.items()}

    async def deliver(self, run: DeploymentRun, *, wait: float = MANIFEST_WAIT) -> None:
        """Hand the whole manifest to each provider, trying again while that can help, at most `wait` seconds.

        Raises the `ProviderFault` family; the leases then keep costing until somebody closes them.
        """
        await manifest_delivery.deliver(self.session, run, wait)

    async def wait_running(self, run: DeploymentRun, *, wait: float = RUN_WAIT) -> None:
        """Until all services of all leases are ready; updates `run.status`. Raises `NotRunning` after `wait`
        seconds (the lease stays) or `ProviderFault` when the lease ended."""
        await manifest_delivery.wait_running(self.session, run, wait)

    async def quote_close(self, id: DeploymentId) -> CloseQuote:
        """What closing gives back (an estimate) and stops. Raises `BadInput` if there is nothing to close."""
        return await quoting.close_quote(self.session, id)

    async def close(self, quote: CloseQuote, run: DeploymentRun | None = None) -> CloseResult:
        """Sign exactly the quote; the result has what really came back."""
        with self.alone(quote.id):
            await refuse_while_open(self.session, quote.id)
            return await close.close(self.session, quote, run)

    async def quote_deposit(
        self, id: DeploymentId, amount: int | None = None, *, hours: Decimal | None = None
    ) -> DepositQuote:
        """Top up by `amount` uact, or by what `hours` more cost at today's rate and block time.

        Raises `BadInput` where the money would be lost: closed, overdrawn, or owing more than the deposit.
        """
        return await deposit.deposit_quote(self.session, id, amount, hours)

    async def deposit(self, quote: DepositQuote) -> TxResult:
        """Sign exactly the quote and wait for its block. Raises `BadInput` if it was closed meanwhile."""
        with self.alone(quote.id):
            await refuse_while_open(self.session, quote.id)
            deposit.refuse_if_lost(await quoting.read_deployment(self.session, quote.id))
            about: dict[str, object] = {"deposit": str(quote.deposit)}
            return await spend(self.session, quote, JournalPurpose(IntentKind.DEPOSIT, quote.id.dseq, about))


def still_open(error: BaseException, run: DeploymentRun) -> str:
    """One sentence for a flow that was interrupted: what is open and how to end it."""
    if isinstance(error, TxUnknown):
        return f"It is not known yet whether deployment {run.id.dseq} is open. Run akash-tui resume."
    costs = "costs money" if run.leases else "holds its deposit"
    return f"Deployment {run.id.dseq} is open and {costs}. Close it: akash-tui lease close {run.id.dseq}."
