"""What a close gives back: estimated from the escrow, then read from the chain's own events."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.domain.akash.entities import Deposit, EscrowAccount, EscrowState
from akash_tui.domain.akash.money import UACT, UAKT, Coin, DecCoin
from akash_tui.services.deployment.close import close, refunded
from akash_tui.services.deployment.create import create
from akash_tui.services.ports import TxResult
from akash_tui.services.spending.quoting import close_quote, create_quote, refund
from tests.conformance import SHARED, load
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled


def result(*events: tuple[str, dict[str, str]]) -> TxResult:
    return TxResult("AB", 1, 0, "", "", 1, None, tuple((name, tuple(fields.items())) for name, fields in events))


def received(who: str, amount: str, *, of_message: bool = True) -> tuple[str, dict[str, str]]:
    fields = {"receiver": who, "amount": amount}
    return "coin_received", fields | ({"msg_index": "0"} if of_message else {})


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([received(OWNER, "4954994uact")], 4954994),
        ([received(OWNER, "4954994uact"), received(OWNER, "2500000uact")], 7454994),
        ([received(OWNER, "5uact,7uakt")], 5),
        ([received(OWNER, "7uakt")], 0),
        ([received("akash1else", "5uact")], 0),
        ([received(OWNER, "5uact", of_message=False)], 0),
        ([("coin_spent", {"receiver": OWNER, "amount": "5uact", "msg_index": "0"})], 0),
        ([received(OWNER, "xuact"), received(OWNER, "-5uact")], 0),
    ],
)
def test_what_the_events_say(events: list[tuple[str, dict[str, str]]], expected: int) -> None:
    assert refunded(result(*events), OWNER) == Coin(UACT, expected)


def test_no_events_say_nothing() -> None:
    assert refunded(result(), OWNER) is None


def test_the_recorded_close() -> None:
    answer: Any = load(SHARED / "recordings" / "chain" / "close-deployment-included.json")
    told = answer["response"]["json"]["tx_response"]["events"]
    events = [(e["type"], {a["key"]: a["value"] for a in e["attributes"]}) for e in told]
    tenant = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
    assert refunded(result(*events), tenant) == Coin(UACT, 4_954_994 + 2_500_000)


def escrow(*deposits: tuple[str, int], settled_at: int = 100) -> EscrowAccount:
    held = tuple(Deposit(who, 90, "balance", DecCoin(UACT, Decimal(amount))) for who, amount in deposits)
    total = DecCoin(UACT, Decimal(sum(amount for _, amount in deposits)))
    return EscrowAccount(EscrowState.OPEN, settled_at, (total,), held)


@pytest.mark.parametrize(
    ("deposits", "blocks", "expected"),
    [
        ([(OWNER, 1000)], 0, (1000, 0)),
        ([(OWNER, 1000)], 30, (700, 0)),
        ([(OWNER, 1000)], 200, (0, 0)),
        ([("akash1giver", 500), (OWNER, 1000)], 30, (1000, 200)),
        ([("akash1giver", 500), (OWNER, 1000)], 60, (900, 0)),
        ([(OWNER, 300), ("akash1giver", 500), (OWNER, 100)], 50, (100, 300)),
        ([], 5, (0, 0)),
    ],
)
def test_the_estimate_spends_deposits_in_their_order(
    deposits: list[tuple[str, int]], blocks: int, expected: tuple[int, int]
) -> None:
    assert refund(escrow(*deposits), OWNER, Decimal(10), 100 + blocks) == expected


def test_other_tokens_and_earlier_heights_count_nothing() -> None:
    account = escrow((OWNER, 1000))
    foreign = Deposit(OWNER, 90, "balance", DecCoin(UAKT, Decimal(999)))
    account = replace(account, deposits=(foreign, *account.deposits))
    assert refund(account, OWNER, Decimal(10), 50) == (1000, 0)


async def test_the_quote_counts_what_comes_back(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL))
    quote = await close_quote(session, run.id)
    before = {c.denom: c.amount for c in quote.balances_before}
    after = {c.denom: c.amount for c in quote.balances_after}
    assert after[UACT] == before[UACT] + quote.refund.amount > before[UACT]
    assert after[UAKT] == before[UAKT] - quote.fee.amount


async def test_without_events_the_balances_tell(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL))
    quote = await close_quote(session, run.id)
    execute = bench.chain._apply

    def without_events(message: Any, height: int) -> list[Any]:
        execute(message, height)
        return []

    bench.chain._apply = without_events  # type: ignore[method-assign]
    closed = await close(session, quote, run)
    assert closed.refund == Coin(UACT, 500_000)
