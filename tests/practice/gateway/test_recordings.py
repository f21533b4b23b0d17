"""The practice gateway answers the recorded requests as the real provider did: status, headers, body."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

import tests.practice.gateway.recorded as rec
from akash_tui.practice.gateway.app import gateway_app
from akash_tui.practice.gateway.streams import stream_routes
from akash_tui.practice.provider.certificates import self_signed, server_context
from akash_tui.practice.provider.manifest_check import ManifestFault
from akash_tui.practice.provider.manifest_value import to_go
from akash_tui.practice.sockets.listeners import Listener

pytestmark = rec.needs_recordings

# what needs a client certificate or a CA certificate, and is out of scope for this gateway
CERTIFICATES = {"manifest_put_mtls"} | set(rec.names("auth_ca_*", "auth_mtls_*"))
# told by their own tests: several requests in a row, or something that has to happen in between
STORIES = {
    "auth_jwt_account_not_on_chain_again",
    "auth_jwt_after_account_not_on_chain",
    "auth_jwt_account_without_pubkey",
    "auth_jwt_account_without_pubkey_again",
    "auth_jwt_account_pubkey_after_first_tx",
    "lease_close_new_order",
    "manifest_put_hostname_in_use",  # its token's public key is in no file
    "lease_status_hostname_withheld",
    "lease_status_timeline_update",
    "get_status",
    "get_status_p5",
    "get_status_reclamation",
    "get_version",
}
ASKED = [
    name
    for name in rec.names(
        "auth_*", "manifest_*", "get_*", "lease_*", "post_status", "validate_*", "*_without_upgrade", "migrate_h*"
    )
    if name not in CERTIFICATES | STORIES and "response" in rec.recording(name)
]


@asynccontextmanager
async def serving(situation: rec.Situation) -> AsyncIterator[int]:
    listener = Listener()
    identity = self_signed(rec.PROVIDER, b"test", 1_790_000_000 * 10**9)
    app = gateway_app(situation.gateway, stream_routes(situation.gateway))
    await listener.open(app, server_context(identity))
    try:
        yield listener.port
    finally:
        listener.close()


def prepare(name: str, recorded: dict[str, Any]) -> rec.Situation:
    """The situation in which this request was recorded."""
    situation = rec.Situation()
    situation.at(recorded)
    main, cpu = rec.manifest_of("main"), rec.manifest_of("cpu")
    if name.startswith(("manifest_put_no_lease", "manifest_put_other_provider")):
        situation.deployment(1162, main)
    else:
        situation.running(1162, main)
    if name in ("manifest_put_after_update", "manifest_put_old_after_update", "lease_status_after_update_before_put"):
        situation.deployment(1162, main, hash_of=rec.manifest_of("update"))
    situation.deployment(1160, main)
    situation.lease(1160)
    situation.deployment(1914, cpu, state="closed" if name.endswith("after_close") else "active")
    if name == "manifest_put_immediately_after_lease":
        situation.lease(1914)
        situation.tenancy.hosts.clear()
    situation.deployment(1931, cpu)
    situation.running(2551, [group | {} for group in _without_hosts(main)], seconds=1)
    path = recorded["request"]["path"]
    for dseq in range(1960, 1992, 4):
        if f"/{dseq}/" in path:
            sent = to_go(json.loads(recorded["request"]["body"]))
            base = main if '"units":{"val":"1"}' in recorded["request"]["body"] else cpu
            situation.deployment(dseq, base, hash_of=sent)
    if name == "auth_jwt_adr36_ok":  # at that time another lease held the custom host
        situation.tenancy.workloads[rec.TENANT, 1162, 1, 1, rec.PROVIDER].withheld = {"web.example.test"}
    return situation


def _without_hosts(manifest: list[dict[str, Any]]) -> list[dict[str, Any]]:
    text = json.dumps(manifest).replace('["web.example.test"]', "null")
    return to_go(json.loads(text))


@pytest.mark.parametrize("name", ASKED)
async def test_a_recorded_request_gets_the_recorded_answer(name: str) -> None:
    recorded = rec.recording(name)
    situation = prepare(name, recorded)
    async with serving(situation) as port:
        status, headers, body = await asyncio.to_thread(rec.ask, port, recorded["request"])
    want = recorded["response"]
    assert (status, rec.normal(body)) == (want["status"], rec.normal(want["body"]))
    for header in ("Content-Type", "X-Content-Type-Options", "Sec-Websocket-Version"):
        assert headers.get(header) == want["headers"].get(header), header
    assert headers["Content-Length"] == str(len(body.encode()))


def test_most_recordings_are_asked() -> None:
    assert len(ASKED) >= 80, ASKED


async def test_the_status_has_the_recorded_shape() -> None:
    situation = rec.Situation()
    main = rec.manifest_of("main")
    situation.running(1162, main)
    async with serving(situation) as port:
        request = rec.recording("get_status")["request"]
        _, _, body = await asyncio.to_thread(rec.ask, port, request)
    mine, theirs = json.loads(body), json.loads(rec.recording("get_status")["response"]["body"])
    assert rec.shape(mine) == rec.shape(theirs)
    assert mine["cluster"]["inventory"]["active"] == theirs["cluster"]["inventory"]["active"][:1]
    assert mine["cluster"]["leases"] == 1
    assert list(mine) == list(theirs)


async def test_a_provider_without_leases_leaves_out_what_is_empty() -> None:
    situation = rec.Situation()
    async with serving(situation) as port:
        _, _, body = await asyncio.to_thread(rec.ask, port, rec.recording("get_status_p5")["request"])
    theirs = json.loads(rec.recording("get_status_p5")["response"]["body"])
    theirs.pop("reclamation_window", None)
    assert rec.shape(json.loads(body)) == rec.shape(theirs)


async def test_the_version_has_the_recorded_shape() -> None:
    async with serving(rec.Situation()) as port:
        _, headers, body = await asyncio.to_thread(rec.ask, port, rec.recording("get_version")["request"])
    mine, theirs = json.loads(body), json.loads(rec.recording("get_version")["response"]["body"])
    assert set(mine["akash"]) == set(theirs["akash"])
    assert set(mine["kube"]) == set(theirs["kube"])
    assert headers["Content-Type"] == "application/json; charset=UTF-8"


async def test_an_account_without_public_key_is_dropped_without_an_answer() -> None:
    recorded = rec.recording("auth_jwt_account_without_pubkey")
    situation = rec.Situation()
    situation.at(recorded)
    async with serving(situation) as port:
        for _ in range(2):
            with pytest.raises((ConnectionError, http.client.BadStatusLine)):
                await asyncio.to_thread(rec.ask, port, recorded["request"])


async def test_an_unknown_account_can_stick_the_provider_for_accounts_it_does_not_know() -> None:
    first = rec.recording("auth_jwt_account_not_on_chain")
    situation = rec.Situation()
    situation.gateway.hangs_after_unknown = True
    situation.running(1162, rec.manifest_of("main"))
    known = rec.recording("auth_jwt_full_status")
    async with serving(situation) as port:
        situation.at(known)
        assert (await asyncio.to_thread(rec.ask, port, known["request"]))[0] == 200
        situation.at(first)
        assert (await asyncio.to_thread(rec.ask, port, first["request"]))[0] == 401
        for name in ("auth_jwt_account_not_on_chain_again", "auth_jwt_after_account_not_on_chain"):
            again = rec.recording(name)
            situation.at(again)
            with pytest.raises(TimeoutError):
                await asyncio.to_thread(rec.ask, port, again["request"], 0.3)
        situation.at(known)
        assert (await asyncio.to_thread(rec.ask, port, known["request"]))[0] == 200


async def test_a_manifest_that_came_before_the_lease_is_deployed_with_it() -> None:
    recorded = rec.recording("manifest_put_before_lease_is_remembered")
    situation = rec.Situation()
    situation.at(recorded)
    situation.running(1162, rec.manifest_of("main"))  # it holds the custom host, as when this was recorded
    situation.deployment(1931, rec.manifest_of("cpu"), hash_of=to_go(json.loads(recorded["request"]["body"])))
    async with serving(situation) as port:
        assert (await asyncio.to_thread(rec.ask, port, recorded["request"]))[0] == 404
        assert situation.tenancy.run(situation.world.books, situation.lease(1931))
    work = situation.tenancy.workloads[rec.TENANT, 1931, 1, 1, rec.PROVIDER]
    seen = []
    for seconds in (0.0, 1.0, 6.0):
        situation.monotonic = 1000.0 + seconds
        seen.append(json.dumps(work.status(situation.monotonic), separators=(",", ":")))
    told = [each["body"] for each in recorded["lease_status_after"] if each["status"] == 200]
    assert [rec.normal(each) for each in seen] == [rec.normal(each) for each in told]


async def test_the_lease_status_goes_through_the_recorded_stages() -> None:
    for name, update in (("lease_status_timeline", False), ("lease_status_timeline_update", True)):
        told = [rec.normal(each["body"]) for each in rec.recording(name)["timeline"]]
        situation = rec.Situation()
        if update:
            situation.running(1162, rec.manifest_of("main"))
            situation.deployment(1162, rec.manifest_of("main"), hash_of=rec.manifest_of("update"))
            situation.tenancy.submit(situation.world.books, rec.TENANT, 1162, rec.manifest_of("update"))
        else:
            situation.running(1162, rec.manifest_of("main"), seconds=0)
        work = situation.tenancy.workloads[rec.TENANT, 1162, 1, 1, rec.PROVIDER]
        moments = (1.0, 6.0) if update else (0.0, 1.0, 6.0)
        seen = [json.dumps(work.status(1000.0 + at), separators=(",", ":")) for at in moments]
        assert [rec.normal(each) for each in seen] == (told[1:] if update else told)


async def test_a_host_name_of_two_leases_of_one_owner_shows_in_one_of_them() -> None:
    situation = rec.Situation()
    main = rec.manifest_of("main")
    situation.running(1160, main)
    situation.running(1162, main)
    shown = [
        "web.example.test" in work.status(situation.monotonic)["services"]["web"]["uris"]
        for work in situation.tenancy.workloads.values()
    ]
    assert shown == [True, False]


def test_a_host_name_of_another_owner_is_refused() -> None:
    recorded = rec.recording("manifest_put_hostname_in_use")
    situation = rec.Situation()
    situation.running(1162, rec.manifest_of("main"))
    sent = to_go(json.loads(recorded["request"]["body"]))
    situation.deployment(2423, sent, owner=rec.OTHER)
    situation.lease(2423, owner=rec.OTHER)
    with pytest.raises(ManifestFault) as caught:
        situation.tenancy.submit(situation.world.books, rec.OTHER, 2423, sent)
    want = recorded["response"]
    assert (caught.value.status, caught.value.text + "\n") == (want["status"], want["body"])
