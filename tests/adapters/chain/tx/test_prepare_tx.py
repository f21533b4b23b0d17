"""Nothing is signed on a chain that stands still, and the reason is the upgrade, not a clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from akash_tui.services.ports import Unreachable
from tests.adapters.chain.tx.test_broadcast import CLOSE, SIGNER, chain_of
from tests.adapters.chain.tx.test_tx_lookup import halting


async def test_a_halt_for_an_upgrade_is_named_with_what_it_means_for_leases() -> None:
    node = halting()
    async with chain_of(node) as (chain, _, clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        node.halt()
        clock.now = lambda: node.time + timedelta(minutes=20)  # type: ignore[method-assign]
        with pytest.raises(Unreachable) as caught:
            await chain.sign(draft, SIGNER)
        assert caught.value.title.startswith("test is halted for upgrade v2.2.0 since 2026-11-23 ")
        assert "nothing was signed" in caught.value.title
        assert "Leases keep running and cost nothing" in caught.value.advice
        assert "clock" not in caught.value.title


async def test_a_plan_stops_nothing_while_blocks_are_made() -> None:
    node = halting()
    async with chain_of(node) as (chain, _, _clock):
        node.stands_at = node.height + 50
        tx = await chain.sign(await chain.simulate((CLOSE,), SIGNER), SIGNER)
        assert tx.draft.messages == (CLOSE,)
