"""Make the frozen quotes: read the chain, simulate, add up. Nothing is signed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState, EscrowAccount, Lease
from akash_tui.domain.akash.messages import (
    GRANT_THEN_BALANCE,
    CloseDeployment,
    CreateDeployment,
    CreateLease,
    Message,
    MintAct,
    StartGroup,
    UpdateDeployment,
)
from akash_tui.domain.akash.money import UACT, UAKT, BlockTime, Coin, DecCoin, exact, lasts_hours, per_hour, units
from akash_tui.domain.text import clean, short_address
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, BadInput, BadSdl, Head, Insufficient, NothingNew, TxDraft
from akash_tui.services.ports.grants import Grants, Payers, least
from akash_tui.services.spending.bounds import at_second, deposit_beyond, fee_beyond, fee_ceiling
from akash_tui.services.spending.closing_gas import gas_for_bids, with_room
from akash_tui.services.spending.limits import spend_beyond
from akash_tui.services.spending.payers import check_fee, deposit_sources, fee_granter, most_fee, payment, with_granter
from akash_tui.services.spending.quotes import ATTEMPTS_FACTOR, CloseQuote, Closing, CreateQuote, Quote
from akash_tui.services.spending.shortage import name_amounts
from akash_tui.services.storage.settings import Bounds

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled

_NEW = (CreateDeployment, CreateLease, StartGroup, UpdateDeployment)
"""What a chain that has ended new deployments refuses; closing is never among it."""
LONGEST_HOURS = Decimal(24 * 365 * 20)
"""An end further away than this is not shown as a date."""


@dataclass(frozen=True, slots=True)
class ChainSnapshot:
    """What every quote rests on, read together."""

    owner: str
    head: Head
    block_time: BlockTime
    balances: tuple[Coin, ...]
    now: datetime
    payers: Payers
    """Who pays, as the wallet's owner has chosen."""
    bounds: Bounds
    """As they were before anything was judged by them."""
    grants: Grants | None = None
    """What other accounts pay for this one, the least of what two endpoints show; None where it cannot be read."""
    grants_sure: bool = False
    """Whether a second endpoint shows the grants as well."""
    earlier: Quote | None = None
    """A quote that is signed together with this one: `balances` and `grants` are what it leaves; limits count it."""

    def balance(self, denom: str) -> int:
        """Micro-units of `denom` in the wallet; 0 without any."""
        return next((c.amount for c in self.balances if c.denom == denom), 0)

    def ends(self, hours: Decimal | None) -> datetime | None:
        """The time of day when this many hours from now are over."""
        return ends_at(self.now, hours)


def ends_at(now: datetime, hours: Decimal | None) -> datetime | None:
    """The time of day when this many hours from `now` are over; None if nothing costs, or it is too far away."""
    return None if hours is None or hours > LONGEST_HOURS else now + timedelta(seconds=float(hours * 3600))


async def read_snapshot(session: Session) -> ChainSnapshot:
    """Chain id verified, head, measured block time, balances."""
    owner, bounds = session.owner, session.fee_bounds
    head = await session.chain.verify()
    await session.calendar.read(head)
    block_time, balances, (grants, sure) = await together(
        session.chain.block_time(), session.chain.balances(owner), _grants(session, owner)
    )
    return ChainSnapshot(owner, head, block_time, balances, session.clock.now(), session.payers, bounds, grants, sure)


async def _grants(session: Session, owner: str) -> tuple[Grants | None, bool]:
    """What grants have left, and whether a second endpoint agrees; None where they cannot be read: a wallet that pays
    for itself needs none."""
    try:
        first = await session.chain.grants_to(owner)
    except AkashError:
        return None, False
    other = await at_second(session, lambda reads: reads.grants_to(owner)) if first.deposits else first
    return (first, False) if other is None else (least(first, other), True)


