"""`completion` prints the script by which a shell asks the program for completions."""

from __future__ import annotations

import click

from akash_tui.cli.options import GlobalOptions, local_options

VARIABLE = "_AKASH_TUI_COMPLETE"
"""The environment variable by which the scripts ask; click's own name for it."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@local_options
def completion(g: GlobalOptions, shell: str) -> None:
    """Print the script that lets a SHELL complete commands, options, presets, networks and deployments."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # click has all three
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, "akash-tui", VARIABLE).source())
