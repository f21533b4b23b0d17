"""The bids screen on real practice networks whose providers crowd, withdraw, flood and lie."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from textual.pilot import Pilot

from akash_tui.domain.bids.bid_row import RowState
from akash_tui.practice.provider.actors import hash_of
from akash_tui.services.deployment.accept_bids import accept
from akash_tui.services.ports import BidGone
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.session.run_manager import TrackedRun
from tests.ui import screen_text as seen
from tests.ui.fakes import until
from tests.ui.on_practice.program import FastProgram, ask_for_bids, confirming, submit, table


def bids_screen(app: AkashApp) -> BidsScreen:
    assert isinstance(app.screen, BidsScreen)
    return app.screen


def count(app: AkashApp) -> int:
    return len(table(app, "#bid-table").rows)


async def type_into(pilot: Pilot[Any], key: str, text: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id in ("filter", "text"))
    await pilot.press(*text, "enter")


async def spendable(app: AkashApp) -> tuple[int, ...]:
    """Everything on the account."""
    assert app.session is not None
    return tuple(coin.amount for coin in await app.session.chain.balances(app.session.owner))


async def close(app: AkashApp, pilot: Pilot[Any], tries: int = 3) -> str:
    """Close the order that the list shows; what the app says of it.

    Closing touches each bid: of a thousand, its fee can be beyond the bound, and has to be typed. Of bids that come
    between the quote and its block the gas is not paid; a person then reads why it failed, and closes again.
    """
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, ConfirmSpend) and app.screen.armed and app.screen.sheet)
    assert isinstance(app.screen, ConfirmSpend)
    assert app.screen.sheet is not None
    typed = app.screen.sheet.must_type
    await pilot.press(*("y" if typed is None else (*typed, "enter")))
    await until(pilot, lambda: "is closed" in app.status.line()[0] or isinstance(app.screen, QuestionDialog))
    if isinstance(app.screen, QuestionDialog):
        assert tries > 1, seen.text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, BidsScreen) and app.busy is None)
        return await close(app, pilot, tries - 1)
    return app.status.line()[0]


async def test_rush(program: FastProgram) -> None:
    """Everybody bids in one block: filter and budget work on the crowd, and the chosen one runs."""
    app = AkashApp(program, demo=("rush", 7))
    async with app.run_test(size=(120, 40)) as pilot:
        tracked = await ask_for_bids(app, pilot)
        await until(pilot, lambda: count(app) >= 15)
        assert len({row.created_at for row in tracked.run.book.all()}) == 1, "all came in the same block"
        await until(pilot, lambda: any(row.audited for row in tracked.run.book.all()))

        everyone = count(app)
        await type_into(pilot, "slash", "gpu:a100")
        await until(pilot, lambda: 0 < count(app) < everyone)
        assert all("a100" in line.gpu[0] for line in table(app, "#bid-table").rows)
        assert f"of {everyone}" in seen.text(app)

        prices = sorted(line.row.price_h for line in table(app, "#bid-table").rows)
        cap = round((prices[0] + prices[-1]) / 2, 2)
        await type_into(pilot, "B", f"{cap}/h")
        dear = sum(1 for price in prices if price > cap)
        await until(pilot, lambda: bids_screen(app).bid_list.view.over_budget == dear > 0)
        shown = table(app, "#bid-table").rows
        assert [line.over_budget for line in shown] == [line.row.price_h > cap for line in shown]
        assert shown[0].over_budget is False

        await pilot.press("home", "a")
        await until(pilot, lambda: confirming(app))
        await pilot.press("y")
        await until(pilot, lambda: tracked.run.stage.value == "running")
        assert [lease.id.provider for lease in tracked.run.leases] == [shown[0].row.id.provider]
        assert not (program.home / "crashes").exists()


async def _quote_of_one(app: AkashApp, pilot: Pilot[Any], keys: Callable[[], list[str]]) -> ConfirmSpend[Any]:
    """The dialog with the quote of one of these bids; another one is tried where a bid went before its quote came."""

    def shown() -> ConfirmSpend[Any] | None:
        return app.screen if isinstance(app.screen, ConfirmSpend) else None

    def answered() -> bool:
        dialog = shown()
        return dialog is not None and (dialog.quote or dialog.error) is not None

    while True:
        await until(pilot, lambda: isinstance(app.screen, BidsScreen) and app.busy is None and keys())
        table(app, "#bid-table").move_to_id(keys()[-1])
        await pilot.press("a")
        await until(pilot, lambda: app.busy is None or answered())
        dialog = shown()
        if dialog is not None and dialog.quote is not None:
            return dialog
        if dialog is not None:
            await pilot.press("escape")


async def test_price_jump(program: FastProgram) -> None:
    """A quote that is held open is marked when its bid goes, and nothing is signed; asked again it costs more."""
    program.block_seconds = 1.5  # these bids go after eight blocks: time for a quote on a busy machine too
    app = AkashApp(program, demo=("price-jump", 7))
    async with app.run_test(size=(120, 40)) as pilot:
        tracked = await ask_for_bids(app, pilot)
        assert app.session is not None
        assert app.run_manager is not None
        before = await spendable(app)
        book = tracked.run.book

        def fickle() -> list[str]:
            return [
                row.key
                for row in book.rows(gone=False)
                if hash_of(row.provider_name.short.removesuffix(".example")) % 2 == 0
            ]

        dialog = await _quote_of_one(app, pilot, fickle)
        quote = dialog.quote
        assert quote is not None
        held = quote.rows[0]
        await until(pilot, lambda: bool(dialog.stale))
        assert "too late" in seen.text(app)
        assert held.name in dialog.stale
        await pilot.press("y")
        await pilot.pause()
        assert app.screen is dialog, "a quote that does not hold cannot be said yes to"
        with pytest.raises(BidGone):
            await accept(app.run_manager.session, tracked.run, quote)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, BidsScreen))
        assert book.row(held.id).state is RowState.GONE  # type: ignore[union-attr]
        assert await spendable(app) == before
        assert tracked.run.leases == ()

        first = {row.id.provider: row.price_h for row in book.all()}
        assert "came back" in await close(app, pilot)
        await pilot.press("1")
        await until(pilot, lambda: app.screen.query("#gpus") and app.busy is None)
        await _back_to_sources(app, pilot)
        second = await submit(app, pilot)
        assert second.run.id != tracked.run.id
        await until(pilot, lambda: bool(_both(first, second)))
        for was, now in _both(first, second):
            assert Decimal("1.7") < now / was < Decimal("1.9")


def _both(first: dict[str, Decimal | None], second: TrackedRun) -> list[tuple[Decimal, Decimal]]:
    found = [(first.get(row.id.provider), row.price_h) for row in second.run.book.all()]
    return [(was, now) for was, now in found if was is not None and now is not None]


async def _back_to_sources(app: AkashApp, pilot: Pilot[Any]) -> None:
    app.screen.query_one("#sources").focus()
    await pilot.pause()


async def test_flood(program: FastProgram) -> None:
    """Hundreds of bids on one order: the cursor keeps its bid, keys answer, and it closes with its refund."""
    app = AkashApp(program, demo=("flood", 7))
    async with app.run_test(size=(120, 40)) as pilot:
        tracked = await ask_for_bids(app, pilot)
        bids = table(app, "#bid-table")
        await until(pilot, lambda: count(app) > 5)
        await pilot.press("down", "down", "down")
        chosen, some = bids.cursor_id, count(app)
        assert chosen is not None
        await until(pilot, lambda: len(tracked.run.book) > max(150, some) and count(app) > 150)
        assert bids.cursor_id == chosen
        assert bids.cursor_row is not None
        assert bids.cursor_row.row.key == chosen

        await pilot.press("end")
        last = bids.cursor_id
        await pilot.press("home")
        assert bids.cursor_id not in (last, None)
        everyone = count(app)
        await type_into(pilot, "slash", "gpu:h100")
        await until(pilot, lambda: 0 < count(app) < everyone)
        assert "came back" in await close(app, pilot)
        assert not (program.home / "crashes").exists()


async def test_hostile(program: FastProgram) -> None:
    """What providers write is shown as it is and obeyed by nothing; prices that no one means are marked."""
    app = AkashApp(program, demo=("hostile", 7))
    async with app.run_test(size=(160, 48)) as pilot:
        tracked = await ask_for_bids(app, pilot)
        book = tracked.run.book
        await until(pilot, lambda: count(app) >= 8 and all(row.provider for row in book.all()))
        await until(pilot, lambda: any(row.oddity for row in book.all()))

        lines = table(app, "#bid-table").rows
        assert [line.sign[0] == "!" for line in lines] == [bool(line.row.oddity) for line in lines]
        assert lines[0].row.oddity, "the cheapest is one that no one means: it must not look like a bargain"
        assert seen.line_of(app, lines[0].row.provider_name.short, "!")

        read = set()
        await pilot.press("home", "d", "d")
        for _ in lines:
            await until(pilot, lambda: app.screen.query_one("#detail").display)
            read.add(seen.text(app))
            _harmless(app)
            await pilot.press("down")
            await pilot.pause()
        assert any("red]Free GPUs[/]" in text for text in read), "markup is text"
        await pilot.press("home", "a")
        await until(pilot, lambda: confirming(app))
        assert lines[0].row.oddity[:30] in seen.text(app)
        _harmless(app)
        await pilot.press("escape")
        assert app.is_running
        assert not (program.home / "crashes").exists()


def _harmless(app: AkashApp) -> None:
    """Nothing on the screen can reach the terminal, turn text round, or act when it is clicked."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert all(char.isprintable() for char in segment.text), repr(segment.text)
            meta = segment.style.meta if segment.style is not None else {}
            assert not any("app.quit" in str(value) for value in meta.values()), segment
            assert segment.style is None or segment.style.link is None
            assert segment.style is None or not (segment.style.blink or segment.style.blink2)
