"""Recorded streams of a real provider daemon, played back over TLS: what our client makes of each."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from contextlib import aclosing
from typing import Any

import pytest

from akash_tui.adapters.provider import websocket
from akash_tui.adapters.provider.client import Timeouts
from akash_tui.adapters.provider.websocket import FRAME_LIMITS
from akash_tui.adapters.system.bounded_json import JsonTooLarge, loads
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.entities import BidId
from akash_tui.services.ports import (
    Account,
    LogLine,
    NotReady,
    NoWorkload,
    PodEvent,
    ProviderDenied,
    ProviderFault,
    ProviderUnreachable,
    ShellFailed,
    ShellOutput,
)
from tests.adapters.provider.scripted_gateways import (
    OWNER,
    RECORDINGS,
    FakeChain,
    Reply,
    Seen,
    gateway_over,
    provider_identity,
    recording,
    replaying,
    serving,
)
from tests.helpers.worlds import GIVE_UP

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")

QUICK = Timeouts(connect=5, read=0.5, probe=5, status=5, manifest=5)
SIGNER = KeySigner.from_words("abandon " * 11 + "about")
LEASE = BidId(SIGNER.address, 1162, 1, 1, OWNER)
IDENTITY = provider_identity()
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CODES = {"text": 1, "binary": 2, "close": 8, "ping": 9, "pong": 10}


def frame(kind: str, data: bytes) -> bytes:
    head = bytes([0x80 | _CODES[kind]])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 65536:
        return head + b"\x7e" + len(data).to_bytes(2, "big") + data
    return head + b"\x7f" + len(data).to_bytes(8, "big") + data


def of(entry: dict[str, Any]) -> bytes:
    if entry["type"] == "close":
        return frame("close", int(entry["code"]).to_bytes(2, "big") + entry.get("reason", "").encode())
    if "text" in entry:
        return frame(entry["type"], entry["text"].encode())
    return frame(entry["type"], base64.b64decode(entry.get("data_b64", "")))


def upgraded(seen: Seen) -> bytes:
    key = re.search(rb"sec-websocket-key: (\S+)", seen.requests[-1], re.IGNORECASE)
    assert key is not None
    accept = base64.b64encode(hashlib.sha1(key[1] + _GUID.encode()).digest()).decode()
    lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    return "\r\n".join((*lines, f"Sec-WebSocket-Accept: {accept}", "", "")).encode()


class Stage:
    """A server that plays frames after the upgrade; `heard` is what the client sent afterwards."""

    def __init__(self, *raw: bytes, stay: bool = False) -> None:
        self.raw, self.stay = raw, stay
        self.heard = b""
        self.hearing = asyncio.Condition()
        self.seen: Seen | None = None

    async def reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self.seen is not None
        writer.write(upgraded(self.seen))
        for data in self.raw:
            writer.write(data)
        await writer.drain()
        if self.stay:
            while data := await reader.read(65536):
                async with self.hearing:
                    self.heard += data
                    self.hearing.notify_all()

    async def until_heard(self, size: int) -> None:
        async with asyncio.timeout(GIVE_UP), self.hearing:
            await self.hearing.wait_for(lambda: len(self.heard) >= size)


def played(name: str) -> Stage | Reply:
    known = recording(name)
    if known["response"]["status"] != 101:
        return replaying(known["response"])
    frames = known["frames"]
    raw = [of(f) for f in frames if f["dir"] == "in" and f["type"] != "tcp_eof"]
    return Stage(*raw, stay=not any(f["type"] == "tcp_eof" for f in frames))


class Played:
    """A gateway before a server that plays these stages, one a connection."""

    def __init__(self, *stages: Stage | Reply, chain: FakeChain | None = None) -> None:
        self.stages = stages
        self.chain = chain or FakeChain([IDENTITY.on_chain()])

    async def __aenter__(self) -> Played:
        replies = [s.reply if isinstance(s, Stage) else s for s in self.stages]
        self._serving = serving(*replies, tls=IDENTITY.context())
        self.seen = await self._serving.__aenter__()
        for stage in self.stages:
            if isinstance(stage, Stage):
                stage.seen = self.seen
        self.gateway = gateway_over(self.chain, QUICK)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._serving.__aexit__(None, None, None)

    async def logs(self, **options: Any) -> tuple[list[LogLine], ProviderFault | None]:
        lines: list[LogLine] = []
        try:
            async with aclosing(self.gateway.logs(self.seen.provider(), LEASE, SIGNER, **options)) as stream:
                async for line in stream:
                    lines.append(line)
        except ProviderFault as fault:
            return lines, fault
        return lines, None

    async def events(self) -> list[PodEvent]:
        return [e async for e in self.gateway.events(self.seen.provider(), LEASE, SIGNER)]

    async def shell(self, **options: Any) -> tuple[list[ShellOutput], int | None]:
        asked = {"service": "web", "command": ("true",)} | options
        async with self.gateway.shell(self.seen.provider(), LEASE, SIGNER, **asked) as shell:
            return [out async for out in shell.output()], shell.exit_code


def texts(name: str) -> list[dict[str, Any]]:
    return [json.loads(f["text"]) for f in recording(name)["frames"] if f["dir"] == "in" and f["type"] == "text"]


# --- logs ---------------------------------------------------------------------------------------

WHOLE = [
    "ws_logs_all", "ws_logs_tail0", "ws_logs_tail2_service", "ws_logs_two_services", "ws_logs_services_param",
    "ws_logs_same_origin", "ws_logs_follow_deployment_closed",
]  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
async def test_recorded_logs_end_without_a_close_frame_and_that_is_their_end(name: str) -> None:
    async with Played(played(name)) as there:
        lines, fault = await there.logs()
    assert fault is None
    assert [line.pod for line in lines] == [t["name"] for t in texts(name)]
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line.text) for line in lines] == [
        re.sub(r"\x1b\[[0-9;]*m", "", t["message"]).expandtabs(8) for t in texts(name)
    ]


FOLLOWED = [
    "ws_logs_follow", "ws_logs_follow_1", "ws_logs_follow_across_update", "ws_logs_follow_no_pong",
    "ws_logs_client_ping",
]  # fmt: skip


@pytest.mark.parametrize("name", FOLLOWED)
async def test_recorded_followed_logs_come_line_by_line(name: str) -> None:
    """The recorded tenant left them; so do we, after the last line."""
    async with Played(played(name)) as there:
        wanted = [t["name"] for t in texts(name)]
        pods: list[str] = []
        async with aclosing(there.gateway.logs(there.seen.provider(), LEASE, SIGNER, follow=True)) as stream:
            async for line in stream:
                pods.append(line.pod)
                if len(pods) == len(wanted):
                    break
    assert pods == wanted
    assert wanted


async def test_an_end_that_the_provider_calls_going_away_is_told() -> None:
    async with Played(Stage(frame("close", (1001).to_bytes(2, "big")))) as there:
        _, fault = await there.logs(follow=True)
    assert type(fault) is ProviderFault
    assert fault.retry
    assert "ended the stream (code 1001)" in fault.title


FAULTS: dict[str, tuple[type[ProviderFault], str]] = {
    "ws_logs_unknown_service": (NotReady, "Nothing of this is running"),
    "ws_logs_starting": (NotReady, "still being created"),
    "ws_logs_unknown_lease": (NoWorkload, "nothing for this lease"),
    "ws_logs_never_sent": (NoWorkload, "nothing for this lease"),
    "ws_logs_after_close": (NoWorkload, "nothing for this lease"),
    "ws_events_never_sent": (NoWorkload, "nothing for this lease"),
    "ws_events_unknown_lease": (NoWorkload, "nothing for this lease"),
    "ws_logs_missing_scope": (ProviderDenied, "does not accept our token"),
    "ws_logs_no_auth": (ProviderDenied, "does not accept our token"),
    "ws_logs_foreign_origin": (ProviderDenied, "refuses the request"),
    "ws_logs_bad_tail": (ProviderDenied, "invalid syntax"),
    "ws_logs_bad_follow": (ProviderDenied, "invalid syntax"),
    "ws_logs_tail_minus2": (ProviderDenied, "invalid value"),
    "ws_logs_trailing_comma": (ProviderFault, "trailing comma"),
    "logs_without_upgrade": (ProviderDenied, "Bad Request"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_recorded_refusals_are_explained(name: str) -> None:
    kind, words = FAULTS[name]
    async with Played(played(name)) as there:
        lines, fault = await there.logs(follow=True)
    assert lines == []
    assert type(fault) is kind
    assert words in fault.title


async def test_a_stream_asks_for_exactly_what_is_needed() -> None:
    async with Played(Stage()) as there:
        await there.logs(services=("web", "a b"), follow=True, tail=7)
    (request,) = there.seen.requests
    assert request.startswith(b"GET /lease/1162/1/1/logs?service=web,a%20b&follow=true&tail=7 HTTP/1.1\r\n")
    assert b"origin:" not in request.lower()
    claims = json.loads(base64.urlsafe_b64decode(there.seen.authorizations[0].split(".")[1] + "=="))
    (permission,) = claims["leases"]["permissions"]
    assert permission["provider"] == OWNER
    assert permission["deployments"] == [{"dseq": 1162, "scope": ["logs"], "services": ["web", "a b"]}]


async def test_a_stale_token_is_made_once_more() -> None:
    stale = recording("auth_jwt_expired")["response"]
    async with Played(replaying(stale), Stage(frame("text", b'{"name":"p","message":"m"}'))) as there:
        lines, fault = await there.logs()
    assert (lines, fault) == ([LogLine("p", "m")], None)
    async with Played(replaying(stale)) as there:
        lines, fault = await there.logs()
    assert isinstance(fault, ProviderDenied)
    assert there.seen.connections == 2


async def test_no_token_leaves_for_an_account_without_public_key() -> None:
    chain = FakeChain([IDENTITY.on_chain()], lambda address: Account(address, 1, False))
    async with Played(Stage(), chain=chain) as there:
        _, fault = await there.logs()
    assert fault is not None
    assert there.seen.requests == []


async def test_nor_to_a_server_that_is_not_the_provider() -> None:
    async with Played(Stage(), chain=FakeChain([provider_identity().on_chain()])) as there:
        _, fault = await there.logs()
    assert fault is not None
    assert fault.code == "provider_untrusted"
    assert there.seen.requests == []


async def test_pings_are_answered_and_parts_are_joined() -> None:
    halves = [b"\x01\x0a" + b'{"name":"p', b"\x80\x0f" + b'","message":"m"']
    stage = Stage(frame("ping", b"x"), *halves, b"", stay=True)
    # the second part lacks the brace: what is no JSON is left out, and the stream goes on
    stage.raw = (*stage.raw, frame("text", b'{"name":"p","message":"after"}'))
    async with Played(stage) as there:
        async with aclosing(there.gateway.logs(there.seen.provider(), LEASE, SIGNER, follow=True)) as stream:
            assert await anext(stream) == LogLine("p", "after")
        await stage.until_heard(1)
    assert stage.heard[0] == 0x8A  # a pong


HOSTILE: dict[str, tuple[bytes, ...]] = {
    "endless message": (b"\x01\x7f" + (1 << 40).to_bytes(8, "big"),),
    "masked": (b"\x81\x81\x00\x00\x00\x00a",),
    "reserved bits": (b"\xf1\x00",),
    "endless parts": (*(b"\x01\x7e\xff\xff" + b"a" * 65535,), *(b"\x00\x7e\xff\xff" + b"a" * 65535,) * 20),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_frames_are_cut_off(name: str) -> None:
    async with Played(Stage(*HOSTILE[name], stay=True)) as there:
        lines, fault = await there.logs(follow=True)
    assert lines == []
    assert fault is not None
    assert "invalid websocket data" in fault.title


async def test_a_wide_frame_is_left_out_before_it_is_parsed() -> None:
    wide, line = b"[" + b"[]," * 100_000 + b"[]]", b'{"name":"web","message":"' + b"[]," * 20_000 + b'"}'
    with pytest.raises(JsonTooLarge):
        loads(wide, FRAME_LIMITS)
    async with Played(Stage(frame("text", wide), frame("text", line))) as there:
        lines, fault = await there.logs()
    assert fault is None
    assert [line.pod for line in lines] == ["web"], "brackets in a line's text are no nesting"


async def test_deep_json_and_strange_values_are_left_out() -> None:
    odd = [b"[" * 200_000, b"null", b"3", b"[]", b'{"name":3,"message":{"a":1}}', b"\x7b\x22"]
    async with Played(Stage(*(frame("text", o) for o in odd))) as there:
        lines, fault = await there.logs()
    assert fault is None
    assert [line.pod for line in lines] == [""]


async def test_a_silent_stream_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "SILENCE", 0.1)
    async with Played(Stage(stay=True)) as there:
        _, fault = await there.logs(follow=True)
    assert isinstance(fault, ProviderUnreachable)
    assert "silent" in fault.title


# --- events -------------------------------------------------------------------------------------


async def test_recorded_events() -> None:
    async with Played(played("ws_events")) as there:
        events = await there.events()
    assert [(e.reason, e.kind) for e in events] == [(t["reason"], t["object"]["kind"]) for t in texts("ws_events")]
    async with Played(played("ws_events_service")) as there:
        assert await there.events() == []


EVENTS = ["ws_events_follow", "ws_events_follow_deployment_closed"]


@pytest.mark.parametrize("name", EVENTS)
async def test_recorded_followed_events(name: str) -> None:
    async with Played(played(name)) as there:
        wanted = [(t["reason"], t["object"]["kind"]) for t in texts(name)]
        seen: list[tuple[str, str]] = []
        async with aclosing(there.gateway.events(there.seen.provider(), LEASE, SIGNER, follow=True)) as stream:
            async for event in stream:
                seen.append((event.reason, event.kind))
                if len(seen) == len(wanted):
                    break
    assert seen == wanted
    assert wanted


# --- shell --------------------------------------------------------------------------------------

CODES = {"ws_shell_echo": 0, "ws_shell_exit3": 3, "ws_shell_stderr_exit2": 2, "ws_shell_tty_session": 7,
         "ws_shell_cat_stdin": 0, "ws_shell_second_pod": 0, "ws_shell_binary_output": 0, "ws_shell_bool_words": 2,
         "ws_shell_granular_other_service": 0, "ws_shell_ping": 0, "ws_shell_unknown_lease": 0}  # fmt: skip


@pytest.mark.parametrize("name", CODES)
async def test_recorded_shells_pass_on_output_and_exit_code(name: str) -> None:
    frames = recording(name)["frames"]
    wanted = [base64.b64decode(f["data_b64"]) for f in frames if f["dir"] == "in" and f["type"] == "binary"]
    async with Played(played(name)) as there:
        out, code = await there.shell()
    assert code == CODES[name]
    assert [(101 if o.error else 100, o.data) for o in out] == [(w[0], w[1:]) for w in wanted if w[0] in (100, 101)]


SHELL_FAULTS = {
    "ws_shell_command_not_found": "does not exist",
    "ws_shell_pod_out_of_range": "out of range",
    "ws_shell_unknown_service": "no service for that lease",
    "ws_shell_starting": "no active replica",
}


@pytest.mark.parametrize("name", SHELL_FAULTS)
async def test_a_message_is_a_failure_though_its_code_is_0(name: str) -> None:
    async with Played(played(name)) as there:
        with pytest.raises(ShellFailed, match=SHELL_FAULTS[name]):
            await there.shell()


BAD = (ProviderDenied, "refuses the request")
REFUSED_SHELLS: dict[str, tuple[type[ProviderFault], str]] = {
    "ws_shell_missing_cmd0": BAD,
    "ws_shell_missing_podIndex": BAD,
    "ws_shell_missing_service": BAD,
    "ws_shell_missing_stdin": BAD,
    "ws_shell_missing_tty": BAD,
    "ws_shell_bad_podindex": BAD,
    "ws_shell_missing_scope": (ProviderDenied, "unauthorized access"),
    "ws_shell_no_auth": (ProviderDenied, "unauthorized access"),
    "shell_without_upgrade": (ProviderDenied, "Bad Request"),
}


@pytest.mark.parametrize("name", REFUSED_SHELLS)
async def test_a_refused_shell_is_an_error(name: str) -> None:
    kind, words = REFUSED_SHELLS[name]
    async with Played(played(name)) as there:
        with pytest.raises(ProviderFault) as caught:
            await there.shell()
    assert type(caught.value) is kind
    assert words in caught.value.title


LEFT = ["ws_shell_shutdown_by_client", "ws_shell_unknown_code", "ws_shell_no_pong_stdin1"]


@pytest.mark.parametrize("name", LEFT)
async def test_a_shell_without_a_result_is_not_taken_for_success(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tenant left these, or they fell silent: nobody heard how the command ended."""
    monkeypatch.setattr(websocket, "SILENCE", 0.2)
    async with Played(played(name)) as there:
        with pytest.raises(ProviderUnreachable) as caught:
            await there.shell()
    assert re.search("without an exit code|was silent", caught.value.title)


