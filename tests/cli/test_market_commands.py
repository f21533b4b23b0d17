"""`market` against a practice network: the figures of its world, as tables, charts and JSON."""

from __future__ import annotations

import json
import os
import pty
import socketserver
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from tests.cli.conftest import Practice
from tests.cli.home import Home
from tests.helpers.worlds import GIVE_UP


def asked(world: dict[str, Any], path: str) -> Any:
    with urllib.request.urlopen(world["indexer"] + path, timeout=GIVE_UP) as answer:
        return json.load(answer)


def run(home: Home, *args: str) -> Any:
    answer = home.run("market", *args, "--network", "practice", "-o", "json")
    assert answer.code == 0, answer.err
    return answer.json


def test_figures_are_those_of_the_world(home: Home, practice: Practice) -> None:
    world = practice(fund=False)
    rows = {(r["model"], r["vram_gib"], r["interface"]): r for r in run(home, "gpus")}
    told = asked(world, "/v1/gpu-prices")["models"]
    assert len(rows) == len(told)
    for entry in told:
        row = rows[entry["model"], int(entry["ram"][:-2]), entry["interface"].lower()]
        assert (row["free"], row["total"]) == (entry["availability"]["available"], entry["availability"]["total"])
        assert float(row["usd_gpu_h"]["median"]) == entry["price"]["med"]
        assert (row["source"], row["old"]) == ("index", False)
    capacity = run(home, "capacity")
    assert capacity["gpu"]["total"] == sum(r["total"] for r in rows.values())
    assert capacity["providers"] == asked(world, "/v1/network-capacity")["activeProviderCount"]
    everyone = run(home, "providers", "--all")
    assert {p["owner"] for p in everyone} == {p["owner"] for p in asked(world, "/v1/providers")}
    some = run(home, "providers", "--gpu", "h100")
    assert 0 < len(some) < len(everyone)
    best = run(home, "providers", "--filter", "gpu:h100 free>0", "--sort", "uptime")
    assert {p["owner"] for p in best} <= {p["owner"] for p in some}
    assert [p["uptime_7d"] for p in best] == sorted((p["uptime_7d"] for p in best), reverse=True)
    spend = run(home, "spend", "--range", "all")
    days = asked(world, "/v1/graph-data/dailyUUsdSpent")["snapshots"]
    assert len(spend["points"]) == len(days) - 1  # today is not over
    assert float(spend["points"][-1]["value"]) == pytest.approx(days[-2]["value"] / 1e6)
    assert len(run(home, "utilization")["points"]) == 31
    one = run(home, "provider", some[0]["owner"])
    assert one["status"]["ok"] is True
    assert one["status"]["resources"]["gpu"]["total"] == one["resources"]["gpu"]["total"] > 0
    assert one["audits"] or not one["audited"]
    model = run(home, "model", "H100")
    assert {p["owner"] for p in model["providers"]} <= {p["owner"] for p in everyone}
    assert model["days"][-1]["total"] == sum(v["total"] for v in model["variants"])
    assert len(run(home, "prices", "h100")[0]["readings"]) == 1


def test_tables_say_the_same_and_where_it_is_from(home: Home, practice: Practice) -> None:
    practice(fund=False)
    rows = run(home, "gpus", "--filter", "gpu:h100|a100 free>0", "--sort", "-median")
    table = home.run("market", "gpus", "--filter", "gpu:h100|a100 free>0", "--sort", "-median", "--network", "practice")
    lines = table.out.splitlines()[1 : len(rows) + 1]
    assert [line.split()[0] for line in lines] == [row["model"] for row in rows]
    assert {row["model"] for row in rows} == {"h100", "a100"}
    for line, row in zip(lines, rows, strict=True):
        assert line.split()[4:6] == [str(row["free"]), str(row["total"])]
        assert f"{Decimal(row['usd_gpu_h']['median']):.2f}" in line
    assert table.out.splitlines()[-1] == "source: indexer, just now"
    assert "days" not in home.run("market", "utilization", "--network", "practice").err
    unknown = home.run("market", "model", "b300", "--network", "practice")
    assert unknown.code == 2
    assert "h100" in unknown.err


