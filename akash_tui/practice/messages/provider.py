"""Messages of the provider and audit modules: register a provider, sign its attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from akash_tui.practice.messages.kinds import kind
from akash_tui.practice.rules.group_limits import check_attributes
from akash_tui.practice.state.books import Audit, Provider
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import BadAddress, decode_address
from akash_tui.practice.state.events import typed
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import audit_v1_pb2, provider_v1beta4_pb2


def refuse(code: int, text: str) -> Refusal:
    """A refusal of the provider module."""
    return Refusal("provider", code, text)


def _check(message: Any) -> None:
    try:
        decode_address(message.owner)
    except BadAddress as error:
        raise sdk(7, "MsgCreate: Invalid Provider Address: invalid address") from error
    uri = urlsplit(message.host_uri)
    if not uri.scheme or not uri.netloc:
        raise refuse(2, "invalid provider: not absolute host uri")
    check_attributes(message.attributes)


def _row(message: Any) -> Provider:
    attributes = tuple((each.key, each.value) for each in message.attributes)
    return Provider(message.owner, message.host_uri, attributes, message.info.email, message.info.website)


def _create(ctx: Context, message: Any) -> None:
    if (message.owner,) in ctx.books.providers:
        raise refuse(4, "invalid provider: already exists")
    ctx.books.providers.put((message.owner,), _row(message))
    ctx.emit(typed("akash.provider.v1beta4.EventProviderCreated", owner=message.owner))


def _update(ctx: Context, message: Any) -> None:
    if (message.owner,) not in ctx.books.providers:
        raise refuse(3, "invalid provider: address not found")
    ctx.books.providers.put((message.owner,), _row(message))
    ctx.emit(typed("akash.provider.v1beta4.EventProviderUpdated", owner=message.owner))


def _check_audit(message: Any) -> None:
    for address in (message.owner, message.auditor):
        try:
            decode_address(address)
        except BadAddress as error:
            raise sdk(7, "MsgCreate: Invalid Address: invalid address") from error


def _sign(ctx: Context, message: Any) -> None:
    key = (message.owner, message.auditor)
    before = ctx.books.audits.get(key)
    pairs = dict(before.attributes) if before else {}
    pairs.update((each.key, each.value) for each in message.attributes)
    ctx.books.audits.put(key, Audit(message.owner, message.auditor, tuple(sorted(pairs.items()))))
    ctx.emit(typed("akash.audit.v1.EventTrustedAuditorCreated", owner=message.owner, auditor=message.auditor))


def _unsign(ctx: Context, message: Any) -> None:
    key = (message.owner, message.auditor)
    before = ctx.books.audits.get(key)
    if before is None:
        raise Refusal("audit", 1, "invalid provider: address not found")
    left = tuple(pair for pair in before.attributes if message.keys and pair[0] not in message.keys)
    if left:
        ctx.books.audits.put(key, replace(before, attributes=left))
    else:
        ctx.books.audits.drop(key)
    ctx.emit(typed("akash.audit.v1.EventTrustedAuditorDeleted", owner=message.owner, auditor=message.auditor))


def _owner(message: Any) -> str:
    return str(message.owner)


def _auditor(message: Any) -> str:
    return str(message.auditor)


KINDS = [
    kind(provider_v1beta4_pb2.MsgCreateProvider, _owner, _check, _create),
    kind(provider_v1beta4_pb2.MsgUpdateProvider, _owner, _check, _update),
    kind(audit_v1_pb2.MsgSignProviderAttributes, _auditor, _check_audit, _sign),
    kind(audit_v1_pb2.MsgDeleteProviderAttributes, _auditor, _check_audit, _unsign),
]
