"""The recordings of a real chain, and which model reads which of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import BaseModel

from akash_tui.adapters.chain.rest_json import chain as chain_json
from akash_tui.adapters.chain.rest_json import market as market_json
from akash_tui.adapters.chain.rest_json import providers as providers_json
from akash_tui.adapters.chain.rest_json import tx as tx_json
from akash_tui.adapters.chain.rest_json.fields import page_type
from akash_tui.adapters.chain.rest_json.group import CoinJson
from tests.conformance import SHARED

CHAIN = SHARED / "recordings" / "chain"
MAINNET8 = SHARED / "recordings" / "mainnet8"

needs_recordings = pytest.mark.skipif(not CHAIN.is_dir(), reason="no ../shared/conformance beside the project")


MODELS: tuple[tuple[str, type[BaseModel]], ...] = (
    (r"/cosmos/auth/v1beta1/accounts/\w+", chain_json.AccountJson),
    (r"/cosmos/bank/v1beta1/(spendable_)?balances/\w+", page_type(CoinJson)),
    (r"/cosmos/base/tendermint/v1beta1/blocks/latest", chain_json.BlockJson),
    (r"/cosmos/base/tendermint/v1beta1/node_info", chain_json.NodeInfo),
    (r"/cosmos/base/tendermint/v1beta1/syncing", chain_json.Syncing),
    (r"/cosmos/base/node/v1beta1/config", chain_json.NodeConfig),
    (r"/cosmos/tx/v1beta1/txs/\w+", tx_json.OneTx),
    (r"/akash/audit/v1/audit/attributes/.+", page_type(providers_json.AuditJson)),
    (r"/akash/bme/v1/ledger", page_type(providers_json.LedgerJson)),
    (r"/akash/bme/v1/status", providers_json.MintStatusJson),
    (r"/akash/bme/v1/params", providers_json.MintParams),
    (r"/akash/cert/v1/certificates/list", page_type(providers_json.CertificateJson)),
    (r"/akash/deployment/v1beta4/deployments/info", market_json.DeploymentJson),
    (r"/akash/deployment/v1beta4/deployments/list", page_type(market_json.DeploymentJson)),
    (r"/akash/deployment/v1beta4/params", chain_json.DeploymentParams),
    (r"/akash/market/v1beta5/bids/info", market_json.BidJson),
    (r"/akash/market/v1beta5/bids/list", page_type(market_json.BidJson)),
    (r"/akash/market/v1beta5/leases/info", market_json.LeaseJson),
    (r"/akash/market/v1beta5/leases/list", page_type(market_json.LeaseJson)),
    (r"/akash/market/v1beta5/orders/info", market_json.OneOrder),
    (r"/akash/market/v1beta5/orders/list", page_type(market_json.OrderJson)),
    (r"/akash/market/v1beta5/params", chain_json.MarketParams),
    (r"/akash/oracle/v2/aggregated_price/\w+", chain_json.OraclePrice),
    (r"/akash/provider/v1beta4/providers/\w+", providers_json.OneProvider),
    (r"/akash/provider/v1beta4/providers", page_type(providers_json.ProviderJson)),
)

NOT_OURS = {
    *("discovery", "params-oracle", "rpc-akash", "rpc-status", "account-info", "txs-by-sender"),
    *("escrow-accounts", "escrow-payments", "feegrant-allowances", "grants-grantee", "grants-grantee-after"),
}
"""Recordings of answers that this program has no use for."""


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CHAIN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def answer(name: str) -> Any:
    return load(name)["response"]["json"]


def names(pattern: str = "*") -> list[str]:
    """Recordings of exchanges (not the unsigned transactions), without `.json`."""
    found = sorted(p.stem for p in CHAIN.glob(f"{pattern}.json"))
    return [name for name in found if not name.endswith(".unsigned")]


def gets(status: int) -> list[str]:
    """GET exchanges over REST that were answered with `status`."""
    return [
        name
        for name in names()
        if (r := load(name))["base"] == "rest" and r["request"]["method"] == "GET" and r["response"]["status"] == status
    ]


def model_for(path: str) -> type[BaseModel]:
    bare = path.partition("?")[0]
    return next(model for pattern, model in MODELS if re.fullmatch(pattern, bare))
