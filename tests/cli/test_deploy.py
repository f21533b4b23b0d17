"""`deploy` in text mode on a chain in this process: what is printed where, and several at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.cli import deploy as cli_deploy
from akash_tui.cli.quotes import lease_question
from akash_tui.compose import Program
from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.automation.deploy_options import DeployOptions
from akash_tui.services.core.session import Session
from akash_tui.services.ports import ManifestRefused
from akash_tui.services.spending.quoting import create_quote
from tests.cli.home import Answer, Home
from tests.fakes.chain import OWNER
from tests.fakes.clock import FrozenClock
from tests.fakes.session import SDL, Bench, compiled
from tests.fakes.signer import FakeSigner
from tests.ui.fakes import BIDS, FakeSteps, bid, bid_id
from tests.ui.fakes import run as fake_run

Ask = Callable[[str], str]
FAST = ("--collect", "1s", "--yes")


@pytest.fixture
def sdl(tmp_path: Path) -> str:
    path = tmp_path / "web.yaml"
    path.write_text(SDL)
    return str(path)


def deploy(home: Home, sdl: str, *options: str) -> Answer:
    return home.run("--network", "mainnet", "deploy", sdl, *FAST, *options)


def test_an_order_without_an_acceptable_bid_fails_with_an_error_and_an_advice(
    home: Home, fake_chain: Bench, sdl: str
) -> None:
    fake_chain.chain.offers = []
    answer = deploy(home, sdl, "--accept", "cheapest", "--bid-wait", "30s")
    assert answer.code == 4
    lines = answer.err.splitlines()
    assert lines[lines.index("error: No bid came within 30 s.") + 1].startswith("try: ")
    assert "No bid came" not in answer.out


def test_a_refused_manifest_fails_with_an_error_and_an_advice(home: Home, fake_chain: Bench, sdl: str) -> None:
    fake_chain.gateway.faults = [ManifestRefused("The provider refused it.", "Take another.", status=422)]
    answer = deploy(home, sdl, "--accept", "cheapest")
    assert answer.code == 6
    assert "error: The provider refused it.\ntry: Take another.\n" in answer.err
    assert "✓ closed" in answer.out


@pytest.mark.parametrize("output", ["text", "jsonl"])
def test_what_on_fail_closes_is_printed_with_refund_and_gas(
    home: Home, fake_chain: Bench, sdl: str, output: str
) -> None:
    fake_chain.gateway.faults = [ManifestRefused("The provider refused it.", "Take another.", status=422)]
    answer = deploy(home, sdl, "--accept", "cheapest", "-o", output)
    dseq = next(iter(fake_chain.chain.deployments_)).dseq
    assert answer.code == 6
    line = next(line for line in answer.err.splitlines() if line.startswith(f"Close deployment {dseq} "))
    assert re.search(r"1 lease\? About [\d.]+ ACT come back; gas about [\d.]+ AKT, never more than [\d.]+\.", line)
    assert line.endswith(" yes (--on-fail)")
    if output == "jsonl":
        assert answer.lines[-1]["state"] == "closed"  # the answer holds nothing but events


def test_what_on_fail_requotes_is_printed_with_the_lease_that_ends(home: Home, fake_chain: Bench, sdl: str) -> None:
    fake_chain.gateway.faults = [ManifestRefused("The provider refused it.", "Take another.", status=422)]
    answer = deploy(home, sdl, "--accept", "cheapest", "--on-fail", "requote")
    dseq = next(iter(fake_chain.chain.deployments_)).dseq
    assert answer.code == 0
    (line,) = [line for line in answer.err.splitlines() if line.startswith("End the lease at ")]
    assert f"of deployment {dseq}? About " in line
    assert re.search(r"ACT stay in the deployment; gas about [\d.]+ AKT", line)
    assert "Close deployment" not in answer.err


def test_a_close_beyond_the_bounds_is_printed_and_not_signed(
    home: Home, fake_chain: Bench, sdl: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node's gas is fine until the manifest is refused."""
    chain, gateway = fake_chain.chain, fake_chain.gateway
    chain.balances_[OWNER] = {UACT: 200_000_000, UAKT: 1_000_000_000}
    gateway.faults = [ManifestRefused("The provider refused it.", "Take another.", status=422)]

    def gate(name: str) -> None:
        if name == "manifest":
            chain.gas_simulated = 9_600_000_000  # 360 AKT

    monkeypatch.setattr(gateway, "gate", gate)
    answer = deploy(home, sdl, "--accept", "cheapest")
    assert answer.code == 6
    assert "beyond the bounds: " in answer.err
    assert "Close deployment" in answer.err
    assert "error: Closing failed: " in answer.err
    assert len(chain.committed) == 2, "the creation and the lease"


def test_accept_none_ends_with_what_to_do_next(home: Home, fake_chain: Bench, sdl: str) -> None:
    answer = deploy(home, sdl, "--accept", "none")
    assert answer.code == 0
    dseq = next(iter(fake_chain.chain.deployments_)).dseq
    assert f"akash-tui bids {dseq}" in answer.out
    assert f"akash-tui lease close {dseq}" in answer.out


