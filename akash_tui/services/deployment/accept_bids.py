"""Accept bids: quote them as the chain has them now, read them again, sign exactly the quote."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import Bid, BidId, BidState, DeploymentState, Lease, LeaseState, Order, OrderState
from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.akash.messages import CreateLease, DepositDeployment, Message
from akash_tui.domain.akash.money import (
    UACT,
    Coin,
    DecCoin,
    block_price,
    coin_name,
    deposit_for_hours,
    lasts_hours,
    per_hour,
    units,
)
from akash_tui.domain.akash.provider import Certificate, Provider
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.decision import decide
from akash_tui.domain.bids.formatting import act
from akash_tui.domain.bids.rule import Rule
from akash_tui.domain.provider_note import UNDECIDED
from akash_tui.services.core.concurrency import each, together
from akash_tui.services.core.events import Leased
from akash_tui.services.core.remembering import remember_taken
from akash_tui.services.core.run_state import DeploymentRun, Stage, StepState
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.bid_collector import read_once
from akash_tui.services.leases.runtime_limits import RuntimeLimits, limit_plan
from akash_tui.services.ports import (
    AkashError,
    BadInput,
    BidGone,
    Insufficient,
    NoBid,
    OrderGone,
    PriceMoved,
    Reach,
    Refused,
    SignedTx,
    Unreachable,
)
from akash_tui.services.receipts.making import keep_receipt
from akash_tui.services.spending.bounds import at_second, top_up_beyond
from akash_tui.services.spending.quotes import LeaseQuote
from akash_tui.services.spending.quoting import (
    ChainSnapshot,
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
from akash_tui.services.storage.journal_entries import IntentKind, lease_about

LEASE_READS = 8
LEASE_PAUSE = 0.5
"""A new lease is read so often, with this many seconds between, before its price is taken to be the signed bid's."""
PROBE_SECONDS = 5.0
"""How long a quote waits for a provider's public status."""
STALE_UPTIME_SECONDS = 900


async def lease_quote(session: Session, run: DeploymentRun, choice: Mapping[int, BidId]) -> LeaseQuote:
    """Re-read each bid and its order, simulate, sum up: one bid for every open group.

    The escrow is raised only as far as the run's `hours` need. Raises `BidGone`, `OrderGone`, `NoBid` (a group without
    a choice), `Insufficient`, `BadInput`.
    """
    if not choice:
        raise BadInput("No bid is chosen.", "Choose one bid for each group.")
    for gseq, id in choice.items():
        if id.deployment != run.id or id.gseq != gseq:
            raise BadInput("That bid belongs to another deployment or group.", "Choose among the bids of this one.")
    ids = [choice[g] for g in sorted(choice)]
    deployment, orders, leases, on, bids = await together(
        read_deployment(session, run.id),
        session.chain.orders(run.id),
        session.chain.leases(run.id.owner, run.id.dseq),
        read_snapshot(session),
        _all_takeable(session, ids),
    )
    if deployment.state is not DeploymentState.ACTIVE:
        raise OrderGone(f"Deployment {run.id.dseq} is closed.", "Deploy again for fresh bids.")
    missing = sorted({o.id.gseq for o in orders if o.state is OrderState.OPEN} - set(choice))
    if missing:
        names = ", ".join(run.groups[g].name if g in run.groups else str(g) for g in missing)
        raise NoBid(
            f"No bid is chosen for the group {names}.",
            "Choose one bid for every group: one transaction leases all.",
        )
    odd = next((b.price.denom for b in bids if b.price.denom != UACT), None)
    if odd is not None:
        raise BidGone(
            f"The bid is priced in {coin_name(odd)}, which this deployment's escrow does not hold.",
            "Choose another bid.",
        )
    for bid in bids:
        _refuse_above_sdl(run, bid)
    before = rate_of(leases)
    rate = before + sum(b.price.amount for b in bids)
    held = deployment.escrow.projected(UACT, before, on.head.height)
    missing = [] if run.hours is None else [max(0, deposit_for_hours(run.hours, rate, on.block_time) - int(held))]
    plan = limit_plan(session, run.id, leases, on.head, on.block_time, rate, held)
    if plan is not None:
        missing.append(plan.missing)
    extra = min(missing, default=0)
    if held + extra <= 0:
        raise Insufficient(
            "The deployment's escrow is empty, so nothing can be leased from it.",
            f"Put something in: akash-tui lease deposit {run.id.dseq}.",
        )
    unverified: list[str] = []
    messages: list[Message] = []
    if extra:
        messages.append(DepositDeployment(on.owner, run.id, Coin(UACT, extra), sources(session, on, extra, unverified)))
    messages.extend(CreateLease(id) for id in ids)
    rows, base = await together(
        _rows(session, run, bids, on, held + extra, unverified),
        simulate_quote(session, on, tuple(messages), extra, unverified),
    )
    signed = {saved.id: saved.price for saved in session.journal.leases(session.network.chain_id, run.id)}
    beyond = await top_up_beyond(session, running_leases(leases), signed, Coin(UACT, extra), on.now)
    lasts = lasts_hours(held + extra, rate, on.block_time)
    return LeaseQuote(
        **(
            base
            | {
                "unverified": with_end_warnings(session, unverified, on.ends(lasts)),
                "beyond": beyond + base["beyond"],
            }
        ),
        rows=rows,
        bids=tuple(bids),
        price=DecCoin(UACT, rate),
        price_h=per_hour(rate, on.block_time),
        extra_deposit=Coin(UACT, extra) if extra else None,
        escrow=deployment.escrow,
        lasts_hours=lasts,
        ends_at=on.ends(lasts),
        limit=None if plan is None else plan.limit,
        stops_at=None if plan is None else on.ends(plan.hours_left),
    )