async def simulate_quote(
    session: Session,
    on: ChainSnapshot,
    messages: Sequence[Message],
    deposit: int,
    unverified: list[str],
    more_gas: int = 0,
) -> dict[str, Any]:
    """The fields of `Quote`, after a simulation; raises `Insufficient` with need and have where they are known. The
    limit leaves room for `more_gas`."""
    signer = await session.signing_key()
    granter = fee_granter(on.payers, on.grants, on.now)
    paid = payment(on.owner, messages, granter, on.grants, on.balance(UACT), on.now)
    own = paid.own(on.owner)
    new = any(isinstance(m, _NEW) for m in messages)
    mint = any(isinstance(m, MintAct) for m in messages)
    try:
        draft = await with_room(
            lambda more: session.chain.simulate(messages, signer, fee_granter=granter, more_gas=more),
            more_gas,
            most_fee(session.fee_bounds.max_fee, granter, on.grants, on.balance(UAKT)),
            unverified,
        )
    except NothingNew as error:
        if new:  # of a mint alone, only the mint is off
            session.calendar.note(error)
        raise
    except Insufficient as error:
        need = error.need or (Coin(UACT, deposit) if deposit else None)
        if need is None or error.have is not None or granter:
            error.advice = error.advice if granter else with_granter(error.advice, on.grants, on.now)
            raise
        have = on.balance(need.denom)
        if need.denom != UACT or have >= deposit:
            name_amounts(error, need, Coin(need.denom, have))
            raise
        raise Insufficient(
            f"The deposit of {units(deposit)} ACT is more than the {units(have)} ACT of this wallet.",
            "Mint ACT from AKT (akash-tui wallet mint), or use a smaller deposit.",
            need=Coin(UACT, deposit),
            have=Coin(UACT, have),
            detail=error.detail,
        ) from error
    gas = on.balance(draft.fee.denom)
    if granter:
        check_fee(granter, on.grants, draft.fee)
    elif gas < draft.fee.amount:
        raise Insufficient(
            f"Gas costs {units(draft.fee.amount, 6)} AKT and this wallet has {units(gas, 6)} AKT.",
            with_granter("Send a little AKT to this wallet; ACT cannot pay for gas.", on.grants, on.now),
            need=draft.fee,
            have=Coin(draft.fee.denom, gas),
        )
    if not on.block_time.measured:
        unverified.append(
            "The block time could not be measured or cannot be true: hourly figures rest on an assumed one."
        )
    unverified += session.calendar.warnings(new=new, mint=mint)
    price = await session.chain.akt_price()
    if price is not None and not price.healthy:
        unverified.append("The chain's AKT price is marked as unhealthy.")
    return {
        "beyond": (
            *fee_beyond(session, draft, on.now),
            *spend_beyond(session, messages, draft.fee, on.now, on.earlier),
        ),
        "owner": on.owner,
        "chain_id": session.network.chain_id,
        "draft": draft,
        "fee_ceiling": fee_ceiling(session, draft.fee, ATTEMPTS_FACTOR),
        "balances_before": on.balances,
        "balances_after": _after(on.balances, draft, own),
        "payment": paid,
        "bounds": on.bounds,
        "unverified": tuple(unverified),
        "made_at": on.now,
    }


def with_end_warnings(session: Session, unverified: Sequence[str], lasts: datetime | None) -> tuple[str, ...]:
    """What is unverified, and what is wrong with money that pays until `lasts` on a chain that ends."""
    return (*unverified, *(w for w in session.calendar.warnings(lasts_until=lasts) if w not in unverified))


def _after(balances: Sequence[Coin], draft: TxDraft, deposit: int) -> tuple[Coin, ...]:
    out = {UACT: deposit}
    if not draft.fee_granter:
        out[draft.fee.denom] = out.get(draft.fee.denom, 0) + draft.fee.amount
    return tuple(Coin(c.denom, max(0, c.amount - out.get(c.denom, 0))) for c in balances)


def _with_refund(balances: Sequence[Coin], back: int) -> tuple[Coin, ...]:
    """The balances once `back` micro-ACT have come out of escrow; a wallet without ACT gets its first."""
    held = {c.denom: c.amount for c in balances}
    return tuple(Coin(denom, amount) for denom, amount in (held | {UACT: held.get(UACT, 0) + back}).items())


def sources(session: Session, on: ChainSnapshot, deposit: int, unverified: list[str]) -> tuple[str, ...]:
    """Where a deposit is taken from, as the wallet's owner has chosen (`Session.payers`)."""
    found = deposit_sources(on.payers, on.grants, on.balance(UACT), deposit, on.now, unverified)
    if found == GRANT_THEN_BALANCE and on.grants is not None and not on.grants_sure:
        most = min(deposit, on.balance(UACT))
        unverified.append(
            f"What the grants have left is one endpoint's word: if it is less, this wallet pays the rest, up to "
            f"{units(most)} ACT."
        )
    return found


