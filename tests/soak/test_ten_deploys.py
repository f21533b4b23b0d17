"""Many deployments from one wallet at the same moment, each by a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

from akash_tui.services.storage.journal_entries import Outcome
from tests.soak.judge import Verdict, judge
from tests.soak.network import START, soak_network
from tests.soak.plan import Step, plan
from tests.soak.session import Client, Person, Result, asked


async def test_ten_deploys_from_one_wallet_at_once_ten_go_through(tmp_path: Path) -> None:
    deploys = tuple(Step("deploy", "named") for _ in range(10))
    async with soak_network(7) as network, network.endpoints([()], (), "ten") as endpoints:
        address = await network.wallet(tmp_path / "home", endpoints)
        nothing = plan(0, 7, strikes=(), endpoints=1)
        person = Person(tmp_path / "home", nothing, Result(nothing, Verdict()))
        arguments = person.arguments(deploys[0])
        assert arguments is not None
        clients = [Client(person.home) for _ in deploys]
        answers = await asyncio.gather(*(client.run(*arguments, seconds=300) for client in clients))
        await asyncio.gather(*(client.close() for client in clients))
        failed = [answer and answer["out"].splitlines()[-2:] for answer in answers if answer is None or answer["code"]]
        assert failed == []

        books = network.world.books
        assert len([row for row in books.deployments.scan(address) if row.state == "active"]) == 10
        assert len([row for row in books.leases.scan(address) if row.state == "active"]) == 10
        assert {intent.outcome for intent in person.intents()} == {Outcome.DONE}
        await person.finish(network, address)
        verdict = judge(network.world, person.home, address, START, asked([deploys]))
        assert verdict.good, verdict
