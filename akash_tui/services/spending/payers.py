"""Who pays what a wallet signs: itself, or accounts that have granted it fees or deposits.

The wallet's owner chooses (`Payers`); here the choice is checked against what the grants have left before anything is
signed, and put into words. What a node says of grants is confirmed by the simulation, and by the chain itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from akash_tui.domain.akash.messages import (
    BALANCE_ONLY,
    GRANT_ONLY,
    GRANT_THEN_BALANCE,
    CreateDeployment,
    DepositDeployment,
    Message,
)
from akash_tui.domain.akash.money import MICRO, UACT, UAKT, Coin, units
from akash_tui.domain.text import short_address
from akash_tui.services.ports import BadInput, Insufficient
from akash_tui.services.ports.grants import DepositGrant, FeeGrant, Grants, Payers, shares

BALANCE: Final = "balance"
GRANT: Final = "grant"
BOTH: Final = "both"
OWN: Final = "own"
"""The word for "this wallet pays the fee itself", where a setting names a granter."""
_PAY_FEE: Final = f"Ask its owner for a new one, or pay the fee yourself: --fee-granter {OWN}."
_PAY_DEPOSIT: Final = f"Ask its owner for more, or pay the deposit yourself: --deposit-from {BALANCE}."


@dataclass(frozen=True, slots=True)
class Payment:
    """Who pays a quote."""

    fee_granter: str = ""
    """The account that pays the fee; "" for the wallet itself."""
    fee_left: int | None = None
    """Micro-AKT that its grant pays in all; None: no limit, or not known."""
    deposit: tuple[tuple[str, Coin], ...] = ()
    """Who pays which part of the deposit, in order; an address "" is one of several granters, which the chain
    chooses."""
    grants: Grants = field(default_factory=Grants)
    """What other accounts would pay for this wallet now."""

    def own(self, owner: str) -> int:
        """Micro-ACT of the deposit that `owner` pays itself."""
        return sum(coin.amount for who, coin in self.deposit if who == owner)

    def granted(self, owner: str) -> tuple[tuple[str, Coin], ...]:
        """The parts that others pay."""
        return tuple(part for part in self.deposit if part[0] != owner)

    @property
    def has_choice(self) -> bool:
        """Whether another account would pay something, so that there is something to choose."""
        return bool(self.grants.fees or self.grants.deposits)


def fee_granter(payers: Payers, grants: Grants | None, now: datetime) -> str:
    """The chosen granter of fees, "" for none. Raises `BadInput` if it grants nothing (any more); what cannot be read
    is left to the chain."""
    granter = payers.fee_granter
    if not granter or grants is None:
        return granter
    found = grants.fee_of(granter)
    if found is None:
        raise BadInput(
            f"{granter} pays no fees for this wallet.",
            f"akash-tui wallet grants lists those that do; or pay the fee yourself: --fee-granter {OWN}.",
        )
    if found.is_over(now):
        raise BadInput(f"The fee grant of {granter} expired on {_date(found)}.", _PAY_FEE)
    if found.left(UAKT) == 0:
        raise BadInput(f"The fee grant of {granter} has no AKT left.", _PAY_FEE)
    return granter


def check_fee(granter: str, grants: Grants | None, fee: Coin) -> None:
    """Raise `Insufficient` where the grant has less left than the fee."""
    found = grants.fee_of(granter) if grants is not None else None
    left = None if found is None else found.left(fee.denom)
    if left is not None and left < fee.amount:
        raise Insufficient(
            f"Gas costs {units(fee.amount, 6)} AKT and the fee grant of {granter} has {units(left, 6)} AKT left.",
            f"Ask its owner for more, or pay the fee yourself: --fee-granter {OWN}.",
            need=fee,
            have=Coin(fee.denom, left),
        )


def most_fee(bound: Decimal, granter: str, grants: Grants | None, balance: int) -> Coin:
    """The most that one fee may be: within the bound (in AKT), and what its payer has, as far as that is known."""
    grant = grants.fee_of(granter) if granter and grants is not None else None
    has = balance if not granter else None if grant is None else grant.left(UAKT)
    most = int(bound * MICRO)
    return Coin(UAKT, most if has is None else min(most, has))


def with_granter(advice: str, grants: Grants | None, now: datetime) -> str:
    """The advice for a wallet that cannot pay the fee, with the account that would pay it."""
    usable = [g for g in grants.fees if not g.is_over(now) and g.left(UAKT) != 0] if grants is not None else []
    return f"{advice} Or let {usable[0].granter} pay it: --fee-granter {usable[0].granter}." if usable else advice


def deposit_sources(
    payers: Payers, grants: Grants | None, balance: int, deposit: int, now: datetime, unverified: list[str]
) -> tuple[str, ...]:
    """The sources of a deposit of this many micro-ACT. Chosen by nobody: the balance where it covers the deposit, else
    grants, and the balance only for what they lack: a grant that is not there costs the wallet nothing unseen.

    Raises `BadInput` or `Insufficient` where what was chosen does not pay it.
    """
    chosen = payers.deposit_from
    if chosen == BALANCE or (not chosen and balance >= deposit):
        return BALANCE_ONLY
    if grants is None:
        unverified.append("What grants would pay could not be read: the chain decides who pays the deposit.")
        return GRANT_THEN_BALANCE if chosen in ("", BOTH) else GRANT_ONLY
    paying = grants.paying(now)
    granted = sum(grant.left(UACT) for grant in paying)
    if chosen in ("", BOTH):
        if granted + balance < deposit:
            raise _too_little(deposit, balance, granted)
        if not granted:
            return BALANCE_ONLY
        return GRANT_ONLY if not chosen and granted >= deposit else GRANT_THEN_BALANCE
    if chosen != GRANT:
        _check_granter(chosen, grants, paying, now)
    elif not paying:
        over = next((g for g in grants.deposits if g.is_over(now)), None)
        why = f": that of {over.granter} expired on {_date(over)}" if over is not None else ""
        raise BadInput(f"No account pays deposits for this wallet{why}.", _PAY_DEPOSIT)
    if granted < deposit:
        who = f"The grant of {paying[0].granter} has" if len(paying) == 1 else "The grants have"
        raise Insufficient(
            f"{who} {units(granted, 6)} ACT left; the deposit is {units(deposit, 6)} ACT.",
            f"Let the wallet pay the rest: --deposit-from {BOTH}; or choose a smaller deposit.",
            need=Coin(UACT, deposit),
            have=Coin(UACT, granted),
        )
    return GRANT_ONLY


def _check_granter(granter: str, grants: Grants, paying: Sequence[DepositGrant], now: datetime) -> None:
    """Raise `BadInput` unless this account, and no other, pays the deposits of this wallet: a deposit cannot name who
    pays it."""
    found = next((g for g in grants.deposits if g.granter == granter), None)
    if found is None:
        raise BadInput(
            f"{granter} pays no deposits for this wallet.",
            f"akash-tui wallet grants lists those that do; or pay it yourself: --deposit-from {BALANCE}.",
        )
    if found.is_over(now):
        raise BadInput(f"The deposit grant of {granter} expired on {_date(found)}.", _PAY_DEPOSIT)
    if found not in paying:
        raise BadInput(f"The deposit grant of {granter} has nothing left for a deployment.", _PAY_DEPOSIT)
    others = [g.granter for g in paying if g is not found]
    if others:
        raise BadInput(
            f"{others[0]} grants deposits too, and the chain takes them in its own order: {granter} cannot be chosen "
            "alone.",
            f"Take it from both: --deposit-from {GRANT}.",
        )


def _too_little(deposit: int, balance: int, granted: int) -> Insufficient:
    also = f" and the {units(granted, 6)} ACT that grants leave" if granted else ""
    return Insufficient(
        f"The deposit of {units(deposit)} ACT is more than the {units(balance)} ACT of this wallet{also}.",
        "Mint ACT from AKT (akash-tui wallet mint), or use a smaller deposit.",
        need=Coin(UACT, deposit),
        have=Coin(UACT, balance + granted),
    )


def payment(
    owner: str, messages: Sequence[Message], granter: str, grants: Grants | None, balance: int, now: datetime
) -> Payment:
    """Who pays the fee and the deposit of these messages."""
    known = grants or Grants()
    deposit = next((m for m in messages if isinstance(m, CreateDeployment | DepositDeployment)), None)
    parts = () if deposit is None else shares(known.paying(now), owner, deposit.deposit, deposit.sources, balance)
    if deposit is not None and grants is None and deposit.sources != BALANCE_ONLY:
        parts = (("", deposit.deposit),)
    fee_grant = known.fee_of(granter) if granter else None
    return Payment(granter, fee_grant.left(UAKT) if fee_grant is not None else None, parts, known)


def comes_back(paid: Payment, owner: str) -> str:
    """To whom the unused part of a deposit returns."""
    granted = paid.granted(owner)
    if not granted:
        return "The part that is not used comes back to this wallet when the deployment is closed."
    if not paid.own(owner):
        return f"The part that is not used goes back to {named_granters(granted)} when the deployment is closed."
    return (
        f"The part that is not used goes back to this wallet and {named_granters(granted)}, each their own, when the "
        "deployment is closed; what is used is taken from the grant first."
    )


def named_granters(parts: Sequence[tuple[str, Coin]]) -> str:
    """The granters of these parts, for a sentence."""
    return " and ".join(dict.fromkeys(short_address(who) if who else "the granters" for who, _ in parts))


def _date(grant: FeeGrant | DepositGrant) -> str:
    return "" if grant.expires is None else f"{grant.expires:%Y-%m-%d %H:%M} UTC"
