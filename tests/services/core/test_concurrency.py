"""Several works at once: how many side by side, and that none is left."""

from __future__ import annotations

import asyncio

from akash_tui.services.core.concurrency import for_a_while


async def test_no_more_than_so_many_run_side_by_side_and_a_failure_ends_itself_alone() -> None:
    running, most, done = 0, 0, []

    async def one(number: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        if number == 2:
            raise ValueError("this one")
        done.append(number)

    await for_a_while((lambda n=n: one(n) for n in range(6)), at_once=2, seconds=60)  # type: ignore[misc]
    assert (most, done) == (2, [0, 1, 3, 4, 5])


async def test_what_has_not_ended_in_time_is_cancelled() -> None:
    ended: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    await for_a_while([endless, endless], at_once=1, seconds=0)
    assert ended in ([], ["cancelled"]), "the second never began"
    assert len(asyncio.all_tasks()) == 1


async def test_nothing_to_do_is_done() -> None:
    await for_a_while([], at_once=1, seconds=0)
