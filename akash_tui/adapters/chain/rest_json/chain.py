"""Accounts, parameters, prices, the node itself and its blocks as REST JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from akash_tui.adapters.chain.rest_json.fields import (
    Base64,
    Dec,
    Instant,
    InstantOrNone,
    Int32,
    Int64,
    JsonModel,
    LongText,
    Many,
    Text,
    at,
    first_of,
)
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.domain.akash.calendar import Upgrade
from akash_tui.domain.text import clean
from akash_tui.services.ports import Account, AktPrice

MAX_PLAN_NAME = 40
"""Characters of an upgrade's name that are shown."""


class GatewayErrorJson(JsonModel):
    """The body of a 4xx or 5xx: a gRPC code and a text."""

    code: Int32
    message: LongText


# --- accounts ---------------------------------------------------------------------------------


def _in_account(name: str, default: Any = ...) -> Any:
    """A field of a plain account, or of the base account in a module's or (two levels deep) a vesting account."""
    inside = (("account", "base_account"), ("account", "base_vesting_account", "base_account"), ("account",))
    return first_of(*((*path, name) for path in inside), default=default)


class AccountJson(JsonModel):
    address: Text = _in_account("address")
    number: Int64 = _in_account("account_number")
    sequence: Int64 = _in_account("sequence", default=0)
    pub_key: dict[str, Any] | None = _in_account("pub_key", default=None)

    def value(self) -> Account:
        return Account(self.address, self.number, self.pub_key is not None, self.sequence)


# --- parameters and prices --------------------------------------------------------------------


class DeploymentParams(JsonModel):
    min_deposits: Many[CoinJson] = at("params", "min_deposits")


class MarketParams(JsonModel):
    order_max_bids: Int32 = at("params", "order_max_bids")


class OraclePrice(JsonModel):
    twap: Dec = at("aggregated_price", "twap")
    """The time-weighted price, which is also the one that mints use."""
    timestamp: InstantOrNone = at("aggregated_price", "timestamp", default=None)
    healthy: bool = at("price_health", "is_healthy", default=False)

    def value(self) -> AktPrice | None:
        """None if the price is not positive."""
        return AktPrice(self.twap, self.timestamp, self.healthy) if self.twap > 0 else None


# --- the node ---------------------------------------------------------------------------------


class NodeInfo(JsonModel):
    network: Text = at("default_node_info", "network")
    tx_index: Text = at("default_node_info", "other", "tx_index", default="on")


class Syncing(JsonModel):
    syncing: bool


class NodeConfig(JsonModel):
    minimum_gas_price: Text = ""

    def price_of(self, denom: str) -> Decimal:
        """The node's minimum price per unit of gas in `denom`; 0 if it names none that can be read."""
        for part in self.minimum_gas_price.split(","):
            number = part.strip().removesuffix(denom)
            if part.strip() != number and number.replace(".", "", 1).isdecimal() and number.isascii():
                return Decimal(number)
        return Decimal(0)


class PlanJson(JsonModel):
    name: Text
    height: Int64


class UpgradePlan(JsonModel):
    """The answer of `current_plan`; `plan` is null while nothing is scheduled."""

    plan: PlanJson | None = None

    def value(self) -> Upgrade | None:
        """None for a plan without a name or height, which a chain cannot have."""
        if self.plan is None or not self.plan.name or self.plan.height <= 0:
            return None
        return Upgrade(clean(self.plan.name, MAX_PLAN_NAME), self.plan.height)


class AppliedPlan(JsonModel):
    """The answer of `applied_plan`: 0 for one that was never carried out."""

    height: Int64

    def value(self) -> int | None:
        return self.height or None


def _in_header(name: str) -> Any:
    return first_of(("sdk_block", "header", name), ("block", "header", name))


class BlockJson(JsonModel):
    """A block's header."""

    chain_id: Text = _in_header("chain_id")
    height: Int64 = _in_header("height")
    time: Instant = _in_header("time")


class BlockTxs(JsonModel):
    """A block with its transactions' bytes."""

    height: Int64 = at("block", "header", "height")
    txs: Many[Base64] = at("block", "data", "txs", default=())
