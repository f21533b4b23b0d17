"""Messages of the provider and audit modules: register a provider, sign its attributes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules.group_limits import check_attributes
from akash_tui.practice.state.books import Audit, Provider
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.events import typed
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import audit_v1_pb2, provider_v1beta4_pb2

refuse = partial(Refusal, "provider")
"""A refusal of the provider module."""


def _check(message: Any) -> None:
    if address_fault(message.owner):
        raise sdk(7, "MsgCreate: Invalid Provider Address: invalid address")
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
    if address_fault(message.owner) or address_fault(message.auditor):
        raise sdk(7, "MsgCreate: Invalid Address: invalid address")


def _sign(ctx: Context, message: Any) -> None:
    key = (message.owner, message.auditor)
    before = ctx.books.audits.get(key)
    pairs = dict(before.attributes) if before else {}
    pairs.update((each.key, each.value) for each in message.attributes)
    ctx.books.audits.put(key, Audit(message.owner, message.auditor, tuple(sorted(pairs.items()))))
    ctx.emit(typed("akash.audit.v1.EventTrustedAuditorCreated", owner=message.owner, auditor=message.auditor))


def _unsign(ctx: Context, message: Any) -> None:
    key = (message.owner, message.auditor)
    before = ctx.books.audits.need(key, Refusal("audit", 1, "invalid provider: address not found"))
    left = tuple(pair for pair in before.attributes if message.keys and pair[0] not in message.keys)
    if left:
        ctx.books.audits.put(key, replace(before, attributes=left))
    else:
        ctx.books.audits.drop(key)
    ctx.emit(typed("akash.audit.v1.EventTrustedAuditorDeleted", owner=message.owner, auditor=message.auditor))


KINDS = [
    Kind(provider_v1beta4_pb2.MsgCreateProvider, "owner", _check, _create),
    Kind(provider_v1beta4_pb2.MsgUpdateProvider, "owner", _check, _update),
    Kind(audit_v1_pb2.MsgSignProviderAttributes, "auditor", _check_audit, _sign),
    Kind(audit_v1_pb2.MsgDeleteProviderAttributes, "auditor", _check_audit, _unsign),
]
