"""Importing by keys: by the words, with the account that has the money, and from an exported file."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.adapters.wallet.vault import DiskVault
from akash_tui.domain.akash.money import UAKT, Coin
from akash_tui.domain.secret import Secret
from tests.secret_errors import WORDS, files_of, found_in
from tests.ui.fakes import FakeChain, until, view
from tests.ui.wallet_keys.stages import GOOD, dialog, fill, lines, stage_with_vault, titled

TWELVE = WORDS[0]


async def test_by_words_a_wrong_one_is_mended_and_the_funded_account_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    funded = KeySigner.from_words(TWELVE, "m/44'/118'/0'/0/3").address

    async def balances(chain: FakeChain, address: str) -> tuple[Coin, ...]:
        return (Coin(UAKT, 7_000_000),) if address == funded else ()

    scene = stage_with_vault(tmp_path / "home")
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        monkeypatch.setattr(FakeChain, "balances", balances)
        scene.app.do_import_wallet()
        await dialog(scene, pilot, "Import a wallet")
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.screen.query("#text"))
        await pilot.press("enter")
        await dialog(scene, pilot, "Its recovery words")
        await fill(scene, pilot, words=TWELVE.replace("about", "abou"))
        await until(pilot, lambda: "word 12" in lines(scene, "wrong"))
        assert "abandon" not in scene.app.export_screenshot()
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "12 abou" in lines(scene, "wrong"))
        assert "abandon" not in scene.app.export_screenshot(), "no picture is made while they are shown"
        await fill(scene, pilot, words=TWELVE)
        await dialog(scene, pilot, "Which account?")
        assert "with a balance on practice come first" in lines(scene, "message")
        await pilot.press("enter")
        await dialog(scene, pilot, "A passphrase")
        await fill(scene, pilot, first=GOOD, second=GOOD)
        await dialog(scene, pilot, "Use main on practice now?")
    assert [(w.address, w.path) for w in DiskVault(tmp_path / "home").wallets()] == [(funded, "m/44'/118'/0'/0/3")]
    assert not found_in(TWELVE, *files_of(tmp_path))


async def test_another_path_is_typed(tmp_path: Path) -> None:
    path = "m/44'/118'/7'/0/0"
    scene = stage_with_vault(tmp_path / "home")
    DiskVault(tmp_path / "home", lambda what: GOOD, use_keyring=False).add("first", WORDS[1])
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        scene.app.do_import_wallet()
        await dialog(scene, pilot, "Import a wallet")
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.screen.query("#text"))
        await pilot.press("enter")
        await dialog(scene, pilot, "Its recovery words")
        await fill(scene, pilot, words=TWELVE)
        await dialog(scene, pilot, "Which account?")
        await pilot.press("end", "enter")
        await dialog(scene, pilot, "Its path")
        await fill(scene, pilot, text="m/44'/x")
        await until(pilot, lambda: "not a derivation path" in lines(scene, "wrong"))
        await fill(scene, pilot, text=path)
        for typed in ("not the right one", GOOD):
            asked = await dialog(scene, pilot, "The passphrase of your wallet files")
            await fill(scene, pilot, text=typed)
            await until(pilot, lambda asked=asked: scene.app.screen is not asked)  # type: ignore[misc]
        await dialog(scene, pilot, "Use main on practice now?")
        assert "akash1" in lines(scene, "message")
    found = DiskVault(tmp_path / "home").wallet("main")
    assert found is not None
    assert (found.path, found.address) == (path, KeySigner.from_words(TWELVE, path).address)


async def test_exported_removed_and_imported_again(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "my wallet"
    scene = stage_with_vault(home)
    DiskVault(home, lambda what: GOOD, use_keyring=False).add("main", TWELVE)
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        scene.app.do_export_wallet()
        await dialog(scene, pilot, "Export main")
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.screen.query("#text"))
        await fill(scene, pilot, text=str(home))
        await until(pilot, lambda: f"There is a file {home} already." in lines(scene, "wrong").replace("\n", " "))
        await fill(scene, pilot, text=f"'{file}'")
        await dialog(scene, pilot, "A passphrase for the file")
        await fill(scene, pilot, first="four other random words", second="four other random words")
        await dialog(scene, pilot, "Unlock main")
        await fill(scene, pilot, text=GOOD)
        await until(pilot, lambda: "main is in" in scene.app.status.line()[0])

        scene.app.do_import_wallet()
        await dialog(scene, pilot, "Import a wallet")
        await pilot.press("down", "enter")
        await until(pilot, lambda: scene.app.screen.query("#text"))
        await fill(scene, pilot, text=f"'{file}'")
        await until(pilot, lambda: "This account is here already, as the wallet main." in lines(scene, "wrong"))
        await pilot.press("escape")

        scene.app.session.chain.open_deployments = [view(scene.program.clock).deployment]  # type: ignore[union-attr]
        opened = scene.program.open

        async def same_chain(*args: object, **more: object):  # type: ignore[no-untyped-def]
            session = await opened(*args, **more)  # type: ignore[arg-type]
            session.chain = scene.app.session.chain  # type: ignore[union-attr, assignment]
            return session

        scene.program.open = same_chain  # type: ignore[method-assign]
        scene.app.do_remove_wallet()
        await dialog(scene, pilot, "Remove main?")
        await fill(scene, pilot, text="mai")
        await until(pilot, lambda: "type main" in lines(scene, "wrong"))
        await fill(scene, pilot, text="main")
        await dialog(scene, pilot, "main is in use")
        assert "1 open deployment (812301)" in lines(scene, "message")
        await fill(scene, pilot, text="main")
        assert DiskVault(home).wallets() != []
        await fill(scene, pilot, text="remove it anyway")
        await until(pilot, lambda: "was removed" in scene.app.status.line()[0])
        assert DiskVault(home).wallets() == []
        assert not list(home.rglob("*.sealed"))

        scene.app.do_import_wallet()
        await dialog(scene, pilot, "Import a wallet")
        await pilot.press("down", "enter")
        await until(pilot, lambda: scene.app.screen.query("#text"))
        await fill(scene, pilot, text=f"{file} 2")
        await until(pilot, lambda: "cannot be read" in lines(scene, "wrong"))
        assert scene.app.screen.query_one("#text", Input).value == f"{file} 2", "what was typed stays"
        await fill(scene, pilot, text=str(file).replace(" ", "\\ "))
        await until(pilot, lambda: titled(scene, "Import akash19"))
        await fill(scene, pilot, text="again")
        for typed in (GOOD, "four other random words"):
            asked = await dialog(scene, pilot, "The passphrase of the file")
            await fill(scene, pilot, text=typed)
            await until(pilot, lambda asked=asked: scene.app.screen is not asked)  # type: ignore[misc]
        await dialog(scene, pilot, "A passphrase for your wallet file")
        await fill(scene, pilot, first=GOOD, second=GOOD)
        await dialog(scene, pilot, "Use again on practice now?")
    assert DiskVault(home, lambda what: GOOD, use_keyring=False).export("again") == Secret(TWELVE)
    assert not found_in(TWELVE, *files_of(tmp_path))
