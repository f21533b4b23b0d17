"""Turn AKT into ACT and back: quote, sign, and wait for what the chain's ledger makes of it.

The chain only queues it; some blocks later it is executed at the price of that moment, or cancelled
and paid back (chain recordings, fact 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from akash_tui.domain.akash.messages import BurnAct, Message, MintAct
from akash_tui.domain.akash.money import MICRO, UACT, UAKT, Coin, coin_name, named, units
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AktPrice, BadInput, Insufficient, MintRecord, MintStatus, Refused, TxResult
from akash_tui.services.spending.bounds import rate_beyond
from akash_tui.services.spending.intent_money import coin_of
from akash_tui.services.spending.mint_ledger import own_record, taken_by_others
from akash_tui.services.spending.quotes import Quote
from akash_tui.services.spending.quoting import ChainSnapshot, read_snapshot, simulate_quote
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome, ledger_records

WHOLE_BPS: Final = Decimal(10_000)
EPOCHS_WAITED: Final = 4
"""Epochs to wait for the result; with low collateral the chain may take longer, and says so in its status."""
LEAST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 900.0
"""Seconds, however long an epoch is by what the node shows."""
LONGEST_PAUSE: Final = 10.0
_LATER: Final = "Try again later: akash-tui doctor shows when it works again."
PENDING: Final = "pending"
CANCELED: Final = "canceled"
MARGIN: Final = Decimal("1.02")
"""What is minted for a deposit is so much more than what is missing: the price may move until it is executed."""
_CANCELED_BECAUSE: Final = {
    "minimum_mint": "it would have given less than the chain's minimum",
    "epsilon": "it would have given less than the smallest part of a token",
}
"""Reasons of the chain in words (chain recordings, `bme-ledger-cancelled`)."""


@dataclass(frozen=True, slots=True)
class MintQuote(Quote):
    """Give `burn`, get about `gives`; the price that counts is the one at execution."""

    burn: Coin
    gives: Coin
    seconds: float
    """About how long the chain takes."""
    blocks: int
    """The same in blocks: at most one epoch and the block that asks for it."""
    price: AktPrice
    """By the chain's oracle."""
    spread_bps: int
    """Hundredths of a percent that the chain keeps of a mint; 0 for a burn."""
    least: Coin | None
    """A mint that would give less is cancelled; None for a burn, and where there is no minimum."""
    risks: tuple[str, ...]
    """What could go wrong, one sentence each."""

    @property
    def is_mint(self) -> bool:
        """Whether AKT becomes ACT, and not the other way."""
        return self.burn.denom == UAKT


async def mint_quote(session: Session, act: Decimal) -> MintQuote:
    """Burn as much AKT as gives `act` ACT now. Raises `BadInput` (below the minimum) or `Refused` (halted)."""
    status = await _status(session)
    if not status.mints_allowed:
        raise Refused(status.halt_title, _LATER)
    price = await _price(session)
    wanted = int((act * MICRO).to_integral_value(ROUND_CEILING))
    least = _least(status)
    if wanted < least:
        raise BadInput(
            f"{units(wanted)} ACT is below the chain's minimum of {units(least)} ACT: it would be cancelled later.",
            f"Mint at least {units(least)} ACT.",
        )
    if not 0 <= status.spread_bps < WHOLE_BPS:
        raise Refused(
            f"The node's spread for a mint is not possible: {status.spread_bps} of {WHOLE_BPS} parts.",
            "Use another endpoint; nothing was signed.",
        )
    share = 1 - Decimal(status.spread_bps) / WHOLE_BPS
    burn = Coin(UAKT, int((wanted / price.usd / share).to_integral_value(ROUND_CEILING)))
    return await _quote(session, MintAct(session.owner, burn), burn, Coin(UACT, wanted), status, price)


async def burn_quote(session: Session, act: Decimal) -> MintQuote:
    """Burn `act` ACT for AKT at the price of the moment."""
    status = await _status(session)
    if not status.refunds_allowed:
        raise Refused(f"{status.halt_title} Nothing is paid back for ACT either.", _LATER)
    price = await _price(session)
    burn = Coin(UACT, int(act * MICRO))
    if burn.amount <= 0:
        raise BadInput("That is less than the smallest part of an ACT.", "Say how much ACT to burn: 5.")
    gives = Coin(UAKT, int(burn.amount / price.usd))
    return await _quote(session, BurnAct(session.owner, burn), burn, gives, status, price)


async def _status(session: Session) -> MintStatus:
    status = await session.chain.mint_status()
    if status is None:
        raise BadInput("This chain has no mint.", "Fund the wallet with what this chain takes.")
    return status


def _least(status: MintStatus) -> int:
    """The fewest micro-ACT that a mint may give; 0 without a minimum."""
    return next((c.amount for c in status.min_mint if c.denom == UACT), 0)


async def act_to_mint(session: Session, missing: int) -> Decimal:
    """How much ACT to mint where this many micro-ACT are missing: a little more, since the price may move, and no less
    than the chain's minimum. Two places at most."""
    status = await _status(session)
    wanted = max(Decimal(missing) * MARGIN, Decimal(_least(status))) / MICRO
    return wanted.quantize(Decimal("0.01"), ROUND_CEILING)


async def _price(session: Session) -> AktPrice:
    price = await session.chain.akt_price()
    if price is None or price.usd <= 0:
        raise Refused("The chain has no AKT price now, so nothing can be minted.", _LATER)
    return price


