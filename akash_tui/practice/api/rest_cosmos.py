"""REST of the Cosmos SDK: node, blocks, accounts, balances, transactions, grants."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from akash_tui.practice.api.paging import sdk_page
from akash_tui.practice.api.router import Request, bad_request, not_found, unknown
from akash_tui.practice.api.subscriptions import BadQuery, matches, parse_query
from akash_tui.practice.api_json.block_json import node_identity, rest_block, tx_index
from akash_tui.practice.api_json.chain_json import auth_info, auth_json
from akash_tui.practice.api_json.tx_json import check_json, record_json, simulation_json, tx_json
from akash_tui.practice.rules.upgrade import applied_json, plan_json
from akash_tui.practice.state.amounts import coin_json
from akash_tui.practice.state.books import Account, DepositGrant, FeeGrant
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.refusal import Refusal

Json = dict[str, Any]


def node_info(request: Request) -> Json:
    """The node's identity and versions."""
    return {
        "default_node_info": node_identity(request.world.chain_id, "default_node_id", "QCAhIiMwOGBh"),
        "application_version": {
            "name": "",
            "app_name": "<appd>",
            "version": "",
            "git_commit": "",
            "build_tags": "",
            "go_version": "go version go1.26.8 linux/amd64",
            "build_deps": [{"path": "cosmossdk.io/api", "version": "v0.9.2", "sum": "h1:practice="}],
            "cosmos_sdk_version": "v0.53.6",
        },
    }


def syncing(request: Request) -> Json:
    """Never."""
    return {"syncing": False}


def node_config(request: Request) -> Json:
    """The node's minimum gas price."""
    micro = request.world.params.min_gas_price_micro
    return {
        "minimum_gas_price": f"0.{micro:06d}000000000000uakt",
        "pruning_keep_recent": "0",
        "pruning_interval": "0",
        "halt_height": "0",
    }


def block_latest(request: Request) -> Json:
    """The last block."""
    world = request.world
    if not world.blocks:
        raise unknown("no block yet")
    return rest_block(world.blocks[-1], world.chain_id)


def block_at(request: Request) -> Json:
    """The block of a height."""
    world = request.world
    text = request.parts["height"]
    if not (text.isascii() and text.isdigit()):
        raise bad_request(
            f'type mismatch, parameter: height, error: strconv.ParseInt: parsing "{text}": invalid syntax'
        )
    height = int(text)
    if height > world.height:
        raise bad_request("requested block height is bigger then the chain length")
    found = world.block(height)
    if found is None:
        raise bad_request(f"height {height} is not available")
    return rest_block(found, world.chain_id)


def account(request: Request) -> Json:
    """An account with its type."""
    return {"account": auth_json(_account(request))}


def account_info(request: Request) -> Json:
    """An account, flat."""
    return {"info": auth_info(_account(request))}


def _account(request: Request) -> Account:
    address = request.parts["address"]
    if fault := address_fault(address):
        raise unknown(fault)
    return request.world.books.accounts.need((address,), not_found(f"account {address} not found"))


def balances(request: Request) -> Json:
    """An address's balances; empty for an unknown one."""
    address = request.parts["address"]
    if fault := address_fault(address):
        raise bad_request(f"invalid address: {fault}")
    books = request.world.books
    rows = [coin_json(key[1], books.balances[key]) for key in books.balances.keys(address)]
    page, pagination = sdk_page(request.query, rows)
    return {"balances": page, "pagination": pagination}


def _tx_bytes(request: Request) -> bytes:
    text = request.body.get("tx_bytes", "")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise bad_request("illegal base64 data at input byte 0") from error
    if not raw:
        raise bad_request("invalid empty tx")
    return raw


def simulate(request: Request) -> Json:
    """Try a transaction."""
    raw = _tx_bytes(request)
    try:
        return simulation_json(request.world.simulate(raw))
    except Refusal as refusal:
        if refusal.codespace == "sdk" and refusal.code == 2:
            raise bad_request(refusal.text) from refusal
        place = f" [{refusal.place}]" if refusal.place else ""
        raise unknown(f"{refusal.text}{place} with gas used: '{refusal.gas_used}'") from refusal


def broadcast(request: Request) -> Json:
    """Send a transaction."""
    raw = _tx_bytes(request)
    mode = request.body.get("mode", "BROADCAST_MODE_UNSPECIFIED")
    if mode not in ("BROADCAST_MODE_SYNC", "BROADCAST_MODE_ASYNC", 2, 3):
        raise unknown("unsupported return type unspecified; supported types: sync, async")
    return {"tx_response": check_json(request.world.submit(raw))}


def tx_by_hash(request: Request) -> Json:
    """A transaction in a block; 404 until it is indexed."""
    name = request.parts["hash"]
    if not re.fullmatch(r"[0-9a-fA-F]{64}", name):
        raise bad_request(f"invalid tx hash: {name}")
    record = request.world.find_tx(name)
    if record is None:
        raise not_found(f"tx not found: {name.upper()}")
    return {"tx": tx_json(record.raw), "tx_response": record_json(record)}


