"""Every recorded answer of a real provider daemon, played back over TLS: what our client makes of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from akash_tui.adapters.chain.rest_json.market import LeaseJson, OrderJson
from akash_tui.adapters.chain.saved_bids import parse_bids
from akash_tui.adapters.provider.client import Timeouts
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.entities import (
    BidId,
    BidState,
    Deployment,
    DeploymentState,
    EscrowAccount,
    EscrowState,
    LeaseState,
    OrderState,
)
from akash_tui.domain.akash.lease_end import spent, why_ended
from akash_tui.services.leases.attention import MANIFEST_SECONDS
from akash_tui.services.ports import (
    Account,
    HostRefused,
    ManifestRefused,
    NoWorkload,
    ProviderDenied,
    ProviderFault,
    ProviderUnreachable,
)
from akash_tui.services.spending.quoting import running_leases
from tests.adapters.provider.handshakes import HANDSHAKES
from tests.adapters.provider.scripted_gateways import (
    OWNER,
    RECORDINGS,
    FakeChain,
    Seen,
    gateway_over,
    provider_identity,
    recording,
    replaying,
    serving,
)

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")

QUICK = Timeouts(connect=5, read=0.4, probe=5, status=5, manifest=5)
SIGNER = KeySigner.from_words("abandon " * 11 + "about")
MANIFEST = b'[{"name":"dcloud","services":[{"name":"cache"},{"name":"web"}]}]'
LEASE = BidId(SIGNER.address, 1162, 1, 1, OWNER)
IDENTITY = provider_identity()


async def put(*responses: dict[str, Any], chain: FakeChain | None = None) -> tuple[ProviderFault | None, Seen]:
    """Send the manifest to a server that gives these answers; the error, if any, and what arrived."""
    chain = chain or FakeChain([IDENTITY.on_chain()])
    async with serving(*map(replaying, responses), tls=IDENTITY.context()) as seen:
        gateway = gateway_over(chain, QUICK)
        try:
            await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
        except ProviderFault as error:
            return error, seen
    return None, seen


async def status(
    *responses: dict[str, Any], chain: FakeChain | None = None, clock: SystemClock | None = None
) -> tuple[Any, Seen]:
    """Ask for the lease's status; the server's certificate is valid at the client's time and today."""
    identity = IDENTITY if clock is None else provider_identity(also_at=clock.now())
    chain = chain or FakeChain([identity.on_chain()])
    async with serving(*map(replaying, responses), tls=identity.context()) as seen:
        gateway = gateway_over(chain, QUICK, clock)
        try:
            return await gateway.lease_status(seen.provider(), LEASE, SIGNER), seen
        except ProviderFault as error:
            return error, seen


# --- PUT manifest -------------------------------------------------------------------------------

DONE = None
LATER, REFUSED, DENIED = ProviderFault, ManifestRefused, ProviderDenied

