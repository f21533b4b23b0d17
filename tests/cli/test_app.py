"""What the global options mean for the full-screen app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from akash_tui.cli.app import run
from akash_tui.compose import Program
from akash_tui.domain.akash.network import Network


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Program, list[tuple[Any, ...]]]:
    """A program on a terminal, and with what its app was opened."""
    seen: list[tuple[Any, ...]] = []
    monkeypatch.setattr("akash_tui.cli.app.on_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    program = Program(tmp_path)

    def run_app(*given: Any, **options: Any) -> int:
        seen.append((*given, options))
        return 0

    monkeypatch.setattr(program, "run_app", run_app)
    return program, seen


def test_network_and_wallet_reach_the_app(opened: tuple[Program, list[tuple[Any, ...]]]) -> None:
    program, seen = opened
    assert run(program, ["--network", "sandbox", "--wallet", "main", "--readonly"]) == 0
    assert seen == [("sandbox", "main", {"readonly": True, "ascii_only": False})]


def test_a_network_of_ones_own_reaches_the_app(opened: tuple[Program, list[tuple[Any, ...]]]) -> None:
    program, seen = opened
    urls = ["--rest", "http://127.0.0.1:1", "--rpc", "http://127.0.0.1:2", "--chain-id", "c-1"]
    assert run(program, [*urls, "--indexer", "http://127.0.0.1:3"]) == 0
    network = seen[0][0]
    assert isinstance(network, Network)
    assert (network.chain_id, network.rest, network.indexer) == ("c-1", ("http://127.0.0.1:1",), "http://127.0.0.1:3")


@pytest.mark.parametrize(("options", "plain"), [([], False), (["--ascii"], True)])
def test_plain_glyphs_reach_the_demo_and_saved_bids(
    opened: tuple[Program, list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: list[str],
    plain: bool,
) -> None:
    program, seen = opened
    monkeypatch.setattr("akash_tui.cli.practice.on_terminal", lambda: True)
    monkeypatch.setattr("akash_tui.cli.bids.has_screen", lambda piped: True)
    monkeypatch.setattr(Program, "at", lambda self, home: program)
    monkeypatch.setattr(program, "run_saved", program.run_app)
    saved = tmp_path / "bids.json"
    saved.write_text('{"bids": []}')
    for command in (["demo"], ["bids", "--from", str(saved)]):
        assert run(program, [*options, *command]) == 0
    assert [more["ascii_only"] for *_, more in seen] == [plain, plain]


def test_half_a_network_is_refused(
    opened: tuple[Program, list[tuple[Any, ...]]], capsys: pytest.CaptureFixture[str]
) -> None:
    program, seen = opened
    assert run(program, ["--rest", "http://127.0.0.1:1"]) == 2
    assert seen == []
    assert "A custom network needs --rest, --rpc and --chain-id." in capsys.readouterr().err
