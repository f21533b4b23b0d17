"""Grants on the command line: who pays is listed, chosen with options, and gets its own back."""

from __future__ import annotations

from tests.cli.conftest import Practice
from tests.cli.home import Home

ON = ("--network", "practice")


def test_a_sponsor_pays_for_all_of_a_deployment_and_gets_the_deposit_back(home: Home, practice: Practice) -> None:
    practice("granted")
    listed = home.run(*ON, "wallet", "grants", "-o", "json").json
    assert listed["owner"] == home.address
    assert {row["pays"]: row["left"]["amount"] for row in listed["received"]} == {
        "fees": "2000000",
        "deposits": "50000000",
    }
    (sponsor,) = {row["granter"] for row in listed["received"]}
    shown = home.run(*ON, "wallet", "grants").out
    assert sponsor in shown
    assert "2.0000 AKT" in shown

    before = _held(home)
    paid = ("--fee-granter", sponsor)
    dry = home.run(*ON, "deploy", "web-page", *paid, "--deposit-from", sponsor, "--dry-run", "-o", "json").json
    assert dry["fee_granter"] == sponsor
    assert dry["deposit_paid_by"] == [{"owner": sponsor, "amount": {"denom": "uact", "amount": "500000"}}]
    made = home.run(
        *(*ON, "deploy", "web-page", *paid, "--deposit-from", "grant", "--accept", "none", "--collect", "1s"),
        *("--on-fail", "keep", "--yes", "-o", "jsonl"),
    )
    assert made.code == 0, made
    dseq = made.lines[0]["dseq"]
    too_much = home.run(*ON, "lease", "deposit", dseq, "--amount", "60", *paid, "--deposit-from", "grant", "--yes")
    assert (too_much.code, "try: Let the wallet pay the rest: --deposit-from both" in too_much.err) == (
        3,
        True,
    ) or too_much
    nobody = home.run(*ON, "lease", "close", dseq, "--fee-granter", home.address, "--yes")
    assert nobody.code == 2
    assert "pays no fees for this wallet" in nobody.err
    closed = home.run(*ON, "lease", "close", dseq, *paid, "--yes", "-o", "json").json
    assert closed["refund"]["amount"] == "0"
    assert closed["others"] == [{"owner": sponsor, "refund": {"denom": "uact", "amount": "500000"}}]
    assert _held(home) == before

    other = home.run("wallet", "watch", "friend", "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63", "-o", "json").json
    given = home.run(*ON, "wallet", "grant", other["address"], "--fees", "1", "--expires", "30d", "--yes", "-o", "json")
    assert given.code == 0, given
    (row,) = home.run(*ON, "wallet", "grants", "-o", "json").json["given"]
    assert (row["grantee"], row["left"]["amount"], row["expired"]) == (other["address"], "1000000", False)
    assert home.run(*ON, "wallet", "revoke", other["address"], "--yes").code == 0
    assert home.run(*ON, "wallet", "grants", "-o", "json").json["given"] == []
    kinds = [row["kind"] for row in home.run("journal", "-o", "json").json]
    assert kinds == ["revoke", "grant", "close", "create"]


def _held(home: Home) -> dict[str, str]:
    return {c["denom"]: c["amount"] for c in home.run(*ON, "wallet", "show", "-o", "json").json["balances"]}


def test_the_mint_of_the_halted_scenario_is_halted(home: Home, practice: Practice) -> None:
    practice("mint-halted")
    answer = home.run(*ON, "wallet", "mint", "10", "--yes")
    assert answer.code == 3
    assert "its collateral is too low" in answer.err
    assert home.run(*ON, "wallet", "burn", "5", "--yes", "-o", "json").json["status"] == "executed"