async def _quote(
    session: Session, message: Message, burn: Coin, gives: Coin, status: MintStatus, price: AktPrice
) -> MintQuote:
    on = await read_snapshot(session)
    have = on.balance(burn.denom)
    if have < burn.amount:
        raise Insufficient(
            f"This needs {named(burn)} and the wallet has {named(Coin(burn.denom, have))}.",
            "Ask for less, or fund the wallet first.",
            need=burn,
            have=Coin(burn.denom, have),
        )
    unverified = ["The price that counts is the one at execution, some blocks later."]
    worse = await rate_beyond(session, burn, gives, price.usd, unverified, on.now)
    base = await simulate_quote(session, on, (message,), 0, unverified)
    base["beyond"] = worse + base["beyond"]
    draft = base["draft"]
    fee = Coin(draft.fee.denom, 0 if draft.fee_granter else draft.fee.amount)  # of this wallet
    base["balances_after"] = _after(on, burn, gives, fee)
    if burn.denom == fee.denom and have < burn.amount + fee.amount:
        raise Insufficient(
            f"Nothing would be left for gas: {named(burn)} and {named(fee)} are more than the wallet has.",
            "Ask for a little less.",
        )
    is_mint, least, blocks = burn.denom == UAKT, _least(status), status.epoch_blocks + 1
    return MintQuote(
        **base,
        burn=burn,
        gives=gives,
        seconds=float(on.block_time.seconds) * blocks,
        blocks=blocks,
        price=price,
        spread_bps=status.spread_bps if is_mint else 0,
        least=Coin(UACT, least) if is_mint and least else None,
        risks=tuple(_risks(status, burn, least if is_mint else 0)),
    )


def _risks(status: MintStatus, burn: Coin, least: int) -> Iterator[str]:
    """What could go wrong between the signature and the execution."""
    token = coin_name(burn.denom)
    if status.status.endswith("_warning"):
        yield "The collateral of ACT is low now: it may take longer than usual."
    if least:
        yield (
            f"If it would give less than {units(least)} ACT then, it is cancelled: the {token} come back, "
            "the gas does not."
        )
    yield f"If the mint halts meanwhile, it waits, and the {token} with it."


def _after(on: ChainSnapshot, burn: Coin, gives: Coin, fee: Coin) -> tuple[Coin, ...]:
    held = {c.denom: c.amount for c in on.balances}
    held[burn.denom] = held.get(burn.denom, 0) - burn.amount
    held[fee.denom] = held.get(fee.denom, 0) - fee.amount
    held[gives.denom] = held.get(gives.denom, 0) + gives.amount
    return tuple(Coin(denom, amount) for denom, amount in sorted(held.items()))


async def execute(session: Session, quote: MintQuote) -> TxResult:
    """Sign exactly the quote and wait for its block; `outcome` then reads what came of it.

    Raises `TxUnknown` while an earlier one is undecided, and what a spend raises.
    """
    await refuse_while_open(session, None)
    kind = IntentKind.MINT if quote.burn.denom == UAKT else IntentKind.BURN
    return await spend(session, quote, JournalPurpose(kind, None, {"burn": str(quote.burn), "gives": str(quote.gives)}))


async def outcome(session: Session, quote: MintQuote, result: TxResult) -> MintRecord | None:
    """Wait until the ledger has executed or cancelled it. None if it is still pending after a long while, and if the
    ledger shows another of this wallet in the same block that may be it as well."""
    deadline = session.clock.monotonic() + min(LONGEST_WAIT, max(LEAST_WAIT, quote.seconds * EPOCHS_WAITED))
    while True:
        records = await session.chain.mint_records(quote.owner)
        taken = taken_by_others(session.journal, quote.chain_id, quote.owner, result.hash)
        record = own_record(records, quote.burn, result.height, result.records, taken)
        if record is not None and record.status != PENDING:
            note_ended(session.journal, session.journal.of_tx(quote.chain_id, result.hash), records)
            return record
        if session.clock.monotonic() > deadline:
            return None
        await session.clock.sleep(min(LONGEST_PAUSE, max(0.05, quote.seconds / 10)))


def note_ended(journal: Journal, intents: Iterable[Intent], records: Sequence[MintRecord]) -> None:
    """Write into the journal what those of the intents gave that the ledger shows as executed or cancelled."""
    for intent in intents:
        burn = coin_of(intent.about.get("burn"))
        if intent.outcome is not Outcome.DONE or burn is None or "gave" in intent.about:
            continue
        taken = taken_by_others(journal, intent.chain_id, intent.owner, intent.tx_hash)
        record = own_record(records, burn, intent.height or 0, ledger_records(intent), taken)
        if record is None or record.status == PENDING:
            continue
        if record.status == CANCELED:
            journal.note_exchanged(intent, burn, canceled_words(record, burn))
        elif (gave := paid_out(record)) is not None:
            journal.note_exchanged(intent, gave)


def canceled_words(record: MintRecord, burn: Coin) -> str:
    """`cancelled: it would have given less than the chain's minimum; AKT paid back`."""
    return f"cancelled: {why_canceled(record)}; {coin_name(burn.denom)} paid back"


def why_canceled(record: MintRecord) -> str:
    """The chain's reason in words, as the end of a sentence; a reason that we do not know as the chain writes it."""
    return _CANCELED_BECAUSE.get(record.cancel_reason, record.cancel_reason) or "the chain gives no reason"


def paid_out(record: MintRecord) -> Coin | None:
    """What a mint or burn gave in the end, the spread taken off; None if it was cancelled."""
    if record.status == CANCELED or record.minted is None:
        return None
    taken = record.spread.amount if record.spread is not None and record.spread.denom == record.minted.denom else 0
    return Coin(record.minted.denom, record.minted.amount - taken)
