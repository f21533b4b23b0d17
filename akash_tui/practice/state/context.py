"""What a transaction works with while it runs: books, time, gas and the events it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from akash_tui.practice.state.books import Books, EscrowAccount, EscrowPayment, Params
from akash_tui.practice.state.events import Event, transfer
from akash_tui.practice.state.refusal import sdk

UNLIMITED = 2**64 - 1


class GasMeter:
    """Counts gas; raises code 11 when the limit is passed."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    def charge(self, where: str, amount: int) -> None:
        """Use gas; `where` is named in the refusal."""
        self.used += amount
        if self.used > self.limit:
            raise sdk(11, f"out of gas in location: {where}; gasWanted: {self.limit}, gasUsed: {self.used}: out of gas")


class EscrowHooks(Protocol):
    """What happens to deployments and leases when escrow closes (lifecycle.py)."""

    def account_closed(self, ctx: Context, account: EscrowAccount) -> None:
        """An account was closed or is out of funds."""

    def payment_closed(self, ctx: Context, payment: EscrowPayment) -> None:
        """A payment was closed or is out of funds."""


@dataclass(slots=True)
class Context:
    """What running messages work with."""

    books: Books
    height: int
    time_ns: int
    params: Params
    hooks: EscrowHooks
    gas: GasMeter
    events: list[Event] = field(default_factory=list)

    def emit(self, *events: Event) -> None:
        """Leave events."""
        self.events.extend(events)

    def balance(self, address: str, denom: str) -> int:
        """What an account holds."""
        return self.books.balances.get((address, denom)) or 0

    def pay(self, sender: str, recipient: str, denom: str, amount: int) -> None:
        """Move coins and leave the bank's four events; sdk code 5 if there are not enough."""
        have = self.balance(sender, denom)
        if have < amount:
            raise sdk(5, f"spendable balance {have}{denom} is smaller than {amount}{denom}: insufficient funds")
        set_balance(self.books, sender, denom, have - amount)
        set_balance(self.books, recipient, denom, self.balance(recipient, denom) + amount)
        self.emit(*transfer(sender, recipient, f"{amount}{denom}"))


def set_balance(books: Books, address: str, denom: str, amount: int) -> None:
    """Write a balance; a zero is removed."""
    if amount:
        books.balances.put((address, denom), amount)
    else:
        books.balances.drop((address, denom))
