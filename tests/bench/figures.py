"""Medians, 95th percentiles, ratios, and how they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


class Skipped(Exception):
    """This part cannot be measured here; the text says why."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Many measurements of one thing, in one unit."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> Figures:
        if not values:
            raise Skipped("nothing was measured")
        return cls(tuple(sorted(values)))

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """The smallest value that at least 95 % of all do not exceed."""
        return self.values[max(0, -(-len(self.values) * 95 // 100) - 1)]

    @property
    def longest(self) -> float:
        return self.values[-1]

    def line(self, name: str, unit: str) -> str:
        return f"  {name:<44}{self.median:>10.2f}{self.p95:>10.2f}  {unit:<5} n={len(self.values)}"


HEAD = f"  {'':<44}{'median':>10}{'p95':>10}"


def ratio(name: str, ours: float, theirs: float, goal: float | None = None) -> str:
    """`ours` as a share of `theirs`, beside what was aimed at and whether that was met."""
    share = ours / theirs if theirs else float("inf")
    aim = "" if goal is None else f"goal ≤ {goal:.3g}: {'met' if share <= goal else 'MISSED'}"
    return f"  → {name:<42}{share:>10.3f}{'':>10}  {aim}".rstrip()
