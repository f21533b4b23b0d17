"""Logs, events and shells of a lease at its provider, over verified websockets.

Close codes: 4001, the provider has no such lease or no manifest for it; 4000 "no running pods", no such service
or nothing is running; 4000 without a reason, a container is still being created (recordings, facts 39 to 50).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import quote

from akash_tui.adapters.provider.address import read_endpoint
from akash_tui.adapters.provider.connection import Connector
from akash_tui.adapters.provider.error_mapping import general_fault, is_stale, stale_token, token_time
from akash_tui.adapters.provider.http import HttpAnswer, deadline
from akash_tui.adapters.provider.jwt import Scope, make_token
from akash_tui.adapters.provider.websocket import FRAME_LIMITS, Socket, SocketEnd, UpgradeRefused, open_socket
from akash_tui.adapters.system.bounded_json import loads
from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.logs.sanitize import clean_log
from akash_tui.domain.text import clean
from akash_tui.services.ports import (
    BadInput,
    Chain,
    Clock,
    LogLine,
    NotReady,
    NoWorkload,
    PodEvent,
    ProviderFault,
    ProviderUnreachable,
    ShellFailed,
    ShellOutput,
    Signer,
)

_STDOUT, _STDERR, _RESULT, _FAILURE, _STDIN, _RESIZE = 100, 101, 102, 103, 104, 105
_MOST_TYPED = 1 << 15
"""Bytes of input in one frame."""


class Streams:
    """The streaming half of `ports.Gateway`."""

    def __init__(self, connector: Connector, chain: Chain, clock: Clock, *, open_seconds: float) -> None:
        self._connector = connector
        self._chain = chain
        self._clock = clock
        self._open_seconds = open_seconds
        """Until a stream must be open: connection, certificate check and upgrade together."""
        self._with_public_key: set[str] = set()

    async def logs(
        self,
        provider: Provider,
        lease: LeaseId,
        signer: Signer,
        *,
        services: Sequence[str] = (),
        follow: bool = False,
        tail: int | None = None,
    ) -> AsyncGenerator[LogLine, None]:
        """Lines as they arrive, each pod's in order; ends when the provider has no more."""
        query = [f"follow={'true' if follow else 'false'}"]
        if services:
            query.insert(0, "service=" + ",".join(quote(name, safe="") for name in services))
        if tail is not None:
            query.append(f"tail={tail:d}")
        target = f"{lease_path(lease)}/logs?{'&'.join(query)}"
        async with self._open(provider, lease, signer, target, "logs", services) as socket:
            async for message in socket.messages():
                value = _object(message)
                if value is not None:
                    yield LogLine(_text(value, "name", 120), clean_log(str(value.get("message", ""))))
            _raise_for_end(socket.ended)

    async def events(
        self, provider: Provider, lease: LeaseId, signer: Signer, *, follow: bool = False
    ) -> AsyncGenerator[PodEvent, None]:
        """The lease's Kubernetes events, the stored ones first."""
        target = f"{lease_path(lease)}/kubeevents?follow={'true' if follow else 'false'}"
        async with self._open(provider, lease, signer, target, "events", ()) as socket:
            async for message in socket.messages():
                value = _object(message)
                if value is None:
                    continue
                about = value.get("object")
                about = about if isinstance(about, dict) else {}
                yield PodEvent(
                    _text(value, "type", 20),
                    _text(about, "kind", 40),
                    _text(about, "name", 120),
                    _text(value, "reason", 60),
                    _text(value, "note", 600),
                )
            _raise_for_end(socket.ended)

    @asynccontextmanager
    async def shell(
        self,
        provider: Provider,
        lease: LeaseId,
        signer: Signer,
        *,
        service: str,
        command: Sequence[str],
        pod: int = 0,
        tty: bool = False,
        stdin: bool = False,
    ) -> AsyncIterator[OpenShell]:
        """Run a command in a pod of `service`; leaving closes the connection, but does not stop the command."""
        if not command:
            raise BadInput("A shell needs a command to run.", "For example /bin/sh.")
        words = "&".join(f"cmd{n}={quote(word, safe='')}" for n, word in enumerate(command))
        target = (
            f"{lease_path(lease)}/shell?service={quote(service, safe='')}&podIndex={pod:d}"
            f"&tty={int(tty)}&stdin={int(stdin)}&{words}"
        )
        async with self._open(provider, lease, signer, target, "shell", (service,)) as socket:
            yield OpenShell(socket)

    @asynccontextmanager
    async def _open(
        self,
        provider: Provider,
        lease: LeaseId,
        signer: Signer,
        target: str,
        scope: Scope,
        services: Sequence[str],
    ) -> AsyncIterator[Socket]:
        """An open stream. If the provider refuses the token's times, a second one is made by the provider's clock."""
        await self._require_public_key(signer.address)
        authority = read_endpoint(provider.host_uri).authority
        now = self._clock.now()
        for last in (False, True):
            async with AsyncExitStack() as stack:
                try:
                    async with deadline(authority, self._open_seconds):
                        connection = await stack.enter_async_context(self._connector.open(provider))
                        token = make_token(
                            signer,
                            now=now,
                            provider=provider.owner,
                            scope=(scope,),
                            dseq=lease.dseq,
                            services=services,
                        )
                        socket = await open_socket(connection, target, token, read_seconds=self._open_seconds)
                except UpgradeRefused as refusal:
                    answer = refusal.answer
                    if not is_stale(answer):
                        raise _refused(answer) from None
                    if last:
                        raise stale_token(answer, self._clock.now()) from None
                    now = token_time(answer, self._clock.now())
                    continue
                yield socket
                return

    async def _require_public_key(self, address: str) -> None:
        """Raise `ProviderFault` if the chain has no public key of the account: then no token is ever sent.

        Providers cannot check such a token, and one of an account unknown to the chain makes the provider hang
        for all its tenants (recordings, facts 22, 23).
        """
        if address in self._with_public_key:
            return
        account = await self._chain.account(address)
        if account is None or not account.has_pubkey:
            raise ProviderFault(
                "Providers cannot verify this account yet: it has no public key on chain.",
                "It gets one with its first transaction. Wait until that is in a block, then try again.",
            )
        self._with_public_key.add(address)