def _refuse_above_sdl(run: DeploymentRun, bid: Bid) -> None:
    """Raise `PriceMoved` for a bid above what its group may cost: the chain takes none, so it is not on chain."""
    group = run.groups.get(bid.id.gseq)
    if group is None:
        return
    most = sum((unit.price.amount * unit.count for unit in group.units), Decimal(0))
    if bid.price.amount > most:
        raise PriceMoved(
            f"The node shows a bid of {block_price(bid.price)} a block, and the SDL pays at most "
            f"{units(most, 6)} ACT: the chain takes no such bid.",
            "Nothing was signed. Use another endpoint.",
        )


async def _all_takeable(session: Session, ids: Sequence[BidId]) -> list[Bid]:
    return await each(takeable(session, id) for id in ids)


async def takeable(session: Session, id: BidId) -> Bid:
    """The bid as the chain has it now. Raises `OrderGone` or `BidGone`: the order's state comes first, for a
    losing bid may stay open for good; `PriceMoved` if a second endpoint shows another price of it."""
    order, bid, other = await together(
        session.chain.order(id.order), session.chain.bid(id), at_second(session, lambda reads: reads.bid(id))
    )
    if order is None or order.state is not OrderState.OPEN:
        state = "unknown to the node" if order is None else _why_not(order)
        raise OrderGone(f"The order of this bid is {state}.", "Check the newest bids and choose again.")
    if bid is None:
        raise BidGone("The bid is no longer there.", "Choose another one.")
    if bid.state is not BidState.OPEN:
        raise BidGone(f"The bid is {bid.state.value}: its provider has withdrawn it or lost.", "Choose another one.")
    if other is not None and other.price != bid.price:
        raise PriceMoved(
            f"Two endpoints show two prices of this bid: {block_price(bid.price)} and "
            f"{block_price(other.price)} a block.",
            "Nothing was signed. Use endpoints that you trust, or choose another bid.",
        )
    return bid


def _why_not(order: Order) -> str:
    return {OrderState.ACTIVE: "leased already", OrderState.CLOSED: "closed"}.get(order.state, "in an unknown state")