MANIFESTS: dict[str, tuple[type[ProviderFault] | None, str, str]] = {
    # file: (what comes out, a part of the sentence, a part of the advice)
    "manifest_put_ok_jwt_full": (DONE, "", ""),
    "manifest_put_immediately_after_lease": (DONE, "", ""),
    "manifest_put_late": (DONE, "", ""),
    "manifest_put_twice": (DONE, "", ""),
    "manifest_put_after_update": (DONE, "", ""),
    "manifest_put_no_content_type": (DONE, "", ""),
    "manifest_put_null_keys_left_out": (DONE, "", ""),
    "manifest_put_pretty_and_reordered": (DONE, "", ""),
    "manifest_put_unknown_field": (DONE, "", ""),
    "manifest_put_no_lease": (LATER, "does not see the lease yet", "trying again"),
    "manifest_put_before_lease_is_remembered": (LATER, "does not see the lease yet", "trying again"),
    "manifest_put_after_close": (LATER, "does not see the lease yet", "If the lease was closed"),
    "manifest_put_other_provider": (LATER, "does not see the lease yet", ""),
    "manifest_put_unknown_dseq": (LATER, "does not see the deployment yet", "trying again"),
    "auth_jwt_other_owner_put": (LATER, "does not see the deployment yet", ""),
    "manifest_put_wrong_hash": (REFUSED, "another version of the manifest", "last updated with"),
    "manifest_put_no_lease_wrong_hash": (REFUSED, "another version of the manifest", ""),
    "manifest_put_hosts_empty_list_instead_of_null": (REFUSED, "another version of the manifest", ""),
    "manifest_put_old_after_update": (REFUSED, "another version of the manifest", "last updated with"),
    "manifest_put_bad_hostname": (REFUSED, 'has invalid hostname "Not A Host"', "Correct the SDL"),
    "manifest_put_bad_service_name": (REFUSED, 'service "Bad_Name" name is invalid', "Correct the SDL"),
    "manifest_put_empty_image": (REFUSED, "has empty image name", "Correct the SDL"),
    "manifest_put_no_services": (REFUSED, "contains no services", "Correct the SDL"),
    "manifest_put_empty_array": (REFUSED, "manifest is empty", "Correct the SDL"),
    "manifest_put_cross_extra_group": (REFUSED, "is duplicated", "Correct the SDL"),
    "manifest_put_cross_count": (REFUSED, "over-utilized replicas (2)", "Resources cannot change"),
    "manifest_put_cross_cpu": (REFUSED, "CPU resources mismatch", "Resources cannot change"),
    "manifest_put_cross_endpoints": (REFUSED, "PORT endpoints", "Resources cannot change"),
    "manifest_put_cross_group_name": (REFUSED, "does not find a group", "Groups cannot be renamed"),
    "manifest_put_hostname_in_use": (REFUSED, 'host "web.example.test" in use', "accept list"),
    "manifest_put_of_get_manifest": (REFUSED, "part of it is missing", "report"),
    "manifest_put_invalid_json": (REFUSED, "could not read the manifest", "report"),
    "manifest_put_json_object": (REFUSED, "could not read the manifest", "report"),
    "manifest_put_yaml": (REFUSED, "could not read the manifest", "report"),
    "manifest_put_empty_body": (REFUSED, "an empty manifest", "report"),
    "manifest_put_truncated_json": (REFUSED, "only part", "report"),
    "manifest_put_dseq_not_number": (REFUSED, "deployment's number", "report"),
    "manifest_put_no_auth": (DENIED, "unauthorized access", "may not own the lease"),
    "manifest_get_on_deployment_path": (LATER, "does not support this request", "Choose another"),
    "manifest_post": (LATER, "does not support this request", "Choose another"),
    "auth_jwt_scoped_ok": (DONE, "", ""),
    "auth_jwt_granular_deployment_ok": (DONE, "", ""),
    "auth_jwt_granular_provider_full_ok": (DONE, "", ""),
    "auth_jwt_granular_provider_scoped_ok": (DONE, "", ""),
    "auth_jwt_granular_deployment_dseq_string": (DENIED, "JWT is invalid", "a minute"),
    "auth_jwt_granular_no_services": (DENIED, "does not accept our token", ""),
    "auth_jwt_granular_other_dseq": (DENIED, "unauthorized access", "may not own the lease"),
    "auth_jwt_granular_other_provider": (DENIED, "unauthorized access", "may not own the lease"),
    "auth_jwt_scoped_missing_scope": (DENIED, "unauthorized access", "may not own the lease"),
}


@pytest.mark.parametrize("name", MANIFESTS)
async def test_answers_to_the_manifest(name: str) -> None:
    kind, title, advice = MANIFESTS[name]
    response = recording(name)["response"]
    error, seen = await put(response)
    if kind is None:
        assert error is None
    else:
        assert type(error) is kind
        assert title in error.title
        assert advice in error.advice
        assert error.advice
        assert error.status == response["status"]
        assert error.retry is (kind is ProviderFault)
        if response["headers"].get("Content-Type", "").startswith("text/plain"):
            assert error.detail == response["body"].strip()
    assert seen.requests[0].startswith(b"PUT /deployment/1162/manifest HTTP/1.1\r\n")
    assert seen.requests[0].endswith(b"\r\n\r\n" + MANIFEST)


def deployed(hash: bytes) -> Deployment:
    """A deployment of which only the hash matters here."""
    id = LEASE.deployment
    escrow = EscrowAccount(EscrowState.OPEN, 0, ())
    return Deployment(id, DeploymentState.ACTIVE, hash, 1, (), escrow)


async def test_a_hash_mismatch_of_what_is_on_chain_is_the_providers_lag() -> None:
    chain = FakeChain([IDENTITY.on_chain()])
    chain.deployments_by_id[LEASE.deployment] = deployed(hashlib.sha256(MANIFEST).digest())
    error, _ = await put(recording("manifest_put_old_after_update")["response"], chain=chain)
    assert type(error) is ProviderFault
    assert error.retry
    assert "not seen the last update yet" in error.advice


