"""What the bid memory lets go, so that it stays small: the rule, and its doing.

For 90 days every bid is kept. Older ones are reduced to one row per provider, model and day with the lowest, the median
and the highest price; bids that were taken stay. After two years all of it goes. Models and accounts go with the last
row that names them. Never are more than 1,000,000 bids kept: beyond that the oldest are reduced earlier.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from akash_tui.services.memory.writing import DAY_SECONDS

KEEP_DAYS: Final = 90
LAST_DAYS: Final = 730
MOST_BIDS: Final = 1_000_000
RULE: Final = (
    f"Every bid is kept for {KEEP_DAYS} days, at most {MOST_BIDS:,} of them; older ones become a row for each "
    "provider, model and day with the lowest, median and highest price, and those that were taken stay. After two "
    "years all goes."
)
_ABOVE: Final = 20_000
"""This many bids more are let in before the oldest go: counting is not worth doing for each."""


def thin(db: sqlite3.Connection, now: datetime, most: int = MOST_BIDS, above: int = _ABOVE) -> int:
    """Apply the rule; how many bids went. In one transaction of the caller's."""
    seconds = int(now.timestamp())
    old, gone = seconds - KEEP_DAYS * DAY_SECONDS, seconds - LAST_DAYS * DAY_SECONDS
    # `days` has had each bid since it was written: taking the bids away is all there is to do
    changed = db.execute("DELETE FROM bids WHERE (seen_at < ? AND outcome = 0) OR seen_at < ?", (old, gone)).rowcount
    (count,) = db.execute("SELECT COUNT(*) FROM bids").fetchone()
    if count > most + above:
        (edge,) = db.execute(
            "SELECT seen_at FROM bids WHERE outcome = 0 ORDER BY seen_at LIMIT 1 OFFSET ?", (count - most,)
        ).fetchone() or (old,)
        changed += db.execute("DELETE FROM bids WHERE seen_at < ? AND outcome = 0", (edge,)).rowcount
    db.execute("DELETE FROM days WHERE day < ?", (gone // DAY_SECONDS,))
    db.execute(
        "DELETE FROM orders WHERE asked_at < ? AND NOT EXISTS (SELECT 1 FROM bids WHERE order_key = orders.key)", (old,)
    )
    db.execute("DELETE FROM order_models WHERE order_key NOT IN (SELECT key FROM orders)")
    unnamed = db.execute(
        "SELECT key FROM models WHERE key NOT IN (SELECT model FROM days)"
        " AND key NOT IN (SELECT model FROM order_models)"
    ).fetchall()
    if unnamed:  # a bid without a price per GPU names a model all the same
        bid = {key for (key,) in db.execute("SELECT DISTINCT model FROM bids")}
        db.executemany("DELETE FROM models WHERE key = ?", [(key,) for (key,) in unnamed if key not in bid])
    # each account of its own by an index: bids of a provider, days of it, orders of an owner
    db.execute(
        "DELETE FROM accounts WHERE NOT EXISTS (SELECT 1 FROM bids WHERE provider = accounts.key)"
        " AND NOT EXISTS (SELECT 1 FROM days WHERE provider = accounts.key)"
        " AND NOT EXISTS (SELECT 1 FROM orders WHERE owner = accounts.key)"
    )
    return changed
