"""What the address of an account looks like, and the paths to it: the one place above the chain adapter that knows."""

from __future__ import annotations

import re
from typing import Final

ADDRESS_PREFIX: Final = "akash1"
ADDRESS_PATTERN: Final = r"^akash1[02-9ac-hj-np-z]{38,58}$"
"""By its shape only; the vault verifies the checksum."""
ADDRESS_SHAPE: Final = "An address starts with akash1 and has 44 characters."
HD_PATH: Final = "m/44'/118'/0'/0/0"
"""Where recovery words lead by default (shared reference, 1.1): coin type 118, as in Keplr, Leap and Akash's own
command line."""
USUAL_PATHS: Final = (
    *(f"m/44'/118'/0'/0/{index}" for index in range(5)),
    *(f"m/44'/118'/{account}'/0/0" for account in range(1, 5)),
)
"""Where other wallets put the first accounts of the same words: most count the last number, some the account."""
_SHAPE = re.compile(ADDRESS_PATTERN.removesuffix("$") + r"\Z")


def looks_like_address(text: str) -> bool:
    """Whether a text has the shape of an account address."""
    return _SHAPE.match(text) is not None
