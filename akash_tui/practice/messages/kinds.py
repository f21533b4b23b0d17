"""What a message type is: its class, its signer, its stateless checks and its handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from akash_tui.practice.state.context import Context


@dataclass(frozen=True, slots=True)
class Kind:
    """One message type. `check` and `run` raise Refusal; `run` answers the response message's bytes."""

    message: Any
    """Its generated class."""
    signer_field: str
    """Where a message names who signs it: `owner`, `id.provider`."""
    check: Callable[[Any], None]
    run: Callable[[Context, Any], bytes | None]

    @property
    def type_url(self) -> str:
        """`/akash.market.v1beta5.MsgCreateBid`."""
        return "/" + str(self.message.DESCRIPTOR.full_name)

    def signer(self, message: Any) -> str:
        """The address that signs this message."""
        return str(attrgetter(self.signer_field)(message))
