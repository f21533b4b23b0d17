"""What a deployment's workloads write and what Kubernetes reports about them, from all its leases at once.

A provider's stream knows only the pods of the moment at which it was opened (provider recordings, fact 40), so a
followed one is opened again after each update, when its pods are gone, and when it breaks; lines are shown once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.lease_end import why_ended
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.logs.deduplicate import REPEATED, LogDeduplicator
from akash_tui.services.core.session import Session
from akash_tui.services.leases.lease_lookup import leases_of, provider_of, with_service
from akash_tui.services.ports import (
    AkashError,
    Backoff,
    LogLine,
    PodEvent,
    ProviderFault,
    Refused,
    Signer,
    Unreachable,
)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
CHECK_SECONDS = 10.0
"""Between two checks whether the deployment was updated or the lease ended."""
AFTER_UPDATE = (5.0, 20.0, 60.0)
"""Seconds after an update at which a stream that is still open is opened again, for the new pods."""
MOST_EVENTS = 5_000
"""Events that are remembered as shown; older ones would be shown again."""
_QUEUE = 200
"""Lines that wait for a slow reader; then the providers wait."""


@dataclass(frozen=True, slots=True)
class StreamItem:
    """One line or event and the lease that it is from."""

    lease: LeaseId
    what: LogLine | PodEvent


@dataclass(frozen=True, slots=True)
class StreamNotice:
    """What happened to the stream itself, in one sentence: waiting, opened again, ended."""

    lease: LeaseId
    text: str


T = TypeVar("T")
Item = StreamItem | StreamNotice
_Put = Callable[[Item], Awaitable[None]]


class LeaseStreams:
    """Streams of one session's deployments; spends nothing, changes nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._versions: dict[LeaseId, bytes] = {}
        """The deployment's version when last read."""
        self._due: dict[LeaseId, list[float]] = {}
        """When, by the monotonic clock, a stream is opened again because of an update."""

    async def logs(
        self,
        id: DeploymentId,
        *,
        gseq: int | None = None,
        services: Sequence[str] = (),
        follow: bool = False,
        tail: int | None = None,
    ) -> AsyncGenerator[Item, None]:
        """Log lines of all leases as they come. Without `follow` raises the first fault after all were read."""
        leases = await leases_of(self.session, id, gseq)
        wanted = await with_service(self.session, leases, services)

        def source(lease: LeaseId, put: _Put) -> Awaitable[None]:
            lines = partial(self.session.gateway.logs, services=wanted[lease], follow=follow)
            if follow:
                return self._follow_logs(lease, lines, tail, put)
            return self._read(lease, partial(lines, tail=tail), lambda line: put(StreamItem(lease, line)))

        async with aclosing(_merged(list(wanted), source)) as items:
            async for item in items:
                yield item

    async def events(
        self, id: DeploymentId, *, gseq: int | None = None, follow: bool = False
    ) -> AsyncGenerator[Item, None]:
        """Kubernetes' events of all leases: the stored ones, then (with `follow`) new ones, each once."""
        leases = await leases_of(self.session, id, gseq)

        def source(lease: LeaseId, put: _Put) -> Awaitable[None]:
            shown: dict[PodEvent, None] = {}

            async def take(event: PodEvent) -> None:
                if event in shown:
                    return
                shown[event] = None
                if len(shown) > MOST_EVENTS:
                    del shown[next(iter(shown))]
                await put(StreamItem(lease, event))

            def read() -> Awaitable[None]:
                return self._read(lease, partial(self.session.gateway.events, follow=follow), take)

            return self._follow(lease, put, read, lambda: None) if follow else read()

        async with aclosing(_merged([x.id for x in leases], source)) as items:
            async for item in items:
                yield item

    # --- one lease ---

    async def _read(
        self,
        lease: LeaseId,
        opened: Callable[[Provider, LeaseId, Signer], AsyncGenerator[T, None]],
        take: Callable[[T], Awaitable[None]],
    ) -> None:
        provider = await provider_of(self.session, lease)
        stream = opened(provider, lease, await self.session.provider_signer())
        async with aclosing(stream) as items:
            async for item in items:
                await take(item)

    async def _follow_logs(
        self, lease: LeaseId, lines: Callable[..., AsyncGenerator[LogLine, None]], tail: int | None, put: _Put
    ) -> None:
        overlap = LogDeduplicator()
        asked = tail

        async def take(line: LogLine) -> None:
            for text in overlap.new_lines(line.pod, line.text):
                await put(StreamItem(lease, LogLine(line.pod, text)))

        async def read() -> None:
            nonlocal asked
            now, asked = asked, REPEATED
            await self._read(lease, partial(lines, tail=now), take)

        await self._follow(lease, put, read, overlap.reopened)

    async def _follow(
        self, lease: LeaseId, put: _Put, read: Callable[[], Awaitable[None]], again: Callable[[], None]
    ) -> None:
        """`read` again and again until the lease is over; raises only what no other try can fix."""
        session, reported = self.session, ""
        backoff = Backoff(session.clock, FIRST_PAUSE, LONGEST_PAUSE, factor=1.8)
        while True:
            begun = session.clock.monotonic()
            planned, fault = await self._until_changed(lease, read)
            ended = await self._ended(lease)
            if ended:
                await put(StreamNotice(lease, ended))
                return
            if fault is not None:
                if not fault.retry and not isinstance(fault, Refused):
                    raise fault
                if fault.title != reported:
                    reported = fault.title
                    await put(StreamNotice(lease, f"{fault.title} It is tried again."))
            elif reported:
                reported = ""
            if planned or session.clock.monotonic() - begun > LONGEST_PAUSE:
                backoff.succeeded()
            if not planned:
                await self._pause(lease, backoff)
            again()

    async def _pause(self, lease: LeaseId, backoff: Backoff) -> None:
        """Wait as after a failure, but not beyond the moment at which the stream is to be opened again anyway."""
        clock, due = self.session.clock, self._due.get(lease, [])
        pause = backoff.failed()
        if due and due[0] - clock.monotonic() < pause:
            pause = max(0.0, due.pop(0) - clock.monotonic())
            backoff.succeeded()
        await clock.sleep(pause)

    async def _until_changed(
        self, lease: LeaseId, read: Callable[[], Awaitable[None]]
    ) -> tuple[bool, AkashError | None]:
        """Read until the stream should be opened again for an update (True), ends, or breaks (its fault comes back)."""
        reading = asyncio.ensure_future(read())
        looking = asyncio.ensure_future(self._updated(lease))
        try:
            await asyncio.wait({reading, looking}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                return True, None
            try:
                reading.result()
            except (ProviderFault, Unreachable, Refused) as fault:
                return False, fault
            return False, None
        finally:
            for task in (reading, looking):
                task.cancel()
            await asyncio.gather(reading, looking, return_exceptions=True)

    async def _updated(self, lease: LeaseId) -> None:
        """Returns some time after the deployment was updated, or when the lease is over."""
        session, chain = self.session, self.session.chain
        while True:
            try:
                deployment, now = await chain.deployment(lease.deployment), await chain.lease(lease)
            except (Unreachable, Refused):
                deployment = now = None  # what cannot be read changes nothing
            at = session.clock.monotonic()
            if now is not None and not now.state.is_running:
                await session.clock.sleep(CHECK_SECONDS)  # its last lines may still come
                return
            if deployment is not None and deployment.hash != self._versions.setdefault(lease, deployment.hash):
                self._versions[lease] = deployment.hash
                self._due[lease] = [at + wait for wait in AFTER_UPDATE]
            due = self._due.get(lease, [])
            if due and at >= due[0]:
                del due[0]
                return
            await session.clock.sleep(min([CHECK_SECONDS, *(d - at for d in due[:1])]))

    async def _ended(self, lease: LeaseId) -> str:
        """One sentence if the lease is over on chain, else nothing."""
        try:
            now = await self.session.chain.lease(lease)
        except (Unreachable, Refused):
            return ""
        if now is None or now.state.is_running:
            return ""
        return f"The lease at {self.session.provider_cache.name(lease.provider)} is over: {why_ended(now)}."


async def _merged(
    leases: Sequence[LeaseId], source: Callable[[LeaseId, _Put], Awaitable[None]]
) -> AsyncGenerator[Item, None]:
    """The items of all leases in the order in which they come; the first fault is raised when all have ended."""
    queue: asyncio.Queue[Item | None] = asyncio.Queue(_QUEUE)

    async def run(lease: LeaseId) -> None:
        try:
            await source(lease, queue.put)
        except Exception:
            await queue.put(None)
            raise
        await queue.put(None)

    tasks = [asyncio.ensure_future(run(lease)) for lease in leases]
    try:
        left = len(tasks)
        while left:
            item = await queue.get()
            if item is None:
                left -= 1
            else:
                yield item
        for task in tasks:
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
