"""The main job from the command line, against a real practice process over real sockets."""

from __future__ import annotations

import json
import re
import signal
import urllib.request
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from akash_tui.domain.market.fit_reasons import UnfitReason
from akash_tui.practice.provider.scenarios import mood_of
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import IntentKind, Outcome
from tests.cli.conftest import Practice
from tests.cli.home import WORDS, Home
from tests.helpers.worlds import GIVE_UP, SEED

FAST = ("--collect", "0.5s", "--yes", "-o", "jsonl")
EVENTS = {
    "created": {"tx", "height", "version", "deposit"},
    "bid": {"gseq", "oseq", "provider", "host", "price", "price_h", "gpus", "audited", "region", "organization"},
    "bid_gone": {"gseq", "oseq", "provider", "reason"},
    "choice": {"gseq", "oseq", "provider", "price_h", "rule", "rejected", "terms"},
    "lease": {"tx", "height", "leases"},
    "manifest": {"provider", "attempt", "status", "message"},
    "running": {"services", "notes"},
    "failed": {"stage", "code", "message", "advice"},
    "closed": {"tx", "refund"},
    "done": {"exit_code", "state", "advice"},
}
HEAD = {"v", "event", "at", "chain_id", "owner", "dseq"}


def test_deploy_to_running_list_status_bids_and_close(home: Home, practice: Practice) -> None:
    world = practice()
    answer = home.run("--network", "practice", "deploy", "vllm-chat", "--accept", "cheapest", *FAST)
    assert answer.code == 0, answer
    events = answer.lines
    for event in events:
        assert set(event) == HEAD | EVENTS[event["event"]], event
        assert event["chain_id"] == world["chain_id"]
        assert event["owner"] == home.address
    names = [e["event"] for e in events]
    order = [names.index(n) for n in ("created", "bid", "choice", "lease", "manifest", "running")]
    assert order == sorted(order)
    assert names[-1] == "done"
    assert events[-1]["state"] == "running"
    choice = next(e for e in events if e["event"] == "choice")
    firm = [b for b in events if b["event"] == "bid" and all(g["source"] == "bid" for g in b["gpus"])]
    before = [b for b in firm if events.index(b) < events.index(choice)]
    assert Decimal(choice["price_h"]) <= min(Decimal(b["price_h"]) for b in before[-8:])
    dseq = events[-1]["dseq"]

    listed = home.run("--network", "practice", "lease", "list", "-o", "json").json
    assert [row["dseq"] for row in listed] == [dseq]
    status = home.run("--network", "practice", "lease", "status", dseq, "-o", "json").json
    assert status["leases"][0]["running"] is True
    assert status["leases"][0]["services"][0]["ready"] == 1
    bids = home.run("--network", "practice", "bids", dseq, "-o", "json").json
    assert any(b["state"] == "taken" and b["provider"] == choice["provider"] for b in bids)
    assert all(b["host"] and b["audited"] is not None for b in bids), "one read tells what the board would"
    assert any(b["uptime"]["7d"] and b["market"] for b in bids)
    address = choice["provider"]
    sheet = home.run("--network", "practice", "market", "provider", address).out
    name = sheet.partition(" · ")[0]
    assert re.fullmatch(r"[A-Z].+ \([a-z]+\.example\)", name), "organization and host, as in the app"
    for command in (("lease", "list"), ("lease", "show", dseq), ("bids", dseq), ("market", "providers")):
        assert name in home.run("--network", "practice", *command).out, command
    assert home.run("--network", "practice", "resume").code == 0

    before_close = _uact(home)
    closed = home.run("--network", "practice", "lease", "close", dseq, "--yes", "-o", "json")
    assert closed.code == 0, closed
    refund = int(closed.json["refund"]["amount"])
    assert 0 < refund <= 500_000
    assert _uact(home) == before_close + refund
    assert home.run("--network", "practice", "lease", "list", "-o", "json").json == []
    again = home.run("--network", "practice", "lease", "close", dseq, "--yes")
    assert again.code in (2, 3)
    assert "try: " in again.err


