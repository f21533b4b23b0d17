"""The chain's calendar: an announced upgrade, the halt it brings, and the end of new deployments.

All of it is what a node reports, and a node may lie: it words warnings, and never stops anything by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

SUNSET: Final = "sunset"
"""An upgrade whose name holds this ends new deployments (AEP-79)."""
FINAL_HALT: Final = "halt"
"""An upgrade whose name ends with this has no version after it: the chain stops for good (AEP-79)."""
WIND_DOWN: Final = timedelta(days=90)
"""About how long leases continue between the end of new deployments and the halt (AEP-79)."""
SOON: Final = timedelta(days=1)
"""An upgrade nearer than this stands out."""
LONG_DEPOSIT: Final = timedelta(days=30)
"""Once the end of the chain is announced, a deposit that pays for longer is warned of, whatever the dates."""
_HALT_BLOCKS: Final = 10
_LEAST_HALT, _MOST_HALT = 3.0, 60.0
"""Seconds without a block, within these bounds, after which the chain counts as halted: those of ten blocks."""
_LONGEST_HALT: Final = timedelta(hours=6)
"""A silence may be the halt of an upgrade for so long after it was due: nodes change their version within minutes to a
few hours, and what is silent for longer has another cause, such as this machine's own connection."""
_EXACT: Final = timedelta(days=3)
"""Estimates further away than this are given as a day."""
_FURTHEST: Final = timedelta(days=365 * 20)
"""A date further away than this is not given."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An announced upgrade: the chain stops after the block before `height` until its nodes run the new version."""

    name: str
    height: int

    @property
    def ends_new(self) -> bool:
        """Whether the chain takes no new deployments from there on."""
        return SUNSET in self.name.casefold()

    @property
    def is_final(self) -> bool:
        """Whether the chain stops there for good."""
        return self.name.casefold().endswith(FINAL_HALT)