async def _rows(
    session: Session, run: DeploymentRun, bids: Sequence[Bid], on: ChainSnapshot, funds: Decimal, unverified: list[str]
) -> tuple[BidRow, ...]:
    """The chosen bids joined with what is known of their providers, and what is not known, in sentences."""
    owners = list(dict.fromkeys(b.id.provider for b in bids))
    certificates = dict(zip(owners, await each(_about(session, o) for o in owners), strict=True))
    book = BidBook(run.groups)
    book.apply(bids, height=on.head.height, now=on.now)
    session.provider_cache.update_book(book)
    book.set_money(on.block_time, funds)
    rows = tuple(row for b in bids if (row := book.row(b.id)) is not None)
    notes = session.provider_notes.all()
    for row in rows:
        why = notes.get(row.id.provider, UNDECIDED).why_avoided
        if why:
            unverified.append(f"{row.name}: {why}.")
        if row.provider is None:
            unverified.append(f"The chain has no provider record of {row.name}.")
        unverified.extend(doubts(row, certificates[row.id.provider], on.now))
    return rows


async def _about(session: Session, owner: str) -> Sequence[Certificate] | None:
    """Read a provider's record, audits and public status now; its certificates, None if they cannot be read."""
    facts = session.provider_cache
    try:
        provider = await facts.provider(owner)
        if provider is None:
            return None
        certificates, audits, reach = await together(
            session.chain.certificates(owner), session.chain.audits(owner), _probe(session, provider)
        )
    except (Unreachable, Refused):
        return None  # then the doubts say that it is not known
    facts.audits[owner] = tuple(audits)
    facts.reach[owner] = reach
    return certificates


async def _probe(session: Session, provider: Provider) -> Reach:
    try:
        return await asyncio.wait_for(session.gateway.probe(provider), PROBE_SECONDS)
    except TimeoutError:
        return Reach(ok=False, latency_ms=None, at=session.clock.now(), note=f"no answer within {PROBE_SECONDS:.0f} s")


def doubts(row: BidRow, certificates: Sequence[Certificate] | None, now: datetime) -> list[str]:
    """What is not known of a bid that is about to be taken, one sentence each."""
    found: list[str] = []
    sources_ = {g.source for g in row.gpus}
    if GpuSource.NONE in sources_:
        found.append(f"{row.name} does not disclose which GPU this bid gives.")
    elif GpuSource.CANDIDATES in sources_:
        models = " or ".join(dict.fromkeys(g.model.model for g in row.gpus))
        found.append(f"{row.name} does not say which of {models} this bid gives.")
    elif GpuSource.PROVIDER in sources_:
        found.append(f"The GPU model is from the attributes of {row.name}, not from its bid.")
    if row.audited is None:
        found.append(f"Whether {row.name} is audited is not known.")
    elif not row.audited:
        found.append(f"{row.name} is not audited.")
    if row.reach is None or not row.reach.ok:
        why = f": {row.reach.note}" if row.reach is not None and row.reach.note else ""
        found.append(f"{row.name} did not answer on its status page{why}.")
    if certificates is None:
        found.append(f"Whether {row.name} has a certificate on chain is not known.")
    elif not certificates:
        found.append(f"{row.name} has no certificate on chain; without a public one no manifest can be sent to it.")
    if row.profile is None:
        found.append(f"Uptime of {row.name} is not known.")
    else:
        age = (now - row.profile.read_at).total_seconds()
        if age > STALE_UPTIME_SECONDS:
            found.append(f"The uptime figure of {row.name} is {int(age // 60)} min old.")
    return found


def overtaken(book: BidBook, quote: LeaseQuote) -> str:
    """Why a lease quote is out of date, as the bids are now; "" while it is not."""
    for row in quote.rows:
        now = book.row(row.id)
        if now is None or now.state is not RowState.OPEN:
            return f"{row.name}: this bid is gone ({now.gone_reason or now.state.value if now else 'unknown'})."
        if now.bid.price != row.bid.price:
            return f"{row.name} asks ≈ ${act(now.price_h)} an hour now."
    return ""


async def accept(session: Session, run: DeploymentRun, quote: LeaseQuote) -> None:
    """Re-read bids and orders (`BidGone`, `OrderGone`, `PriceMoved`), then sign exactly the quote and wait for its
    block. On return `run.leases` are active and cost money. Raises `BadInput` for a quote of another deployment."""
    other = next((bid.id.dseq for bid in quote.bids if bid.id.deployment != run.id), None)
    if other is not None:
        raise BadInput(
            f"This quote is for bids of deployment {other}, not of {run.id.dseq}; nothing was signed.",
            "Choose among the bids of this one.",
        )
    with session.alone(run.id):
        await refuse_while_open(session, run.id)
        await _accept(session, run, quote)


