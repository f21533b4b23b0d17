"""The index adapter against real loopback servers: good, odd, broken, slow and hostile answers."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akash_tui.adapters.indexer import client as module
from akash_tui.adapters.indexer.client import ConsoleIndexer
from akash_tui.adapters.indexer.json_fields import LIMITS, loads
from akash_tui.adapters.indexer.supply import read_sheets
from akash_tui.adapters.indexer.values import read_prices
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.services.ports import AkashError, Indexer, Unreachable
from tests.adapters.indexer.answers import value_of
from tests.adapters.indexer.scripted_indexer import index
from tests.helpers.worlds import GIVE_UP

NOW = datetime(2026, 11, 23, tzinfo=UTC)
A = "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf"
B = "akash1pmvlt7jkta68ahlvpx67rh6q5pfdl2wqle8v32"
AUDITOR = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"

PROVIDER = {
    "owner": A,
    "name": "Big GPUs",
    "hostUri": "https://provider.example.com:8443",
    "leaseCount": 12,
    "akashVersion": "v0.10.5",
    "ipRegion": "Oregon",
    "ipCountryCode": "US",
    "uptime1d": 1,
    "uptime7d": 0.9987,
    "uptime30d": None,
    "isOnline": True,
    "isAudited": True,
    "gpuModels": [
        {"vendor": "nvidia", "model": "h100", "ram": "80Gi", "interface": "SXM5"},
        {"vendor": "nvidia", "model": "h100", "ram": "", "interface": ""},
    ],
    "attributes": [{"key": "tier", "value": "community", "auditedBy": [AUDITOR]}],
    "organization": "Example \x1b[2JInc",
    "locationRegion": None,
    "country": None,
}
PRICE: dict[str, Any] = {
    "vendor": "nvidia",
    "model": "h100",
    "ram": "80Gi",
    "interface": "SXM5",
    "availability": {"total": 64, "available": 3},
    "price": {"currency": "USD", "min": 1.2, "max": 3.999, "avg": 2, "weightedAverage": 2.1, "med": 1.85},
}
PRICES = {"availability": {"total": 64, "available": 3}, "models": [PRICE]}


def opened(network: Network, clock: SystemClock, **options: float) -> Indexer:
    """The adapter of a network that has an indexer."""
    return ConsoleIndexer(network, clock, **options)


async def test_profiles_are_read_and_cleaned() -> None:
    async with index() as (it, network):
        it.say([PROVIDER, {"owner": "somebody"}, None, {**PROVIDER, "owner": B, "isOnline": "yes"}])
        client = opened(network, SystemClock())
        found = {sheet.owner: sheet.profile for sheet in value_of(await client.sheets())}
        await client.aclose()
    assert it.paths == ["/base/v1/providers"]
    assert set(found) == {A, B}
    profile = found[A]
    assert profile.gpus == (GpuModel("nvidia", "h100", 80, "sxm5"),)
    assert (profile.uptime_1d, profile.uptime_7d, profile.uptime_30d) == (1.0, 0.9987, None)
    assert (profile.region, profile.country, profile.organization) == ("Oregon", "US", "Example Inc")
    assert profile.auditors == (AUDITOR,)
    assert profile.leases == 12
    assert profile.version == "v0.10.5"
    assert profile.audited is True
    assert found[B].online is None


async def test_prices_are_decimals_of_usd_an_hour() -> None:
    async with index() as (it, network):
        it.say({"availability": {}, "models": [PRICE, {**PRICE, "model": "a100", "price": None}, {"vendor": "x"}]})
        client = opened(network, SystemClock())
        h100, a100 = value_of(await client.gpu_prices())
        await client.aclose()
    assert it.paths == ["/base/v1/gpu-prices"]
    assert (h100.minimum, h100.median, h100.maximum) == (Decimal("1.2"), Decimal("1.85"), Decimal("3.999"))
    assert (h100.free, h100.total, h100.gpu.vram_gib, h100.gpu.interface) == (3, 64, 80, "sxm5")
    assert (a100.minimum, a100.median, a100.maximum) == (None, None, None)


@pytest.mark.parametrize("number", ["1e999999999", "-3", "NaN", "Infinity", '"7"', "true", "[]", "9" * 5000, "1e-99"])
def test_absurd_numbers_become_none(number: str) -> None:
    text = json.dumps({"models": [PRICE]}).replace("1.85", number)
    median = read_prices(loads(text.encode()), NOW)[0].median
    assert median is None or median == Decimal("1e-99")
    text = json.dumps([PROVIDER]).replace("0.9987", number)
    uptime = read_sheets(loads(text.encode()), NOW)[0].profile.uptime_7d
    assert uptime is None or uptime == 1e-99


@pytest.mark.parametrize("currency", ["AKT", None, 7])
def test_prices_in_another_currency_are_not_shown_as_usd(currency: object) -> None:
    price = {**PRICE, "price": {**PRICE["price"], "currency": currency}}
    assert read_prices({"models": [price]}, NOW)[0].median is None


UNFINISHED = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["


async def _silent(writer: asyncio.StreamWriter) -> None:
    await writer.drain()
    await asyncio.get_running_loop().create_future()


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n[")
    while True:
        writer.write(b"1," * 50_000)
        await writer.drain()


def _http(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"garbage\r\n\r\n",
        _http(b"not json"),
        _http(b"{}"),
        _http(b"[" * 200_000),
        _http(b"\xff\xfe"),
        _http(b"x", b"Content-Encoding: gzip"),
        _http(b"x", b"Content-Encoding: br"),
        _http(gzip.compress(b" " * (LIMITS.bytes + 1), mtime=0), b"Content-Encoding: gzip"),
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        UNFINISHED,
        _silent,
        _endless,
    ],
    ids=lambda raw: raw[:24].decode("ascii", "replace").strip() if isinstance(raw, bytes) else raw.__name__,
)
async def test_every_bad_answer_is_unreachable(raw: Any) -> None:
    async with index() as (it, network):
        it.raw = raw if callable(raw) or raw else _hang_up
        unfinished = raw in (_silent, _endless, UNFINISHED)
        client = opened(network, SystemClock(), total_seconds=2.0 if unfinished else GIVE_UP)
        with pytest.raises(Unreachable) as caught:
            await client.gpu_prices()
        assert caught.value.advice
        assert len(it.paths) == 1 or unfinished  # a busy machine may not have come to ask in time
        await client.aclose()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[" + b"[]," * 1_000_000 + b"[]]", "objects and lists"),
        (b"[" + b'"",' * 1_000_000 + b'""]', "values"),
        (b"[" * 40_000, "levels deep"),
    ],
    ids=["wide", "values", "deep"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
async def test_a_hostile_indexer_answer_is_refused_before_it_is_parsed(
    body: bytes, words: str, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("the parser was called"))
    async with index() as (it, network):
        it.raw = _http(gzip.compress(body), b"Content-Encoding: gzip") if packed else _http(body)
        client = opened(network, SystemClock())
        with pytest.raises(Unreachable) as caught:
            await client.gpu_prices()
        await client.aclose()
    assert words in caught.value.detail


async def test_a_packed_bomb_is_unpacked_in_pieces_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    unpacker_of = zlib.decompressobj

    class Counted:
        def __init__(self, wbits: int) -> None:
            self._inner = unpacker_of(wbits=wbits)

        @property
        def unconsumed_tail(self) -> bytes:
            return self._inner.unconsumed_tail

        def decompress(self, data: bytes, most: int) -> bytes:
            found = self._inner.decompress(data, most)
            pieces.append(len(found))
            return found

    monkeypatch.setattr("akash_tui.adapters.indexer.client.zlib.decompressobj", Counted)
    async with index() as (it, network):
        it.raw = _http(gzip.compress(b" " * (64 << 20)), b"Content-Encoding: gzip")
        client = opened(network, SystemClock())
        with pytest.raises(Unreachable, match="does not answer"):
            await client.gpu_prices()
        await client.aclose()
    assert max(pieces) <= 1 << 18
    assert sum(pieces) <= LIMITS.bytes + (1 << 18)


@pytest.mark.parametrize("where", ["http://[::1]:70000/", "http://xn--.com", "http://a..b", "http://[::1", "\ud800"])
async def test_a_malformed_indexer_address_is_unreachable(where: str) -> None:
    client = opened(Network("practice", "p-1", (), (), indexer=where, practice=True, public=False), SystemClock())
    with pytest.raises(Unreachable):
        await client.gpu_prices()
    await client.aclose()


async def test_a_cookie_with_odd_letters_costs_no_later_request() -> None:
    async with index() as (it, network):
        it.say([PROVIDER], 200, "Set-Cookie: a=\u00e9")
        client = opened(network, SystemClock())
        for _ in range(2):
            assert [sheet.owner for sheet in value_of(await client.sheets())] == [A]
        await client.aclose()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_nobody_there_is_unreachable() -> None:
    async with index() as (_, network):
        pass
    client = opened(network, SystemClock())
    with pytest.raises(Unreachable):
        await client.sheets()
    await client.aclose()


async def test_a_packed_answer_is_unpacked() -> None:
    async with index() as (it, network):
        it.raw = _http(gzip.compress(json.dumps([PROVIDER]).encode()), b"Content-Encoding: gzip")
        client = opened(network, SystemClock())
        assert [sheet.owner for sheet in value_of(await client.sheets())] == [A]
        await client.aclose()


# --- anything at all in the place of the real thing ---------------------------------------------

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("x" * 5000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def _bent(real: object) -> st.SearchStrategy[object]:
    """`real` with any of its parts replaced by junk, or left out."""
    if isinstance(real, dict):
        return (
            st.fixed_dictionaries({}, optional={k: _bent(v) for k, v in real.items()})
            | st.fixed_dictionaries({k: _bent(v) for k, v in real.items()})
            | JUNK
        )
    if isinstance(real, list):
        return st.lists(_bent(real[0]), max_size=4) | JUNK
    return st.just(real) | JUNK


@settings(max_examples=150, deadline=None)
@given(_bent([PROVIDER]), _bent(PRICES))
def test_nothing_an_index_says_breaks_anything(providers: object, prices: object) -> None:
    async def ask() -> None:
        client = opened(Network("t", "t", (), (), indexer="http://127.0.0.1:9"), SystemClock())

        async def fetch(path: str, asking: object, limits: object, body: object) -> module.Reply:
            return module.Reply(json.dumps(providers if path.endswith("providers") else prices).encode(), {})

        client._fetch = fetch  # type: ignore[attr-defined]
        read: list[ProviderProfile | MarketPrice] = []
        with suppress(AkashError):
            read += [sheet.profile for sheet in value_of(await client.sheets())]
        with suppress(AkashError):
            prices_read = value_of(await client.gpu_prices())
            read.extend(prices_read)
        for value in read:
            assert value.read_at <= datetime.now(UTC) + timedelta(seconds=1)
            gpu = (value.gpu.vendor, value.gpu.model, value.gpu.interface) if isinstance(value, MarketPrice) else ()
            for part in (*gpu, *(getattr(value, name) for name in value.__dataclass_fields__)):
                assert not isinstance(part, str) or (len(part) <= 200 and "\x1b" not in part)
                if isinstance(part, float):
                    assert 0 <= part <= 1
                if isinstance(part, Decimal):
                    assert 0 < part <= 10_000

    asyncio.run(ask())
