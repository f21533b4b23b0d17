"""What the shell is offered for values: from this machine alone, and nothing where something cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from akash_tui.cli.app import run
from akash_tui.cli.completion import VARIABLE
from akash_tui.compose import Program
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import SignedTx, TxDraft
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.services.storage.settings import CustomNetwork, Settings

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    program = Program(tmp_path / "home")
    program.home.mkdir(mode=0o700)
    return program


def offered(
    program: Program, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], line: str
) -> list[str]:
    """Type and value of each offer, as bash gets them."""
    monkeypatch.setenv(VARIABLE, "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
    monkeypatch.setattr("akash_tui.cli.app.discard_stdout", lambda: None)
    assert run(program, []) == 0
    out, err = capfd.readouterr()
    assert err == ""
    return out.split()


def test_networks_presets_and_wallets_are_offered(
    program: Program, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program.wallets().watch("savings", OWNER)
    network = CustomNetwork(name="mine", chain_id="mine-1", rest=("http://a",), rpc=("http://b",))
    program.save_settings(Settings(networks=(network,)))
    assert offered(program, monkeypatch, capfd, "akash-tui --network m") == ["plain,mainnet", "plain,mine"]
    assert offered(program, monkeypatch, capfd, "akash-tui lease list --network sa") == ["plain,sandbox"]
    assert offered(program, monkeypatch, capfd, "akash-tui preset show vll") == ["plain,vllm-chat"]
    assert offered(program, monkeypatch, capfd, "akash-tui --wallet s") == ["plain,savings"]
    assert offered(program, monkeypatch, capfd, "akash-tui wallet show s") == ["plain,savings"]


def test_a_preset_or_a_path_is_offered_to_deploy(
    program: Program, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # the shell forgets what came before a file, so that comes first
    assert offered(program, monkeypatch, capfd, "akash-tui deploy web") == ["file,web", "plain,web-page"]
    assert offered(program, monkeypatch, capfd, "akash-tui deploy ./w") == ["file,./w"]
    assert offered(program, monkeypatch, capfd, "akash-tui sdl check my") == ["file,my"]


def test_deployments_of_the_journal_are_offered(
    program: Program, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    book = Journal(program.home / "journal.db")
    for number, dseq in enumerate((812301, 812399, 7)):
        signed = SignedTx(TxDraft((), OWNER, 1, 2, Coin("uakt", 3)), b"", f"{number:064X}", None)
        book.intend(IntentKind.CLOSE, "akashnet-2", OWNER, dseq, signed, {}, datetime.now(UTC))
    book.close()
    assert offered(program, monkeypatch, capfd, "akash-tui lease close 8123") == ["plain,812399", "plain,812301"]


def test_what_cannot_be_read_is_not_offered(
    program: Program, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (program.home / "settings.json").write_text("{")
    (program.home / "journal.db").write_text("no journal")
    assert offered(program, monkeypatch, capfd, "akash-tui --network ma") == []
    assert offered(program, monkeypatch, capfd, "akash-tui lease close 8") == []
