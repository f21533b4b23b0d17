"""Several nodes of one chain: one is behind, one fails now and then; nothing is done twice and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal_entries import Outcome
from tests.fakes.session import compiled
from tests.helpers.worlds import GIVE_UP, Practice
from tests.services.on_practice.test_flow import SDL, collected
from tests.services.on_practice.test_grant_stories import held, less, other_wallet

Worlds = Callable[[str], Practice]


async def test_from_quote_to_refund_with_one_node_behind_and_one_that_fails(worlds: Worlds) -> None:
    practice = worlds("nodes")
    assert sorted(practice.ready["nodes"].values()) == ["fails", "lags"]
    async with other_wallet(practice, "three", funded=True) as session:
        before = await held(session)
        quote = await create_quote(session, compiled(SDL), SDL, "web", deposit=5_000_000)
        run = await create(session, quote)
        await collected(session, run)
        await accept(session, run, await lease_quote(session, run, {1: run.book.rows(gone=False)[0].id}))
        await deliver(session, run)
        result = await close(session, await close_quote(session, run.id), run)
        intents = session.journal.intents()
        assert [(i.kind.value, i.outcome) for i in intents] == [
            ("close", Outcome.DONE), ("lease", Outcome.DONE), ("create", Outcome.DONE),
        ]  # fmt: skip
        fees = sum(int(str(i.about["fee"]).removesuffix("uakt")) for i in intents)
        assert result.refund is not None
        assert 0 < result.refund.amount < 5_000_000
        spent = {"uakt": fees, "uact": 5_000_000 - result.refund.amount}
        async with asyncio.timeout(GIVE_UP):  # the node that is asked first is behind, and gets there
            while await held(session) != less(before, act=spent["uact"], akt=spent["uakt"]):
                pass