def _uact(home: Home) -> int:
    held = home.run("--network", "practice", "wallet", "show", "-o", "json").json["balances"]
    return next(int(c["amount"]) for c in held if c["denom"] == "uact")


def test_deploy_that_stops_itself_and_every_unit_is_accounted_for(home: Home, practice: Practice) -> None:
    practice()
    before = _held(home)
    cheap = ("--accept", "cheapest", "--stop-after", "10s $5")
    answer = home.run("--network", "practice", "deploy", "web-page", *cheap, *FAST)
    assert answer.code == 0, answer
    dseq = answer.lines[-1]["dseq"]
    assert f"lease stop-after {dseq} --wait" in answer.err
    (row,) = home.run("--network", "practice", "lease", "list", "-o", "json").json
    assert row["stop_after"]["limit"] == "10s $5"
    listed = home.run("--network", "practice", "lease", "list").out
    assert "stops" in listed
    waited = home.run("--network", "practice", "lease", "stop-after", dseq, "--wait", "-o", "json")
    assert waited.code == 0, waited
    refund = int(waited.json["refund"]["amount"])
    assert home.run("--network", "practice", "lease", "list", "-o", "json").json == []
    intents = Journal(home.path / "journal.db").intents()
    assert [i.kind for i in intents] == [IntentKind.CLOSE, IntentKind.LEASE, IntentKind.CREATE]
    assert {i.outcome for i in intents} == {Outcome.DONE}
    sent = Journal(home.path / "journal.db").sent(intents[0].chain_id, home.address, datetime.now(UTC)).day
    after = _held(home)
    assert after["uact"] - before["uact"] == refund - sent.amounts["uact"], "deposits and refunds, to the unit"
    assert after["uakt"] - before["uakt"] == -sent.fees["uakt"], "and gas"
    again = home.run("--network", "practice", "lease", "stop-after", dseq, "--wait")
    assert (again.code, "has no limit" in again.err) == (2, True)


def _held(home: Home) -> dict[str, int]:
    held = home.run("--network", "practice", "wallet", "show", "-o", "json").json["balances"]
    return {coin["denom"]: int(coin["amount"]) for coin in held}


def test_custom_endpoints_serve_the_same_and_a_wrong_chain_is_refused(home: Home, practice: Practice) -> None:
    world = practice()
    rest, rpc = ("--rest", world["rest"]), ("--rpc", world["rpc"])
    fine = home.run(*rest, *rpc, "--chain-id", world["chain_id"], "deploy", "web-page", "--accept", "cheapest", *FAST)
    assert fine.code == 0, fine
    wrong = home.run(*rest, *rpc, "--chain-id", "akashnet-2", "deploy", "web-page", "--accept", "cheapest", *FAST)
    assert wrong.code == 5
    assert "akashnet-2" in wrong.err
    assert len(home.run("journal", "-o", "json").json) == 2


def test_dry_run_signs_nothing(home: Home, practice: Practice) -> None:
    practice()
    answer = home.run("--network", "practice", "deploy", "vllm-chat", "--dry-run", "-o", "json")
    assert answer.code == 0, answer
    assert answer.json["deposit"] == {"denom": "uact", "amount": "500000"}
    other = home.run(
        *("--network", "practice", "deploy", "vllm-chat", "--dry-run", "-o", "json"),
        *("--set", "VLLM_NO_USAGE_STATS=0", "--set", "profiles.placement.akash.pricing.vllm.amount=123"),
    )
    assert other.json["version"] != answer.json["version"]
    assert other.json["max_price"]["amount"] == "123"
    assert "Nothing" in home.run("journal").out


