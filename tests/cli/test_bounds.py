"""`--yes` and a lying node: the quote is printed, nothing is signed, and the option that would allow it is named."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.deployment.create import create
from akash_tui.services.ports import MintStatus
from akash_tui.services.spending.quoting import create_quote
from tests.cli.home import Home
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled


@pytest.fixture
def bench(fake_chain: Bench) -> Bench:
    """The chain that every command of this home is connected to, with one deployment on it."""
    bench = fake_chain
    bench.chain.balances_[OWNER] = {UACT: 200_000_000, UAKT: 1_000_000_000}

    async def deploy() -> None:
        session = bench.session()
        await create(session, await create_quote(session, compiled(SDL), SDL))

    asyncio.run(deploy())
    return bench


def dseq(bench: Bench) -> str:
    return str(next(iter(bench.chain.deployments_)).dseq)


def test_a_close_for_359_akt_ends_with_exit_2_and_names_max_fee(home: Home, bench: Bench) -> None:
    signed = len(bench.chain.committed)
    bench.chain.gas_simulated = 9_600_000_000  # 360 AKT
    close = ("--network", "mainnet", "lease", "close", dseq(bench), "--yes")
    refused = home.run(*close)
    assert refused.code == 2
    assert "--max-fee 360.027." in refused.err
    assert "The node asks 360.0270 AKT" in refused.err, "with gas for bids that may come"
    assert "Close deployment" in refused.err, "the quote is printed all the same"
    assert len(bench.chain.committed) == signed
    assert home.run(*close, "--max-fee", "360.027").code == 0
    assert len(bench.chain.committed) == signed + 1


def test_an_option_can_also_make_a_bound_narrower(home: Home, bench: Bench) -> None:
    refused = home.run("--network", "mainnet", "lease", "close", dseq(bench), "--yes", "--max-fee", "0.001")
    assert refused.code == 2
    assert "the bound is 0.001 AKT" in refused.err


def test_the_bound_of_the_settings_counts_for_every_command(home: Home, bench: Bench) -> None:
    (home.path / "settings.json").write_text('{"bounds": {"max_fee": "0.001"}}')
    refused = home.run("--network", "mainnet", "lease", "close", dseq(bench), "--yes")
    assert (refused.code, "the bound is 0.001 AKT" in refused.err) == (2, True)
    shown = home.run("doctor").out
    assert "a transaction costs at most 0.001 AKT, and at most 10 times the usual gas price (--max-fee)" in shown
    assert "the smallest deposit is at most 5 ACT (--max-deposit)" in shown


def test_a_demanded_deposit_of_ninety_act_ends_with_exit_2_and_names_max_deposit(
    home: Home, bench: Bench, tmp_path: Path
) -> None:
    bench.chain.min_deposit = 90_000_000
    (tmp_path / "web.yaml").write_text(SDL)
    refused = home.run(
        "--network", "mainnet", "deploy", str(tmp_path / "web.yaml"), "--accept", "none", "--collect", "1s", "--yes"
    )
    assert refused.code == 2
    assert "--max-deposit 90" in refused.err
    assert "Lock 90.00 ACT" in refused.err
    assert len(bench.chain.deployments_) == 1


def test_a_mint_at_thirty_times_the_price_ends_with_exit_2_and_names_max_rate(home: Home, bench: Bench) -> None:
    async def status() -> MintStatus:
        return MintStatus("healthy", True, True, (Coin(UACT, 1_000_000),), 0, 5)

    async def price() -> Any:
        honest = await type(bench.chain).akt_price(bench.chain)
        assert honest is not None
        return type(honest)(honest.usd / 36, honest.at, healthy=True)

    bench.chain.mint_status = status  # type: ignore[method-assign]
    bench.chain.akt_price = price  # type: ignore[method-assign]
    refused = home.run("--network", "mainnet", "wallet", "mint", "15", "--yes")
    assert refused.code == 2
    assert "--max-rate 30" in refused.err
    assert "Give 450.0000 AKT for about 15.0000 ACT (1 AKT = $" in refused.err
    assert "spend ≤ 500 AKT · 24 h 0.00 of 1000 AKT" in refused.err


def test_what_is_beyond_the_own_limits_ends_with_exit_2_and_names_max_spend(home: Home, bench: Bench) -> None:
    (home.path / "settings.json").write_text('{"bounds": {"act": {"typed": "2", "transaction": "10", "day": "12"}}}')
    signed = len(bench.chain.committed)

    def deposit(amount: str, *options: str) -> Any:
        return home.run(
            *("--network", "mainnet", "lease", "deposit", dseq(bench), "--amount", amount, "--yes"), *options
        )

    typed = deposit("3")
    assert (typed.code, "above 2 ACT the amount must be typed" in typed.err) == (2, True)
    assert "allow it once: --max-spend 3" in typed.err
    assert "limits: fee ≤ 0.5 AKT · spend ≤ 10 ACT · 24 h 0.50 of 12 ACT" in typed.err
    assert deposit("11").code == 2
    assert len(bench.chain.committed) == signed
    first = deposit("9", "--max-spend", "9")
    assert first.code == 0
    day = deposit("2")
    assert day.code == 0, day.err
    full = deposit("2")
    assert "after 11.50 ACT; your limit for 24 hours is 12 ACT" in full.err
    assert full.code == 2
    assert deposit("2", "--max-spend", "1").code == 2, "an option can also make a limit narrower"
    assert deposit("2", "--max-spend", "2").code == 0
    shown = home.run("doctor", "--network", "mainnet").out
    assert "13.50 ACT and 0.02 AKT were spent from here in the last 24 hours" in shown
    assert "a transaction spends at most 10 ACT or 500 AKT (--max-spend)" in shown


@pytest.mark.parametrize("command", [("lease", "deposit", "--amount", "1"), ("lease", "close")])
def test_every_yes_prints_its_quote(home: Home, bench: Bench, command: tuple[str, ...]) -> None:
    group, name, *options = command
    done = home.run("--network", "mainnet", group, name, dseq(bench), *options, "--yes")
    assert done.code == 0
    assert "AKT" in done.err + done.out
    assert "? yes" in done.err or " yes\n" in done.err


@pytest.mark.parametrize("command", ["broadcast", "lease accept", "wallet grant"])
def test_what_a_limit_can_refuse_has_the_option_that_its_refusal_names(home: Home, command: str) -> None:
    assert "--max-spend" in home.run(*command.split(), "--help").out
