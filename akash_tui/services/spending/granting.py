"""Pay fees and deposits for another account, and stop that: grants that this wallet gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from akash_tui.domain.akash.messages import GrantDeposits, GrantFees, Message, RevokeDeposits, RevokeFees
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.ports import BadInput, TxResult
from akash_tui.services.spending.quotes import Quote
from akash_tui.services.spending.quoting import read_snapshot, simulate_quote
from akash_tui.services.spending.signed_elsewhere import purposes_of, sentence
from akash_tui.services.spending.spend import spend
from akash_tui.services.spending.tx_settlement import refuse_while_open


@dataclass(frozen=True, slots=True)
class GrantQuote(Quote):
    """Give grants, or end them; costs gas only. The money stays here until it is used."""

    grantee: str
    lines: tuple[str, ...]
    """What it does, one clause each."""


async def grant_quote(
    session: Session, grantee: str, fees: int | None, deposits: int | None, expires: datetime | None
) -> GrantQuote:
    """Pay up to `fees` micro-AKT of gas and `deposits` micro-ACT of deposits for `grantee`, until `expires`.

    A grant that is there already is replaced: the chain refuses a second one, so it is ended in the same transaction.
    Raises `BadInput` and what a simulation raises.
    """
    if grantee == session.owner:
        raise BadInput(
            "A wallet cannot grant something to itself.", "Give the address of the account that will use it."
        )
    if fees is None and deposits is None:
        raise BadInput("Nothing is granted.", "Say how much: --fees AKT, --deposits ACT, or both.")
    if expires is not None and expires <= session.clock.now():
        raise BadInput("The grant would have expired already.", "Give a later time.")
    given = await session.chain.grants_by(session.owner)
    messages: list[Message] = []
    if fees is not None:
        if any(grant.grantee == grantee for grant in given.fees):
            messages.append(RevokeFees(session.owner, grantee))
        messages.append(GrantFees(session.owner, grantee, Coin(UAKT, fees), expires))
    if deposits is not None:
        messages.append(GrantDeposits(session.owner, grantee, Coin(UACT, deposits), expires))
    return await _quote(session, grantee, messages)


async def revoke_quote(session: Session, grantee: str, *, fees: bool, deposits: bool) -> GrantQuote:
    """End the grants to `grantee`; neither chosen: all that there are. Raises `BadInput` where there are none."""
    given = await session.chain.grants_by(session.owner)
    messages: list[Message] = []
    if any(grant.grantee == grantee for grant in given.fees) and (fees or not deposits):
        messages.append(RevokeFees(session.owner, grantee))
    if any(grant.grantee == grantee for grant in given.deposits) and (deposits or not fees):
        messages.append(RevokeDeposits(session.owner, grantee))
    if not messages:
        raise BadInput(f"This wallet grants nothing of that kind to {grantee}.", "akash-tui wallet grants lists them.")
    return await _quote(session, grantee, messages)


async def _quote(session: Session, grantee: str, messages: Sequence[Message]) -> GrantQuote:
    base = await simulate_quote(session, await read_snapshot(session), messages, 0, [])
    return GrantQuote(**base, grantee=grantee, lines=tuple(sentence(message) for message in messages))


async def execute(session: Session, quote: GrantQuote) -> TxResult:
    """Sign exactly the quote and wait for its block."""
    await refuse_while_open(session, None)
    (purpose,) = await purposes_of(session, quote.draft.messages)
    return await spend(session, quote, purpose)
