"""The detail pane: everything that is known of one bid, where it is from, and how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.akash.money import BlockTime, plain, rate
from akash_tui.domain.akash.resources import have_sizes, totals
from akash_tui.domain.bids.bid_memory import ProviderMemory
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.formatting import NOT_DISCLOSED, act, hourly_words, per_gb, span
from akash_tui.domain.bids.score import Score
from akash_tui.domain.text import short_address
from akash_tui.ui.base.provider_notes import note_lines
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from akash_tui.ui.widgets.styles import Tone

_SOURCES = {
    GpuSource.PROVIDER: "not in the bid; the provider's attributes leave only this one",
    GpuSource.CANDIDATES: "one of these; the bid does not say which",
    GpuSource.NONE: "the bid names no GPU, and its provider's attributes name none",
}
_ONLY_BID = "the bid names no GPU, and nothing is known of its provider"


def bid_detail(
    line: BidLine,
    score: Score | None = None,
    *,
    several: bool = False,
    memory: ProviderMemory | None = None,
    rule: str = "",
) -> list[LabelledLine | Content]:
    """Lines for the pane; `several`: the list has bids for other deployments too; `memory`: None where none is kept;
    `rule`: what the rule says of it."""
    row, context = line.row, line.context
    now, budget = context.now, context.budget
    out: list[LabelledLine | Content] = [LabelledLine("offers", _offers(row))]
    if several:
        group = f", group {row.gseq}" if row.gseq != 1 else ""
        out.insert(0, LabelledLine("for", f"dseq {row.id.dseq}{group} of {row.id.owner}"))
    if row.gpus and row.gpus[0].source is not GpuSource.BID:
        asked_nobody = row.gpus[0].source is GpuSource.NONE and row.provider is None and row.profile is None
        out.append(LabelledLine("", _ONLY_BID if asked_nobody else _SOURCES[row.gpus[0].source], "warn"))
    fuller = [offer.fuller for offer in row.gpus if offer.fuller is not None]
    if fuller:
        out.append(
            LabelledLine("", f"the provider says {fuller[0].vendor} {fuller[0].words}; the bid does not", "muted")
        )
    out.append(_price(row, context.block_time))
    if row.oddity:
        out.append(LabelledLine("!", row.oddity, "bad", "bad"))
    if line.buys is not None and budget.amount is not None:
        out.append(LabelledLine("budget", f"${plain(budget.amount)} buys {span(line.buys)} here"))
    if line.over_budget:
        out.append(LabelledLine("budget", budget.why_over(row.price_h), "warn"))
    if rule:
        out.append(LabelledLine("rule", rule, "muted"))
    if line.why_avoided:
        out.append(LabelledLine("avoided", f"{line.why_avoided}; only you can accept it, with a", "warn", "warn"))
    out += note_lines(line.note)
    out += _market(row, now)
    if memory is not None:
        out += _remembered(row, memory, now)
    out += _provider(row, now)
    if row.reclaim_h is not None:
        out.append(LabelledLine("notice", f"may take the GPU back after {span(row.reclaim_h)} of notice", "warn"))
    if row.state is not RowState.OPEN:
        why = f": {row.gone_reason}" if row.gone_reason else ""
        out.append(LabelledLine("state", f"{row.state.value}{why}", "warn"))
    if score is not None:
        out.append(LabelledLine("score", f"{score.points} of 100, from these parts:"))
        out += [LabelledLine("", f"{p.name} {p.points}/{p.most} · {p.why}", "muted") for p in score.parts]
    return out


def _market(row: BidRow, now: datetime) -> list[LabelledLine]:
    market = row.market
    if row.vs_market is None or market is None or market.median is None:
        return []
    percent = int((row.vs_market * 100).to_integral_value())
    side = f"{abs(percent)} % {'above' if percent > 0 else 'below'}" if percent else "at"
    age = formatting.when(now, market.read_at)
    name = f"{market.gpu.model} {market.gpu.vram_gib} GB" if market.gpu.vram_gib is not None else market.gpu.model
    source = f"from the indexer, read {age}; sample size not published"
    return [
        LabelledLine("market", f"{side} the median of recent {name} bids, ${rate(market.median)} per GPU-hour"),
        LabelledLine("", source, "muted"),
    ]


def _remembered(row: BidRow, memory: ProviderMemory, now: datetime) -> list[LabelledLine]:
    """What this machine has seen of the provider before: its own figures, beside those of the network."""
    out: list[LabelledLine] = []
    price, delay = memory.price, memory.delay
    if price is not None and price.count > 1:
        out.append(LabelledLine("before", f"${price.line(row.gpu_h)}, per GPU-hour"))
        basis = f"{price.basis} for this model, the newest {formatting.when(now, price.last_at)}"
        out.append(LabelledLine("", basis, "muted"))
    elif row.gpu_h is not None and row.disclosure.only_model is not None:
        out.append(LabelledLine("before", "its first bid for this model seen here", "muted"))
    facts = []
    if delay is not None and delay.count > 1:
        facts.append(f"bids about {delay.seconds} s after an order ({delay.count} bids seen here)")
    if memory.record is not None and memory.record.line():
        facts.append(memory.record.line())
    tone: Tone = "warn" if memory.record is not None and memory.record.failed else ""
    return [*out, *(LabelledLine("", fact, tone if "failed" in fact else "") for fact in facts)]


def _offers(row: BidRow) -> str:
    parts: list[str] = []
    if row.gpus and row.gpus[0].source is not GpuSource.NONE:
        parts = [f"{offer.count} × {offer.model.vendor} {offer.model.words}" for offer in row.gpus]
        if any(o.source is GpuSource.CANDIDATES for o in row.gpus):
            parts = [" or ".join(parts)]
        elif row.gpus[0].source is GpuSource.BID:
            parts[-1] += " (from the bid)"
    elif row.gpus:
        count = row.disclosure.count
        parts = [f"{count} GPU, {NOT_DISCLOSED}" if count else NOT_DISCLOSED]
    offers = row.bid.offers
    if have_sizes(offers):
        cpu, memory, disk = totals(offers)
        parts += [f"{cpu.normalize():f} CPU", f"{memory:.4g} GiB", f"{disk:.4g} GiB disk"]
    return " · ".join(parts) or NOT_DISCLOSED


def _price(row: BidRow, block_time: BlockTime) -> LabelledLine:
    price = row.bid.price
    parts = [f"{plain(price.amount)} {price.denom}/block"]
    if hourly_words(row):
        parts.append(hourly_words(row))
    if row.gpu_h is not None and row.disclosure.count > 1:
        parts.append(f"${act(row.gpu_h)}/GPU-h")
    if row.gb_h is not None:
        parts.append(f"${per_gb(row.gb_h)}/GB VRAM-h")
    if row.month is not None:
        parts.append(f"≈ ${act(row.month.quantize(Decimal(1))).removesuffix('.00')}/month")
    parts.append(f"block {block_time.seconds:.2f} s ({block_time.how})")
    return LabelledLine("price", " · ".join(parts))


def _provider(row: BidRow, now: datetime) -> Sequence[LabelledLine]:
    out = [
        LabelledLine("provider", row.name),
        LabelledLine("address", row.id.provider, "muted"),
    ]
    facts = [row.region or "region not known"]
    if row.audited is None:
        facts.append("audit not known")
    elif row.audited:
        facts.append("audited" + (f" by {', '.join(map(short_address, row.auditors))}" if row.auditors else ""))
    else:
        facts.append("not audited")
    out.append(LabelledLine("", " · ".join(facts), "muted"))
    if row.profile is not None:
        uptimes = (("1 d", row.uptime_1d), ("7 d", row.uptime), ("30 d", row.uptime_30d))
        shares = [f"{name} {up * 100:.1f} %" for name, up in uptimes if up is not None]
        known = [f"up {', '.join(shares)}"] if shares else []
        known += [formatting.plural(row.profile.leases, "lease")] if row.profile.leases is not None else []
        known += [f"version {row.version}"] if row.version else []
        out.append(
            LabelledLine("", " · ".join([*known, f"figures read {formatting.when(now, row.profile.read_at)}"]), "muted")
        )
    reach = row.reach
    if reach is None:
        out.append(LabelledLine("answers", "not asked yet", "muted"))
    elif reach.ok:
        ms = f"in {reach.latency_ms:.0f} ms, " if reach.latency_ms is not None else ""
        out.append(LabelledLine("answers", f"{ms}{formatting.when(now, reach.at)}"))
    else:
        out.append(LabelledLine("answers", f"no: {reach.note or 'silent'}, {formatting.when(now, reach.at)}", "bad"))
    return out
