"""`wallet create`, `import`, `export`, `remove`: the commands that make, show or delete a key.

Recovery words are never printed to a pipe and never read from arguments. On a terminal they are shown on a screen of
their own, which leaves nothing in its scrollback.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from akash_tui.cli.options import GlobalOptions, global_options, local_options
from akash_tui.cli.output import print_answer, print_table
from akash_tui.cli.session import can_ask, chosen_network, confirm, interruptible_prompt, prompt_secret, run_async
from akash_tui.cli.suggestions import files, wallets
from akash_tui.cli.wallet import PRACTICE_STORE, find_wallet, print_wallet, wallet_json
from akash_tui.domain.akash.address import HD_PATH
from akash_tui.domain.passphrase import strength
from akash_tui.domain.recovery_words import is_word, numbered, places_to_ask
from akash_tui.domain.secret import Secret
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.services.core.accounts import AccountBalance
    from akash_tui.services.ports import Vault, WalletRef

TRIES = 3
"""Wrong answers to one word before the words are shown again."""
NOTHING_SAVED = "Nothing was saved: the words that were shown belong to no wallet."
NEXT_STEPS = (
    "next, without money: akash-tui practice in another terminal, then akash-tui wallet fund {name} --network practice",
    "      on mainnet: send AKT to this address, then akash-tui --wallet {name} wallet mint 10 --network mainnet",
    "      turns some of it into ACT, which pays for compute",
    "      what is there: akash-tui wallet show {name} --network practice, or mainnet",
)
"""What a wallet that is new on this machine needs next."""
MOST_WORDS = 4096
"""Characters that are read from standard input."""


@click.command()
@click.argument("name", default="main")
@click.option("--words", "count", type=click.Choice(["24", "12"]), default="24", help="How many recovery words.")
@local_options
def create(g: GlobalOptions, name: str, count: str) -> None:
    """Create an account from new words, shown once; you are asked for three of them before anything is saved."""
    with _terminal() as tty:
        vault = g.entry.wallets(prompt_secret)
        vault.check_name(name)
        passphrase = _passphrase_for_new(vault)
        words = vault.new_words(int(count))
        try:
            _until_on_paper(tty, words)
            ref = vault.add(name, words, passphrase=passphrase)
        except (click.Abort, KeyboardInterrupt):
            click.echo(NOTHING_SAVED, err=True)
            raise
        finally:
            words.wipe()
    _print_new(g, ref)


def _print_new(g: GlobalOptions, ref: WalletRef) -> None:
    """The wallet, and what comes next."""
    print_wallet(g, ref)
    if not g.json:
        for line in NEXT_STEPS:
            click.echo(line.format(name=ref.name), err=True)


@click.command("import")
@click.argument("name", default="main")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the words from standard input.")
@click.option(
    "--file", type=click.Path(path_type=Path), shell_complete=files, help="An encrypted file of wallet export --file."
)
@click.option("--index", type=click.IntRange(0, 2**31 - 1), help="Account m/44'/118'/0'/0/INDEX of the words.")
@click.option("--hd-path", metavar="PATH", help="Any other account of the words, such as m/44'/118'/1'/0/0.")
@global_options
def import_(
    g: GlobalOptions, name: str, from_stdin: bool, file: Path | None, index: int | None, hd_path: str | None
) -> None:
    """Import an account from its words, from a prompt or --stdin, or from an encrypted file.

    With a network, the first accounts of the words are listed with their balances to choose from.
    """
    if index is not None and hd_path is not None:
        raise BadInput("--index and --hd-path exclude each other.", "Give only one of the two.")
    if file is not None and (from_stdin or index is not None or hd_path is not None):
        raise BadInput("A file says itself which account it holds.", "Give --file alone.")
    vault = g.entry.wallets(prompt_secret)
    vault.check_name(name, restores=True)
    path = hd_path or (f"m/44'/118'/0'/0/{index}" if index is not None else "")
    if file is not None:
        exported = vault.read_export(file)
        click.echo(f"{file}: {exported.address}", err=True)
        vault.check_name(name, address=exported.address)
        words, path = vault.open_export(exported), exported.path
    else:
        words = vault.check_words(_read_words(from_stdin))
    try:
        if not path:
            path = _choose_account(g, vault, words, asks=not from_stdin)
        ((_, address),) = vault.accounts(words, [path])
        vault.check_name(name, address=address)  # what is refused is refused before a passphrase is asked for
        ref = vault.add(name, words, path, _passphrase_for_new(vault))
    finally:
        words.wipe()
    _print_new(g, ref)


@click.command()
@click.argument("name", shell_complete=wallets)
@click.option(
    "--file", type=click.Path(path_type=Path), shell_complete=files, help="Write an encrypted file instead; a new one."
)
@local_options
def export(g: GlobalOptions, name: str, file: Path | None) -> None:
    """Show the recovery words of an account, on your terminal only; or write an encrypted file with them."""
    vault = g.entry.wallets(prompt_secret)
    if file is None:
        with _terminal() as tty:
            words = vault.export(name)
            try:
                _show(tty, words, f"{find_wallet(g, name).address} has these words:", "Press enter to clear them.")
            finally:
                words.wipe()
        return
    ref = find_wallet(g, name)
    passphrase = vault.new_passphrase("Passphrase for the file")
    _take_weak(passphrase)
    vault.export_file(ref.name, file, passphrase)
    print_answer(
        g,
        wallet_json(ref) | {"file": str(file)},
        f"{ref.name} is in {file}, encrypted. Keep its passphrase somewhere else.",
    )


@click.command()
@click.argument("name", shell_complete=wallets)
@click.option("--yes", is_flag=True, help="Do not ask for the name again.")
@click.option("--force", is_flag=True, help="Also if it has open deployments, or if that is not known.")
@global_options
def remove(g: GlobalOptions, name: str, yes: bool, force: bool) -> None:
    """Delete an account and its key from this machine; without its words it is lost for good."""
    ref = find_wallet(g, name)
    if ref.store == PRACTICE_STORE:
        raise BadInput(
            f"{name} belongs to the practice network and holds no real money.",
            f"Keep it, or delete {g.entry.home / 'practice-wallet'} for a new one.",
        )
    if not ref.watch_only and not force:
        _refuse_if_used(g, ref.address)
    if ref.watch_only:
        confirmed = confirm(f"Remove {ref.name} ({ref.address})? It is watch-only: no key is lost.", yes=yes)
    else:
        confirmed = yes or _name_typed(ref.name, ref.address)
    if not confirmed:
        raise BadInput("Nothing was removed.", "Type the name of the wallet to remove it.")
    g.entry.wallets(prompt_secret).remove(ref.name)
    print_answer(g, wallet_json(ref), f"{ref.name} was removed.")


# --- words on the terminal ----------------------------------------------------------------------------


def _terminal() -> TextIO:
    """The controlling terminal, whatever stdin and stdout are. Raises `BadInput` if there is none."""
    try:
        return open("/dev/tty", "w", encoding="utf-8")
    except OSError:
        raise BadInput(
            "There is no terminal to show the words on.",
            "Run this in a terminal; or create the words elsewhere and use: akash-tui wallet import NAME --stdin",
        ) from None


@contextlib.contextmanager
def _own_screen(tty: TextIO) -> Iterator[None]:
    """A screen of the terminal that is cleared at the end and has no scrollback (its alternate screen)."""
    plain = os.environ.get("TERM", "dumb") == "dumb"
    if plain:
        yield
        return
    tty.write("\x1b[?1049h\x1b[2J\x1b[H")
    try:
        yield
    finally:
        tty.write("\x1b[2J\x1b[H\x1b[?1049l")
        tty.flush()


def _show(tty: TextIO, words: Secret, before: str, after: str) -> None:
    """Show the words until enter; `click.Abort` for ctrl+c."""
    with _own_screen(tty):
        tty.write(f"{before}\n\n")
        for line in numbered(words):
            tty.write(f"  {line}\n")
        tty.write(f"\n{after}\n")
        tty.flush()
        with interruptible_prompt(), open("/dev/tty", encoding="utf-8") as keys:
            if not keys.readline():
                raise click.Abort


def _until_on_paper(tty: TextIO, words: Secret) -> None:
    """Show new words until some of them were typed back. `click.Abort` for ctrl+c."""
    count = len(words.reveal().split())
    while True:
        _show(
            tty,
            words,
            f"Write these {count} words down on paper, in this order. Only they can restore\n"
            "this account, and they are not shown again.\n"
            "They are not saved yet: ctrl+c gives up, and nothing is saved.",
            "Press enter when they are on paper. You are then asked for three of them.",
        )
        if all(_asked_back(words, place) for place in places_to_ask(count)):
            return
        click.echo("The words are shown again.", err=True)


def _asked_back(words: Secret, place: int) -> bool:
    for _ in range(TRIES):
        if is_word(words, place, Secret(prompt_secret(f"Word {place}"))):
            return True
        click.echo(f"This is not word {place}.", err=True)
    return False


def _read_words(from_stdin: bool) -> Secret:
    if from_stdin:
        return Secret(sys.stdin.read(MOST_WORDS))
    if not sys.stdin.isatty():
        raise BadInput(
            "There is no terminal to ask for the words.", "Pipe them in: akash-tui wallet import NAME --stdin < FILE"
        )
    return Secret(prompt_secret("Words (they are not shown)"))


# --- passphrases ---------------------------------------------------------------------------------------


def _passphrase_for_new(vault: Vault) -> Secret | None:
    """The passphrase that another key is stored with, typed twice and judged if it is new; None if none is needed."""
    is_new = vault.passphrase_need() == "new"
    passphrase = vault.prepare()
    if is_new and passphrase is not None:
        _take_weak(passphrase)
    return passphrase


def _take_weak(passphrase: Secret) -> None:
    """Show how strong a passphrase is; a weak one must be confirmed where somebody can be asked."""
    found = strength(passphrase)
    click.echo(f"Strength: {found.text}", err=True)
    if found.word == "weak" and can_ask() and not confirm("Use this weak passphrase all the same?", yes=False):
        raise BadInput("Nothing was saved.", "Choose a longer passphrase: four random words are good.")


# --- which account, and whether it is used --------------------------------------------------------------


def _network(g: GlobalOptions) -> Network | None:
    """The network that was named or is the default; None if there is none."""
    named = g.network or g.rest or g.rpc or g.chain_id or g.entry.settings.default_network
    return chosen_network(g) if named else None


def _choose_account(g: GlobalOptions, vault: Vault, words: Secret, *, asks: bool) -> str:
    """The path of the account: asked for on a terminal, the first one elsewhere."""
    from akash_tui.services.core.accounts import read_accounts

    network = _network(g)
    if not asks or not can_ask():
        return HD_PATH
    if network is None:
        click.echo(f"Account {HD_PATH}; with --network the first accounts are listed with their balances.", err=True)
        return HD_PATH
    listed = vault.accounts(words)
    accounts, fault = run_async(lambda: read_accounts(g.entry, network, listed))
    if fault:
        click.echo(f"The balances could not be read: {fault}", err=True)
    _print_accounts(accounts)
    click.echo("Another account: --index or --hd-path.", err=True)
    with interruptible_prompt():
        number = click.prompt("Which account?", type=click.IntRange(1, len(accounts)), default=1, err=True)
    return accounts[int(number) - 1].path


def _print_accounts(accounts: Sequence[AccountBalance]) -> None:
    rows = [[str(at), each.path, each.address, each.text] for at, each in enumerate(accounts, 1)]
    print_table(["", "path", "address", "balance"], rows, err=True)


def _refuse_if_used(g: GlobalOptions, address: str) -> None:
    from akash_tui.services.leases.wallet_use import wallet_uses

    network = _network(g)
    uses = run_async(lambda: wallet_uses(g.entry, g.entry, address, network))
    if network is None:
        click.echo(
            "note: no network is named, so only the networks were asked on which the journal has transactions of it.",
            err=True,
        )
    if uses:
        raise BadInput(
            "The wallet is in use. " + " ".join(use.text for use in uses),
            "Close them first: akash-tui lease close. Without the key that cannot be done; --force removes it anyway.",
        )


def _name_typed(name: str, address: str) -> bool:
    question = f"Type {name} to remove {address}. Without its recovery words it is lost for good"
    if not can_ask():
        raise BadInput(f"There is no terminal to ask: {question}.", "Confirm in advance with --yes.")
    with interruptible_prompt():
        return str(click.prompt(question, err=True, default="", show_default=False)).strip() == name