async def test_a_hash_mismatch_of_something_else_is_final() -> None:
    chain = FakeChain([IDENTITY.on_chain()])
    chain.deployments_by_id[LEASE.deployment] = deployed(b"\0" * 32)
    error, _ = await put(recording("manifest_put_wrong_hash")["response"], chain=chain)
    assert type(error) is ManifestRefused
    assert "may not have seen" not in error.advice


@pytest.mark.parametrize(("code", "text"), [(503, "Service Unavailable"), (502, ""), (429, ""), (500, "no\n")])
async def test_a_provider_in_trouble_may_be_asked_again(code: int, text: str) -> None:
    error, _ = await put({"status": code, "headers": {"Content-Type": "text/plain"}, "body": text})
    assert type(error) is ProviderFault
    assert error.retry
    assert error.status == code


async def test_another_422_is_final_and_says_the_providers_words() -> None:
    error, _ = await put({"status": 422, "headers": {}, "body": "manifest rejected: \x1b[31mno [/] thanks\n"})
    assert type(error) is ManifestRefused
    assert error.title.endswith("manifest rejected: no [/] thanks.")


# --- GET lease status ---------------------------------------------------------------------------

NOTHING = "nothing"
RUNNING, STARTING = "running", "starting"
INVALID = (ProviderDenied, "does not accept our token: JWT is invalid", "see the account's public key on chain")
UNAUTHORIZED = (ProviderDenied, "does not accept our token: unauthorized access", "may not own the lease")
CLAIMS = (ProviderDenied, "does not accept our token", "too old or too new")
HEADER = (ProviderDenied, "refuses the request: invalid authorization header", "report")
NO_STATUS = (ProviderFault, "lease status cannot be read", "choose another provider")
STATUSES: dict[str, str | tuple[type[ProviderFault], str, str]] = {
    # file: what is seen, or (the error, a part of its sentence, a part of its advice)
    "lease_status_ok": RUNNING,
    "lease_status_starting": STARTING,
    "lease_status_hostname_withheld": RUNNING,
    "lease_status_after_update_before_put": RUNNING,
    "lease_status_timeline": RUNNING,
    "lease_status_timeline_update": RUNNING,
    "lease_status_after_close": NOTHING,
    "lease_status_never_sent": NOTHING,
    "lease_status_unknown_dseq": NOTHING,
    "lease_status_wrong_oseq": NOTHING,
    "lease_status_dseq_zero": NOTHING,
    "lease_status_bad_dseq": (ProviderDenied, 'parsing "abc": invalid syntax', "report"),
    # answers to other questions: never taken for a lease
    "lease_service_status_ok": NO_STATUS,
    "lease_service_status_internal": NO_STATUS,
    "lease_service_status_starting": NO_STATUS,
    "lease_service_status_unknown": (ProviderFault, "kube: no service for that lease", "another server"),
    "lease_service_status_unknown_lease": (ProviderFault, "kube: lease not found", "another server"),
    "auth_jwt_granular_service_status_other_service": NO_STATUS,
    "post_status": (ProviderFault, "does not support this request", "another provider"),
    "validate_get": (ProviderFault, "404 page not found", "another server"),
    "validate_post": (ProviderFault, "404 page not found", "another server"),
    "auth_none_status": UNAUTHORIZED,
    "auth_header_basic": HEADER,
    "auth_header_empty_bearer": HEADER,
    "auth_header_lower_case": RUNNING,
    "auth_jwt_full_status": RUNNING,
    "auth_jwt_adr36_ok": RUNNING,
    "auth_jwt_extra_claim": RUNNING,
    "auth_jwt_no_typ": RUNNING,
    "auth_jwt_float_times": RUNNING,
    "auth_jwt_exp_100_years": RUNNING,
    "auth_jwt_iat_future": RUNNING,
    "auth_jwt_granular_status_other_service_list": RUNNING,
    "auth_jwt_other_owner": NOTHING,
    "auth_jwt_account_pubkey_after_first_tx": NOTHING,
    "auth_jwt_alg_es256": INVALID,
    "auth_jwt_alg_hs256": INVALID,
    "auth_jwt_alg_none": INVALID,
    "auth_jwt_bad_signature": INVALID,
    "auth_jwt_garbage": INVALID,
    "auth_jwt_high_s": INVALID,
    "auth_jwt_iss_not_bech32": INVALID,
    "auth_jwt_wrong_issuer_signature": INVALID,
    "auth_jwt_account_not_on_chain": INVALID,
    "auth_jwt_expired": CLAIMS,
    "auth_jwt_nbf_future": CLAIMS,
    "auth_jwt_full_with_scope": CLAIMS,
    "auth_jwt_missing_exp": CLAIMS,
    "auth_jwt_missing_iat": CLAIMS,
    "auth_jwt_missing_leases": CLAIMS,
    "auth_jwt_missing_nbf": CLAIMS,
    "auth_jwt_missing_version": CLAIMS,
    "auth_jwt_unknown_scope": CLAIMS,
    "auth_jwt_version_v2": CLAIMS,
    "auth_invalid_token_on_public_path": CLAIMS,
    "auth_jwt_account_without_pubkey": (
        ProviderUnreachable,
        "closed the connection before its answer",
        "Trying again is safe",
    ),
    "auth_jwt_account_without_pubkey_again": (
        ProviderUnreachable,
        "closed the connection before its answer",
        "again is safe",
    ),
    "auth_jwt_account_not_on_chain_again": (ProviderUnreachable, "did not answer within", "until its operator"),
    "auth_jwt_after_account_not_on_chain": (ProviderUnreachable, "did not answer within", "until its operator"),
    "auth_ca_jwt_sni_localhost": NOTHING,
}


