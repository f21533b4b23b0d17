"""What the chain has announced, read with its head: one for each session, used by quotes, screens and `doctor`."""

from __future__ import annotations

from datetime import datetime

from akash_tui.domain.akash.calendar import Calendar, ChainPlans
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.services.ports import AkashError, Chain, Clock, Head, NothingNew


class ChainCalendar:
    """The last head and plans that were read, and whether the chain has refused something new as disabled."""

    def __init__(self, chain: Chain, clock: Clock) -> None:
        self._chain = chain
        self._clock = clock
        self._plans = ChainPlans()
        self._head: Head | None = None
        self._block_time: BlockTime = ASSUMED_BLOCK_TIME
        self._refused = False

    async def read(self, head: Head) -> None:
        """Take this head, and read the plans if that is due. What cannot be read is left as it was."""
        self._head = head
        try:
            self._plans = await self._chain.plans(head)
            if self._plans != ChainPlans():
                self._block_time = await self._chain.block_time()
        except AkashError:
            return

    def note(self, error: AkashError) -> None:
        """Remember that the chain itself takes nothing new."""
        self._refused = self._refused or isinstance(error, NothingNew)

    def forget_refusal(self) -> None:
        """Ask the chain itself again."""
        self._refused = False

    def now(self, *, silent: bool = False) -> Calendar | None:
        """The calendar as of now; `silent` while no node answers. None before the first head."""
        if self._head is None:
            return None
        return Calendar(
            network=self._chain.network.label,
            plans=self._plans,
            height=self._head.height,
            time=self._head.time,
            block_seconds=self._block_time.seconds,
            now=self._clock.now(),
            silent=silent,
            refused=self._refused,
        )

    def warnings(
        self, *, new: bool = False, mint: bool = False, lasts_until: datetime | None = None
    ) -> tuple[str, ...]:
        """What a quote has to say of the chain's plans; see `Calendar.warnings`."""
        calendar = self.now()
        return () if calendar is None else calendar.warnings(new=new, mint=mint, lasts_until=lasts_until)

    @property
    def why_nothing_new(self) -> str | None:
        """Why nothing new can be deployed: only on the chain's own refusal, never on a plan alone."""
        calendar = self.now()
        return calendar.headline if calendar is not None and calendar.refused else None
