"""What a key does that has it on several screens."""

from __future__ import annotations

from typing import Final

STOP_AFTER: Final = "Stop it by itself, after 8h or when it has cost $10; first shows what that needs."
COLUMNS: Final = "Choose which columns this list has and in which order; they are saved."
ASK_AGAIN: Final = "Close it and ask for bids again with the same SDL, deposit and budget, in one transaction."
FAVOURITE: Final = "Make this provider a favourite, marked ★ in every list, or no longer."
BLOCK: Final = (
    "Block this provider, with a reason that its next bid shows, or unblock it; no rule accepts a blocked one."
)
NOTE: Final = "Write a note on this provider; its next bid shows it."
SAVINGS: Final = "Compare your leases with today's prices and show what moving them would save a month."
