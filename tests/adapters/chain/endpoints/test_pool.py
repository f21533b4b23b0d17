"""Several endpoints as one: fail-over, proof of the chain, and answers that are no answers."""

from __future__ import annotations

import asyncio
import gzip
import os
import ssl
from collections.abc import Awaitable, Callable

import httpx
import pytest
from pydantic import ValidationError

from akash_tui.adapters.chain.client import ChainClient
from akash_tui.adapters.chain.endpoints import http as chain_http
from akash_tui.adapters.chain.endpoints.http import host_of, join
from akash_tui.adapters.chain.endpoints.pool import ROUNDS, parse
from akash_tui.adapters.chain.errors.endpoint import EndpointFault
from akash_tui.adapters.chain.rest_json.fields import page_of
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.adapters.system import http_safety
from akash_tui.domain.akash.money import Coin
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import AkashError, Refused, Unreachable, WrongChain
from tests.adapters.chain.scripted_node import NOT_FOUND, Asked, Handler, QuickClock, Reply, hello, node_info, serving

ADDRESS = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
BALANCES = {"balances": [{"denom": "uakt", "amount": "7"}], "pagination": {"next_key": None, "total": "1"}}


def network(*urls: str) -> Network:
    return Network("test", "local", urls, ())


def good(asked: Asked) -> Reply:
    return hello(asked) or Reply(json=BALANCES)


def always(reply: Reply) -> Handler:
    """Proves itself, then answers everything with `reply`."""
    return lambda asked: hello(asked) or reply


async def balances_from(*urls: str, clock: QuickClock | None = None) -> tuple[Coin, ...]:
    chain = ChainClient(network(*urls), clock or QuickClock())
    try:
        return await chain.balances(ADDRESS)
    finally:
        await chain.aclose()


async def test_the_first_endpoint_that_works_is_used_and_its_path_prefix_kept() -> None:
    async with serving(good) as one, serving(good) as two:
        assert await balances_from(f"{one.url}/rest/", two.url) == (Coin("uakt", 7),)
        assert f"/rest/cosmos/bank/v1beta1/balances/{ADDRESS}" in one.paths()
        assert two.asked == []


async def test_connections_are_kept_alive() -> None:
    async with serving(good) as server:
        chain = ChainClient(network(server.url), QuickClock())
        for _ in range(10):
            await chain.balances(ADDRESS)
        await chain.aclose()
        assert server.connections == 1


