"""The detail pane: everything that is known of one bid, where it is from, and how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.akash.money import BlockTime, plain, rate
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.score import Score
from akash_tui.domain.text import short_address
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.session.draft import GIB
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine

_SOURCES = {
    GpuSource.PROVIDER: "not in the bid; the provider's attributes leave only this one",
    GpuSource.CANDIDATES: "one of these; the bid does not say which",
    GpuSource.NONE: "the bid names no GPU, and its provider's attributes name none",
}


def bid_detail(line: BidLine, note: str = "", score: Score | None = None) -> list[LabelledLine | Content]:
    """Lines for the pane."""
    row, now = line.row, line.now
    out: list[LabelledLine | Content] = [LabelledLine("offers", _offers(row))]
    if row.gpus and row.gpus[0].source is not GpuSource.BID:
        out.append(LabelledLine("", _SOURCES[row.gpus[0].source], "warn"))
    fuller = [offer.fuller for offer in row.gpus if offer.fuller is not None]
    if fuller:
        out.append(LabelledLine("", f"the provider says {_gpu_words(fuller[0])}; the bid does not", "muted"))
    out.append(_price(row, line.block_time))
    if row.oddity:
        out.append(LabelledLine("!", row.oddity, "bad", "bad"))
    if line.buys is not None and line.context.budget.amount is not None:
        out.append(
            LabelledLine("budget", f"${plain(line.context.budget.amount)} buys {formatting.span(line.buys)} here")
        )
    if line.why_over:
        out.append(LabelledLine("budget", line.why_over, "warn"))
    if line.why_avoided:
        out.append(LabelledLine("avoided", f"{line.why_avoided}; only you can accept it, with a", "warn", "warn"))
    out += _market(row, now)
    out += _provider(row, now)
    if row.reclaim_h is not None:
        out.append(
            LabelledLine("notice", f"may take the GPU back after {formatting.span(row.reclaim_h)} of notice", "warn")
        )
    if note:
        out.append(LabelledLine("your note", note))
    if row.state is not RowState.OPEN:
        out.append(
            LabelledLine(
                "state", f"{row.state.value}: {row.gone_reason}" if row.gone_reason else row.state.value, "warn"
            )
        )
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
    age = _when(formatting.ago((now - market.read_at).total_seconds()))
    name = f"{market.gpu.model} {market.gpu.vram_gib} GB" if market.gpu.vram_gib is not None else market.gpu.model
    source = f"from the indexer, read {age}; how many bids it counts is not published"
    return [
        LabelledLine("market", f"{side} the median of recent {name} bids, ${rate(market.median)} per GPU-hour"),
        LabelledLine("", source, "muted"),
    ]


def _gpu_words(model: object) -> str:
    from akash_tui.domain.akash.gpu import GpuModel

    assert isinstance(model, GpuModel)
    parts = [model.vendor, model.model]
    if model.vram_gib is not None:
        parts.append(f"{model.vram_gib} GB")
    if model.interface is not None:
        parts.append(model.interface)
    return " ".join(parts)


def _offers(row: BidRow) -> str:
    parts: list[str] = []
    if row.gpus and row.gpus[0].source is not GpuSource.NONE:
        parts = [f"{offer.count} × {_gpu_words(offer.model)}" for offer in row.gpus]
        if any(o.source is GpuSource.CANDIDATES for o in row.gpus):
            parts = [" or ".join(parts)]
        elif row.gpus[0].source is GpuSource.BID:
            parts[-1] += " (from the bid)"
    elif row.gpus:
        parts = [f"{row.disclosure.count} GPU, {formatting.NOT_DISCLOSED}"]
    offers = row.bid.offers
    if offers:
        cpu = sum((Decimal(o.resources.cpu_milli) / 1000 * o.count for o in offers), Decimal(0))
        memory = sum(o.resources.memory * o.count for o in offers)
        disk = sum(v.size * o.count for o in offers for v in o.resources.storage)
        parts += [f"{cpu.normalize():f} CPU", f"{Decimal(memory) / GIB:.4g} GiB", f"{Decimal(disk) / GIB:.4g} GiB disk"]
    return " · ".join(parts) or formatting.NOT_DISCLOSED


def _price(row: BidRow, block_time: BlockTime) -> LabelledLine:
    price = row.bid.price
    parts = [f"{plain(price.amount)} {price.denom}/block"]
    if row.price_h is not None:
        parts.append(f"≈ ${formatting.act(row.price_h)}/h")
    if row.gpu_h is not None and row.disclosure.count > 1:
        parts.append(f"${formatting.act(row.gpu_h)}/GPU-h")
    if row.gb_h is not None:
        parts.append(f"${formatting.per_gb(row.gb_h)}/GB VRAM-h")
    if row.month is not None:
        parts.append(f"≈ ${formatting.act(row.month.quantize(Decimal(1))).removesuffix('.00')}/month")
    parts.append(f"block {block_time.seconds:.2f} s ({'measured' if block_time.measured else 'assumed'})")
    return LabelledLine("price", " · ".join(parts))


def _provider(row: BidRow, now: datetime) -> Sequence[LabelledLine]:
    out = [
        LabelledLine("provider", row.name + (f" · run by {row.organization}" if row.organization else "")),
        LabelledLine("account", row.id.provider, "muted"),
    ]
    facts: list[str] = []
    if row.provider is not None:
        facts.append(row.provider.host)
    facts.append(row.region or "region not known")
    if row.audited is None:
        facts.append("audit not known")
    elif row.audited:
        facts.append("audited" + (f" by {', '.join(map(short_address, row.auditors))}" if row.auditors else ""))
    else:
        facts.append("not audited")
    out.append(LabelledLine("", " · ".join(facts), "muted"))
    if row.profile is not None:
        shares = [f"{name} {up * 100:.1f} %" for name, up in _uptimes(row) if up is not None]
        known = [f"up {', '.join(shares)}"] if shares else []
        known += [formatting.plural(row.profile.leases, "lease")] if row.profile.leases is not None else []
        known += [f"version {row.version}"] if row.version else []
        age = formatting.ago((now - row.profile.read_at).total_seconds())
        out.append(LabelledLine("", " · ".join([*known, f"figures read {_when(age)}"]), "muted"))
    reach = row.reach
    if reach is None:
        out.append(LabelledLine("answers", "not asked yet", "muted"))
    elif reach.ok:
        ms = f"in {reach.latency_ms:.0f} ms, " if reach.latency_ms is not None else ""
        out.append(LabelledLine("answers", f"{ms}{_when(formatting.ago((now - reach.at).total_seconds()))}"))
    else:
        out.append(
            LabelledLine(
                "answers",
                f"no: {reach.note or 'silent'}, {_when(formatting.ago((now - reach.at).total_seconds()))}",
                "bad",
            )
        )
    return out


def _uptimes(row: BidRow) -> tuple[tuple[str, float | None], ...]:
    return ("1 d", row.uptime_1d), ("7 d", row.uptime), ("30 d", row.uptime_30d)


def _when(age: str) -> str:
    return "just now" if age == "now" else f"{age} ago"
