"""The key of the open wallet is forgotten after some minutes without a key press, and loaded again when needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual.app import App

from akash_tui.domain.secret import Secret
from akash_tui.services.ports import Locked
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.ports import Clock
    from akash_tui.ui.session.error_handling import ErrorHandlingApp

PRACTICE_STORE = "practice"
"""`WalletRef.store` of the throw-away wallet, whose key is in a plain file: there is nothing to lock."""
NOT_STORED = LabelledLine("", "Type its passphrase; it is not stored.", "muted")


class PassphrasePrompt:
    """Gives the vault the passphrase that was typed. Raises `Locked` while none was, naming what it is for."""

    def __init__(self, secret: Secret | None = None) -> None:
        self.secret = secret

    def __call__(self, what: str) -> str:
        if self.secret is None:
            raise Locked(f"{what} is needed.", "Type it; it is not stored.")
        return self.secret.reveal()

    def forget(self) -> None:
        """Overwrite the passphrase: the vault asks again."""
        if self.secret is not None:
            self.secret.wipe()
        self.secret = None


async def ask_secret(app: App[Any], title: str, rows: list[LabelledLine]) -> Secret | None:
    """A secret by a hidden input; wrapped before it is in any local variable of ours."""
    answer = await app.push_screen_wait(TextInputDialog(title, rows, secret=True))
    return answer if isinstance(answer, Secret) and answer else None


class IdleLock:
    """Locks one session. `touch` is called at each key press, `check` every few seconds."""

    def __init__(
        self, app: ErrorHandlingApp, session: Session, prompt: PassphrasePrompt, why_needed: Callable[[], str | None]
    ) -> None:
        """`prompt` is what the session's vault asks; `why_needed` says what needs the key although nobody is there."""
        self.app = app
        self.session = session
        self.prompt = prompt
        self._why_needed = why_needed
        self._clock: Clock = session.clock
        self._touched: tuple[float, datetime] = self._clock.monotonic(), self._clock.now()
        self._asking = asyncio.Lock()
        session.ask_unlock = self.unlock

    @property
    def can_lock(self) -> bool:
        """Whether there is a key that can be forgotten."""
        session = self.session
        return session.has_key and session.wallet is not None and session.wallet.store != PRACTICE_STORE

    def touch(self) -> None:
        """Somebody is there."""
        self._touched = self._clock.monotonic(), self._clock.now()

    @property
    def idle_seconds(self) -> float:
        """Since the last key press. A machine that slept counts its sleep: one of the two clocks shows it."""
        monotonic, now = self._touched
        return max(self._clock.monotonic() - monotonic, (self._clock.now() - now).total_seconds())

    def check(self) -> None:
        """Lock if nobody was there for so long as the settings say, unless the key is needed."""
        minutes = self.app.program.settings.lock_minutes
        due = minutes and self.can_lock and not self.session.locked and self.idle_seconds >= minutes * 60
        if due and self._why_needed() is None:
            self.lock(f": no key for {minutes} min")

    def lock(self, reason: str = "") -> None:
        """Forget the key and the passphrase; `reason` follows "Wallet main is locked"."""
        self.prompt.forget()
        self.session.lock()
        text = f"{self.session.called} is locked{reason}. The next signature asks for the passphrase."
        self.app.status.say(text, "warn", 3600)

    async def unlock(self) -> None:
        """Load the key again; asks for the passphrase until it is right. Raises `Locked` if the person gives up."""
        async with self._asking:
            rows = [LabelledLine("", f"{self.session.called} is locked. Its key is loaded again with the passphrase.")]
            while self.session.locked:
                self.session.unlocked()
                try:
                    await asyncio.to_thread(self.session.require_signer)
                except BaseException as error:
                    self.session.lock()
                    if not isinstance(error, Locked):
                        raise
                    if self.prompt.secret is not None:
                        rows = [LabelledLine("", error.title)]
                finally:
                    self.prompt.forget()
                if self.session.locked:
                    self.prompt.secret = await ask_secret(self.app, "Unlock the wallet", [*rows, NOT_STORED])
                    if self.prompt.secret is None:
                        raise Locked(
                            f"{self.session.called} is locked; nothing was signed.",
                            "Unlock it: press : and choose unlock wallet.",
                        )
            self.app.status.say(f"{self.session.called} is unlocked.", "good")
