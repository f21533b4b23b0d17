"""A wallet in labelled lines: the same words on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from akash_tui.domain.akash.lease_end import how_long, seconds_text
from akash_tui.domain.akash.money import UACT, UAKT, Coin, in_full, named, named_in_full, plain, rate, rounded
from akash_tui.domain.akash.network import Network
from akash_tui.domain.text import end_time, plural, short_address
from akash_tui.services.ports import MintRecord
from akash_tui.services.wallet.akt_value import AktValue, in_usd
from akash_tui.services.wallet.locked_funds import LockedDeployment, LockedFunds
from akash_tui.services.wallet.movements import Movement
from akash_tui.services.wallet.wallet_reader import WalletView

Emphasis = Literal["", "muted", "strong", "warn", "bad"]
_TOKENS = ((UACT, "ACT", "pays for compute"), (UAKT, "AKT", "pays gas, and becomes ACT by a mint"))


@dataclass(frozen=True, slots=True)
class WalletLine:
    """One line; without a label it continues the one above."""

    label: str
    text: str
    emphasis: Emphasis = ""


def first_steps(network: Network) -> tuple[str, ...]:
    """What AKT and ACT are and how to get them, in four sentences."""
    akt = "it is bought on an exchange and sent to the wallet's address"
    if network.faucet is not None:
        akt = "on this network the faucet gives it, and it has no value"
    return (
        f"AKT pays the gas of every transaction; {akt}.",
        "ACT pays for compute: 1 ACT is about 1 US dollar, and it cannot be bought or sent.",
        "The chain mints ACT from AKT in about a minute, on mainnet at least 10 ACT at a time, and burns it back.",
        "Keep a little AKT for gas: 1 AKT pays for more than a hundred transactions.",
    )


def balance_lines(view: WalletView, now: datetime) -> Iterator[WalletLine]:
    """ACT and AKT with what they are worth, and who says so; other tokens as the chain writes them."""
    for denom, label, use in _TOKENS:
        coin = Coin(denom, view.balance(denom))
        worth = in_usd(coin, view.akt)
        dollars = f" ≈ ${rate(worth)}" if worth is not None else ""
        yield WalletLine(label, f"{in_full(coin.amount)}{dollars} · {use}", "strong" if coin.amount else "muted")
    if view.akt is not None:
        yield _value_line(view.akt, now)
    for coin in view.balances:
        if coin.denom not in (UACT, UAKT) and coin.amount:
            yield WalletLine("other", str(coin), "muted")


def _value_line(akt: AktValue, now: datetime) -> WalletLine:
    age = "its age is not known"
    if akt.at is not None:
        # to the minute: a line that changes with each second draws the eye to what does not matter
        seconds = int((now - akt.at).total_seconds())
        age = f"{'under 1 min' if seconds < 60 else how_long(Decimal(seconds) / 3600)} old"
    text = f"1 AKT = ${plain(rounded(akt.usd, 6))} by {akt.source}, {age}"
    if not akt.healthy:
        return WalletLine("", f"{text}; the chain marks this price as unhealthy", "warn")
    return WalletLine("", text, "muted")


def funds_lines(funds: LockedFunds, wallet_act: int) -> Iterator[WalletLine]:
    """What is locked in all and for each deployment, what it costs, and until when it lasts. Escrow is shown in cents:
    its smallest units change with every block."""
    if not funds.deployments:
        yield WalletLine("locked", "nothing: no deployment is open", "muted")
        return
    held = named(Coin(UACT, funds.total), 2)
    yield WalletLine("locked", f"{held} in escrow of {plural(len(funds.deployments), 'deployment')}")
    yield from (WalletLine("", _locked_text(each), "bad" if each.left < 0 else "") for each in funds.deployments)
    first = funds.first_out
    if first is None or first.lasts_hours is None:
        yield WalletLine("spending", "nothing runs, nothing costs", "muted")
        return
    low = first.lasts_hours < 2
    text = f"≈ ${rate(funds.price_h)} an hour; {first.name} runs out first, in {how_long(first.lasts_hours)}"
    yield WalletLine("spending", text, "warn" if low else "")
    if funds.runs_hours is not None and wallet_act:
        rest = named(Coin(UACT, wallet_act), 2)
        until = _until(funds.runs_hours, funds.runs_until)
        yield WalletLine("", f"with the wallet's {rest}, all could run{until}", "muted")


def _locked_text(each: LockedDeployment) -> str:
    name = f"{each.name} {each.id.dseq}"
    if each.left < 0:
        return f"{name}: owes {named_in_full(Coin(UACT, -each.left))}; its funds have run out"
    text = f"{name}: {named(Coin(UACT, each.left), 2)}"
    if each.lasts_hours is None:
        return f"{text}, nothing runs"
    return f"{text}, ≈ ${rate(each.price_h)}/h{_until(each.lasts_hours, each.lasts_until)}"


def _until(hours: Decimal, at: datetime | None) -> str:
    return f" for {how_long(hours)}" if at is None else f" until {end_time(at, hours)}"


def grant_lines(view: WalletView, now: datetime) -> Iterator[WalletLine]:
    """What other accounts pay for this wallet, one line for each; nothing without any."""
    usable = [grant for grant in view.grants.fees if not grant.is_over(now)]
    pays: dict[str, list[str]] = {}
    for fee in usable:
        left = fee.left(UAKT)
        most = "" if left is None else f" up to {named(Coin(UAKT, left))}"
        pays.setdefault(fee.granter, []).append(f"gas{most}")
    for deposit in view.grants.paying(now):
        most = named(Coin(UACT, deposit.left(UACT)), 2)
        pays.setdefault(deposit.granter, []).append(f"deposits up to {most}")
    for at, (granter, parts) in enumerate(pays.items()):
        yield WalletLine("" if at else "grants", f"{short_address(granter)} pays {' and '.join(parts)}")


def mint_lines(view: WalletView) -> Iterator[WalletLine]:
    """Whether AKT can be turned into ACT now and on which terms, and what is in the chain's queue."""
    status, seconds = view.mint, view.mint_seconds
    if status is None or seconds is None:
        if not view.unknown:
            yield WalletLine("mint", "this chain has none", "muted")
    elif not status.mints_allowed:
        back = "ACT can be burned back into AKT." if status.refunds_allowed else "Nothing is paid back for ACT either."
        yield WalletLine("mint", f"{status.halt_title} {back}", "warn")
    else:
        parts = [f"spread {plain(Decimal(status.spread_bps) / 100)} %"]
        gives = view.act_for_akt
        if gives is not None:
            parts.insert(0, f"1 AKT gives about {plain(rounded(gives, 6))} ACT")
        parts += [f"at least {named_in_full(coin)}" for coin in status.min_mint if coin.denom == UACT]
        parts.append(f"takes about {seconds_text(int(seconds))} or longer")
        low = status.status.endswith("_warning")
        yield WalletLine("mint", ("collateral is low, " if low else "") + ", ".join(parts), "warn" if low else "")
    for record in view.waiting:
        yield WalletLine("waiting", _waiting_text(record))
    for sentence in view.unknown:
        yield WalletLine("not known", sentence, "warn")


