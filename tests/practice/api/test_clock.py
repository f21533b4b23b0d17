"""The practice network's clock as clients read and set it."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette

from akash_tui.adapters.system.practice_clock import clock_speed
from akash_tui.practice.api.clock import clock_route
from akash_tui.practice.chain.pace import Pace
from akash_tui.services.ports import Refused


def asking(pace: Pace) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=[clock_route(pace)]))
    return httpx.AsyncClient(transport=transport, base_url="http://clock.example")


async def test_it_is_read_and_set() -> None:
    pace = Pace(6.0, lambda: 0)
    client = asking(pace)
    assert (await client.get("/clock")).json() == {"speed": 1.0, "block_time": 6.0}
    assert (await client.post("/clock", json={"speed": 60})).json()["speed"] == 60
    assert pace.interval == 0.1
    for bad in (b"", b"{}", b'{"speed":0}', b'{"speed":"x"}', b'{"speed":NaN}', b"[" * 10_000):
        assert (await client.post("/clock", content=bad)).status_code == 400
    assert pace.speed == 60


async def test_our_client_speaks_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = Pace(6.0, lambda: 0)
    app = Starlette(routes=[clock_route(pace)])
    real = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **how: real(transport=httpx.ASGITransport(app), **how))
    url = "http://clock.example/clock"
    assert (await clock_speed(url), await clock_speed(url, 60), pace.speed) == (1, 60, 60)
    with pytest.raises(Refused, match="400"):
        await clock_speed(url, -1)
