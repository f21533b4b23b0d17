"""Networks by name: nothing falls silently onto practice or mainnet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.services.core.networks import MAINNET, SANDBOX, Networks, custom, indexed
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.settings import CustomNetwork, Settings

OWN = CustomNetwork(name="mine", chain_id="x-1", rest=("https://h/rest",), rpc=("https://h/rpc",), public=False)


def practice_file(home: Path, **changes: object) -> None:
    value = {
        "v": 1, "rest": "http://127.0.0.1:1", "rpc": "http://127.0.0.1:2", "ws": "ws://127.0.0.1:2/websocket",
        "indexer": "http://127.0.0.1:3", "faucet": "http://127.0.0.1:4", "chain_id": "practice-7", "pid": os.getpid(),
        "block_time": 0.05, "providers": [],
    }  # fmt: skip
    (home / "practice.json").write_text(json.dumps(value | changes))


def test_the_list_has_all_and_says_what_they_are(tmp_path: Path) -> None:
    listed = Networks(tmp_path, Settings(networks=(OWN,))).list()
    assert [item.name for item in listed] == ["practice", "mainnet", "sandbox", "mine"]
    assert listed[0].network is None
    assert "akash-tui practice" in listed[0].description
    assert "real money" in listed[1].description


def test_by_name(tmp_path: Path) -> None:
    networks = Networks(tmp_path, Settings(networks=(OWN,)))
    assert networks.find("mainnet") is MAINNET
    assert networks.find("sandbox") is SANDBOX
    assert networks.find("mine").chain_id == "x-1"
    assert not networks.find("mine").public
    with pytest.raises(BadInput, match="nowhere"):
        networks.find("nowhere")
    with pytest.raises(BadInput, match="No practice network"):
        networks.find("practice")


def test_an_own_network_cannot_take_a_known_name(tmp_path: Path) -> None:
    false_friend = OWN.model_copy(update={"name": "mainnet"})
    networks = Networks(tmp_path, Settings(networks=(false_friend,)))
    assert networks.find("mainnet") is MAINNET
    assert len(networks.list()) == 3


def test_a_running_practice_network(tmp_path: Path) -> None:
    practice_file(tmp_path)
    found = Networks(tmp_path, Settings()).find("practice")
    assert found.practice
    assert not found.public
    assert (found.chain_id, found.label) == ("practice-7", "PRACTICE")
    assert (found.rest, found.rpc) == (("http://127.0.0.1:1",), ("http://127.0.0.1:2",))
    assert (found.indexer, found.faucet) == ("http://127.0.0.1:3", "http://127.0.0.1:4")


def test_a_practice_network_with_a_clock_states_its_block_time(tmp_path: Path) -> None:
    practice_file(tmp_path, block_time=6.0, clock="http://127.0.0.1:4/clock")
    found = Networks(tmp_path, Settings()).find("practice")
    assert (found.stated_block_seconds, found.clock) == (Decimal(6), "http://127.0.0.1:4/clock")
    practice_file(tmp_path, block_time=0.05, clock=None)
    found = Networks(tmp_path, Settings()).find("practice")
    assert (found.stated_block_seconds, found.block_seconds, found.clock) == (None, Decimal("0.05"), None)


def test_the_block_time_of_a_chain_is_what_its_network_states_without_asking_a_node(tmp_path: Path) -> None:
    practice_file(tmp_path, block_time=6.0, clock="http://127.0.0.1:4/clock")
    networks = Networks(tmp_path, Settings())
    assert networks.block_time("practice-7") == BlockTime(Decimal(6), measured=True, stated=True)
    assert networks.block_time("another-1") is ASSUMED_BLOCK_TIME


def dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


@pytest.mark.parametrize(
    "changes",
    [
        {"pid": 0},
        {"pid": "x"},
        {"rest": "https://evil.example"},
        {"rpc": "http://10.0.0.1:1"},
        {"faucet": "http://evil.example"},
        {"clock": "http://evil.example/clock"},
        {"rest": None},
        {"chain_id": None, "pid": -1},
    ],
)
def test_a_file_that_tells_of_no_local_process_is_not_believed(tmp_path: Path, changes: dict[str, object]) -> None:
    practice_file(tmp_path, **changes)
    assert Networks(tmp_path, Settings()).practice() is None


def test_a_dead_process_is_no_network(tmp_path: Path) -> None:
    practice_file(tmp_path, pid=dead_pid())
    assert Networks(tmp_path, Settings()).practice() is None
    (tmp_path / "practice.json").write_text("{half a fi")
    assert Networks(tmp_path, Settings()).practice() is None


def test_a_block_time_is_believed_near_the_expected_one_only(tmp_path: Path) -> None:
    practice_file(tmp_path)
    practice = Networks(tmp_path, Settings()).practice()
    assert practice is not None
    slow = OWN.model_copy(update={"block_seconds": Decimal(30)})
    own = Networks(tmp_path, Settings(networks=(slow,))).find("mine")
    unknown = Networks(tmp_path, Settings(networks=(OWN,))).find("mine")
    for network, believed, refused in (
        (MAINNET, ("6.1", "3", "12"), ("6100", "0.0061", "1.9", "20")),
        (practice, ("0.05", "0.4"), ("50", "0.00005", "0.01")),
        (own, ("30", "60"), ("6", "100")),
        (unknown, ("6", "6000"), ()),
    ):
        for seconds in believed:
            assert network.plausible_block_time(Decimal(seconds)), (network.name, seconds)
        for seconds in refused:
            assert not network.plausible_block_time(Decimal(seconds)), (network.name, seconds)


def test_a_command_needs_a_named_network(tmp_path: Path) -> None:
    practice_file(tmp_path)
    with pytest.raises(BadInput, match="No network is named"):
        Networks(tmp_path, Settings(last_network="mainnet")).for_command(None)
    assert Networks(tmp_path, Settings(default_network="sandbox")).for_command(None) is SANDBOX
    assert Networks(tmp_path, Settings(default_network="sandbox")).for_command("mainnet") is MAINNET


def test_the_app_opens_where_it_was_or_asks(tmp_path: Path) -> None:
    assert Networks(tmp_path, Settings()).for_app(None) is None
    assert Networks(tmp_path, Settings(last_network="sandbox")).for_app(None) is SANDBOX
    assert Networks(tmp_path, Settings(last_network="practice")).for_app(None) is None  # it does not run: ask
    assert Networks(tmp_path, Settings(last_network="gone")).for_app(None) is None
    with pytest.raises(BadInput):
        Networks(tmp_path, Settings()).for_app("practice")


def test_the_options_of_a_network_name_it_where_it_has_no_name() -> None:
    assert MAINNET.options == "--network mainnet"
    given = custom(["https://h/a b", "https://other"], ["https://rpc"], "local", "https://index")
    assert given.options == "--rest 'https://h/a b' --rpc https://rpc --chain-id local --indexer https://index"
    assert custom(["https://h"], ["https://rpc"], "c").options == "--rest https://h --rpc https://rpc --chain-id c"


def test_a_network_of_the_options() -> None:
    found = custom(["http://127.0.0.1:1317/x"], ["http://127.0.0.1:26657"], "local")
    assert (found.rest, found.public) == (("http://127.0.0.1:1317/x",), False)
    assert custom(["https://h"], ["https://h"], "c").public
    assert custom(["https://h"], ["http://127.0.0.1"], "c").public
    for real in (MAINNET, SANDBOX):  # through one's own node, but its providers are strangers all the same
        assert custom(["http://127.0.0.1:1317"], ["http://127.0.0.1:26657"], real.chain_id).public


@pytest.mark.parametrize(
    ("rest", "rpc", "chain_id"),
    [
        ([], ["http://h"], "c"),
        (["http://h"], ["http://h"], ""),
        (["ftp://h"], ["http://h"], "c"),
        (["http://"], ["http://h"], "c"),
        (["http://user:secret@h"], ["http://h"], "c"),
        (["http://[::1"], ["http://h"], "c"),
        (["http://h"], ["http://h:99999"], "c"),
    ],
)
def test_bad_options(rest: list[str], rpc: list[str], chain_id: str) -> None:
    with pytest.raises(BadInput):
        custom(rest, rpc, chain_id)


def test_another_index_reads_the_same_network() -> None:
    found = indexed(MAINNET, "https://index.example")
    assert (found.indexer, found.rest, found.chain_id) == ("https://index.example", MAINNET.rest, MAINNET.chain_id)
    for url in ("index.example", "ftp://index.example", "https://me:secret@index.example"):
        with pytest.raises(BadInput):
            indexed(MAINNET, url)


def test_a_network_without_a_name_is_called_by_its_host() -> None:
    found = custom(["https://rest.example:1317/x"], ["https://rpc.example"], "chain-1")
    assert (found.label, found.called) == ("rest.example", "rest.example")
    assert custom(["http://127.0.0.1:9"], ["http://127.0.0.1:9"], "chain-1").label == "127.0.0.1"
