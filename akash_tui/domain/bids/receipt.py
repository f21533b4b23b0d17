"""The receipt of a decision: which bids were there, what was chosen by which rule, and what was signed for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.money import Coin, DecCoin, exact, named, plain, rate, units
from akash_tui.domain.text import NOT_KNOWN, clean

BY_HAND = "chosen by hand"
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$:@])")


@dataclass(frozen=True, slots=True)
class ReceiptBid:
    """One bid that was there."""

    id: BidId
    provider: str
    """Its full name."""
    gpus: str
    price: DecCoin
    """Per block."""
    price_h: Decimal | None
    """ACT per hour for the group."""
    gpu_h: Decimal | None
    state: str
    chosen: bool
    reason: str
    """Why the rule did not take it, or why it could not be taken; "" where nothing is to be said."""


@dataclass(frozen=True, slots=True)
class ReceiptChoice:
    """What was chosen for one group."""

    bid: ReceiptBid
    rule: str
    """Everything that the rule asks for, or `BY_HAND`."""
    lease_price: DecCoin
    """What the lease costs per block by the chain; the bid's own price where they agree."""
    market: Decimal | None
    """The network's median per GPU-hour for the model then; None if it was not known."""


@dataclass(frozen=True, slots=True)
class DecisionReceipt:
    """All of it, as it was when the lease was in its block."""

    at: datetime
    network: str
    practice: bool
    chain_id: str
    owner: str
    dseq: int
    name: str
    tx: str
    height: int
    choices: tuple[ReceiptChoice, ...]
    bids: tuple[ReceiptBid, ...]
    more: int
    """Bids that were there and are not listed."""
    price: DecCoin
    """Of all leases together, per block, as quoted."""
    price_h: Decimal
    deposit: Coin | None
    """Put into escrow with the lease; None if the escrow had enough."""
    fee: Coin
    fee_ceiling: Coin
    gas_limit: int
    lasts_hours: Decimal | None
    ends_at: datetime | None
    unverified: tuple[str, ...]
    fee_payer: str = ""
    """The account whose grant paid the gas; empty where the wallet did."""

    def markdown(self) -> str:
        """The receipt to read. What others wrote is escaped: it forms no link, no heading and no table of its own."""
        practice = " (practice: no real money)" if self.practice else ""
        out = [
            f"# Receipt: deployment {self.dseq}",
            "",
            f"- **when**: {self.at:%Y-%m-%d %H:%M:%S} UTC",
            f"- **network**: {escaped(self.network)} ({escaped(self.chain_id)}){practice}",
            f"- **deployment**: {escaped(self.name)}, dseq {self.dseq}, of {escaped(self.owner)}",
            f"- **transaction**: {escaped(self.tx)}, block {self.height}",
            "",
            "## Chosen",
            "",
        ]
        for choice in self.choices:
            out += [*_chosen(choice), ""]
        out += [
            "## Signed",
            "",
            f"- **price**: {plain(self.price.amount)} {escaped(self.price.denom)} a block, "
            f"≈ {rate(self.price_h)} ACT an hour, all leases of the deployment",
            f"- **deposit**: {'nothing more' if self.deposit is None else exact(self.deposit.amount) + ' ACT more'}",
            f"- **gas**: {units(self.fee.amount, 6)} AKT (at most {units(self.fee_ceiling.amount, 6)}), "
            f"limit {self.gas_limit:,}" + (f", paid by {escaped(self.fee_payer)}" if self.fee_payer else ""),
            f"- **funds last**: {_hours(self.lasts_hours)}"
            + (f", until about {self.ends_at:%Y-%m-%d %H:%M} UTC" if self.ends_at is not None else ""),
            *(f"- **not verified**: {escaped(doubt)}" for doubt in self.unverified),
            "",
            f"## Bids that were there: {len(self.bids) + self.more}",
            "",
            "| group | provider | GPU | per hour | per GPU-hour | per block | state | why not |",
            "| --- | --- | --- | ---: | ---: | ---: | --- | --- |",
            *(_row(bid) for bid in self.bids),
        ]
        if self.more:
            out += ["", f"And {self.more} more, which are not listed."]
        return "\n".join(out) + "\n"


def _chosen(choice: ReceiptChoice) -> list[str]:
    bid = choice.bid
    by = BY_HAND if choice.rule == BY_HAND else f"by the rule: {escaped(choice.rule)}"
    out = [
        f"- **group {bid.id.gseq}**: {escaped(bid.gpus)} at {escaped(bid.provider)} ({escaped(bid.id.provider)}), {by}",
        f"- **bid**: {plain(bid.price.amount)} {escaped(bid.price.denom)} a block, ≈ {_rate(bid.price_h)} ACT an hour"
        + (f", {_rate(bid.gpu_h)} per GPU-hour" if bid.gpu_h is not None else ""),
    ]
    if choice.lease_price != bid.price:
        out.append(f"- **lease on chain**: {named(choice.lease_price, 6)} a block, not the price of the bid")
    if choice.market is not None and bid.gpu_h is not None:
        percent = round((bid.gpu_h / choice.market - 1) * 100)
        place = f"{abs(percent)} % {'above' if percent > 0 else 'below'} it" if percent else "at it"
        out.append(f"- **market**: median {rate(choice.market)} per GPU-hour, this is {place}")
    return out


def _row(bid: ReceiptBid) -> str:
    cells: Sequence[str] = (
        str(bid.id.gseq),
        escaped(bid.provider),
        escaped(bid.gpus),
        _rate(bid.price_h),
        _rate(bid.gpu_h),
        f"{plain(bid.price.amount)} {escaped(bid.price.denom)}",
        "**chosen**" if bid.chosen else escaped(bid.state),
        escaped(bid.reason),
    )
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Text of others for Markdown: one line, each sign that could mean something with a backslash before it."""
    return _SPECIAL.sub(r"\\\1", clean(text, 400))


def _rate(value: Decimal | None) -> str:
    return NOT_KNOWN if value is None else rate(value)


def _hours(hours: Decimal | None) -> str:
    return "not known" if hours is None else f"about {hours:,.1f} hours"
