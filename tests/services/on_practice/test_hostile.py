"""Practice gateways that attack: each answer becomes a sentence, and nothing grows past what is stated."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

import pytest

from akash_tui.adapters.provider.client import HttpsGateway, Timeouts
from akash_tui.adapters.provider.http import MAX_BODY
from akash_tui.adapters.provider.websocket import MAX_FRAME
from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.logs.sanitize import LINE_LIMIT
from akash_tui.practice.provider.scenarios import ATTACKS
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.ports import ProviderFault, ProviderUnreachable, Signer
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.session import compiled
from tests.helpers.worlds import Practice
from tests.services.on_practice.test_flow import SDL

Worlds = Callable[[str], Practice]
QUICK = Timeouts(connect=5, read=1.0, probe=2.0, status=2.0, manifest=5)
ONE_ANSWER = 32 * MAX_BODY
"""What one answer may need at its worst: its bytes, and Python's objects of the JSON in it."""
ONE_STREAM = 16 * MAX_FRAME
"""Likewise a followed stream, however long it flows."""
WORDS = {
    "flood": (ProviderFault, "cannot be read"),
    "giant": (ProviderFault, "cannot be read"),
    "wide": (ProviderFault, "cannot be read"),
    "endless": (ProviderFault, f"more than {MAX_BODY // 1024} KiB"),
    "deep": (ProviderFault, "cannot be read"),
    "loris": (ProviderUnreachable, "did not answer within"),
    "redirect": (ProviderFault, "redirects the request"),
}


class Ring:
    """A provider that attacks in one way, and a call to it."""

    def __init__(self, gateway: HttpsGateway, provider: Provider, lease: LeaseId, signer: Signer) -> None:
        self.gateway, self.provider, self.lease, self.signer = gateway, provider, lease, signer

    async def status(self) -> object:
        return await self.gateway.lease_status(self.provider, self.lease, self.signer)


@asynccontextmanager
async def ring(world: Practice, attack: str) -> AsyncIterator[Ring]:
    async with world.session() as session:
        if not (await session.chain.account(session.owner)).has_pubkey:  # type: ignore[union-attr]
            run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
            await close(session, await close_quote(session, run.id), run)
        told = world.ready["providers"][ATTACKS.index(attack)]
        provider = await session.chain.provider(told["owner"])
        assert provider is not None
        gateway = HttpsGateway(session.network, session.chain, session.clock, QUICK)
        assert isinstance(gateway, HttpsGateway)
        lease = LeaseId(session.owner, 1, 1, 1, provider.owner)
        yield Ring(gateway, provider, lease, await session.provider_signer())


@asynccontextmanager
async def within(most: int) -> AsyncIterator[None]:
    """What is allocated meanwhile never exceeds `most` bytes."""
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        yield
        assert tracemalloc.get_traced_memory()[1] - before < most
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_answer_is_a_sentence_and_bounded(worlds: Worlds, attack: str) -> None:
    async with ring(worlds("gateway-hostile"), attack) as hostile:
        await hostile.gateway.probe(hostile.provider)  # loads what a first call loads
        async with within(ONE_ANSWER):
            kind, words = WORDS[attack]
            with pytest.raises(ProviderFault) as caught:
                await hostile.status()
            assert type(caught.value) is kind
            assert words in caught.value.title
        reach = await hostile.gateway.probe(hostile.provider)
        assert not reach.ok
        assert reach.note


@pytest.mark.parametrize("attack", ["flood", "giant"])
async def test_a_stream_without_end_is_read_in_bounded_memory_and_can_be_left(worlds: Worlds, attack: str) -> None:
    async with ring(worlds("gateway-hostile"), attack) as hostile:
        stream = hostile.gateway.logs(hostile.provider, hostile.lease, hostile.signer, follow=True)
        count, longest = 0, 0
        async with aclosing(stream) as lines:
            await anext(lines)
            async with within(ONE_STREAM):
                async for line in lines:
                    count += 1
                    longest = max(longest, len(line.text))
                    if count == (3000 if attack == "flood" else 20):
                        break
        assert 0 < longest <= LINE_LIMIT


async def test_while_a_stream_floods_others_have_their_turn(worlds: Worlds) -> None:
    """Between two batches of frames the loop goes round: a reader that never waits would starve it."""
    async with ring(worlds("gateway-hostile"), "flood") as hostile:
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        stream = hostile.gateway.logs(hostile.provider, hostile.lease, hostile.signer, follow=True)
        async with aclosing(stream) as lines:
            await anext(lines)
            task = asyncio.create_task(others())
            seen: list[int] = []
            async for _ in lines:
                seen.append(turns)
                if len(seen) == 2000:
                    break
            task.cancel()
        most = max(seen.count(turn) for turn in set(seen))
        assert most < 200, "so many lines came without anybody else's turn"