def test_who_could_bid_says_the_true_reason_of_each_mood(home: Home, practice: Practice) -> None:
    practice("moody")
    answer = home.run("--network", "practice", "providers", "--for", "vllm-chat", "-o", "json").json
    assert set(answer) >= {"v", "fits", "online", "free_gpus", "providers", "relax"}
    moods = {row["owner"]: mood_of(row["host"].removesuffix(".example"), SEED) for row in answer["providers"]}
    reasons = {reason.value for reason in UnfitReason}
    for row in answer["providers"]:
        assert row["fits"] is (row["reason"] is None)
        assert row["reason"] in reasons | {None}
        assert bool(row["detail"]) is not row["fits"]
        old, full = (moods[row["owner"]] == mood for mood in ("old", "full"))
        assert not (old and row["fits"])
        assert old or row["reason"] != "old_version"
        assert not (full and row["fits"] and row["room"])
    assert {"old", "full", "silent"} <= set(moods.values())
    assert answer["fits"] == sum(row["fits"] for row in answer["providers"])
    assert all(set(each) >= {"change", "adds_providers", "adds_gpus"} for each in answer["relax"])

    shown = home.run("--network", "practice", "providers", "--for", "vllm-chat").out
    summary = f"{answer['fits']} of {len(answer['providers'])} providers fit"
    assert shown.startswith(summary)
    assert all(f"{row['reason']}: {row['detail']}" in shown for row in answer["providers"] if not row["fits"])
    quoted = home.run("--network", "practice", "deploy", "vllm-chat", "--dry-run").out
    assert f"could bid      {summary}" in quoted
    assert ("would add" in quoted) is bool(answer["relax"])


def test_readonly_and_unconfirmed_spends_are_refused(home: Home, practice: Practice) -> None:
    practice()
    readonly = home.run("--network", "practice", "--readonly", "deploy", "web-page", "--accept", "cheapest", "--yes")
    assert readonly.code == 2
    assert "read-only" in readonly.err
    unasked = home.run("--network", "practice", "deploy", "web-page", "--accept", "cheapest")
    assert unasked.code == 2
    assert "--yes" in unasked.err
    assert "Nothing" in home.run("journal").out


def test_close_an_unleased_deployment_when_no_bid_comes(home: Home, practice: Practice) -> None:
    practice("no-bids")
    answer = home.run("--network", "practice", "deploy", "vllm-chat", "--accept", "cheapest", "--bid-wait", "2s", *FAST)
    assert answer.code == 4, answer
    names = [e["event"] for e in answer.lines]
    assert names[-3:] == ["failed", "closed", "done"]
    assert answer.lines[-1]["exit_code"] == 4
    assert home.run("--network", "practice", "lease", "list", "-o", "json").json == []


def test_accept_none_keeps_the_order(home: Home, practice: Practice) -> None:
    practice()
    answer = home.run("--network", "practice", "deploy", "vllm-chat", "--accept", "none", *FAST)
    assert answer.code == 0, answer
    assert answer.lines[-1]["state"] == "open"
    resume = home.run("--network", "practice", "resume", "-o", "json").json
    assert [p["next"] for p in resume["pending"]] == ["choose"]


def test_a_budget_that_no_bid_meets_is_exit_4(home: Home, practice: Practice) -> None:
    practice()
    answer = home.run(
        "--network",
        "practice",
        "deploy",
        "vllm-chat",
        "--accept",
        "cheapest",
        "--budget",
        "0.01",
        "--bid-wait",
        "3s",
        *FAST,
    )
    assert answer.code == 4, answer
    assert home.run("--network", "practice", "lease", "list", "-o", "json").json == []


def test_a_refused_manifest_is_exit_6_and_the_lease_is_closed(home: Home, practice: Practice) -> None:
    practice("manifest-refused")
    answer = home.run("--network", "practice", "deploy", "vllm-chat", "--accept", "cheapest", *FAST)
    assert answer.code == 6, answer
    failed = next(e for e in answer.lines if e["event"] == "failed")
    assert failed["stage"] == "manifest"
    assert failed["advice"]
    assert home.run("--network", "practice", "lease", "list", "-o", "json").json == []


def test_a_dead_provider_is_exit_6_and_keep_keeps(home: Home, practice: Practice) -> None:
    practice("provider-dies")
    answer = home.run(
        *("--network", "practice", "deploy", "vllm-chat", "--accept", "cheapest", "--manifest-wait", "2s"),
        *("--on-fail", "keep", *FAST),
    )
    assert answer.code == 6, answer
    listed = home.run("--network", "practice", "lease", "list", "-o", "json").json
    assert [row["dseq"] for row in listed] == [answer.lines[-1]["dseq"]]


