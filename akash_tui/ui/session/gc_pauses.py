"""The search for cycles of objects, kept out of the way of keys: only the app does this, never the library.

Python now and then looks through all objects for cycles that nobody holds any more. With the app's screens, styles
and modules in memory that takes 100 to 200 ms, in which no key is answered.
"""

from __future__ import annotations

import gc

YOUNG, MIDDLE, ALL = 5_000, 10, 30
"""New objects until the youngest are searched, such searches until the middle ones are, and of those until all are
(Python's own: 700, 10, 10). A paint or an answer makes thousands and drops nearly all of them at once: a search in
the midst of one finds what is in use and lets it grow old. At 5,000 one takes a few milliseconds."""


def settle() -> None:
    """Search everything now, and from then on only what is made later.

    For a moment in which much has come that stays, and nobody types: a session that opened. What was kept out by an
    earlier call is searched too: the screens of the session before are cycles.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, ALL)


def keep() -> None:
    """The same without the long search: for more that stays, while somebody may type."""
    gc.collect(1)
    gc.freeze()
