"""`python -m tests.soak --runs N --seed S`: N generated sessions, then one table."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from akash_tui.practice.sockets.lying import Lie
from tests.soak.network import soak_network
from tests.soak.plan import Plan, plan
from tests.soak.session import Result, run_session

SHARED = 20
"""Sessions that share one practice network."""
AT_ONCE = 3


async def soak(plans: Sequence[Plan], seed: int, at_once: int = AT_ONCE, *, quiet: bool = False) -> list[Result]:
    """Play all plans, some of them at once; the results in the order of the plans."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="akash-tui-soak-") as folder:
        for first in range(0, len(plans), SHARED):
            gate = asyncio.Semaphore(at_once)
            async with soak_network(seed + first) as network:

                async def one(each: Plan) -> Result:
                    async with gate:  # noqa: B023 (awaited before the next turn)
                        result = await run_session(network, each, Path(folder) / str(each.number))
                    if not quiet:
                        print(line(result), flush=True)
                    return result

                results += await asyncio.gather(*map(one, plans[first : first + SHARED]))
    return results


def line(result: Result) -> str:
    """One session in one line; what is wrong with it below."""
    verdict = result.verdict
    steps = ", ".join(f"{what} {times}" for what, times in sorted(result.done.items()))
    text = f"{'good' if verdict.good else 'BAD '}  {result.plan}  [{steps}]"
    for name in ("lost", "paid_twice", "unexplained", "bound_broken"):
        text += "".join(f"\n      {name.replace('_', ' ')}: {each}" for each in getattr(verdict, name))
    return text


def table(results: Sequence[Result], seconds: float) -> str:
    """The figures of a soak."""
    lies: Counter[str] = sum((result.lies for result in results), Counter())
    steps: Counter[str] = sum((result.done for result in results), Counter())
    verdicts = [result.verdict for result in results]
    rows = [
        ("runs", len(results)),
        ("transactions", sum(result.transactions for result in results)),
        ("faults", sum(result.strikes for result in results)),
        ("  kills", sum(result.kills for result in results)),
        ("  network faults", sum(result.network_faults for result in results)),
        ("  lies", lies.total()),
        ("lost", sum(len(v.lost) for v in verdicts)),
        ("paid twice", sum(len(v.paid_twice) for v in verdicts)),
        ("unexplained", sum(len(v.unexplained) for v in verdicts)),
        ("bound broken", sum(len(v.bound_broken) for v in verdicts)),
    ]
    text = "\n".join(f"{name:18}{value:8}" for name, value in rows)
    about = ", ".join(f"{name} {times}" for name, times in sorted(lies.items()))
    return (
        f"{text}\n\nsteps: {', '.join(f'{what} {times}' for what, times in sorted(steps.items()))}\n"
        f"lies: {about or 'none'}\n{seconds:.0f} s"
    )


def main() -> int:
    """Returns 1 if something is wrong with a session."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, metavar="N", help="how many sessions (default 20)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same sessions")
    parser.add_argument("--only", type=int, metavar="K", help="only session K of this seed")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, metavar="N", help="so many sessions at the same time")
    parser.add_argument("--strikes", default="kill,network,lie", metavar="LIST", help="what strikes: kill,network,lie")
    parser.add_argument("--lie", action="append", default=[], choices=[*Lie], help="the first endpoint tells this lie")
    parser.add_argument("--endpoints", type=int, metavar="N", help="REST endpoints (drawn: one or three)")
    parser.add_argument("--no-keys", action="store_true", help="commands only, no keys of the app")
    given = parser.parse_args()
    numbers = range(given.runs) if given.only is None else [given.only]
    plans = [
        plan(
            number,
            given.seed,
            strikes=[each for each in given.strikes.split(",") if each],
            lies=[Lie(each) for each in given.lie],
            endpoints=given.endpoints,
            keys=not given.no_keys,
        )
        for number in numbers
    ]
    # answers that are cut on purpose, and clients that were reaped when they were killed, are no news
    for noisy in ("uvicorn.error", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    start = time.monotonic()
    results = asyncio.run(soak(plans, given.seed, given.at_once))
    print(f"\n{table(results, time.monotonic() - start)}")
    return 0 if all(result.verdict.good for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
