"""The detail pane: everything that is known of one bid, where it is from, and how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from akash_tui.domain.bid_row import BidRow, RowState
from akash_tui.domain.gpu import GpuSource
from akash_tui.domain.money import BlockTime, plain, rate
from akash_tui.domain.text import short_address
from akash_tui.ui import words
from akash_tui.ui.drafts import GIB
from akash_tui.ui.fields import Line

_SOURCES = {
    GpuSource.PROVIDER: "not in the bid; the provider's attributes leave only this one",
    GpuSource.CANDIDATES: "one of these; the bid does not say which",
    GpuSource.NONE: "the bid names no GPU, and nothing else tells",
}


def bid_detail(row: BidRow, block_time: BlockTime, now: datetime, note: str = "") -> list[Line | Content]:
    """Lines for the pane."""
    out: list[Line | Content] = [Line("offers", _offers(row))]
    if row.gpus and row.gpus[0].source is not GpuSource.BID:
        out.append(Line("", _SOURCES[row.gpus[0].source], "warn"))
    fuller = [f for f in row.disclosure.fuller if f is not None]
    if fuller:
        out.append(Line("", f"the provider says {_gpu_words(fuller[0])}; the bid does not", "muted"))
    out.append(_price(row, block_time))
    if row.vs_market is not None:
        percent = int((row.vs_market * 100).to_integral_value())
        out.append(Line("market", f"{abs(percent)} % {'above' if percent > 0 else 'below'} the median of recent bids"))
    out += _provider(row, now)
    if note:
        out.append(Line("your note", note))
    if row.state is not RowState.OPEN:
        out.append(
            Line("state", f"{row.state.value}: {row.gone_reason}" if row.gone_reason else row.state.value, "warn")
        )
    return out


def _gpu_words(model: object) -> str:
    from akash_tui.domain.gpu import GpuModel

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
        parts = [f"{row.disclosure.count} GPU, {words.NOT_DISCLOSED}"]
    offers = row.bid.offers
    if offers:
        cpu = sum((Decimal(o.resources.cpu_milli) / 1000 * o.count for o in offers), Decimal(0))
        memory = sum(o.resources.memory * o.count for o in offers)
        disk = sum(v.size * o.count for o in offers for v in o.resources.storage)
        parts += [f"{cpu.normalize():f} CPU", f"{Decimal(memory) / GIB:.4g} GiB", f"{Decimal(disk) / GIB:.4g} GiB disk"]
    return " · ".join(parts) or words.NOT_DISCLOSED


def _price(row: BidRow, block_time: BlockTime) -> Line:
    price = row.bid.price
    parts = [f"{plain(price.amount)} {price.denom}/block"]
    if row.price_h is not None:
        parts.append(f"≈ ${rate(row.price_h)}/h")
    if row.month is not None:
        parts.append(f"≈ ${row.month:,.0f}/month")
    parts.append(f"block {block_time.seconds:.2f} s ({'measured' if block_time.measured else 'assumed'})")
    return Line("price", " · ".join(parts))


def _provider(row: BidRow, now: datetime) -> Sequence[Line]:
    out = [
        Line("provider", words.provider_name(row.id.provider, row.provider, row.profile)),
        Line("account", row.id.provider, "muted"),
    ]
    facts: list[str] = []
    if row.provider is not None:
        facts.append(row.provider.host)
    facts.append(row.region or "region not known")
    if row.audited is None:
        facts.append("audit not known")
    elif row.audited:
        facts.append("audited" + (f" by {short_address(row.auditors[0])}" if row.auditors else ""))
    else:
        facts.append("not audited")
    out.append(Line("", " · ".join(facts), "muted"))
    if row.profile is not None and row.profile.leases is not None:
        age = words.ago((now - row.profile.read_at).total_seconds())
        up = f"up {row.uptime * 100:.1f} % of 7 days · " if row.uptime is not None else ""
        out.append(Line("", f"{up}{words.plural(row.profile.leases, 'lease')} · figures read {_when(age)}", "muted"))
    reach = row.reach
    if reach is None:
        out.append(Line("answers", "not asked yet", "muted"))
    elif reach.ok:
        ms = f"in {reach.latency_ms:.0f} ms, " if reach.latency_ms is not None else ""
        out.append(Line("answers", f"{ms}{_when(words.ago((now - reach.at).total_seconds()))}"))
    else:
        out.append(
            Line(
                "answers", f"no: {reach.note or 'silent'}, {_when(words.ago((now - reach.at).total_seconds()))}", "bad"
            )
        )
    return out


def _when(age: str) -> str:
    return "just now" if age == "now" else f"{age} ago"
