"""`sweep` on a practice network where nobody bids: listed, closed together, and every micro-unit accounted for; and
what else it shows of a home with several wallets and processes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.services.core.session import Session
from akash_tui.services.ports import BadInput
from tests.cli.conftest import Practice
from tests.cli.home import Home
from tests.fakes.session import Bench

ON = ("--network", "practice")
ORDER = ("deploy", "web-page", "--accept", "none", "--collect", "0.1s", "--yes", "-o", "jsonl")
OTHER = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"


def state_mainnets_pace(home: Home, ready: dict[str, Any]) -> None:
    """The network's blocks count as six seconds each, however fast they come: a few minutes pass in a few seconds."""
    (home.path / "practice.json").write_text(json.dumps(ready | {"block_time": 6, "clock": ready["rest"]}))


def balances(home: Home) -> dict[str, int]:
    found = home.run(*ON, "wallet", "show", "-o", "json").json["balances"]
    return {coin["denom"]: int(coin["amount"]) for coin in found}


def listed(home: Home) -> list[Any]:
    answer = home.run(*ON, "sweep", "-o", "json")
    assert answer.code == 0, answer
    rows: list[Any] = answer.json
    return rows


def test_forgotten_orders_are_listed_and_closed_and_the_balance_is_right_to_the_unit(
    home: Home, practice: Practice
) -> None:
    ready = practice("no-bids")
    before = balances(home)
    for _ in range(2):
        assert home.run(*ON, *ORDER).code == 0
    rows = listed(home)
    assert len(rows) == 2
    assert {(row["reason"], row["close_all"]) for row in rows} == {("waiting", False)}
    refused = home.run(*ON, "sweep", "--close-all", "--yes")
    assert (refused.code, refused.out) == (
        0,
        "Nothing was closed: none of the 2 in the list is certainly not in use.\n",
    )
    state_mainnets_pace(home, ready)  # only now: orders must not grow old while they are made
    while not all(row["close_all"] for row in rows):
        rows = listed(home)
    assert {row["reason"] for row in rows} == {"no_bids"}
    dseqs = sorted(row["dseq"] for row in rows)
    locked = sum(int(row["locked"]["amount"]) for row in rows)
    assert before["uact"] - balances(home)["uact"] == locked > 0
    text = home.run(*ON, "sweep").out
    assert "Not in use: 2 orders" in text
    assert "akash-tui sweep --close-all" in text

    asked = home.run(*ON, "sweep", "--close-all")
    assert asked.code == 2
    assert "Close 2 deployments with 0 running leases" in asked.err
    stranger = home.run(*ON, "sweep", "--close", "7", "--yes")
    assert stranger.code == 2
    assert "akash-tui lease close 7" in stranger.err
    capped = home.run(*ON, "sweep", "--close-all", "--yes", "--max-fee", "0.000001")
    assert capped.code == 2, "--yes passes no guard"
    assert len(listed(home)) == 2

    done = home.run(*ON, "sweep", "--close", dseqs[0], "--yes", "-o", "json")
    assert done.code == 0, done
    assert (done.json["closed"], done.json["failed"]) == ([dseqs[0]], [])
    rest = home.run(*ON, "sweep", "--close", "--yes", "-o", "json")
    assert rest.json["closed"] == [dseqs[1]]
    assert int(done.json["refund"]["amount"]) + int(rest.json["refund"]["amount"]) == locked
    after = balances(home)
    signed = home.run("journal", "-o", "json").json
    fees = sum(int(each["about"]["fee"].removesuffix("uakt")) for each in signed)
    assert [each["outcome"] for each in signed] == ["done"] * 4
    assert (after["uact"], after["uakt"]) == (before["uact"], before["uakt"] - fees)
    assert home.run(*ON, "sweep").out == "Nothing to close: nothing is open.\n"


def test_a_list_says_what_belongs_to_other_wallets(home: Home, practice: Practice) -> None:
    practice("no-bids")
    assert home.run(*ON, *ORDER).code == 0
    home.run("wallet", "watch", "friend", OTHER)
    said = "1 more belongs to wallet main (--wallet main), as this machine last knew.\n"
    for command in (("lease", "list"), ("sweep",)):
        answer = home.run(*ON, "--wallet", "friend", *command)
        assert answer.out.endswith(said), answer
        as_json = home.run(*ON, "--wallet", "friend", *command, "-o", "json")
        assert (as_json.json, said in as_json.err) == ([], True)
        assert "belong" not in home.run(*ON, *command).out
    (row,) = home.run(*ON, "lease", "list", "-o", "json").json
    assert home.run(*ON, "lease", "close", row["dseq"], "--yes").code == 0
    assert "belong" not in home.run(*ON, "--wallet", "friend", "lease", "list").out
    assert Decimal(row["left"]["amount"]) > 0


def test_a_session_is_named_by_its_command_without_arguments(
    home: Home, fake_chain: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    async def quoted(session: Session, id: object) -> None:
        seen.append(session.command)
        raise BadInput("Nothing is there.", "Look again.")

    monkeypatch.setattr("akash_tui.services.spending.quoting.close_quote", quoted)
    home.import_wallet()
    assert home.run("--network", "mainnet", "lease", "close", "12", "--yes").code == 2
    assert seen == ["akash-tui lease close"]
