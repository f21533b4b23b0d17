"""What a filter can ask of a bid: the names, their units, and how each is read from a row."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.filtering.filter_fields import Field, FieldKind, Texts, number_field, percent, texts, vocabulary

_SURE = (GpuSource.BID, GpuSource.PROVIDER)


def _gpu(row: BidRow) -> Texts:
    sure: list[str] = []
    maybe: list[str] = []
    for gpu in row.disclosure.gpus:
        if gpu.source in _SURE:
            sure.append(gpu.model.model.casefold())
        else:
            maybe.append(gpu.model.model.casefold() if gpu.source is GpuSource.CANDIDATES else "*")
    return sure, maybe


def _vendor(row: BidRow) -> Texts:
    sure = [g.model.vendor.casefold() for g in row.gpus if g.source in _SURE]
    maybe = [g.model.vendor.casefold() for g in row.gpus if g.source is GpuSource.CANDIDATES]
    return (sure, [*maybe, "*"]) if any(g.source is GpuSource.NONE for g in row.gpus) else (sure, maybe)


def _interface(row: BidRow) -> Texts:
    if not row.disclosure.known:
        return None
    seen = [g.fullest.interface for g in row.gpus]
    return None if None in seen else ([i.casefold() for i in seen if i is not None], ())


def _provider(row: BidRow) -> Texts:
    host = row.provider.host if row.provider is not None else None
    return texts(row.name, row.id.provider, host)


def _region(row: BidRow) -> Texts:
    return texts(row.region, row.profile.country if row.profile is not None else None)


def _auditor(row: BidRow) -> Texts:
    if row.audited is None or (row.audited and not row.auditors):
        return None
    return [a.casefold() for a in row.auditors], ()


def _latency(row: BidRow) -> Decimal | None:
    reach = row.reach
    return Decimal(str(reach.latency_ms)) if reach is not None and reach.ok and reach.latency_ms is not None else None


def _online(row: BidRow) -> bool | None:
    return row.reach.ok if row.reach is not None else None


FIELDS = (
    Field("gpu", FieldKind.NAME, "GPU model: gpu:h100|a100, gpu:rtx*", _gpu, "GPU"),
    number_field("per_gpu", "price", "≈ dollars an hour for one GPU", lambda r: r.gpu_h, "$"),
    number_field("price", "price", "≈ dollars per hour", lambda r: r.price_h, "$"),
    number_field("per_month", "price", "≈ dollars per month", lambda r: r.month, "$"),
    number_field("per_gb", "price", "≈ dollars an hour for one GB of VRAM", lambda r: r.gb_h, "$"),
    number_field("vs_market", "market", "per cent above the median (below: -)", lambda r: percent(r.vs_market), "%"),
    number_field("lasts", "lasts", "hours that the deposit lasts: lasts>24, lasts>=3d", lambda r: r.lasts, "h", "d"),
    number_field("vram", "VRAM", "GB on each GPU", lambda r: r.disclosure.vram_gib, "gb", "gib"),
    number_field("vram_total", "VRAM", "GB on all GPUs together", lambda r: r.disclosure.vram_total_gib, "gb", "gib"),
    number_field("gpus", "GPU count", "how many GPUs", lambda r: r.disclosure.count),
    number_field("uptime_1d", "uptime", "per cent of the last day", lambda r: percent(r.uptime_1d), "%"),
    number_field("uptime_7d", "uptime", "per cent of the last 7 days", lambda r: percent(r.uptime), "%"),
    number_field("uptime_30d", "uptime", "per cent of the last 30 days", lambda r: percent(r.uptime_30d), "%"),
    number_field("latency", "latency", "milliseconds that the provider took to answer", _latency, "ms", "s"),
    number_field("notice", "notice", "hours of notice before the GPU goes", lambda r: r.reclaim_h, "h", "d", "m"),
    number_field("leases", "leases", "leases that the provider has", lambda r: r.profile.leases if r.profile else None),
    Field("audited", FieldKind.FLAG, "an auditor has signed for it", lambda r: r.audited, "audit"),
    Field("auditor", FieldKind.TEXT, "address of the auditor", _auditor, "audit"),
    Field("online", FieldKind.FLAG, "its gateway answers", _online, "reachability"),
    Field("disclosed", FieldKind.FLAG, "the GPU is known", lambda r: r.disclosure.known, "GPU"),
    Field("open", FieldKind.FLAG, "it can be accepted", lambda r: r.state is RowState.OPEN, "state"),
    Field("odd", FieldKind.FLAG, "its price is marked as absurd", lambda r: bool(r.oddity), "price"),
    Field("region", FieldKind.TEXT, "region or country: region:eu", _region, "region"),
    Field("provider", FieldKind.TEXT, "name, host or address", _provider, "provider"),
    Field("vendor", FieldKind.NAME, "nvidia, amd", _vendor, "GPU"),
    Field("interface", FieldKind.TEXT, "sxm, pcie", _interface, "interface"),
    Field("version", FieldKind.TEXT, "the provider's software", lambda r: texts(r.version), "version"),
    Field("denom", FieldKind.NAME, "coin of the price", lambda r: texts(r.bid.price.denom), "denomination"),
    Field("state", FieldKind.NAME, "open, gone, lost, taken", lambda r: texts(r.state.value), "state"),
)  # fmt: skip


def haystack(row: BidRow) -> str:
    """All names and words that a row shows, folded; plain words of a filter are searched in it."""
    words = [row.state.value]
    for found in (_provider(row), _region(row)):
        words += found[0] if found is not None else ()
    for gpu in row.gpus:
        words += (gpu.model.vendor, gpu.model.model)
    if not row.disclosure.known:
        words.append("not disclosed")
    return "\n".join(words).casefold()


BIDS = vocabulary(FIELDS, haystack)
