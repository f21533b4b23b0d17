"""`--unsigned FILE` writes a transaction for signing elsewhere; `broadcast FILE` takes the signed one."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, bound_options, global_options
from akash_tui.cli.output import pick, print_answer, print_json
from akash_tui.cli.session import confirm_quote, in_session
from akash_tui.cli.suggestions import files
from akash_tui.domain.akash.money import named
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.ports import TxDraft
    from akash_tui.services.spending.quotes import Quote

MOST_BYTES = 1 << 20


def write_unsigned(g: GlobalOptions, session: Session, quote: Quote) -> None:
    """Write the quote's transaction to the file of `--unsigned`, and say what comes next. A figure beyond the bounds is
    refused as before a signature."""
    from akash_tui.services.spending.bounds import refuse_beyond

    refuse_beyond(session, quote.beyond)
    write_draft(g, session, quote.draft)


def write_draft(g: GlobalOptions, session: Session, draft: TxDraft) -> None:
    """The same for a transaction alone."""
    from akash_tui.services.storage.files import write_user_file

    assert g.unsigned is not None
    file, chain_id = g.unsigned, session.network.chain_id
    try:
        write_user_file(file, session.chain.unsigned(draft), replace=False)
    except FileExistsError:
        raise BadInput(f"{file} is there already.", "Name another file, or move that one away.") from None
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.", "Name another file.") from None
    given = {"network": g.network, "rest": g.rest, "rpc": g.rpc, "chain-id": g.chain_id, "wallet": g.wallet}
    same = "".join(f"--{option} {shlex.quote(value)} " for option, value in given.items() if value)
    sign = f"akash tx sign {file} --from KEY --chain-id {chain_id} --node {session.network.rpc[0]} > SIGNED"
    print_answer(
        g,
        {
            "v": 1,
            "unsigned": str(file),
            "chain_id": chain_id,
            **pick(draft, "fee", "gas_limit"),
            "owner": draft.signer,
            "sign": sign,
        },
        f"Nothing was signed. {file} has the transaction; gas {named(draft.fee)}.\n"
        f"  sign it  {sign}\n"
        "           (an account of several keys: each with --multisig ADDRESS, then akash tx multisign)\n"
        f"  send it  akash-tui {same}broadcast SIGNED",
    )


@click.command()
@click.argument("file", shell_complete=files)
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_spend")
@global_options
def broadcast(g: GlobalOptions, file: str, yes: bool) -> None:
    """Send a transaction that was signed elsewhere: FILE as `akash tx sign` wrote it, or - for standard input.

    Its signature and all that it does are checked first. Sent twice it counts once.
    """
    from akash_tui.services.spending import signed_elsewhere

    text = _text(file)

    async def work(session: Session) -> None:
        ready = await signed_elsewhere.read(session, text)
        draft = ready.tx.draft
        for line in ready.lines:
            click.echo(f"  {line}", err=True)
        payer = f", paid by {draft.fee_granter}" if draft.fee_granter else ""
        before = " It was sent before: it is looked up, and counts once." if ready.known else ""
        where = session.network.chain_id
        question = f"Send this transaction of {draft.signer} on {where}? Gas {named(draft.fee)}{payer}.{before}"
        if not confirm_quote(session, question, ready.beyond, yes=yes, messages=draft.messages):
            raise BadInput("Nothing was sent.", "Answer yes to continue.")
        intents = await signed_elsewhere.broadcast(session, ready)
        steps = [step for purpose in ready.purposes if (step := signed_elsewhere.next_step(purpose))]
        if g.json:
            print_json(
                {
                    "v": 1,
                    "tx": ready.tx.hash,
                    "intents": [
                        {
                            "dseq": None if i.dseq is None else str(i.dseq),
                            **pick(i, "kind", "outcome", "height", "note"),
                        }
                        for i in intents
                    ],
                    "next": steps,
                }
            )
            return
        for intent in intents:
            what = f" of deployment {intent.dseq}" if intent.dseq is not None else ""
            where = f" in block {intent.height}" if intent.height else ""
            click.echo(
                f"{intent.kind.value.replace('_', ' ')}{what}: {intent.outcome.value}{where}  (tx {intent.tx_hash})"
            )
        for step in steps:
            click.echo(f"next: {step}")

    in_session(g, work)


def _text(file: str) -> str:
    """The file's text, bounded. Raises `BadInput`."""
    import sys

    from akash_tui.services.storage.files import read_user_text

    if file == "-":
        text = sys.stdin.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise BadInput("The transaction is longer than 1 MiB.", "Take the file that `akash tx sign` wrote.")
        return text
    return read_user_text(Path(file), "the transaction", MOST_BYTES)
