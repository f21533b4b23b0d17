"""Generated sessions: what a person does, and what strikes meanwhile. The same seed gives the same plan."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.practice.sockets.lying import Lie, drawn_lies
from tests.soak.network import NETWORK_FAULTS, NetworkFault
from tests.soak.points import POINTS

MINTED = Decimal(12)
"""ACT that a mint asks for; the chain's minimum is 10."""
CREATE_DEPOSIT = 2_000_000
TOP_UP = 700_000
BURNED = Decimal(3)
HOURS = Decimal("0.02")
"""A short time, so that an hour at twenty blocks a second does not need more than the wallet has."""

_GROUP_CHANGES = (
    ("pause_group",),
    ("pause_group", "start_group"),
    ("pause_group", "close_group"),
    ("close_lease",),
    ("close_group",),
)
"""What is done to the group of a deployment, by keys: there is no command for it."""
_OFTEN = ("broadcast", "transaction", "intend", "settle", "head", "simulate", "lease", "bids", "send manifest")
"""Points that every session passes, and where a strike hurts most: half of the strikes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person asks for: `kind` is that of its main transaction."""

    kind: str
    how: str = ""
    """deploy: `named` or `minimum` deposit. deposit: `amount` or `hours`."""
    by: str = "command"
    """`command`, or `keys` of the app."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One session."""

    number: int
    seed: str
    steps: tuple[tuple[Step, ...], ...]
    """One after the other; those in one tuple at once, each by a client of its own."""
    kills: tuple[str, ...]
    """Where the first client dies, then the second, and so on: `before|after NUMBER POINT`."""
    faults: tuple[NetworkFault, ...]
    lies: tuple[tuple[Lie, ...], ...]
    """By REST endpoint."""
    granted: bool = False
    """The wallet has next to no ACT: deposits are paid from a grant, until it has minted some."""
    stays: bool = False
    """Every second step is done by a client that has the journal open until the end, as an app that is left open; the
    steps between are those of a command beside it, which opens the journal, writes and ends."""

    def __str__(self) -> str:
        strikes = [f"killed {kill}" for kill in self.kills]
        strikes += [f"{fault.kind} at {fault.point} {fault.number}" for fault in self.faults]
        strikes += [
            f"endpoint {n + 1} of {len(self.lies)} lies: {'+'.join(each)}" for n, each in enumerate(self.lies) if each
        ]
        steps = ", ".join("&".join(f"{s.kind}{' ' + s.how if s.how else ''}" for s in group) for group in self.steps)
        granted = " from a grant" if self.granted else ""
        stays = ", every second step by an app that stays open" if self.stays else ""
        return f"{self.number}{granted}{stays}: {steps}; {'; '.join(strikes) or 'no strike'}"


def plan(
    number: int,
    seed: int,
    *,
    strikes: Sequence[str] = ("kill", "network", "lie"),
    lies: Sequence[Lie] = (),
    endpoints: int | None = None,
    keys: bool = True,
) -> Plan:
    """The session of this number; `strikes` are what may strike, `lies` replaces those drawn (told by the first
    endpoint), `endpoints` how many there are (drawn: one or three)."""
    dice = random.Random(f"soak/{seed}/{number}")
    many = endpoints or dice.choice((1, 3))
    kills = tuple(_kill(dice) for _ in range(dice.choice((0, 1, 1, 2)))) if "kill" in strikes else ()
    faults = tuple(_fault(dice) for _ in range(dice.choice((0, 1, 2, 4)))) if "network" in strikes else ()
    about: list[tuple[Lie, ...]] = [()] * many
    if lies:
        about[0] = tuple(lies)
    elif "lie" in strikes and dice.random() < 0.75:
        about = drawn_lies(dice.randrange(10**9), many)
    steps = _steps(dice, keys=keys)
    granted, stays = dice.random() < 0.25, dice.random() < 0.4
    return Plan(number, f"{seed}/{number}", steps, kills, faults, tuple(about), granted, stays)


def _steps(dice: random.Random, *, keys: bool) -> tuple[tuple[Step, ...], ...]:
    def by() -> str:
        return "keys" if keys and dice.random() < 0.25 else "command"

    deposit = Step("deposit", dice.choice(("amount", "amount", "hours")), by())
    mint = Step("mint")
    steps: list[tuple[Step, ...]] = [(Step("deploy", dice.choice(("named", "named", "minimum"))),)]
    if dice.random() < 0.4:
        steps.append(dice.choice(((deposit, mint), (deposit, Step("deposit", "amount")), (mint, Step("burn")))))
    else:
        steps.append((dice.choice((deposit, deposit, mint)),))
    if dice.random() < 0.5:
        steps.append((Step("update"),))
    if keys and dice.random() < 0.35:
        steps += [(Step(kind, by="keys"),) for kind in dice.choice(_GROUP_CHANGES)]
    if dice.random() < 0.3:
        steps.append((Step("burn"),))
    steps.append((Step("close", by=by()),))
    if dice.random() < 0.3:
        steps.insert(0, (mint,))
    return tuple(steps)


def _point(dice: random.Random, places: tuple[str, ...]) -> tuple[str, int]:
    names = [point.name for point in POINTS if point.place in places]
    often = [name for name in names if name in _OFTEN]
    return dice.choice(often if dice.random() < 0.5 else names), dice.choice((1, 1, 1, 2, 2, 3, 5))


def _kill(dice: random.Random) -> str:
    name, number = _point(dice, ("rest", "gateway", "journal"))
    return f"{dice.choice(('before', 'after'))} {number} {name}"


def _fault(dice: random.Random) -> NetworkFault:
    name, number = _point(dice, ("rest",))
    return NetworkFault(dice.choice(NETWORK_FAULTS), name, number)
