"""An hour of the practice scenario `flood`, played in seconds through the real book, events and bid list.

Every provider of the scenario has a bid; after five minutes it withdraws it, and a stranger's comes in its
place. Of each bid comes what comes in life: the offer, the provider's record, its audits, an answer of its
gateway, and the end. Every read of the chain brings objects of its own, as a real answer does.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from akash_tui.domain.akash.entities import Bid, BidState, DeploymentId
from akash_tui.domain.akash.money import BlockTime, DecCoin
from akash_tui.domain.akash.provider import Audit, Provider
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.budget import Budget
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.domain.market.observations import Reach
from akash_tui.practice.provider.scenarios import BID_TIMEOUT_SECONDS, SCENARIOS
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.deployment.bid_collector import BidEventEmitter
from akash_tui.ui.bids.bid_list import BidList
from akash_tui.ui.bids.columns import COLUMNS
from tests.bench.figures import Skipped, ratio
from tests.bench.load import DSEQ, OWNER, Market

ROOT = Path(__file__).resolve().parents[2]
HOUR = 3600
READ_SECONDS = 5
SEEN_LINES = 44
FLAT = 1.1
"""How much more there may be at the end of the hour than at its half; before, bids long gone are still kept."""


class _Clock:
    def __init__(self) -> None:
        self.seconds = 0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return float(self.seconds)


class Flood:
    """`bids` on one order at any time; `play` lets time pass. Cells are drawn every so many seconds."""

    def __init__(self, bids: int, cells_every: int = 1) -> None:
        self.clock = _Clock()
        self._cells_every = cells_every
        self._seed = Market(min(bids, 300)).bids
        self._bids = bids
        self.met = 0
        self._listed: list[Bid] = []
        self.changes = 0
        self.book = BidBook()
        self.book.set_money(BlockTime(Decimal("6.04"), True, 100), Decimal(5_000_000))
        self.run = DeploymentRun(
            id=DeploymentId(OWNER, DSEQ), chain_id="bench", name="flood", sdl="", manifest=b"", version=b"", groups={},
            clock=self.clock, stage=Stage.COLLECTING, book=self.book,  # type: ignore[arg-type]
        )  # fmt: skip
        self.emitter = BidEventEmitter(self.run)
        self.bid_list = BidList(self.clock.monotonic)
        self.filters = [parse_filter(text, BIDS) for text in ("", "gpu:h100|a100 usd_gpu_h<1.2", "audited")]

    def _newcomer(self) -> Bid:
        bid = self._seed[self.met % len(self._seed)]
        self.met += 1
        price = DecCoin(bid.price.denom, bid.price.amount + self.met % 97)
        return replace(bid, id=replace(bid.id, provider=f"akash1{self.met:038d}"), price=price)

    def _second(self) -> None:
        """As many bids end and come as make all of them new within their life."""
        self.clock.seconds += 1
        share = self._bids * self.clock.seconds // BID_TIMEOUT_SECONDS
        share -= self._bids * (self.clock.seconds - 1) // BID_TIMEOUT_SECONDS
        gone = self._listed[:share] if len(self._listed) >= self._bids else []
        came = [self._newcomer() for _ in range(max(share, self._bids // 60) if not gone else share)]
        came = came[: self._bids - len(self._listed) + len(gone)]
        self._listed = self._listed[len(gone) :] + came
        self.changes += len(gone) + len(came)

    def _read(self) -> None:
        answer = [Bid(b.id, BidState.OPEN, b.price, b.created_at, b.offers) for b in self._listed]
        now = self.clock.now()
        before = self.book.providers
        strangers = [b.id.provider for b in self._listed if b.id.provider not in before]
        self.book.apply(answer, height=812_310 + self.clock.seconds // 6, now=now)
        self.emitter.emit_changes()
        self.book.learn(providers=[Provider(owner, f"https://{owner}.example:8443", ()) for owner in strangers])
        self.book.learn(audits={owner: (Audit(owner, "akash1auditor", ()),) for owner in strangers})
        self.book.learn(reach={owner: Reach(False, None, now) for owner in strangers})
        self.emitter.emit_changes()
        self.changes += 3 * len(strangers)

    def play(self, seconds: int, after: Callable[[int], None] = lambda _: None) -> None:
        """Let so many seconds pass, with a paint in each; now and then a key, another filter, or a pinned list."""
        for _ in range(seconds):
            self._second()
            at = self.clock.seconds
            if at % READ_SECONDS == 0:
                self._read()
            if at % 7 == 0:
                self.bid_list.pinned.pin()
            if at % 60 == 0:
                self.bid_list.filter = self.filters[at // 60 % len(self.filters)]
                self.bid_list.by_score = at // 60 % 4 == 1
            if at % 600 in (300, 500):
                self.bid_list.toggle_pin()
            lines = self.bid_list.lines(self.run, Budget(per_hour=Decimal(1)), self.clock.now())
            for line in lines[:SEEN_LINES] if at % self._cells_every == 0 else ():
                for column in COLUMNS:
                    column.cell(line)
            after(at)


def run() -> Iterator[str]:
    """Lines of the report; the hour is played in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.flood"], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    if answer.returncode:
        raise Skipped(f"the flood failed: {answer.stderr.strip().splitlines()[-1:]}")
    told = json.loads(answer.stdout.splitlines()[-1])
    yield f"  {'':<24}{'memory':>12}{'Python blocks':>16}{'bids kept':>12}"
    for q in told["quarters"]:
        yield f"  after {q['seconds'] // 60:>2} min{'':<12}{q['mb']:>9.1f} MB{q['blocks']:>16,}{q['bids']:>12,}"
    half, last = told["quarters"][1], told["quarters"][-1]
    yield ratio("memory, after the hour / its half", last["mb"], half["mb"], FLAT)
    yield ratio("Python blocks, after the hour / its half", last["blocks"], half["blocks"], FLAT)
    yield f"    {told['changes']:,} changes of {told['met']:,} bids, {told['bids']:,} at a time;"
    yield f"    an hour in {told['took']:.0f} s, a read every {READ_SECONDS} s, a paint every second"


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def _child() -> None:
    bids = len(SCENARIOS["flood"].providers(7))
    flood = Flood(bids)
    quarters: list[dict[str, float]] = []

    def look(at: int) -> None:
        if at % (HOUR // 4) == 0:
            gc.collect()
            quarters.append(
                {"seconds": at, "mb": _resident_mb(), "blocks": sys.getallocatedblocks(), "bids": len(flood.book)}
            )

    began = time.monotonic()
    flood.play(HOUR, look)
    print(
        json.dumps(
            {"quarters": quarters, "changes": flood.changes, "met": flood.met, "bids": bids,
             "took": time.monotonic() - began}
        )
    )  # fmt: skip


if __name__ == "__main__":
    _child()
