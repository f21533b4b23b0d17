"""`sdl check` lists problems; `sdl build` gives groups, manifest and version hash as the Go reference does."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, global_options, local_options
from akash_tui.cli.output import pick, print_json, print_rows
from akash_tui.cli.preset import read_sdl_text
from akash_tui.cli.session import in_session
from akash_tui.cli.suggestions import files as path_files
from akash_tui.cli.values import ADDRESS, DSEQ
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime, Coin
from akash_tui.services.errors import AkashError, BadFile, BadInput, Unreachable, WrongChain

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.domain.sdl.lint.prices import Medians
    from akash_tui.domain.sdl.problem import SdlProblem
    from akash_tui.services.core.session import Session

MAINNET_MINIMUM = "500000uact"
"""Mainnet's minimum deposit, used for the message when none is given."""

UNREADABLE = "file.unreadable"
"""The code of a file that could not be read; all other codes come from the compiler."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", shell_complete=path_files)
@click.option("--fix", is_flag=True, help="Fix in the file what can be fixed safely; all other bytes stay unchanged.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@global_options
def check(g: GlobalOptions, files: tuple[str, ...], fix: bool, strict: bool) -> int:
    """List all problems of each FILE (or -), with their lines and remedies. Exit code 2 on errors, 0 with warnings.

    With --network, prices are also compared with the market there.
    """
    from akash_tui.domain.sdl.problem import Severity

    if fix and "-" in files:
        raise BadInput("--fix needs a file, not standard input.", "Give the file's path.")
    market, block_time = _market(g) if g.network or g.rest else (None, ASSUMED_BLOCK_TIME)
    found: list[tuple[str, Sequence[SdlProblem]]] = []
    worst = 0
    for file in files:
        try:
            text = read_sdl_text(file)
            if fix:
                text = _fix(g, file, text)
        except BadInput as error:
            worst = 2
            found.append((file, (_unreadable(file, error),)))
            continue
        checked = g.entry.sdl.check(text, file, market, block_time)
        found.append((file, checked.problems))
        if not checked.ok or (strict and any(p.severity is Severity.WARNING for p in checked.problems)):
            worst = 2
    report(g, found)
    return worst


def _market(g: GlobalOptions) -> tuple[Medians | None, BlockTime]:
    """GPU prices on the given network; the files are checked without them if there is no answer."""
    from akash_tui.domain.sdl.lint.prices import Medians

    async def read(session: Session) -> tuple[Medians | None, BlockTime]:
        prices = session.provider_cache.price_answer
        known = [] if prices is None else (await prices.get()).value
        return Medians.of_prices(known, session.clock.now()), await session.chain.block_time()

    g.readonly = True
    try:
        market, block_time = in_session(g, read)
    except (Unreachable, WrongChain) as error:
        click.echo(f"note: no market prices: {error.title}", err=True)
        return None, ASSUMED_BLOCK_TIME
    if market is None:
        click.echo("note: no market prices: the indexer of this network has none", err=True)
    return market, block_time


def _fix(g: GlobalOptions, file: str, text: str) -> str:
    """Write the fixed text back, whole or not at all, and print what was fixed."""
    from akash_tui.services.storage.files import replace_text

    fixed, changes = g.entry.sdl.fix(text, file)
    if fixed == text:
        return text
    path = Path(file)
    try:
        replace_text(path, fixed)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.", "Check its folder's permissions.") from None
    for change in changes:
        click.echo(f"{change.file}:{change.line}: fixed: {change.message}", err=True)
    return fixed


def _codes(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The codes that begin like this, for the shell."""
    from click.shell_completion import CompletionItem

    from akash_tui.domain.sdl.explain.codes import EXPLANATIONS

    return [CompletionItem(one, help=EXPLANATIONS[one].title) for one in sorted(EXPLANATIONS) if one.startswith(begun)]


@click.command()
@click.argument("code", required=False, shell_complete=_codes)
@local_options
def explain(g: GlobalOptions, code: str | None) -> None:
    """Explain a problem CODE with a bad and a good example; without one, list all codes."""
    import difflib

    from akash_tui.domain.sdl.explain.codes import EXPLANATIONS
    from akash_tui.domain.sdl.explain.codes import explain as look_up

    if code is None:
        titles = {one: EXPLANATIONS[one].title for one in sorted(EXPLANATIONS)}
        if g.json:
            print_rows(g, [{"v": 1, "code": one, "title": title} for one, title in titles.items()])
        else:
            click.echo("\n".join(f"{one:32} {title}" for one, title in titles.items()))
        return
    if code == UNREADABLE:
        click.echo(
            f"{code}: The file could not be read\n\n"
            "It is missing, not readable, far too large, or neither UTF-8 nor UTF-16 with a byte order mark."
        )
        return
    found = look_up(code)
    if found is None:
        near = difflib.get_close_matches(code, sorted(EXPLANATIONS), 3)
        raise BadInput(
            f"Unknown problem code {code!r}.",
            f"Did you mean {' or '.join(near)}?" if near else "akash-tui sdl explain lists all codes.",
        )
    if g.json:
        print_json({"v": 1, **pick(found, "code", "title", "why", "bad", "good")})
        return
    click.echo(f"{found.code}: {found.title}\n\n{found.why}")
    for title, example in (("wrong", found.bad), ("right", found.good)):
        click.echo(f"\n{title}:\n{indent(example.rstrip(), '    ')}")