async def create_quote(
    session: Session,
    compiled: Compiled,
    sdl: str,
    name: str = "",
    *,
    file: str = "deploy.yaml",
    deposit: int | None = None,
    hours: Decimal | None = None,
    limit: RuntimeLimit | None = None,
    closing: Closing | None = None,
    read: ChainSnapshot | None = None,
) -> CreateQuote:
    """The quote of a new deployment of `compiled`, made of the text `sdl`. `deposit` in uact (None: the minimum).
    `limit`: when it is to end by itself; the lease then raises the deposit to that. `closing` is closed in the same
    transaction, before it: its refund may pay the deposit. `read`: the chain as it was read already.

    Raises `BadSdl`, `BadInput` (deposit below the minimum), `Insufficient`, `NotSignedIn`, `Refused`, `Unreachable`.
    """
    if not compiled.ok:
        raise BadSdl(
            f"{file} is not a valid SDL.", f"See every problem: akash-tui sdl check {file}.", problems=compiled.problems
        )
    if hours is not None and hours <= 0:
        raise BadInput("The hours must be more than 0.", "Say how many hours the deposit should pay for: 24.")
    units_of = [u for g in compiled.groups for u in g.units]
    other = next((u.price.denom for u in units_of if u.price.denom != UACT), None)
    if other is not None:
        raise BadSdl(
            f"{file} is priced in {other}; this network takes uact only.", "Change the prices to uact.", problems=()
        )
    if read is None:
        on, params = await together(read_snapshot(session), session.chain.params())
    else:
        on, params = read, await session.chain.params()
    minimum = params.min_deposit(UACT)
    if minimum is None:
        raise BadInput("This chain takes no deposits in ACT.", "Check the network: akash-tui networks.")
    amount = minimum.amount if deposit is None else deposit
    if amount < minimum.amount:
        raise BadInput(
            f"A deposit of {units(amount)} ACT is below this chain's minimum of {units(minimum.amount)} ACT.",
            f"Give {units(minimum.amount)} ACT or more as the deposit (--deposit).",
        )
    if limit is not None and limit.amount is not None and amount > limit.amount:
        raise BadInput(
            f"A deposit of {units(amount)} ACT is more than the {exact(limit.amount)} ACT after which it is to stop.",
            "Give a smaller deposit, or a higher sum to stop after.",
        )
    unverified: list[str] = []
    before = on.balances
    if closing is not None:
        on = replace(on, balances=_with_refund(before, closing.refund.amount))
    id = DeploymentId(on.owner, await _free_dseq(session, on))
    message = CreateDeployment(
        id=id,
        groups=compiled.groups,
        hash=compiled.version,
        deposit=Coin(UACT, amount),
        sources=sources(session, on, amount, unverified),
        reclamation_ns=compiled.reclamation_ns,
    )
    first = () if closing is None else (CloseDeployment(closing.id),)
    more_gas = 0 if closing is None else closing.more_gas
    base = await simulate_quote(session, on, (*first, message), amount, unverified, more_gas)
    base["balances_before"] = before
    base["beyond"] = deposit_beyond(session, minimum, on.now) + base["beyond"]
    most = sum((u.price.amount * u.count for u in units_of), Decimal(0))
    lasts = lasts_hours(Decimal(amount), most, on.block_time)
    base["unverified"] = with_end_warnings(session, base["unverified"], on.ends(lasts))
    return CreateQuote(
        **base,
        id=id,
        name=name or file,
        file=file,
        sdl=sdl,
        compiled=compiled,
        deposit=Coin(UACT, amount),
        hours=hours,
        max_price=DecCoin(UACT, most),
        max_h=per_hour(most, on.block_time),
        block_time=on.block_time,
        lasts_hours=lasts,
        ends_at=on.ends(lasts),
        limit=limit,
        closing=closing,
    )


