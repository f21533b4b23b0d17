"""The networks one can name, and the practice network that may be running. Nothing falls silently onto one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from akash_tui.domain.network import Network
from akash_tui.services.settings import Settings

MAINNET = Network(
    "mainnet",
    "akashnet-2",
    rest=(
        "https://rpc.akt.dev/rest",
        "https://api.akashnet.net:443",
        "https://akash-api.polkachu.com",
        "https://rest-akash.ecostake.com",
        "https://rest.lavenderfive.com:443/akash",
        "https://akash-rest.publicnode.com",
    ),
    rpc=(
        "https://rpc.akt.dev/rpc",
        "https://rpc.akashnet.net:443",
        "https://akash-rpc.polkachu.com",
        "https://rpc-akash.ecostake.com:443",
        "https://rpc.lavenderfive.com:443/akash",
        "https://akash-rpc.publicnode.com:443",
    ),
    indexer="https://console-api.akash.network",
)
SANDBOX = Network(
    "sandbox",
    "sandbox-2",
    rest=("https://api.sandbox-2.aksh.pw:443",),
    rpc=("https://rpc.sandbox-2.aksh.pw:443",),
    indexer="https://console-api-sandbox.akash.network",
    faucet="http://faucet.sandbox-2.aksh.pw/",
)
PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the network list; `network` is None for a practice network that does not run."""

    name: str
    network: Network | None
    says: str


class Networks:
    """Finds networks by name for one home folder and its settings."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self.home = home
        self.settings = settings

    def list(self) -> Sequence[Listed]:
        """Practice first, then mainnet, sandbox and the user's own."""
        raise NotImplementedError

    def find(self, name: str) -> Network:
        """By name. Raises `BadInput` for an unknown one, and for `practice` when none runs."""
        raise NotImplementedError

    def practice(self) -> Network | None:
        """The practice network that `home/practice.json` tells of, if its process is alive."""
        raise NotImplementedError

    def for_signing(self, named: str | None) -> Network:
        """The network of a command that signs: named, or the user's `default_network`; else `BadInput`."""
        raise NotImplementedError

    def for_app(self, named: str | None) -> Network | None:
        """Where the app opens: named, else the last one; None asks the user (first run, or it is gone)."""
        raise NotImplementedError


def custom(rest: Sequence[str], rpc: Sequence[str], chain_id: str, indexer: str | None = None) -> Network:
    """The network of `--rest URL --rpc URL --chain-id ID [--indexer URL]`. Raises `BadInput`."""
    raise NotImplementedError
