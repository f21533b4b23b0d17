"""The tokens (JWT, ES256K) with which tenants prove their account to a provider, checked as the real provider does.

Facts: recordings provider/README.md 19 to 27. A refusal is 401 when the token cannot be trusted at all and 400 when it
can but has a claim that is not allowed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from akash_tui.practice.state.books import Account
from akash_tui.practice.state.crypto import address_fault, verify

_LEASE_SCOPES = ("send-manifest", "get-manifest", "logs", "shell", "events", "status", "restart", "attestation")
SCOPES = frozenset((*_LEASE_SCOPES, "hostname-migrate", "ip-migrate"))
_ACCESS = ("full", "scoped", "granular")
_DEPLOYMENT = {"dseq": int, "gseq": int, "oseq": int, "scope": [str], "services": [str]}
_PERMISSION = {"provider": str, "access": str, "scope": [str], "deployments": [_DEPLOYMENT]}
_LEASES = {"access": str, "scope": [str], "permissions": [_PERMISSION]}
_CLAIMS = {
    **dict.fromkeys(("iss", "version", "jti", "sub"), str),
    **dict.fromkeys(("iat", "nbf", "exp"), float),
    "leases": _LEASES,
}
"""The JSON types of the claims that are read."""


class TokenFault(Exception):
    """A refused token: HTTP status and the `message` of its JSON answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class UnknownAccount(TokenFault):
    """The issuer is not on chain: the real provider answers 401 once and then hangs on its account lookup."""


class NoPublicKey(Exception):
    """The issuer is on chain but has never signed: the real provider drops the connection without an answer."""


Lookup = Callable[[str], Account | None]


@dataclass(frozen=True)
class Tenant:
    """A verified account and what its token allows."""

    owner: str
    leases: dict[str, Any]

    def may(self, scope: str, provider: str, dseq: int, gseq: int | None = None, oseq: int | None = None) -> bool:
        """True if the token covers this scope at this provider for this lease (services are not checked: fact 26)."""
        access = self.leases["access"]
        if access == "full":
            return True
        if access == "scoped":
            return scope in self.leases["scope"]
        for permission in self.leases["permissions"]:
            if permission["provider"] != provider:
                continue
            if permission["access"] == "full":
                return True
            if permission["access"] == "scoped":
                return scope in permission["scope"]
            return any(
                d["dseq"] == dseq
                and scope in d["scope"]
                and d.get("gseq", gseq) in (gseq, None)
                and d.get("oseq", oseq) in (oseq, None)
                for d in permission["deployments"]
            )
        return False


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header, None without one."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token or " " in token:
        raise TokenFault(400, "invalid authorization header")
    return token


def read_token(token: str, lookup: Lookup, now: float) -> Tenant:
    """The tenant that a token proves at `now` (Unix seconds), or TokenFault, UnknownAccount, NoPublicKey."""
    header, claims, signed, signature = _split(token)
    algorithm = header.get("alg")
    if algorithm not in ("ES256K", "ES256KADR36"):
        raise TokenFault(401, "JWT is invalid")
    if not _has_types(claims, _CLAIMS):  # the real provider cannot decode it: 401, not 400
        raise TokenFault(401, "JWT is invalid")
    issuer = claims.get("iss", "")
    if address_fault(issuer):
        raise TokenFault(401, "JWT is invalid")
    account = lookup(issuer)
    if account is None:
        raise UnknownAccount(401, "JWT is invalid")
    if account.pubkey is None:
        raise NoPublicKey(issuer)
    message = signed if algorithm == "ES256K" else adr36(signed, issuer)
    if not verify(base64.b64decode(account.pubkey), message, signature):
        raise TokenFault(401, "JWT is invalid")
    if not _claims_hold(claims, now):
        raise TokenFault(400, "JWT has invalid claims")
    return Tenant(issuer, claims["leases"])


def adr36(data: bytes, signer: str) -> bytes:
    """The ADR-36 sign document over `data`, as browser wallets sign it."""
    document = {
        "account_number": "0",
        "chain_id": "",
        "fee": {"amount": [], "gas": "0"},
        "memo": "",
        "msgs": [{"type": "sign/MsgSignData", "value": {"data": base64.b64encode(data).decode(), "signer": signer}}],
        "sequence": "0",
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _split(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    try:
        head, body, tail = token.split(".")
        header, claims = (json.loads(_unbase64(part)) for part in (head, body))
        signature = _unbase64(tail)
    except (ValueError, binascii.Error) as fault:
        raise TokenFault(401, "JWT is invalid") from fault
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenFault(401, "JWT is invalid")
    return header, claims, f"{head}.{body}".encode(), signature


def _unbase64(text: str) -> bytes:
    if "=" in text or "+" in text or "/" in text:
        raise ValueError("not base64url without padding")
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)


def _has_types(value: Any, kind: Any) -> bool:
    """Is a value of this kind: a type, a list of one kind, or an object with the kinds of keys that it may have?"""
    if isinstance(kind, dict):
        return isinstance(value, dict) and all(_has_types(value[key], kind[key]) for key in kind.keys() & value.keys())
    if isinstance(kind, list):
        return isinstance(value, list) and all(_has_types(each, kind[0]) for each in value)
    return type(value) is kind or (kind is float and type(value) is int)


def _claims_hold(claims: dict[str, Any], now: float) -> bool:
    if any(key not in claims for key in ("iss", "iat", "nbf", "exp", "version", "leases")):
        return False
    if claims["version"] != "v1" or now >= claims["exp"] or now < claims["nbf"]:
        return False
    leases = claims["leases"]
    return leases.get("access") in _ACCESS and _grant_holds(leases, "permissions", _permissions_hold)


def _grant_holds(grant: dict[str, Any], below: str, check: Callable[[list[dict[str, Any]]], bool]) -> bool:
    """`full` stands alone, `scoped` has scopes, `granular` has a list below it."""
    access = grant.get("access")
    if access == "full":
        return "scope" not in grant and below not in grant
    if access == "scoped":
        return _scopes_hold(grant.get("scope")) and below not in grant
    return access == "granular" and "scope" not in grant and bool(grant.get(below)) and check(grant[below])


def _scopes_hold(scopes: list[str] | None) -> bool:
    return bool(scopes) and scopes is not None and set(scopes) <= SCOPES and len(set(scopes)) == len(scopes)


def _permissions_hold(permissions: list[dict[str, Any]]) -> bool:
    providers = [p.get("provider") for p in permissions]
    return (
        all(providers)
        and len(set(providers)) == len(providers)
        and all(_grant_holds(p, "deployments", _deployments_hold) for p in permissions)
    )


def _deployments_hold(deployments: list[dict[str, Any]]) -> bool:
    return all(
        d.get("dseq", 0) >= 1
        and _scopes_hold(d.get("scope"))
        and bool(d.get("services"))
        and len(set(d["services"])) == len(d["services"])
        and not ("oseq" in d and "gseq" not in d)
        for d in deployments
    )
