"""The wallet screen: what it has, without a wallet, empty, watch-only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import Unreachable, WalletRef
from akash_tui.ui.dialogs.questions import TextDialog, TextInputDialog
from akash_tui.ui.wallet.screen import WalletScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.vault import OWNER
from tests.ui.fakes import FakeLeases, FakeProgram, FakeSession, Stage_, stage, until, view
from tests.ui.wallet.fakes import opened


def text(screen: WalletScreen) -> str:
    return screen.query_one("#wallet-lines", LabelledLines).text


def without(monkeypatch: pytest.MonkeyPatch, wallet: WalletRef | None) -> None:
    """Sessions open with this wallet, or with none."""
    real = FakeProgram.open

    async def open_(self: FakeProgram, *args: Any) -> FakeSession:
        session = await real(self, *args)
        session.wallet = wallet
        return session

    monkeypatch.setattr(FakeProgram, "open", open_)


async def test_it_shows_what_there_is_what_is_locked_and_what_moved(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(160, 48)) as pilot:
        screen = await opened(scene, pilot)
        await until(pilot, lambda: "runs out first" in text(screen))
        for said in (
            *(OWNER, "41.20 ≈ $41.20", "12.50 ≈ $10.62", "by the chain's oracle, under 1 min old"),
            *(
                "4.40 ACT in escrow of 1 deployment",
                "≈ $0.92 an hour",
                "with the wallet's 41.20 ACT, all could run until",
            ),
            *("1 AKT gives about 0.847875 ACT", "12.00 AKT → ACT, in the chain's queue since block 812,341"),
        ):
            assert said in text(screen)
        rows = screen.table.rows
        assert [row.movement.title for row in rows] == ["lease", "create", "mint"]
        assert all(row.movement.known for row in rows)
        await pilot.press("y")
        await until(pilot, lambda: scene.app.screen.query("#options"))
        shown = [row.title for row in scene.app.screen.query_one("#options").rows]  # type: ignore[attr-defined]
        assert shown == ["address", "transaction", "dseq"]


async def test_what_the_chain_does_not_answer_stays_with_its_age(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)

        async def silent(address: str) -> tuple[Coin, ...]:
            raise Unreachable("No node answers.")

        assert scene.app.session is not None
        monkey = scene.app.session.chain
        monkey.balances = silent  # type: ignore[method-assign]
        screen.read()
        await until(pilot, lambda: screen.fault is not None)
        assert "41.20" in text(screen)


async def test_an_empty_wallet_says_in_four_sentences_how_to_fund_it(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        assert scene.app.session is not None

        async def nothing(address: str) -> tuple[Coin, ...]:
            return ()

        scene.app.session.chain.balances = nothing  # type: ignore[method-assign]
        screen = await opened(scene, pilot, signed=False)
        assert "This wallet is empty. f shows how to fund it." in text(screen)
        assert "it is bought on an exchange and sent to the wallet's address" in text(screen)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(scene.app.screen, TextDialog))
        assert OWNER in scene.app.screen.query_one("#message", LabelledLines).text
        await pilot.press("escape", "Q")
        await until(pilot, lambda: "▄" in scene.app.screen.query_one("#message", LabelledLines).text)


async def test_without_a_wallet_it_offers_one(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, None)
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: scene.app.run_manager is not None and scene.app.front_screen is not None)
        await pilot.press("5")
        await until(pilot, lambda: isinstance(scene.app.screen, WalletScreen))
        screen = scene.app.screen
        assert isinstance(screen, WalletScreen)
        assert "No wallet is open: n creates one, i imports one, a watches an address." in text(screen)
        assert text(screen).count("ACT") > 2
        await pilot.press("m")
        assert "No wallet is open" in scene.app.status.line()[0]
        await pilot.press("n")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(scene.app.screen, WalletScreen))


async def test_a_watched_address_signs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage(tmp_path / "home", readonly=True)
    without(monkeypatch, WalletRef("cold", OWNER, watch_only=True, store="watch"))
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: scene.app.run_manager is not None and scene.app.front_screen is not None)
        await pilot.press("5")
        await until(pilot, lambda: isinstance(scene.app.screen, WalletScreen) and scene.app.screen.view is not None)
        screen = scene.app.screen
        assert isinstance(screen, WalletScreen)
        assert "its key is not here" in text(screen)
        await pilot.press("m")
        assert "read-only" in scene.app.status.line()[0]
