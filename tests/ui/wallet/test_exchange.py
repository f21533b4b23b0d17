"""Minting by keys: the quote, the outcome, and an action that goes on once what it lacked is there."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.ports import Insufficient
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog, TextInputDialog
from akash_tui.ui.wallet.mint_wait import MintWait
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, until
from tests.ui.wallet.fakes import RISK, FakeMint, opened, record


@pytest.fixture
def mint(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> FakeMint:
    return FakeMint(scene.program.clock).installed(monkeypatch)


async def confirm(scene: Stage_, pilot: Pilot[int], amount: str = "") -> str:
    """Take the proposed amount, or type another, and say yes to the quote; its sheet."""
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
    if amount:
        await pilot.press("ctrl+u", *amount)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
    sheet = scene.app.screen.query_one("#sheet", LabelledLines).text
    await pilot.press("y")
    return sheet


@pytest.mark.parametrize(
    ("status", "reason", "says"),
    [
        ("executed", "", "✓ 10.000001 ACT minted for 11.794192 AKT."),
        ("pending", "", "still waits in the chain's queue"),
        ("canceled", "minimum_mint", "less than the chain's minimum"),
    ],
)
async def test_a_mint_is_quoted_signed_and_its_outcome_said(
    scene: Stage_, mint: FakeMint, status: str, reason: str, says: str
) -> None:
    mint.record = record(status, reason)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await opened(scene, pilot)
        await pilot.press("m")
        sheet = await confirm(scene, pilot, "12")
        for said in ("get about 12.00 ACT", "0.85", "0.25 %", "10.00 ACT", "about 1 min 6 s (11 blocks)", RISK):
            assert said in sheet
        await until(pilot, lambda: scene.app.busy is None)
        assert "in block" in scene.app.status.line()[0]
        mint.gate.set()

        def said_now() -> bool:
            dialog = scene.app.screen
            shown = dialog.query_one("#message", LabelledLines).text if isinstance(dialog, QuestionDialog) else ""
            return says in scene.app.status.line()[0] + shown

        await until(pilot, said_now)
        assert len(mint.signed) == 1


def short_once(scene: Stage_) -> None:
    """The first quote of a deployment falls short of 0.3 ACT."""
    need, have = Coin(UACT, 500_000), Coin(UACT, 200_000)
    scene.deployer.faults["create_quote"] = [
        Insufficient("The deposit is more than this wallet has.", "Mint ACT.", need=need, have=have)
    ]


async def falls_short(scene: Stage_, pilot: Pilot[int]) -> None:
    """From the presets to the refusal that offers a mint."""
    await scene.ready(pilot)
    short_once(scene)
    await pilot.press("enter")
    await until(pilot, lambda: scene.app.screen.draft is not None)  # type: ignore[attr-defined]
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.remedy)
    await until(pilot, lambda: scene.app.screen.armed)  # type: ignore[attr-defined]


async def test_a_deposit_that_falls_short_offers_a_mint_and_goes_on(scene: Stage_, mint: FakeMint) -> None:
    mint.record = record("executed")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await falls_short(scene, pilot)
        await pilot.press("y")
        await confirm(scene, pilot)
        await until(pilot, lambda: isinstance(scene.app.screen, MintWait))
        assert "“Ask for bids” continues" in scene.app.screen.query_one("#message", LabelledLines).text
        mint.gate.set()
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        assert scene.deployer.done.count("create_quote") == 2
        assert "create" not in scene.deployer.done
        await pilot.press("y")
        await until(pilot, lambda: "create" in scene.deployer.done)


@pytest.mark.parametrize("way", ["not wanted", "cancelled by the chain", "waiting stopped"])
async def test_nothing_goes_on_without_what_it_lacks(scene: Stage_, mint: FakeMint, way: str) -> None:
    mint.record = record("canceled", "minimum_mint")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await falls_short(scene, pilot)
        if way == "not wanted":
            await pilot.press("escape")
        else:
            await pilot.press("y")
            await confirm(scene, pilot)
            await until(pilot, lambda: isinstance(scene.app.screen, MintWait))
            if way == "waiting stopped":
                await pilot.press("escape")
            mint.gate.set()
        await until(pilot, lambda: scene.app.busy is None)
        assert scene.deployer.done.count("create_quote") == 1
        assert len(mint.signed) == (0 if way == "not wanted" else 1)
        dialogs = [each for each in scene.app.screen_stack if isinstance(each, QuestionDialog)]
        said = scene.app.status.line()[0]
        if way == "not wanted":
            assert "Nothing was sent." in said
        elif way == "waiting stopped":
            assert "still waits in the chain's queue" in said
        assert len(dialogs) == (way == "cancelled by the chain")
