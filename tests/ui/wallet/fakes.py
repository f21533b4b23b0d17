"""A wallet with movements, and a mint that follows a script."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.ports import AktPrice, MintRecord, TxResult
from akash_tui.services.spending import mint as minting
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome
from akash_tui.ui.wallet.screen import WalletScreen
from tests.fakes.clock import FrozenClock
from tests.fakes.vault import OWNER
from tests.ui.fakes import HEIGHT, ID, PRACTICE, Stage_, common, until

RISK = "If the mint halts meanwhile, it waits, and the AKT with it."


def movements(clock: FrozenClock) -> tuple[list[Intent], list[MintRecord]]:
    """Three transactions, newest first, and the ledger with the record of the mint."""

    def intent(number: int, kind: IntentKind, dseq: int | None, about: dict[str, object]) -> Intent:
        at = clock.now() - timedelta(minutes=22 - number)
        listed = {"fee": "8700uakt", **about}
        tx = f"{number:02X}" * 32
        return Intent(number, kind, PRACTICE.chain_id, OWNER, dseq, tx, None, listed, at, Outcome.DONE, 77, 0, "")

    lease = {"gseq": 1, "oseq": 1, "provider": "akash1prov02qqq", "bseq": 0, "denom": "uact", "price": "1543.6"}
    intents = [
        intent(20, IntentKind.LEASE, ID.dseq, {"leases": [lease]}),
        intent(16, IntentKind.CREATE, ID.dseq, {"name": "vllm-qwen", "deposit": "12500000uact"}),
        intent(2, IntentKind.MINT, None, {"burn": "23590000uakt", "records": [[77, 1]]}),
    ]
    spread = Coin(UACT, 50_128)
    made = MintRecord(OWNER, 77, 1, UAKT, "executed", Coin(UACT, 20_051_500), spread, burned=Coin(UAKT, 23_590_000))
    waits = MintRecord(OWNER, HEIGHT - 4, 1, UAKT, "pending", None, None, burned=Coin(UAKT, 12_000_000))
    return intents, [made, waits]


async def opened(scene: Stage_, pilot: Pilot[Any], *, signed: bool = True) -> WalletScreen:
    """The wallet screen, read."""
    await scene.ready(pilot)
    session = scene.app.session
    assert session is not None
    if signed:
        session.journal.signed, session.chain.records = movements(scene.program.clock)  # type: ignore[attr-defined]
    await pilot.press("5")
    await until(pilot, lambda: isinstance(scene.app.screen, WalletScreen) and scene.app.screen.view is not None)
    screen = scene.app.screen
    assert isinstance(screen, WalletScreen)
    await pilot.pause()
    return screen


@dataclass
class FakeMint:
    """Takes the place of the steps of a mint: quotes at a fixed price, signs, and answers with `record`."""

    clock: FrozenClock
    record: MintRecord | None = None
    asked: list[Decimal] = field(default_factory=list)
    signed: list[Coin] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def installed(self, monkeypatch: pytest.MonkeyPatch) -> FakeMint:
        for name in ("mint_quote", "burn_quote", "execute", "outcome", "act_to_mint"):
            monkeypatch.setattr(minting, name, getattr(self, name))
        return self

    async def act_to_mint(self, session: Any, missing: int) -> Decimal:
        return max(Decimal(10), Decimal(missing) / 1_000_000)

    async def mint_quote(self, session: Any, act: Decimal) -> minting.MintQuote:
        self.asked.append(act)
        return minting.MintQuote(
            **common(self.clock), burn=Coin(UAKT, 11_794_192), gives=Coin(UACT, int(act * 1_000_000)), seconds=66.4,
            blocks=11, price=AktPrice(Decimal("0.85"), self.clock.now() - timedelta(seconds=12), healthy=True),
            spread_bps=25, least=Coin(UACT, 10_000_000), risks=(RISK,),
        )  # fmt: skip

    burn_quote = mint_quote

    async def execute(self, session: Any, quote: minting.MintQuote) -> TxResult:
        self.signed.append(quote.burn)
        return TxResult("AB" * 32, HEIGHT + 1, 0, "", "", 1, None)

    async def outcome(self, session: Any, quote: minting.MintQuote, result: TxResult) -> MintRecord | None:
        await self.gate.wait()
        return self.record


def record(status: str, reason: str = "") -> MintRecord:
    """What the ledger has in the end."""
    minted = Coin(UACT, 10_025_063) if status == "executed" else None
    spread = Coin(UACT, 25_062) if status == "executed" else None
    return MintRecord(OWNER, HEIGHT + 1, 1, UAKT, status, minted, spread, reason, Coin(UAKT, 11_794_192))
