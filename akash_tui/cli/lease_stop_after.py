"""`lease stop-after`: when a deployment is to end by itself, and waiting here until it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import pick, print_answer, print_json, print_progress
from akash_tui.cli.quotes import deposit_lines, paid_by, print_who_stops
from akash_tui.cli.session import confirm, confirm_quote, in_session, print_beyond
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import DSEQ, RUNTIME_LIMIT
from akash_tui.domain.akash.money import MICRO, UACT, DecCoin, exact, rate, units
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.akash.amounts import RuntimeLimit
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.automation.stop_after import LimitQuote, StopAfter
    from akash_tui.services.core.session import Session
    from akash_tui.services.leases.runtime_limits import LimitState

WAIT_SECONDS = 10.0
WAIT_SECONDS_PRACTICE = 0.5
"""How often --wait reads the chain; on practice time may pass faster."""


@click.command("stop-after")
@click.argument("dseq", type=DSEQ)
@click.argument("limit", type=RUNTIME_LIMIT, required=False, metavar="[LIMIT]")
@click.option("--off", is_flag=True, help="Remove the limit; what was deposited for it stays in escrow.")
@click.option("--wait", is_flag=True, help="Wait here until the limit is reached, and close the deployment then.")
@click.option("--dry-run", is_flag=True, help="Show the quote; sign nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_deposit", "max_spend")
@paying_options("unsigned")
@global_options
def stop_after(
    g: GlobalOptions, dseq: int, limit: RuntimeLimit | None, off: bool, wait: bool, dry_run: bool, yes: bool
) -> None:
    """Let a deployment end by itself: 8h, '$10' or both, counted from now on.

    Without a LIMIT: shows the one that holds. While the app or --wait runs, the deployment is closed about then, and
    the rest of its deposit comes back. Otherwise its escrow, which is sized to the limit, ends it a little later.
    """
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.automation.stop_after import StopAfter

    if off and (limit is not None or wait or dry_run or g.unsigned is not None):
        raise BadInput("--off cannot be combined with other options.", f"akash-tui lease stop-after {dseq} --off")
    if g.unsigned is not None and (limit is None or wait or dry_run):
        raise BadInput(
            "--unsigned needs a limit, and goes neither with --wait nor with --dry-run.",
            f"akash-tui lease stop-after {dseq} 8h --unsigned FILE",
        )

    async def work(session: Session) -> None:
        stop, id = StopAfter(session), DeploymentId(session.owner, dseq)
        if off:
            if stop.remove(id) is None:
                raise BadInput(f"Deployment {dseq} has no limit.", f"Set one: akash-tui lease stop-after {dseq} 8h")
            print_answer(g, {"v": 1, "dseq": str(dseq), "stop_after": None}, f"deployment {dseq} has no limit any more")
            return
        if limit is not None and not await _set(g, session, stop, id, limit, dry_run=dry_run, yes=yes, quiet=wait):
            return
        if wait:
            await _wait(g, session, stop, id)
        elif limit is None:
            await _show(g, session, stop, id)

    in_session(g, work)


async def _set(
    g: GlobalOptions,
    session: Session,
    stop: StopAfter,
    id: DeploymentId,
    limit: RuntimeLimit,
    *,
    dry_run: bool,
    yes: bool,
    quiet: bool,
) -> bool:
    """Quote the limit and save it; True if it holds now. `quiet`: the answer comes when it is reached."""
    quote = await stop.quote(id, limit)
    for line in _lines(quote):
        click.echo(line, err=g.json or not dry_run)
    if g.unsigned is not None:
        _write_unsigned(g, session, stop, quote)
        return False
    beyond = () if quote.deposit is None else quote.deposit.beyond
    if dry_run:
        print_beyond(beyond)
        if g.json:
            print_json(_json(quote))
        return False
    question = f"Close deployment {id.dseq} after about {limit.words}?"
    if quote.deposit is not None:
        question += f" That adds {exact(quote.deposit.deposit.amount)} ACT to its escrow."
        agreed = confirm_quote(session, question, beyond, yes=yes)
    else:
        agreed = confirm(question, yes=yes)
    if not agreed:
        raise BadInput("Nothing was changed.", "Answer yes to continue.")
    result = await stop.agree(quote)
    tx = "" if result is None else f"  (tx {result.hash})"
    if not quiet:
        added: dict[str, object] = {} if result is None else {"tx": result.hash, "height": result.height}
        print_answer(g, _json(quote) | added, f"deployment {id.dseq} stops itself {_when(quote.state)}{tx}")
        print_who_stops(id.dseq, quote.escrow_until)
    return True


def _write_unsigned(g: GlobalOptions, session: Session, stop: StopAfter, quote: LimitQuote) -> None:
    """Write the deposit that the limit needs, then save the limit: who signs elsewhere leaves the end to escrow."""
    if quote.deposit is None:
        raise BadInput(
            "The escrow pays for that limit already: there is nothing to sign.",
            f"Leave --unsigned out: akash-tui lease stop-after {quote.id.dseq} {quote.saved.limit.typed}",
        )
    write_unsigned(g, session, quote.deposit)
    stop.save(quote)
    click.echo(
        "The limit is saved. Without a key here nothing closes the deployment then: escrow ends it, once this deposit "
        "is sent.",
        err=True,
    )


async def _show(g: GlobalOptions, session: Session, stop: StopAfter, id: DeploymentId) -> None:
    state = (await stop.states()).get(id)
    if state is None:
        raise BadInput(f"Deployment {id.dseq} has no limit.", f"Set one: akash-tui lease stop-after {id.dseq} 8h")
    text = f"deployment {id.dseq} stops itself {_when(state)}"
    print_answer(g, {"v": 1, "dseq": str(id.dseq), **limit_json(state)}, text)


async def _wait(g: GlobalOptions, session: Session, stop: StopAfter, id: DeploymentId) -> None:
    """Until it is closed, by us or by anybody else. Raises what closing it raises."""
    from akash_tui.services.automation.stop_after import DoneStop
    from akash_tui.services.core.events import others_json

    saved = stop.find(id)
    if saved is None:
        raise BadInput(
            f"Deployment {id.dseq} has no limit.", f"Set one: akash-tui lease stop-after {id.dseq} 8h --wait"
        )
    session.require_signer()  # a passphrase is asked for now, not in some hours
    print_progress(
        f"waiting: deployment {id.dseq} is closed after about {saved.limit.words}; ctrl+c stops waiting only"
    )
    pause = WAIT_SECONDS_PRACTICE if session.network.practice else WAIT_SECONDS
    while True:
        done = await stop.run(saved)
        if isinstance(done, DoneStop):
            refund = done.result.refund
            back = "the refund could not be read" if refund is None else f"{exact(refund.amount)} ACT came back"
            back += "".join(f", {exact(coin.amount)} ACT went back to {who}" for who, coin in done.result.others)
            answer = {"v": 1, "dseq": str(id.dseq), **pick(done.result, "tx", "height", "refund")}
            answer |= others_json(done.result.others)
            print_answer(g, answer, f"closed after {saved.limit.words}; {back}  (tx {done.result.tx})")
            return
        if done is not None:
            raise BadInput(
                f"The limit of deployment {id.dseq} is over: {done.over}.", f"akash-tui lease show {id.dseq}"
            )
        now = stop.find(id)
        if now is None:
            raise BadInput(f"The limit of deployment {id.dseq} was removed.", f"akash-tui lease show {id.dseq}")
        saved = now
        await session.clock.sleep(pause)


def _lines(quote: LimitQuote) -> list[str]:
    more = quote.too_much >= MICRO // 100
    out = [
        f"deployment {quote.id.dseq} ({quote.name}) at ≈ ${rate(quote.price_h)} an hour",
        f"  stops    {_when(quote.state)}",
        f"  escrow   {exact(quote.left)} ACT left"
        + (f", {exact(quote.too_much)} more than that needs" if more else ""),
    ]
    if quote.deposit is not None:
        add = quote.deposit
        out.append(f"  add      {exact(add.deposit.amount)} ACT, so that it lasts as long; the rest comes back")
        out += [f"           {line}" for line in deposit_lines(add)]
        most = units(add.fee_ceiling.amount, 4)
        out.append(f"  gas      ≈ {units(add.fee.amount, 4)} AKT (at most {most}){paid_by(add)}")
        out += [f"  not verified  {sentence}" for sentence in add.unverified]
    if quote.escrow_until is not None:
        out.append(f"  else     if no program of yours runs then, escrow ends it about {_at(quote.escrow_until)}")
    return out


def _when(state: LimitState) -> str:
    words = state.saved.limit.words
    if state.hours_left is None:
        return f"about {words} after its first lease" if state.saved.start_height is None else f"after {words}"
    if state.stops_at is None:
        return f"after {words}"
    return f"about {_at(state.stops_at)} ({words})"


def _at(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def limit_json(state: LimitState) -> dict[str, object]:
    """The limit of a deployment, as `lease list` and `lease status` give it too."""
    from akash_tui.services.core.events import decimal

    return {
        "stop_after": {
            "limit": state.saved.limit.typed,
            "hours_left": decimal(state.hours_left, 4),
            "stops_at": state.stops_at,
        }
    }


def _json(quote: LimitQuote) -> dict[str, object]:
    deposit = quote.deposit
    return {
        "v": 1,
        "quote": "stop_after",
        "dseq": str(quote.id.dseq),
        **limit_json(quote.state),
        "left": DecCoin(UACT, quote.left),
        "price_h": quote.price_h,
        "escrow_until": quote.escrow_until,
        "deposit": None if deposit is None else deposit.deposit,
        "fee": None if deposit is None else deposit.fee,
    }
