"""A session of the services over the fakes of their ports."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.services.core.session import Session
from akash_tui.services.ports import (
    WalletRef,
)
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.settings import Bounds
from tests.fakes.chain import NETWORK, OWNER, FakeChain
from tests.fakes.clock import FakeClock
from tests.fakes.gateway import FakeGateway
from tests.fakes.signer import FakeSigner

SDL = """\
version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        as: 80
        to:
          - global: true
profiles:
  compute:
    web:
      resources:
        cpu: {units: 1}
        memory: {size: 1Gi}
        storage: {size: 1Gi}
        gpu:
          units: 1
          attributes:
            vendor:
              nvidia:
                - model: a100
                - model: h100
                - model: rtx4090
  placement:
    dcloud:
      pricing:
        web: {denom: uact, amount: 10000}
deployment:
  web:
    dcloud: {profile: web, count: 1}
"""


@dataclass
class Bench:
    """One home, one chain, one gateway; `session()` is a fresh start of the program on them."""

    home: Path
    clock: FakeClock = field(default_factory=FakeClock)
    chain: FakeChain = field(init=False)
    gateway: FakeGateway = field(init=False)

    def __post_init__(self) -> None:
        self.chain = FakeChain(self.clock)
        self.gateway = FakeGateway(self.chain, self.clock)

    def session(self, *, bounds: Bounds | None = None, **changes: Any) -> Session:
        """`bounds`: as they are saved in the settings."""
        given: dict[str, Any] = {
            "network": NETWORK,
            "chain": self.chain,
            "gateway": self.gateway,
            "indexer": None,
            "journal": Journal(self.home / "journal.db"),
            "clock": self.clock,
            "sdl": SdlFiles(),
            "wallet": WalletRef("main", OWNER),
            "signer": FakeSigner(),
            "saved_bounds": lambda: bounds or Bounds(),
        }
        return Session(**(given | changes))


def compiled(sdl: str) -> Compiled:
    """The SDL as services are given it."""
    return SdlFiles().read(sdl, "deploy.yaml")


def act(text: str) -> int:
    """`"1.5"` ACT in micro-units."""
    return int(Decimal(text) * 1_000_000)