class RecordedClock(SystemClock):
    """The wall clock of the moment at which an answer was recorded, as its Date header reports."""

    def __init__(self, response: dict[str, Any]) -> None:
        date = (response.get("headers") or {}).get("Date")
        self.behind = datetime.now(UTC) - parsedate_to_datetime(date) if date else timedelta(0)

    def now(self) -> datetime:
        return super().now() - self.behind


@pytest.mark.parametrize("name", STATUSES)
async def test_answers_to_lease_status(name: str) -> None:
    expected, response = STATUSES[name], recording(name)["response"]
    found, seen = await status(response, clock=RecordedClock(response))
    assert seen.requests[0].startswith(b"GET /lease/1162/1/1/status HTTP/1.1\r\n")
    assert len(seen.requests) == (2 if expected is CLAIMS else 1)  # a token refused for its times is made once more
    if expected is NOTHING:
        assert found is None
    elif isinstance(expected, str):
        assert {s.name for s in found.services} == {"cache", "web"}
        assert found.running is (expected is RUNNING)
        assert [(p.host, p.port, p.proto) for p in found.ports] == [("localhost", 8080, "TCP")]
        assert found.ips == ()
        assert next(s for s in found.services if s.name == "web").uris[0].endswith(".p4.localhost")
        assert next(s for s in found.services if s.name == "cache").uris == ()
    else:
        kind, words, advice = expected
        assert type(found) is kind
        assert words in found.title
        assert advice in found.advice
        assert found.status == (response["status"] or 0)
        assert found.retry is (kind in (ProviderFault, ProviderUnreachable))


# --- GET manifest -------------------------------------------------------------------------------

COPIES: dict[str, str | tuple[type[ProviderFault], str, str]] = {
    "lease_manifest_get": "a copy",
    "lease_manifest_get_missing_scope": UNAUTHORIZED,
    "lease_manifest_get_unknown": NOTHING,
}


@pytest.mark.parametrize("name", COPIES)
async def test_answers_to_get_manifest(name: str) -> None:
    expected, response = COPIES[name], recording(name)["response"]
    async with serving(replaying(response), tls=IDENTITY.context()) as seen:
        gateway = gateway_over(FakeChain([IDENTITY.on_chain()]), QUICK)
        if isinstance(expected, tuple):
            kind, words, advice = expected
            with pytest.raises(kind) as caught:
                await gateway.manifest(seen.provider(), LEASE, SIGNER)
            assert type(caught.value) is kind
            assert words in caught.value.title
            assert advice in caught.value.advice
        else:
            copy = await gateway.manifest(seen.provider(), LEASE, SIGNER)
            assert copy == (None if expected is NOTHING else json.loads(response["body"]))
    assert seen.requests[0].startswith(b"GET /lease/1162/1/1/manifest HTTP/1.1\r\n")


def _timeline(name: str) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = recording(name)["timeline"]
    return found


