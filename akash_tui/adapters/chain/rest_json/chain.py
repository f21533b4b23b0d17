"""Accounts, balances, parameters, prices, the node itself and its blocks as REST JSON."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import Field, JsonValue

from akash_tui.adapters.chain.rest_json.escrow import JsonPage
from akash_tui.adapters.chain.rest_json.fields import (
    Base64,
    Dec,
    Int32,
    Int64,
    JsonModel,
    LongText,
    Text,
    instant,
    instant_or_none,
    seconds,
)
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.services.ports import Account, AktPrice, ChainParams

# --- errors -----------------------------------------------------------------------------------


class GatewayErrorJson(JsonModel):
    """The body of a 4xx or 5xx: a gRPC code and a text."""

    code: Int32
    message: LongText
    details: list[JsonValue] | None = None


# --- accounts ---------------------------------------------------------------------------------


class PubKeyJson(JsonModel):
    type: Text = Field(alias="@type")
    key: Base64 | None = None


class BaseAccountJson(JsonModel):
    address: Text
    pub_key: PubKeyJson | None = None
    account_number: Int64
    sequence: Int64

    def value(self) -> Account:
        return Account(self.address, self.account_number, self.sequence, self.pub_key is not None)


class AnyAccountJson(JsonModel):
    """A plain account, or one that nests a base account (module, vesting: two levels deep there)."""

    type: Text = Field(alias="@type", default="")
    address: Text | None = None
    pub_key: PubKeyJson | None = None
    account_number: Int64 | None = None
    sequence: Int64 | None = None
    base_account: BaseAccountJson | None = None
    base_vesting_account: AnyAccountJson | None = None
    name: Text | None = None
    permissions: list[Text] | None = None

    def value(self) -> Account:
        """The account inside; ValueError if there is none."""
        if self.base_account is not None:
            return self.base_account.value()
        if self.base_vesting_account is not None:
            return self.base_vesting_account.value()
        if self.address is None or self.account_number is None or self.sequence is None:
            raise ValueError("an account without address or number")
        return Account(self.address, self.account_number, self.sequence, self.pub_key is not None)


class OneAccount(JsonModel):
    account: AnyAccountJson


class BalancesPage(JsonPage):
    balances: list[CoinJson] | None = None


# --- parameters and prices --------------------------------------------------------------------


class DeploymentParamsJson(JsonModel):
    min_deposits: list[CoinJson] | None = None


class DeploymentParams(JsonModel):
    params: DeploymentParamsJson


class MarketParamsJson(JsonModel):
    bid_min_deposit: CoinJson | None = None
    order_max_bids: Int32
    bid_min_deposits: list[CoinJson] | None = None
    min_reclamation_window: Text | None = None
    max_reclamation_window: Text | None = None


class MarketParams(JsonModel):
    params: MarketParamsJson


def params_of(deployment: DeploymentParams, market: MarketParams) -> ChainParams:
    """Both modules' parameters in one value; a chain without reclamation has windows of 0."""
    return ChainParams(
        min_deposits=tuple(c.value() for c in deployment.params.min_deposits or ()),
        order_max_bids=market.params.order_max_bids,
        min_reclamation_seconds=seconds(market.params.min_reclamation_window) or Decimal(0),
        max_reclamation_seconds=seconds(market.params.max_reclamation_window) or Decimal(0),
    )


class PriceJson(JsonModel):
    denom: Text
    twap: Dec
    median_price: Dec
    min_price: Dec
    max_price: Dec
    timestamp: Text | None = None
    num_sources: Int32 = 0
    deviation_bps: Int64 = 0


class PriceHealthJson(JsonModel):
    denom: Text
    is_healthy: bool = False
    has_min_sources: bool = False
    deviation_ok: bool = False
    total_sources: Int32 = 0
    total_healthy_sources: Int32 = 0
    failure_reason: list[Text] | None = None


class OraclePrice(JsonModel):
    aggregated_price: PriceJson
    price_health: PriceHealthJson | None = None

    def value(self) -> AktPrice | None:
        """The time-weighted price, which is also the one that mints use; None if it is not positive."""
        price = self.aggregated_price
        if price.twap <= 0:
            return None
        healthy = self.price_health is not None and self.price_health.is_healthy
        return AktPrice(price.twap, instant_or_none(price.timestamp), healthy)


# --- the node ---------------------------------------------------------------------------------


class NodeOtherJson(JsonModel):
    tx_index: Text = "on"


class NodeJson(JsonModel):
    network: Text
    version: Text = ""
    moniker: Text = ""
    other: NodeOtherJson | None = None


class NodeInfo(JsonModel):
    default_node_info: NodeJson

    @property
    def indexes_txs(self) -> bool:
        other = self.default_node_info.other
        return other is None or other.tx_index != "off"


class Syncing(JsonModel):
    syncing: bool


class NodeConfig(JsonModel):
    minimum_gas_price: Text = ""
    pruning_keep_recent: Text | None = None
    pruning_interval: Text | None = None
    halt_height: Text | None = None

    def price_of(self, denom: str) -> Decimal:
        """The node's minimum price per unit of gas in `denom`; 0 if it names none that can be read."""
        for part in self.minimum_gas_price.split(","):
            number = part.strip().removesuffix(denom)
            if part.strip() != number and number.replace(".", "", 1).isdecimal() and number.isascii():
                return Decimal(number)
        return Decimal(0)


class HeaderJson(JsonModel):
    chain_id: Text
    height: Int64
    time: Text

    @property
    def when(self) -> datetime:
        """Block time; ValueError if unreadable."""
        return instant(self.time)


class BlockJson(JsonModel):
    header: HeaderJson


class BlockDataJson(JsonModel):
    txs: list[Base64] = Field(default_factory=list)


class FullBlockJson(BlockJson):
    data: BlockDataJson | None = None


class OneFullBlock(JsonModel):
    """A block with its transactions' bytes."""

    block: FullBlockJson

    @property
    def txs(self) -> list[bytes]:
        return self.block.data.txs if self.block.data else []


class OneBlock(JsonModel):
    block: BlockJson | None = None
    sdk_block: BlockJson | None = None

    @property
    def header(self) -> HeaderJson:
        """ValueError for an answer without a block."""
        found = self.sdk_block or self.block
        if found is None:
            raise ValueError("an answer without a block")
        return found.header