@dataclass(frozen=True, slots=True)
class ChainPlans:
    """What a node reports of the chain's plans."""

    upgrade: Upgrade | None = None
    """The next one."""
    ended_at: int | None = None
    """The height from which on the chain takes no new deployments; None while none is known."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The plans seen from the newest block, `now`, in words."""

    network: str
    plans: ChainPlans
    height: int
    time: datetime
    """Of that block."""
    block_seconds: Decimal
    now: datetime
    silent: bool = False
    """No node answers now."""
    refused: bool = False
    """The chain itself has refused something new as disabled."""

    # --- dates --------------------------------------------------------------------------------

    def date_of(self, height: int) -> datetime | None:
        """About when a block was or will be made; None if that is too far away to say."""
        seconds = (height - self.height) * float(self.block_seconds)
        if abs(seconds) > _FURTHEST.total_seconds() or not 1970 < self.time.year < 9000:
            return None
        return self.time + timedelta(seconds=seconds)

    @property
    def halted_since(self) -> datetime | None:
        """Since when the chain stands still for its upgrade; None while it does not, or stands for another reason.

        A chain that makes no blocks stands at the block before the upgrade (`halt_seen`). Where no node answers, it
        may stand there from when the upgrade is due, for as long as an upgrade takes.
        """
        upgrade = self.plans.upgrade
        if upgrade is None or self.height >= upgrade.height:
            return None
        if self.halt_seen:
            if self.silent:
                return self.time if upgrade.is_final or self.now - self.time <= _LONGEST_HALT else None
            patience = min(_MOST_HALT, max(_LEAST_HALT, float(self.block_seconds) * _HALT_BLOCKS))
            return self.time if (self.now - self.time).total_seconds() > patience else None
        due = self.date_of(upgrade.height)
        past = self.silent and due is not None and timedelta(0) <= self.now - due <= _LONGEST_HALT
        return due if past else None

    @property
    def halt_seen(self) -> bool:
        """Whether the newest block that was read is the last one before the upgrade."""
        return self.plans.upgrade is not None and self.height == self.plans.upgrade.height - 1

    @property
    def new_end(self) -> datetime | None:
        """About when the chain stops taking new deployments, or stopped; None if that is not known."""
        if self.plans.ended_at is not None:
            return self.date_of(self.plans.ended_at)
        upgrade = self.plans.upgrade
        return self.date_of(upgrade.height) if upgrade is not None and upgrade.ends_new else None

    @property
    def chain_end(self) -> datetime | None:
        """About when the chain stops for good: as announced, else as long after the sunset as its plan has it."""
        upgrade = self.plans.upgrade
        if upgrade is not None and upgrade.is_final:
            return self.date_of(upgrade.height)
        sunset = self.new_end
        return None if sunset is None else sunset + WIND_DOWN

    @property
    def new_ended(self) -> bool:
        """Whether the chain takes nothing new any more, as far as is known."""
        return self.refused or self.plans.ended_at is not None

    @property
    def winds_down(self) -> bool:
        """Whether the end of new deployments, or of the chain, is announced or has come."""
        upgrade = self.plans.upgrade
        return self.new_ended or (upgrade is not None and (upgrade.ends_new or upgrade.is_final))

    @property
    def is_urgent(self) -> bool:
        """Whether it concerns the next day, or everything that one might do now."""
        upgrade = self.plans.upgrade
        due = self.date_of(upgrade.height) if upgrade is not None else None
        return self.winds_down or self.halted_since is not None or (due is not None and due - self.now < SOON)

    # --- words --------------------------------------------------------------------------------

    @property
    def headline(self) -> str:
        """One or two sentences; "" while nothing is announced."""
        upgrade, halt = self.plans.upgrade, self.halted_since
        if upgrade is not None and halt is not None and not self.halt_seen:
            about = _date(halt, self.now)
            return f"{self.network} may be halted for upgrade {upgrade.name} since about {about}: no node answers."
        if upgrade is not None and halt is not None:
            return f"{self.network} is halted for upgrade {upgrade.name} since {_clock(halt, self.now)}."
        if self.new_ended:
            return f"{self._new_ended_sentence()} {self._end_sentence()}"
        if upgrade is None:
            return ""
        where = f"at block {upgrade.height:,}{self._about(upgrade.height)}"
        if upgrade.ends_new:
            return f"Upgrade {upgrade.name} {where} ends new deployments. {self._end_sentence()}"
        if upgrade.is_final:
            return f"Upgrade {upgrade.name} {where} stops the chain for good."
        return f"Upgrade {upgrade.name} {where}: the chain halts for it."

    @property
    def advice(self) -> str:
        """What it means for leases and what to do; "" while nothing is announced."""
        upgrade = self.plans.upgrade
        if self.halted_since is not None:
            if not self.halt_seen:
                return "What was sent may still count: do not repeat it. Try again, or use another endpoint."
            if upgrade is not None and upgrade.is_final:
                return "Its name says that no version follows: nothing can be signed, closed or refunded here any more."
            return (
                "Leases keep running and cost nothing; no transaction goes through, and no time-out of the chain "
                "passes. What was sent may still count: do not repeat it."
            )
        if self.winds_down:
            return (
                "Export your leases (akash-tui lease list --all -o json, akash-tui journal --export) and their SDLs "
                "(akash-tui lease recover), then close them (akash-tui lease close): the unused deposits come back; "
                "akash-tui sweep lists what is open when the halt is near. "
                "Mint no ACT that is not used up before the halt, and deposit for short times."
            )
        if upgrade is None:
            return ""
        return "No transaction goes through during it; leases keep running and cost nothing. Deposit or close before."

    def _about(self, height: int) -> str:
        at = self.date_of(height)
        return "" if at is None else f", about {_date(at, self.now)}"

    def _new_ended_sentence(self) -> str:
        since = self.new_end
        when = "" if since is None else f" since about {_date(since, self.now)}"
        return f"This chain takes no new deployments, bids, leases or mints{when}."

    def _end_sentence(self) -> str:
        end = self.chain_end
        upgrade = self.plans.upgrade
        if end is None:
            return "Leases run until the chain halts: close them for the refund before."
        named = f" with upgrade {upgrade.name}" if upgrade is not None and upgrade.is_final else ""
        return (
            f"Leases run until the chain halts{named}, about {_date(end, self.now)}: close them for the refund before."
        )

    def warnings(self, *, new: bool, mint: bool = False, lasts_until: datetime | None = None) -> tuple[str, ...]:
        """What a quote has to say: of something `new`, of a `mint`, or of money that pays until `lasts_until`."""
        upgrade, end = self.plans.upgrade, self.chain_end
        found: list[str] = []
        if self.halted_since is not None:
            found.append(f"{self.headline} What is signed now can count only when it continues.")
        elif not self.winds_down and upgrade is not None and self.is_urgent:
            found.append(f"A node reports: {self.headline}")
        if not self.winds_down:
            return tuple(found)
        if new:
            found.append(f"A node reports: {self.headline}")
        until = "before the chain halts" if end is None else f"before the chain halts, about {_date(end, self.now)}"
        if mint:
            found.append(f"A node reports that the chain ends: use up or burn the ACT {until}.")
        if lasts_until is not None and (lasts_until > end if end else lasts_until - self.now > LONG_DEPOSIT):
            found.append(f"This deposit lasts longer than the chain: close the deployment for the refund {until}.")
        return tuple(found)


def _date(at: datetime, now: datetime) -> str:
    """A day; with the time of day where it is near enough to be estimated so."""
    exact = abs(at - now) < _EXACT
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if exact else f"{at.astimezone(UTC):%Y-%m-%d}"


def _clock(at: datetime, now: datetime) -> str:
    """The time of day, with the date if it is not today's."""
    return f"{at.astimezone(UTC):%H:%M:%S} UTC" if abs(now - at) < SOON else _date(at, now)
