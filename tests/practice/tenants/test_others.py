"""Other tenants block by block: they come and go, and the books, the machines and the day agree."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from akash_tui.practice.provider.hardware import gpus_of
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.practice.state.books import ALIVE, Lease
from akash_tui.practice.tenants import others as others_module
from akash_tui.practice.tenants.others import OtherTenants

MORNING = 1_795_000_000
"""11:06 in UTC."""


class Town:
    """A busy network whose blocks are made by hand, six seconds apart."""

    def __init__(self, saved: Any = None, start: int = MORNING) -> None:
        self.now_ns = start * 10**9
        self.network = PracticeNetwork(SCENARIOS["busy"], 3, 6.0, saved, now=lambda: self.now_ns, speed=1.0)
        self.network.drop_ports()
        self.world = self.network.world
        self.network.fleet.begin()
        self.others.begin()

    @property
    def others(self) -> OtherTenants:
        assert self.network.others is not None
        return self.network.others

    def blocks(self, count: int) -> None:
        for _ in range(count):
            self.now_ns += 6 * 10**9
            self.world.make_block()

    def alive(self) -> list[Lease]:
        return [lease for lease in self.world.books.leases.scan() if lease.state in ALIVE]

    def leased(self) -> int:
        """GPUs by the chain's books."""
        return sum(gpus_of(self.world.books.groups[lease.key[:3]].spec) for lease in self.alive())

    def taken(self) -> int:
        """GPUs by the providers' machines."""
        return sum(taken for p in self.network.fleet.providers.values() for _, _, taken in p.stock.gpus())

    def total(self) -> int:
        return sum(total for p in self.network.fleet.providers.values() if p.online for _, total, _ in p.stock.gpus())


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(others_module, "FORGOTTEN_AFTER", 20)
    return Town()


def test_a_fresh_world_is_half_rented_and_stays_so_while_tenants_come_and_go(town: Town) -> None:
    first = {lease.key for lease in town.alive()}
    assert town.leased() == town.taken()
    assert 0.4 < town.leased() / town.total() < 0.65
    assert min(lease.created_at for lease in town.alive()) < town.world.height - 600, "some have run for hours"
    town.blocks(150)
    now = {lease.key for lease in town.alive()}
    assert now - first, "somebody came"
    assert first - now, "somebody went"
    assert town.leased() == town.taken()
    assert 0.4 < town.leased() / town.total() < 0.65
    refused = [tx.outcome.raw_log for block in town.world.blocks for tx in block.txs if tx.outcome.code]
    assert refused == []
    served = {lease.key for lease in town.alive() if lease.created_at < town.world.height - 2}
    for provider in town.network.fleet.providers.values():
        assert {key for key in served if key[4] == provider.owner} <= set(provider.tenancy.workloads)


def test_what_is_forgotten_stays_in_the_sums_of_the_day(town: Town) -> None:
    day, rate = town.network.day, sum(lease.price.atto for lease in town.alive())
    spent, leases = day.spent, day.leases
    town.blocks(60)
    gone = town.world.height - 30
    assert not [lease for lease in town.world.books.leases.scan() if 0 < lease.closed_on < gone]
    assert not [row for row in town.world.books.payments.scan() if row.state == "closed" and row.withdrawn == 0]
    assert day.spent - spent == pytest.approx(60 * rate, rel=0.1)
    assert day.leases >= leases


def test_a_new_day_begins_at_midnight() -> None:
    town = Town(start=(MORNING // 86_400 + 1) * 86_400 - 30)
    before = town.network.day.spent
    town.blocks(20)
    rate = sum(lease.price.atto for lease in town.alive())
    assert town.network.day.spent < before / 10
    assert town.network.day.spent == pytest.approx(15 * rate, rel=0.2)
    assert town.network.day.leases < 10


def test_a_saved_world_goes_on_with_the_same_tenants(town: Town) -> None:
    town.blocks(30)
    saved = json.loads(json.dumps(town.network.save()))
    again = Town(saved, start=town.now_ns // 10**9)
    assert [(x.owner, x.dseq, x.until) for x in again.others.rentals] == [
        (x.owner, x.dseq, x.until) for x in town.others.rentals
    ]
    assert again.leased() == again.taken() == town.leased()
    assert again.network.day.spent == town.network.day.spent
    again.blocks(30)
    assert again.leased() == again.taken()


def test_two_seeds_differ_and_one_does_not() -> None:
    def leases(seed: int) -> set[tuple[str, int]]:
        network = PracticeNetwork(replace(SCENARIOS["busy"]), seed, 6.0, now=lambda: MORNING * 10**9)
        network.drop_ports()
        return {(lease.provider, lease.dseq) for lease in network.world.books.leases.scan()}

    assert leases(1) == leases(1) != leases(2)