def test_a_policy_file_chooses_and_its_limits_hold(home: Home, practice: Practice, tmp_path: Path) -> None:
    practice()
    policy = tmp_path / "policy.toml"
    arguments = (
        "--network",
        "practice",
        "deploy",
        "vllm-chat",
        "--accept",
        str(policy),
        "--bid-wait",
        "4s",
        *FAST,
        "--collect",
        "2s",
    )

    policy.write_text('rule = "prefer"\nprefer = ["h100", "any"]\nfilter = "audited"\nbudget = "5"\n')
    answer = home.run(*arguments)
    assert answer.code == 0, answer
    choice = next(e for e in answer.lines if e["event"] == "choice")
    taken = next(e for e in reversed(answer.lines) if e["event"] == "bid" and e["provider"] == choice["provider"])
    assert taken["audited"] is True
    assert Decimal(choice["price_h"]) <= 5
    assert {r["code"] for r in choice["rejected"]} >= {"filtered"}
    assert home.run("--network", "practice", "lease", "close", choice["dseq"], "--yes").code == 0

    policy.write_text('budget = "0.01"\n')
    answer = home.run(*arguments, "--budget", "5")
    assert answer.code == 4, answer
    assert not any(e["event"] == "lease" for e in answer.lines)

    policy.write_text('rule = "cheapest"\nbugdet = "1"\n')
    answer = home.run(*arguments)
    assert answer.code == 2
    assert "line 2: Unknown policy key bugdet." in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("scenario", ["manifest-refused", "provider-dies"])
def test_a_failing_provider_is_left_for_another(home: Home, practice: Practice, scenario: str) -> None:
    practice(scenario)
    answer = home.run(
        *("--network", "practice", "deploy", "vllm-chat", "--accept", "cheapest", "--manifest-wait", "2s"),
        *("--on-fail", "requote", *FAST),
    )
    assert answer.code == 0, answer
    first, second = (e["provider"] for e in answer.lines if e["event"] == "choice")
    assert first != second
    requoted = next(e for e in answer.lines if e["event"] == "requoted")
    assert set(requoted) == HEAD | {"gseq", "oseq", "provider", "reason", "tx", "height"}
    assert requoted["provider"] == first
    passed_over = {r["provider"]: r["code"] for e in answer.lines if e["event"] == "choice" for r in e["rejected"]}
    if scenario == "manifest-refused":  # a dead one does not bid again
        assert passed_over[first] == "avoided"
    dseq = answer.lines[-1]["dseq"]
    status = home.run("--network", "practice", "lease", "status", dseq, "-o", "json").json
    alive = [lease for lease in status["leases"] if lease["running"]]
    assert [lease["provider"] for lease in alive] == [second]


@pytest.mark.parametrize(
    ("after", "signals"),
    [
        ("created", [signal.SIGINT]),
        ("bid", [signal.SIGTERM]),
        # a shell repeats the hang-up of its terminal: the second one must not stop the closing
        ("bid", [signal.SIGHUP, signal.SIGHUP]),
    ],
)
def test_a_signal_before_the_lease_leaves_nothing_open(
    home: Home, practice: Practice, after: str, signals: list[signal.Signals]
) -> None:
    practice()
    process = home.fork(
        "--network",
        "practice",
        "deploy",
        "vllm-chat",
        "--accept",
        "cheapest",
        "--collect",
        "60s",
        "--yes",
        "-o",
        "jsonl",
    )
    while f'"event":"{after}"' not in process.stdout.readline().replace(" ", ""):
        assert process.poll() is None
    for number in signals:
        process.send_signal(number)
    rest = process.stdout.read()
    assert process.wait(GIVE_UP) == 130
    assert '"done"' in rest.splitlines()[-1]
    assert home.run("--network", "practice", "lease", "list", "-o", "json").json == []


def test_a_dead_node_is_exit_5(home: Home) -> None:
    home.import_wallet()
    answer = home.run(
        *("--rest", "http://127.0.0.1:9", "--rpc", "http://127.0.0.1:9", "--chain-id", "x"),
        *("deploy", "web-page", "--accept", "cheapest", "--yes"),
    )
    assert answer.code == 5
    assert "try: " in answer.err