def _waiting_text(record: MintRecord) -> str:
    to = "ACT" if record.denom == UAKT else "AKT"
    what = "an amount that the ledger does not name" if record.burned is None else named_in_full(record.burned)
    return f"{what} → {to}, in the chain's queue since block {record.height:,}"


def movement_texts(movement: Movement, now: datetime, provider: str = "") -> tuple[str, str, str, str]:
    """When, what, how much, and what else there is to know. `provider` is the name of its provider."""
    at, today = movement.at.astimezone(), now.astimezone().date()
    when = f"{at:%H:%M}" if at.date() == today else f"{at:%-d %b %H:%M}"
    what = movement.title + (f" at {provider}" if provider else f" {movement.name}" if movement.name else "")
    changes = ", ".join(change_text(coin) for coin in movement.changes) or "no change"
    if not movement.known:
        changes += " …" if movement.changes else ""
        changes = "?" if changes == "no change" else changes
    more = [
        *([f"dseq {movement.dseq}"] if movement.dseq is not None else []),
        *([movement.note] if movement.note else []),
    ]
    return when, what, changes, " · ".join(more)


def change_text(coin: Coin) -> str:
    """`−0.0087 AKT`, `+20.00 ACT`: to the smallest unit."""
    return ("+" if coin.amount > 0 else "−") + named_in_full(Coin(coin.denom, abs(coin.amount)))
