"""The tenants that a fresh world already has: leases of the hours before its first block, written into its books."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from akash_tui.practice.messages import bids as bid_messages
from akash_tui.practice.messages import deployment as deployment_messages
from akash_tui.practice.messages import leases as lease_messages
from akash_tui.practice.provider import offers
from akash_tui.practice.provider.actors import Provider
from akash_tui.practice.provider.hardware import Gpu
from akash_tui.practice.rules.lifecycle import Lifecycle
from akash_tui.practice.state import genesis
from akash_tui.practice.state.context import UNLIMITED, Context, GasMeter
from akash_tui.practice.state.proto_json import message_json
from akash_tui.practice.tenants.demand import GPUS_PER_LEASE, HOURS_PER_LEASE
from akash_tui.practice.tenants.jobs import SIZES, Job, drawn
from akash_tui.practice.tenants.others import COINS, OtherTenants, Rental, deposit_of, wanted

_RUN: dict[Any, Any] = {
    kind.message: kind.run for kind in (*deployment_messages.KINDS, *bid_messages.KINDS, *lease_messages.KINDS)
}


def populate(others: OtherTenants) -> None:
    """Let tenants hold the day's demand of every model (before the world's first block)."""
    for key in others.keys.values():
        genesis.account(others.world.books, key.address, COINS, key.pubkey)
    dice = random.Random(f"{others.world.seed}/founding")
    idle = iter(others.keys)
    offered: dict[Gpu, list[tuple[Provider, int]]] = {}
    for provider in others.fleet.providers.values():
        for gpu, total, _ in provider.stock.gpus() if provider.online else ():
            offered.setdefault(gpu, []).append((provider, total))
    for gpu, stocks in offered.items():
        rest = sum(total for _, total in stocks)
        left = wanted(others.world.seed, gpu, rest, others.day)
        for provider, total in stocks:
            mine = round(left * total / rest)
            left, rest = left - mine, rest - total
            while mine > 0:
                job = _placed(others, dice, provider, gpu, mine, next(idle))
                if job is None:
                    break
                mine -= job.gpus
    _earlier(others)


def _placed(
    others: OtherTenants, dice: random.Random, provider: Provider, gpu: Gpu, most: int, owner: str
) -> Job | None:
    """A running job of at most this many GPUs at a provider, if it has room for any."""
    world, hour = others.world, others.blocks_an_hour
    drew = drawn(dice, gpu, most, running=True)
    created = world.height - 1 - int(dice.random() * drew.hours * hour)
    for size in sorted((size for size in SIZES if size <= drew.gpus), reverse=True):
        job = replace(drew, gpus=size)
        message = job.create(owner, created, hour, deposit_of(job))
        spec = message_json(message.groups[0])
        placements = provider.stock.place(spec)
        if placements is not None:
            break
    else:
        return None
    key = (owner, created, 1, 1, provider.owner)
    ctx = Context(world.books, created, world.time_ns, world.params, Lifecycle(), GasMeter(UNLIMITED))
    price = offers.per_block(offers.hourly(placements, provider.seed.prices), world.block_time)
    described = offers.describe(spec, placements, provider.seed.offer)
    for each in (
        message,
        offers.create_bid(key, price, described, provider.seed.reclamation),
        offers.create_lease(key),
    ):
        _RUN[type(each)](ctx, each)
    provider.stock.reserve(key, spec)
    provider.tenancy.manifests[owner, created] = job.manifest()
    until = max(created + int(job.hours * hour), world.height + dice.randint(1, hour // 2))
    others.rentals.append(Rental(owner, created, until))
    return job


def _earlier(others: OtherTenants) -> None:
    """The day before the first block: what leases that have ended since were, and cost, at the same rate."""
    day, leases = others.day, list(others.world.books.leases.scan())
    rate = sum(lease.price.atto for lease in leases) * others.blocks_an_hour
    gpus = sum(taken for provider in others.fleet.providers.values() for _, _, taken in provider.stock.gpus())
    begun = int(gpus / GPUS_PER_LEASE / HOURS_PER_LEASE * day.hours)
    spent = int(rate * Decimal(str(day.hours)))
    day.carry(max(0, spent - day.spent_on(leases)), max(0, begun - day.begun_of(leases)))
