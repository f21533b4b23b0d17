"""Queries of the chain over REST. Lists are read page by page with the node's own keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Final, Protocol, TypeVar

from akash_tui.adapters.chain.endpoints.http import segment
from akash_tui.adapters.chain.endpoints.pool import Pool, Reader
from akash_tui.adapters.chain.rest_json.chain import AccountJson, DeploymentParams, MarketParams, OraclePrice
from akash_tui.adapters.chain.rest_json.fields import Shape, page_of, value_of
from akash_tui.adapters.chain.rest_json.grants import DepositGrantJson, FeeGrantJson
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.adapters.chain.rest_json.market import BidJson, DeploymentJson, LeaseJson, OneOrder, OrderJson
from akash_tui.adapters.chain.rest_json.providers import (
    AuditJson,
    CertificateJson,
    LedgerJson,
    MintParams,
    MintStatusJson,
    OneProvider,
    ProviderJson,
    mint_status_of,
    refused_mint_status,
)
from akash_tui.domain.akash.entities import (
    Bid,
    BidId,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    Lease,
    LeaseId,
    LeaseState,
    Order,
    OrderId,
)
from akash_tui.domain.akash.money import Coin
from akash_tui.domain.akash.provider import Audit, Certificate, Provider
from akash_tui.services.ports import (
    Account,
    AktPrice,
    ChainParams,
    MintRecord,
    MintStatus,
    NothingNew,
    Refused,
    Unreachable,
)
from akash_tui.services.ports.grants import Grants

DEPLOYMENT: Final = "/akash/deployment/v1beta4"
MARKET: Final = "/akash/market/v1beta5"
PAGE_ROWS: Final = 500
MAX_PAGES: Final = 40
"""20,000 rows; an order has at most some 20 bids, the network some 200 providers, a busy owner some 1,000 leases."""
MAX_LIST: Final = 32 << 20
"""Bytes of all pages of one list: 20,000 bids as recorded have 28 million."""

T = TypeVar("T")
V = TypeVar("V")


class Reads:
    """The reading half of `ports.Chain`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    # --- accounts -------------------------------------------------------------------------

    async def account(self, address: str) -> Account | None:
        path = f"/cosmos/auth/v1beta1/accounts/{segment(address)}"
        return await self._pool.read_or_none(path, value_of(AccountJson))

    async def balances(self, address: str) -> tuple[Coin, ...]:
        return tuple(await self._list(f"/cosmos/bank/v1beta1/balances/{segment(address)}", CoinJson))

    async def grants_to(self, address: str) -> Grants:
        found = await self._grants(f"allowances/{segment(address)}", f"grantee/{segment(address)}")
        return Grants(
            tuple(g for g in found.fees if g.grantee == address),
            tuple(g for g in found.deposits if g.grantee == address),
        )

    async def grants_by(self, address: str) -> Grants:
        found = await self._grants(f"issued/{segment(address)}", f"granter/{segment(address)}")
        return Grants(
            tuple(g for g in found.fees if g.granter == address),
            tuple(g for g in found.deposits if g.granter == address),
        )

    async def _grants(self, fees: str, deposits: str) -> Grants:
        allowed = await self._list(f"/cosmos/feegrant/v1beta1/{fees}", FeeGrantJson)
        authorized = await self._list(f"/cosmos/authz/v1beta1/grants/{deposits}", DepositGrantJson)
        return Grants(tuple(allowed), tuple(grant for grant in authorized if grant is not None))

    # --- the chain as a whole -------------------------------------------------------------

    async def params(self) -> ChainParams:
        deployment = await self._read(f"{DEPLOYMENT}/params", DeploymentParams.model_validate_json)
        market = await self._read(f"{MARKET}/params", MarketParams.model_validate_json)
        return ChainParams(tuple(coin.value() for coin in deployment.min_deposits), market.order_max_bids)

    async def akt_price(self) -> AktPrice | None:
        """AKT in USD; None while the oracle has no price, or on chains without this oracle."""
        try:
            return await self._pool.read_or_none("/akash/oracle/v2/aggregated_price/akt", value_of(OraclePrice))
        except Refused:
            return None  # "not found: key 'akt/usd'" comes as HTTP 500 (recordings, 15)

    async def mint_status(self) -> MintStatus | None:
        """See the port; `NothingNew` where the chain answers that it has ended mints with all that is new."""
        status: MintStatusJson | Refused | None
        try:
            status = await self._pool.read_or_none("/akash/bme/v1/status", MintStatusJson.model_validate_json)
        except NothingNew:
            raise
        except Refused as refused:
            if not refused.codespace:
                return None
            status = refused  # a module of the chain refuses to name the status: there is a mint, and it is halted
        try:
            params = await self._pool.read_or_none("/akash/bme/v1/params", MintParams.model_validate_json)
        except Refused:
            return None
        if status is None or params is None:
            return None
        return refused_mint_status(status, params) if isinstance(status, Refused) else mint_status_of(status, params)

    async def mint_records(self, owner: str) -> list[MintRecord]:
        records = await self._list("/akash/bme/v1/ledger", LedgerJson, _filters(source=owner))
        return sorted((r for r in records if r.source == owner), key=lambda r: (r.height, r.sequence))

    # --- deployments and orders -----------------------------------------------------------

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        reader = _about(value_of(DeploymentJson), id)
        return await self._pool.read_or_none(f"{DEPLOYMENT}/deployments/info", reader, _id(id))

    async def deployments(self, owner: str, state: DeploymentState | None = None) -> list[Deployment]:
        path = f"{DEPLOYMENT}/deployments/list"
        return _asked(await self._list(path, DeploymentJson, _filters(owner=owner, state=state)), owner)

    async def orders(self, id: DeploymentId) -> list[Order]:
        found = await self._list(f"{MARKET}/orders/list", OrderJson, _filters(owner=id.owner, dseq=id.dseq))
        return _asked(found, id.owner, id.dseq)

    async def order(self, id: OrderId) -> Order | None:
        return await self._pool.read_or_none(f"{MARKET}/orders/info", _about(value_of(OneOrder), id), _id(id))

    # --- bids and leases ------------------------------------------------------------------

    async def bids(self, id: DeploymentId, state: BidState | None = None) -> list[Bid]:
        return await self._bids(id.owner, id.dseq, state)

    async def owner_bids(self, owner: str, state: BidState) -> list[Bid]:
        return await self._bids(owner, None, state)

    async def _bids(self, owner: str, dseq: int | None, state: BidState | None) -> list[Bid]:
        params = _filters(owner=owner, dseq=dseq, state=state)
        return _asked(await self._list(f"{MARKET}/bids/list", BidJson, params), owner, dseq)

    async def bid(self, id: BidId) -> Bid | None:
        return await self._pool.read_or_none(f"{MARKET}/bids/info", _about(value_of(BidJson), id), _id(id))

    async def leases(self, owner: str, dseq: int | None = None, state: LeaseState | None = None) -> list[Lease]:
        params = _filters(owner=owner, dseq=dseq, state=state)
        return _asked(await self._list(f"{MARKET}/leases/list", LeaseJson, params), owner, dseq)

    async def lease(self, id: LeaseId) -> Lease | None:
        return await self._pool.read_or_none(f"{MARKET}/leases/info", _about(value_of(LeaseJson), id), _id(id))

    # --- providers ------------------------------------------------------------------------

    async def providers(self) -> list[Provider]:
        return _unique(await self._list("/akash/provider/v1beta4/providers", ProviderJson), lambda p: p.owner)

    async def provider(self, owner: str) -> Provider | None:
        path = f"/akash/provider/v1beta4/providers/{segment(owner)}"
        return await self._pool.read_or_none(path, value_of(OneProvider))

    async def certificates(self, owner: str) -> list[Certificate]:
        params = {"filter.owner": owner, "filter.state": "valid"}
        found = await self._list("/akash/cert/v1/certificates/list", CertificateJson, params)
        return [Certificate(owner, state, pem) for state, pem in found if state == "valid"]

    async def audits(self, owner: str) -> list[Audit]:
        found = await self._list(f"/akash/audit/v1/audit/attributes/{segment(owner)}/list", AuditJson)
        return [audit for audit in found if audit.owner == owner]

    # --- paging ---------------------------------------------------------------------------

    async def _read(self, path: str, reader: Reader[T]) -> T:
        """Something that every chain has; `Refused` without it."""
        found = await self._pool.read_or_none(path, reader)
        if found is None:
            raise Refused("The node lacks data that every Akash chain has.", "Use another endpoint.", detail=path)
        return found

    async def _list(self, path: str, row: type[Shape[V]], params: Mapping[str, str | int] | None = None) -> list[V]:
        """The values of all pages of a list, by the node's keys: offsets and totals are not reliable. `Unreachable`
        for a list without an end."""
        values: list[V] = []
        keys: set[str] = set()
        read_page, size = page_of(row), 0

        def counted(body: bytes) -> tuple[list[V], str | None]:
            nonlocal size
            size += len(body)
            return read_page(body)

        wanted: dict[str, str | int] = {**(params or {}), "pagination.limit": PAGE_ROWS}
        while True:
            page = await self._pool.read_or_none(path, counted, wanted)
            if page is None:
                return values
            rows, key = page
            values += rows
            if key is None:
                return values
            if key in keys or len(keys) + 1 >= MAX_PAGES or size > MAX_LIST:
                raise Unreachable("The node's list never ends.", "Use another endpoint.", detail=path)
            keys.add(key)
            wanted["pagination.key"] = key