async def _accept(session: Session, run: DeploymentRun, quote: LeaseQuote) -> None:
    run.begin()
    run.price_accepted, run.signed_at = False, session.clock.monotonic()
    run.enter(Stage.LEASING)
    run.step("signed", StepState.ACTIVE)
    try:
        for quoted in quote.bids:
            bid = await takeable(session, quoted.id)
            changed = ""
            if bid.price != quoted.price:
                changed = f"now {block_price(bid.price)} instead of {block_price(quoted.price)} a block"
            elif bid.offers != quoted.offers:
                changed = "it now offers other resources"
            if changed:
                raise PriceMoved(
                    f"The bid is no longer the one that was shown ({changed}).", "Check it again before you accept it."
                )

        def on_step(step: str, tx: SignedTx) -> None:
            if step == "signed":
                run.step("signed", StepState.DONE)
                run.step("in block", StepState.ACTIVE, f"tx {tx.hash}")

        leases = [(b.id, b.price) for b in quote.bids]
        about: dict[str, object] = {
            "leases": lease_about(leases),
            "price_h": str(round(quote.price_h, 6)),
            "extra_deposit": str(quote.extra_deposit) if quote.extra_deposit else "",
        }
        there = run.book.rows()
        result = await spend(session, quote, JournalPurpose(IntentKind.LEASE, run.id.dseq, about), on_step)
    except AkashError as error:
        run.fail(error)
        if error.certain:
            run.enter(Stage.COLLECTING)
        raise
    run.step("in block", StepState.DONE, f"block {result.height} · tx {result.hash}")
    run.leases = await _made(session, run, quote, result.height)
    remember_taken(session, [bid.id for bid in quote.bids])
    keep_receipt(session, run, quote, result, there)
    begun = min(lease.created_at for lease in run.leases)
    RuntimeLimits(session.journal).begin(run.chain_id, run.id, begun, session.clock.now())
    run.step("lease", StepState.DONE)
    run.enter(Stage.DELIVERING)
    taken = {b.id for b in quote.bids}
    made = tuple((lease.id, lease.price) for lease in run.leases if lease.id in taken)  # the chain's word
    run.emit(Leased(run.head(), result.hash, result.height, made))


async def _made(session: Session, run: DeploymentRun, quote: LeaseQuote, height: int) -> tuple[Lease, ...]:
    """The new leases; a node that indexes late has not got them yet, then they are as the transaction made them."""
    listed: dict[BidId, Lease] = {}
    wanted = {bid.id for bid in quote.bids}
    for _ in range(LEASE_READS):
        try:
            listed = {lease.id: lease for lease in await session.chain.leases(run.id.owner, run.id.dseq)}
        except AkashError as fault:
            run.read_error = fault
        if wanted <= listed.keys():
            break
        await session.clock.sleep(LEASE_PAUSE)
    for id in wanted:
        other = await at_second(session, lambda reads, id=id: reads.lease(id))  # type: ignore[misc]
        known = listed.get(id)
        if other is not None and (known is None or other.price.amount > known.price.amount):
            listed[id] = other  # where two endpoints differ, the higher price is the one to be asked about
    made = tuple(listed.get(b.id) or Lease(b.id, LeaseState.ACTIVE, b.price, height, 0, "") for b in quote.bids)
    earlier = tuple(lease for id, lease in listed.items() if id not in {b.id for b in quote.bids})
    return tuple(running_leases(earlier)) + made


async def next_best(
    session: Session, run: DeploymentRun, tried: Mapping[BidId, str], rule: Rule
) -> dict[int, BidId] | None:
    """After a refusal before the lease: what the rule takes next, one bid a group; None if a group has none. `tried`
    are bids that failed, each with the reason."""
    await read_once(session, run)
    return decide(run.book, rule, tried=tried, avoid=run.avoided, beside=run.leased_from).choice