BAD_ANSWERS: dict[str, Reply] = {
    "500 page": Reply(500, text="<html>oops</html>"),
    "502 page": Reply(502, text="<html>Bad gateway</html>"),
    "503": Reply(503, json={"code": 14, "message": "unavailable", "details": []}),
    "429": Reply(429, text="slow down", headers={"Retry-After": "2"}),
    "html with 200": Reply(200, text="<!doctype html><title>Welcome</title>"),
    "empty": Reply(200, text=""),
    "null": Reply(json=None),
    "list": Reply(json=[]),
    "wrong types": Reply(json={"balances": "many"}),
    "null coin": Reply(json={"balances": [None]}),
    "not a number": Reply(json={"balances": [{"denom": "uakt", "amount": "NaN"}]}),
    "absurd number": Reply(json={"balances": [{"denom": "uakt", "amount": "9" * 5000}]}),
    "cut json": Reply(200, text='{"balances": [{"denom": "ua'),
    "deep json": Reply(200, text="[" * 50_000),
    "wide json": Reply(200, text="[" + "[]," * 2_000_000 + "[]]"),
    "wide rows": Reply(200, text='{"balances": [' + "{}," * 90_000 + "{}]}"),
    "wide values": Reply(200, text="[" + "1," * 300_000 + "1]"),
    "wide error": Reply(500, text="[" + "[]," * 2_000_000 + "[]]"),
    "odd cookie": Reply(200, text="", headers={"Set-Cookie": "a=\xe9"}),
    "malformed redirect": Reply(302, text="", headers={"Location": "http://[::1"}),
    "odd charset": Reply(200, text="", headers={"Content-Type": "application/json; charset=\xff"}),
    "redirect": Reply(302, text="", headers={"Location": "http://127.0.0.1:9/"}),
    "404 page": Reply(404, text="<html>nginx</html>"),
    "403 page": Reply(403, text="<html>forbidden</html>"),
    "cut body": Reply(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"balances": [', then_close=True),
    "no http": Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n\r\n", then_close=True),
    "closed": Reply(raw=b"", then_close=True),
    "half a head": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-", then_close=True),
    "lying compression": Reply(
        raw=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(gzip.compress(b"{}"))
        + gzip.compress(b"{}")
    ),
}


@pytest.mark.parametrize("case", BAD_ANSWERS)
async def test_a_bad_answer_moves_on_to_the_next_endpoint(case: str) -> None:
    async with serving(always(BAD_ANSWERS[case])) as bad, serving(good) as fine:
        assert await balances_from(bad.url, fine.url) == (Coin("uakt", 7),)


@pytest.mark.parametrize("case", BAD_ANSWERS)
async def test_bad_answers_alone_are_unreachable_with_a_reason(case: str) -> None:
    clock = QuickClock()
    async with serving(always(BAD_ANSWERS[case])) as bad:
        with pytest.raises(Unreachable) as caught:
            await balances_from(bad.url, clock=clock)
        assert caught.value.retry
        assert caught.value.advice
        assert "127.0.0.1" in caught.value.detail
        tries = [p for p in bad.paths() if "balances" in p]
        assert len(tries) == 3
        assert len(clock.slept) == 2


async def test_an_answer_that_is_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_http, "MAX_BODY", 10_000)
    async with serving(always(Reply(200, text="[" + "1," * 50_000))) as bad, serving(good) as fine:
        assert await balances_from(bad.url, fine.url) == (Coin("uakt", 7),)


@pytest.mark.parametrize("case", ["deep json", "wide json", "wide values"])
async def test_a_hostile_rest_answer_is_refused_before_it_is_parsed(case: str) -> None:
    def reader(body: bytes) -> None:
        pytest.fail("the parser was called")

    text = BAD_ANSWERS[case].text
    assert text is not None
    with pytest.raises(EndpointFault, match=r"its answer (has more than|is nested more than)"):
        await parse(text.encode(), reader)


async def test_the_first_bad_row_ends_a_list() -> None:
    """A message for each of 90,000 rows takes half a second."""
    body = b'{"balances": [' + b"{}," * 90_000 + b"{}]}"
    with pytest.raises(ValidationError) as caught:
        page_of(CoinJson)(body)
    assert caught.value.error_count() <= 2, "two fields of one row"


async def test_a_cookie_with_odd_letters_costs_no_later_request() -> None:
    def baker(asked: Asked) -> Reply:
        reply = good(asked)
        return Reply(json=reply.json, headers={"Set-Cookie": "a=\xe9"})

    async with serving(baker) as server:
        assert await balances_from(server.url) == (Coin("uakt", 7),)


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_http, "ATTEMPT_SECONDS", 0.1)
    async with serving(always(Reply(stall=True))) as slow, serving(good) as fine:
        assert await balances_from(slow.url, fine.url) == (Coin("uakt", 7),)


async def test_a_dead_port_is_unreachable_quickly() -> None:
    async with serving(good) as server:
        url = server.url
    with pytest.raises(Unreachable) as caught:
        await balances_from(url)
    assert "no connection" in caught.value.detail


async def test_nothing_to_ask_is_unreachable_too() -> None:
    with pytest.raises(Unreachable, match="No REST endpoint is known"):
        await balances_from()


MALFORMED = ("", "not a url", "ftp://127.0.0.1/", "http://", "http://[::1", "http://a b/", "http://[::1]:70000/")
MALFORMED_TOO = ("http://127.0.0.1:-5/", "http://xn--.com/", "http://127.0.0.1:9/\ud800", "http://a..b:9/")


@pytest.mark.parametrize("url", [*MALFORMED, *MALFORMED_TOO], ids=ascii)
async def test_a_malformed_endpoint_is_no_traceback(url: str) -> None:
    with pytest.raises(Unreachable):
        await balances_from(url)


async def test_an_endpoint_recovers_within_the_retries() -> None:
    left = [2]

    def flaky(asked: Asked) -> Reply:
        if "balances" in asked.path and left[0]:
            left[0] -= 1
            return Reply(503, text="not now")
        return good(asked)

    clock = QuickClock()
    async with serving(flaky) as server:
        assert await balances_from(server.url, clock=clock) == (Coin("uakt", 7),)
    assert clock.slept == sorted(clock.slept)
    assert len(clock.slept) == 2


