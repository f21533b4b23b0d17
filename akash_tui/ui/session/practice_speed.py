"""How fast time passes on the practice network: shown in the top line, and 60 times as fast by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

FAST: Final = 60.0


def why_not_faster(app: SessionApp) -> str | None:
    """Why time cannot be sped up here; None if it can."""
    network = app.session.network if app.session is not None else None
    if network is None:
        return "Choose a network first."
    if not network.practice:
        return "Only the practice network's time can be sped up."
    return (
        None if network.clock is not None else "This practice network has a block time of its own: its time is fixed."
    )


def can_hurry(app: SessionApp) -> bool:
    """Whether the key would let a wait end sooner: a practice network at mainnet's pace."""
    return why_not_faster(app) is None and app.header_data is not None and app.header_data.speed == 1


async def read_speed(app: SessionApp) -> None:
    """Show the speed that the network has; a failure is a status line."""
    await _turn(app, None)


async def turn_speed(app: SessionApp) -> None:
    """Between mainnet's pace and 60 times as fast."""
    usual = app.header_data is None or app.header_data.speed == 1
    speed = await _turn(app, FAST if usual else 1.0)
    if speed is not None:
        now = (
            "Time passes as on mainnet again."
            if speed == 1
            else f"Time ×{speed:g}: bids expire in seconds; prices per hour and dates stay those of ×1."
        )
        app.status.say(now)


async def _turn(app: SessionApp, speed: float | None) -> float | None:
    session, header = app.session, app.header_data
    if session is None or header is None or session.network.clock is None:
        return None
    async with app.guard("reading the practice network's clock", loud=False):
        header.speed = await app.program.turn_clock(session.network, speed)
        header.refresh_now()
        return header.speed
    return None