def txs(request: Request) -> Json:
    """Transactions by events: `query=message.sender='akash1...'`, conditions joined by AND."""
    query = request.query
    text = query.text("query")
    if not text:
        raise bad_request("query cannot be empty")
    try:
        wanted = parse_query(text)
    except BadQuery as error:
        raise bad_request(f"invalid query: {text}") from error
    # a hash is found in upper and lower case
    wanted = tuple(replace(each, operand=each.operand.upper()) if each.key == "tx.hash" else each for each in wanted)
    found = [record for record in request.world.txs() if matches(wanted, tx_index(record))]
    if query.text("order_by") in ("ORDER_BY_DESC", "2"):
        found.reverse()
    limit = query.number("limit") or query.number("pagination.limit") or 100
    start = (max(query.number("page"), 1) - 1) * limit
    page = found[start : start + limit]
    return {
        "txs": [tx_json(record.raw) for record in page],
        "tx_responses": [record_json(record) for record in page],
        "pagination": None,
        "total": str(len(found)),
    }


def current_plan(request: Request) -> Json:
    """The upgrade that is scheduled."""
    return plan_json(request.world.params)


def applied_plan(request: Request) -> Json:
    """The height at which an upgrade was carried out."""
    return applied_json(request.world.params, request.parts["name"])


def grants_of_grantee(request: Request) -> Json:
    """Deposit grants that an account may use."""
    return _deposit_grants(request, request.world.books.deposit_grants.scan(request.parts["address"]))


def grants_of_granter(request: Request) -> Json:
    """Deposit grants that an account has given."""
    address = request.parts["address"]
    return _deposit_grants(request, (g for g in request.world.books.deposit_grants.scan() if g.granter == address))


def _deposit_grants(request: Request, grants: Iterable[DepositGrant]) -> Json:
    rows = [
        {
            "granter": grant.granter,
            "grantee": grant.grantee,
            "authorization": {
                "@type": "/akash.escrow.v1.DepositAuthorization",
                # the old single limit: "0", and in the old denom once the grant has been used
                "spend_limit": coin_json("uakt" if grant.used else "uact", 0),
                "scopes": list(grant.scopes),
                "spend_limits": [coin_json("uact", grant.limit)],
            },
            "expiration": grant.expiration,
        }
        for grant in grants
        if grant.limit
    ]
    page, pagination = sdk_page(request.query, rows)
    return {"grants": page, "pagination": {**pagination, "total": "0"}}


def fee_allowances(request: Request) -> Json:
    """Fee grants that an account may use."""
    return _allowances(request, request.world.books.fee_grants.scan(request.parts["address"]))


def fee_allowances_issued(request: Request) -> Json:
    """Fee grants that an account has given."""
    address = request.parts["address"]
    return _allowances(request, (g for g in request.world.books.fee_grants.scan() if g.granter == address))


def _allowances(request: Request, grants: Iterable[FeeGrant]) -> Json:
    rows = [
        {
            "granter": grant.granter,
            "grantee": grant.grantee,
            "allowance": {
                "@type": "/cosmos.feegrant.v1beta1.BasicAllowance",
                "spend_limit": [coin_json("uakt", grant.limit)],
                "expiration": grant.expiration,
            },
        }
        for grant in grants
    ]
    page, pagination = sdk_page(request.query, rows)
    return {"allowances": page, "pagination": pagination}


AUTH, BANK, TX = "/cosmos/auth/v1beta1", "/cosmos/bank/v1beta1", "/cosmos/tx/v1beta1"
BASE = "/cosmos/base/tendermint/v1beta1"
ROUTES = [
    ("GET", f"{BASE}/node_info", node_info),
    ("GET", f"{BASE}/syncing", syncing),
    ("GET", f"{BASE}/blocks/latest", block_latest),
    ("GET", f"{BASE}/blocks/{{height}}", block_at),
    ("GET", "/cosmos/base/node/v1beta1/config", node_config),
    ("GET", f"{AUTH}/accounts/{{address}}", account),
    ("GET", f"{AUTH}/account_info/{{address}}", account_info),
    ("GET", f"{BANK}/balances/{{address}}", balances),
    ("GET", f"{BANK}/spendable_balances/{{address}}", balances),
    ("POST", f"{TX}/simulate", simulate),
    ("POST", f"{TX}/txs", broadcast),
    ("GET", f"{TX}/txs", txs),
    ("GET", f"{TX}/txs/{{hash}}", tx_by_hash),
    ("GET", "/cosmos/upgrade/v1beta1/current_plan", current_plan),
    ("GET", "/cosmos/upgrade/v1beta1/applied_plan/{name}", applied_plan),
    ("GET", "/cosmos/authz/v1beta1/grants/grantee/{address}", grants_of_grantee),
    ("GET", "/cosmos/authz/v1beta1/grants/granter/{address}", grants_of_granter),
    ("GET", "/cosmos/feegrant/v1beta1/allowances/{address}", fee_allowances),
    ("GET", "/cosmos/feegrant/v1beta1/issued/{address}", fee_allowances_issued),
]
