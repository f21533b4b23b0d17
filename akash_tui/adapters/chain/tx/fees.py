"""Gas limits and fees. Fees are paid in uakt; a node's minimum is accepted only up to a limit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Final

from akash_tui.domain.akash.messages import (
    BurnAct,
    CloseDeployment,
    CloseGroup,
    CloseLease,
    CreateLease,
    DepositDeployment,
    Message,
    MintAct,
    PauseGroup,
)
from akash_tui.domain.akash.money import UAKT, Coin
from akash_tui.services.ports import Refused

GAS_PRICE: Final = Decimal("0.025")
"""uakt per unit of gas that Akash's own tools pay (shared reference, 1.4)."""
MAX_GAS_PRICE: Final = Decimal("0.5")
"""Twenty times that: a higher price is refused instead of paid."""
MAX_GAS: Final = 50_000_000
"""More gas than any block of Akash holds; a simulation above it is wrong."""
MAX_CLOSING_GAS: Final = 400_000_000
"""Closing touches every bid of the deployment: where a chain lets thousands bid, it may take this much."""
_FACTOR: Final = Decimal("1.5")
_SETTLING_FACTOR: Final = Decimal("1.8")
"""Settling an account costs more the later it happens, so the simulation counts too little."""
_SETTLING = (
    CloseDeployment,
    CloseGroup,
    CloseLease,
    CreateLease,
    DepositDeployment,
    PauseGroup,
    MintAct,
    BurnAct,
)


def gas_limit(gas_used: int, messages: Sequence[Message]) -> int:
    """The limit for what a simulation used; `Refused` if that number is not plausible."""
    most = MAX_CLOSING_GAS if any(isinstance(m, CloseDeployment) for m in messages) else MAX_GAS
    if not 0 < gas_used <= most:
        raise Refused(
            f"The node's simulation is not plausible: {gas_used:,} gas, where at most {most:,} is possible.",
            "Use another endpoint; nothing was signed.",
            detail=f"gas used: {gas_used}",
        )
    factor = _SETTLING_FACTOR if any(isinstance(m, _SETTLING) for m in messages) else _FACTOR
    return int((gas_used * factor).to_integral_value(ROUND_CEILING))


def gas_price(node_minimum: Decimal) -> Decimal:
    """uakt per gas: ours, or the node's minimum if that is higher; `Refused` if that is excessive."""
    if node_minimum > MAX_GAS_PRICE:
        raise Refused(
            "The node demands an excessive fee.",
            "Use another endpoint; nothing was signed.",
            detail=f"minimum gas price {node_minimum}{UAKT}",
        )
    return max(GAS_PRICE, node_minimum)


def fee(limit: int, price: Decimal) -> Coin:
    """What `limit` gas costs at `price`, rounded up to a whole uakt."""
    return Coin(UAKT, int((limit * price).to_integral_value(ROUND_CEILING)))


def scaled(old: Coin, old_limit: int, limit: int) -> Coin:
    """The fee for another gas limit at the same price, rounded up."""
    return Coin(old.denom, -(-old.amount * limit // max(1, old_limit)))
