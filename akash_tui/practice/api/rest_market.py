"""REST of the deployment and market modules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from akash_tui.practice.api.api_error import bad_request, not_found
from akash_tui.practice.api.paging import Page, Query, akash_page
from akash_tui.practice.api_json.chain_json import bid_json, deployment_json, group_json, lease_json, order_json
from akash_tui.practice.state.amounts import coin_json
from akash_tui.practice.state.books import Bid, Lease, Order
from akash_tui.practice.state.crypto import BadAddress, decode_address

if TYPE_CHECKING:
    from akash_tui.practice.api.router import Request

Json = dict[str, Any]
Row = TypeVar("Row", Order, Bid, Lease)

ORDER_STATES = ("open", "active", "closed")
BID_STATES = ("open", "active", "lost", "closed")
LEASE_STATES = ("active", "insufficient_funds", "closed", "reclaiming")


def deployment_params(request: Request) -> Json:
    """The smallest deposits."""
    least = request.world.params.deployment_min_deposit
    return {"params": {"min_deposits": [coin_json("uakt", least), coin_json("uact", least)]}}


def deployments(request: Request) -> Json:
    """Deployments by owner, dseq, state."""
    query, books = request.query, request.world.books
    owner, dseq = query.text("filters.owner"), query.number("filters.dseq")
    rows = [row for row in books.deployments.scan(*([owner] if owner else [])) if dseq in (0, row.dseq)]
    page, pagination = akash_page(
        query,
        rows,
        key=lambda row: (row.owner, row.dseq),
        state=lambda row: row.state,
        states=("active", "closed"),
        by_state=not owner,
    )
    return {"deployments": [deployment_json(books, row) for row in page], "pagination": pagination}


def deployment(request: Request) -> Json:
    """One deployment."""
    owner, dseq = _address(request.query, "owner"), request.query.number("id.dseq")
    found = request.world.books.deployments.get((owner, dseq))
    if found is None:
        raise not_found("codespace deployment code 4: Deployment not found")
    return deployment_json(request.world.books, found)


def group(request: Request) -> Json:
    """One group."""
    query = request.query
    key = (_address(query, "owner"), query.number("id.dseq"), query.number("id.gseq"))
    found = request.world.books.groups.get(key)
    if found is None:
        raise not_found("codespace deployment code 14: Group not found")
    return {"group": group_json(found)}


def _address(query: Query, name: str) -> str:
    address = query.text(f"id.{name}")
    try:
        decode_address(address)
    except BadAddress as error:
        raise bad_request(f"invalid {name} address") from error
    return address


def market_params(request: Request) -> Json:
    """Limits of the market."""
    params = request.world.params
    least = params.bid_min_deposit
    return {
        "params": {
            "bid_min_deposit": coin_json("uakt", least),
            "order_max_bids": params.order_max_bids,
            "bid_min_deposits": [coin_json("uact", least), coin_json("uakt", least)],
            "min_reclamation_window": f"{params.min_window_s}s",
            "max_reclamation_window": f"{params.max_window_s}s",
        }
    }


def _market_page(query: Query, rows: Iterable[Row], states: tuple[str, ...]) -> Page[Row]:
    numbers = {name: query.number(f"filters.{name}") for name in ("dseq", "gseq", "oseq", "bseq")}
    texts = {name: query.text(f"filters.{name}") for name in ("owner", "provider")}
    found = [
        row
        for row in rows
        if all(wanted in (0, getattr(row, name, 0)) for name, wanted in numbers.items())
        and all(wanted in ("", getattr(row, name, "")) for name, wanted in texts.items())
    ]
    return akash_page(
        query,
        found,
        key=lambda row: row.key,
        state=lambda row: row.state,
        states=states,
        by_state=not any(texts.values()),
    )


def _prefix(query: Query) -> list[Any]:
    """The part of the key that the filters fix: what makes a list of one order's bids cheap among thousands."""
    fixed: list[Any] = []
    for value in (query.text("filters.owner"), *(query.number(f"filters.{name}") for name in ("dseq", "gseq", "oseq"))):
        if not value:
            break
        fixed.append(value)
    return fixed


def orders(request: Request) -> Json:
    """Orders by filters."""
    rows = request.world.books.orders.scan(*_prefix(request.query))
    page, pagination = _market_page(request.query, rows, ORDER_STATES)
    return {"orders": [order_json(row) for row in page], "pagination": pagination}


def order(request: Request) -> Json:
    """One order."""
    found = request.world.books.orders.get(_order_key(request.query))
    if found is None:
        raise not_found("codespace market code 15: invalid order: order not found")
    return {"order": order_json(found)}


def _order_key(query: Query) -> tuple[str, int, int, int]:
    numbers = (query.number(f"id.{name}") for name in ("dseq", "gseq", "oseq"))
    dseq, gseq, oseq = numbers
    return (_address(query, "owner"), dseq, gseq, oseq)


def bids(request: Request) -> Json:
    """Bids by filters."""
    books = request.world.books
    page, pagination = _market_page(request.query, books.bids.scan(*_prefix(request.query)), BID_STATES)
    return {"bids": [bid_json(books, row) for row in page], "pagination": pagination}


def bid(request: Request) -> Json:
    """One bid."""
    key = (*_order_key(request.query), _address(request.query, "provider"))
    found = request.world.books.bids.get(key)
    if found is None:
        raise not_found("codespace market code 18: invalid bid: bid not found")
    return bid_json(request.world.books, found)


def leases(request: Request) -> Json:
    """Leases by filters."""
    books = request.world.books
    page, pagination = _market_page(request.query, books.leases.scan(*_prefix(request.query)), LEASE_STATES)
    return {"leases": [lease_json(books, row) for row in page], "pagination": pagination}


def lease(request: Request) -> Json:
    """One lease."""
    key = (*_order_key(request.query), _address(request.query, "provider"))
    found = request.world.books.leases.get(key)
    if found is None:
        raise not_found("codespace market code 20: invalid lease: lease not found")
    return lease_json(request.world.books, found)


DEPLOYMENT, MARKET = "/akash/deployment/v1beta4", "/akash/market/v1beta5"
ROUTES = [
    ("GET", f"{DEPLOYMENT}/params", deployment_params),
    ("GET", f"{DEPLOYMENT}/deployments/list", deployments),
    ("GET", f"{DEPLOYMENT}/deployments/info", deployment),
    ("GET", f"{DEPLOYMENT}/groups/info", group),
    ("GET", f"{MARKET}/params", market_params),
    ("GET", f"{MARKET}/orders/list", orders),
    ("GET", f"{MARKET}/orders/info", order),
    ("GET", f"{MARKET}/bids/list", bids),
    ("GET", f"{MARKET}/bids/info", bid),
    ("GET", f"{MARKET}/leases/list", leases),
    ("GET", f"{MARKET}/leases/info", lease),
]
