"""Queries of the chain over REST. Lists are read page by page with the node's own keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol, TypeVar

from akash_tui.adapters.chain.endpoints.http import segment
from akash_tui.adapters.chain.endpoints.pool import Pool, Reader, RestEndpoint
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.rest_json.chain import (
    BalancesPage,
    DeploymentParams,
    MarketParams,
    OneAccount,
    OraclePrice,
    params_of,
)
from akash_tui.adapters.chain.rest_json.market import (
    BidJson,
    BidsPage,
    DeploymentJson,
    DeploymentsPage,
    LeaseJson,
    LeasesPage,
    OneOrder,
    OrdersPage,
)
from akash_tui.adapters.chain.rest_json.providers import (
    AuditsPage,
    CertificatesPage,
    LedgerPage,
    MintParams,
    MintStatusJson,
    OneProvider,
    ProvidersPage,
    mint_status_of,
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
    Refused,
    Unreachable,
)

DEPLOYMENT: Final = "/akash/deployment/v1beta4"
MARKET: Final = "/akash/market/v1beta5"
PAGE_ROWS: Final = 500
MAX_PAGES: Final = 400

P = TypeVar("P", bound="_Paged")
M = TypeVar("M")
V = TypeVar("V")


class _Paged(Protocol):
    @property
    def next_key(self) -> str | None: ...


class Reads:
    """The reading half of `ports.Chain`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    # --- accounts -------------------------------------------------------------------------

    async def account(self, address: str) -> Account | None:
        async def read(endpoint: RestEndpoint) -> Account:
            path = f"/cosmos/auth/v1beta1/accounts/{segment(address)}"
            try:
                return (await self._pool.get(endpoint, path, OneAccount)).account.value()
            except ValueError as error:
                raise EndpointFault("its answer about the account is incomplete") from error

        try:
            return await self._pool.each(read)
        except NodeError:
            return None

    async def balances(self, address: str) -> tuple[Coin, ...]:
        pages = await self._pages(f"/cosmos/bank/v1beta1/balances/{segment(address)}", BalancesPage, {})
        return tuple(c.value() for page in pages for c in page.balances or ())

    # --- the chain as a whole -------------------------------------------------------------

    async def params(self) -> ChainParams:
        deployment = await self._read(f"{DEPLOYMENT}/params", DeploymentParams)
        return params_of(deployment, await self._read(f"{MARKET}/params", MarketParams))

    async def akt_price(self) -> AktPrice | None:
        """AKT in USD; None while the oracle has no price, or on chains without this oracle."""
        try:
            found = await self._pool.read_or_none("/akash/oracle/v2/aggregated_price/akt", OraclePrice)
        except Refused:
            return None  # "not found: key 'akt/usd'" comes as HTTP 500 (recordings, 15)
        return found.value() if found else None

    async def mint_status(self) -> MintStatus | None:
        try:
            status = await self._pool.read_or_none("/akash/bme/v1/status", MintStatusJson)
            params = await self._pool.read_or_none("/akash/bme/v1/params", MintParams)
        except Refused:
            return None
        return mint_status_of(status, params) if status and params else None

    async def mint_records(self, owner: str) -> list[MintRecord]:
        pages = await self._pages("/akash/bme/v1/ledger", LedgerPage, {"filters.source": owner})
        records = [r.value() for page in pages for r in page.records or ()]
        return sorted(records, key=lambda r: (r.height, r.sequence))

    # --- deployments and orders -----------------------------------------------------------

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        params: dict[str, str | int] = {"id.owner": id.owner, "id.dseq": id.dseq}
        found = await self._pool.read_or_none(f"{DEPLOYMENT}/deployments/info", DeploymentJson, params)
        return found.value() if found else None

    async def deployments(self, owner: str, state: DeploymentState | None = None) -> list[Deployment]:
        params = _filters(owner=owner, state=state)
        pages = await self._pages(f"{DEPLOYMENT}/deployments/list", DeploymentsPage, params)
        return _unique((d.value() for page in pages for d in page.deployments or ()), lambda d: d.id)

    async def orders(self, id: DeploymentId) -> list[Order]:
        pages = await self._pages(f"{MARKET}/orders/list", OrdersPage, _filters(owner=id.owner, dseq=id.dseq))
        return _unique((o.value() for page in pages for o in page.orders or ()), lambda o: o.id)

    async def order(self, id: OrderId) -> Order | None:
        params: dict[str, str | int] = {
            "id.owner": id.owner,
            "id.dseq": id.dseq,
            "id.gseq": id.gseq,
            "id.oseq": id.oseq,
        }
        found = await self._pool.read_or_none(f"{MARKET}/orders/info", OneOrder, params)
        return found.order.value() if found else None

    # --- bids and leases ------------------------------------------------------------------

    async def bids(self, id: DeploymentId, state: BidState | None = None) -> list[Bid]:
        params = _filters(owner=id.owner, dseq=id.dseq, state=state)
        pages = await self._pages(f"{MARKET}/bids/list", BidsPage, params)
        return _unique((bid for page in pages for bid in page.values), lambda bid: bid.id)

    async def won_bids(self, owner: str) -> list[Bid]:
        pages = await self._pages(f"{MARKET}/bids/list", BidsPage, _filters(owner=owner, state=BidState.ACTIVE))
        return _unique((bid for page in pages for bid in page.values), lambda bid: bid.id)

    async def bid(self, id: BidId) -> Bid | None:
        found = await self._pool.read_or_none(f"{MARKET}/bids/info", BidJson, _bid_id(id))
        return found.value() if found else None

    async def leases(self, owner: str, dseq: int | None = None, state: LeaseState | None = None) -> list[Lease]:
        params = _filters(owner=owner, dseq=dseq, state=state)
        pages = await self._pages(f"{MARKET}/leases/list", LeasesPage, params)
        return _unique((e.value() for page in pages for e in page.leases or ()), lambda e: e.id)

    async def lease(self, id: LeaseId) -> Lease | None:
        found = await self._pool.read_or_none(f"{MARKET}/leases/info", LeaseJson, _bid_id(id))
        return found.value() if found else None

    # --- providers ------------------------------------------------------------------------

    async def providers(self) -> list[Provider]:
        pages = await self._pages("/akash/provider/v1beta4/providers", ProvidersPage, {})
        return _unique((p.value() for page in pages for p in page.providers or ()), lambda p: p.owner)

    async def provider(self, owner: str) -> Provider | None:
        path = f"/akash/provider/v1beta4/providers/{segment(owner)}"
        found = await self._pool.read_or_none(path, OneProvider)
        return found.provider.value() if found else None

    async def certificates(self, owner: str) -> list[Certificate]:
        params: dict[str, str | int] = {"filter.owner": owner, "filter.state": "valid"}
        pages = await self._pages("/akash/cert/v1/certificates/list", CertificatesPage, params)
        found = (c.value(owner) for page in pages for c in page.certificates or ())
        return [c for c in found if c.state == "valid"]

    async def audits(self, owner: str) -> list[Audit]:
        path = f"/akash/audit/v1/audit/attributes/{segment(owner)}/list"
        pages = await self._pages(path, AuditsPage, {})
        return [a.value() for page in pages for a in page.providers or () if a.owner == owner]

    # --- paging ---------------------------------------------------------------------------

    async def _read(self, path: str, model: Reader[M]) -> M:
        """Something that every chain has; `Refused` without it."""
        found = await self._pool.read_or_none(path, model)
        if found is None:
            raise Refused("The node lacks data that every Akash chain has.", "Use another endpoint.", detail=path)
        return found

    async def _pages(self, path: str, model: Reader[P], params: Mapping[str, str | int]) -> list[P]:
        """All pages of a list, by the node's keys: offsets and totals are not reliable. `Unreachable` for a list
        without an end."""
        pages: list[P] = []
        keys: set[str] = set()
        key: str | None = None
        while True:
            params = {**params, "pagination.limit": PAGE_ROWS}
            if key is not None:
                params["pagination.key"] = key
            page = await self._pool.read_or_none(path, model, params)
            if page is None:
                return pages
            pages.append(page)
            key = page.next_key
            if key is None:
                return pages
            if key in keys or len(pages) >= MAX_PAGES:
                raise Unreachable("The node's list never ends.", "Use another endpoint.", detail=path)
            keys.add(key)


def _filters(**wanted: str | int | None) -> dict[str, str | int]:
    return {f"filters.{name}": value for name, value in wanted.items() if value is not None}


def _bid_id(id: BidId) -> dict[str, str | int]:
    params: dict[str, str | int] = {
        "id.owner": id.owner,
        "id.dseq": id.dseq,
        "id.gseq": id.gseq,
        "id.oseq": id.oseq,
        "id.provider": id.provider,
    }
    if id.bseq:
        params["id.bseq"] = id.bseq
    return params


def _unique(values: Iterable[V], key: Callable[[V], object]) -> list[V]:
    """Each key once, with its last value: rows can move between pages while we read."""
    return list({key(value): value for value in values}.values())
