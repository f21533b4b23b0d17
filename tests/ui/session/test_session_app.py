"""Who pays is chosen in a quote; a choice that pays nothing does not stay."""

from __future__ import annotations

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.ports import Insufficient
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet
from tests.ui.fakes import Stage_, until

OPTIONS = (ChoiceOption("deposit:grant", "deposit: from grants"),)


async def test_a_choice_that_cannot_pay_is_taken_back_and_no_mint_is_offered_for_it(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        session = scene.app.session
        assert session is not None

        async def prepare() -> str:
            if session.payers.deposit_from == "grant":
                need, have = Coin(UACT, 500_000), Coin(UACT, 200_000)
                raise Insufficient("The grant has 0.20 ACT left.", "Let the wallet pay the rest.", need=need, have=have)
            return "a quote"

        async def work() -> None:
            sheet = QuoteSheet("Top up?", "web", (), "Top up", payers=OPTIONS)
            await scene.app.confirmed("Top up?", prepare, lambda quote: sheet, "Reading", "Nothing was deposited.")

        scene.app.money("topping up", work)
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.error is not None)
        assert scene.app.screen.remedy == ""  # type: ignore[attr-defined]
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert session.payers.deposit_from == ""
        assert "The payer is not changed." in scene.app.status.line()[0]
