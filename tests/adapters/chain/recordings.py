"""The recordings of a real chain, and which model reads which of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import BaseModel

from akash_tui.adapters.chain.rest_json import chain as wire_chain
from akash_tui.adapters.chain.rest_json import escrow as wire_escrow
from akash_tui.adapters.chain.rest_json import market as wire_market
from akash_tui.adapters.chain.rest_json import providers as wire_people
from akash_tui.adapters.chain.rest_json import tx as wire_tx
from tests.conformance import SHARED

CHAIN = SHARED / "recordings" / "chain"
MAINNET8 = SHARED / "recordings" / "mainnet8"

needs_recordings = pytest.mark.skipif(not CHAIN.is_dir(), reason="no ../shared/conformance beside the project")

MODELS: tuple[tuple[str, type[BaseModel]], ...] = (
    (r"/cosmos/auth/v1beta1/accounts/\w+", wire_chain.OneAccount),
    (r"/cosmos/auth/v1beta1/account_info/\w+", wire_chain.AccountInfo),
    (r"/cosmos/bank/v1beta1/(spendable_)?balances/\w+", wire_chain.BalancesPage),
    (r"/cosmos/base/tendermint/v1beta1/blocks/latest", wire_chain.OneBlock),
    (r"/cosmos/base/tendermint/v1beta1/node_info", wire_chain.NodeInfo),
    (r"/cosmos/base/tendermint/v1beta1/syncing", wire_chain.Syncing),
    (r"/cosmos/base/node/v1beta1/config", wire_chain.NodeConfig),
    (r"/cosmos/feegrant/v1beta1/allowances/\w+", wire_people.AllowancesPage),
    (r"/cosmos/authz/v1beta1/grants/grantee/\w+", wire_people.GrantsPage),
    (r"/cosmos/tx/v1beta1/txs/\w+", wire_tx.OneTx),
    (r"/cosmos/tx/v1beta1/txs", wire_tx.TxsPage),
    (r"/akash/audit/v1/audit/attributes/.+", wire_people.AuditsPage),
    (r"/akash/bme/v1/ledger", wire_people.LedgerPage),
    (r"/akash/bme/v1/status", wire_people.MintStatusJson),
    (r"/akash/bme/v1/params", wire_people.MintParams),
    (r"/akash/cert/v1/certificates/list", wire_people.CertificatesPage),
    (r"/akash/deployment/v1beta4/deployments/info", wire_market.DeploymentJson),
    (r"/akash/deployment/v1beta4/deployments/list", wire_market.DeploymentsPage),
    (r"/akash/deployment/v1beta4/params", wire_chain.DeploymentParams),
    (r"/akash/escrow/v1/types/accounts", wire_escrow.EscrowAccountsPage),
    (r"/akash/escrow/v1/types/payments", wire_escrow.PaymentsPage),
    (r"/akash/market/v1beta5/bids/info", wire_market.BidJson),
    (r"/akash/market/v1beta5/bids/list", wire_market.BidsPage),
    (r"/akash/market/v1beta5/leases/info", wire_market.LeaseJson),
    (r"/akash/market/v1beta5/leases/list", wire_market.LeasesPage),
    (r"/akash/market/v1beta5/orders/info", wire_market.OneOrder),
    (r"/akash/market/v1beta5/orders/list", wire_market.OrdersPage),
    (r"/akash/market/v1beta5/params", wire_chain.MarketParams),
    (r"/akash/oracle/v2/aggregated_price/\w+", wire_chain.OraclePrice),
    (r"/akash/provider/v1beta4/providers/\w+", wire_people.OneProvider),
    (r"/akash/provider/v1beta4/providers", wire_people.ProvidersPage),
)

NOT_OURS = {"discovery", "params-oracle", "rpc-akash", "rpc-status"}
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
