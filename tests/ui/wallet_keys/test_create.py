"""Creating a wallet by keys: nothing is saved before the words were asked back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.adapters.wallet.vault import DiskVault
from akash_tui.ui.wallet_keys.words_dialog import WordsCheckDialog
from tests.secret_errors import files_of, found_in
from tests.ui.fakes import type_at_once, until
from tests.ui.wallet_keys.stages import GOOD, dialog, fill, lines, stage_with_vault


@pytest.mark.parametrize("count", [12, 24])
async def test_from_name_to_first_use(tmp_path: Path, count: int) -> None:
    scene = stage_with_vault(tmp_path / "home")
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        scene.app.do_create_wallet()
        await dialog(scene, pilot, "Create a wallet")
        await fill(scene, pilot, text="a b")
        await until(pilot, lambda: "cannot be a wallet" in lines(scene, "wrong"))
        await fill(scene, pilot, text="main")
        await dialog(scene, pilot, "How many")
        await pilot.press(*(["down"] if count == 12 else []), "enter")

        await dialog(scene, pilot, "A passphrase")
        await fill(scene, pilot, first="abc")
        await until(pilot, lambda: "at least 10" in lines(scene, "strength"))
        await fill(scene, pilot, first=GOOD, second="something else")
        await until(pilot, lambda: "differ" in lines(scene, "strength"))
        await fill(scene, pilot, first="correct horse", second="correct horse")
        await until(pilot, lambda: "takes it all the same" in lines(scene, "strength"))
        await fill(scene, pilot, first=GOOD, second=GOOD)

        await dialog(scene, pilot, "The words of main")
        shown = lines(scene, "message")
        words = " ".join(re.findall(r"\b\d+ +([a-z]+)", shown))
        assert len(words.split()) == count
        assert not found_in(words, scene.app.export_screenshot().replace("&#160;", " "))
        await pilot.press("y")
        await dialog(scene, pilot, "Check your words")
        check = scene.app.screen
        assert isinstance(check, WordsCheckDialog)
        assert len(set(check.places)) == 3
        wanted = {f"word{place}": words.split()[place - 1] for place in check.places}
        first = f"word{check.places[0]}"
        await fill(scene, pilot, **(wanted | {first: "wrong"}))
        await until(pilot, lambda: f"This is not word {check.places[0]}" in lines(scene, "wrong"))
        assert DiskVault(tmp_path / "home").wallets() == []
        await fill(scene, pilot, **{first: wanted[first]})

        await dialog(scene, pilot, "Use main on practice now?")
        await pilot.press("y")
        await until(pilot, lambda: scene.program.opened[-1] == ("practice", "main", False))
    vault = DiskVault(tmp_path / "home", lambda what: GOOD, use_keyring=False)
    assert vault.signer("main").address == KeySigner.from_words(words).address
    assert not found_in(words, *files_of(tmp_path))


async def test_esc_at_the_words_saves_nothing_and_says_so(tmp_path: Path) -> None:
    scene = stage_with_vault(tmp_path / "home")
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        scene.app.do_create_wallet()
        await dialog(scene, pilot, "Create a wallet")
        await pilot.press("enter")
        await dialog(scene, pilot, "How many")
        await pilot.press("enter")
        await dialog(scene, pilot, "A passphrase")
        await fill(scene, pilot, first=GOOD, second=GOOD)
        words = await dialog(scene, pilot, "The words of main")
        await pilot.press("y")
        await dialog(scene, pilot, "Check your words")
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.screen is not words)
        await dialog(scene, pilot, "The words of main")
        await pilot.press("escape")
        await dialog(scene, pilot, "Nothing was saved")
        assert "belong to no wallet" in lines(scene, "message")
    assert DiskVault(tmp_path / "home").wallets() == []
    assert not (tmp_path / "home" / "wallets").exists()


async def test_what_is_typed_after_enter_in_one_burst_is_for_the_next_field(tmp_path: Path) -> None:
    scene = stage_with_vault(tmp_path / "home")
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        scene.app.do_create_wallet()
        for title in ("Create a wallet", "How many"):
            await dialog(scene, pilot, title)
            await pilot.press("enter")
        await dialog(scene, pilot, "A passphrase")
        type_at_once(scene.app, [*GOOD, "enter", *GOOD, "enter"])
        await dialog(scene, pilot, "The words of main")
