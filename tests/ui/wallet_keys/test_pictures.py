"""What the wallet dialogs look like at 80×24; words and passphrases are in none of them."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from akash_tui.adapters.wallet.vault import DiskVault
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.ui.wallet_keys import words_dialog
from tests.secret_errors import WORDS
from tests.ui.fakes import FakeChain, Stage_, until, view
from tests.ui.pictures import afresh
from tests.ui.wallet_keys.stages import GOOD, dialog, fill, stage_with_vault

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
Steps = Callable[[Stage_, Pilot[Any]], Awaitable[None]]


async def passphrase(scene: Stage_, pilot: Pilot[Any]) -> None:
    scene.app.do_create_wallet()
    await dialog(scene, pilot, "Create a wallet")
    await fill(scene, pilot, text="savings")
    await dialog(scene, pilot, "How many")
    await pilot.press("enter")
    await dialog(scene, pilot, "A passphrase")
    await fill(scene, pilot, first="correct horse", second="correct horse")


async def check(scene: Stage_, pilot: Pilot[Any]) -> None:
    await passphrase(scene, pilot)
    await fill(scene, pilot, first=GOOD, second=GOOD)
    await dialog(scene, pilot, "The words of savings")
    await pilot.press("y")
    await dialog(scene, pilot, "Check your words")
    scene.app.screen.shows_secret = False  # type: ignore[attr-defined]  # there is nothing in it yet


async def accounts(scene: Stage_, pilot: Pilot[Any]) -> None:
    scene.app.do_import_wallet()
    await dialog(scene, pilot, "Import a wallet")
    await pilot.press("enter")
    await until(pilot, lambda: scene.app.screen.query("#text"))
    await fill(scene, pilot, text="savings")
    await dialog(scene, pilot, "Its recovery words")
    await fill(scene, pilot, words=WORDS[0])
    await dialog(scene, pilot, "Which account?")


async def in_use(scene: Stage_, pilot: Pilot[Any]) -> None:
    scene.app.do_remove_wallet()
    await dialog(scene, pilot, "Remove main?")
    await fill(scene, pilot, text="main")
    await dialog(scene, pilot, "main is in use")


@pytest.mark.parametrize("steps", [passphrase, check, accounts, in_use], ids=lambda steps: steps.__name__)
def test_picture(
    snap_compare: Callable[..., bool], tmp_path: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = stage_with_vault(tmp_path / "home")
    if steps is in_use:
        DiskVault(tmp_path / "home", lambda what: GOOD, use_keyring=False).add("main", WORDS[0])
    monkeypatch.setattr(words_dialog, "places_to_ask", lambda count: [4, 11, 20])

    async def balances(chain: FakeChain, address: str) -> tuple[Coin, ...]:
        return (Coin(UAKT, 7_000_000), Coin(UACT, 12_340_000)) if address.endswith(("0c", "94")) else ()

    async def deployments(chain: FakeChain, owner: str, state: object = None) -> list[Any]:
        return [view(scene.program.clock, number=at).deployment for at in range(2)]

    async def before(pilot: Pilot[Any]) -> None:
        await scene.ready(pilot)
        monkeypatch.setattr(FakeChain, "balances", balances)
        monkeypatch.setattr(FakeChain, "deployments", deployments)
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=(80, 24))
