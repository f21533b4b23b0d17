"""What an action is, where it lives, and how its keys are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EVERYWHERE: Final = "app"
TABLE: Final = "table"
PLACES: Final[dict[str, str]] = {
    EVERYWHERE: "Everywhere",
    TABLE: "In lists",
    "welcome": "Network and wallet",
    "deploy": "Deploy",
    "bids": "Bids",
    "leases": "Leases",
    "lease": "One deployment",
    "update": "The SDL of a deployment",
    "log": "Logs and events",
    "filter": "While filtering",
    "compare": "Comparing bids",
    "sweep": "What is not in use",
    "journal": "Journal",
    "market": "Market",
    "network": "The network day by day",
    "page": "A GPU model or a provider",
    "wallet": "Wallet",
    "columns": "Choosing columns",
    "field": "While typing in a field",
    "editor": "While editing an SDL",
    "dialog": "In money dialogs",
}
"""Where an action lives, in the order of the help."""

_SHOWN: Final = {
    "escape": "esc",
    "ctrl+@": "ctrl+space",
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "exclamation_mark": "!",
    "asterisk": "*",
    "dollar_sign": "$",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def shown_key(key: str) -> str:
    """A key as a person reads it; `key` is Textual's name for it."""
    return _SHOWN.get(key, key)


ALL_ACTIONS: Final = ("colon",)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does, or a line of the palette alone. `run` is Textual's action; without it `do('<id>')` asks the
    screen."""

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    run: str = ""
    bar: int = 0
    """Place in the key bar, the lowest first; 0 comes after all others, and only where there is room."""
    palette: bool = True
    always: bool = False
    """Whether it works in fields and dialogs too: the app itself has its keys."""

    @property
    def where(self) -> str:
        """The place that the action belongs to, a key of `PLACES`."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The part after the dot; a screen implements it as `do_<name>`."""
        return self.id.partition(".")[2].replace("-", "_")

    @property
    def shown(self) -> tuple[str, ...]:
        """Keys as a person reads them; without one of its own, that of the palette, which has them all."""
        return tuple(dict.fromkeys(shown_key(key) for key in self.keys or ALL_ACTIONS))
