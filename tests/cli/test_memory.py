"""`memory`, `provider` and `lease receipt`: without a network that is reached."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from akash_tui.services.memory.memory_file import FOLDER, memory_path
from akash_tui.services.receipts.files import save
from tests.cli.home import ADDRESS, Home
from tests.cli.test_market_commands import in_terminal
from tests.services.memory.conftest import Story
from tests.services.receipts.test_files import RECEIPT

ON = ("--network", "mainnet")
OTHER = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"
THIRD = "akash1avgyh77ycn997ja45q5q8ss8y9mr424jdp05vm"


@pytest.fixture
def seen(home: Home) -> Iterator[Story]:
    story = Story(memory_path(home.path, "akashnet-2"))
    story.bid(ADDRESS, "0.41")
    story.bid(OTHER, "0.55")
    story.memory.close()
    yield story
    story.memory.close()


def test_what_is_remembered_is_counted_and_written_out(home: Home, seen: Story) -> None:
    shown = home.run(*ON, "memory", "show", "-o", "json").json
    assert (shown["bids"], shown["orders"], shown["providers"], shown["notes"]) == (2, 2, 2, 0)
    assert shown["bytes"] > 0
    rows = list(csv.DictReader(io.StringIO(home.run(*ON, "memory", "export").out)))
    assert {(row["provider"], row["model"], row["gpu_h"], row["price"]) for row in rows} == {
        (ADDRESS, "a100", "0.41", "833.25"),
        (OTHER, "a100", "0.55", "833.25"),
    }
    (line,) = home.run(*ON, "memory", "export", "--provider", OTHER, "-o", "jsonl").lines
    assert (line["provider"], line["outcome"], line["delay"], line["dseq"]) == (OTHER, "seen", 12, "1002")


def test_one_or_all_are_forgotten_with_their_notes(home: Home, seen: Story) -> None:
    assert home.run(*ON, "provider", "block", ADDRESS, "--why", "died twice in May").code == 0
    assert home.run(*ON, "memory", "forget", ADDRESS).code == 2
    answer = home.run(*ON, "memory", "forget", ADDRESS, "--yes", "-o", "json").json
    assert (answer["bids"], answer["notes"]) == (1, 1)
    assert ADDRESS.encode() not in memory_path(home.path, "akashnet-2").read_bytes()
    assert home.run(*ON, "provider", "list", "-o", "json").json == []
    (home.path / FOLDER / "practice-9.db").write_bytes(b"old")
    answer = home.run(*ON, "memory", "forget", "--all", "--other-networks", "--yes", "-o", "json").json
    assert (answer["bids"], answer["files"]) == (1, ["practice-9.db"])
    assert home.run(*ON, "memory", "show", "-o", "json").json["bids"] == 0
    assert home.run(*ON, "memory", "forget").code == 2


def test_what_is_decided_about_providers_is_listed(home: Home) -> None:
    for args in (("favourite", ADDRESS), ("note", ADDRESS, "fast disks"), ("block", OTHER, "--why", "slow")):
        assert home.run(*ON, "provider", *args).code == 0
    listed = home.run(*ON, "provider", "list", "-o", "json").json
    assert {row["provider"]: (row["favourite"], row["why"], row["note"]) for row in listed} == {
        ADDRESS: (True, None, "fast disks"),
        OTHER: (False, "slow", ""),
    }
    assert "★" in home.run(*ON, "provider", "list").out
    assert home.run(*ON, "provider", "unblock", OTHER, "-o", "json").json["blocked"] is False
    assert home.run(*ON, "provider", "favourite", ADDRESS, "--off").code == 0
    assert home.run(*ON, "provider", "note", ADDRESS, "").code == 0
    assert home.run(*ON, "provider", "list", "-o", "json").json == []
    assert home.run(*ON, "provider", "block", OTHER, "--why", " ").code == 2


def test_a_receipt_that_is_not_there_is_said(home: Home) -> None:
    answer = home.run(*ON, "lease", "receipt", "812301")
    assert answer.code == 2
    assert "no receipt of deployment 812301" in answer.err


def test_the_receipt_is_that_of_the_wallet_that_is_asked_for(home: Home) -> None:
    for name, address in (("first", ADDRESS), ("second", OTHER), ("third", THIRD)):
        assert home.run("wallet", "watch", name, address).code == 0
    at = RECEIPT.at
    for name, address in (("first", ADDRESS), ("second", OTHER)):
        save(home.path, replace(RECEIPT, owner=address, name=f"of-{name}", at=at))
        at += timedelta(minutes=5)
    assert "of\\-first" in home.run(*ON, "lease", "receipt", "7", "--wallet", "first").out
    assert "of-first" in in_terminal(home, *ON, "lease", "receipt", "7", "--wallet", "first")
    assert home.run(*ON, "lease", "receipt", "7", "--wallet", "second", "-o", "json").json["owner"] == OTHER
    answer = home.run(*ON, "lease", "receipt", "7", "--wallet", "third")
    assert answer.code == 2
    assert "of third in this home, but of second, first" in answer.err
    assert home.run("wallet", "default", "first").code == 0
    assert home.run(*ON, "lease", "receipt", "7", "-o", "json").json["owner"] == ADDRESS
