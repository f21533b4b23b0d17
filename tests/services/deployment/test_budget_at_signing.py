"""The budget counts for what is signed, not only for what was chosen a moment earlier."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.automation.deploy_options import DeployOptions
from tests.fakes.session import Bench
from tests.services.automation.test_headless_deploy import Story


async def test_a_price_that_rises_between_choice_and_quote_is_not_paid(bench: Bench) -> None:
    def dearer(name: str) -> None:
        if name == "bid":  # only a quote reads a single bid
            for id, bid in bench.chain.bids_.items():
                bench.chain.bids_[id] = replace(bid, price=DecCoin(UACT, Decimal(9000)))

    bench.chain.gate = dearer
    plan = DeployOptions(Rule("cheapest", budget_h=Decimal("1")), collect=10, bid_wait=20)
    story = Story(bench, plan)
    finish = await story.go()
    assert "choice" in story.names
    assert (finish.exit_code, finish.state) == (4, "closed")
    assert not bench.chain.leases_