def test_what_an_empty_wallet_lacks_is_reported(home: Home, practice: Practice) -> None:
    practice(fund=False)
    home.import_fresh_wallet()
    answer = home.run("--network", "practice", "deploy", "web-page", "--accept", "cheapest", "--yes")
    assert answer.code == 3, answer
    assert "try: " in answer.err
    doctor = home.run("--network", "practice", "doctor")
    assert doctor.code != 0


def test_sdl_check_holds_prices_against_the_market_of_a_named_network(home: Home, practice: Practice) -> None:
    practice(fund=False)
    cheap = home.path / "cheap.yaml"
    text = home.run("preset", "show", "vllm-chat").out
    price = re.search(r"amount: *(\d+)", text)
    assert price
    cheap.write_text(text.replace(price[0], "amount: 1"))
    found = home.run("--network", "practice", "sdl", "check", "-o", "json", str(cheap)).json
    assert "sdl.price-low" in {p["code"] for p in found}
    assert "sdl.price-low" not in home.run("sdl", "check", str(cheap)).out


def test_the_faucet_fills_the_wallet(home: Home, practice: Practice) -> None:
    practice(fund=False)
    home.import_fresh_wallet()
    told = home.run("--network", "practice", "-o", "json", "wallet", "fund")
    assert told.code == 0, told
    assert told.json["address"] == home.address
    held = home.run("--network", "practice", "-o", "json", "wallet", "show").json["balances"]
    assert {coin["denom"] for coin in held} == {"uact", "uakt"}


def test_mainnet_has_no_faucet(home: Home) -> None:
    home.import_wallet()
    answer = home.run("--network", "mainnet", "wallet", "fund", "main")
    assert answer.code == 2, answer
    assert "no faucet" in answer.err


def test_the_app_is_not_drawn_into_a_pipe(home: Home) -> None:
    answer = home.run_process()
    assert answer.code == 2, answer
    assert answer.out == ""
    assert "no terminal" in answer.err


def test_mint_and_burn_are_quoted_and_reported_to_the_end(home: Home, practice: Practice) -> None:
    practice()
    before = _uact(home)
    unasked = home.run("--network", "practice", "wallet", "mint", "20")
    assert unasked.code == 2
    assert "--yes" in unasked.err
    minted = home.run("--network", "practice", "wallet", "mint", "20", "--yes", "-o", "json")
    assert minted.code == 0, minted
    assert minted.json["status"] == "executed"
    gave = int(minted.json["gave"]["amount"])
    assert abs(gave - 20_000_000) <= 2, minted.json
    assert _uact(home) == before + gave
    burned = home.run("--network", "practice", "wallet", "burn", "5", "--yes", "-o", "json")
    assert burned.code == 0, burned
    assert burned.json["gave"]["denom"] == "uakt"
    assert _uact(home) == before + gave - 5_000_000
    shown = home.run("--network", "practice", "wallet", "show", "-o", "json").json
    assert (shown["unknown"], shown["waiting"], shown["locked"]) == ([], [], [])
    assert [(each["kind"], each["known"]) for each in shown["last"][:2]] == [("burn", True), ("mint", True)]
    assert {coin["denom"]: int(coin["amount"]) for coin in shown["last"][1]["changes"]}["uact"] == gave
    text = home.run("--network", "practice", "wallet", "show").out
    for said in ("pays for compute", "by the chain's oracle", "no deployment is open", "spread 0.25 %", "mint "):
        assert said in text
    little = home.run("--network", "practice", "wallet", "mint", "0.1", "--yes")
    assert little.code == 2
    assert "minimum" in little.err
    much = home.run("--network", "practice", "wallet", "mint", "100000000", "--yes")
    assert much.code == 3
    assert "try: " in much.err


def chain_time(world: dict[str, Any]) -> datetime:
    """The time of the newest block."""
    url = f"{world['rest']}/cosmos/base/tendermint/v1beta1/blocks/latest"
    with urllib.request.urlopen(url, timeout=GIVE_UP) as answer:
        return datetime.fromisoformat(json.load(answer)["block"]["header"]["time"])


