"""`sdl check` says what is wrong where; `sdl build` gives groups, manifest and version as the Go reference does."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import Globals, takes_globals
from akash_tui.cli.output import print_json
from akash_tui.cli.preset import read_sdl_text
from akash_tui.cli.values import address, dseq_of
from akash_tui.services.ports import AkashError, BadInput

if TYPE_CHECKING:
    from akash_tui.domain.sdl import Compiled
    from akash_tui.domain.sdl.problem import Problem

MAINNET_MINIMUM = "500000uact"
"""The chain's minimum deposit, used for the message when none is given."""


@click.group()
def sdl() -> None:
    """Check and compile SDL files, without any network."""


@sdl.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@takes_globals
def check(g: Globals, files: tuple[str, ...]) -> int:
    """Say whether each FILE (or -) compiles, and if not, what to change and where."""
    found: list[tuple[str, Sequence[Problem]]] = []
    worst = 0
    for file in files:
        try:
            compiled = g.entry.sdl.read(read_sdl_text(file), file)
        except BadInput as error:
            worst = 2
            click.echo(f"error: {error.title}", err=True)
            if error.advice:
                click.echo(f"try: {error.advice}", err=True)
            continue
        found.append((file, compiled.problems))
        worst = worst if compiled.ok else 2
    report(g, found)
    return worst


def report(g: Globals, found: Sequence[tuple[str, Sequence[Problem]]]) -> None:
    """All problems of all files: one line each with its remedy below, or JSON."""
    if g.json:
        everything = [p.to_json() for _, problems in found for p in problems]
        if g.output == "jsonl":
            for one in everything:
                print_json(one)
        else:
            print_json(everything)
        return
    for file, problems in found:
        for problem in problems:
            click.echo(str(problem))
            if problem.advice:
                click.echo(f"    try: {problem.advice}")
        if not problems:
            click.echo(f"{file}: ok")


@sdl.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option("--owner", metavar="A", help="Also build MsgCreateDeployment for this account.")
@click.option("--dseq", metavar="N", help="…with this dseq.")
@click.option("--deposit", metavar="COIN", help=f"…and this deposit, e.g. 5000000uact (default {MAINNET_MINIMUM}).")
@takes_globals
def build(g: Globals, files: tuple[str, ...], owner: str | None, dseq: str | None, deposit: str | None) -> int:
    """Compile each FILE to groups, manifest and version hash, as JSON (one object a line with -o jsonl)."""
    if bool(owner) != bool(dseq) or (deposit and not owner):
        raise BadInput(
            "--owner, --dseq and --deposit belong together.", "Give --owner and --dseq, with or without --deposit."
        )
    target = (address(owner), dseq_of(dseq), deposit or MAINNET_MINIMUM) if owner and dseq else None
    rows = [_row(g, file, target) for file in files]
    if g.output == "jsonl":
        for row in rows:
            print_json(row)
    else:
        print_json(rows[0] if len(rows) == 1 else rows)
    return 0 if all(row["ok"] for row in rows) else 2


def _row(g: Globals, file: str, target: tuple[str, int, str] | None) -> dict[str, object]:
    try:
        compiled = g.entry.sdl.read(read_sdl_text(file), file)
    except AkashError as error:
        return _empty(file) | {"problems": [_unreadable(file, error)]}
    problems = [p.to_json() for p in compiled.problems]
    if not compiled.ok:
        return _empty(file) | {"problems": problems}
    return {
        "v": 1,
        "file": file,
        "ok": True,
        "groups": compiled.groups_json(),
        "groups_proto": [base64.b64encode(raw).decode() for raw in g.entry.groups_proto(compiled.groups)],
        "manifest": compiled.manifest_json.decode(),
        "version": compiled.version.hex(),
        "reclamation": _reclamation(compiled),
        "msg_create_deployment": _message(g, compiled, target),
        "problems": problems,
    }


def _empty(file: str) -> dict[str, object]:
    nothing = ("groups", "groups_proto", "manifest", "version", "reclamation", "msg_create_deployment")
    return {"v": 1, "file": file, "ok": False} | dict.fromkeys(nothing)


def _reclamation(compiled: Compiled) -> dict[str, str] | None:
    return None if compiled.reclamation_ns is None else {"min_window_ns": str(compiled.reclamation_ns)}


def _message(g: Globals, compiled: Compiled, target: tuple[str, int, str] | None) -> str | None:
    if target is None:
        return None
    owner, number, coin = target
    raw = g.entry.create_message(compiled.groups, compiled.version, owner, number, coin, compiled.reclamation_ns)
    return base64.b64encode(raw).decode()


def _unreadable(file: str, error: AkashError) -> dict[str, object]:
    return {
        "severity": "error",
        "code": "sdl.unreadable",
        "file": file,
        "line": 1,
        "column": 1,
        "path": "",
        "message": error.title,
        "advice": error.advice,
        "fixable": False,
    }
