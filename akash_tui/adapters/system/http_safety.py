"""What our HTTP clients share: no cookies, the usual CAs, and the errors of malformed addresses and headers."""

from __future__ import annotations

import os
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ssl

MALFORMED: Final = (ValueError, OverflowError, ExceptionGroup)
"""What httpx and its sockets raise beside their own errors: for ports beyond 65535, host names and headers that cannot
be encoded (a `UnicodeError`), and several failed addresses at once."""


def no_cookies() -> CookieJar:
    """A jar that takes nothing: one cookie with a letter outside ASCII would break every later request."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def tls_context(wanted: bool = True) -> ssl.SSLContext:
    """The usual CAs (`SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured), loaded once: it takes about 40 ms.

    Not wanted (no address is https): an empty context, which costs nothing. Raises `OSError` where the environment
    names files that cannot be read.
    """
    import ssl

    if not wanted:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _usual_cas(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _usual_cas(file: str | None, folder: str | None) -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()
