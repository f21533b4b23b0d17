"""REST of the provider, certificate, audit, escrow, mint, oracle and discovery modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from akash_tui.practice.api.discovery import discovery
from akash_tui.practice.api.paging import akash_page, sdk_page
from akash_tui.practice.api.router import Request, bad_request, not_found, unknown
from akash_tui.practice.api_json.chain_json import (
    account_json,
    audit_json,
    certificate_json,
    ledger_json,
    payment_json,
    provider_json,
)
from akash_tui.practice.rules.bme import allowed, collateral_ratio, prices
from akash_tui.practice.state.amounts import coin_json, dec_text
from akash_tui.practice.state.crypto import address_fault, decode_address, module_address
from akash_tui.practice.state.proto_json import timestamp_text
from akash_tui.practice.state.store import Table
from akash_tui.wire import base_attributes_pb2

Json = dict[str, Any]

ESCROW_STATES = ("open", "closed", "overdrawn")
NOT_AUDITED = "codespace audit code 1: invalid provider: address not found"
LEDGER_STATES = ("pending", "executed", "canceled")


def providers(request: Request) -> Json:
    """All providers, in the order of their raw addresses."""
    rows = sorted(request.world.books.providers.scan(), key=lambda row: decode_address(row.owner))
    page, pagination = sdk_page(request.query, rows)
    return {"providers": [provider_json(row) for row in page], "pagination": pagination}


def provider(request: Request) -> Json:
    """One provider."""
    owner = request.parts["owner"]
    if address_fault(owner):
        raise bad_request("codespace provider code 5: invalid address")
    absent = not_found("codespace provider code 3: invalid provider: address not found")
    return {"provider": provider_json(request.world.books.providers.need((owner,), absent))}


def certificates(request: Request) -> Json:
    """Certificates by owner, serial, state."""
    query = request.query
    owner, serial, state = (query.text(f"filter.{name}") for name in ("owner", "serial", "state"))
    if state not in ("", "valid", "revoked"):
        raise bad_request("invalid state value")
    rows = [
        row
        for row in request.world.books.certificates.scan(*([owner] if owner else []))
        if serial in ("", row.serial) and state in ("", row.state)
    ]
    page, pagination = sdk_page(query, rows)
    return {
        "certificates": [certificate_json(row) for row in page],
        "pagination": {**pagination, "total": str(len(page))},
    }


def audits_of_owner(request: Request) -> Json:
    """Attributes that auditors have signed for a provider."""
    rows = list(request.world.books.audits.scan(request.parts["owner"]))
    if not rows:
        raise not_found(NOT_AUDITED)
    return {"providers": [audit_json(row) for row in rows], "pagination": None}


def audits_by_auditor(request: Request) -> Json:
    """Attributes that one auditor has signed for one provider."""
    key = (request.parts["owner"], request.parts["auditor"])
    audit = request.world.books.audits.need(key, not_found(NOT_AUDITED))
    return {"providers": [audit_json(audit)], "pagination": None}


def all_audits(request: Request) -> Json:
    """Nearly useless, as on the real node: each row's `owner` is a raw protobuf attribute, the rest is empty."""
    rows = []
    audits = request.world.books.audits.scan()
    for audit in sorted(audits, key=lambda row: (decode_address(row.owner), decode_address(row.auditor))):
        key, value = audit.attributes[-1]
        raw = base_attributes_pb2.Attribute(key=key, value=value).SerializeToString()
        rows.append({"owner": raw.decode("utf-8", "replace"), "auditor": "", "attributes": []})
    page, pagination = sdk_page(request.query, rows)
    return {"providers": page, "pagination": pagination}


def escrow_accounts(request: Request) -> Json:
    """Escrow accounts by state and `scope/xid` prefix."""
    return _escrow(request, request.world.books.escrow_accounts, "accounts", account_json)


def escrow_payments(request: Request) -> Json:
    """Escrow payments by state and `scope/xid` prefix."""
    return _escrow(request, request.world.books.payments, "payments", payment_json)


def _escrow(request: Request, table: Table[Any], name: str, write: Callable[[Any], Json]) -> Json:
    page, pagination = akash_page(
        request.query,
        [row for row in table.scan() if "/".join(row.key).startswith(request.query.text("xid"))],
        key=lambda row: row.key,
        states=ESCROW_STATES,
        by_state=True,
        state_filter="state",
    )
    return {name: [write(row) for row in page], "pagination": pagination}


