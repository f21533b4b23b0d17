"""What is missing where the chain says only that the funds do not suffice: its text names neither need nor have."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from akash_tui.domain.akash.messages import Message, spent_by
from akash_tui.domain.akash.money import UACT, Coin, named
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, Insufficient


def name_amounts(error: Insufficient, need: Coin, have: Coin) -> None:
    """Let the error say what is needed and what the wallet has."""
    error.need, error.have = need, have
    error.title = f"{error.title.removesuffix('.')}: {named(need)} needed, {named(have)} in the wallet."


def missing_act(error: AkashError | None) -> int | None:
    """How many micro-ACT are missing, where a lack of ACT in the wallet is the error: minting brings them."""
    if not isinstance(error, Insufficient) or error.need is None or error.have is None:
        return None
    if error.need.denom != UACT or error.have.denom != UACT:
        return None
    missing = error.need.amount - error.have.amount
    return missing if missing > 0 else None


async def name_shortage(session: Session, error: Insufficient, messages: Sequence[Message]) -> None:
    """The same for an error about these messages, with the balance read now; where it cannot be read, `have` stays
    unknown."""
    need = error.need or next((coin for m in messages if (coin := spent_by(m)) is not None), None)
    if need is None or error.have is not None:
        return
    with contextlib.suppress(AkashError):
        balances = await session.chain.balances(session.owner)
        name_amounts(error, need, next((c for c in balances if c.denom == need.denom), Coin(need.denom, 0)))
