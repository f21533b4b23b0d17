"""The chain's refusals: codespace, code and text, as a node gives them."""

from __future__ import annotations

from functools import partial


class Refusal(Exception):
    """A check or a handler refuses. `place` is the source position a simulation shows in brackets."""

    def __init__(self, codespace: str, code: int, text: str, place: str = "") -> None:
        super().__init__(text)
        self.codespace, self.code, self.text, self.place = codespace, code, text, place
        self.gas_used = 0

    def at_message(self, index: int) -> Refusal:
        """The same, as it reads after failing in a message."""
        text = f"failed to execute message; message index: {index}: {self.text}"
        return Refusal(self.codespace, self.code, text, self.place)


sdk = partial(Refusal, "sdk")
"""A refusal of the SDK itself."""