@pytest.mark.parametrize("name", ["lease_status_timeline", "lease_status_timeline_update"])
async def test_a_lease_is_running_only_when_all_replicas_are_ready(name: str) -> None:
    seen = [(await status(moment))[0] for moment in _timeline(name)]
    wanted = [
        all(s["total"] and s["ready_replicas"] == s["total"] for s in json.loads(m["body"])["services"].values())
        for m in _timeline(name)
    ]
    assert [s.running for s in seen] == wanted
    assert wanted[-1]
    assert not all(wanted)


async def test_leased_addresses_and_ports_are_read() -> None:
    body = {
        "services": {"web": {"name": "web", "total": 1, "ready_replicas": 1, "uris": ["a.example", "b.example:81"]}},
        "forwarded_ports": None,
        "ips": {"web": [{"Port": 80, "ExternalPort": 8080, "Protocol": "TCP", "IP": "203.0.113.9"}]},
    }
    found, _ = await status({"status": 200, "headers": {}, "body": json.dumps(body)})
    assert found.running
    assert [(i.service, i.ip, i.port, i.external_port, i.proto) for i in found.ips] == [
        ("web", "203.0.113.9", 80, 8080, "TCP")
    ]
    assert found.services[0].uris == ("a.example", "b.example:81")


# --- POST hostname/migrate ---------------------------------------------------------------------------

MOVES: dict[str, tuple[type[ProviderFault] | None, str, str]] = {
    "migrate_hostname_same": (None, "", ""),
    "migrate_hostname_unknown_destination": (NoWorkload, "runs nothing for this deployment yet", "manifest"),
    "migrate_hostname_bad_body": (ProviderDenied, "refuses the request", "report"),
    "migrate_hostname_no_auth": (ProviderDenied, "unauthorized access", "may not own the lease"),
    "migrate_endpoint_unknown_destination": (NoWorkload, "runs nothing for this deployment yet", "manifest"),
}


async def moved(*responses: dict[str, Any], hosts: Sequence[str] = ("web.example.test",)) -> tuple[Any, Seen]:
    chain = FakeChain([IDENTITY.on_chain()])
    async with serving(*map(replaying, responses), tls=IDENTITY.context()) as seen:
        gateway = gateway_over(chain, QUICK)
        try:
            return await gateway.move_hosts(seen.provider(), LEASE, hosts, SIGNER), seen
        except ProviderFault as error:
            return error, seen


@pytest.mark.parametrize("name", MOVES)
async def test_answers_to_a_move_of_host_names(name: str) -> None:
    kind, title, advice = MOVES[name]
    known = recording(name)
    found, seen = await moved(known["response"])
    if kind is None:
        assert found == ("web.example.test",)
        head, _, body = seen.requests[0].partition(b"\r\n\r\n")
        assert head.startswith(known["request"]["method"].encode() + b" " + known["request"]["path"].encode())
        assert json.loads(body) == json.loads(known["request"]["body"])
        claims = json.loads(base64.urlsafe_b64decode(seen.authorizations[0].split(".")[1] + "=="))
        assert claims["leases"]["permissions"] == [
            {"provider": OWNER, "access": "scoped", "scope": ["hostname-migrate"]}
        ]
    else:
        assert type(found) is kind
        assert title in found.title
        assert advice in found.advice
        assert found.status == known["response"]["status"]


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ('the hostname "web.example.test" is not used by this deployment\n', "under accept in the SDL"),
        ('hostname not allowed: host "web.example.test" in use\n', "Another tenant uses it"),
    ],
)
async def test_a_name_that_cannot_move_is_named(words: str, advice: str) -> None:
    found, _ = await moved({"status": 400, "headers": {"Content-Type": "text/plain"}, "body": words})
    assert type(found) is HostRefused
    assert words.strip() in found.title
    assert advice in found.advice
    assert not found.retry


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"transferred":3}', '{"transferred":["other.test"]}'])
async def test_only_a_name_that_the_provider_names_has_moved(body: str) -> None:
    found, _ = await moved({"status": 200, "headers": {}, "body": body})
    assert found == () if "other" in body else type(found) is ProviderFault


# --- tokens -------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", [None, Account(SIGNER.address, 7, False)])
async def test_no_token_is_sent_before_the_chain_has_the_accounts_key(account: Account | None) -> None:
    """Such a token makes a provider drop the connection, or hang for everybody (facts 22, 23)."""
    chain = FakeChain([IDENTITY.on_chain()], account_of=lambda _: account)
    for call in (put, status):
        result = await call(recording("lease_status_ok")["response"], chain=chain)
        assert isinstance(result[0], ProviderFault)
        assert result[0].retry
        assert "no public key on chain" in result[0].title
        assert result[1].connections == 0