async def test_a_shell_that_breaks_off_is_not_taken_for_success() -> None:
    async with Played(Stage(frame("binary", b"\x64half"))) as there:
        with pytest.raises(ProviderUnreachable, match="without an exit code"):
            await there.shell()


async def test_input_and_size_go_out_in_their_frames() -> None:
    stage = Stage(stay=True)
    async with Played(stage) as there:
        command = ("/bin/sh", "-c", "a b&c")
        async with there.gateway.shell(
            there.seen.provider(), LEASE, SIGNER, service="web", command=command, tty=True, stdin=True
        ) as shell:
            await shell.resize(120, 40)
            await shell.type(b"exit 7\r")
            await stage.until_heard(25)
    assert b"&tty=1&stdin=1&cmd0=%2Fbin%2Fsh&cmd1=-c&cmd2=a%20b%26c HTTP/1.1" in there.seen.requests[0]
    frames, rest = [], stage.heard
    while rest:
        size, mask = rest[1] & 0x7F, rest[2:6]
        frames.append(bytes(b ^ mask[i % 4] for i, b in enumerate(rest[6 : 6 + size])))
        rest = rest[6 + size :]
    assert frames[:2] == [bytes([105, 0, 120, 0, 40]), bytes([104]) + b"exit 7\r"]


# --- nothing forgotten --------------------------------------------------------------------------


def test_every_recorded_stream_without_client_certificate_has_a_test() -> None:
    tested = {*WHOLE, *FOLLOWED, *FAULTS, *EVENTS, *CODES, *SHELL_FAULTS, *REFUSED_SHELLS, *LEFT}
    tested |= {"ws_events", "ws_events_service"}
    recorded = {p.stem for p in RECORDINGS.glob("*.json") if p.stem.startswith("ws_") or "without_upgrade" in p.stem}
    assert recorded - {"ws_logs_mtls"} == tested
