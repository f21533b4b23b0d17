"""A shell in a running service, in this terminal: the app is suspended and comes back with the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.leases.remote_shell import DEFAULT_COMMAND, ShellTarget, open_shell, shell_targets, talk
from akash_tui.ui.dialogs.choice_dialog import choose_one

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.ui.session.session_app import SessionApp


def shell(session_app: SessionApp, id: DeploymentId) -> None:
    """Open one; which service and replica is asked where there are several."""
    session_app.background(_shell(session_app, id), "shell")


async def _shell(session_app: SessionApp, id: DeploymentId) -> None:
    async with session_app.guard("opening a shell"):
        session = session_app.runs.session
        session_app.status.start("shell", "Reading the running services")
        try:
            found = await shell_targets(session, id)
        finally:
            session_app.status.stop("shell")
        chosen = await _which(session_app, found)
        if chosen is None:
            return
        target, pod = chosen
        try:
            code = await _talk(session_app, session, target, pod)
        except SuspendNotSupported:
            session_app.status.say(
                f"This terminal cannot be suspended for a shell. In another one: {command(session_app, target, pod)}",
                "warn",
                60,
            )
            return
        where = _where(target, pod)
        if code is None:
            session_app.status.say(f"You left the shell in {where}; programs in it may keep running.", "warn", 20)
        else:
            session_app.status.say(f"The shell in {where} ended with code {code}.", "good" if code == 0 else "warn", 20)


async def _which(session_app: SessionApp, found: list[ShellTarget]) -> tuple[ShellTarget, int] | None:
    """The service and its replica; None if the person changed their mind."""
    places = [(target, pod) for target in found for pod in range(target.replicas)]
    several = len({target.lease.gseq for target in found}) > 1
    options = []
    for target, pod in places:
        group = f"group {target.lease.gseq} · " if several else ""
        options.append((_where(target, pod), f"{group}{target.ready} of {target.replicas} ready"))
    picked = await choose_one(session_app, "Open a shell in which service?", options)
    return None if picked is None else places[picked]


async def _talk(session_app: SessionApp, session: Session, target: ShellTarget, pod: int) -> int | None:
    with session_app.suspended():
        _print(f"shell in {_where(target, pod)} · exit ends it · Enter ~ . closes one that hangs")
        async with open_shell(
            session, target.lease, target.service, DEFAULT_COMMAND, pod=pod, tty=True, stdin=True
        ) as remote:
            return await talk(remote, tty=True, stdin=True, script=True, say=_print)


def _print(text: str) -> None:
    sys.stdout.write(f"— {text}\r\n")
    sys.stdout.flush()


def _where(target: ShellTarget, pod: int) -> str:
    return target.service if target.replicas == 1 else f"{target.service} #{pod}"


def command(session_app: SessionApp, target: ShellTarget, pod: int) -> str:
    """The same on the command line, for another terminal."""
    network = session_app.runs.session.network.options
    replica = f" --pod {pod}" if pod else ""
    lease = target.lease
    return f"akash-tui {network} lease shell {lease.dseq} --gseq {lease.gseq} --service {target.service}{replica}"
