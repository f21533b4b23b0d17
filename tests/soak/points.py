"""Every read and write of every money action, named once: where a kill, a network fault or a lie can strike.

`test_soak.py` plays all money actions and fails if one of their requests is missing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from akash_tui.practice.sockets.lying import Lie

Place = Literal["rest", "gateway", "journal"]


@dataclass(frozen=True, slots=True)
class FaultPoint:
    """One kind of request to a REST endpoint or a provider's gateway, or one kind of write to the journal.

    `what` is `METHOD path` as a regular expression for REST, the method's name for the gateway, and `Class.method` for
    what writes into the journal's file.
    """

    name: str
    place: Place
    what: str
    writes: bool = False
    """It changes something there (or may): after it, "nothing was sent" can be false."""

    def is_request(self, method: str, path: str) -> bool:
        """Whether a REST request (path without query) is this one."""
        return self.place == "rest" and re.fullmatch(self.what, f"{method} {path}") is not None


_BASE = "GET /cosmos/base/tendermint/v1beta1"
_DEPLOYMENT = "GET /akash/deployment/v1beta4"
_MARKET = "GET /akash/market/v1beta5"

POINTS: tuple[FaultPoint, ...] = (
    # which chain it is, and its clock
    FaultPoint("node info", "rest", f"{_BASE}/node_info"),
    FaultPoint("syncing", "rest", f"{_BASE}/syncing"),
    FaultPoint("head", "rest", f"{_BASE}/blocks/latest"),
    FaultPoint("past block", "rest", rf"{_BASE}/blocks/\d+"),
    FaultPoint("upgrade plan", "rest", "GET /cosmos/upgrade/v1beta1/(current_plan|applied_plan/[^/]+)"),
    # before a signature: the wallet, the chain's parameters, the price of gas
    FaultPoint("account", "rest", "GET /cosmos/auth/v1beta1/accounts/[^/]+"),
    FaultPoint("balances", "rest", "GET /cosmos/bank/v1beta1/balances/[^/]+"),
    FaultPoint("fee grants", "rest", "GET /cosmos/feegrant/v1beta1/allowances/[^/]+"),
    FaultPoint("deposit grants", "rest", "GET /cosmos/authz/v1beta1/grants/grantee/[^/]+"),
    FaultPoint("gas price", "rest", "GET /cosmos/base/node/v1beta1/config"),
    FaultPoint("deployment params", "rest", f"{_DEPLOYMENT}/params"),
    FaultPoint("market params", "rest", f"{_MARKET}/params"),
    FaultPoint("AKT price", "rest", "GET /akash/oracle/v2/aggregated_price/akt"),
    FaultPoint("mint status", "rest", "GET /akash/bme/v1/status"),
    FaultPoint("mint params", "rest", "GET /akash/bme/v1/params"),
    FaultPoint("simulate", "rest", "POST /cosmos/tx/v1beta1/simulate"),
    # the spend itself, and what became of it
    FaultPoint("broadcast", "rest", "POST /cosmos/tx/v1beta1/txs", writes=True),
    FaultPoint("transaction", "rest", "GET /cosmos/tx/v1beta1/txs/[^/]+"),
    FaultPoint("mint ledger", "rest", "GET /akash/bme/v1/ledger"),
    # what the spend is about
    FaultPoint("deployment", "rest", f"{_DEPLOYMENT}/deployments/info"),
    FaultPoint("deployments", "rest", f"{_DEPLOYMENT}/deployments/list"),
    FaultPoint("order", "rest", f"{_MARKET}/orders/info"),
    FaultPoint("orders", "rest", f"{_MARKET}/orders/list"),
    FaultPoint("bid", "rest", f"{_MARKET}/bids/info"),
    FaultPoint("bids", "rest", f"{_MARKET}/bids/list"),
    FaultPoint("lease", "rest", f"{_MARKET}/leases/info"),
    FaultPoint("leases", "rest", f"{_MARKET}/leases/list"),
    # whom it is with
    FaultPoint("provider", "rest", "GET /akash/provider/v1beta4/providers/[^/]+"),
    FaultPoint("providers", "rest", "GET /akash/provider/v1beta4/providers"),
    FaultPoint("certificates", "rest", "GET /akash/cert/v1/certificates/list"),
    FaultPoint("audits", "rest", "GET /akash/audit/v1/audit/attributes/[^/]+/list"),
    FaultPoint("send manifest", "gateway", "send_manifest", writes=True),
    FaultPoint("lease status", "gateway", "lease_status"),
    # our own books
    FaultPoint("intend", "journal", "Journal.intend", writes=True),
    FaultPoint("settle", "journal", "Journal.settle", writes=True),
    FaultPoint("mark delivered", "journal", "Journal.mark_delivered", writes=True),
    FaultPoint("mark stage", "journal", "Journal.mark_stage", writes=True),
    FaultPoint("save SDL version", "journal", "SdlVersions.save", writes=True),
    FaultPoint("use SDL version", "journal", "SdlVersions.use", writes=True),
    FaultPoint("avoid provider", "journal", "AvoidedProviders.add", writes=True),
)

BY_NAME: dict[str, FaultPoint] = {point.name: point for point in POINTS}

LIES_AT: dict[Lie, tuple[str, ...]] = {
    Lie.FALSE_CODE: ("transaction",),
    Lie.TAKEN_400: ("broadcast",),
    Lie.TAKEN_CHECK_CODE: ("broadcast",),
    Lie.TAKEN_307: ("broadcast",),
    Lie.TAKEN_429: ("broadcast",),
    Lie.HIDDEN_TX: ("transaction", "head", "past block"),
    Lie.GAS_PRICE: ("gas price",),
    Lie.GAS_USED: ("simulate",),
    Lie.MIN_DEPOSIT: ("deployment params",),
    Lie.MINT_RATE: ("AKT price",),
    Lie.BLOCK_TIME: ("head", "past block"),
    Lie.BID_PRICE: ("bid", "bids"),
    Lie.SUNSET: ("upgrade plan", "simulate"),
    Lie.FAILING: tuple(point.name for point in POINTS if point.place == "rest"),
}
"""The points at which each lie is made."""


def points_of(method: str, path: str) -> list[FaultPoint]:
    """The points that a REST request is: exactly one, if the list is complete."""
    return [point for point in POINTS if point.is_request(method, path)]
