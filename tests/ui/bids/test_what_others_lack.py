"""What other tools for choosing a bid lack: one test for each, named after it, that reads the drawn screen."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import BidState
from akash_tui.domain.market.observations import Reach
from akash_tui.ui.bids.compare_screen import CompareScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.clock import SCREENS_START as START
from tests.ui.bids.test_choosing import answered, bids_screen, learn, now_bids, typed
from tests.ui.fakes import BIDS, Stage_, bid, bid_id, until
from tests.ui.screen_text import line_of, lines, text, under

WIDE = (240, 50)
"""Wide enough for every column."""
SMALL = (80, 24)


async def description(scene: Stage_, pilot: Pilot[int], *parts: str) -> None:
    """Until the screen, or the text of its detail pane, shows all of these."""

    def shown() -> str:
        detail = scene.app.screen.query("#detail-fields").results(LabelledLines)
        return "\n".join([text(scene.app), *(fields.text for fields in detail)])

    await until(pilot, lambda: all(part in shown() for part in parts))


async def opened(scene: Stage_, pilot: Pilot[int]) -> None:
    """The bids screen with five bids; an index knows the second bid's provider and the market's price of an a100."""
    await scene.with_bids(pilot)
    learn(scene)
    scene.program.clock.passed += 10
    await until(pilot, lambda: "98.7 %" in text(scene.app) or scene.app.size.width < 150)


async def test_live_offers(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert "l40s ×1" not in text(scene.app)
        now_bids(scene, (*BIDS, bid(7, "700", "l40s")))
        await description(scene, pilot, "● l40s ×1", "6 of max 21 bids")


async def test_what_changed(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        gone = bid(3, "1600", state=BidState.CLOSED)
        now_bids(
            scene,
            (bid(1, "700", "rtx4090"), bid(2, "1500", "a100"), gone, *BIDS[3:], bid(7, "650", "l40s")),
        )
        await description(scene, pilot, "▲ rtx4090", "▼ a100", "✕ not disclosed", "● l40s")
        scene.program.clock.passed += 10  # signs of changes fade, what is gone stays marked
        await until(pilot, lambda: "▲ rtx4090" not in text(scene.app))
        assert "✕ not disclosed" in text(scene.app)
        await pilot.press("p")
        await description(scene, pilot, "pinned, p unpins")
        now_bids(scene, (bid(1, "9000", "rtx4090"), *BIDS[1:]))
        await description(scene, pilot, "pinned, p unpins", "+4 changes")
        now_bids(scene, (bid(1, "9000", "rtx4090", state=BidState.CLOSED), *BIDS[1:]))
        await description(scene, pilot, "no bid now: rtx4090")


async def test_gpu_model(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "GPU", "europlots") == "a100 ×1"
        assert under(scene.app, "GPU", "003") == "not disclosed"
        assert under(scene.app, "GPU", "005") == "a100 or h100?"


async def test_vram(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "VRAM", "europlots") == "80 GBᵖ"  # by the provider's attributes
        assert under(scene.app, "VRAM", "003") == "?"
        await pilot.press("down", "d")
        await description(scene, pilot, "the provider says nvidia a100 80 GB sxm; the bid does not")


async def test_count(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        eight = bid(7, "12000", "h100")
        offer = eight.offers[0]
        eight = replace(eight, offers=(replace(offer, resources=replace(offer.resources, gpu_units=8)),))
        now_bids(scene, (*BIDS, eight))
        await description(scene, pilot, "h100 ×8")
        assert under(scene.app, "GPU", "europlots").endswith("×1")


async def test_price_per_hour(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "price/h", "europlots") == "0.92"


async def test_price_per_gpu_hour(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "per GPU", "europlots") == "0.92"


async def test_price_per_gb_of_vram(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "per GB", "europlots", "a100 ×1") == "0.0115"
        assert under(scene.app, "per GB", "not disclosed") == "?"


async def test_price_per_month(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "per month", "europlots", "a100 ×1") == "672"


async def test_market_reference(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "vs market", "europlots", "a100 ×1") == "−8 %"
        assert under(scene.app, "vs market", "not disclosed") == "?"
        await pilot.press("b")
        await description(scene, pilot, "8 % below the median of recent", "$1.00 per", "from the indexer, read")


async def test_sort_by_any_column(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        dearest = ["h100 ×1", "a100 or h100?", "not disclosed"]
        for key, title in (
            ("per_gpu", "per GPU▲"),
            ("per_gb", "per GB▲"),
            ("per_month", "per month▲"),
            ("vs_market", "vs market▲"),
        ):
            await pilot.press("o")
            await until(pilot, lambda key=key: bids_screen(scene).bid_list.sort[0].column == key)  # type: ignore[misc]
            await description(scene, pilot, title)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await answered(scene, pilot, "s", "-price")
        await description(scene, pilot, "price/h▼")
        await until(pilot, lambda: [line[4:17].strip() for line in lines(scene.app)[6:9]] == dearest)


async def test_filter_language(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        await typed(scene, pilot, "gpu:h100|a100 usd_h<1.5 !region:eu")
        await description(scene, pilot, "1 of 5 shown")
        assert "europlots" in text(scene.app)
        assert "bigiron" not in text(scene.app)
        await typed(scene, pilot, "gpu:h100 usd<")
        await description(scene, pilot, "✗ ", "1 of 5 shown")  # the last good filter stays at work


async def test_saved_views(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        await typed(scene, pilot, "usd_h>1")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        scene.app.screen.query_one("#text", Input).value = "dear"
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.screen is bids_screen(scene))
        await pilot.press("escape", "v")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await description(scene, pilot, "dear", "usd_h>1 · price")
        await pilot.press("down", "enter")
        await description(scene, pilot, "2 of 5 shown")


async def test_audited(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "audited", "europlots") == "✓"
        assert under(scene.app, "audited", "hyper.gpu") == "?"


async def test_audited_by_whom(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        await pilot.press("down")
        await description(scene, pilot, "audited by akash1365…x63")


async def test_uptime(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "uptime 7d", "europlots", "a100 ×1") == "98.7 %"
        await pilot.press("down")
        await description(scene, pilot, "up 1 d 99.9 %, 7 d 98.7 %, 30 d 95.0", "version 0.6.4")


async def test_region(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "region", "europlots", "a100 ×1") == "ap-east"
        assert under(scene.app, "region", "not disclosed") == "?"


async def test_reclamation(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        now_bids(scene, (*BIDS, bid(7, "10", "l40s", reclaim=7200)))
        await description(scene, pilot, "● l40s ×1")
        assert under(scene.app, "notice", "● l40s ×1") == "2.0 h"
        assert under(scene.app, "notice", "europlots", "a100 ×1") == "–"
        bids_screen(scene).table.move_to_id(str(bid_id(7)))
        await description(scene, pilot, "may take the GPU back after 2.0 h")


async def test_reachable_now(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await opened(scene, pilot)
        scene.deployer.run.book.learn(reach={bid_id(1).provider: Reach(False, None, START, "refused")})
        scene.deployer.run.touch()
        await description(scene, pilot, "silent")
        assert under(scene.app, "latency", "rtx4090 ×1", "13.2 h") == "silent"
        assert under(scene.app, "latency", "europlots", "a100 ×1") == "84 ms"
        assert under(scene.app, "latency", "not disclosed") == "?"
        await description(scene, pilot, "no: refused, 10 s ago")


async def test_seconds_until_bids_die(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        await description(scene, pilot, "expire in 4:31")
        scene.program.clock.passed += 250
        await description(scene, pilot, "expire in 0:21")


async def test_an_order_is_full_with_one_bid_more_than_the_parameter_says(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert "5 of max 21 bids" in text(scene.app)
        now_bids(scene, [*BIDS, *(bid(n, str(2000 + n), "a100") for n in range(10, 25))])
        await description(scene, pilot, "20 of max 21 bids")
        assert "full: no" not in text(scene.app)
        now_bids(scene, [*BIDS, *(bid(n, str(2000 + n), "a100") for n in range(10, 26))])
        await description(scene, pilot, "21 of max 21 bids", "full: no")


async def test_compare(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        await pilot.press("space", "down", "space", "c")
        await until(pilot, lambda: isinstance(scene.app.screen, CompareScreen))
        await description(scene, pilot, "hyper.gpu", "europlots.com", "0.38 ★", "$ for 24 h", "9.12 ★", "yours there")
        assert "memory" in text(scene.app)
        await pilot.press("s")
        await description(scene, pilot, "hidden: the same for all")
        assert "memory" not in text(scene.app)


async def test_cost_range(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert "≈$0.38–1.71/h" in text(scene.app)
        assert "rtx4090 ≈$0.38   a100 ≈$0.92   h100 ≈$1.71   no bid yet: l40s" in text(scene.app)
        await answered(scene, pilot, "B", "24h")
        await description(scene, pilot, "24 h cost ≈$9.12–41.05")


async def test_budget_cap(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        await answered(scene, pilot, "B", "0.90/h")
        await description(scene, pilot, "budget     ≈$0.90/h", "4 above $")
        await answered(scene, pilot, "B", "0.90/h 24h")
        # still one line
        await description(scene, pilot, "budget     ≈$0.90/h · 24 h · 5 of max 21 bids · 4 above $")
        assert line_of(scene.app, "europlots").rstrip(" │").endswith("$")
        assert "$" not in line_of(scene.app, "hyper.gpu")
        await pilot.press("down", "a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.armed)
        await description(scene, pilot, "above budget", "≈ $0.92 an hour; the budget is $0.90", "type 0.92 to confirm")
        await pilot.press("enter")
        await description(scene, pilot, "nothing is typed yet")
        assert not scene.deployer.taken
        await pilot.press(*"0.92", "enter")
        await until(pilot, lambda: bool(scene.deployer.taken))


async def test_hours_the_deposit_buys(scene: Stage_) -> None:
    async with scene.app.run_test(size=SMALL) as pilot:
        await opened(scene, pilot)
        assert under(scene.app, "lasts", "europlots") == "5.4 h"
        assert under(scene.app, "lasts", "hyper.gpu") == "13.2 h"
        await pilot.press("d")
        await description(scene, pilot, "offers", "lasts", "13.2 h")  # the detail pane takes lines, not columns
