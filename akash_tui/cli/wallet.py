"""`wallet`: the commands that touch no key: watch, list, show, fund, default, rename."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, global_options, local_options
from akash_tui.cli.output import pick, print_answer, print_json, print_rows, print_table
from akash_tui.cli.session import chosen_network, in_session, prompt_secret, run_async
from akash_tui.cli.suggestions import wallets
from akash_tui.cli.values import ADDRESS
from akash_tui.domain.akash.address import HD_PATH
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.errors import NotSignedIn, no_wallet

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.ports import WalletRef
    from akash_tui.services.storage.journal_entries import Sent
    from akash_tui.services.storage.settings import Bounds
    from akash_tui.services.wallet.locked_funds import LockedFunds
    from akash_tui.services.wallet.wallet_reader import WalletView


PRACTICE_STORE = "practice"
"""`WalletRef.store` of the throw-away account of the practice network."""
LAST_SHOWN = 8
"""How many movements `wallet show` lists; `journal` has all."""


def print_wallet(g: GlobalOptions, ref: WalletRef) -> None:
    """One wallet as the answer of a command."""
    path = "" if ref.watch_only or ref.path == HD_PATH else f"  at {ref.path}"
    print_answer(
        g,
        wallet_json(ref),
        f"{ref.name}  {ref.address}  ({ref.store or ('watch' if ref.watch_only else 'keyring')}){path}",
    )


def wallet_json(ref: WalletRef) -> dict[str, object]:
    """One wallet as JSON."""
    return {"v": 1, **pick(ref, "name", "address", "watch_only", "store"), "path": None if ref.watch_only else ref.path}


@click.command()
@click.argument("name")
@click.argument("address", type=ADDRESS)
@local_options
def watch(g: GlobalOptions, name: str, address: str) -> None:
    """Add an account without its key (watch-only): it can be read but cannot sign."""
    print_wallet(g, g.entry.wallets().watch(name, address))


@click.command("list")
@local_options
def list_(g: GlobalOptions) -> None:
    """All accounts on this machine."""
    vault = g.entry.wallets()
    practice = g.entry.saved_practice_wallet()
    found = [*vault.wallets(), *([practice] if practice is not None else [])]
    if g.json:
        print_rows(g, [wallet_json(ref) for ref in found])
        return
    if not found:
        click.echo("No wallets yet: akash-tui wallet create, or akash-tui wallet import.")
        return
    default = vault.wallet(None)
    print_table(
        ["", "name", "address", "stored in"],
        [
            ["*" if default and ref.address == default.address else "", ref.name, ref.address, _storage(ref)]
            for ref in found
        ],
    )
    if practice is not None:
        click.echo("\nOn the practice network the wallet practice is used, unless --wallet gives another.")


def _storage(ref: WalletRef) -> str:
    return "file (no real money)" if ref.store == PRACTICE_STORE else ref.store


@click.command()
@click.argument("name", required=False, shell_complete=wallets)
@global_options
def show(g: GlobalOptions, name: str | None) -> None:
    """One account and the limits of what it may spend; with a network, also its funds, what is locked, the mint and
    what moved last."""
    on_network = bool(g.network or g.rest or g.entry.settings.default_network)
    ref = _active_wallet(g) if on_network and not (name or g.wallet) else find_wallet(g, name)
    if on_network:
        g.readonly = True
        g.wallet = name or g.wallet
        in_session(g, lambda session: _show_funds(g, ref, session))
    elif g.json:
        print_json(wallet_json(ref) | {"balances": None, "limits": _limits_json(g.entry.settings.bounds)})
    else:
        print_wallet(g, ref)
        _print_limits(g.entry.settings.bounds)


async def _show_funds(g: GlobalOptions, ref: WalletRef, session: Session) -> None:
    """What the wallet screen shows, read by the same service."""
    from akash_tui.services.leases.lease_reader import Leases
    from akash_tui.services.leases.lease_summary import summarize
    from akash_tui.services.wallet.locked_funds import locked_funds
    from akash_tui.services.wallet.wallet_reader import read_wallet

    view = await read_wallet(session)
    deployments = [summarize(each) for each in await Leases(session).all()]
    funds = locked_funds(deployments, view.balance(UACT), session.clock.now())
    if g.json:
        print_json(wallet_json(ref) | _funds_json(view, funds) | {"limits": _limits_json(session.bounds)})
        return
    print_wallet(g, ref)
    _print_funds(session, view, funds)


def _print_funds(session: Session, view: WalletView, funds: LockedFunds) -> None:
    from akash_tui.services.spending.limits import sent_before
    from akash_tui.services.wallet import wallet_lines

    now = session.clock.now()
    lines = [
        *wallet_lines.balance_lines(view, now),
        *wallet_lines.grant_lines(view, now),
        *wallet_lines.funds_lines(funds, view.balance(UACT)),
        *wallet_lines.mint_lines(view),
    ]
    for line in lines:
        click.echo(f"{line.label:<10}{line.text}")
    _print_limits(session.bounds, sent_before(session))
    if view.is_empty:
        click.echo("")
        for sentence in wallet_lines.first_steps(session.network):
            click.echo(sentence)
    if view.last:
        click.echo("")
        name = session.provider_cache.name
        rows = [
            list(wallet_lines.movement_texts(each, now, name(each.provider) if each.provider else ""))
            for each in view.last[:LAST_SHOWN]
        ]
        print_table(["when", "what", "change", ""], rows)


def _print_limits(bounds: Bounds, sent: Sent | None = None) -> None:
    """The limits of what is spent; `sent`: with what is spent of them."""
    from akash_tui.services.spending.limits import SPENDING, limit_lines

    lines = [line.text for line in limit_lines(bounds, sent) if line.name in SPENDING]
    for label, text in zip(["limits", *[""] * len(lines)], lines, strict=False):
        click.echo(f"{label:<10}{text}")


def _limits_json(bounds: Bounds) -> dict[str, object]:
    """The same as JSON: decimal strings, null for no limit."""
    return {
        "max_fee": str(bounds.max_fee),
        **{
            name: {key: None if value is None else str(value) for key, value in limits.model_dump().items()}
            for name, limits in (("act", bounds.act), ("akt", bounds.akt))
        },
    }


def _funds_json(view: WalletView, funds: LockedFunds) -> dict[str, object]:
    """The fields that a network adds; hourly figures are in ACT."""
    akt, mint = view.akt, view.mint
    locked = [
        {
            "dseq": str(each.id.dseq),
            "left": Coin(UACT, each.left),
            **pick(each, "name", "price_h", "lasts_hours", "lasts_until"),
        }
        for each in funds.deployments
    ]
    return {
        "balances": view.balances,
        "akt": None if akt is None else pick(akt, "usd", "source", "at", "healthy"),
        "locked": locked,
        "locked_total": Coin(UACT, funds.total),
        "spending_h": funds.price_h,
        "mint": None if mint is None else pick(mint, "status", "mints_allowed", "refunds_allowed", "min_mint"),
        "waiting": [pick(each, "height", "sequence", "denom", "burned") for each in view.waiting],
        "last": [
            {
                "dseq": None if each.dseq is None else str(each.dseq),
                **pick(each, "at", "kind", "changes", "known", "note", "tx"),
            }
            for each in view.last
        ],
        "unknown": view.unknown,
    }


@click.command()
@click.argument("name", required=False, shell_complete=wallets)
@global_options
def fund(g: GlobalOptions, name: str | None) -> None:
    """Request tokens from the faucet of a practice or test network; they have no value."""
    network = chosen_network(g)
    ref = find_wallet(g, name) if name else _active_wallet(g)
    tx = run_async(lambda: g.entry.fund(network, ref.address))
    print_answer(
        g,
        {"v": 1, "name": ref.name, "address": ref.address, "tx": tx},
        f"{ref.name} got tokens on {network.called}  (tx {tx})",
    )


@click.command()
@click.argument("name", shell_complete=wallets)
@local_options
def default(g: GlobalOptions, name: str) -> None:
    """Use this account when no other is given."""
    vault = g.entry.wallets()
    vault.set_default(name)
    print_wallet(g, find_wallet(g, name))


@click.command()
@click.argument("name", shell_complete=wallets)
@click.argument("new_name")
@local_options
def rename(g: GlobalOptions, name: str, new_name: str) -> None:
    """Give an account another name."""
    print_wallet(g, g.entry.wallets(prompt_secret).rename(name, new_name))


def _active_wallet(g: GlobalOptions) -> WalletRef:
    """The wallet that commands use on this network; on practice that may be its throw-away one."""

    async def read(session: Session) -> WalletRef:
        return session.wallet or find_wallet(g, None)

    g.readonly = True
    return in_session(g, read)


def find_wallet(g: GlobalOptions, name: str | None) -> WalletRef:
    """The wallet of a name, that of `--wallet`, or the default one. Raises `NotSignedIn`."""
    wanted = name or g.wallet
    ref = g.entry.wallets().wallet(wanted)
    practice = g.entry.saved_practice_wallet() if ref is None and wanted else None
    if practice is not None and practice.name == wanted:
        return practice
    if ref is None and not wanted:
        raise no_wallet()
    if ref is None:
        raise NotSignedIn(
            f"There is no wallet called {wanted}.",
            "akash-tui wallet list shows your wallets; akash-tui wallet create makes one.",
        )
    return ref
