"""One soak session: a person who runs commands, believes what the program says, and is struck meanwhile.

After a kill or an error the person runs `resume` and looks at the journal. What it says did not happen is done again;
what is undecided is not. At the end the endpoints are honest, what is left is closed, and the books are read.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import Intent, Outcome
from tests.fakes.session import SDL as CHEAP
from tests.helpers.forks import Fork
from tests.soak.client import main
from tests.soak.judge import KINDS, Asked, Verdict, judge
from tests.soak.network import POOR, START, Endpoint, SoakNetwork
from tests.soak.plan import BURNED, CREATE_DEPOSIT, HOURS, MINTED, TOP_UP, Plan, Step

SDL = CHEAP.replace("amount: 10000}", "amount: 100000}")
PATIENCE = 100.0
"""Seconds until a person gives up a command and kills it."""
DECIDE_SECONDS = 40.0
"""How long a person waits for `resume` to decide, while endpoints may lie."""
END_SECONDS = 200.0
"""How long it may take with honest endpoints."""
TRIES = 3
MAIN_KIND = {"deploy": "create"}


@dataclass
class Result:
    """What became of one session."""

    plan: Plan
    verdict: Verdict
    transactions: int = 0
    """Signed by its wallet; each was broadcast at least once, unless a strike came between."""
    kills: int = 0
    network_faults: int = 0
    lies: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    """Steps by what became of them: done, undecided, refused."""
    passed: Counter[str] = field(default_factory=Counter)
    """Fault points that the clients passed (those that ended by themselves)."""

    @property
    def strikes(self) -> int:
        return self.kills + self.network_faults + self.lies.total()


class Client:
    """One client process; `run` gives None when it is gone."""

    def __init__(self, home: Path, kill: str = "", *, stays: bool = False) -> None:
        self._home, self._kill, self.stays = home, kill, stays
        self._process: Fork | None = None
        self.passed: Counter[str] = Counter()

    async def run(self, *arguments: str, seconds: float = PATIENCE) -> dict[str, Any] | None:
        """The answer to one command line, or None: it was killed, by itself or out of impatience."""
        if self._process is None:
            mine, its = socket.socketpair()
            streams = (its.fileno(), os.dup(its.fileno()), os.open(os.devnull, os.O_WRONLY))
            its.detach()
            env = {"AKASH_TUI_HOME": str(self._home), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
            self._process = Fork(main, self._home, self._kill, self.stays, streams=streams, env={**os.environ, **env})
            self._reader, self._writer = await asyncio.open_connection(sock=mine, limit=1 << 24)
        line = b""
        try:
            self._writer.write(json.dumps(arguments).encode() + b"\n")
            line = await asyncio.wait_for(self._reader.readline(), seconds)
        except (TimeoutError, ConnectionError):
            pass  # too slow, or gone: both end below
        if not line:
            await self.close()
            return None
        answer: dict[str, Any] = json.loads(line)
        self.passed = Counter(answer["passed"])
        return answer

    async def close(self) -> None:
        """End the process, however it is."""
        process, self._process = self._process, None
        if process is not None:
            self._writer.close()
            process.send_signal(signal.SIGKILL)
            await asyncio.to_thread(process.wait, PATIENCE)


class Person:
    """Somebody with one home; several clients may run at once."""

    def __init__(self, home: Path, plan: Plan, result: Result) -> None:
        self.home, self.plan, self.result = home, plan, result
        self._kills = list(plan.kills)
        (home / "sdl.yaml").write_text(SDL, encoding="utf-8")
        (home / "new.yaml").write_text(SDL.replace("nginx:1.27", "nginx:1.28"), encoding="utf-8")

    def client(self, *, safe: bool = False, stays: bool = False) -> Client:
        """A client that dies where the plan says, or a `safe` one; see `Plan.stays`."""
        return Client(self.home, self._kills.pop(0) if self._kills and not safe else "", stays=stays)

    def intents(self) -> list[Intent]:
        """Newest first."""
        journal = Journal(self.home / "journal.db")
        try:
            return journal.intents()
        finally:
            journal.close()

    def open_intents(self) -> list[Intent]:
        return [intent for intent in self.intents() if intent.outcome is Outcome.OPEN]

    def deployment(self) -> int | None:
        """The newest deployment that is not closed, as the journal has it."""
        closed = {i.dseq for i in self.intents() if i.kind == "close" and i.outcome is Outcome.DONE}
        made = [i.dseq for i in self.intents() if i.kind == "create" and i.outcome is Outcome.DONE]
        return next((dseq for dseq in made if dseq not in closed), None)

    def arguments(self, step: Step) -> list[str] | None:
        """The command line of a step; None if there is nothing to do it on."""
        dseq = self.deployment()
        if step.kind == "deploy":
            deposit = ["--deposit", str(Decimal(CREATE_DEPOSIT) / 1_000_000)] if step.how == "named" else []
            return ["--network", "practice", "deploy", str(self.home / "sdl.yaml"), *deposit, "--accept", "cheapest",
                    "--collect", "0.3s", "--bid-wait", "20s", "--manifest-wait", "15s", "--run-wait", "20s", "--yes",
                    "-o", "jsonl"]  # fmt: skip
        if step.kind in ("mint", "burn"):
            return [
                "--network",
                "practice",
                "wallet",
                step.kind,
                str(MINTED if step.kind == "mint" else BURNED),
                "--yes",
            ]
        if dseq is None:
            return None
        if step.by == "keys":
            return ["tui", step.kind, str(dseq)]
        if step.kind == "deposit":
            how = ["--hours", str(HOURS)] if step.how == "hours" else ["--amount", str(Decimal(TOP_UP) / 1_000_000)]
            return ["--network", "practice", "lease", "deposit", str(dseq), *how, "--yes"]
        if step.kind == "update":
            new = str(self.home / "new.yaml")
            return ["--network", "practice", "lease", "update", str(dseq), new, "--manifest-wait", "15s", "--run-wait",
                    "0s", "--on-fail", "keep", "--yes"]  # fmt: skip
        return ["--network", "practice", "lease", "close", str(dseq), "--yes"]

    async def do(self, client: Client, step: Step) -> Client:
        """One step, done again only where the program says that it did not happen; the client that is alive."""
        known = {intent.key for intent in self.intents()}
        kind = MAIN_KIND.get(step.kind, step.kind)
        for _ in range(TRIES):
            arguments = self.arguments(step)
            if arguments is None:
                self.result.done["nothing to do it on"] += 1
                return client
            answer = await client.run(*arguments)
            if answer is None:
                self.result.kills += 1
                client = self.client(stays=client.stays)
            code = None if answer is None else answer["code"]
            if code != 0:
                client = await self._resume(client)
            mine = [i for i in self.intents() if i.key not in known and i.kind == kind]
            if any(i.outcome is Outcome.DONE for i in mine):
                self.result.done["done"] += 1
                return client
            if any(i.outcome in (Outcome.OPEN, Outcome.UNKNOWN) for i in mine):
                self.result.done["undecided"] += 1
                return client
            if code == 0 and not mine:
                self.result.done["done" if step.kind == "close" else "nothing signed"] += 1
                return client
            if code == 2 and not mine:
                self.result.done["refused"] += 1  # the program refuses, and says what would allow it
                return client
        self.result.done["given up"] += 1
        return client

    async def _resume(self, client: Client) -> Client:
        """Let `resume` decide what it can within a while."""
        give_up = asyncio.get_running_loop().time() + DECIDE_SECONDS
        while True:
            if await client.run("--network", "practice", "resume", "--yes") is None:
                self.result.kills += 1
                client = self.client(stays=client.stays)
            if not self.open_intents() or asyncio.get_running_loop().time() > give_up:
                return client
            await asyncio.sleep(1)

    async def finish(self, network: SoakNetwork, address: str) -> None:
        """With honest endpoints: everything is decided and closed; what cannot be is a finding."""
        client = self.client(safe=True)
        give_up = asyncio.get_running_loop().time() + END_SECONDS
        books = network.world.books
        try:
            while asyncio.get_running_loop().time() < give_up:
                await client.run("--network", "practice", "resume", "--yes")
                active = [row.dseq for row in books.deployments.scan(address) if row.state == "active"]
                if not active and not self.open_intents():
                    break
                for dseq in active:
                    await client.run("--network", "practice", "lease", "close", str(dseq), "--yes")
                await asyncio.sleep(0.5)
            else:
                self.result.verdict.lost.append("with honest endpoints something stays open or undecided")
            await network.until(
                lambda: not any(row.source == address and row.status == "pending" for row in books.ledger.scan())
            )
        finally:
            self.result.passed += client.passed
            await client.close()


async def run_session(network: SoakNetwork, plan: Plan, home: Path) -> Result:
    """Play one plan on the network, and judge it."""
    result = Result(plan, Verdict())
    async with network.endpoints(plan.lies, plan.faults, plan.seed) as endpoints:
        start = POOR if plan.granted else START
        address = await network.wallet(home, endpoints, start)
        granter = await network.grant(address) if plan.granted else None
        person = Person(home, plan, result)
        turns: tuple[list[Client], list[Client]] = ([], [])
        try:
            for number, group in enumerate(plan.steps):
                stays = plan.stays and number % 2 == 1
                clients = turns[stays]
                while len(clients) < len(group):
                    clients.append(person.client(stays=stays))
                clients[: len(group)] = await asyncio.gather(*map(person.do, clients, group))
        finally:
            for client in (*turns[0], *turns[1]):
                result.passed += client.passed
                await client.close()
        _count(result, endpoints)
        for endpoint in endpoints:
            endpoint.be_honest()
        await person.finish(network, address)
        result.transactions = len({intent.tx_hash for intent in person.intents()})
        found = judge(network.world, home, address, start, asked(plan.steps), granter)
    result.verdict.lost += found.lost
    result.verdict.paid_twice, result.verdict.unexplained = found.paid_twice, found.unexplained
    result.verdict.bound_broken = found.bound_broken
    return result


def _count(result: Result, endpoints: Sequence[Endpoint]) -> None:
    for endpoint in endpoints:
        result.network_faults += endpoint.faulty.struck
        result.lies.update({str(lie): times for lie, times in endpoint.liar.lied.items()})


def asked(steps: Sequence[Sequence[Step]]) -> Asked:
    """What the person of a plan asks for."""
    flat = [step for group in steps for step in group]
    times = Counter(MAIN_KIND.get(step.kind, step.kind) for step in flat)
    times["lease"] = times["create"]
    del times["close"]  # closing what is left, and what a failed deployment leaves, is never too much
    for kind in KINDS.values():
        if kind != "close":
            times.setdefault(kind, 0)
    return Asked(times, frozenset({CREATE_DEPOSIT, TOP_UP}), HOURS, (MINTED,))
