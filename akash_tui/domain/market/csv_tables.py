"""The market's views as plain tables, to copy or to write to a file: exact figures, empty where unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from akash_tui.domain.market.daily_series import Point, SeriesKind
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.domain.market.supply import GpuDay, ProviderSheet

Cell = str | int | float | Decimal | bool | datetime | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula, if a provider's text begins with it."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """`name` goes into a file's name: small letters and dashes."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def pages(self) -> Iterator[CsvTable]:
        """The whole table at once."""
        yield self

    def csv(self, *, header: bool = True) -> str:
        """As RFC 4180 has it, but for line ends."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if header:
            writer.writerow(self.header)
        writer.writerows([_text(cell) for cell in row] for row in self.rows)
        return out.getvalue()

    def tabs(self) -> str:
        """To be pasted into a spreadsheet: a tab between two cells."""
        lines = [self.header, *([_text(cell) for cell in row] for row in self.rows)]
        return "\n".join("\t".join(line) for line in lines)


class PagedTable(Protocol):
    """A table that is made page by page, for what may be too large to be in memory at once."""

    @property
    def name(self) -> str:
        """As that of a `CsvTable`."""

    def pages(self) -> Iterator[CsvTable]:
        """Its parts in order, each with the same header; at least one."""


def csv_parts(pages: Iterable[CsvTable]) -> Iterator[str]:
    """The pages as one CSV, in parts: the header is in the first."""
    for number, page in enumerate(pages):
        yield page.csv(header=number == 0)


def gpu_table(rows: Iterable[GpuRow]) -> CsvTable:
    """GPU models as listed; prices in USD, what you paid in ACT, per GPU-hour."""
    header = (
        *("vendor", "model", "vram_gib", "interface", "free", "total", "providers_free", "providers"),
        *("usd_gpu_h_min", "usd_gpu_h_median", "usd_gpu_h_average", "usd_gpu_h_max"),
        *("leased_7d", "paid_act_gpu_h", "paid_at", "source", "read_at"),
    )
    return CsvTable(
        "gpus",
        header,
        tuple(
            (
                *(r.gpu.vendor, r.gpu.model, r.gpu.vram_gib, r.gpu.interface),
                *(r.free, r.total, r.providers_free, r.providers),
                *(r.minimum, r.median, r.average, r.maximum),
                *(r.leased_7d, r.paid.gpu_h if r.paid else None, r.paid.at if r.paid else None),
                *(r.source.value, r.read_at),
            )
            for r in rows
        ),
    )


def provider_table(sheets: Iterable[ProviderSheet]) -> CsvTable:
    """Providers as listed."""
    header = (
        *("owner", "name", "organization", "host_uri", "online", "audited", "gpus_free", "gpus_total", "models"),
        *("region", "country", "uptime_1d", "uptime_7d", "uptime_30d", "version", "leases", "source", "read_at"),
    )
    return CsvTable(
        "providers",
        header,
        tuple(
            (
                *(s.owner, p.name, p.organization, p.host_uri, p.online, p.audited),
                *(s.resources.gpu.available, s.resources.gpu.total, " ".join(dict.fromkeys(g.model for g in p.gpus))),
                *(p.region, p.country, p.uptime_1d, p.uptime_7d, p.uptime_30d, p.version, p.leases),
                *(s.source.value, s.read_at),
            )
            for s in sheets
            for p in (s.profile,)
        ),
    )


def day_table(kind: SeriesKind, points: Sequence[Point], span: str) -> CsvTable:
    """A daily series, oldest first."""
    return CsvTable(f"{kind.name}-{span}", ("day", kind.unit), tuple((p.day.isoformat(), p.value) for p in points))


def gpu_day_table(model: str, days: Iterable[GpuDay]) -> CsvTable:
    """One GPU model day by day."""
    return CsvTable(
        f"{model}-days",
        ("day", "vendor", "model", "leased", "total", "utilization_percent", "providers", "nodes"),
        tuple(
            (d.day.isoformat(), d.vendor, d.model, d.leased, d.total, d.utilization, d.providers, d.nodes) for d in days
        ),
    )


def attribute_table(sheet: ProviderSheet) -> CsvTable:
    """A provider's attributes and who signed them."""
    return CsvTable(
        "provider",
        ("owner", "key", "value", "auditors"),
        tuple((sheet.owner, a.key, a.value, " ".join(a.auditors)) for a in sheet.attributes),
    )


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    text = str(cell).replace("\t", " ").replace("\n", " ")
    return "'" + text if isinstance(cell, str) and text.startswith(_FORMULA) else text