async def test_the_key_is_looked_for_again_until_it_is_there() -> None:
    answers = [None, Account(SIGNER.address, 7, True)]
    chain = FakeChain([IDENTITY.on_chain()], account_of=lambda _: answers.pop(0))
    async with serving(replaying(recording("manifest_put_twice")["response"]), tls=IDENTITY.context()) as seen:
        gateway = gateway_over(chain, QUICK)
        with pytest.raises(ProviderFault):
            await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
        await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
        await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)  # known for good: not asked again
    assert len(seen.requests) == 2


# --- status page, version, address, paths that do not exist -------------------------------------

OTHER_ACCOUNT = "its status page names another account"
PAGES = {
    # file: what is noted; nothing if all is well
    "get_status": "",
    "get_status_p5": OTHER_ACCOUNT,
    "get_status_reclamation": OTHER_ACCOUNT,
    "get_version": OTHER_ACCOUNT,
    "get_address": "",
    "get_root": "HTTP 404",
    "get_status_trailing_slash": "HTTP 404",
    "get_unknown_path_no_auth": "HTTP 404",
    "post_status": "HTTP 405",
    "auth_invalid_token_on_public_path": "HTTP 400",
}


@pytest.mark.parametrize("name", PAGES)
async def test_answers_to_a_probe(name: str) -> None:
    response = recording(name)["response"]
    async with serving(replaying(response), tls=IDENTITY.context()) as seen:
        gateway = gateway_over(FakeChain([IDENTITY.on_chain()]), QUICK)
        reach = await gateway.probe(seen.provider())
    assert (reach.ok, reach.note) == (not PAGES[name], PAGES[name])
    assert reach.latency_ms is not None
    assert (reach.resources is not None) is (name == "get_status")
    assert seen.requests[0].startswith(b"GET /status HTTP/1.1\r\n")
    assert seen.authorizations == []


# --- what the chain tells of a lease meanwhile ----------------------------------------------------


def test_a_lease_without_manifest_goes_on_and_costs() -> None:
    """manifest_timeout: eight minutes after its lease it is active, and its stream is open."""
    known = recording("manifest_timeout")
    (row,) = known["lease_after_rest"]["leases"]
    lease = LeaseJson.model_validate(row).value()
    assert known["seconds_watched"] > MANIFEST_SECONDS
    assert (lease.state, lease.closed_on, why_ended(lease)) == (LeaseState.ACTIVE, 0, "")
    assert running_leases([lease]) == [lease]
    stream = row["escrow_payment"]["state"]
    assert (stream["state"], stream["rate"]) == ("open", row["lease"]["price"])
    assert spent(lease, lease.created_at + 480) == lease.price.amount * 480


def test_a_closed_lease_leaves_a_new_order_that_takes_bids() -> None:
    """lease_close_new_order: so a deployment without lease is not over, and the next order is the one to choose for."""
    known = recording("lease_close_new_order")
    orders = [OrderJson.model_validate(row).value() for row in known["orders_rest"]["orders"]]
    assert [(o.id.oseq, o.state) for o in orders] == [(1, OrderState.CLOSED), (2, OrderState.OPEN)]
    bids = parse_bids(json.dumps(known["bids_rest"]))
    assert {b.id.order for b in bids if b.state is BidState.OPEN} == {orders[1].id}


# --- nothing forgotten --------------------------------------------------------------------------

CHAIN = {"manifest_timeout", "lease_close_new_order"}
TESTED = {*MANIFESTS, *STATUSES, *COPIES, *PAGES, *MOVES, *CHAIN, *HANDSHAKES}
KINDS = ("manifest_", "auth_", "tls_", "get_", "post_", "validate_", "lease_", "migrate_")


def with_client_certificate(known: dict[str, Any]) -> bool:
    text = json.dumps(known)
    return '"client_certificate": true' in text or '"client_certificate_sent": true' in text


def test_every_recording_without_client_certificate_has_a_test() -> None:
    recorded = {path.stem for path in RECORDINGS.glob("*.json") if path.stem.startswith(KINDS)}
    ours = {name for name in recorded if not with_client_certificate(recording(name))}
    assert len(ours) > 120
    assert ours - TESTED == set()
    assert TESTED - ours == set(), "a name that is no recording, or one of the old way to prove oneself"