class OpenShell:
    """A running command: read `output` to its end, then `exit_code` is set."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self.exit_code: int | None = None

    async def output(self) -> AsyncIterator[ShellOutput]:
        """What it prints until it ends. Raises `ShellFailed` if the provider could not run it, `ProviderUnreachable` if
        the stream ends without an exit code."""
        async for message in self._socket.messages():
            code, data = (message[0], message[1:]) if message else (0, b"")
            if code in (_STDOUT, _STDERR):
                yield ShellOutput(data, error=code == _STDERR)
            elif code == _FAILURE:
                raise ShellFailed("The provider could not continue the command.", "Try again in a moment.")
            elif code == _RESULT:
                self.exit_code = _result(data)
                return
        raise ProviderUnreachable(
            "The provider closed the shell without an exit code.",
            "The command may still be running. Check: akash-tui lease status.",
        )

    async def type(self, data: bytes) -> None:
        """Input for the command."""
        for at in range(0, len(data), _MOST_TYPED):
            await self._socket.send(bytes([_STDIN]) + data[at : at + _MOST_TYPED])

    async def resize(self, columns: int, rows: int) -> None:
        """The window's size; providers read it only where there is input (fact 48)."""
        size = min(columns, 65535).to_bytes(2, "big") + min(rows, 65535).to_bytes(2, "big")
        await self._socket.send(bytes([_RESIZE]) + size)


def _result(data: bytes) -> int:
    """The exit code of a result frame: a message is a failure of the provider, and its code is 0 then (fact 46)."""
    value = _object(data) or {}
    words = _text(value, "message", 400)
    if words:
        advice = "Check which services and replicas are running: akash-tui lease status."
        if "does not exist" in words:
            advice = "The image has no such command; try /bin/sh or /bin/bash."
        elif words.startswith("no active replica"):
            advice = "It is still starting. Wait until it is running: akash-tui lease status."
        raise ShellFailed(f"The provider did not run the command: {words}", advice, detail=words)
    code = value.get("exit_code")
    if not isinstance(code, int) or isinstance(code, bool):
        raise ShellFailed("The provider gave no exit code for the command.", "Try again.")
    return code if 0 <= code <= 255 else 1


def _raise_for_end(ended: SocketEnd) -> None:
    """Raise the error that a close code stands for; an end without a code and 1000 are normal."""
    if ended.code in (None, 1000, 1005):
        return
    if ended.code == 4001:
        raise NoWorkload(
            "The provider has nothing for this lease.",
            "Its manifest may not have been accepted, or the lease is over: akash-tui lease status.",
        )
    if ended.code == 4000 and not ended.reason:
        raise NotReady("A container is still being created.", "Its logs start when it runs; the events show details.")
    if ended.code == 4000 and ended.reason == "no running pods":
        raise NotReady("Nothing of this is running at the provider.", "See its services: akash-tui lease status.")
    words = f": {ended.reason}" if ended.reason else f" (code {ended.code})"
    raise ProviderFault(f"The provider ended the stream{words}", "Try again.", detail=ended.reason)


def _refused(answer: HttpAnswer) -> ProviderFault:
    if answer.status == 400 and "service" in answer.message():
        return ProviderFault(f"The provider refuses the request: {answer.message()}", "Check the service's name.")
    return general_fault(answer)


def lease_path(lease: LeaseId) -> str:
    """Of what a provider has for a lease."""
    return f"/lease/{lease.dseq:d}/{lease.gseq:d}/{lease.oseq:d}"


def _object(message: bytes) -> dict[str, object] | None:
    """A frame's JSON object; None for anything else, which is skipped."""
    try:
        value = loads(message, FRAME_LIMITS)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _text(value: dict[str, object], key: str, limit: int) -> str:
    found = value.get(key)
    return clean(found, limit) if isinstance(found, str) else ""
