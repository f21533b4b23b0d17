"""How long an answer of the indexer may be used, and how to ask whether it changed: by its headers (RFC 9110, 9111)."""

from __future__ import annotations

import re
from collections.abc import Mapping

LEAST_SECONDS, MOST_SECONDS = 15.0, 3600.0
"""No indexer makes us ask more often than this, or keeps us from asking for longer."""
_MAX_AGE = re.compile(r"\A\s*max-age\s*=\s*\"?([0-9]{1,9})\"?\s*\Z", re.IGNORECASE)
_VALIDATOR = re.compile(r"[!-~ ]{1,200}\Z")


def lifetime(headers: Mapping[str, str]) -> float | None:
    """Seconds from now that an answer with these headers may be used; None where they do not say."""
    parts = headers.get("cache-control", "").split(",")
    if {part.strip().lower() for part in parts} & {"no-cache", "no-store"}:
        return LEAST_SECONDS
    max_age = next((found.group(1) for part in parts if (found := _MAX_AGE.match(part))), None)
    if max_age is None:
        return None
    age = headers.get("age", "").strip()
    left = int(max_age) - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)
    return min(max(float(left), LEAST_SECONDS), MOST_SECONDS)


def conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers for the next request, by which the indexer can answer that nothing changed."""
    pairs = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
    return {name: headers[validator] for validator, name in pairs if _VALIDATOR.match(headers.get(validator, ""))}
