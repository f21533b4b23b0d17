"""What the shell is offered for a value while a line is typed.

Values come from this machine alone: presets, networks, wallets' names and the deployments of the journal. Nothing is
asked of a network, and nothing secret is read. What cannot be read is not offered.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from akash_tui.services.errors import AkashError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from akash_tui.compose import Program

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _offered(found: Callable[[Program], list[tuple[str, str]]]) -> Completer:
    """A completer of the values (each with a description) that begin like the word."""

    def complete(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        values: list[tuple[str, str]] = []
        with contextlib.suppress(AkashError, OSError, ValueError):
            values = found(ctx.find_root().obj.entry)
        return [CompletionItem(value, help=about) for value, about in values if value.startswith(begun)]

    return complete


def _networks(program: Program) -> list[tuple[str, str]]:
    from akash_tui.cli.saved_names import own_networks
    from akash_tui.services.core.networks import SHIPPED

    return [*SHIPPED.items(), *((name, "your own") for name in own_networks(program.home) if name not in SHIPPED)]


def _wallets(program: Program) -> list[tuple[str, str]]:
    from akash_tui.cli.saved_names import wallets

    return wallets(program.home)


def _deployments(program: Program) -> list[tuple[str, str]]:
    from akash_tui.cli.saved_names import deployments

    return [(str(dseq), chain_id) for dseq, chain_id in deployments(program.home)]


networks = _offered(_networks)
wallets = _offered(_wallets)
presets = _offered(lambda program: [(preset.name, preset.title) for preset in program.presets.list()])
dseqs = _offered(_deployments)


def files(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The shell's own completion of paths."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]


def files_and_presets(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Presets that begin like the word, and paths: of a word with a slash, paths alone."""
    return [*files(ctx, parameter, begun), *([] if "/" in begun else presets(ctx, parameter, begun))]
