"""What `doctor` says of the chain's plans, and the note that other commands print."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from akash_tui.cli.app import root
from akash_tui.cli.doctor import _clock, _head, _upgrade
from akash_tui.cli.session import _print_notice
from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.services.ports import Head, MintStatus
from tests.cli.home import Home
from tests.fakes.chain import FakeChain
from tests.fakes.session import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def standing(bench: Bench, minutes: int) -> None:
    """No block for so long."""
    real = FakeChain.head

    async def head() -> Head:
        seen = await real(bench.chain)
        return Head(seen.height, seen.time - timedelta(minutes=minutes), seen.chain_id, seen.read_at)

    bench.chain.head = head  # type: ignore[method-assign]


async def test_without_a_plan_nothing_is_announced(bench: Bench) -> None:
    found = await _upgrade(bench.session())
    assert (found.check, found.ok, found.message) == ("upgrade", True, "No upgrade of the chain is announced.")


async def test_an_upgrade_ahead_is_fine_and_named(bench: Bench) -> None:
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", 90_000))
    found = await _upgrade(bench.session())
    assert found.ok is True
    assert found.message.startswith("Upgrade v2.2.0 at block 90,000, about ")
    assert "leases keep running" in found.advice


@pytest.mark.parametrize(
    "plans", [ChainPlans(Upgrade("v3.0.0-sunset", 90_000)), ChainPlans(ended_at=500), ChainPlans(Upgrade("v2", 1_100))]
)
async def test_what_needs_an_action_is_no_ok(bench: Bench, plans: ChainPlans) -> None:
    bench.chain.plans_ = plans
    found = await _upgrade(bench.session())
    assert found.ok is None
    assert found.advice


async def test_a_halt_is_the_nodes_line_and_no_fault_of_the_clock(bench: Bench) -> None:
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", 1001))
    standing(bench, 10)
    node = await _head(bench.session())
    assert (node.check, node.ok) == ("node", False)
    assert node.message.startswith("fake is halted for upgrade v2.2.0 since ")
    clock = await _clock(bench.session())
    assert clock.ok is None
    assert "lags" not in clock.message


@pytest.mark.parametrize("plans", [ChainPlans(ended_at=500), ChainPlans(Upgrade("v3.0.0-sunset", 90_000))])
async def test_every_command_that_is_advised_exists(bench: Bench, plans: ChainPlans) -> None:
    bench.chain.plans_ = plans
    advised = re.findall(r"akash-tui ([a-z]+)(?: ([a-z]+))?", (await _upgrade(bench.session())).advice)
    assert len(advised) >= 4
    for name, inner in advised:
        command: click.Command | None = root.get_command(click.Context(root), name)
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), inner)
        assert command is not None, f"{name} {inner}"


async def test_an_old_block_without_a_plan_is_still_a_lagging_node(bench: Bench) -> None:
    standing(bench, 10)
    assert (await _head(bench.session())).ok is True
    assert "the node lags" in (await _clock(bench.session())).message


async def test_commands_end_with_a_note_where_it_concerns_them(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    session = bench.session()
    _print_notice(session)
    await session.head()
    _print_notice(session)
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", 900_000))
    await session.head()
    _print_notice(session)
    assert capsys.readouterr() == ("", "")
    bench.chain.plans_ = ChainPlans(Upgrade("v3.0.0-sunset", 900_000))
    await session.head()
    _print_notice(session)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("note: Upgrade v3.0.0-sunset at block 900,000")
    assert "akash-tui doctor" in shown.err


def mint_check(home: Home, bench: Bench, status: MintStatus | None) -> dict[str, Any]:
    async def answer() -> MintStatus | None:
        return status

    bench.chain.mint_status = answer  # type: ignore[method-assign]
    found: list[dict[str, Any]] = home.run("--network", "mainnet", "doctor", "-o", "json").json
    return next(check for check in found if check["check"] == "mint")


def test_a_mint_that_is_halted_is_named_with_its_reason(home: Home, fake_chain: Bench) -> None:
    halted = mint_check(home, fake_chain, MintStatus("", False, False, (), 0, 5, halted="the price is stale"))
    assert (halted["ok"], halted["message"]) == (None, "Minting is halted: the price is stale.")
    assert halted["advice"]


def test_an_open_mint_is_fine_and_a_chain_may_have_none(home: Home, fake_chain: Bench) -> None:
    assert mint_check(home, fake_chain, MintStatus("mint_status_healthy", True, True, (), 0, 5))["ok"] is True
    assert mint_check(home, fake_chain, None)["message"] == "This chain has no mint."
