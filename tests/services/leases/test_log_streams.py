"""Streams of all leases: once each, over updates and breaks, until the lease is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from akash_tui.domain.akash.entities import LeaseState
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.leases.log_streams import LONGEST_PAUSE, Item, LeaseStreams, StreamItem, StreamNotice
from akash_tui.services.ports import (
    Backoff,
    BadInput,
    LeaseEnded,
    LogLine,
    NotReady,
    PodEvent,
    ProviderUnreachable,
    ProviderUntrusted,
)
from tests.fakes.session import Bench
from tests.services.leases.test_lease_reader import leased

Part = LogLine | PodEvent | Exception | Callable[[], None] | None


@dataclass
class Script:
    """What each opened stream says: lines, a fault, something that happens, or None: it stays open."""

    streams: list[list[Part]]
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def play(self, *args: object, **asked: Any) -> AsyncGenerator[Any, None]:
        self.asked.append(asked)
        for part in self.streams.pop(0) if self.streams else []:
            if part is None:
                await asyncio.get_running_loop().create_future()
            elif isinstance(part, Exception):
                raise part
            elif callable(part):
                part()
            else:
                yield part


def line(text: str, pod: str = "web-a-1") -> LogLine:
    return LogLine(pod, text)


async def begun(bench: Bench, *streams: list[Part]) -> tuple[DeploymentRun, Script, LeaseStreams]:
    run = await leased(bench)
    script = Script(list(streams))
    bench.gateway.logs = script.play  # type: ignore[attr-defined]
    bench.gateway.events = script.play  # type: ignore[attr-defined]
    return run, script, LeaseStreams(bench.session())


def end_of(bench: Bench, run: DeploymentRun) -> Callable[[], None]:
    def end() -> None:
        (id,) = [x.id for x in run.leases]
        bench.chain.leases_[id] = replace(
            bench.chain.leases_[id], state=LeaseState.CLOSED, reason="lease_closed_reason_unstable", closed_on=2000
        )

    return end


async def taken(items: AsyncGenerator[Item, None], most: int = 100, into: list[Item] | None = None) -> list[Item]:
    found: list[Item] = [] if into is None else into
    async with aclosing(items) as stream:
        async for item in stream:
            found.append(item)
            if len(found) >= most:
                break
    return found


def words(items: list[Item]) -> list[str]:
    return [i.text if isinstance(i, StreamNotice) else getattr(i.what, "text", "") for i in items]


async def test_without_follow_it_is_read_once(bench: Bench) -> None:
    run, script, streams = await begun(bench, [line("a"), line("b")])
    assert words(await taken(streams.logs(run.id, tail=5))) == ["a", "b"]
    assert script.asked == [{"services": [], "follow": False, "tail": 5}]


async def test_without_follow_a_fault_is_raised_after_what_came(bench: Bench) -> None:
    run, _, streams = await begun(bench, [line("a"), NotReady("A container is still being made")])
    seen: list[Item] = []
    with pytest.raises(NotReady):
        await taken(streams.logs(run.id), into=seen)
    assert words(seen) == ["a"]


async def test_a_followed_log_goes_on_over_breaks_and_ends_with_the_lease(bench: Bench) -> None:
    run, script, streams = await begun(bench)
    script.streams += [
        [NotReady("A container is still being made")],
        [NotReady("A container is still being made")],
        [line("a"), line("b"), ProviderUnreachable("gone")],
        [line("a"), line("b"), line("c")],
        [line("c"), line("d"), end_of(bench, run)],
    ]
    items = await taken(streams.logs(run.id, follow=True, tail=9))
    assert [w for i, w in zip(items, words(items), strict=True) if isinstance(i, StreamItem)] == ["a", "b", "c", "d"]
    asides = [i.text for i in items if isinstance(i, StreamNotice)]
    assert len(asides) == 3
    assert "tried again" in asides[0]
    assert "kept failing" in asides[-1]
    assert [a["tail"] for a in script.asked] == [9, 200, 200, 200, 200]


async def test_a_stream_that_stays_open_is_opened_again_after_an_update(bench: Bench) -> None:
    run, script, streams = await begun(bench)

    def update() -> None:
        known = bench.chain.deployments_[run.id]
        bench.chain.deployments_[run.id] = replace(known, hash=b"n" * 32)

    script.streams += [[line("old"), None], [line("old"), line("new", "web-b-1"), end_of(bench, run)]]
    found: list[str] = []
    async for item in streams.logs(run.id, follow=True):
        found += words([item])
        if found == ["old"]:
            while not streams._versions:
                await bench.clock.sleep(1)
            update()
    assert found[:2] == ["old", "new"]
    assert len(script.asked) == 2


async def test_a_planned_reopen_has_no_pause(bench: Bench) -> None:
    run, script, streams = await begun(bench)
    opened: list[float] = []
    real = script.play

    def play(*args: object, **asked: Any) -> AsyncGenerator[Any, None]:
        opened.append(bench.clock.elapsed)
        return real(*args, **asked)

    bench.gateway.logs = play  # type: ignore[attr-defined]
    faults: list[list[Part]] = [[ProviderUnreachable("gone")] for _ in range(8)]  # the back-off is at its longest
    script.streams += [*faults, [line("old"), None], [line("new", "web-b-1"), None], [line("newer", "web-c-1"), None]]
    found: list[str] = []
    noticed = 0.0
    async with aclosing(streams.logs(run.id, follow=True)) as items:
        async for item in items:
            found += words([item] if isinstance(item, StreamItem) else [])
            if found == ["old"] and not noticed:
                known = bench.chain.deployments_[run.id]
                bench.chain.deployments_[run.id] = replace(known, hash=b"n" * 32)
                while not streams._due:
                    await bench.clock.sleep(0.25)
                noticed = bench.clock.elapsed
            if found[-1:] == ["newer"]:
                break
    assert [round(at - noticed) for at in opened[-2:]] == [5, 20]


async def test_a_pause_ends_when_the_stream_is_to_be_opened_anyway(bench: Bench) -> None:
    run, _, streams = await begun(bench)
    (lease,) = [x.id for x in run.leases]
    streams._due[lease] = [bench.clock.elapsed + 3.0]
    backoff = Backoff(bench.clock, LONGEST_PAUSE, LONGEST_PAUSE)
    begun_at = bench.clock.elapsed
    await streams._pause(lease, backoff)
    assert bench.clock.elapsed - begun_at == pytest.approx(3.0)
    await streams._pause(lease, backoff)
    assert bench.clock.elapsed - begun_at == pytest.approx(3.0 + LONGEST_PAUSE)


async def test_what_no_try_can_heal_is_raised(bench: Bench) -> None:
    run, script, streams = await begun(bench, [ProviderUntrusted("not the provider")])
    with pytest.raises(ProviderUntrusted):
        await taken(streams.logs(run.id, follow=True))
    assert len(script.asked) == 1


async def test_events_are_told_once(bench: Bench) -> None:
    run, script, streams = await begun(bench)
    first, second = (PodEvent("Normal", "Pod", "web-a-1", reason, "") for reason in ("Pulling", "Started"))
    script.streams += [[first, first], [first, second, end_of(bench, run)]]
    items = await taken(streams.events(run.id, follow=True))
    assert [i.what for i in items if isinstance(i, StreamItem)] == [first, second]


async def test_services_are_checked_and_named(bench: Bench) -> None:
    run, script, streams = await begun(bench, [line("a")])
    with pytest.raises(BadInput, match="nope") as told:
        await taken(streams.logs(run.id, services=("nope",)))
    assert "web" in told.value.advice
    assert words(await taken(streams.logs(run.id, services=("web",)))) == ["a"]
    assert script.asked == [{"services": ["web"], "follow": False, "tail": None}]


async def test_a_lease_that_is_over_says_why(bench: Bench) -> None:
    run, _, streams = await begun(bench)
    with pytest.raises(BadInput, match="group 2"):
        await taken(streams.logs(run.id, gseq=2))
    end_of(bench, run)()
    with pytest.raises(LeaseEnded, match="kept failing"):
        await taken(streams.logs(run.id))


async def test_a_reader_that_leaves_ends_everything(bench: Bench) -> None:
    run, _, streams = await begun(bench, [*(line(str(n)) for n in range(3000)), None])
    before = len(asyncio.all_tasks())
    assert words(await taken(streams.logs(run.id, follow=True), most=2)) == ["0", "1"]
    assert len(asyncio.all_tasks()) == before


async def test_events_without_end_are_remembered_only_so_far(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("akash_tui.services.leases.log_streams.MOST_EVENTS", 10)
    many = [PodEvent("Normal", "Pod", "web", "Pulled", f"note {n}") for n in range(30)]
    run, _, streams = await begun(bench, [*many, many[-1], many[0]])
    items = [i.what for i in await taken(streams.events(run.id)) if isinstance(i, StreamItem)]
    assert items == [*many, many[0]]  # the last one is known, the first one forgotten: told again, not kept for ever
