"""Minting ACT: only at an epoch, with a spread, not below the minimum, and not while the mint is halted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from akash_tui.practice.api.rest import rest_router
from akash_tui.wire import bme_v1_pb2
from tests.practice.small_world import SmallWorld

FEE = 50_000


def mint(small: SmallWorld, amount: int) -> Any:
    message = bme_v1_pb2.MsgMintACT(owner=small.tenant.address, to=small.tenant.address)
    message.coins_to_burn.denom, message.coins_to_burn.amount = "uakt", str(amount)
    return message


def burn(small: SmallWorld, amount: int) -> Any:
    message = bme_v1_pb2.MsgBurnACT(owner=small.tenant.address, to=small.tenant.address)
    message.coins_to_burn.denom, message.coins_to_burn.amount = "uact", str(amount)
    return message


def epoch(small: SmallWorld) -> None:
    small.block()
    while small.world.height % small.world.params.epoch_blocks:
        small.block()


def halt(small: SmallWorld, status: str) -> None:
    small.world.params = replace(small.world.params, mint_status=status)


def test_coins_leave_at_once_and_act_comes_at_the_epoch() -> None:
    small = SmallWorld()
    akt, act = small.balance(small.tenant, "uakt"), small.balance(small.tenant)
    assert small.do(small.tenant, mint(small, 100_000_000)).code == 0
    assert small.balance(small.tenant, "uakt") == akt - 100_000_000 - FEE
    assert small.balance(small.tenant) == act
    epoch(small)
    assert small.balance(small.tenant) == act + 85_000_000 * 9975 // 10_000
    small.do(small.tenant, burn(small, 17_000_000))
    epoch(small)
    assert small.balance(small.tenant, "uakt") == akt - 100_000_000 - 2 * FEE + 20_000_000


def test_too_little_is_cancelled_and_given_back() -> None:
    small = SmallWorld()
    akt, act = small.balance(small.tenant, "uakt"), small.balance(small.tenant)
    assert small.do(small.tenant, mint(small, 11_000_000)).code == 0  # 9.35 ACT
    epoch(small)
    assert (small.balance(small.tenant, "uakt"), small.balance(small.tenant)) == (akt - FEE, act)
    record = next(iter(small.world.books.ledger.scan()))
    assert record.status == "canceled"
    assert record.result is not None
    assert record.result["cancel_reason"] == "minimum_mint"


@pytest.mark.parametrize(
    ("status", "mints", "burns"),
    [("healthy", True, True), ("warning", True, True), ("halt_cr", False, True), ("halt_oracle", False, False)],
)
def test_a_halted_mint_refuses(status: str, mints: bool, burns: bool) -> None:
    small = SmallWorld()
    halt(small, status)
    _, answer = rest_router(small.world).answer("GET", "/akash/bme/v1/status")
    assert (answer["status"], answer["mints_allowed"], answer["refunds_allowed"]) == (
        f"mint_status_{status}",
        mints,
        burns,
    )
    for message, good in ((mint(small, 100_000_000), mints), (burn(small, 10_000_000), burns)):
        outcome = small.do(small.tenant, message)
        assert (outcome.codespace, outcome.code) == (("", 0) if good else ("bme", 6))


def test_what_waits_when_the_mint_halts_goes_on_waiting() -> None:
    small = SmallWorld()
    small.do(small.tenant, mint(small, 100_000_000))
    halt(small, "halt_cr")
    epoch(small)
    assert [record.status for record in small.world.books.ledger.scan()] == ["pending"]
    halt(small, "healthy")
    epoch(small)
    assert [record.status for record in small.world.books.ledger.scan()] == ["executed"]
