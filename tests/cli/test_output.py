"""One JSON document for `-o json`, one value a line for `-o jsonl`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from akash_tui.cli.app import run
from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import json_stream
from akash_tui.compose import Program
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import BadInput, SignedTx, TxDraft
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import IntentKind

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"


@pytest.mark.parametrize("values", [[], [{"a": 1}], [{"a": 1}, {"a": 2}, {"a": 3}]])
def test_a_stream_is_one_array_or_lines(values: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    with json_stream(GlobalOptions(output="json")) as put:
        for value in values:
            put(value)
    assert json.loads(capsys.readouterr().out) == values
    with json_stream(GlobalOptions(output="jsonl")) as put:
        for value in values:
            put(value)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == values


def test_an_array_that_is_interrupted_is_whole_and_a_failure_before_it_prints_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted() -> None:
        with json_stream(GlobalOptions(output="json")) as put:
            put({"a": 1})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert json.loads(capsys.readouterr().out) == [{"a": 1}]
    with pytest.raises(BadInput), json_stream(GlobalOptions(output="json")):
        raise BadInput("No network is named.")
    assert capsys.readouterr().out == ""


def test_the_journal_as_json_is_one_document(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = Program(tmp_path)
    book = Journal(tmp_path / "journal.db")
    for number in range(3):
        signed = SignedTx(TxDraft((), OWNER, 1, 2, Coin("uakt", 3)), b"", f"{number:064X}", None)
        book.intend(IntentKind.CLOSE, "akashnet-2", OWNER, number + 1, signed, {}, datetime.now(UTC))
    book.close()
    for options in (["-o", "json"], ["--export", "-o", "json"]):
        assert run(program, ["journal", *options]) == 0
        assert [row["dseq"] for row in json.loads(capfd.readouterr().out)] == ["3", "2", "1"]
    for options in (["-o", "jsonl"], ["--export"]):
        assert run(program, ["journal", *options]) == 0
        assert [json.loads(line)["dseq"] for line in capfd.readouterr().out.splitlines()] == ["3", "2", "1"]
