"""How much the network has and how much of it is leased, as bars: in a line or two, or one a line."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from textual.content import Content

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.supply import Amounts, Capacity
from akash_tui.domain.text import NOT_KNOWN, plural
from akash_tui.services.core.cached_answer import CachedValue
from akash_tui.services.ports import AkashError
from akash_tui.ui.widgets.styles import joined

AGED_SECONDS = 60
"""From here on the age of the figures is shown."""
_NAMES = (("gpu", "GPU"), ("cpu", "CPU"), ("memory", "memory"), ("storage", "storage"))


def capacity_line(
    answer: CachedValue[Capacity] | None, fault: AkashError | None, columns: int, now: datetime, *, plain: bool
) -> Content:
    """All four side by side, with their age if they are not of this minute: they may be older than the list below.
    Two lines where one is too short."""
    if answer is None:
        return joined((f" {fault.title}" if fault is not None else " reading capacity…", "muted"))
    resources, who = answer.value.resources, f"{_who(answer.value)} online"
    gap = Content("   ")
    rest = gap.join(_short_bar(name, title, getattr(resources, name), 8, plain=plain) for name, title in _NAMES[1:])
    gpu = _short_bar(*_NAMES[0], resources.gpu, 20, plain=plain)
    seconds = (now - answer.read_at).total_seconds()
    aged = joined(("" if seconds < AGED_SECONDS else f"   {market_formatting.age(seconds)}", "muted"))
    one = joined(" ", gap.join([gpu, rest, Content(who)]), aged)
    if one.cell_length <= columns - 1:
        return one
    first = joined(" ", gpu, "   ", (who, "muted"))
    if first.cell_length > columns - 1:
        first = joined(" ", _short_bar(*_NAMES[0], resources.gpu, 8, plain=plain), "   ", (who, "muted"))
    return Content("\n").join([first, joined(" ", rest, aged)])


def _short_bar(name: str, title: str, amounts: Amounts, width: int, *, plain: bool) -> Content:
    """One resource; of the GPUs also their numbers."""
    full, empty = market_formatting.bar(amounts.taken_share, width, ascii_only=plain)
    more = f"  {market_formatting.taken(name, amounts)}{market_formatting.held(name, amounts)}" if name == "gpu" else ""
    share = market_formatting.percent(amounts.taken_share)
    return joined((f"{title} ", "muted"), (full, "accent"), (empty, "muted"), f"{more}  {share}")


def capacity_bars(
    answer: CachedValue[Capacity] | None, fault: AkashError | None, leases: Decimal | None, columns: int, *, plain: bool
) -> Content:
    """One below the other, with what is free; and how many leases run."""
    if answer is None:
        return joined((fault.title if fault is not None else "reading capacity…", "muted"))
    resources = answer.value.resources
    numbers = {name: _numbers(name, getattr(resources, name)) for name, _ in _NAMES}
    width = max(8, min(60, columns - 22 - max(each.cell_length for each in numbers.values())))
    rows = []
    for name, title in _NAMES:
        amounts: Amounts = getattr(resources, name)
        full, empty = market_formatting.bar(amounts.taken_share, width, ascii_only=plain)
        rows.append(
            joined(
                (f"{title:<8}", "muted"),
                (full, "accent"),
                (empty, "muted"),
                f" {market_formatting.percent(amounts.taken_share):>5}  ",
                numbers[name],
            )
        )
    count = NOT_KNOWN if leases is None else f"{leases:,.0f}"
    who = f"{_who(answer.value)} {'answers' if answer.value.providers == 1 else 'answer'}"
    rows.append(joined(f"{who} · {'1 active lease' if leases == 1 else f'{count} active leases'}"))
    return Content("\n").join(rows)


def _numbers(name: str, amounts: Amounts) -> Content:
    """`129 of 246 leased, 6 in open bids · 111 free`."""
    free = f"{market_formatting.held(name, amounts)} · {market_formatting.amount(name, amounts.available)} free"
    return joined(market_formatting.taken(name, amounts), (free, "muted"))


def _who(capacity: Capacity) -> str:
    """`62 providers`; `17 of 18 providers` where each one was asked."""
    if capacity.asked is None:
        return plural(capacity.providers, "provider")
    return market_formatting.of_providers(capacity.providers, capacity.asked)
