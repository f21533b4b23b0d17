"""Recovery words in the system's keyring, where there is one that really protects secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from akash_tui.domain.secret import Secret
from akash_tui.domain.text import clean
from akash_tui.services.ports import Locked

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
SERVICE = "akash-tui"
_PARAMETERS = "parameter"
"""Stands where wallets have the id of their home."""
_UNFIT = ("backends.fail", "backends.null", "backends.chainer", "keyrings.alt", "plaintext")
"""Backends by (part of) their name. `keyrings.alt` holds fallbacks: plain text, or files with prompts of their own."""
_ADVICE = (
    "Unlock it and try again. To store wallets in an encrypted file instead, set "
    "PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring."
)


class SystemKeyring:
    """Entries `akash-tui` / `HOME-ID/ADDRESS`, and `akash-tui` / `parameter/NAME` for secret parameters of SDLs.

    Every failure of the backend is `Locked`.
    """

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        return clean(str(self._backend.name), 60)

    def save(self, home: str, address: str, words: Secret) -> None:
        """Store, and read back: some backends lose what they are given without a word."""
        self._try(lambda: self._backend.set_password(SERVICE, f"{home}/{address}", words.reveal()))
        if self._get(home, address) != words:
            raise Locked("The system's keyring did not store the words.", _ADVICE)

    def load(self, home: str, address: str) -> Secret:
        words = self._get(home, address)
        if not words:
            raise Locked(
                "The system's keyring has no words for this wallet.",
                "If they are in another keyring, open that one; else import the words again under the same name.",
            )
        return words

    def remove(self, home: str, address: str) -> None:
        """Forget an entry; fine if it is gone already."""
        if self._get(home, address):
            self._try(lambda: self._backend.delete_password(SERVICE, f"{home}/{address}"))

    def load_secret(self, label: str) -> Secret | None:
        """A secret parameter that is kept under a name; None if there is none. It belongs to no home."""
        return self._get(_PARAMETERS, label) or None

    def save_secret(self, label: str, value: Secret) -> None:
        """Keep a secret parameter, in place of one that is there, and read it back."""
        self._try(lambda: self._backend.set_password(SERVICE, f"{_PARAMETERS}/{label}", value.reveal()))
        if self._get(_PARAMETERS, label) != value:
            raise Locked("The system's keyring did not store the secret.", _ADVICE)

    def remove_secret(self, label: str) -> None:
        """Forget it; fine if it is gone already."""
        self.remove(_PARAMETERS, label)

    def _get(self, home: str, address: str) -> Secret:
        return self._try(lambda: Secret(self._backend.get_password(SERVICE, f"{home}/{address}") or ""))

    @staticmethod
    def _try(work: Callable[[], T]) -> T:
        try:
            return work()
        except Exception as problem:  # backends raise whatever their system libraries raise
            kind = type(problem).__name__
        # Only the kind, and raised out here: the backend's own text, and its frames, may hold what it was given.
        raise Locked("The system's keyring refused.", _ADVICE, detail=kind)


def system_keyring() -> SystemKeyring | None:
    """The keyring to use; None where there is none, or only ones that drop secrets or keep them readable."""
    import keyring
    from keyring.errors import KeyringError

    try:
        chosen = keyring.get_keyring()
        # a chain tries one backend after the other, down to unsafe ones: take its first safe one
        candidates = list(getattr(chosen, "backends", [chosen]))
    except (KeyringError, RuntimeError, ImportError, AttributeError, ValueError, OSError):
        return None
    return next((SystemKeyring(b) for b in candidates if _keeps_secrets(b)), None)


def _keeps_secrets(backend: KeyringBackend) -> bool:
    kind = type(backend)
    path = f"{kind.__module__}.{kind.__qualname__}".casefold()
    if any(word in path for word in _UNFIT):
        return False
    try:
        return float(kind.priority) > 0
    except Exception:  # a backend that cannot work here shows it by raising whatever it meets
        return False
