"""The head of the bids screen: best price per acceptable GPU, budget, time left, what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, UACT, Coin, per_hour, plain, rate
from akash_tui.domain.akash.resources import highest_price
from akash_tui.domain.bids.bid_row import BestPrice
from akash_tui.domain.bids.bid_view import OpenBids
from akash_tui.domain.bids.budget import Budget
from akash_tui.domain.bids.formatting import NOT_DISCLOSED, act, gpu_name, hourly_words
from akash_tui.domain.bids.row_builder import BID_LIFE_SECONDS
from akash_tui.domain.bids.running_total import RunningTotal
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.gpu_colours import gpu_tone
from akash_tui.ui.widgets.styles import Tone, joined, toned

HURRY = 60.0


def why_no_best(run: DeploymentRun, bids: OpenBids) -> str:
    """Why there is no best price of any model, in a few words."""
    if not bids.all_disclosed:
        return NOT_DISCLOSED
    asked = any(group.gpu_models for group in run.groups.values())
    # another group may ask for GPUs: bids that are there and have none are for one that does not
    return "no GPU asked for" if bids.count or (run.groups and not asked) else "no bid yet"


def best_prices_line(
    prices: Sequence[BestPrice], width: int, *, some_went: bool = False, none: str = "no GPU asked for"
) -> Content:
    """`best now  rtx4090 ≈$0.38   a100 ≈$0.92   no bid yet: l40s`, the cheapest first, cut at `width` with "…".

    `some_went`: bids were withdrawn, so that a model without one may have had one. `none` stands there if no model has
    a best price, or could have.
    """
    line = toned("best now   ", "muted")
    if not prices:
        return joined(line, (none, "muted"))
    offered = sorted((price for price in prices if price.best is not None), key=_price)
    for at, price in enumerate(offered):
        name = (f"{gpu_name(price.model)} ", gpu_tone(price.model.model))
        part = joined(name, (_cheapest(price), "strong"), "   ")
        more = len(offered) - at
        if at and line.cell_length + part.cell_length > width - (9 if more > 1 else 0):
            return joined(line, (f"and {more} more", "muted"))
        line = joined(line, part)
    missing = [gpu_name(price.model) for price in prices if price.best is None]
    if missing:
        line = joined(line, (f"no bid {'now' if some_went else 'yet'}: " + ", ".join(missing), "muted"))
    return line.truncate(width, ellipsis=True)


def _price(price: BestPrice) -> tuple[bool, Decimal]:
    hourly = price.best.price_h if price.best is not None else None
    return hourly is None, hourly if hourly is not None else Decimal(0)


def _cheapest(price: BestPrice) -> str:
    if price.best is None:
        return NOT_KNOWN
    return hourly_words(price.best).replace("≈ ", "≈").removesuffix("/h") + (" !" if price.best.oddity else "")


def budget_line(run: DeploymentRun, budget: Budget, bids: int, most: int | None, over: int, width: int) -> Content:
    """Budget, deposit, bids so far; shorter, without the deposit, where that saves a second line."""
    whole = _budget_line(run, budget, bids, most, over, short=False)
    return whole if whole.cell_length <= width else _budget_line(run, budget, bids, most, over, short=True)


def _budget_line(run: DeploymentRun, budget: Budget, bids: int, most: int | None, over: int, *, short: bool) -> Content:
    parts: list[Content] = [toned("budget     ", "muted")]
    parts.append(Content(budget.words or "none (B)"))
    collecting = run.stage in (Stage.CREATING, Stage.COLLECTING)  # later it drains and is topped up
    if not short and run.funds is not None and collecting:
        parts.append(Content(f" · {formatting.amount(Coin(UACT, int(run.funds)))} deposited"))
    if run.hours is not None:
        parts.append(Content(f" · the deposit will cover {plain(run.hours)} h"))
    if run.limit is not None:
        parts.append(toned(f" · stops itself after {run.limit.words}", "accent"))
    count = formatting.plural(bids, "bid") if most is None else f"{bids} of max {formatting.plural(most, 'bid')}"
    parts.append(Content(f" · {count}"))
    if most is not None and bids >= most:
        parts.append(toned(" · full: no other provider can bid", "warn"))
    if over:
        parts.append(toned(f" · {over} above $" if short else f" · {over} above budget $", "warn"))
    return joined(*parts)


def total_lines(total: RunningTotal, width: int) -> list[Content]:
    """What is chosen for several groups so far, and what each open one adds: one line where there is room, else two."""
    tone: Tone = "warn" if total.too_little else ""
    sums = joined(("total      ", "muted"), (" · ".join(total.sums), tone))
    adds = joined((" · ".join(total.open_words), "muted"))
    if not total.open_words or sums.cell_length + adds.cell_length + 3 <= width:
        return [joined(sums, " · ", adds) if total.open_words else sums]
    return [sums.truncate(width, ellipsis=True), joined("           ", adds).truncate(width, ellipsis=True)]


def cost_range(bids: OpenBids, hours: Decimal | None) -> str:
    """From the cheapest to the most expensive bid that can be taken, an hour or for `hours`; "" without one."""
    if bids.range_h is None:
        return ""
    (low, high), factor = bids.range_h, hours if hours is not None else Decimal(1)
    span = act(low * factor) + (f"–{act(high * factor)}" if high > low else "")
    return f"≈${span}/h" if hours is None else f"{plain(hours)} h cost ≈${span}"


def asked_for(run: DeploymentRun) -> str:
    """`It asks for 7 GPU models and pays at most ≈ $1.20 an hour`: what a bid has to meet."""
    models = list(dict.fromkeys(model for group in run.groups.values() for model in group.gpu_models))
    if any(model.wildcard for model in models):
        gpus = "any GPU of a vendor"
    else:
        gpus = formatting.plural(len(models), "GPU model") if models else "no GPU"
    most = highest_price(run.groups.values(), UACT)
    if most is None:
        return f"It asks for {gpus}"
    hourly = per_hour(most, run.block_time or ASSUMED_BLOCK_TIME)
    return f"It asks for {gpus} and pays at most ≈ ${rate(hourly)} an hour"


def time_left(run: DeploymentRun, now: datetime) -> float | None:
    """Seconds until the oldest open bid is withdrawn, as far as block heights tell; None without one."""
    first = run.book.first_bid_height
    if first is None or run.book.updated_at is None:
        return None
    block = float((run.block_time or ASSUMED_BLOCK_TIME).seconds)
    age = max(0, run.book.height - first) * block + max(0.0, (now - run.book.updated_at).total_seconds())
    return max(0.0, BID_LIFE_SECONDS - age)


def all_gone(run: DeploymentRun) -> bool:
    """Whether there were bids and none is open any more."""
    return run.stage is Stage.COLLECTING and len(run.book) > 0 and run.book.first_bid_height is None


def state_words(run: DeploymentRun, now: datetime, narrow: bool = False) -> tuple[str, Tone]:
    """What is going on with the order, in a few words."""
    if run.stage is Stage.CREATING:
        return "waiting for its block", "accent"
    if run.stage is Stage.COLLECTING:
        since = f" {formatting.clock((now - run.asked_at).total_seconds())}" if run.asked_at is not None else ""
        left = time_left(run, now)
        if all_gone(run):
            return "no bid is open any more", "warn"
        if left is None:
            return f"collecting{since}", "accent"
        expiry = f"{'expire' if narrow else 'first bids usually expire'} in {formatting.clock(left)}"
        return f"collecting{since} · {expiry}", "warn" if left < HURRY else "accent"
    texts: dict[Stage, tuple[str, Tone]] = {
        Stage.LEASING: ("leasing", "accent"),
        Stage.DELIVERING: ("leased · sending the manifest", "accent"),
        Stage.STARTING: ("leased · starting", "accent"),
        Stage.RUNNING: ("leased · running", "good"),
        Stage.CLOSING: ("closing", "accent"),
        Stage.CLOSED: ("closed", "muted"),
        Stage.FAILED: ("failed", "bad"),
    }
    return texts.get(run.stage, (run.stage.value, ""))
