"""A text that must not be shown by accident: recovery words, passphrases."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Hides a text from `repr`, `str`, formatting and pickling; only `reveal()` and `buffer` return it.

    It protects against logs, crash reports and tracebacks that print local values, not against
    anybody who can read this process's memory. Its own copy is overwritten by `wipe()`, and when nothing refers to it
    any more; a `str` that it was made from or that `reveal()` made cannot be, since Python's strings never change.
    """

    __slots__ = ("__held",)

    def __init__(self, text: str | Secret) -> None:
        self.__held = bytearray(text.buffer if isinstance(text, Secret) else text.encode("utf-8", "surrogatepass"))

    def reveal(self) -> str:
        """The text itself: pass it on directly, never store it in a variable that a traceback could show."""
        return self.__held.decode("utf-8", "surrogatepass")

    @property
    def buffer(self) -> bytearray:
        """The text in UTF-8, not a copy of it: for functions that take bytes. Pass it on directly."""
        return self.__held

    def wipe(self) -> None:
        """Overwrite the text; it is empty from now on."""
        self.__held[:] = bytes(len(self.__held))
        self.__held = bytearray()

    def __del__(self) -> None:
        if hasattr(self, "_Secret__held"):  # it has none where the text could not be encoded
            self.wipe()

    def __bool__(self) -> bool:
        return bool(self.__held)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac

        return hmac.compare_digest(self.__held, other.buffer)

    __hash__ = None  # type: ignore[assignment]  # a hash would help to guess short ones

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")
