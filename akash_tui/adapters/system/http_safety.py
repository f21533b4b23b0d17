"""What our HTTP clients need against strangers: no cookies, and the errors of malformed addresses and headers."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

MALFORMED: Final = (ValueError, OverflowError, ExceptionGroup)
"""What httpx and its sockets raise beside their own errors: for ports beyond 65535, host names and headers that cannot
be encoded (a `UnicodeError`), and several failed addresses at once."""


def no_cookies() -> CookieJar:
    """A jar that takes nothing: one cookie with a letter outside ASCII would break every later request."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))
