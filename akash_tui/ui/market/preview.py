"""A GPU model or a provider in the preview beside the market's lists: what is known of it already, nothing is read."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.domain.market.provider_rows import name_of
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.domain.provider_note import UNDECIDED, ProviderNote
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.ui.base.provider_notes import note_lines
from akash_tui.ui.widgets.formatting import plural
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

MOST_HOLDERS = 12
"""Providers listed below a GPU model."""
NO_CHANGE = "change in 7 days ?: no figure for it, or one for all its sizes together"
"""Why a change is unknown: daily counts are published for a model's name, not for each size of it."""


def gpu_preview(row: GpuRow, sheets: Sequence[ProviderSheet], seen: str = "") -> list[LabelledLine | Content]:
    """A GPU model and the providers that list it, those with free GPUs first; `seen`: the prices of bids seen here."""
    count, price = market_formatting.count, market_formatting.price
    out: list[LabelledLine | Content] = [
        LabelledLine("GPU", f"{row.gpu.vendor} {row.gpu.words}", "strong"),
        LabelledLine("free", f"{count(row.free)} of {count(row.total)}", "good" if row.free else ""),
        LabelledLine("at", market_formatting.of_providers(row.providers_free, row.providers)),
        LabelledLine("$/GPU-hour", f"min {price(row.minimum)} · median {price(row.median)} · max {price(row.maximum)}"),
    ]
    if seen:
        out.append(LabelledLine("bids to you", seen))
    if row.leased_7d is not None:
        out.append(LabelledLine("leased", f"{market_formatting.signed(row.leased_7d)} in 7 days"))
    else:
        out.append(LabelledLine("leased", NO_CHANGE, "muted"))
    if row.paid is not None:
        out.append(LabelledLine("you paid", f"≈ {price(row.paid.gpu_h)} on {row.paid.at.astimezone():%-d %b %Y}"))
    holders = [s for s in sheets if s.profile.online is not False and any(row.gpu.matches(g) for g in s.profile.gpus)]
    holders.sort(key=lambda s: (-(s.resources.gpu.available or 0), name_of(s).full.casefold()))
    if holders:
        out += [BLANK, LabelledLine("listed by", plural(len(holders), "provider"))]
        out += [LabelledLine("", _holder(sheet)) for sheet in holders[:MOST_HOLDERS]]
        if len(holders) > MOST_HOLDERS:
            out.append(LabelledLine("", f"and {len(holders) - MOST_HOLDERS} more: v lists all", "muted"))
    return out


def _holder(sheet: ProviderSheet) -> str:
    free = sheet.resources.gpu.available
    return f"{name_of(sheet).full} · {'?' if free is None else plural(free, 'GPU')} free in all"


def provider_preview(sheet: ProviderSheet, note: ProviderNote = UNDECIDED) -> list[LabelledLine | Content]:
    """A provider; its address and gateway too."""
    profile, gpu = sheet.profile, sheet.resources.gpu
    place = ", ".join(part for part in (profile.region, sheet.city, profile.country) if part)
    ups = ((profile.uptime_1d, "1 d"), (profile.uptime_7d, "7 d"), (profile.uptime_30d, "30 d"))
    online = {True: ("online", "good"), False: ("does not answer", "bad"), None: ("not known", "muted")}[profile.online]
    audited = {True: "audited", False: "not audited", None: "audit not known"}[profile.audited]
    return [
        *note_lines(note),
        LabelledLine("now", online[0], online[1]),  # type: ignore[arg-type]
        LabelledLine("GPUs", f"{market_formatting.count(gpu.available)} of {market_formatting.count(gpu.total)} free"),
        LabelledLine("models", ", ".join(dict.fromkeys(g.words for g in profile.gpus)) or "none"),
        LabelledLine("place", place or NOT_KNOWN),
        LabelledLine("uptime", " · ".join(f"{days}: {market_formatting.uptime(share)}" for share, days in ups)),
        LabelledLine("audit", audited),
        LabelledLine("leases", market_formatting.count(profile.leases)),
        LabelledLine("version", profile.version or NOT_KNOWN),
        BLANK,
        LabelledLine("address", sheet.owner, "muted"),
        LabelledLine("gateway", profile.host_uri or NOT_KNOWN, "muted"),
    ]
