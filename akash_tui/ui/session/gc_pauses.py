"""Garbage collection pauses made short while keys are typed. Only the app does this, never the library.

Python's collector now and then searches all objects for unreachable cycles. With the app's screens, styles
and modules in memory that takes 100 to 200 ms, in which no key is answered.
"""

from __future__ import annotations

import gc

YOUNG, MIDDLE, ALL = 5_000, 10, 30
"""Thresholds of `gc.set_threshold`: new objects until the youngest generation is collected, such collections until
the middle one is, and of those until all are (Python's own: 700, 10, 10). A paint or an answer makes thousands of
objects and drops nearly all at once: a collection during one moves objects in use to an older generation. At 5,000 a
collection takes a few milliseconds."""


def settle() -> None:
    """Collect everything now, and from then on only objects made later.

    For a moment in which nobody types and much was made that stays: a session that opened. Objects that an earlier
    call froze are collected too: the screens of the session before are cycles.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, ALL)


def freeze() -> None:
    """The same without the long collection: for more objects that stay, while somebody may type."""
    gc.collect(1)
    gc.freeze()