def test_a_watch_ends_when_it_happens(home: Home, practice: Practice) -> None:
    practice(fund=False)
    there = home.run("market", "watch", "gpu:h100 price<2", "--network", "practice", "--preset", "vllm-chat")
    assert there.code == 0
    assert "h100" in there.out
    assert "akash-tui deploy vllm-chat" in there.err
    missing = home.run("market", "watch", "gpu:h100 price<0.01", "--once", "--network", "practice", "-o", "json")
    assert (missing.code, missing.json) == (4, [])
    assert "try:" in missing.err
    for word in ("garbage", "h100 garbage"):  # it would wait for ever
        refused = home.run("market", "watch", word, "--network", "practice")
        assert refused.code == 2
        assert "called garbage" in refused.err
        assert "gpu:MODEL" in refused.err


@contextmanager
def indexer_that(answer: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A real server in the indexer's place that gives this to every request; None: takes it and keeps silent."""
    asked: list[bytes] = []
    over = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline())
            if answer is None:
                over.wait()
            else:
                self.wfile.write(answer)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            over.set()
            server.shutdown()


FAST = ("--collect", "0.5s", "--yes", "-o", "jsonl")
GARBAGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[[[\xff\x00{}]}"


@pytest.mark.parametrize("answer", [None, GARBAGE], ids=["silent", "garbage"])
def test_a_broken_indexer_delays_no_deployment(home: Home, practice: Practice, answer: bytes | None) -> None:
    """From create to running while the indexer does not answer, or talks nonsense, all the time."""
    practice()
    with indexer_that(answer) as (url, asked):
        done = home.run(
            *("--network", "practice", "--indexer", url, "deploy", "vllm-chat", "--accept", "cheapest", *FAST),
        )
        assert done.code == 0, done.err
        assert "running" in done.out
        assert asked


def test_an_indexer_given_beside_a_network_is_the_one_that_is_read(home: Home, practice: Practice) -> None:
    practice(fund=False)
    with indexer_that(GARBAGE) as (url, asked):
        spend = home.run("market", "spend", "--network", "practice", "--indexer", url)
    assert spend.code == 5
    assert any(b"/v1/graph-data/dailyUUsdSpent" in line for line in asked)


def test_without_an_indexer_chain_and_providers_answer(home: Home, practice: Practice) -> None:
    world = practice(fund=False)
    own = ("--rest", world["rest"], "--rpc", world["rpc"], "--chain-id", world["chain_id"], "-o", "json")
    rows = home.run("market", "gpus", *own)
    assert rows.code == 0, rows.err
    assert {r["source"] for r in rows.json} <= {"chain", "providers"}
    assert {r["usd_gpu_h"]["median"] for r in rows.json} == {None}
    capacity = home.run("market", "capacity", *own).json
    assert capacity["source"] == "providers"
    assert capacity["gpu"]["total"] == asked(world, "/v1/network-capacity")["resources"]["gpu"]["total"]
    spend = home.run("market", "spend", *own)
    assert spend.code == 5
    assert "--indexer" in spend.err


@pytest.mark.pty
@pytest.mark.parametrize("plain", [False, True])
def test_a_chart_is_drawn_in_a_terminal(home: Home, practice: Practice, plain: bool) -> None:
    practice(fund=False)
    drawn = in_terminal(home, "market", "spend", "--network", "practice", *(("--ascii",) if plain else ()))
    assert "daily network spend, 1 month: $" in drawn
    assert " to " in drawn
    assert any(0x2800 < ord(char) < 0x2900 for char in drawn) is not plain
    assert ("**" in drawn) is plain


def in_terminal(home: Home, *args: str) -> str:
    """What a command prints on a pseudo terminal."""
    pid, handle = pty.fork()
    if pid == 0:
        os.execvpe(home.command()[0], home.command(*args), home.env | {"COLUMNS": "80", "TERM": "xterm"})
    seen = bytearray()
    while True:
        try:
            part = os.read(handle, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(handle)
    assert os.waitpid(pid, 0)[1] == 0
    return seen.decode()
