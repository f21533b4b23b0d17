"""What providers' status pages say of their machines, from recordings of the real daemon and from odd ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akash_tui.adapters.provider.stock import read_stock
from tests.conformance import SHARED, load

NODE = {"allocatable": {"cpu": 8000, "gpu": 4, "memory": 100}, "available": {"cpu": 6000, "gpu": 3, "memory": 50}}


def status(**inventory: Any) -> dict[str, Any]:
    return {"cluster": {"inventory": inventory}}


def test_a_recorded_page_of_the_real_daemon() -> None:
    page = json.loads(load(SHARED / "recordings" / "provider" / "get_status_p5.json")["response"]["body"])
    found = read_stock(page)
    assert found is not None
    assert (found.gpu.active, found.gpu.available, found.gpu.total) == (0, 32, 32)
    assert (found.cpu.available, found.cpu.total) == (251_500, 256_000)


def test_leased_promised_and_free_are_told_apart() -> None:
    page = status(
        active=[{"cpu": 1000, "gpu": 1, "memory": 10}], pending=[{"gpu": 2}], available={"nodes": [NODE, NODE]}
    )
    found = read_stock(page)
    assert found is not None
    gpu = found.gpu
    assert (gpu.active, gpu.pending, gpu.available, gpu.total) == (1, 2, 6, 8)
    assert (found.storage.total, found.memory.total) == (0, 200)


def test_storage_has_the_machines_disks_and_the_room_for_persistent_volumes() -> None:
    node = {"allocatable": {"storage_ephemeral": 100}, "available": {"storage_ephemeral": 60}}
    volumes = [{"class": "beta3", "size": 30}, {"class": "beta2", "size": 10}]
    found = read_stock(status(active=[{"storage_ephemeral": 40}], available={"nodes": [node], "storage": volumes}))
    assert found is not None
    assert (found.storage.active, found.storage.available, found.storage.total) == (40, 100, 140)
    odd = read_stock(status(available={"nodes": [node], "storage": [{"size": -1}]}))
    assert odd is not None
    assert odd.storage.total is None


@pytest.mark.parametrize("cpu", [-1, 10**19, "8", None, 1.5, True])
def test_a_figure_that_makes_no_sense_is_not_known(cpu: object) -> None:
    found = read_stock(status(available={"nodes": [NODE, {**NODE, "available": {"cpu": cpu, "gpu": 1}}]}))
    assert found is not None
    assert found.cpu.available is None
    assert found.gpu.available == 4


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["cluster", "inventory", "available", "nodes", "gpu"]), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_page_is_read_or_tells_nothing(page: object) -> None:
    found = read_stock(page)
    assert found is None or found.gpu.total is None or found.gpu.total >= 0