def mint_status(request: Request) -> Json:
    """Whether ACT can be minted, and how well it is backed."""
    world = request.world
    ratio = collateral_ratio(world.books, world.params)
    return {
        "status": f"mint_status_{world.params.mint_status}",
        "collateral_ratio": dec_text(ratio),
        "warn_threshold": dec_text(9_500 * 10**14),
        "halt_threshold": dec_text(9_000 * 10**14),
        "mints_allowed": allowed(world.params, "uact"),
        "refunds_allowed": allowed(world.params, "uakt"),
    }


def mint_params(request: Request) -> Json:
    """Epochs, spread, minimum."""
    params = request.world.params
    return {
        "params": {
            "circuit_breaker_warn_threshold": 9500,
            "circuit_breaker_halt_threshold": 9000,
            "min_epoch_blocks": str(params.epoch_blocks),
            "epoch_blocks_backoff_percent": 10,
            "mint_spread_bps": params.spread_bps,
            "settle_spread_bps": 0,
            "max_endblocker_records": 50,
            "min_mint": [coin_json("uact", params.min_mint)],
            "max_pending_attempts": 3,
        }
    }


def ledger(request: Request) -> Json:
    """Mints and burns: pending, then executed, then cancelled ones."""
    query = request.query
    wanted = {name: query.text(f"filters.{name}") for name in ("source", "denom", "to_denom")}
    status = query.text("filters.status")
    if status and status.removeprefix("ledger_record_status_") not in LEDGER_STATES:
        raise bad_request("invalid status filter value")
    rows = [
        row
        for row in request.world.books.ledger.scan()
        if all(value in ("", getattr(row, name)) for name, value in wanted.items())
    ]
    rows.sort(key=lambda row: (row.denom, row.to_denom, decode_address(row.source), row.height, row.sequence))
    page, pagination = akash_page(
        query,
        rows,
        key=lambda row: (row.height, row.sequence),
        state=lambda row: f"ledger_record_status_{row.status}",
        states=[f"ledger_record_status_{name}" for name in LEDGER_STATES],
        by_state=True,
        state_filter="filters.status",
    )
    return {"records": [ledger_json(row) for row in page], "pagination": pagination}


def oracle_price(request: Request) -> Json:
    """The AKT price; nothing else is stored."""
    world, denom = request.world, request.parts["denom"]
    if denom != "akt":
        raise unknown(
            f"collections: not found: key '{denom}/usd' of type "
            "github.com/cosmos/gogoproto/akash.oracle.v2.AggregatedPrice"
        )
    price = dec_text(prices(world.params, "uakt"))
    return {
        "aggregated_price": {
            "denom": "akt",
            "twap": price,
            "median_price": price,
            "min_price": price,
            "max_price": price,
            "timestamp": timestamp_text(world.time_ns),
            "num_sources": 1,
            "deviation_bps": "0",
        },
        "price_health": {
            "denom": "akt",
            "is_healthy": True,
            "has_min_sources": True,
            "deviation_ok": True,
            "total_sources": 1,
            "total_healthy_sources": 1,
            "failure_reason": [],
        },
    }


def oracle_params(request: Request) -> Json:
    """The oracle's parameters; its one source is the practice network itself."""
    return {
        "params": {
            "sources": [module_address("oracle")],
            "min_price_sources": 1,
            "max_price_staleness_period": "600s",
            "twap_window": "30s",
            "max_price_deviation_bps": "150",
            "feed_contracts_params": [],
            "price_retention": "86400s",
            "prune_epoch": "hour",
            "max_prune_per_epoch": "1000",
            "max_future_time_drift": "10s",
        }
    }


def discovery_info(request: Request) -> Json:
    """Which module versions are served."""
    return {"info": discovery(request.world.chain_id, features=[])}


AUDIT = "/akash/audit/v1/audit/attributes"
ROUTES = [
    ("GET", "/akash/provider/v1beta4/providers", providers),
    ("GET", "/akash/provider/v1beta4/providers/{owner}", provider),
    ("GET", "/akash/cert/v1/certificates/list", certificates),
    ("GET", f"{AUDIT}/list", all_audits),
    ("GET", f"{AUDIT}/{{owner}}/list", audits_of_owner),
    ("GET", f"{AUDIT}/{{auditor}}/{{owner}}", audits_by_auditor),
    ("GET", "/akash/escrow/v1/types/accounts", escrow_accounts),
    ("GET", "/akash/escrow/v1/types/payments", escrow_payments),
    ("GET", "/akash/bme/v1/status", mint_status),
    ("GET", "/akash/bme/v1/params", mint_params),
    ("GET", "/akash/bme/v1/ledger", ledger),
    ("GET", "/akash/oracle/v2/aggregated_price/{denom}", oracle_price),
    ("GET", "/akash/oracle/v2/params", oracle_params),
    ("GET", "/akash/discovery/v1/info", discovery_info),
]
