"""What the address of an account looks like: the one place above the chain adapter that knows."""

from __future__ import annotations

import re
from typing import Final

ADDRESS_PREFIX: Final = "akash1"
ADDRESS_PATTERN: Final = r"^akash1[02-9ac-hj-np-z]{38,58}$"
"""By its shape only; the vault verifies the checksum."""
ADDRESS_SHAPE: Final = "An address starts with akash1 and has 44 characters."
_SHAPE = re.compile(ADDRESS_PATTERN.removesuffix("$") + r"\Z")


def looks_like_address(text: str) -> bool:
    """Whether a text has the shape of an account address."""
    return _SHAPE.match(text) is not None
