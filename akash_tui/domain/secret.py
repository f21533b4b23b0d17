"""A text that must not be shown by accident: recovery words, passphrases."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Hides a text from `repr`, `str`, formatting and pickling; only `reveal()` returns it.

    It protects against logs, crash reports and tracebacks that print local values, not against
    anybody who can read this process's memory.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str | Secret) -> None:
        self.__text = text.reveal() if isinstance(text, Secret) else text

    def reveal(self) -> str:
        """The text itself: pass it on directly, never store it in a variable that a traceback could show."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac

        return hmac.compare_digest(self.__text.encode(), other.reveal().encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would help to guess short ones

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")
