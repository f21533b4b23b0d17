"""What a message type is: its class, its signer, its stateless checks and its handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from akash_tui.practice.state.context import Context


@dataclass(frozen=True, slots=True)
class Kind:
    """One message type. `check` and `run` raise Refusal; `run` answers the response message's bytes."""

    type_url: str
    message: Callable[[], Any]
    signer: Callable[[Any], str]
    check: Callable[[Any], None]
    run: Callable[[Context, Any], bytes | None]

    @property
    def module(self) -> str:
        """`deployment`, `market`, `bank`, ...: as in the `message` event."""
        return self.type_url.split(".")[1]

    @property
    def response_url(self) -> str:
        """The type of its answer."""
        return self.type_url + "Response"


def kind(
    message: Any,
    signer: Callable[[Any], str],
    check: Callable[[Any], None],
    run: Callable[[Context, Any], bytes | None],
) -> Kind:
    """A Kind for a generated message class."""
    return Kind("/" + message.DESCRIPTOR.full_name, message, signer, check, run)
