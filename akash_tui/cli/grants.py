"""`wallet grants`, `wallet grant`, `wallet revoke`: who pays fees and deposits for whom."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import pick, print_answer, print_json, print_table
from akash_tui.cli.quotes import paid_by
from akash_tui.cli.session import confirm_quote, in_session
from akash_tui.cli.suggestions import wallets
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import ACT, ADDRESS, AKT, HOURS
from akash_tui.domain.akash.money import MICRO, UACT, UAKT, Coin, named, units
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from akash_tui.services.core.session import Session
    from akash_tui.services.ports.grants import DepositGrant, FeeGrant, Grants
    from akash_tui.services.spending.granting import GrantQuote


@click.command("grants")
@click.argument("name", required=False, shell_complete=wallets)
@global_options
def list_(g: GlobalOptions, name: str | None) -> None:
    """Who pays fees and deposits for this wallet, and for whom it pays them."""
    g.readonly = True
    g.wallet = name or g.wallet

    async def work(session: Session) -> None:
        received = await session.chain.grants_to(session.owner)
        given = await session.chain.grants_by(session.owner)
        now = session.clock.now()
        if g.json:
            print_json({"v": 1, "owner": session.owner, "received": _json(received, now), "given": _json(given, now)})
            return
        rows = [*_rows(received, now, given=False), *_rows(given, now, given=True)]
        if not rows:
            click.echo("No account pays anything for this wallet, and it pays for none.")
            return
        print_table(["", "account", "pays", "left", "until"], rows)
        if received.fees or received.deposits:
            click.echo("\nUse them with --fee-granter ADDRESS and --deposit-from grant (or both, or ADDRESS).")

    in_session(g, work)


def _json(grants: Grants, now: datetime) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for fee in grants.fees:
        left = fee.left(UAKT)
        rows.append(
            {
                "pays": "fees",
                "left": None if left is None else Coin(UAKT, left),
                "known": fee.known,
                "messages": list(fee.messages),
                **_common(fee, now),
            }
        )
    for deposit in grants.deposits:
        rows.append(
            {
                "pays": "deposits",
                "left": Coin(UACT, deposit.left(UACT)),
                **pick(deposit, "scopes"),
                **_common(deposit, now),
            }
        )
    return rows


def _common(grant: FeeGrant | DepositGrant, now: datetime) -> dict[str, object]:
    return {**pick(grant, "granter", "grantee", "expires"), "expired": grant.is_over(now)}


def _rows(grants: Grants, now: datetime, *, given: bool) -> Sequence[Sequence[str]]:
    rows = []
    found: tuple[FeeGrant | DepositGrant, ...] = (*grants.fees, *grants.deposits)
    for grant in found:
        who = grant.grantee if given else grant.granter
        rows.append(["to" if given else "from", who, _pays(grant), _left(grant), _until(grant, now)])
    return rows


def _pays(grant: FeeGrant | DepositGrant) -> str:
    from akash_tui.services.ports.grants import FeeGrant

    if not isinstance(grant, FeeGrant):
        return "deposits" if "deployment" in grant.scopes else f"deposits for {' and '.join(grant.scopes) or 'nothing'}"
    return "fees" if not grant.messages else f"fees of {len(grant.messages)} kinds of message"


def _left(grant: FeeGrant | DepositGrant) -> str:
    from akash_tui.services.ports.grants import FeeGrant

    if not isinstance(grant, FeeGrant):
        return named(Coin(UACT, grant.left(UACT)))
    left = grant.left(UAKT)
    if not grant.known:
        return "not known"
    return "no limit" if left is None else named(Coin(UAKT, left))


def _until(grant: FeeGrant | DepositGrant, now: datetime) -> str:
    if grant.expires is None:
        return "it is revoked"
    return f"{grant.expires:%Y-%m-%d %H:%M} UTC" + (" (expired)" if grant.is_over(now) else "")


@click.command()
@click.argument("address", type=ADDRESS)
@click.option("--fees", type=AKT, metavar="AKT", help="The most gas to pay for it.")
@click.option("--deposits", type=ACT, metavar="ACT", help="The most to pay into its deployments.")
@click.option("--expires", type=HOURS, metavar="TIME", help="Until when, from now: 30d, 12h (default: until revoked).")
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_spend")
@paying_options("fee_granter", "unsigned")
@global_options
def grant(
    g: GlobalOptions, address: str, fees: Decimal | None, deposits: Decimal | None, expires: Decimal | None, yes: bool
) -> None:
    """Pay fees or deposits for another account, up to a limit.

    The money stays in this wallet until the other account uses it; what a deployment does not use comes back here.
    """
    from datetime import timedelta

    from akash_tui.services.spending import granting

    async def quoted(session: Session) -> GrantQuote:
        until = None if expires is None else session.clock.now() + timedelta(seconds=int(expires * 3600))
        return await granting.grant_quote(session, address, _micro(fees), _micro(deposits), until)

    _sign(g, quoted, yes)


@click.command()
@click.argument("address", type=ADDRESS)
@click.option("--fees", is_flag=True, help="Only the fees.")
@click.option("--deposits", is_flag=True, help="Only the deposits.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee")
@paying_options("fee_granter", "unsigned")
@global_options
def revoke(g: GlobalOptions, address: str, fees: bool, deposits: bool, yes: bool) -> None:
    """Stop paying fees or deposits for another account.

    What is in its deployments already stays there; the part that they do not use comes back here.
    """
    from akash_tui.services.spending import granting

    async def quoted(session: Session) -> GrantQuote:
        return await granting.revoke_quote(session, address, fees=fees, deposits=deposits)

    _sign(g, quoted, yes)


def _micro(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * MICRO)


def _sign(g: GlobalOptions, quoted: Callable[[Session], Awaitable[GrantQuote]], yes: bool) -> None:
    from akash_tui.services.spending import granting

    async def work(session: Session) -> None:
        quote = await quoted(session)
        what = "; ".join(quote.lines)
        if g.unsigned is not None:
            click.echo(what, err=True)
            write_unsigned(g, session, quote)
            return
        question = (
            f"{what[:1].upper()}{what[1:]}? Gas about {units(quote.fee.amount, 4)} AKT, never more than "
            f"{units(quote.fee_ceiling.amount, 4)}{paid_by(quote)}."
        )
        if not confirm_quote(session, question, quote.beyond, yes=yes, messages=quote.draft.messages):
            raise BadInput("Nothing was sent.", "Answer yes to continue.")
        result = await granting.execute(session, quote)
        answer = {"v": 1, "tx": result.hash, "height": result.height, "grantee": quote.grantee}
        print_answer(g, answer, f"done in block {result.height}: {what}  (tx {result.hash})")

    in_session(g, work)
