"""The practice network's clock over HTTP: how fast time passes, and faster at the tenant's wish."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from akash_tui.practice.chain.pace import MOST_SPEED, Pace


def clock_route(pace: Pace) -> Route:
    """GET answers {"speed", "block_time"}; POST {"speed": N} changes it first. `block_time` is in its own seconds."""

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            try:
                pace.turn(float(json.loads(await request.body())["speed"]))
            except (ValueError, TypeError, KeyError, RecursionError):
                return JSONResponse({"error": f'send {{"speed": N}}, more than 0 and at most {MOST_SPEED:g}'}, 400)
        return JSONResponse({"speed": pace.speed, "block_time": pace.block_time})

    return Route("/clock", clock, methods=["GET", "POST"])
