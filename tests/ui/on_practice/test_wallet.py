"""The wallet by keys on the practice network: minted, and minted once more because a deposit falls short."""

from __future__ import annotations

from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.wallet.screen import WalletScreen
from tests.ui.on_practice.player import Player, playing
from tests.ui.on_practice.program import FastProgram


async def amount(player: Player) -> str:
    """Take the amount that is proposed; its text."""
    await player.until(lambda: isinstance(player.app.screen, TextInputDialog))
    screen = player.app.screen
    assert isinstance(screen, TextInputDialog)
    value = screen.query_one("#text").value  # type: ignore[attr-defined]
    await player.pilot.press("enter")
    return str(value)


def quoted(player: Player) -> str:
    """The title of the quote that is shown; "" for none."""
    screen = player.app.screen
    return screen.sheet.title if isinstance(screen, ConfirmSpend) and screen.sheet is not None else ""


async def test_minted_on_the_wallet_screen_and_where_a_deposit_falls_short(program: FastProgram) -> None:
    async with playing(program) as player:
        app, press = player.app, player.pilot.press
        assert app.session is not None
        await press("5")
        await player.until(lambda: isinstance(app.screen, WalletScreen))
        await player.until(lambda: "spread 0.25 %" in player.text("#wallet-lines"))
        assert app.session.owner in player.text("#wallet-lines")
        await press("m")
        assert await amount(player) == "10"
        sheet = await player.agree()
        for said in ("10.00 ACT", "rate", "spread", "minimum", "takes", "may go wrong"):
            assert said in sheet
        await player.until(lambda: app.header_data is not None and (app.header_data.act or 0) > 109_900_000)

        await press("1")
        await player.until(lambda: app.screen.query("#sources") and player.table("#sources").rows)
        await press("enter")
        await player.until(lambda: app.screen.query_one("#gpus").has_focus)
        app.screen.query_one("#deposit").value = "125"  # type: ignore[attr-defined]
        await press("enter")
        await player.until(lambda: isinstance(app.screen, ConfirmSpend) and app.screen.remedy and app.screen.armed)
        await press("y")
        assert 15 < float(await amount(player)) < 16, "what is missing and a little more"
        assert "minimum" in await player.agree()
        await player.until(lambda: quoted(player) == "Ask for bids?")
        assert "125.00 ACT" in await player.agree(typed="125")
        await player.bids()

        await press("5")
        await player.until(lambda: isinstance(app.screen, WalletScreen) and len(app.screen.table.rows) == 3)
        await player.until(lambda: "125.00 ACT in escrow of 1 deployment" in player.text("#wallet-lines"))
        assert isinstance(app.screen, WalletScreen)
        assert [row.movement.title for row in app.screen.table.rows] == ["create", "mint", "mint"]
