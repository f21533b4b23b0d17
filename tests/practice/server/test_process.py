"""The practice network as a process: its ready line and file, the whole life of a lease, stopping and going on."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.process import ALREADY_RUNNING, serve
from akash_tui.wire import deployment_v1_pb2 as ids_pb
from akash_tui.wire import deployment_v1beta4_pb2 as deployment_pb
from tests.helpers.worlds import GIVE_UP
from tests.practice.gateway.recorded import spec_of, wait_until
from tests.practice.gateway.tenant import Tenant, http, lease_message, practice, web_manifest

MODELS = ("h100", "a100", "rtx4090")
READY_KEYS = {"v", "rest", "rpc", "ws", "indexer", "faucet", "chain_id", "block_time", "pid", "providers"}


def opened(tenant: Tenant, dseq: int, least: int) -> list[dict[str, Any]]:
    """A deployment with its bids."""
    manifest = web_manifest(*MODELS)
    tenant.deploy(dseq, manifest, spec_of(manifest))

    def enough() -> list[dict[str, Any]] | None:
        bids = tenant.bids(dseq)
        return bids if len(bids) >= least else None

    found: list[dict[str, Any]] = wait_until(enough)
    return found


def test_the_clock_of_a_busy_network_is_turned_from_outside(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from akash_tui.practice.server.process import serve; "
        f"sys.exit(serve('busy', 3, home=Path({str(tmp_path)!r}), speed=30.0))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert (ready["scenario"], ready["block_time"], ready["speed"]) == ("busy", 6, 30)
        assert http("GET", ready["clock"]) == (200, {"speed": 30, "block_time": 6})
        assert http("POST", ready["clock"], {"speed": 60}) == (200, {"speed": 60, "block_time": 6})

        def height() -> int:
            return int(
                http("GET", f"{ready['rest']}/cosmos/base/tendermint/v1beta1/blocks/latest")[1]["block"]["header"][
                    "height"
                ]
            )

        first = height()
        wait_until(lambda: height() >= first + 5)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_the_life_of_a_lease(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with practice(home) as (ready, process):
        file = home / "practice.json"
        assert json.loads(file.read_text()) == ready
        assert set(ready) >= READY_KEYS
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert ready["pid"] == process.pid

        tenant = Tenant(ready)
        tenant.fund()
        before = tenant.balance("uact")
        bids = opened(tenant, 7, 8)
        models = [b["resources_offer"][0]["resources"]["gpu"]["attributes"] for b in bids if b["resources_offer"]]
        assert any(len(keys) == 1 and keys[0]["key"] == "vendor/nvidia/model/h100" for keys in models)
        assert any(keys[0]["key"].endswith("/*") for keys in models)
        assert any(len(keys) == len(MODELS) for keys in models)
        assert any(not b["resources_offer"] for b in bids)

        _, known = tenant.get(ready["indexer"] + "/v1/providers")
        online = {row["owner"] for row in known if row["isOnline"]}
        bid = min((b for b in bids if b["id"]["provider"] in online), key=lambda b: float(b["price"]["amount"]))
        provider = bid["id"]["provider"]
        path = "/lease/7/1/1/status"
        tenant.send(lease_message(bid))
        assert tenant.gateway(provider, "GET", path) == (404, "")
        manifest = web_manifest(*MODELS)
        assert tenant.gateway(provider, "PUT", "/deployment/7/manifest", manifest) == (200, "")

        def running() -> bool:
            status, body = tenant.gateway(provider, "GET", path)
            assert status == 200  # from the very moment in which the manifest was accepted
            return (body["services"]["web"]["ready_replicas"], body["services"]["web"]["total"]) == (1, 1)

        wait_until(running)
        _, status = tenant.gateway(provider, "GET", "/status")
        assert status["cluster"]["leases"] == 1

        tenant.send(deployment_pb.MsgCloseDeployment(id=ids_pb.DeploymentID(owner=tenant.key.address, dseq=7)))
        wait_until(lambda: tenant.gateway(provider, "GET", path)[0] == 404)
        lost = before - tenant.balance("uact")
        assert 0 < lost < 5_000_000
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
        assert not file.exists()


def test_the_winner_dies_and_the_others_go_on(tmp_path: Path) -> None:
    with practice(tmp_path, "provider-dies") as (ready, _):
        tenant = Tenant(ready)
        tenant.fund()
        bids = opened(tenant, 7, 8)
        tenant.send(lease_message(bids[0]))
        dead = bids[0]["id"]["provider"]
        with pytest.raises(OSError, match=r"refused|reset|EOF"):
            wait_until(lambda: tenant.gateway(dead, "GET", "/status") is None)
        others = opened(tenant, 8, 7)
        assert dead not in {b["id"]["provider"] for b in others}
        tenant.send(lease_message(others[0]))
        _, row = tenant.get(f"{ready['indexer']}/v1/providers/{dead}")
        assert row["isOnline"] is False


def test_the_winner_refuses_the_manifest(tmp_path: Path) -> None:
    with practice(tmp_path, "manifest-refused") as (ready, _):
        tenant = Tenant(ready)
        tenant.fund()
        _, known = tenant.get(ready["indexer"] + "/v1/providers")
        online = {row["owner"] for row in known if row["isOnline"]}
        answers: list[tuple[Any, ...]] = []
        for dseq in (7, 8):
            bids = [b for b in opened(tenant, dseq, 8) if b["id"]["provider"] in online]
            bid = bids[0] if dseq == 7 else next(b for b in bids if b["id"]["provider"] != answers[0][0])
            tenant.send(lease_message(bid))
            put = tenant.gateway(bid["id"]["provider"], "PUT", f"/deployment/{dseq}/manifest", web_manifest(*MODELS))
            answers.append((bid["id"]["provider"], *put))
        assert answers[0][1] == 422
        assert "manifest rejected" in answers[0][2]
        assert answers[1][1:] == (200, "")


def test_nobody_bids(tmp_path: Path) -> None:
    with practice(tmp_path, "no-bids") as (ready, _):
        tenant = Tenant(ready)
        tenant.fund()
        manifest = web_manifest(*MODELS)
        tenant.deploy(7, manifest, spec_of(manifest))

        def height() -> int:
            return int(tenant.rest("/cosmos/base/tendermint/v1beta1/blocks/latest")["block"]["header"]["height"])

        start = height()
        wait_until(lambda: height() > start + 15)
        assert tenant.bids(7) == []


def test_a_world_goes_on_from_its_state_file(tmp_path: Path) -> None:
    state = tmp_path / "world.json"
    manifest = web_manifest(*MODELS)
    with practice(tmp_path, state=state) as (first, _):
        tenant = Tenant(first)
        tenant.fund()
        _, known = tenant.get(first["indexer"] + "/v1/providers")
        online = {row["owner"] for row in known if row["isOnline"]}
        bid = next(b for b in opened(tenant, 7, 8) if b["id"]["provider"] in online)
        provider = bid["id"]["provider"]
        tenant.send(lease_message(bid))
        assert tenant.gateway(provider, "PUT", "/deployment/7/manifest", manifest)[0] == 200
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    with practice(tmp_path, "rush", seed=99, state=state) as (second, _):
        assert second["chain_id"] == first["chain_id"]
        assert second["scenario"] == "calm"
        assert [p["owner"] for p in second["providers"]] == [p["owner"] for p in first["providers"]]
        tenant = Tenant(second)
        listed = {p["owner"]: p["host_uri"] for p in tenant.rest("/akash/provider/v1beta4/providers")["providers"]}
        assert listed == {p["owner"]: p["host_uri"] for p in second["providers"]}
        status, body = wait_until(
            lambda: (lambda a: a if a[0] == 200 else None)(tenant.gateway(provider, "GET", "/lease/7/1/1/status"))
        )
        assert status == 200
        assert set(body["services"]) == {"web"}
        assert len(opened(tenant, 8, 7)) >= 7


def test_a_second_network_in_the_same_home_is_refused_and_a_stale_file_is_not_in_the_way(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with practice(tmp_path) as (ready, _):
        assert serve("calm", 1, 0.05, None, tmp_path) == 2
        assert f"process {ready['pid']}" in capfd.readouterr().err
        assert json.loads((tmp_path / "practice.json").read_text()) == ready
    (tmp_path / "practice.json").write_text(json.dumps(ready | {"pid": os.getpid()}))
    with practice(tmp_path) as (again, _):
        assert again["pid"] != ready["pid"]


def test_of_two_networks_that_start_in_one_home_at_once_one_serves(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with practice(tmp_path):
        (tmp_path / "practice.json").rename(tmp_path / "later.json")  # the first one is not ready yet
        assert serve("calm", 1, 0.05, None, tmp_path) == 2
        assert ALREADY_RUNNING in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("storm", 1, 0.05), "calm"),
        (("calm", 1, 0.0), "0.01"),
        (("calm", 1, float("nan")), "0.01"),
        (("calm", 1, 0.05, Path(__file__)), "state"),
    ],
)
def test_what_cannot_be_served_is_said_with_an_advice(
    arguments: tuple[object, ...], word: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert serve(*arguments, home=tmp_path) == 2  # type: ignore[arg-type, misc]
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "\ntry: " in err
    assert word in err
    assert list(tmp_path.iterdir()) == []


def test_it_stops_when_its_parent_is_gone(tmp_path: Path) -> None:
    child = (
        "import os,sys; from pathlib import Path; from akash_tui.practice.server.process import serve; "
        f"sys.exit(serve('calm', 1, 0.05, None, Path({str(tmp_path)!r}), os.getppid()))"
    )
    parent = (
        "import subprocess,sys; "
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE, text=True); "
        "print(p.stdout.readline(), end='', flush=True)"
    )
    _ends_after(parent, tmp_path)


def test_one_that_is_forked_for_tests_ends_when_they_are_killed(tmp_path: Path) -> None:
    tests = (
        "import json, os; from pathlib import Path; from tests.helpers.worlds import served\n"
        f"with served(Path({str(tmp_path)!r}), 'calm') as world:\n"
        "    print(json.dumps(world.ready), flush=True)\n"
        "    os.kill(os.getpid(), 9)"
    )
    _ends_after(tests, tmp_path)


def _ends_after(parent: str, home: Path) -> None:
    """Run a process that starts a network, prints what a client needs to know and ends: the network ends too."""
    top = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, cwd=top, timeout=GIVE_UP, check=False
    )
    line = ended.stdout
    port = int(json.loads(line)["rest"].rpartition(":")[2])

    def refused() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    wait_until(refused)
    wait_until(lambda: not (home / "practice.json").exists())


@pytest.mark.parametrize("name", ["rush", "hostile", "short-bids"])
def test_the_other_scenarios_tell_their_story(name: str, tmp_path: Path) -> None:
    with practice(tmp_path, name) as (ready, _):
        tenant = Tenant(ready)
        tenant.fund()
        if name == "rush":
            assert len(opened(tenant, 7, 20)) >= 20
        elif name == "hostile":
            opened(tenant, 7, 8)
            text = json.dumps(tenant.rest("/akash/provider/v1beta4/providers"))
            assert "DROP TABLE" in text
            assert "\\u001b" in text
        else:
            opened(tenant, 7, 8)
            wait_until(lambda: not tenant.bids(7))
            assert len(tenant.bids(7, "closed")) >= 8


def test_scenarios_are_found_by_their_own_names() -> None:
    assert {"calm", "no-bids", "provider-dies", "manifest-refused"} <= set(SCENARIOS)
    assert all(each.name == name for name, each in SCENARIOS.items())


def test_the_block_time_can_be_measured_from_the_first_moment(tmp_path: Path) -> None:
    def moment(height: int) -> tuple[int, datetime]:
        path = f"/cosmos/base/tendermint/v1beta1/blocks/{height or 'latest'}"
        header = Tenant(ready).rest(path)["block"]["header"]
        return int(header["height"]), datetime.fromisoformat(header["time"][:26].rstrip("Z") + "+00:00")

    with practice(tmp_path, block_time=2.0) as (ready, _):
        newest, now = moment(0)
        _, then = moment(newest - 100)
        assert (now - then).total_seconds() / 100 == pytest.approx(2.0, abs=0.05)
