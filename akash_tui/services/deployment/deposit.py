"""Put more money into a running deployment: how much for this many hours, until when, and when it would be lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState, EscrowState
from akash_tui.domain.akash.messages import DepositDeployment
from akash_tui.domain.akash.money import UACT, Coin, DecCoin, deposit_for_hours, lasts_hours, per_hour, units
from akash_tui.services.core.session import Session
from akash_tui.services.ports import BadInput, TxResult
from akash_tui.services.ports.grants import Payers
from akash_tui.services.spending.bounds import top_up_beyond
from akash_tui.services.spending.quotes import DepositQuote
from akash_tui.services.spending.quoting import (
    rate_of,
    read_deployment,
    read_snapshot,
    running_leases,
    simulate_quote,
    sources,
    with_end_warnings,
)
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.journal_entries import IntentKind


async def deposit_quote(
    session: Session,
    id: DeploymentId,
    amount: int | None = None,
    hours: Decimal | None = None,
    *,
    by_rate: bool = False,
    payers: Payers | None = None,
) -> DepositQuote:
    """What a top-up costs and how long everything then lasts; `amount` in uact, or what `hours` more cost now.

    `payers`: who pays, where that was agreed to before; else as the session has it.
    `by_rate`: the amount was calculated from what the leases cost, which is then not one node's word alone.

    Raises `BadInput` where the money would be lost or do nothing: the deployment is closed, its account is
    overdrawn, or its debt is larger than the deposit.
    """
    deployment = await read_deployment(session, id)
    refuse_if_lost(deployment)
    on = await read_snapshot(session)
    if payers is not None:
        on = replace(on, payers=payers)
    leases = await session.chain.leases(id.owner, id.dseq)
    rate = rate_of(leases)
    by_rate = by_rate or amount is None
    if amount is None:
        if rate <= 0:
            raise BadInput(
                f"Deployment {id.dseq} has no lease that costs, so hours cannot be counted.",
                "Say how much ACT to add: --amount 5.",
            )
        amount = deposit_for_hours(hours or Decimal(0), rate, on.block_time)
    if amount <= 0:
        raise BadInput("A deposit must be more than 0.", "Say how much ACT to add: 5.")
    left = deployment.escrow.projected(UACT, rate, on.head.height)
    unverified: list[str] = []
    if left <= 0:
        if left + amount <= 0:
            raise BadInput(
                f"Deployment {id.dseq} owes {units(-left)} ACT already; {units(amount)} ACT would not even pay that.",
                f"Close it (akash-tui lease close {id.dseq}) and deploy it again, or deposit much more than it owes.",
            )
        unverified.append(
            "Its funds have run out: if its provider settles first, the deposit pays the debt and it closes anyway."
        )
    message = DepositDeployment(on.owner, id, Coin(UACT, amount), sources(session, on, amount, unverified))
    base = await simulate_quote(session, on, (message,), amount, unverified)
    if by_rate:
        signed = {saved.id: saved.price for saved in session.journal.leases(session.network.chain_id, id)}
        worse = await top_up_beyond(session, running_leases(leases), signed, Coin(UACT, amount), on.now)
        base["beyond"] = worse + base["beyond"]
    lasts = lasts_hours(left + amount, rate, on.block_time)
    base["unverified"] = with_end_warnings(session, base["unverified"], on.ends(lasts))
    saved = session.journal.deployment(session.network.chain_id, id)
    return DepositQuote(
        **base,
        id=id,
        name=saved.name if saved is not None else next((g.spec.name for g in deployment.groups), str(id.dseq)),
        deposit=Coin(UACT, amount),
        price=DecCoin(UACT, rate),
        price_h=per_hour(rate, on.block_time),
        left=left,
        lasts_now=lasts_hours(left, rate, on.block_time),
        lasts_hours=lasts,
        ends_at=on.ends(lasts),
    )


async def deposit(session: Session, quote: DepositQuote) -> TxResult:
    """Sign exactly the quote and wait for its block. Raises `BadInput` if it was closed meanwhile."""
    with session.alone(quote.id):
        await refuse_while_open(session, quote.id)
        refuse_if_lost(await read_deployment(session, quote.id))
        about: dict[str, object] = {"deposit": str(quote.deposit)}
        return await spend(session, quote, JournalPurpose(IntentKind.DEPOSIT, quote.id.dseq, about))


def refuse_if_lost(deployment: Deployment) -> None:
    """Raise `BadInput` where the chain would take a deposit for nothing."""
    lost = why_lost(deployment)
    if lost is not None:
        raise lost


def why_lost(deployment: Deployment) -> BadInput | None:
    """Why a deposit would be lost; None if it would not be.

    An overdrawn account takes the money, pays its debt with it and stays closed (chain recordings,
    `account-deposit-overdrawn`, fact 11).
    """
    dseq, state = deployment.id.dseq, deployment.escrow.state
    if state is EscrowState.OVERDRAWN:
        return BadInput(
            f"Deployment {dseq} ran out of funds and was closed; a deposit would pay its debt and not bring it back.",
            "Deploy it again; akash-tui lease recover shows its SDL.",
        )
    if deployment.state is DeploymentState.CLOSED or state is EscrowState.CLOSED:
        return BadInput(f"Deployment {dseq} is closed; a deposit would not bring it back.", "Deploy it again.")
    return None
