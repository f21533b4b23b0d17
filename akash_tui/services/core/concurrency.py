"""Several reads at once: none is left when it goes on, also when one fails or all are cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar, overload

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")


@overload
async def together(a: Coroutine[Any, Any, A], b: Coroutine[Any, Any, B], /) -> tuple[A, B]: ...
@overload
async def together(
    a: Coroutine[Any, Any, A], b: Coroutine[Any, Any, B], c: Coroutine[Any, Any, C], /
) -> tuple[A, B, C]: ...
@overload
async def together(
    a: Coroutine[Any, Any, A], b: Coroutine[Any, Any, B], c: Coroutine[Any, Any, C], d: Coroutine[Any, Any, D], /
) -> tuple[A, B, C, D]: ...
@overload
async def together(
    a: Coroutine[Any, Any, A],
    b: Coroutine[Any, Any, B],
    c: Coroutine[Any, Any, C],
    d: Coroutine[Any, Any, D],
    e: Coroutine[Any, Any, E],
    /,
) -> tuple[A, B, C, D, E]: ...
async def together(*works: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """The results in order; the first failure is raised as itself, once no task of it is left."""
    return tuple(await each(works))


async def each(works: Iterable[Coroutine[Any, Any, A]]) -> list[A]:
    """The same for any number of works of one kind."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]


async def for_a_while(
    works: Iterable[Callable[[], Coroutine[Any, Any, object]]], *, at_once: int, seconds: float
) -> None:
    """Do these, `at_once` of them side by side, for at most `seconds`: what has not ended by then is cancelled, also
    when the caller is. What one of them raises ends that one alone."""
    gate = asyncio.Semaphore(at_once)

    async def gated(work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        async with gate:
            await work()

    tasks = [asyncio.create_task(gated(work)) for work in works]
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