def report(g: GlobalOptions, found: Sequence[tuple[str, Sequence[SdlProblem]]], *, err: bool = False) -> None:
    """All problems of all files: one line each with its remedy below, or JSON; `err` prints them to stderr."""
    if g.json:
        print_rows(g, [p.to_json() for _, problems in found for p in problems])
        return
    for file, problems in found:
        for problem in problems:
            click.echo(str(problem), err=err)
            if problem.advice:
                click.echo(f"    try: {problem.advice}", err=err)
        if not problems:
            click.echo(f"{file}: ok")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-", shell_complete=path_files)
@click.option("--owner", type=ADDRESS, metavar="A", help="Also build MsgCreateDeployment for this account.")
@click.option("--dseq", type=DSEQ, metavar="N", help="…with this dseq.")
@click.option("--deposit", metavar="COIN", help=f"…and this deposit, e.g. 5000000uact (default {MAINNET_MINIMUM}).")
@local_options
def build(g: GlobalOptions, files: tuple[str, ...], owner: str | None, dseq: int | None, deposit: str | None) -> int:
    """Compile each FILE to groups, manifest and version hash, as JSON (one object a line with -o jsonl)."""
    if bool(owner) != bool(dseq) or (deposit and not owner):
        raise BadInput(
            "--owner, --dseq and --deposit belong together.", "Give --owner and --dseq, with or without --deposit."
        )
    target = (owner, dseq, deposit or MAINNET_MINIMUM) if owner and dseq else None
    rows = [_row(g, file, target) for file in files]
    if len(rows) == 1:
        print_json(rows[0])
    else:
        print_rows(g, rows)
    return 0 if all(row["ok"] for row in rows) else 2


def _row(g: GlobalOptions, file: str, target: tuple[str, int, str] | None) -> dict[str, object]:
    nothing = ("groups", "groups_proto", "manifest", "version", "reclamation", "msg_create_deployment")
    bad = {"v": 1, "file": file, "ok": False} | dict.fromkeys(nothing)
    try:
        compiled = g.entry.sdl.read(read_sdl_text(file), file)
    except AkashError as error:
        return bad | {"problems": [_unreadable(file, error).to_json()]}
    problems = {"problems": [p.to_json() for p in compiled.problems]}
    if not compiled.ok:
        return bad | problems
    ns = compiled.reclamation_ns
    return problems | {
        "v": 1,
        "file": file,
        "ok": True,
        "groups": compiled.groups_json,
        "groups_proto": [base64.b64encode(raw).decode() for raw in g.entry.groups_proto(compiled.groups)],
        "manifest": compiled.manifest_json.decode(),
        "version": compiled.version,
        "reclamation": None if ns is None else {"min_window_ns": str(ns)},
        "msg_create_deployment": _message(g, compiled, target),
    }


def _message(g: GlobalOptions, compiled: Compiled, target: tuple[str, int, str] | None) -> str | None:
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.domain.akash.messages import CreateDeployment

    if target is None:
        return None
    owner, number, deposit = target
    message = CreateDeployment(
        DeploymentId(owner, number),
        compiled.groups,
        compiled.version,
        _coin(deposit),
        reclamation_ns=compiled.reclamation_ns,
    )
    return base64.b64encode(g.entry.message_proto(message)).decode()


def _coin(text: str) -> Coin:
    found = re.fullmatch(r"(\d{1,30})([a-z][a-z0-9/]{2,127})", text)
    if not found:
        raise BadInput(f"--deposit: {text!r} is not a coin.", "Write it like 5000000uact.")
    return Coin(found[2], int(found[1]))


def _unreadable(file: str, error: AkashError) -> SdlProblem:
    from akash_tui.domain.sdl.problem import SdlProblem, Severity

    if not isinstance(error, BadFile):
        return SdlProblem(Severity.ERROR, UNREADABLE, file, 1, 1, "", error.title, error.advice)
    return SdlProblem(Severity.ERROR, UNREADABLE, file, error.line, error.column, "", error.reason, error.advice)
