"""How fast time passes on a practice network."""

from __future__ import annotations

from akash_tui.adapters.system.small_requests import small_request
from akash_tui.services.ports import Refused

SECONDS = 5.0


async def clock_speed(url: str, speed: float | None = None) -> float:
    """How many times as fast as on mainnet time passes there, after it was set to `speed` if one is given.

    Raises `Unreachable`, and `Refused` for a speed that it does not take.
    """
    asked = None if speed is None else {"speed": speed}
    found = await small_request("GET" if asked is None else "POST", url, asked, SECONDS, "The practice network's clock")
    if not isinstance(found.get("speed"), int | float) or not 0 < found["speed"] < 1e6:
        raise Refused("The practice network's clock reports no speed.", "Stop the network and start it again.")
    return float(found["speed"])