def _filters(**wanted: str | int | None) -> dict[str, str | int]:
    return {f"filters.{name}": value for name, value in wanted.items() if value is not None}


def _id(id: DeploymentId | OrderId | BidId) -> dict[str, str | int]:
    """An id as parameters; `bseq` only where it is not 0."""
    return {f"id.{name}": value for name, value in asdict(id).items() if value or name != "bseq"}


class _Owned(Protocol):
    """An id of something that belongs to a deployment."""

    @property
    def owner(self) -> str: ...

    @property
    def dseq(self) -> int: ...


class _WithId(Protocol):
    @property
    def id(self) -> _Owned: ...


W = TypeVar("W", bound=_WithId)


def _asked(values: Iterable[W], owner: str, dseq: int | None = None) -> list[W]:
    """Only what was asked for, whatever else a node lists: another deployment's lease must never be ended for it."""
    return _unique((v for v in values if v.id.owner == owner and dseq in (None, v.id.dseq)), lambda v: v.id)


def _about(reader: Reader[W], id: _Owned) -> Reader[W]:
    """Reads what has this id; ValueError for an answer about something else."""

    def read(body: bytes) -> W:
        value = reader(body)
        if value.id != id:
            raise ValueError("it is about something else")
        return value

    return read


def _unique(values: Iterable[V], key: Callable[[V], object]) -> list[V]:
    """Each key once, with its last value: rows can move between pages while we read."""
    return list({key(value): value for value in values}.values())
