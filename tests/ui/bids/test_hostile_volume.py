"""Thousands of bids from people who mean no good: nothing breaks, styles itself, or ranks first unmarked."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from textual.app import App

from akash_tui.adapters.chain.saved_bids import parse_bids
from akash_tui.domain.akash.entities import Bid
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import RowState
from akash_tui.domain.bids.bid_view import best_prices
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.saved_bids import SavedBids
from akash_tui.domain.bids.sorting import SORT_COLUMNS
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.domain.text import LIMIT, clean
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.saved_bids_app import SavedBidsApp
from akash_tui.ui.widgets.live_table import LiveTable
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import FakeProgram, until

PRICES = ("-5", "0", "0.000000000000000001", "1e-17", "900", "1543.6", "2000", "1e30", "9" * 40, "1" + "0" * 19)
TRAPS = (
    "[bold red]free[/] [@click=app.quit]x[/]",
    "\x1b[31;5mALERT\x1b[0m\x1b]0;owned\x07\x1b[2J",
    "\u202egnitsoh tsehpaehc\u202c\u200b\u200b\ufeff",
    "x" * 10_000,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\ufdfd" * 2_000,
    "日本語プロバイダ" * 1_000,
    "line\nbreak\r\ttab\x00nul",
)
FORBIDDEN = ("\x1b]", "\x07", "\x00", "\u202e", "\u200b", "\u202c", "\ufeff", "owned")
SAME = 1_000


def answer() -> list[dict[str, Any]]:
    """A thousand times the same bid, each with another price, between four hundred of all sorts."""
    dice = random.Random(11)

    def one(provider: str, price: str, model: str) -> dict[str, Any]:
        offer = {
            "resources": {
                "id": 1,
                "cpu": {"units": {"val": "8000"}, "attributes": []},
                "memory": {"quantity": {"val": "34359738368"}, "attributes": []},
                "storage": [{"name": model[:50], "quantity": {"val": "107374182400"}, "attributes": []}],
                "gpu": {
                    "units": {"val": "1"},
                    "attributes": [{"key": f"vendor/nvidia/model/{model}", "value": "true"}],
                },
                "endpoints": [],
            },
            "count": 1,
        }
        id = {"owner": "akash1owner", "dseq": "274", "gseq": 1, "oseq": 1, "provider": provider, "bseq": 0}
        price_of = {"denom": "uact", "amount": price}
        return {"bid": {"id": id, "state": "open", "price": price_of, "created_at": "311", "resources_offer": [offer]}}

    rows = [one("akash1same", dice.choice(PRICES), dice.choice(TRAPS)) for _ in range(SAME)]
    rows += [
        one(f"{dice.choice(TRAPS)}{n}", PRICES[n % len(PRICES)], dice.choice((*TRAPS, "h100"))) for n in range(400)
    ]
    dice.shuffle(rows)
    return rows


def hostile_bids() -> list[Bid]:
    return parse_bids({"bids": answer()})


def test_each_is_there_once_short_clean_and_ordered_by_what_is_a_price() -> None:
    bids = hostile_bids()
    book = BidBook()
    for turn in range(3):
        book.apply(bids, height=320 + turn, now=FrozenClock().now())
        if not turn:
            revision = book.revision
    assert book.revision == revision, "the same answer again changes nothing"
    rows = book.rows()
    assert len({row.id for row in rows}) == len(rows) == len({bid.id for bid in bids}) < SAME
    texts = [text for row in rows for text in (row.name, row.key, *(gpu.model.model for gpu in row.gpus))]
    assert all(clean(text, 2 * LIMIT) == text for text in texts), "what comes in is clean and short"
    for column in SORT_COLUMNS:
        for descending in (False, True):
            assert len(book.rows((SortKey(column, descending),))) == len(rows)
    unmarked = [row for row in rows if not row.oddity]
    assert unmarked
    assert all(row.price_h is not None and 0 < row.price_h < 100 for row in unmarked)
    for descending in (False, True):
        first = book.rows((SortKey("price", descending),))[0]
        assert first.oddity or first.bid.price.amount in (900, 2000), "an absurd price leads only with its mark"
    best = best_prices(book.rows(gone=False), book.asked_models())
    assert best
    assert all(price.best is not None and price.best.state is RowState.OPEN for price in best)
    sane = parse_filter("!odd", BIDS).apply(rows)
    assert list(sane.rows) == unmarked


def _seen(app: App[Any]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_the_bids_screen_shows_them_and_obeys_none(tmp_path: Path) -> None:
    bids = hostile_bids()
    home = tmp_path / "home"
    saved, everything = SavedBids(tuple(bids)), parse_filter("", BIDS)
    app = SavedBidsApp(FakeProgram(home), saved, "b.json", FrozenClock(), everything, (SortKey("price"),))  # type: ignore[arg-type]
    async with app.run_test(size=(160, 48)) as pilot:
        table = app.screen.query_one("#bid-table", LiveTable)
        await until(pilot, lambda: len(table.rows) == len({bid.id for bid in bids}))
        for row in table.rows[:60]:
            assert bool(row.row.oddity) is (row.sign[0] == "!"), "what is absurd carries its sign"
        for keys in (
            ("down",),
            ("end",),
            ("home",),
            ("o",),
            ("O",),
            ("P",),
            ("pagedown",),
            ("space",),
            ("down", "space"),
        ):
            await pilot.press(*keys)
            text = _seen(app)
            assert not [bad for bad in FORBIDDEN if bad in text]
        await pilot.press("c")
        assert app.is_running
        while not isinstance(app.screen, BidsScreen):
            await pilot.press("escape")
        app.screen.use_filter(parse_filter("!odd", BIDS))
        await until(pilot, lambda: 0 < len(table.rows) < 400 and not any(row.row.oddity for row in table.rows))
    assert not (home / "crashes").exists()
