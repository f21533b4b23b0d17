"""The networks that can be named, and the practice network that may be running. None is ever chosen silently."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.akash.network import CUSTOM, Network, is_loopback
from akash_tui.domain.text import clean
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.files import read_text

if TYPE_CHECKING:
    from akash_tui.services.storage.settings import CustomNetwork, Settings

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
PRACTICE_BLOCK_SLACK = Decimal(10)
"""A practice network's machine may be busy, and its blocks that many times slower than it means them to be."""
_SOON_SECONDS = 20.0
START_PRACTICE = "Start one in another terminal: akash-tui practice"
SHIPPED = {
    PRACTICE: "a network on this machine; nothing on it is money",
    MAINNET.name: "real money",
    SANDBOX.name: "the public test network; its tokens are free",
}
"""What each network is that every home knows."""
_TAKEN = (*SHIPPED, CUSTOM)


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """One line of the network list; `network` is None for a practice network that does not run."""

    name: str
    network: Network | None
    description: str


class Networks:
    """Finds networks by name for one home folder and its settings."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self.home = home
        self.settings = settings

    def list(self) -> Sequence[NetworkLine]:
        """Practice first, then mainnet, sandbox and the user's own."""
        practice = self.practice()
        description = "runs on this machine; nothing on it is money" if practice else f"not running. {START_PRACTICE}"
        own = [NetworkLine(c.name, _own(c), "your own") for c in self.settings.networks if c.name not in _TAKEN]
        return [
            NetworkLine(PRACTICE, practice, description),
            NetworkLine(MAINNET.name, MAINNET, SHIPPED[MAINNET.name]),
            NetworkLine(SANDBOX.name, SANDBOX, SHIPPED[SANDBOX.name]),
            *own,
        ]

    def find(self, name: str) -> Network:
        """By name. Raises `BadInput` for an unknown one, and for `practice` when none runs."""
        listed = self.list()
        found = next((item for item in listed if item.name == name), None)
        if found is None:
            raise BadInput(f"There is no network {name!r}.", f"There are {', '.join(item.name for item in listed)}.")
        if found.network is None:
            raise BadInput("No practice network is running.", START_PRACTICE)
        return found.network

    async def practice_soon(self) -> Network | None:
        """The practice network that another process of this home starts at this moment; None if it does not come."""
        import asyncio

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SOON_SECONDS):
                while (found := self.practice()) is None:  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.1)
                return found
        return None

    def practice(self) -> Network | None:
        """The practice network that `home/practice.json` names, if its process is alive."""
        try:
            text = read_text(self.home / "practice.json")
            if text is None:
                return None
            value = json.loads(text)
            pid, chain_id = int(value["pid"]), str(value["chain_id"])
            urls = {key: str(value[key]) for key in ("rest", "rpc", "indexer", "faucet") if value.get(key)}
            rest = tuple(str(url) for url in value.get("rest_endpoints") or [urls["rest"]])
            rpc = urls["rpc"]
            block_seconds = Decimal(str(value["block_time"])) if value.get("block_time") else None
            clock = str(value["clock"]) if value.get("clock") else None
        except (BadInput, ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
            return None
        if not all(is_loopback(url) for url in (*urls.values(), *rest, *([clock] if clock else []))) or not _is_alive(
            pid
        ):
            return None
        return Network(
            PRACTICE,
            chain_id,
            rest=rest,
            rpc=(rpc,),
            indexer=urls.get("indexer"),
            faucet=urls.get("faucet"),
            practice=True,
            public=False,
            block_seconds=block_seconds,
            stated_block_seconds=block_seconds if clock else None,
            clock=clock,
            block_slack=PRACTICE_BLOCK_SLACK,
        )

    def block_time(self, chain_id: str) -> BlockTime:
        """Without asking a node: what the practice network that runs states for its chain, else the assumed one."""
        practice = self.practice()
        stated = practice.stated_block_seconds if practice is not None and practice.chain_id == chain_id else None
        return ASSUMED_BLOCK_TIME if stated is None else BlockTime(stated, measured=True, stated=True)

    def for_command(self, named: str | None) -> Network:
        """The network of a command: named, or the user's `default_network`; else `BadInput`. Never guessed."""
        name = named or self.settings.default_network
        if name is None:
            raise BadInput(
                "No network is named.",
                "Give --network practice, sandbox or mainnet, or set default_network in the settings.",
            )
        return self.find(name)

    def for_app(self, named: str | None) -> Network | None:
        """Where the app opens: named, else the last one; None asks the user (first run, or it is gone)."""
        if named is not None:
            return self.find(named)
        last = self.settings.last_network
        return next((item.network for item in self.list() if item.name == last), None)


def custom(rest: Sequence[str], rpc: Sequence[str], chain_id: str, indexer: str | None = None) -> Network:
    """The network of `--rest URL --rpc URL --chain-id ID [--indexer URL]`. Raises `BadInput`."""
    if not rest or not rpc or not chain_id:
        raise BadInput("A custom network needs --rest, --rpc and --chain-id.", "Give all three.")
    for url in [*rest, *rpc, *([indexer] if indexer else [])]:
        _plain_url(url)
    # a local node of a public chain, or a tunnel to one: its providers are strangers all the same
    known = chain_id in (MAINNET.chain_id, SANDBOX.chain_id)
    public = known or not all(is_loopback(url) for url in [*rest, *rpc])
    return Network(CUSTOM, chain_id, tuple(rest), tuple(rpc), indexer, public=public)


def indexed(network: Network, indexer: str) -> Network:
    """The same network with another indexer: `--indexer URL`. Raises `BadInput`."""
    _plain_url(indexer)
    return replace(network, indexer=indexer)


def _plain_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        plain = parts.hostname and parts.port != 0 and not parts.username and not parts.password
        usable = plain and parts.scheme in ("http", "https")
    except ValueError:  # brackets without their partner, or an impossible port
        usable = False
    if not usable:
        raise BadInput(f"{clean(url)} is not an http(s) URL without user name.", "For example https://host/rest.")


def _own(given: CustomNetwork) -> Network:
    return Network(
        given.name,
        given.chain_id,
        given.rest,
        given.rpc,
        given.indexer,
        given.faucet,
        public=given.public,
        block_seconds=given.block_seconds,
    )


def _is_alive(pid: int) -> bool:
    """Whether a process of this number is there (it may be another one by now: the chain id is checked later)."""
    if pid <= 0:
        return False
    if os.name == "nt":
        return True  # signal 0 would end it there; a dead one is found out by its silent ports
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