async def _free_dseq(session: Session, on: ChainSnapshot) -> int:
    """The newest height, as every client takes it, or the next number that this wallet has neither used nor
    quoted elsewhere at the moment."""
    dseq = on.head.height
    for _ in range(1000):
        id = DeploymentId(on.owner, dseq)
        known = session.journal.deployment(session.network.chain_id, id)
        if (
            known is None
            and await session.chain.deployment(id) is None
            and session.claims.claim(session.network.chain_id, id)
        ):
            return dseq
        dseq += 1
    raise BadInput("No free deployment number was found.", "Try again in a minute.")


def running_leases(leases: Sequence[Lease]) -> list[Lease]:
    """Leases that cost money: active, or being reclaimed by their provider."""
    return [lease for lease in leases if lease.state.is_running]


def rate_of(leases: Sequence[Lease]) -> Decimal:
    """Micro-ACT a block of the leases that run."""
    return sum((lease.price.amount for lease in running_leases(leases) if lease.price.denom == UACT), Decimal(0))


async def read_deployment(session: Session, id: DeploymentId) -> Deployment:
    """The deployment as the chain has it. Raises `BadInput` if it does not know it."""
    deployment = await session.chain.deployment(id)
    if deployment is None:
        raise no_deployment(session, id)
    return deployment


def no_deployment(session: Session, id: DeploymentId) -> BadInput:
    """The chain has no such deployment of this wallet. Names the wallet that it was made with, if it was made here."""
    title = f"{session.network.label} knows no deployment {id.dseq} of this wallet."
    others = [owner for owner in session.journal.owners_of(session.network.chain_id, id.dseq) if owner != id.owner]
    if not others:
        return BadInput(title, "List them with akash-tui lease list; check the network and the wallet.")
    names = session.wallet_names()
    name = next((clean(names[owner], 40) for owner in others if owner in names), None)
    if name is None:
        return BadInput(title, f"It was made here by {short_address(others[0])}, which is no wallet of this home now.")
    return BadInput(title, f"It was made with wallet {name}: choose that one (--wallet {name}).")


async def close_quote(session: Session, id: DeploymentId) -> CloseQuote:
    """What closing stops and gives back (an estimate). Raises `BadInput` if there is nothing to close."""
    deployment = await read_deployment(session, id)
    if deployment.state is DeploymentState.CLOSED:
        raise BadInput(
            f"Deployment {id.dseq} is closed already; nothing is held or costs any more.",
            "akash-tui lease list --all shows what ended.",
        )
    on = await read_snapshot(session)
    leases = await session.chain.leases(id.owner, id.dseq)
    closing = await what_closes(session, deployment, leases, on.head.height)
    base = await simulate_quote(session, on, (CloseDeployment(id),), 0, [], closing.more_gas)
    base["balances_after"] = _with_refund(base["balances_after"], closing.refund.amount)
    saved = session.journal.deployment(session.network.chain_id, id)
    group = deployment.groups[0].spec.name if deployment.groups else ""
    return CloseQuote(
        **base,
        id=id,
        name=saved.name if saved is not None else group,
        leases=closing.leases,
        refund=closing.refund,
        height=closing.height,
        others=closing.others,
    )


async def what_closes(session: Session, deployment: Deployment, leases: Sequence[Lease], height: int) -> Closing:
    """What closing a deployment at `height` stops and gives back (an estimate)."""
    own, others = refund(deployment.escrow, deployment.id.owner, rate_of(leases), height)
    return Closing(
        id=deployment.id,
        leases=len(running_leases(leases)),
        refund=Coin(UACT, own),
        height=height,
        others=others,
        more_gas=await gas_for_bids(session, [deployment], leases, height),
    )


def refund(escrow: EscrowAccount, owner: str, rate: Decimal, height: int) -> tuple[int, tuple[tuple[str, Coin], ...]]:
    """Whole micro-ACT that a close at `height` gives back: to `owner`, and to each other depositor.

    Escrow spends deposits in their order; what each still holds is as of the last settlement.
    """
    due = rate * max(0, height - escrow.settled_at)
    back: dict[str, int] = {}
    for deposit in escrow.deposits:
        if deposit.balance.denom != UACT:
            continue
        taken = min(due, deposit.balance.amount)
        due -= taken
        back[deposit.owner] = back.get(deposit.owner, 0) + int(deposit.balance.amount - taken)
    own = back.pop(owner, 0)
    return own, tuple((who, Coin(UACT, amount)) for who, amount in back.items() if amount)
