"""REST of the deployment and market modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from akash_tui.practice.api.paging import akash_page
from akash_tui.practice.api.router import Query, Request, not_found
from akash_tui.practice.api_json.chain_json import bid_json, deployment_json, group_json, lease_json, order_json
from akash_tui.practice.state.amounts import coin_json
from akash_tui.practice.state.books import Bid, Lease, Order
from akash_tui.practice.state.store import Table

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
        states=("active", "closed"),
        by_state=not owner,
    )
    return {"deployments": [deployment_json(books, row) for row in page], "pagination": pagination}


def deployment(request: Request) -> Json:
    """One deployment."""
    key = (request.query.address("owner"), request.query.number("id.dseq"))
    books = request.world.books
    absent = not_found("codespace deployment code 4: Deployment not found")
    return deployment_json(books, books.deployments.need(key, absent))


def group(request: Request) -> Json:
    """One group."""
    query = request.query
    key = (query.address("owner"), query.number("id.dseq"), query.number("id.gseq"))
    absent = not_found("codespace deployment code 14: Group not found")
    return {"group": group_json(request.world.books.groups.need(key, absent))}


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


def _market_list(
    request: Request, table: Table[Row], states: tuple[str, ...], name: str, write: Callable[[Row], Json]
) -> Json:
    query = request.query
    numbers = {name: query.number(f"filters.{name}") for name in ("dseq", "gseq", "oseq", "bseq")}
    texts = {name: query.text(f"filters.{name}") for name in ("owner", "provider")}
    found = [
        row
        for row in table.scan(*_prefix(query))
        if all(wanted in (0, getattr(row, name, 0)) for name, wanted in numbers.items())
        and all(wanted in ("", getattr(row, name, "")) for name, wanted in texts.items())
    ]
    page, pagination = akash_page(
        query, found, key=lambda row: row.key, states=states, by_state=not any(texts.values())
    )
    return {name: [write(row) for row in page], "pagination": pagination}


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
    return _market_list(request, request.world.books.orders, ORDER_STATES, "orders", order_json)


def order(request: Request) -> Json:
    """One order."""
    absent = not_found("codespace market code 15: invalid order: order not found")
    return {"order": order_json(request.world.books.orders.need(_order_key(request.query), absent))}


def _order_key(query: Query) -> tuple[Any, ...]:
    numbers = [query.number(f"id.{name}") for name in ("dseq", "gseq", "oseq")]
    return (query.address("owner"), *numbers)


def _bid_key(query: Query) -> tuple[Any, ...]:
    return (*_order_key(query), query.address("provider"))


def bids(request: Request) -> Json:
    """Bids by filters."""
    books = request.world.books
    return _market_list(request, books.bids, BID_STATES, "bids", partial(bid_json, books))


def bid(request: Request) -> Json:
    """One bid."""
    books = request.world.books
    absent = not_found("codespace market code 18: invalid bid: bid not found")
    return bid_json(books, books.bids.need(_bid_key(request.query), absent))


def leases(request: Request) -> Json:
    """Leases by filters."""
    books = request.world.books
    return _market_list(request, books.leases, LEASE_STATES, "leases", partial(lease_json, books))


def lease(request: Request) -> Json:
    """One lease."""
    books = request.world.books
    absent = not_found("codespace market code 20: invalid lease: lease not found")
    return lease_json(books, books.leases.need(_bid_key(request.query), absent))


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
