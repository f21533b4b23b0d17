"""Notifications outside the program: terminal sequences, `notify-send` or `osascript`, the user's hook command.

No shell is ever involved: programs get an argument list, the hook gets facts in its environment and as JSON on
standard input, so that no text from a chain or a provider can become a command.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from akash_tui.domain.alert import Alert
from akash_tui.services.ports import AkashError, BadInput

NOTIFY_SECONDS = 5.0
HOOK_SECONDS = 10.0
"""A hook that takes longer is ended, with all that it started."""
_SECRET = ("AKASH_TUI_PASSPHRASE_FILE",)
_OSC_9 = {"iTerm.app", "WezTerm", "ghostty", "kitty"}
"""Terminals (TERM_PROGRAM, or kitty by its own variable) that document `OSC 9 ; text` as a notification."""
_APPLE = ("on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run")


class SystemNotifier:
    """Implements `services.ports.notifier.Notifier` for one environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._env = environment

    def sequence(self, alert: Alert) -> str | None:
        """`OSC 9` or `OSC 777`, where the terminal is known for it; inside tmux or screen it would not get through."""
        env = self._env
        if "TMUX" in env or "STY" in env:
            return None
        title, body = f"akash-tui: {alert.title}", alert.description
        if env.get("TERM_PROGRAM") in _OSC_9 or "KITTY_WINDOW_ID" in env:
            return f"\x1b]9;{title}: {body}\x1b\\"
        if env.get("TERM", "").startswith("foot"):
            return f"\x1b]777;notify;{title.replace(';', ',')};{body.replace(';', ',')}\x1b\\"
        return None

    @property
    def desktop(self) -> str:
        """`notify-send` first, then macOS's own; "" without any."""
        return next((name for name in ("notify-send", "osascript") if self._which(name)), "")

    def command(self, hook: Sequence[str]) -> str | None:
        """The hook's program; a name without a slash is looked for on PATH, `~` is the home folder."""
        # not by pathlib, which would make `notify` of `./notify`: another program, from PATH
        return self._which(os.path.expanduser(hook[0])) if hook else None

    async def show(self, alert: Alert) -> None:
        """One notification; titles and bodies are arguments, never parts of a script."""
        name = self.desktop
        title, body = f"akash-tui: {alert.title}", alert.description
        if name == "notify-send":
            level = "critical" if alert.urgent else "normal"
            # notification daemons read markup in the body
            arguments = ["--app-name=akash-tui", f"--urgency={level}", "--", title, html.escape(body, quote=False)]
        elif name == "osascript":
            arguments = [part for line in _APPLE for part in ("-e", line)] + [title, body]
        else:
            raise AkashError(
                "There is nothing here that shows desktop notifications.",
                "Install notify-send (libnotify), or set alerts.desktop to false in settings.json.",
            )
        await self._run([self._which(name) or name, *arguments], b"", {}, NOTIFY_SECONDS, f"The notification ({name})")

    async def run(self, hook: Sequence[str], alert: Alert) -> None:
        """The user's command: `ALERT_…` variables, the same as JSON on standard input, its output unread."""
        program = self.command(hook)
        if program is None:
            raise BadInput(
                f"The alert hook {hook[0] if hook else ''} cannot be found or run.",
                "Correct alerts.hook in settings.json: a list, the program first.",
            )
        facts = {name: value for name, value in alert.facts.items() if name.isidentifier() and name.isascii()}
        value = {
            "v": 1,
            "code": alert.code,
            "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "title": alert.title,
            "text": alert.description,
            "urgent": alert.urgent,
            **facts,
        }
        named = {
            "CODE": alert.code,
            "TITLE": alert.title,
            "TEXT": alert.description,
            "URGENT": "1" if alert.urgent else "0",
        }
        named |= {name.upper(): value for name, value in facts.items() if name.upper() not in named}
        variables = {f"ALERT_{name}": value for name, value in named.items()}
        stdin = (json.dumps(value, ensure_ascii=False) + "\n").encode()
        await self._run([program, *hook[1:]], stdin, variables, HOOK_SECONDS, "The alert hook")

    def _which(self, name: str) -> str | None:
        return shutil.which(name, path=self._env.get("PATH", os.defpath))

    async def _run(
        self, argv: Sequence[str], stdin: bytes, variables: Mapping[str, str], limit: float, what: str
    ) -> None:
        environment = {name: value for name, value in self._env.items() if name not in _SECRET} | dict(variables)
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise AkashError(
                f"{what} could not be started.", "See alerts in settings.json.", detail=str(error)
            ) from None
        try:
            await asyncio.wait_for(process.communicate(stdin), limit)
        except TimeoutError:
            raise AkashError(
                f"{what} took more than {limit:.0f} seconds and was ended.", "Let it do its work in the background."
            ) from None
        finally:
            if process.returncode is None:
                _end(process)
                await process.wait()
        if process.returncode:
            raise AkashError(f"{what} ended with code {process.returncode}.", "Run it by hand to see why.")


def _end(process: asyncio.subprocess.Process) -> None:
    """End a program and what it started."""
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
        else:
            process.kill()
