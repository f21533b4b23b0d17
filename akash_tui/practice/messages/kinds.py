"""The message types this chain knows: class, signer, stateless checks and handler of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from akash_tui.practice.state.context import Context

_MODULES = ("bank", "bids", "cert", "deployment", "escrow", "leases", "mint", "provider")
_known: dict[str, Kind] = {}


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


def kind_of(type_url: str) -> Kind | None:
    """What is known of a type URL."""
    if not _known:
        for name in _MODULES:
            kinds: list[Kind] = import_module(f"{__package__}.{name}").KINDS
            _known.update((each.type_url, each) for each in kinds)
    return _known.get(type_url)
