"""Everything that a wallet is asked for, read together: one reading for the screen and the command line."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from akash_tui.domain.akash.money import UACT, UAKT, BlockTime, Coin
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, MintRecord, MintStatus
from akash_tui.services.ports.grants import Grants
from akash_tui.services.spending.mint import PENDING, WHOLE_BPS, note_ended
from akash_tui.services.wallet.akt_value import AktValue, akt_value
from akash_tui.services.wallet.movements import Movement, movements

LAST = 50
"""How many transactions of the journal are looked through."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WalletView:
    """A wallet as it was read; what could not be read is None, and `unknown` says why."""

    address: str
    balances: tuple[Coin, ...]
    akt: AktValue | None
    mint: MintStatus | None
    """None where it could not be read, and on a chain without a mint."""
    waiting: tuple[MintRecord, ...]
    """Mints and burns that are in the chain's queue, no matter who signed them."""
    last: tuple[Movement, ...]
    """Newest first."""
    block_time: BlockTime
    unknown: tuple[str, ...]
    """One sentence for each part that could not be read."""
    read_at: datetime
    grants: Grants = field(default_factory=Grants)
    """What other accounts pay for it; none where that could not be read."""

    def balance(self, denom: str) -> int:
        """Micro-units of `denom` in the wallet."""
        return sum(coin.amount for coin in self.balances if coin.denom == denom)

    @property
    def is_empty(self) -> bool:
        """Whether it has neither AKT nor ACT: a first-time user has to fund it."""
        return not self.balance(UAKT) and not self.balance(UACT)

    @property
    def act_for_akt(self) -> Decimal | None:
        """ACT that a mint gives for 1 AKT now, its spread taken off; None where it cannot be known."""
        if self.mint is None or self.akt is None or not 0 <= self.mint.spread_bps < WHOLE_BPS:
            return None
        return self.akt.usd * (1 - Decimal(self.mint.spread_bps) / WHOLE_BPS)

    @property
    def mint_seconds(self) -> Decimal | None:
        """About how long a mint takes: one epoch and the block that asks for it."""
        return None if self.mint is None else self.block_time.seconds * (self.mint.epoch_blocks + 1)


async def read_wallet(session: Session) -> WalletView:
    """Balances, the value of AKT, the mint and its queue, and the last movements. Raises what reading the balances
    raises; any other part may be missing."""
    owner = session.owner
    balances, block_time, akt, (mint, no_mint), ((records, no_records), (grants, no_grants)) = await together(
        session.chain.balances(owner),
        session.chain.block_time(),
        akt_value(session),
        _or_why("The state of the mint", session.chain.mint_status()),
        together(
            _or_why("The mint's queue", session.chain.mint_records(owner)),
            _or_why("What others pay by grants", session.chain.grants_to(owner)),
        ),
    )
    unknown = [*no_mint, *no_records, *no_grants]
    if akt is None:
        unknown.append("No source knows the price of AKT now.")
    intents = session.journal.intents(session.network.chain_id, owner, LAST)
    with suppress(AkashError):  # a full disk: the journal keeps its estimate
        note_ended(session.journal, intents, records or ())
    return WalletView(
        address=owner,
        balances=balances,
        akt=akt,
        mint=mint,
        waiting=tuple(record for record in records or () if record.status == PENDING),
        last=tuple(movements(intents, records)),
        block_time=block_time,
        unknown=tuple(unknown),
        read_at=session.clock.now(),
        grants=grants or Grants(),
    )


async def _or_why(what: str, work: Awaitable[T]) -> tuple[T | None, tuple[str, ...]]:
    """The answer; or None and a sentence with what failed."""
    try:
        return await work, ()
    except AkashError as error:
        return None, (f"{what} could not be read: {error.title}",)