@pytest.mark.parametrize(("wait", "words"), [("25s", "25 s"), ("60s", "1 min"), ("90s", "1 min 30 s"), ("2h", "2 h")])
def test_the_wait_until_it_runs_is_named_as_it_was_given(
    home: Home, fake_chain: Bench, sdl: str, wait: str, words: str
) -> None:
    fake_chain.gateway.ready_after = 10**9
    answer = deploy(home, sdl, "--accept", "cheapest", "--run-wait", wait)
    assert answer.code == 7
    assert f"error: Leased, but not running after {words}" in answer.err


async def test_several_that_start_in_one_block_take_different_numbers(fake_chain: Bench) -> None:
    """Each session is another process; every client would take the newest height as the number."""
    sessions = [fake_chain.session() for _ in range(4)]
    quotes = await asyncio.gather(*(create_quote(session, compiled(SDL), SDL) for session in sessions))
    assert {quote.made_at for quote in quotes} == {quotes[0].made_at}, "in one block"
    assert len({quote.id.dseq for quote in quotes}) == 4


def test_resume_ends_with_the_exit_code_of_a_manifest_that_was_not_delivered(
    home: Home, fake_chain: Bench, sdl: str
) -> None:
    refused = [ManifestRefused("The provider refused it.", "Take another.", status=422) for _ in range(9)]
    fake_chain.gateway.faults = list(refused)
    assert deploy(home, sdl, "--accept", "cheapest", "--on-fail", "keep").code == 6
    answer = home.run("--network", "mainnet", "resume", "--yes")
    assert answer.code == 6
    assert "The provider refused it." in answer.err
    assert answer.err.splitlines()[-1] == "try: Take another."
    fake_chain.gateway.faults = []
    assert home.run("--network", "mainnet", "resume", "--yes").code == 0


@pytest.mark.parametrize(("options", "prompts"), [((), False), (("--yes",), True)])
def test_resume_asks_for_a_passphrase_only_where_it_sends_something(
    home: Home, fake_chain: Bench, sdl: str, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], prompts: bool
) -> None:
    assert deploy(home, sdl, "--accept", "cheapest").code == 0

    async def locked(program: Program, network: object, wallet: object, readonly: bool, ask: Ask) -> Session:
        def unlock() -> FakeSigner:
            ask("The passphrase")
            return FakeSigner()

        return fake_chain.session(signer=None, unlock=unlock)

    monkeypatch.setattr(Program, "open", locked)
    answer = home.run("--network", "mainnet", "resume", *options)
    assert answer.code == 0
    assert "Whether it runs could not be checked: The passphrase is needed" in answer.out
    assert ("there is no terminal to ask for it" in answer.out) is prompts


def test_hours_that_the_deposit_pays_for_later_are_in_the_quote(home: Home, fake_chain: Bench, sdl: str) -> None:
    answer = deploy(home, sdl, "--dry-run", "--hours", "2d")
    assert "raised with the lease, to pay for 48 h" in answer.out + answer.err
    assert deploy(home, sdl, "--dry-run", "--hours", "2d", "-o", "json").json["hours"] == "48"
    assert "raised with the lease" not in deploy(home, sdl, "--dry-run").out


async def test_of_several_groups_the_total_is_printed_before_each_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = fake_run(FrozenClock(), (1, 2), (*BIDS, bid(6, "900", "rtx4090", gseq=2)))

    async def waited(*args: object) -> None:
        return None

    monkeypatch.setattr(cli_deploy, "_wait_for_bids", waited)
    monkeypatch.setattr("click.prompt", lambda *args, **more: 1)
    ask = cli_deploy._ask_for_bid(DeployOptions(None), Decimal(2))
    picks = await ask(run)
    totals = [line for line in capsys.readouterr().err.splitlines() if line.startswith("total: ")]
    assert picks == {1: bid_id(1), 2: bid_id(6, gseq=2)}
    assert totals == [
        "total: 0 of 2 chosen · all ≈$0.92/h · budget leaves ≈$2.00/h · dcloud adds ≈$0.38/h · dcloud2 adds ≈$0.54/h",
        "total: 1 of 2 chosen ≈$0.38/h · all ≈$0.92/h · budget leaves ≈$1.62/h · dcloud2 adds ≈$0.54/h",
    ]


async def test_the_question_of_a_lease_for_several_groups_has_each_price_and_their_sum() -> None:
    clock = FrozenClock()
    run = fake_run(clock, (1, 2), (*BIDS, bid(6, "900", "rtx4090", gseq=2)))
    quote = await FakeSteps(clock, run).lease_quote(run, {1: bid_id(1), 2: bid_id(6, gseq=2)})
    question = lease_question(quote)
    assert question.count(" an hour") == 3
    assert "≈ $0.38 an hour; " in question
    assert "≈ $0.54 an hour for ≈ $0.92 an hour together" in question
