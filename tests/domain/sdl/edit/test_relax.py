"""A change that lets more providers bid: only its own lines change, and the text compiles to what was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.akash.resources import GIB
from akash_tui.domain.market.fit_reasons import Change, ChangeKind

BLOCK = BlockTime(Decimal(6), measured=True)
SDL = """\
version: "2.0"  # by hand
reclamation:
  min_window: 24h
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        to:
          - global: true
    params:
      storage:
        data:
          mount: /data
profiles:
  compute:
    web:
      resources:
        cpu:
          units: 64  # many
          attributes:
            arch: amd64
        memory:
          size: 256Gi
        storage:
          - size: 10Gi
          - name: data
            size: 1Gi
            attributes:
              persistent: true
              class: beta3  # fast
        gpu:
          units: 8
          attributes:
            vendor:
              nvidia:
                - model: a100  # the usual one
                  ram: 80Gi
                  interface: sxm
                - model: h100
  placement:
    dc:
      signedBy:
        allOf:
          - akash1first
          - akash1second  # of two
        anyOf: [akash1third]
      attributes:
        host: akash
        # where my data is
        region: us-west  # near me
      pricing:
        web:
          denom: uact
          amount: 1000
deployment:
  web:
    dc:
      profile: web
      count: 1
"""
A100_80 = GpuModel("nvidia", "a100", 80)
K = ChangeKind


def changed(change: Change, text: str = SDL) -> str:
    return SdlFiles().with_change(text, change, BLOCK)


@pytest.mark.parametrize(
    ("change", "gone", "new"),
    [
        (Change(K.ACCEPT_GPU, gpu=GpuModel("nvidia", "l40s")), [], ["                - model: l40s"]),
        (Change(K.DROP_VRAM, gpu=A100_80), ["                  ram: 80Gi"], []),
        (Change(K.DROP_INTERFACE, gpu=A100_80), ["                  interface: sxm"], []),
        (Change(K.FEWER_GPUS, number=4), ["          units: 8"], ["          units: 4"]),
        (Change(K.LESS_CPU, number=32_000), ["          units: 64  # many"], ["          units: 32  # many"]),
        (Change(K.LESS_MEMORY, number=128 * GIB), ["          size: 256Gi"], ["          size: 128Gi"]),
        (Change(K.DROP_ATTRIBUTE, "dc", "region", "us-west"), ["        region: us-west  # near me"], []),
        (Change(K.DROP_AUDITOR, "dc", "akash1second"), ["          - akash1second  # of two"], []),
        (Change(K.DROP_AUDITOR, "dc"), ["        anyOf: [akash1third]"], []),
        (
            Change(K.STORAGE_CLASS, key="beta3", value="beta2"),
            ["              class: beta3  # fast"],
            ["              class: beta2  # fast"],
        ),
        (Change(K.DROP_ARCH, value="amd64"), ["          attributes:", "            arch: amd64"], []),
        (Change(K.DROP_RECLAMATION), ["reclamation:", "  min_window: 24h"], []),
        (Change(K.RAISE_PRICE, value="1.2"), ["          amount: 1000"], ["          amount: 2000"]),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Change) else "",
)
def test_only_the_lines_of_the_change_differ(change: Change, gone: list[str], new: list[str]) -> None:
    text = changed(change)
    before, after = SDL.splitlines(), text.splitlines()
    assert sorted(set(before) - set(after)) == sorted(line for line in gone if before.count(line) == 1)
    assert sorted(set(after) - set(before)) == sorted(new)
    assert len(after) == len(before) - len(gone) + len(new)
    assert SdlFiles().read(text).ok == SdlFiles().read(SDL).ok


def test_braces_lose_a_part_and_its_comma() -> None:
    text = SDL.replace(
        "- model: a100  # the usual one\n                  ram: 80Gi\n                  interface: sxm\n",
        "- {model: a100, ram: 80Gi}\n",
    )
    assert "- {model: a100}\n" in changed(Change(K.DROP_VRAM, gpu=A100_80), text)
    flow = SDL.replace(
        "      attributes:\n        host: akash\n        # where my data is\n        region: us-west  # near me\n",
        "      attributes: {region: us-west, host: akash}\n",
    )
    assert "attributes: {host: akash}\n" in changed(Change(K.DROP_ATTRIBUTE, "dc", "region", "us-west"), flow)
    alone = flow.replace("{region: us-west, host: akash}", "{region: us-west}")
    assert "region" not in changed(Change(K.DROP_ATTRIBUTE, "dc", "region", "us-west"), alone)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(K.DROP_IP), "To lease no IP address must be done by hand."),
        (Change(K.DROP_ATTRIBUTE, "dc", "rack", "7"), "To drop rack 7 must be done by hand."),
        (Change(K.ACCEPT_GPU, gpu=GpuModel("amd", "mi100")), "GPUs of amd must be added by hand."),
        (Change(K.LESS_DISK, number=GIB), "several volumes"),
    ],
)
def test_what_must_be_done_by_hand_says_so(change: Change, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        changed(change)
    with pytest.raises(ValueError, match="cannot be read"):
        changed(change, "- a list")
