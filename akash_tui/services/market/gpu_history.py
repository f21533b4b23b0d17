"""The GPUs of all days: what the table needs at once, and a model's own days only when they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from pydantic import TypeAdapter

from akash_tui.domain.market.gpu_rows import weekly_changes
from akash_tui.domain.market.supply import GpuDay

Model = tuple[str, str]
"""Vendor and model."""
_Row = tuple[int, int | None, int | None, int | None, int | None, Decimal | None]
"""Days since the first; providers, nodes, all GPUs, leased ones; percent."""
_INDEX: TypeAdapter[list[tuple[str, str, int | None]]] = TypeAdapter(list[tuple[str, str, int | None]])
_DAYS: TypeAdapter[tuple[date, list[_Row]]] = TypeAdapter(tuple[date, list[_Row]])


class GpuHistory:
    """Days by model. Eighty models of a thousand days are 80,000 things: they are read one model at a time."""

    def __init__(self, days: dict[Model, Sequence[GpuDay] | bytes], changes: dict[Model, int]) -> None:
        self._days = days
        self.changes = changes
        """Leased on the newest day less leased a week before, where both are known."""

    @classmethod
    def of_days(cls, days: Sequence[GpuDay]) -> GpuHistory:
        """The days as the indexer lists them, oldest first."""
        found: dict[Model, list[GpuDay]] = {}
        for each in days:
            found.setdefault((each.vendor, each.model), []).append(each)
        return cls(dict(found), weekly_changes(days))

    def of(self, vendor: str, model: str) -> Sequence[GpuDay]:
        """The days of one model, oldest first; none if it is unknown."""
        days = self._days.get((vendor, model), ())
        if isinstance(days, bytes):
            days = self._days[vendor, model] = _read((vendor, model), days)
        return days

    def named(self, model: str) -> list[GpuDay]:
        """The days of all models of this name, of any vendor."""
        return [day for vendor, name in list(self._days) if name == model for day in self.of(vendor, name)]

    # --- on the disk --------------------------------------------------------------------------

    @staticmethod
    def lines(past: GpuHistory) -> Iterable[bytes]:
        """Which models there are and their changes; then a line of days for each."""
        yield _INDEX.dump_json([(*key, past.changes.get(key)) for key in past._days])
        for days in past._days.values():
            yield days if isinstance(days, bytes) else _line(days)

    @staticmethod
    def read(lines: Sequence[bytes]) -> GpuHistory:
        """The other way round; the days are not parsed yet."""
        index = _INDEX.validate_json(lines[0])
        if len(index) != len(lines) - 1:
            raise ValueError("models and lines of days differ")
        days: dict[Model, Sequence[GpuDay] | bytes] = {
            (vendor, model): line for (vendor, model, _), line in zip(index, lines[1:], strict=True)
        }
        return GpuHistory(days, {(v, m): change for v, m, change in index if change is not None})


def _line(days: Sequence[GpuDay]) -> bytes:
    first = days[0].day
    rows: list[_Row] = [((d.day - first).days, d.providers, d.nodes, d.total, d.leased, d.utilization) for d in days]
    return _DAYS.dump_json((first, rows))


def _read(key: Model, line: bytes) -> list[GpuDay]:
    """No days for a line that is not ours."""
    try:
        first, rows = _DAYS.validate_json(line)
        return [
            GpuDay(first + timedelta(days=at), *key, providers, nodes, total, leased, share)
            for at, providers, nodes, total, leased, share in rows
        ]
    except (ValueError, OverflowError):
        return []