async def test_a_node_that_asks_for_patience_gets_it() -> None:
    clock = QuickClock()
    async with serving(always(Reply(429, text="", headers={"Retry-After": "3"}))) as server:
        with pytest.raises(Unreachable):
            await balances_from(server.url, clock=clock)
    assert clock.slept == [3.0, 3.0]


async def test_a_failed_endpoint_stands_back_and_is_proven_again() -> None:
    broken = [True]

    def first(asked: Asked) -> Reply:
        return Reply(502, text="") if broken[0] and "balances" in asked.path else good(asked)

    clock = QuickClock()
    async with serving(first) as one, serving(good) as two:
        chain = ChainClient(network(one.url, two.url), clock)
        await chain.balances(ADDRESS)
        seen = len(one.asked)
        broken[0] = False
        await chain.balances(ADDRESS)
        assert len(one.asked) == seen  # still standing back
        await clock.sleep(16)
        await chain.balances(ADDRESS)
        assert one.paths().count("/cosmos/base/tendermint/v1beta1/node_info") == 2
        await chain.aclose()


# --- the right chain --------------------------------------------------------------------------


async def test_an_endpoint_of_another_chain_is_never_used() -> None:
    async with serving(lambda a: hello(a, "other-1") or Reply(json=BALANCES)) as wrong, serving(good) as right:
        assert await balances_from(wrong.url, right.url) == (Coin("uakt", 7),)
        assert not any("balances" in path for path in wrong.paths())


async def test_only_wrong_chains_say_so() -> None:
    async with serving(lambda a: hello(a, "other-1") or Reply(json=BALANCES)) as wrong:
        chain = ChainClient(network(wrong.url), QuickClock())
        for call in (chain.verify, chain.head, lambda: chain.balances(ADDRESS)):
            with pytest.raises(WrongChain) as caught:
                await call()
            assert "'other-1'" in caught.value.title
            assert "'local'" in caught.value.title
        await chain.aclose()


async def test_a_node_that_is_catching_up_is_not_used() -> None:
    async with serving(lambda a: hello(a, syncing=True) or Reply(json=BALANCES)) as behind, serving(good) as fine:
        assert await balances_from(behind.url, fine.url) == (Coin("uakt", 7),)
        with pytest.raises(Unreachable) as caught:
            await balances_from(behind.url)
        assert "catching up" in caught.value.detail


async def test_a_hostile_chain_id_is_cleaned() -> None:
    async with serving(lambda a: Reply(json=node_info("\x1b[31mevil\x07"))) as wrong:
        with pytest.raises(WrongChain) as caught:
            await balances_from(wrong.url)
        assert "\x1b" not in caught.value.title + caught.value.detail


# --- answers of the node itself ---------------------------------------------------------------


async def test_a_refusal_is_final_and_not_retried() -> None:
    bad_request = Reply(400, {"code": 3, "message": "invalid state value", "details": []})
    async with serving(always(bad_request)) as one, serving(good) as two:
        with pytest.raises(Refused, match="invalid state value"):
            await balances_from(one.url, two.url)
        assert sum("balances" in p for p in one.paths()) == 1
        assert two.asked == []


async def test_a_500_with_grpc_code_2_is_the_nodes_failure_and_not_the_chains_refusal() -> None:
    trouble = Reply(500, {"code": 2, "message": "failed to load state at height 7", "details": []})
    async with serving(always(trouble)) as one, serving(good) as two:
        assert await balances_from(one.url, two.url) == (Coin("uakt", 7),)
    async with serving(always(trouble)) as one, serving(always(trouble)) as two:
        with pytest.raises(Unreachable) as caught:
            await balances_from(one.url, two.url)
        assert "failed to load state" in caught.value.detail
        assert [sum("balances" in p for p in s.paths()) for s in (one, two)] == [ROUNDS, ROUNDS]


async def test_a_500_in_the_chains_own_words_is_a_refusal_that_each_node_is_asked_for_once() -> None:
    text = "decoding bech32 failed: invalid checksum (expected e2zrwx got uvqj0p)"
    refusal = Reply(500, {"code": 2, "message": text, "details": []})
    async with serving(always(refusal)) as one, serving(always(refusal)) as two:
        with pytest.raises(Refused, match="address is not valid"):
            await balances_from(one.url, two.url)
        assert [sum("balances" in p for p in s.paths()) for s in (one, two)] == [1, 1]


