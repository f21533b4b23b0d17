"""The accounts that the same recovery words lead to, with their balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from akash_tui.domain.akash.money import UACT, UAKT, Coin, units
from akash_tui.services.core.concurrency import each
from akash_tui.services.ports import AkashError

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.services.core.session import Session


class Opener(Protocol):
    """Opens a session that only reads."""

    async def open(self, network: Network, wallet_name: str | None, readonly: bool) -> Session: ...


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account; `balances` is None where they are not known."""

    path: str
    address: str
    balances: tuple[Coin, ...] | None = None

    @property
    def funded(self) -> bool:
        """Whether it is known to have something."""
        return any(coin.amount for coin in self.balances or ())

    @property
    def text(self) -> str:
        """Its balances in words."""
        if self.balances is None:
            return "balance unknown"
        amounts = {coin.denom: coin.amount for coin in self.balances}
        if not self.funded:
            return "empty"
        return f"{units(amounts.get(UAKT, 0))} AKT · {units(amounts.get(UACT, 0))} ACT"


async def read_accounts(
    program: Opener, network: Network | None, listed: Sequence[tuple[str, str]]
) -> tuple[list[AccountBalance], str]:
    """Each (path, address) with its balances on a network, those that have some first; and why balances are not known,
    if they are not. Without a network nobody is asked."""
    accounts = [AccountBalance(path, address) for path, address in listed]
    if network is None:
        return accounts, ""
    try:
        session = await program.open(network, None, True)
    except AkashError as error:
        return accounts, error.title
    try:
        found = await each(session.chain.balances(account.address) for account in accounts)
    except AkashError as error:
        return accounts, error.title
    finally:
        await session.aclose()
    known = [AccountBalance(a.path, a.address, coins) for a, coins in zip(accounts, found, strict=True)]
    return sorted(known, key=lambda account: not account.funded), ""
