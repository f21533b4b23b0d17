"""Tokens against the published vectors, the published schema and a real provider's verdicts."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, get_args

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from akash_tui.adapters.provider import jwt
from akash_tui.adapters.wallet.keys import ORDER, KeySigner
from tests.adapters.chain.tx.proto_values import load, need
from tests.conformance import SHARED

NOW = datetime(2026, 11, 23, 6, 30, 15, 400_000, tzinfo=UTC)
PROVIDER = "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf"


@cache
def signer() -> KeySigner:
    return KeySigner.from_words(need(SHARED / "jwt" / "mnemonic").read_text())


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    head, body, signature = token.split(".")
    return json.loads(decode(head)), json.loads(decode(body)), decode(signature), f"{head}.{body}".encode()


def decode(text: str) -> bytes:
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verifies(token: str, public_key: bytes) -> bool:
    """As a provider checks: 64 bytes, low S, right signature."""
    *_, signature, signed = parts(token)
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
    try:
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return s <= ORDER // 2


def schema_faults(value: Any, rule: dict[str, Any], root: dict[str, Any], at: str = "$") -> list[str]:
    """The part of JSON Schema that the published token schema uses."""
    if "$ref" in rule:
        return schema_faults(value, root["definitions"][rule["$ref"].rsplit("/", 1)[1]], root, at)
    faults: list[str] = []
    if "oneOf" in rule:
        fits = [r for r in rule["oneOf"] if not schema_faults(value, r, root, at)]
        faults += [] if len(fits) == 1 else [f"{at}: fits {len(fits)} of the alternatives"]
    if "const" in rule and value != rule["const"]:
        faults.append(f"{at}: not {rule['const']}")
    if "enum" in rule and value not in rule["enum"]:
        faults.append(f"{at}: {value} unknown")
    kinds = {"object": dict, "array": list, "string": str, "integer": int}
    if "type" in rule and not isinstance(value, kinds[rule["type"]]):
        return [*faults, f"{at}: not {rule['type']}"]
    if isinstance(value, dict):
        allowed = rule.get("properties", {})
        faults += [f"{at}.{k} missing" for k in rule.get("required", []) if k not in value]
        faults += [f"{at}.{k} extra" for k in value if k not in allowed and rule.get("additionalProperties") is False]
        for key, inner in allowed.items():
            if key in value:
                faults += schema_faults(value[key], inner, root, f"{at}.{key}")
    if isinstance(value, list):
        if len(value) < rule.get("minItems", 0):
            faults.append(f"{at}: too short")
        if rule.get("uniqueItems") and len({json.dumps(v) for v in value}) != len(value):
            faults.append(f"{at}: repeats")
        for i, item in enumerate(value):
            faults += schema_faults(item, rule.get("items", {}), root, f"{at}[{i}]")
    if isinstance(value, str):
        if len(value) < rule.get("minLength", 0) or not re.search(rule.get("pattern", ""), value):
            faults.append(f"{at}: {value!r}")
    elif isinstance(value, int) and value < rule.get("minimum", value):
        faults.append(f"{at}: too small")
    return faults


def claims_faults(claims: dict[str, Any]) -> list[str]:
    schema = load(SHARED / "jwt" / "jwt-schema.json")
    return schema_faults(claims, schema, schema)


@pytest.mark.parametrize("index", range(5))
def test_published_signatures(index: int) -> None:
    case = load(SHARED / "jwt" / "cases_es256k.json")[index]
    header, claims, _, signed = parts(case["tokenString"])
    assert signer().address == "akash1qufa3xzrf34qvwyejkhvnc4psf49fftaw0asmh"
    if header["alg"] == "ES256K":
        assert verifies(case["tokenString"], signer().public_key) is not case["mustFail"]
        if not case["mustFail"]:
            assert jwt.sign_claims(signer(), claims) == case["tokenString"]
    else:  # ADR-36 signs a document around the token: same key, same rules
        data = base64.b64encode(signed).decode()
        doc = (
            '{"account_number":"0","chain_id":"","fee":{"amount":[],"gas":"0"},"memo":"","msgs":[{"type":"sign/MsgSignData"'
            f',"value":{{"data":"{data}","signer":"{signer().address}"}}}}],"sequence":"0"}}'
        )
        made = base64.urlsafe_b64encode(signer().sign(doc.encode())).rstrip(b"=").decode()
        assert (made == case["tokenString"].rsplit(".", 1)[1]) is not case["mustFail"]


def test_the_static_token_of_the_go_cases_is_reproduced() -> None:
    text = need(SHARED / "jwt" / "cases_jwt.json.tmpl").read_text()
    tokens = [t for t in re.findall(r'"tokenString": "([^"]+)"', text) if len(t.split(".")) == 3]
    assert tokens
    for token in tokens:
        header, claims, *_ = parts(token)
        if header == {"alg": "ES256K", "typ": "JWT"} and verifies(token, signer().public_key):
            assert jwt.sign_claims(signer(), claims) == token
    assert any(verifies(t, signer().public_key) for t in tokens)


RECORDED = sorted(p.name for p in (SHARED / "recordings" / "provider").glob("auth_jwt_*.json"))


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_tokens_are_made_again(name: str) -> None:
    request = load(SHARED / "recordings" / "provider" / name)["request"]
    token = request["headers"].get("Authorization", "").removeprefix("Bearer ")
    decoded = request.get("jwt_decoded")
    if not decoded or decoded.get("header") != {"alg": "ES256K", "typ": "JWT"}:
        assert re.search("alg_|adr36|garbage|no_typ", name), name
        return
    ours = verifies(token, signer().public_key)
    not_the_tenants = "not_on_chain|without_pubkey|after_first_tx|other_owner|wrong_issuer|bad_signature|high_s"
    assert ours is (re.search(not_the_tenants, name) is None), name
    if ours:
        assert jwt.sign_claims(signer(), decoded["claims"]) == token


@pytest.mark.parametrize(
    ("recording", "extra"),
    [
        ("auth_jwt_granular_deployment_ok", {"dseq": 1162, "services": ["web", "cache"]}),
        ("auth_jwt_granular_provider_scoped_ok", {}),
    ],
)
def test_our_leases_claim_is_one_that_a_real_provider_took(recording: str, extra: dict[str, Any]) -> None:
    it = load(SHARED / "recordings" / "provider" / f"{recording}.json")
    token = jwt.make_token(signer(), now=NOW, provider=PROVIDER, scope=["send-manifest"], **extra)
    assert it["response"]["status"] == 200
    assert parts(token)[1]["leases"] == it["request"]["jwt_decoded"]["claims"]["leases"]


@pytest.mark.parametrize("scope", ["status", "get-manifest", "logs", "events"])
def test_a_token_is_bound_to_its_deployment_also_where_the_services_are_not_known(scope: jwt.Scope) -> None:
    """Providers refuse an entry without services, and compare the list with nothing: both were recorded."""
    recorded = SHARED / "recordings" / "provider"
    assert load(recorded / "auth_jwt_granular_no_services.json")["response"]["status"] == 400
    assert load(recorded / "auth_jwt_granular_status_other_service_list.json")["response"]["status"] == 200
    assert load(recorded / "auth_jwt_granular_other_dseq.json")["response"]["status"] == 401
    token = jwt.make_token(signer(), now=NOW, provider=PROVIDER, scope=[scope], dseq=1162)
    assert claims_faults(parts(token)[1]) == []
    entry = {"dseq": 1162, "scope": [scope], "services": [jwt.ANY_SERVICE]}
    permission = {"provider": PROVIDER, "access": "granular", "deployments": [entry]}
    assert parts(token)[1]["leases"]["permissions"] == [permission]


def test_times() -> None:
    claims = parts(jwt.make_token(signer(), now=NOW, provider=PROVIDER, scope=["status"]))[1]
    assert claims["iat"] == claims["nbf"] == int(NOW.timestamp()) - 30
    assert claims["exp"] == int(NOW.timestamp()) + 300
    longer = parts(jwt.make_token(signer(), now=NOW, provider=PROVIDER, scope=["logs"], ttl=timedelta(minutes=15)))[1]
    assert longer["exp"] - claims["exp"] == 600


@settings(max_examples=50, deadline=None)
@given(
    scope=st.lists(st.sampled_from(get_args(jwt.Scope)), min_size=1, unique=True),
    dseq=st.none() | st.integers(1, 2**63),
    services=st.lists(st.text(min_size=1, max_size=20), max_size=4),
    ttl=st.integers(1, 86400),
)
def test_every_token_fits_the_schema_and_verifies(
    scope: list[jwt.Scope], dseq: int | None, services: list[str], ttl: int
) -> None:
    token = jwt.make_token(
        signer(),
        now=NOW,
        provider=PROVIDER,
        scope=scope,
        dseq=dseq,
        services=services,
        ttl=timedelta(seconds=ttl),
    )
    header, claims, *_ = parts(token)
    assert header == {"alg": "ES256K", "typ": "JWT"}
    assert claims_faults(claims) == []
    assert verifies(token, signer().public_key)
    assert token.isascii()


def test_the_schema_check_can_fail() -> None:
    good = parts(jwt.make_token(signer(), now=NOW, provider=PROVIDER, scope=["status"], dseq=5, services=["web"]))[1]
    assert claims_faults(good) == []
    entry = {"dseq": 5, "scope": ["status"]}
    assert claims_faults({**good, "leases": {"access": "full", "scope": ["status"]}})
    assert claims_faults({k: v for k, v in good.items() if k != "nbf"})
    permission = {"provider": PROVIDER, "access": "granular", "deployments": [entry]}
    assert claims_faults({**good, "leases": {"access": "granular", "permissions": [permission]}})


@pytest.mark.parametrize(
    "bad", [{"scope": []}, {"scope": ["status", "status"]}, {"scope": ["status"], "ttl": timedelta(0)}]
)
def test_a_token_for_nothing_is_not_made(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="token"):
        jwt.make_token(signer(), now=NOW, provider=PROVIDER, **bad)
