"""The deploy flow, once, for screen and command line.

    quote = await deployer.prepare(sdl, "name")         # shown; nothing is spent
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

from collections.abc import Collection, Mapping
from decimal import Decimal

from akash_tui.domain.market import BidId, DeploymentId
from akash_tui.services.quotes import CloseQuote, CloseResult, CreateQuote, DepositQuote, LeaseQuote
from akash_tui.services.run import DeploymentRun
from akash_tui.services.session import Session

MANIFEST_WAIT = 240.0
"""Seconds that we try to hand over the manifest; providers say they give up after 300."""
RUN_WAIT = 1800.0
"""Seconds that images may take until we stop waiting (never: close)."""


class Deployer:
    """Quotes and does what a tenant does with one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def prepare(
        self,
        sdl_text: str,
        name: str = "",
        *,
        file: str = "deploy.yaml",
        deposit: int | None = None,
        hours: Decimal | None = None,
    ) -> CreateQuote:
        """Compile, simulate, read balances. `deposit` in uact (None: the chain's minimum).

        Raises `BadSdl`, `BadInput` (deposit below the minimum), `Insufficient`, `NotSignedIn`, `Refused`,
        `Unreachable`.
        """
        raise NotImplementedError

    async def create(self, quote: CreateQuote) -> DeploymentRun:
        """Sign exactly the quote and wait for its block. Raises `Busy`, `Refused`, `Insufficient`, `TxUnknown`."""
        raise NotImplementedError

    async def attach(self, id: DeploymentId) -> DeploymentRun:
        """A view of a deployment that exists: its stage, leases and (our journal's) name, SDL and manifest.

        Raises `BadInput` if the chain does not know it.
        """
        raise NotImplementedError

    async def collect(self, run: DeploymentRun) -> None:
        """Fill `run.book` until cancelled or until no order is open; emits `BidSeen` and `BidWent`.

        Wakes on blocks; without a websocket polls every 3 s (`run.live` is False then). A failed read keeps
        what is shown and sets `run.read_error`.
        """
        raise NotImplementedError

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
        `OrderGone`, `Insufficient`, `BadInput`.
        """
        raise NotImplementedError

    async def accept(self, run: DeploymentRun, quote: LeaseQuote) -> None:
        """Re-read bids and orders (`BidGone`, `OrderGone`, `PriceMoved`), then sign exactly the quote and wait
        for its block. On return `run.leases` are active and cost money."""
        raise NotImplementedError

    def next_best(self, run: DeploymentRun, without: Collection[BidId]) -> dict[int, BidId] | None:
        """After a refusal before the lease: the cheapest open, disclosed bid a group; None if a group has none."""
        raise NotImplementedError

    async def deliver(self, run: DeploymentRun, *, wait: float = MANIFEST_WAIT) -> None:
        """Hand the whole manifest to each provider, trying again while that can help, at most `wait` seconds.

        Raises the `ProviderFault` family; the leases then go on costing until somebody closes them.
        """
        raise NotImplementedError

    async def wait_running(self, run: DeploymentRun, *, wait: float = RUN_WAIT) -> None:
        """Until all services of all leases are ready; keeps `run.status`. Raises `NotRunning` after `wait`
        seconds (the lease is kept) or `ProviderFault` when the lease ended."""
        raise NotImplementedError

    async def quote_close(self, id: DeploymentId) -> CloseQuote:
        """What closing gives back (an estimate) and stops. Raises `BadInput` if there is nothing to close."""
        raise NotImplementedError

    async def close(self, quote: CloseQuote, run: DeploymentRun | None = None) -> CloseResult:
        """Sign exactly the quote; the result tells what really came back."""
        raise NotImplementedError

    async def quote_deposit(self, id: DeploymentId, amount: int) -> DepositQuote:
        """Top up by `amount` uact."""
        raise NotImplementedError

    async def deposit(self, quote: DepositQuote) -> None:
        """Sign exactly the quote and wait for its block."""
        raise NotImplementedError
