"""What other accounts allow this one to take from their balance: fees and deposits.

A deposit names no granter: the chain takes from the grants of the account in an order of its own (chain recordings,
fact 16; `create-deployment-grant-then-balance`). A fee names its granter (fact 17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from akash_tui.domain.akash.money import UACT, Coin

DEPLOYMENT_SCOPE = "deployment"


@dataclass(frozen=True, slots=True)
class FeeGrant:
    """An account that pays fees for another one."""

    granter: str
    grantee: str
    limits: tuple[Coin, ...] | None
    """What is left now; None where there is no limit."""
    expires: datetime | None
    messages: tuple[str, ...] = ()
    """The only messages that it pays for, by type; empty: all."""
    known: bool = True
    """False for an allowance of a kind that this program does not know: what is left is then not known either."""

    def left(self, denom: str) -> int | None:
        """Micro-units of `denom` that it still pays; None: no limit, or not known."""
        return None if self.limits is None or not self.known else _amount(self.limits, denom)

    def is_over(self, now: datetime) -> bool:
        """Whether it has expired."""
        return self.expires is not None and self.expires <= now


@dataclass(frozen=True, slots=True)
class DepositGrant:
    """An account that pays deposits for another one."""

    granter: str
    grantee: str
    limits: tuple[Coin, ...]
    """What is left now."""
    scopes: tuple[str, ...]
    """`deployment`, `bid`."""
    expires: datetime | None

    def left(self, denom: str) -> int:
        """Micro-units of `denom` that it still pays."""
        return _amount(self.limits, denom)

    def is_over(self, now: datetime) -> bool:
        """Whether it has expired."""
        return self.expires is not None and self.expires <= now

    def pays(self, now: datetime) -> bool:
        """Whether it pays anything for a deployment now."""
        return DEPLOYMENT_SCOPE in self.scopes and not self.is_over(now) and self.left(UACT) > 0


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants that one account holds, or that it has given."""

    fees: tuple[FeeGrant, ...] = ()
    deposits: tuple[DepositGrant, ...] = ()

    def fee_of(self, granter: str) -> FeeGrant | None:
        """The fee grant of this granter: the chain keeps one for each pair of accounts."""
        return next((grant for grant in self.fees if grant.granter == granter), None)

    def paying(self, now: datetime) -> tuple[DepositGrant, ...]:
        """The deposit grants that pay something for a deployment now."""
        return tuple(grant for grant in self.deposits if grant.pays(now))


@dataclass(frozen=True, slots=True)
class Payers:
    """Who pays what a wallet signs, as its owner has chosen."""

    fee_granter: str = ""
    """The account that pays fees; "" for the wallet itself."""
    deposit_from: str = ""
    """`balance`, `grant`, `both` (grants first), the address of the one granter, or "" : the balance where it
    suffices, else grants, and the balance for what they lack."""


def shares(
    grants: Sequence[DepositGrant], owner: str, deposit: Coin, sources: Sequence[str], balance: int
) -> tuple[tuple[str, Coin], ...]:
    """Who pays which part of a deposit, in the order of its sources; less than all where they do not suffice.

    Where several granters pay and not all to the end, the chain chooses: their part then has no address ("").
    """
    parts: list[tuple[str, Coin]] = []
    left = deposit.amount
    for source in sources:
        if source == "balance":
            own = min(left, balance)
            parts += [(owner, Coin(deposit.denom, own))] if own else []
            left -= own
            continue
        granted = sum(grant.left(deposit.denom) for grant in grants)
        if len(grants) > 1 and left < granted:
            parts += [("", Coin(deposit.denom, left))] if left else []
            left = 0
            continue
        for grant in grants:
            taken = min(left, grant.left(deposit.denom))
            parts += [(grant.granter, Coin(deposit.denom, taken))] if taken else []
            left -= taken
    return tuple(parts)


def least(first: Grants, other: Grants) -> Grants:
    """The deposit grants that both show, each with the least of what it has left; the fee grants of `first`: one that
    is not there costs nothing, for the chain then refuses."""
    shown = {grant.granter: grant for grant in other.deposits}
    both = [
        replace(
            grant,
            limits=tuple(Coin(c.denom, min(c.amount, shown[grant.granter].left(c.denom))) for c in grant.limits),
        )
        for grant in first.deposits
        if grant.granter in shown
    ]
    return replace(first, deposits=tuple(both))


def _amount(coins: Sequence[Coin], denom: str) -> int:
    return sum(coin.amount for coin in coins if coin.denom == denom)
