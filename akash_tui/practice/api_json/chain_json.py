"""Deployments, orders, bids, leases, escrow and the rest of the books as REST shows them."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.rules.bme import record_id
from akash_tui.practice.rules.lifecycle import deployment_id, group_id
from akash_tui.practice.rules.market_book import bid_id, bid_xid, deployment_xid, order_id, payment_key
from akash_tui.practice.state.amounts import DecCoin, coin_json
from akash_tui.practice.state.books import (
    Account,
    Audit,
    Bid,
    Books,
    Certificate,
    Deployment,
    EscrowAccount,
    EscrowPayment,
    Group,
    Lease,
    LedgerRecord,
    Order,
    Provider,
)

Json = dict[str, Any]


def deployment_json(books: Books, deployment: Deployment) -> Json:
    """A deployment with its groups and its escrow account."""
    groups = books.groups.scan(deployment.owner, deployment.dseq)
    account = books.escrow_accounts[("deployment", deployment_xid(deployment.owner, deployment.dseq))]
    return {
        "deployment": {
            "id": deployment_id(deployment),
            "state": deployment.state,
            "hash": deployment.hash,
            "created_at": str(deployment.created_at),
            "reclamation": _min_window(deployment.min_window),
        },
        "groups": [group_json(group) for group in groups],
        "escrow_account": account_json(account),
    }


def _min_window(window: str | None) -> Json | None:
    return None if window is None else {"min_window": window}


def group_json(group: Group) -> Json:
    """One group."""
    return {
        "id": group_id(group),
        "state": group.state,
        "group_spec": group.spec,
        "created_at": str(group.created_at),
    }


def order_json(order: Order) -> Json:
    """One order."""
    return {
        "id": order_id(order),
        "state": order.state,
        "spec": order.spec,
        "created_at": str(order.created_at),
        "reclamation": _min_window(order.min_window),
    }


def bid_json(books: Books, bid: Bid) -> Json:
    """A bid with its escrow account."""
    return {
        "bid": {
            "id": bid_id(bid),
            "state": bid.state,
            "price": bid.price.json,
            "created_at": str(bid.created_at),
            "resources_offer": list(bid.resources_offer),
            "reclamation_window": bid.reclamation_window,
        },
        "escrow_account": account_json(books.escrow_accounts[("bid", bid_xid(bid))]),
    }


def lease_json(books: Books, lease: Lease) -> Json:
    """A lease with its payment."""
    payment = books.payments[payment_key(lease)]
    reclamation = None
    if lease.reclamation_window is not None:
        reclamation = {
            "window": lease.reclamation_window,
            "started_at": str(lease.reclaim_started),
            "deadline": str(lease.reclaim_deadline),
            "reason": lease.reclaim_reason,
        }
    return {
        "lease": {
            "id": bid_id(lease),
            "state": lease.state,
            "price": lease.price.json,
            "created_at": str(lease.created_at),
            "closed_on": str(lease.closed_on),
            "reason": lease.reason,
            "reclamation": reclamation,
        },
        "escrow_payment": payment_json(payment),
    }


def account_json(account: EscrowAccount) -> Json:
    """An escrow account."""
    return {
        "id": {"scope": account.scope, "xid": account.xid},
        "state": {
            "owner": account.owner,
            "state": account.state,
            "transferred": [coin.json for coin in account.transferred],
            "settled_at": str(account.settled_at),
            "funds": [coin.json for coin in account.funds],
            "deposits": [
                {
                    "owner": each.owner,
                    "height": str(each.height),
                    "source": each.source,
                    "balance": DecCoin(each.denom, each.atto).json,
                }
                for each in account.deposits
            ],
        },
    }


def payment_json(payment: EscrowPayment) -> Json:
    """An escrow payment."""
    return {
        "id": {"aid": {"scope": payment.scope, "xid": payment.xid}, "xid": payment.pid},
        "state": {
            "owner": payment.owner,
            "state": payment.state,
            "rate": DecCoin(payment.denom, payment.rate).json,
            "balance": DecCoin(payment.denom, payment.balance).json,
            "unsettled": DecCoin(payment.denom, payment.unsettled).json,
            "withdrawn": coin_json(payment.denom, payment.withdrawn),
        },
    }


def pairs_json(pairs: tuple[tuple[str, str], ...]) -> list[Json]:
    """Attributes."""
    return [{"key": key, "value": value} for key, value in pairs]


def provider_json(provider: Provider) -> Json:
    """A provider."""
    return {
        "owner": provider.owner,
        "host_uri": provider.host_uri,
        "attributes": pairs_json(provider.attributes),
        "info": {"email": provider.email, "website": provider.website},
    }


def audit_json(audit: Audit) -> Json:
    """Signed attributes."""
    return {"owner": audit.owner, "auditor": audit.auditor, "attributes": pairs_json(audit.attributes)}


def certificate_json(certificate: Certificate) -> Json:
    """A certificate with its serial."""
    inner = {"state": certificate.state, "cert": certificate.cert, "pubkey": certificate.pubkey}
    return {"certificate": inner, "serial": certificate.serial}


def ledger_json(record: LedgerRecord) -> Json:
    """A ledger record; the key of its last part depends on its status."""
    result = record.result
    if record.status == "pending":
        result = {
            "owner": record.source,
            "to": record.to,
            "coins_to_burn": coin_json(record.denom, record.amount),
            "denom_to_mint": record.to_denom,
            "attempts": 0,
        }
    return {
        "id": record_id(record),
        "status": f"ledger_record_status_{record.status}",
        f"{record.status}_record": result,
    }


def auth_json(account: Account) -> Json:
    """An account of the auth module, with its type; a module account nests its base."""
    base = auth_info(account)
    if not account.module:
        return {"@type": "/cosmos.auth.v1beta1.BaseAccount", **base}
    return {
        "@type": "/cosmos.auth.v1beta1.ModuleAccount",
        "base_account": base,
        "name": account.module,
        "permissions": list(account.permissions),
    }


def auth_info(account: Account) -> Json:
    """The flat form of an account."""
    key = account.pubkey
    return {
        "address": account.address,
        "pub_key": None if key is None else {"@type": "/cosmos.crypto.secp256k1.PubKey", "key": key},
        "account_number": str(account.number),
        "sequence": str(account.sequence),
    }
