"""The figures of the top line: head of the chain and balances, read quietly in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.ports import AkashError, Head
from akash_tui.ui.widgets.styles import Tone

if TYPE_CHECKING:
    from akash_tui.domain.akash.calendar import Calendar
    from akash_tui.services.core.session import Session

HEAD_SECONDS = 5.0
MONEY_EVERY = 3
"""Balances are read with every third head, and at once after money moved."""
FRESH_SECONDS = 25.0
OLD_SECONDS = 90.0


class HeaderData:
    """What the top line shows; after a failed read the last figures stay, with their age."""

    def __init__(self, session: Session, log: Callable[[str, AkashError], object]) -> None:
        self.session = session
        self._log = log
        """Called once when the chain stops answering."""
        self.silent_since: datetime | None = None
        """When the first read failed of those that fail now; None while the chain answers."""
        self.speed = 1.0
        """How many times as fast as on mainnet time passes; other than 1 only on a practice network."""
        self.head: Head | None = None
        self.balances: tuple[Coin, ...] | None = None
        self.error: AkashError | None = None
        self._read_requested = asyncio.Event()
        self._logged: object = None

    def balance(self, denom: str) -> int | None:
        """Micro-units of `denom` in the wallet; None while not read."""
        if self.balances is None:
            return None
        return sum(c.amount for c in self.balances if c.denom == denom)

    @property
    def act(self) -> int | None:
        """Micro-ACT in the wallet; None while not read."""
        return self.balance(UACT)

    @property
    def akt(self) -> int | None:
        """Micro-AKT in the wallet; None while not read."""
        return self.balance(UAKT)

    def age(self) -> float | None:
        """Seconds since a head was read."""
        return None if self.head is None else (self.session.clock.now() - self.head.read_at).total_seconds()

    def refresh_now(self) -> None:
        """Read again now: money moved."""
        self._read_requested.set()

    async def read(self, money: bool) -> None:
        """Read the head, and the balances too if `money`; an error is stored, not raised."""
        try:
            self.head = await self.session.head()
            if money and self.session.wallet is not None:
                self.balances = await self.session.chain.balances(self.session.owner)
            self.error = self.silent_since = None
        except AkashError as error:
            if self.silent_since is None:
                self.silent_since = self.session.clock.now()
                self._log("reading the chain", error)
            self.error = error

    def outage(self) -> str:
        """Since when the chain does not answer and which keys help; "" while it answers."""
        if self.silent_since is None:
            return ""
        network = self.session.network
        at = self.silent_since.astimezone().strftime("%H:%M:%S")
        network_key = "N restarts it" if network.practice else "N chooses another network"
        return f"{network.label} has not answered since {at}. {network_key}, r tries again, ! shows details."

    @property
    def halted(self) -> bool:
        """Whether the chain stands still for an upgrade: its last block before that was read."""
        calendar = self.session.calendar.now(silent=self.error is not None)
        return calendar is not None and calendar.halt_seen and calendar.halted_since is not None

    def notice(self) -> tuple[str, Tone]:
        """What stands in the status line while nothing else does: a halt, an outage, or what is announced; "" else."""
        calendar = self.session.calendar.now(silent=self.error is not None)
        if calendar is not None and calendar.halted_since is not None:
            if not calendar.halt_seen:
                return f"{calendar.headline} {self.outage()}", "bad"
            return f"{calendar.headline} {calendar.advice}", "bad"
        if self.error is not None:
            return self.outage(), "bad"
        if calendar is None or not calendar.headline:
            return "", ""
        self._log_end(calendar)
        return calendar.headline, "warn" if calendar.is_urgent else "muted"

    def _log_end(self, calendar: Calendar) -> None:
        """Put what to do before the chain ends into the problem log, once for each thing that is announced."""
        about = (calendar.plans, calendar.refused)
        if calendar.winds_down and about != self._logged:
            self._logged = about
            self._log("the end of this chain", AkashError(calendar.headline, calendar.advice))

    async def run(self) -> None:
        """Read until cancelled."""
        turn = 0
        while True:
            await self.read(money=turn % MONEY_EVERY == 0)
            turn += 1
            try:
                await asyncio.wait_for(self._read_requested.wait(), self._pause())
                turn = 0
            except TimeoutError:
                pass
            self._read_requested.clear()

    def _pause(self) -> float:
        return 1.0 if self.session.network.practice else HEAD_SECONDS