def test_a_wallet_is_funded_deploys_stops_after_a_time_and_nothing_is_forgotten(home: Home, practice: Practice) -> None:
    world = practice(fund=False)
    begun = chain_time(world)
    assert "akash-tui wallet create" in home.run("wallet", "list").out
    created = home.run("wallet", "import", "main", "--stdin", stdin=WORDS)
    assert created.code == 0, created
    assert "akash-tui wallet fund main --network practice" in created.err
    assert home.run("wallet", "fund", "main", "--network", "practice").code == 0
    minted = home.run("--network", "practice", "wallet", "mint", "10", "--yes", "-o", "json")
    assert minted.code == 0, minted
    shown = home.run("--network", "practice", "wallet", "show").out
    for limit in ("limits", "a transaction spends at most", "in 24 hours at most"):
        assert limit in shown

    ran = home.run(
        "--network",
        "practice",
        "deploy",
        "web-page",
        "--accept",
        "cheapest",
        "--stop-after",
        "10s",
        "--collect",
        "0.5s",
        "--yes",
    )
    assert ran.code == 0, ran
    (row,) = home.run("--network", "practice", "lease", "list", "-o", "json").json
    stopped = home.run("--network", "practice", "lease", "stop-after", row["dseq"], "--wait")
    assert (stopped.code, "ACT came back" in stopped.out) == (0, True), stopped

    left = home.run(
        "--network", "practice", "deploy", "web-page", "--accept", "none", "--collect", "0.5s", "--yes", "-o", "jsonl"
    )
    dseq = left.lines[0]["dseq"]
    found = home.run("--network", "practice", "sweep").out
    assert dseq in found
    assert home.run("--network", "practice", "sweep", "--close", dseq, "--yes").code == 0
    assert "nothing is open" in home.run("--network", "practice", "sweep").out
    assert home.run("--network", "practice", "lease", "list", "-o", "json").json == []
    took = chain_time(world) - begun
    assert took < timedelta(minutes=3), "by the chain's own clock"
    outcomes = {entry["outcome"] for entry in home.run("journal", "-o", "json").json}
    assert outcomes == {"done"}


def test_a_preset_is_made_ones_own_and_deployed_twice(home: Home, practice: Practice, tmp_path: Path) -> None:
    practice()
    (tmp_path / "token").write_text("hf_pl4nted")
    (tmp_path / "token").chmod(0o600)
    token = ("--set", f"HF_TOKEN=@{tmp_path / 'token'}")
    model = "MODEL=Qwen/Qwen2.5-3B-Instruct"
    made = home.run("preset", "copy", "vllm-chat", "small", "--gpu", "24gb", "--max-price", "0.50/h", "--set", model)
    assert made.code == 0, made
    saved = home.run("preset", "show", "small").out
    assert model in saved
    assert "amount: 846 # at most about 0.50 ACT an hour" in saved
    parameters = {each["name"]: each["value"] for each in home.run("preset", "params", "small", "-o", "json").json}
    assert parameters["MODEL"] == "Qwen/Qwen2.5-3B-Instruct"
    for _ in ("the first time", "and once more, after it was closed"):
        ran = home.run("--network", "practice", "deploy", "small", "--accept", "cheapest", *token, *FAST)
        assert (ran.code, ran.lines[-1]["state"]) == (0, "running"), ran
        bids = [event for event in ran.lines if event["event"] == "bid"]
        named = {gpu["model"] for bid in bids for gpu in bid["gpus"] if gpu["source"] == "bid"}
        assert named <= {"rtx4090", "rtx3090", "a5000"}
        (choice,) = [event for event in ran.lines if event["event"] == "choice"]
        assert Decimal(choice["price_h"]) <= Decimal("0.50")
        dseq = ran.lines[-1]["dseq"]
        assert model in home.run("--network", "practice", "lease", "recover", dseq).out
        assert home.run("--network", "practice", "lease", "close", dseq, "--yes").code == 0
    (own,) = [each for each in home.run("preset", "list", "-o", "json").json if each["own"]]
    assert own["last_used"] is not None
    assert not [p for p in home.path.rglob("*") if p.is_file() and b"hf_pl4nted" in p.read_bytes()]
