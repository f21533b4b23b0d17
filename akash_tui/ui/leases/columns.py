"""A deployment as a line of the list: its columns, signs and tones, and what it is sorted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from akash_tui.domain.akash.money import units
from akash_tui.domain.akash.provider import ProviderName, ProviderProfile
from akash_tui.domain.bids.formatting import act, span
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.leases.lease_summary import LeaseSummary
from akash_tui.services.leases.runtime_limits import LimitState
from akash_tui.services.storage.standing_orders import StandingOrder
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.live_table import Cell, Column, named_column

_PROBLEMS: Final = {"manifest": "! manifest", "version": "! old SDL"}
"""How `LeaseSummary.problem` is shown: nothing was sent, or what runs is not the SDL of the last update."""


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """One deployment as a line."""

    summary: LeaseSummary
    profiles: Mapping[str, ProviderProfile] = field(default_factory=dict)
    order: StandingOrder | None = None
    limit: LimitState | None = None
    now: datetime | None = None
    same_name: bool = False
    """Whether another one of the list has its name too."""
    busy: bool = False
    """Whether its manifest is being sent from here now."""

    @property
    def id(self) -> str:
        return str(self.summary.id.dseq)

    @property
    def state(self) -> Cell:
        signs: dict[str, Cell] = {
            "running": ("● running", "good"),
            "leased": ("◐ leased", "accent"),
            "dry": ("✗ no funds", "bad"),
            "closed": ("✕ closed", "muted"),
        }
        if self.summary.problem and self.summary.state != "dry":
            return ("◐ sending", "accent") if self.busy else (_PROBLEMS[self.summary.problem], "bad")
        if self.summary.ran_out:
            return "✗ no funds", "bad" if self.summary.needs_attention else "muted"
        if self.summary.state == "waiting":
            return self._waiting
        return signs.get(self.summary.state, (f"? {self.summary.state}", "muted"))

    @property
    def _waiting(self) -> Cell:
        """What it waits for: bids, a choice between those that are there, or its person, once all are gone."""
        if not self.summary.takes_bids:
            return "○ paused", "muted"
        if self.summary.open_bids:
            return f"○ {formatting.plural(self.summary.open_bids, 'bid')}", "accent"
        return ("✗ no bids", "warn") if self.summary.bids_gone else ("○ waiting", "accent")

    @property
    def gpu(self) -> Cell:
        if not self.summary.providers:
            return "–", "muted"
        return formatting.gpus(Disclosure(self.summary.gpus))

    @property
    def up(self) -> Cell:
        """Services that are up, of all."""
        up, services = self.summary.up, self.summary.services
        if self.summary.state in ("closed", "waiting"):
            return "", ""
        if up is None or services is None:
            return NOT_KNOWN, "muted"
        return f"{up}/{services}", "good" if up == services and services else "warn"

    @property
    def price(self) -> Cell:
        """ACT an hour of all its leases."""
        return (act(self.summary.price_h) if self.summary.price_h else ""), ""

    @property
    def left(self) -> Cell:
        """ACT left in escrow; what is owed once it is overdrawn."""
        if self.summary.state == "closed":
            return "", ""
        if self.summary.left < 0:
            return f"owes {units(int(-self.summary.left))}", "bad"
        return units(int(self.summary.left)), "bad" if self.summary.left == 0 else ""

    @property
    def lasts(self) -> Cell:
        """Hours until the escrow is empty."""
        hours = self.summary.lasts_hours
        if hours is None:
            return "", ""
        return span(hours), "bad" if hours < 2 else "warn" if hours < 12 else ""

    @property
    def auto(self) -> Cell:
        """What an automatic top-up has spent, of its cap."""
        if self.order is None:
            return "", ""
        spent = f"{units(self.order.spent, 0)} of {units(self.order.cap, 0)}"
        return (spent, "accent") if self.order.active else (f"off, {units(self.order.spent, 0)}", "muted")

    @property
    def stop_hours(self) -> Decimal | None:
        """Hours until it stops itself; None if it does not, or if that is not known."""
        if self.limit is None or self.limit.hours_left is None or self.now is None:
            return None
        passed = Decimal((self.now - self.limit.read_at).total_seconds()) / 3600
        return max(Decimal(0), self.limit.hours_left - passed)

    @property
    def stops(self) -> Cell:
        """Hours until it stops itself, counted down; the limit in words before its first lease."""
        if self.limit is None:
            return "", ""
        hours = self.stop_hours
        if hours is None:
            return self.limit.saved.limit.words, "muted"
        return (span(hours), "accent") if hours > 0 else ("now", "warn")

    @property
    def until(self) -> Cell:
        """When the escrow is empty, in local time."""
        at, hours = self.summary.lasts_until, self.summary.lasts_hours
        return (formatting.end_time(at, hours or Decimal(0)) if at is not None else ""), "muted"

    @property
    def age(self) -> Cell:
        """Time since it was created."""
        return formatting.ago(self.summary.age_seconds), "muted"

    @property
    def provider(self) -> Cell:
        """Names of the providers of its leases."""
        return ", ".join(dict.fromkeys(name.full for name in self.names)), ""

    @property
    def names(self) -> list[ProviderName]:
        """The providers of its leases, with what the indexer lists by now."""
        return [name.filled(self.profiles.get(name.address)) for name in self.summary.providers]


COLUMNS: tuple[Column[LeaseRow], ...] = (
    named_column("state", 10, lambda r: r.state, stays=0),
    named_column("name", 13, lambda r: (r.summary.name, "strong"), stays=0, grow=10),
    named_column("gpu", 12, lambda r: r.gpu, stays=1, grow=8, middle=True),
    named_column("up", 4, lambda r: r.up, right=True, stays=2),
    named_column("price", 7, lambda r: r.price, right=True, stays=0),
    named_column("left", 9, lambda r: r.left, right=True, stays=2),
    named_column("lasts", 7, lambda r: r.lasts, right=True, stays=2),
    named_column("age", 6, lambda r: r.age, right=True, stays=3),
    named_column("until", 16, lambda r: r.until, stays=6),
    named_column(
        "provider",
        15,
        lambda r: r.provider,
        stays=5,
        grow=28,
        narrow=lambda r: ", ".join(dict.fromkeys(name.short for name in r.names)),
    ),
    named_column("dseq", 10, lambda r: (r.id, "muted"), right=True, stays=7),
)
NUMBERED: Column[LeaseRow] = named_column(
    "name",
    17,
    lambda r: (f"{r.summary.name} {r.id}" if r.same_name else r.summary.name, "strong"),
    stays=0,
    grow=10,
    middle=True,
)
"""The name with the number behind it, where names repeat and the column of the numbers has no room."""
AUTO: Column[LeaseRow] = named_column("auto", 9, lambda r: r.auto, right=True, stays=3)
"""Only shown where a deployment has automatic top-up."""
STOPS: Column[LeaseRow] = named_column("stops", 7, lambda r: r.stops, right=True, stays=2)
"""Only shown where a deployment has a runtime limit."""


SORTS: Final[dict[str, Callable[[LeaseRow], Any]]] = {
    "state": lambda r: r.summary.attention,
    "name": lambda r: r.summary.name.casefold(),
    "gpu": lambda r: r.gpu[0] if r.summary.providers else None,
    "up": lambda r: r.summary.up,
    "price": lambda r: r.summary.price_h or None,
    "left": lambda r: None if r.summary.state == "closed" else r.summary.left,
    "lasts": lambda r: r.summary.lasts_hours,
    "auto": lambda r: None if r.order is None else r.order.spent,
    "stops": lambda r: r.stop_hours,
    "age": lambda r: r.summary.age_seconds,
    "until": lambda r: r.summary.lasts_until,
    "provider": lambda r: r.provider[0].casefold() or None,
    "dseq": lambda r: r.summary.id.dseq,
}
"""By what each column sorts: the state by what needs attention most."""
BEST_FIRST: Final = frozenset({"price", "up"})
"""What costs most, and what runs, comes first when somebody asks for that column."""