async def test_a_500_that_is_over_in_a_moment_is_asked_again() -> None:
    left = [2]
    away = Reply(500, {"code": 2, "message": 'post failed: Post "http://localhost:26657": EOF', "details": []})

    def node(asked: Asked) -> Reply:
        if "balances" in asked.path and left[0]:
            left[0] -= 1
            return away
        return good(asked)

    async with serving(node) as one:
        assert await balances_from(one.url) == (Coin("uakt", 7),)


async def test_a_path_that_is_not_offered_is_a_refusal_with_advice() -> None:
    not_mounted = Reply(501, {"code": 12, "message": "Not Implemented", "details": []})
    async with serving(always(not_mounted)) as server:
        with pytest.raises(Refused) as caught:
            await balances_from(server.url)
        assert "does not support" in caught.value.title
        chain = ChainClient(network(server.url), QuickClock())
        assert await chain.akt_price() is None
        assert await chain.mint_status() is None
        await chain.aclose()


async def test_not_found_is_none_or_empty_everywhere() -> None:
    async with serving(always(NOT_FOUND)) as server:
        chain = ChainClient(network(server.url), QuickClock())
        assert await chain.account(ADDRESS) is None
        assert await chain.provider(ADDRESS) is None
        assert await chain.balances(ADDRESS) == ()
        assert await chain.audits(ADDRESS) == []
        assert await chain.find_tx("AB" * 32) is None
        with pytest.raises(Refused):
            await chain.params()
        await chain.aclose()


# --- what may be shown and sent ---------------------------------------------------------------


def test_errors_never_show_more_than_a_host() -> None:
    assert host_of("https://user:secret@node.example:8443/key-abc/rest?token=x") == "node.example:8443"


def test_an_address_cannot_leave_its_path_segment() -> None:
    assert join("http://h/p/", "/a", {"k": "a+b/c=="}) == "http://h/p/a?k=a%2Bb%2Fc%3D%3D"


async def test_hostile_addresses_stay_one_segment() -> None:
    async with serving(always(NOT_FOUND)) as server:
        chain = ChainClient(network(server.url), QuickClock())
        await chain.account("../../../admin?x=1#y")
        await chain.aclose()
        assert server.asked[-1].target == "/cosmos/auth/v1beta1/accounts/..%2F..%2F..%2Fadmin%3Fx%3D1%23y"


async def test_no_proxy_is_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    async with serving(good) as server:
        assert await balances_from(server.url) == (Coin("uakt", 7),)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "gopher://x", "http://[::1"])
async def test_a_proxy_that_cannot_be_used_is_no_traceback(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setitem(os.environ, "ALL_PROXY", proxy)
    with pytest.raises(Unreachable) as caught:
        await balances_from("http://node.invalid")
    assert "proxy" in caught.value.detail


async def test_the_client_is_built_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    built: list[int] = []

    def slow_context(wanted: bool) -> ssl.SSLContext:
        assert wanted, "an https address needs the usual CAs"
        built.append(threading.get_ident())
        return http_safety.tls_context(wanted)

    monkeypatch.setattr(chain_http, "tls_context", slow_context)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=BALANCES | node_info("local") | SYNCED))
    chain = ChainClient(network("https://node.example"), QuickClock(), transport=transport)
    assert built == []
    assert await chain.balances(ADDRESS) == (Coin("uakt", 7),)
    assert built
    assert threading.get_ident() not in built
    await chain.aclose()


SYNCED = {"syncing": False}


async def test_many_requests_at_once_prove_an_endpoint_once() -> None:
    async with serving(good) as server:
        chain = ChainClient(network(server.url), QuickClock())
        calls: list[Callable[[], Awaitable[object]]] = [lambda: chain.balances(ADDRESS)] * 20
        await asyncio.gather(*(call() for call in calls))
        await chain.aclose()
        assert sum(p.endswith("node_info") for p in server.paths()) == 1


async def test_every_error_is_one_a_user_can_be_told() -> None:
    for reply in BAD_ANSWERS.values():
        async with serving(lambda a, r=reply: r) as server:  # type: ignore[misc]
            chain = ChainClient(network(server.url), QuickClock())
            for call in (chain.verify, chain.head, chain.params, chain.providers):
                with pytest.raises(AkashError) as caught:
                    await call()
                assert caught.value.title
                assert caught.value.advice
            await chain.aclose()
