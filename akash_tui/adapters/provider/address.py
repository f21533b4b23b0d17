"""Where a provider's gateway is: its host_uri read strictly, its addresses resolved once and checked.

The connection then goes to the checked address without another DNS query, so a name cannot point elsewhere
in between.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from akash_tui.domain.text import clean
from akash_tui.services.ports import ProviderUnreachable, ProviderUntrusted

_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?\Z")
_MOST_ADDRESSES = 4
"""More addresses than this are not tried: each costs a connect time-out."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class GatewayAddress:
    """Host and port of a gateway; `host` is lower case, without brackets."""

    host: str
    port: int

    @property
    def authority(self) -> str:
        """`host:port`, for the Host header and for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_endpoint(host_uri: str) -> GatewayAddress:
    """Read `https://host[:port]`; `ProviderUntrusted` for anything else (the chain allows no path)."""
    if not re.fullmatch(r"[!-~]{1,300}", host_uri):  # urlsplit would drop line breaks silently
        raise _bad(host_uri)
    try:
        parts = urlsplit(host_uri)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise _bad(host_uri) from None
    plain = not (parts.username or parts.password or parts.query or parts.fragment) and parts.path in ("", "/")
    known = bool(_HOST.match(host)) or _literal(host) is not None
    if parts.scheme != "https" or not plain or not known or port == 0:
        raise _bad(host_uri)
    return GatewayAddress(host, 443 if port is None else port)


async def resolve(endpoint: GatewayAddress, *, public: bool, timeout: float) -> tuple[str, ...]:
    """The addresses to connect to, in the system's order, at most four.

    On a `public` network one private, loopback, link-local or otherwise not global address among
    them is enough to refuse the host: `ProviderUntrusted`.
    """
    literal = _literal(endpoint.host)
    if literal is not None:
        found = [str(literal)]
    else:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                answers = await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise ProviderUnreachable(
                f"The provider's host {clean(endpoint.host)} has no address.",
                "Its name does not resolve: the provider may be gone. Try later, or choose another provider.",
                detail=clean(str(error)),
            ) from error
        found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if public:
        for address in found:
            if not _global(address):
                raise ProviderUntrusted(
                    f"The provider's host {clean(endpoint.host)} points to {clean(address)}, not a public address.",
                    "Nothing was sent: on a public network such an address would lead into your own network.",
                )
    return tuple(found[:_MOST_ADDRESSES])


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _global(text: str) -> bool:
    """True for addresses of the public internet; one that wraps an IPv4 address needs that to be public too."""
    address = _literal(text.partition("%")[0])
    if address is None or "%" in text:
        return False
    checked: list[Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            checked = [address.ipv4_mapped]  # Python versions differ about the wrapped form itself
        elif address.sixtofour:
            checked.append(address.sixtofour)
        elif address in _NAT64:
            checked.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        elif (
            address not in _UNICAST
        ):  # old and local forms that Python counts as global: ::127.0.0.1, fec0::, 64:ff9b:1::
            return False
    return all(a.is_global and not a.is_multicast for a in checked)


_UNICAST = ipaddress.IPv6Network("2000::/3")
"""The only addresses of the public internet that have been assigned."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _bad(host_uri: str) -> ProviderUntrusted:
    return ProviderUntrusted(
        f"The provider's address is not usable: {clean(host_uri) or '(empty)'}",
        "It must be https://host:port. Only the provider can correct it on chain; choose another provider.",
    )
