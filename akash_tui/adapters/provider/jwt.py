"""Tokens that prove to a provider who is asking (ES256K JSON Web Tokens, AEP-64), as narrow as providers accept.

A token names one provider, the actions it is for, and the deployment that it serves. A real provider demands a
non-empty `services` list in such an entry (`auth_jwt_granular_no_services`), and refuses a dseq written as a string.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from akash_tui.services.ports import Signer

Scope = Literal[
    "send-manifest",
    "get-manifest",
    "logs",
    "shell",
    "events",
    "status",
    "restart",
    "hostname-migrate",
    "ip-migrate",
    "attestation",
]
"""The actions of Akash's JWT schema."""

ANY_SERVICE: Final = "*"
"""Stands where the services are not known. Providers demand a list, and compare it with nothing (recordings
`auth_jwt_granular_status_other_service_list`, `ws_shell_granular_other_service`)."""
LIFETIME: Final = timedelta(minutes=5)
"""AEP-64 recommends at most 15 minutes; a request needs one token, so shorter is safer."""
EARLY: Final = timedelta(seconds=30)
"""How far `iat` and `nbf` lie in the past: providers allow no clock difference at all."""


def make_token(
    signer: Signer,
    *,
    now: datetime,
    provider: str,
    scope: Sequence[Scope],
    dseq: int | None = None,
    services: Sequence[str] = (),
    ttl: timedelta = LIFETIME,
) -> str:
    """A bearer token for `scope` at `provider`, for the deployment `dseq` alone if it is given.

    The account must exist on chain with a public key: for any other, a provider drops the connection or
    hangs. ValueError if `scope` is empty or repeats an action, or if `ttl` is not positive.
    """
    if not scope or len(set(scope)) != len(scope):
        raise ValueError("a token names its actions, each once")
    if ttl <= timedelta(0):
        raise ValueError("a token must live for some time")
    start = int((now - EARLY).timestamp())
    claims = {
        "iss": signer.address,
        "iat": start,
        "nbf": start,
        "exp": int((now + ttl).timestamp()),
        "version": "v1",
        "leases": {"access": "granular", "permissions": [_permission(provider, scope, dseq, services)]},
    }
    return sign_claims(signer, claims)


def sign_claims(signer: Signer, claims: dict[str, Any]) -> str:
    """Header and claims as given, compact JSON, signed: 64 bytes r‖s with low S (providers refuse high S)."""
    head = f"{_encode(_json({'alg': 'ES256K', 'typ': 'JWT'}))}.{_encode(_json(claims))}"
    return f"{head}.{_encode(signer.sign(head.encode('ascii')))}"


def _permission(provider: str, scope: Sequence[Scope], dseq: int | None, services: Sequence[str]) -> dict[str, Any]:
    if dseq is None:
        return {"provider": provider, "access": "scoped", "scope": list(scope)}
    entry = {"dseq": dseq, "scope": list(scope), "services": list(dict.fromkeys(services)) or [ANY_SERVICE]}
    return {"provider": provider, "access": "granular", "deployments": [entry]}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
